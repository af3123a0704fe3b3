//! What every crate speaks in: ids, instants, the clock, phones, places, cursors and the one error.

mod check;
mod cursor;
mod geo;
mod id;
pub mod mask;
pub mod money;
mod phone;
pub mod pii;
mod problem;
mod world;

pub use check::Seen;
pub use cursor::Cursor;
pub use geo::{Crs, Point};
pub use id::{AreaId, CaseId, EventId, FileId, Id, OrgId, PersonId, PostId, kind};
pub use linli_calendar::{At, Day};
pub use phone::Phone;
pub use problem::{Broken, Flaw, Problem, Refusal, Result};
pub use world::{Clock, Ids, ManualClock, OsIds, SeededIds, SystemClock, World};
