//! The request, through the real actions, on both databases.
#![cfg(test)]

mod import;
mod story;
mod town;
