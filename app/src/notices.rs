//! What each page's foot leads to: the privacy notice, the accessibility statement; and `/me`.

use crate::{engine::Engine, t};
use askama::Template;
use axum::{Router, response::Response, routing::get};
use linli_web::{Page, Visit, WebError, html};

#[derive(Template)]
#[template(path = "app/notice.html")]
struct NoticePage {
    page: Page,
    lead: &'static str,
    parts: Vec<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "app/me.html")]
struct MePage {
    page: Page,
}

/// `/privacy`, `/accessibility`, `/me`.
pub fn routes() -> Router<Engine> {
    Router::new()
        .route("/privacy", get(privacy))
        .route("/accessibility", get(accessibility))
        .route("/me", get(me))
}

async fn privacy(visit: Visit) -> Result<Response, WebError> {
    let lang = visit.lang;
    html(&NoticePage {
        page: visit.page(t::privacy::title(lang)),
        lead: t::privacy::lead(lang),
        parts: vec![
            (t::privacy::what(lang), t::privacy::what_text(lang)),
            (t::privacy::who(lang), t::privacy::who_text(lang)),
            (t::privacy::guard(lang), t::privacy::guard_text(lang)),
            (t::privacy::device(lang), t::privacy::device_text(lang)),
            (t::privacy::yours(lang), t::privacy::yours_text(lang)),
        ],
    })
}

async fn accessibility(visit: Visit) -> Result<Response, WebError> {
    let lang = visit.lang;
    html(&NoticePage {
        page: visit.page(t::accessibility::title(lang)),
        lead: t::accessibility::lead(lang),
        parts: vec![
            (t::accessibility::how(lang), t::accessibility::how_text(lang)),
            (t::accessibility::trouble(lang), t::accessibility::trouble_text(lang)),
        ],
    })
}

async fn me(visit: Visit) -> Result<Response, WebError> {
    html(&MePage { page: visit.page(t::me::title(visit.lang)) })
}
