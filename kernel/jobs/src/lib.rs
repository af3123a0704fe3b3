//! Work that is done apart from the request that caused it: announcements to subscribers, jobs, schedules.
//!
//! An action writes into the [`outbox`] or the [`queue`] in its own transaction, so that the work stands exactly when
//! the change does. A [`Worker`] turns each announcement into one job per subscriber, each schedule that comes due
//! into a job, and does the jobs. Any number of workers may run over one database: every row is taken by a guarded
//! update. Whatever they run must be safe to run twice, and take less than 15 minutes: after that another may begin it
//! again.

mod doctor;
pub mod outbox;
pub mod queue;
mod store;
#[cfg(test)]
mod tests;
mod when;
mod worker;
mod write;

pub use doctor::check;
pub use store::STATEMENTS;
pub use when::When;
pub use worker::{Bell, Worker};

use linli_store::Migrations;

/// The tables `outbox`, `job` and `schedule`.
pub const MIGRATIONS: Migrations = Migrations {
    room: "jobs",
    files: &[
        ("0001_jobs", include_str!("../migrations/0001_jobs.sql")),
        ("0002_order", include_str!("../migrations/0002_order.sql")),
    ],
};
