//! Signing in: phone and password, or a code.

use super::{VISITOR_COOKIE, prelude::*};
use crate::{Came, NewSession, SESSION_COOKIE, sign_in, sign_in::rules};
use axum::{
    http::{HeaderMap, header},
    response::AppendHeaders,
};
use linli_base::{Flaw, Phone, Problem};
use linli_web::{Limit, is_own_path};

/// Tries from one address, right or wrong: a community's whole office may share one.
const TRIES: Limit = Limit { kind: "sign_in", burst: 60, every_ms: 10_000 };

#[derive(Template)]
#[template(path = "org/sign_in.html")]
struct SignInPage {
    page: Page,
    lang: Lang,
    back: String,
    phone: String,
    phone_flaw: Option<String>,
    trouble: Option<String>,
}

#[derive(Template)]
#[template(path = "org/sign_in_code.html")]
struct CodePage {
    page: Page,
    lang: Lang,
    back: String,
    phone: String,
    masked: String,
    trouble: Option<String>,
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub(super) struct To {
    #[serde(default)]
    back: String,
}

/// What is typed on either page.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    back: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
}

fn came(visit: &Visit, agent: Option<&str>) -> Came {
    let agent = agent.map(|agent| agent.chars().take(200).collect());
    Came { address: Some(visit.address.to_string()), agent }
}

/// The browser's own words.
fn agent(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::USER_AGENT)?.to_str().ok()
}

/// The words of a refusal; any other problem goes on as it is.
fn words(visit: &Visit, problem: Problem) -> Result<String, Problem> {
    match problem {
        Problem::Refused(refusal) => Ok(visit.text(&format!("refusal.{}", refusal.code), &refusal.args)),
        other => Err(other),
    }
}

/// `GET /sign-in`
pub(super) async fn form(visit: Visit, Query(To { back }): Query<To>) -> Answer {
    let (page, lang) = (visit.page(t::sign_in::title(visit.lang)), visit.lang);
    let empty = SignInPage { page, lang, back, phone: String::new(), phone_flaw: None, trouble: None };
    html(&empty)
}

fn wrong_phone(visit: &Visit, typed: Typed, flaw: Flaw) -> Answer {
    let phone_flaw = visit.flaws(&[flaw]).of("phone").map(str::to_owned);
    let (page, lang) = (visit.page(t::sign_in::title(visit.lang)), visit.lang);
    let again = SignInPage { page, lang, back: typed.back, phone: typed.phone, phone_flaw, trouble: None };
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
}

/// `POST /sign-in`
pub(super) async fn with_password(
    State(org): State<OrgState>,
    visit: Visit,
    headers: HeaderMap,
    ProtectedForm(typed): ProtectedForm<Typed>,
) -> Answer {
    org.site.throttle.check(&TRIES, &visit.address, visit.now)?;
    let phone = match Phone::parse("phone", &typed.phone) {
        Ok(phone) => phone,
        Err(flaw) => return wrong_phone(&visit, typed, flaw),
    };
    let came = came(&visit, agent(&headers));
    match sign_in::with_password(&org, &phone, typed.password.clone(), came).await {
        Ok(session) => Ok(begun(&org, &session, &typed.back)),
        Err(problem) => {
            let page = visit.page(t::sign_in::title(visit.lang));
            let trouble = Some(words(&visit, problem)?);
            let (lang, back, phone) = (visit.lang, typed.back, typed.phone);
            let again = SignInPage { page, lang, back, phone, phone_flaw: None, trouble };
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
    }
}

/// `POST /sign-in/code`: sends one and asks for it.
pub(super) async fn send_code(
    State(org): State<OrgState>,
    visit: Visit,
    headers: HeaderMap,
    ProtectedForm(typed): ProtectedForm<Typed>,
) -> Answer {
    let phone = match Phone::parse("phone", &typed.phone) {
        Ok(phone) => phone,
        Err(flaw) => return wrong_phone(&visit, typed, flaw),
    };
    let (came, lang) = (came(&visit, agent(&headers)), visit.lang);
    sign_in::send_code(&org, &phone, &came, |code| t::sign_in::sms(lang, code)).await?;
    html(&code_page(&visit, typed.back, &phone, None))
}

fn code_page(visit: &Visit, back: String, phone: &Phone, trouble: Option<String>) -> CodePage {
    let (page, lang) = (visit.page(t::sign_in::title(visit.lang)), visit.lang);
    CodePage { page, lang, back, phone: phone.digits().to_owned(), masked: phone.masked(), trouble }
}

/// `POST /sign-in/code/check`
pub(super) async fn with_code(
    State(org): State<OrgState>,
    visit: Visit,
    headers: HeaderMap,
    ProtectedForm(typed): ProtectedForm<Typed>,
) -> Answer {
    let phone = match Phone::parse("phone", &typed.phone) {
        Ok(phone) => phone,
        Err(flaw) => return wrong_phone(&visit, typed, flaw),
    };
    let signed_in = match rules::parse_code(&typed.code) {
        Ok(code) => sign_in::with_code(&org, &phone, &code, came(&visit, agent(&headers))).await,
        Err(flaw) => Err(flaw.into()),
    };
    let trouble = match signed_in {
        Ok(session) => return Ok(begun(&org, &session, &typed.back)),
        Err(Problem::Invalid(flaws)) => visit.flaws(&flaws).of("code").map(str::to_owned),
        Err(problem) => Some(words(&visit, problem)?),
    };
    let again = code_page(&visit, typed.back, &phone, trouble);
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
}

/// The cookie, and on to where they were going: by way of the hats where there is not just one.
fn begun(org: &OrgState, session: &NewSession, back: &str) -> Response {
    let wanted = if is_own_path(back) && back != "/" { back } else { "/desk" };
    let on = match session.hat {
        Some(_) => wanted.to_owned(),
        None => format!("/hats?back={}", wanted.replace('%', "%25").replace('&', "%26").replace('#', "%23")),
    };
    let session = org.site.set_cookie(SESSION_COOKIE, &session.token, Some(rules::SESSION_MS / 1000));
    let visitor = org.site.set_cookie(VISITOR_COOKIE, "", Some(0));
    (AppendHeaders([session, visitor]), Redirect::to(&on)).into_response()
}
