//! Personal data (ADR 13): what is asked about it, what becomes of it, who may see it whole, what is public.

mod consent;
mod correct;
mod erase;
pub(crate) mod pages;
mod public;
mod requests;
mod retention;
pub(crate) mod store;
mod take;
mod unmask;

pub use consent::{Consent, ConsentText, NOTICE, PURPOSES};
pub use correct::Correction;
pub use public::{Decision, Proposal, PublicCase};
pub use requests::Whose;
pub use retention::{Over, RULES, Rule};
pub use store::{LedgerRow, LookRow, OwnRow, RequestRow};
pub use take::{Account, Held, HeldHelp};
pub use unmask::{PURPOSES as UNMASK_PURPOSES, Part};
