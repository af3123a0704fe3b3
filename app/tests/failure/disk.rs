use crate::{
    clients::{Clients, Trouble, all_there, delivered_once},
    program::{City, call},
    server::release_leases,
};
use linli_store::Config as Store;

/// The disk is full: who asks is told that nothing was saved, reading goes on, and when there is room again so does
/// everything else. What was refused is not there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_over_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("city");
    let city = City::settle(Store::Embedded { folder: data.clone() }, &data).await;
    let program = city.start().await;
    let (clients, tasks) = Clients::begin(&city, &[program.port], Trouble::GoesOn);
    clients.answered(50).await;
    // less than what the log grows to before SQLite begins it anew
    program.limit_files("2000000");
    clients.refused(100).await;
    let (status, page) = call(program.port, "GET", "/find", &[], "").await.unwrap();
    assert_eq!(status, 200, "{page}");
    let said = r#"{"client_id": "0190a6b2-7c1e-7000-8000-000000000001", "title": "灯", "body": "灯坏了"}"#;
    for (lang, words) in [("zh", "什么也没有存下"), ("en", "nothing was saved")] {
        let headers = [("accept-language", lang)];
        let (status, body) = call(program.port, "POST", "/api/v1/requests", &headers, said).await.unwrap();
        assert_eq!(status, 503);
        assert!(body.contains(words), "{body}");
    }
    program.limit_files("unlimited");
    clients.answered(clients.answers() + 100).await;
    let ended = clients.stop(tasks).await;
    all_there(program.port, &city.bearer, &ended.told).await;
    program.kill();
    release_leases(&city).await;
    let again = city.start().await;
    delivered_once(&city, &ended.told, ended.unknown).await;
    again.kill();
    city.examine().await;
    println!("{} answers, {} told that nothing was saved", ended.answers, ended.refused);
}
