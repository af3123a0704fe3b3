//! A slow second opinion: it counts day by day and minute by minute, and takes holidays from JSON that someone else
//! has read from the notices. Nothing of the crate is used but `At`, `Day` and the terms.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of tests")]

use linli_calendar::{At, Day, Term};
use std::{collections::BTreeMap, env, fs, path::PathBuf, sync::LazyLock};

pub const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
const MORNING: std::ops::Range<i64> = 510..720;
const AFTERNOON: std::ops::Range<i64> = 810..1050;

static ORACLE: LazyLock<Option<Oracle>> = LazyLock::new(Oracle::read);

pub struct Oracle {
    /// From 1970-01-01 on, day by day.
    worked: Vec<bool>,
}

/// The oracle, or none where the sample data is not there: never in CI.
pub fn oracle() -> Option<&'static Oracle> {
    let oracle = ORACLE.as_ref();
    if oracle.is_none() {
        assert!(env::var("CI").as_deref() != Ok("true"), "LINLI_SAMPLES has no calendar/2007.json");
        eprintln!("skipped: LINLI_SAMPLES has no calendar/2007.json");
    }
    oracle
}

impl Oracle {
    fn read() -> Option<Oracle> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        let samples = root.join(env::var("LINLI_SAMPLES").unwrap_or_else(|_| "../shared/data".to_owned()));
        let mut named = BTreeMap::new();
        for year in 2007..=2026 {
            let text = fs::read_to_string(samples.join(format!("calendar/{year}.json"))).ok()?;
            let json: serde_json::Value = serde_json::from_str(&text).unwrap();
            for day in json["days"].as_array().unwrap() {
                named.insert(day["date"].as_str().unwrap().to_owned(), !day["isOffDay"].as_bool().unwrap());
            }
        }
        let (mut worked, mut weekday) = (Vec::new(), 4);
        for year in 1970..2040 {
            let leap = year % 4 == 0;
            for (month, length) in
                (1..).zip([31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
            {
                for day in 1..=length {
                    let date = format!("{year}-{month:02}-{day:02}");
                    worked.push(named.get(&date).copied().unwrap_or(weekday <= 5));
                    weekday = weekday % 7 + 1;
                }
            }
        }
        Some(Oracle { worked })
    }

    pub fn works(&self, day: Day) -> bool {
        self.worked[usize::try_from(day.0).unwrap()]
    }

    /// `start` and the ends of pauses lie on whole minutes; the working time is the usual one.
    pub fn due(&self, start: At, term: &Term, pauses: &[(At, At)]) -> At {
        let stands = |at: At| pauses.iter().any(|(from, to)| *from <= at && at < *to);
        let runs_at_closing = |day: Day| !stands(day.start().plus_ms(1050 * MINUTE - 1));
        let mut day = start.day();
        match *term {
            Term::WorkingDays(n) => {
                let mut counted = 0;
                while counted < n {
                    day = Day(day.0 + 1);
                    if self.works(day) && runs_at_closing(day) {
                        counted += 1;
                    }
                }
                day.end()
            }
            Term::NaturalDays(n) => {
                let mut counted = 0;
                while counted < n {
                    day = Day(day.0 + 1);
                    if runs_at_closing(day) {
                        counted += 1;
                    }
                }
                if !self.works(day) {
                    while !self.works(day) || !runs_at_closing(day) {
                        day = Day(day.0 + 1);
                    }
                }
                day.end()
            }
            Term::Minutes(n) => minutes(start, n, |at| !stands(at)),
            Term::WorkingMinutes(n) => minutes(start, n, |at| !stands(at) && self.works_at(at)),
            Term::MinutesWithin { minutes: n, from_hour, to_hour, else_hour } => {
                let hour_of = |at: At| (at.0 + DAY / 3).rem_euclid(DAY) / (60 * MINUTE);
                let n = if (from_hour..to_hour).contains(&hour_of(start)) {
                    n
                } else {
                    (1..=24 * 60)
                        .find(|n| {
                            (At(start.0 + n * MINUTE).0 + DAY / 3).rem_euclid(DAY) == else_hour * 60 * MINUTE
                        })
                        .unwrap()
                };
                minutes(start, n, |at| !stands(at))
            }
            Term::Until(at) => at,
        }
    }

    fn works_at(&self, at: At) -> bool {
        let minute = (at.0 + DAY / 3).rem_euclid(DAY) / MINUTE;
        self.works(at.day()) && (MORNING.contains(&minute) || AFTERNOON.contains(&minute))
    }
}

fn minutes(start: At, n: i64, counts: impl Fn(At) -> bool) -> At {
    let (mut at, mut counted) = (start, 0);
    while counted < n {
        counted += i64::from(counts(at));
        at = At(at.0 + MINUTE);
    }
    at
}

/// `2026-09-29 10:24`, on Shanghai's clock.
pub fn at(text: &str) -> At {
    let (date, time) = text.split_once(' ').unwrap();
    let (hours, minutes) = time.split_once(':').unwrap();
    let minutes = hours.parse::<i64>().unwrap() * 60 + minutes.parse::<i64>().unwrap();
    day(date).start().plus_ms(minutes * MINUTE)
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}
