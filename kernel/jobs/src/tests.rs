use crate::{Bell, MIGRATIONS, STATEMENTS, When, Worker, outbox, queue, store, write};
use linli_authz::Scope;
use linli_base::{At, Problem, Result};
use linli_store::{Query, args, row, statements};
use linli_testkit::{START, TestDb, db_test, prepare_all};
use serde_json::Value as Json;
use std::{
    future::Future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::oneshot;

const MINUTE: i64 = 60_000;

fn scope() -> Scope {
    Scope::system("test")
}

/// What the handlers of a test were given, in order.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn note(&self, what: &str) {
        self.0.lock().unwrap().push(what.to_owned());
    }

    fn take(&self) -> Vec<String> {
        let mut seen = std::mem::take(&mut *self.0.lock().unwrap());
        seen.sort();
        seen
    }

    /// A handler that notes its payload under a name.
    fn by(
        &self,
        name: &'static str,
    ) -> impl Fn(String) -> std::future::Ready<Result<()>> + Send + Sync + 'static + use<> {
        let seen = self.clone();
        move |payload| {
            seen.note(&format!("{name}: {payload}"));
            std::future::ready(Ok(()))
        }
    }
}

fn worker(db: &TestDb) -> Worker {
    Worker::new((**db).clone(), db.world.clone(), Bell::default())
}

async fn announce(db: &TestDb, payload: &'static str, stands: bool) {
    let world = db.world.clone();
    let wrote = db.write(async move |tx| {
        outbox::put(tx, &scope(), &world, "case.step", &payload)?;
        if stands { Ok(()) } else { Err(Problem::refused("no")) }
    });
    assert_eq!(wrote.await.is_ok(), stands);
}

async fn put(db: &TestDb, name: &'static str, payload: &'static str, dedupe: Option<&'static str>) {
    let world = db.world.clone();
    db.write(async move |tx| queue::put(tx, &scope(), &world, name, &payload, world.now(), dedupe))
        .await
        .unwrap();
}

row! {
    struct Counts { jobs: i64, announced: i64 }
}

mod asked {
    use super::statements;
    statements! {
        pub(super) COUNTS(unscoped "a test") = "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM job), \
             (SELECT CAST(COUNT(*) AS BIGINT) FROM outbox)";
    }
}

async fn left(db: &TestDb) -> (i64, i64) {
    let row: Counts = db.read().one(&asked::COUNTS, &scope(), &[]).await.unwrap();
    (row.jobs, row.announced)
}

#[db_test(&[MIGRATIONS])]
async fn every_statement_prepares(db: TestDb) {
    assert_eq!(linli_store::lint(&[MIGRATIONS], STATEMENTS), Vec::<String>::new());
    assert_eq!(asked::STATEMENTS.len(), 1);
    prepare_all(&db, STATEMENTS).await;
}

#[db_test(&[MIGRATIONS])]
async fn what_is_announced_reaches_each_subscriber_once(db: TestDb) {
    let seen = Seen::default();
    let worker = worker(&db)
        .on("case.step", "inbox", seen.by("inbox"))
        .on("case.step", "figures", seen.by("figures"))
        .on("survey.closed", "inbox", seen.by("surveys"));
    announce(&db, "accepted", true).await;
    announce(&db, "never happened", false).await;
    assert_eq!(worker.run_due(db.world.now()).await.unwrap(), 2);
    assert_eq!(seen.take(), ["figures: accepted", "inbox: accepted"]);
    assert_eq!(worker.run_due(db.world.now()).await.unwrap(), 0);
    assert_eq!(left(&db).await, (0, 1));
}

#[db_test(&[MIGRATIONS])]
async fn an_announcement_that_nobody_here_knows_waits_for_a_copy_that_does(db: TestDb) {
    announce(&db, "accepted", true).await;
    assert_eq!(worker(&db).run_due(db.world.now()).await.unwrap(), 0);
    let seen = Seen::default();
    let newer = worker(&db).on("case.step", "inbox", seen.by("inbox"));
    assert_eq!(newer.run_due(db.world.now()).await.unwrap(), 1);
}

#[db_test(&[MIGRATIONS])]
async fn a_failure_is_tried_again_later_and_kept_at_last(db: TestDb) {
    let (seen, mends) = (Seen::default(), Arc::new(AtomicBool::new(false)));
    let (note, mended) = (seen.clone(), mends.clone());
    let worker = worker(&db).job("sms.send", move |_: String| {
        note.note("tried");
        let mended = mended.load(Ordering::SeqCst);
        async move { if mended { Ok(()) } else { Err(Problem::refused("no_sms")) } }
    });
    put(&db, "sms.send", "your code", None).await;
    for wait in [0, 1, 5, 30, 120] {
        db.clock.advance_ms(wait * MINUTE - 1);
        assert_eq!(worker.run_due(db.world.now()).await.unwrap(), 0, "not before {wait} min");
        db.clock.advance_ms(1);
        assert_eq!(worker.run_due(db.world.now()).await.unwrap(), 1, "after {wait} min");
    }
    db.clock.advance_ms(12 * 60 * MINUTE);
    assert_eq!(worker.run_due(db.world.now()).await.unwrap(), 0);
    let failed = queue::failed(&mut db.read(), &scope()).await.unwrap();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].name, "sms.send");
    assert_eq!(failed[0].last_error.as_deref(), Some("refused: no_sms []"));

    mends.store(true, Ordering::SeqCst);
    let (id, now) = (failed[0].id, db.world.now());
    db.write(async move |tx| queue::again(tx, &scope(), id, now).await).await.unwrap();
    assert_eq!(worker.run_due(now).await.unwrap(), 1);
    assert_eq!(left(&db).await, (0, 0));
    let gone = db.write(async move |tx| queue::again(tx, &scope(), id, now).await).await;
    assert!(matches!(gone, Err(Problem::NotFound)));
}

#[db_test(&[MIGRATIONS])]
async fn a_panic_stops_no_other_job(db: TestDb) {
    let seen = Seen::default();
    let breaks = |_: Json| -> std::future::Ready<Result<()>> { panic!("a bug") };
    let worker = worker(&db).job("bad", breaks).job("good", seen.by("good"));
    put(&db, "bad", "x", None).await;
    put(&db, "good", "x", None).await;
    assert_eq!(worker.run_due(db.world.now()).await.unwrap(), 2);
    assert_eq!(seen.take(), ["good: x"]);
    assert_eq!(left(&db).await, (1, 0), "the bad one waits for its next try");
}

#[db_test(&[MIGRATIONS])]
async fn several_copies_do_each_job_once(db: TestDb) {
    let seen = Seen::default();
    let copy = || worker(&db).on("case.step", "inbox", seen.by("inbox")).job("recount", seen.by("recount"));
    let (one, two, three) = (copy(), copy(), copy());
    for _ in 0..20 {
        announce(&db, "accepted", true).await;
        put(&db, "recount", "cell", None).await;
    }
    let now = db.world.now();
    let (a, b, c) = tokio::join!(one.run_due(now), two.run_due(now), three.run_due(now));
    assert_eq!(a.unwrap() + b.unwrap() + c.unwrap(), 40);
    assert_eq!(seen.take().len(), 40);
}

#[db_test(&[MIGRATIONS])]
async fn a_job_that_waits_is_not_put_twice_but_one_that_has_begun_is(db: TestDb) {
    let seen = Seen::default();
    let (note, world, inner) = (seen.clone(), db.world.clone(), (*db).clone());
    let dirties_once = Arc::new(AtomicBool::new(true));
    let worker = worker(&db).job("recount", move |cell: String| {
        note.note(&cell);
        let (first, world, db) = (dirties_once.swap(false, Ordering::SeqCst), world.clone(), inner.clone());
        async move {
            if !first {
                return Ok(());
            }
            // the cell is marked dirty while it is being counted
            db.write(async move |tx| {
                queue::put(tx, &scope(), &world, "recount", &"again", world.now(), Some("cell 7"))
            })
            .await
        }
    });
    put(&db, "recount", "first", Some("cell 7")).await;
    put(&db, "recount", "second", Some("cell 7")).await;
    assert_eq!(worker.run_due(db.world.now()).await.unwrap(), 2);
    assert_eq!(seen.take(), ["again", "first"]);
}

#[db_test(&[MIGRATIONS])]
async fn a_job_whose_worker_died_begins_again_but_not_for_ever(db: TestDb) {
    let seen = Seen::default();
    let worker = worker(&db).job("import", seen.by("import"));
    put(&db, "import", "people", None).await;
    let die = async |tries: i64| {
        let now = db.world.now();
        let due: Vec<store::Due> = {
            let names = linli_store::Value::List(vec!["import".into()]);
            db.read().all(&store::JOB_DUE, &scope(), args![now, names, 9_i64]).await.unwrap()
        };
        let taken = write::take((*db).clone(), due, 5, now).await.unwrap();
        assert_eq!(taken[0].tries, tries);
        db.clock.advance_ms(15 * MINUTE - 1);
        assert_eq!(worker.run_due(db.world.now()).await.unwrap(), 0, "it may still be running");
        db.clock.advance_ms(1);
    };
    for tries in 1..=5 {
        die(tries).await;
    }
    assert_eq!(worker.run_due(db.world.now()).await.unwrap(), 0);
    let failed = queue::failed(&mut db.read(), &scope()).await.unwrap();
    assert_eq!(failed[0].last_error.as_deref(), Some("its worker ended before it did"));

    let (id, now) = (failed[0].id, db.world.now());
    db.write(async move |tx| queue::again(tx, &scope(), id, now).await).await.unwrap();
    die(1).await;
    assert_eq!(worker.run_due(db.world.now()).await.unwrap(), 1);
    assert_eq!(seen.take(), ["import: people"]);
}

fn noting(
    seen: &Seen,
    what: &'static str,
) -> impl Fn() -> std::future::Ready<Result<()>> + Send + Sync + use<> {
    let seen = seen.clone();
    move || {
        seen.note(what);
        std::future::ready(Ok(()))
    }
}

#[db_test(&[MIGRATIONS])]
async fn schedules_come_due_once_over_all_copies(db: TestDb) {
    let seen = Seen::default();
    let copy =
        || {
            worker(&db)
                .schedule("digest", When::Daily { hour: 8, minute: 30 }, noting(&seen, "digest"))
                .schedule("seal", When::Every { minutes: 10 }, noting(&seen, "seal"))
        };
    let (one, two) = (copy(), copy());
    let both = async || {
        let now = db.world.now();
        let (a, b) = tokio::join!(one.run_due(now), two.run_due(now));
        a.unwrap();
        b.unwrap();
        seen.take()
    };
    assert!(both().await.is_empty(), "at first sight a schedule waits for its next time");
    db.clock.set(START.plus_ms(10 * MINUTE));
    assert_eq!(both().await, ["seal"]);
    assert!(both().await.is_empty());
    db.clock.set(START.day().plus(1).start().plus_ms((8 * 60 + 30) * MINUTE));
    assert_eq!(both().await, ["digest", "seal"]);
    db.clock.set(START.day().plus(5).start().plus_ms(23 * 60 * MINUTE));
    assert_eq!(both().await, ["digest", "seal"], "days that were missed are made up for once");
    assert!(both().await.is_empty());
}

#[db_test(&[MIGRATIONS])]
async fn what_was_taken_is_kept_for_a_week(db: TestDb) {
    let seen = Seen::default();
    let worker = worker(&db).on("case.step", "inbox", seen.by("inbox"));
    announce(&db, "accepted", true).await;
    worker.run_due(db.world.now()).await.unwrap();
    db.clock.set(START.day().plus(7).start().plus_ms(4 * 60 * MINUTE));
    worker.run_due(db.world.now()).await.unwrap();
    assert_eq!(left(&db).await, (0, 1));
    db.clock.set(START.day().plus(8).start().plus_ms(4 * 60 * MINUTE));
    worker.run_due(db.world.now()).await.unwrap();
    assert_eq!(left(&db).await, (0, 0));
}

#[db_test(&[MIGRATIONS])]
async fn the_bell_wakes_it_and_it_stops_when_told(db: TestDb) {
    let (did, done) = oneshot::channel();
    let did = Arc::new(Mutex::new(Some(did)));
    let bell = Bell::default();
    let worker = Worker::new((*db).clone(), db.world.clone(), bell.clone()).job("ring", move |_: Json| {
        if let Some(did) = did.lock().unwrap().take() {
            did.send(()).unwrap();
        }
        async { Ok(()) }
    });
    let (stop, stopped) = oneshot::channel::<()>();
    let running = sendable(async move {
        worker.run(async move { stopped.await.unwrap() }).await;
    });
    let running = tokio::spawn(running);
    put(&db, "ring", "x", None).await;
    bell.ring();
    done.await.unwrap();
    stop.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(left(&db).await, (0, 0), "what it had begun it ended");
}

#[db_test(&[MIGRATIONS])]
async fn a_worker_that_is_alone_begins_at_once_what_a_killed_one_was_doing(db: TestDb) {
    let (did, done) = oneshot::channel();
    let did = Arc::new(Mutex::new(Some(did)));
    let worker = worker(&db).alone(true).job("import", move |_: Json| {
        if let Some(did) = did.lock().unwrap().take() {
            did.send(()).unwrap();
        }
        async { Ok(()) }
    });
    put(&db, "import", "people", None).await;
    let names = linli_store::Value::List(vec!["import".into()]);
    let now = db.world.now();
    let due: Vec<store::Due> =
        db.read().all(&store::JOB_DUE, &scope(), args![now, names, 9_i64]).await.unwrap();
    assert_eq!(write::take((*db).clone(), due, 5, now).await.unwrap().len(), 1);
    assert_eq!(worker.run_due(now).await.unwrap(), 0, "it has a lease");
    let (stop, stopped) = oneshot::channel::<()>();
    let running =
        tokio::spawn(sendable(async move { worker.run(async move { stopped.await.unwrap() }).await }));
    done.await.unwrap();
    stop.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(left(&db).await, (0, 0));
}

/// That the worker can be spawned.
fn sendable<T: Future<Output = ()> + Send + 'static>(task: T) -> T {
    task
}

#[test]
fn times_of_schedules_are_those_of_shanghai() {
    let every = When::Every { minutes: 10 };
    assert_eq!(every.last(START), START, "09:00 itself");
    assert_eq!(every.last(START.plus_ms(10 * MINUTE - 1)), START);
    let nine = When::Daily { hour: 9, minute: 0 };
    assert_eq!(nine.last(START), START);
    assert_eq!(nine.last(At(START.0 - 1)), START.plus_ms(-86_400_000));
    assert_eq!(nine.last(START.day().end()), START);
    let midnight = When::Daily { hour: 0, minute: 0 };
    assert_eq!(midnight.last(START), START.day().start());
}
