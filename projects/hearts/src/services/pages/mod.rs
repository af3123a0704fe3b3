//! The pages: what residents can have (`/services`), the lists and who vets (`/catalogue`), what one claims
//! (`/claims`). They work without JavaScript.

mod claims;
mod desk;
mod edit;
mod export;
mod form;
mod item;
mod new;
mod panel;
mod places;
mod poster;
mod public;
mod vet;
mod words;

pub(crate) use places::{Street, streets};
pub(crate) use public::query;
pub(crate) use words::Named;

use axum::{Router, extract::FromRef, routing::get, routing::post};
use linli_casework::Casework;
use linli_org::OrgState;

/// What every page uses.
mod prelude {
    pub(super) use super::{
        Answer,
        places::{self, Street},
        words::{self, Named},
    };
    pub(super) use crate::{
        services::{self, Heart, ItemId, Line, Terms, Way, claims},
        t,
    };
    pub(super) use askama::Template;
    pub(super) use axum::{
        extract::{Path, Query, State},
        http::StatusCode,
        response::{IntoResponse, Redirect},
    };
    pub(super) use linli_authz::{Actor, Permission, Scope};
    pub(super) use linli_base::{AreaId, Day, Flaw, Problem, Result};
    pub(super) use linli_i18n::Lang;
    pub(super) use linli_org::{OrgState, SignedIn};
    pub(super) use linli_web::{Flaws, Page, ProtectedForm, RawForm, Visit, html, html_with};
    pub(super) use serde::Deserialize;
}

/// The words of a way.
pub(super) fn way(lang: linli_i18n::Lang, way: super::Way) -> &'static str {
    words::way(lang, way).1
}

/// The words of a heart.
pub(crate) fn heart(lang: linli_i18n::Lang, heart: super::Heart) -> &'static str {
    words::heart(lang, heart).1
}

/// The icon of a heart.
pub(crate) fn heart_icon(heart: super::Heart) -> &'static str {
    words::heart(linli_i18n::Lang::Zh, heart).0
}

/// What a handler answers.
type Answer = Result<axum::response::Response, linli_web::WebError>;

/// All pages of this room. To be laid inside `linli_org::who` and `linli_web::dress`.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    OrgState: FromRef<S>,
    Casework: FromRef<S>,
{
    Router::new()
        .route("/services", get(public::list))
        .route("/services/{id}", get(item::show))
        .route("/poster", get(poster::show))
        .route("/catalogue", get(desk::list))
        .route("/catalogue.csv", get(export::csv))
        .route("/catalogue/new", get(new::form).post(new::add))
        .route("/catalogue/{id}", get(edit::show).post(edit::save))
        .route("/catalogue/{id}/claims/{claim}", post(vet::decide))
        .route("/claims", get(claims::list).post(claims::claim))
        .route("/claims/{id}", get(claims::show).post(claims::save))
}
