use crate::{At, Day};
use serde::{Deserialize, Serialize};

const MINUTE_MS: i64 = 60_000;

/// How long something may take. Counts below 0 are taken as 0, of days above a hundred years as a hundred years.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// Until 24:00 of the nth working day after the day of receipt.
    WorkingDays(i64),
    /// Until 24:00 of the nth day after the day of receipt or, where that is a day off, of the next working day
    /// (民法典 201 and 203).
    NaturalDays(i64),
    /// Minutes of any day and night.
    Minutes(i64),
    /// Minutes of working time on working days.
    WorkingMinutes(i64),
    /// Minutes for what begins at an hour of the day from `from_hour` to before `to_hour`; for the rest until
    /// `else_hour` o'clock comes next. Dispatch: an hour within 8–20, else until 9:00.
    MinutesWithin {
        /// Minutes.
        minutes: i64,
        /// 0–24.
        from_hour: i64,
        /// 0–24.
        to_hour: i64,
        /// 0–23.
        else_hour: i64,
    },
    /// Until a fixed instant, set elsewhere: neither a pause nor a notice moves it.
    Until(At),
}

/// When something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The first instant that is too late: done in time means done *before* it. 24:00 of a day is 0:00 of the next.
    pub at: At,
    /// Whether it may still change, because it touches days whose notice is not published yet.
    pub provisional: bool,
}

impl Due {
    /// The day to show: the last one on which it is still in time.
    pub fn last_day(self) -> Day {
        self.at.plus_ms(-1).day()
    }
}

/// When people work, the same on each working day. 08:30–12:00 and 13:30–17:30 unless the profile says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingTime(Vec<(i64, i64)>);

/// Why spans are no working time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkingTimeError {
    /// No span.
    #[error("there is no working time in it")]
    Empty,
    /// Not of the form `HH:MM-HH:MM`, or it ends before it begins.
    #[error("`{0}` is no span such as 08:30-12:00")]
    Span(String),
    /// It begins before the one before it ends.
    #[error("`{0}` begins before the one before it ends")]
    Order(String),
}

impl WorkingTime {
    /// Reads spans such as `08:30-12:00`, in order, not overlapping; 24:00 may end one.
    pub fn parse(spans: &[&str]) -> Result<WorkingTime, WorkingTimeError> {
        let mut read: Vec<(i64, i64)> = Vec::new();
        for text in spans {
            let (from, to) = span(text).ok_or_else(|| WorkingTimeError::Span((*text).to_owned()))?;
            if read.last().is_some_and(|before| from < before.1) {
                return Err(WorkingTimeError::Order((*text).to_owned()));
            }
            read.push((from, to));
        }
        if read.is_empty() { Err(WorkingTimeError::Empty) } else { Ok(WorkingTime(read)) }
    }

    /// Milliseconds of work in a working day.
    pub fn ms_a_day(&self) -> i64 {
        self.worked_by(i64::MAX)
    }

    /// Milliseconds of work in a working day up to this many milliseconds after midnight.
    pub(crate) fn worked_by(&self, ms_of_day: i64) -> i64 {
        self.0.iter().map(|(from, to)| ms_of_day.clamp(*from, *to) - from).sum()
    }

    /// When this much of a working day's work is done.
    pub(crate) fn when_worked(&self, day: Day, mut ms: i64) -> At {
        for (from, to) in &self.0 {
            if ms <= to - from {
                return day.start().plus_ms(from + ms);
            }
            ms -= to - from;
        }
        day.end()
    }

    /// The last millisecond of work in a day.
    pub(crate) fn closing(&self, day: Day) -> At {
        day.start().plus_ms(self.0.last().map_or(0, |(_, to)| to - 1))
    }
}

impl Default for WorkingTime {
    fn default() -> Self {
        WorkingTime(vec![(510 * MINUTE_MS, 720 * MINUTE_MS), (810 * MINUTE_MS, 1050 * MINUTE_MS)])
    }
}

fn span(text: &str) -> Option<(i64, i64)> {
    let (from, to) = text.split_once('-')?;
    let (from, to) = (ms_of_day(from)?, ms_of_day(to)?);
    (from < to).then_some((from, to))
}

fn ms_of_day(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    if [hours, minutes].iter().any(|part| part.len() != 2 || !part.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let all = hours * 60 + minutes;
    (minutes < 60 && all <= 24 * 60).then_some(all * MINUTE_MS)
}
