use crate::{
    alliances::pages::{Place, english, places, skills},
    asker::verdict,
    programmes::{self, New, Programme, Said},
    services::pages::Named,
    t::programme as words,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use linli_base::{Day, Flaw, OrgId, Problem, Result};
use linli_casework::Casework;
use linli_org::SignedIn;
use linli_web::{Flaws, Page, RawForm, Visit, WebError, html_with};
use uuid::Uuid;

#[derive(Template)]
#[template(path = "alliances/programme_edit.html")]
struct EditPage {
    page: Page,
    back: String,
    /// Empty for one that is to be made.
    id: String,
    orgs: Vec<(String, Named, bool)>,
    places: Vec<Place>,
    skills: Vec<(String, Named, bool)>,
    typed: RawForm,
    flaws: Flaws,
}

/// `GET /programmes/new`
pub(super) async fn new(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
) -> Result<Response, WebError> {
    let form = RawForm::of([("from_day", vec![visit.now.day().to_string()])]);
    page(&work, &visit, &who, None, form, &[]).await
}

/// `POST /programmes/new`
pub(super) async fn make(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    form: RawForm,
) -> Result<Response, WebError> {
    let new = said(&form).map(|said| New {
        org: form.first("org").parse::<OrgId>().ok(),
        area: form.first("area").parse().ok(),
        said,
    });
    let made = match new {
        Ok(new) => programmes::make(work.db(), work.world(), &who.actor, new).await,
        Err(flaw) => Err(flaw.into()),
    };
    match made {
        Ok(id) => Ok(Redirect::to(&format!("/programmes/{id}")).into_response()),
        Err(Problem::Invalid(flaws)) => page(&work, &visit, &who, None, form, &flaws).await,
        Err(other) => Err(other.into()),
    }
}

/// `GET /programmes/{id}/edit`
pub(super) async fn show(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<Uuid>,
) -> Result<Response, WebError> {
    let one = programmes::run(&mut work.db().read(), &who.actor, id, visit.now).await?;
    page(&work, &visit, &who, Some(id), typed(one), &[]).await
}

/// `POST /programmes/{id}/edit`
pub(super) async fn save(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<Uuid>,
    form: RawForm,
) -> Result<Response, WebError> {
    programmes::run(&mut work.db().read(), &who.actor, id, visit.now).await?;
    let changed = match said(&form) {
        Ok(said) => programmes::change(work.db(), work.world(), &who.actor, id, said).await,
        Err(flaw) => Err(flaw.into()),
    };
    match changed {
        Ok(()) => Ok(Redirect::to(&format!("/programmes/{id}")).into_response()),
        Err(Problem::Invalid(flaws)) => page(&work, &visit, &who, Some(id), form, &flaws).await,
        Err(other) => Err(other.into()),
    }
}

/// `POST /programmes/{id}/end`, with a reason.
pub(super) async fn end(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<Uuid>,
    form: RawForm,
) -> Result<Response, WebError> {
    match programmes::end(work.db(), work.world(), &who.actor, id, form.first("reason")).await {
        Ok(()) => Ok(Redirect::to(&format!("/programmes/{id}")).into_response()),
        Err(Problem::Invalid(flaws)) => {
            let one = programmes::run(&mut work.db().read(), &who.actor, id, visit.now).await?;
            page(&work, &visit, &who, Some(id), typed(one), &flaws).await
        }
        Err(other) => Err(other.into()),
    }
}

fn day(form: &RawForm, field: &str) -> Result<Option<Day>, Flaw> {
    let text = form.first(field);
    let day = Day::parse(text);
    if day.is_none() && !text.is_empty() { Err(Flaw::new(field, "not_a_date")) } else { Ok(day) }
}

fn said(form: &RawForm) -> Result<Said, Flaw> {
    Ok(Said {
        title: form.first("title").to_owned(),
        title_en: english(form, "title_en"),
        about: form.first("about").to_owned(),
        about_en: english(form, "about_en"),
        skill: english(form, "skill"),
        from: day(form, "from_day")?.ok_or_else(|| Flaw::new("from_day", "missing"))?,
        to: day(form, "to_day")?,
    })
}

/// What stands there, as the form sends it.
fn typed(one: Programme) -> RawForm {
    RawForm::of([
        ("title", vec![one.title]),
        ("title_en", one.title_en.into_iter().collect()),
        ("about", vec![one.about]),
        ("about_en", one.about_en.into_iter().collect()),
        ("skill", one.skill.into_iter().collect()),
        ("from_day", vec![one.from_day.to_string()]),
        ("to_day", one.to_day.iter().map(ToString::to_string).collect()),
    ])
}

async fn page(
    work: &Casework,
    visit: &Visit,
    who: &SignedIn,
    id: Option<Uuid>,
    typed: RawForm,
    flaws: &[Flaw],
) -> Result<Response, WebError> {
    let (lang, mut read) = (visit.lang, work.db().read());
    let orgs = programmes::orgs(&mut read, &who.actor).await?;
    let org = |(id, name, en): &(OrgId, String, Option<String>)| {
        (id.to_string(), Named::new(lang, name, en.as_deref()), typed.first("org") == id.to_string())
    };
    let areas = programmes::places(&mut read, &who.actor).await?;
    let chosen: Vec<String> = english(&typed, "skill").into_iter().collect();
    let (status, _) = verdict(visit, None, flaws);
    let page = EditPage {
        page: visit.page(if id.is_some() { words::edit(lang) } else { words::make(lang) }),
        back: id.map_or_else(|| "/programmes".to_owned(), |id| format!("/programmes/{id}")),
        id: id.map(|id| id.to_string()).unwrap_or_default(),
        orgs: orgs.iter().map(org).collect(),
        places: places(lang, &areas, typed.first("area")),
        skills: skills(&mut read, lang, &chosen).await?,
        typed,
        flaws: visit.flaws(flaws),
    };
    html_with(status, &page)
}
