//! `/demo`: who can be tried in the invented city, and the codes that would have been sent.

use crate::{demo, engine::Engine};
use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use linli_web::{Page, Visit, WebError, html};

#[derive(Template)]
#[template(path = "app/demo.html")]
struct DemoPage {
    page: Page,
    text: String,
    accounts: Vec<Line>,
    codes: Vec<String>,
}

struct Line {
    org: String,
    post: String,
    name: String,
    roles: String,
    phone: String,
}

/// The page.
pub fn routes() -> Router<Engine> {
    Router::new().route("/demo", get(show))
}

async fn show(State(engine): State<Engine>, visit: Visit) -> Result<Response, WebError> {
    let zh = visit.lang.is_zh();
    let pick = |zh_text: &str, en_text: &str| if zh { zh_text.to_owned() } else { en_text.to_owned() };
    let accounts =
        demo::city(crate::load::SEED, visit.now.day()).accounts().into_iter().map(|account| Line {
            org: pick(&account.org.name, &account.org.name_en),
            post: pick(account.post.title, account.post.title_en),
            name: pick(&account.person.name, &account.person.name_en),
            roles: (account.post.roles.iter())
                .map(|role| visit.text(&format!("role.{}", role.name()), &[]))
                .collect::<Vec<_>>()
                .join(if zh { "、" } else { "; " }),
            phone: account.person.phone,
        });
    html(&DemoPage {
        text: crate::t::demo::text(visit.lang, demo::PASSWORD),
        accounts: accounts.collect(),
        codes: engine.sent.recent().into_iter().rev().take(10).map(|message| message.text).collect(),
        page: visit.page(crate::t::demo::title(visit.lang)),
    })
}
