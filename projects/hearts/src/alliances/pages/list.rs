use crate::{
    alliances,
    reach::narrowed,
    services::{
        pages::{Named, Street, streets},
        rules::holds,
    },
    t::alliance as words,
};
use askama::Template;
use axum::{extract::Query, response::Response};
use linli_authz::Permission;
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

struct Row {
    href: String,
    name: Named,
    place: Named,
    many: String,
}

#[derive(Template)]
#[template(path = "alliances/list.html")]
struct ListPage {
    page: Page,
    q: String,
    chosen: String,
    streets: Vec<Street>,
    rows: Vec<Row>,
    /// Whether the visitor's desk may found one.
    founds: bool,
}

/// `GET /alliances`
pub(super) async fn show(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, WebError> {
    let (lang, mut read) = (visitor.visit.lang, visitor.work.db().read());
    let place = narrowed(&mut read, &asked.place).await?;
    let all = alliances::list(&mut read, place).await?;
    let found = all.into_iter().filter(|one| {
        let en = |text: &Option<String>| text.clone().unwrap_or_default();
        let all = [one.name.clone(), one.about.clone(), one.area.clone(), en(&one.name_en), en(&one.area_en)];
        holds(&all.join(" "), &asked.q)
    });
    let row = |one: alliances::Alliance| Row {
        href: format!("/alliances/{}", one.id),
        name: Named::new(lang, &one.name, one.name_en.as_deref()),
        place: Named::new(lang, &one.area, one.area_en.as_deref()),
        many: match one.people {
            0 => words::units_many(lang, one.units),
            people => words::members(lang, one.units, people),
        },
    };
    html(&ListPage {
        page: visitor.visit.page(words::title(lang)),
        rows: found.map(row).collect(),
        streets: streets(&mut read, lang).await?,
        founds: visitor.staff.as_ref().is_some_and(|staff| staff.may(Permission::ServicesEdit).is_ok()),
        chosen: asked.place,
        q: asked.q,
    })
}
