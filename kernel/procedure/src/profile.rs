use linli_base::At;
use linli_calendar::{Calendar, ClockState, Term, WorkingTime};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, error::Error, fmt};

/// What differs between cities: terms, cards and numbers. Versioned data, seeded from `profiles/*.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Which one.
    pub name: String,
    /// Its version in this city.
    pub version: i64,
    /// When people work.
    pub working_time: WorkingTime,
    terms: Vec<Ruled<Option<Term>>>,
    cards: Vec<Ruled<Cards>>,
    draft: Draft,
}

/// A value for the cases of a kind and level.
#[derive(Clone, Debug, PartialEq)]
struct Ruled<T> {
    clock: String,
    kind: Option<String>,
    level: Option<String>,
    value: T,
}

impl<T> Ruled<T> {
    fn fits(&self, clock: &str, kind: Option<&str>, level: Option<&str>) -> bool {
        let fits = |wanted: &Option<String>, is| wanted.as_deref().is_none_or(|wanted| is == Some(wanted));
        self.clock == clock && fits(&self.kind, kind) && fits(&self.level, level)
    }
}

/// When cards are shown.
#[derive(Clone, Debug, PartialEq)]
struct Cards {
    yellow: Yellow,
    red: Red,
}

#[derive(Clone, Debug, PartialEq)]
enum Yellow {
    /// So long before it is due.
    Before(Term),
    /// When so many percent of the time have run.
    Ran(i64),
}

#[derive(Clone, Debug, PartialEq)]
enum Red {
    /// As soon as it is over.
    AtOnce,
    /// On the first working day after.
    NextWorkingDay,
}

/// Why a profile cannot be read: where, and what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileError {
    /// `term.3`, `cards.0.yellow`, `working_time`, or `text` where it is no profile at all.
    pub field: String,
    /// What is wrong with it, for its author.
    pub what: String,
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.what)
    }
}

impl Error for ProfileError {}

/// A profile as it is written and edited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Which one.
    pub name: String,
    /// Its version.
    pub version: i64,
    /// Spans such as `08:30-12:00`.
    pub working_time: Vec<String>,
    /// How long clocks run; the first that fits a clock, kind and level counts.
    pub term: Vec<TermLine>,
    /// When cards are shown; the first that fits counts.
    #[serde(default = "usual_cards")]
    pub cards: Vec<CardLine>,
    /// Numbers by name.
    pub numbers: BTreeMap<String, i64>,
}

/// How long a clock runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermLine {
    /// Which clock.
    pub clock: String,
    /// For this kind only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// For this level only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// As [`Profile::read`] tells.
    pub term: String,
}

/// When cards are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardLine {
    /// For this kind only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// For this level only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// A term before it is due (`1wd`), or a share of the time that has run (`80%`).
    pub yellow: String,
    /// `at_once`, or `next_wd`: the first working day after.
    pub red: String,
}

/// What held before profiles said it.
fn usual_cards() -> Vec<CardLine> {
    vec![CardLine { kind: None, level: None, yellow: "1wd".to_owned(), red: "next_wd".to_owned() }]
}

impl Draft {
    /// Reads a profile's TOML without judging its terms.
    pub fn read(text: &str) -> Result<Draft, ProfileError> {
        toml::from_str(text).map_err(|e| ProfileError { field: "text".to_owned(), what: e.to_string() })
    }

    /// The TOML that [`Draft::read`] reads.
    pub fn write(&self) -> Result<String, ProfileError> {
        toml::to_string(self).map_err(|e| ProfileError { field: "text".to_owned(), what: e.to_string() })
    }

    /// Everything that is wrong with it, by field; empty where it is a profile.
    pub fn flaws(&self) -> Vec<ProfileError> {
        let mut wrong = Vec::new();
        let mut note = |field: String, what: String| wrong.push(ProfileError { field, what });
        for (nth, line) in self.term.iter().enumerate() {
            if line.term != "none" && term(&line.term).is_none() {
                note(format!("term.{nth}"), format!("`{}` is no term", line.term));
            }
        }
        for (nth, line) in self.cards.iter().enumerate() {
            if yellow(&line.yellow).is_none() {
                note(format!("cards.{nth}.yellow"), format!("`{}` is no term and no share", line.yellow));
            }
            if red(&line.red).is_none() {
                note(format!("cards.{nth}.red"), format!("`{}` is neither at_once nor next_wd", line.red));
            }
        }
        let spans: Vec<&str> = self.working_time.iter().map(String::as_str).collect();
        if let Err(e) = WorkingTime::parse(&spans) {
            note("working_time".to_owned(), e.to_string());
        }
        wrong
    }
}

impl TryFrom<Draft> for Profile {
    type Error = ProfileError;

    fn try_from(draft: Draft) -> Result<Profile, ProfileError> {
        if let Some(flaw) = draft.flaws().into_iter().next() {
            return Err(flaw);
        }
        let spans: Vec<&str> = draft.working_time.iter().map(String::as_str).collect();
        let working_time = WorkingTime::parse(&spans)
            .map_err(|e| ProfileError { field: "working_time".to_owned(), what: e.to_string() })?;
        let terms = draft.term.iter().map(|line| Ruled {
            clock: line.clock.clone(),
            kind: line.kind.clone(),
            level: line.level.clone(),
            value: term(&line.term),
        });
        let cards = draft.cards.iter().filter_map(|line| {
            let value = Cards { yellow: yellow(&line.yellow)?, red: red(&line.red)? };
            Some(Ruled { clock: String::new(), kind: line.kind.clone(), level: line.level.clone(), value })
        });
        Ok(Profile {
            name: draft.name.clone(),
            version: draft.version,
            working_time,
            terms: terms.collect(),
            cards: cards.collect(),
            draft,
        })
    }
}

impl Profile {
    /// Reads a profile's TOML. Terms: `5wd` working days, `7d` natural days, `24h` hours, `15min` minutes, `2wh`
    /// hours of working time, `1h@8-20/9` an hour within 8–20, else 9:00 of the next day, `none`. The first
    /// `[[term]]` that fits a clock, kind and level counts.
    pub fn read(text: &str) -> Result<Profile, ProfileError> {
        Draft::read(text)?.try_into()
    }

    /// As it was written.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The term of a clock for a case of the kind and level; `None` where it does not run.
    pub fn term(&self, clock: &str, kind: Option<&str>, level: Option<&str>) -> Option<Term> {
        self.terms.iter().find(|rule| rule.fits(clock, kind, level)).and_then(|rule| rule.value.clone())
    }

    /// From when the yellow and the red card of a clock are shown.
    pub fn cards(
        &self,
        clock: &ClockState,
        kind: Option<&str>,
        level: Option<&str>,
        calendar: &Calendar,
        now: At,
    ) -> Option<(At, At)> {
        let rule = &self.cards.iter().find(|rule| rule.fits("", kind, level))?.value;
        let due = clock.due(calendar, &self.working_time, now).at;
        let yellow = match &rule.yellow {
            Yellow::Before(term) => calendar.before(due, term, &self.working_time),
            Yellow::Ran(percent) => clock.ran(*percent, calendar, &self.working_time, now),
        };
        let red = match rule.red {
            Red::AtOnce => due,
            Red::NextWorkingDay => calendar.red(due),
        };
        Some((yellow, red))
    }

    /// A number such as `return_wd`; 0 where the profile does not say: then the rule that needs it is off.
    pub fn number(&self, name: &str) -> i64 {
        self.draft.numbers.get(name).copied().unwrap_or(0)
    }

    /// Whether the profile says the number.
    pub fn has(&self, name: &str) -> bool {
        self.draft.numbers.contains_key(name)
    }
}

fn yellow(text: &str) -> Option<Yellow> {
    match text.strip_suffix('%') {
        Some(percent) => percent.parse().ok().filter(|percent| (1..=100).contains(percent)).map(Yellow::Ran),
        None => term(text).map(Yellow::Before),
    }
}

fn red(text: &str) -> Option<Red> {
    match text {
        "at_once" => Some(Red::AtOnce),
        "next_wd" => Some(Red::NextWorkingDay),
        _ => None,
    }
}

fn term(text: &str) -> Option<Term> {
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(split)?;
    let n: i64 = number.parse().ok().filter(|n| *n <= 10_000)?;
    Some(match unit {
        "wd" => Term::WorkingDays(n),
        "d" => Term::NaturalDays(n),
        "h" => Term::Minutes(n * 60),
        "min" => Term::Minutes(n),
        "wh" => Term::WorkingMinutes(n * 60),
        _ => {
            let (window, else_at) = unit.strip_prefix("h@")?.split_once('/')?;
            let (from, to) = window.split_once('-')?;
            Term::MinutesWithin {
                minutes: n * 60,
                from_hour: from.parse().ok()?,
                to_hour: to.parse().ok()?,
                else_hour: else_at.parse().ok()?,
            }
        }
    })
}
