use super::{STEPS, own};
use crate::{
    asker::verdict,
    offers,
    orders::{
        self, ORDER,
        pages::{agreed, wished},
    },
    t::helping as words,
};
use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    response::{IntoResponse, Redirect, Response},
};
use linli_authz::Actor;
use linli_base::{CaseId, FileId, Flaw, Problem, Refusal, Result, pii};
use linli_casework::{CaseView, Door, Tag, Visitor};
use linli_store::Query;
use linli_web::{Flaws, Page, ProtectedMultipart, RawForm, Visit, WebError, html_with};

#[derive(Template)]
#[template(path = "volunteers/case.html")]
struct CasePage {
    page: Page,
    number: String,
    title: String,
    /// An order, which has a time; else a wish.
    order: bool,
    tag: Tag,
    words: String,
    instruction: String,
    /// What stands above the time, and the time; empty where none was wished for.
    wished: (&'static str, String),
    agreed: Option<String>,
    place: String,
    /// Only for whoever has taken it on.
    door: Option<Door>,
    may: Vec<&'static str>,
    /// Pictures that came with a form that was not taken, as it carries them.
    carried: Vec<String>,
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
    page(&visitor, &actor, &view, RawForm::default(), &[], &[], None, done).await
}

/// `POST /help/{number}/steps/{step}`
pub(super) async fn take(
    visitor: Visitor,
    Path((number, step)): Path<(String, String)>,
    form: RawForm,
) -> Result<Response, WebError> {
    let (actor, view) = of_helper(&visitor, &number).await?;
    taken(&visitor, &actor, &view, &step, form, &[]).await
}

/// `POST /help/{number}/did`: what was done, with pictures.
pub(super) async fn did(
    visitor: Visitor,
    Path(number): Path<String>,
    form: ProtectedMultipart,
) -> Result<Response, WebError> {
    let (actor, view) = of_helper(&visitor, &number).await?;
    let step = if view.loaded.procedure.name == ORDER.name { "did" } else { "fulfil" };
    let (mut fields, id) = (form.fields, view.loaded.row.id);
    let (pictures, flaws) = visitor.pictures(id.0, &fields, form.files).await?;
    if !flaws.is_empty() {
        return page(&visitor, &actor, &view, fields, &pictures, &flaws, None, None).await;
    }
    fields.0.insert("pictures".to_owned(), pictures.iter().map(ToString::to_string).collect());
    taken(&visitor, &actor, &view, step, fields, &pictures).await
}

async fn taken(
    visitor: &Visitor,
    actor: &Actor,
    view: &CaseView,
    step: &str,
    form: RawForm,
    pictures: &[FileId],
) -> Result<Response, WebError> {
    if !STEPS.contains(&step) {
        return Err(Problem::NotFound.into());
    }
    let (id, number) = (view.loaded.row.id, &view.loaded.row.number);
    let leaves = matches!(step, "decline" | "give_back" | "leave");
    match visitor.work.step(actor.clone(), id, step, None, form.0.clone()).await {
        // what they have let go of is not theirs to see any more
        Ok(_) if leaves => Ok(Redirect::to(&format!("/help?done={step}")).into_response()),
        Ok(_) => Ok(Redirect::to(&format!("/help/{number}?done={step}")).into_response()),
        Err(Problem::Invalid(flaws)) => page(visitor, actor, view, form, pictures, &flaws, None, None).await,
        Err(Problem::Refused(why)) => page(visitor, actor, view, form, pictures, &[], Some(why), None).await,
        Err(Problem::Conflict { .. }) => Err(Problem::Conflict { by: None }.into()),
        Err(other) => Err(other.into()),
    }
}

/// The case of this number, where the visitor is asked for it or has taken it on.
async fn of_helper(visitor: &Visitor, number: &str) -> Result<(Actor, CaseView)> {
    let actor = own(visitor)?;
    let id = visitor.work.find(number).await?.ok_or(Problem::NotFound)?;
    let view = visitor.work.view(&actor, id).await?;
    let (case, person) = (&view.loaded.case, actor.person());
    let helps = person.is_some_and(|person| case.asked == Some(person) || case.takers.contains(&person));
    if helps { Ok((actor, view)) } else { Err(Problem::NotFound) }
}

/// What a helper's page says of a case: its title, and until or for when it is.
async fn said(
    q: &mut impl Query,
    visit: &Visit,
    case: CaseId,
    title: &str,
) -> Result<(String, (&'static str, String))> {
    let lang = visit.lang;
    if let Some(order) = orders::of(q, [case]).await?.pop() {
        let name = if lang.is_zh() {
            order.item.clone()
        } else {
            order.item_en.clone().unwrap_or(order.item.clone())
        };
        return Ok((name, (words::wished(lang), wished(visit, &order))));
    }
    let offer = offers::of(q, [case]).await?.pop();
    let day = offer.and_then(|offer| offer.day).map(|day| lang.date_weekday(day, visit.now.day()));
    Ok((title.to_owned(), (words::before(lang), day.unwrap_or_default())))
}

#[expect(clippy::too_many_arguments, reason = "all that the page is made of")]
async fn page(
    visitor: &Visitor,
    actor: &Actor,
    view: &CaseView,
    typed: RawForm,
    pictures: &[FileId],
    flaws: &[Flaw],
    refused: Option<Refusal>,
    done: Option<String>,
) -> Result<Response, WebError> {
    let (visit, work) = (&visitor.visit, &visitor.work);
    let row = &view.loaded.row;
    let (title, wished) = said(&mut work.db().read(), visit, row.id, &row.title).await?;
    let timeline = view.timeline();
    let instruction = timeline.iter().rev().find(|entry| entry.step == "ask" || entry.step == "give");
    let instruction = instruction.map(|entry| entry.said.text("handover").to_owned());
    let (status, refused) = verdict(visit, refused, flaws);
    let door = work.door(actor, view)?;
    let may = STEPS.into_iter().filter(|step| view.steps.iter().any(|one| one.name == *step));
    let page = CasePage {
        page: visit.page(words::page(visit.lang, &title)),
        number: row.number.clone(),
        order: view.loaded.procedure.name == ORDER.name,
        tag: Tag::of_asker(&visitor.work, visit, view.loaded.procedure.name, &view.loaded.case.state),
        words: if row.body == row.title { String::new() } else { pii::mask(&row.body) },
        instruction: instruction.unwrap_or_default(),
        wished,
        agreed: agreed(view).map(|at| visit.lang.moment(at, visit.now)),
        place: row.place.to_string(),
        door,
        may: may.collect(),
        carried: pictures.iter().map(|picture| visitor.carry(row.id.0, *picture)).collect(),
        title,
        typed,
        flaws: visit.flaws(flaws),
        refused,
        done,
    };
    html_with(status, &page)
}
