//! Who comes with a request: the layer that reads the session, and what handlers take.

use crate::{OrgState, Session, sign_in};
use axum::{
    extract::{FromRef, FromRequestParts, Request, State},
    http::{header, request::Parts},
    middleware::Next,
    response::Response,
};
use linli_authz::Actor;
use linli_base::Problem;
use linli_web::{WebError, Who};
use std::ops::Deref;

/// The name of the cookie that holds a session's token.
pub const SESSION_COOKIE: &str = "session";

/// The layer: reads the session's cookie and puts the [`Session`] and what the bar shows of it into the request. Laid
/// around all routes whose handlers take [`SignedIn`] or [`MaybeSignedIn`], inside `linli_web::dress`:
/// `axum::middleware::from_fn_with_state(org_state, linli_org::who)`.
pub async fn who(
    State(org): State<OrgState>,
    mut request: Request,
    next: Next,
) -> Result<Response, WebError> {
    let token = linli_web::cookie(request.headers(), SESSION_COOKIE).map(str::to_owned);
    if let Some(token) = token.filter(|token| !token.is_empty())
        && let Some(session) = sign_in::session_of(&org, &token).await?
    {
        let place = session.actor.hat().map(|hat| {
            let title = session.title.as_deref().unwrap_or_default();
            format!("{} {title}", hat.org_name)
        });
        let who = Who { name: session.name.clone(), org: place.unwrap_or_default() };
        request.extensions_mut().insert(who);
        request.extensions_mut().insert(session);
    }
    Ok(next.run(request).await)
}

/// A page's signed-in person. Without one the visitor is led to signing in and back.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Session);

/// A page's person, where they are signed in.
#[derive(Clone, Debug)]
pub struct MaybeSignedIn(pub Option<Session>);

/// An API call's actor, by `Authorization: Bearer`. Without a token that holds: 401.
#[derive(Clone, Debug)]
pub struct Bearer(pub Actor);

impl Deref for SignedIn {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.0
    }
}

impl MaybeSignedIn {
    /// Whoever acts: a stranger where nobody is signed in.
    pub fn actor(&self) -> Actor {
        self.0.as_ref().map_or(Actor::Stranger, |session| session.actor.clone())
    }
}

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        parts.extensions.get::<Session>().cloned().map(SignedIn).ok_or_else(|| Problem::SignIn.into())
    }
}

impl<S: Sync> FromRequestParts<S> for MaybeSignedIn {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        Ok(MaybeSignedIn(parts.extensions.get::<Session>().cloned()))
    }
}

impl<S: Sync> FromRequestParts<S> for Bearer
where
    OrgState: FromRef<S>,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebError> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token =
            header.and_then(|value| value.strip_prefix("Bearer ")).map(|token| token.trim().to_owned());
        let org = OrgState::from_ref(state);
        let actor = match token {
            Some(token) => sign_in::who_bears(&org, &token).await?,
            None => None,
        };
        actor.map(Bearer).ok_or_else(|| Problem::SignIn.into())
    }
}
