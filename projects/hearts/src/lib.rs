//! 连心 Hearts: what people order and wish for, and those who take it on (ADR 21).

pub mod services;

use linli_store::{Migrations, Stmt};

/// The tables of this project.
pub const MIGRATIONS: Migrations = Migrations {
    room: "hearts",
    files: &[("0021_services", include_str!("../migrations/0021_services.sql"))],
};

/// Every statement of this project, for the test that prepares each on both databases.
pub fn statements() -> impl Iterator<Item = &'static Stmt> {
    services::STATEMENTS.iter().copied()
}
