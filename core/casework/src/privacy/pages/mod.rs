//! The pages about personal data: one's own (by account or by the code of one case), the staff's, what is public.

mod asks;
mod mine;
mod public;
mod staff;

use crate::{Casework, Uploads, asker_of};
use axum::{
    Router,
    extract::{FromRef, FromRequestParts, RawPathParams},
    http::request::Parts,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use linli_authz::Actor;
use linli_base::{CaseId, Problem};
use linli_org::{MaybeSignedIn, OrgState};
use linli_web::{Visit, WebError};

pub(crate) fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Casework: FromRef<S>,
    Uploads: FromRef<S>,
    OrgState: FromRef<S>,
{
    Router::new()
        .route("/me/data", get(mine::show))
        .route("/me/data/take", post(mine::take))
        .route("/me/data/undo/{request}", post(mine::undo))
        .route("/me/data/erase", get(asks::erase_form).post(asks::erase))
        .route("/me/data/ask", get(asks::ask_form).post(asks::ask))
        .route("/my/{number}/data", get(mine::show))
        .route("/my/{number}/data/take", post(mine::take))
        .route("/my/{number}/data/undo/{request}", post(mine::undo))
        .route("/my/{number}/data/erase", get(asks::erase_form).post(asks::erase))
        .route("/my/{number}/data/ask", get(asks::ask_form).post(asks::ask))
        .route("/my/{number}/data/consents", post(mine::consents))
        .route("/my/{number}/data/correct", get(asks::correct_form).post(asks::correct))
        .route("/me/data/close", get(asks::close_form).post(asks::close))
        .route("/data-requests", get(staff::requests))
        .route("/data-requests/{id}", post(staff::answer))
        .route("/looks", get(staff::looks))
        .route("/retention", get(staff::retention))
        .route("/consents", get(staff::consents).post(staff::change))
        .route("/public-review", get(public::waiting))
        .route("/public-review/{id}", get(public::review).post(public::decide))
        .route("/public", get(public::list))
        .route("/public/{number}", get(public::show))
}

/// Whoever visits their own data: an account, or the asker of one case.
struct Mine {
    work: Casework,
    uploads: Uploads,
    org: OrgState,
    visit: Visit,
    actor: Actor,
    /// The case, with its number.
    case: Option<(CaseId, String)>,
    /// Where these pages begin.
    base: String,
}

impl<S> FromRequestParts<S> for Mine
where
    S: Send + Sync,
    Casework: FromRef<S>,
    Uploads: FromRef<S>,
    OrgState: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let visit = Visit::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let MaybeSignedIn(session) =
            MaybeSignedIn::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let params =
            RawPathParams::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let number = params.iter().find(|(name, _)| *name == "number").map(|(_, value)| value.to_owned());
        let (work, org) = (Casework::from_ref(state), OrgState::from_ref(state));
        let own = session.map(|session| match session.actor {
            Actor::Person { id, name, via, .. } => Actor::Person { id, name, hat: None, via },
            other => other,
        });
        let asked = asker_of(&org.site, &parts.headers, visit.now);
        let uploads = Uploads::from_ref(state);
        let Some(number) = number else {
            let actor = own.ok_or_else(|| WebError::from(Problem::SignIn).into_response())?;
            return Ok(Mine { work, uploads, org, visit, actor, case: None, base: "/me/data".to_owned() });
        };
        let elsewhere = || Redirect::to(&format!("/r/{number}")).into_response();
        let failed = |problem: Problem| WebError::from(problem).into_response();
        let Some(id) = work.find(&number).await.map_err(failed)? else { return Err(elsewhere()) };
        let mut theirs = asked == Some(Actor::Asker(id));
        if let (false, Some(own)) = (theirs, &own) {
            theirs = work.own_cases(own).await.map_err(failed)?.iter().any(|case| case.id == id);
        }
        if !theirs {
            return Err(elsewhere());
        }
        let base = format!("/my/{number}/data");
        Ok(Mine { work, uploads, org, visit, actor: Actor::Asker(id), case: Some((id, number)), base })
    }
}
