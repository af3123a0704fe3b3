//! A profile as a form: rows of number and unit, and what comes back.

use super::words;
use crate::t::profile as t;
use linli_base::Flaw;
use linli_calendar::WorkingTime;
use linli_procedure::{CardLine, Draft, TermLine};
use linli_web::{RawForm, Visit};

/// What a term may be counted in; `within` are hours in the window.
const UNITS: [&str; 7] = ["wd", "d", "h", "wh", "min", "within", "none"];
/// Whose rule it may be.
pub(super) const KINDS: [&str; 6] = ["inquiry", "help", "complaint", "report", "advice", "praise"];
pub(super) const LEVELS: [&str; 4] = ["urgent", "pressing", "normal", "complex"];
/// No more card rules are added than there are kinds and levels, each or none.
const MOST_CARDS: usize = (KINDS.len() + 1) * (LEVELS.len() + 1);
/// The window, where no term of a profile says one: from, to, and until when for what begins outside.
const WINDOW: [&str; 3] = ["8", "20", "9"];
const WINDOW_FIELDS: [&str; 3] = ["window.from", "window.to", "window.else"];
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
    /// Of a rule that is new: for which cases.
    pub new: Option<NewCard>,
}

/// For which cases a new rule is.
pub(super) struct NewCard {
    pub kind_name: String,
    pub kind: String,
    pub level_name: String,
    pub level: String,
    /// It has just been asked for.
    pub focus: bool,
}

/// The form, filled from a draft or with what was typed.
pub(super) struct Form {
    pub base: String,
    pub terms: Vec<Row>,
    pub cards: Vec<CardRow>,
    /// How many of the card rules are new.
    pub new_cards: usize,
    pub numbers: Vec<Row>,
    pub working_time: String,
    /// Names, labels and values of the window's hours.
    pub window: [(&'static str, &'static str, String); 3],
    /// A new term for some cases: clock, kind, level, number, unit.
    pub add: [String; 5],
}

/// How many rows for new card rules the form had.
fn new_cards(form: &RawForm) -> usize {
    form.first("new_cards").parse().unwrap_or(0).min(MOST_CARDS)
}

/// Unit and number as the form has them: the hours of the window stand elsewhere.
fn split(text: &str) -> (&str, &str) {
    let (n, unit) = words::split(text);
    (n, if unit.starts_with("h@") { "within" } else { unit })
}

/// The window's hours as the terms say them.
fn window(draft: &Draft) -> [String; 3] {
    let hours = |line: &TermLine| {
        let (from, rest) = line.term.split_once("h@")?.1.split_once('-')?;
        let (to, otherwise) = rest.split_once('/')?;
        Some([from, to, otherwise].map(str::to_owned))
    };
    draft.term.iter().find_map(hours).unwrap_or_else(|| WINDOW.map(str::to_owned))
}

/// A rule whose cases and days are still to be said.
fn blank() -> CardLine {
    CardLine { kind: None, level: None, yellow: "wd".to_owned(), red: "next_wd".to_owned() }
}

fn typed(form: &RawForm, name: &str, else_is: &str) -> String {
    form.0.get(name).map_or(else_is, |_| form.first(name)).to_owned()
}

impl Form {
    pub fn new(visit: &Visit, draft: &Draft, form: &RawForm) -> Form {
        let row = |name: String, label: String, text: &str, special: bool| {
            let (n, unit) = split(text);
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
        let more = form.first("more") == "card";
        let new_cards = (new_cards(form) + usize::from(more)).min(MOST_CARDS);
        let last = draft.cards.len() + new_cards;
        let cards = (0..last).map(|nth| {
            let own = draft.cards.get(nth);
            let line = own.cloned().unwrap_or_else(blank);
            let label = match own {
                Some(line) => words::card_label(visit, line),
                None => t::new_card(visit.lang).to_owned(),
            };
            let (red_name, kind_name, level_name) =
                (format!("red.{nth}"), format!("kind.{nth}"), format!("level.{nth}"));
            CardRow {
                yellow: row(format!("yellow.{nth}"), label, &line.yellow, true),
                red: typed(form, &red_name, &line.red),
                red_name,
                new: own.is_none().then(|| NewCard {
                    kind: form.first(&kind_name).to_owned(),
                    kind_name,
                    level: form.first(&level_name).to_owned(),
                    level_name,
                    focus: more && nth + 1 == last,
                }),
            }
        });
        let [from, to, otherwise] = window(draft);
        let [from_name, to_name, else_name] = WINDOW_FIELDS;
        let hour = |name, label, was: String| (name, label, typed(form, name, &was));
        let lang = visit.lang;
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
            new_cards,
            numbers: numbers.collect(),
            working_time: typed(form, "working_time", &draft.working_time.join(", ")),
            window: [
                hour(from_name, t::window_from(lang), from),
                hour(to_name, t::window_to(lang), to),
                hour(else_name, t::window_else(lang), otherwise),
            ],
            add: ["add.clock", "add.kind", "add.level", "n.add", "u.add"]
                .map(|name| form.first(name).to_owned()),
        }
    }
}

/// What was typed as a draft over its base, with all that is wrong. Flaws: `not_a_number`, `not_a_choice`,
/// `working_time`, `window`, `window_else`, `weights`, `missing`, `twice`.
pub(super) fn read(base: &Draft, form: &RawForm) -> (Draft, Vec<Flaw>) {
    let mut flaws = Vec::new();
    let mut draft = base.clone();
    let within = within(base, form, &mut flaws);
    let mut terms = Vec::new();
    for (nth, line) in base.term.iter().enumerate() {
        if form.first(&format!("u.term.{nth}")) != "drop" {
            let term = amount(form, &format!("term.{nth}"), &line.term, &UNITS, &mut flaws);
            terms.push(TermLine { term, ..line.clone() });
        }
    }
    draft.term = terms;
    added(&mut draft, form, &mut flaws);
    for line in &mut draft.term {
        if let Some(n) = line.term.strip_suffix("within") {
            line.term = format!("{n}{within}");
        }
    }
    draft.cards = cards(base, form, &mut flaws);
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

/// The unit of hours within the window, as a profile writes it.
fn within(base: &Draft, form: &RawForm, flaws: &mut Vec<Flaw>) -> String {
    let most = [(0, 23), (1, 24), (0, 23)];
    let fields = WINDOW_FIELDS.into_iter().zip(window(base)).zip(most);
    let hours: Vec<i64> = fields
        .filter_map(|((name, was), (least, most))| {
            let hour = whole(&typed(form, name, &was), least, most);
            hour.map_err(|flaw| flaws.push(Flaw { field: name.to_owned(), ..flaw })).ok()
        })
        .collect();
    if let [from, to, otherwise] = *hours {
        if from >= to {
            flaws.push(Flaw::new("window.to", "window"));
        } else if !(from..to).contains(&otherwise) {
            flaws.push(Flaw::new("window.else", "window_else").with("from", from).with("to", to));
        }
        return format!("h@{from}-{to}/{otherwise}");
    }
    format!("h@{}-{}/{}", WINDOW[0], WINDOW[1], WINDOW[2])
}

/// The card rules: those of the base that were not dropped, and the new ones, each before what is less particular.
fn cards(base: &Draft, form: &RawForm, flaws: &mut Vec<Flaw>) -> Vec<CardLine> {
    let mut lines: Vec<CardLine> = Vec::new();
    for nth in 0..base.cards.len() + new_cards(form) {
        let (yellow, red) = (format!("yellow.{nth}"), format!("red.{nth}"));
        if form.first(&format!("u.{yellow}")) == "drop" {
            continue;
        }
        let own = base.cards.get(nth);
        let mut line = own.cloned().unwrap_or_else(blank);
        line.yellow = amount(form, &yellow, &line.yellow, &["%", "wd", "h"], flaws);
        line.red = typed(form, &red, &line.red);
        if !["at_once", "next_wd"].contains(&line.red.as_str()) {
            flaws.push(Flaw::new(&red, "not_a_choice"));
        }
        if own.is_some() {
            lines.push(line);
            continue;
        }
        line.kind = choice(form, &format!("kind.{nth}"), &KINDS, flaws);
        line.level = choice(form, &format!("level.{nth}"), &LEVELS, flaws);
        if lines.iter().any(|other| (&other.kind, &other.level) == (&line.kind, &line.level)) {
            flaws.push(Flaw::new(&format!("kind.{nth}"), "twice"));
        }
        let at = lines.iter().position(|other| particular(other) < particular(&line));
        lines.insert(at.unwrap_or(lines.len()), line);
    }
    lines
}

/// Of two rules that fit a case, the one that says both kind and level comes first, then that of the level.
fn particular(line: &CardLine) -> (bool, bool) {
    (line.level.is_some(), line.kind.is_some())
}

/// One of the values, or none.
fn choice(form: &RawForm, name: &str, values: &[&str], flaws: &mut Vec<Flaw>) -> Option<String> {
    let value = Some(form.first(name)).filter(|value| !value.is_empty())?;
    if !values.contains(&value) {
        flaws.push(Flaw::new(name, "not_a_choice"));
    }
    Some(value.to_owned())
}

/// Number and unit of a row as the profile writes them, but for the window's hours.
fn amount(form: &RawForm, name: &str, was: &str, units: &[&str], flaws: &mut Vec<Flaw>) -> String {
    let (n, unit) = split(was);
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
        "within" => 12,
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
    let (kind, level) = (choice(form, "add.kind", &KINDS, flaws), choice(form, "add.level", &LEVELS, flaws));
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

    const CARDS: &str = "name = 'shandong'\nversion = 2\nworking_time = ['08:30-12:00']\n\
        term = [{ clock = 'dispatch', term = '1h@8-20/9' }]\n\
        cards = [{ level = 'urgent', yellow = '50%', red = 'at_once' }, { yellow = '1wd', red = 'next_wd' }]\n\
        [numbers]\n";

    #[test]
    fn card_rules_are_added_where_they_count_and_dropped() {
        let base = Draft::read(CARDS).unwrap();
        let form = sent(&[
            ("new_cards", "3"),
            ("kind.2", "complaint"),
            ("n.yellow.2", "2"),
            ("kind.3", "complaint"),
            ("level.3", "urgent"),
            ("n.yellow.3", "4"),
            ("u.yellow.3", "h"),
            ("u.yellow.4", "drop"),
            ("u.yellow.1", "drop"),
        ]);
        let (draft, flaws) = read(&base, &form);
        assert_eq!(flaws, vec![]);
        let yellow: Vec<&str> = draft.cards.iter().map(|line| line.yellow.as_str()).collect();
        assert_eq!(yellow, ["4h", "50%", "2wd"], "what says more comes first");
        let again = Draft::read(&draft.write().unwrap()).unwrap();
        assert_eq!(again, draft);

        let none = sent(&[("u.yellow.0", "drop"), ("u.yellow.1", "drop")]);
        let (draft, _) = read(&base, &none);
        let again = Draft::read(&draft.write().unwrap()).unwrap();
        assert_eq!(again.cards, vec![], "a city may have no cards at all");

        let bad = sent(&[
            ("new_cards", "3"),
            ("level.2", "urgent"),
            ("n.yellow.2", "1"),
            ("kind.3", "wish"),
            ("red.3", "never"),
            ("n.yellow.4", "5"),
        ]);
        let (_, flaws) = read(&base, &bad);
        let seen: Vec<(&str, &str)> = flaws.iter().map(|flaw| (flaw.field.as_str(), flaw.code)).collect();
        let wanted = [
            ("kind.2", "twice"),
            ("yellow.3", "not_a_number"),
            ("red.3", "not_a_choice"),
            ("kind.3", "not_a_choice"),
            ("kind.4", "twice"),
        ];
        assert_eq!(seen, wanted);
    }

    #[test]
    fn the_window_is_moved_and_a_wrong_one_is_told() {
        let base = Draft::read(CARDS).unwrap();
        let (draft, flaws) =
            read(&base, &sent(&[("window.from", "7"), ("window.to", "22"), ("window.else", "8")]));
        assert_eq!((draft.term[0].term.as_str(), flaws), ("1h@7-22/8", vec![]));
        let wrong = |fields: &[(&str, &str)]| {
            let (_, flaws) = read(&base, &sent(fields));
            flaws.into_iter().map(|flaw| (flaw.field, flaw.code)).collect::<Vec<_>>()
        };
        assert_eq!(wrong(&[("window.from", "25")]), [("window.from".to_owned(), "not_a_number")]);
        assert_eq!(wrong(&[("window.from", "20")]), [("window.to".to_owned(), "window")]);
        assert_eq!(wrong(&[("window.else", "21")]), [("window.else".to_owned(), "window_else")]);
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
