use super::{
    By, Counted, Figure, Found, Verdict, count, published,
    rules::{Said, Share, period},
    store::{RecordRow, RequestRow},
};
use crate::{engine::Engine, t::article as words};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::Response,
    routing::get,
};
use linli_base::{Cursor, Day, Problem};
use linli_casework::Casework;
use linli_i18n::Lang;
use linli_web::{NavItem, Page, Visit, WebError, html};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "article/article.html")]
struct ArticlePage {
    page: Page,
    today: bool,
    as_of: String,
    published: String,
    summary: String,
    lines: Vec<Line>,
}

/// A figure of the article as the page shows it.
struct Line {
    /// The project, with how many figures it has, at its first one.
    project: Option<(String, usize)>,
    /// The article's words before its number, the number, and the words after it.
    said: (String, String, String),
    found: String,
    unit: String,
    tone: &'static str,
    icon: &'static str,
    verdict: String,
    how: String,
    href: String,
    open: String,
}

#[derive(Template)]
#[template(path = "article/list.html")]
struct ListPage {
    page: Page,
    back: String,
    heading: (String, String, String),
    as_of: String,
    heads: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
    /// The list shows requests.
    requests: bool,
    first: String,
    more: String,
}

/// A cell of a list, its words with their language where it is another than the page's.
struct Cell {
    text: String,
    tag: &'static str,
    number: bool,
}

#[derive(Deserialize)]
struct Asked {
    on: Option<String>,
    after: Option<String>,
}

/// `/article` and the list behind each of its figures.
pub fn routes() -> Router<Engine> {
    Router::new().route("/article", get(show)).route("/article/{figure}", get(list))
}

impl Asked {
    fn today(&self) -> bool {
        self.on.as_deref() == Some("today")
    }

    fn day(&self, visit: &Visit) -> Day {
        if self.today() { visit.now.day() } else { published() }
    }

    fn query(&self) -> &'static str {
        if self.today() { "?on=today" } else { "" }
    }
}

async fn show(
    State(engine): State<Engine>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let (lang, day) = (visit.lang, asked.day(&visit));
    let counted = count(&mut engine.org.db.read(), day).await?;
    let agree = counted.iter().filter(|counted| counted.verdict == Verdict::Agrees).count();
    let compared = counted.iter().filter(|counted| counted.verdict != Verdict::Nothing).count();
    let off = compared - agree;
    let more = if off > 0 { words::summary_off(lang, off) } else { String::new() };
    let mut lines: Vec<Line> =
        counted.iter().map(|counted| line(&visit, counted, day, asked.query())).collect();
    let mut before = "";
    for (line, counted) in lines.iter_mut().zip(&counted) {
        let project = counted.figure.project();
        if project != before {
            let figures = counted_in(project);
            line.project = Some((visit.text(&format!("article.project_{project}"), &[]), figures));
            before = project;
        }
    }
    html(&ArticlePage {
        page: page(&visit, words::title(lang)),
        today: asked.today(),
        as_of: words::as_of(lang, lang.date_year(day)),
        published: words::source_by(lang, lang.date_year(published())),
        summary: words::summary(lang, compared, agree) + &more,
        lines,
    })
}

fn counted_in(project: &str) -> usize {
    Figure::ALL.iter().filter(|figure| figure.project() == project).count()
}

/// The page with a bar of its own: it is for residents and staff alike.
fn page(visit: &Visit, title: impl Into<String>) -> Page {
    let mut page = visit.page(title);
    page.nav = vec![
        NavItem::new("/", words::home(visit.lang)),
        NavItem { current: true, ..NavItem::new("/article", words::title(visit.lang)) },
    ];
    page
}

/// What the article says, cut around its number.
fn said(visit: &Visit, figure: Figure) -> (String, String, String) {
    let number = visit.lang.count(figure.said().number());
    let number = if visit.lang.is_zh() { number.replace(',', "") } else { number };
    let percent = matches!(figure.said(), Said::Percent(_) | Said::PercentElsewhere(_));
    let number = if percent { number + "%" } else { number };
    let marked = visit.text(&format!("article.said_{}", figure.name()), &[("n", "|".to_owned())]);
    let (before, after) = marked.split_once('|').unwrap_or((&marked, ""));
    (before.to_owned(), number, after.to_owned())
}

fn line(visit: &Visit, counted: &Counted, day: Day, query: &str) -> Line {
    let lang = visit.lang;
    let figure = counted.figure;
    let (tone, icon, verdict) = verdict(lang, counted);
    let open = match figure {
        Figure::Staff | Figure::GridWorkers => words::open_posts(lang, lang.count(counted.records)),
        Figure::Funds => words::open_funds(lang, lang.count(counted.records)),
        Figure::Premises => words::open_premises(lang, lang.count(counted.records)),
        Figure::Grids => words::open_grids(lang, lang.count(counted.records)),
        Figure::Closed | Figure::Requests | Figure::AtOnce => {
            words::open_requests(lang, lang.count(counted.records))
        }
        Figure::Conference => words::open_conference(lang, lang.count(counted.records)),
        Figure::Wishes => words::open_wishes(lang, lang.count(counted.records)),
        Figure::Items => words::open_items(lang, lang.count(counted.records)),
        Figure::Departments | Figure::Claimed => words::open_claims(lang, lang.count(counted.records)),
        Figure::Members => words::open_members(lang).to_owned(),
    };
    Line {
        project: None,
        said: said(visit, figure),
        found: match counted.found {
            Found::Number(n) => lang.count(n),
            Found::Share(Share { whole: 0, .. }) => "–".to_owned(),
            Found::Share(share) => format!("{}%", tenths(share.per_mille())),
        },
        unit: unit(visit, counted),
        tone,
        icon,
        verdict,
        how: how(visit, counted, day),
        href: format!("/article/{}{query}", figure.name()),
        open,
    }
}

fn unit(visit: &Visit, counted: &Counted) -> String {
    let lang = visit.lang;
    match (counted.found, &counted.by) {
        (Found::Share(share), _) => match share.interval() {
            Some((low, high)) => words::unit_rate(lang, tenths(low), tenths(high)),
            None => words::none_yet(lang).to_owned(),
        },
        (_, By::Spread(least, most)) => words::unit_grids(lang, lang.count(*least), lang.count(*most)),
        _ => visit.text(&format!("article.unit_{}", counted.figure.name()), &[]),
    }
}

fn how(visit: &Visit, counted: &Counted, day: Day) -> String {
    let lang = visit.lang;
    let (from, to) = period(day);
    let mut args = vec![("from", lang.date_year(from.day())), ("to", lang.date_year(to.plus_ms(-1).day()))];
    if let By::Streets(streets) = &counted.by {
        let one = |(zh, en, n): &(String, Option<String>, i64)| {
            format!("{} {}", named(lang, zh, en.as_deref()).0, lang.count(*n))
        };
        let between = if lang.is_zh() { "，" } else { ", " };
        args.push(("streets", streets.iter().map(one).collect::<Vec<_>>().join(between)));
    }
    if let Found::Share(share) = counted.found {
        args.extend([("part", lang.count(share.part)), ("whole", lang.count(share.whole))]);
    }
    visit.text(&format!("article.how_{}", counted.figure.name()), &args)
}

fn verdict(lang: Lang, counted: &Counted) -> (&'static str, &'static str, String) {
    let share = matches!(counted.found, Found::Share(_));
    let off = |text: String| ("a", "triangle-alert", text);
    match counted.verdict {
        Verdict::Agrees => ("g", "check", words::agrees(lang).to_owned()),
        Verdict::Less(n) if share => off(words::less_points(lang, tenths(n))),
        Verdict::More(n) if share => off(words::more_points(lang, tenths(n))),
        Verdict::Less(n) => off(words::less(lang, lang.count(n))),
        Verdict::More(n) => off(words::more(lang, lang.count(n))),
        Verdict::Nothing => ("n", "circle-help", words::nothing(lang).to_owned()),
    }
}

/// 853 as `85.3`.
fn tenths(mille: i64) -> String {
    format!("{}.{}", mille / 10, mille % 10)
}

async fn list(
    State(engine): State<Engine>,
    visit: Visit,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let figure = Figure::named(&name).ok_or(Problem::NotFound)?;
    let (lang, day) = (visit.lang, asked.day(&visit));
    let after = asked.after.as_deref().map(Cursor::decode).transpose()?;
    let mut read = engine.org.db.read();
    let (requests, next) = super::requests(&mut read, figure, day, after.as_ref()).await?;
    let heading = said(&visit, figure);
    let here = |cursor: &Cursor| {
        let on = if asked.today() { "on=today&" } else { "" };
        format!("/article/{name}?{on}after={}", cursor.encode())
    };
    let (heads, rows) = match figure {
        Figure::Closed | Figure::Requests | Figure::AtOnce => {
            let row = |row: &RequestRow| request(&visit, &engine.work, row);
            let heads = [
                words::col_number(lang),
                words::col_at(lang),
                words::col_answered(lang),
                words::col_community(lang),
                words::col_category(lang),
                words::col_state(lang),
            ];
            (heads.to_vec(), requests.iter().map(row).collect())
        }
        _ => {
            let records = super::records(&mut read, figure, day).await?;
            (heads(lang, figure), records.iter().map(|row| record(lang, figure, row)).collect())
        }
    };
    html(&ListPage {
        page: page(&visit, format!("{}{}{}", heading.0, heading.1, heading.2)),
        back: format!("/article{}", asked.query()),
        heading,
        as_of: words::as_of(lang, lang.date_year(day)),
        heads,
        rows,
        requests: matches!(figure, Figure::Closed | Figure::Requests | Figure::AtOnce),
        first: if after.is_some() { format!("/article/{name}{}", asked.query()) } else { String::new() },
        more: next.as_ref().map(here).unwrap_or_default(),
    })
}

impl Cell {
    fn of(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), tag: "", number: false }
    }

    fn number(text: impl Into<String>) -> Cell {
        Cell { number: true, ..Cell::of(text) }
    }

    fn named(lang: Lang, zh: &str, en: Option<&str>) -> Cell {
        let (text, tag) = named(lang, zh, en);
        Cell { text: text.to_owned(), tag, number: false }
    }
}

/// A name in the page's language; with its own where there is no other.
fn named<'a>(lang: Lang, zh: &'a str, en: Option<&'a str>) -> (&'a str, &'static str) {
    match (lang, en) {
        (Lang::En, Some(en)) => (en, ""),
        (Lang::En, None) => (zh, Lang::Zh.tag()),
        (Lang::Zh, _) => (zh, ""),
    }
}

fn request(visit: &Visit, work: &Casework, row: &RequestRow) -> Vec<Cell> {
    let lang = visit.lang;
    let category = row.category.as_deref().and_then(|key| work.categories().get(key));
    let community = match &row.community {
        Some(name) => Cell::named(lang, name, row.community_en.as_deref()),
        None => Cell::of(words::no_area(lang)),
    };
    vec![
        Cell::of(row.number.clone()),
        Cell::of(lang.date_year(row.at.day())),
        Cell::of(row.answered.map(|at| lang.date_year(at.day())).unwrap_or_default()),
        community,
        Cell::of(
            category
                .map(|found| if lang.is_zh() { &found.zh } else { &found.en })
                .cloned()
                .unwrap_or_default(),
        ),
        Cell::of(visit.text(&format!("state.{}", row.state), &[])),
    ]
}

fn heads(lang: Lang, figure: Figure) -> Vec<&'static str> {
    match figure {
        Figure::Staff => vec![words::col_org(lang), words::col_post(lang), words::col_since(lang)],
        Figure::Funds => vec![
            words::col_community(lang),
            words::col_year(lang),
            words::col_money(lang),
            words::col_paid(lang),
        ],
        Figure::Premises => vec![
            words::col_place(lang),
            words::col_rooms(lang),
            words::col_metres(lang),
            words::col_since(lang),
        ],
        Figure::Grids => vec![
            words::col_community(lang),
            words::col_grid(lang),
            words::col_households(lang),
            words::col_since(lang),
        ],
        Figure::GridWorkers => {
            vec![words::col_community(lang), words::col_grid(lang), words::col_since(lang)]
        }
        Figure::Wishes => {
            vec![words::col_community(lang), words::col_number(lang), words::col_shown(lang)]
        }
        Figure::Items => vec![words::col_category(lang), words::col_item(lang), words::col_since(lang)],
        Figure::Departments => vec![words::col_org(lang), words::col_item(lang), words::col_since(lang)],
        Figure::Claimed => {
            vec![words::col_community(lang), words::col_claimed(lang), words::col_since(lang)]
        }
        Figure::Members => {
            vec![words::col_org(lang), words::col_members(lang), words::col_since(lang)]
        }
        _ => vec![words::col_org(lang), words::col_since(lang)],
    }
}

fn record(lang: Lang, figure: Figure, row: &RecordRow) -> Vec<Cell> {
    let place = Cell::named(lang, &row.place, row.place_en.as_deref());
    let what = || Cell::named(lang, &row.what, row.what_en.as_deref());
    let since = Cell::of(row.day.map(|day| lang.date_year(day)).unwrap_or_default());
    let count = lang.count(row.number);
    match figure {
        Figure::Staff
        | Figure::GridWorkers
        | Figure::Wishes
        | Figure::Items
        | Figure::Departments
        | Figure::Claimed => vec![place, what(), since],
        Figure::Members => vec![place, Cell::number(count), since],
        Figure::Funds => {
            let yuan = words::yuan(lang, lang.count(row.number / 100));
            vec![place, Cell::of(row.what.clone()), Cell::number(yuan), since]
        }
        Figure::Premises => vec![place, what(), Cell::number(words::square_metres(lang, count)), since],
        Figure::Grids => vec![place, what(), Cell::number(count), since],
        _ => vec![place, since],
    }
}
