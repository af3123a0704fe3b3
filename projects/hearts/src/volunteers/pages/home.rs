use super::own;
use crate::{
    orders,
    programmes::{self, pages::Line as Activity},
    volunteers,
};
use askama::Template;
use axum::{extract::RawQuery, response::Response};
use linli_casework::{Tag, Visitor};
use linli_web::{Page, WebError, html};

/// How long what has ended is still shown, in days.
const SHOWN: i64 = 30;

struct Line {
    href: String,
    title: String,
    place: String,
    when: String,
    tag: Tag,
}

#[derive(Template)]
#[template(path = "volunteers/home.html")]
struct HomePage {
    page: Page,
    /// Whether they have said what they can do.
    joined: bool,
    asked: Vec<Line>,
    taken: Vec<Line>,
    over: Vec<Line>,
    /// Activities that they signed up for, and those near with places left.
    next: Vec<Activity>,
    near: Vec<Activity>,
    done: Option<String>,
}

/// `GET /help`
pub(super) async fn show(visitor: Visitor, RawQuery(query): RawQuery) -> Result<Response, WebError> {
    let actor = own(&visitor)?;
    let (visit, work) = (&visitor.visit, &visitor.work);
    let since = visit.now.day().plus(-SHOWN).start();
    let rows = work.in_hand(&actor, since).await?;
    let mut read = work.db().read();
    let made_of = orders::of(&mut read, rows.iter().map(|row| row.id)).await?;
    let joined = volunteers::of(&mut read, &actor).await?.is_some();
    let next = programmes::mine(&mut read, &actor, visit.now).await?;
    let near = programmes::open(&mut read, &actor, visit.now).await?;
    let mut page = HomePage {
        page: visit.page(crate::t::helping::title(visit.lang)),
        joined,
        asked: Vec::new(),
        taken: Vec::new(),
        over: Vec::new(),
        next: next.iter().map(|one| Activity::new(visit, one, true)).collect(),
        near: near.iter().map(|one| Activity::new(visit, one, false)).collect(),
        done: super::done(visit, query.as_deref()),
    };
    for row in rows {
        let order = made_of.iter().find(|order| order.case_id == row.id);
        let en = order.and_then(|order| order.item_en.clone()).filter(|_| !visit.lang.is_zh());
        let line = Line {
            href: format!("/help/{}", row.number),
            title: en.unwrap_or(row.title),
            place: row.place.to_string(),
            when: order.map(|order| orders::pages::wished(visit, order)).unwrap_or_default(),
            tag: Tag::of_asker(work, visit, &row.procedure, &row.state),
        };
        // whoever has a part of a wish is not asked while somebody else is
        let asked = match row.state.as_str() {
            "asking" => true,
            "inviting" => work.view(&actor, row.id).await?.loaded.case.asked == actor.person(),
            _ => false,
        };
        match row.state.as_str() {
            _ if asked => page.asked.push(line),
            "agreed" | "serving" | "sought" | "inviting" | "claimed" => page.taken.push(line),
            _ => page.over.push(line),
        }
    }
    html(&page)
}
