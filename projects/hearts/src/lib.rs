//! 连心 Hearts: what people order and wish for, and those who take them on (ADR 21).

pub mod alliances;
mod asker;
mod clock;
mod flaws;
pub mod matching;
pub mod offers;
pub mod orders;
pub mod programmes;
mod reach;
pub mod services;
pub mod thanks;
mod trail;
pub mod volunteers;
pub mod wishes;

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
        ("0024_orders", include_str!("../migrations/0024_orders.sql")),
        ("0025_volunteers", include_str!("../migrations/0025_volunteers.sql")),
        ("0026_offers", include_str!("../migrations/0026_offers.sql")),
        ("0027_series", include_str!("../migrations/0027_series.sql")),
        ("0028_alliances", include_str!("../migrations/0028_alliances.sql")),
    ],
};

/// Every statement of this project, for the test that prepares each on both databases.
pub fn statements() -> impl Iterator<Item = &'static Stmt> {
    [
        services::STATEMENTS,
        services::claims::STATEMENTS,
        orders::STATEMENTS,
        volunteers::STATEMENTS,
        matching::STATEMENTS,
        offers::STATEMENTS,
        alliances::STATEMENTS,
        programmes::STATEMENTS,
        thanks::STATEMENTS,
    ]
    .into_iter()
    .flatten()
    .copied()
}
