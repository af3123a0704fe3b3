use serde::{Deserialize, Serialize};
use std::fmt;

const DAY_MS: i64 = 86_400_000;
/// Asia/Shanghai has had no daylight saving since 1991; every rule here is for later years.
const SHANGHAI_MS: i64 = 8 * 3_600_000;

/// An instant: Unix milliseconds, UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct At(pub i64);

/// A date in Asia/Shanghai: days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i64);

impl At {
    /// The date that a wall calendar in Shanghai shows at this instant.
    pub fn day(self) -> Day {
        Day(self.0.saturating_add(SHANGHAI_MS).div_euclid(DAY_MS))
    }

    /// Milliseconds since midnight in Shanghai.
    pub fn ms_of_day(self) -> i64 {
        self.0.saturating_add(SHANGHAI_MS).rem_euclid(DAY_MS)
    }

    /// This many milliseconds later (or earlier).
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> At {
        At(self.0.saturating_add(ms))
    }

    /// This many hours of 60 minutes later.
    #[must_use]
    pub fn plus_hours(self, hours: i64) -> At {
        self.plus_ms(hours.saturating_mul(3_600_000))
    }
}

impl Day {
    /// From the proleptic Gregorian calendar; `None` where the date does not exist.
    pub fn from_ymd(year: i64, month: i64, day: i64) -> Option<Day> {
        let days = days_from_civil(year, month, day);
        (Day(days).ymd() == (year, month, day)).then_some(Day(days))
    }

    /// `(year, month 1–12, day 1–31)`.
    pub fn ymd(self) -> (i64, i64, i64) {
        let z = self.0.saturating_add(719_468);
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        (yoe + era * 400 + i64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
    }

    /// Midnight in Shanghai at which this day begins.
    pub fn start(self) -> At {
        At(self.0.saturating_mul(DAY_MS).saturating_sub(SHANGHAI_MS))
    }

    /// 24:00 of this day, which is 0:00 of the next.
    pub fn end(self) -> At {
        self.plus(1).start()
    }

    /// This many days later (or earlier).
    #[must_use]
    pub fn plus(self, days: i64) -> Day {
        Day(self.0.saturating_add(days))
    }

    /// 1 = Monday … 7 = Sunday (ISO 8601).
    pub fn weekday(self) -> i64 {
        self.0.saturating_add(3).rem_euclid(7) + 1
    }

    /// Reads `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Day> {
        let mut parts = text.splitn(3, '-');
        let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
        if y.len() != 4 || m.len() != 2 || d.len() != 2 {
            return None;
        }
        Day::from_ymd(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?)
    }
}

impl fmt::Display for Day {
    /// `YYYY-MM-DD`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, m, d) = self.ymd();
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

impl fmt::Display for At {
    /// RFC 3339 with Shanghai's offset, to the second.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = self.ms_of_day() / 1000;
        write!(f, "{}T{:02}:{:02}:{:02}+08:00", self.day(), s / 3600, s / 60 % 60, s % 60)
    }
}

/// Howard Hinnant's `days_from_civil`.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}
