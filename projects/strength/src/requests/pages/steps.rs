//! The asker's steps, each on its own page.

use super::{
    super::REQUEST,
    case::{Name, Orgs},
    reply::{self, Reply},
};
use crate::t;
use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use linli_authz::Actor;
use linli_base::{FileId, Flaw, Problem, Refusal, Result};
use linli_casework::{CaseView, PICTURES, Tag, Visitor};
use linli_procedure::{Ctx, FieldKind, Input, Outside, Step, may_take};
use linli_web::{Flaws, Page, ProtectedMultipart, RawForm, Visit, WebError, html_with};

/// The asker's steps; the rest of the table is not to be had here.
const STEPS: [&str; 7] = ["rate", "supplement", "withdraw", "appeal", "reopen", "reopen_new", "lift_secrecy"];

/// A picture that the form carries.
struct Carried {
    value: String,
    words: String,
    drop: String,
}

#[derive(Template)]
#[template(path = "requests/step.html")]
struct StepPage {
    page: Page,
    number: String,
    title: String,
    step: &'static str,
    heading: String,
    label: String,
    hint: String,
    send: String,
    /// The field for what is said.
    field: &'static str,
    value: String,
    most: usize,
    /// How many pictures may still come; `None` where the step takes none.
    room: Option<usize>,
    pictures: Vec<Carried>,
    /// It cannot be undone.
    ends: bool,
    flaws: Flaws,
}

#[derive(Template)]
#[template(path = "requests/rate.html")]
struct RatePage {
    page: Page,
    number: String,
    title: String,
    tag: Tag,
    lead: Option<Name>,
    reply: Option<Reply>,
    /// What follows from saying that it is not solved.
    again: String,
    contacted: String,
    solved: String,
    satisfied: String,
    words: String,
    flaws: Flaws,
}

/// The step's page.
pub(super) async fn form(
    visitor: Visitor,
    Path((number, step)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let Some((actor, view)) = visitor.case(&number).await? else {
        return Ok(Redirect::to(&format!("/r/{number}")).into_response());
    };
    let step = allowed(&visitor, &actor, &view, &step)?;
    show(&visitor, &view, step, &RawForm::default(), &[], &[]).await
}

/// Takes the step. What was typed stays on the page where something is wrong with it.
pub(super) async fn take(
    visitor: Visitor,
    Path((number, step)): Path<(String, String)>,
    ProtectedMultipart { mut fields, files }: ProtectedMultipart,
) -> Result<Response, WebError> {
    let Some((actor, view)) = visitor.case(&number).await? else {
        return Ok(Redirect::to(&format!("/r/{number}")).into_response());
    };
    let step = allowed(&visitor, &actor, &view, &step)?;
    let (pictures, flaws) = visitor.pictures(view.loaded.row.id.0, &fields, files).await?;
    if !flaws.is_empty() || !fields.first("drop").is_empty() {
        return show(&visitor, &view, step, &fields, &pictures, &flaws).await;
    }
    fields.0.insert("pictures".to_owned(), pictures.iter().map(ToString::to_string).collect());
    match visitor.work.step(actor, view.loaded.row.id, step.name, None, fields.0.clone()).await {
        Ok(_) => Ok(Redirect::to(&format!("/my/{number}?done={}", step.name)).into_response()),
        Err(Problem::Invalid(flaws)) => show(&visitor, &view, step, &fields, &pictures, &flaws).await,
        // people are not named to the asker
        Err(Problem::Conflict { .. }) => Err(Problem::Conflict { by: None }.into()),
        Err(other) => Err(other.into()),
    }
}

/// The step, where the asker may take it now; else why not.
fn allowed(visitor: &Visitor, actor: &Actor, view: &CaseView, name: &str) -> Result<&'static Step> {
    let loaded = &view.loaded;
    let step = loaded.procedure.step(name).filter(|step| STEPS.contains(&step.name));
    let step = step.ok_or(Problem::NotFound)?;
    let settings = visitor.work.settings();
    let ctx = Ctx {
        procedure: loaded.procedure,
        case: &loaded.case,
        facts: &loaded.facts,
        outside: &Outside::default(),
        input: Input::EMPTY,
        actor,
        now: visitor.visit.now,
        calendar: &settings.calendar,
        profile: settings.profile(&loaded.row.profile, loaded.row.profile_version)?,
    };
    may_take(step, &ctx).map_err(|refusal| in_words(&visitor.visit, refusal, &loaded.case.state))?;
    Ok(step)
}

/// The state as the asker knows it.
fn in_words(visit: &Visit, refusal: Refusal, state: &str) -> Refusal {
    match refusal.code {
        "not_now" => Refusal::new("not_now").with("state", visit.text(&format!("asker_state.{state}"), &[])),
        _ => refusal,
    }
}

async fn show(
    visitor: &Visitor,
    view: &CaseView,
    step: &'static Step,
    fields: &RawForm,
    pictures: &[FileId],
    flaws: &[Flaw],
) -> Result<Response, WebError> {
    let status = if flaws.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    if step.name == "rate" {
        let orgs = Orgs::of(visitor, view).await?;
        return html_with(status, &rate(visitor, view, &orgs, fields, flaws)?);
    }
    let (visit, row) = (&visitor.visit, &view.loaded.row);
    let kind = step.name.trim_end_matches("_new");
    let words = |part: &str| visit.text(&format!("asking.{kind}.{part}"), &[]);
    let text = step.form.iter().find_map(|field| match field.kind {
        FieldKind::Text(most) => Some((field.name, most)),
        _ => None,
    });
    let (field, most) = text.unwrap_or_default();
    let takes = step.form.iter().any(|field| matches!(field.kind, FieldKind::Pictures(_)));
    let carried = |(at, id): (usize, &FileId)| Carried {
        value: visitor.carry(row.id.0, *id),
        words: t::saying::picture(visit.lang, at + 1),
        drop: t::saying::drop(visit.lang, at + 1),
    };
    let page = StepPage {
        page: visit.page(words("title")),
        number: row.number.clone(),
        title: row.title.clone(),
        step: step.name,
        heading: words("title"),
        label: words("label"),
        hint: words("hint"),
        send: words("send"),
        field,
        value: fields.first(field).to_owned(),
        most,
        room: takes.then(|| PICTURES.saturating_sub(pictures.len())),
        pictures: pictures.iter().enumerate().map(carried).collect(),
        ends: step.name == "withdraw",
        flaws: visit.flaws(flaws),
    };
    html_with(status, &page)
}

fn rate(
    visitor: &Visitor,
    view: &CaseView,
    orgs: &Orgs,
    fields: &RawForm,
    flaws: &[Flaw],
) -> Result<RatePage> {
    let (visit, lang, row) = (&visitor.visit, visitor.visit.lang, &view.loaded.row);
    let case = &view.loaded.case;
    let settings = visitor.work.settings();
    let profile = settings.profile(&row.profile, row.profile_version)?;
    let term = profile.term("finish", case.kind.as_deref(), case.level.as_deref());
    let again = term.filter(|_| case.lead.is_some()).map(|term| {
        let due = settings.calendar.due(visit.now, &term, &profile.working_time);
        t::rating::again(lang, super::case::until(visit, due.at))
    });
    let typed = |field: &str| fields.first(field).to_owned();
    Ok(RatePage {
        page: visit.page(t::rating::title(lang)),
        number: row.number.clone(),
        title: row.title.clone(),
        tag: Tag::of_asker(&visitor.work, visit, REQUEST.name, &case.state),
        lead: orgs.get(case.lead),
        reply: reply::standing(visit, view, orgs),
        again: again.unwrap_or_else(|| t::rating::again_new(lang).to_owned()),
        contacted: typed("contacted"),
        solved: typed("solved"),
        satisfied: typed("satisfied"),
        words: typed("words"),
        flaws: visit.flaws(flaws),
    })
}
