//! The request, through the real actions, on both databases.
#![cfg(test)]

mod story;
mod town;
