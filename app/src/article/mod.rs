//! `/article`, in the demo: what the article says of 海阳市 beside what the demo city's records say (ADR 15).

mod count;
mod pages;
mod rules;
mod store;

pub use count::{By, Counted, count, records, requests};
pub use pages::routes;
pub use rules::{Figure, Found, Share, Verdict, published};
pub use store::STATEMENTS;
