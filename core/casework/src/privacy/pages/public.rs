//! Public by decision: the reviewer's pages, and what everybody reads.

use crate::{
    Casework,
    desk::{Tag, category, pick},
    privacy::{Decision, PublicCase},
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use linli_base::{CaseId, Flaw, Problem, Result};
use linli_org::SignedIn;
use linli_web::{Flaws, Page, RawForm, Visit, WebError, html, html_with};

#[derive(Template)]
#[template(path = "privacy/waiting.html")]
struct WaitingPage {
    page: Page,
    rows: Vec<(String, String, String)>,
}

/// The procedure whose public cases these pages show.
const REVIEWED: &str = "request";

/// `GET /public-review`
pub(super) async fn waiting(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
) -> Result<Response, WebError> {
    let lang = visit.lang;
    let row = |row: PublicCase| {
        let asked = crate::t::public::asked(lang, lang.moment(row.asked_at, visit.now));
        let community =
            row.community.as_deref().map(|zh| pick(&visit, zh, row.community_en.as_deref()).to_owned());
        (
            format!("/public-review/{}", row.case_id),
            row.number,
            [community, Some(asked)].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        )
    };
    let rows = work.public_waiting(&who.actor).await?.into_iter().map(row).collect();
    html(&WaitingPage { page: visit.page(crate::t::public::title(lang)), rows })
}

#[derive(Template)]
#[template(path = "privacy/review.html")]
struct ReviewPage {
    page: Page,
    id: CaseId,
    number: String,
    version: i64,
    title: String,
    body: String,
    place: String,
    new_title: String,
    new_body: String,
    new_place: String,
    /// Each with whether it is chosen.
    pictures: Vec<(String, bool)>,
    reason: String,
    flaws: Flaws,
}

/// `GET /public-review/{id}`
pub(super) async fn review(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<CaseId>,
) -> Result<Response, WebError> {
    review_page(&work, &visit, &who, id, None, &[]).await
}

/// `POST /public-review/{id}`
pub(super) async fn decide(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<CaseId>,
    form: RawForm,
) -> Result<Response, WebError> {
    let version = form.first("version").parse().map_err(|_not_a_number| Problem::refused("unreadable"))?;
    let pictures = form.all("pictures").iter().filter_map(|id| id.parse().ok()).collect();
    let text = |name: &str| form.first(name).to_owned();
    let decision = match form.first("decide") {
        "show" => Decision::Show { title: text("title"), body: text("body"), place: text("place"), pictures },
        _ => Decision::Refuse(text("reason")),
    };
    match work.decide_public(&who.actor, id, version, decision).await {
        Ok(()) => Ok(Redirect::to("/public-review").into_response()),
        Err(Problem::Invalid(flaws)) => review_page(&work, &visit, &who, id, Some(&form), &flaws).await,
        Err(other) => Err(other.into()),
    }
}

async fn review_page(
    work: &Casework,
    visit: &Visit,
    who: &SignedIn,
    id: CaseId,
    form: Option<&RawForm>,
    flaws: &[Flaw],
) -> Result<Response, WebError> {
    let proposal = work.public_proposal(&who.actor, id).await?;
    let typed = |name: &str, proposed: String| form.map_or(proposed, |form| form.first(name).to_owned());
    let chosen = |id: &str| form.is_some_and(|form| form.all("pictures").iter().any(|one| one == id));
    let page = ReviewPage {
        page: visit.page(crate::t::public::title(visit.lang)),
        id,
        number: proposal.row.number,
        version: proposal.row.version,
        new_title: typed("title", proposal.new_title),
        new_body: typed("body", proposal.new_body),
        new_place: typed("place", proposal.new_place),
        pictures: proposal
            .pictures
            .iter()
            .map(ToString::to_string)
            .map(|id| (id.clone(), chosen(&id)))
            .collect(),
        title: linli_base::pii::mask(&proposal.title),
        body: linli_base::pii::mask(&proposal.body),
        place: linli_base::mask::Place::new(proposal.place).to_string(),
        reason: typed("reason", String::new()),
        flaws: visit.flaws(flaws),
    };
    html_with(if flaws.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// A case as everybody reads it.
struct Shown {
    href: String,
    title: String,
    tag: Tag,
    facts: Vec<String>,
    said_on: String,
    body: String,
    pictures: Vec<String>,
}

fn shown(work: &Casework, visit: &Visit, row: PublicCase) -> Shown {
    let lang = visit.lang;
    let community =
        row.community.as_deref().map(|zh| pick(visit, zh, row.community_en.as_deref()).to_owned());
    let place = Some(row.place).filter(|place| !place.is_empty());
    let facts = place.into_iter().chain(community).chain(category(work, visit, row.category.as_deref()));
    let pictures: Vec<String> = serde_json::from_value(row.pictures).unwrap_or_default();
    Shown {
        href: format!("/public/{}", row.number),
        tag: Tag::of_staff(work, visit, REVIEWED, &row.case_state),
        facts: facts.collect(),
        said_on: crate::t::public::said_on(lang, lang.date_near(row.happened_at.day(), visit.now.day())),
        title: row.title,
        body: row.body,
        pictures,
    }
}

#[derive(Template)]
#[template(path = "privacy/public.html")]
struct ListPage {
    page: Page,
    cases: Vec<Shown>,
}

/// `GET /public`
pub(super) async fn list(State(work): State<Casework>, visit: Visit) -> Result<Response, WebError> {
    let cases =
        work.public_list(REVIEWED, 100).await?.into_iter().map(|row| shown(&work, &visit, row)).collect();
    html(&ListPage { page: visit.page(crate::t::public::list(visit.lang)), cases })
}

#[derive(Template)]
#[template(path = "privacy/public_case.html")]
struct CasePage {
    page: Page,
    case: Shown,
}

/// `GET /public/{number}`
pub(super) async fn show(
    State(work): State<Casework>,
    visit: Visit,
    Path(number): Path<String>,
) -> Result<Response, WebError> {
    let case = shown(&work, &visit, work.public_case(REVIEWED, &number).await?);
    html(&CasePage { page: visit.page(case.title.clone()), case })
}
