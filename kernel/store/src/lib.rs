//! The database, whichever of the two it is. One SQL text, two drivers; nothing outside this crate names either.
//!
//! Reads take [`Read`], writes are closures given to [`Db::write`]; both speak [`Query`]. What may stand in a
//! statement, and the tokens that the store renders, `docs/DATABASE.md` says.

mod db;
mod dump;
mod lint;
mod migrate;
mod postgres;
mod postings;
mod query;
mod render;
#[cfg(feature = "replay")]
pub mod replay;
mod restore;
mod search;
mod snapshot;
mod sqlite;
mod statement;
mod value;

pub use db::{Config, Db, Read, Tx};
pub use dump::Table;
pub use lint::lint;
pub use migrate::Migrations;
pub use query::Query;
pub use render::variants;
pub use restore::Source;
pub use search::Entry;
pub use snapshot::{Snapshot, Standing};
pub use statement::{Shape, Stmt};
pub use value::{FromRow, FromValue, Value};

#[doc(hidden)]
pub use linli_base::{Problem as BaseProblem, Result as BaseResult};
