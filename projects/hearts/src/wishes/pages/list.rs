//! `/wishes`: what people wish for, as far as they agreed to show it.

use crate::{
    offers::{self, Filter, OfferRow},
    services::{
        Heart,
        pages::{Named, Street, heart_icon, query, streets},
    },
    t::wished as words,
    wishes::WISH,
};
use askama::Template;
use axum::{extract::Query, response::Response};
use linli_base::{AreaId, At, Problem};
use linli_casework::{Tag, Visitor};
use linli_web::{Page, WebError, html};
use serde::Deserialize;

/// Wishes on a page.
const SHOWN: i64 = 20;

/// What the tabs stand for.
const TABS: [(&str, &[&str]); 3] = [
    ("sought", &["sought"]),
    ("claimed", &["inviting", "claimed", "thanking"]),
    ("fulfilled", &["fulfilled"]),
];

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    tab: String,
    #[serde(default, rename = "in")]
    community: String,
    #[serde(default)]
    heart: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    before: String,
}

struct Tab {
    href: String,
    label: String,
    many: i64,
    on: bool,
}

struct Tile {
    href: String,
    label: &'static str,
    icon: &'static str,
    on: bool,
}

/// A wish in the list.
pub(super) struct Row {
    pub href: String,
    pub title: Named,
    pub tag: Tag,
    pub place: Named,
    pub when: String,
    /// Who has a part of it, in words.
    pub hands: String,
}

#[derive(Template)]
#[template(path = "wishes/list.html")]
struct ListPage {
    page: Page,
    tabs: Vec<Tab>,
    tab: &'static str,
    streets: Vec<Street>,
    q: String,
    heart: &'static str,
    chosen: String,
    hearts: Vec<Tile>,
    rows: Vec<Row>,
    later: String,
}

/// `GET /wishes?tab=&in=&heart=&before=`
pub(super) async fn list(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, WebError> {
    let (visit, lang) = (&visitor.visit, visitor.visit.lang);
    let mut read = visitor.work.db().read();
    let community: Option<AreaId> = match asked.community.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_no_key| Problem::NotFound)?),
    };
    let (tab, states) = TABS.into_iter().find(|(name, _)| *name == asked.tab).unwrap_or(TABS[0]);
    let heart = Heart::parse(&asked.heart);
    let filter = Filter {
        states,
        community,
        heart: heart.map(|heart| heart.name().to_owned()),
        words: asked.q.trim().to_owned(),
        before: before(&asked.before),
    };
    let mut offers = offers::wishes(&mut read, &filter, SHOWN + 1).await?;
    let more = offers.len() > usize::try_from(SHOWN).unwrap_or(usize::MAX);
    offers.truncate(usize::try_from(SHOWN).unwrap_or(usize::MAX));
    let all: Vec<&str> = TABS.iter().flat_map(|(_, states)| states.iter().copied()).collect();
    let counts = offers::counts(&mut read, &all, community).await?;
    let to = |tab: &str, heart: &str, before: &str| {
        let tab = if tab == TABS[0].0 { "" } else { tab };
        format!(
            "/wishes{}",
            query(&[
                ("tab", tab),
                ("in", &asked.community),
                ("heart", heart),
                ("q", &asked.q),
                ("before", before)
            ])
        )
    };
    let hearted = heart.map(Heart::name).unwrap_or_default();
    let last = offers.last().filter(|_| more);
    let page = ListPage {
        page: visit.page(words::title(lang)),
        tabs: TABS
            .iter()
            .map(|(name, states)| Tab {
                href: to(name, hearted, ""),
                label: visit.text(&format!("wished.tab_{name}"), &[]),
                many: counts
                    .iter()
                    .filter(|(state, _)| states.contains(&state.as_str()))
                    .map(|one| one.1)
                    .sum(),
                on: *name == tab,
            })
            .collect(),
        tab,
        streets: streets(&mut read, lang).await?,
        hearts: Heart::ALL
            .map(|one| Tile {
                href: to(tab, if heart == Some(one) { "" } else { one.name() }, ""),
                label: crate::services::pages::heart(lang, one),
                icon: heart_icon(one),
                on: heart == Some(one),
            })
            .into(),
        later: last
            .map(|row| to(tab, hearted, &format!("{}.{}", row.made_at.0, row.case_id)))
            .unwrap_or_default(),
        rows: offers.iter().map(|offer| row(&visitor, offer)).collect(),
        heart: hearted,
        q: asked.q,
        chosen: asked.community,
    };
    html(&page)
}

/// The last one of the page before.
fn before(text: &str) -> Option<(At, linli_base::CaseId)> {
    let (at, id) = text.split_once('.')?;
    Some((At(at.parse().ok()?), id.parse().ok()?))
}

fn row(visitor: &Visitor, offer: &OfferRow) -> Row {
    let (visit, lang) = (&visitor.visit, visitor.visit.lang);
    Row {
        href: format!("/wishes/{}", offer.number),
        tag: Tag::of_asker(&visitor.work, visit, WISH.name, &offer.state),
        place: Named::new(lang, &offer.community, offer.community_en.as_deref()),
        when: match (offer.state.as_str(), offer.day) {
            ("sought" | "inviting" | "claimed", Some(day)) => {
                words::before(lang, lang.date_near(day, visit.now.day()))
            }
            ("sought", None) => lang.date_near(offer.made_at.day(), visit.now.day()),
            _ => lang.date_near(offer.changed_at.day(), visit.now.day()),
        },
        hands: hands(visitor, offer),
        title: Named::new(lang, &offer.title, offer.title_en.as_deref()),
    }
}

/// How many have a part of it, and how many are wanted.
pub(super) fn hands(visitor: &Visitor, offer: &OfferRow) -> String {
    let lang = visitor.visit.lang;
    match (offer.state.as_str(), offer.takers) {
        ("sought", 0) if offer.hands > 1 => words::wanted(lang, offer.hands),
        ("sought", takers) if takers > 0 => words::joined(lang, takers, (offer.hands - takers).max(1)),
        ("fulfilled" | "thanking" | "claimed", takers) if takers > 1 => words::together(lang, takers),
        _ => String::new(),
    }
}
