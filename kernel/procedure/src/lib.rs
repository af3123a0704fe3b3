//! A flow is one table of steps, and everything follows from the table: buttons, forms, who may, what is due, who is
//! told, the timeline, the diagram. Pure: no async, no database, no clock.
//!
//! A [`Procedure`] is a constant. [`take`] decides a step: from the case, the facts folded from its events, what lies
//! outside, the input and the actor it answers with an [`Outcome`] or a refusal. [`Case::apply`] applies the
//! outcome's changes; replaying a case is applying the recorded changes in order, and never asks a guard again.

mod case;
mod check;
mod diagram;
mod due;
mod facts;
mod form;
mod profile;
mod secrecy;
mod table;
mod take;

pub use case::{Areas, Assign, Case, Changes};
pub use check::check;
pub use diagram::mermaid;
pub use due::{Due, dues};
pub use facts::{Candidates, Done, Facts, Links, Other, Outside};
pub use form::{Field, FieldKind, Input, Need, Said, Sets, Val, moment, parse};
pub use profile::{CardLine, Draft, Profile, ProfileError, TermLine};
pub use secrecy::knows_asker;
pub use table::{
    Clock, ClockOp, Ctx, Holder, Link, Notice, Part, Procedure, Recipient, Rule, State, Step, Takers, To,
    Tone, Who,
};
pub use take::{Outcome, available, may_take, take};
