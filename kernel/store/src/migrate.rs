//! One order of migrations over all rooms, written once and mapped for SQLite.

use crate::{Standing, postgres as pg, search, sqlite::broken};
use linli_base::{At, Problem, Refusal, Result};
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

/// A room's migrations in order.
#[derive(Clone, Copy, Debug)]
pub struct Migrations {
    /// The room's name.
    pub room: &'static str,
    /// Name and text of each.
    pub files: &'static [(&'static str, &'static str)],
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (room TEXT NOT NULL, name TEXT NOT NULL, \
     digest TEXT NOT NULL, applied_at BIGINT NOT NULL, PRIMARY KEY (room, name))";

/// What a migration's line means.
#[derive(Debug, PartialEq)]
pub(crate) enum Piece {
    Statement(String),
    SearchIndex(String),
    /// An index of an earlier program, to be as one made today.
    SearchAgain(String),
}

/// Splits a migration into statements and directives; comments fall away.
pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut statement = String::new();
    for line in text.lines() {
        if let Some(name) = line.trim().strip_prefix("-- search index ") {
            pieces.push(match name.trim().strip_prefix("again ") {
                Some(index) => Piece::SearchAgain(index.to_owned()),
                None => Piece::SearchIndex(name.trim().to_owned()),
            });
            continue;
        }
        let code = line.split("--").next().unwrap_or_default();
        statement.push_str(code);
        statement.push('\n');
        if code.trim_end().ends_with(';') {
            pieces.push(Piece::Statement(statement.trim().trim_end_matches(';').to_owned()));
            statement.clear();
        }
    }
    if !statement.trim().is_empty() {
        pieces.push(Piece::Statement(statement.trim().to_owned()));
    }
    pieces
}

/// A column's type of the contract.
const TYPES: [(&str, &str); 6] = [
    ("UUID", "BLOB CHECK (length({c}) = 16)"),
    ("TEXT", "TEXT"),
    ("BIGINT", "INTEGER"),
    ("DOUBLE PRECISION", "REAL"),
    ("BOOLEAN", "INTEGER CHECK ({c} IN (0, 1))"),
    ("JSONB", "TEXT CHECK (json_valid({c}))"),
];

/// The statement with its column types as one of the two databases has them. Only `CREATE TABLE` and
/// `ALTER TABLE … ADD COLUMN` have any. An error names the column whose type is not in the contract.
pub(crate) fn mapped(statement: &str, sqlite: bool) -> Result<String, String> {
    if let Some((head, column)) = statement.split_once(" ADD COLUMN ") {
        return Ok(format!("{head} ADD COLUMN {}", column_of(column, sqlite)?));
    }
    if !statement.starts_with("CREATE TABLE") {
        return Ok(statement.to_owned());
    }
    let (open, close) = (statement.find('('), statement.rfind(')'));
    let (Some(open), Some(close)) = (open, close) else { return Err("a table without columns".to_owned()) };
    let (head, inside) =
        (statement.get(..=open).unwrap_or_default(), statement.get(open + 1..close).unwrap_or_default());
    let columns = columns(inside).into_iter().map(|c| column_of(c, sqlite)).collect::<Result<Vec<_>, _>>()?;
    let strict = if sqlite { " STRICT" } else { "" };
    Ok(format!("{head}\n    {}\n){strict}", columns.join(",\n    ")))
}

/// The parts between top-level commas.
fn columns(inside: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0, 0);
    for (at, c) in inside.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.extend(inside.get(from..at));
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(inside.get(from..));
    parts.into_iter().map(str::trim).collect()
}

fn column_of(column: &str, sqlite: bool) -> Result<String, String> {
    let (name, rest) = column.split_once(char::is_whitespace).unwrap_or((column, ""));
    if ["PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT"].contains(&name) {
        return Ok(column.to_owned());
    }
    let rest = rest.trim_start();
    for (ours, theirs) in TYPES {
        let Some(after) = rest.strip_prefix(ours) else { continue };
        if !after.is_empty() && !after.starts_with([' ', '\n']) {
            continue;
        }
        let typed = match (sqlite, ours) {
            (true, _) => theirs.replace("{c}", name),
            (false, "TEXT") => "TEXT COLLATE \"C\"".to_owned(),
            (false, _) => ours.to_owned(),
        };
        return Ok(format!("{name} {typed}{after}"));
    }
    Err(format!("`{column}`: its type is not in the contract"))
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |out, byte| out + &format!("{byte:02x}"))
}

fn changed(room: &str, name: &str) -> Problem {
    Problem::broken(
        "migrating",
        format!("{room}/{name} was applied with another text: write a new one instead"),
    )
}

fn unmapped(room: &str, name: &str, why: &str) -> Problem {
    Problem::broken("migrating", format!("{room}/{name}: {why}"))
}

/// How what has run (room, name, digest) stands to the rooms.
pub(crate) fn standing(rooms: &[Migrations], applied: &[(String, String, String)]) -> Standing {
    let mut standing = Standing::default();
    let ours =
        || rooms.iter().flat_map(|room| room.files.iter().map(move |(name, text)| (room.room, *name, *text)));
    for (room, name, text) in ours() {
        match applied.iter().find(|(r, n, _)| r == room && n == name) {
            None => standing.missing.push(format!("{room}/{name}")),
            Some((_, _, sum)) if *sum == digest(text) => standing.run += 1,
            Some(_) => standing.changed.push(format!("{room}/{name}")),
        }
    }
    let theirs = applied.iter().filter(|(r, n, _)| !ours().any(|(room, name, _)| r == room && n == name));
    standing.unknown = theirs.map(|(room, name, _)| format!("{room}/{name}")).collect();
    standing
}

/// A newer program has been here, and what it changed this one does not know.
fn newer(rooms: &[Migrations], applied: &[(String, String, String)]) -> Result<()> {
    match standing(rooms, applied).unknown.as_slice() {
        [] => Ok(()),
        unknown => Err(Refusal::new("newer_data").with("migrations", unknown.join(", ")).into()),
    }
}

const APPLIED: &str = "SELECT room, name, digest FROM migration";

pub(crate) fn sqlite(conn: &mut Connection, rooms: &[Migrations], now: At) -> Result<()> {
    conn.execute_batch(&format!("{TABLE} STRICT").replace("BIGINT", "INTEGER")).map_err(broken)?;
    let applied = conn
        .prepare(APPLIED)
        .and_then(|mut stmt| {
            stmt.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?.collect::<Result<Vec<_>, _>>()
        })
        .map_err(broken)?;
    newer(rooms, &applied)?;
    for room in rooms {
        for (name, text) in room.files {
            let sum = digest(text);
            let applied: Option<String> = conn
                .query_row(
                    "SELECT digest FROM migration WHERE room = ?1 AND name = ?2",
                    [room.room, name],
                    |r| r.get(0),
                )
                .optional()
                .map_err(broken)?;
            match applied {
                Some(before) if before == sum => continue,
                Some(_) => return Err(changed(room.room, name)),
                None => {}
            }
            for piece in pieces(text) {
                let sql = match piece {
                    Piece::Statement(sql) => mapped(&sql, true).map_err(|e| unmapped(room.room, name, &e))?,
                    Piece::SearchIndex(index) => search::sqlite_index(&index),
                    Piece::SearchAgain(index) => search::sqlite_again(&index),
                };
                conn.execute_batch(&sql).map_err(broken)?;
            }
            conn.execute(
                "INSERT INTO migration (room, name, digest, applied_at) VALUES (?1, ?2, ?3, ?4)",
                rusqlite::params![room.room, name, sum, now.0],
            )
            .map_err(broken)?;
        }
    }
    Ok(())
}

pub(crate) async fn postgres(
    tx: &deadpool_postgres::Transaction<'_>,
    rooms: &[Migrations],
    now: At,
) -> Result<()> {
    tx.batch_execute(TABLE).await.map_err(pg::problem)?;
    let applied = tx.query(APPLIED, &[]).await.map_err(pg::problem)?;
    let applied: Vec<_> = applied.iter().map(|r| (r.get(0), r.get(1), r.get(2))).collect();
    newer(rooms, &applied)?;
    for room in rooms {
        for (name, text) in room.files {
            let sum = digest(text);
            let sql = "SELECT digest FROM migration WHERE room = $1 AND name = $2";
            let applied = tx.query_opt(sql, &[&room.room, name]).await.map_err(pg::problem)?;
            match applied.map(|row| row.get::<_, String>(0)) {
                Some(before) if before == sum => continue,
                Some(_) => return Err(changed(room.room, name)),
                None => {}
            }
            for piece in pieces(text) {
                let sql = match piece {
                    Piece::Statement(sql) => {
                        mapped(&sql, false).map_err(|e| unmapped(room.room, name, &e))?
                    }
                    Piece::SearchIndex(index) => search::postgres_index(&index),
                    Piece::SearchAgain(_) => continue,
                };
                tx.batch_execute(&sql).await.map_err(pg::problem)?;
            }
            let sql = "INSERT INTO migration (room, name, digest, applied_at) VALUES ($1, $2, $3, $4)";
            tx.execute(sql, &[&room.room, name, &sum, &now.0]).await.map_err(pg::problem)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_mapped() {
        let text = "-- a table\nCREATE TABLE t (\n  id UUID PRIMARY KEY, -- key\n  b BOOLEAN NOT NULL,\n  \
                    d DOUBLE PRECISION,\n  j JSONB,\n  s TEXT,\n  PRIMARY KEY (id, b)\n);\n-- search index t_search\n";
        let all = pieces(text);
        assert_eq!(all[1], Piece::SearchIndex("t_search".to_owned()));
        let Piece::Statement(sql) = &all[0] else { panic!() };
        let here = mapped(sql, true).unwrap();
        for want in [
            "id BLOB CHECK (length(id) = 16) PRIMARY KEY",
            "b INTEGER CHECK (b IN (0, 1)) NOT NULL",
            "d REAL",
            "j TEXT CHECK (json_valid(j))",
            ") STRICT",
            "PRIMARY KEY (id, b)",
        ] {
            assert!(here.contains(want), "{want} in {here}");
        }
        let there = mapped(sql, false).unwrap();
        assert!(there.contains("s TEXT COLLATE \"C\"") && there.contains("d DOUBLE PRECISION"), "{there}");
        assert!(mapped("CREATE TABLE t (n VARCHAR(3))", true).is_err());
        assert!(mapped("CREATE TABLE t (n INTEGER)", true).is_err());
    }
}
