//! A small town's pages on 127.0.0.1:8099, to look at: `cargo run -p linli-org --example town`. Everybody's password
//! is that of the tests; 13800000001 is a clerk with two posts, 13800000002 the administrator.
#![expect(clippy::unwrap_used, dead_code, reason = "a look at the pages, not a program")]

#[path = "../tests/it/town.rs"]
mod town;

use linli_authz::Role;
use linli_base::{Clock, ManualClock, SystemClock, World};
use linli_store::{Config, Db};
use std::sync::Arc;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Config::Embedded { folder: folder.path().to_owned() }).await.unwrap();
    let world = World::system();
    db.migrate(town::ROOMS, world.now()).await.unwrap();
    let clock = Arc::new(ManualClock::new(SystemClock.now()));
    let town = town::Town::build(db, world, clock, folder.path()).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    town.post(zhou.person, town.city_desk, "回访员", &[Role::Caller]).await;
    town.staff("管理员", 2, town.city_desk, &[Role::SystemAdmin]).await;
    town.staff("吴敏之", 3, town.fangyuan_office, &[Role::Auditor, Role::Caller]).await;
    println!("shuxiang {} grid {} org {}", town.shuxiang, town.grid_1, town.fangyuan_office);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8099").await.unwrap();
    axum::serve(listener, town.pages()).await.unwrap();
}
