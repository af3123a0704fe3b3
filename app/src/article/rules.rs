//! Pure: what the article says, and how a number from the records compares with it.

use linli_base::{At, Day};
use linli_casework::figures::{Rate, WHOLE};

/// A number of the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// F9
    Staff,
    /// F12
    Funds,
    /// F15
    Premises,
    /// F29
    Grids,
    /// F30
    GridWorkers,
    /// F66
    Closed,
    /// F72
    Requests,
    /// F73
    AtOnce,
    /// F93
    Conference,
    /// F114
    Wishes,
    /// F115
    Items,
    /// F115
    Departments,
    /// F52, F115
    Members,
    /// F115
    Claimed,
}

/// How the article puts its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// So many.
    Exactly(i64),
    /// So many or more: 均达到, 余, 以上.
    AtLeast(i64),
    /// About so many: a tenth more or less.
    About(i64),
    /// So many percent.
    Percent(i64),
    /// So many percent, or more, of something that has no records yet.
    PercentElsewhere(i64),
}

impl Said {
    /// The number that stands in the article.
    pub const fn number(self) -> i64 {
        match self {
            Said::Exactly(n)
            | Said::AtLeast(n)
            | Said::About(n)
            | Said::Percent(n)
            | Said::PercentElsewhere(n) => n,
        }
    }
}

/// How far the records are from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They agree.
    Agrees,
    /// So many too few; of a rate, percent points in tenths.
    Less(i64),
    /// So many too many.
    More(i64),
    /// There is nothing to compare.
    Nothing,
}

/// A share of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The numerator.
    pub part: i64,
    /// The denominator.
    pub whole: i64,
}

/// What was found: a number, or a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A number.
    Number(i64),
    /// A share.
    Share(Share),
}

impl Figure {
    /// All of them, by project and in the article's order.
    pub const ALL: [Figure; 14] = [
        Figure::Staff,
        Figure::Funds,
        Figure::Premises,
        Figure::Grids,
        Figure::GridWorkers,
        Figure::Closed,
        Figure::Requests,
        Figure::AtOnce,
        Figure::Conference,
        Figure::Wishes,
        Figure::Items,
        Figure::Departments,
        Figure::Members,
        Figure::Claimed,
    ];

    /// Its name in the address of its list and in the keys of its words.
    pub const fn name(self) -> &'static str {
        match self {
            Figure::Staff => "staff",
            Figure::Funds => "funds",
            Figure::Premises => "premises",
            Figure::Grids => "grids",
            Figure::GridWorkers => "grid_workers",
            Figure::Closed => "closed",
            Figure::Requests => "requests",
            Figure::AtOnce => "at_once",
            Figure::Conference => "conference",
            Figure::Wishes => "wishes",
            Figure::Items => "items",
            Figure::Departments => "departments",
            Figure::Members => "members",
            Figure::Claimed => "claimed",
        }
    }

    /// The figure of that name.
    pub fn named(name: &str) -> Option<Figure> {
        Figure::ALL.into_iter().find(|figure| figure.name() == name)
    }

    /// The key of the project under which the article tells of it.
    pub const fn project(self) -> &'static str {
        match self {
            Figure::Staff | Figure::Funds | Figure::Premises | Figure::Grids | Figure::GridWorkers => {
                "foundation"
            }
            Figure::Closed | Figure::Requests | Figure::AtOnce => "strength",
            Figure::Conference => "bonds",
            Figure::Wishes | Figure::Items | Figure::Departments | Figure::Members | Figure::Claimed => {
                "hearts"
            }
        }
    }

    /// What the article says.
    pub const fn said(self) -> Said {
        match self {
            Figure::Staff => Said::AtLeast(4),
            Figure::Funds => Said::Exactly(24),
            Figure::Premises => Said::AtLeast(2_000),
            Figure::Grids => Said::About(300),
            Figure::GridWorkers => Said::Exactly(114),
            Figure::Closed => Said::PercentElsewhere(90),
            Figure::Requests => Said::AtLeast(2_100),
            Figure::AtOnce => Said::Percent(85),
            Figure::Conference => Said::Exactly(22),
            Figure::Wishes => Said::Exactly(350),
            Figure::Items => Said::Exactly(30),
            Figure::Departments => Said::Exactly(75),
            Figure::Members => Said::Exactly(2_543),
            Figure::Claimed => Said::Exactly(292),
        }
    }
}

/// The records beside the article. A rate agrees where the article's number lies within its 95 % interval.
pub fn compare(said: Said, found: Found) -> Verdict {
    let number = said.number();
    let off = |by: i64| match by {
        0 => Verdict::Agrees,
        by if by < 0 => Verdict::Less(-by),
        by => Verdict::More(by),
    };
    match (said, found) {
        (Said::Exactly(_), Found::Number(n)) => off(n - number),
        (Said::About(_), Found::Number(n)) if (n - number).abs() * 10 <= number => Verdict::Agrees,
        (Said::About(_), Found::Number(n)) => off(n - number),
        (Said::AtLeast(_), Found::Number(n)) => off((n - number).min(0)),
        (Said::Percent(_), Found::Share(share)) => match share.interval() {
            Some((low, high)) if low <= number * 10 && number * 10 <= high => Verdict::Agrees,
            Some(_) => off(share.per_mille() - number * 10),
            None => Verdict::Nothing,
        },
        (Said::PercentElsewhere(_), _) => Verdict::Nothing,
        (Said::Percent(_), Found::Number(_)) | (_, Found::Share(_)) => Verdict::Nothing,
    }
}

impl Share {
    /// Thousandths, the next half up; 0 of nothing.
    pub fn per_mille(self) -> i64 {
        if self.whole > 0 { (2_000 * self.part + self.whole) / (2 * self.whole) } else { 0 }
    }

    /// The 95 % interval (Wilson 1927) in thousandths, outwards; `None` of nothing.
    pub fn interval(self) -> Option<(i64, i64)> {
        let rate = Rate { total: self.whole, value: self.part * WHOLE, whole: self.part, part: 0 };
        let (from, to) = rate.interval()?;
        // counted out in thousandths: no float becomes an integer
        let low = (0_i32..=1_000).rev().find(|mille| f64::from(*mille) <= from * 1_000.0);
        let high = (0_i32..=1_000).find(|mille| f64::from(*mille) >= to * 1_000.0);
        Some((low.unwrap_or(0).into(), high.unwrap_or(1_000).into()))
    }
}

/// The day on which the article appeared.
pub fn published() -> Day {
    Day::from_ymd(2018, 10, 25).unwrap_or(Day(0))
}

/// The months that the article tells of, moved to end with `day`: from the first of the month 16 months before it.
/// For the article's day that is June 2017.
pub fn period(day: Day) -> (At, At) {
    let (year, month, _) = day.ymd();
    let months = year * 12 + month - 1 - 16;
    let first = Day::from_ymd(months.div_euclid(12), months.rem_euclid(12) + 1, 1).unwrap_or(day);
    (first.start(), day.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(part: i64, whole: i64) -> Found {
        Found::Share(Share { part, whole })
    }

    #[test]
    fn numbers_agree_or_are_off_by_so_much() {
        let number = |said, n| compare(said, Found::Number(n));
        assert_eq!(number(Said::Exactly(24), 24), Verdict::Agrees);
        assert_eq!(number(Said::Exactly(114), 113), Verdict::Less(1));
        assert_eq!(number(Said::Exactly(22), 23), Verdict::More(1));
        assert_eq!(number(Said::AtLeast(2_100), 2_137), Verdict::Agrees);
        assert_eq!(number(Said::AtLeast(2_100), 360), Verdict::Less(1_740));
        assert_eq!(number(Said::About(300), 329), Verdict::Agrees);
        assert_eq!(number(Said::About(300), 331), Verdict::More(31));
    }

    #[test]
    fn rates_agree_within_what_chance_allows() {
        assert_eq!(compare(Said::Percent(85), rate(1_798, 2_108)), Verdict::Agrees);
        assert_eq!(compare(Said::Percent(85), rate(150, 300)), Verdict::Less(350));
        assert_eq!(compare(Said::Percent(85), rate(2_000, 2_100)), Verdict::More(102));
        assert_eq!(compare(Said::Percent(85), rate(0, 0)), Verdict::Nothing);
        assert_eq!(compare(Said::PercentElsewhere(90), rate(98, 100)), Verdict::Nothing);
        assert_eq!(Share { part: 81, whole: 263 }.interval(), Some((255, 367)), "Newcombe 1998, table I");
    }

    #[test]
    fn the_articles_months_end_with_its_day() {
        let (from, to) = period(published());
        assert_eq!((from.day(), to), (Day::from_ymd(2017, 6, 1).unwrap(), published().end()));
        let (from, _) = period(Day::from_ymd(2026, 11, 26).unwrap());
        assert_eq!(from.day(), Day::from_ymd(2025, 7, 1).unwrap());
    }
}
