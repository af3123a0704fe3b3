use linli_calendar::{Term, WorkingTime};
use serde::Deserialize;
use std::{collections::BTreeMap, error::Error, fmt};

/// What differs between cities: terms and numbers. Versioned data, seeded from `profiles/*.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Which one.
    pub name: String,
    /// Its version in this city.
    pub version: i64,
    /// When people work.
    pub working_time: WorkingTime,
    terms: Vec<TermRule>,
    numbers: BTreeMap<String, i64>,
}

#[derive(Clone, Debug, PartialEq)]
struct TermRule {
    clock: String,
    kind: Option<String>,
    level: Option<String>,
    term: Option<Term>,
}

/// Why a profile cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub struct ProfileError(String);

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ProfileError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    version: i64,
    working_time: Vec<String>,
    term: Vec<WrittenTerm>,
    numbers: BTreeMap<String, i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTerm {
    clock: String,
    kind: Option<String>,
    level: Option<String>,
    term: String,
}

impl Profile {
    /// Reads a profile's TOML. Terms: `5wd` working days, `7d` natural days, `24h` hours, `15min` minutes, `2wh`
    /// hours of working time, `1h@8-20/9` an hour within 8–20, else 9:00 of the next day, `none`. The first
    /// `[[term]]` that fits a clock, kind and level counts.
    pub fn read(text: &str) -> Result<Profile, ProfileError> {
        let written: Written = toml::from_str(text).map_err(|e| ProfileError(e.to_string()))?;
        let terms = written
            .term
            .into_iter()
            .map(|rule| {
                let term = match rule.term.as_str() {
                    "none" => None,
                    text => Some(
                        term(text)
                            .ok_or_else(|| ProfileError(format!("{}: `{text}` is no term", rule.clock)))?,
                    ),
                };
                Ok(TermRule { clock: rule.clock, kind: rule.kind, level: rule.level, term })
            })
            .collect::<Result<_, ProfileError>>()?;
        let spans: Vec<&str> = written.working_time.iter().map(String::as_str).collect();
        let working_time = WorkingTime::parse(&spans).map_err(|e| ProfileError(e.to_string()))?;
        Ok(Profile {
            name: written.name,
            version: written.version,
            working_time,
            terms,
            numbers: written.numbers,
        })
    }

    /// The term of a clock for a case of the kind and level; `None` where it does not run.
    pub fn term(&self, clock: &str, kind: Option<&str>, level: Option<&str>) -> Option<Term> {
        let fits =
            |wanted: &Option<String>, is: Option<&str>| wanted.as_deref().is_none_or(|w| is == Some(w));
        self.terms
            .iter()
            .find(|rule| rule.clock == clock && fits(&rule.kind, kind) && fits(&rule.level, level))
            .and_then(|rule| rule.term.clone())
    }

    /// A number such as `return_wd`; 0 where the profile does not say, which a test of each room's profiles refuses.
    pub fn number(&self, name: &str) -> i64 {
        self.numbers.get(name).copied().unwrap_or(0)
    }

    /// Whether the profile says the number.
    pub fn has(&self, name: &str) -> bool {
        self.numbers.contains_key(name)
    }
}

fn term(text: &str) -> Option<Term> {
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(split)?;
    let n: i64 = number.parse().ok()?;
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
