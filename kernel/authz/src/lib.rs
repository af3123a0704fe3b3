//! Who may do what, and how far it reaches. Pure.
//!
//! An [`Actor`] wears one [`Hat`] (a post) at a time. [`Actor::may`] looks up the committed matrix and answers with
//! a [`Scope`]: the proof of a permission together with its reach. Store functions take `&Scope`, and nothing else
//! in the program can make one.

mod actor;
mod matrix;
mod scope;

pub use actor::{Actor, Hat, Via};
pub use matrix::{Permission, Role, Tier, render};
pub use scope::{Reach, Scope};
