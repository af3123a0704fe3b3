#![doc = include_str!("../README.md")]
#![expect(
    clippy::indexing_slicing,
    reason = "numbers of helpers, needs and edges are checked when an instance is made"
)]

pub mod candidates;
mod instance;
mod search;
mod solve;
mod verify;

pub use instance::{Edge, Flaw, Instance, MOST};
pub use solve::{Changes, Matching};
pub use verify::{Certificate, Wrong, verify};

/// A number of a helper, a need or an edge as a place in a list.
#[expect(clippy::as_conversions, reason = "32 bits fit wherever this runs")]
const fn at(number: u32) -> usize {
    number as usize
}

/// A place in a list as a number; lists are checked to be short enough.
fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
