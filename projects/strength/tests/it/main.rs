//! The request, through the real actions, on both databases.
#![cfg(test)]

mod browser;
mod desk;
mod figures;
mod figures_page;
mod import;
mod intake;
mod links;
mod lists;
mod oversight;
mod pages;
mod privacy;
mod profile;
mod secret;
mod story;
mod town;
