//! Figures: what a case counts for, the sums, the pages that show them. `docs/glossary.md` defines each,
//! `docs/adr/0010-figures.md` says how they are kept.

pub(crate) mod api;
mod cells;
mod count;
mod fact;
mod facts;
#[cfg(test)]
mod facts_tests;
pub(crate) mod pages;
mod publish;
mod rate;
mod read;
mod recount;
mod span;
mod store;
mod watch;

pub(crate) use count::marked;
pub use fact::{Fact, Figure, SHARES, WHOLE};
pub use facts::{Counted, Story, Told, facts};
pub use publish::Published;
pub use rate::{COMPARED_FROM, Rate};
pub use read::{About, Behind, BehindLine, Figures, Part};
pub use recount::Difference;
pub use span::{Span, month_of, week_of};
pub use store::STATEMENTS;
pub(crate) use store::SumRow;
