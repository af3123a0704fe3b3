//! The portability contract (`docs/DATABASE.md`): a corpus of values through each construct that it allows. What is
//! expected stands here once, so both databases answer the same.
#![cfg(test)]

use linli_authz::{Permission, Reach, Scope, Tier};
use linli_base::{At, Day, Id, OrgId, Problem};
use linli_store::{Db, Migrations, Query, Shape, Stmt, Value, args, lint, row, statements};
use linli_testkit::{TestDb, db_test, prepare_all};
use serde_json::{Value as Json, json};
use uuid::Uuid;

static ITEM: Shape = Shape {
    street: "{a}.street_id = {id}",
    community: "",
    grid: "",
    assigned: "EXISTS (SELECT 1 FROM helper h WHERE h.item_id = {a}.id AND h.org_id = {id})",
    apart: &[],
    own: "",
    taken: "",
    code: "{a}.id = {id}",
};

statements! {
    shape ITEM;
    ADD(unscoped "a test's row") = "INSERT INTO item (id, name, note, n, d, b, j, street_id, parent_id) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    HELP(unscoped "a test's row") = "INSERT INTO helper (item_id, org_id) VALUES ($1, $2)";
    WHOLE = "SELECT i.id, i.name, i.note, i.n, i.d, i.b, i.j FROM item i WHERE i.id = $1 AND {scope:i}";
    BY_NAME = "SELECT i.name FROM item i WHERE i.name = $1 AND {scope:i}";
    NAMES = "SELECT i.name FROM item i WHERE {scope:i} ORDER BY i.name";
    NAMES_FROM = "SELECT i.name FROM item i WHERE i.name >= $1 AND {scope:i} ORDER BY i.name DESC";
    LIKE = "SELECT i.name FROM item i WHERE i.name LIKE $1 ESCAPE '\\' AND {scope:i} ORDER BY i.name";
    ENDS(unscoped "a test's rows") = "SELECT MIN(name), MAX(name) FROM item";
    LENGTH = "SELECT LENGTH(i.name) FROM item i WHERE i.id = $1 AND {scope:i}";
    JOINED = "SELECT i.name || '·' || COALESCE(i.note, '无') FROM item i WHERE {scope:i} ORDER BY i.name";
    NUMBERS = "SELECT i.n FROM item i WHERE {scope:i} ORDER BY i.n NULLS FIRST";
    NUMBERS_LAST = "SELECT i.n FROM item i WHERE {scope:i} ORDER BY i.n DESC NULLS LAST";
    BELOW = "SELECT i.n FROM item i WHERE i.n < $1 AND {scope:i} ORDER BY i.n";
    DIVIDED = "SELECT i.n / 2, i.n % 3 FROM item i WHERE i.id = $1 AND {scope:i}";
    SAME_NOTE = "SELECT i.name FROM item i WHERE i.note IS NOT DISTINCT FROM $1 AND {scope:i} ORDER BY i.name";
    OTHER_NOTE = "SELECT i.name FROM item i WHERE i.note <> $1 AND {scope:i} ORDER BY i.name";
    SUMS = "SELECT CAST(COUNT(*) AS BIGINT), CAST(COUNT(i.n) AS BIGINT), CAST(SUM(i.n) AS BIGINT), \
        CAST(AVG(i.n) AS DOUBLE PRECISION), CAST(COUNT(*) FILTER (WHERE i.b) AS BIGINT), \
        STRING_AGG(i.name, '、' ORDER BY i.name DESC) FROM item i WHERE {scope:i}";
    TRUTH = "SELECT i.name, i.b, NOT i.b, TRUE, i.n > 0 FROM item i WHERE i.b = $1 AND {scope:i} ORDER BY i.name";
    KIND = "SELECT i.name, i.j ->> 'kind' FROM item i WHERE i.j ->> 'kind' = $1 AND {scope:i} ORDER BY i.name";
    RANKED = "SELECT i.name, ROW_NUMBER() OVER (PARTITION BY i.b ORDER BY i.name), \
        CAST(SUM(i.n) OVER (PARTITION BY i.b ORDER BY i.name) AS BIGINT) FROM item i WHERE {scope:i} ORDER BY i.name";
    BELOW_ROOT = "WITH RECURSIVE tree (id, name, depth) AS ( \
        SELECT i.id, i.name, 0 FROM item i WHERE i.id = $1 AND {scope:i} \
        UNION ALL SELECT c.id, c.name, t.depth + 1 FROM tree t JOIN item c ON c.parent_id = t.id) \
        SELECT t.name, CAST(t.depth AS BIGINT) FROM tree t ORDER BY t.depth, t.name";
    AFTER = "SELECT i.name FROM item i WHERE (i.n, i.id) > ($1, $2) AND {scope:i} ORDER BY i.n, i.id LIMIT $3";
    LABELS = "SELECT CASE WHEN i.n IS NULL THEN 'none' WHEN i.n < 0 THEN 'below' ELSE 'above' END \
        FROM item i WHERE {scope:i} ORDER BY i.name";
    COUNT_UP(unscoped "a counter") = "INSERT INTO counter (day, last) VALUES ($1, 1) \
        ON CONFLICT (day) DO UPDATE SET last = counter.last + 1 RETURNING last";
    COUNTER(unscoped "a counter") = "INSERT INTO counter (day, last) VALUES ($1, $2)";
    MOVED = "UPDATE item AS i SET n = i.n + $2 WHERE i.b AND i.n >= $1 AND {scope:i}";
    CHOSEN = "SELECT i.name FROM item i WHERE {scope:i} {when:1: AND i.name = $1} \
        {when:2: AND i.id IN {list:2} {when:3: AND i.n > $3}} {when:4: AND (i.n = $4 OR i.note = $5)} ORDER BY i.name";
    DAYS(unscoped "arguments only") = "SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS TEXT)";
}

const ROOMS: &[Migrations] = &[Migrations {
    room: "parity",
    files: &[(
        "0001_item",
        "CREATE TABLE item (id UUID PRIMARY KEY, name TEXT NOT NULL, note TEXT, n BIGINT, d DOUBLE PRECISION, \
         b BOOLEAN NOT NULL, j JSONB, street_id UUID, parent_id UUID REFERENCES item (id));\n\
         CREATE UNIQUE INDEX item_note_of_shown ON item (note) WHERE b;\n\
         CREATE UNIQUE INDEX item_name_in_street ON item (street_id, name);\n\
         CREATE TABLE helper (item_id UUID NOT NULL REFERENCES item (id), org_id UUID NOT NULL, \
         PRIMARY KEY (item_id, org_id));\n\
         CREATE TABLE counter (day BIGINT PRIMARY KEY, last BIGINT NOT NULL);\n",
    )],
}];

row! { struct Item { id: Uuid, name: String, note: Option<String>, n: Option<i64>, d: Option<f64>, b: bool, j: Option<Json> } }
row! { struct Name { name: String } }
row! { struct Number { n: Option<i64> } }
row! { struct Pair { a: i64, b: i64 } }
row! { struct Ends { first: String, last: String } }
row! { struct Sums { rows: i64, numbers: i64, sum: i64, avg: f64, shown: i64, names: String } }
row! { struct Truth { name: String, b: bool, not: bool, always: bool, above: Option<bool> } }
row! { struct Named { name: String, kind: String } }
row! { struct Ranked { name: String, rank: i64, running: Option<i64> } }
row! { struct Depth { name: String, depth: i64 } }
row! { struct Days { at: At, day: Day, id: Option<String> } }

/// A row as a test writes it; what it does not name is empty.
#[derive(Clone)]
struct New {
    id: u128,
    name: String,
    note: Option<&'static str>,
    n: Option<i64>,
    d: Option<f64>,
    b: bool,
    j: Option<Json>,
    street: Option<u128>,
    parent: Option<u128>,
}

fn new(id: u128, name: &str) -> New {
    let name = name.to_owned();
    New { id, name, note: None, n: None, d: None, b: false, j: None, street: None, parent: None }
}

fn all() -> Scope {
    Scope::system("test")
}

fn key(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

async fn add(db: &Db, rows: Vec<New>) -> Result<(), Problem> {
    db.write(async move |tx| {
        for r in &rows {
            let (street, parent) = (r.street.map(key), r.parent.map(key));
            let row = args![key(r.id), r.name.as_str(), r.note, r.n, r.d, r.b, r.j.clone(), street, parent];
            tx.run(&ADD, &all(), row).await?;
        }
        Ok(())
    })
    .await
}

async fn names(db: &Db, stmt: &'static Stmt, scope: &Scope, args: &[Value]) -> Vec<String> {
    let rows: Vec<Name> = db.read().all(stmt, scope, args).await.unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

async fn numbers(db: &Db, stmt: &'static Stmt, args: &[Value]) -> Vec<Option<i64>> {
    let rows: Vec<Number> = db.read().all(stmt, &all(), args).await.unwrap();
    rows.into_iter().map(|row| row.n).collect()
}

/// Four rows for the constructs: numbers with a NULL, notes with a NULL, a small tree.
fn four() -> Vec<New> {
    let j = |kind: &str| Some(json!({ "kind": kind }));
    vec![
        New { n: Some(-7), b: true, note: Some("甲"), j: j("路灯"), ..new(1, "东") },
        New { n: Some(7), b: true, note: Some("乙"), j: j("垃圾"), parent: Some(1), ..new(2, "南") },
        New { n: None, note: Some("甲"), j: j("路灯"), parent: Some(1), ..new(3, "西") },
        New { n: Some(12), note: None, j: Some(json!({ "other": 1 })), parent: Some(2), ..new(4, "北") },
    ]
}

const TEXTS: [&str; 18] = [
    "",
    " ",
    "10",
    "9",
    "A",
    "B",
    "a",
    "b ",
    "b\t",
    "e\u{301}",
    "é",
    "Ａ",
    "丁",
    "中",
    "书香社区",
    "👍🏽",
    "𠮷",
    "it's \"quoted\" \\ %_ {x} $1",
];

#[test]
fn keeps_to_its_own_contract() {
    assert_eq!(lint(ROOMS, STATEMENTS), Vec::<String>::new());
}

#[db_test(ROOMS)]
async fn every_statement_is_taken(db: TestDb) {
    prepare_all(&db, STATEMENTS).await;
}

#[db_test(ROOMS)]
async fn text_comes_back_and_sorts_by_its_bytes(db: TestDb) {
    add(&db, TEXTS.iter().zip(1..).map(|(text, id)| new(id, text)).collect()).await.unwrap();
    let mut sorted = TEXTS.to_vec();
    sorted.sort_unstable();
    assert_eq!(names(&db, &NAMES, &all(), args![]).await, sorted);
    for (text, id) in TEXTS.iter().zip(1..) {
        assert_eq!(names(&db, &BY_NAME, &all(), args![*text]).await, [*text]);
        let length = numbers(&db, &LENGTH, args![key(id)]).await;
        assert_eq!(length, [Some(i64::try_from(text.chars().count()).unwrap())], "{text}");
    }
    let ends: Ends = db.read().one(&ENDS, &all(), args![]).await.unwrap();
    assert_eq!((ends.first.as_str(), ends.last.as_str()), (sorted[0], sorted[17]));
    sorted.retain(|text| *text >= "中");
    sorted.reverse();
    assert_eq!(names(&db, &NAMES_FROM, &all(), args!["中"]).await, sorted);
}

#[db_test(ROOMS)]
async fn like_heeds_case_and_escapes(db: TestDb) {
    let texts = ["Lamp", "lamp", "100%", "100 m", "书香社区", "书香路", "a_b", "axb"];
    add(&db, texts.iter().zip(1..).map(|(text, id)| new(id, text)).collect()).await.unwrap();
    let found = async |pattern: &str| names(&db, &LIKE, &all(), args![pattern]).await;
    assert_eq!(found("L%").await, ["Lamp"]);
    assert_eq!(found("%amp").await, ["Lamp", "lamp"]);
    assert_eq!(found("100\\%").await, ["100%"]);
    assert_eq!(found("a\\_b").await, ["a_b"]);
    assert_eq!(found("书香_").await, ["书香路"]);
    assert_eq!(found("%社%").await, ["书香社区"]);
}

#[db_test(ROOMS)]
async fn whole_numbers_are_exact_to_the_edge(db: TestDb) {
    let edge = [i64::MIN, i64::MIN + 1, -(1 << 53) - 1, -1, 0, 1, (1 << 53) + 1, i64::MAX - 1, i64::MAX];
    let rows = edge.iter().zip(1..).map(|(n, id)| New { n: Some(*n), ..new(id, &id.to_string()) });
    add(&db, rows.chain([new(99, "none")]).collect()).await.unwrap();
    let rising: Vec<_> = edge.map(Some).to_vec();
    assert_eq!(numbers(&db, &NUMBERS, args![]).await, [&[None][..], &rising].concat());
    let falling: Vec<_> = rising.iter().rev().copied().chain([None]).collect();
    assert_eq!(numbers(&db, &NUMBERS_LAST, args![]).await, falling);
    assert_eq!(numbers(&db, &BELOW, args![(1_i64 << 53) + 1]).await, rising[..6]);
    let days: Days =
        db.read().one(&DAYS, &all(), args![At(i64::MAX), Day(-719_528), None::<String>]).await.unwrap();
    assert_eq!((days.at, days.day, days.id), (At(i64::MAX), Day(-719_528), None));
}

#[db_test(ROOMS)]
async fn division_cuts_towards_zero(db: TestDb) {
    for (id, n, half, rest) in [(1, -7, -3, -1), (2, 7, 3, 1), (3, -1, 0, -1), (4, 0, 0, 0)] {
        add(&db, vec![New { n: Some(n), ..new(id, &n.to_string()) }]).await.unwrap();
        let got: Pair = db.read().one(&DIVIDED, &all(), args![key(id)]).await.unwrap();
        assert_eq!((got.a, got.b), (half, rest), "{n}");
    }
}

#[db_test(ROOMS)]
async fn real_numbers_and_json_come_back(db: TestDb) {
    let reals =
        [0.0, 1.0, -0.5, 0.1 + 0.2, 1e300, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, 121.173_256];
    let shapes = [
        json!(null),
        json!(true),
        json!("文字 \"q\" \\ \n \u{7f} 👍🏽"),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(1.0),
        json!([]),
        json!({}),
        json!({ "": "空", "b": [1, [2, { "c": null }]], "a": { "中": -0.25 } }),
        json!([null, false, 0, "", [], {}]),
    ];
    for ((real, shape), id) in reals.into_iter().zip(shapes).zip(1..) {
        let row = New { d: Some(real), j: Some(shape.clone()), b: true, ..new(id, &id.to_string()) };
        add(&db, vec![row]).await.unwrap();
        let back: Item = db.read().one(&WHOLE, &all(), args![key(id)]).await.unwrap();
        assert_eq!(back.d.unwrap().to_bits(), real.to_bits(), "{real}");
        assert_eq!(back.j.unwrap(), shape);
        assert_eq!((back.id, back.note, back.n, back.b), (key(id), None, None, true));
    }
    add(&db, vec![new(99, "empty")]).await.unwrap();
    let empty: Item = db.read().one(&WHOLE, &all(), args![key(99)]).await.unwrap();
    assert!(empty.d.is_none() && empty.j.is_none() && !empty.b && empty.name == "empty");
}

#[db_test(ROOMS)]
async fn nothing_is_nothing_on_both(db: TestDb) {
    add(&db, four()).await.unwrap();
    assert_eq!(names(&db, &SAME_NOTE, &all(), args![None::<String>]).await, ["北"]);
    assert_eq!(names(&db, &SAME_NOTE, &all(), args!["甲"]).await, ["东", "西"]);
    assert_eq!(names(&db, &OTHER_NOTE, &all(), args!["甲"]).await, ["南"]);
    assert_eq!(names(&db, &OTHER_NOTE, &all(), args![None::<String>]).await, Vec::<String>::new());
    assert_eq!(names(&db, &JOINED, &all(), args![]).await, ["东·甲", "北·无", "南·乙", "西·甲"]);
    assert_eq!(names(&db, &LABELS, &all(), args![]).await, ["below", "above", "above", "none"]);
}

#[db_test(ROOMS)]
async fn counting_ranking_and_climbing(db: TestDb) {
    add(&db, four()).await.unwrap();
    let sums: Sums = db.read().one(&SUMS, &all(), args![]).await.unwrap();
    assert_eq!((sums.rows, sums.numbers, sums.sum, sums.avg, sums.shown), (4, 3, 12, 4.0, 2));
    assert_eq!(sums.names, "西、南、北、东");
    let ranked: Vec<Ranked> = db.read().all(&RANKED, &all(), args![]).await.unwrap();
    let ranked: Vec<_> = ranked.iter().map(|r| (r.name.as_str(), r.rank, r.running)).collect();
    assert_eq!(ranked, [("东", 1, Some(-7)), ("北", 1, Some(12)), ("南", 2, Some(0)), ("西", 2, Some(12))]);
    let tree: Vec<Depth> = db.read().all(&BELOW_ROOT, &all(), args![key(1)]).await.unwrap();
    let tree: Vec<_> = tree.iter().map(|t| (t.name.as_str(), t.depth)).collect();
    assert_eq!(tree, [("东", 0), ("南", 1), ("西", 1), ("北", 2)]);
    assert_eq!(names(&db, &AFTER, &all(), args![-7_i64, key(1), 9_i64]).await, ["南", "北"]);
    assert_eq!(names(&db, &AFTER, &all(), args![7_i64, key(0), 1_i64]).await, ["南"]);
    let kinds: Vec<Named> = db.read().all(&KIND, &all(), args!["路灯"]).await.unwrap();
    let kinds: Vec<_> = kinds.iter().map(|k| (k.name.as_str(), k.kind.as_str())).collect();
    assert_eq!(kinds, [("东", "路灯"), ("西", "路灯")]);
    let truth: Vec<Truth> = db.read().all(&TRUTH, &all(), args![false]).await.unwrap();
    let truth: Vec<_> = truth.iter().map(|t| (t.name.as_str(), t.b, t.not, t.always, t.above)).collect();
    assert_eq!(truth, [("北", false, true, true, Some(true)), ("西", false, true, true, None)]);
}

#[db_test(ROOMS)]
async fn writing_answers_what_it_changed(db: TestDb) {
    add(&db, four()).await.unwrap();
    let up = async || {
        db.write(async |tx| tx.one::<Number>(&COUNT_UP, &all(), args![Day(20_725)]).await).await.unwrap().n
    };
    assert_eq!((up().await, up().await), (Some(1), Some(2)));
    let move_from = async |from: i64| {
        db.write(async move |tx| tx.run(&MOVED, &all(), args![from, 100_i64]).await).await.unwrap()
    };
    assert_eq!((move_from(0).await, move_from(1_000).await), (1, 0));
    assert_eq!(numbers(&db, &NUMBERS, args![]).await, [None, Some(-7), Some(12), Some(107)]);
}

#[db_test(ROOMS)]
async fn a_unique_index_says_its_name(db: TestDb) {
    let taken = |done: Result<(), Problem>| match done {
        Err(Problem::Refused(refusal)) => (refusal.code, refusal.args[0].1.clone()),
        other => panic!("{other:?}"),
    };
    add(&db, vec![New { note: Some("甲"), b: true, street: Some(7), ..new(1, "东") }]).await.unwrap();
    let partial = New { note: Some("甲"), b: true, ..new(2, "南") };
    assert_eq!(taken(add(&db, vec![partial.clone()]).await), ("taken", "item_note_of_shown".to_owned()));
    add(&db, vec![New { b: false, ..partial }]).await.unwrap();
    let two = New { street: Some(7), ..new(3, "东") };
    assert_eq!(taken(add(&db, vec![two]).await), ("taken", "item_name_in_street".to_owned()));
    assert_eq!(taken(add(&db, vec![new(1, "西")]).await), ("taken", "item_pkey".to_owned()));
    let number = async || db.write(async |tx| tx.run(&COUNTER, &all(), args![5_i64, 1_i64]).await).await;
    assert_eq!(number().await.unwrap(), 1);
    assert_eq!(taken(number().await.map(|_| ())), ("taken", "counter_pkey".to_owned()));
    let orphan = New { parent: Some(404), ..new(5, "孤") };
    assert!(matches!(add(&db, vec![orphan]).await, Err(Problem::Broken(_))));
}

#[db_test(ROOMS)]
async fn conditions_and_lists_stay_or_go(db: TestDb) {
    add(&db, four()).await.unwrap();
    let none = || Value::Null;
    let list = |ids: &[u128]| Value::List(ids.iter().map(|id| key(*id).into()).collect());
    let chosen = async |args: [Value; 5]| names(&db, &CHOSEN, &all(), &args).await;
    assert_eq!(chosen([none(), none(), none(), none(), none()]).await, ["东", "北", "南", "西"]);
    assert_eq!(chosen(["南".into(), none(), none(), none(), none()]).await, ["南"]);
    assert_eq!(chosen([none(), list(&[1, 2, 2, 9]), none(), none(), none()]).await, ["东", "南"]);
    assert_eq!(chosen([none(), list(&[1, 2]), 0_i64.into(), none(), none()]).await, ["南"]);
    assert_eq!(chosen([none(), none(), 0_i64.into(), none(), none()]).await.len(), 4, "inside what is gone");
    assert_eq!(chosen([none(), list(&[]), none(), none(), none()]).await, Vec::<String>::new());
    assert_eq!(chosen([none(), none(), none(), 12_i64.into(), "甲".into()]).await, ["东", "北", "西"]);
}

#[db_test(ROOMS)]
async fn any_reach_lets_a_row_through(db: TestDb) {
    let mut rows = four();
    rows[0].street = Some(900);
    add(&db, rows).await.unwrap();
    let org: OrgId = Id::new(key(50));
    db.write(async move |tx| tx.run(&HELP, &all(), args![key(3), org]).await).await.unwrap();
    let seen = async |reaches: Vec<Reach>| {
        names(&db, &NAMES, &Scope::for_test(Permission::CaseSee, reaches), args![]).await
    };
    let street = || Reach::Area(Tier::Street, Id::new(key(900)));
    assert_eq!(seen(vec![street()]).await, ["东"]);
    assert_eq!(seen(vec![street(), Reach::Assigned(org)]).await, ["东", "西"]);
    assert_eq!(
        seen(vec![street(), Reach::Own(Id::new(key(1)))]).await,
        ["东"],
        "an empty predicate is never"
    );
    assert_eq!(seen(vec![Reach::Area(Tier::Grid, Id::new(key(900)))]).await, Vec::<String>::new());
    assert_eq!(seen(vec![]).await, Vec::<String>::new());
    assert_eq!(seen(vec![Reach::ByCode(Id::new(key(4))), Reach::City]).await.len(), 4);
    let elsewhere = Scope::by_code(Id::new(key(2)));
    let hidden: Result<Item, Problem> = db.read().one(&WHOLE, &elsewhere, args![key(1)]).await;
    assert!(matches!(hidden, Err(Problem::NotFound)));
}
