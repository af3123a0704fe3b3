//! Asking for something about one's own data: each page says what goes, what stays, and asks once.

use super::{Mine, mine::Nothing};
use crate::privacy::Correction;
use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use linli_base::{Flaw, Problem, Result};
use linli_web::{Flaws, Page, ProtectedForm, WebError, html, html_with};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "privacy/erase.html")]
struct ErasePage {
    page: Page,
    base: String,
    heading: String,
    open: usize,
    held: usize,
}

/// `GET …/data/erase`
pub(super) async fn erase_form(mine: Mine) -> Result<Response, WebError> {
    let lang = mine.visit.lang;
    let own = mine.work.own_cases(&mine.actor).await?;
    let heading = match &mine.case {
        Some(_) => crate::t::erasing::title(lang),
        None => crate::t::erasing::all(lang),
    };
    html(&ErasePage {
        page: mine.visit.page(heading),
        heading: heading.to_owned(),
        open: own.iter().filter(|case| case.runs()).count(),
        held: own.iter().filter(|case| case.held).count(),
        base: mine.base,
    })
}

/// `POST …/data/erase`
pub(super) async fn erase(
    mine: Mine,
    ProtectedForm(Nothing {}): ProtectedForm<Nothing>,
) -> Result<Response, WebError> {
    let number = mine.work.ask_erase(&mine.actor, None).await?;
    Ok(Redirect::to(&format!("{}?done={number}", mine.base)).into_response())
}

#[derive(Template)]
#[template(path = "privacy/close.html")]
struct ClosePage {
    page: Page,
    base: String,
}

/// `GET /me/data/close`
pub(super) async fn close_form(mine: Mine) -> Result<Response, WebError> {
    html(&ClosePage { page: mine.visit.page(crate::t::closing::title(mine.visit.lang)), base: mine.base })
}

/// `POST /me/data/close`
pub(super) async fn close(
    mine: Mine,
    ProtectedForm(Nothing {}): ProtectedForm<Nothing>,
) -> Result<Response, WebError> {
    let number = mine.work.ask_close(&mine.actor).await?;
    Ok(Redirect::to(&format!("{}?done={number}", mine.base)).into_response())
}

#[derive(Template)]
#[template(path = "privacy/correct.html")]
struct CorrectPage {
    page: Page,
    base: String,
    open: bool,
    right: Typed,
    flaws: Flaws,
}

#[derive(Deserialize, Default)]
pub(super) struct Typed {
    #[serde(default)]
    body: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
}

/// `GET /my/{number}/data/correct`
pub(super) async fn correct_form(mine: Mine) -> Result<Response, WebError> {
    let Some((id, _)) = &mine.case else { return Err(Problem::NotFound.into()) };
    let row = mine.work.view(&mine.actor, *id).await?.loaded.row;
    let name = row.name.as_ref().map(|name| name.whole().to_owned()).unwrap_or_default();
    correct_page(&mine, Typed { body: row.body, name, phone: String::new() }, &[]).await
}

/// `POST /my/{number}/data/correct`
pub(super) async fn correct(
    mine: Mine,
    ProtectedForm(typed): ProtectedForm<Typed>,
) -> Result<Response, WebError> {
    let Some((id, number)) = &mine.case else { return Err(Problem::NotFound.into()) };
    let right = Correction { body: typed.body.clone(), name: typed.name.clone(), phone: typed.phone.clone() };
    match mine.work.correct(&mine.actor, *id, right).await {
        Ok(_) => Ok(Redirect::to(&format!("/my/{number}")).into_response()),
        Err(Problem::Invalid(flaws)) => correct_page(&mine, typed, &flaws).await,
        Err(other) => Err(other.into()),
    }
}

async fn correct_page(mine: &Mine, right: Typed, flaws: &[Flaw]) -> Result<Response, WebError> {
    let open = mine.work.own_cases(&mine.actor).await?.iter().any(|case| case.open);
    let page = CorrectPage {
        page: mine.visit.page(crate::t::correcting::title(mine.visit.lang)),
        base: mine.base.clone(),
        open,
        right,
        flaws: mine.visit.flaws(flaws),
    };
    html_with(status(flaws), &page)
}

#[derive(Template)]
#[template(path = "privacy/ask.html")]
struct AskPage {
    page: Page,
    base: String,
    words: String,
    flaws: Flaws,
}

#[derive(Deserialize)]
pub(super) struct Words {
    #[serde(default)]
    words: String,
}

/// `GET …/data/ask`
pub(super) async fn ask_form(mine: Mine) -> Result<Response, WebError> {
    ask_page(&mine, String::new(), &[])
}

/// `POST …/data/ask`
pub(super) async fn ask(
    mine: Mine,
    ProtectedForm(Words { words }): ProtectedForm<Words>,
) -> Result<Response, WebError> {
    match mine.work.ask_person(&mine.actor, &words).await {
        Ok(number) => Ok(Redirect::to(&format!("{}?done={number}", mine.base)).into_response()),
        Err(Problem::Invalid(flaws)) => ask_page(&mine, words, &flaws),
        Err(other) => Err(other.into()),
    }
}

fn ask_page(mine: &Mine, words: String, flaws: &[Flaw]) -> Result<Response, WebError> {
    let page = AskPage {
        page: mine.visit.page(crate::t::asking::title(mine.visit.lang)),
        base: mine.base.clone(),
        words,
        flaws: mine.visit.flaws(flaws),
    };
    html_with(status(flaws), &page)
}

fn status(flaws: &[Flaw]) -> StatusCode {
    if flaws.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}
