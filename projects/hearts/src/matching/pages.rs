//! `/matching`: what the desk may ask, all at once.

use super::{Lack, Pair, Suggested, suggest};
use crate::{
    orders::{Part, pages::wish},
    t::matching as words,
    volunteers::{AbleRow, Wanted},
};
use askama::Template;
use axum::{
    Router,
    extract::{FromRef, RawQuery, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use linli_authz::Permission;
use linli_base::{CaseId, Problem, Result};
use linli_casework::Casework;
use linli_org::{OrgState, SignedIn};
use linli_web::{Page, RawForm, Visit, WebError, html};
use std::collections::BTreeMap;

/// `/matching`. To be laid inside `linli_org::who` and `linli_web::dress`.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Casework: FromRef<S>,
    OrgState: FromRef<S>,
{
    Router::new().route("/matching", get(show).post(ask))
}

struct Row {
    /// Its case and version, as `case.version`.
    value: String,
    /// The name of the list of people.
    list: String,
    case: String,
    title: String,
    place: String,
    when: String,
    /// Whom to ask, with the reasons: the one who is suggested first.
    people: Vec<Choice>,
    /// Whether it is ticked to begin with: a time that nobody named is left to the dispatcher.
    on: bool,
}

struct Choice {
    id: String,
    who: String,
    why: String,
}

struct Left {
    case: String,
    title: String,
    place: String,
    when: String,
    why: &'static str,
}

struct Load {
    who: String,
    unit: String,
    had: Vec<()>,
    new: Vec<()>,
    free: Vec<()>,
    sum: String,
}

#[derive(Template)]
#[template(path = "matching/show.html")]
struct MatchingPage {
    page: Page,
    waiting: usize,
    matched: usize,
    /// Among so many people.
    among: usize,
    rows: Vec<Row>,
    left: Vec<Left>,
    loads: Vec<Load>,
    done: Option<String>,
}

/// `GET /matching`
async fn show(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    who.actor.may(Permission::ServicesEdit)?;
    let found = suggest(&mut work.db().read(), &who.actor, visit.now).await?;
    let query = query.unwrap_or_default();
    let count = |name: &str| {
        let part = query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        part.and_then(|text| text.parse::<usize>().ok())
    };
    let done = count("asked").map(|asked| match count("failed").unwrap_or(0) {
        0 => words::asked(visit.lang, asked),
        failed => words::asked_some(visit.lang, asked, failed),
    });
    html(&page(&visit, &found, done))
}

/// `POST /matching`: asks those who are ticked; each pair by itself, so that one that cannot be asked holds up none.
async fn ask(State(work): State<Casework>, who: SignedIn, form: RawForm) -> Result<Response, WebError> {
    who.actor.may(Permission::ServicesEdit)?;
    let (mut asked, mut failed) = (0, 0);
    for pair in form.all("pair") {
        let (case, version) = pair.split_once('.').ok_or_else(|| Problem::refused("unreadable"))?;
        let person = form.first(&list(case)).to_owned();
        let case: CaseId = case.parse().map_err(|_no_key| Problem::refused("unreadable"))?;
        let raw = BTreeMap::from([("helper_person".to_owned(), vec![person])]);
        match work.step(who.actor.clone(), case, "ask", version.parse().ok(), raw).await {
            Ok(_) => asked += 1,
            Err(Problem::Refused(_) | Problem::Conflict { .. } | Problem::Invalid(_) | Problem::NotFound) => {
                failed += 1;
            }
            Err(other) => return Err(other.into()),
        }
    }
    Ok(Redirect::to(&format!("/matching?asked={asked}&failed={failed}")).into_response())
}

fn list(case: &str) -> String {
    format!("who.{case}")
}

fn page(visit: &Visit, found: &Suggested, done: Option<String>) -> MatchingPage {
    let lang = visit.lang;
    let pick = |zh: &str, en: Option<&str>| if lang.is_zh() { zh } else { en.unwrap_or(zh) }.to_owned();
    let when = |need: usize| {
        let need = found.needs.get(need);
        let part = need.and_then(|need| need.wanted_part.as_deref()).and_then(Part::parse);
        wish(visit, need.and_then(|need| need.wanted_day), part)
    };
    let unit = |helper: &AbleRow| helper.unit.as_deref().map(|zh| pick(zh, helper.unit_en.as_deref()));
    let choice = |need: &Wanted, helper: usize| -> Option<Choice> {
        let (row, able) = (found.helpers.get(helper)?, found.able.get(helper)?);
        let why = need.why(able).into_iter().map(|(key, args)| visit.text(&format!("why.{key}"), &args));
        let name = pick(&row.name, row.name_en.as_deref());
        Some(Choice {
            id: row.person_id.to_string(),
            who: [Some(name), unit(row)].into_iter().flatten().collect::<Vec<_>>().join(" "),
            why: why.collect::<Vec<_>>().join(words::between(lang)),
        })
    };
    let row = |pair: &Pair| -> Option<Row> {
        let (need, wanted) = (found.needs.get(pair.need)?, found.wanted.get(pair.need)?);
        Some(Row {
            value: format!("{}.{}", need.id, need.version),
            list: list(&need.id.to_string()),
            case: format!("/cases/{}", need.id),
            title: pick(&need.item, need.item_en.as_deref()),
            place: need.place.to_string(),
            when: when(pair.need),
            people: [&pair.helper]
                .into_iter()
                .chain(&pair.others)
                .filter_map(|helper| choice(wanted, *helper))
                .collect(),
            on: pair.has_time,
        })
    };
    let left = |(need, why): &(usize, Lack)| -> Option<Left> {
        let row = found.needs.get(*need)?;
        Some(Left {
            case: format!("/cases/{}", row.id),
            title: pick(&row.item, row.item_en.as_deref()),
            place: row.place.to_string(),
            when: when(*need),
            why: match why {
                Lack::Paid => words::lack_paid(lang),
                Lack::Skill => words::lack_skill(lang),
                Lack::Full => words::lack_full(lang),
            },
        })
    };
    let mut new: BTreeMap<usize, usize> = BTreeMap::new();
    for pair in &found.plan.pairs {
        *new.entry(pair.helper).or_default() += 1;
    }
    let load = |(helper, new): (&usize, &usize)| -> Option<Load> {
        let row = found.helpers.get(*helper)?;
        let (had, most) = (usize::try_from(row.load).ok()?, usize::try_from(row.fortnight).ok()?);
        Some(Load {
            who: pick(&row.name, row.name_en.as_deref()),
            unit: unit(row).unwrap_or_default(),
            had: vec![(); had],
            new: vec![(); *new],
            free: vec![(); most.saturating_sub(had + new)],
            sum: words::of(lang, had + new, most),
        })
    };
    MatchingPage {
        page: visit.page(words::title(lang)),
        waiting: found.needs.len(),
        matched: found.plan.pairs.len(),
        among: found.able.len(),
        rows: found.plan.pairs.iter().filter_map(row).collect(),
        left: found.plan.left.iter().filter_map(left).collect(),
        // in the order of the pairs: nobody is ranked
        loads: new.iter().filter_map(load).collect(),
        done,
    }
}
