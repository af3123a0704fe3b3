use super::{Place, english, places, skills};
use crate::{
    alliances::{self, Alliance, Said},
    asker::verdict,
    reach::placed,
    services::pages::Named,
    t::alliance as words,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use linli_authz::Permission;
use linli_base::{Flaw, OrgId, Problem, Result};
use linli_casework::Casework;
use linli_org::SignedIn;
use linli_web::{Flaws, Page, RawForm, Visit, WebError, html_with};

#[derive(Template)]
#[template(path = "alliances/edit.html")]
struct EditPage {
    page: Page,
    back: String,
    /// Empty for one that is to be founded.
    id: String,
    places: Vec<Place>,
    skills: Vec<(String, Named, bool)>,
    typed: RawForm,
    flaws: Flaws,
}

/// `GET /alliances/new`
pub(super) async fn new(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
) -> Result<Response, WebError> {
    page(&work, &visit, &who, None, RawForm::default(), &[]).await
}

/// `POST /alliances/new`
pub(super) async fn found(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    form: RawForm,
) -> Result<Response, WebError> {
    let area = form.first("area").parse().ok();
    match alliances::found(work.db(), work.world(), &who.actor, area, said(&form)).await {
        Ok(id) => Ok(Redirect::to(&format!("/alliances/{id}")).into_response()),
        Err(Problem::Invalid(flaws)) => page(&work, &visit, &who, None, form, &flaws).await,
        Err(other) => Err(other.into()),
    }
}

/// `GET /alliances/{id}/edit`
pub(super) async fn show(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<OrgId>,
) -> Result<Response, WebError> {
    let one = alliances::own(&mut work.db().read(), &who.actor, id).await?;
    page(&work, &visit, &who, Some(id), typed(one), &[]).await
}

/// `POST /alliances/{id}/edit`
pub(super) async fn save(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<OrgId>,
    form: RawForm,
) -> Result<Response, WebError> {
    match alliances::change(work.db(), work.world(), &who.actor, id, said(&form)).await {
        Ok(()) => Ok(Redirect::to(&format!("/alliances/{id}")).into_response()),
        Err(Problem::Invalid(flaws)) => page(&work, &visit, &who, Some(id), form, &flaws).await,
        Err(other) => Err(other.into()),
    }
}

/// `POST /alliances/{id}/end`, with a reason.
pub(super) async fn end(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<OrgId>,
    form: RawForm,
) -> Result<Response, WebError> {
    let reason = form.first("reason");
    match alliances::end(work.db(), work.world(), &who.actor, id, reason).await {
        Ok(()) => Ok(Redirect::to(&format!("/alliances/{id}")).into_response()),
        Err(Problem::Invalid(flaws)) => {
            let one = alliances::own(&mut work.db().read(), &who.actor, id).await?;
            page(&work, &visit, &who, Some(id), typed(one), &flaws).await
        }
        Err(other) => Err(other.into()),
    }
}

fn said(form: &RawForm) -> Said {
    Said {
        name: form.first("name").to_owned(),
        name_en: english(form, "name_en"),
        about: form.first("about").to_owned(),
        about_en: english(form, "about_en"),
        skills: form.all("skills").to_vec(),
    }
}

/// What stands in the register, as the form sends it.
fn typed(one: Alliance) -> RawForm {
    RawForm::of([
        ("skills", one.skills.split_whitespace().map(str::to_owned).collect()),
        ("name", vec![one.name]),
        ("name_en", one.name_en.into_iter().collect()),
        ("about", vec![one.about]),
        ("about_en", one.about_en.into_iter().collect()),
    ])
}

async fn page(
    work: &Casework,
    visit: &Visit,
    who: &SignedIn,
    id: Option<OrgId>,
    typed: RawForm,
    flaws: &[Flaw],
) -> Result<Response, WebError> {
    let (lang, mut read) = (visit.lang, work.db().read());
    let areas = placed(&mut read, &who.actor.may(Permission::ServicesEdit)?).await?;
    let title = if id.is_some() { words::edit(lang) } else { words::found(lang) };
    let (status, _) = verdict(visit, None, flaws);
    let page = EditPage {
        page: visit.page(title),
        back: id.map_or_else(|| "/alliances".to_owned(), |id| format!("/alliances/{id}")),
        id: id.map(|id| id.to_string()).unwrap_or_default(),
        places: places(lang, &areas, typed.first("area")),
        skills: skills(&mut read, lang, typed.all("skills")).await?,
        typed,
        flaws: visit.flaws(flaws),
    };
    html_with(status, &page)
}
