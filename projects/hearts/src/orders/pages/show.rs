use crate::{
    asker::{of_asker, verdict},
    orders::{self, ORDER, OrderRow, Part},
    t::ordered as words,
};
use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use linli_authz::{Actor, Scope};
use linli_base::{At, CaseId, Day, FileId, Flaw, Problem, Refusal, Result, money, pii};
use linli_casework::{CaseView, Tag, Visitor, asker_cookie};
use linli_procedure::Val;
use linli_web::{Flaws, Page, RawForm, Visit, WebError, html_with};

/// The asker's steps; the rest of the table is not to be had here.
const STEPS: [&str; 6] = ["here", "rearrange", "rate_order", "complain", "cancel", "end_series"];

/// What happened, as the asker reads it.
pub(crate) struct Event {
    pub when: String,
    pub title: String,
    pub lines: Vec<String>,
    /// Such as the receipt.
    pub pictures: Vec<FileId>,
    pub now: bool,
}

#[derive(Template)]
#[template(path = "orders/show.html")]
struct ShowPage {
    page: Page,
    number: String,
    title: String,
    words: String,
    tag: Tag,
    /// What stands in large letters: when they come, or what is awaited.
    head: (String, String, String),
    who: Vec<String>,
    door: Option<String>,
    paid: Option<String>,
    answer: Option<String>,
    /// Whether it has led to a request, or to the next order.
    request: bool,
    next: bool,
    /// How often it comes again, in words.
    every: Option<String>,
    events: Vec<Event>,
    /// Which of the asker's steps there are now.
    may: Vec<&'static str>,
    /// What was typed into the form that was sent.
    typed: RawForm,
    flaws: Flaws,
    refused: Option<String>,
    done: Option<String>,
}

impl ShowPage {
    fn may(&self, step: &str) -> bool {
        self.may.contains(&step)
    }
}

/// `GET /orders/{number}`
pub(super) async fn show(
    visitor: Visitor,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let Some((_, view)) = of_asker(&visitor, &number, &ORDER).await? else {
        return Ok(Redirect::to(&format!("/r/{number}")).into_response());
    };
    let done =
        query.as_deref().and_then(|query| query.strip_prefix("done=")).filter(|step| STEPS.contains(step));
    let done = done.map(|step| visitor.visit.text(&format!("asker_done.{step}"), &[]));
    page(&visitor, &view, RawForm::default(), &[], None, done).await
}

/// `POST /orders/{number}/steps/{step}`
pub(super) async fn take(
    visitor: Visitor,
    Path((number, step)): Path<(String, String)>,
    form: RawForm,
) -> Result<Response, WebError> {
    let Some((actor, view)) = of_asker(&visitor, &number, &ORDER).await? else {
        return Ok(Redirect::to(&format!("/r/{number}")).into_response());
    };
    if !STEPS.contains(&step.as_str()) {
        return Err(Problem::NotFound.into());
    }
    match visitor.work.step(actor, view.loaded.row.id, &step, None, form.0.clone()).await {
        Ok(_) => Ok(Redirect::to(&format!("/orders/{number}?done={step}")).into_response()),
        Err(Problem::Invalid(flaws)) => page(&visitor, &view, form, &flaws, None, None).await,
        Err(Problem::Refused(why)) => page(&visitor, &view, form, &[], Some(why), None).await,
        Err(Problem::Conflict { .. }) => Err(Problem::Conflict { by: None }.into()),
        Err(other) => Err(other.into()),
    }
}

async fn page(
    visitor: &Visitor,
    view: &CaseView,
    typed: RawForm,
    flaws: &[Flaw],
    refused: Option<Refusal>,
    done: Option<String>,
) -> Result<Response, WebError> {
    let (visit, lang) = (&visitor.visit, visitor.visit.lang);
    let (row, case) = (&view.loaded.row, &view.loaded.case);
    let mut read = visitor.work.db().read();
    let order = orders::of(&mut read, [row.id]).await?.pop().ok_or(Problem::NotFound)?;
    let name = match (lang.is_zh(), &order.item_en) {
        (false, Some(en)) => en.clone(),
        _ => row.title.clone(),
    };
    let may = STEPS.into_iter().filter(|step| view.steps.iter().any(|one| one.name == *step));
    let coming = matches!(case.state.as_str(), "agreed" | "serving");
    let timeline = view.timeline();
    let paid = timeline.iter().rev().find_map(|entry| match entry.input.0.get("paid") {
        Some(Val::Money(fen)) => Some(money::yuan(*fen)),
        _ => None,
    });
    let answer = timeline.iter().rev().map(|entry| entry.said.text("answer")).find(|text| !text.is_empty());
    let (status, refused) = verdict(visit, refused, flaws);
    let page = ShowPage {
        page: visit.page(name.clone()),
        number: row.number.clone(),
        words: if row.body == row.title { String::new() } else { row.body.clone() },
        title: name,
        tag: Tag::of_asker(&visitor.work, visit, ORDER.name, &case.state),
        head: head(visit, view, &order),
        who: who(visitor, view).await?,
        door: if coming { Some(visitor.work.door_code(row)?) } else { None },
        paid: paid.map(|yuan| words::paid(lang, yuan)),
        answer: answer.map(str::to_owned),
        request: led_to(view, |step| step != "repeat").is_some(),
        next: led_to(view, |step| step == "repeat").is_some(),
        every: order
            .next_on
            .and(order.every.as_deref())
            .map(|every| words::every(lang, visit.text(&format!("option.every.{every}"), &[]))),
        events: events(visit, view),
        may: may.collect(),
        typed,
        flaws: visit.flaws(flaws),
        refused,
        done,
    };
    html_with(status, &page)
}

/// The case that it has led to last, by such a step.
fn led_to(view: &CaseView, by: impl Fn(&str) -> bool) -> Option<CaseId> {
    let events = view.loaded.facts.0.iter().rev().filter(|done| by(&done.step));
    events.filter_map(|done| done.input.0.get("becomes")).find_map(|value| match value {
        Val::Case(id) => Some(*id),
        _ => None,
    })
}

/// `POST /orders/{number}/request`: whoever asks for the order may read the request that came of it.
pub(super) async fn request(
    visitor: Visitor,
    Path(number): Path<String>,
    _: RawForm,
) -> Result<Response, WebError> {
    onwards(visitor, number, |step| step != "repeat").await
}

/// `POST /orders/{number}/next`: and the next one of a series.
pub(super) async fn next(
    visitor: Visitor,
    Path(number): Path<String>,
    _: RawForm,
) -> Result<Response, WebError> {
    onwards(visitor, number, |step| step == "repeat").await
}

async fn onwards(visitor: Visitor, number: String, by: fn(&str) -> bool) -> Result<Response, WebError> {
    let Some((_, view)) = of_asker(&visitor, &number, &ORDER).await? else {
        return Ok(Redirect::to(&format!("/r/{number}")).into_response());
    };
    let id = led_to(&view, by).ok_or(Problem::NotFound)?;
    let led = visitor.work.view(&Actor::Asker(id), id).await?;
    let cookie = asker_cookie(&visitor.site, id, visitor.visit.now);
    let page = Redirect::to(&format!("/my/{}", led.loaded.row.number));
    Ok((AppendHeaders([cookie]), page).into_response())
}

/// The time that was agreed last.
pub(crate) fn agreed(view: &CaseView) -> Option<At> {
    let steps = view.loaded.facts.0.iter().rev();
    steps.filter(|done| ["take_on", "come", "rearrange"].contains(&done.step.as_str())).find_map(|done| {
        match done.input.0.get("when") {
            Some(Val::Moment(at)) => Some(At(*at)),
            _ => None,
        }
    })
}

/// When it was wished for, in words.
pub(crate) fn wished(visit: &Visit, order: &OrderRow) -> String {
    wish(visit, order.wanted_day, order.wanted_part.as_deref().and_then(Part::parse))
}

/// A day and a part of it, or any, in words.
pub(crate) fn wish(visit: &Visit, day: Option<Day>, part: Option<Part>) -> String {
    let lang = visit.lang;
    let day = match day {
        Some(day) => lang.date_weekday(day, visit.now.day()),
        None => crate::t::ordering::any_day(lang).to_owned(),
    };
    match part {
        Some(part) => {
            let part = visit.text(&format!("option.wanted_part.{}", part.name()), &[]);
            format!("{day} {part}")
        }
        None => day,
    }
}

/// Label, what stands in large letters, and a line below.
fn head(visit: &Visit, view: &CaseView, order: &OrderRow) -> (String, String, String) {
    let lang = visit.lang;
    let case = &view.loaded.case;
    let said = |label: &str, main: String, sub: &str| (label.to_owned(), main, sub.to_owned());
    let agreed = || agreed(view).map(|at| lang.moment(at, visit.now)).unwrap_or_default();
    match case.state.as_str() {
        "assigning" | "offered" | "asking" => {
            said(words::wished(lang), wished(visit, order), words::finding(lang))
        }
        "agreed" => said(words::agreed(lang), agreed(), words::agreed_hint(lang)),
        "serving" => said(words::serving(lang), agreed(), ""),
        "rating" => said(words::done(lang), String::new(), words::rate_hint(lang)),
        "reviewing" => said(words::reviewing(lang), String::new(), words::reviewing_hint(lang)),
        "paused" => {
            let again = view.loaded.facts.last("pause").and_then(|done| done.input.day("again"));
            let day = |day: Day| lang.date_weekday(day, visit.now.day());
            said(words::paused(lang), again.map(day).unwrap_or_default(), words::paused_hint(lang))
        }
        "turned" => said(words::turned(lang), String::new(), words::turned_hint(lang)),
        "served" => said(words::served(lang), String::new(), ""),
        _ => said(words::cancelled(lang), String::new(), ""),
    }
}

/// Who comes: the unit, or the people who have taken it on; nobody before that.
pub(crate) async fn who(visitor: &Visitor, view: &CaseView) -> Result<Vec<String>> {
    let case = &view.loaded.case;
    if matches!(
        case.state.as_str(),
        "assigning" | "offered" | "asking" | "paused" | "cancelled" | "taken_back"
    ) {
        return Ok(Vec::new());
    }
    let lang = visitor.visit.lang;
    let pick = |zh: String, en: Option<String>| if lang.is_zh() { zh } else { en.unwrap_or(zh) };
    let scope = Scope::system("name who comes to the asker");
    let mut read = visitor.work.db().read();
    let orgs = linli_org::orgs::names(&mut read, &scope, case.lead).await?;
    let takers: Vec<_> = case.takers.iter().copied().collect();
    let people = linli_org::people::names(&mut read, &scope, &takers).await?;
    let orgs = orgs.into_iter().map(|org| pick(org.name, org.name_en));
    let people = people.into_iter().map(|person| pick(person.name, person.name_en));
    Ok(orgs.chain(people).collect())
}

/// What happened, newest first; who declined is told to nobody.
pub(crate) fn events(visit: &Visit, view: &CaseView) -> Vec<Event> {
    let told = |step: &str| visit.words.lookup(visit.lang, &format!("told.{step}"), &[]);
    let shown = ["words", "why", "reply", "answer"];
    let mut events: Vec<Event> = (view.timeline().iter().rev())
        .filter_map(|entry| {
            let asked = ["decline", "ask", "give"].contains(&entry.step.as_str());
            let line = |field: &&str| Some(pii::mask(entry.said.text(field))).filter(|text| !text.is_empty());
            Some(Event {
                when: visit.lang.moment(entry.at, visit.now),
                title: told(&entry.step)?,
                lines: if asked { Vec::new() } else { shown.iter().filter_map(line).collect() },
                pictures: entry.pictures.iter().map(|(id, _)| *id).collect(),
                now: false,
            })
        })
        .collect();
    if let Some(newest) = events.first_mut() {
        newest.now = true;
    }
    events
}
