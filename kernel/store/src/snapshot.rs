//! The whole database as it stood at one moment, for doctor and backup. ADR 12.

use crate::{
    Config, Db, FromValue, Migrations, Value,
    db::Inner,
    migrate, postgres as pg,
    render::{Dialect, Rendered},
    sqlite::{self, broken},
};
use deadpool_postgres::Object;
use linli_base::{Problem, Refusal, Result};
use rusqlite::{Connection, OpenFlags};
use std::sync::Arc;
use tokio::sync::Mutex;
use uuid::Uuid;

/// Reads the database as it stood when this was opened, whatever is written meanwhile; never writes, and needs no lock
/// of the data folder. On SQLite it blocks the thread it is asked on.
#[derive(Clone)]
pub struct Snapshot(pub(crate) Arc<Mutex<Held>>);

pub(crate) enum Held {
    Sqlite(Connection),
    Postgres(Object),
}

/// How a database's tables stand to those of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How many migrations have run, as the program has them.
    pub run: u64,
    /// Not run yet.
    pub missing: Vec<String>,
    /// Run by a newer program.
    pub unknown: Vec<String>,
    /// Run with another text.
    pub changed: Vec<String>,
}

impl Snapshot {
    /// Opens it. Refusal: `no_database` (`place`) where there is none.
    pub async fn open(config: &Config) -> Result<Snapshot> {
        match config {
            Config::Embedded { folder } => {
                let file = folder.join("linli.db");
                if !file.exists() {
                    return Err(Refusal::new("no_database").with("place", file.display()).into());
                }
                let conn = sqlite::connect(&file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
                // a transaction begins with its first read
                conn.execute_batch("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1").map_err(broken)?;
                Ok(Snapshot::of(Held::Sqlite(conn)))
            }
            Config::Server { url, schema } => {
                let client = pg::Pool::open(url, schema).await?.reader().await?;
                client
                    .batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await
                    .map_err(pg::problem)?;
                let snapshot = Snapshot::of(Held::Postgres(client));
                if snapshot.tables().await?.is_empty() {
                    return Err(Refusal::new("no_database").with("place", schema).into());
                }
                Ok(snapshot)
            }
        }
    }

    fn of(held: Held) -> Snapshot {
        Snapshot(Arc::new(Mutex::new(held)))
    }

    /// The same as a database that only reads: whatever reads a [`Db`] can look at a snapshot. A write is `Broken`.
    pub fn db(&self) -> Db {
        Db(Inner::Snapshot(self.clone()))
    }

    /// `sqlite` or `postgresql`.
    pub async fn kind(&self) -> &'static str {
        match self.dialect().await {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgres => "postgresql",
        }
    }

    pub(crate) async fn dialect(&self) -> Dialect {
        match &*self.0.lock().await {
            Held::Sqlite(_) => Dialect::Sqlite,
            Held::Postgres(_) => Dialect::Postgres,
        }
    }

    /// The migrations that have run: room, name, digest of the text.
    pub async fn migrations(&self) -> Result<Vec<(String, String, String)>> {
        let rows = self.ask("SELECT room, name, digest FROM migration ORDER BY room, name").await?;
        rows.into_iter()
            .map(|row| match <[Value; 3]>::try_from(row) {
                Ok([room, name, digest]) => Ok((text(room)?, text(name)?, text(digest)?)),
                Err(_) => Err(Problem::broken("reading migrations", "three columns were asked for")),
            })
            .collect()
    }

    /// How the tables stand to those of the rooms.
    pub async fn standing(&self, rooms: &[Migrations]) -> Result<Standing> {
        Ok(migrate::standing(rooms, &self.migrations().await?))
    }

    /// What the database itself finds wrong with its file, its indexes and its references; 100 lines at most.
    pub async fn integrity(&self) -> Result<Vec<String>> {
        let mut wrong = Vec::new();
        match self.dialect().await {
            Dialect::Sqlite => {
                for row in self.ask("PRAGMA integrity_check(100)").await? {
                    wrong.extend(row.into_iter().next().map(text).transpose()?.filter(|said| said != "ok"));
                }
                for row in self
                    .ask("SELECT \"table\" || ' -> ' || parent FROM pragma_foreign_key_check LIMIT 100")
                    .await?
                {
                    wrong.extend(row.into_iter().next().map(text).transpose()?);
                }
            }
            Dialect::Postgres => {
                // an index whose making was broken off, and a reference that was added without looking
                let sql = "SELECT CAST(c.relname AS TEXT) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
                     WHERE NOT i.indisvalid AND c.relnamespace = CAST(current_schema() AS regnamespace) \
                     UNION ALL SELECT CAST(conname AS TEXT) FROM pg_constraint \
                     WHERE NOT convalidated AND connamespace = CAST(current_schema() AS regnamespace)";
                for row in self.ask(sql).await? {
                    wrong.extend(row.into_iter().next().map(text).transpose()?);
                }
            }
        }
        Ok(wrong)
    }

    /// The ids of a search index after `after`, in their order.
    pub async fn searchable(&self, index: &'static str, after: Uuid, limit: i64) -> Result<Vec<Uuid>> {
        let (table, mark) = match self.dialect().await {
            Dialect::Sqlite => (format!("{index}_doc"), '?'),
            Dialect::Postgres => (index.to_owned(), '$'),
        };
        let sql = format!("SELECT id FROM {table} WHERE id > {mark}1 ORDER BY id LIMIT {mark}2").into();
        let rows = self.asked(&Rendered { sql, args: vec![Value::Uuid(after), Value::Int(limit)] }).await?;
        rows.into_iter().flatten().map(Uuid::from_value).collect()
    }

    pub(crate) async fn ask(&self, sql: &str) -> Result<Vec<Vec<Value>>> {
        self.asked(&Rendered { sql: sql.into(), args: Vec::new() }).await
    }

    pub(crate) async fn asked(&self, out: &Rendered) -> Result<Vec<Vec<Value>>> {
        match &*self.0.lock().await {
            Held::Sqlite(conn) => sqlite::rows(conn, out),
            Held::Postgres(client) => pg::ask(client, out).await,
        }
    }
}

pub(crate) fn text(value: Value) -> Result<String> {
    String::from_value(value)
}
