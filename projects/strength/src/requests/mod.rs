//! 诉求: a resident says what is wrong, the right unit gets it, does it, and the resident says whether it was solved.
//!
//! | word | meaning |
//! |---|---|
//! | asker 诉求人 | whoever said it; needs no account, a look-up code is enough |
//! | desk 受理派单 | the community's (or, where it is unknown, the city's) office: accepts, asks for more, dispatches |
//! | lead handler 主办 | the one unit that answers for it; signs, contacts, does, answers, or returns it with a reason |
//! | helper 协办 | any number of units that work on it too |
//! | auditor 审核 | a person one tier above the lead handler who checks the answer |
//! | caller 回访 | a third person who asks the asker whether it is solved |

pub mod api;
mod bring;
mod draft;
mod forms;
mod guards;
pub mod import;
mod oversight;
pub mod pages;
mod procedure;
pub mod reply;

pub use bring::{Brought, bring, read};
pub use procedure::REQUEST;
