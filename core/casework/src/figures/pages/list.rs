//! The cases behind a number: number, days, category, community, state; nothing of what was said.

use super::{
    asked::Asked,
    board::fixed,
    words::{figure_name, span_words},
};
use crate::{
    Casework,
    desk::{Allow, Tag, category, pick},
    figures::{Behind, BehindLine, Figure, Part, WHOLE},
};
use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
    response::Response,
};
use linli_authz::{Actor, Permission};
use linli_base::{CaseId, Cursor, Problem, Result};
use linli_org::{OrgState, SignedIn};
use linli_web::{Page, Visit, WebError, html};
use std::collections::BTreeSet;

/// Lines on a page.
const LINES: i64 = 50;
/// A count stops here.
const MOST: i64 = 100_000;

#[derive(Template)]
#[template(path = "figures/list.html")]
struct ListPage {
    page: Page,
    back: String,
    title: String,
    about: String,
    count: String,
    parts: Vec<(String, String, bool)>,
    filters: Vec<Choice>,
    hidden: Vec<(&'static str, String)>,
    q: String,
    lines: Vec<Line>,
    more: Option<String>,
    first: Option<String>,
    csv: Option<String>,
    xlsx: Option<String>,
    all: String,
}

struct Choice {
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String, bool)>,
}

/// A line in words.
pub(super) struct Line {
    pub number: String,
    pub href: Option<String>,
    pub said: String,
    pub day: String,
    pub category: String,
    pub community: String,
    pub org: String,
    pub tag: Tag,
    pub counts: &'static str,
}

/// The list that a query asks for, with its area's path.
pub(super) async fn behind(
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    asked: &Asked,
) -> Result<(Behind, Asked, Vec<linli_org::Area>)> {
    let figure = asked.figure.as_deref().and_then(Figure::parse).ok_or(Problem::NotFound)?;
    let (about, path) = asked.about(&mut org.db.read(), actor).await?;
    let given = |value: &Option<String>| value.clone().filter(|text| !text.trim().is_empty());
    let behind = Behind {
        figure,
        part: match asked.part.as_deref() {
            Some("yes") => Part::Yes,
            Some("partly") => Part::Partly,
            Some("no") => Part::No,
            _ => Part::All,
        },
        detail: given(&asked.detail),
        span: asked.span(visit.now),
        about,
        state: given(&asked.state),
        category: given(&asked.category),
        words: given(&asked.q),
    };
    Ok((behind, fixed(asked, &about, &path), path))
}

/// Where a page goes on: the last line's day and case, and the event.
fn after(text: Option<&str>) -> Result<Option<(Cursor, i64)>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong = || Problem::invalid("cursor", "cursor");
    let (cursor, seq) = text.rsplit_once('.').ok_or_else(wrong)?;
    Ok(Some((Cursor::decode(cursor)?, seq.parse().map_err(|_not_a_number| wrong())?)))
}

/// `GET /figures/cases`
pub(super) async fn show(
    State(work): State<Casework>,
    State(org): State<OrgState>,
    Extension(allow): Extension<Allow>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let (actor, lang) = (&who.actor, visit.lang);
    let (behind, asked, path) = behind(&org, &visit, actor, &asked).await?;
    let place = after(asked.after.as_deref())?;
    let mut rows =
        work.behind(actor, &behind, place.as_ref().map(|(cursor, seq)| (cursor, *seq)), LINES + 1).await?;
    let full = i64::try_from(rows.len()).unwrap_or(0) > LINES;
    rows.truncate(usize::try_from(LINES).unwrap_or(0));
    let more = rows.last().filter(|_| full).map(|last| {
        let cursor = Cursor { key: last.day, id: last.case_id.0 }.encode();
        asked.link("/figures/cases", &[("after", &format!("{cursor}.{}", last.seq))])
    });
    let count = work.count_behind(actor, &behind).await?;
    let cases: Vec<CaseId> = rows.iter().map(|row| row.case_id).collect();
    let open = work.may_open(actor, &cases).await?;
    let figure = behind.figure;
    let parts = if Figure::RATES.contains(&figure) || matches!(figure, Figure::Said | Figure::Excluded) {
        ["", "yes", "partly", "no"]
            .into_iter()
            .filter(|part| *part != "partly" || matches!(figure, Figure::Solved | Figure::Satisfied))
            .map(|part| {
                let key = if part.is_empty() { "all" } else { part };
                let words = match (figure, part) {
                    (Figure::Said, "yes") => crate::t::figures::still_open(lang).to_owned(),
                    (Figure::Said, "no") => crate::t::figures::over(lang).to_owned(),
                    _ => visit.text(&format!("figures.part_{key}"), &[]),
                };
                (
                    asked.link("/figures/cases", &[("part", part)]),
                    words,
                    asked.part.as_deref().unwrap_or("") == part,
                )
            })
            .collect()
    } else {
        Vec::new()
    };
    let export = allow.export && actor.may(Permission::Export).is_ok();
    let file = |format: &str| export.then(|| asked.link("/figures/cases/export", &[("format", format)]));
    let mut about = vec![span_words(lang, asked.period(), behind.span)];
    about.extend(path.last().map(|area| pick(&visit, &area.name, area.name_en.as_deref()).to_owned()));
    if let Some(id) = behind.about.org {
        about.extend(
            work.org_names([id.0])
                .await?
                .into_iter()
                .map(|(_, zh, en)| pick(&visit, &zh, en.as_deref()).to_owned()),
        );
    }
    if let Some(detail) = &behind.detail {
        about.push(
            category(&work, &visit, Some(detail))
                .unwrap_or_else(|| visit.text(&format!("option.code.{detail}"), &[])),
        );
    }
    html(&ListPage {
        back: asked.link(
            "/figures",
            &[("figure", ""), ("part", ""), ("detail", ""), ("state", ""), ("category", ""), ("q", "")],
        ),
        title: figure_name(&visit, figure),
        about: about.join("，"),
        count: if count >= MOST { format!("{}+", lang.count(MOST)) } else { lang.count(count) },
        parts,
        filters: filters(&work, &visit, &asked),
        hidden: ["period", "at", "to", "area", "org", "figure", "part", "detail"]
            .into_iter()
            .zip([
                &asked.period,
                &asked.at,
                &asked.to,
                &asked.area,
                &asked.org,
                &asked.figure,
                &asked.part,
                &asked.detail,
            ])
            .filter_map(|(name, value)| Some((name, value.clone()?)))
            .collect(),
        q: asked.q.clone().unwrap_or_default(),
        lines: rows.into_iter().map(|row| line(&work, &visit, row, &open)).collect(),
        more,
        first: place.map(|_| asked.link("/figures/cases", &[])),
        csv: file("csv"),
        xlsx: file("xlsx"),
        all: asked.link("/figures/cases", &[("state", ""), ("category", ""), ("q", ""), ("part", "")]),
        page: visit.page(figure_name(&visit, figure)),
    })
}

fn filters(work: &Casework, visit: &Visit, asked: &Asked) -> Vec<Choice> {
    let lang = visit.lang;
    let on = |own: &Option<String>, value: &str| own.as_deref() == Some(value);
    let states = work.procedures.iter().flat_map(|procedure| procedure.states.iter().skip(1));
    let states = states.map(|state| {
        let words = visit.text(&format!("state.{}", state.name), &[]);
        (state.name.to_owned(), words, on(&asked.state, state.name))
    });
    let keys = work.categories().groups().iter().flat_map(|group| &group.categories);
    let categories = keys
        .filter_map(|key| Some((key.clone(), category(work, visit, Some(key))?, on(&asked.category, key))));
    vec![
        Choice { name: "state", label: crate::t::figures::state(lang), options: states.collect() },
        Choice { name: "category", label: crate::t::desk::category(lang), options: categories.collect() },
    ]
}

pub(super) fn line(work: &Casework, visit: &Visit, row: BehindLine, open: &BTreeSet<CaseId>) -> Line {
    let lang = visit.lang;
    let named =
        |zh: Option<&str>, en: Option<&str>| zh.map(|zh| pick(visit, zh, en).to_owned()).unwrap_or_default();
    Line {
        href: open.contains(&row.case_id).then(|| format!("/cases/{}", row.case_id)),
        said: lang.date_year(row.happened_at.day()),
        day: lang.date_year(linli_base::Day(row.day)),
        category: category(work, visit, row.category.as_deref()).unwrap_or_default(),
        community: named(row.community.as_deref(), row.community_en.as_deref()),
        org: named(row.org.as_deref(), row.org_en.as_deref()),
        tag: Tag::of_staff(work, visit, &row.procedure, &row.state),
        counts: match row.value {
            WHOLE => crate::t::figures::part_yes(lang),
            0 => crate::t::figures::part_no(lang),
            _ => crate::t::figures::part_partly(lang),
        },
        number: row.number,
    }
}
