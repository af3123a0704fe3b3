use crate::{
    doctor::{examine, wrong},
    kept::city,
    program::{config, engine},
};
use linli_app::{
    backup,
    config::Config,
    engine::{Engine, ROOMS},
};
use linli_authz::Actor;
use linli_casework::{Casework, NewCase, Opened};
use linli_store::{Config as Store, Db};
use linli_testkit::{TestDb, db_test};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::task::JoinHandle;

fn request(n: usize) -> NewCase {
    NewCase {
        title: format!("第 {n} 盏灯不亮"),
        body: "晚上看不见路\\\n\t有台阶".to_owned(),
        phone: Some(linli_base::Phone::parse("phone", "19900001234").unwrap()),
        source: "web".to_owned(),
        ..NewCase::default()
    }
}

pub async fn say(work: &Casework, n: usize) -> Opened {
    work.open(Actor::Stranger, "request", "say", request(n)).await.unwrap()
}

/// Residents who say one thing after the other until they are told to stop.
pub struct Residents {
    answered: Arc<Mutex<Vec<Opened>>>,
    going_on: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Residents {
    pub fn begin(work: &Casework, many: usize) -> Residents {
        let (answered, going_on) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(true)));
        let one = |resident: usize| {
            let (work, answered, going_on) = (work.clone(), answered.clone(), going_on.clone());
            tokio::spawn(async move {
                let mut n = resident * 100_000;
                while going_on.load(Ordering::SeqCst) {
                    let opened = say(&work, n).await;
                    answered.lock().unwrap().push(opened);
                    n += 1;
                }
            })
        };
        let tasks = (1..=many).map(one).collect();
        Residents { answered, going_on, tasks }
    }

    /// What was answered so far.
    pub fn answered(&self) -> Vec<Opened> {
        self.answered.lock().unwrap().clone()
    }

    /// Until so many were answered.
    pub async fn reach(&self, many: usize) {
        while self.answered.lock().unwrap().len() < many {
            tokio::task::yield_now().await;
        }
    }

    /// All that was answered.
    pub async fn end(self) -> Vec<Opened> {
        self.going_on.store(false, Ordering::SeqCst);
        for task in self.tasks {
            task.await.unwrap();
        }
        self.answered.lock().unwrap().clone()
    }
}

/// Where a backup is restored to: an embedded database, and a schema where there is a server.
pub fn elsewhere(db: &TestDb, name: &str, server: bool) -> Option<Config> {
    let folder = db.folder.path().join(name);
    fs::create_dir_all(&folder).unwrap();
    let schema = format!(
        "t_{}",
        uuid::Uuid::from_u128(linli_base::Ids::uuid(&linli_base::OsIds, linli_base::At(0)).as_u128())
            .simple()
    );
    let store = if server {
        Store::Server { url: std::env::var("LINLI_TEST_DATABASE_URL").ok()?, schema }
    } else {
        Store::Embedded { folder: folder.clone() }
    };
    Some(Config { store, key_file: folder.join("linli.key"), data: folder, ..config(db) })
}

pub async fn restored(from: &Config, to: &Config, db: &TestDb, file: &Path) -> Engine {
    Box::pin(backup::restore(to, &db.world, file, |_| {})).await.unwrap();
    assert!(!to.key_file.exists(), "the key is in no backup");
    fs::copy(&from.key_file, &to.key_file).unwrap();
    assert_eq!(wrong(&examine(to, &db.world).await), BTreeMap::new(), "the doctor finds nothing");
    Engine::open(to, db.world.clone(), false).await.unwrap()
}

pub async fn drop_schema(config: &Config) {
    if matches!(config.store, Store::Server { .. }) {
        Db::open(&config.store).await.unwrap().drop_schema().await.unwrap();
    }
}

/// The drill: a city is backed up while requests come in, and stands again in either kind of database.
#[db_test(ROOMS)]
async fn a_backup_under_load_stands_again_in_either_database(db: TestDb) {
    let (engine, config) = city(&db).await;
    let residents = Residents::begin(&engine.work, 8);
    residents.reach(50).await;
    let before = residents.answered();
    let file = db.folder.path().join("city.tar");
    let manifest = Box::pin(backup::backup(&config, &db.world, &file, |_| {})).await.unwrap();
    let after = residents.end().await.len();
    assert!(after > before.len(), "requests went on while it was written");
    assert!(manifest.pictures > 0 && manifest.missing.is_empty());
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&fs::metadata(&file).unwrap()) & 0o777, 0o600);
    let secret = fs::read_to_string(&config.key_file).unwrap();
    let secret = secret.lines().last().unwrap().split(' ').nth(1).unwrap();
    assert!(!fs::read(&file).unwrap().windows(64).any(|bytes| bytes == secret.as_bytes()));

    for server in [false, true] {
        let Some(to) = elsewhere(&db, &format!("to-{server}"), server) else { continue };
        let there = restored(&config, &to, &db, &file).await;
        for opened in &before {
            let found = there.work.by_code(&opened.number, &opened.code).await.unwrap();
            assert_eq!(found, Some(opened.id), "{} was answered before the backup began", opened.number);
        }
        let said = say(&there.work, 1).await;
        assert!(there.work.by_code(&said.number, &said.code).await.unwrap().is_some(), "and life goes on");
        drop(there);

        // and back into the other kind
        let again = db.folder.path().join(format!("again-{server}.tar"));
        let second = Box::pin(backup::backup(&to, &db.world, &again, |_| {})).await.unwrap();
        let cases =
            |m: &backup::Manifest| m.tables.iter().find(|part| part.table.name == "cases").unwrap().rows;
        assert_eq!(cases(&second), cases(&manifest) + 1);
        if let Some(back) = elsewhere(&db, &format!("back-{server}"), !server) {
            drop(restored(&to, &back, &db, &again).await);
            drop_schema(&back).await;
        }
        drop_schema(&to).await;
    }
}

#[db_test(ROOMS)]
async fn a_backup_goes_only_where_nothing_is_and_only_when_it_is_whole(db: TestDb) {
    let (engine, config) = (engine(&db).await, config(&db));
    say(&engine.work, 1).await;
    let file = db.folder.path().join("city.tar");
    Box::pin(backup::backup(&config, &db.world, &file, |_| {})).await.unwrap();
    let again = Box::pin(backup::backup(&config, &db.world, &file, |_| {})).await.unwrap_err();
    assert!(again.to_string().contains("file_there"), "{again}");
    let full = Box::pin(backup::restore(&config, &db.world, &file, |_| {})).await.unwrap_err();
    assert!(full.to_string().contains("not_empty"), "{full}");

    let to = elsewhere(&db, "to", false).unwrap();
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.windows(12).position(|name| name == b"tables/event").unwrap() + 600;
    bytes[middle] ^= 1;
    let damaged = db.folder.path().join("damaged.tar");
    fs::write(&damaged, &bytes).unwrap();
    let refused = Box::pin(backup::restore(&to, &db.world, &damaged, |_| {})).await.unwrap_err();
    assert!(refused.to_string().contains("backup_damaged"), "{refused}");
    assert!(!to.data.join("linli.db").exists(), "nothing was begun");
    fs::write(&damaged, &bytes[..bytes.len() / 2]).unwrap();
    let refused = Box::pin(backup::restore(&to, &db.world, &damaged, |_| {})).await.unwrap_err();
    assert!(refused.to_string().contains("backup_damaged"), "{refused}");
    Box::pin(backup::restore(&to, &db.world, &file, |_| {})).await.unwrap();
}
