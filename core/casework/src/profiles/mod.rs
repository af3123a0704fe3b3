//! The city's profile: which version holds, what it says in plain words, and how a city changes it.

mod actions;
mod form;
mod pages;
mod words;

pub use actions::Choice;
pub(crate) use pages::routes;
