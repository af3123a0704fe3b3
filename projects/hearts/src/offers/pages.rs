//! `/help/near`: what looks for somebody near a volunteer, and taking an order on by oneself.

use super::{Near, OfferRow, known, near, one};
use crate::{
    asker::verdict,
    orders::{ORDER, Part, pages::wish},
    services::pages::Named,
    t::helping as words,
    volunteers::{self, Reason},
};
use askama::Template;
use axum::{
    Router,
    extract::{FromRef, Path},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use linli_base::{Flaw, Problem, Refusal, Result};
use linli_casework::{Casework, Uploads, Visitor};
use linli_web::{Flaws, Page, RawForm, Site, Visit, WebError, html, html_with};

/// `/help/near` and one order of it. To be laid inside `linli_org::who` and `linli_web::dress`.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Site: FromRef<S>,
    Casework: FromRef<S>,
    Uploads: FromRef<S>,
{
    Router::new().route("/help/near", get(list)).route("/help/near/{number}", get(show).post(come))
}

struct Line {
    href: String,
    icon: &'static str,
    title: Named,
    when: String,
    place: Named,
    metres: String,
    why: Vec<String>,
    /// Whether skill and time fit.
    fits: bool,
}

#[derive(Template)]
#[template(path = "offers/near.html")]
struct NearPage {
    page: Page,
    /// Whether they have joined, and are known.
    joined: bool,
    known: bool,
    many: usize,
    /// What fits, then the others, each under its heading.
    groups: [(&'static str, Vec<Line>); 2],
}

/// `GET /help/near`
async fn list(visitor: Visitor) -> Result<Response, WebError> {
    let actor = visitor.own.clone().ok_or(Problem::SignIn)?;
    let (visit, mut read) = (&visitor.visit, visitor.work.db().read());
    let found = near(&mut read, &actor, visit.now).await?;
    let many = found.len();
    let lines = found.into_iter().map(|near| line(visit, near));
    let (fitting, others): (Vec<Line>, Vec<Line>) = lines.partition(|line: &Line| line.fits);
    html(&NearPage {
        page: visit.page(words::near_title(visit.lang)),
        joined: volunteers::of(&mut read, &actor).await?.is_some(),
        known: known(&mut read, &actor).await?,
        many,
        groups: [(words::near_fits(visit.lang), fitting), (words::near_other(visit.lang), others)],
    })
}

fn line(visit: &Visit, near: Near) -> Line {
    let (lang, offer) = (visit.lang, near.offer);
    let order = offer.procedure == ORDER.name;
    Line {
        href: if order {
            format!("/help/near/{}", offer.number)
        } else {
            format!("/wishes/{}", offer.number)
        },
        icon: if order { "clipboard-list" } else { "heart" },
        when: when(visit, &offer),
        place: if lang.is_zh() && !offer.place.is_empty() {
            Named::new(lang, &offer.place, None)
        } else {
            Named::new(lang, &offer.community, offer.community_en.as_deref())
        },
        metres: near.metres.map(|metres| words::near_away(lang, metres)).unwrap_or_default(),
        why: why(visit, &near.why),
        fits: near.skilled && near.has_time,
        title: Named::new(lang, &offer.title, offer.title_en.as_deref()),
    }
}

fn when(visit: &Visit, offer: &OfferRow) -> String {
    let lang = visit.lang;
    match (offer.procedure.as_str(), offer.day) {
        ("wish", Some(day)) => crate::t::wished::before(lang, lang.date_near(day, visit.now.day())),
        ("wish", None) => words::near_wish(lang).to_owned(),
        (_, day) => wish(visit, day, offer.part.as_deref().and_then(Part::parse)),
    }
}

/// Skill and time in words; how far and how many stand elsewhere.
fn why(visit: &Visit, reasons: &[Reason]) -> Vec<String> {
    let told = ["skilled", "not_skilled", "has_time", "no_time"];
    let shown = reasons.iter().filter(|(key, _)| told.contains(key));
    shown.map(|(key, args)| visit.text(&format!("why.{key}"), args)).collect()
}

#[derive(Template)]
#[template(path = "offers/show.html")]
struct ShowPage {
    page: Page,
    number: String,
    title: Named,
    wished: String,
    place: String,
    community: Named,
    metres: String,
    why: Vec<String>,
    known: bool,
    typed: RawForm,
    flaws: Flaws,
    refused: Option<String>,
}

/// The order of this number as it fits the visitor, while it looks for somebody near them.
async fn found(visitor: &Visitor, number: &str) -> Result<Option<Near>> {
    let actor = visitor.own.clone().ok_or(Problem::SignIn)?;
    let found = near(&mut visitor.work.db().read(), &actor, visitor.visit.now).await?;
    Ok(found.into_iter().find(|near| near.offer.number == number && near.offer.procedure == ORDER.name))
}

/// `GET /help/near/{number}`
async fn show(visitor: Visitor, Path(number): Path<String>) -> Result<Response, WebError> {
    match found(&visitor, &number).await? {
        Some(near) => page(&visitor, near, RawForm::default(), &[], None).await,
        None => Err(Problem::NotFound.into()),
    }
}

/// `POST /help/near/{number}`: takes it on.
async fn come(visitor: Visitor, Path(number): Path<String>, form: RawForm) -> Result<Response, WebError> {
    let actor = visitor.own.clone().ok_or(Problem::SignIn)?;
    let Some(near) = found(&visitor, &number).await? else {
        // somebody was faster
        return match one(&mut visitor.work.db().read(), &number).await? {
            Some(_) => Err(Refusal::new("not_looked_for").into()),
            None => Err(Problem::NotFound.into()),
        };
    };
    match visitor.work.step(actor, near.offer.case_id, "come", None, form.0.clone()).await {
        Ok(_) => Ok(Redirect::to(&format!("/help/{number}?done=come")).into_response()),
        Err(Problem::Invalid(flaws)) => page(&visitor, near, form, &flaws, None).await,
        Err(Problem::Refused(why)) => page(&visitor, near, form, &[], Some(why)).await,
        Err(Problem::Conflict { .. }) => Err(Problem::Conflict { by: None }.into()),
        Err(other) => Err(other.into()),
    }
}

async fn page(
    visitor: &Visitor,
    near: Near,
    typed: RawForm,
    flaws: &[Flaw],
    refused: Option<Refusal>,
) -> Result<Response, WebError> {
    let (visit, lang) = (&visitor.visit, visitor.visit.lang);
    let actor = visitor.own.clone().ok_or(Problem::SignIn)?;
    let (status, refused) = verdict(visit, refused, flaws);
    let title = Named::new(lang, &near.offer.title, near.offer.title_en.as_deref());
    let page = ShowPage {
        page: visit.page(words::page(lang, &title.text)),
        wished: when(visit, &near.offer),
        community: Named::new(lang, &near.offer.community, near.offer.community_en.as_deref()),
        metres: near.metres.map(|metres| words::near_away(lang, metres)).unwrap_or_default(),
        why: why(visit, &near.why),
        known: known(&mut visitor.work.db().read(), &actor).await?,
        number: near.offer.number,
        place: near.offer.place,
        title,
        typed,
        flaws: visit.flaws(flaws),
        refused,
    };
    html_with(status, &page)
}
