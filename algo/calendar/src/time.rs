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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_date_of_four_centuries_is_counted_like_a_wall_calendar() {
        let (mut y, mut m, mut d) = (1850, 1, 1);
        let first = Day::from_ymd(y, m, d).unwrap();
        for n in 0..146_097 {
            let day = first.plus(n);
            assert_eq!(day.ymd(), (y, m, d));
            assert_eq!(Day::from_ymd(y, m, d), Some(day));
            assert_eq!(Day::parse(&day.to_string()), Some(day));
            assert_eq!(day.weekday(), (n + 1) % 7 + 1, "1850-01-01 was a Tuesday");
            let leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
            let length = match m {
                2 => 28 + i64::from(leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            d += 1;
            if d > length {
                (m, d) = (m + 1, 1);
            }
            if m > 12 {
                (y, m) = (y + 1, 1);
            }
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_not_read() {
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-1-1",
            "2026-01-32",
            "26-01-01",
            "2026-01",
            "",
            "今天",
        ] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
        assert_eq!(Day::parse("2024-02-29").map(Day::ymd), Some((2024, 2, 29)));
    }

    #[test]
    fn a_day_begins_at_sixteen_hours_utc() {
        let day = Day::parse("2026-09-29").unwrap();
        assert_eq!(day.start().0 / 1000, 1_790_611_200, "2026-09-28T16:00:00Z");
        assert_eq!(day.start().to_string(), "2026-09-29T00:00:00+08:00");
        assert_eq!((day.start().day(), day.start().ms_of_day()), (day, 0));
        assert_eq!((day.end().plus_ms(-1).day(), day.end().day()), (day, day.plus(1)));
        assert_eq!(day.start().plus_hours(10).to_string(), "2026-09-29T10:00:00+08:00");
    }

    #[test]
    fn the_ends_of_time_are_held_instead_of_overflowing() {
        for at in [At(i64::MIN), At(i64::MAX)] {
            assert_eq!(at.plus_hours(at.0), at);
            assert!(!at.to_string().is_empty());
        }
        for day in [Day(i64::MIN), Day(i64::MAX)] {
            assert_eq!((day.start().0 < 0, day.plus(day.0)), (day.0 < 0, day));
            assert!((1..=7).contains(&day.weekday()) && !day.to_string().is_empty());
        }
    }

    #[test]
    fn both_are_plain_integers_in_json() {
        assert_eq!(serde_json::to_string(&(At(5), Day(-3))).unwrap(), "[5,-3]");
        assert_eq!(serde_json::from_str::<(At, Day)>("[5,-3]").unwrap(), (At(5), Day(-3)));
    }
}
