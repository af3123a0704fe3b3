//! What the crate promises, on small texts made here.

mod classify;
mod common;
mod duplicates;
mod hotspots;
mod normal;
mod personal;
