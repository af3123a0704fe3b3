//! Stories with named people, on both databases.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that goes wrong says so by failing"
)]

mod areas;
mod browser;
mod guard;
mod guessing;
mod orgs;
mod pages;
mod second;
mod sign_in;
mod statements;
mod town;
mod trail;
