use super::own;
use crate::{
    t::helping as words,
    thanks,
    volunteers::{self, Logged, rules::quarter},
};
use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use linli_base::{Day, Flaw, Problem, Result};
use linli_casework::Visitor;
use linli_i18n::masked_name;
use linli_web::{Flaws, Page, RawForm, Visit, WebError, html, html_with};
use uuid::Uuid;

/// A line of the record.
struct Line {
    id: String,
    day: String,
    what: String,
    hours: String,
    confirmed: bool,
    /// Logged by hand and not confirmed: it may be taken away.
    own: bool,
}

/// How often, and how long.
struct Sum {
    times: i64,
    hours: String,
}

/// A quarter's totals, and whether the unit sees them.
struct Card {
    title: String,
    days: String,
    sum: Sum,
    unit: String,
    released: bool,
}

#[derive(Template)]
#[template(path = "volunteers/hours.html")]
struct HoursPage {
    page: Page,
    joined: bool,
    year: Sum,
    quarter: Sum,
    waiting: String,
    /// The last quarter's card, for a member who has a unit.
    card: Option<Card>,
    /// Their own stars, and how many hours are left to the next; nobody else sees either.
    stars: String,
    to_next: Option<String>,
    /// Whether they are thanked in public, and whether as 王**.
    thanked: Option<bool>,
    masked: String,
    lines: Vec<Line>,
    day: String,
    typed: RawForm,
    flaws: Flaws,
}

#[derive(Template)]
#[template(path = "volunteers/record.html")]
struct RecordPage {
    page: Page,
    name: String,
    city: String,
    from: String,
    to: String,
    sum: Sum,
    lines: Vec<Line>,
}

/// Minutes as hours: `1.5`.
pub(super) fn hours(minutes: i64) -> String {
    let tenths = (minutes + 3) / 6;
    if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

fn line(visit: &Visit, row: &Logged) -> Line {
    let en = row.what_en.as_ref().filter(|_| !visit.lang.is_zh());
    Line {
        id: row.id.to_string(),
        day: visit.lang.date_near(row.day, visit.now.day()),
        what: en.unwrap_or(&row.what).clone(),
        hours: hours(row.minutes),
        confirmed: row.confirmed_at.is_some(),
        own: row.case_id.is_none() && row.confirmed_at.is_none(),
    }
}

/// `GET /help/hours`
pub(super) async fn show(visitor: Visitor) -> Result<Response, WebError> {
    page(&visitor, RawForm::default(), &[]).await
}

/// `POST /help/hours`
pub(super) async fn log(visitor: Visitor, form: RawForm) -> Result<Response, WebError> {
    let actor = own(&visitor)?;
    let work = &visitor.work;
    let volunteer = volunteers::of(&mut work.db().read(), &actor).await?;
    let community = volunteer.ok_or_else(|| Problem::refused("join_first"))?.community;
    let Some(day) = Day::parse(form.first("day")) else {
        return page(&visitor, form, &[Flaw::new("day", "not_a_date")]).await;
    };
    let minutes = form.first("minutes").parse().unwrap_or(0);
    let what = form.first("what").to_owned();
    match volunteers::log(work.db(), work.world(), &actor, community, (day, minutes, what)).await {
        Ok(()) => Ok(Redirect::to("/help/hours").into_response()),
        Err(Problem::Invalid(flaws)) => page(&visitor, form, &flaws).await,
        Err(other) => Err(other.into()),
    }
}

/// `POST /help/hours/{id}/drop`
pub(super) async fn drop(visitor: Visitor, Path(line): Path<Uuid>, _: RawForm) -> Result<Response, WebError> {
    volunteers::take_away(visitor.work.db(), &own(&visitor)?, line).await?;
    Ok(Redirect::to("/help/hours").into_response())
}

async fn page(visitor: &Visitor, typed: RawForm, flaws: &[Flaw]) -> Result<Response, WebError> {
    let actor = own(visitor)?;
    let visit = &visitor.visit;
    let today = visit.now.day();
    let (year, ..) = today.ymd();
    let first = Day::from_ymd(year, 1, 1).unwrap_or(today);
    let (_, begin, end) = quarter(today);
    let mut read = visitor.work.db().read();
    let rows = volunteers::mine(&mut read, &actor, first).await?;
    let sum = |total: volunteers::Total| Sum { times: total.times, hours: hours(total.minutes) };
    let card = match volunteers::card(&mut read, &actor, today).await? {
        Some(card) => Some(shown(visit, &mut read, card).await?),
        None => None,
    };
    let minutes = thanks::minutes(&mut read, &actor, today).await?;
    let thanked = match actor.person() {
        Some(person) => thanks::of(&mut read, person).await?,
        None => None,
    };
    let name = visit.who.as_ref().map(|who| who.name.as_str()).unwrap_or_default();
    let waiting = rows.iter().filter(|row| row.confirmed_at.is_none()).map(|row| row.minutes).sum();
    let page = HoursPage {
        page: visit.page(words::hours(visit.lang)),
        joined: volunteers::of(&mut read, &actor).await?.is_some(),
        year: sum(volunteers::total(&mut read, &actor, (first, today)).await?),
        quarter: sum(volunteers::total(&mut read, &actor, (begin, end)).await?),
        waiting: hours(waiting),
        card,
        stars: thanks::pages::stars(visit.lang, thanks::stars(minutes)),
        to_next: thanks::to_next(minutes).map(hours),
        thanked: thanked.map(|one| one.masked),
        masked: masked_name(name),
        lines: rows.iter().map(|row| line(visit, row)).collect(),
        day: Some(typed.first("day"))
            .filter(|day| !day.is_empty())
            .map_or_else(|| today.to_string(), str::to_owned),
        typed,
        flaws: visit.flaws(flaws),
    };
    let status = if flaws.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html_with(status, &page)
}

async fn shown(visit: &Visit, q: &mut impl linli_store::Query, card: volunteers::Quarter) -> Result<Card> {
    let lang = visit.lang;
    let scope = linli_authz::Scope::system("name one's own unit");
    let unit = linli_org::orgs::names(q, &scope, [card.unit]).await?.into_iter().next();
    let unit = unit.map(|org| if lang.is_zh() { org.name } else { org.name_en.unwrap_or(org.name) });
    let (year, number) = card.name.split_once("-Q").unwrap_or_default();
    let day = |day| lang.date_near(day, visit.now.day());
    Ok(Card {
        title: words::card(lang, year, number),
        days: words::card_days(lang, day(card.days.0), day(card.days.1)),
        sum: Sum { times: card.times, hours: hours(card.minutes) },
        unit: unit.unwrap_or_default(),
        released: card.released.is_some(),
    })
}

/// `POST /help/card`: lets the unit see the last quarter's totals.
pub(super) async fn release(visitor: Visitor, _: RawForm) -> Result<Response, WebError> {
    volunteers::release(visitor.work.db(), visitor.work.world(), &own(&visitor)?).await?;
    Ok(Redirect::to("/help/hours").into_response())
}

/// `POST /help/card/back`
pub(super) async fn take_back(visitor: Visitor, _: RawForm) -> Result<Response, WebError> {
    volunteers::take_back(visitor.work.db(), visitor.work.world(), &own(&visitor)?).await?;
    Ok(Redirect::to("/help/hours").into_response())
}

/// All confirmed lines, the oldest first.
async fn confirmed(visitor: &Visitor) -> Result<Vec<Logged>> {
    let rows = volunteers::mine(&mut visitor.work.db().read(), &own(visitor)?, Day(0)).await?;
    Ok(rows.into_iter().rev().filter(|row| row.confirmed_at.is_some()).collect())
}

/// `GET /help/record`: the certificate, to be printed; confirmed lines only, and nobody who was helped.
pub(super) async fn record(visitor: Visitor) -> Result<Response, WebError> {
    let rows = confirmed(&visitor).await?;
    let visit = &visitor.visit;
    let lang = visit.lang;
    let scope = linli_authz::Scope::system("name the city on a certificate");
    let root = linli_org::areas::root(&mut visitor.work.db().read(), &scope).await?;
    let pick = |zh: String, en: Option<String>| if lang.is_zh() { zh } else { en.unwrap_or(zh) };
    let day = |row: Option<&Logged>| row.map(|row| lang.date_near(row.day, Day(0))).unwrap_or_default();
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    html(&RecordPage {
        page: visit.page(words::record(lang)),
        name: visit.who.as_ref().map(|who| who.name.clone()).unwrap_or_default(),
        city: root.map(|city| pick(city.name, city.name_en)).unwrap_or_default(),
        from: day(rows.first()),
        to: day(rows.last()),
        sum: Sum { times: count, hours: hours(rows.iter().map(|row| row.minutes).sum()) },
        lines: rows.iter().map(|row| line(visit, row)).collect(),
    })
}

/// `GET /help/record.csv`: the same as a table, to be taken along.
pub(super) async fn csv(visitor: Visitor) -> Result<Response, WebError> {
    let rows = confirmed(&visitor).await?;
    let lang = visitor.visit.lang;
    let heads = [words::col_day(lang), words::col_what(lang), words::col_minutes(lang)];
    let rows = rows.into_iter().map(|row| vec![row.day.to_string(), row.what, row.minutes.to_string()]);
    Ok(super::table("record", &heads, rows))
}
