//! A table's rows as text that goes into either database: one row a line, in the text format of PostgreSQL's `COPY`.

use crate::{
    Snapshot, Value, postgres as pg,
    render::Dialect,
    snapshot::{Held, text},
    sqlite::broken,
};
use linli_base::{Problem, Result};
use rusqlite::types::ValueRef;
use serde::{Deserialize, Serialize};
use std::io::Write;
use uuid::Uuid;

/// How many rows PostgreSQL hands over at a time.
const PAGE: usize = 1_000;

/// A table of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in the order of the lines' fields.
    pub columns: Vec<String>,
    /// A search index: its columns are `id`, `at` and its terms.
    pub search: bool,
}

impl Snapshot {
    /// All tables with their columns, search indexes among them.
    pub async fn tables(&self) -> Result<Vec<Table>> {
        let sql = match self.dialect().await {
            Dialect::Sqlite => {
                "SELECT t.name, c.name, t.type FROM pragma_table_list t, pragma_table_xinfo(t.name) c \
                 WHERE t.schema = 'main' AND t.type IN ('table', 'virtual') AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
                 AND NOT EXISTS (SELECT 1 FROM pragma_table_list v WHERE v.type = 'virtual' AND t.name = v.name || '_doc') \
                 ORDER BY t.name, c.cid"
            }
            Dialect::Postgres => {
                "SELECT CAST(t.relname AS TEXT), CAST(a.attname AS TEXT), CASE WHEN EXISTS (SELECT 1 FROM pg_attribute v \
                 WHERE v.attrelid = t.oid AND v.atttypid = CAST('tsvector' AS regtype)) THEN 'virtual' ELSE 'table' END \
                 FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid \
                 WHERE t.relkind = 'r' AND t.relnamespace = CAST(current_schema() AS regnamespace) \
                 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY t.relname COLLATE \"C\", a.attnum"
            }
        };
        let mut tables: Vec<Table> = Vec::new();
        for row in self.ask(sql).await? {
            let Ok([name, column, kind]) = <[Value; 3]>::try_from(row) else {
                return Err(Problem::broken("listing tables", "three columns were asked for"));
            };
            let (name, column, search) = (text(name)?, text(column)?, text(kind)? == "virtual");
            match tables.last_mut() {
                Some(last) if last.name == name && search => {}
                Some(last) if last.name == name => last.columns.push(column),
                _ if search => {
                    let columns = ["id", "at", "terms"].map(str::to_owned).to_vec();
                    tables.push(Table { name, columns, search });
                }
                _ => tables.push(Table { name, columns: vec![column], search }),
            }
        }
        Ok(tables)
    }

    /// Writes the rows of a table, answers how many.
    pub async fn dump(&self, table: &Table, out: &mut (impl Write + Send)) -> Result<u64> {
        let (name, columns) = (&table.name, &table.columns);
        match &*self.0.lock().await {
            Held::Sqlite(conn) => {
                let sql = if table.search {
                    format!("SELECT d.id, d.at, f.body FROM {name}_doc d JOIN {name} f ON f.rowid = d.docid")
                } else {
                    format!("SELECT {} FROM {name}", columns.join(", "))
                };
                let mut stmt = conn.prepare(&sql).map_err(broken)?;
                let (mut rows, mut written) = (stmt.query([]).map_err(broken)?, 0);
                while let Some(row) = rows.next().map_err(broken)? {
                    let mut line = Vec::new();
                    for n in 0..columns.len() {
                        field(&mut line, n, plain(row.get_ref(n).map_err(broken)?)?.as_deref());
                    }
                    end(line, out)?;
                    written += 1;
                }
                Ok(written)
            }
            Held::Postgres(client) => {
                let picked = if table.search {
                    "CAST(id AS TEXT), CAST(at AS TEXT), array_to_string(tsvector_to_array(body), ' ')"
                        .to_owned()
                } else {
                    let cast: Vec<String> = columns.iter().map(|c| format!("CAST({c} AS TEXT)")).collect();
                    cast.join(", ")
                };
                let begin = format!("DECLARE dump NO SCROLL CURSOR FOR SELECT {picked} FROM {name}");
                client.batch_execute(&begin).await.map_err(pg::problem)?;
                let (fetch, mut written) = (format!("FETCH {PAGE} FROM dump"), 0);
                loop {
                    let rows = client.query(&fetch, &[]).await.map_err(pg::problem)?;
                    for row in &rows {
                        let mut line = Vec::new();
                        for n in 0..columns.len() {
                            field(&mut line, n, row.try_get::<_, Option<&str>>(n).map_err(pg::problem)?);
                        }
                        end(line, out)?;
                        written += 1;
                    }
                    if rows.len() < PAGE {
                        break;
                    }
                }
                client.batch_execute("CLOSE dump").await.map_err(pg::problem)?;
                Ok(written)
            }
        }
    }
}

fn end(mut line: Vec<u8>, out: &mut impl Write) -> Result<()> {
    line.push(b'\n');
    out.write_all(&line).map_err(|e| Problem::broken("writing a backup", e))
}

fn plain(value: ValueRef<'_>) -> Result<Option<String>> {
    let wrong = |e: &dyn std::fmt::Display| Problem::broken("reading a row", e.to_string());
    Ok(Some(match value {
        ValueRef::Null => return Ok(None),
        ValueRef::Integer(v) => v.to_string(),
        ValueRef::Real(v) => v.to_string(),
        ValueRef::Text(v) => String::from_utf8(v.to_vec()).map_err(|e| wrong(&e))?,
        ValueRef::Blob(v) => Uuid::from_slice(v).map_err(|e| wrong(&e))?.to_string(),
    }))
}

/// Adds a field to a line: fields are parted by tabs, `\N` is NULL, and a backslash stands before what would part.
fn field(line: &mut Vec<u8>, n: usize, value: Option<&str>) {
    if n > 0 {
        line.push(b'\t');
    }
    let Some(value) = value else { return line.extend_from_slice(b"\\N") };
    for byte in value.bytes() {
        match byte {
            b'\\' => line.extend_from_slice(b"\\\\"),
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\r' => line.extend_from_slice(b"\\r"),
            b'\t' => line.extend_from_slice(b"\\t"),
            other => line.push(other),
        }
    }
}

/// The fields of a line.
pub(crate) fn fields(line: &str) -> Vec<Option<String>> {
    line.split('\t')
        .map(|field| {
            if field == "\\N" {
                return None;
            }
            let (mut out, mut chars) = (String::with_capacity(field.len()), field.chars());
            while let Some(c) = chars.next() {
                out.push(match c {
                    '\\' => match chars.next() {
                        Some('n') => '\n',
                        Some('r') => '\r',
                        Some('t') => '\t',
                        Some(other) => other,
                        None => '\\',
                    },
                    c => c,
                });
            }
            Some(out)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_back_as_it_was() {
        let values = [None, Some(""), Some("\\N"), Some("a\tb\\\r\nc"), Some("路灯 💡")];
        let mut line = Vec::new();
        for (n, value) in values.iter().enumerate() {
            field(&mut line, n, *value);
        }
        let line = String::from_utf8(line).unwrap();
        assert!(!line.contains('\n'));
        let back = fields(&line);
        assert_eq!(back.iter().map(Option::as_deref).collect::<Vec<_>>(), values);
    }
}
