//! The figures and the cases behind them as files.

use super::{
    asked::Asked,
    board::fixed,
    list::{Line, behind, line},
    table::rows_of,
    words::{figure_name, interval, percent, span_words},
};
use crate::{
    Casework,
    desk::{Allow, pick},
    figures::{Behind, Figure, Figures, Part, Rate},
};
use axum::{
    Extension,
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use linli_authz::{Actor, Permission};
use linli_base::{Cursor, Problem, Result};
use linli_org::{
    OrgState, SignedIn, audit, csv,
    xlsx::{self, Sheet},
};
use linli_web::{Visit, WebError};
use std::collections::{BTreeMap, BTreeSet};

/// Lines of a file.
const LINES: usize = 5000;

fn allowed(allow: Allow, actor: &Actor) -> Result<()> {
    if !allow.export {
        return Err(Problem::Forbidden { owner: None });
    }
    actor.may(Permission::Export)?;
    Ok(())
}

/// The first sheet as CSV, or all of them as a workbook.
pub(crate) fn answer(format: Option<&str>, name: &str, sheets: Vec<Sheet>) -> Result<Response> {
    let excel = format == Some("xlsx");
    let (kind, end) = if excel { (xlsx::TYPE, "xlsx") } else { ("text/csv; charset=utf-8", "csv") };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{end}\"")),
    ];
    if excel {
        return Ok((headers, xlsx::file(&sheets)?).into_response());
    }
    let Some(first) = sheets.into_iter().next() else { return Err(Problem::NotFound) };
    let heads: Vec<&str> = first.heads.iter().map(String::as_str).collect();
    Ok((headers, csv::file(&heads, first.rows)).into_response())
}

/// `GET /figures/export`: every rate of each area shown; the workbook has the definitions and the cases too.
pub(super) async fn figures(
    State(work): State<Casework>,
    State(org): State<OrgState>,
    Extension(allow): Extension<Allow>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let (actor, lang) = (&who.actor, visit.lang);
    allowed(allow, actor)?;
    who.proven(visit.now)?;
    let (about, path) = asked.about(&mut org.db.read(), actor).await?;
    let asked = fixed(&asked, &about, &path);
    let span = asked.span(visit.now);
    let rows = rows_of(&work, &org, actor, &asked, span, &about, &path).await?;
    let mut lines = Vec::new();
    for (_, area, figures) in &rows {
        let name = pick(&visit, &area.name, area.name_en.as_deref()).to_owned();
        lines.extend(Figure::RATES.iter().map(|figure| row(&visit, &name, *figure, figures)));
    }
    let by_org = match about.org {
        None => work.figures_by_org(actor, span, &about, &Figure::RATES).await?,
        Some(_) => BTreeMap::new(),
    };
    let names = work.org_names(by_org.keys().copied()).await?;
    for (id, zh, en) in names {
        let name = pick(&visit, &zh, en.as_deref()).to_owned();
        if let Some(figures) = by_org.get(&id) {
            lines.extend(Figure::RATES.iter().map(|figure| row(&visit, &name, *figure, figures)));
        }
    }
    let texts = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<String>>();
    let defined = Figure::ALL.iter().map(|figure| {
        vec![figure_name(&visit, *figure), visit.text(&format!("figure_means.{}", figure.name()), &[])]
    });
    let mut sheets = vec![
        Sheet {
            name: span_words(lang, asked.period(), span),
            heads: texts(crate::t::figures::csv(lang)),
            rows: lines,
        },
        Sheet {
            name: crate::t::figures::definitions(lang).to_owned(),
            heads: texts(crate::t::figures::definitions_csv(lang)),
            rows: defined.collect(),
        },
    ];
    if asked.format.as_deref() == Some("xlsx") {
        let all = Behind {
            figure: Figure::InTime,
            part: Part::All,
            detail: None,
            span,
            about,
            state: None,
            category: None,
            words: None,
        };
        sheets.push(cases_sheet(&work, &visit, actor, &all).await?);
    }
    audit::exported(&org, actor, "figures", sheets.iter().map(|sheet| sheet.rows.len()).sum()).await?;
    Ok(answer(asked.format.as_deref(), "figures", sheets)?)
}

/// A rate of a place; what rests on too little is not compared in a file either.
fn row(visit: &Visit, name: &str, figure: Figure, figures: &Figures) -> Vec<String> {
    let rate: Rate = figures.rate(figure);
    let compared = if rate.compares() { "" } else { crate::t::figures::not_compared(visit.lang) };
    vec![
        name.to_owned(),
        figure_name(visit, figure),
        rate.per_mille().map(percent).unwrap_or_default(),
        rate.whole.to_string(),
        rate.part.to_string(),
        rate.total.to_string(),
        interval(&rate).unwrap_or_default(),
        compared.to_owned(),
    ]
}

/// `GET /figures/cases/export`: the list behind a number.
pub(super) async fn cases(
    State(work): State<Casework>,
    State(org): State<OrgState>,
    Extension(allow): Extension<Allow>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    allowed(allow, &who.actor)?;
    who.proven(visit.now)?;
    let (behind, asked, _) = behind(&org, &visit, &who.actor, &asked).await?;
    let sheet = cases_sheet(&work, &visit, &who.actor, &behind).await?;
    audit::exported(&org, &who.actor, "cases", sheet.rows.len()).await?;
    Ok(answer(asked.format.as_deref(), behind.figure.name(), vec![sheet])?)
}

async fn cases_sheet(work: &Casework, visit: &Visit, actor: &Actor, asked: &Behind) -> Result<Sheet> {
    let lang = visit.lang;
    let (mut rows, mut after): (Vec<Vec<String>>, Option<(Cursor, i64)>) = (Vec::new(), None);
    loop {
        let page = work.behind(actor, asked, after.as_ref().map(|(cursor, seq)| (cursor, *seq)), 200).await?;
        let Some(last) = page.last() else { break };
        after = Some((Cursor { key: last.day, id: last.case_id.0 }, last.seq));
        rows.extend(page.into_iter().map(|row| {
            let Line { number, said, day, category, community, org, tag, counts, .. } =
                line(work, visit, row, &BTreeSet::new());
            vec![number, said, day, category, community, org, tag.text, counts.to_owned()]
        }));
        if rows.len() >= LINES {
            break;
        }
    }
    Ok(Sheet {
        name: crate::t::figures::cases(lang).to_owned(),
        heads: crate::t::figures::cases_csv(lang).split(',').map(str::to_owned).collect(),
        rows,
    })
}
