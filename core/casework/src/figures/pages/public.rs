//! `/figures/public`: how the city is doing, for everybody.

use super::{
    asked::{Period, month_words},
    svg,
    words::span_words,
    words::{figure_name, interval, percent},
};
use crate::{
    Casework,
    desk::category,
    figures::{Figure, publish::PUBLISHED},
};
use askama::Template;
use axum::{extract::State, response::Response};
use linli_base::Result;
use linli_web::{Page, Visit, WebError, html};

/// Topics that are shown at once.
const TOPICS: usize = 12;

#[derive(Template)]
#[template(path = "figures/public.html")]
struct PublicPage {
    page: Page,
    span: String,
    said: Option<String>,
    cards: Vec<Card>,
    heads: Vec<String>,
    months: Vec<(String, Vec<String>)>,
    /// Name, bar, count: the first ones, and the others to be unfolded.
    topics: [Vec<(String, String, String)>; 2],
}

struct Card {
    name: String,
    percent: Option<String>,
    of: String,
    interval: String,
}

/// `GET /figures/public`
pub(super) async fn show(State(work): State<Casework>, visit: Visit) -> Result<Response, WebError> {
    let (lang, published) = (visit.lang, work.published().await?);
    let number = |n: Option<i64>| n.map_or_else(|| "–".to_owned(), |n| lang.count(n));
    let rate = |p: Option<i64>| p.map_or_else(|| "–".to_owned(), percent);
    let card = |figure: Figure, at: usize| {
        let rate = published.rates.get(at).copied().flatten();
        Card {
            name: figure_name(&visit, figure),
            percent: rate.and_then(|rate| rate.per_mille()).map(percent),
            of: rate
                .map(|rate| crate::t::figures::of_so_many(lang, lang.count(rate.total)))
                .unwrap_or_default(),
            interval: rate.as_ref().and_then(interval).unwrap_or_default(),
        }
    };
    let most = published.topics.iter().map(|(_, count)| *count).max().unwrap_or(1);
    let topic = |(key, count): &(Option<String>, i64)| {
        let name = match key {
            Some(key) => category(&work, &visit, Some(key)).unwrap_or_else(|| key.clone()),
            None => crate::t::figures::topics_rest(lang).to_owned(),
        };
        (name, svg::bar(*count, most), lang.count(*count))
    };
    let month = |(month, said, rates): &(i64, Option<i64>, [Option<i64>; 3])| {
        (month_words(lang, *month), [number(*said)].into_iter().chain(rates.map(rate)).collect())
    };
    let mut topics: Vec<_> = published.topics.iter().map(topic).collect();
    let others = topics.split_off(topics.len().min(TOPICS));
    html(&PublicPage {
        span: span_words(lang, Period::Range, published.span),
        said: published.said.map(|n| lang.count(n)),
        cards: PUBLISHED.iter().enumerate().map(|(at, figure)| card(*figure, at)).collect(),
        heads: [figure_name(&visit, Figure::Said)]
            .into_iter()
            .chain([
                crate::t::figures::in_time_pct(lang).to_owned(),
                crate::t::figures::solved_pct(lang).to_owned(),
                crate::t::figures::satisfied_pct(lang).to_owned(),
            ])
            .collect(),
        months: published.months.iter().rev().map(month).collect(),
        topics: [topics, others],
        page: visit.page(crate::t::figures::public_title(lang)),
    })
}
