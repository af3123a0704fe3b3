use crate::{
    When,
    store::{self, Due, Scheduled, Waiting},
    write::{self, End},
};
use linli_authz::Scope;
use linli_base::{At, Problem, Result, World};
use linli_store::{Db, Query, Value, args};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, HashMap},
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::Notify,
    task::{Id, JoinError, JoinSet},
};

/// How many jobs run at once.
const AT_ONCE: usize = 8;
/// How many announcements become jobs in one write.
const ANNOUNCED: i64 = 100;
/// How long it rests at least when a job has ended or is announced: people who wait go first, and more comes, to be
/// done with it. Where writes wait long because many write, it rests as long as its own took, but never so long that it
/// would be late to stop.
const BREATH_MS: (i64, i64) = (5, 100);
/// How long after the first, second … failure a job is tried again, in minutes. After the last it is given up.
const BACK_OFF_MIN: [i64; 4] = [1, 5, 30, 120];
/// How often a job is tried: once, and once after each wait.
const TRIES: i64 = 5;
/// How long what was announced is kept, in milliseconds.
const KEPT_MS: i64 = 7 * 86_400_000;
/// How long jobs may go on after the worker was told to stop.
const GRACE: Duration = Duration::from_secs(10);

type Handler = Arc<dyn Fn(Json) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// Wakes the worker of this process at once. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    /// To be rung after a commit that put something into the outbox or the queue; without it the worker looks within
    /// a second.
    pub fn ring(&self) {
        self.0.notify_one();
    }
}

/// Does what is due.
pub struct Worker {
    db: Db,
    world: World,
    bell: Bell,
    handlers: BTreeMap<String, Handler>,
    topics: Arc<BTreeMap<String, Vec<String>>>,
    schedules: Vec<(String, When)>,
    alone: bool,
}

type Ended = Result<(Id, Result<()>), JoinError>;

/// The jobs that are running, which task is which, and what is known of the schedules.
#[derive(Default)]
struct Running {
    tasks: JoinSet<Result<()>>,
    jobs: HashMap<Id, Due>,
    scheduled: HashMap<String, At>,
}

impl Worker {
    /// A worker that only keeps its own tables tidy; what else it does is added with `on`, `job` and `schedule`.
    pub fn new(db: Db, world: World, bell: Bell) -> Worker {
        let (tidied, clock) = (db.clone(), world.clock.clone());
        let worker = Worker {
            db,
            world,
            bell,
            handlers: BTreeMap::new(),
            topics: Arc::default(),
            schedules: Vec::new(),
            alone: false,
        };
        worker.schedule("outbox.tidy", When::Daily { hour: 3, minute: 10 }, move || {
            write::tidy(tidied.clone(), clock.now().plus_ms(-KEPT_MS))
        })
    }

    /// Where no other worker can have the database, what an earlier one was doing when it was killed begins at once and
    /// not when its lease is over.
    #[must_use]
    pub fn alone(self, alone: bool) -> Worker {
        Worker { alone, ..self }
    }

    /// Subscribes to a topic of the outbox. Each subscriber of a topic has its own name, and its own retries.
    #[must_use]
    pub fn on<P, F, Fut>(mut self, topic: &'static str, subscriber: &'static str, f: F) -> Worker
    where
        P: DeserializeOwned,
        F: Fn(P) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let name = format!("{topic}/{subscriber}");
        Arc::make_mut(&mut self.topics).entry(topic.to_owned()).or_default().push(name.clone());
        self.handlers.insert(name, handler(f));
        self
    }

    /// Does the jobs of that name.
    #[must_use]
    pub fn job<P, F, Fut>(mut self, name: &'static str, f: F) -> Worker
    where
        P: DeserializeOwned,
        F: Fn(P) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.handlers.insert(name.to_owned(), handler(f));
        self
    }

    /// Does something again and again, in one copy of the program each time. A schedule that no worker has seen yet
    /// waits for its next time; times that were missed are made up for once.
    #[must_use]
    pub fn schedule<F, Fut>(mut self, name: &'static str, when: When, f: F) -> Worker
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.schedules.push((name.to_owned(), when));
        self.job(name, move |_: Json| f())
    }

    /// Does all that is due at `now` and all that comes of it, and answers how many jobs ran. A job that fails is
    /// left for later and counts.
    pub async fn run_due(&self, now: At) -> Result<usize> {
        let (mut running, mut ran) = (Running::default(), 0);
        loop {
            self.begin(now, &mut running).await?;
            let Some(ended) = running.tasks.join_next_with_id().await else { return Ok(ran) };
            ran += self.end(now, &mut running, ended).await?;
        }
    }

    /// Works until `stop` is ready, then gives what is running 10 seconds to end.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut running = Running::default();
        if self.alone {
            warn_of(write::free(self.db.clone()).await);
        }
        loop {
            let begun = self.world.now();
            warn_of(self.begin(begun, &mut running).await);
            let took = (self.world.now().0 - begun.0).clamp(BREATH_MS.0, BREATH_MS.1);
            let rest = || tokio::time::sleep(Duration::from_millis(took.unsigned_abs()));
            tokio::select! {
                () = &mut stop => break,
                Some(ended) = running.tasks.join_next_with_id() => {
                    rest().await;
                    warn_of(self.end(self.world.now(), &mut running, ended).await.map(|_| ()));
                }
                () = self.bell.0.notified() => rest().await,
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
        let rest = async {
            while let Some(ended) = running.tasks.join_next_with_id().await {
                warn_of(self.end(self.world.now(), &mut running, ended).await.map(|_| ()));
            }
        };
        if tokio::time::timeout(GRACE, rest).await.is_err() {
            tracing::warn!("jobs were cut off; they begin again when their time is up");
        }
    }

    /// Turns schedules and announcements into jobs, and begins what is due as far as there is room.
    async fn begin(&self, now: At, running: &mut Running) -> Result<()> {
        self.queue_schedules(now, &mut running.scheduled).await?;
        self.queue_announcements(now).await?;
        loop {
            let room = AT_ONCE.saturating_sub(running.jobs.len());
            let due = if room == 0 { Vec::new() } else { self.due(now, room).await? };
            if due.is_empty() {
                return Ok(());
            }
            let last = due.len() < room;
            for job in write::take(self.db.clone(), due, TRIES, now).await? {
                let Some(handler) = self.handlers.get(&job.name) else { continue };
                let task = running.tasks.spawn(handler(job.payload.clone()));
                running.jobs.insert(task.id(), job);
            }
            if last {
                return Ok(());
            }
        }
    }

    /// The database is asked only where one of them is due by what it said last.
    async fn queue_schedules(&self, now: At, known: &mut HashMap<String, At>) -> Result<()> {
        let due = |known: &HashMap<String, At>| -> Vec<(String, At)> {
            let times = self.schedules.iter().map(|(name, when)| (name.clone(), when.last(now)));
            times.filter(|(name, at)| known.get(name).is_none_or(|last| last < at)).collect()
        };
        if due(known).is_empty() {
            return Ok(());
        }
        let seen: Vec<Scheduled> =
            self.db.read().all(&store::SCHEDULES, &Scope::system("schedules"), &[]).await?;
        *known = seen.into_iter().map(|row| (row.name, row.last_at)).collect();
        let due = due(known);
        if due.is_empty() {
            return Ok(());
        }
        write::schedules(self.db.clone(), self.world.clone(), due).await
    }

    async fn queue_announcements(&self, now: At) -> Result<()> {
        let scope = Scope::system("outbox");
        loop {
            let topics = names(&self.topics);
            let waiting: Vec<Waiting> =
                self.db.read().all(&store::OUTBOX_WAITING, &scope, args![topics, ANNOUNCED]).await?;
            let last = i64::try_from(waiting.len()).is_ok_and(|many| many < ANNOUNCED);
            if !waiting.is_empty() {
                let (db, world) = (self.db.clone(), self.world.clone());
                write::announcements(db, world, self.topics.clone(), waiting, now).await?;
            }
            if last {
                return Ok(());
            }
        }
    }

    async fn due(&self, now: At, room: usize) -> Result<Vec<Due>> {
        let room = i64::try_from(room).unwrap_or(i64::MAX);
        let row = args![now, names(&self.handlers), room];
        self.db.read().all(&store::JOB_DUE, &Scope::system("jobs"), row).await
    }

    /// Notes how this job ended, and all that ended meanwhile, in one write; answers how many. A panic is a failure
    /// like any other.
    async fn end(&self, now: At, running: &mut Running, first: Ended) -> Result<usize> {
        let mut ends = Vec::new();
        let mut next = Some(first);
        while let Some(ended) = next {
            let (task, result) = match ended {
                Ok(ended) => ended,
                Err(e) => (e.id(), Err(Problem::broken("doing a job", e))),
            };
            if let Some(job) = running.jobs.remove(&task) {
                let end = match result {
                    Ok(()) => End::Done,
                    Err(problem) => failure(&job, now, &problem),
                };
                ends.push((job, end));
            }
            next = running.tasks.try_join_next_with_id();
        }
        let many = ends.len();
        write::end(self.db.clone(), ends).await?;
        Ok(many)
    }
}

fn failure(job: &Due, now: At, problem: &Problem) -> End {
    let why: String = problem.to_string().chars().take(500).collect();
    let failures = usize::try_from(job.tries).unwrap_or(usize::MAX);
    if let Some(minutes) = BACK_OFF_MIN.get(failures.saturating_sub(1)) {
        tracing::warn!(job = job.name, minutes, "failed, to be tried again: {why}");
        End::Later(now.plus_ms(minutes * 60_000), why)
    } else {
        tracing::error!(job = job.name, id = %job.id, "failed for good: {why}");
        End::Failed(now, why)
    }
}

/// The keys, for a `{list:n}`.
fn names<T>(map: &BTreeMap<String, T>) -> Value {
    Value::List(map.keys().map(|name| name.as_str().into()).collect())
}

fn handler<P, F, Fut>(f: F) -> Handler
where
    P: DeserializeOwned,
    F: Fn(P) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let f = Arc::new(f);
    Arc::new(move |payload| {
        let f = f.clone();
        Box::pin(async move {
            // read before anything is awaited, so that P need not be Send
            let doing = serde_json::from_value(payload).map(|payload| f(payload));
            doing.map_err(|e| Problem::broken("reading a job", e))?.await
        })
    })
}

fn warn_of(result: Result<()>) {
    if let Err(problem) = result {
        tracing::warn!("the worker could not go on just now: {problem}");
    }
}
