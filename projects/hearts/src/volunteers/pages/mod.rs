//! A volunteer's own pages: what they are asked, what they have taken on, their hours, what they said of themselves.
//! Everybody acts as themselves here, whatever post they hold.

mod case;
mod desk;
mod home;
mod hours;
mod known;
mod me;

use axum::{
    Router,
    extract::FromRef,
    http::header,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use linli_authz::Actor;
use linli_base::{Problem, Result};
use linli_casework::{Casework, Uploads, Visitor};
use linli_web::{Site, Visit};

/// `/help` and what lies below it. To be laid inside `linli_org::who` and `linli_web::dress`.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Site: FromRef<S>,
    Casework: FromRef<S>,
    Uploads: FromRef<S>,
{
    Router::new()
        .route("/help", get(home::show))
        .route("/help/me", get(me::show).post(me::save))
        .route("/help/me/leave", post(me::leave))
        .route("/help/hours", get(hours::show).post(hours::log))
        .route("/help/hours/{id}/drop", post(hours::drop))
        .route("/help/card", post(hours::release))
        .route("/help/card/back", post(hours::take_back))
        .route("/hours", get(desk::waiting).post(desk::confirm))
        .route("/cards", get(desk::cards))
        .route("/cards.csv", get(desk::cards_csv))
        .route("/help/record", get(hours::record))
        .route("/help/record.csv", get(hours::csv))
        .route("/volunteers", get(known::list).post(known::say))
        .route("/help/{number}", get(case::show))
        .route("/help/{number}/did", post(case::did))
        .route("/help/{number}/steps/{step}", post(case::take))
}

/// A helper's steps; the rest of the table is not to be had here.
const STEPS: [&str; 9] =
    ["take_on", "decline", "arrive", "did", "rearrange", "give_back", "fulfil", "news", "leave"];

/// What the address of a page may say has been done: a step, or that somebody has come by themselves.
const DONE: [&str; 2] = ["claim", "come"];

/// What a step that was just taken has done, in words: `done=did` of the address.
fn done(visit: &Visit, query: Option<&str>) -> Option<String> {
    let step =
        query?.strip_prefix("done=").filter(|step| STEPS.iter().chain(&DONE).any(|known| known == step))?;
    Some(visit.text(&format!("helper_done.{step}"), &[]))
}

/// The visitor as themselves.
fn own(visitor: &Visitor) -> Result<Actor> {
    visitor.own.clone().ok_or(Problem::SignIn)
}

/// A table to be taken along, as `{name}.csv`.
fn table(name: &str, heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
    ];
    (headers, linli_org::csv::file(heads, rows)).into_response()
}
