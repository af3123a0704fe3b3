use super::{
    Allow,
    beside::Around,
    field::{StepForm, form},
    line::{Due, DueColumns, Tag, category, due, pick, state_tag},
    strip::{self, Until},
};
use crate::{
    CaseView, Casework, Entry, Filter,
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
use linli_base::{CaseId, OrgId, PersonId, Problem, Result, pii};
use linli_org::{OrgState, SignedIn};
use linli_procedure::{Input, Step, Val};
use linli_web::{Page, RawForm, Visit, WebError, html};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

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

/// A milestone with its date.
pub(super) struct Stone {
    pub kind: &'static str,
    pub icon: &'static str,
    pub day: String,
    pub what: String,
    pub note: String,
}

pub(super) struct Shown {
    pub id: String,
    pub caption: String,
}

/// One entry of the timeline.
pub(super) struct Told {
    pub kind: &'static str,
    pub icon: &'static str,
    pub title: String,
    pub time: String,
    pub who: String,
    pub lines: Vec<(String, String)>,
    pub pictures: Vec<Shown>,
}

/// A step as a button with its key.
pub(super) struct Button {
    pub label: String,
    pub key: usize,
    pub href: String,
    pub on: bool,
}

/// The names that a case's page needs.
pub(super) struct Names {
    orgs: BTreeMap<OrgId, String>,
    people: BTreeMap<PersonId, String>,
}

impl Names {
    pub async fn load(org: &OrgState, visit: &Visit, actor: &Actor, view: &CaseView) -> Result<Names> {
        let scope = actor.may(Permission::OrgSee)?;
        let (mut orgs, mut people) = (BTreeSet::new(), BTreeSet::new());
        let case = &view.loaded.case;
        orgs.extend([case.desk, case.lead, case.holder].into_iter().flatten());
        orgs.extend(&case.helpers);
        people.extend(case.person);
        for entry in view.timeline() {
            orgs.extend(entry.org);
            people.extend(entry.person);
            for value in entry.input.0.values() {
                match value {
                    Val::Orgs(named) => orgs.extend(named),
                    Val::Person(person) => {
                        people.insert(*person);
                    }
                    _ => {}
                }
            }
        }
        let mut read = org.db.read();
        let mut names = Names { orgs: BTreeMap::new(), people: BTreeMap::new() };
        for org in linli_org::orgs::names(&mut read, &scope, orgs).await? {
            names.orgs.insert(org.id, pick(visit, &org.name, org.name_en.as_deref()).to_owned());
        }
        let ids: Vec<PersonId> = people.into_iter().collect();
        for name in linli_org::people::names(&mut read, &scope, &ids).await? {
            names.people.insert(name.id, pick(visit, &name.name, name.name_en.as_deref()).to_owned());
        }
        Ok(names)
    }

    pub fn org(&self, id: Option<OrgId>) -> String {
        id.and_then(|id| self.orgs.get(&id)).cloned().unwrap_or_default()
    }

    fn person(&self, id: Option<PersonId>) -> String {
        id.and_then(|id| self.people.get(&id)).cloned().unwrap_or_default()
    }
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
    let procedure = view.loaded.procedure;
    let mut tags = vec![state_tag(work, visit, procedure.name, &case.state)];
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
    // the last is told to those who look at the checks only
    let marks = ["first_handler", "contacted", "supervised", "own_phone"];
    tags.extend(case.marks.iter().filter(|mark| !marks.contains(&mark.as_str())).map(|mark| Tag {
        tone: "o",
        icon: "flag",
        text: visit.text(&format!("mark.{mark}"), &[]),
    }));
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

/// The milestones of the last hold that was asked for.
fn stones(visit: &Visit, view: &CaseView, timeline: &[Entry]) -> Vec<Stone> {
    let (lang, case) = (visit.lang, &view.loaded.case);
    let said = timeline.iter().rev().find(|entry| entry.step == "ask_hold").map(|entry| &entry.said);
    let all = crate::milestones(&view.loaded.facts);
    let next = all.iter().position(|stone| stone.reached.is_none());
    let stone = |(nth, stone): (usize, &crate::Milestone)| {
        let (kind, icon, note) = match stone.reached {
            Some(at) => ("done", "check", crate::t::hold::reached(lang, lang.moment(at, visit.now))),
            None if Some(nth) == next && case.has("milestone_missed") => {
                ("now", "triangle-alert", crate::t::hold::missed(lang).to_owned())
            }
            None if Some(nth) == next && case.state == "held" => {
                ("now", "clock", crate::t::hold::next(lang).to_owned())
            }
            None => ("todo", "", String::new()),
        };
        let day = lang.date_weekday(stone.day, visit.now.day());
        Stone {
            kind,
            icon,
            day,
            what: said.map(|said| said.text(stone.words)).unwrap_or_default().to_owned(),
            note,
        }
    };
    all.iter().enumerate().map(stone).collect()
}

fn asked_pictures(visit: &Visit, view: &CaseView) -> Vec<Shown> {
    let first = view.loaded.events.first().map(|event| event.id);
    let of_asker = view.files.iter().filter(|file| file.event_id == first);
    of_asker.map(|file| shown(visit, file.file_id, "pictures")).collect()
}

fn shown(visit: &Visit, id: linli_base::FileId, field: &str) -> Shown {
    Shown { id: id.to_string(), caption: visit.text(&format!("field.{field}"), &[]) }
}

/// An entry of the timeline in words.
pub(super) fn told(work: &Casework, visit: &Visit, names: &Names, entry: &Entry, newest: bool) -> Told {
    let values = |input: &Input| -> Vec<(String, String)> {
        let fields = input.0.iter().filter_map(|(field, value)| {
            let text = match value {
                Val::Text(text) => pii::mask(text),
                Val::Choice(key) if field == "category" => {
                    category(work, visit, Some(key)).unwrap_or_default()
                }
                Val::Choice(choice) => visit.words.label(visit.lang, &format!("option.{field}.{choice}")),
                Val::Orgs(orgs) => orgs.iter().map(|id| names.org(Some(*id))).collect::<Vec<_>>().join("、"),
                Val::Person(person) => names.person(Some(*person)),
                Val::Moment(at) => visit.lang.moment(linli_base::At(*at), visit.now),
                Val::Yes(true) => "✓".to_owned(),
                Val::Day(day) => {
                    let date = visit.lang.date_weekday(linli_base::Day(*day), visit.now.day());
                    [date.as_str(), milestone_words(entry, field)].join(" ").trim_end().to_owned()
                }
                Val::Number(number) => number.to_string(),
                Val::Case(_)
                | Val::People(_)
                | Val::Area(_)
                | Val::Yes(false)
                | Val::Pictures(_)
                | Val::Phone(_) => {
                    return None;
                }
            };
            (!text.is_empty()).then(|| (visit.text(&format!("field.{field}"), &[]), text))
        });
        fields.collect()
    };
    let mut lines = values(&entry.input);
    // the words of a milestone stand beside its date
    let beside = |field: &String| {
        entry.step == "ask_hold" && crate::MILESTONES.iter().any(|(_, words)| words == field)
    };
    let mut said = entry.said.clone();
    said.0.retain(|field, _| !beside(field));
    lines.extend(values(&said));
    let moved = entry.marks.iter().any(|mark| mark == "moved_up");
    if moved {
        lines.push((String::new(), visit.text("mark.moved_up", &[])));
    }
    let (org, person) = (names.org(entry.org), names.person(entry.person));
    Told {
        kind: if newest { "now" } else { "done" },
        icon: if newest { "clock" } else { "check" },
        title: visit.text(&format!("step.{}", entry.step), &[]),
        time: visit.lang.moment(entry.at, visit.now),
        who: [org, person].into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" "),
        lines,
        pictures: entry.pictures.iter().map(|(id, field)| shown(visit, *id, field)).collect(),
    }
}

fn milestone_words<'a>(entry: &'a Entry, day: &str) -> &'a str {
    let words = crate::MILESTONES.iter().find(|(field, _)| *field == day);
    words.map(|(_, words)| entry.said.text(words)).unwrap_or_default()
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
