//! `/lanes`: the community's orders, or wishes, state by state, as cards.

use super::wish;
use crate::{
    offers,
    orders::{self, ORDER, OrderRow, Part},
    t::lanes as words,
    wishes::WISH,
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use linli_authz::Permission;
use linli_base::{Day, Result};
use linli_casework::{Casework, Filter, ListRow, Tag};
use linli_org::SignedIn;
use linli_web::{Page, Visit, WebError, html};
use serde::Deserialize;

/// Cards that a lane shows; the others are behind its link.
const SHOWN: i64 = 6;

/// The states that somebody still has to do something in, in the order of the work.
const ORDERS: &[&str] = &["assigning", "offered", "asking", "agreed", "rating", "reviewing", "paused"];
const WISHES: &[&str] = &["screening", "sought", "inviting", "claimed", "thanking"];

/// Where a procedure's lanes are.
pub(crate) fn lanes_of(procedure: &str) -> String {
    let of = if procedure == WISH.name { "?of=wish" } else { "" };
    format!("/lanes{of}")
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    of: String,
}

struct Lane {
    state: &'static str,
    tag: Tag,
    count: String,
    cards: Vec<Card>,
    more: bool,
}

struct Card {
    href: String,
    title: String,
    place: String,
    when: String,
    late: bool,
}

#[derive(Template)]
#[template(path = "orders/lanes.html")]
struct LanesPage {
    page: Page,
    /// Orders and wishes: where, what they are called, which is shown.
    kinds: [(String, String, bool); 2],
    wishes: bool,
    lanes: Vec<Lane>,
    /// Whether they may have the waiting ones matched.
    matches: bool,
}

/// `GET /lanes`
pub(super) async fn show(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let wishes = asked.of == WISH.name;
    let (of, states) = if wishes { (WISH.name, WISHES) } else { (ORDER.name, ORDERS) };
    let mut lanes = Vec::new();
    for state in states {
        lanes.push(lane(&work, &visit, &who, of, state).await?);
    }
    let kind = |name: &str| (lanes_of(name), visit.text(&format!("procedure.{name}"), &[]), name == of);
    let title = if wishes { words::wishes(visit.lang) } else { words::title(visit.lang) };
    html(&LanesPage {
        page: visit.page(title),
        kinds: [kind(ORDER.name), kind(WISH.name)],
        wishes,
        lanes,
        matches: who.actor.may(Permission::ServicesEdit).is_ok(),
    })
}

async fn lane(
    work: &Casework,
    visit: &Visit,
    who: &SignedIn,
    of: &'static str,
    state: &'static str,
) -> Result<Lane> {
    let (state_, procedure) = (Some(state.to_owned()), Some(of.to_owned()));
    let filter = Filter { state: state_, procedure, ..Filter::default() };
    let (rows, more) = work.list(&who.actor, &filter, None, SHOWN).await?;
    let count = work.count(&who.actor, &filter).await?;
    let (mut read, ids) = (work.db().read(), rows.iter().map(|row| row.id));
    let made_of = orders::of(&mut read, ids.clone()).await?;
    let offers = if of == WISH.name { offers::of(&mut read, ids).await? } else { Vec::new() };
    let card = |row: ListRow| {
        let order = made_of.iter().find(|order| order.case_id == row.id);
        let before = offers.iter().find(|offer| offer.case_id == row.id).and_then(|offer| offer.day);
        card(visit, state, row, order, before)
    };
    Ok(Lane {
        state,
        tag: Tag::of_staff(work, visit, of, state),
        count: visit.lang.count_tab(count),
        cards: rows.into_iter().map(card).collect(),
        more: more.is_some(),
    })
}

fn card(visit: &Visit, state: &str, row: ListRow, order: Option<&OrderRow>, before: Option<Day>) -> Card {
    let lang = visit.lang;
    let day = |day: Day| lang.date_near(day, visit.now.day());
    let wished = || {
        if order.is_none() {
            return before.map(|before| crate::t::wished::before(lang, day(before))).unwrap_or_default();
        }
        let part = order.and_then(|order| order.wanted_part.as_deref()).and_then(Part::parse);
        wish(visit, order.and_then(|order| order.wanted_day), part)
    };
    let agreed = row.due_at.filter(|_| row.due_clock.as_deref() == Some("visit"));
    let en = order.and_then(|order| order.item_en.clone()).filter(|_| !lang.is_zh());
    Card {
        href: format!("/desk?view={state}&case={}", row.id),
        title: en.unwrap_or(row.title),
        place: row.place.to_string(),
        when: agreed.map_or_else(wished, |at| lang.moment(at, visit.now)),
        late: !row.due_paused && row.due_at.is_some_and(|at| at <= visit.now),
    }
}
