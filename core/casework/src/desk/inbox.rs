use crate::Casework;
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use linli_base::{At, Problem};
use linli_org::SignedIn;
use linli_web::{Page, RawForm, Visit, WebError, html};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "desk/inbox.html")]
struct Inbox {
    page: Page,
    items: Vec<Item>,
    more: Option<String>,
}

struct Item {
    href: String,
    text: String,
    title: String,
    number: String,
    time: String,
    read: bool,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    before: Option<i64>,
}

/// `GET /inbox`
pub(super) async fn show(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let found = work.inbox(&who.actor, asked.before.map(At)).await?;
    let more = found.last().filter(|_| found.len() == 50).map(|last| format!("/inbox?before={}", last.at.0));
    let items = found.into_iter().map(|item| Item {
        href: format!("/inbox/{}", item.id),
        text: visit.text(&format!("notice.{}", item.key), &[("number", item.number.clone())]),
        title: super::line::title(&visit, &item.title, item.title.is_empty()),
        number: item.number,
        time: visit.lang.moment(item.at, visit.now),
        read: item.read,
    });
    let items = items.collect();
    html(&Inbox { page: visit.page(crate::t::inbox::title(visit.lang)), items, more })
}

/// `GET /inbox/{id}`: ticks a message and leads to its case.
pub(super) async fn open(
    State(work): State<Casework>,
    who: SignedIn,
    Path(id): Path<Uuid>,
) -> Result<Response, WebError> {
    let case = work.message_case(&who.actor, id).await?.ok_or(Problem::NotFound)?;
    work.mark_read(&who.actor, Ok(id)).await?;
    Ok(Redirect::to(&format!("/cases/{case}")).into_response())
}

/// `POST /inbox/read`: ticks all.
pub(super) async fn read_all(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    _: RawForm,
) -> Result<Response, WebError> {
    work.mark_read(&who.actor, Err(visit.now)).await?;
    Ok(Redirect::to("/inbox").into_response())
}
