//! People who say something and a clerk who accepts it, all at once, and what they were told.

use crate::program::{City, call};
use linli_authz::Scope;
use linli_base::World;
use linli_store::{Query, Snapshot, args, row, statements};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{sync::Notify, task::JoinSet};

/// How many speak at once.
pub const CLIENTS: usize = 16;

/// What somebody was told.
#[derive(Clone, Debug)]
pub struct Told {
    pub id: String,
    pub number: String,
    pub code: String,
    pub title: String,
    /// Whether the clerk was told that it was accepted.
    pub accepted: bool,
}

/// The clients of one round.
#[derive(Default)]
pub struct Clients {
    told: Mutex<Vec<Told>>,
    /// Answers so far, steps too.
    answers: AtomicU64,
    /// What was asked and not answered: it may have been done or not.
    unknown: AtomicU64,
    /// Clear answers that nothing was saved.
    refused: AtomicU64,
    /// How long the longest answer took that nothing was saved, in milliseconds.
    slowest_refusal: AtomicU64,
    stop: AtomicBool,
    rings: Notify,
}

/// What clients had been told when they ended.
pub struct Round {
    pub told: Vec<Told>,
    pub answers: u64,
    pub unknown: u64,
    pub refused: u64,
    pub slowest_refusal: Duration,
}

/// Whether a client goes on after an answer that is not the wanted one.
#[derive(Clone, Copy, PartialEq)]
pub enum Trouble {
    /// The program is gone: the client ends.
    Ends,
    /// The program says 503, and the client tries something else.
    GoesOn,
}

impl Clients {
    /// Begins to talk to the copies at these ports, until a connection breaks.
    pub fn begin(city: &City, ports: &[u16], trouble: Trouble) -> (Arc<Clients>, JoinSet<()>) {
        let clients = Arc::new(Clients::default());
        let mut tasks = JoinSet::new();
        for n in 0..CLIENTS {
            let (clients, port) = (clients.clone(), ports[n % ports.len()]);
            let (bearer, community) = (city.bearer.clone(), city.community.to_string());
            tasks.spawn(async move {
                let mut answered = true;
                while answered && !clients.stop.load(Ordering::SeqCst) {
                    answered = clients.one(port, &bearer, &community, trouble).await;
                }
            });
        }
        (clients, tasks)
    }

    /// One request, and its acceptance; `false` where the program is gone.
    async fn one(&self, port: u16, bearer: &str, community: &str, trouble: Trouble) -> bool {
        let client = World::system().ids.uuid(World::system().now()).to_string();
        let title = format!("路灯不亮 {client}");
        let say =
            json!({"client_id": client, "title": title, "body": "晚上看不见路", "phone": "19900001234"});
        // an address of its own each, as people have
        let address =
            format!("10.{}.{}.{}", client.as_bytes()[30], client.as_bytes()[32], client.as_bytes()[34]);
        let headers = [("x-forwarded-for", address.as_str())];
        let began = Instant::now();
        let said = call(port, "POST", "/api/v1/requests", &headers, &say.to_string()).await;
        let Some(body) = self.heard(said, 201, began) else {
            return trouble == Trouble::GoesOn && self.is_up(port).await;
        };
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        let (id, number, code) = (text("id"), text("number"), text("code"));
        self.told.lock().unwrap().push(Told { id: id.clone(), number, code, title, accepted: false });

        let input = json!({"kind": "help", "category": "road.lamp", "level": "normal", "area": community});
        let accept = json!({"version": 1, "input": input}).to_string();
        let path = format!("/api/v1/cases/{id}/steps/accept");
        let headers = [("authorization", bearer), headers[0]];
        let began = Instant::now();
        let done = call(port, "POST", &path, &headers, &accept).await;
        if self.heard(done, 200, began).is_none() {
            return trouble == Trouble::GoesOn && self.is_up(port).await;
        }
        let mut told = self.told.lock().unwrap();
        told.iter_mut().filter(|told| told.id == id).for_each(|told| told.accepted = true);
        true
    }

    async fn is_up(&self, port: u16) -> bool {
        call(port, "GET", "/healthz", &[], "").await.is_ok()
    }

    fn heard(&self, answer: std::io::Result<(u16, String)>, wanted: u16, began: Instant) -> Option<Value> {
        let heard = match answer {
            Ok((status, body)) if status == wanted => {
                self.answers.fetch_add(1, Ordering::SeqCst);
                Some(serde_json::from_str(&body).unwrap())
            }
            Ok((503, body)) => {
                assert!(body.contains("urn:linli:problem:unavailable"), "{body}");
                let took = u64::try_from(began.elapsed().as_millis()).unwrap();
                self.slowest_refusal.fetch_max(took, Ordering::SeqCst);
                self.refused.fetch_add(1, Ordering::SeqCst);
                None
            }
            Ok((status, body)) => panic!("{status}: {body}"),
            Err(_) => {
                self.unknown.fetch_add(1, Ordering::SeqCst);
                None
            }
        };
        self.rings.notify_waiters();
        heard
    }

    /// Waits for so many answers.
    pub async fn answered(&self, many: u64) {
        self.until(|clients| clients.answers.load(Ordering::SeqCst) >= many).await;
    }

    /// Waits for so many answers that say that nothing was saved.
    pub async fn refused(&self, many: u64) {
        self.until(|clients| clients.refused.load(Ordering::SeqCst) >= many).await;
    }

    pub fn answers(&self) -> u64 {
        self.answers.load(Ordering::SeqCst)
    }

    async fn until(&self, ready: impl Fn(&Clients) -> bool) {
        loop {
            let ring = self.rings.notified();
            if ready(self) {
                return;
            }
            ring.await;
        }
    }

    /// Lets each end what it is at.
    pub async fn stop(&self, tasks: JoinSet<()>) -> Round {
        self.stop.store(true, Ordering::SeqCst);
        self.end(tasks).await
    }

    /// What they had been told when all had ended.
    pub async fn end(&self, mut tasks: JoinSet<()>) -> Round {
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
        Round {
            told: self.told.lock().unwrap().clone(),
            answers: self.answers.load(Ordering::SeqCst),
            unknown: self.unknown.load(Ordering::SeqCst),
            refused: self.refused.load(Ordering::SeqCst),
            slowest_refusal: Duration::from_millis(self.slowest_refusal.load(Ordering::SeqCst)),
        }
    }
}

/// Everything that somebody was told is there: each request by number and code, each acceptance in its timeline.
pub async fn all_there(port: u16, bearer: &str, told: &[Told]) {
    for told in told {
        let path = format!("/api/v1/requests/{}", told.number);
        let (status, body) = call(port, "GET", &path, &[("x-lookup-code", &told.code)], "").await.unwrap();
        assert_eq!(status, 200, "{} was answered and is not there", told.number);
        assert!(body.contains(&told.title), "{body}");
        if told.accepted {
            let path = format!("/api/v1/cases/{}/timeline", told.id);
            let (_, body) = call(port, "GET", &path, &[("authorization", bearer)], "").await.unwrap();
            assert!(body.contains("\"accept\""), "{}: {body}", told.number);
        }
    }
}

statements! {
    WAITING(unscoped "a test counts") = "SELECT CAST((SELECT COUNT(*) FROM outbox WHERE taken_at IS NULL) + \
        (SELECT COUNT(*) FROM job WHERE name LIKE 'case.%') AS BIGINT)";
    TWICE(unscoped "a test counts") = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM inbox \
        GROUP BY event_id, org_id, person_id, key HAVING COUNT(*) > 1) AS s";
    UNTOLD(unscoped "a test counts") = "SELECT CAST(COUNT(*) AS BIGINT) FROM event e WHERE e.step = 'say' \
        AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.event_id = e.id AND i.key = 'new')";
    CASES(unscoped "a test counts") = "SELECT CAST(COUNT(*) AS BIGINT) FROM cases";
    CLIENTS_SEEN(unscoped "a test counts") = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT c.client_id FROM cases c \
        GROUP BY c.client_id HAVING COUNT(*) > 1) AS s";
}

row! { struct Count { count: i64 } }

async fn count(city: &City, stmt: &'static linli_store::Stmt) -> i64 {
    let snapshot = Snapshot::open(&city.config.store).await.unwrap();
    snapshot.db().read().one::<Count>(stmt, &Scope::system("a test"), args![]).await.unwrap().count
}

/// All messages arrive, each once; no request is there that nobody sent, none is there twice.
pub async fn delivered_once(city: &City, told: &[Told], unknown: u64) {
    while count(city, &WAITING).await > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(count(city, &UNTOLD).await, 0, "the desk hears of every request");
    assert_eq!(count(city, &TWICE).await, 0, "and of none twice");
    assert_eq!(count(city, &CLIENTS_SEEN).await, 0);
    let numbers: BTreeSet<&str> = told.iter().map(|told| told.number.as_str()).collect();
    assert_eq!(numbers.len(), told.len(), "each has its own number");
    let cases = u64::try_from(count(city, &CASES).await).unwrap();
    let least = u64::try_from(told.len()).unwrap();
    assert!(
        (least..=least + unknown).contains(&cases),
        "{cases} requests, {least} answered, {unknown} unknown"
    );
}
