//! Working days, working hours and running clocks. Pure: no clock, no files, no database.
//!
//! - [`Calendar`] knows which days are worked, from the State Council's notices.
//! - [`Term`] is how long something may take, [`Calendar::due`] when it is due: an instant at which it is too late.
//! - [`ClockState`] is a term that runs, stands and goes on.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod calendar;
mod clock;
mod count;
mod strip;
mod term;
mod text;
mod time;

pub use calendar::Calendar;
pub use clock::{ClockRefusal, ClockState};
pub use strip::{StripCell, StripKind};
pub use term::{Due, Term, WorkingTime, WorkingTimeError};
pub use text::{CalendarError, CalendarFlaw};
pub use time::{At, Day};
