//! What the pages show of the catalogue, in words of the page's language.

use crate::{
    services::{
        Heart, Line, Terms, Way,
        claims::{Providers, State},
    },
    t,
};
use linli_base::{Day, money::yuan};
use linli_i18n::Lang;

/// A text in the page's language; tagged with its own where there is no other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    pub text: String,
    pub tag: &'static str,
}

impl Named {
    pub fn new(lang: Lang, zh: &str, en: Option<&str>) -> Named {
        match (lang, en) {
            (Lang::En, Some(en)) => Named { text: en.to_owned(), tag: "" },
            (Lang::En, None) => Named { text: zh.to_owned(), tag: Lang::Zh.tag() },
            (Lang::Zh, _) => Named { text: zh.to_owned(), tag: "" },
        }
    }

    /// Of three: key, name, English name.
    pub fn of(lang: Lang, [_, zh, en]: &[String; 3]) -> Named {
        Named::new(lang, zh, Some(en))
    }
}

pub(super) fn frequency(lang: Lang, terms: &Terms) -> Named {
    Named::new(lang, &terms.frequency, terms.frequency_en.as_deref())
}

pub(super) fn standard(lang: Lang, terms: &Terms) -> Named {
    Named::new(lang, &terms.standard, terms.standard_en.as_deref())
}

/// Icon and words.
pub(super) fn way(lang: Lang, way: Way) -> (&'static str, &'static str) {
    match way {
        Way::Volunteer => ("heart", t::way::volunteer(lang)),
        Way::LowProfit => ("circle-yuan", t::way::low_profit(lang)),
        Way::Either => ("heart-handshake", t::way::either(lang)),
        Way::Guide => ("info", t::way::guide(lang)),
    }
}

/// Icon and words.
pub(super) fn heart(lang: Lang, heart: Heart) -> (&'static str, &'static str) {
    match heart {
        Heart::Safe => ("shield-check", t::heart::safe(lang)),
        Heart::Warm => ("heart", t::heart::warm(lang)),
        Heart::Delight => ("star", t::heart::delight(lang)),
        Heart::Ease => ("house", t::heart::ease(lang)),
        Heart::Joy => ("users", t::heart::joy(lang)),
    }
}

pub(super) fn hearts(lang: Lang, hearts: &[Heart]) -> String {
    let names: Vec<&str> = hearts.iter().map(|one| heart(lang, *one).1).collect();
    names.join(if lang.is_zh() { " " } else { ", " })
}

/// The icon of a group.
pub(super) fn icon(group: &str) -> &'static str {
    match group {
        "health.care" => "stethoscope",
        "health.help" => "plus",
        "culture.events" => "book-open",
        "culture.sport" => "trophy",
        "environment.clean" => "leaf",
        "environment.repair" => "street-lamp",
        "community.peace" => "scale",
        "elders.home" => "soup",
        "elders.company" => "message-square-text",
        "education.young" => "graduation-cap",
        "law.advice" => "scale",
        "law.safety" => "shield-check",
        "work.jobs" | "work.home" => "briefcase",
        "hardship.wish" => "star",
        "daily.errands" => "wrench",
        _ => "heart-handshake",
    }
}

/// What it costs, in short.
pub(super) fn price(lang: Lang, terms: &Terms) -> String {
    let (least, many) = (terms.prices.iter().map(|price| price.fen).min(), terms.prices.len());
    match least.filter(|_| terms.way.costs()) {
        None => t::services::free(lang).to_owned(),
        Some(fen) if many == 1 => t::services::yuan(lang, yuan(fen)),
        Some(fen) => t::services::from_yuan(lang, yuan(fen)),
    }
}

/// Who does it: vetted orgs, and neighbours, who are only counted.
pub(super) fn who(lang: Lang, way: Way, providers: Option<&Providers>) -> String {
    let count = |of: fn(&Providers) -> i64| providers.map_or(0, of);
    match (count(|p| p.orgs), count(|p| p.people)) {
        _ if way == Way::Guide => t::services::nobody_comes(lang).to_owned(),
        (orgs, 0) => t::services::orgs(lang, orgs),
        (0, people) => t::services::people(lang, people),
        (orgs, people) => t::services::orgs_people(lang, orgs, people),
    }
}

/// Why nobody can have it here, where that is so.
pub(super) fn lacking(lang: Lang, line: &Line, providers: Option<&Providers>) -> Option<&'static str> {
    let done = line.terms.1.way == Way::Guide || providers.is_some_and(|p| p.orgs + p.people > 0);
    match (line.terms.1.used, done) {
        (false, _) => Some(t::services::unused(lang)),
        (true, false) => Some(t::services::nobody(lang)),
        (true, true) => None,
    }
}

/// Tone, icon and words of how far a claim has come.
pub(super) fn state(lang: Lang, state: State) -> (&'static str, &'static str, &'static str) {
    match state {
        State::Waiting => ("y", "shield-alert", t::claim_state::waiting(lang)),
        State::Vetted => ("g", "circle-check", t::claim_state::vetted(lang)),
        State::Refused => ("n", "circle-x", t::claim_state::refused(lang)),
        State::Withdrawn => ("n", "circle-x", t::claim_state::withdrawn(lang)),
    }
}

/// Words as they are quoted.
pub(super) fn quoted(lang: Lang, words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| t::services::word(lang, word)).collect();
    quoted.join(if lang.is_zh() { "" } else { ", " })
}

/// All that is said of an item, for a search.
pub(super) fn all(line: &Line) -> String {
    let terms = &line.terms.1;
    let mut text = format!("{} {}", line.name, line.name_en.as_deref().unwrap_or_default());
    let parts = line.group.iter().chain(&line.category).chain([&terms.standard, &terms.frequency]);
    let english = terms.standard_en.iter().chain(&terms.frequency_en);
    for part in parts.chain(english).chain(terms.prices.iter().map(|price| &price.name)) {
        text.push(' ');
        text.push_str(part);
    }
    text
}

/// What two terms differ in: field, then how it is in each.
pub(super) fn differences(lang: Lang, a: &Terms, b: &Terms) -> Vec<(String, String, String)> {
    let used = |terms: &Terms| if terms.used { t::terms::yes(lang) } else { t::terms::no(lang) }.to_owned();
    let none = |text: String| if text.is_empty() { t::terms::none(lang).to_owned() } else { text };
    let all = |terms: &Terms| {
        [
            (t::terms::used(lang), used(terms)),
            (t::terms::way(lang), way(lang, terms.way).1.to_owned()),
            (t::terms::hearts(lang), none(hearts(lang, &terms.hearts))),
            (t::terms::frequency(lang), frequency(lang, terms).text),
            (t::terms::standard(lang), standard(lang, terms).text),
        ]
    };
    let both = all(a).into_iter().zip(all(b)).filter(|((_, a), (_, b))| a != b);
    let fields = both.map(|((field, a), (_, b))| (field.to_owned(), a, b));
    fields.chain(price_differences(lang, a, b)).collect()
}

/// Line by line, by what they are for.
fn price_differences(lang: Lang, a: &Terms, b: &Terms) -> Vec<(String, String, String)> {
    let fen = |terms: &Terms, name: &str| terms.prices.iter().find(|price| price.name == name).map(|p| p.fen);
    let shown = |fen: Option<i64>| match fen {
        Some(fen) => t::services::yuan(lang, yuan(fen)),
        None => t::terms::none(lang).to_owned(),
    };
    let new = b.prices.iter().filter(|price| fen(a, &price.name).is_none());
    let lines = a.prices.iter().chain(new).map(|price| {
        let name = Named::new(lang, &price.name, price.name_en.as_deref()).text;
        (name, shown(fen(a, &price.name)), shown(fen(b, &price.name)))
    });
    lines.filter(|(_, a, b)| a != b).collect()
}

/// The price list in one line.
pub(super) fn prices(lang: Lang, terms: &Terms) -> String {
    let line = |price: &crate::services::Price| {
        let name = Named::new(lang, &price.name, price.name_en.as_deref()).text;
        format!("{name} {}", t::services::yuan(lang, yuan(price.fen)))
    };
    let lines: Vec<String> = terms.prices.iter().map(line).collect();
    lines.join(if lang.is_zh() { "；" } else { "; " })
}

/// From a day, or from a day to a day.
pub(super) fn days(lang: Lang, from: Day, to: Option<Day>, today: Day) -> String {
    match to {
        Some(to) => t::claims::from_to(lang, lang.date_near(from, today), lang.date_near(to, today)),
        None => t::claims::since(lang, lang.date_near(from, today)),
    }
}
