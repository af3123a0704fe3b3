use crate::{
    Query, Snapshot, Stmt, Value, migrate,
    migrate::Migrations,
    postgres,
    render::{Dialect, Rendered, render},
    search::{self, Asked, Entry},
    sqlite,
};
use linli_authz::Scope;
use linli_base::{At, Cursor, Problem, Result};
use std::path::PathBuf;
use uuid::Uuid;

#[cfg(feature = "replay")]
use crate::replay::{Heard, hear};

/// A bench listens to what is asked; elsewhere this is nothing.
macro_rules! hear {
    ($what:expr) => {
        #[cfg(feature = "replay")]
        hear(|| $what);
    };
}

type Rows = Vec<Vec<Value>>;

/// Which database, and where.
#[derive(Clone, Debug)]
pub enum Config {
    /// A file in a folder that this process then holds alone.
    Embedded {
        /// The data folder; made where it is missing.
        folder: PathBuf,
    },
    /// A PostgreSQL server.
    Server {
        /// `postgres://…`
        url: String,
        /// The schema; made where it is missing.
        schema: String,
    },
}

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Db(pub(crate) Inner);

#[derive(Clone)]
pub(crate) enum Inner {
    Sqlite(sqlite::Pool),
    Postgres(postgres::Pool),
    Snapshot(Snapshot),
}

/// Reads: each statement on its own, on a reader thread or a pooled connection.
pub struct Read(Db);

/// A transaction that writes. Lent to the closure of [`Db::write`].
pub struct Tx<'a> {
    inner: TxInner<'a>,
    /// The statement that failed, whatever became of its error.
    failed: Option<&'static str>,
}

enum TxInner<'a> {
    Sqlite(&'a mut sqlite::Writer),
    Postgres(&'a mut postgres::Writing),
}

impl Db {
    /// Opens it. Refusal: `data_held` (`folder`) where another process holds the folder.
    pub async fn open(config: &Config) -> Result<Db> {
        Ok(Db(match config {
            Config::Embedded { folder } => Inner::Sqlite(sqlite::Pool::open(folder)?),
            Config::Server { url, schema } => Inner::Postgres(postgres::Pool::open(url, schema).await?),
        }))
    }

    /// Brings the tables of all rooms up to date, in this order of rooms.
    pub async fn migrate(&self, rooms: &[Migrations], now: At) -> Result<()> {
        let rooms = rooms.to_vec();
        match &self.0 {
            Inner::Sqlite(pool) => pool.with_writer(move |conn| migrate::sqlite(conn, &rooms, now)).await,
            Inner::Postgres(pool) => postgres::migrate(pool, &rooms, now).await,
            Inner::Snapshot(_) => Err(reads_only()),
        }
    }

    /// A reader.
    pub fn read(&self) -> Read {
        Read(self.clone())
    }

    /// Writes: runs `f` in a transaction and answers after its commit; an error, a refusal too, undoes all of it.
    /// `f` may run more than once. It awaits nothing but the transaction it is lent. Where a statement failed and `f`
    /// still says `Ok`, nothing is kept and the answer is `Broken`.
    pub async fn write<R, F>(&self, f: F) -> Result<R>
    where
        F: AsyncFn(&mut Tx<'_>) -> Result<R> + Send + Sync + 'static,
        R: Send + 'static,
    {
        hear!(Heard::Begin);
        match &self.0 {
            Inner::Sqlite(pool) => pool.write(f).await,
            Inner::Postgres(pool) => postgres::write(pool, f).await,
            Inner::Snapshot(_) => Err(reads_only()),
        }
    }

    pub(crate) async fn rendered(&self, out: Rendered) -> Result<Rows> {
        hear!(Heard::Read(out.clone()));
        match &self.0 {
            Inner::Sqlite(pool) => pool.read(out).await,
            Inner::Postgres(pool) => pool.read(&out).await,
            Inner::Snapshot(snapshot) => snapshot.asked(&out).await,
        }
    }

    pub(crate) async fn searched(&self, index: &'static str, asked: Asked) -> Result<Rows> {
        hear!(Heard::Search(index, asked.clone()));
        match &self.0 {
            Inner::Sqlite(pool) => pool.search(index, asked).await,
            Inner::Postgres(pool) => pool.read(&asked.postgres(index)).await,
            Inner::Snapshot(snapshot) => {
                let out = match snapshot.dialect().await {
                    Dialect::Sqlite => asked.sqlite(index),
                    Dialect::Postgres => asked.postgres(index),
                };
                snapshot.asked(&out).await
            }
        }
    }

    /// Brings what lies in many parts of a search index into one, a little at a time, so that other writes get between.
    /// A server does this by itself.
    pub async fn search_tidy(&self, index: &'static str) -> Result<()> {
        let Inner::Sqlite(pool) = &self.0 else { return Ok(()) };
        let mut more = pool.with_writer(move |conn| search::sqlite_tidy(conn, index, true)).await?;
        while more {
            more = pool.with_writer(move |conn| search::sqlite_tidy(conn, index, false)).await?;
        }
        Ok(())
    }

    /// Drops all that was made here; for tests. An embedded database goes with its folder.
    pub async fn drop_schema(&self) -> Result<()> {
        match &self.0 {
            Inner::Sqlite(_) => Ok(()),
            Inner::Postgres(pool) => pool.drop_schema().await,
            Inner::Snapshot(_) => Err(reads_only()),
        }
    }

    /// Puts the rows of another schema of the same server in the place of those here; for tests. Answers whether that
    /// schema is there; an embedded database has none.
    pub async fn copy_schema(&self, from: &str) -> Result<bool> {
        match &self.0 {
            Inner::Sqlite(_) => Ok(false),
            Inner::Postgres(pool) => pool.copy_schema(from).await,
            Inner::Snapshot(_) => Err(reads_only()),
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.prepares("SELECT 1").await
    }

    /// Whether the database takes this text as a statement; for tests.
    pub async fn prepares(&self, sql: &str) -> Result<()> {
        match &self.0 {
            Inner::Sqlite(pool) => pool.prepares(sql.to_owned()).await,
            Inner::Postgres(pool) => pool.prepares(sql).await,
            Inner::Snapshot(_) => Err(reads_only()),
        }
    }
}

fn reads_only() -> Problem {
    Problem::broken("writing", "a snapshot only reads")
}

impl Inner {
    async fn dialect(&self) -> Dialect {
        match self {
            Inner::Sqlite(_) => Dialect::Sqlite,
            Inner::Postgres(_) => Dialect::Postgres,
            Inner::Snapshot(snapshot) => snapshot.dialect().await,
        }
    }
}

impl<'a> Tx<'a> {
    pub(crate) fn sqlite(writer: &'a mut sqlite::Writer) -> Self {
        Tx { inner: TxInner::Sqlite(writer), failed: None }
    }

    pub(crate) fn postgres(writing: &'a mut postgres::Writing) -> Self {
        Tx { inner: TxInner::Postgres(writing), failed: None }
    }

    fn dialect(&self) -> Dialect {
        match &self.inner {
            TxInner::Sqlite(_) => Dialect::Sqlite,
            TxInner::Postgres(..) => Dialect::Postgres,
        }
    }

    fn noted<T>(&mut self, what: &'static str, done: Result<T>) -> Result<T> {
        if done.is_err() {
            self.failed = Some(what);
        }
        done
    }

    /// What a write may answer whose closure said `result`.
    pub(crate) fn answer<R>(self, result: Result<R>) -> Result<R> {
        match (result, self.failed) {
            (Ok(_), Some(what)) => {
                Err(Problem::broken("writing", format!("{what} failed and its error was passed over")))
            }
            (result, _) => result,
        }
    }

    /// Runs a statement that gives no rows; answers how many rows it changed.
    pub async fn run(&mut self, stmt: &Stmt, scope: &Scope, args: &[Value]) -> Result<u64> {
        let done = match render(stmt, scope, args, self.dialect()) {
            Ok(out) => self.run_rendered(&out).await,
            Err(e) => Err(e),
        };
        self.noted(stmt.name, done)
    }

    /// Runs statements that give no rows one after the other. A server gets them with what is asked next or with the
    /// end of the write, so it may be only then that one is found to fail.
    pub fn run_all(&mut self, all: &[(&'static Stmt, Vec<Value>)], scope: &Scope) -> Result<()> {
        let dialect = self.dialect();
        let rendered = all.iter().map(|(stmt, args)| render(stmt, scope, args, dialect));
        let done = match rendered.collect::<Result<Vec<_>>>() {
            Ok(all) => self.all_rendered(&all),
            Err(e) => Err(e),
        };
        self.noted(all.first().map_or("nothing", |(stmt, _)| stmt.name), done)
    }

    pub(crate) async fn run_rendered(&mut self, out: &Rendered) -> Result<u64> {
        hear!(Heard::Run(out.clone()));
        match &mut self.inner {
            TxInner::Sqlite(writer) => sqlite::run(&writer.conn, out),
            TxInner::Postgres(writing) => Box::pin(writing.run(out)).await,
        }
    }

    pub(crate) fn all_rendered(&mut self, all: &[Rendered]) -> Result<()> {
        hear!(Heard::All(all.to_vec()));
        match &mut self.inner {
            TxInner::Sqlite(writer) => {
                all.iter().try_for_each(|out| sqlite::run(&writer.conn, out).map(|_| ()))
            }
            TxInner::Postgres(writing) => {
                all.iter().for_each(|out| writing.wait(out.clone()));
                Ok(())
            }
        }
    }

    pub(crate) async fn rows_rendered(&mut self, out: &Rendered) -> Result<Rows> {
        hear!(Heard::Rows(out.clone()));
        match &mut self.inner {
            TxInner::Sqlite(writer) => sqlite::rows(&writer.conn, out),
            TxInner::Postgres(writing) => Box::pin(writing.rows(out)).await,
        }
    }

    /// Puts words under their ids into a search index at the transaction's end, in place of what was there.
    pub fn search_put(&mut self, index: &'static str, entries: &[Entry]) {
        hear!(Heard::Put(index, entries.to_vec()));
        for entry in entries {
            match &mut self.inner {
                TxInner::Sqlite(writer) => writer.words.put(index, entry.clone()),
                TxInner::Postgres(writing) => writing.wait(search::postgres_put(index, entry)),
            }
        }
    }

    /// Takes an id out of a search index at the transaction's end; its words are gone from the file too.
    pub fn search_drop(&mut self, index: &'static str, id: Uuid) {
        match &mut self.inner {
            TxInner::Sqlite(writer) => writer.words.drop(index, id),
            TxInner::Postgres(writing) => writing.wait(search::postgres_drop(index, id)),
        }
    }
}

impl Query for Tx<'_> {
    async fn rows(&mut self, stmt: &Stmt, scope: &Scope, args: &[Value]) -> Result<Rows> {
        let done = match render(stmt, scope, args, self.dialect()) {
            Ok(out) => self.rows_rendered(&out).await,
            Err(e) => Err(e),
        };
        self.noted(stmt.name, done)
    }

    fn writes(&self) -> bool {
        true
    }
}

impl Query for Read {
    async fn rows(&mut self, stmt: &Stmt, scope: &Scope, args: &[Value]) -> Result<Rows> {
        let out = render(stmt, scope, args, self.0.0.dialect().await)?;
        self.0.rendered(out).await
    }
}

impl Read {
    /// Ids of the index's entries that hold all the words, newest first, the scope inside the index.
    pub async fn search(
        &self,
        index: &'static str,
        scope: &Scope,
        words: &str,
        after: Option<&Cursor>,
        limit: i64,
    ) -> Result<Vec<(Uuid, At)>> {
        let Some(asked) = Asked::new(scope, words, after, limit) else { return Ok(Vec::new()) };
        search::found(self.0.searched(index, asked).await?)
    }
}
