use crate::{
    backup::say,
    kept::city,
    program::{config, engine, write_key},
};
use linli_app::{config::Config, doctor, engine::ROOMS};
use linli_authz::Scope;
use linli_base::{CaseId, World};
use linli_casework::Filter;
use linli_store::{Snapshot, Stmt, args, statements};
use linli_testkit::{TestDb, db_test};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::PathBuf,
    time::Duration,
};

statements! {
    CHAIN(unscoped "a test's wound") = "UPDATE event SET via = 'api' WHERE case_id = $1 AND seq = 1";
    CUT(unscoped "a test's wound") = "UPDATE cases SET version = version + 1 WHERE id = $1";
    REPLAY(unscoped "a test's wound") = "UPDATE cases SET round = 9 WHERE id = $1";
    TEXT(unscoped "a test's wound") = "UPDATE event_text SET body = '[]' WHERE event_id IN \
        (SELECT e.id FROM event e WHERE e.case_id = $1)";
    DUE(unscoped "a test's wound") = "UPDATE cases SET due_at = due_at + 60000 WHERE id = $1";
    HOLDER(unscoped "a test's wound") = "UPDATE cases SET holder_id = NULL WHERE id = $1";
    HELPER(unscoped "a test's wound") = "INSERT INTO case_helper (case_id, org_id) VALUES ($1, $1)";
    PHONE(unscoped "a test's wound") = "UPDATE case_text SET phone_sealed = 'k1:AAAA' WHERE case_id = $1";
    AREA(unscoped "a test's wound") = "UPDATE area_closure SET depth = 3 WHERE depth = 2";
    ORG(unscoped "a test's wound") = "DELETE FROM org_closure WHERE depth = 1";
    JOB(unscoped "a test's wound") =
        "INSERT INTO job (id, name, payload, run_at, tries, failed_at, last_error) VALUES ($1, 'sms', '[]', 1, 5, 2, 'no way')";
    PERSON(unscoped "a test's wound") = "UPDATE person SET phone_lookup = 'x' WHERE id = \
        (SELECT n.id FROM person n WHERE n.phone_sealed IS NOT NULL ORDER BY n.id LIMIT 1)";
    MIGRATION(unscoped "a test's wound") = "UPDATE migration SET digest = 'x' WHERE room = 'files'";
    INDEX(unscoped "a test's wound, as PostgreSQL has them") =
        "UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = CAST('cases_number' AS regclass)";
}

/// What the doctor finds: how many it looked at, and the examples of what is wrong.
pub async fn examine(config: &Config, world: &World) -> BTreeMap<&'static str, (u64, Vec<String>)> {
    let mut found = BTreeMap::new();
    let told =
        |finding: doctor::Finding| drop(found.insert(finding.check, (finding.looked, finding.examples)));
    let well = doctor::examine(config, world, told).await.unwrap();
    assert_eq!(well, found.values().all(|(_, wrong)| wrong.is_empty()));
    found
}

pub fn wrong(found: &BTreeMap<&'static str, (u64, Vec<String>)>) -> BTreeMap<&'static str, Vec<String>> {
    let ill = found.iter().filter(|(_, (_, wrong))| !wrong.is_empty());
    ill.map(|(check, (_, wrong))| (*check, wrong.clone())).collect()
}

fn pictures(config: &Config) -> Vec<PathBuf> {
    let fans = fs::read_dir(config.pictures()).unwrap().map(|fan| fan.unwrap().path());
    let mut all: Vec<_> =
        fans.flat_map(|fan| fs::read_dir(fan).unwrap()).map(|file| file.unwrap().path()).collect();
    all.sort();
    all
}

#[db_test(ROOMS)]
async fn the_doctor_finds_each_wound_and_nothing_in_a_whole_city(db: TestDb) {
    let (engine, config) = city(&db).await;
    let found = examine(&config, &db.world).await;
    assert_eq!(wrong(&found), BTreeMap::new(), "a whole city is well, also while the program holds it");
    let (orders, wishes) = (75, 36);
    for check in ["chains", "replays", "due", "names", "search", "case_keys"] {
        assert_eq!(found[check].0, 360 + orders + wishes, "{check} looks at every request, order and wish");
    }
    assert!(
        found["pictures"].0 > 0 && found["texts"].0 > 360 && found["areas"].0 > 142 && found["held"].0 > 0
    );

    let system = linli_authz::Actor::System("a test");
    let working = Filter { state: Some("working".to_owned()), ..Filter::default() };
    let (lines, _) = engine.work.list(&system, &working, None, 200).await.unwrap();
    let mut patients = lines.iter().map(|line| (line.id, line.number.clone()));
    let wounds: &[(&str, &'static Stmt)] = &[
        ("chains", &CHAIN),
        ("chains", &CUT),
        ("replays", &REPLAY),
        ("texts", &TEXT),
        ("due", &DUE),
        ("held", &HOLDER),
        ("names", &HELPER),
        ("replays", &HELPER),
        ("case_keys", &PHONE),
    ];
    let mut wounded = Vec::new();
    for (check, wound) in wounds {
        let (id, number) = patients.next().unwrap();
        hurt(&engine.org.db, wound, Some(id)).await;
        wounded.push((*check, number));
    }
    let (lost, unsearchable) = patients.next().unwrap();
    let dropped = engine.org.db.write(async move |tx| {
        tx.search_drop("case_search", lost.0);
        Ok(())
    });
    dropped.await.unwrap();
    wounded.push(("search", unsearchable));
    for wound in [&AREA, &ORG, &PERSON, &MIGRATION] {
        hurt(&engine.org.db, wound, None).await;
    }
    hurt(&engine.org.db, &JOB, Some(lost)).await;
    let files = pictures(&config);
    fs::remove_file(&files[0]).unwrap();
    fs::write(&files[1], "scribbled").unwrap();
    let orphan = files[2].with_file_name(format!(
        "{}{}",
        &files[2].file_name().unwrap().to_str().unwrap()[..2],
        "0".repeat(62)
    ));
    fs::write(&orphan, "left over").unwrap();
    let two_hours_ago =
        File::open(&orphan).unwrap().metadata().unwrap().modified().unwrap() - Duration::from_hours(2);
    File::options().write(true).open(&orphan).unwrap().set_modified(two_hours_ago).unwrap();
    let postgres = Snapshot::open(&config.store).await.unwrap().kind().await == "postgresql";
    if postgres {
        hurt(&engine.org.db, &INDEX, None).await;
    }

    let found = examine(&config, &db.world).await;
    let ill = wrong(&found);
    for (check, number) in wounded {
        assert!(
            ill[check].iter().any(|said| said.contains(&number)),
            "{check}: {number} in {:?}",
            ill[check]
        );
    }
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(ill["pictures"].len(), 3, "gone, scribbled over, left over");
    assert!(ill["pictures"].contains(&name(&orphan)));
    assert_eq!(ill["jobs"], ["sms: given up: no way"]);
    assert_eq!(ill["migrations"], ["files/0001_file: run with another text"]);
    assert!(ill.contains_key("areas") && ill.contains_key("orgs") && ill.contains_key("people_keys"));
    assert_eq!(ill.get("database").is_some_and(|said| said.contains(&"cases_number".to_owned())), postgres);
}

async fn hurt(db: &linli_store::Db, wound: &'static Stmt, id: Option<CaseId>) {
    let hurt = db.write(async move |tx| {
        let scope = Scope::system("a test");
        match id {
            Some(id) => tx.run(wound, &scope, args![id]).await,
            None => tx.run(wound, &scope, args![]).await,
        }
    });
    assert!(hurt.await.unwrap() > 0, "{}", wound.name);
}

#[db_test(ROOMS)]
async fn a_lost_key_file_is_said_and_no_new_one_is_made(db: TestDb) {
    let (engine, config) = (engine(&db).await, config(&db));
    say(&engine.work, 1).await;
    drop(engine);
    let kept = config.key_file.with_extension("kept");
    fs::rename(&config.key_file, &kept).unwrap();
    let refused = linli_app::engine::Engine::open(&config, db.world.clone(), false).await.err().unwrap();
    assert!(refused.to_string().contains("key_missing"), "{refused}");
    assert!(!config.key_file.exists());
    let ill = wrong(&examine(&config, &db.world).await);
    assert!(ill.contains_key("people_keys") && ill.contains_key("case_keys"), "{ill:?}");

    write_key(&config, &format!("k1 {}\n", "ab".repeat(32)));
    let ill = wrong(&examine(&config, &db.world).await);
    let ill: Vec<_> = ill.keys().copied().collect();
    assert_eq!(
        ill,
        ["case_keys", "held", "keys"],
        "another key opens no phone, and a city without orgs holds nothing"
    );

    fs::rename(&kept, &config.key_file).unwrap();
    let ill = wrong(&examine(&config, &db.world).await);
    assert_eq!(ill.keys().copied().collect::<Vec<_>>(), ["held"]);
}

/// A page of the file that was written over by something else.
#[test]
fn a_damaged_file_is_found() {
    linli_testkit::on_sqlite(ROOMS, |db| {
        Box::pin(async move {
            let (engine, config) = (engine(&db).await, config(&db));
            for n in 0..100 {
                say(&engine.work, n).await;
            }
            drop(engine);
            let file = config.data.join("linli.db");
            let mut bytes = fs::read(&file).unwrap();
            let middle = bytes.len() / 2 / 4096 * 4096;
            bytes[middle..middle + 4096].fill(0x5a);
            fs::write(&file, bytes).unwrap();
            let ill = wrong(&examine(&config, &db.world).await);
            assert!(ill.contains_key("database"), "{ill:?}");
        })
    });
}
