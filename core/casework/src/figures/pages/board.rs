use super::{
    asked::{Asked, Period, month_text},
    svg,
    words::{Num, cases, count_num, figure_name, interval, percent, rate_num, span_words},
};
use crate::{
    Casework,
    desk::Allow,
    figures::{About, Figure, Figures, Rate, Span},
};
use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
    response::Response,
};
use linli_authz::{Actor, Permission, Tier};
use linli_base::Result;
use linli_org::{Area, OrgState, SignedIn, areas};
use linli_web::{Page, Visit, WebError, html};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The five that stand on top.
const CARDS: [Figure; 5] =
    [Figure::Responded, Figure::Solved, Figure::Satisfied, Figure::InTime, Figure::AtOnce];
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
    bands: Vec<Band>,
    topics: Vec<Topic>,
    counts: Vec<(String, Num)>,
    excluded: Vec<(String, Num)>,
    excluded_share: Option<String>,
    too_many: bool,
    checks: Vec<(String, Num)>,
    apart: Vec<(String, Num)>,
}

/// One of the five rates.
struct Card {
    name: String,
    percent: Option<Num>,
    whole: Num,
    part: Option<Num>,
    total: Num,
    of: String,
    interval: String,
    change: Option<(&'static str, &'static str, String)>,
    city: Option<String>,
    spark: String,
}

/// A line of a table: an area or an org.
struct Row {
    depth: usize,
    name: String,
    href: String,
    /// Unfolds or folds what lies in it.
    fold: Option<(bool, String)>,
    due: Num,
    in_time: Num,
    responded: Num,
    solved: Num,
    dot: String,
    interval: String,
    reached: Num,
    satisfied: Num,
    unreached: Num,
    excluded: Num,
    overall: String,
}

/// Another rate: name, rate, numerator, denominator, interval.
struct Other {
    name: String,
    rate: Num,
    whole: Num,
    total: Num,
    interval: String,
    dot: String,
}

/// Twelve months of an area.
struct Band {
    name: String,
    now: Num,
    svg: String,
    first: String,
    last: String,
    months: Vec<(String, String)>,
}

struct Topic {
    name: String,
    bar: String,
    count: Num,
}

/// What everything on the page is made from.
struct Making<'a> {
    work: &'a Casework,
    visit: &'a Visit,
    asked: &'a Asked,
    span: Span,
    city: Figures,
    low: f64,
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
    let long = span.to - span.from + 1;
    let before = work.figures_of(actor, Span { from: span.from - long, to: span.to - long }, &about).await?;
    let city = work.figures_of_city(span).await?;
    let rows = rows_of(&work, &org, actor, &asked, span, &about, &path).await?;
    let low = axis(rows.iter().map(|(_, _, figures)| figures).chain([&own]));
    let making = Making { work: &work, visit: &visit, asked: &asked, span, city, low };
    let last = span.to.min(crate::figures::month_of(now.day())).max(span.from);
    let months = Span { from: last - 11, to: last };
    let trend = work.figure_months(actor, &CARDS, months, &about).await?;
    let cards =
        CARDS.iter().map(|figure| making.card(*figure, &own, &before, &about, &trend, months)).collect();
    let mut lines = Vec::new();
    for (depth, area, figures) in &rows {
        lines.push(making.area_row(*depth, area, figures, &about));
    }
    let orgs = making.orgs(actor, &about).await?;
    let bands = making.bands(actor, &about, &rows, months).await?;
    let excluded = work.figure_details(actor, Figure::Excluded, span, &about).await?;
    let share = own.rate(Figure::Excluded);
    let too_many = share.per_mille().is_some_and(|share| share > 100);
    let export = allow.export && actor.may(Permission::Export).is_ok();
    let file = |format: &str| export.then(|| asked.link("/figures/export", &[("format", format)]));
    let shift = |by: i64| {
        let (at, to) = (month_text(span.from + by), month_text(span.to + by));
        asked.link("/figures", &[("at", &at), ("to", if period == Period::Range { &to } else { "" })])
    };
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
                let at = month_text(span.to);
                let to = if *other == Period::Range { at.as_str() } else { "" };
                let href = asked.link("/figures", &[("period", other.name()), ("at", &at), ("to", to)]);
                (href, visit.text(&format!("figures.{}", other.name()), &[]), *other == period)
            })
            .collect(),
        span: span_words(lang, period, span),
        earlier: shift(-long),
        later: (span.to < crate::figures::month_of(now.day())).then(|| shift(long)),
        range: (period == Period::Range).then(|| (month_text(span.from), month_text(span.to))),
        hidden: [("area", asked.area.clone()), ("org", asked.org.clone())]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect(),
        csv: file("csv"),
        xlsx: file("xlsx"),
        until: lang.moment(now, now),
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
        apart: making.apart(actor, &about).await?,
        page: visit.page(crate::t::figures::title(lang)),
    })
}

/// The query with what was meant where it named nothing, so that each link says what it leads to.
pub(super) fn fixed(asked: &Asked, about: &About, path: &[Area]) -> Asked {
    Asked {
        area: path.last().map(|area| area.id.to_string()),
        org: about.org.map(|org| org.to_string()),
        ..asked.clone()
    }
}

/// The area itself, what lies in it, and below an opened street its communities; in the order of the territory.
pub(super) async fn rows_of(
    work: &Casework,
    org: &OrgState,
    actor: &Actor,
    asked: &Asked,
    span: Span,
    about: &About,
    path: &[Area],
) -> Result<Vec<(usize, Area, Figures)>> {
    let scope = actor.may(Permission::OrgSee)?;
    let top = match path.last() {
        Some(area) => area.clone(),
        None => match areas::root(&mut org.db.read(), &scope).await? {
            Some(root) => root,
            None => return Ok(Vec::new()),
        },
    };
    let mut rows = vec![(0, top.clone(), work.figures_of(actor, span, about).await?)];
    if top.tier >= Tier::Grid {
        return Ok(rows);
    }
    let mut within = work.figures_within(actor, span, about).await?;
    for area in areas::children(&mut org.db.read(), &scope, top.id).await? {
        let (id, tier) = (area.id, area.tier);
        let figures = within.remove(&id.0).unwrap_or_default();
        rows.push((1, area, figures));
        if tier == Tier::Street && asked.open.as_deref() == Some(id.to_string().as_str()) {
            let columns = areas::columns(&mut org.db.read(), &scope, id).await?;
            let street = About { area: Some((tier, columns)), org: about.org };
            let mut below = work.figures_within(actor, span, &street).await?;
            for community in areas::children(&mut org.db.read(), &scope, id).await? {
                let figures = below.remove(&community.id.0).unwrap_or_default();
                rows.push((2, community, figures));
            }
        }
    }
    Ok(rows)
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

    fn card(
        &self,
        figure: Figure,
        own: &Figures,
        before: &Figures,
        about: &About,
        trend: &BTreeMap<(String, Uuid, i64), Rate>,
        months: Span,
    ) -> Card {
        let (lang, rate) = (self.visit.lang, own.rate(figure));
        let link = |part: &str| cases(self.asked, figure, part, &[]);
        let of_month = |month: i64| {
            trend
                .iter()
                .find(|((name, _, at), _)| name == figure.name() && *at == month)
                .map(|(_, rate)| rate)
        };
        let points: Vec<_> =
            (months.from..=months.to).map(|month| of_month(month).and_then(svg::point)).collect();
        let earlier = before.rate(figure);
        let change = match (rate.per_mille(), earlier.per_mille()) {
            (Some(now), Some(then)) if rate.compares() && earlier.compares() => {
                let by = percent((now - then).abs());
                Some(match now.cmp(&then) {
                    std::cmp::Ordering::Greater => {
                        ("green", "chevron-up", crate::t::figures::higher(lang, by))
                    }
                    std::cmp::Ordering::Less => ("amber", "chevron-down", crate::t::figures::lower(lang, by)),
                    std::cmp::Ordering::Equal => ("mut", "info", crate::t::figures::same(lang).to_owned()),
                })
            }
            (Some(_), _) => Some(("mut", "info", crate::t::figures::few(lang).to_owned())),
            _ => None,
        };
        let whole_city = about.org.is_none() && about.area.is_none_or(|(tier, _)| tier == Tier::City);
        let city = self.city.rate(figure).per_mille().filter(|_| !whole_city);
        Card {
            name: figure_name(self.visit, figure),
            percent: rate.per_mille().map(|p| Num { text: percent(p), href: link("") }),
            whole: count_num(lang, rate.whole, link("yes")),
            part: (rate.part > 0).then(|| count_num(lang, rate.part, link("partly"))),
            total: count_num(lang, rate.total, link("")),
            of: self.visit.text(&format!("figures.of_{}", figure.name()), &[]),
            interval: interval(&rate).unwrap_or_default(),
            change,
            city: city.map(|p| crate::t::figures::city_rate(lang, percent(p))),
            spark: svg::spark(&points),
        }
    }

    fn area_row(&self, depth: usize, area: &Area, figures: &Figures, about: &About) -> Row {
        let id = area.id.to_string();
        let change = [("area", id.as_str())];
        let name = crate::desk::pick(self.visit, &area.name, area.name_en.as_deref()).to_owned();
        let city = about.area.is_none_or(|(tier, _)| tier == Tier::City);
        let opened = self.asked.open.as_deref() == Some(id.as_str());
        let fold = (depth == 1 && city && area.tier == Tier::Street)
            .then(|| (opened, self.asked.link("/figures", &[("open", if opened { "" } else { &id })])));
        let href = if depth == 0 {
            String::new()
        } else {
            self.asked.link("/figures", &[("area", &id), ("open", "")])
        };
        self.row(depth, name, href, fold, figures, &change)
    }

    fn row(
        &self,
        depth: usize,
        name: String,
        href: String,
        fold: Option<(bool, String)>,
        figures: &Figures,
        change: &[(&str, &str)],
    ) -> Row {
        let lang = self.visit.lang;
        let link = |figure: Figure, part: &str| cases(self.asked, figure, part, change);
        let rate = |figure: Figure| figures.rate(figure);
        let count = |figure: Figure, part: &str| {
            let of = rate(figure);
            count_num(lang, if part == "yes" { of.whole } else { of.total }, link(figure, part))
        };
        let compared = |figure: Figure| {
            let of = rate(figure);
            if of.total > 0 && !of.compares() {
                return Num {
                    text: crate::t::figures::not_compared(lang).to_owned(),
                    href: link(figure, ""),
                };
            }
            rate_num(self.asked, figure, &of, change)
        };
        let solved = rate(Figure::Solved);
        Row {
            depth,
            name,
            href,
            fold,
            due: count(Figure::InTime, ""),
            in_time: rate_num(self.asked, Figure::InTime, &rate(Figure::InTime), change),
            responded: rate_num(self.asked, Figure::Responded, &rate(Figure::Responded), change),
            solved: compared(Figure::Solved),
            dot: svg::dot(&solved, svg::point(&self.city.rate(Figure::Solved)).map(|(p, ..)| p), self.low),
            interval: interval(&solved).unwrap_or_else(|| "–".to_owned()),
            reached: count(Figure::Solved, ""),
            satisfied: compared(Figure::Satisfied),
            unreached: count(Figure::Unreached, "yes"),
            excluded: count(Figure::Excluded, "yes"),
            overall: match figures.overall {
                Some(_) if !solved.compares() => crate::t::figures::not_compared(lang).to_owned(),
                Some(overall) => percent(overall),
                None => "–".to_owned(),
            },
        }
    }

    async fn org_names(&self, ids: impl IntoIterator<Item = Uuid>) -> Result<BTreeMap<Uuid, String>> {
        let names = self.work.org_names(ids).await?;
        let pick = |(id, zh, en): (Uuid, String, Option<String>)| {
            (id, crate::desk::pick(self.visit, &zh, en.as_deref()).to_owned())
        };
        Ok(names.into_iter().map(pick).collect())
    }

    /// The orgs that worked here, by name.
    async fn orgs(&self, actor: &Actor, about: &About) -> Result<Vec<Row>> {
        if about.org.is_some() {
            return Ok(Vec::new());
        }
        let by_org = self.work.figures_by_org(actor, self.span, about).await?;
        let names = self.org_names(by_org.keys().copied()).await?;
        let mut rows: Vec<Row> = by_org
            .iter()
            .filter(|(_, figures)| {
                figures.rate(Figure::InTime).total + figures.rate(Figure::Signed).total > 0
            })
            .map(|(id, figures)| {
                let id_text = id.to_string();
                let name = names.get(id).cloned().unwrap_or_default();
                let href = self.asked.link("/figures", &[("org", &id_text), ("open", "")]);
                self.row(0, name, href, None, figures, &[("org", &id_text)])
            })
            .collect();
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(rows)
    }

    /// The rates that are not on a card.
    fn others(&self, own: &Figures) -> Vec<Other> {
        let rest = Figure::RATES.into_iter().filter(|figure| !CARDS.contains(figure));
        rest.map(|figure| {
            let rate = own.rate(figure);
            let link = |part: &str| cases(self.asked, figure, part, &[]);
            let city = svg::point(&self.city.rate(figure)).map(|(p, ..)| p);
            Other {
                name: figure_name(self.visit, figure),
                rate: rate_num(self.asked, figure, &rate, &[]),
                whole: count_num(self.visit.lang, rate.whole, link("yes")),
                total: count_num(self.visit.lang, rate.total, link("")),
                interval: interval(&rate).unwrap_or_else(|| "–".to_owned()),
                dot: svg::dot(&rate, city, 0.0),
            }
        })
        .collect()
    }

    /// Twelve months of the solved rate: of each street below the city, else of what the page is about.
    async fn bands(
        &self,
        actor: &Actor,
        about: &About,
        rows: &[(usize, Area, Figures)],
        months: Span,
    ) -> Result<Vec<Band>> {
        let solved = [Figure::Solved];
        let city = self.work.figure_months_of_city(&solved, months).await?;
        let whole = about.area.is_none_or(|(tier, _)| tier == Tier::City);
        let streets = About { area: Some((Tier::Street, areas::AreaColumns::default())), org: about.org };
        let of = if whole { &streets } else { about };
        let all = self.work.figure_months(actor, &solved, months, of).await?;
        let series = |from: &BTreeMap<(String, Uuid, i64), Rate>,
                      key: Option<Uuid>|
         -> Vec<Option<svg::Point>> {
            let at = |month: i64| {
                let mut found =
                    from.iter().filter(|((_, id, at), _)| *at == month && key.is_none_or(|key| key == *id));
                found.next().and_then(|(_, rate)| svg::point(rate))
            };
            (months.from..=months.to).map(at).collect()
        };
        let city = series(&city, None);
        let shown =
            rows.iter().filter(
                |(depth, area, _)| if whole { *depth == 1 && area.tier == Tier::Street } else { *depth == 0 },
            );
        let mut bands = Vec::new();
        for (_, area, figures) in shown.take(8) {
            let points = series(&all, whole.then_some(area.id.0));
            let lows = points.iter().chain(&city).flatten().map(|(p, ..)| *p).fold(1.0, f64::min);
            let low = if lows < 0.5 { 0.0 } else { 0.5 };
            let short =
                |month: i64| crate::t::figures::short_month(self.visit.lang, month.rem_euclid(12) + 1);
            let id = area.id.to_string();
            bands.push(Band {
                name: crate::desk::pick(self.visit, &area.name, area.name_en.as_deref()).to_owned(),
                now: rate_num(self.asked, Figure::Solved, &figures.rate(Figure::Solved), &[("area", &id)]),
                svg: svg::band(&points, &city, low),
                first: short(months.from),
                last: short(months.to),
                months: (months.from..=months.to)
                    .zip(&points)
                    .map(|(month, point)| {
                        let text =
                            point.map_or_else(|| "–".to_owned(), |(p, ..)| format!("{:.1}%", p * 100.0));
                        (super::asked::month_words(self.visit.lang, month), text)
                    })
                    .collect(),
            });
        }
        Ok(bands)
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
    async fn apart(&self, actor: &Actor, about: &About) -> Result<Vec<(String, Num)>> {
        let by_org = self.work.figures_by_org(actor, self.span, about).await?;
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
