use super::home::{self, Mine};
use crate::t;
use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use linli_base::{Flaw, Problem};
use linli_casework::{Visitor, asker_cookie};
use linli_web::{Flaws, Limit, Page, ProtectedForm, WebError, html_with};
use serde::Deserialize;

/// Each wrong code weighs three minutes, for its number and for its address.
const WRONG: Limit = Limit { kind: "code", burst: 6, every_ms: 180_000 };
/// On the same scale: a try weighs a millisecond, and needs less than four wrong codes and a second before it. So
/// five are wrong in a quarter of an hour, and those who know their code are never held up by their own tries.
const TRY: Limit = Limit { kind: "code", burst: 721_000, every_ms: 1 };

#[derive(Template)]
#[template(path = "requests/find.html")]
struct FindPage {
    page: Page,
    /// From the link; else it is asked.
    given: Option<String>,
    number: String,
    mine: Vec<Mine>,
    flaws: Flaws,
}

#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    number: String,
    code: String,
}

/// Asks for number and code.
pub(super) async fn by_number(visitor: Visitor) -> Result<Response, WebError> {
    show(&visitor, None, String::new(), &[]).await
}

/// Asks for the code; where scripts run, the link's fragment answers.
pub(super) async fn by_link(visitor: Visitor, Path(number): Path<String>) -> Result<Response, WebError> {
    let plain = number.len() <= 20 && number.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if !plain {
        return Err(Problem::NotFound.into());
    }
    show(&visitor, Some(number), String::new(), &[]).await
}

pub(super) async fn open(
    visitor: Visitor,
    ProtectedForm(typed): ProtectedForm<Typed>,
) -> Result<Response, WebError> {
    let number = typed.number.trim().to_owned();
    enter(&visitor, None, &number, &typed.code).await
}

pub(super) async fn open_link(
    visitor: Visitor,
    Path(number): Path<String>,
    ProtectedForm(typed): ProtectedForm<Typed>,
) -> Result<Response, WebError> {
    enter(&visitor, Some(number.clone()), &number, &typed.code).await
}

async fn enter(
    visitor: &Visitor,
    given: Option<String>,
    number: &str,
    code: &str,
) -> Result<Response, WebError> {
    let missing =
        [("number", number), ("code", code)].into_iter().filter(|(_, typed)| typed.trim().is_empty());
    let missing: Vec<Flaw> = missing.map(|(field, _)| Flaw::new(field, "missing")).collect();
    if !missing.is_empty() {
        return show(visitor, given, number.to_owned(), &missing).await;
    }
    let (throttle, now) = (&visitor.site.throttle, visitor.visit.now);
    let subjects = [format!("number {number}"), format!("address {}", visitor.visit.address)];
    for subject in &subjects {
        throttle.check(&TRY, subject, now)?;
    }
    let Some(case) = visitor.work.by_code(number, code).await? else {
        for subject in &subjects {
            throttle.check(&WRONG, subject, now)?;
        }
        return show(visitor, given, number.to_owned(), &[Flaw::new("code", "code_wrong")]).await;
    };
    let cookie = asker_cookie(&visitor.site, case, now);
    Ok((AppendHeaders([cookie]), Redirect::to(&format!("/my/{number}"))).into_response())
}

async fn show(
    visitor: &Visitor,
    given: Option<String>,
    number: String,
    flaws: &[Flaw],
) -> Result<Response, WebError> {
    let (visit, by_link) = (&visitor.visit, given.is_some());
    let page = FindPage {
        page: visit.page(t::finding::title(visit.lang)),
        given,
        number,
        mine: if by_link { Vec::new() } else { home::mine(visitor).await? },
        flaws: visit.flaws(flaws),
    };
    let status = if flaws.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html_with(status, &page)
}
