//! Who comes with a request: the layer that reads the session, and what handlers take.

use crate::{
    OrgState, Session, SessionId, pages,
    sign_in::{self, Half, Held, rules::Wants},
    t,
};
use axum::{
    extract::{FromRef, FromRequestParts, Request, State},
    http::{header, request::Parts},
    middleware::Next,
    response::Response,
};
use linli_authz::Actor;
use linli_base::{At, PersonId, Problem};
use linli_i18n::Lang;
use linli_web::{Visit, WebError, Who};
use std::ops::Deref;

/// The name of the cookie that holds a session's token.
pub const SESSION_COOKIE: &str = "session";

/// The layer: reads the session's cookie and puts the [`Session`] and what the bar shows of it into the request. Laid
/// around all routes whose handlers take [`SignedIn`] or [`MaybeSignedIn`], inside `linli_web::dress`:
/// `axum::middleware::from_fn_with_state(org_state, linli_org::who)`.
///
/// A form that comes with a session that has ended meanwhile is answered with a page to sign in again, which keeps
/// what was typed.
pub async fn who(
    State(org): State<OrgState>,
    mut request: Request,
    next: Next,
) -> Result<Response, WebError> {
    let token = linli_web::cookie(request.headers(), SESSION_COOKIE).map(str::to_owned);
    if let Some(token) = token.filter(|token| !token.is_empty()) {
        match sign_in::held(&org, &token).await? {
            Held::Whole(session) => {
                let lang = request.extensions().get::<Visit>().map_or(Lang::Zh, |visit| visit.lang);
                let now = org.world.now();
                request.extensions_mut().insert(shown(lang, &session, now));
                request.extensions_mut().insert(*session);
            }
            Held::Half(half) => {
                request.extensions_mut().insert(half);
            }
            Held::Gone if pages::keeps(&request) => return pages::kept(&org, request).await,
            Held::Gone => {}
        }
    }
    Ok(next.run(request).await)
}

/// What the bar shows of a session, in the page's language.
fn shown(lang: Lang, session: &Session, now: At) -> Who {
    let pick = |zh: &str, en: Option<&str>| match (lang, en) {
        (Lang::En, Some(en)) => en.to_owned(),
        _ => zh.to_owned(),
    };
    let org = session.actor.hat().map_or_else(String::new, |hat| {
        let org = pick(&hat.org_name, session.org_en.as_deref());
        let title = pick(session.title.as_deref().unwrap_or_default(), session.title_en.as_deref());
        let instead = session.instead_of.as_ref();
        let instead = instead.map(|(name, en)| t::hats::instead(lang, pick(name, en.as_deref())));
        [Some(org), Some(title), instead].into_iter().flatten().collect::<Vec<_>>().join(" ")
    });
    let before = session.before_at.map(|at| t::sessions::before(lang, lang.moment(at, now)));
    Who { name: pick(&session.name, session.name_en.as_deref()), org, before: before.unwrap_or_default() }
}

/// A session that still wants something: for the page that asks for it.
#[derive(Clone, Debug)]
pub struct HalfSignedIn(pub Half);

/// Whoever may set up a second factor or another password: signed in, or half so and asked for just that.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub id: SessionId,
    pub person: PersonId,
    pub name: String,
    pub wants: Option<Wants>,
    /// When who it is was last proven; at once for what is being asked.
    pub session: Option<Session>,
}

impl<S: Sync> FromRequestParts<S> for HalfSignedIn {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        parts.extensions.get::<Half>().cloned().map(HalfSignedIn).ok_or_else(|| Problem::SignIn.into())
    }
}

impl<S: Sync> FromRequestParts<S> for Known {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        if let Some(session) = parts.extensions.get::<Session>().cloned() {
            let name = session.name.clone();
            return Ok(Known {
                id: session.id,
                person: session.person,
                name,
                wants: None,
                session: Some(session),
            });
        }
        let half = parts.extensions.get::<Half>().cloned().filter(|half| half.wants != Wants::Code);
        let half = half.ok_or(Problem::SignIn)?;
        Ok(Known {
            id: half.id,
            person: half.person,
            name: half.name,
            wants: Some(half.wants),
            session: None,
        })
    }
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
