use crate::orders::Part;
use linli_base::{AreaId, At, CaseId, Day, PersonId, Point};
use std::{collections::BTreeSet, error::Error, fmt};

/// When somebody has time: parts of the days of a week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times([u8; 7]);

/// A text that is no times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimesError;

impl fmt::Display for TimesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("times are seven digits from 0 to 7")
    }
}

impl Error for TimesError {}

const fn bit(part: Part) -> u8 {
    match part {
        Part::Morning => 1,
        Part::Afternoon => 2,
        Part::Evening => 4,
    }
}

impl Times {
    /// All that are named; days count from Monday, 0.
    pub fn of(named: impl IntoIterator<Item = (usize, Part)>) -> Times {
        let mut times = Times::default();
        for (day, part) in named {
            if let Some(parts) = times.0.get_mut(day) {
                *parts |= bit(part);
            }
        }
        times
    }

    /// Whether a part of a weekday, from Monday, 0, is among them.
    pub fn has(&self, weekday: usize, part: Part) -> bool {
        self.0.get(weekday).is_some_and(|parts| parts & bit(part) != 0)
    }

    /// Whether they hold any of the time that is wished for: a day or any, a part of it or any.
    pub fn meet(&self, day: Option<Day>, part: Option<Part>) -> bool {
        let days = match day {
            Some(day) => weekday(day)..weekday(day) + 1,
            None => 0..7,
        };
        let fits = |weekday: usize| match part {
            Some(part) => self.has(weekday, part),
            None => self.0.get(weekday).is_some_and(|parts| *parts > 0),
        };
        days.into_iter().any(fits)
    }

    /// Whether none is named.
    pub fn is_empty(&self) -> bool {
        self.0 == [0; 7]
    }

    /// Reads seven digits.
    pub fn parse(text: &str) -> Result<Times, TimesError> {
        let digit = |byte: u8| if (b'0'..=b'7').contains(&byte) { Ok(byte - b'0') } else { Err(TimesError) };
        let parts: Vec<u8> = text.bytes().map(digit).collect::<Result<_, _>>()?;
        Ok(Times(parts.try_into().map_err(|_other_length| TimesError)?))
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|parts| write!(f, "{parts}"))
    }
}

/// The weekday, Monday as 0. Day 0, 1 January 1970, was a Thursday.
fn weekday(day: Day) -> usize {
    usize::try_from((day.0 + 3).rem_euclid(7)).unwrap_or(0)
}

/// The quarter of a day, `2026-Q4`, with its first and last day.
pub(super) fn quarter(day: Day) -> (String, Day, Day) {
    let (year, month, _) = day.ymd();
    let first = (month - 1) / 3 * 3 + 1;
    let begin = |year, month| Day::from_ymd(year, month, 1).unwrap_or(day);
    let next = if first == 10 { begin(year + 1, 1) } else { begin(year, first + 3) };
    (format!("{year}-Q{}", (first - 1) / 3 + 1), begin(year, first), next.plus(-1))
}

/// What it costs to ask somebody at a time that they did not name.
const NO_TIME: i64 = 400;
/// A hundred metres; where the way is not known; the most that a way costs.
const HUNDRED_METRES: i64 = 10;
const UNKNOWN_WAY: i64 = 80;
const FAR: i64 = 2_500;
/// Each case of the last two weeks that somebody has already.
const EACH_LOAD: i64 = 120;

/// Something that looks for somebody.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its case.
    pub case: CaseId,
    /// Where.
    pub community: AreaId,
    /// Where on the ground, where it is known.
    pub point: Option<Point>,
    /// What one must be able to do, where it is known: a key of the catalogue's groups.
    pub skill: Option<String>,
    /// The day that is wished for, where one is.
    pub day: Option<Day>,
    /// The part of it, where one is.
    pub part: Option<Part>,
    /// Whether vetted shops do it, and no volunteer.
    pub paid: bool,
    /// Who asked, and who has declined it or given it back.
    pub not: BTreeSet<PersonId>,
}

/// Somebody who could be asked.
#[derive(Clone, Debug)]
pub struct Able {
    /// Who.
    pub person: PersonId,
    /// Where they help.
    pub community: AreaId,
    /// What they can do.
    pub skills: BTreeSet<String>,
    /// When.
    pub times: Times,
    /// Near where.
    pub point: Option<Point>,
    /// Cases of the last two weeks.
    pub load: i64,
    /// How many they want in two weeks.
    pub most: i64,
}

impl Wanted {
    /// Whether they said that they can do it.
    pub fn skilled(&self, helper: &Able) -> bool {
        self.skill.as_ref().is_none_or(|skill| helper.skills.contains(skill))
    }

    /// Whether they can do it, there.
    pub fn can(&self, helper: &Able) -> bool {
        helper.community == self.community && self.skilled(helper)
    }

    /// Whether they may be asked: nobody gets more than they want, or again what they have declined.
    pub fn may(&self, helper: &Able) -> bool {
        helper.load < helper.most && !self.not.contains(&helper.person)
    }

    /// Whether they have named the time that is wished for.
    pub fn has_time(&self, helper: &Able) -> bool {
        helper.times.meet(self.day, self.part)
    }

    /// How far apart in metres, where both ends are known.
    pub fn away(&self, helper: &Able) -> Option<i64> {
        self.point.zip(helper.point).map(|(one, other)| away(one, other))
    }

    /// What it costs to ask them: time before way and load.
    pub fn cost(&self, helper: &Able) -> i64 {
        let time = if self.has_time(helper) { 0 } else { NO_TIME };
        let way = self.away(helper).map_or(UNKNOWN_WAY, |metres| (metres / 100).min(FAR) * HUNDRED_METRES);
        time + way.min(FAR) + helper.load * EACH_LOAD
    }

    /// Why they are offered: keys of `why.*` with their arguments.
    pub(crate) fn why(&self, helper: &Able) -> Vec<Reason> {
        let skill = if self.skilled(helper) { "skilled" } else { "not_skilled" };
        let time = if self.has_time(helper) { "has_time" } else { "no_time" };
        let mut why = vec![(skill, Vec::new()), (time, Vec::new())];
        why.extend(self.away(helper).map(|metres| match metres {
            0 => ("beside", Vec::new()),
            metres => ("away", vec![("metres", metres.to_string())]),
        }));
        why.push(("in_hand", vec![("load", helper.load.to_string()), ("most", helper.most.to_string())]));
        why
    }
}

/// A key with its arguments.
pub(crate) type Reason = (&'static str, Vec<(&'static str, String)>);

/// Metres between two points of one city, to the nearest hundred; more than is true by at most a percent.
fn away(one: Point, other: Point) -> i64 {
    const METRES_A_DEGREE: f64 = 111_320.0;
    let north = (one.lat - other.lat) * METRES_A_DEGREE;
    let east = (one.lon - other.lon) * METRES_A_DEGREE * one.lat.to_radians().cos();
    let hundreds = (north.hypot(east) / 100.0).round();
    if hundreds.is_finite() { hundreds_of(hundreds) * 100 } else { i64::MAX }
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a city is not a million kilometres wide"
)]
fn hundreds_of(hundreds: f64) -> i64 {
    hundreds as i64
}

/// Two weeks before an instant: what was taken on since counts against what somebody wants.
pub(super) fn fortnight(now: At) -> At {
    now.day().plus(-14).start()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_who_has_time_on_wednesday_evenings() {
        let times = Times::of([(2, Part::Evening)]);
        assert_eq!(times.to_string(), "0040000");
        assert_eq!(Times::parse("0040000"), Ok(times));
        let wednesday = Day::from_ymd(2026, 9, 30).unwrap();
        assert!(times.meet(Some(wednesday), Some(Part::Evening)) && times.meet(Some(wednesday), None));
        assert!(times.meet(None, Some(Part::Evening)) && times.meet(None, None));
        assert!(!times.meet(Some(wednesday), Some(Part::Morning)));
        assert!(!times.meet(Some(wednesday.plus(1)), None));
        assert_eq!(Times::parse("12"), Err(TimesError));
        assert_eq!(Times::parse("0000008"), Err(TimesError));
    }

    #[test]
    fn a_quarter_ends_with_its_last_day() {
        let day = |y, m, d| Day::from_ymd(y, m, d).unwrap();
        assert_eq!(quarter(day(2026, 11, 27)), ("2026-Q4".into(), day(2026, 10, 1), day(2026, 12, 31)));
        assert_eq!(quarter(day(2026, 1, 1)), ("2026-Q1".into(), day(2026, 1, 1), day(2026, 3, 31)));
    }

    #[test]
    fn six_hundred_metres_are_six_hundred_metres() {
        let here = Point { lat: 36.78, lon: 121.18 };
        let there = Point { lat: 36.785_39, lon: 121.18 };
        assert_eq!(away(here, there), 600);
    }
}
