use super::{STEPS, own};
use crate::{
    orders::{
        self, ORDER,
        pages::{agreed, wished},
    },
    t::helping as words,
};
use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use linli_authz::Actor;
use linli_base::{Flaw, Problem, Refusal, Result, pii};
use linli_casework::{CaseView, Door, Tag, Visitor};
use linli_web::{Flaws, Page, RawForm, WebError, html_with};

#[derive(Template)]
#[template(path = "volunteers/case.html")]
struct CasePage {
    page: Page,
    number: String,
    title: String,
    tag: Tag,
    words: String,
    instruction: String,
    wished: String,
    agreed: Option<String>,
    place: String,
    /// Only for whoever has taken it on.
    door: Option<Door>,
    may: Vec<&'static str>,
    typed: RawForm,
    flaws: Flaws,
    refused: Option<String>,
    done: Option<String>,
}

impl CasePage {
    fn may(&self, step: &str) -> bool {
        self.may.contains(&step)
    }
}

/// `GET /help/{number}`
pub(super) async fn show(
    visitor: Visitor,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let (actor, view) = of_helper(&visitor, &number).await?;
    let done = super::done(&visitor.visit, query.as_deref());
    page(&visitor, &actor, &view, RawForm::default(), &[], None, done).await
}

/// `POST /help/{number}/steps/{step}`
pub(super) async fn take(
    visitor: Visitor,
    Path((number, step)): Path<(String, String)>,
    form: RawForm,
) -> Result<Response, WebError> {
    let (actor, view) = of_helper(&visitor, &number).await?;
    if !STEPS.contains(&step.as_str()) {
        return Err(Problem::NotFound.into());
    }
    let leaves = matches!(step.as_str(), "decline" | "give_back");
    match visitor.work.step(actor.clone(), view.loaded.row.id, &step, None, form.0.clone()).await {
        // what they have let go of is not theirs to see any more
        Ok(_) if leaves => Ok(Redirect::to(&format!("/help?done={step}")).into_response()),
        Ok(_) => Ok(Redirect::to(&format!("/help/{number}?done={step}")).into_response()),
        Err(Problem::Invalid(flaws)) => page(&visitor, &actor, &view, form, &flaws, None, None).await,
        Err(Problem::Refused(why)) => page(&visitor, &actor, &view, form, &[], Some(why), None).await,
        Err(Problem::Conflict { .. }) => Err(Problem::Conflict { by: None }.into()),
        Err(other) => Err(other.into()),
    }
}

/// The order of this number, where the visitor is asked for it or has taken it on.
async fn of_helper(visitor: &Visitor, number: &str) -> Result<(Actor, CaseView)> {
    let actor = own(visitor)?;
    let id = visitor.work.find(number).await?.ok_or(Problem::NotFound)?;
    let view = visitor.work.view(&actor, id).await?;
    let (case, person) = (&view.loaded.case, actor.person());
    let helps = person.is_some_and(|person| case.asked == Some(person) || case.takers.contains(&person));
    if helps { Ok((actor, view)) } else { Err(Problem::NotFound) }
}

async fn page(
    visitor: &Visitor,
    actor: &Actor,
    view: &CaseView,
    typed: RawForm,
    flaws: &[Flaw],
    refused: Option<Refusal>,
    done: Option<String>,
) -> Result<Response, WebError> {
    let (visit, work) = (&visitor.visit, &visitor.work);
    let row = &view.loaded.row;
    let order = orders::of(&mut work.db().read(), [row.id]).await?.pop().ok_or(Problem::NotFound)?;
    let title = match (visit.lang.is_zh(), &order.item_en) {
        (false, Some(en)) => en.clone(),
        _ => order.item.clone(),
    };
    let timeline = view.timeline();
    let instruction = timeline.iter().rev().find(|entry| entry.step == "ask" || entry.step == "give");
    let instruction = instruction.map(|entry| entry.said.text("handover").to_owned());
    let refused = refused.map(|why| visit.text(&format!("refusal.{}", why.code), &why.args));
    let status = match (&refused, flaws.is_empty()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, true) => StatusCode::OK,
    };
    let door = work.door(actor, view)?;
    let may = STEPS.into_iter().filter(|step| view.steps.iter().any(|one| one.name == *step));
    let page = CasePage {
        page: visit.page(words::page(visit.lang, &title)),
        number: row.number.clone(),
        tag: Tag::of_asker(&visitor.work, visit, ORDER.name, &view.loaded.case.state),
        words: if row.body == row.title { String::new() } else { pii::mask(&row.body) },
        instruction: instruction.unwrap_or_default(),
        wished: wished(visit, &order),
        agreed: agreed(view).map(|at| visit.lang.moment(at, visit.now)),
        place: row.place.to_string(),
        door,
        may: may.collect(),
        title,
        typed,
        flaws: visit.flaws(flaws),
        refused,
        done,
    };
    html_with(status, &page)
}
