use super::{
    super::REQUEST,
    case::{Name, Orgs},
    head::{Head, Seen},
    reply::{self, Reply},
    timeline::{self, Event},
};
use crate::t;
use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    response::{IntoResponse, Redirect, Response},
};
use linli_casework::{CaseView, Tag, Visitor};
use linli_web::{Page, Visit, WebError, html};

/// The asker's steps with their icons, the one that matters most first.
const STEPS: [(&str, &str); 7] = [
    ("rate", "star"),
    ("supplement", "plus"),
    ("appeal", "users"),
    ("reopen", "undo-2"),
    ("reopen_new", "undo-2"),
    ("lift_secrecy", ""),
    ("withdraw", ""),
];

#[derive(Template)]
#[template(path = "requests/progress.html")]
struct ProgressPage {
    page: Page,
    number: String,
    title: String,
    said_on: String,
    tag: Tag,
    confidential: bool,
    head: Head,
    /// The number of the request that is said to be the same, until somebody has looked.
    same: Option<String>,
    reply: Option<Reply>,
    lead: Option<Name>,
    helpers: Vec<Name>,
    desk: Option<Name>,
    events: Vec<Event>,
    /// What the asker must do now.
    first: Option<Link>,
    links: Vec<Link>,
    /// The step that was just taken, and what is said of it.
    done: Option<(String, String)>,
}

/// A way to a step.
struct Link {
    href: String,
    icon: &'static str,
    words: String,
    quiet: bool,
}

/// How far it is: first the date or what is wanted, then who does it, then what happened.
pub(super) async fn show(
    visitor: Visitor,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let Some((_, view)) = visitor.case(&number).await? else {
        return Ok(Redirect::to(&format!("/r/{number}")).into_response());
    };
    if view.loaded.procedure.name != REQUEST.name {
        return Ok(Redirect::to(&view.asker_page()).into_response());
    }
    let (visit, orgs) = (&visitor.visit, Orgs::of(&visitor, &view).await?);
    let row = &view.loaded.row;
    let settings = visitor.work.settings();
    let profile = settings.profile(&row.profile, row.profile_version)?;
    let reply = reply::standing(visit, &view, &orgs);
    let case = &view.loaded.case;
    let mut links = links(visit, &view);
    let same = if case.state == "accepting" { visitor.work.said_same(&view).await? } else { None };
    let wanted = matches!(case.state.as_str(), "calling" | "supplementing") && !links.is_empty();
    let page = ProgressPage {
        page: visit.page(format!("{} · {}", row.title, t::progress::title(visit.lang))),
        number: row.number.clone(),
        title: row.title.clone(),
        said_on: t::progress::said_on(
            visit.lang,
            visit.lang.date_near(row.happened_at.day(), visit.now.day()),
        ),
        tag: Tag::of_asker(&visitor.work, visit, REQUEST.name, &case.state),
        confidential: case.confidential,
        head: Seen { visit, view: &view, settings: &settings, profile }.head(),
        same,
        events: timeline::of(visit, &view, &orgs, reply.is_some()),
        reply,
        lead: orgs.get(case.lead),
        helpers: case.helpers.iter().filter_map(|org| orgs.get(Some(*org))).collect(),
        desk: orgs.get(case.desk).filter(|_| case.lead.is_none()),
        first: wanted.then(|| links.remove(0)),
        links,
        done: done(visit, &view, query.as_deref()),
    };
    html(&page)
}

fn links(visit: &Visit, view: &CaseView) -> Vec<Link> {
    let may = |step: &str| view.steps.iter().any(|other| other.name == step);
    let number = &view.loaded.row.number;
    STEPS
        .iter()
        .filter(|(step, _)| may(step))
        .map(|(step, icon)| Link {
            href: format!("/my/{number}/{step}"),
            icon,
            words: visit.text(&format!("link.{}", step.trim_end_matches("_new")), &[]),
            quiet: icon.is_empty(),
        })
        .collect()
}

/// What was just taken in, where it still stands so.
fn done(visit: &Visit, view: &CaseView, query: Option<&str>) -> Option<(String, String)> {
    let step = query?.strip_prefix("done=")?;
    let last = view.loaded.events.iter().rev().find(|event| event.step == step)?;
    let fresh = visit.now.0 - last.recorded_at.0 < 600_000;
    let again = step == "rate" && !matches!(view.loaded.case.state.as_str(), "closed" | "archived");
    let key =
        if again { "done.rate_again".to_owned() } else { format!("done.{}", step.trim_end_matches("_new")) };
    let words = visit.words.lookup(visit.lang, &key, &[]).filter(|_| fresh)?;
    Some((step.to_owned(), words))
}
