//! Messages to people outside the program, one at a time, behind one trait. The inbox inside the program is not
//! here: casework keeps it.

mod log;
mod nowhere;

pub use log::Log;
pub use nowhere::Nowhere;

use linli_base::{PersonId, Phone, Result};
use std::{future::Future, pin::Pin};

/// Whom a message goes to. `Debug` shows phones masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A phone, by SMS.
    Phone(Phone),
    /// A person of ours, by whatever the channel knows them under.
    Person(PersonId),
}

/// What a message is, for channels that treat kinds differently (a template, a price, a priority).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A one-time code to sign in with; worthless after minutes.
    Code,
    /// News about a case.
    Notice,
}

/// One message to one address, in words that are ready to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Whom to.
    pub to: Address,
    /// What it is.
    pub kind: Kind,
    /// The words.
    pub text: String,
}

/// The answer of [`Channel::send`], to be awaited.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// A way to reach people. Shared as `Arc<dyn Channel>`; called outside transactions only (from a job, or for a
/// one-time code after its commit).
pub trait Channel: Send + Sync {
    /// Hands one message over; `Ok` means taken, not read. Refused with `no_sms` where the city has no such way;
    /// `Unavailable` where it may be tried again.
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a>;
}
