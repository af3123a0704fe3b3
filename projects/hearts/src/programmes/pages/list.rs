use super::Row;
use crate::{
    programmes::{self, Of},
    reach::narrowed,
    services::{
        pages::{Street, streets},
        rules::holds,
    },
    t::programme as words,
};
use askama::Template;
use axum::{extract::Query, response::Response};
use linli_base::Result;
use linli_casework::Visitor;
use linli_web::{Page, WebError, html};
use serde::Deserialize;

/// What the list is narrowed to.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default, rename = "in")]
    place: String,
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "alliances/programmes.html")]
struct ListPage {
    page: Page,
    q: String,
    chosen: String,
    streets: Vec<Street>,
    rows: Vec<Row>,
    /// Whether the visitor may make one.
    makes: bool,
}

/// `GET /programmes`
pub(super) async fn show(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, WebError> {
    let (visit, mut read) = (&visitor.visit, visitor.work.db().read());
    let (street, community) = narrowed(&mut read, &asked.place).await?;
    let all = programmes::list(&mut read, Of { street, community, org: None }, visit.now).await?;
    let found = all.iter().filter(|one| {
        let zh = [&one.title, &one.about, &one.org, &one.area].into_iter().map(String::as_str);
        let en = [&one.title_en, &one.about_en, &one.org_en, &one.area_en].into_iter();
        let all: Vec<&str> = zh.chain(en.filter_map(|text| text.as_deref())).collect();
        holds(&all.join(" "), &asked.q)
    });
    let rows = found.map(|one| Row::new(visit, one)).collect();
    let makes = match &visitor.staff {
        Some(staff) => programmes::orgs(&mut read, staff).await.is_ok(),
        None => false,
    };
    html(&ListPage {
        page: visit.page(words::title(visit.lang)),
        rows,
        streets: streets(&mut read, visit.lang).await?,
        makes,
        chosen: asked.place,
        q: asked.q,
    })
}
