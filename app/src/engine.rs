//! The program put together: the database with all tables, the keys, and what the rooms need of them.

use crate::config::Config;
use axum::extract::FromRef;
use linli_base::{OsIds, Problem, Result, World};
use linli_casework::{Casework, Categories, Settings, Uploads};
use linli_files::Folder;
use linli_hearts::volunteers::Fit;
use linli_i18n::Words;
use linli_keys::KeyRing;
use linli_notify::{Channel, Log, Nowhere};
use linli_org::{OrgState, Passwords, keys::Keyed};
use linli_store::{Config as Store, Db, Migrations, Stmt};
use linli_web::{Site, Throttle};
use std::{ops::Deref, sync::Arc};

/// The tables of all rooms, in their one order.
pub const ROOMS: &[Migrations] = &[
    linli_jobs::MIGRATIONS,
    linli_files::MIGRATIONS,
    linli_org::MIGRATIONS,
    linli_casework::MIGRATIONS,
    linli_hearts::MIGRATIONS,
];

/// Every statement of all rooms.
pub fn statements() -> Vec<&'static Stmt> {
    let rooms = [linli_jobs::STATEMENTS, linli_files::STATEMENTS];
    rooms
        .into_iter()
        .flatten()
        .copied()
        .chain(linli_org::statements())
        .chain(linli_casework::statements())
        .chain(linli_hearts::statements())
        .chain(crate::article::STATEMENTS.iter().copied())
        .collect()
}

/// The columns of all rooms whose values hang on a key.
pub fn keyed() -> Vec<&'static Keyed> {
    linli_org::keys::KEYED.iter().chain(linli_casework::KEYED).collect()
}

/// The words of all rooms.
pub static WORDS: Words = Words::of(&[
    &linli_web::t::MESSAGES,
    &linli_org::t::MESSAGES,
    &linli_casework::t::MESSAGES,
    &linli_strength::t::MESSAGES,
    &linli_hearts::t::MESSAGES,
    &crate::t::MESSAGES,
]);

/// The flows of all rooms.
pub static PROCEDURES: &[&linli_procedure::Procedure] =
    &[&linli_strength::requests::REQUEST, &linli_hearts::orders::ORDER, &linli_hearts::wishes::WISH];

/// The program. Cheap to clone, which each layer around the pages does for each request.
#[derive(Clone)]
pub struct Engine(Arc<Parts>);

impl Deref for Engine {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What every handler can take a part of.
pub struct Parts {
    /// Pages.
    pub site: Site,
    /// Areas, orgs, people, signing in.
    pub org: OrgState,
    /// Cases.
    pub work: Casework,
    /// Pictures.
    pub uploads: Uploads,
    /// The codes that the demo would have sent.
    pub sent: Arc<Log>,
    /// Whether no other copy of the program can use the database.
    pub alone: bool,
}

impl Engine {
    /// Opens the database, brings its tables up to date and reads keys and settings. Refusals: `newer_data` where a
    /// newer program was here; `key_missing` where there are cases and no key file: a new one would not open them;
    /// those of [`linli_org::keys::take_up`].
    pub async fn open(config: &Config, world: World, demo: bool) -> Result<Engine> {
        std::fs::create_dir_all(&config.data).map_err(|e| Problem::broken("making the data folder", e))?;
        let db = Db::open(&config.store).await?;
        db.migrate(ROOMS, world.now()).await?;
        let keys = if linli_casework::any_case(&mut db.read()).await? {
            KeyRing::open_file(&config.key_file)?
        } else {
            KeyRing::open_or_create(&config.key_file, &OsIds)?
        };
        let (keys, alone) = (Arc::new(keys), matches!(config.store, Store::Embedded { .. }));
        linli_org::keys::take_up(&db, &keys, world.now(), alone).await?;
        let sent = Arc::new(Log::default());
        let notify: Arc<dyn Channel> = if demo { sent.clone() } else { Arc::new(Nowhere) };
        let settings = Settings::load(&db, linli_strength::PROFILES, world.now()).await?;
        let work = Casework::new(
            db.clone(),
            world.clone(),
            keys.clone(),
            PROCEDURES,
            settings,
            Categories::builtin(),
        )
        .with_helpers(Arc::new(Fit { db: db.clone(), world: world.clone() }));
        work.seed_consents().await?;
        let since = if demo { crate::demo::founded() } else { world.now().day() };
        linli_hearts::services::begin(&db, &world, since).await?;
        let site = Site {
            base_url: config.base_url().into(),
            demo,
            proxies: config.proxies.clone(),
            cookie_key: keys.cookie_key(),
            csrf_key: keys.csrf_key(),
            world: world.clone(),
            words: &WORDS,
            throttle: Arc::new(Throttle::new(100_000)),
        };
        let uploads = Uploads::new(db.clone(), world.clone(), Folder::new(config.pictures()));
        let org = OrgState {
            site: site.clone(),
            db,
            world,
            keys,
            notify,
            passwords: Passwords::default(),
            copy: "linli".into(),
        };
        Ok(Engine(Arc::new(Parts { site, org, work, uploads, sent, alone })))
    }
}

macro_rules! part {
    ($part:ty, $field:ident) => {
        impl FromRef<Engine> for $part {
            fn from_ref(engine: &Engine) -> $part {
                engine.$field.clone()
            }
        }
    };
}
part!(Site, site);
part!(OrgState, org);
part!(Casework, work);
part!(Uploads, uploads);
