use crate::{
    embed, problems,
    problems::WebError,
    site::Site,
    visit::{Visit, cookie},
};
use axum::{
    Router,
    extract::{RawQuery, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::get,
};
use linli_base::Problem;
use linli_i18n::Lang;
use serde::Deserialize;
use std::any::Any;
use tower_http::catch_panic::CatchPanicLayer;

/// Only what we serve ourselves; pictures may also be made in the page (a preview before sending).
const CSP: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                   object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// Lays around all routes of the program what each request needs: the host check, the [`Visit`], problems put into
/// words, safe headers, the assets, and `GET /switch?lang=&elder=&back=`. Layers that put [`crate::Who`],
/// [`crate::Unread`] and [`crate::Nav`] into the request lie inside.
pub fn dress(routes: Router, site: &Site) -> Router {
    routes
        .merge(embed::asset_routes())
        .merge(Router::new().route("/switch", get(switch)).with_state(site.clone()))
        .fallback(async || WebError(Problem::NotFound))
        .layer(CatchPanicLayer::custom(caught))
        .layer(middleware::from_fn_with_state(site.clone(), around))
}

async fn around(State(site): State<Site>, req: Request, next: Next) -> Response {
    if !site.is_host(req.headers()) {
        let mut response = (StatusCode::MISDIRECTED_REQUEST, site.base_url.to_string()).into_response();
        add_headers(&site, response.headers_mut());
        return response;
    }
    let (mut parts, body) = req.into_parts();
    let known =
        cookie(&parts.headers, "v").filter(|v| v.len() == 32 && v.bytes().all(|b| b.is_ascii_hexdigit()));
    let visitor = known.map_or_else(|| site.new_visitor(), str::to_owned);
    let path = parts.uri.path();
    let sets = known.is_none()
        && parts.method.is_safe()
        && !path.starts_with("/static/")
        && !problems::for_programs(path);
    let visit = Visit::of(&site, &parts, &visitor);
    let method = parts.method.clone();
    parts.extensions.insert(visit.clone());
    let response = next.run(Request::from_parts(parts, body)).await;
    let mut response = problems::show(&site, &visit, &method, response);
    add_headers(&site, response.headers_mut());
    if sets {
        let (name, value) = site.set_cookie("v", &visitor, None);
        response.headers_mut().append(name, value);
    }
    response
}

fn add_headers(site: &Site, headers: &mut HeaderMap) {
    for (name, value) in [
        ("content-security-policy", CSP),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("permissions-policy", "geolocation=(self)"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if site.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn caught(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic");
    WebError(Problem::broken("answer a request", text.to_owned())).into_response()
}

#[derive(Deserialize, Default)]
struct Switch {
    lang: Option<String>,
    elder: Option<String>,
    back: Option<String>,
}

/// Keeps a choice of how pages look for a year, and goes back to where it was made.
async fn switch(State(site): State<Site>, RawQuery(query): RawQuery) -> Result<Response, WebError> {
    const YEAR_S: i64 = 31_536_000;
    let chosen: Switch =
        serde_html_form::from_str(&query.unwrap_or_default()).map_err(|_e| Problem::refused("unreadable"))?;
    let lang = chosen.lang.and_then(|lang| lang.parse::<Lang>().ok());
    let cookies = [
        lang.map(|lang| site.set_cookie("lang", lang.code(), Some(YEAR_S))),
        chosen.elder.map(|on| site.set_cookie("elder", if on == "1" { "1" } else { "0" }, Some(YEAR_S))),
    ];
    let back = chosen.back.filter(|back| is_own_path(back)).unwrap_or_else(|| "/".to_owned());
    Ok((AppendHeaders(cookies.into_iter().flatten()), Redirect::to(&back)).into_response())
}

/// A path of ours, and no way to lead elsewhere (`//evil.example`, `/\evil.example`).
pub fn is_own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.contains(char::is_control)
}
