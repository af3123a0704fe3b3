//! The request, through the real actions, on both databases.
#![cfg(test)]

mod browser;
mod desk;
mod figures;
mod import;
mod links;
mod oversight;
mod pages;
mod secret;
mod story;
mod town;
