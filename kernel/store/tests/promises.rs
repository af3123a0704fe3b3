//! What the store promises beyond the contract of its SQL: what is undone, refused, forgotten and kept.
#![cfg(test)]

use linli_authz::{Permission, Reach, Scope, Tier};
use linli_base::{At, Cursor, Id, Problem, Refusal};
use linli_store::{Config, Db, Entry, Migrations, Query, Value, args, lint, row, statements};
use linli_testkit::{TestDb, db_test, on_postgres, prepare_all};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, Mutex},
};
use uuid::Uuid;

statements! {
    ADD(unscoped "a test's row") = "INSERT INTO person (id, name, n) VALUES ($1, $2, $3)";
    ADD_BACK(unscoped "a test's row") = "INSERT INTO person (id, name, n) VALUES ($1, 'x', 1) RETURNING id";
    MEASURE(unscoped "a test's row") = "INSERT INTO person (id, name, d, j) VALUES ($1, $2, $3, $4)";
    COUNT(unscoped "a test's rows") = "SELECT CAST(COUNT(*) AS BIGINT) FROM person";
    NAME(unscoped "a test's row") = "SELECT p.name FROM person p WHERE p.id = $1";
    BY_IDS(unscoped "a test's rows") = "SELECT p.id FROM person p WHERE p.id IN {list:1} ORDER BY p.n DESC LIMIT $2";
    BY_NAMES(unscoped "a test's rows") = "SELECT p.id FROM person p WHERE p.name IN {list:1} ORDER BY p.n";
    BY_NUMBERS(unscoped "a test's rows") = "UPDATE person SET n = n + 1 WHERE n IN {list:1}";
}

const ROOMS: &[Migrations] = &[Migrations {
    room: "test",
    files: &[(
        "0001_person",
        "CREATE TABLE person (id UUID PRIMARY KEY, name TEXT NOT NULL, n BIGINT, d DOUBLE PRECISION, j JSONB);\n\
         CREATE UNIQUE INDEX person_number ON person (n);\n-- search index person_search\n",
    )],
}];

row! { struct Key { id: Uuid } }
row! { struct Count { count: i64 } }
row! { struct Name { name: String } }
row! { struct NameAsNumber { name: i64 } }

fn all() -> Scope {
    Scope::system("test")
}

fn key(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

async fn add(db: &Db, n: u128, name: &'static str) -> Result<u64, Problem> {
    db.write(async move |tx| tx.run(&ADD, &all(), args![key(n), name, i64::try_from(n).unwrap()]).await).await
}

async fn count(db: &Db) -> i64 {
    db.read().one::<Count>(&COUNT, &all(), args![]).await.unwrap().count
}

async fn put(db: &Db, n: u128, at: i64, street: u128, text: &'static str) {
    db.write(async move |tx| {
        tx.search_put("person_search", &[Entry::new(key(n), At(at), &[("s", key(street))], &[text])]);
        Ok(())
    })
    .await
    .unwrap();
}

async fn drop_words(db: &Db, id: Uuid) {
    let dropped = db.write(async move |tx| {
        tx.search_drop("person_search", id);
        Ok(())
    });
    dropped.await.unwrap();
}

#[test]
fn keeps_to_the_contract() {
    assert_eq!(lint(ROOMS, STATEMENTS), Vec::<String>::new());
}

#[db_test(ROOMS)]
async fn every_statement_is_taken(db: TestDb) {
    prepare_all(&db, STATEMENTS).await;
}

#[db_test(ROOMS)]
async fn an_error_that_was_passed_over_keeps_nothing(db: TestDb) {
    add(&db, 1, "王芳").await.unwrap();
    let swallowed = db
        .write(async |tx| {
            tx.run(&ADD, &all(), args![key(2), "李强", 2_i64]).await?;
            let _ = tx.run(&ADD, &all(), args![key(3), "赵敏", 1_i64]).await;
            Ok(())
        })
        .await;
    let Err(Problem::Broken(broken)) = swallowed else { panic!("{swallowed:?}") };
    assert!(broken.cause.to_string().starts_with("ADD failed"), "{}", broken.cause);
    assert_eq!(count(&db).await, 1);
    let found = db
        .write(async |tx| {
            let none: Result<Name, Problem> = tx.one(&NAME, &all(), args![key(9)]).await;
            assert!(matches!(none, Err(Problem::NotFound)));
            tx.run(&ADD, &all(), args![key(2), "李强", 2_i64]).await
        })
        .await;
    assert_eq!(found.unwrap(), 1, "not finding a row is no failure");
}

#[db_test(ROOMS)]
async fn of_rows_that_go_together_one_that_fails_undoes_all(db: TestDb) {
    add(&db, 1, "王芳").await.unwrap();
    let row = |n: u128, at: i64| (&ADD, args![key(n), "李强", at].to_vec());
    let rows = [row(2, 2), row(3, 1), row(4, 4)];
    for asks in [false, true] {
        let rows = rows.clone();
        let refused = db.write(async move |tx| {
            tx.run_all(&rows, &all())?;
            let there = if asks { tx.one::<Count>(&COUNT, &all(), args![]).await?.count } else { 0 };
            tx.search_put("person_search", &[Entry::new(key(2), At(2), &[], &["李强"])]);
            Ok(there)
        });
        let Err(Problem::Refused(why)) = refused.await else { panic!("two of one number") };
        assert_eq!(why.code, "taken");
        assert_eq!(count(&db).await, 1);
        assert!(db.read().search("person_search", &all(), "李强", None, 9).await.unwrap().is_empty());
    }
    // words and one row, which is one statement on a server
    let found = async || db.read().search("person_search", &all(), "赵敏", None, 9).await.unwrap().len();
    for (at, kept) in [(1, 0), (9, 1)] {
        let written = db.write(async move |tx| {
            tx.search_put("person_search", &[Entry::new(key(9), At(9), &[], &["赵敏"])]);
            tx.run_all(&[(&ADD, args![key(9), "赵敏", at].to_vec())], &all())
        });
        assert_eq!(written.await.is_ok(), kept == 1);
        assert_eq!((found().await, count(&db).await), (kept, 1 + i64::try_from(kept).unwrap()));
    }
    let [first, _, last] = rows;
    let stands = db.write(async move |tx| {
        tx.run_all(std::slice::from_ref(&first), &all())?;
        let there = tx.one::<Count>(&COUNT, &all(), args![]).await?.count;
        tx.run_all(std::slice::from_ref(&last), &all())?;
        Ok(there)
    });
    assert_eq!(stands.await.unwrap(), 3, "what waits goes before what is asked");
    assert_eq!(count(&db).await, 4);
    // so many of one text that a server is given several at once; of the second ninety some are there
    for (from, stands) in [(100, true), (150, false)] {
        let row = |n: i64| (&ADD, args![key(n.unsigned_abs().into()), "林晓", n].to_vec());
        let rows: Vec<_> = (from..from + 90).map(row).collect();
        let written = db.write(async move |tx| tx.run_all(&rows, &all())).await;
        assert_eq!(written.is_ok(), stands);
        assert_eq!(count(&db).await, 94);
    }
}

/// A write that is let go of in its middle keeps nothing, and nobody is given its connection.
#[tokio::test]
async fn a_write_that_is_let_go_of_leaves_nothing() {
    let Ok(url) = std::env::var("LINLI_TEST_DATABASE_URL") else { return };
    let schema = format!("let_go_{}", std::process::id());
    let db = Db::open(&Config::Server { url, schema }).await.unwrap();
    db.migrate(ROOMS, At(0)).await.unwrap();
    for n in 1..=20 {
        let lost = db.write(async move |tx| {
            tx.run(&ADD, &all(), args![key(n), "王芳", i64::try_from(n).unwrap()]).await?;
            std::future::pending::<Result<(), Problem>>().await
        });
        assert!(tokio::time::timeout(std::time::Duration::from_millis(50), lost).await.is_err());
    }
    assert_eq!(count(&db).await, 0);
    add(&db, 1, "王芳").await.unwrap();
    assert_eq!(count(&db).await, 1);
    db.drop_schema().await.unwrap();
}

#[db_test(ROOMS)]
async fn an_error_does_not_repeat_what_is_in_the_row(db: TestDb) {
    add(&db, 1, "王芳 13800000000").await.unwrap();
    let read: Result<NameAsNumber, Problem> = db.read().one(&NAME, &all(), args![key(1)]).await;
    let null = db
        .write(async |tx| tx.run(&ADD, &all(), args![key(2), None::<String>, 13_800_000_000_i64]).await)
        .await;
    for problem in [read.map(|row| row.name).unwrap_err(), null.map(|_| 0).unwrap_err()] {
        let said = format!("{problem} {problem:?}");
        assert!(matches!(problem, Problem::Broken(_)) && !said.contains("138000"), "{said}");
    }
}

#[db_test(ROOMS)]
async fn lists_have_no_longest_length(db: TestDb) {
    for n in 1..=5 {
        add(&db, n, ["", "甲", "乙", "丙", "丁", "戊"][usize::try_from(n).unwrap()]).await.unwrap();
    }
    for length in [3_u128, 100, 129, 70_000] {
        let ids = Value::List((2..2 + length).map(|n| key(n).into()).collect());
        let found: Vec<Key> = db.read().all(&BY_IDS, &all(), &[ids, 2_i64.into()]).await.unwrap();
        let two = if length == 3 { [key(4), key(3)] } else { [key(5), key(4)] };
        assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), two, "{length} ids");
        let names =
            (0..length).map(|n| Value::from(if n == 0 { "乙".to_owned() } else { format!("\"{n}") }));
        let found: Vec<Key> =
            db.read().all(&BY_NAMES, &all(), &[Value::List(names.collect())]).await.unwrap();
        assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [key(2)], "{length} names");
        let first = 5 + i64::from(length > 3) + i64::from(length > 100) + i64::from(length > 129);
        let numbers = Value::List((0..i64::try_from(length).unwrap()).map(|n| (first + n).into()).collect());
        let moved =
            db.write(async move |tx| tx.run(&BY_NUMBERS, &all(), std::slice::from_ref(&numbers)).await).await;
        assert_eq!(moved.unwrap(), 1, "{length} numbers");
    }
}

#[db_test(ROOMS)]
async fn a_read_cannot_write(db: TestDb) {
    let wrote: Result<Key, Problem> = db.read().one(&ADD_BACK, &all(), args![key(1)]).await;
    assert!(matches!(wrote, Err(Problem::Broken(_))));
    assert_eq!(count(&db).await, 0);
}

#[db_test(ROOMS)]
async fn what_the_two_disagree_about_does_not_go_in(db: TestDb) {
    let nul = Value::from("王\0芳");
    let in_json = Value::from(serde_json::json!({ "a": ["王\0芳"] }));
    let ok = || Value::from("x");
    for row in [
        [key(1).into(), nul.clone(), 0.5.into(), Value::Null],
        [key(1).into(), ok(), f64::NAN.into(), Value::Null],
        [key(1).into(), ok(), f64::NEG_INFINITY.into(), Value::Null],
        [key(1).into(), ok(), 0.5.into(), in_json],
    ] {
        let done = db.write(async move |tx| tx.run(&MEASURE, &all(), &row).await).await;
        let Err(Problem::Broken(broken)) = done else { panic!("{done:?}") };
        let said = broken.cause.to_string();
        assert!(said.starts_with("MEASURE: ") && !said.contains('王'), "{said}");
    }
    let asked: Result<Vec<Key>, Problem> = db.read().all(&BY_NAMES, &all(), &[Value::List(vec![nul])]).await;
    assert!(matches!(asked, Err(Problem::Broken(_))));
    assert_eq!(count(&db).await, 0);
}

#[db_test(ROOMS)]
async fn a_search_goes_on_where_a_row_was_dropped(db: TestDb) {
    let mut at_once = Vec::new();
    for n in 1..=9 {
        let at = if n < 5 { 1_000 } else { 1_000 + i64::try_from(n).unwrap() };
        put(&db, n, at, 900, "路灯").await;
        at_once.push(key(n));
    }
    let mut seen = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let page = db.read().search("person_search", &all(), "路灯", after.as_ref(), 2).await.unwrap();
        let Some((id, at)) = page.last().copied() else { break };
        seen.extend(page.into_iter().map(|(id, _)| id));
        after = Some(Cursor { key: at.0, id });
        drop_words(&db, id).await;
    }
    seen.sort();
    assert_eq!(seen, at_once);
    let forged = Cursor { key: i64::MAX, id: key(1) };
    put(&db, 1, 1_000, 900, "路灯").await;
    let all_of_it = db.read().search("person_search", &all(), "路灯", Some(&forged), 20).await.unwrap();
    assert_eq!(all_of_it.len(), 5);
}

#[db_test(ROOMS)]
async fn of_the_words_of_one_write_the_last_count_and_a_refused_write_leaves_none(db: TestDb) {
    put(&db, 1, 1_000, 900, "路灯").await;
    let entry = |n, text| Entry::new(key(n), At(1_000), &[], &[text]);
    // sent together, they share a commit on SQLite
    let changed = db.write(async move |tx| {
        tx.search_drop("person_search", key(1));
        tx.search_put("person_search", &[entry(1, "电梯"), entry(2, "路灯")]);
        tx.search_drop("person_search", key(2));
        Ok(())
    });
    let refused = db.write(async move |tx| {
        tx.search_put("person_search", &[entry(1, "噪音"), entry(3, "噪音")]);
        Err::<(), _>(Refusal::new("no").into())
    });
    let (changed, refused) = futures_util::future::join(changed, refused).await;
    changed.unwrap();
    assert!(matches!(refused, Err(Problem::Refused(_))), "{refused:?}");
    let found = async |words| db.read().search("person_search", &all(), words, None, 9).await.unwrap();
    assert_eq!(found("路灯").await, []);
    assert_eq!(found("噪音").await, []);
    assert_eq!(found("电梯").await, [(key(1), At(1_000))]);
}

#[db_test(ROOMS)]
async fn old_entries_are_found_below_thousands_of_newer_ones(db: TestDb) {
    let entry = |n: u128| {
        let text = if n % 700 == 3 { "路灯 电梯" } else { "电梯" };
        Entry::new(key(n), At(i64::try_from(n).unwrap()), &[("s", key(900))], &[text])
    };
    let written = db.write(async move |tx| {
        tx.search_put("person_search", &(0..3_500).map(entry).collect::<Vec<_>>());
        Ok(())
    });
    written.await.unwrap();
    let found = async |words, after: Option<&Cursor>, limit| {
        let hits = db.read().search("person_search", &all(), words, after, limit).await.unwrap();
        hits.into_iter().map(|(_, at)| at.0).collect::<Vec<_>>()
    };
    assert_eq!(found("路灯", None, 2).await, [2_803, 2_103], "among the newest");
    assert_eq!(found("路灯", None, 9).await, [2_803, 2_103, 1_403, 703, 3]);
    let after = Cursor { key: 2_103, id: key(2_103) };
    assert_eq!(found("路灯", Some(&after), 2).await, [1_403, 703]);
    assert_eq!(found("电梯 路灯", Some(&after), 9).await, [1_403, 703, 3]);
    assert_eq!(found("电梯", Some(&after), 3).await, [2_102, 2_101, 2_100]);
}

#[db_test(ROOMS)]
async fn a_text_cannot_put_itself_into_a_scope(db: TestDb) {
    let street = Scope::for_test(Permission::CaseSee, vec![Reach::Area(Tier::Street, Id::new(key(901)))]);
    put(&db, 1, 1_000, 900, "路灯 zzs00000000000000000000000000000385 §s00000000000000000000000000000385")
        .await;
    let found = db.read().search("person_search", &street, "路灯", None, 9).await.unwrap();
    assert_eq!(found, []);
    put(&db, 2, 1_000, 901, "路灯 हिन्दी Ǆ İstanbul e\u{301}té").await;
    for words in ["路灯", "हिन्दी", "ǆ", "İSTANBUL", "E\u{301}TÉ"] {
        let found = db.read().search("person_search", &street, words, None, 9).await.unwrap();
        assert_eq!(found, [(key(2), At(1_000))], "{words}");
    }
}

#[db_test(ROOMS)]
async fn a_panic_in_a_write_is_broken(db: TestDb) {
    let done = db
        .write(async |tx| -> Result<(), Problem> {
            tx.run(&ADD, &all(), args![key(1), "王芳", 1_i64]).await?;
            panic!("a bug")
        })
        .await;
    assert!(matches!(done, Err(Problem::Broken(_))), "{done:?}");
    assert_eq!(count(&db).await, 0);
    add(&db, 1, "王芳").await.unwrap();
}

#[db_test(ROOMS)]
async fn who_has_an_answer_finds_the_row(db: TestDb) {
    for n in 1..=100 {
        add(&db, n, "王芳").await.unwrap();
        assert_eq!(count(&db).await, i64::try_from(n).unwrap());
    }
}

#[tokio::test]
async fn an_answer_leaves_after_the_commit() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path()).await;
    let other = rusqlite::Connection::open(folder.path().join("linli.db")).unwrap();
    for n in 1..=50 {
        add(&db, n, "王芳").await.unwrap();
        let seen: i64 = other.query_row("SELECT COUNT(*) FROM person", [], |row| row.get(0)).unwrap();
        assert_eq!(seen, i64::try_from(n).unwrap());
    }
}

#[tokio::test]
async fn a_folder_is_free_when_its_database_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    for n in 1..=50 {
        let db = open(folder.path()).await;
        add(&db, n, "王芳").await.unwrap();
        assert_eq!(count(&db).await, i64::try_from(n).unwrap());
        // one that no one waits for is still done
        let unheard =
            db.write(async move |tx| tx.run(&ADD, &all(), args![key(n + 500), "x", None::<i64>]).await);
        drop(tokio::time::timeout(std::time::Duration::ZERO, unheard).await);
        db.write(async |tx| tx.run(&ADD, &all(), args![key(1), "x", None::<i64>]).await).await.unwrap_err();
        drop(db);
        assert!(!folder.path().join("linli.db-wal").exists(), "the log is in the file");
        let file = rusqlite::Connection::open(folder.path().join("linli.db")).unwrap();
        file.execute("DELETE FROM person WHERE name = 'x'", []).unwrap();
    }
}

async fn open(folder: &Path) -> Db {
    let db = Db::open(&Config::Embedded { folder: folder.to_owned() }).await.unwrap();
    db.migrate(ROOMS, At(1)).await.unwrap();
    db
}

fn in_a_file(folder: &Path, word: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes.windows(word.len()).any(|window| window == word.as_bytes())
    })
}

#[tokio::test]
async fn a_dropped_word_is_gone_from_the_file() {
    let folder = tempfile::tempdir().unwrap();
    for others in [false, true] {
        let db = open(folder.path()).await;
        for n in 1..300 {
            let text = match n {
                150 => "肺结核 tuberculosis",
                _ if others => "噪音 扰民 noise",
                _ => "路灯 lamp",
            };
            put(&db, n, i64::try_from(n).unwrap(), 900, text).await;
        }
        drop(db);
        assert!(in_a_file(folder.path(), "tuberculosis") && in_a_file(folder.path(), "结核"));
        let db = open(folder.path()).await;
        drop_words(&db, key(150)).await;
        drop(db);
        for word in ["tuberculosis", "uberculos", "肺结", "结核"] {
            assert!(!in_a_file(folder.path(), word), "{word} is still there");
        }
        rusqlite::Connection::open(folder.path().join("linli.db")).unwrap().execute_batch("VACUUM").unwrap();
        assert!(!in_a_file(folder.path(), "uberculos") && !in_a_file(folder.path(), "结核"));
    }
}

mod schema {
    use super::*;

    statements! {
        NAMED(unscoped "its name") = "SELECT CAST(current_schema() AS TEXT)";
        COUNTED(unscoped "how many") = "SELECT CAST(COUNT(*) AS BIGINT) FROM pg_namespace WHERE nspname = $1";
    }

    #[test]
    fn is_dropped_by_a_test_that_fails() {
        assert_eq!(STATEMENTS.len(), 2);
        let schema = Arc::new(Mutex::new(None));
        let told = schema.clone();
        let ended = catch_unwind(AssertUnwindSafe(|| {
            on_postgres(ROOMS, |db| {
                Box::pin(async move {
                    let name: Name = db.read().one(&NAMED, &all(), args![]).await.unwrap();
                    *told.lock().unwrap() = Some(name.name);
                    panic!("a test fails");
                })
            });
        }));
        let Some(schema) = schema.lock().unwrap().clone() else { return };
        assert!(ended.is_err());
        on_postgres(ROOMS, |db| {
            Box::pin(async move {
                let left: Count = db.read().one(&COUNTED, &all(), args![schema]).await.unwrap();
                assert_eq!(left.count, 0);
            })
        });
    }
}
