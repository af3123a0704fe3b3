//! What staff see of hours: lines that wait for the community's word, and cards that members have released to their unit.

use super::hours::hours;
use crate::{t::helping as words, volunteers};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use linli_base::{Problem, Result};
use linli_casework::Casework;
use linli_org::SignedIn;
use linli_web::{Page, RawForm, Visit, WebError, html};

struct Line {
    id: String,
    who: String,
    what: String,
    day: String,
    hours: String,
    own: bool,
}

#[derive(Template)]
#[template(path = "volunteers/waiting.html")]
struct WaitingPage {
    page: Page,
    lines: Vec<Line>,
    done: bool,
}

#[derive(Template)]
#[template(path = "volunteers/cards.html")]
struct CardsPage {
    page: Page,
    /// Quarter, who, how often, how long.
    cards: Vec<(String, String, i64, String)>,
}

/// `GET /hours`
pub(super) async fn waiting(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
) -> Result<Response, WebError> {
    let lang = visit.lang;
    let rows = volunteers::waiting(&mut work.db().read(), &who.actor).await?;
    let line = |row: volunteers::Logged| Line {
        id: row.id.to_string(),
        who: if lang.is_zh() { row.name } else { row.name_en.unwrap_or(row.name) },
        what: row.what,
        day: lang.date_near(row.day, visit.now.day()),
        hours: hours(row.minutes),
        own: row.person_id == who.person,
    };
    html(&WaitingPage {
        page: visit.page(words::to_confirm(lang)),
        lines: rows.into_iter().map(line).collect(),
        done: visit.path.ends_with("?done"),
    })
}

/// `POST /hours`: the lines that are ticked.
pub(super) async fn confirm(
    State(work): State<Casework>,
    who: SignedIn,
    form: RawForm,
) -> Result<Response, WebError> {
    for line in form.all("line") {
        let line = line.parse().map_err(|_no_key| Problem::refused("unreadable"))?;
        match volunteers::confirm(work.db(), work.world(), &who.actor, line).await {
            // somebody else was faster, or it was taken away
            Ok(()) | Err(Problem::NotFound) => {}
            Err(other) => return Err(other.into()),
        }
    }
    volunteers::waiting(&mut work.db().read(), &who.actor).await?;
    Ok(Redirect::to("/hours?done").into_response())
}

/// `GET /cards`
pub(super) async fn cards(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
) -> Result<Response, WebError> {
    let lang = visit.lang;
    let cards = volunteers::cards(&mut work.db().read(), &who.actor).await?;
    let card = |card: volunteers::Card| {
        let name = if lang.is_zh() { card.name } else { card.name_en.unwrap_or(card.name) };
        (card.quarter, name, card.times, hours(card.minutes))
    };
    html(&CardsPage { page: visit.page(words::cards(lang)), cards: cards.into_iter().map(card).collect() })
}

/// `GET /cards.csv`
pub(super) async fn cards_csv(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
) -> Result<Response, WebError> {
    let lang = visit.lang;
    let cards = volunteers::cards(&mut work.db().read(), &who.actor).await?;
    let heads =
        [words::col_quarter(lang), words::col_who(lang), words::col_times(lang), words::col_minutes(lang)];
    let rows = cards
        .into_iter()
        .map(|card| vec![card.quarter, card.name, card.times.to_string(), card.minutes.to_string()]);
    Ok(super::table("cards", &heads, rows))
}
