//! How fast the store is where it stands, beside the same rows written by a raw loop. `cargo bench -p linli-store`;
//! with `LINLI_TEST_DATABASE_URL` on PostgreSQL too.
#![expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a bench measures and prints"
)]

use linli_authz::Scope;
use linli_base::At;
use linli_store::{Config, Db, Migrations, Query, args, row, statements};
use std::time::{Duration, Instant};
use uuid::Uuid;

statements! {
    ADD(unscoped "a bench's row") = "INSERT INTO item (id, street_id, at, title, body) VALUES ($1, $2, $3, $4, $5)";
    LOG(unscoped "a bench's row") = "INSERT INTO item_log (id, item_id, at, what) VALUES ($1, $2, $3, $4)";
    PAGE(unscoped "a bench's rows") = "SELECT i.id, i.at, i.title, i.body FROM item i WHERE i.street_id = $1 \
        {when:2: AND i.at < $2} ORDER BY i.at DESC, i.id LIMIT 50";
}

const ROOMS: &[Migrations] = &[Migrations {
    room: "bench",
    files: &[(
        "0001_item",
        "CREATE TABLE item (id UUID PRIMARY KEY, street_id UUID NOT NULL, at BIGINT NOT NULL, title TEXT NOT NULL, \
         body TEXT NOT NULL);\nCREATE INDEX item_street ON item (street_id, at, id);\n\
         CREATE TABLE item_log (id UUID PRIMARY KEY, item_id UUID NOT NULL REFERENCES item (id), at BIGINT NOT NULL, \
         what TEXT NOT NULL);\n",
    )],
}];

row! { struct Item { id: Uuid, at: At, title: String, body: String } }

const BODY: &str = "书香路口过街灯不亮，放学时孩子过马路看不清，请尽快派人来看一看。";
const TASKS: usize = 64;
const LASTS: Duration = Duration::from_secs(3);

/// Ids that rise, as the program's do.
fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// Jobs a second from all tasks, each waiting for its answer; and the slowest of a hundred, in milliseconds.
async fn measured<F>(job: impl Fn(u128) -> F + Clone + Send + 'static) -> (f64, f64)
where
    F: Future<Output = ()> + Send,
{
    let begun = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let job = job.clone();
            tokio::spawn(async move {
                let mut took = Vec::new();
                while begun.elapsed() < LASTS {
                    let one = Instant::now();
                    job((took.len() * TASKS + task) as u128).await;
                    took.push(one.elapsed());
                }
                took
            })
        })
        .collect();
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await.unwrap());
    }
    let seconds = begun.elapsed().as_secs_f64();
    took.sort_unstable();
    (took.len() as f64 / seconds, took[took.len() * 99 / 100].as_secs_f64() * 1e3)
}

async fn bench(name: &str, db: &Db) {
    let writing = db.clone();
    let (rate, p99) = measured(move |n| {
        let db = writing.clone();
        async move {
            db.write(async move |tx| {
                let (item, street, at) = (id(n), id(n % 4), At(i64::try_from(n).unwrap()));
                tx.run(&ADD, &Scope::system("bench"), args![item, street, at, "路灯不亮", BODY]).await?;
                tx.run(&LOG, &Scope::system("bench"), args![item, item, at, "received"]).await
            })
            .await
            .unwrap();
        }
    })
    .await;
    println!("{name}: {rate:.0} writes of two rows a second, p99 {p99:.1} ms, {TASKS} tasks");
    let reading = db.clone();
    let (rate, p99) = measured(move |n| {
        let db = reading.clone();
        async move {
            let page: Vec<Item> = db
                .read()
                .all(&PAGE, &Scope::system("bench"), args![id(n % 4), 100 + n as i64])
                .await
                .unwrap();
            std::hint::black_box(page);
        }
    })
    .await;
    println!("{name}: {rate:.0} pages of 50 rows a second, p99 {p99:.1} ms, {TASKS} tasks");
}

/// The same rows, prepared once, committed every 64: what the store is measured against.
fn raw(folder: &std::path::Path) {
    let conn = rusqlite::Connection::open(folder.join("linli.db")).unwrap();
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;",
    )
    .unwrap();
    let mut add = conn
        .prepare("INSERT INTO item (id, street_id, at, title, body) VALUES (?1, ?2, ?3, ?4, ?5)")
        .unwrap();
    let mut log =
        conn.prepare("INSERT INTO item_log (id, item_id, at, what) VALUES (?1, ?2, ?3, ?4)").unwrap();
    let (begun, mut n) = (Instant::now(), 0_i64);
    while begun.elapsed() < LASTS {
        conn.execute_batch("BEGIN IMMEDIATE").unwrap();
        for _ in 0..TASKS {
            n += 1;
            let item = id(n as u128 + (1 << 40)).into_bytes();
            let street = id(n as u128 % 4).into_bytes();
            add.execute(rusqlite::params![item, street, n, "路灯不亮", BODY]).unwrap();
            log.execute(rusqlite::params![item, item, n, "received"]).unwrap();
        }
        conn.execute_batch("COMMIT").unwrap();
    }
    println!("raw loop: {:.0} writes of two rows a second", n as f64 / begun.elapsed().as_secs_f64());
    let mut page = conn
        .prepare("SELECT id, at, title, body FROM item WHERE street_id = ?1 AND at < ?2 ORDER BY at DESC, id LIMIT 50")
        .unwrap();
    let (begun, mut n) = (Instant::now(), 0_i64);
    while begun.elapsed() < LASTS {
        n += 1;
        let mut rows = page.query(rusqlite::params![id(n as u128 % 4).into_bytes(), 100 + n]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let item = (row.get::<_, [u8; 16]>(0).unwrap(), row.get::<_, i64>(1).unwrap());
            std::hint::black_box((item, row.get::<_, String>(2).unwrap(), row.get::<_, String>(3).unwrap()));
        }
    }
    println!(
        "raw loop: {:.0} pages of 50 rows a second, one thread",
        n as f64 / begun.elapsed().as_secs_f64()
    );
}

/// Resident memory of this process in MB, where the system says.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().split(' ').next().unwrap().parse::<f64>().unwrap() / 1024.0
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        // beside the build, not in a temporary folder that may be memory
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let before = resident();
        let db = Db::open(&Config::Embedded { folder: folder.path().to_owned() }).await.unwrap();
        db.migrate(ROOMS, At(1)).await.unwrap();
        println!("memory: {before:.1} MB before, {:.1} MB with an open SQLite database", resident());
        bench("SQLite", &db).await;
        println!("memory: {:.1} MB after it", resident());
        drop(db);
        raw(folder.path());
        if let Ok(url) = std::env::var("LINLI_TEST_DATABASE_URL") {
            let db = Db::open(&Config::Server { url, schema: "bench".to_owned() }).await.unwrap();
            let _ = db.drop_schema().await;
            db.migrate(ROOMS, At(1)).await.unwrap();
            bench("PostgreSQL", &db).await;
            db.drop_schema().await.unwrap();
        }
    });
}
