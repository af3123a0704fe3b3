//! Every visible word, in Chinese and English.
//!
//! A crate keeps its words in `messages/*.toml`, both languages side by side:
//!
//! ```toml
//! [due.days_left]
//! zh = "还有 {n} 个工作日"
//! en = { one = "{n} working day left", other = "{n} working days left" }
//! ```
//!
//! Its build script calls `linli_i18n::build::messages()`, its `lib.rs` says `pub mod t { linli_i18n::messages!(); }`, and a page
//! says `t::due::days_left(lang, 4)`. A word that is missing in one language does not build. Words named by data
//! (states, steps, fields, flaws) are looked up by key in [`Words`].

#[cfg(feature = "build")]
pub mod build;
mod dates;
mod lang;
mod messages;

pub use lang::Lang;
pub use linli_calendar::{At, Day};
pub use messages::{Message, Messages, Words, masked_name};

/// Brings in what the build script made of `messages/*.toml`: a module per table, a function per message, the
/// table `MESSAGES` and `lookup`.
#[macro_export]
macro_rules! messages {
    () => {
        include!(concat!(env!("OUT_DIR"), "/messages.rs"));
    };
}
