//! A profile as a form: rows of number and unit, and what comes back.

use super::words;
use crate::t::profile as t;
use linli_base::Flaw;
use linli_calendar::WorkingTime;
use linli_procedure::{Draft, TermLine};
use linli_web::{RawForm, Visit};

/// What a term may be counted in, with the words.
pub(super) const UNITS: [&str; 7] = ["wd", "d", "h", "wh", "min", "h@8-20/9", "none"];
/// Numbers that nobody can switch off: they are people's rights, or time to act.
const NEEDED: &[&str] =
    &["appeal_wd", "archive_days", "rating_days", "reopen_days", "supplement_wd", "try_gap_h"];
const WEIGHTS: [&str; 3] = ["weight_responded", "weight_solved", "weight_satisfied"];

/// A number with its unit.
pub(super) struct Row {
    pub n: String,
    pub unit: String,
    pub name: String,
    pub label: String,
    /// For some cases only: it may be dropped.
    pub special: bool,
}

/// When cards are shown, for some cases.
pub(super) struct CardRow {
    pub yellow: Row,
    pub red: String,
    pub red_name: String,
}

/// The form, filled from a draft or with what was typed.
pub(super) struct Form {
    pub base: String,
    pub terms: Vec<Row>,
    pub cards: Vec<CardRow>,
    pub numbers: Vec<Row>,
    pub working_time: String,
    /// A new term for some cases: clock, kind, level, number, unit.
    pub add: [String; 5],
}

fn typed(form: &RawForm, name: &str, else_is: &str) -> String {
    form.0.get(name).map_or(else_is, |_| form.first(name)).to_owned()
}

impl Form {
    pub fn new(visit: &Visit, draft: &Draft, form: &RawForm) -> Form {
        let row = |name: String, label: String, text: &str, special: bool| {
            let (n, unit) = words::split(text);
            Row {
                n: typed(form, &format!("n.{name}"), n),
                unit: typed(form, &format!("u.{name}"), unit),
                name,
                label,
                special,
            }
        };
        let terms = draft.term.iter().enumerate().map(|(nth, line)| {
            let special = line.kind.is_some() || line.level.is_some();
            row(format!("term.{nth}"), words::term_label(visit, line), &line.term, special)
        });
        let cards = draft.cards.iter().enumerate().map(|(nth, line)| {
            let red_name = format!("red.{nth}");
            CardRow {
                yellow: row(format!("yellow.{nth}"), words::card_label(visit, line), &line.yellow, false),
                red: typed(form, &red_name, &line.red),
                red_name,
            }
        });
        let numbers = draft.numbers.iter().map(|(name, number)| Row {
            n: typed(form, &format!("n.{name}"), &number.to_string()),
            unit: String::new(),
            name: name.clone(),
            label: words::number_label(visit, name),
            special: false,
        });
        Form {
            base: format!("{}-{}", draft.name, draft.version),
            terms: terms.collect(),
            cards: cards.collect(),
            numbers: numbers.collect(),
            working_time: typed(form, "working_time", &draft.working_time.join(", ")),
            add: ["add.clock", "add.kind", "add.level", "n.add", "u.add"]
                .map(|name| form.first(name).to_owned()),
        }
    }
}

/// What was typed as a draft over its base, with all that is wrong. Flaws: `not_a_number`, `not_a_choice`,
/// `working_time`, `weights`, `missing`.
pub(super) fn read(base: &Draft, form: &RawForm) -> (Draft, Vec<Flaw>) {
    let mut flaws = Vec::new();
    let mut draft = base.clone();
    let mut terms = Vec::new();
    for (nth, line) in base.term.iter().enumerate() {
        if form.first(&format!("u.term.{nth}")) != "drop" {
            let term = amount(form, &format!("term.{nth}"), &line.term, &UNITS, &mut flaws);
            terms.push(TermLine { term, ..line.clone() });
        }
    }
    draft.term = terms;
    added(&mut draft, form, &mut flaws);
    for (nth, line) in draft.cards.iter_mut().enumerate() {
        line.yellow = amount(form, &format!("yellow.{nth}"), &line.yellow, &["%", "wd", "h"], &mut flaws);
        line.red = typed(form, &format!("red.{nth}"), &line.red);
        if !["at_once", "next_wd"].contains(&line.red.as_str()) {
            flaws.push(Flaw::new(&format!("red.{nth}"), "not_a_choice"));
        }
    }
    for (name, number) in &mut draft.numbers {
        let least = i64::from(NEEDED.contains(&name.as_str()));
        match whole(&typed(form, &format!("n.{name}"), &number.to_string()), least, 3_650) {
            Ok(typed) => *number = typed,
            Err(flaw) => flaws.push(Flaw { field: name.clone(), ..flaw }),
        }
    }
    let weights: Vec<i64> = WEIGHTS.iter().filter_map(|name| draft.numbers.get(*name)).copied().collect();
    if weights.len() == WEIGHTS.len() && weights.iter().sum::<i64>() != 100 {
        flaws.push(Flaw::new("weight_responded", "weights").with("sum", weights.iter().sum::<i64>()));
    }
    let spans = typed(form, "working_time", &draft.working_time.join(","));
    draft.working_time = spans
        .replace('：', ":")
        .replace(['–', '—', '~', '～'], "-")
        .split([',', '，', '、', ';', '；', ' '])
        .filter(|span| !span.is_empty())
        .map(str::to_owned)
        .collect();
    let spans: Vec<&str> = draft.working_time.iter().map(String::as_str).collect();
    if WorkingTime::parse(&spans).is_err() {
        flaws.push(Flaw::new("working_time", "working_time"));
    }
    (draft, flaws)
}

/// Number and unit of a row as the profile writes them.
fn amount(form: &RawForm, name: &str, was: &str, units: &[&str], flaws: &mut Vec<Flaw>) -> String {
    let (n, unit) = words::split(was);
    let unit = typed(form, &format!("u.{name}"), unit);
    if !units.contains(&unit.as_str()) {
        flaws.push(Flaw::new(name, "not_a_choice"));
        return was.to_owned();
    }
    if unit == "none" {
        return unit;
    }
    let most = match unit.as_str() {
        "%" => 100,
        "min" => 1_440,
        "h" | "wh" => 720,
        "h@8-20/9" => 12,
        _ => 365,
    };
    match whole(&typed(form, &format!("n.{name}"), n), 1, most) {
        Ok(n) => format!("{n}{unit}"),
        Err(flaw) => {
            flaws.push(Flaw { field: name.to_owned(), ..flaw });
            was.to_owned()
        }
    }
}

fn whole(text: &str, from: i64, to: i64) -> Result<i64, Flaw> {
    let number = text.trim().parse().ok().filter(|number| (from..=to).contains(number));
    number.ok_or_else(|| Flaw::new("", "not_a_number").with("from", from).with("to", to))
}

/// A new term for a kind or level stands before the others of its clock, since the first that fits counts.
fn added(draft: &mut Draft, form: &RawForm, flaws: &mut Vec<Flaw>) {
    let clock = form.first("add.clock");
    if clock.is_empty() {
        return;
    }
    let some = |name: &str| Some(form.first(name)).filter(|value| !value.is_empty()).map(str::to_owned);
    let (kind, level) = (some("add.kind"), some("add.level"));
    if kind.is_none() && level.is_none() {
        flaws.push(Flaw::new("add", "missing"));
        return;
    }
    let Some(at) = draft.term.iter().position(|line| line.clock == clock) else {
        flaws.push(Flaw::new("add", "not_a_choice"));
        return;
    };
    let term = amount(form, "add", "1wd", &UNITS, flaws);
    draft.term.retain(|line| line.clock != clock || line.kind != kind || line.level != level);
    draft.term.insert(at.min(draft.term.len()), TermLine { clock: clock.to_owned(), kind, level, term });
}

/// The units with their words.
pub(super) fn units(visit: &Visit) -> Vec<(&'static str, &'static str)> {
    let lang = visit.lang;
    let words = [
        t::unit_wd(lang),
        t::unit_d(lang),
        t::unit_h(lang),
        t::unit_wh(lang),
        t::unit_min(lang),
        t::unit_within(lang),
        t::none(lang),
    ];
    UNITS.into_iter().zip(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const BASE: &str = "name = 'shandong'\nversion = 2\nworking_time = ['08:30-12:00']\n\
        term = [{ clock = 'finish', level = 'urgent', term = '24h' }, { clock = 'finish', term = '5wd' }]\n\
        [numbers]\nreopen_days = 15\nweight_responded = 30\nweight_solved = 35\nweight_satisfied = 35\n";

    fn sent(fields: &[(&str, &str)]) -> RawForm {
        let one = |(name, value): &(&str, &str)| ((*name).to_owned(), vec![(*value).to_owned()]);
        RawForm(fields.iter().map(one).collect::<BTreeMap<_, _>>())
    }

    #[test]
    fn nothing_typed_is_the_base() {
        let base = Draft::read(BASE).unwrap();
        assert_eq!(read(&base, &sent(&[])), (base, vec![]));
    }

    #[test]
    fn terms_are_changed_dropped_and_added_before_the_general_one() {
        let base = Draft::read(BASE).unwrap();
        let form = sent(&[
            ("n.term.1", "7"),
            ("u.term.1", "d"),
            ("u.term.0", "drop"),
            ("add.clock", "finish"),
            ("add.kind", "complaint"),
            ("n.add", "3"),
            ("u.add", "wd"),
            ("working_time", "09:00-12:00，13:00–18:00"),
        ]);
        let (draft, flaws) = read(&base, &form);
        assert_eq!(flaws, vec![]);
        let terms: Vec<&str> = draft.term.iter().map(|line| line.term.as_str()).collect();
        assert_eq!(terms, ["3wd", "7d"]);
        assert_eq!(draft.working_time, ["09:00-12:00", "13:00-18:00"]);
        assert!(linli_procedure::Profile::try_from(draft).is_ok());
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let base = Draft::read(BASE).unwrap();
        let form = sent(&[
            ("n.term.1", "often"),
            ("u.term.0", "moons"),
            ("n.reopen_days", "0"),
            ("n.weight_solved", "40"),
            ("working_time", "never"),
            ("add.clock", "finish"),
        ]);
        let (_, flaws) = read(&base, &form);
        let seen: Vec<(&str, &str)> = flaws.iter().map(|flaw| (flaw.field.as_str(), flaw.code)).collect();
        assert_eq!(
            seen,
            [
                ("term.0", "not_a_choice"),
                ("term.1", "not_a_number"),
                ("add", "missing"),
                ("reopen_days", "not_a_number"),
                ("weight_responded", "weights"),
                ("working_time", "working_time"),
            ]
        );
    }
}
