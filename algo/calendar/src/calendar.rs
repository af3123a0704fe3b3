use crate::{
    CalendarError, CalendarFlaw, Day,
    text::{self, Notice, Written},
};
use std::collections::BTreeMap;

/// A hundred years. Counts of days above it are taken as it, so that a slip of the pen cannot hold a program up.
pub(crate) const LONGEST: i64 = 36_600;

/// Which days are worked in mainland China.
///
/// A day that no notice names is worked from Monday to Friday; so is every day before the first notice and after the
/// last one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    version: Version,
    notices: BTreeMap<i64, Notice>,
    holidays: BTreeMap<Day, String>,
    first: Day,
    worked: Vec<bool>,
    /// For each day of `worked`: by how much the days worked until then exceed the Mondays to Fridays.
    excess: Vec<i64>,
    last_year: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Version {
    text: String,
    year: i64,
    edition: i64,
}

impl Version {
    fn new(year: i64, edition: i64) -> Version {
        Version { text: format!("{year}-{edition}"), year, edition }
    }
}

impl Calendar {
    /// The notices for 2007–2026 that come with the program.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "the text is part of the program and read by its tests"
    )]
    pub fn builtin() -> Calendar {
        Calendar::parse(include_str!("../holidays.txt")).expect("holidays.txt can be read")
    }

    /// Reads a whole calendar: a line `version 2026-1` and one line a year, without a gap, such as
    /// `2019 元旦 休 2018-12-30..01-01 班 2018-12-29; 春节 休 02-04..02-10 班 02-02..02-03` (休 off, 班 worked; `#`
    /// begins a comment).
    pub fn parse(text: &str) -> Result<Calendar, CalendarError> {
        let written = text::read(text)?;
        let (year, edition) =
            written.version.ok_or(CalendarError { line: written.lines, flaw: CalendarFlaw::NoVersion })?;
        let notices = merge(BTreeMap::new(), written)?;
        Ok(Calendar::new(Version::new(year, edition), notices))
    }

    /// With the notices of one or more years put in, each in place of what was there for its year. They are lines
    /// like those of [`Calendar::parse`] (a version is not needed and not looked at), or a year's JSON in the layout
    /// `{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}`.
    ///
    /// A notice may also say what the days after 25 December of the year before are; where two notices name a day,
    /// the later year's holds. The version becomes the last year and the next edition of it, or stays if nothing
    /// changed.
    pub fn with_year(&self, text: &str) -> Result<Calendar, CalendarError> {
        let notices = merge(self.notices.clone(), text::read(text)?)?;
        if notices == self.notices {
            return Ok(self.clone());
        }
        let last = notices.last_key_value().map_or(self.last_year, |(year, _)| *year);
        let edition = if last == self.version.year { self.version.edition.saturating_add(1) } else { 1 };
        Ok(Calendar::new(Version::new(last, edition), notices))
    }

    /// The years that a text for [`Calendar::with_year`] speaks of, rising.
    pub fn years_in(text: &str) -> Result<Vec<i64>, CalendarError> {
        Ok(text::read(text)?.notices.into_iter().map(|(_, year, _)| year).collect())
    }

    fn new(version: Version, notices: BTreeMap<i64, Notice>) -> Calendar {
        let year = |found: Option<(&i64, &Notice)>| found.map_or(1970, |(year, _)| *year);
        let (first_year, last_year) = (year(notices.first_key_value()), year(notices.last_key_value()));
        let first = after_christmas(first_year - 1);
        let end = after_christmas(last_year).plus(6);
        let mut named: BTreeMap<Day, (bool, &str)> = BTreeMap::new();
        for notice in notices.values() {
            named.extend(notice.iter().map(|(day, mark)| (*day, (mark.worked, mark.name.as_str()))));
        }
        let (mut worked, mut excess, mut sum) = (Vec::new(), Vec::new(), 0);
        for day in (first.0..end.0).map(Day) {
            let is = named.get(&day).map_or_else(|| is_weekday(day), |mark| mark.0);
            sum += i64::from(is) - i64::from(is_weekday(day));
            worked.push(is);
            excess.push(sum);
        }
        let off = named.into_iter().filter(|(_, (worked, _))| !worked);
        let holidays = off.map(|(day, (_, name))| (day, name.to_owned())).collect();
        Calendar { version, notices, holidays, first, worked, excess, last_year }
    }

    /// Last published year and edition, such as `2026-1`: what a case stores beside a due time.
    pub fn version(&self) -> &str {
        &self.version.text
    }

    /// The last year whose notice is known.
    pub fn last_published_year(&self) -> i64 {
        self.last_year
    }

    /// Whether a count that ends on this day may still change: it lies after 25 December of the last published year
    /// (the notice for 2019 changed 29 to 31 December 2018).
    pub fn provisional(&self, last: Day) -> bool {
        last >= after_christmas(self.last_year)
    }

    /// Whether the day is worked.
    pub fn is_working_day(&self, day: Day) -> bool {
        self.at(&self.worked, day).unwrap_or_else(|| is_weekday(day))
    }

    /// 法定休假日: a public holiday, or a weekend that is not worked.
    pub fn is_statutory_holiday(&self, day: Day) -> bool {
        !self.is_working_day(day)
    }

    /// A Saturday or Sunday that is worked (调休上班日).
    pub fn is_make_up_day(&self, day: Day) -> bool {
        self.is_working_day(day) && !is_weekday(day)
    }

    /// The holiday, in Chinese, that a day off belongs to; nothing for a plain weekend.
    pub fn holiday(&self, day: Day) -> Option<&str> {
        self.holidays.get(&day).map(String::as_str)
    }

    /// How many working days lie after `from` up to and with `to`; negative when `to` is the earlier one. From today
    /// to the last day it is 还有 n 个工作日, and below zero 超期 n 个工作日.
    pub fn working_days_between(&self, from: Day, to: Day) -> i64 {
        self.worked_until(to).saturating_sub(self.worked_until(from))
    }

    /// The `n`th working day after a day, which itself is not counted; the day itself for 0.
    pub fn working_day_after(&self, day: Day, n: i64) -> Day {
        self.walk(day, n, 1)
    }

    /// The `n`th working day before a day, which itself is not counted; the day itself for 0.
    pub fn working_day_before(&self, day: Day, n: i64) -> Day {
        self.walk(day, n, -1)
    }

    fn walk(&self, day: Day, n: i64, pace: i64) -> Day {
        let mut day = sane(day);
        let mut left = n.clamp(0, LONGEST);
        while left > 0 {
            day = day.plus(pace);
            left -= i64::from(self.is_working_day(day));
        }
        day
    }

    /// Working days since a fixed day long ago, up to and with this one.
    pub(crate) fn worked_until(&self, day: Day) -> i64 {
        let day = sane(day);
        let since_sunday = day.0 - 3;
        let weekdays = 5 * since_sunday.div_euclid(7) + since_sunday.rem_euclid(7).min(5);
        let after = if day < self.first { 0 } else { self.excess.last().copied().unwrap_or(0) };
        weekdays + self.at(&self.excess, day).unwrap_or(after)
    }

    fn at<T: Copy>(&self, of_days: &[T], day: Day) -> Option<T> {
        let index = usize::try_from(day.0.saturating_sub(self.first.0)).ok()?;
        of_days.get(index).copied()
    }
}

fn is_weekday(day: Day) -> bool {
    day.weekday() <= 5
}

/// 26 December: from here on the next year's notice may have a say.
pub(crate) fn after_christmas(year: i64) -> Day {
    Day::from_ymd(year, 12, 26).unwrap_or_default()
}

/// Within some 2,700,000 years of 1970, where no sum of days or milliseconds can overflow.
fn sane(day: Day) -> Day {
    day.clamp(Day(-1_000_000_000), Day(1_000_000_000))
}

fn merge(
    mut notices: BTreeMap<i64, Notice>,
    written: Written,
) -> Result<BTreeMap<i64, Notice>, CalendarError> {
    for (line, year, notice) in written.notices {
        if let (Some((first, _)), Some((last, _))) = (notices.first_key_value(), notices.last_key_value())
            && !(*first..=last + 1).contains(&year)
        {
            return Err(CalendarError {
                line,
                flaw: CalendarFlaw::Gap { year, first: *first, next: last + 1 },
            });
        }
        notices.insert(year, notice);
    }
    Ok(notices)
}
