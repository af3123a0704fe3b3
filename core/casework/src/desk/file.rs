//! Filing on someone's behalf: what came by phone, at the counter or on patrol.

use super::field::{Choice, Group, grids};
use crate::{Casework, NewCase, Uploads, t::file as words};
use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use linli_authz::{Actor, Permission, Reach};
use linli_base::{AreaId, FileId, Flaw, Phone, Problem, Result};
use linli_org::{OrgState, SignedIn};
use linli_web::{Flaws, Page, ProtectedMultipart, RawForm, Visit, WebError, html_with};
use uuid::Uuid;

/// The procedure that a request follows, and its first step.
const REQUEST: (&str, &str) = ("request", "say");
/// How it may have come.
const SOURCES: [&str; 3] = ["phone", "window", "patrol"];
/// The most characters of each field.
const LENGTHS: [(&str, usize); 4] = [("title", 60), ("body", 2000), ("place", 100), ("name", 30)];

#[derive(Template)]
#[template(path = "desk/file.html")]
struct FilePage {
    page: Page,
    /// Made once for each form, so that sending it twice files one.
    client_id: String,
    title: String,
    body: String,
    place: String,
    phone: String,
    called: String,
    confidential: bool,
    sources: Vec<Choice>,
    areas: Vec<Group>,
    flaws: Flaws,
}

/// `GET /file`
pub(super) async fn show(
    State(work): State<Casework>,
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
) -> Result<Response, WebError> {
    page(&work, &org, &visit, &who.actor, &RawForm::default(), &[]).await
}

async fn page(
    work: &Casework,
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    typed: &RawForm,
    flaws: &[Flaw],
) -> Result<Response, WebError> {
    actor.may(Permission::CaseFile)?;
    let area =
        |id: &str, label: String| Choice { value: id.to_owned(), label, on: typed.first("area") == id };
    let source = |name: &str| Choice {
        value: name.to_owned(),
        label: visit.words.label(visit.lang, &format!("source.{name}")),
        on: typed.first("source") == name,
    };
    let client_id = match typed.first("client_id") {
        "" => work.world().ids.uuid(visit.now).to_string(),
        kept => kept.to_owned(),
    };
    let status = if flaws.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let text = |field: &str| typed.first(field).to_owned();
    html_with(
        status,
        &FilePage {
            page: visit.page(words::title(visit.lang)),
            client_id,
            title: text("title"),
            body: text("body"),
            place: text("place"),
            phone: text("phone"),
            called: text("name"),
            confidential: !typed.first("confidential").is_empty(),
            sources: SOURCES.iter().map(|name| source(name)).collect(),
            areas: grids(org, visit, actor, None, &area).await?,
            flaws: visit.flaws(flaws),
        },
    )
}

/// `POST /file`: opens the case and leads to it.
pub(super) async fn take(
    State(work): State<Casework>,
    State(org): State<OrgState>,
    State(uploads): State<Uploads>,
    visit: Visit,
    who: SignedIn,
    form: ProtectedMultipart,
) -> Result<Response, WebError> {
    let scope = who.actor.may(Permission::CaseFile)?;
    let mut new = match read(&form.fields) {
        Ok(new) => new,
        Err(flaws) => return page(&work, &org, &visit, &who.actor, &form.fields, &flaws).await,
    };
    if let Some(area) = new.area
        && !within(&org, scope.reaches(), area).await?
    {
        let flaw = Flaw::new("area", "not_a_choice");
        return page(&work, &org, &visit, &who.actor, &form.fields, &[flaw]).await;
    }
    for upload in form.files {
        match uploads.take("pictures", upload.bytes).await {
            Ok(file) => new.pictures.push(file),
            Err(Problem::Invalid(flaws)) => {
                return page(&work, &org, &visit, &who.actor, &form.fields, &flaws).await;
            }
            Err(other) => return Err(other.into()),
        }
    }
    let (procedure, step) = REQUEST;
    let opened = work.open(who.actor.clone(), procedure, step, new).await?;
    Ok(Redirect::to(&format!("/cases/{}?done={step}", opened.id)).into_response())
}

/// Whether an area lies within one of these reaches.
async fn within(org: &OrgState, reaches: &[Reach], area: AreaId) -> Result<bool> {
    let scope = linli_authz::Scope::system("where a case is filed");
    let path = linli_org::areas::path(&mut org.db.read(), &scope, area).await?;
    Ok(reaches.iter().any(|reach| match reach {
        Reach::City => true,
        Reach::Area(_, own) => path.iter().any(|area| area.id == *own),
        Reach::Assigned(_) | Reach::Own(_) | Reach::Taken(_) | Reach::ByCode(_) => false,
    }))
}

/// The form as a case to open. Flaws: `missing`, `too_long` (`max`, `now`), `not_a_choice`, `phone_*`.
fn read(form: &RawForm) -> Result<NewCase, Vec<Flaw>> {
    let mut flaws = Vec::new();
    for (field, max) in LENGTHS {
        let now = form.first(field).chars().count();
        if now > max {
            flaws.push(Flaw::new(field, "too_long").with("max", max).with("now", now));
        } else if now == 0 && field != "name" && field != "place" {
            flaws.push(Flaw::new(field, "missing"));
        }
    }
    let source = form.first("source");
    if !SOURCES.contains(&source) {
        flaws.push(Flaw::new("source", if source.is_empty() { "missing" } else { "not_a_choice" }));
    }
    let area = form.first("area");
    let area_id: Option<AreaId> = area.parse().ok();
    if area_id.is_none() && !area.is_empty() {
        flaws.push(Flaw::new("area", "not_a_choice"));
    }
    if area.is_empty() && form.first("place").is_empty() {
        flaws.push(Flaw::new("place", "missing"));
    }
    let phone = match form.first("phone") {
        "" => None,
        typed => Phone::parse("phone", typed).map_err(|flaw| flaws.push(flaw)).ok(),
    };
    if !flaws.is_empty() {
        return Err(flaws);
    }
    let text = |field: &str| form.first(field).to_owned();
    Ok(NewCase {
        client_id: Uuid::parse_str(form.first("client_id")).ok(),
        title: text("title"),
        body: text("body"),
        place: text("place"),
        phone,
        name: Some(text("name")).filter(|name| !name.is_empty()),
        source: source.to_owned(),
        confidential: !form.first("confidential").is_empty(),
        area: area_id,
        pictures: Vec::<FileId>::new(),
        ..NewCase::default()
    })
}
