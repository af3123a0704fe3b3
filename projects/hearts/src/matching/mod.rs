//! 配人: a morning's orders and those who could take them on, matched by skill, time, distance and load
//! (`linli-matching`). The dispatcher takes the suggestion whole, in part or not at all; everybody who is asked may
//! decline. Nothing of it is kept but who was asked: the page is worked out anew each time, with whoever came or left
//! meanwhile.

pub mod pages;
mod read;
mod rules;
mod store;

pub use read::{Suggested, suggest};
pub use rules::{Lack, Pair, Plan, plan};
pub(crate) use store::STATEMENTS;
