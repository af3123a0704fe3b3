//! Words found without a dictionary: Han in pairs, everything else in lower-cased words; the scope is a term like
//! any other, so that a search never leaves the index to look at a right.

use crate::{FromValue, Value, render::Rendered, sqlite};
use linli_authz::{Reach, Scope, Tier};
use linli_base::{At, Cursor, Problem, Result};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use uuid::Uuid;

/// Room for entries of the same millisecond: their row numbers begin in its first half.
const SAME_MS: i64 = 1 << 20;

/// PostgreSQL's index of words gives all that match, so words that many hold are looked for among the newest entries:
/// where so many of these hold them that as many times more would do.
const SOME: i64 = 200;
const TIMES: i64 = 20;

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// Full-width letters and digits become what they stand for.
fn fold(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Runs of Han characters, and words of anything else that is a letter or digit.
fn runs(text: &str) -> Vec<Vec<char>> {
    let mut runs: Vec<Vec<char>> = Vec::new();
    let mut last = None;
    for c in text.chars().map(fold).flat_map(char::to_lowercase) {
        let kind = if is_han(c) { Some(true) } else { c.is_alphanumeric().then_some(false) };
        if kind.is_some() && kind == last {
            runs.last_mut().into_iter().for_each(|run| run.push(c));
        } else if kind.is_some() {
            runs.push(vec![c]);
        }
        last = kind;
    }
    runs
}

/// Writes the terms of a text, each with a space behind it: pairs of Han and each run's last character (a single one is
/// found by prefix), and words.
fn terms(text: &str, all: &mut String) {
    for run in runs(text) {
        if run.first().copied().is_some_and(is_han) {
            for pair in run.windows(2) {
                all.extend(pair);
                all.push(' ');
            }
            all.extend(run.last());
        } else {
            all.extend(run.iter().take(60));
        }
        all.push(' ');
    }
}

/// Bytes of FTS5's page, and how often a page is written again until it lies in the largest part: at four parts to a
/// larger one, parts of 64,000 pages.
const PAGE: i64 = 4_050;
const LEVELS: i64 = 8;

/// `§` is neither letter nor digit, so no text has such a term.
fn scope_term(kind: &str, id: Uuid) -> String {
    format!("§{kind}{}", id.simple())
}

/// Where an entry's row number is looked for: the newest lowest, for FTS5 is many times quicker forwards than
/// backwards; then by the id's last bits, so that a cursor keeps its place when its row is gone. The years are those
/// that fit, 1691 to 2248.
pub(crate) fn place(id: Uuid, at: i64) -> i64 {
    let most = i64::MAX / SAME_MS - 1;
    let bits = i64::try_from(id.as_u128() % (1 << 19)).unwrap_or(0);
    -(at.clamp(-most, most) * SAME_MS + bits)
}

/// What goes into an index under one id. Cut before the write, which has the database to itself.
#[derive(Clone, Debug)]
pub struct Entry {
    pub(crate) id: Uuid,
    pub(crate) at: At,
    /// Parted by spaces.
    pub(crate) terms: String,
}

impl Entry {
    /// `scopes` name what it can be reached through: `s` street, `c` community, `g` grid, `o` org.
    pub fn new(id: Uuid, at: At, scopes: &[(&str, Uuid)], texts: &[&str]) -> Entry {
        let mut all = String::with_capacity(1024);
        texts.iter().for_each(|text| terms(text, &mut all));
        for (kind, id) in scopes {
            all.push_str(&scope_term(kind, *id));
            all.push(' ');
        }
        let mut terms: Vec<&str> = all.split_terminator(' ').collect();
        terms.sort_unstable();
        terms.dedup();
        Entry { id, at, terms: terms.join(" ") }
    }
}

/// A search, ready for either database.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Terms that must all be there; `true`: as the beginning of a term, which is a single Han character's and the
    /// last word's, for it may be half typed.
    pub words: Vec<(String, bool)>,
    /// Any of these; empty: the whole city.
    pub scopes: Vec<String>,
    pub after: Option<Cursor>,
    pub limit: i64,
}

impl Asked {
    /// `None` where nothing can be found: no words, or no reach that the index knows.
    pub fn new(scope: &Scope, words: &str, after: Option<&Cursor>, limit: i64) -> Option<Asked> {
        let mut asked = Vec::new();
        let runs = runs(words);
        let last = runs.len().saturating_sub(1);
        for (nth, run) in runs.into_iter().enumerate() {
            let han = run.first().copied().is_some_and(is_han);
            if han && run.len() > 1 {
                asked.extend(run.windows(2).map(|pair| (pair.iter().collect::<String>(), false)));
            } else {
                asked.push((run.into_iter().take(60).collect(), han || nth == last));
            }
        }
        let city = scope.reaches().contains(&Reach::City);
        let scopes: Vec<String> = scope
            .reaches()
            .iter()
            .filter_map(|reach| match reach {
                Reach::Area(Tier::Street, id) => Some(scope_term("s", id.0)),
                Reach::Area(Tier::Community, id) => Some(scope_term("c", id.0)),
                Reach::Area(Tier::Grid, id) => Some(scope_term("g", id.0)),
                Reach::Assigned(id) => Some(scope_term("o", id.0)),
                _ => None,
            })
            .collect();
        let found = !asked.is_empty() && (city || !scopes.is_empty());
        found.then(|| Asked {
            words: asked,
            scopes: if city { Vec::new() } else { scopes },
            after: after.cloned(),
            limit,
        })
    }

    /// Whether an entry of these terms is found.
    pub fn is_in(&self, terms: &str) -> bool {
        let has = |word: &str| terms.split(' ').any(|term| term == word);
        let begins = |word: &str| terms.split(' ').any(|term| term.starts_with(word));
        self.words.iter().all(|(word, prefix)| if *prefix { begins(word) } else { has(word) })
            && (self.scopes.is_empty() || self.scopes.iter().any(|scope| has(scope)))
    }

    pub fn sqlite(&self, index: &str) -> Rendered {
        let words: Vec<String> = self
            .words
            .iter()
            .map(|(word, prefix)| format!("\"{word}\"{}", if *prefix { "*" } else { "" }))
            .collect();
        let mut matching = words.join(" AND ");
        if !self.scopes.is_empty() {
            let scopes: Vec<String> = self.scopes.iter().map(|scope| format!("\"{scope}\"")).collect();
            matching = format!("({matching}) AND ({})", scopes.join(" OR "));
        }
        let mut args = vec![Value::Text(matching), Value::Int(self.limit)];
        let mut onwards = "";
        if let Some(cursor) = &self.after {
            args.extend([
                Value::Uuid(cursor.id),
                Value::Int(cursor.key),
                Value::Int(place(cursor.id, cursor.key)),
            ]);
            onwards = "AND {i}.rowid > COALESCE((SELECT docid FROM {i}_doc WHERE id = ?3 AND at = ?4), ?5)";
        }
        let sql = format!(
            "SELECT d.id, d.at FROM {{i}} JOIN {{i}}_doc d ON d.docid = {{i}}.rowid \
             WHERE {{i}} MATCH ?1 {onwards} ORDER BY {{i}}.rowid LIMIT ?2"
        );
        Rendered { sql: sql.replace("{i}", index).into(), args }
    }

    pub fn postgres(&self, index: &str) -> Rendered {
        let quoted = |word: &str| format!("'{}'", word.replace('\\', "\\\\").replace('\'', "''"));
        let words: Vec<String> = self
            .words
            .iter()
            .map(|(word, prefix)| format!("{}{}", quoted(word), if *prefix { ":*" } else { "" }))
            .collect();
        let mut query = words.join(" & ");
        if !self.scopes.is_empty() {
            let scopes: Vec<String> = self.scopes.iter().map(|scope| quoted(scope)).collect();
            query = format!("({query}) & ({})", scopes.join(" | "));
        }
        let mut args = vec![Value::Text(query), Value::Int(self.limit)];
        let mut onwards = "";
        if let Some(cursor) = &self.after {
            args.extend([Value::Int(cursor.key), Value::Uuid(cursor.id)]);
            onwards = "AND (at < $3 OR (at = $3 AND id < $4))";
        }
        let hits = "body @@ CAST(CAST($1 AS TEXT) AS tsquery)";
        let newest = format!("FROM {index} WHERE TRUE {onwards} ORDER BY at DESC, id DESC LIMIT");
        // `at + 0` keeps the server to the index of words
        let sql = format!(
            "WITH few AS MATERIALIZED (SELECT COUNT(*) * {TIMES} >= $2 AS many FROM \
             (SELECT body {newest} {SOME}) n WHERE {hits}), \
             newest AS MATERIALIZED (SELECT id, at FROM (SELECT id, at, body {newest} \
             (SELECT CASE WHEN many THEN {TIMES} * {SOME} ELSE 0 END FROM few)) n \
             WHERE {hits} ORDER BY at DESC, id DESC LIMIT $2), \
             enough AS MATERIALIZED (SELECT COUNT(*) >= $2 AS yes FROM newest) \
             SELECT id, at FROM newest WHERE (SELECT yes FROM enough) UNION ALL \
             (SELECT id, at FROM {index} WHERE NOT (SELECT yes FROM enough) AND {hits} {onwards} \
             ORDER BY at + 0 DESC, id DESC LIMIT $2) ORDER BY at DESC, id DESC"
        );
        Rendered { sql: sql.into(), args }
    }
}

pub(crate) fn found(rows: Vec<Vec<Value>>) -> Result<Vec<(Uuid, At)>> {
    rows.into_iter()
        .map(|row| match <[Value; 2]>::try_from(row) {
            Ok([id, at]) => Ok((Uuid::from_value(id)?, At::from_value(at)?)),
            Err(_) => Err(Problem::broken("searching", "two columns were asked for")),
        })
        .collect()
}

/// The words of an index. It keeps a copy of the terms: without one, FTS5 cannot overwrite what is dropped. To
/// `ascii`, what is not ASCII is part of a word, so our terms stay as they were cut.
fn sqlite_words(index: &str) -> String {
    format!(
        "CREATE VIRTUAL TABLE {index} USING fts5(body, detail=none, columnsize=0, tokenize='ascii'); \
         INSERT INTO {index} ({index}, rank) VALUES ('secure-delete', 1);"
    )
}

/// The tables of an index: its words, and the way from id to row number.
pub(crate) fn sqlite_index(index: &str) -> String {
    let words = sqlite_words(index);
    format!(
        "{words} CREATE TABLE {index}_doc (id BLOB PRIMARY KEY, at INTEGER NOT NULL, docid INTEGER NOT NULL UNIQUE) STRICT;"
    )
}

/// Turns an index whose row numbers may still rise with time.
pub(crate) fn sqlite_again(index: &str) -> String {
    let words = sqlite_words(&format!("{index}_again"));
    format!(
        "{words} INSERT INTO {index}_again (rowid, body) SELECT -abs(d.docid), t.body FROM {index}_doc d \
         JOIN {index} t ON t.rowid = d.docid ORDER BY -abs(d.docid); \
         DROP TABLE {index}; ALTER TABLE {index}_again RENAME TO {index}; \
         UPDATE {index}_doc SET docid = -abs(docid);"
    )
}

/// What a transaction puts into search indexes and takes out of them (`None`). It is done at the end, all together and
/// in the order of row numbers: whenever a savepoint begins or a number is below the one before, FTS5 writes out what
/// it has gathered.
#[derive(Default)]
pub(crate) struct Waiting<'a> {
    all: Vec<(&'a str, Uuid, Option<Entry>)>,
    /// Indexes whose parts are brought together here.
    ours: BTreeSet<&'a str>,
}

/// A row number of an index that was filled, or emptied.
pub(crate) type Change<'a> = (&'a str, i64, Option<Entry>);

impl<'a> Waiting<'a> {
    pub fn put(&mut self, index: &'a str, entry: Entry) {
        self.all.push((index, entry.id, Some(entry)));
    }

    pub fn drop(&mut self, index: &'a str, id: Uuid) {
        self.all.push((index, id, None));
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Forgets what came after the first `len`.
    pub fn truncate(&mut self, len: usize) {
        self.all.truncate(len);
    }

    /// Does it; answers what has changed, in order. FTS5 by itself would bring parts together in lumps of hundreds of
    /// pages, for which all who write wait: here each transaction does a little more than its own share.
    pub fn settle(&mut self, conn: &rusqlite::Connection) -> Result<Vec<Change<'a>>> {
        let last: BTreeMap<_, _> =
            self.all.drain(..).map(|(index, id, entry)| ((index, id), entry)).collect();
        let (mut changes, mut puts) = (Vec::new(), Vec::new());
        for ((index, id), entry) in last {
            changes.extend(sqlite_drop(conn, index, id)?.map(|number| (index, number, None)));
            puts.extend(entry.map(|entry| (index, place(id, entry.at.0), entry)));
        }
        puts.sort_unstable_by_key(|(index, place, _)| (*index, *place));
        let mut bytes: BTreeMap<_, i64> = BTreeMap::new();
        for (index, place, entry) in puts {
            *bytes.entry(index).or_default() += i64::try_from(entry.terms.len()).unwrap_or(0);
            let number = sqlite_put(conn, index, place, &entry)?;
            changes.push((index, number, Some(entry)));
        }
        for (index, bytes) in bytes {
            if self.ours.insert(index) {
                sqlite_tell(conn, index, "automerge", 0)?;
            }
            sqlite_tell(conn, index, "merge", LEVELS * (1 + bytes / PAGE))?;
        }
        Ok(changes)
    }
}

pub(crate) fn postgres_index(index: &str) -> String {
    format!(
        "CREATE TABLE {index} (id UUID PRIMARY KEY, at BIGINT NOT NULL, body TSVECTOR NOT NULL); \
         CREATE INDEX {index}_body ON {index} USING GIN (body); CREATE INDEX {index}_at ON {index} (at, id);"
    )
}

/// Answers the row number: `place`, or the next one below that is free.
fn sqlite_put(conn: &rusqlite::Connection, index: &str, place: i64, entry: &Entry) -> Result<i64> {
    let doc: Arc<str> =
        format!("INSERT INTO {index}_doc (id, at, docid) VALUES (?1, ?2, ?3) ON CONFLICT (docid) DO NOTHING")
            .into();
    let mut docid = place;
    loop {
        let args = vec![Value::Uuid(entry.id), Value::Int(entry.at.0), Value::Int(docid)];
        if sqlite::run(conn, &Rendered { sql: doc.clone(), args })? > 0 {
            break;
        }
        docid -= 1;
    }
    let sql = format!("INSERT INTO {index} (rowid, body) VALUES (?1, ?2)").into();
    sqlite::run(conn, &Rendered { sql, args: vec![Value::Int(docid), Value::Text(entry.terms.clone())] })?;
    Ok(docid)
}

/// Answers the row number, where there was one.
fn sqlite_drop(conn: &rusqlite::Connection, index: &str, id: Uuid) -> Result<Option<i64>> {
    let sql = format!("SELECT docid FROM {index}_doc WHERE id = ?1").into();
    let there = Rendered { sql, args: vec![Value::Uuid(id)] };
    let Some(Value::Int(number)) = sqlite::rows(conn, &there)?.pop().and_then(|mut row| row.pop()) else {
        return Ok(None);
    };
    for table in [format!("{index} WHERE rowid"), format!("{index}_doc WHERE docid")] {
        let sql = format!("DELETE FROM {table} = ?1").into();
        sqlite::run(conn, &Rendered { sql, args: vec![Value::Int(number)] })?;
    }
    Ok(Some(number))
}

fn sqlite_tell(conn: &rusqlite::Connection, index: &str, what: &str, number: i64) -> Result<()> {
    let sql = format!("INSERT INTO {index} ({index}, rank) VALUES ('{what}', ?1)").into();
    sqlite::run(conn, &Rendered { sql, args: vec![Value::Int(number)] }).map(drop)
}

/// Pages that are brought together before other writes have their turn.
const TIDY_PAGES: i64 = 250;

/// Goes on bringing an index together, or begins; says whether there is more.
pub(crate) fn sqlite_tidy(conn: &rusqlite::Connection, index: &str, begin: bool) -> Result<bool> {
    let before = conn.total_changes();
    sqlite_tell(conn, index, "merge", if begin { -TIDY_PAGES } else { TIDY_PAGES })?;
    // the command itself is one change
    Ok(conn.total_changes() - before > 1)
}

pub(crate) fn postgres_put(index: &str, entry: &Entry) -> Rendered {
    let sql = format!(
        "INSERT INTO {index} (id, at, body) VALUES ($1, $2, array_to_tsvector(string_to_array(CAST($3 AS TEXT), ' '))) \
         ON CONFLICT (id) DO UPDATE SET at = EXCLUDED.at, body = EXCLUDED.body"
    );
    let args = vec![Value::Uuid(entry.id), Value::Int(entry.at.0), Value::Text(entry.terms.clone())];
    Rendered { sql: sql.into(), args }
}

pub(crate) fn postgres_drop(index: &str, id: Uuid) -> Rendered {
    Rendered { sql: format!("DELETE FROM {index} WHERE id = $1").into(), args: vec![Value::Uuid(id)] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever part of a text is asked for, of two Han characters or more, all its terms are in the text's.
        #[test]
        fn every_part_of_a_text_is_found(text in "[\u{4e00}-\u{4e40}]{2,30}", from in 0..28_usize, len in 2..6_usize) {
            let part: String = text.chars().skip(from).take(len).collect();
            prop_assume!(part.chars().count() >= 2);
            let asked = Asked::new(&Scope::system("test"), &part, None, 10).unwrap();
            prop_assert!(asked.is_in(&entry(&text)));
        }
    }

    fn entry(text: &str) -> String {
        Entry::new(Uuid::nil(), At(0), &[], &[text]).terms
    }

    #[test]
    fn words_and_numbers() {
        assert_eq!(entry("东区Ｌａｍｐ 260929-0021，路"), "0021 260929 lamp 东区 区 路");
    }

    /// Rows of the index's own tables that one transaction writes stand for its pages.
    #[test]
    fn parts_are_brought_together_a_little_at_a_time() {
        let conn = rusqlite::Connection::open_in_memory().unwrap();
        conn.execute_batch(&sqlite_index("t")).unwrap();
        let (mut waiting, mut most) = (Waiting::default(), 0);
        for n in 0..4_000_u32 {
            let text: String =
                (0..40).filter_map(|k| char::from_u32(0x4e00 + (n * 31 + k * k * 7) % 2_000)).collect();
            let before = conn.total_changes();
            conn.execute_batch("BEGIN").unwrap();
            waiting.put("t", Entry::new(Uuid::from_u128(n.into()), At(n.into()), &[], &[&text]));
            waiting.settle(&conn).unwrap();
            conn.execute_batch("COMMIT").unwrap();
            most = most.max(conn.total_changes() - before);
        }
        let parts: i64 =
            conn.query_row("SELECT COUNT(DISTINCT segid) FROM t_idx", [], |row| row.get(0)).unwrap();
        assert!(parts < 40, "{parts} parts are looked through");
        assert!(most < 400, "{most} rows were written at once");
    }

    #[test]
    fn an_index_that_rises_with_time_is_turned() {
        let conn = rusqlite::Connection::open_in_memory().unwrap();
        conn.execute_batch(&sqlite_index("t")).unwrap();
        let key = Uuid::from_u128;
        for n in 1..=3_u8 {
            let docid = -place(key(n.into()), n.into());
            conn.execute("INSERT INTO t_doc VALUES (?1, ?2, ?3)", (key(n.into()).as_bytes(), n, docid))
                .unwrap();
            conn.execute("INSERT INTO t (rowid, body) VALUES (?1, '路灯 灯')", [docid]).unwrap();
        }
        let asked = Asked::new(&Scope::system("test"), "路灯", None, 2).unwrap().sqlite("t");
        // a second time it changes nothing
        for _ in 0..2 {
            conn.execute_batch(&sqlite_again("t")).unwrap();
            let found = found(sqlite::rows(&conn, &asked).unwrap()).unwrap();
            assert_eq!(found, [(key(3), At(3)), (key(2), At(2))]);
        }
        let mut waiting = Waiting::default();
        waiting.put("t", Entry::new(key(2), At(2), &[], &["电梯"]));
        waiting.drop("t", key(3));
        waiting.settle(&conn).unwrap();
        assert_eq!(found(sqlite::rows(&conn, &asked).unwrap()).unwrap(), [(key(1), At(1))]);
        conn.execute_batch("INSERT INTO t (t) VALUES ('integrity-check')").unwrap();
    }
}
