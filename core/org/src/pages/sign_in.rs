//! Signing in: phone and password, or a code.

use super::{VISITOR_COOKIE, prelude::*};
use crate::{
    Came, NewSession, SESSION_COOKIE,
    sign_in::{
        self, Half,
        rules::{self, Wants},
    },
};
use axum::{
    Extension,
    extract::{FromRequest, Request},
    http::{HeaderMap, Method, header},
    response::AppendHeaders,
};
use linli_authz::{Hat, Role};
use linli_base::{Flaw, Phone, Problem};
use linli_web::{Limit, RawForm, encode, is_own_path};

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
    /// What was typed into another form before the session ended.
    kept: String,
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
    kept: String,
}

/// The form that was being sent when the session ended, ready to be sent.
#[derive(Template)]
#[template(path = "org/kept.html")]
struct KeptPage {
    page: Page,
    lang: Lang,
    to: String,
    fields: Vec<(String, String)>,
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
    #[serde(default)]
    kept: String,
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
pub(super) fn words(visit: &Visit, problem: Problem) -> Result<String, Problem> {
    match problem {
        Problem::Refused(refusal) => Ok(visit.text(&format!("refusal.{}", refusal.code), &refusal.args)),
        other => Err(other),
    }
}

/// `GET /sign-in`
pub(super) async fn form(
    visit: Visit,
    half: Option<Extension<Half>>,
    Query(To { back }): Query<To>,
) -> Answer {
    if let Some(Extension(half)) = half {
        return Ok(Redirect::to(&wanted(half.wants, &back)).into_response());
    }
    let (page, lang) = (visit.page(t::sign_in::title(visit.lang)), visit.lang);
    let empty = SignInPage {
        page,
        lang,
        back,
        phone: String::new(),
        phone_flaw: None,
        trouble: None,
        kept: String::new(),
    };
    html(&empty)
}

fn wrong_phone(visit: &Visit, typed: Typed, flaw: Flaw) -> Answer {
    let phone_flaw = visit.flaws(&[flaw]).of("phone").map(str::to_owned);
    let (page, lang) = (visit.page(t::sign_in::title(visit.lang)), visit.lang);
    let (back, phone, kept) = (typed.back, typed.phone, typed.kept);
    let again = SignInPage { page, lang, back, phone, phone_flaw, trouble: None, kept };
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
        Ok(session) => begun(&org, &visit, &session, &typed.back, &typed.kept),
        Err(problem) => {
            let page = visit.page(t::sign_in::title(visit.lang));
            let trouble = Some(words(&visit, problem)?);
            let (lang, back, phone, kept) = (visit.lang, typed.back, typed.phone, typed.kept);
            let again = SignInPage { page, lang, back, phone, phone_flaw: None, trouble, kept };
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
    html(&code_page(&visit, typed, &phone, None))
}

fn code_page(visit: &Visit, typed: Typed, phone: &Phone, trouble: Option<String>) -> CodePage {
    let (page, lang) = (visit.page(t::sign_in::title(visit.lang)), visit.lang);
    let Typed { back, kept, .. } = typed;
    CodePage { page, lang, back, phone: phone.digits().to_owned(), masked: phone.masked(), trouble, kept }
}

/// `POST /sign-in/code/check`
pub(super) async fn with_code(
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
    let signed_in = match rules::parse_code(&typed.code) {
        Ok(code) => sign_in::with_code(&org, &phone, &code, came(&visit, agent(&headers))).await,
        Err(flaw) => Err(flaw.into()),
    };
    let trouble = match signed_in {
        Ok(session) => return begun(&org, &visit, &session, &typed.back, &typed.kept),
        Err(Problem::Invalid(flaws)) => visit.flaws(&flaws).of("code").map(str::to_owned),
        Err(problem) => Some(words(&visit, problem)?),
    };
    let again = code_page(&visit, typed, &phone, trouble);
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
}

/// The cookie, and on to where they were going: by way of what the session still wants, and of the hats where there
/// is not just one. A form that was kept is shown to be sent.
pub(super) fn begun(org: &OrgState, visit: &Visit, session: &NewSession, back: &str, kept: &str) -> Answer {
    let own = is_own_path(back) && back != "/";
    let cookie = org.site.set_cookie(SESSION_COOKIE, &session.token, Some(rules::SESSION_MS / 1000));
    if session.wants.is_none() && session.hat.is_some() && own && !kept.is_empty() {
        let (visitor, csrf) = org.site.renew_visitor_with_token();
        let fields = RawForm::from_text(kept).0;
        let fields = fields
            .into_iter()
            .flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value)));
        let mut page = visit.page(t::kept::title(visit.lang));
        page.csrf = csrf;
        let page = KeptPage { page, lang: visit.lang, to: back.to_owned(), fields: fields.collect() };
        return Ok((AppendHeaders([cookie, visitor]), html(&page)?).into_response());
    }
    let wanted_path = match (own, &session.hat) {
        (true, _) => back,
        (false, Some(hat)) => home(hat),
        (false, None) => "/desk",
    };
    if session.wants == Some(Wants::Code) && !kept.is_empty() {
        // what was typed goes on in a field of the page, never in an address
        let (visitor, csrf) = org.site.renew_visitor_with_token();
        let page = super::second::code_page(visit, back, kept, None).for_visitor(csrf);
        return Ok((AppendHeaders([cookie, visitor]), html(&page)?).into_response());
    }
    let on = match (session.wants, &session.hat) {
        (Some(wants), _) => wanted(wants, wanted_path),
        (None, Some(_)) => wanted_path.to_owned(),
        (None, None) => format!("/hats?back={}", encode(wanted_path)),
    };
    let visitor = org.site.set_cookie(VISITOR_COOKIE, "", Some(0));
    Ok((AppendHeaders([cookie, visitor]), Redirect::to(&on)).into_response())
}

/// Where somebody with this hat begins.
pub(super) fn home(hat: &Hat) -> &'static str {
    let has = |role: Role| hat.roles.contains(&role);
    if has(Role::AuditAdmin) {
        "/audit"
    } else if has(Role::SecurityAdmin) {
        "/security"
    } else if has(Role::SystemAdmin) {
        "/orgs"
    } else {
        "/desk"
    }
}

/// The page that asks for it.
pub(super) fn wanted(wants: Wants, back: &str) -> String {
    let page = match wants {
        Wants::Code => "/sign-in/second",
        Wants::Password => "/me/password",
        Wants::Enrol => "/me/second-factor",
    };
    format!("{page}?back={}", encode(back))
}

/// Forms longer than this are not kept.
const KEPT_BYTES: usize = 64 * 1024;

/// Whether a request is a form worth keeping: not of signing in, passwords or sessions.
pub(crate) fn keeps(request: &Request) -> bool {
    let header = |name: header::HeaderName| request.headers().get(name).and_then(|v| v.to_str().ok());
    let form = header(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let short = header(header::CONTENT_LENGTH)
        .and_then(|length| length.parse::<usize>().ok())
        .is_none_or(|length| length <= KEPT_BYTES);
    let path = request.uri().path();
    let apart = ["/sign-", "/me/", "/prove", "/api/", "/hats", "/r/", "/my/", "/say"];
    request.method() == Method::POST && form && short && !apart.iter().any(|own| path.starts_with(own))
}

/// The page to sign in again that keeps a form.
pub(crate) async fn kept(org: &OrgState, request: Request) -> Answer {
    let visit = request.extensions().get::<Visit>().cloned();
    let visit = visit.ok_or_else(|| Problem::broken("find the visit", "the router is not dressed"))?;
    let mut form = RawForm::from_request(request, org).await?;
    form.0.retain(|name, _| !name.contains("password"));
    let lang = visit.lang;
    let page = SignInPage {
        page: visit.page(t::sign_in::title(lang)),
        lang,
        back: visit.path.to_string(),
        phone: String::new(),
        phone_flaw: None,
        trouble: Some(t::kept::ended(lang).to_owned()),
        kept: form.to_text(),
    };
    html_with(StatusCode::UNAUTHORIZED, &page)
}
