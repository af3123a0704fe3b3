//! `/figures`: the page.

use super::{
    asked::{Asked, Period, written},
    svg,
    table::{Other, Row, rows_of},
    trend::{Band, Card},
    words::{Num, cases, count_num, figure_name, percent, span_words},
};
use crate::{
    Casework,
    desk::Allow,
    figures::{About, Figure, Figures, Rate, Span, month_of, span::Slot},
};
use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
    response::Response,
};
use linli_authz::{Actor, Permission};
use linli_base::{At, Result};
use linli_org::{Area, OrgState, SignedIn};
use linli_web::{Page, Visit, WebError, html};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The five that stand on top.
pub(super) const CARDS: [Figure; 5] =
    [Figure::Responded, Figure::Solved, Figure::Satisfied, Figure::InTime, Figure::AtOnce];
/// What is shown of each org.
const OF_ORGS: [Figure; 7] = [
    Figure::InTime,
    Figure::Signed,
    Figure::Responded,
    Figure::Solved,
    Figure::Satisfied,
    Figure::Unreached,
    Figure::Excluded,
];
/// Categories shown.
const TOPICS: usize = 6;

#[derive(Template)]
#[template(path = "figures/board.html")]
struct Board {
    page: Page,
    /// From the city down to what it is about.
    path: Vec<(String, String)>,
    about: String,
    periods: Vec<(String, String, bool)>,
    span: String,
    earlier: String,
    later: Option<String>,
    range: Option<(String, String)>,
    hidden: Vec<(&'static str, String)>,
    csv: Option<String>,
    xlsx: Option<String>,
    until: String,
    waiting: Option<String>,
    empty: bool,
    cards: Vec<Card>,
    low: String,
    rows: Vec<Row>,
    orgs: Vec<Row>,
    others: Vec<Other>,
    overall: Option<String>,
    trend: &'static str,
    bands: Vec<Band>,
    topics: Vec<Topic>,
    counts: Vec<(String, Num)>,
    excluded: Vec<(String, Num)>,
    excluded_share: Option<String>,
    too_many: bool,
    checks: Vec<(String, Num)>,
    apart: Vec<(String, Num)>,
}

struct Topic {
    name: String,
    bar: String,
    count: Num,
}

/// What everything on the page is made from.
pub(super) struct Making<'a> {
    pub work: &'a Casework,
    pub visit: &'a Visit,
    pub asked: &'a Asked,
    pub span: Span,
    pub city: Figures,
    pub low: f64,
    /// Twelve periods, of which the last is shown.
    pub row: Vec<Slot>,
}

/// `GET /figures`
pub(super) async fn show(
    State(work): State<Casework>,
    State(org): State<OrgState>,
    Extension(allow): Extension<Allow>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let (actor, lang, now) = (&who.actor, visit.lang, visit.now);
    actor.may(Permission::FiguresSee)?;
    let (about, path) = asked.about(&mut org.db.read(), actor).await?;
    let asked = fixed(&asked, &about, &path);
    let (period, span) = (asked.period(), asked.span(now));
    let own = work.figures_of(actor, span, &about).await?;
    let before = work.figures_of(actor, span.shifted(-1), &about).await?;
    let city = work.figures_of_city(span).await?;
    let rows = rows_of(&work, &org, actor, &asked, span, &about, &path).await?;
    let low = axis(rows.iter().map(|(_, _, figures)| figures).chain([&own]));
    let row = slots(span, now);
    let making = Making { work: &work, visit: &visit, asked: &asked, span, city, low, row };
    let trend = work.figure_row(actor, &CARDS, &making.row, &about).await?;
    let cards = CARDS.iter().map(|figure| making.card(*figure, &own, &before, &about, &trend)).collect();
    let mut lines = Vec::new();
    for (depth, area, figures) in &rows {
        lines.push(making.area_row(*depth, area, figures, &about));
    }
    let by_org = match about.org {
        None => work.figures_by_org(actor, span, &about, &OF_ORGS).await?,
        Some(_) => BTreeMap::new(),
    };
    let orgs = making.orgs(&by_org).await?;
    let bands = making.bands(actor, &about, &rows).await?;
    let excluded = work.figure_details(actor, Figure::Excluded, span, &about).await?;
    let share = own.rate(Figure::Excluded);
    let too_many = share.per_mille().is_some_and(|share| share > 100);
    let export = allow.export && actor.may(Permission::Export).is_ok();
    let file = |format: &str| export.then(|| asked.link("/figures/export", &[("format", format)]));
    let name = |area: &Area| crate::desk::pick(&visit, &area.name, area.name_en.as_deref()).to_owned();
    let about_words = match &about.org {
        Some(id) => making.org_names([id.0]).await?.remove(&id.0).unwrap_or_default(),
        None => path.last().map(name).unwrap_or_default(),
    };
    let waiting = work.figures_wait().await?;
    html(&Board {
        path: path
            .iter()
            .take(path.len().saturating_sub(usize::from(about.org.is_none())))
            .map(|area| {
                (
                    asked.link("/figures", &[("area", &area.id.to_string()), ("org", ""), ("open", "")]),
                    name(area),
                )
            })
            .collect(),
        about: about_words,
        periods: Period::ALL
            .iter()
            .map(|other| {
                let href = asked.of(*other, span, now);
                (href, visit.text(&format!("figures.{}", other.name()), &[]), *other == period)
            })
            .collect(),
        span: span_words(lang, period, span),
        earlier: asked.at(span.shifted(-1)),
        later: (span.days().1 < now.day()).then(|| asked.at(span.shifted(1))),
        range: (period == Period::Range).then(|| written(span)),
        hidden: [("area", asked.area.clone()), ("org", asked.org.clone())]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect(),
        csv: file("csv"),
        xlsx: file("xlsx"),
        until: lang.moment(now, now),
        trend: match span {
            Span::Week(_) => crate::t::figures::trend_weeks(lang),
            Span::Months(..) => crate::t::figures::trend(lang),
        },
        waiting: waiting.map(|since| lang.moment(since, now)),
        empty: own.rate(Figure::Said).total == 0 && own.rate(Figure::InTime).total == 0,
        cards,
        low: format!("{:.0}", low * 100.0),
        rows: lines,
        orgs,
        others: making.others(&own),
        overall: own.overall.map(percent),
        bands,
        topics: making.topics(actor, &about).await?,
        counts: vec![
            (figure_name(&visit, Figure::Said), making.count(Figure::Said, "", &own)),
            (crate::t::figures::still_open(lang).to_owned(), making.count(Figure::Said, "yes", &own)),
            (figure_name(&visit, Figure::Overdue), making.count(Figure::Overdue, "", &own)),
        ],
        excluded: making.excluded(&excluded, &own),
        excluded_share: share.per_mille().map(percent),
        too_many,
        checks: Figure::CHECKS
            .iter()
            .map(|figure| (figure_name(&visit, *figure), making.count(*figure, "", &own)))
            .collect(),
        apart: making.apart(&by_org).await?,
        page: visit.page(crate::t::figures::title(lang)),
    })
}

/// The twelve weeks or months that end with the span, as far as they have begun.
fn slots(span: Span, now: At) -> Vec<Slot> {
    match span {
        Span::Week(week) => (week - 11..=week).map(Slot::Week).collect(),
        Span::Months(from, to) => {
            let last = to.min(month_of(now.day())).max(from);
            (last - 11..=last).map(Slot::Month).collect()
        }
    }
}

/// The query with what was meant where it named nothing, so that each link says what it leads to.
pub(super) fn fixed(asked: &Asked, about: &About, path: &[Area]) -> Asked {
    Asked {
        area: path.last().map(|area| area.id.to_string()),
        org: about.org.map(|org| org.to_string()),
        ..asked.clone()
    }
}

/// Where the axis of a rate begins: at a half, or at nothing where an interval reaches below.
fn axis<'a>(all: impl Iterator<Item = &'a Figures>) -> f64 {
    let lowest = all.filter_map(|figures| svg::point(&figures.rate(Figure::Solved))).map(|(p, ..)| p);
    if lowest.fold(1.0, f64::min) < 0.5 { 0.0 } else { 0.5 }
}

impl Making<'_> {
    fn count(&self, figure: Figure, part: &str, own: &Figures) -> Num {
        let rate = own.rate(figure);
        let count = if part == "yes" { rate.whole } else { rate.total };
        count_num(self.visit.lang, count, cases(self.asked, figure, part, &[]))
    }

    /// What is excluded by each code, and what waits for a decision.
    fn excluded(&self, codes: &BTreeMap<String, Rate>, own: &Figures) -> Vec<(String, Num)> {
        codes
            .iter()
            .map(|(code, rate)| {
                let href = cases(self.asked, Figure::Excluded, "", &[("detail", code)]);
                (
                    self.visit.text(&format!("option.code.{code}"), &[]),
                    count_num(self.visit.lang, rate.total, href),
                )
            })
            .chain([(figure_name(self.visit, Figure::Proposed), self.count(Figure::Proposed, "", own))])
            .collect()
    }

    pub(super) async fn org_names(
        &self,
        ids: impl IntoIterator<Item = Uuid>,
    ) -> Result<BTreeMap<Uuid, String>> {
        let names = self.work.org_names(ids).await?;
        let pick = |(id, zh, en): (Uuid, String, Option<String>)| {
            (id, crate::desk::pick(self.visit, &zh, en.as_deref()).to_owned())
        };
        Ok(names.into_iter().map(pick).collect())
    }

    /// What was said most.
    async fn topics(&self, actor: &Actor, about: &About) -> Result<Vec<Topic>> {
        let said = self.work.figure_details(actor, Figure::Said, self.span, about).await?;
        let mut said: Vec<(String, i64)> =
            said.into_iter().map(|(key, rate)| (key, rate.total)).filter(|(_, n)| *n > 0).collect();
        said.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let most = said.first().map_or(1, |(_, count)| *count);
        let topic = |(key, count): (String, i64)| Topic {
            name: crate::desk::category(self.work, self.visit, Some(&key)).unwrap_or_else(|| key.clone()),
            bar: svg::bar(count, most),
            count: count_num(
                self.visit.lang,
                count,
                cases(self.asked, Figure::Said, "", &[("detail", &key)]),
            ),
        };
        Ok(said.into_iter().take(TOPICS).map(topic).collect())
    }

    /// The orgs of which far more were not reached than of the city, by name.
    async fn apart(&self, by_org: &BTreeMap<Uuid, Figures>) -> Result<Vec<(String, Num)>> {
        let city = self.city.rate(Figure::Unreached);
        let far: Vec<(Uuid, Rate)> = by_org
            .iter()
            .map(|(id, figures)| (*id, figures.rate(Figure::Unreached)))
            .filter(|(_, rate)| rate.above(&city))
            .collect();
        let names = self.org_names(far.iter().map(|(id, _)| *id)).await?;
        let mut lines: Vec<(String, Num)> = far
            .into_iter()
            .map(|(id, rate)| {
                let href = cases(self.asked, Figure::Unreached, "yes", &[("org", &id.to_string())]);
                (names.get(&id).cloned().unwrap_or_default(), count_num(self.visit.lang, rate.whole, href))
            })
            .collect();
        lines.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(lines)
    }
}
