//! Puts the rows of a backup into an empty database of either kind, in one transaction.

use crate::{
    Db, Migrations, Table, db::Inner, dump::fields, migrate, postgres as pg, search, sqlite::broken,
};
use deadpool_postgres::Transaction;
use linli_base::{At, Problem, Refusal, Result};
use rusqlite::{Connection, types::Value as Sql};
use std::{
    collections::BTreeMap,
    io::{self, BufRead},
    sync::Arc,
};
use uuid::Uuid;

/// How many rows go to PostgreSQL at a time.
const PAGE: usize = 500;
/// How many entries go into SQLite's search index at a time.
const ENTRIES: usize = 10_000;

/// Where the rows of a table come from, line by line.
pub trait Source: Send + Sync + 'static {
    /// Opens those of a table.
    fn lines(&self, table: &str) -> io::Result<Box<dyn BufRead + Send>>;
}

impl Db {
    /// Makes the tables by just these migrations and fills them, all or nothing. `told` hears of each table that is
    /// done, and may hear of one twice. Refusals: `not_empty` where there are tables already, `backup_table` (`table`)
    /// where the migrations do not make one that the backup has.
    pub async fn restore(
        &self,
        rooms: Vec<Migrations>,
        tables: Vec<Table>,
        source: Arc<dyn Source>,
        told: Arc<dyn Fn(&str) + Send + Sync>,
        now: At,
    ) -> Result<()> {
        match &self.0 {
            Inner::Sqlite(pool) => {
                let work = move |conn: &mut Connection| sqlite(conn, &rooms, &tables, &*source, &*told, now);
                pool.with_writer(work).await
            }
            Inner::Postgres(pool) => postgres(pool, &rooms, &tables, &*source, &*told, now).await,
            Inner::Snapshot(_) => Err(Problem::broken("restoring", "a snapshot only reads")),
        }
    }
}

fn unread(e: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Problem {
    Problem::broken("reading a backup", e)
}

/// The types of a table's columns in the target, by `there`: table, then column and type.
fn types(table: &Table, there: &BTreeMap<String, Vec<(String, String)>>) -> Result<Vec<String>> {
    let refused = || Refusal::new("backup_table").with("table", &table.name);
    let has = there.get(&table.name).ok_or_else(refused)?;
    if table.search {
        return Ok(Vec::new());
    }
    let kind = |column: &String| has.iter().find(|(name, _)| name == column).map(|(_, kind)| kind.clone());
    Ok(table.columns.iter().map(|column| kind(column).ok_or_else(refused)).collect::<Result<_, _>>()?)
}

/// Calls `row` with the fields of each line.
fn each(
    source: &dyn Source,
    table: &Table,
    mut row: impl FnMut(Vec<Option<String>>) -> Result<()>,
) -> Result<()> {
    for line in source.lines(&table.name).map_err(unread)?.lines() {
        let fields = fields(&line.map_err(unread)?);
        if fields.len() != table.columns.len() {
            return Err(unread(format!("{}: a row of {} fields", table.name, fields.len())));
        }
        row(fields)?;
    }
    Ok(())
}

fn sqlite(
    conn: &mut Connection,
    rooms: &[Migrations],
    tables: &[Table],
    source: &dyn Source,
    told: &dyn Fn(&str),
    now: At,
) -> Result<()> {
    let any: i64 =
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(broken)?;
    if any > 0 {
        return Err(Refusal::new("not_empty").into());
    }
    migrate::sqlite(conn, rooms, now)?;
    conn.execute_batch("DELETE FROM migration").map_err(broken)?;
    let mut there: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let columns = "SELECT t.name, c.name, c.type FROM pragma_table_list t, pragma_table_xinfo(t.name) c \
                   WHERE t.schema = 'main' AND t.type IN ('table', 'virtual')";
    let mut stmt = conn.prepare(columns).map_err(broken)?;
    let rows = stmt.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).map_err(broken)?;
    for row in rows {
        let (table, column) = row.map_err(broken)?;
        there.entry(table).or_default().push(column);
    }
    // a row may name one that comes later
    conn.execute_batch("PRAGMA defer_foreign_keys = ON").map_err(broken)?;
    for table in tables {
        let types = types(table, &there)?;
        if table.search {
            let mut waiting = search::Waiting::default();
            each(source, table, |row| {
                waiting.put(&table.name, entry(row)?);
                if waiting.len() < ENTRIES { Ok(()) } else { waiting.settle(conn).map(drop) }
            })?;
            waiting.settle(conn)?;
        } else {
            let places: Vec<String> = (1..=table.columns.len()).map(|n| format!("?{n}")).collect();
            let sql = format!(
                "INSERT INTO {} ({}) VALUES ({})",
                table.name,
                table.columns.join(", "),
                places.join(", ")
            );
            let mut stmt = conn.prepare(&sql).map_err(broken)?;
            each(source, table, |row| {
                let values = row.into_iter().zip(&types).map(|(value, kind)| typed(value, kind));
                let values = values.collect::<Result<Vec<Sql>>>()?;
                stmt.execute(rusqlite::params_from_iter(values)).map(|_| ()).map_err(broken)
            })?;
        }
        told(&table.name);
    }
    Ok(())
}

fn entry(row: Vec<Option<String>>) -> Result<search::Entry> {
    let Ok([Some(id), Some(at), Some(terms)]) = <[Option<String>; 3]>::try_from(row) else {
        return Err(unread("a search index's row has three fields"));
    };
    Ok(search::Entry { id: id.parse().map_err(unread)?, at: At(at.parse().map_err(unread)?), terms })
}

/// A field as SQLite stores it.
fn typed(value: Option<String>, kind: &str) -> Result<Sql> {
    let Some(value) = value else { return Ok(Sql::Null) };
    Ok(match (kind, value.as_str()) {
        ("INTEGER", "true") => Sql::Integer(1),
        ("INTEGER", "false") => Sql::Integer(0),
        ("INTEGER", number) => Sql::Integer(number.parse().map_err(unread)?),
        ("REAL", number) => Sql::Real(number.parse().map_err(unread)?),
        ("BLOB", id) => Sql::Blob(id.parse::<Uuid>().map_err(unread)?.as_bytes().to_vec()),
        _ => Sql::Text(value),
    })
}

async fn postgres(
    pool: &pg::Pool,
    rooms: &[Migrations],
    tables: &[Table],
    source: &dyn Source,
    told: &(dyn Fn(&str) + Send + Sync),
    now: At,
) -> Result<()> {
    let mut client = pool.writer().await?;
    let tx = client.transaction().await.map_err(pg::problem)?;
    tx.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {}", pool.schema())).await.map_err(pg::problem)?;
    let any = "SELECT count(*) FROM pg_class WHERE relnamespace = CAST(current_schema() AS regnamespace)";
    if tx.query_one(any, &[]).await.map_err(pg::problem)?.get::<_, i64>(0) > 0 {
        return Err(Refusal::new("not_empty").into());
    }
    migrate::postgres(&tx, rooms, now).await?;
    tx.batch_execute("DELETE FROM migration").await.map_err(pg::problem)?;
    let columns = "SELECT CAST(t.relname AS TEXT), CAST(a.attname AS TEXT), format_type(a.atttypid, NULL) \
                   FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid WHERE t.relkind = 'r' \
                   AND t.relnamespace = CAST(current_schema() AS regnamespace) AND a.attnum > 0 AND NOT a.attisdropped";
    let mut there: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for row in tx.query(columns, &[]).await.map_err(pg::problem)? {
        there.entry(row.get(0)).or_default().push((row.get(1), row.get(2)));
    }
    // references are looked at when all rows are there
    let names = "SELECT CAST(t.relname AS TEXT), CAST(f.conname AS TEXT), pg_get_constraintdef(f.oid) \
                 FROM pg_constraint f JOIN pg_class t ON t.oid = f.conrelid \
                 WHERE f.contype = 'f' AND f.connamespace = CAST(current_schema() AS regnamespace)";
    let names: Vec<(String, String, String)> = tx
        .query(names, &[])
        .await
        .map_err(pg::problem)?
        .iter()
        .map(|r| (r.get(0), r.get(1), r.get(2)))
        .collect();
    for (table, name, _) in &names {
        let sql = format!("ALTER TABLE {table} DROP CONSTRAINT {name}");
        tx.batch_execute(&sql).await.map_err(pg::problem)?;
    }
    for table in tables {
        fill(&tx, table, &types(table, &there)?, source).await?;
        told(&table.name);
    }
    for (table, name, said) in &names {
        let sql = format!("ALTER TABLE {table} ADD CONSTRAINT {name} {said}");
        tx.batch_execute(&sql).await.map_err(pg::problem)?;
    }
    tx.commit().await.map_err(pg::problem)
}

/// All rows of a table, in statements of [`PAGE`] rows.
async fn fill(tx: &Transaction<'_>, table: &Table, types: &[String], source: &dyn Source) -> Result<()> {
    let letters: Vec<String> = (1..=table.columns.len()).map(|n| format!("c{n}")).collect();
    let (into, picked) = if table.search {
        let body = "CAST(c1 AS UUID), CAST(c2 AS BIGINT), array_to_tsvector(string_to_array(c3, ' '))";
        ("id, at, body".to_owned(), body.to_owned())
    } else {
        let cast = letters.iter().zip(types).map(|(letter, kind)| format!("CAST({letter} AS {kind})"));
        (table.columns.join(", "), cast.collect::<Vec<_>>().join(", "))
    };
    let arrays: Vec<String> = (1..=letters.len()).map(|n| format!("CAST(${n} AS TEXT[])")).collect();
    let sql = format!(
        "INSERT INTO {} ({into}) SELECT {picked} FROM unnest({}) AS u({})",
        table.name,
        arrays.join(", "),
        letters.join(", ")
    );
    let stmt = tx.prepare(&sql).await.map_err(pg::problem)?;
    let mut lines = source.lines(&table.name).map_err(unread)?.lines();
    loop {
        let mut columns: Vec<Vec<Option<String>>> = vec![Vec::new(); letters.len()];
        let mut taken = 0;
        while taken < PAGE {
            let Some(line) = lines.next() else { break };
            let row = fields(&line.map_err(unread)?);
            if row.len() != columns.len() {
                return Err(unread(format!("{}: a row of {} fields", table.name, row.len())));
            }
            columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
            taken += 1;
        }
        if taken == 0 {
            return Ok(());
        }
        let given: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> =
            columns.iter().map(|column| -> &(dyn tokio_postgres::types::ToSql + Sync) { column }).collect();
        tx.execute(&stmt, &given).await.map_err(pg::problem)?;
    }
}
