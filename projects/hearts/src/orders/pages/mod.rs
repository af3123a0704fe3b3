//! The asker's pages of an order: ordering, and how far it is. They work without JavaScript.

mod lanes;
mod new;
mod show;

pub(crate) use show::{agreed, wish, wished};

use axum::{
    Router,
    extract::FromRef,
    routing::{get, post},
};
use linli_casework::{Casework, Uploads};
use linli_procedure::Tone;
use linli_web::{Site, Visit};

/// `/order/{item}` and `/orders/{number}` with its steps. To be laid inside `linli_org::who` and `linli_web::dress`.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Site: FromRef<S>,
    Casework: FromRef<S>,
    Uploads: FromRef<S>,
{
    Router::new()
        .route("/order/{item}", get(new::form).post(new::take))
        .route("/lanes", get(lanes::show))
        .route("/orders/{number}", get(show::show))
        .route("/orders/{number}/request", post(show::request))
        .route("/orders/{number}/steps/{step}", post(show::take))
}

/// A state as a tag.
pub(crate) struct Tag {
    pub tone: &'static str,
    pub icon: &'static str,
    pub words: String,
}

impl Tag {
    /// As whoever waits for it reads it.
    pub fn new(visit: &Visit, state: &str) -> Tag {
        Tag::worded(state, visit.text(&format!("asker_state.{state}"), &[]))
    }

    /// As the desk reads it.
    pub fn of_staff(visit: &Visit, state: &str) -> Tag {
        Tag::worded(state, visit.text(&format!("state.{state}"), &[]))
    }

    fn worded(state: &str, words: String) -> Tag {
        let tone = match super::ORDER.state(state).map(|state| state.tone) {
            Some(Tone::Moving) => "b",
            Some(Tone::Confirming) => "y",
            Some(Tone::Done) => "g",
            Some(Tone::Waiting) => "a",
            Some(Tone::Ended) | None => "n",
        };
        Tag { tone, icon: icon(state), words }
    }
}

fn icon(state: &str) -> &'static str {
    match state {
        "assigning" => "inbox",
        "asking" => "users",
        "agreed" => "calendar",
        "serving" => "history",
        "rating" | "reviewing" => "star",
        "served" => "circle-check",
        "paused" => "circle-pause",
        _ => "ban",
    }
}
