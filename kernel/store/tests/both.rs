//! The same on both databases.
#![cfg(test)]

use linli_authz::{Permission, Reach, Scope, Tier};
use linli_base::{At, Id, Problem};
use linli_store::{Config, Db, Entry, Migrations, Query, Shape, Value, args, lint, row, statements};
use linli_testkit::{TestDb, db_test, prepare_all};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use uuid::Uuid;

static THING: Shape = Shape {
    street: "{a}.street_id = {id}",
    community: "",
    grid: "",
    assigned: "({a}.n = 1 OR {a}.id = {id})",
    apart: &["{a}.n = 1", "{a}.id = {id}"],
    own: "",
    taken: "",
    code: "{a}.id = {id}",
};

statements! {
    shape THING;
    ADD(unscoped "a test's row") = "INSERT INTO thing (id, name, n, d, b, j, street_id, version) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, 1)";
    GET = "SELECT t.id, t.name, t.n, t.d, t.b, t.j FROM thing t WHERE t.id = $1 AND {scope:t}";
    LIST = "SELECT t.id FROM thing t WHERE {scope:t} {when:1: AND t.name = $1} {when:2: AND t.id IN {list:2}} \
        ORDER BY t.name, t.id LIMIT $3";
    EACH = "SELECT s.id FROM ({each:SELECT * FROM (SELECT t.id, t.name FROM thing t WHERE {scope:t} \
        {when:1: AND t.name <> $1} ORDER BY t.name LIMIT $2) AS one}) AS s ORDER BY s.name LIMIT $2";
    BUMP = "UPDATE thing AS t SET version = version + 1, n = $3 WHERE t.id = $1 AND t.version = $2 AND {scope:t}";
    SUMS = "SELECT CAST(COUNT(*) AS BIGINT), CAST(SUM(t.n) AS BIGINT), CAST(AVG(t.n) AS DOUBLE PRECISION), \
        CAST(COUNT(*) FILTER (WHERE t.b) AS BIGINT), STRING_AGG(t.name, ',' ORDER BY t.name) FROM thing t WHERE {scope:t}";
    UPSERT(unscoped "a test's row") = "INSERT INTO counter (day, last) VALUES ($1, 1) \
        ON CONFLICT (day) DO UPDATE SET last = counter.last + 1 RETURNING last";
}

const ROOMS: &[Migrations] = &[Migrations {
    room: "test",
    files: &[(
        "0001_thing",
        "CREATE TABLE thing (id UUID PRIMARY KEY, name TEXT NOT NULL, n BIGINT, d DOUBLE PRECISION, b BOOLEAN, j JSONB, \
         street_id UUID, version BIGINT NOT NULL);\nCREATE UNIQUE INDEX thing_name ON thing (name);\n\
         CREATE TABLE counter (day BIGINT PRIMARY KEY, last BIGINT NOT NULL);\n-- search index thing_search\n",
    )],
}];

row! { struct Thing { id: Uuid, name: String, n: Option<i64>, d: Option<f64>, b: Option<bool>, j: Option<serde_json::Value> } }
row! { struct Key { id: Uuid } }
row! { struct Sums { count: i64, sum: i64, avg: f64, yes: i64, names: String } }
row! { struct Last { last: i64 } }

fn all() -> Scope {
    Scope::system("test")
}

fn key(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

async fn add(db: &Db, n: u128, name: &'static str) -> Result<(), Problem> {
    db.write(async move |tx| {
        tx.run(
            &ADD,
            &all(),
            args![
                key(n),
                name,
                i64::try_from(n).unwrap(),
                0.5,
                n.is_multiple_of(2),
                json!({"n": 1.0}),
                key(900 + n % 2)
            ],
        )
        .await?;
        Ok(())
    })
    .await
}

#[test]
fn the_contract_holds_here_too() {
    assert_eq!(lint(ROOMS, STATEMENTS), Vec::<String>::new());
    let wrong = Migrations {
        room: "x",
        files: &[("1", "CREATE TABLE t (at TIMESTAMP);\nINSERT INTO t VALUES (now());")],
    };
    assert_eq!(lint(&[wrong], &[]).len(), 2);
}

#[db_test(ROOMS)]
async fn every_statement_is_taken(db: TestDb) {
    prepare_all(&db, STATEMENTS).await;
}

#[db_test(ROOMS)]
async fn values_come_back_as_they_went(db: TestDb) {
    let texts =
        ["", "路灯不亮，放学时看不清", "emoji 👍🏽 and \u{0000b7}", "it's \"quoted\" \\ $1 {x}", "a\nb\tc"];
    let numbers = [Some(0), Some(-1), Some(i64::MAX), Some(i64::MIN), None];
    let reals = [Some(0.0), Some(-0.5), Some(1e300), Some(std::f64::consts::PI), None];
    let jsons =
        [json!(null), json!([1, 2.5, "三"]), json!({"b": true, "a": {"x": []}}), json!("text"), json!(7)];
    for (n, text) in texts.into_iter().enumerate() {
        let (number, real, j) = (numbers[n], reals[n], jsons[n].clone());
        let id = key(n as u128 + 1);
        db.write(async move |tx| {
            tx.run(&ADD, &all(), args![id, text, number, real, None::<bool>, j.clone(), None::<Uuid>])
                .await?;
            Ok(())
        })
        .await
        .unwrap();
        let back: Thing = db.read().one(&GET, &all(), args![id]).await.unwrap();
        assert_eq!((back.id, back.name.as_str(), back.n, back.d, back.b), (id, text, number, real, None));
        assert_eq!(back.j.unwrap(), jsons[n]);
    }
}

#[db_test(ROOMS)]
async fn scopes_lists_and_optional_conditions(db: TestDb) {
    for (n, name) in [(1, "a"), (2, "b"), (3, "c"), (4, "d")] {
        add(&db, n, name).await.unwrap();
    }
    let count = async |scope: &Scope, args: &[Value]| -> usize {
        db.read().all::<Key>(&LIST, scope, args).await.unwrap().len()
    };
    let none = || Value::Null;
    assert_eq!(count(&all(), &[none(), none(), Value::Int(9)]).await, 4);
    assert_eq!(count(&all(), &["b".into(), none(), Value::Int(9)]).await, 1);
    let two = Value::List(vec![key(1).into(), key(3).into()]);
    assert_eq!(count(&all(), &[none(), two, Value::Int(9)]).await, 2);
    assert_eq!(count(&all(), &[none(), Value::List(vec![]), Value::Int(9)]).await, 0);
    assert_eq!(count(&Scope::by_code(Id::new(key(4))), &[none(), none(), Value::Int(9)]).await, 1);
    let sums: Sums = db.read().one(&SUMS, &all(), &[]).await.unwrap();
    assert_eq!((sums.count, sums.sum, sums.avg, sums.yes, sums.names.as_str()), (4, 10, 2.5, 2, "a,b,c,d"));
}

#[db_test(ROOMS)]
async fn what_is_within_reach_in_several_ways_comes_once(db: TestDb) {
    for (n, name) in [(1, "a"), (2, "b"), (3, "c"), (4, "d")] {
        add(&db, n, name).await.unwrap();
    }
    let ids = async |reaches: Vec<Reach>, without: Option<&'static str>, most: i64| -> Vec<u128> {
        let scope = Scope::for_test(Permission::CaseSee, reaches);
        let keys = db.read().all::<Key>(&EACH, &scope, args![without, most]).await.unwrap();
        keys.iter().map(|key| key.id.as_u128()).collect()
    };
    let (street, org) =
        (|| Reach::Area(Tier::Street, Id::new(key(901))), |n| Reach::Assigned(Id::new(key(n))));
    assert_eq!(ids(vec![street(), org(4)], None, 9).await, [1, 3, 4], "a lies in the street and is assigned");
    assert_eq!(ids(vec![street(), org(4)], Some("a"), 9).await, [3, 4]);
    assert_eq!(ids(vec![org(4), street()], None, 2).await, [1, 3]);
    assert_eq!(ids(vec![Reach::City], None, 9).await, [1, 2, 3, 4]);
    assert_eq!(ids(vec![], None, 9).await, [0_u128; 0]);
}

#[db_test(ROOMS)]
async fn a_unique_index_refuses_by_its_name(db: TestDb) {
    add(&db, 1, "same").await.unwrap();
    let Err(Problem::Refused(refusal)) = add(&db, 2, "same").await else { panic!("it was taken") };
    assert_eq!((refusal.code, refusal.args), ("taken", vec![("index", "thing_name".to_owned())]));
    assert!(db.read().maybe::<Thing>(&GET, &all(), args![key(2)]).await.unwrap().is_none());
}

#[db_test(ROOMS)]
async fn the_second_of_two_writers_changes_nothing(db: TestDb) {
    add(&db, 1, "a").await.unwrap();
    let bump = async |n: i64| {
        db.write(async move |tx| tx.run(&BUMP, &all(), args![key(1), 1_i64, n]).await).await.unwrap()
    };
    assert_eq!((bump(10).await, bump(20).await), (1, 0));
    let thing: Thing = db.read().one(&GET, &all(), args![key(1)]).await.unwrap();
    assert_eq!(thing.n, Some(10));
}

#[db_test(ROOMS)]
async fn a_refused_write_leaves_nothing_and_its_neighbours_stand(db: TestDb) {
    let mut writes = tokio::task::JoinSet::new();
    let ran = Arc::new(AtomicUsize::new(0));
    for n in 0..60_u128 {
        let (db, ran) = (Db::clone(&db), ran.clone());
        writes.spawn(async move {
            db.write(async move |tx| {
                ran.fetch_add(1, Ordering::SeqCst);
                let name = format!("thing {n}");
                tx.run(&ADD, &all(), args![key(n), name, 1_i64, 0.5, true, json!({}), None::<Uuid>]).await?;
                let _: Last = tx.one(&UPSERT, &all(), args![7_i64]).await?;
                if n.is_multiple_of(3) { Err(Problem::refused("third")) } else { Ok(()) }
            })
            .await
            .is_ok()
        });
    }
    let stood = writes.join_all().await.into_iter().filter(|ok| *ok).count();
    let sums: Sums = db.read().one(&SUMS, &all(), &[]).await.unwrap();
    assert_eq!((stood, sums.count), (40, 40));
    let last = db.write(async |tx| tx.one::<Last>(&UPSERT, &all(), args![7_i64]).await).await.unwrap();
    assert_eq!(last.last, 41, "undone writes gave their number back");
    assert!(ran.load(Ordering::SeqCst) >= 60);
}

#[db_test(ROOMS)]
async fn words_are_found_newest_first_within_the_scope(db: TestDb) {
    let texts =
        [(1, "书香路口过街灯不亮", 901), (2, "书香社区路灯坏了 lamp broken", 902), (3, "垃圾没有人清", 901)];
    for (n, text, street) in texts {
        db.write(async move |tx| {
            let entry = Entry::new(key(n), At(1000 + n as i64), &[("s", key(street))], &[text]);
            tx.search_put("thing_search", &[entry]);
            Ok(())
        })
        .await
        .unwrap();
    }
    let find = async |scope: &Scope, words: &str| -> Vec<u128> {
        let found = db.read().search("thing_search", scope, words, None, 10).await.unwrap();
        found.into_iter().map(|(id, _)| id.as_u128()).collect()
    };
    assert_eq!(find(&all(), "书香").await, [2, 1]);
    assert_eq!(find(&all(), "灯").await, [2, 1]);
    assert_eq!(find(&all(), "过街灯").await, [1]);
    assert_eq!(find(&all(), "LAMP 坏").await, [2]);
    assert_eq!(find(&all(), "lam").await, [2], "half typed");
    assert_eq!(find(&all(), "lam 坏了").await, Vec::<u128>::new(), "no longer being typed");
    assert_eq!(find(&all(), "没有的词").await, Vec::<u128>::new());
    assert_eq!(find(&all(), "it's \"odd\" -- $1").await, Vec::<u128>::new());
    let street = Scope::for_test(
        linli_authz::Permission::CaseSee,
        vec![linli_authz::Reach::Area(linli_authz::Tier::Street, Id::new(key(901)))],
    );
    assert_eq!(find(&street, "书香").await, [1]);

    db.write(async |tx| {
        let entry = Entry::new(key(1), At(1001), &[("s", key(901))], &["已改"]);
        tx.search_put("thing_search", &[entry]);
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(find(&all(), "书香").await, [2]);
    let dropped = db.write(async |tx| {
        tx.search_drop("thing_search", key(2));
        Ok(())
    });
    dropped.await.unwrap();
    db.search_tidy("thing_search").await.unwrap();
    assert_eq!(find(&all(), "书香").await, Vec::<u128>::new());
    assert_eq!(find(&all(), "垃圾").await, [3], "brought together, and all there");
}

#[db_test(ROOMS)]
async fn migrating_again_changes_nothing_and_a_changed_text_is_refused(db: TestDb) {
    add(&db, 1, "kept").await.unwrap();
    db.migrate(ROOMS, At(1)).await.unwrap();
    let _: Thing = db.read().one(&GET, &all(), args![key(1)]).await.unwrap();
    let other = [Migrations { room: "test", files: &[("0001_thing", "CREATE TABLE thing (id UUID);")] }];
    assert!(matches!(db.migrate(&other, At(1)).await, Err(Problem::Broken(_))));
}

#[db_test(ROOMS)]
async fn a_write_that_panics_is_broken_and_the_next_one_works(db: TestDb) {
    let writing = Db::clone(&db);
    let task =
        tokio::spawn(
            async move { writing.write(async |_| -> Result<(), Problem> { panic!("a bug") }).await },
        );
    assert!(!matches!(task.await, Ok(Ok(()))));
    add(&db, 1, "after").await.unwrap();
}

#[tokio::test]
async fn a_data_folder_is_held_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::Embedded { folder: folder.path().to_owned() };
    let held = Db::open(&config).await.unwrap();
    let Err(Problem::Refused(refusal)) = Db::open(&config).await else { panic!("it is held") };
    assert_eq!(refusal.code, "data_held");
    held.ping().await.unwrap();
}

#[tokio::test]
async fn sqlite_shares_commits() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Config::Embedded { folder: folder.path().to_owned() }).await.unwrap();
    db.migrate(ROOMS, At(1)).await.unwrap();
    let size = || std::fs::metadata(folder.path().join("linli.db-wal")).unwrap().len();
    let before = size();
    let mut writes = tokio::task::JoinSet::new();
    for n in 0..500_i64 {
        let db = db.clone();
        writes.spawn(async move {
            db.write(async move |tx| tx.one::<Last>(&UPSERT, &all(), args![n]).await).await.unwrap()
        });
    }
    writes.join_all().await;
    let pages = (size() - before) / 4096;
    assert!(pages < 400, "500 writes one by one would write 500 pages at least, these wrote {pages}");
}

#[tokio::test]
async fn the_log_begins_anew_while_people_write() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Config::Embedded { folder: folder.path().to_owned() }).await.unwrap();
    db.migrate(ROOMS, At(1)).await.unwrap();
    for n in 0..400 {
        add(&db, n, format!("{n}{}", "路".repeat(30_000)).leak()).await.unwrap();
    }
    let size = |name| std::fs::metadata(folder.path().join(name)).unwrap().len() >> 20;
    assert!(size("linli.db") > 30, "{} MB", size("linli.db"));
    assert!(size("linli.db-wal") < 40, "{} MB", size("linli.db-wal"));
}
