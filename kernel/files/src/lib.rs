//! Pictures that people send: checked, made upright and small, stripped of all but the picture, and kept under the
//! hash of their bytes.

mod folder;
mod kind;
mod picture;
mod sha;
#[cfg(test)]
mod tests;

pub use folder::Folder;
pub use picture::{Jpeg, MAX_BYTES, MAX_PIXELS, Picture};
pub use sha::Sha;
