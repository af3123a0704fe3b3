//! Pure: the periods of figures, and those of which sums are kept.

use linli_base::Day;
use std::fmt;

/// A period of which sums are kept. As text it is that of ISO 8601: `2026-W39`, `2026-09`, `2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    /// Weeks since that of 1970-01-01.
    Week(i64),
    /// `year * 12 + month - 1`.
    Month(i64),
    /// The year.
    Year(i64),
}

impl Slot {
    /// Those in which a day lies.
    pub fn of(day: Day) -> [Slot; 3] {
        let month = month_of(day);
        [Slot::Week(week_of(day)), Slot::Month(month), Slot::Year(month.div_euclid(12))]
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Slot::Week(week) => {
                let (year, nth) = iso_week(week);
                write!(f, "{year:04}-W{nth:02}")
            }
            Slot::Month(month) => write!(f, "{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1),
            Slot::Year(year) => write!(f, "{year:04}"),
        }
    }
}

/// A month as one number: `year * 12 + month - 1`.
pub fn month_of(day: Day) -> i64 {
    let (year, month, _) = day.ymd();
    year * 12 + month - 1
}

/// A month as it stands in an address: `2026-09`.
pub(crate) fn month_text(month: i64) -> String {
    Slot::Month(month).to_string()
}

/// Reads such a month.
pub(crate) fn month_of_text(text: &str) -> Option<i64> {
    Day::parse(&format!("{text}-01")).map(month_of)
}

/// A week, from Monday to Sunday, as one number; that of 1970-01-01 is 0.
pub fn week_of(day: Day) -> i64 {
    (day.0 + 3).div_euclid(7)
}

/// A week by ISO 8601: its year, and which of it. It belongs to the year of its Thursday.
pub(crate) fn iso_week(week: i64) -> (i64, i64) {
    let thursday = Day(week * 7);
    let (year, ..) = thursday.ymd();
    let first = Day::from_ymd(year, 1, 1).unwrap_or(thursday);
    (year, (thursday.0 - first.0) / 7 + 1)
}

/// Reads `2026-W39`, as browsers write a week.
pub(crate) fn week_of_text(text: &str) -> Option<i64> {
    let (year, nth) = text.split_once("-W")?;
    let (year, nth): (i64, i64) = (year.parse().ok()?, nth.parse().ok()?);
    // 4 January lies in the first week of its year
    let week = week_of(Day::from_ymd(year, 1, 4)?).checked_add(nth)? - 1;
    (iso_week(week) == (year, nth)).then_some(week)
}

/// The first day of a month.
fn first_day(month: i64) -> Day {
    Day::from_ymd(month.div_euclid(12), month.rem_euclid(12) + 1, 1).unwrap_or_default()
}

/// A period of figures, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// A week; see [`week_of`].
    Week(i64),
    /// Whole months; see [`month_of`].
    Months(i64, i64),
}

impl Span {
    /// Its first and its last day.
    pub fn days(self) -> (Day, Day) {
        match self {
            Span::Week(week) => (Day(week * 7 - 3), Day(week * 7 + 3)),
            Span::Months(from, to) => (first_day(from), first_day(to + 1).plus(-1)),
        }
    }

    /// The first and the last month of which it has a day.
    pub fn months(self) -> (i64, i64) {
        let (from, to) = self.days();
        (month_of(from), month_of(to))
    }

    /// As many periods of its length later; earlier where negative.
    #[must_use]
    pub fn shifted(self, by: i64) -> Span {
        match self {
            Span::Week(week) => Span::Week(week + by),
            Span::Months(from, to) => {
                let by = by * (to - from + 1);
                Span::Months(from + by, to + by)
            }
        }
    }

    /// The kept periods that make it up, as few as there can be.
    pub(crate) fn slots(self) -> Vec<Slot> {
        let (mut month, last) = match self {
            Span::Week(week) => return vec![Slot::Week(week)],
            Span::Months(from, to) => (from, to),
        };
        let mut slots = Vec::new();
        while month <= last {
            let whole = month.rem_euclid(12) == 0 && month + 11 <= last;
            slots.push(if whole { Slot::Year(month.div_euclid(12)) } else { Slot::Month(month) });
            month += if whole { 12 } else { 1 };
        }
        slots
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn weeks_are_those_of_iso_8601() {
        for (text, week) in [
            ("2026-09-29", "2026-W40"),
            ("2026-12-31", "2026-W53"),
            ("2027-01-03", "2026-W53"),
            ("2027-01-04", "2027-W01"),
            ("2024-12-30", "2025-W01"),
            ("1970-01-01", "1970-W01"),
        ] {
            let number = week_of(day(text));
            assert_eq!(Slot::Week(number).to_string(), week, "{text}");
            assert_eq!(week_of_text(week), Some(number));
        }
        assert_eq!(week_of_text("2025-W53"), None, "2025 has 52");
        assert_eq!(week_of_text("2026-W00"), None);
        let (monday, sunday) = Span::Week(week_of(day("2026-09-29"))).days();
        assert_eq!((monday, sunday), (day("2026-09-28"), day("2026-10-04")));
    }

    #[test]
    fn a_span_is_made_of_few_sums() {
        let text = |span: Span| span.slots().iter().map(Slot::to_string).collect::<Vec<_>>().join(" ");
        let month = |text: &str| month_of_text(text).unwrap();
        assert_eq!(text(Span::Months(month("2026-01"), month("2026-12"))), "2026");
        assert_eq!(
            text(Span::Months(month("2025-11"), month("2027-02"))),
            "2025-11 2025-12 2026 2027-01 2027-02"
        );
        assert_eq!(text(Span::Months(month("2026-07"), month("2026-09"))), "2026-07 2026-08 2026-09");
        let days = Span::Months(month("2026-01"), month("2026-02")).days();
        assert_eq!(days, (day("2026-01-01"), day("2026-02-28")));
    }

    #[test]
    fn the_period_before_is_as_long() {
        assert_eq!(Span::Week(7).shifted(-1), Span::Week(6));
        assert_eq!(Span::Months(24, 26).shifted(-1), Span::Months(21, 23));
    }
}
