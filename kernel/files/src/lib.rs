//! Pictures that people send: checked, made upright and small, stripped of all but the picture, and kept under the
//! hash of their bytes.

mod doctor;
mod folder;
mod kind;
mod picture;
pub mod rows;
mod sha;
#[cfg(test)]
mod tests;

pub use doctor::{check, names};
pub use folder::Folder;
pub use picture::{Jpeg, MAX_BYTES, MAX_PIXELS, Picture};
pub use rows::{FileRow, STATEMENTS};
pub use sha::Sha;

/// The tables.
pub const MIGRATIONS: linli_store::Migrations = linli_store::Migrations {
    room: "files",
    files: &[("0001_file", include_str!("../migrations/0001_file.sql"))],
};
