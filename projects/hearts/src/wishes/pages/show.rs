//! `/wishes/{number}`: to its asker how far it is, to everybody else what they may read.

use super::claim;
use crate::{
    asker::{of_asker, verdict},
    offers::{self, OfferRow},
    orders::pages::{Event, events, who},
    t::wished as words,
    wishes::WISH,
};
use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    response::{IntoResponse, Redirect, Response},
};
use linli_base::{Flaw, Problem, Refusal, Result};
use linli_casework::{CaseView, Tag, Visitor};
use linli_web::{Flaws, Page, RawForm, WebError, html_with};

/// The asker's steps; the rest of the table is not to be had here.
const STEPS: [&str; 2] = ["thank", "take_back"];

#[derive(Template)]
#[template(path = "wishes/own.html")]
struct OwnPage {
    page: Page,
    number: String,
    title: String,
    words: String,
    tag: Tag,
    hint: String,
    who: Vec<String>,
    /// What everybody reads: title, words, place.
    shown: Option<[String; 3]>,
    /// Whether a copy may be made, and it is not yet.
    unshown: bool,
    events: Vec<Event>,
    may: Vec<&'static str>,
    /// Whether whoever did it has taken pictures.
    pictures: bool,
    typed: RawForm,
    flaws: Flaws,
    refused: Option<String>,
    done: Option<String>,
}

impl OwnPage {
    fn may(&self, step: &str) -> bool {
        self.may.contains(&step)
    }
}

/// `GET /wishes/{number}`
pub(super) async fn show(
    visitor: Visitor,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let done = query.as_deref().and_then(|query| query.strip_prefix("done=")).unwrap_or_default();
    if let Some((_, view)) = of_asker(&visitor, &number, &WISH).await? {
        let done = STEPS.contains(&done).then(|| visitor.visit.text(&format!("asker_done.{done}"), &[]));
        return page(&visitor, &view, RawForm::default(), &[], None, done).await;
    }
    let offer = offer(&visitor, &number).await?;
    let Some(offer) = offer else { return Ok(Redirect::to(&format!("/r/{number}")).into_response()) };
    let done = (done == "claim").then(|| words::unit_claimed(visitor.visit.lang).to_owned());
    claim::page(&visitor, offer, RawForm::default(), None, done).await
}

/// `POST /wishes/{number}/steps/{step}`
pub(super) async fn take(
    visitor: Visitor,
    Path((number, step)): Path<(String, String)>,
    form: RawForm,
) -> Result<Response, WebError> {
    let Some((actor, view)) = of_asker(&visitor, &number, &WISH).await? else {
        return Ok(Redirect::to(&format!("/r/{number}")).into_response());
    };
    if !STEPS.contains(&step.as_str()) {
        return Err(Problem::NotFound.into());
    }
    match visitor.work.step(actor, view.loaded.row.id, &step, None, form.0.clone()).await {
        Ok(_) => Ok(Redirect::to(&format!("/wishes/{number}?done={step}")).into_response()),
        Err(Problem::Invalid(flaws)) => page(&visitor, &view, form, &flaws, None, None).await,
        Err(Problem::Refused(why)) => page(&visitor, &view, form, &[], Some(why), None).await,
        Err(Problem::Conflict { .. }) => Err(Problem::Conflict { by: None }.into()),
        Err(other) => Err(other.into()),
    }
}

/// The wish of this number that everybody may read.
pub(super) async fn offer(visitor: &Visitor, number: &str) -> Result<Option<OfferRow>> {
    let offer = offers::one(&mut visitor.work.db().read(), number).await?;
    Ok(offer.filter(|offer| offer.procedure == WISH.name && SHOWN.contains(&offer.state.as_str())))
}

/// States in which a wish is read by everybody.
const SHOWN: [&str; 5] = ["sought", "inviting", "claimed", "thanking", "fulfilled"];

async fn page(
    visitor: &Visitor,
    view: &CaseView,
    typed: RawForm,
    flaws: &[Flaw],
    refused: Option<Refusal>,
    done: Option<String>,
) -> Result<Response, WebError> {
    let (visit, row, case) = (&visitor.visit, &view.loaded.row, &view.loaded.case);
    let shown = offers::one(&mut visitor.work.db().read(), &row.number).await?;
    let may = STEPS.into_iter().filter(|step| view.steps.iter().any(|one| one.name == *step));
    let (status, refused) = verdict(visit, refused, flaws);
    let events = events(visit, view);
    let page = OwnPage {
        page: visit.page(row.title.clone()),
        number: row.number.clone(),
        title: row.title.clone(),
        words: if row.body == row.title { String::new() } else { row.body.clone() },
        tag: Tag::of_asker(&visitor.work, visit, WISH.name, &case.state),
        hint: visit.words.lookup(visit.lang, &format!("wish_hint.{}", case.state), &[]).unwrap_or_default(),
        who: who(visitor, view).await?,
        unshown: shown.is_none() && ["screening", "inviting", "claimed"].contains(&case.state.as_str()),
        shown: shown.map(|offer| [offer.title, offer.body, offer.place]),
        pictures: events.iter().any(|event| !event.pictures.is_empty()),
        events,
        may: may.collect(),
        typed,
        flaws: visit.flaws(flaws),
        refused,
        done,
    };
    html_with(status, &page)
}
