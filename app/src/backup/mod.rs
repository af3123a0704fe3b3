//! One file that holds a city but for its keys, and the way back from it. ADR 12.

mod read;
mod write;

pub use read::{restore, verify};
pub use write::backup;

use linli_base::{Broken, Problem};
use linli_store::Table;
use serde::{Deserialize, Serialize};
use std::{io, path::Path};

/// The last member's name.
const MANIFEST: &str = "manifest.json";

/// What is in a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The program that wrote it.
    pub linli: String,
    /// When, in Unix milliseconds: the moment whose data it holds.
    pub made_at: i64,
    /// `sqlite` or `postgresql`; it goes into either.
    pub database: String,
    /// What it does not hold, for whoever opens it by hand.
    pub key: String,
    /// The migrations that had run: room, name, digest.
    pub migrations: Vec<(String, String, String)>,
    /// The tables.
    pub tables: Vec<Part>,
    /// How many pictures, whose names are their digests.
    pub pictures: u64,
    /// Pictures that rows named and the folder did not have.
    pub missing: Vec<String>,
}

/// A table in a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Part {
    /// Its name and columns.
    #[serde(flatten)]
    pub table: Table,
    /// How many rows.
    pub rows: u64,
    /// The SHA-256 of its member's bytes.
    pub sha256: String,
}

impl Manifest {
    /// All rows.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|part| part.rows).sum()
    }
}

fn member(table: &str) -> String {
    format!("tables/{table}.copy.xz")
}

/// A disk that says no while `doing`.
fn disk(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> Problem {
    let path = path.display().to_string();
    move |e| Problem::Unavailable(Broken { doing, cause: format!("{path}: {e}").into() })
}
