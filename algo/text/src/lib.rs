//! Cuts, compares, classifies and gathers Chinese and English messages. Pure: no files, no clock, no model that somebody
//! else trained; the same input gives the same answer.
//!
//! - [`normalise`], [`cut`] and [`terms`] make text comparable and find its words.
//! - [`duplicates`] groups texts that say nearly the same; [`likeness`] asks how alike one is to a few others, [`shared`]
//!   names the words that two have.
//! - [`Classifier`] suggests a label, says how sure it is and which words decided.
//! - [`Hotspots`] gathers messages into the problems that they report, [`Gazetteer`] finds the places that they name.
//! - [`personal`] finds personal data, [`masked`] hides it.
#![expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    reason = "counts and hashes in arrays that this crate sizes itself"
)]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod alike;
mod classify;
mod duplicates;
mod hotspots;
mod normal;
mod personal;
mod places;

pub use alike::{likeness, shared};
pub use classify::{Classifier, Prediction};
pub use duplicates::duplicates;
pub use hotspots::{Hotspots, Message, Problem};
pub use normal::{cut, normalise, terms};
pub use personal::{Kind, masked, personal};
pub use places::Gazetteer;
