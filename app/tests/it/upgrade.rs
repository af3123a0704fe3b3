use crate::{
    doctor::{examine, wrong},
    program::{config, write_key},
};
use linli_app::engine::{Engine, ROOMS};
use linli_authz::{Actor, Scope, Via};
use linli_base::{CaseId, PersonId};
use linli_casework::{Casework, Filter, NewCase};
use linli_store::{Config, Db, Migrations, Query, Snapshot, Source, Table, Value, args, row, statements};
use linli_testkit::{START, TestDb, db_test};
use std::{
    collections::BTreeMap,
    io::{self, BufRead},
    sync::Arc,
};

/// A city as the first version of the tables held it, in the middle of its work: a section for each table, in which a
/// line is a row as in a backup. Made with the program of that version; it never changes.
const FIRST: &str = include_str!("fixtures/city-0001.txt");
/// The key it was made with.
const KEY: &str = "k1 abababababababababababababababababababababababababababababababab\n";

statements! {
    PERSON(unscoped "a test asks who somebody is") = "SELECT n.id FROM person n WHERE n.name = $1";
    APPLIED(unscoped "a test counts") = "SELECT CAST(COUNT(*) AS BIGINT) FROM migration";
    NEWER(unscoped "a test writes what a newer program would") =
        "INSERT INTO migration (room, name, digest, applied_at) VALUES ('casework', '9999_later', 'x', 1)";
}

row! { struct Key { id: PersonId } }
row! { struct Count { count: i64 } }

struct Fixture;

impl Source for Fixture {
    fn lines(&self, table: &str) -> io::Result<Box<dyn BufRead + Send>> {
        let section = sections().remove(table).map(|(_, lines)| lines).unwrap_or_default();
        Ok(Box::new(io::Cursor::new(section)))
    }
}

/// Columns and lines of each table.
fn sections() -> BTreeMap<String, (Table, String)> {
    let sections = FIRST.trim_start_matches("== ").split("\n== ").map(|section| {
        let (head, lines) = section.split_once('\n').unwrap();
        let (name, columns) = head.split_once(": ").unwrap();
        let (columns, search) =
            columns.strip_suffix(" (search)").map_or((columns, false), |rest| (rest, true));
        let columns = columns.split(' ').map(str::to_owned).collect();
        (name.to_owned(), Table { name: name.to_owned(), columns, search }, lines.to_owned())
    });
    sections.map(|(name, table, lines)| (name, (table, lines))).collect()
}

/// The rooms as they were: the first migration of each of the four.
fn first_rooms() -> Vec<Migrations> {
    let four = ROOMS.iter().filter(|room| ["jobs", "files", "org", "casework"].contains(&room.room));
    four.map(|room| Migrations { files: &room.files[..1], ..*room }).collect()
}

async fn as_it_was(db: &TestDb) -> linli_app::config::Config {
    let config = config(db);
    // the server's schema has the present tables already
    if matches!(config.store, Config::Server { .. }) {
        db.drop_schema().await.unwrap();
    }
    let tables = sections().into_values().map(|(table, _)| table).collect();
    let before = Db::open(&config.store).await.unwrap();
    before.restore(first_rooms(), tables, Arc::new(Fixture), Arc::new(|_| {}), START).await.unwrap();
    write_key(&config, KEY);
    config
}

async fn actor(work: &Casework, name: &str) -> Actor {
    let mut read = work.db().read();
    let person: Key = read.one(&PERSON, &Scope::system("a test"), args![name]).await.unwrap();
    let hats = linli_org::sign_in::hats_of(&mut read, person.id, START.day()).await.unwrap();
    Actor::Person { id: person.id, name: name.to_owned(), hat: Some(hats[0].hat.clone()), via: Via::Web }
}

async fn does(work: &Casework, who: &Actor, id: CaseId, step: &str, fields: &[(&str, &str)]) -> String {
    let raw = fields.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()])).collect();
    work.step(who.clone(), id, step, None, raw).await.unwrap_or_else(|e| panic!("{step}: {e}")).state
}

async fn in_state(work: &Casework, state: &str) -> CaseId {
    let filter = Filter { state: Some(state.to_owned()), ..Filter::default() };
    let (lines, _) = work.list(&Actor::System("a test"), &filter, None, 10).await.unwrap();
    assert_eq!(lines.len(), 1, "one is {state}");
    lines[0].id
}

#[db_test(ROOMS)]
async fn a_city_of_the_first_version_goes_on_under_this_one(db: TestDb) {
    let config = as_it_was(&db).await;
    let engine = Engine::open(&config, db.world.clone(), false).await.unwrap();
    // what the worker's next rounds do
    engine.work.cards().await.unwrap();
    engine.work.count_figures().await.unwrap();
    assert_eq!(wrong(&examine(&config, &db.world).await), BTreeMap::new());
    let work = &engine.work;
    let [clerk, worker, auditor, caller] = ["吴敏之", "林工", "周敏", "郑兰"];

    // one that was being worked on then comes to its end now
    let (lin, zhou) = (actor(work, worker).await, actor(work, auditor).await);
    let id = in_state(work, "working").await;
    let view = work.view(&lin, id).await.unwrap();
    assert_eq!(
        (view.loaded.row.procedure_version, view.loaded.row.title.as_str()),
        (1, "书香路口过街灯不亮")
    );
    does(work, &lin, id, "contact", &[("way", "phone"), ("result", "约好明天上午修")]).await;
    let reply =
        "赵女士您好。书香路口过街灯的灯头和进线已经换好，9月30日晚上亮灯。以后再不亮，可以接着在这里说。";
    db.clock.advance_ms(26 * 3_600_000);
    let answer = [("truth", "true"), ("solved", "yes"), ("reply", reply)];
    assert_eq!(does(work, &lin, id, "answer", &answer).await, "auditing");
    assert_eq!(does(work, &zhou, id, "pass", &[]).await, "calling");
    let happy = [("contacted", "yes"), ("solved", "yes"), ("satisfied", "satisfied")];
    let zheng = actor(work, caller).await;
    assert_eq!(does(work, &zheng, id, "call_back", &happy).await, "closed");
    // one that waited to be accepted, and one that is new
    let wu = actor(work, clerk).await;
    let accept = [("kind", "help"), ("category", "road.lamp"), ("level", "normal")];
    let waiting = in_state(work, "accepting").await;
    assert_eq!(does(work, &wu, waiting, "accept", &accept).await, "dispatching");
    let new = NewCase {
        title: "新的一件".to_owned(),
        body: "刚说的".to_owned(),
        source: "web".to_owned(),
        ..NewCase::default()
    };
    let opened = work.open(Actor::Stranger, "request", "say", new).await.unwrap();
    assert_ne!(opened.number, "260929-0001", "numbers go on");
    linli_app::serve::worker(&engine).run_due(db.world.now()).await.unwrap();
    assert_eq!(wrong(&examine(&config, &db.world).await), BTreeMap::new());
}

#[db_test(ROOMS)]
async fn upgrading_twice_at_once_and_again_changes_nothing_more(db: TestDb) {
    let config = as_it_was(&db).await;
    let one = Db::open(&config.store).await.unwrap();
    // an embedded database is one program's, and a second start is refused before it comes to this
    let other = Db::open(&config.store).await.unwrap_or_else(|_| one.clone());
    let (first, second) = tokio::join!(one.migrate(ROOMS, START), other.migrate(ROOMS, START));
    first.unwrap();
    second.unwrap();
    let count =
        async || one.read().one::<Count>(&APPLIED, &Scope::system("a test"), args![]).await.unwrap().count;
    let all = ROOMS.iter().map(|room| room.files.len()).sum::<usize>();
    assert_eq!(usize::try_from(count().await).unwrap(), all);
    one.migrate(ROOMS, START).await.unwrap();
    assert_eq!(usize::try_from(count().await).unwrap(), all);
}

#[db_test(ROOMS)]
async fn a_migration_that_fails_leaves_all_as_it_was(db: TestDb) {
    let config = as_it_was(&db).await;
    let open = Db::open(&config.store).await.unwrap();
    let before = Snapshot::open(&config.store).await.unwrap().tables().await.unwrap();
    let mut rooms = ROOMS.to_vec();
    rooms.push(Migrations {
        room: "later",
        files: &[(
            "0001_later",
            "CREATE TABLE later (id UUID PRIMARY KEY);\nCREATE INDEX wrong ON nowhere (id);\n",
        )],
    });
    open.migrate(&rooms, START).await.unwrap_err();
    let after = Snapshot::open(&config.store).await.unwrap().tables().await.unwrap();
    assert_eq!(before, after, "not even those before it stand");
    open.migrate(ROOMS, START).await.unwrap();
    drop(open);
    let engine = Engine::open(&config, db.world.clone(), false).await.unwrap();
    in_state(&engine.work, "working").await;
}

#[db_test(ROOMS)]
async fn an_older_program_refuses_the_data_of_a_newer_one(db: TestDb) {
    let config = as_it_was(&db).await;
    let open = Db::open(&config.store).await.unwrap();
    open.write(async |tx| tx.run(&NEWER, &Scope::system("a test"), &[] as &[Value]).await).await.unwrap();
    drop(open);
    let refused = Engine::open(&config, db.world.clone(), false).await.err().unwrap();
    assert!(
        refused.to_string().contains("newer_data") && refused.to_string().contains("9999_later"),
        "{refused}"
    );
    let said = linli_app::engine::WORDS.text(
        linli_i18n::Lang::Zh,
        "refusal.newer_data",
        &[("migrations", String::new())],
    );
    assert!(said.contains("备份"), "and says what to do: {said}");
}
