//! The demo city of the present with all messages delivered: loaded by the first test that wants it, kept for this
//! build of the tests, and laid out in the database of each.

use crate::program::{config, engine};
use linli_app::{config::Config, demo::Years, engine::Engine, load, serve};
use linli_base::{SeededIds, World};
use linli_store::{Config as Store, Db};
use linli_testkit::TestDb;
use std::{
    fs::{self, File},
    path::Path,
    sync::Arc,
    time::UNIX_EPOCH,
};

pub async fn city(db: &TestDb) -> (Engine, Config) {
    let config = config(db);
    let kept = kept(&config);
    // tests run in processes of their own: one loads, the others wait
    let lock = File::create(Path::new(env!("CARGO_TARGET_TMPDIR")).join("kept.lock")).unwrap();
    lock.lock().unwrap();
    if !lay_out(db, &kept, &config).await {
        make(&kept, db.world.clone()).await;
        assert!(lay_out(db, &kept, &config).await);
    }
    drop(lock);
    (engine(db).await, config)
}

/// Where it is kept, by when this build of the tests was made.
fn kept(own: &Config) -> Config {
    let built = fs::metadata(std::env::current_exe().unwrap()).unwrap().modified().unwrap();
    let built = built.duration_since(UNIX_EPOCH).unwrap().as_millis();
    let folder = |kind| Path::new(env!("CARGO_TARGET_TMPDIR")).join(kind).join(built.to_string());
    let (store, data) = match &own.store {
        Store::Embedded { .. } => (Store::Embedded { folder: folder("embedded") }, folder("embedded")),
        Store::Server { url, .. } => {
            (Store::Server { url: url.clone(), schema: format!("kept_{built}") }, folder("server"))
        }
    };
    Config { store, key_file: data.join("linli.key"), data, ..own.clone() }
}

async fn make(kept: &Config, world: World) {
    // what an earlier build kept, or what was begun and not finished
    let _ = fs::remove_dir_all(kept.data.parent().unwrap());
    if let Store::Server { .. } = &kept.store {
        let _not_there = Db::open(&kept.store).await.unwrap().drop_schema().await;
    }
    // other ids than those of the tests that go on from here
    let world = World { ids: Arc::new(SeededIds::new(8)), ..world };
    let engine = Engine::open(kept, world.clone(), true).await.unwrap();
    load::load(&engine, Years::Present).await.unwrap();
    serve::worker(&engine).run_due(world.now()).await.unwrap();
    let alone = engine.alone;
    drop(engine);
    if alone {
        // until its threads have let go of the file
        File::open(kept.data.join("linli.lock")).unwrap().lock().unwrap();
    }
    File::create(kept.data.join("made")).unwrap();
}

/// Whether it was there to be laid out.
async fn lay_out(db: &TestDb, kept: &Config, config: &Config) -> bool {
    if !kept.data.join("made").exists() {
        return false;
    }
    copy(&kept.data, &config.data);
    match &kept.store {
        Store::Embedded { .. } => true,
        Store::Server { schema, .. } => db.copy_schema(schema).await.unwrap(),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
