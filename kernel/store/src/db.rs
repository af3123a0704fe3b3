use crate::{
    Query, Snapshot, Stmt, Value, migrate,
    migrate::Migrations,
    postgres,
    render::{Dialect, render},
    search, sqlite,
};
use linli_authz::Scope;
use linli_base::{At, Cursor, Problem, Result};
use std::path::PathBuf;
use uuid::Uuid;

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
pub struct Read(Inner);

/// A transaction that writes. Lent to the closure of [`Db::write`].
pub struct Tx<'a> {
    inner: TxInner<'a>,
    /// The statement that failed, whatever became of its error.
    failed: Option<&'static str>,
}

enum TxInner<'a> {
    Sqlite(&'a mut rusqlite::Connection),
    Postgres(&'a deadpool_postgres::Transaction<'a>),
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
        Read(self.0.clone())
    }

    /// Writes: runs `f` in a transaction and answers after its commit; an error, a refusal too, undoes all of it.
    /// `f` may run more than once. It awaits nothing but the transaction it is lent. Where a statement failed and `f`
    /// still says `Ok`, nothing is kept and the answer is `Broken`.
    pub async fn write<R, F>(&self, f: F) -> Result<R>
    where
        F: AsyncFn(&mut Tx<'_>) -> Result<R> + Send + Sync + 'static,
        R: Send + 'static,
    {
        match &self.0 {
            Inner::Sqlite(pool) => pool.write(f).await,
            Inner::Postgres(pool) => postgres::write(pool, f).await,
            Inner::Snapshot(_) => Err(reads_only()),
        }
    }

    /// Drops all that was made here; for tests. An embedded database goes with its folder.
    pub async fn drop_schema(&self) -> Result<()> {
        match &self.0 {
            Inner::Sqlite(_) => Ok(()),
            Inner::Postgres(pool) => pool.drop_schema().await,
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
    pub(crate) fn sqlite(conn: &'a mut rusqlite::Connection) -> Self {
        Tx { inner: TxInner::Sqlite(conn), failed: None }
    }

    pub(crate) fn postgres(tx: &'a deadpool_postgres::Transaction<'a>) -> Self {
        Tx { inner: TxInner::Postgres(tx), failed: None }
    }

    fn dialect(&self) -> Dialect {
        match &self.inner {
            TxInner::Sqlite(_) => Dialect::Sqlite,
            TxInner::Postgres(_) => Dialect::Postgres,
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
        let done = match (render(stmt, scope, args, self.dialect()), &mut self.inner) {
            (Err(e), _) => Err(e),
            (Ok(out), TxInner::Sqlite(conn)) => sqlite::run(conn, &out),
            (Ok(out), TxInner::Postgres(tx)) => postgres::run(tx, &out).await,
        };
        self.noted(stmt.name, done)
    }

    /// Puts words under an id into a search index, in place of what was there. `scopes` name what it can be reached
    /// through: `s` street, `c` community, `g` grid, `o` org.
    pub async fn search_put(
        &mut self,
        index: &'static str,
        id: Uuid,
        at: At,
        scopes: &[(&str, Uuid)],
        texts: &[&str],
    ) -> Result<()> {
        let tokens = search::entry(scopes, texts);
        let done = match &mut self.inner {
            TxInner::Sqlite(conn) => search::sqlite_put(conn, index, id, at, &tokens),
            TxInner::Postgres(tx) => search::postgres_put(tx, index, id, at, &tokens).await,
        };
        self.noted(index, done)
    }

    /// Takes an id out of a search index; its words are gone from the file too.
    pub async fn search_drop(&mut self, index: &'static str, id: Uuid) -> Result<()> {
        let done = match &mut self.inner {
            TxInner::Sqlite(conn) => search::sqlite_drop(conn, index, id),
            TxInner::Postgres(tx) => search::postgres_drop(tx, index, id).await,
        };
        self.noted(index, done)
    }
}

impl Query for Tx<'_> {
    async fn rows(&mut self, stmt: &Stmt, scope: &Scope, args: &[Value]) -> Result<Vec<Vec<Value>>> {
        let done = match (render(stmt, scope, args, self.dialect()), &mut self.inner) {
            (Err(e), _) => Err(e),
            (Ok(out), TxInner::Sqlite(conn)) => sqlite::rows(conn, &out),
            (Ok(out), TxInner::Postgres(tx)) => postgres::rows(tx, &out).await,
        };
        self.noted(stmt.name, done)
    }

    async fn search(
        &mut self,
        index: &'static str,
        scope: &Scope,
        words: &str,
        after: Option<&Cursor>,
        limit: i64,
    ) -> Result<Vec<(Uuid, At)>> {
        let Some(asked) = search::Asked::new(scope, words, after, limit) else { return Ok(Vec::new()) };
        let rows = match &mut self.inner {
            TxInner::Sqlite(conn) => sqlite::rows(conn, &asked.sqlite(index)),
            TxInner::Postgres(tx) => postgres::rows(tx, &asked.postgres(index)).await,
        };
        search::found(self.noted(index, rows)?)
    }
}

impl Query for Read {
    async fn rows(&mut self, stmt: &Stmt, scope: &Scope, args: &[Value]) -> Result<Vec<Vec<Value>>> {
        let out = render(stmt, scope, args, self.0.dialect().await)?;
        match &self.0 {
            Inner::Sqlite(pool) => pool.read(out).await,
            Inner::Postgres(pool) => pool.read(&out).await,
            Inner::Snapshot(snapshot) => snapshot.asked(&out).await,
        }
    }

    async fn search(
        &mut self,
        index: &'static str,
        scope: &Scope,
        words: &str,
        after: Option<&Cursor>,
        limit: i64,
    ) -> Result<Vec<(Uuid, At)>> {
        let Some(asked) = search::Asked::new(scope, words, after, limit) else { return Ok(Vec::new()) };
        let rows = match &self.0 {
            Inner::Sqlite(pool) => pool.read(asked.sqlite(index)).await?,
            Inner::Postgres(pool) => pool.read(&asked.postgres(index)).await?,
            Inner::Snapshot(snapshot) => match snapshot.dialect().await {
                Dialect::Sqlite => snapshot.asked(&asked.sqlite(index)).await?,
                Dialect::Postgres => snapshot.asked(&asked.postgres(index)).await?,
            },
        };
        search::found(rows)
    }
}
