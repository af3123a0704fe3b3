//! The staff's pages: requests that wait for a person, who looked, retention, consent texts.

use crate::{
    Casework,
    privacy::{PURPOSES, RequestRow},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use linli_authz::Permission;
use linli_base::{At, Result, pii};
use linli_i18n::Lang;
use linli_org::SignedIn;
use linli_web::{Page, ProtectedForm, Visit, WebError, html};
use serde::Deserialize;
use uuid::Uuid;

struct Row {
    id: Uuid,
    number: String,
    kind: String,
    /// Tone and icon of its state's tag.
    tone: (&'static str, &'static str),
    state: String,
    waits: bool,
    due: String,
    words: String,
    answer: String,
    version: i64,
}

#[derive(Template)]
#[template(path = "privacy/requests.html")]
struct RequestsPage {
    page: Page,
    open: Vec<Row>,
    done: Vec<Row>,
}

/// `GET /data-requests`
pub(super) async fn requests(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
) -> Result<Response, WebError> {
    let (open, done) = work.data_requests(&who.actor).await?;
    let lang = visit.lang;
    let row = |row: RequestRow| Row {
        id: row.id,
        number: row.number,
        kind: visit.text(&format!("request_kind.{}", row.kind), &[]),
        waits: row.state == "waiting",
        tone: tone(&row.state),
        state: visit.text(&format!("request_state.{}", row.state), &[]),
        due: crate::t::answering::due(lang, lang.date_near(row.due_at.plus_ms(-1).day(), visit.now.day())),
        words: pii::mask(&row.words.unwrap_or_default()),
        answer: row.answer.unwrap_or_default(),
        version: row.version,
    };
    html(&RequestsPage {
        page: visit.page(crate::t::answering::title(lang)),
        open: open.into_iter().map(row).collect(),
        done: done.into_iter().map(row).collect(),
    })
}

/// The tone and icon of a request's state.
pub(super) fn tone(state: &str) -> (&'static str, &'static str) {
    match state {
        "waiting" => ("b", "clock"),
        "grace" | "running" => ("a", "undo-2"),
        "done" => ("g", "circle-check"),
        _ => ("n", "circle-x"),
    }
}

#[derive(Deserialize)]
pub(super) struct Decided {
    version: i64,
    answer: String,
    #[serde(default)]
    agree: String,
}

/// `POST /data-requests/{id}`
pub(super) async fn answer(
    State(work): State<Casework>,
    who: SignedIn,
    Path(id): Path<Uuid>,
    ProtectedForm(form): ProtectedForm<Decided>,
) -> Result<Response, WebError> {
    work.answer_request(&who.actor, id, form.version, &form.answer, form.agree == "yes").await?;
    Ok(Redirect::to("/data-requests").into_response())
}

struct Look {
    when: String,
    who: String,
    what: String,
    why: String,
    number: String,
}

#[derive(Template)]
#[template(path = "privacy/looks.html")]
struct LooksPage {
    page: Page,
    looks: Vec<Look>,
}

/// `GET /looks`
pub(super) async fn looks(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
) -> Result<Response, WebError> {
    let lang = visit.lang;
    let look = |row: crate::privacy::LookRow| {
        let what = row.act.split('.').next().unwrap_or_default();
        let purpose = row.purpose.map(|purpose| visit.text(&format!("purpose.{purpose}"), &[]));
        let own = |zh: Option<String>, en: Option<String>| if lang.is_zh() { zh } else { en.or(zh) };
        let (org, person) = (own(row.org, row.org_en), own(row.person, row.person_en));
        let why: Vec<String> = purpose.into_iter().chain(row.reason).collect();
        Look {
            when: lang.moment(row.at, visit.now),
            who: [org, person].into_iter().flatten().collect::<Vec<_>>().join(" "),
            what: visit.text(&format!("part_whole.{what}"), &[]),
            why: why.join(" · "),
            number: row.case_number,
        }
    };
    let looks = work.looks(&who.actor).await?.into_iter().map(look).collect();
    html(&LooksPage { page: visit.page(crate::t::looks::title(lang)), looks })
}

struct Class {
    name: String,
    term: String,
    /// How many would go now; empty where something else tidies it.
    now: String,
    span: String,
}

#[derive(Template)]
#[template(path = "privacy/retention.html")]
struct RetentionPage {
    page: Page,
    classes: Vec<Class>,
    ledger: Vec<Gone>,
}

/// A line of the ledger.
struct Gone {
    day: String,
    class: String,
    count: String,
    span: String,
    rule: String,
}

/// `GET /retention`: what would go now, and what went.
pub(super) async fn retention(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
) -> Result<Response, WebError> {
    who.actor.may(Permission::Configure)?;
    let lang = visit.lang;
    let name = |class: &str| visit.text(&format!("retention.{class}"), &[]);
    let classes = work.retention_plan().await?.into_iter().map(|over| Class {
        name: name(over.class),
        term: crate::t::retention::days(lang, over.days),
        now: over.count.map(|count| lang.count(count)).unwrap_or_default(),
        span: span(lang, over.from, over.to),
    });
    let ledger = work.retention_ledger(&who.actor).await?.into_iter().map(|line| Gone {
        day: lang.date_year(line.day_at.day()),
        class: name(&line.class),
        count: lang.count(line.count),
        span: span(lang, Some(line.from_at), Some(line.to_at)),
        rule: line.rule,
    });
    html(&RetentionPage {
        page: visit.page(crate::t::retention::title(lang)),
        classes: classes.collect(),
        ledger: ledger.collect(),
    })
}

fn span(lang: Lang, from: Option<At>, to: Option<At>) -> String {
    let day = |at: At| lang.date_year(at.day());
    match (from, to) {
        (Some(from), Some(to)) if from.day() == to.day() => day(from),
        (Some(from), Some(to)) => format!("{} – {}", day(from), day(to)),
        _ => String::new(),
    }
}

struct Text {
    purpose: String,
    title: String,
    version: String,
    zh: String,
    en: String,
}

#[derive(Template)]
#[template(path = "privacy/consents.html")]
struct ConsentsPage {
    page: Page,
    texts: Vec<Text>,
    changed: bool,
}

#[derive(Deserialize)]
pub(super) struct Changed {
    #[serde(default)]
    changed: bool,
}

/// `GET /consents`
pub(super) async fn consents(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Query(Changed { changed }): Query<Changed>,
) -> Result<Response, WebError> {
    who.actor.may(Permission::Configure)?;
    let lang = visit.lang;
    let mut rows = work.consent_texts().await?;
    // the notice first, then as they are asked; each purpose's newest version before the older ones
    rows.sort_by_key(|row| PURPOSES.iter().position(|purpose| *purpose == row.purpose));
    let mut texts: Vec<Text> = Vec::new();
    for row in rows {
        if texts.last().is_some_and(|text| text.purpose == row.purpose) {
            continue;
        }
        let hash: String = row.hash.chars().take(12).collect();
        texts.push(Text {
            title: visit.text(&format!("consent.{}", row.purpose), &[]),
            version: crate::t::consent::version(lang, row.version, lang.date_year(row.from_at.day()), hash),
            purpose: row.purpose,
            zh: row.zh,
            en: row.en,
        });
    }
    html(&ConsentsPage { page: visit.page(crate::t::consent::title(lang)), texts, changed })
}

#[derive(Deserialize)]
pub(super) struct NewText {
    purpose: String,
    zh: String,
    en: String,
}

/// `POST /consents`
pub(super) async fn change(
    State(work): State<Casework>,
    who: SignedIn,
    ProtectedForm(new): ProtectedForm<NewText>,
) -> Result<Response, WebError> {
    work.change_text(&who.actor, &new.purpose, &new.zh, &new.en).await?;
    Ok(Redirect::to("/consents?changed=true").into_response())
}
