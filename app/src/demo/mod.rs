//! The demo city 海阳市: its areas, orgs, people and records, the requests of the article's months and of the present
//! year (ADR 15). A pure generator: the same seed and loading day give the same city. Streets and their places are real, everything else is invented.

mod alliances;
mod areas;
mod canvas;
mod city;
mod dice;
mod first_years;
mod members;
mod names;
mod orders;
mod people;
mod pictures;
mod plots;
mod records;
mod requests;
mod script;
mod services;
mod site;
mod story;
mod templates;
mod wishes;
mod words;
mod work_time;

#[cfg(test)]
mod replay;
#[cfg(test)]
mod tests;

pub use alliances::{ABOUT, COMMUNITIES, PLANS, Plan, Runs, SKILLS};
pub use city::{Account, Area, Building, City, Org, OrgKind, Person, Place, PlaceKind, Post, city, founded};
pub use members::{claimed_alone, members, more_claims, reported};
pub use orders::{Helping, OrderStory, helping, orders};
pub use pictures::{Picture, Scene};
pub use requests::{Years, stories};
pub use services::CLAIMED;
pub use story::{Asker, By, ScriptedStep, Story};
pub use wishes::{WishStory, wishes};

/// The password of every demo account. Shown on the page that lists them.
pub const PASSWORD: &str = "linli-demo-2026";

/// The phone of a number below 10,000: 199 0000 0000 to 199 0000 9999, a run of zeros after a
/// mobile prefix, chosen because it looks invented and we know of nobody who has one. The demo sends nothing to phones.
pub fn phone(number: usize) -> String {
    format!("1990000{:04}", number % 10_000)
}
