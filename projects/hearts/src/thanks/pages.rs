//! `/thanks`: whom the communities thank, where they asked for it; and asking for it, and taking it back.

use super::{Thanked, Thanks, agree, list, take_back};
use crate::{
    reach::narrowed,
    services::pages::{Named, Street, streets},
    t::thanks as words,
};
use askama::Template;
use axum::{
    Router,
    extract::{FromRef, Query},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use linli_base::{Problem, Result};
use linli_casework::{Casework, Uploads, Visitor};
use linli_i18n::Lang;
use linli_web::{Page, RawForm, Site, WebError, html};
use serde::Deserialize;

/// `/thanks`, and what a volunteer says of it. To be laid inside `linli_org::who` and `linli_web::dress`.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Site: FromRef<S>,
    Casework: FromRef<S>,
    Uploads: FromRef<S>,
{
    Router::new()
        .route("/thanks", get(show))
        .route("/help/thanks", post(say))
        .route("/help/thanks/back", post(back))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default, rename = "in")]
    place: String,
}

/// A community with whom it thanks: name, and the stars in words, empty for none.
struct Section {
    name: Named,
    people: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "alliances/thanks.html")]
struct ThanksPage {
    page: Page,
    chosen: String,
    streets: Vec<Street>,
    sections: Vec<Section>,
}

/// Stars in words; empty for none.
pub(crate) fn stars(lang: Lang, stars: usize) -> String {
    if stars == 0 { String::new() } else { words::stars(lang, stars) }
}

/// `GET /thanks`
async fn show(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, WebError> {
    let (lang, mut read) = (visitor.visit.lang, visitor.work.db().read());
    let (_, community) = narrowed(&mut read, &asked.place).await?;
    let section = |one: Thanks| Section {
        name: Named::new(lang, &one.community.0, one.community.1.as_deref()),
        people: one.people.into_iter().map(|who: Thanked| (who.name, stars(lang, who.stars))).collect(),
    };
    html(&ThanksPage {
        page: visitor.visit.page(words::title(lang)),
        sections: list(&mut read, lang, community).await?.into_iter().map(section).collect(),
        streets: streets(&mut read, lang).await?,
        chosen: asked.place,
    })
}

/// `POST /help/thanks`: in full, or as 王**.
async fn say(visitor: Visitor, form: RawForm) -> Result<Response, WebError> {
    let actor = visitor.own.clone().ok_or(Problem::SignIn)?;
    agree(visitor.work.db(), visitor.work.world(), &actor, form.first("name") != "full").await?;
    Ok(Redirect::to("/help/hours#thanks").into_response())
}

/// `POST /help/thanks/back`
async fn back(visitor: Visitor, _: RawForm) -> Result<Response, WebError> {
    let actor = visitor.own.clone().ok_or(Problem::SignIn)?;
    take_back(visitor.work.db(), &actor).await?;
    Ok(Redirect::to("/help/hours#thanks").into_response())
}
