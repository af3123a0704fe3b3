use crate::{
    clients::{Clients, Trouble, all_there, delivered_once},
    program::{City, Dice, number, schema},
    server::release_leases,
};
use linli_store::Config as Store;
use std::{path::Path, time::Duration};

/// Sixteen people speak, the program is killed in the middle of it, and what was answered is there: again and again
/// on the same database.
async fn killed_in_the_middle(store: impl FnOnce(&Path) -> Store) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("city");
    let city = City::settle(store(&data), &data).await;
    let mut dice = Dice(number("LINLI_SEED", 7));
    let (mut told, mut unknown) = (Vec::new(), 0);
    for round in 1..=number("LINLI_ROUNDS", 3) {
        let program = city.start().await;
        let (clients, tasks) = Clients::begin(&city, &[program.port], Trouble::Ends);
        let after = dice.between(1, 400);
        clients.answered(after).await;
        program.kill();
        let ended = clients.end(tasks).await;
        unknown += ended.unknown;

        let again = city.start().await;
        let started = again.started;
        if cfg!(not(debug_assertions)) {
            assert!(started <= Duration::from_millis(300), "it starts in {started:?}");
        }
        all_there(again.port, &city.bearer, &ended.told).await;
        told.extend(ended.told);
        // on a server another copy could be at work: a lost job waits until its time is over
        let again = if matches!(city.config.store, Store::Embedded { .. }) {
            again
        } else {
            again.kill();
            release_leases(&city).await;
            city.start().await
        };
        delivered_once(&city, &told, unknown).await;
        again.kill();
        city.examine().await;
        println!(
            "round {round}: killed after {} answers, {} unanswered; {} requests stand; start {:?}",
            ended.answers,
            ended.unknown,
            told.len(),
            started,
        );
    }
    city.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_program_keeps_what_it_answered_on_sqlite() {
    killed_in_the_middle(|data| Store::Embedded { folder: data.to_owned() }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_program_keeps_what_it_answered_on_postgres() {
    let Ok(url) = std::env::var("LINLI_TEST_DATABASE_URL") else { return println!("skipped: no server") };
    killed_in_the_middle(|_| schema(url)).await;
}
