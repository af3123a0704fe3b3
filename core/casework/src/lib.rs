//! Cases moving along procedures: opening one, taking a step, the chain of events, lists, search, the inbox.
//!
//! Rooms bring their [`Procedure`]s; everything here is the same for all of them. [`Casework`] is the only place that
//! loads, decides (with `linli_procedure::take`), saves and announces, each time in one transaction.

pub mod api;
mod asker;
mod batch;
mod cards;
mod categories;
mod chain;
mod counts;
mod desk;
mod doctor;
mod event;
pub mod figures;
mod helpers;
mod hold;
mod inbox;
pub mod intake;
mod keyed;
mod links;
mod list;
mod load;
mod number;
mod open;
mod phone;
pub mod privacy;
mod profiles;
mod ready;
mod recalculate;
mod release;
mod routine;
mod rules;
mod settings;
mod step;
mod store;
mod timeline;
mod uploads;
mod visitor;

pub use asker::{asker_cookie, asker_of};
pub use categories::{Categories, Category, Group};
pub use chain::{replays, verify};
pub use desk::{Allow, Tag, routes};
pub use doctor::{STATEMENTS as DOCTOR_STATEMENTS, any_case, check_search};
pub use helpers::{Door, Found, Helper, Helpers, Rows, WithStep};
pub use hold::{MILESTONES, Milestone, milestones};
pub use inbox::{Announcement, InboxItem, Message, STEPS, TAKEN_STEPS, Texts};
pub use keyed::KEYED;
pub use links::{Beside, LinkRow, Near, SAME};
pub use list::{Filter, ListRow, Sort, Standing, ViewCount, Window};
pub use load::{CaseView, Loaded};
pub use open::{NewCase, Opened};
pub use profiles::Choice;
pub use ready::{Frame, Past, Ready};
pub use rules::number_of;
pub use settings::Settings;
pub use step::Taken;
pub use store::CASE;
pub use timeline::{Entry, Picture};
pub use uploads::Uploads;
pub use visitor::{PICTURES, Visitor};

use linli_base::World;
use linli_keys::KeyRing;
use linli_procedure::Procedure;
use linli_store::{Db, Migrations, Stmt};
use std::sync::{Arc, RwLock};

/// The words of this crate.
pub mod t {
    linli_i18n::messages!();
}

/// This crate's tables.
pub const MIGRATIONS: Migrations = Migrations {
    room: "casework",
    files: &[
        ("0001_case", include_str!("../migrations/0001_case.sql")),
        ("0002_steps", include_str!("../migrations/0002_steps.sql")),
        ("0003_links", include_str!("../migrations/0003_links.sql")),
        ("0004_figures", include_str!("../migrations/0004_figures.sql")),
        ("0004_figures_orgs", include_str!("../migrations/0004_figures_orgs.sql")),
        ("0005_privacy", include_str!("../migrations/0005_privacy.sql")),
        ("0006_bench", include_str!("../migrations/0006_bench.sql")),
        ("0015_answers", include_str!("../migrations/0015_answers.sql")),
        ("0017_periods", include_str!("../migrations/0017_periods.sql")),
        ("0016_keys", include_str!("../migrations/0016_keys.sql")),
        ("0018_anew", include_str!("../migrations/0018_anew.sql")),
        ("0019_search", include_str!("../migrations/0019_search.sql")),
        ("0020_fewer", include_str!("../migrations/0020_fewer.sql")),
        ("0023_takers", include_str!("../migrations/0023_takers.sql")),
        ("0024_ways", include_str!("../migrations/0024_ways.sql")),
        ("0025_counted", include_str!("../migrations/0025_counted.sql")),
        ("0026_told", include_str!("../migrations/0026_told.sql")),
    ],
};

/// The engine room: what every action on cases needs.
#[derive(Clone)]
pub struct Casework {
    pub(crate) db: Db,
    pub(crate) world: World,
    pub(crate) keys: Arc<KeyRing>,
    pub(crate) procedures: &'static [&'static Procedure],
    pub(crate) settings: Arc<RwLock<Arc<Settings>>>,
    pub(crate) categories: &'static Categories,
    pub(crate) addresses: linli_org::areas::Addresses,
    pub(crate) numbers: number::Numbers,
    pub(crate) counts: counts::Counts<i64>,
    pub(crate) standings: counts::Counts<Standing>,
    pub(crate) sums: counts::Counts<Arc<Vec<figures::SumRow>>>,
    pub(crate) published: counts::Counts<Arc<figures::Published>>,
    pub(crate) helpers: Option<Arc<dyn Helpers>>,
    pub(crate) learnt: intake::Learnt,
}

impl Casework {
    /// What addresses are understood by.
    pub fn addresses(&self) -> &linli_org::areas::Addresses {
        &self.addresses
    }

    /// Ready for work with the settings that the database holds (see [`Settings::load`]).
    pub fn new(
        db: Db,
        world: World,
        keys: Arc<KeyRing>,
        procedures: &'static [&'static Procedure],
        settings: Settings,
        categories: &'static Categories,
    ) -> Self {
        Casework {
            db,
            world,
            keys,
            procedures,
            settings: Arc::new(RwLock::new(Arc::new(settings))),
            categories,
            addresses: linli_org::areas::Addresses::default(),
            numbers: number::Numbers::default(),
            counts: counts::Counts::of(4_096),
            standings: counts::Counts::of(4_096),
            sums: counts::Counts::of(1_024),
            published: counts::Counts::of(2),
            helpers: None,
            learnt: intake::Learnt::default(),
        }
    }

    /// Cases have changed, and that is committed: counts that are kept may be old.
    pub(crate) fn changed(&self) {
        self.counts.changed();
        self.standings.changed();
    }

    /// The same engine under another clock or randomness: for replaying.
    #[must_use]
    pub fn in_world(&self, world: World) -> Self {
        Casework { world, ..self.clone() }
    }

    /// Calendar and profile as they stand.
    pub fn settings(&self) -> Arc<Settings> {
        match self.settings.read() {
            Ok(settings) => settings.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    /// The tree of categories.
    pub fn categories(&self) -> &'static Categories {
        self.categories
    }

    /// The database, for rooms that build on cases.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The clock and the randomness.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The keys.
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// The procedure of the name; a case of a procedure that no room brings is broken.
    pub fn procedure(&self, name: &str) -> linli_base::Result<&'static Procedure> {
        let found = self.procedures.iter().find(|procedure| procedure.name == name).copied();
        found.ok_or_else(|| {
            linli_base::Problem::broken("finding a procedure", format!("`{name}` is in no room"))
        })
    }
}

/// Every statement of this crate, for the test that prepares each on both databases.
pub fn statements() -> impl Iterator<Item = &'static Stmt> {
    [
        store::STATEMENTS,
        figures::STATEMENTS,
        DOCTOR_STATEMENTS,
        privacy::store::STATEMENTS,
        keyed::STATEMENTS,
        intake::store::STATEMENTS,
    ]
    .into_iter()
    .flatten()
    .copied()
}
