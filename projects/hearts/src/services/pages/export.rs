//! A list as a file.

use super::{
    desk::{Asked, claimed, open, standing},
    prelude::*,
};
use axum::http::header;
use linli_org::{audit, csv};

/// `GET /catalogue.csv`
pub(super) async fn csv(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    who.actor.may(Permission::Export)?;
    let (lang, book) = (visit.lang, open(&org, &visit, &who.actor, &asked).await?);
    let row = |line: &Line| {
        let terms = &line.terms.1;
        vec![
            line.number.map(|n| n.to_string()).unwrap_or_default(),
            Named::of(lang, &line.category).text,
            Named::of(lang, &line.group).text,
            Named::new(lang, &line.name, line.name_en.as_deref()).text,
            words::hearts(lang, &terms.hearts),
            words::way(lang, terms.way).1.to_owned(),
            words::frequency(lang, terms).text,
            words::standard(lang, terms).text,
            words::prices(lang, terms),
            claimed(&book, line).to_string(),
            standing(lang, line.standing).1.to_owned(),
        ]
    };
    let rows: Vec<_> = book.lines.iter().map(row).collect();
    let heads = [
        t::catalogue::number(lang),
        t::catalogue::category(lang),
        t::catalogue::group(lang),
        t::catalogue::item(lang),
        t::terms::hearts(lang),
        t::terms::way(lang),
        t::terms::frequency(lang),
        t::terms::standard(lang),
        t::terms::prices(lang),
        t::catalogue::claims(lang),
        t::catalogue::standing(lang),
    ];
    audit::exported(&org, &who.actor, "service_item", rows.len()).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"catalogue.csv\""),
    ];
    Ok((headers, csv::file(&heads, rows)).into_response())
}
