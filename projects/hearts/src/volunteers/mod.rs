//! 志愿者: who takes on orders and wishes, of their own will.
//!
//! A volunteer says what they can do, when, where and how much in two weeks, and may leave at any time. What they did
//! is shown to themselves: there is no list by how much somebody did, and none of those who did nothing. A member on
//! dual duty 双管双责 has a unit beside the community; the unit sees a quarter's totals only when the member has
//! released them.

mod card;
mod fit;
mod follow;
mod hours;
mod join;
mod known;
pub mod pages;
mod rules;
mod store;

pub use card::{Card, Quarter, card, cards, release, take_back};
pub use fit::Fit;
pub(crate) use fit::{able, able_self};
pub use follow::follow;
pub use hours::{Logged, Total, confirm, confirm_by_asker, log, log_done, mine, take_away, total, waiting};
pub use join::{Volunteer, join, leave, of};
pub use known::{Unknown, say_known, unknown};
pub(crate) use rules::Reason;
pub use rules::{Able, Times, TimesError, Wanted};
pub(crate) use store::{AbleRow, STATEMENTS};
