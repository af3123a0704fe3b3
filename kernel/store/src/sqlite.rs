//! One writer thread with shared commits, a few reader threads.

use crate::{Tx, Value, postings::Postings, render::Rendered, search};
use crossbeam_channel::{Receiver, Sender, unbounded};
use linli_base::{Broken, Problem, Refusal, Result};
use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig, hooks::Wal, types::ValueRef};
use std::{
    fs::{File, TryLockError},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
    task::{Context, Poll, Waker},
    thread,
};
use tokio::sync::oneshot;
use uuid::Uuid;

/// How many waiting writes share one commit at most.
const GROUP: usize = 256;
const READERS: usize = 3;
/// So many pages in the log are taken into the file beside the writer.
const TAKEN: i32 = 1_000;
/// From so many pages on what is left is taken again and again, until it is so few that the writer takes them: only
/// where nothing is added meanwhile does the log begin anew, and everybody who writes waits. Of the longest log it takes
/// whatever is left.
const LONG: i32 = 8_000;
const FEW: i32 = 400;
const LONGEST: i32 = 32_000;

#[derive(Clone)]
pub(crate) struct Pool(Arc<Threads>);

/// The threads and the ways to them; the last one to let go of the pool waits until they have ended, so that the
/// folder can be opened again at once.
struct Threads {
    writer: Way<Box<dyn Job>>,
    readers: Way<Asked>,
}

struct Way<T> {
    to: Option<Sender<T>>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl<T> Way<T> {
    fn send(&self, what: T) -> Result<()> {
        self.to.as_ref().and_then(|to| to.send(what).ok()).ok_or_else(closed)
    }

    /// What was sent is still done.
    fn close(&mut self) {
        self.to = None;
        // a write that owned the last handle is dropped on the writer itself, which cannot wait for its own end
        let here = thread::current().id();
        self.threads.drain(..).filter(|thread| thread.thread().id() != here).for_each(|thread| {
            let _ = thread.join();
        });
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // the writer last: whoever closes the file last takes the log into it
        self.readers.close();
        self.writer.close();
    }
}

/// The connection that writes, and what its transaction has still to do.
pub(crate) struct Writer {
    pub conn: Connection,
    pub words: search::Waiting<'static>,
    postings: Arc<Postings>,
}

/// One write waiting for the writer thread.
trait Job: Send {
    /// Does it, keeping the answer; says whether it is to stand.
    fn run(&mut self, writer: &mut Writer) -> bool;
    /// Forgets the answer of a run that did not stand.
    fn fail(&mut self, problem: Problem);
    /// Lets the answer go.
    fn answer(self: Box<Self>);
}

enum Asked {
    Rows(Rendered, oneshot::Sender<Result<Vec<Vec<Value>>>>),
    Search(&'static str, search::Asked, oneshot::Sender<Result<Vec<Vec<Value>>>>),
    Prepare(String, oneshot::Sender<Result<()>>),
}

struct Write<F, R> {
    f: F,
    result: Option<Result<R>>,
    reply: oneshot::Sender<Result<R>>,
}

impl<F, R> Job for Write<F, R>
where
    F: FnMut(&mut Writer) -> Result<R> + Send,
    R: Send,
{
    fn run(&mut self, writer: &mut Writer) -> bool {
        let result = catch_unwind(AssertUnwindSafe(|| (self.f)(writer)))
            .unwrap_or_else(|_| Err(Problem::broken("writing", "a write panicked")));
        self.result.insert(result).is_ok()
    }

    fn fail(&mut self, problem: Problem) {
        self.result = Some(Err(problem));
    }

    fn answer(self: Box<Self>) {
        let Write { f, result, reply } = *self;
        // first: what it owns may be a handle of this database, and whoever hears the answer may close it
        drop(f);
        if let Some(result) = result {
            let _ = reply.send(result);
        }
    }
}

impl Pool {
    pub fn open(folder: &Path) -> Result<Pool> {
        let opening = |e| Problem::broken("opening the data folder", e);
        std::fs::create_dir_all(folder).map_err(opening)?;
        let lock = File::create(folder.join("linli.lock")).map_err(opening)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Refusal::new("data_held").with("folder", folder.display()).into());
            }
            Err(TryLockError::Error(e)) => return Err(opening(e)),
        }
        let file = folder.join("linli.db");
        let conn = connect(&file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        let (to, jobs) = unbounded::<Box<dyn Job>>();
        let postings = Arc::new(Postings::default());
        let mut writer = Writer { conn, words: search::Waiting::default(), postings: postings.clone() };
        let mut log = Log::open(&file, &mut writer.conn)?;
        let writer = spawn("linli-writer", move || {
            write_loop(&mut writer, &mut log, &jobs);
            log.taker.close();
            drop((writer, lock));
        })?;
        let mut pool = Threads {
            writer: Way { to: Some(to), threads: vec![writer] },
            readers: Way { to: None, threads: Vec::new() },
        };
        let (to, asked) = unbounded();
        for n in 0..READERS {
            let conn = connect(&file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            let (asked, postings) = (asked.clone(), postings.clone());
            let reader = spawn(&format!("linli-reader-{n}"), move || read_loop(&conn, &postings, &asked))?;
            pool.readers.threads.push(reader);
        }
        pool.readers.to = Some(to);
        Ok(Pool(Arc::new(pool)))
    }

    pub async fn write<R, F>(&self, f: F) -> Result<R>
    where
        F: AsyncFn(&mut Tx<'_>) -> Result<R> + Send + Sync + 'static,
        R: Send + 'static,
    {
        self.with_writer_tx(move |writer| {
            let mut tx = Tx::sqlite(writer);
            let polled = pin!(f(&mut tx)).poll(&mut Context::from_waker(Waker::noop()));
            match polled {
                Poll::Ready(result) => tx.answer(result),
                Poll::Pending => Err(Problem::broken("writing", "a write awaited something but the store")),
            }
        })
        .await
    }

    async fn with_writer_tx<R: Send + 'static>(
        &self,
        f: impl FnMut(&mut Writer) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Write { f, result: None, reply });
        self.0.writer.send(job)?;
        answer.await.map_err(|_ended| closed())?
    }

    /// For migrations: on the writer thread, in one transaction, with a savepoint of its own.
    pub async fn with_writer<R: Send + 'static>(
        &self,
        mut f: impl FnMut(&mut Connection) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        self.with_writer_tx(move |writer| {
            once(&writer.conn, "SAVEPOINT tables").map_err(broken)?;
            let done = f(&mut writer.conn);
            if done.is_err() {
                once(&writer.conn, "ROLLBACK TO tables").map_err(broken)?;
            }
            once(&writer.conn, "RELEASE tables").map_err(broken)?;
            done
        })
        .await
    }

    pub async fn read(&self, asked: Rendered) -> Result<Vec<Vec<Value>>> {
        let (reply, answer) = oneshot::channel();
        self.0.readers.send(Asked::Rows(asked, reply))?;
        answer.await.map_err(|_ended| closed())?
    }

    pub async fn search(&self, index: &'static str, asked: search::Asked) -> Result<Vec<Vec<Value>>> {
        let (reply, answer) = oneshot::channel();
        self.0.readers.send(Asked::Search(index, asked, reply))?;
        answer.await.map_err(|_ended| closed())?
    }

    pub async fn prepares(&self, sql: String) -> Result<()> {
        let (reply, answer) = oneshot::channel();
        self.0.readers.send(Asked::Prepare(sql, reply))?;
        answer.await.map_err(|_ended| closed())?
    }
}

fn spawn(name: &str, f: impl FnOnce() + Send + 'static) -> Result<thread::JoinHandle<()>> {
    let started = thread::Builder::new().name(name.to_owned()).spawn(f);
    started.map_err(|e| Problem::broken("starting a database thread", e))
}

fn closed() -> Problem {
    Problem::Unavailable(Broken { doing: "reaching the database", cause: "its thread has ended".into() })
}

pub(crate) fn connect(file: &Path, flags: OpenFlags) -> Result<Connection> {
    let conn = Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(broken)?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;
         PRAGMA secure_delete = ON; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;
         PRAGMA case_sensitive_like = ON;",
    )
    .map_err(broken)?;
    // a bound value never changes the plan: else many a statement is planned anew each time it is given values
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(broken)?;
    conn.set_prepared_statement_cache_capacity(256);
    Ok(conn)
}

/// The log of what was written, which is taken into the file from time to time: not within a commit, for which people
/// wait.
struct Log {
    /// Pages in it after the last commit.
    pages: Arc<AtomicI32>,
    /// Pages in it when it was last asked to be taken into the file.
    asked: i32,
    /// Pages of it that are in the file, as the taker told last.
    taken: Arc<AtomicI32>,
    taker: Way<()>,
}

impl Log {
    fn open(file: &Path, writer: &mut Connection) -> Result<Log> {
        let pages = Arc::new(AtomicI32::new(0));
        let counted = pages.clone();
        let hook = move |_: &mut Wal, pages| {
            counted.store(pages, Ordering::Relaxed);
            Ok(())
        };
        writer.wal_hook(Some(hook)).map_err(broken)?;
        let conn = connect(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let (to, asked) = unbounded::<()>();
        let taken = Arc::new(AtomicI32::new(0));
        let told = taken.clone();
        let take = move |()| told.store(take_log(&conn), Ordering::Relaxed);
        let taker = spawn("linli-log", move || asked.iter().for_each(take))?;
        Ok(Log { pages, asked: 0, taken, taker: Way { to: Some(to), threads: vec![taker] } })
    }

    fn tend(&mut self, writer: &Connection) {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < self.asked {
            // it began anew
            self.asked = 0;
            self.taken.store(0, Ordering::Relaxed);
        }
        let taken = self.taken.load(Ordering::Relaxed);
        let long = pages >= LONG;
        if long && (pages - taken <= FEW || pages >= LONGEST) {
            take_log(writer);
        } else if pages - self.asked >= TAKEN || long && taken >= self.asked {
            self.asked = pages;
            let _ = self.taker.send(());
        }
    }
}

/// Takes what it can of the log into the file without waiting for anybody; answers how many pages of it are there.
fn take_log(conn: &Connection) -> i32 {
    conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(2)).unwrap_or_else(|e| {
        tracing::warn!(%e, "the log was not taken into the file");
        0
    })
}

fn write_loop(writer: &mut Writer, log: &mut Log, jobs: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        group.extend(jobs.try_iter().take(GROUP - 1));
        let shared =
            group.len() > 1 && (together(writer, &mut group, bare) || together(writer, &mut group, within));
        if !shared {
            for job in &mut group {
                alone(writer, job.as_mut());
            }
        }
        group.into_iter().for_each(Job::answer);
        log.tend(&writer.conn);
    }
}

/// Runs a group in one transaction, each job as `run` does. `false`: nothing of it stands.
fn together(
    writer: &mut Writer,
    group: &mut [Box<dyn Job>],
    run: fn(&mut Writer, &mut dyn Job) -> bool,
) -> bool {
    if writer.conn.execute_batch("BEGIN IMMEDIATE").is_err() {
        return false;
    }
    if group.iter_mut().all(|job| run(writer, job.as_mut()))
        && let Ok(changes) = writer.words.settle(&writer.conn)
        && writer.conn.execute_batch("COMMIT").is_ok()
    {
        writer.postings.follow(changes);
        return true;
    }
    writer.words.truncate(0);
    let _ = writer.conn.execute_batch("ROLLBACK");
    false
}

/// Runs a job without a savepoint, for which each page that a job changes would be copied. `false`: the transaction is
/// lost, or the job does not stand and has changed something.
fn bare(writer: &mut Writer, job: &mut dyn Job) -> bool {
    let (words, changes) = (writer.words.len(), writer.conn.total_changes());
    let stands = job.run(writer);
    if !stands {
        writer.words.truncate(words);
    }
    !writer.conn.is_autocommit() && (stands || writer.conn.total_changes() == changes)
}

/// Runs a job in a savepoint, which goes back where the job does not stand. `false`: the transaction is lost.
fn within(writer: &mut Writer, job: &mut dyn Job) -> bool {
    let before = writer.words.len();
    let stands = once(&writer.conn, "SAVEPOINT job").is_ok() && job.run(writer);
    if !stands {
        writer.words.truncate(before);
    }
    !writer.conn.is_autocommit()
        && (stands || once(&writer.conn, "ROLLBACK TO job").is_ok())
        && once(&writer.conn, "RELEASE job").is_ok()
}

/// Runs a text that is run for every job.
fn once(conn: &Connection, sql: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(sql)?.raw_execute().map(|_| ())
}

/// Runs one job in a transaction of its own.
fn alone(writer: &mut Writer, job: &mut dyn Job) {
    if let Err(e) = writer.conn.execute_batch("BEGIN IMMEDIATE") {
        job.fail(problem(&writer.conn, e));
        return;
    }
    let stands = job.run(writer);
    if !stands {
        writer.words.truncate(0);
    }
    let settled = writer.words.settle(&writer.conn);
    let conn = &writer.conn;
    let end = if stands && settled.is_ok() { "COMMIT" } else { "ROLLBACK" };
    if conn.is_autocommit() {
        job.fail(Problem::Unavailable(Broken { doing: "writing", cause: "the disk took no more".into() }));
    } else if let Err(e) = conn.execute_batch(end) {
        let _ = conn.execute_batch("ROLLBACK");
        job.fail(problem(conn, e));
    } else {
        match settled {
            Ok(changes) => writer.postings.follow(changes),
            Err(problem) => job.fail(problem),
        }
    }
}

fn read_loop(conn: &Connection, postings: &Postings, asked: &Receiver<Asked>) {
    for next in asked {
        match next {
            Asked::Rows(out, reply) => drop(reply.send(rows(conn, &out))),
            Asked::Search(index, asked, reply) => {
                let (found, slow) = match postings.search(conn, index, &asked) {
                    Ok((found, slow)) => (Ok(found), slow),
                    Err(e) => (Err(e), false),
                };
                drop(reply.send(found));
                if slow && let Err(e) = postings.want(conn, index, &asked) {
                    tracing::warn!(%e, "a word's list could not be read");
                }
            }
            Asked::Prepare(sql, reply) => {
                drop(reply.send(conn.prepare(&sql.replace('$', "?")).map(|_| ()).map_err(broken)));
            }
        }
    }
}

pub(crate) fn run(conn: &Connection, out: &Rendered) -> Result<u64> {
    let mut stmt = conn.prepare_cached(&out.sql).map_err(broken)?;
    let changed =
        stmt.execute(rusqlite::params_from_iter(out.args.iter().map(Given))).map_err(|e| problem(conn, e))?;
    Ok(u64::try_from(changed).unwrap_or(0))
}

pub(crate) fn rows(conn: &Connection, out: &Rendered) -> Result<Vec<Vec<Value>>> {
    let mut stmt = conn.prepare_cached(&out.sql).map_err(broken)?;
    let columns = stmt.column_count();
    let mut found = Vec::new();
    let mut rows = stmt.query(rusqlite::params_from_iter(out.args.iter().map(Given))).map_err(broken)?;
    while let Some(row) = rows.next().map_err(|e| problem(conn, e))? {
        let values = (0..columns).map(|n| row.get_ref(n).map_err(broken).and_then(value));
        found.push(values.collect::<Result<Vec<_>>>()?);
    }
    Ok(found)
}

fn value(from: ValueRef<'_>) -> Result<Value> {
    Ok(match from {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(v) => Value::Int(v),
        ValueRef::Real(v) => Value::Real(v),
        ValueRef::Text(v) => Value::Text(String::from_utf8_lossy(v).into_owned()),
        ValueRef::Blob(v) => {
            Value::Uuid(Uuid::from_slice(v).map_err(|e| Problem::broken("reading a column", e))?)
        }
    })
}

struct Given<'a>(&'a Value);

impl rusqlite::ToSql for Given<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value as Owned};
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Owned(Owned::Null),
            Value::Bool(v) => ToSqlOutput::Owned(Owned::Integer(i64::from(*v))),
            Value::Int(v) => ToSqlOutput::Owned(Owned::Integer(*v)),
            Value::Real(v) => ToSqlOutput::Owned(Owned::Real(*v)),
            Value::Text(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            Value::Uuid(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v.as_bytes())),
            Value::Json(v) => ToSqlOutput::Owned(Owned::Text(v.to_string())),
            Value::List(_) => {
                return Err(rusqlite::Error::ToSqlConversionFailure("a list stands only in {list:n}".into()));
            }
        })
    }
}

pub(crate) fn broken(e: rusqlite::Error) -> Problem {
    Problem::broken("asking the database", e)
}

/// A unique index that says no is a refusal with the index's name; a full disk means not available.
fn problem(conn: &Connection, e: rusqlite::Error) -> Problem {
    let rusqlite::Error::SqliteFailure(failure, message) = &e else { return broken(e) };
    match failure.code {
        ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::DatabaseBusy => {
            Problem::Unavailable(Broken { doing: "writing", cause: e.into() })
        }
        ErrorCode::ConstraintViolation if matches!(failure.extended_code, 1555 | 2067) => {
            let columns =
                message.as_deref().and_then(|m| m.split_once(": ")).map_or("", |(_, columns)| columns);
            Refusal::new("taken").with("index", index_of(conn, columns)).into()
        }
        _ => broken(e),
    }
}

/// The unique index over `table.a, table.b`; the columns themselves where it is a primary key.
fn index_of(conn: &Connection, columns: &str) -> String {
    let table = columns.split('.').next().unwrap_or_default();
    let names: Vec<&str> =
        columns.split(", ").filter_map(|c| c.split_once('.').map(|(_, name)| name)).collect();
    let sql = "SELECT i.name, group_concat(c.name, ',') FROM pragma_index_list(?1) i, pragma_index_info(i.name) c \
               WHERE i.\"unique\" AND i.origin = 'c' GROUP BY i.name";
    let found = conn.prepare(sql).and_then(|mut stmt| {
        let rows = stmt.query_map([table], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        Ok(rows.flatten().find(|(_, over)| *over == names.join(",")).map(|(name, _)| name))
    });
    found.ok().flatten().unwrap_or_else(|| format!("{table}_pkey"))
}
