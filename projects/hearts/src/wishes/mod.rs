//! 微心愿: somebody wishes for something small, and somebody makes it come true (ADR 21).
//!
//! | word | meaning |
//! |---|---|
//! | asker 许愿人 | whoever wishes, or the community for somebody whom it met or who called; needs no account |
//! | desk 社区 | screens it: is it reasonable, can it be done; shows it, where the asker agreed, or asks somebody quietly |
//! | taker 圆梦人 | one, several who each give a part 帮帮团, or a unit |
//!
//! It has come true when the asker says so; a claim counts for nothing.

mod forms;
mod guards;
mod make;
pub mod pages;
mod procedure;

pub use forms::SKILLS;
pub use guards::Held;
pub use make::{NewWish, case, wish};
pub use procedure::WISH;
