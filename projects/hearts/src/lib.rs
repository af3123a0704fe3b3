//! 连心 Hearts: what people order and wish for, and those who take it on (ADR 21).

pub mod services;

use linli_store::{Migrations, Stmt};

/// The words of this project.
pub mod t {
    linli_i18n::messages!();
}

/// The tables of this project.
pub const MIGRATIONS: Migrations = Migrations {
    room: "hearts",
    files: &[
        ("0021_services", include_str!("../migrations/0021_services.sql")),
        ("0022_claims", include_str!("../migrations/0022_claims.sql")),
    ],
};

/// Every statement of this project, for the test that prepares each on both databases.
pub fn statements() -> impl Iterator<Item = &'static Stmt> {
    services::STATEMENTS.iter().chain(services::claims::STATEMENTS).copied()
}
