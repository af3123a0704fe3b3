//! The catalogue of services 服务清单: the city's list of items, and what each community does with them.
//!
//! Everybody may read it. The city's list is changed under `Configure`, a community's under `ServicesEdit`, which
//! clerks and leaders have in their own area; they also vet who claims an item ([`claims`]), which is done under
//! `ServicesClaim`. Nothing is overwritten: a change begins on a day, and what was offered before stays, for an order
//! keeps what it was made under.

mod change;
pub mod claims;
pub mod hsds;
mod list;
pub mod pages;
pub(crate) mod rules;
mod said;
mod start;
mod store;

pub use change::{NewItem, add_own, as_the_city, choose};
pub use list::{Line, Past, groups, history, list};
pub use rules::{Heart, Price, Standing, Terms, Way};
pub use start::begin;
pub use store::GroupRow;
pub(crate) use store::STATEMENTS;

use linli_base::Id;

/// Marker types: what an [`Id`] of this room is the key of.
pub mod kind {
    /// An item of a list.
    pub enum Item {}
    /// How an item is offered from a day on.
    pub enum Choice {}
    /// Somebody says that they do an item.
    pub enum Claim {}
}

/// Key of an item.
pub type ItemId = Id<kind::Item>;
/// Key of how an item is offered from a day on.
pub type ChoiceId = Id<kind::Choice>;
