//! A profile in plain words, and what differs between two.

use crate::t::profile as t;
use linli_i18n::Lang;
use linli_procedure::{CardLine, Draft, TermLine};
use linli_web::Visit;
use std::collections::BTreeMap;

/// A label with what it says.
pub(super) type Said = (String, String);

/// The parts of a profile, each with its heading.
pub(super) fn parts(visit: &Visit, draft: &Draft) -> Vec<(&'static str, Vec<Said>)> {
    let lang = visit.lang;
    vec![
        (t::terms(lang), terms(visit, draft)),
        (t::numbers(lang), numbers(visit, draft)),
        (t::cards(lang), cards(visit, draft)),
        (t::working_time(lang), vec![(t::working_day(lang).to_owned(), spans(lang, draft))]),
    ]
}

fn spans(lang: Lang, draft: &Draft) -> String {
    draft.working_time.join(crate::t::case::comma(lang)).replace('-', "–")
}

fn terms(visit: &Visit, draft: &Draft) -> Vec<Said> {
    draft.term.iter().map(|line| (term_label(visit, line), term(visit.lang, &line.term))).collect()
}

fn cards(visit: &Visit, draft: &Draft) -> Vec<Said> {
    draft.cards.iter().map(|line| (card_label(visit, line), card(visit.lang, line))).collect()
}

fn numbers(visit: &Visit, draft: &Draft) -> Vec<Said> {
    let said = |(name, number): (&String, &i64)| {
        let off = *number == 0 && !name.starts_with("weight_");
        let text = if off { t::off(visit.lang).to_owned() } else { number.to_string() };
        (number_label(visit, name), text)
    };
    draft.numbers.iter().map(said).collect()
}

pub(super) fn number_label(visit: &Visit, name: &str) -> String {
    capital(&visit.words.label(visit.lang, &format!("number.{name}")))
}

/// Words that stand within sentences elsewhere begin a line here.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Which cases it is for: kind and level, or all others.
fn which(visit: &Visit, kind: Option<&str>, level: Option<&str>) -> String {
    let word = |field: &str, value: Option<&str>| {
        value.map(|value| visit.text(&format!("option.{field}.{value}"), &[]))
    };
    let both: Vec<String> = word("kind", kind).into_iter().chain(word("level", level)).collect();
    both.join(crate::t::case::comma(visit.lang))
}

pub(super) fn term_label(visit: &Visit, line: &TermLine) -> String {
    let clock = capital(&visit.words.label(visit.lang, &format!("clock.{}", line.clock)));
    let which = which(visit, line.kind.as_deref(), line.level.as_deref());
    if which.is_empty() { clock } else { t::special(visit.lang, clock, which) }
}

pub(super) fn card_label(visit: &Visit, line: &CardLine) -> String {
    let which = which(visit, line.kind.as_deref(), line.level.as_deref());
    if which.is_empty() { t::usual(visit.lang).to_owned() } else { which }
}

/// A term: number and unit, as the form shows them.
pub(super) fn split(term: &str) -> (&str, &str) {
    term.split_at_checked(term.find(|c: char| !c.is_ascii_digit()).unwrap_or(0)).unwrap_or(("", term))
}

pub(super) fn term(lang: Lang, text: &str) -> String {
    let (number, unit) = split(text);
    let n: i64 = number.parse().unwrap_or(0);
    match unit {
        "wd" => t::n_wd(lang, n),
        "d" => t::n_d(lang, n),
        "h" => t::n_h(lang, n),
        "min" => t::n_min(lang, n),
        "wh" => t::n_wh(lang, n),
        "none" => t::none(lang).to_owned(),
        within => match within.strip_prefix("h@").and_then(|rest| rest.split_once('/')) {
            Some((hours, next)) => t::n_within(lang, hours.replace('-', "–"), n, next),
            None => text.to_owned(),
        },
    }
}

fn card(lang: Lang, line: &CardLine) -> String {
    let yellow = match line.yellow.strip_suffix('%') {
        Some(percent) => t::yellow_ran(lang, percent),
        None => t::yellow_before(lang, term(lang, &line.yellow)),
    };
    let red = if line.red == "at_once" { t::red_at_once(lang) } else { t::red_next_wd(lang) };
    [yellow.as_str(), red].join(t::semicolon(lang))
}

/// One thing that differs.
pub(super) struct Change {
    pub what: String,
    pub old: String,
    pub new: String,
}

/// What differs between two profiles, in the order in which a page shows them.
pub(super) fn differences(visit: &Visit, old: &Draft, new: &Draft) -> Vec<Change> {
    let before: Vec<Vec<Said>> = parts(visit, old).into_iter().map(|(_, said)| said).collect();
    let mut changes = Vec::new();
    for ((_, new), old) in parts(visit, new).into_iter().zip(before) {
        let mut was: BTreeMap<String, String> = old.iter().cloned().collect();
        for (what, new) in new {
            let old = was.remove(&what).unwrap_or_else(|| t::not_said(visit.lang).to_owned());
            if old != new {
                changes.push(Change { what, old, new });
            }
        }
        for (what, _) in old {
            if let Some(old) = was.remove(&what) {
                changes.push(Change { what, old, new: t::not_said(visit.lang).to_owned() });
            }
        }
    }
    changes
}
