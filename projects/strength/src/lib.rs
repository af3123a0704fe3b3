//! 聚力 Strength: what residents ask for, and how the city answers.

pub mod requests;
