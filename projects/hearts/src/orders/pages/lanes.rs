//! `/lanes`: the community's orders state by state, as cards.

use super::wish;
use crate::{
    orders::{self, ORDER, OrderRow, Part},
    t::lanes as words,
};
use askama::Template;
use axum::{extract::State, response::Response};
use linli_authz::Permission;
use linli_base::Result;
use linli_casework::{Casework, Filter, ListRow, Tag};
use linli_org::SignedIn;
use linli_web::{Page, Visit, WebError, html};

/// Cards that a lane shows; the others are behind its link.
const SHOWN: i64 = 6;

/// The states that somebody still has to do something in, in the order of the work.
const LANES: [&str; 6] = ["assigning", "asking", "agreed", "rating", "reviewing", "paused"];

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
    lanes: Vec<Lane>,
    /// Whether they may have the waiting ones matched.
    matches: bool,
}

/// `GET /lanes`
pub(super) async fn show(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
) -> Result<Response, WebError> {
    let mut lanes = Vec::new();
    for state in LANES {
        lanes.push(lane(&work, &visit, &who, state).await?);
    }
    html(&LanesPage {
        page: visit.page(words::title(visit.lang)),
        lanes,
        matches: who.actor.may(Permission::ServicesEdit).is_ok(),
    })
}

async fn lane(work: &Casework, visit: &Visit, who: &SignedIn, state: &'static str) -> Result<Lane> {
    let (state_, procedure) = (Some(state.to_owned()), Some(ORDER.name.to_owned()));
    let filter = Filter { state: state_, procedure, ..Filter::default() };
    let (rows, more) = work.list(&who.actor, &filter, None, SHOWN).await?;
    let count = work.count(&who.actor, &filter).await?;
    let made_of = orders::of(&mut work.db().read(), rows.iter().map(|row| row.id)).await?;
    let card = |row: ListRow| {
        let order = made_of.iter().find(|order| order.case_id == row.id);
        card(visit, state, row, order)
    };
    Ok(Lane {
        state,
        tag: Tag::of_staff(work, visit, ORDER.name, state),
        count: visit.lang.count_tab(count),
        cards: rows.into_iter().map(card).collect(),
        more: more.is_some(),
    })
}

fn card(visit: &Visit, state: &str, row: ListRow, order: Option<&OrderRow>) -> Card {
    let lang = visit.lang;
    let wished = || {
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
