//! `linli doctor`: looks at all that is stored and says what is wrong. It never writes. ADR 12.

use crate::{config::Config, engine};
use linli_base::{Problem, Result, Seen, World};
use linli_casework::{Casework, Categories, Settings, check_search};
use linli_files::Folder;
use linli_keys::KeyRing;
use linli_store::{Db, Snapshot};
use serde::Serialize;
use std::{pin::Pin, sync::Arc, time::Instant};

/// One line of the doctor's report.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The check. Its words are under `doctor.<check>`, what to do under `doctor_do.<check>`.
    pub check: &'static str,
    /// How many were looked at.
    pub looked: u64,
    /// How many of them are wrong.
    pub wrong: u64,
    /// The first of those.
    pub examples: Vec<String>,
    /// What is good to know though nothing is wrong.
    pub notes: Vec<String>,
    /// How long it took, with those that were found in the same pass.
    pub seconds: f64,
}

/// What a check looks at.
struct Patient {
    snapshot: Snapshot,
    db: Db,
    work: Result<Casework>,
    folder: Folder,
    world: World,
    key_file: std::path::PathBuf,
}

type Found<'a> = Pin<Box<dyn Future<Output = Result<Vec<(&'static str, Seen)>>> + 'a>>;

/// A check: its name, and what it does. One that looks at several things in one pass names each.
struct Check(&'static str, for<'a> fn(&'a Patient) -> Found<'a>);

macro_rules! check {
    ($name:literal, $patient:ident => $seen:expr) => {
        Check($name, |$patient| Box::pin(async move { Ok(vec![($name, $seen)]) }))
    };
}

/// All checks, the quick ones first.
static CHECKS: &[Check] = &[
    check!("migrations", p => migrations(&p.snapshot).await?),
    check!("database", p => database(&p.snapshot).await?),
    check!("areas", p => linli_org::doctor::check_areas(&mut p.db.read()).await?),
    check!("orgs", p => linli_org::doctor::check_orgs(&mut p.db.read()).await?),
    check!("jobs", p => linli_jobs::check(&mut p.db.read(), p.world.now()).await?),
    check!("people_keys", p => linli_org::doctor::check_phones(&mut p.db.read(), &KeyRing::open_file(&p.key_file)?).await?),
    check!("keys", p => keys(p).await?),
    check!("case_keys", p => p.work()?.check_sealed().await?),
    check!("names", p => p.work()?.check_links().await?),
    check!("texts", p => p.work()?.check_texts().await?),
    Check("cases", |p| Box::pin(async move { p.work()?.check_cases().await })),
    check!("trail", p => linli_org::audit::check(&p.db).await?),
    check!("figures", p => p.work()?.check_figures().await?),
    check!("search", p => check_search(&p.snapshot).await?),
    check!("pictures", p => linli_files::check(&mut p.db.read(), &p.folder).await?),
];

impl Patient {
    fn work(&self) -> Result<&Casework> {
        self.work.as_ref().map_err(|e| Problem::broken("opening the key file", e.to_string()))
    }
}

/// Looks at everything and tells each finding as it is found; answers whether all is well. A check that cannot be
/// done is a finding.
#[expect(clippy::disallowed_methods, reason = "measures how long a check took")]
pub async fn examine(config: &Config, world: &World, mut told: impl FnMut(Finding)) -> Result<bool> {
    let mut well = true;
    for Check(name, run) in CHECKS {
        let began = Instant::now();
        // a snapshot for each, so that the log of a database that is written to does not grow for long
        let patient = patient(config, world).await?;
        let found = run(&patient).await.unwrap_or_else(|problem| {
            vec![(*name, Seen { wrong: 1, examples: vec![problem.to_string()], ..Seen::default() })]
        });
        let seconds = began.elapsed().as_secs_f64();
        for (check, Seen { looked, wrong, examples, notes }) in found {
            well &= wrong == 0;
            told(Finding { check, looked, wrong, examples, notes, seconds });
        }
    }
    Ok(well)
}

async fn patient(config: &Config, world: &World) -> Result<Patient> {
    let snapshot = Snapshot::open(&config.store).await?;
    let db = snapshot.db();
    Ok(Patient {
        work: work(&db, config, world).await,
        folder: Folder::new(config.pictures()),
        world: world.clone(),
        key_file: config.key_file.clone(),
        snapshot,
        db,
    })
}

async fn work(db: &Db, config: &Config, world: &World) -> Result<Casework> {
    let keys = Arc::new(KeyRing::open_file(&config.key_file)?);
    let settings = Settings::read(db, &linli_authz::Scope::system("doctor")).await?;
    let (procedures, categories) = (crate::engine::PROCEDURES, Categories::builtin());
    Ok(Casework::new(db.clone(), world.clone(), keys, procedures, settings, categories))
}

async fn keys(p: &Patient) -> Result<Seen> {
    let (ring, now) = (KeyRing::open_file(&p.key_file)?, p.world.now());
    linli_org::keys::check(&mut p.db.read(), &engine::keyed(), &ring, now).await
}

async fn migrations(snapshot: &Snapshot) -> Result<Seen> {
    let standing = snapshot.standing(engine::ROOMS).await?;
    let mut seen = Seen { looked: standing.run, ..Seen::default() };
    standing.missing.iter().for_each(|name| seen.one(false, format!("{name}: not run yet")));
    standing.unknown.iter().for_each(|name| seen.one(false, format!("{name}: of a newer program")));
    standing.changed.iter().for_each(|name| seen.one(false, format!("{name}: run with another text")));
    Ok(seen)
}

async fn database(snapshot: &Snapshot) -> Result<Seen> {
    let mut seen = Seen::default();
    seen.looked(snapshot.tables().await?.len());
    snapshot.integrity().await?.iter().for_each(|line| seen.wrong(line));
    Ok(seen)
}
