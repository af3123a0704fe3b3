//! A person's own sign-ins, password and tokens.

use super::{VISITOR_COOKIE, prelude::*};
use crate::{ApiTokenId, SESSION_COOKIE, SessionId, people, sign_in, web::Known};
use axum::response::AppendHeaders;
use linli_authz::{Actor, Via};
use linli_base::Problem;

#[derive(Template)]
#[template(path = "org/sessions.html")]
struct SessionsPage {
    page: Page,
    lang: Lang,
    sessions: Vec<SessionLine>,
    tokens: Vec<TokenLine>,
    /// How the second factor stands, in words.
    second: String,
    lead: String,
}

#[derive(Template)]
#[template(path = "org/password.html")]
struct PasswordPage {
    page: Page,
    lang: Lang,
    must: bool,
    password_flaw: Option<String>,
}

struct SessionLine {
    id: SessionId,
    agent: String,
    seen: String,
    since: String,
    address: Option<String>,
    this: bool,
}

struct TokenLine {
    id: ApiTokenId,
    name: String,
    until: String,
}

/// A new password.
#[derive(Deserialize)]
pub(super) struct NewPassword {
    #[serde(default)]
    password: String,
}

/// Nothing but the form's token.
#[derive(Deserialize)]
pub(super) struct Nothing {}

/// `GET /me/sessions`
pub(super) async fn list(State(org): State<OrgState>, visit: Visit, who: SignedIn) -> Answer {
    html(&page(&org, &visit, &who).await?)
}

async fn page(org: &OrgState, visit: &Visit, who: &SignedIn) -> Result<SessionsPage, Problem> {
    let (lang, now) = (visit.lang, visit.now);
    let line = |row: sign_in::SessionRow| SessionLine {
        id: row.id,
        agent: row.agent.as_deref().and_then(browser).unwrap_or(t::sessions::unknown(lang).to_owned()),
        seen: t::sessions::seen(lang, lang.moment(row.seen_at, now)),
        since: t::sessions::since(lang, lang.moment(row.created_at, now)),
        address: row.address.filter(|address| address != "unknown"),
        this: row.id == who.id,
    };
    let token = |row: sign_in::TokenRow| TokenLine {
        id: row.id,
        name: row.name,
        until: t::sessions::token_until(lang, lang.date_year(row.ends_at.day())),
    };
    let sessions = sign_in::sessions(org, who.person).await?.into_iter().map(line).collect();
    let tokens = sign_in::tokens(org, who.person).await?.into_iter().map(token).collect();
    let second = sign_in::second(org, who.person).await?;
    let second = match second.and_then(|second| second.since.map(|since| (since, second.codes_left))) {
        Some((since, left)) => t::second::since(lang, lang.date_year(since.day()), left),
        None => t::second::none(lang).to_owned(),
    };
    let minutes = who.idle_ms / 60_000;
    let lead = t::sessions::lead(lang, minutes);
    Ok(SessionsPage { page: visit.page(t::sessions::title(lang)), lang, sessions, tokens, second, lead })
}

/// The browser and the system that its own words name, as people call them.
fn browser(agent: &str) -> Option<String> {
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser = named(&[
        ("MicroMessenger", "微信"),
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ])?;
    let system = named(&[
        ("HarmonyOS", "HarmonyOS"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]);
    Some(system.map_or_else(|| browser.to_owned(), |system| format!("{browser}, {system}")))
}

/// `POST /me/sessions/{id}/end`
pub(super) async fn end(
    State(org): State<OrgState>,
    who: SignedIn,
    Path(id): Path<SessionId>,
    ProtectedForm(Nothing {}): ProtectedForm<Nothing>,
) -> Answer {
    sign_in::end_session(&org, who.person, id).await?;
    Ok(Redirect::to("/me/sessions").into_response())
}

/// `POST /me/sessions/end-others`
pub(super) async fn end_others(
    State(org): State<OrgState>,
    who: SignedIn,
    ProtectedForm(Nothing {}): ProtectedForm<Nothing>,
) -> Answer {
    sign_in::end_other_sessions(&org, who.person, who.id).await?;
    Ok(Redirect::to("/me/sessions").into_response())
}

/// `POST /sign-out`
pub(super) async fn sign_out(
    State(org): State<OrgState>,
    who: SignedIn,
    ProtectedForm(Nothing {}): ProtectedForm<Nothing>,
) -> Answer {
    sign_in::sign_out(&org, who.person, who.id).await?;
    Ok(gone(&org))
}

/// Without the session, and with a new visitor, so that no form's token from before is of use.
pub(super) fn gone(org: &OrgState) -> Response {
    let dropped = [SESSION_COOKIE, VISITOR_COOKIE].map(|name| org.site.set_cookie(name, "", Some(0)));
    (AppendHeaders(dropped), Redirect::to("/sign-in")).into_response()
}

/// `GET /me/password`: another password, where one has to be set before anything else.
pub(super) async fn password(visit: Visit, who: Known) -> Answer {
    html(&password_page(&visit, who.wants.is_some(), None))
}

fn password_page(visit: &Visit, must: bool, password_flaw: Option<String>) -> PasswordPage {
    PasswordPage { page: visit.page(t::password::title(visit.lang)), lang: visit.lang, must, password_flaw }
}

/// `POST /me/password`: all sessions end, this one too.
pub(super) async fn set_password(
    State(org): State<OrgState>,
    visit: Visit,
    who: Known,
    ProtectedForm(new): ProtectedForm<NewPassword>,
) -> Answer {
    let me = Actor::Person { id: who.person, name: who.name.clone(), hat: None, via: Via::Web };
    match people::set_password(&org, &me, who.person, new.password).await {
        Ok(()) => Ok(gone(&org)),
        Err(Problem::Invalid(flaws)) => {
            let flaw = visit.flaws(&flaws).of("password").map(str::to_owned);
            let again = password_page(&visit, who.wants.is_some(), flaw);
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// `POST /me/tokens/{id}/revoke`
pub(super) async fn revoke(
    State(org): State<OrgState>,
    who: SignedIn,
    Path(id): Path<ApiTokenId>,
    ProtectedForm(Nothing {}): ProtectedForm<Nothing>,
) -> Answer {
    sign_in::revoke_token(&org, &who.actor, who.person, id).await?;
    Ok(Redirect::to("/me/sessions").into_response())
}
