//! The pages: signing in, hats, sessions, areas, orgs, people. Each handler asks the actor for the permission that
//! its page needs; only `OrgEdit` changes anything but one's own.

mod areas;
mod audit;
mod guard;
mod hats;
mod lending;
mod orgs;
mod people;
mod people_forms;
mod second;
mod sessions;
mod sign_in;
mod views;

pub(crate) use sign_in::{keeps, kept};

use crate::OrgState;
use axum::{
    Router,
    extract::FromRef,
    http::header,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};

/// What every page uses.
mod prelude {
    pub(super) use super::{Answer, download};
    pub(super) use crate::{OrgState, SignedIn, audit, t};
    pub(super) use askama::Template;
    pub(super) use axum::{
        extract::{Path, Query, State},
        http::StatusCode,
        response::{IntoResponse, Redirect, Response},
    };
    pub(super) use linli_i18n::Lang;
    pub(super) use linli_web::{Page, ProtectedForm, Visit, html, html_with};
    pub(super) use serde::Deserialize;
}

/// linli-web's cookie of the browser, which its form tokens hang on: dropped at signing in and out.
const VISITOR_COOKIE: &str = "v";

/// What a handler answers.
type Answer = Result<Response, linli_web::WebError>;

/// All pages of this crate. To be laid inside [`crate::who`] and `linli_web::dress`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S>
where
    OrgState: FromRef<S>,
{
    Router::new()
        .route("/sign-in", get(sign_in::form).post(sign_in::with_password))
        .route("/sign-in/code", post(sign_in::send_code))
        .route("/sign-in/code/check", post(sign_in::with_code))
        .route("/sign-in/second", get(second::ask).post(second::check))
        .route("/prove", get(second::ask_proof).post(second::prove))
        .route("/sign-out", post(sessions::sign_out))
        .route("/hats", get(hats::list).post(hats::wear))
        .route("/hat", get(async || Redirect::permanent("/hats")))
        .route("/sessions", get(async || Redirect::permanent("/me/sessions")))
        .route("/me/sessions", get(sessions::list))
        .route("/me/sessions/end-others", post(sessions::end_others))
        .route("/me/sessions/{id}/end", post(sessions::end))
        .route("/me/password", get(sessions::password).post(sessions::set_password))
        .route("/me/second-factor", get(second::show).post(second::start))
        .route("/me/second-factor/confirm", post(second::confirm))
        .route("/me/second-factor/codes", post(second::renew))
        .route("/me/second-factor/remove", post(second::remove))
        .route("/me/lending", get(lending::show).post(lending::lend))
        .route("/me/lending/{id}/agree", post(lending::agree))
        .route("/me/lending/{id}/end", post(lending::end))
        .route("/me/tokens/{id}/revoke", post(sessions::revoke))
        .route("/areas", get(areas::list))
        .route("/areas.csv", get(areas::export))
        .route("/areas/{id}", get(areas::show))
        .route("/orgs", get(orgs::list))
        .route("/orgs.csv", get(orgs::export))
        .route("/orgs/{id}", get(orgs::show))
        .route("/orgs/{id}/people/new", get(people_forms::new).post(people_forms::create))
        .route("/people/{id}", get(people::show))
        .route("/people/{id}/edit", get(people_forms::edit).post(people_forms::save))
        .route("/people/{id}/posts/new", get(people_forms::new_post).post(people_forms::add_post))
        .route("/posts/{id}/end", get(people::ask_end).post(people::end))
        .route("/people/{id}/account", get(guard::account).post(guard::help))
        .route("/posts/{id}/reopen", post(people::reopen))
        .route("/posts/{id}/roles", get(guard::roles).post(guard::set_roles))
        .route("/security", get(guard::show).post(guard::set))
        .route("/audit", get(audit::show))
        .route("/audit.csv", get(audit::export))
        .route("/audit/verify", post(audit::verify))
}

/// A list as a file.
fn download(name: &'static str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, text).into_response()
}
