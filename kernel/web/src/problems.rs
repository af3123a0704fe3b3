use crate::{
    flaws::Flaws,
    site::Site,
    t::problem as words,
    view::{Page, encode},
    visit::{Typed, Visit},
};
use askama::Template;
use axum::{
    Json,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use linli_base::{Broken, Problem};
use serde_json::json;
use std::sync::Arc;

/// What handlers fail with. [`crate::dress`] makes of it a page in the visitor's language, or, under `/api` and `/hsds`,
/// problem details (RFC 9457).
#[derive(Debug)]
pub struct WebError(pub Problem);

impl<E: Into<Problem>> From<E> for WebError {
    fn from(e: E) -> Self {
        WebError(e.into())
    }
}

#[derive(Clone)]
struct Carried(Arc<Problem>);

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let mut response = status(&self.0).into_response();
        response.extensions_mut().insert(Carried(Arc::new(self.0)));
        response
    }
}

/// A page of this template: 200.
pub fn html(template: &impl Template) -> Result<Response, WebError> {
    html_with(StatusCode::OK, template)
}

/// A page of this template with a status: 422 for a form shown again with its flaws.
pub fn html_with(status: StatusCode, template: &impl Template) -> Result<Response, WebError> {
    let text = template.render().map_err(|e| Problem::broken("render a page", e))?;
    Ok((status, Html(text)).into_response())
}

fn status(problem: &Problem) -> StatusCode {
    match problem {
        Problem::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Problem::Refused(refusal) => match refusal.code {
            "form_stale" => StatusCode::FORBIDDEN,
            "unreadable" => StatusCode::BAD_REQUEST,
            _ => StatusCode::CONFLICT,
        },
        Problem::Conflict { .. } => StatusCode::CONFLICT,
        Problem::NotFound => StatusCode::NOT_FOUND,
        Problem::SignIn => StatusCode::UNAUTHORIZED,
        Problem::Forbidden { .. } => StatusCode::FORBIDDEN,
        Problem::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Problem::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Problem::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        Problem::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What a problem is called in `type` and in the messages, and its icon.
fn code(problem: &Problem) -> (&'static str, &'static str) {
    match problem {
        Problem::Invalid(_) => ("invalid", "triangle-alert"),
        Problem::Refused(refusal) => (refusal.code, "info"),
        Problem::Conflict { .. } => ("conflict", "users"),
        Problem::NotFound => ("not_found", "search"),
        Problem::SignIn => ("sign_in", "user"),
        Problem::Forbidden { .. } => ("forbidden", "lock"),
        Problem::TooMany { .. } => ("too_many", "clock"),
        Problem::TooLarge { .. } => ("too_large", "image"),
        Problem::Unavailable(_) => ("unavailable", "wifi-off"),
        Problem::Broken(_) => ("broken", "triangle-alert"),
    }
}

/// Title and what happened, in words.
fn said(problem: &Problem, visit: &Visit) -> (String, String) {
    let lang = visit.lang;
    let fixed = |title: &str, detail: &str| (title.to_owned(), detail.to_owned());
    match problem {
        Problem::Invalid(_) => fixed(words::invalid::title(lang), words::invalid::detail(lang)),
        Problem::Refused(refusal) => (
            words::refused::title(lang).to_owned(),
            visit.text(&format!("refusal.{}", refusal.code), &refusal.args),
        ),
        Problem::Conflict { by: Some(who) } => {
            (words::conflict::title_by(lang, who), words::conflict::detail(lang).to_owned())
        }
        Problem::Conflict { by: None } => fixed(words::conflict::title(lang), words::conflict::detail(lang)),
        Problem::NotFound => fixed(words::not_found::title(lang), words::not_found::detail(lang)),
        Problem::SignIn => fixed(words::sign_in::title(lang), words::sign_in::detail(lang)),
        Problem::Forbidden { owner: None } => {
            fixed(words::forbidden::title(lang), words::forbidden::detail(lang))
        }
        Problem::Forbidden { owner: Some(owner) } => {
            (words::forbidden::title(lang).to_owned(), words::forbidden::detail_owner(lang, owner))
        }
        Problem::TooMany { retry_after_s: s } => {
            let minutes = s.saturating_add(59) / 60;
            let detail = if *s > 90 {
                words::too_many::detail_minutes(lang, minutes)
            } else {
                words::too_many::detail(lang, s)
            };
            (words::too_many::title(lang).to_owned(), detail)
        }
        Problem::TooLarge { limit } => {
            (words::too_large::title(lang).to_owned(), words::too_large::detail(lang, limit >> 20))
        }
        Problem::Unavailable(_) => fixed(words::unavailable::title(lang), words::unavailable::detail(lang)),
        Problem::Broken(_) => fixed(words::broken::title(lang), words::broken::detail(lang)),
    }
}

/// A failure that came without words: the router's own, and those of axum's extractors.
fn bare(response: &Response) -> Option<Problem> {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    if kind.is_some_and(|kind| !kind.starts_with("text/plain")) {
        return None;
    }
    match response.status() {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Some(Problem::NotFound),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Problem::TooLarge { limit: 2 << 20 }),
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY => {
            Some(Problem::refused("unreadable"))
        }
        _ => None,
    }
}

/// Whether a program asks rather than somebody's browser.
pub(crate) fn for_programs(path: &str) -> bool {
    ["/api/", "/hsds"].iter().any(|start| path.starts_with(start))
}

/// Puts a failed response into words; any other goes through as it is.
pub(crate) fn show(site: &Site, visit: &Visit, method: &Method, mut response: Response) -> Response {
    let carried = response.extensions_mut().remove::<Carried>().map(|c| c.0);
    let Some(problem) = carried.or_else(|| bare(&response).map(Arc::new)) else { return response };
    let status = response.status();
    let id = site.world.ids.uuid(visit.now).simple().to_string();
    if let Problem::Broken(Broken { doing, cause }) | Problem::Unavailable(Broken { doing, cause }) =
        &*problem
    {
        tracing::error!(id, doing, %cause, path = visit.path.split('?').next(), "broken");
    }
    let api = for_programs(&visit.path);
    let mut shown = match (&*problem, api) {
        (_, true) => details(&problem, visit, status, &id),
        (Problem::SignIn, false) => led(visit, method, "/sign-in"),
        (Problem::Refused(refusal), false) if refusal.code == "prove" => led(visit, method, "/prove"),
        _ => page(&problem, visit, status, &id),
    };
    carry_over(response.headers(), shown.headers_mut());
    match &*problem {
        Problem::TooMany { retry_after_s: s } => {
            shown.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*s));
        }
        Problem::SignIn if api => {
            shown.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        _ => {}
    }
    shown
}

/// On to a page that leads back: to this one, or to the one whose form was sent.
fn led(visit: &Visit, method: &Method, to: &str) -> Response {
    let back = if method == Method::GET { &visit.path } else { &visit.came_from };
    Redirect::to(&format!("{to}?back={}", encode(back))).into_response()
}

fn carry_over(from: &HeaderMap, to: &mut HeaderMap) {
    for cookie in from.get_all(header::SET_COOKIE) {
        to.append(header::SET_COOKIE, cookie.clone());
    }
    if let Some(allow) = from.get(header::ALLOW) {
        to.insert(header::ALLOW, allow.clone());
    }
}

fn details(problem: &Problem, visit: &Visit, status: StatusCode, id: &str) -> Response {
    let (title, detail) = said(problem, visit);
    let flaws: Vec<_> = match problem {
        Problem::Invalid(flaws) => flaws
            .iter()
            .zip(visit.flaws(flaws).iter())
            .map(|(flaw, (field, text))| json!({ "field": field, "code": flaw.code, "detail": text }))
            .collect(),
        _ => Vec::new(),
    };
    let body = json!({
        "type": format!("urn:linli:problem:{}", code(problem).0),
        "title": title,
        "status": status.as_u16(),
        "detail": detail,
        "instance": format!("urn:linli:instance:{id}"),
        "flaws": flaws,
    });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], Json(body)).into_response()
}

/// A form as it was sent: names and values.
struct Again<'a> {
    fields: Vec<(&'a str, &'a str)>,
    files: bool,
    multipart: bool,
}

impl<'a> Again<'a> {
    fn of(typed: &'a Typed) -> Again<'a> {
        let each =
            typed.fields.0.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
        Again {
            fields: each.map(|(name, value)| (name.as_str(), value.as_str())).collect(),
            files: typed.files,
            multipart: typed.multipart,
        }
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    page: Page,
    icon: &'static str,
    detail: String,
    kept: Option<&'static str>,
    /// What was sent and not saved, to be sent again.
    typed: Option<Again<'a>>,
    flaws: Flaws,
    id: Option<String>,
    /// Words and address of what can be done now, the most likely first.
    ways: Vec<(&'static str, String)>,
}

fn page(problem: &Problem, visit: &Visit, status: StatusCode, id: &str) -> Response {
    let lang = visit.lang;
    let (title, detail) = said(problem, visit);
    let ours = matches!(problem, Problem::Broken(_) | Problem::Unavailable(_));
    let kept = match problem {
        Problem::Invalid(_) | Problem::Conflict { .. } | Problem::Refused(_) | Problem::TooLarge { .. } => {
            Some(words::kept_typed(lang))
        }
        Problem::Unavailable(_) if visit.typed.get().is_some() => Some(words::kept_here(lang)),
        Problem::Unavailable(_) => Some(words::kept_all(lang)),
        _ => None,
    };
    let unsaved = visit.typed.get().filter(|_| matches!(problem, Problem::Unavailable(_)));
    let typed = unsaved.map(Again::of);
    let home = (words::home(lang), "/".to_owned());
    let ways = match problem {
        Problem::NotFound => vec![(words::find(lang), "/find".to_owned()), home],
        Problem::Forbidden { .. } => vec![(words::hat(lang), "/hats".to_owned()), home],
        Problem::Unavailable(_) if typed.is_some() => vec![home],
        Problem::Unavailable(_) | Problem::TooMany { .. } => {
            vec![(words::again(lang), visit.path.to_string()), home]
        }
        _ => vec![home],
    };
    let flaws = if let Problem::Invalid(flaws) = problem { visit.flaws(flaws) } else { Flaws::default() };
    let page = ProblemPage {
        page: visit.page(title),
        icon: code(problem).1,
        detail,
        kept,
        typed,
        flaws,
        id: ours.then(|| id.to_owned()),
        ways,
    };
    html_with(status, &page).unwrap_or_else(|_| status.into_response())
}
