//! Working days, working hours and running clocks. Pure: no clock, no files, no database.

mod time;

pub use time::{At, Day};
