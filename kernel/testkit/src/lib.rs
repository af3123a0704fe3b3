//! What tests stand on: a fresh database of either kind with the rooms' tables in it.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot begin fails with the reason")]

pub use linli_testkit_macros::db_test;

use linli_base::{At, ManualClock, SeededIds, World};
use linli_store::{Config, Db, Migrations, Stmt, variants};
use std::{
    future::Future,
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::Path,
    pin::Pin,
    sync::Arc,
};
use tempfile::TempDir;

/// When the clock of a test stands at first: Tuesday, 2026-09-29, 09:00 in Shanghai.
pub const START: At = At(1_790_643_600_000);

/// A database for one test, with a world whose clock stands until it is moved.
pub struct TestDb {
    db: Db,
    /// Its clock and randomness.
    pub world: World,
    /// To move the clock.
    pub clock: Arc<ManualClock>,
    /// A folder for the test's files.
    pub folder: Arc<TempDir>,
    config: Config,
}

impl TestDb {
    /// Where a program under test opens a database of its own: in `folder`, or the same schema of the server.
    pub fn another(&self, folder: &Path) -> Config {
        match &self.config {
            Config::Embedded { .. } => Config::Embedded { folder: folder.to_owned() },
            server @ Config::Server { .. } => server.clone(),
        }
    }
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

type Body = Pin<Box<dyn Future<Output = ()>>>;

/// Runs a test on an embedded database in a folder of its own.
pub fn on_sqlite(rooms: &[Migrations], body: impl FnOnce(TestDb) -> Body) {
    let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
    let config = Config::Embedded { folder: folder.path().to_owned() };
    run(rooms, &config, folder, body);
}

/// Runs a test in a schema of its own of the server at `LINLI_TEST_DATABASE_URL`. Without one the test is passed
/// over, unless `CI` is set.
pub fn on_postgres(rooms: &[Migrations], body: impl FnOnce(TestDb) -> Body) {
    let Ok(url) = std::env::var("LINLI_TEST_DATABASE_URL") else {
        assert!(std::env::var_os("CI").is_none(), "LINLI_TEST_DATABASE_URL is not set");
        println!("skipped: LINLI_TEST_DATABASE_URL is not set");
        return;
    };
    let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
    let mut bytes = [0; 16];
    linli_base::Ids::fill(&linli_base::OsIds, &mut bytes);
    let schema = format!("t_{}", uuid::Uuid::from_bytes(bytes).simple());
    let config = Config::Server { url, schema };
    run(rooms, &config, folder, body);
}

fn run(rooms: &[Migrations], config: &Config, folder: Arc<TempDir>, body: impl FnOnce(TestDb) -> Body) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let db = runtime.block_on(Db::open(config)).unwrap_or_else(|e| panic!("the database opens: {e}"));
    let own = db.clone();
    let ended = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            db.migrate(rooms, START).await.unwrap_or_else(|e| panic!("the tables are made: {e}"));
            let clock = Arc::new(ManualClock::new(START));
            let world = World { clock: clock.clone(), ids: Arc::new(SeededIds::new(7)) };
            body(TestDb { db, world, clock, folder, config: config.clone() }).await;
        });
    }));
    let dropped = runtime.block_on(own.drop_schema());
    ended.unwrap_or_else(|panicked| resume_unwind(panicked));
    dropped.unwrap_or_else(|e| panic!("the schema is dropped: {e}"));
}

/// Prepares every text that the statements can become; panics with all that the database refuses.
pub async fn prepare_all(db: &Db, statements: &[&Stmt]) {
    let mut refused = Vec::new();
    for stmt in statements {
        for sql in variants(stmt).unwrap_or_else(|e| panic!("{}: {e}", stmt.name)) {
            if let Err(e) = db.prepares(&sql).await {
                refused.push(format!("{}: {e}\n{sql}", stmt.name));
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n\n"));
}
