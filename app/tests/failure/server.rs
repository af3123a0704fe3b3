use crate::{
    clients::{Clients, Trouble, all_there, delivered_once},
    program::{City, Dice, call, free_port, number, schema},
};
use linli_authz::Scope;
use linli_store::{Db, Query, args, row, statements};
use std::{process::Command, time::Duration};

/// A PostgreSQL of its own, with fsync on, that is stopped and deleted when it is let go.
struct Server {
    port: String,
}

impl Server {
    fn start() -> Server {
        let server = Server { port: free_port().to_string() };
        server.script("start");
        server
    }

    fn script(&self, what: &str) -> String {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/postgres.sh");
        let mut command = Command::new(script);
        command.arg(what).env("LINLI_PG_PORT", &self.port).env("LINLI_PG_DURABLE", "1");
        let out = command.output().unwrap();
        assert!(out.status.success(), "{what}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.script("stop");
    }
}

statements! {
    CUT(unscoped "a test cuts all connections") = "SELECT CAST(COUNT(*) AS BIGINT) FROM pg_stat_activity a \
        WHERE a.backend_type = 'client backend' \
        AND CASE WHEN a.pid = pg_backend_pid() THEN FALSE ELSE pg_terminate_backend(a.pid) END";
    LEASES(unscoped "a test lets the time of lost jobs run out") =
        "UPDATE job SET locked_until = 1, run_at = 1 WHERE failed_at IS NULL AND name LIKE 'case.%'";
}

row! { struct Cut { many: i64 } }

/// The database server dies, its connections are cut: the program says so in five seconds, keeps what it answered,
/// and goes on by itself when the server is back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_database_server_is_told_and_nothing_answered_is_lost() {
    if std::env::var_os("LINLI_TEST_DATABASE_URL").is_none() {
        return println!("skipped: no server");
    }
    let server = Server::start();
    let store = schema(server.script("url"));
    let folder = tempfile::tempdir().unwrap();
    let city = City::settle(store, &folder.path().join("city")).await;
    let program = city.start().await;
    let mut dice = Dice(number("LINLI_SEED", 7));
    let (mut told, mut unknown) = (Vec::new(), 0);
    for round in 1..=number("LINLI_ROUNDS", 3) {
        let (clients, tasks) = Clients::begin(&city, &[program.port], Trouble::GoesOn);
        clients.answered(dice.between(1, 200)).await;
        let db = Db::open(&city.config.store).await.unwrap();
        let cut: Cut = db.read().one(&CUT, &Scope::system("a test"), args![]).await.unwrap();
        assert!(cut.many > 0);
        drop(db);
        clients.answered(clients.answers() + dice.between(1, 200)).await;

        server.script("kill");
        clients.refused(20).await;
        let (status, _) = call(program.port, "GET", "/readyz", &[], "").await.unwrap();
        assert_eq!(status, 503, "readyz tells it");
        let (status, page) = call(program.port, "GET", "/find", &[], "").await.unwrap();
        assert_eq!(status, 200, "what needs no database goes on: {page}");
        server.script("start");
        clients.answered(clients.answers() + 100).await;
        let ended = clients.stop(tasks).await;
        assert!(ended.slowest_refusal < Duration::from_secs(6), "{:?}", ended.slowest_refusal);
        // the answer to a commit may be lost on its way: what was refused may be there
        unknown += ended.unknown + ended.refused;
        all_there(program.port, &city.bearer, &ended.told).await;
        told.extend(ended.told);
        println!(
            "round {round}: {} answers, {} told that nothing was saved, the slowest in {:?}",
            ended.answers, ended.refused, ended.slowest_refusal
        );
    }
    release_leases(&city).await;
    delivered_once(&city, &told, unknown).await;
    city.examine().await;
}

/// The quarter of an hour after which a job whose worker was lost is taken over.
pub async fn release_leases(city: &City) {
    let db = Db::open(&city.config.store).await.unwrap();
    db.write(async move |tx| tx.run(&LEASES, &Scope::system("a test"), args![]).await).await.unwrap();
}
