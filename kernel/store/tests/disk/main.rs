//! What is on the disk when an answer leaves, and what happens when the disk takes no more.
#![cfg(test)]

mod vfs;

use linli_authz::Scope;
use linli_base::{At, Problem, Result};
use linli_store::{Config, Db, Entry, Migrations, Query, Snapshot, args, row, statements};
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering::SeqCst},
};
use tokio::task::JoinSet;
use uuid::Uuid;

statements! {
    ASK(unscoped "a test's row") = "INSERT INTO asked (id, words) VALUES ($1, $2)";
    NOTE(unscoped "a test's row") = "INSERT INTO noted (id) VALUES ($1)";
    ASKED(unscoped "a test's rows") = "SELECT a.id FROM asked a ORDER BY a.id";
    HALF(unscoped "a test's rows") = "SELECT a.id FROM asked a LEFT JOIN noted n ON n.id = a.id WHERE n.id IS NULL \
        UNION ALL SELECT n.id FROM noted n LEFT JOIN asked a ON a.id = n.id WHERE a.id IS NULL";
}

const ROOMS: &[Migrations] = &[Migrations {
    room: "test",
    files: &[(
        "0001_asked",
        "CREATE TABLE asked (id UUID PRIMARY KEY, words TEXT NOT NULL);\nCREATE TABLE noted (id UUID PRIMARY KEY);\n\
         -- search index asked_search\n",
    )],
}];

row! { struct Key { id: Uuid } }

/// The disk is one for the whole process: a test has it for itself.
fn disk() -> MutexGuard<'static, ()> {
    static DISK: Mutex<()> = Mutex::new(());
    let held = DISK.lock().unwrap_or_else(PoisonError::into_inner);
    vfs::install();
    vfs::room(None);
    held
}

fn all() -> Scope {
    Scope::system("test")
}

async fn open(folder: &std::path::Path) -> Db {
    let db = Db::open(&Config::Embedded { folder: folder.to_owned() }).await.unwrap();
    db.migrate(ROOMS, At(1)).await.unwrap();
    db
}

/// Says something in two tables and in the index; notes in `began` how much had been written to the log by then.
async fn say(db: &Db, n: u128, began: Arc<AtomicU64>) -> Result<()> {
    db.write(async move |tx| {
        began.store(vfs::written(), SeqCst);
        let id = Uuid::from_u128(n);
        tx.run(&ASK, &all(), args![id, "路灯不亮，晚上看不见路".repeat(20)]).await?;
        tx.search_put("asked_search", &[Entry::new(id, At(1), &[], &["路灯不亮"])]);
        tx.run(&NOTE, &all(), args![id]).await?;
        Ok(())
    })
    .await
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn no_answer_leaves_before_the_sync_that_covers_it() {
    let _disk = disk();
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let db = open(folder.path()).await;
        let (mut clients, early) = (JoinSet::new(), Arc::new(AtomicU64::new(0)));
        for client in 0..32_u128 {
            let (db, early) = (db.clone(), early.clone());
            clients.spawn(async move {
                for n in 0..50 {
                    let began = Arc::new(AtomicU64::new(0));
                    say(&db, client * 1_000 + n, began.clone()).await.unwrap();
                    if vfs::synced() <= began.load(SeqCst) {
                        early.fetch_add(1, SeqCst);
                    }
                }
            });
        }
        while let Some(done) = clients.join_next().await {
            done.unwrap();
        }
        assert_eq!(early.load(SeqCst), 0, "answers that left early, of 1,600");
    });
}

/// That the measure sees it where SQLite is told to sync less.
#[test]
fn the_measure_tells_a_commit_that_is_not_synced() {
    let _disk = disk();
    for (synchronous, covered) in [("OFF", false), ("NORMAL", false), ("FULL", true)] {
        let folder = tempfile::tempdir().unwrap();
        let conn = rusqlite::Connection::open(folder.path().join("linli.db")).unwrap();
        conn.execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; CREATE TABLE t (n)"
        ))
        .unwrap();
        let began = vfs::written();
        conn.execute_batch("BEGIN; INSERT INTO t VALUES (1); COMMIT").unwrap();
        assert!(vfs::written() > began, "the commit is in the log");
        assert_eq!(vfs::synced() > began, covered, "synchronous = {synchronous}");
    }
}

#[test]
fn a_full_disk_keeps_what_was_answered_and_nothing_by_half() {
    let _disk = disk();
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let db = open(folder.path()).await;
        // enough for some commits, and it ends in the middle of one
        for (round, room) in [60_000, 250_001, 500_003].into_iter().enumerate() {
            vfs::room(Some(room));
            let (mut clients, answered) = (JoinSet::new(), Arc::new(Mutex::new(Vec::new())));
            for client in 0..32_u128 {
                let (db, answered) = (db.clone(), answered.clone());
                let first = (u128::try_from(round).unwrap() * 100 + client) * 1_000;
                clients.spawn(async move {
                    for n in first..first + 200 {
                        match say(&db, n, Arc::default()).await {
                            Ok(()) => answered.lock().unwrap().push(Uuid::from_u128(n)),
                            Err(Problem::Unavailable(_)) => return true,
                            Err(other) => panic!("a full disk is no fault of the program: {other}"),
                        }
                    }
                    false
                });
            }
            let mut told = 0;
            while let Some(done) = clients.join_next().await {
                told += usize::from(done.unwrap());
            }
            assert!(told > 0, "somebody is told that nothing was saved");
            assert!(db.read().all::<Key>(&ASKED, &all(), args![]).await.is_ok(), "reading goes on");

            vfs::room(None);
            let answered = answered.lock().unwrap().clone();
            let there: Vec<Uuid> = db
                .read()
                .all::<Key>(&ASKED, &all(), args![])
                .await
                .unwrap()
                .into_iter()
                .map(|key| key.id)
                .collect();
            assert!(answered.iter().all(|id| there.contains(id)), "what was answered is there");
            let half = db.read().all::<Key>(&HALF, &all(), args![]).await.unwrap();
            assert_eq!(half.len(), 0, "nothing by half");
            say(&db, 1_000_000 + u128::try_from(round).unwrap(), Arc::default()).await.unwrap();
        }
        drop(db);
        let snapshot = Snapshot::open(&Config::Embedded { folder: folder.path().to_owned() }).await.unwrap();
        assert_eq!(snapshot.integrity().await.unwrap(), Vec::<String>::new());
    });
}
