use super::{
    Allow,
    beside::Around,
    field::{StepForm, form},
    line::{Due, DueColumns, Tag, category, due},
    names::Names,
    strip::{self, Until},
    told::{Shown, Stone, Told, asked_pictures, stones, told},
};
use crate::{
    CaseView, Casework, Filter,
    privacy::{Part, UNMASK_PURPOSES, store::HoldRow},
};
use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use linli_authz::{Actor, Permission};
use linli_base::{CaseId, Problem, Result, pii};
use linli_org::{OrgState, SignedIn};
use linli_procedure::Step;
use linli_web::{Page, RawForm, Visit, WebError, html};
use serde::Deserialize;

/// A case as staff see it.
pub(super) struct Panel {
    pub id: String,
    pub number: String,
    pub title: String,
    pub said: String,
    pub facts: Vec<String>,
    pub tags: Vec<Tag>,
    pub round: String,
    pub asker: String,
    pub phone: Option<String>,
    /// On a confidential case: what it means for whoever reads it.
    pub secret: Option<&'static str>,
    /// To ask the desk, for whoever may not know who asked.
    pub ask_desk: Option<String>,
    /// What hangs together with it.
    pub beside: Vec<super::beside::Group>,
    /// What may be the same matter.
    pub near: Vec<super::beside::Same>,
    /// Whether this person may see it whole.
    pub unmask: bool,
    /// What may be asked to be seen whole, and for what.
    pub parts: Vec<(&'static str, String)>,
    pub purposes: Vec<(&'static str, String)>,
    /// Shown once, after a reason: what, whether it can be dialled, and who saw it when.
    pub whole: Option<(String, bool, String)>,
    pub due: Option<Due>,
    pub until: Option<Until>,
    pub terms: Vec<(String, String)>,
    pub reply: Option<String>,
    pub pictures: Vec<Shown>,
    /// What a hold promised; empty where there is none.
    pub milestones: Vec<Stone>,
    pub events: Vec<Told>,
    /// To what the audit trail has of it, for whoever may read that.
    pub trail: Option<String>,
    pub steps: Vec<Button>,
    pub form: Option<StepForm>,
    pub here: String,
    /// Whether this person may keep it beyond its time, and why it is kept where it is.
    pub may_hold: bool,
    pub held: Option<String>,
    /// Its neighbours in the list of what the org has in hand, where it stands there.
    pub before: Option<String>,
    pub after: Option<String>,
    /// The asker's phone is asked for: the form to see it is open.
    pub calls: bool,
}

/// A step as a button with its key.
pub(super) struct Button {
    pub label: String,
    pub key: usize,
    pub href: String,
    pub on: bool,
}

#[derive(Template)]
#[template(path = "desk/case.html")]
pub(super) struct CasePage {
    pub page: Page,
    pub case: Option<Panel>,
    pub toast: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    step: Option<String>,
    done: Option<String>,
    /// `phone`: the form that asks for it is open.
    see: Option<String>,
}

/// The case with, where a step is asked for that may be taken, its form.
#[expect(clippy::too_many_arguments, reason = "all that a panel shows")]
pub(super) async fn panel(
    work: &Casework,
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    id: CaseId,
    step: Option<&str>,
    here: &str,
    allow: Allow,
) -> Result<Panel> {
    let view = work.view(actor, id).await?;
    let names = Names::load(org, visit, actor, &view).await?;
    let asked: Option<&'static Step> =
        step.and_then(|name| view.steps.iter().find(|step| step.name == name)).copied();
    let form = match asked {
        Some(step) => Some(form(work, org, visit, actor, &view, step, here).await?),
        None => None,
    };
    let around = Around::load(work, visit, actor, &view, form.is_some()).await?;
    let mut panel = show_panel(work, visit, actor, &view, &names, around, form, here, allow)?;
    if actor.may(Permission::DataRequest).is_ok() {
        let since = |held: &HoldRow| visit.lang.date_near(held.at.day(), visit.now.day());
        let held = work.why_held(actor, id).await?;
        panel.may_hold = true;
        panel.held = held.map(|held| crate::t::legal::why(visit.lang, &held.reason, since(&held)));
    }
    Ok(panel)
}

#[expect(clippy::too_many_arguments, reason = "all that a panel shows")]
pub(super) fn show_panel(
    work: &Casework,
    visit: &Visit,
    actor: &Actor,
    view: &CaseView,
    names: &Names,
    around: Around,
    form: Option<StepForm>,
    here: &str,
    allow: Allow,
) -> Result<Panel> {
    let lang = visit.lang;
    let (row, case) = (&view.loaded.row, &view.loaded.case);
    let mut tags = vec![Tag::of_staff(work, visit, view.loaded.procedure.name, &case.state)];
    let option = |field: &str, value: &Option<String>| {
        value.as_deref().map(|value| visit.text(&format!("option.{field}.{value}"), &[])).unwrap_or_default()
    };
    let gap = if lang.is_zh() { "" } else { " " };
    let kind = [option("level", &case.level), option("kind", &case.kind)].join(gap);
    if !kind.trim().is_empty() {
        tags.push(Tag { tone: "o", icon: "users", text: kind });
    }
    if case.confidential {
        tags.push(Tag { tone: "o", icon: "lock", text: crate::t::secret::tag(lang).to_owned() });
    }
    tags.extend(marks(visit, view));
    let columns = DueColumns {
        at: row.due_at,
        clock: row.due_clock.as_deref(),
        provisional: row.due_provisional,
        paused: row.due_paused,
        yellow: row.yellow_at,
        red: row.card_red_at,
    };
    let timeline = view.timeline();
    let reply = timeline.iter().rev().map(|entry| entry.said.text("reply")).find(|reply| !reply.is_empty());
    let mut facts: Vec<String> = category(work, visit, case.category.as_deref()).into_iter().collect();
    facts.extend(Some(row.place.to_string()).filter(|place| !place.is_empty()));
    let way = |step: &str| {
        let join = if here.contains('?') { '&' } else { '?' };
        format!("{here}{join}step={step}")
    };
    let may = |name: &str| view.steps.iter().any(|step| step.name == name);
    let steps = view.steps.iter().enumerate().map(|(nth, step)| {
        let href = way(step.name);
        let on = form.as_ref().is_some_and(|form| form.step == step.name);
        Button { label: visit.text(&format!("step.{}", step.name), &[]), key: nth + 1, href, on }
    });
    let mut terms = vec![
        (crate::t::case::said_at(lang).to_owned(), lang.moment(row.happened_at, visit.now)),
        (crate::t::case::source(lang).to_owned(), visit.words.label(lang, &format!("source.{}", row.source))),
    ];
    let lead = names.org(case.lead);
    if !lead.is_empty() {
        terms.push((crate::t::case::lead(lang).to_owned(), lead));
    }
    let person = names.person(case.person);
    if !person.is_empty() {
        terms.push((crate::t::case::person(lang).to_owned(), person));
    }
    let helpers: Vec<String> = case.helpers.iter().map(|id| names.org(Some(*id))).collect();
    if !helpers.is_empty() {
        terms.push((crate::t::case::helpers(lang).to_owned(), helpers.join(crate::t::case::comma(lang))));
    }
    Ok(Panel {
        id: row.id.to_string(),
        number: row.number.clone(),
        title: super::line::title(visit, &row.title, case.confidential),
        said: pii::mask(&row.body),
        facts,
        tags,
        round: crate::t::case::round(lang, case.round),
        asker: row.name.as_ref().map(ToString::to_string).unwrap_or_default(),
        phone: work.masked_phone(row)?,
        secret: case
            .confidential
            .then(|| if view.knows { crate::t::secret::known(lang) } else { crate::t::secret::hidden(lang) }),
        ask_desk: (!view.knows && may("ask_desk")).then(|| way("ask_desk")),
        beside: around.beside,
        near: around.near,
        unmask: view.knows && allow.unmask && actor.may(Permission::PhoneSee).is_ok(),
        parts: parts(visit, row),
        purposes: UNMASK_PURPOSES.map(|name| (name, visit.text(&format!("purpose.{name}"), &[]))).to_vec(),
        whole: None,
        due: due(work, visit, &columns),
        until: strip::running(work, visit, view),
        terms,
        reply: reply.map(pii::mask),
        pictures: asked_pictures(visit, view),
        milestones: stones(visit, view, &timeline),
        events: timeline
            .iter()
            .rev()
            .enumerate()
            .map(|(nth, entry)| told(work, visit, names, entry, nth == 0))
            .collect(),
        trail: actor.may(Permission::AuditSee).is_ok().then(|| format!("/audit?subject={}", row.id)),
        steps: steps.collect(),
        form,
        here: here.to_owned(),
        may_hold: false,
        held: None,
        before: None,
        after: None,
        calls: false,
    })
}

/// What is marked on a case, as far as it is told on its page.
fn marks(visit: &Visit, view: &CaseView) -> Vec<Tag> {
    // the last is told to those who look at the checks only
    let hidden = ["first_handler", "contacted", "supervised", "own_phone"];
    // what people take on has figures of its own, which goes without saying
    let own = |mark: &String| mark == "not_assessed" && view.loaded.procedure.taken_on;
    let shown = view.loaded.case.marks.iter().filter(|mark| !hidden.contains(&mark.as_str()) && !own(mark));
    let tag = |mark: &String| Tag { tone: "o", icon: "flag", text: visit.text(&format!("mark.{mark}"), &[]) };
    shown.map(tag).collect()
}

/// `GET /cases/{id}`
pub(super) async fn show(
    State(work): State<Casework>,
    State(org): State<OrgState>,
    Extension(allow): Extension<Allow>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let id: CaseId = id.parse().map_err(|_not_a_key| Problem::NotFound)?;
    let here = format!("/cases/{id}");
    let mut case = panel(&work, &org, &visit, &who.actor, id, asked.step.as_deref(), &here, allow).await?;
    let in_hand =
        Filter { holder: who.actor.hat().map(|hat| hat.org), open: Some(true), ..Filter::default() };
    let beside = work.neighbours(&who.actor, &in_hand, id).await?;
    [case.before, case.after] = beside.map(|other| other.map(|id| format!("/cases/{id}")));
    case.calls = asked.see.as_deref() == Some(Part::Phone.name());
    let toast =
        asked.done.map(|step| crate::t::desk::toast(visit.lang, visit.text(&format!("step.{step}"), &[])));
    html(&CasePage { page: visit.page(case.title.clone()), case: Some(case), toast })
}

/// `POST /cases/{id}/hold`: keeps the words beyond their time, for a reason.
pub(super) async fn hold(
    State(work): State<Casework>,
    who: SignedIn,
    Path(id): Path<CaseId>,
    form: RawForm,
) -> Result<Response, WebError> {
    work.hold(&who.actor, id, form.first("reason")).await?;
    Ok(Redirect::to(&format!("/cases/{id}?done=held")).into_response())
}

/// `POST /cases/{id}/lift`: lets them go when their time comes.
pub(super) async fn lift(
    State(work): State<Casework>,
    who: SignedIn,
    Path(id): Path<CaseId>,
    _: RawForm,
) -> Result<Response, WebError> {
    work.lift(&who.actor, id).await?;
    Ok(Redirect::to(&format!("/cases/{id}?done=lifted")).into_response())
}

/// What of the asker there is to be seen whole.
fn parts(visit: &Visit, row: &crate::store::CaseRow) -> Vec<(&'static str, String)> {
    let there = |part: Part| match part {
        Part::Phone => row.phone_sealed.is_some(),
        Part::Name => row.name.is_some(),
        Part::Place => !row.place.is_empty(),
    };
    let parts = Part::ALL.into_iter().filter(|part| there(*part));
    parts.map(|part| (part.name(), visit.text(&format!("part_whole.{}", part.name()), &[]))).collect()
}

/// `POST /cases/{id}/unmask`: phone, name or place whole, for a reason that is written down. For this page only.
pub(super) async fn unmask(
    State(work): State<Casework>,
    State(org): State<OrgState>,
    Extension(allow): Extension<Allow>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<String>,
    form: RawForm,
) -> Result<Response, WebError> {
    if !allow.unmask {
        return Err(Problem::Forbidden { owner: None }.into());
    }
    who.proven(visit.now)?;
    let id: CaseId = id.parse().map_err(|_not_a_key| Problem::NotFound)?;
    let part = Part::parse(form.first("part")).ok_or_else(|| Problem::invalid("part", "not_a_choice"))?;
    let (purpose, reason) = (form.first("purpose"), form.first("reason"));
    let whole = work.unmask(&who.actor, id, part, purpose, reason).await?;
    let here = format!("/cases/{id}");
    let mut case = panel(&work, &org, &visit, &who.actor, id, None, &here, allow).await?;
    let seen = crate::t::case::seen_by(visit.lang, &who.name, visit.lang.moment(visit.now, visit.now));
    case.whole = whole.map(|whole| (whole, part == Part::Phone, seen));
    let mut response =
        html(&CasePage { page: visit.page(case.title.clone()), case: Some(case), toast: None })?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
