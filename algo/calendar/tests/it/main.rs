//! The calendar, from outside.

mod clocks;
mod common;
mod notices;
mod properties;
mod speed;
mod terms;
