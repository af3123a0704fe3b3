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
    for (room, name, text) in
        migrations.iter().flat_map(|room| room.files.iter().map(move |(name, text)| (room.room, name, text)))
    {
        for piece in migrate::pieces(text) {
            let migrate::Piece::Statement(sql) = piece else { continue };
            wrong.extend(forbidden(&sql).map(|what| format!("{room}/{name}: {what}")));
            if let Err(e) = migrate::mapped(&sql, true) {
                wrong.push(format!("{room}/{name}: {e}"));
            }
        }
    }
    for stmt in statements {
        wrong.extend(forbidden(stmt.sql).map(|what| format!("{}: {what}", stmt.name)));
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
    FORBIDDEN
        .iter()
        .filter(move |(word, _)| upper.contains(word))
        .map(|(word, why)| format!("`{word}`: {why}"))
}
