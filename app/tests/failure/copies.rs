use crate::{
    clients::{Clients, Trouble, all_there, delivered_once},
    program::{City, Dice, number, schema},
    server::release_leases,
};

/// Three copies serve one city; one is killed, the others go on and do its jobs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_copy_among_three_is_not_missed() {
    let Ok(url) = std::env::var("LINLI_TEST_DATABASE_URL") else { return println!("skipped: no server") };
    let folder = tempfile::tempdir().unwrap();
    let city = City::settle(schema(url), &folder.path().join("city")).await;
    let mut dice = Dice(number("LINLI_SEED", 7));
    let mut copies = Vec::new();
    for n in 0..3 {
        copies.push(city.start_with(&folder.path().join(format!("copy-{n}"))).await);
    }
    let (mut told, mut unknown) = (Vec::new(), 0);
    for round in 1..=number("LINLI_ROUNDS", 3) {
        let ports: Vec<u16> = copies.iter().map(|copy| copy.port).collect();
        let (clients, tasks) = Clients::begin(&city, &ports, Trouble::Ends);
        clients.answered(dice.between(1, 300)).await;
        copies.swap_remove(usize::try_from(dice.between(0, 3)).unwrap()).kill();
        clients.answered(clients.answers() + 200).await;
        let ended = clients.stop(tasks).await;
        assert_eq!(ended.refused, 0, "the others never falter");
        assert!(ended.unknown <= 16, "only who talked to the killed one got no answer: {}", ended.unknown);
        unknown += ended.unknown;
        all_there(copies[0].port, &city.bearer, &ended.told).await;
        told.extend(ended.told);
        release_leases(&city).await;
        delivered_once(&city, &told, unknown).await;
        copies.push(city.start_with(&folder.path().join(format!("copy-of-{round}"))).await);
        println!("round {round}: {} answers, {} unanswered", ended.answers, ended.unknown);
    }
    city.examine().await;
    drop(copies);
    city.leave().await;
}
