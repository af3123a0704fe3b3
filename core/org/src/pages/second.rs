//! The second factor: giving its code when signing in, setting one up, proving anew who one is.

use super::{
    VISITOR_COOKIE,
    prelude::*,
    sign_in::{begun, words},
};
use crate::{
    SESSION_COOKIE, guard, sign_in,
    sign_in::{Half, rules},
    web::{HalfSignedIn, Known},
};
use axum::response::AppendHeaders;
use linli_base::Problem;
use linli_web::{Qr, encode, is_own_path};

#[derive(Template)]
#[template(path = "org/second.html")]
pub(super) struct CodePage {
    page: Page,
    lang: Lang,
    back: String,
    kept: String,
    trouble: Option<String>,
}

#[derive(Template)]
#[template(path = "org/second_factor.html")]
struct FactorPage {
    page: Page,
    lang: Lang,
    back: String,
    /// It has to be set up before anything else.
    must: bool,
    /// Since when there is one, and how many recovery codes are left.
    since: Option<String>,
    may_remove: bool,
    setup: Option<Setup>,
    trouble: Option<String>,
}

/// A secret to be taken over by an authenticator.
struct Setup {
    qr: Qr,
    /// In groups of four, to type.
    secret: String,
    link: String,
}

#[derive(Template)]
#[template(path = "org/recovery.html")]
struct RecoveryPage {
    page: Page,
    lang: Lang,
    codes: Vec<String>,
    on: String,
}

#[derive(Template)]
#[template(path = "org/prove.html")]
struct ProvePage {
    page: Page,
    lang: Lang,
    back: String,
    by_code: bool,
    trouble: Option<String>,
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub(super) struct To {
    #[serde(default)]
    back: String,
}

/// What is typed on these pages.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    back: String,
    #[serde(default)]
    kept: String,
    #[serde(default)]
    code: String,
}

/// The page that asks for the code.
pub(super) fn code_page(visit: &Visit, back: &str, kept: &str, trouble: Option<String>) -> CodePage {
    let (back, kept) = (back.to_owned(), kept.to_owned());
    CodePage { page: visit.page(t::second::ask_title(visit.lang)), lang: visit.lang, back, kept, trouble }
}

impl CodePage {
    /// The same under the token of a visitor who is new with this answer.
    pub(super) fn for_visitor(mut self, csrf: String) -> CodePage {
        self.page.csrf = csrf;
        self
    }
}

/// `GET /sign-in/second`
pub(super) async fn ask(visit: Visit, _half: HalfSignedIn, Query(To { back }): Query<To>) -> Answer {
    html(&code_page(&visit, &back, "", None))
}

/// `POST /sign-in/second`
pub(super) async fn check(
    State(org): State<OrgState>,
    visit: Visit,
    HalfSignedIn(half): HalfSignedIn,
    ProtectedForm(typed): ProtectedForm<Typed>,
) -> Answer {
    let Half { id, person, .. } = half;
    match sign_in::with_second(&org, id, person, &typed.code).await {
        Ok(session) => begun(&org, &visit, &session, &typed.back, &typed.kept),
        Err(problem) => {
            let again = code_page(&visit, &typed.back, &typed.kept, Some(words(&visit, problem)?));
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
    }
}

/// What is set up is changed only by whoever was proven lately.
fn proven(visit: &Visit, who: &Known) -> Result<(), Problem> {
    who.session.as_ref().map_or(Ok(()), |session| session.proven(visit.now))
}

async fn must(org: &OrgState, who: &Known) -> Result<bool, Problem> {
    let staff =
        who.wants.is_some() || who.session.as_ref().is_some_and(|session| session.actor.hat().is_some());
    Ok(staff && guard::settings_of(org).await?.second_factor_required)
}

async fn factor_page(
    org: &OrgState,
    visit: &Visit,
    who: &Known,
    back: &str,
    trouble: Option<String>,
) -> Result<FactorPage, Problem> {
    let lang = visit.lang;
    let second = sign_in::second(org, who.person).await?;
    let since = second.as_ref().and_then(|second| second.since.map(|since| (since, second.codes_left)));
    let setup =
        second.and_then(|second| second.secret).map(|secret| setup(lang, who, &secret)).transpose()?;
    Ok(FactorPage {
        page: visit.page(t::second::title(lang)),
        lang,
        back: back.to_owned(),
        must: who.wants.is_some(),
        since: since.map(|(since, left)| t::second::since(lang, lang.date_year(since.day()), left)),
        may_remove: !must(org, who).await?,
        setup,
        trouble,
    })
}

fn setup(lang: Lang, who: &Known, secret: &str) -> Result<Setup, Problem> {
    let issuer = t::second::issuer(lang);
    let link = format!(
        "otpauth://totp/{}:{}?secret={secret}&issuer={}",
        encode(issuer),
        encode(&who.name),
        encode(issuer)
    );
    let chars: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = chars.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(Setup { qr: Qr::of(&link)?, secret: groups.join(" "), link })
}

/// `GET /me/second-factor`
pub(super) async fn show(
    State(org): State<OrgState>,
    visit: Visit,
    who: Known,
    Query(To { back }): Query<To>,
) -> Answer {
    html(&factor_page(&org, &visit, &who, &back, None).await?)
}

/// `POST /me/second-factor`: begins to set one up.
pub(super) async fn start(
    State(org): State<OrgState>,
    visit: Visit,
    who: Known,
    ProtectedForm(typed): ProtectedForm<Typed>,
) -> Answer {
    proven(&visit, &who)?;
    sign_in::begin_second(&org, who.person).await?;
    Ok(Redirect::to(&format!("/me/second-factor?back={}", encode(&typed.back))).into_response())
}

/// `POST /me/second-factor/confirm`: the first code; the recovery codes are shown once.
pub(super) async fn confirm(
    State(org): State<OrgState>,
    visit: Visit,
    who: Known,
    ProtectedForm(typed): ProtectedForm<Typed>,
) -> Answer {
    proven(&visit, &who)?;
    let codes = match sign_in::confirm_second(&org, who.person, who.id, &typed.code).await {
        Ok(codes) => codes,
        Err(problem) => {
            let trouble = Some(words(&visit, problem)?);
            let again = factor_page(&org, &visit, &who, &typed.back, trouble).await?;
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &again);
        }
    };
    let own = is_own_path(&typed.back) && typed.back != "/";
    let on = if own { typed.back } else { "/me/second-factor".to_owned() };
    let page = |on| RecoveryPage {
        page: visit.page(t::second::codes_title(visit.lang)),
        lang: visit.lang,
        codes,
        on,
    };
    if who.wants.is_none() {
        return html(&page(on));
    }
    // half a session is whole now, under a new token
    let session = sign_in::proceed(&org, who.id, who.person).await?;
    let on = match session.wants {
        Some(wants) => super::sign_in::wanted(wants, &on),
        None if session.hat.is_some() => on,
        None => format!("/hats?back={}", encode(&on)),
    };
    let cookie = org.site.set_cookie(SESSION_COOKIE, &session.token, Some(rules::SESSION_MS / 1000));
    let visitor = org.site.set_cookie(VISITOR_COOKIE, "", Some(0));
    Ok((AppendHeaders([cookie, visitor]), html(&page(on))?).into_response())
}

/// `POST /me/second-factor/codes`: new recovery codes.
pub(super) async fn renew(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    ProtectedForm(_typed): ProtectedForm<Typed>,
) -> Answer {
    who.proven(visit.now)?;
    let codes = sign_in::renew_codes(&org, who.person).await?;
    let on = "/me/second-factor".to_owned();
    html(&RecoveryPage { page: visit.page(t::second::codes_title(visit.lang)), lang: visit.lang, codes, on })
}

/// `POST /me/second-factor/remove`
pub(super) async fn remove(
    State(org): State<OrgState>,
    visit: Visit,
    who: Known,
    ProtectedForm(_typed): ProtectedForm<Typed>,
) -> Answer {
    proven(&visit, &who)?;
    if must(&org, &who).await? {
        return Err(Problem::refused("second_required").into());
    }
    sign_in::remove_second(&org, who.person, who.id).await?;
    Ok(Redirect::to("/me/second-factor").into_response())
}

async fn prove_page(
    org: &OrgState,
    visit: &Visit,
    who: &SignedIn,
    back: &str,
    trouble: Option<String>,
) -> Result<ProvePage, Problem> {
    let second = sign_in::second(org, who.person).await?;
    let by_code = second.is_some_and(|second| second.since.is_some());
    let (page, lang) = (visit.page(t::second::prove_title(visit.lang)), visit.lang);
    Ok(ProvePage { page, lang, back: back.to_owned(), by_code, trouble })
}

/// `GET /prove`: what is grave asks again who one is.
pub(super) async fn ask_proof(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Query(To { back }): Query<To>,
) -> Answer {
    html(&prove_page(&org, &visit, &who, &back, None).await?)
}

/// `POST /prove`
pub(super) async fn prove(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    ProtectedForm(typed): ProtectedForm<Typed>,
) -> Answer {
    match sign_in::prove(&org, who.id, who.person, typed.code).await {
        Ok(()) => {
            let to = if is_own_path(&typed.back) { typed.back.as_str() } else { "/" };
            Ok(Redirect::to(to).into_response())
        }
        Err(problem) => {
            let trouble = Some(words(&visit, problem)?);
            let again = prove_page(&org, &visit, &who, &typed.back, trouble).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
    }
}
