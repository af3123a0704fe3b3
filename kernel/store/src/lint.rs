use crate::{Migrations, Stmt, migrate};

/// What the portability contract forbids, with the reason.
const FORBIDDEN: &[(&str, &str)] = &[
    ("NOW(", "the clock is an argument"),
    ("CURRENT_TIMESTAMP", "the clock is an argument"),
    (" ILIKE ", "not in SQLite"),
    ("LOWER(", "differs beyond ASCII"),
    ("UPPER(", "differs beyond ASCII"),
    ("GREATEST(", "not in SQLite"),
    ("LEAST(", "not in SQLite"),
    ("DISTINCT ON", "not in SQLite"),
    ("LATERAL", "not in SQLite"),
    ("ARRAY[", "not in SQLite"),
    ("ANY(", "not in SQLite: use {list:n}"),
    ("FOR UPDATE", "not in SQLite: use a version column"),
    ("AUTOINCREMENT", "keys are made by the program"),
    ("SERIAL", "keys are made by the program"),
    ("CREATE TRIGGER", "what happens stands in the actions"),
    ("CREATE EXTENSION", "no extension may be needed"),
    ("DEFERRABLE", "SQLite's commit is shared"),
    ("PRAGMA", "only one of the two knows it"),
    (" REGEXP ", "only one of the two knows it"),
];

/// What is wrong with a room's migrations and statements under the portability contract, in words for their author.
/// A statement that reads or changes rows of people names a scope, or says why not.
pub fn lint(migrations: &[Migrations], statements: &[&Stmt]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut reals = Vec::new();
    for (room, name, text) in
        migrations.iter().flat_map(|room| room.files.iter().map(move |(name, text)| (room.room, name, text)))
    {
        for piece in migrate::pieces(text) {
            let migrate::Piece::Statement(sql) = piece else { continue };
            wrong.extend(forbidden(&sql).map(|what| format!("{room}/{name}: {what}")));
            if !sql.starts_with("CREATE UNIQUE INDEX") && calls(&sql, "UNIQUE").next().is_some() {
                wrong.push(format!("{room}/{name}: `UNIQUE`: name it, with CREATE UNIQUE INDEX"));
            }
            reals.extend(sql.split([',', '(', '\n']).filter_map(|column| {
                let (name, rest) = column.trim().split_once(' ')?;
                rest.trim_start().starts_with("DOUBLE PRECISION").then(|| name.to_owned())
            }));
            if let Err(e) = migrate::mapped(&sql, true) {
                wrong.push(format!("{room}/{name}: {e}"));
            }
        }
    }
    for stmt in statements {
        wrong.extend(forbidden(stmt.sql).map(|what| format!("{}: {what}", stmt.name)));
        wrong.extend(
            cast_reals(stmt.sql, &reals).map(|inside| {
                format!("{}: `CAST({inside} AS BIGINT)`: one rounds, the other cuts", stmt.name)
            }),
        );
        if stmt.sql.contains("COUNT(") && !stmt.sql.contains("CAST(COUNT(") {
            wrong.push(format!("{}: CAST(COUNT(…) AS BIGINT)", stmt.name));
        }
        if stmt.sql.contains("SUM(") && !stmt.sql.contains("CAST(SUM(") {
            wrong.push(format!("{}: CAST(SUM(…) AS BIGINT)", stmt.name));
        }
        match (stmt.sql.contains("{scope:"), stmt.unscoped) {
            (false, None) => wrong.push(format!("{}: names no scope and does not say why", stmt.name)),
            (true, Some(_)) => wrong.push(format!("{}: names a scope and says why it has none", stmt.name)),
            _ => {}
        }
    }
    wrong
}

fn forbidden(sql: &str) -> impl Iterator<Item = String> {
    let upper = sql.to_uppercase();
    let scalar = ["MIN", "MAX"].into_iter().filter(|name| calls(&upper, name).any(parted));
    let scalar: Vec<String> =
        scalar.map(|name| format!("`{name}(a, b)`: PostgreSQL has none of two arguments")).collect();
    FORBIDDEN
        .iter()
        .filter(move |(word, _)| upper.contains(word))
        .map(|(word, why)| format!("`{word}`: {why}"))
        .chain(scalar)
}

/// What stands behind each `word`: between its parentheses, or nothing where it has none.
fn calls<'a>(sql: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    sql.match_indices(word).filter_map(move |(at, _)| {
        let (before, from) = (sql.get(..at)?, sql.get(at + word.len()..)?);
        let in_word = |c: char| c.is_alphanumeric() || c == '_';
        if before.ends_with(in_word) || from.starts_with(in_word) {
            return None;
        }
        let mut depth = 0;
        let closed = from.find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth <= 0
        });
        Some(from.get(1..closed.unwrap_or(0)).unwrap_or_default())
    })
}

/// Whether it holds a comma that stands in no parentheses.
fn parted(inside: &str) -> bool {
    let mut depth = 0;
    inside.chars().any(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    })
}

/// What is cast to a whole number and names a real column, an average, a quotient of reals or a decimal fraction.
fn cast_reals<'a>(sql: &'a str, reals: &'a [String]) -> impl Iterator<Item = &'a str> {
    calls(sql, "CAST").filter_map(|inside| inside.strip_suffix(" AS BIGINT")).filter(|inside| {
        let fraction = inside.as_bytes().windows(3).any(|three| match three {
            [a, b'.', c] => a.is_ascii_digit() && c.is_ascii_digit(),
            _ => false,
        });
        let named = || {
            inside.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| {
                ["AVG", "ROUND", "PRECISION"].contains(&word) || reals.iter().any(|real| real == word)
            })
        };
        !inside.starts_with("COUNT(") && (fraction || named())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statements;

    statements! {
        SCALAR(unscoped "a test") = "SELECT MAX(t.a, COALESCE(t.b, 1)) FROM t";
        CUT(unscoped "a test") = "SELECT CAST(t.lat * 2 AS BIGINT), CAST(AVG(t.a) AS BIGINT) FROM t";
        FRACTION(unscoped "a test") = "SELECT CAST(t.a * 0.5 AS BIGINT) FROM t";
        SOUND(unscoped "a test") = "SELECT MAX(COALESCE(t.a, 1)), admin_max(1, 2), CAST(SUM(t.a) AS BIGINT), \
            CAST(COUNT(t.lat) AS BIGINT), CAST(MIN(t.later) AS BIGINT) FROM t";
    }

    #[test]
    fn finds_what_the_two_databases_do_otherwise() {
        let room = |text| Migrations { room: "t", files: text };
        let table =
            room(&[("1", "CREATE TABLE t (\n  a BIGINT,\n  lat DOUBLE PRECISION,\n  later BIGINT\n);")]);
        assert_eq!(lint(&[table], &[&SCALAR]).len(), 1);
        assert_eq!(lint(&[table], &[&CUT]).len(), 2);
        assert_eq!(lint(&[table], &[&FRACTION]).len(), 1);
        assert_eq!(lint(&[table], &[&SOUND]), Vec::<String>::new());
        for text in [
            &[("1", "CREATE TABLE t (a BIGINT UNIQUE);")],
            &[("1", "CREATE TABLE t (a BIGINT, UNIQUE (a));")],
            &[("1", "ALTER TABLE t ADD COLUMN b TEXT UNIQUE;")],
        ] {
            assert_eq!(lint(&[room(text)], &[]).len(), 1, "{text:?}");
        }
        let named =
            room(&[("1", "CREATE TABLE t (unique_name TEXT);\nCREATE UNIQUE INDEX t_a ON t (unique_name);")]);
        assert_eq!(lint(&[named], &[]), Vec::<String>::new());
        assert_eq!(STATEMENTS.len(), 4);
    }
}
