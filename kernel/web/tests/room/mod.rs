//! A small room as another crate would make one, and two sites.

use axum::{
    Router,
    extract::{Path, Request},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use linli_base::{At, Broken, Flaw, ManualClock, Problem, SeededIds, World};
use linli_i18n::{Lang, Words};
use linli_web::{
    Flaws, Nav, NavItem, Page, ProtectedForm, ProtectedMultipart, RawForm, Site, Unread, Visit, WebError,
    Who, dress, html,
};
use serde::Deserialize;
use std::{
    future::{Ready, ready},
    sync::Arc,
};

static WORDS: Words = Words::of(&[&linli_web::t::MESSAGES]);

fn site(base_url: &str, demo: bool) -> Site {
    Site {
        base_url: base_url.into(),
        demo,
        proxies: Vec::new(),
        cookie_key: [7; 32],
        csrf_key: [8; 32],
        world: World {
            clock: Arc::new(ManualClock::new(At(1_790_000_000_000))),
            ids: Arc::new(SeededIds::new(1)),
        },
        words: &WORDS,
        throttle: Arc::default(),
    }
}

/// A city's site.
pub fn city() -> Site {
    site("https://linli.example.cn", false)
}

/// The demo on a laptop.
pub fn demo() -> Site {
    site("http://localhost:8080", true)
}

#[derive(askama::Template)]
#[template(path = "say.html")]
struct SayPage {
    page: Page,
    flaws: Flaws,
    what: String,
}

#[derive(askama::Template)]
#[template(path = "desk.html")]
struct DeskPage {
    page: Page,
}

#[derive(Deserialize)]
struct Say {
    what: String,
    #[serde(default)]
    tags: Vec<String>,
}

async fn say(visit: Visit) -> Result<Response, WebError> {
    let title = if visit.lang == Lang::Zh { "说一说" } else { "Say it" };
    html(&SayPage { page: visit.page(title), flaws: Flaws::default(), what: "<路灯>".to_owned() })
}

async fn desk(visit: Visit) -> Result<Response, WebError> {
    html(&DeskPage { page: visit.page("案台") })
}

async fn said(ProtectedForm(form): ProtectedForm<Say>) -> String {
    format!("{} {}", form.what, form.tags.join(","))
}

async fn raw(form: RawForm) -> String {
    format!("what={} tags={}", form.first("what"), form.all("tags").join(","))
}

async fn files(form: ProtectedMultipart) -> String {
    let files: Vec<_> = form.files.iter().map(|f| format!("{}:{}", f.field, f.bytes.len())).collect();
    format!("{} {}", form.fields.first("what"), files.join(","))
}

/// The disk takes no more.
async fn full(_: RawForm) -> Result<String, WebError> {
    fails(Problem::Unavailable(Broken { doing: "writing", cause: "disk full".into() })).await
}

async fn full_files(_: ProtectedMultipart) -> Result<String, WebError> {
    full(RawForm::default()).await
}

async fn panics() -> String {
    panic!("a secret detail")
}

fn fails(problem: Problem) -> Ready<Result<String, WebError>> {
    ready(Err(problem.into()))
}

async fn who(mut req: Request, next: Next) -> Response {
    let extensions = req.extensions_mut();
    extensions.insert(Who {
        name: "周敏".to_owned(),
        org: "方圆街道 城市治理办".to_owned(),
        before: String::new(),
    });
    extensions.insert(Unread(120));
    extensions.insert(Nav(vec![NavItem::new("/desk", "案台"), NavItem::new("/figures", "数字")]));
    next.run(req).await
}

/// The room's routes, dressed.
pub fn app(site: &Site) -> Router {
    let staff = Router::new().route("/desk/{view}", get(desk)).layer(middleware::from_fn(who));
    let routes = Router::new()
        .route("/say", get(say).post(said))
        .route("/raw", axum::routing::post(raw))
        .route("/files", axum::routing::post(files))
        .route("/full", axum::routing::post(full))
        .route("/full/files", axum::routing::post(full_files))
        .route("/panic", get(panics))
        .route("/mine", get(|| fails(Problem::SignIn)))
        .route("/theirs", get(|| fails(Problem::Forbidden { owner: Some("东村街道".to_owned()) })))
        .route("/address", get(async |visit: Visit| visit.address.to_string()))
        .route("/api/v1/flawed", get(|| fails(Flaw::new("phone", "phone_length").with("digits", 10).into())))
        .route("/api/v1/often", get(|| fails(Problem::TooMany { retry_after_s: 60 })))
        .route("/api/v1/mine", get(|| fails(Problem::SignIn)))
        .route("/api/v1/number/{n}", get(async |Path(n): Path<i64>| n.to_string()))
        .merge(staff);
    dress(routes, site)
}
