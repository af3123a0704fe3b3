//! 点单: a resident picks an item of the catalogue and a time; the community finds who comes; they come, the resident
//! says how it was, and the street answers and closes (ADR 21).
//!
//! | word | meaning |
//! |---|---|
//! | asker 点单人 | whoever ordered; needs no account, a look-up code is enough |
//! | desk 社区 | the community's office: asks a volunteer by name, or gives the order to a unit |
//! | taker 接单人 | the volunteer who took it on, or the unit as lead handler |
//! | street 街道 | evaluates what the asker said, answers and closes |

mod forms;
mod guards;
mod make;
pub mod pages;
mod procedure;
pub(crate) mod series;
mod store;

pub use make::{NewOrder, Part, case, order};
pub use procedure::ORDER;
pub use series::{Every, repeat};
pub(crate) use store::STATEMENTS;
pub use store::{OrderRow, of};
