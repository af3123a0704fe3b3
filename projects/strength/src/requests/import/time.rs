//! A time as a foreign table writes it, in that place's own hours.

use linli_base::{At, Day};
use serde::Deserialize;

/// A column of times.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Time {
    pub column: String,
    format: Formats,
    #[serde(default)]
    zone: Zone,
}

/// The first that fits counts.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Formats {
    One(String),
    Several(Vec<String>),
}

/// How far a place's hours are ahead of UTC: `+08:00`, or where there is summer time the rule of POSIX, such as
/// `EST5EDT,M3.2.0,M11.1.0`: five hours behind, four from the second Sunday of March to the first of November.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
struct Zone {
    minutes: i64,
    summer: Option<Summer>,
}

/// Summer time: an hour more from one change to the other, both at 2:00 of what the clocks then show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Summer {
    from: Change,
    until: Change,
}

/// The nth such day of the week in a month, Sunday being 0; the fifth is the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Change {
    month: i64,
    week: i64,
    day: i64,
}

impl Default for Zone {
    fn default() -> Zone {
        Zone { minutes: 8 * 60, summer: None }
    }
}

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(text: String) -> Result<Zone, String> {
        Zone::parse(&text)
            .ok_or_else(|| format!("`{text}` is no zone such as +08:00 or EST5EDT,M3.2.0,M11.1.0"))
    }
}

impl Zone {
    fn parse(text: &str) -> Option<Zone> {
        if let Some(minutes) = offset(text) {
            return Some(Zone { minutes, summer: None });
        }
        let mut parts = text.split(',');
        let whole = parts.next()?;
        let names = whole.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        // three letters at least, else `+8` would be taken for eight hours behind
        whole.len().checked_sub(names.len()).filter(|letters| *letters >= 3)?;
        let hours = names.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        // POSIX counts the hours that a place is behind
        let minutes = -60 * hours.parse::<i64>().ok()?;
        let summer = if names.len() > hours.len() {
            Some(Summer { from: Change::parse(parts.next()?)?, until: Change::parse(parts.next()?)? })
        } else {
            None
        };
        parts.next().is_none().then_some(Zone { minutes, summer })
    }

    /// How far ahead it is at what its clocks show. What they show twice is taken as the first time, what they leave
    /// out as if they had not been put forward.
    fn at(&self, day: Day, minute: i64) -> i64 {
        let (year, _, _) = day.ymd();
        let now = (day, minute);
        let summer = self.summer.is_some_and(|summer| {
            let (from, until) = (summer.from.day_in(year), summer.until.day_in(year));
            let (Some(from), Some(until)) = (from, until) else { return false };
            let (from, until) = ((from, 3 * 60), (until, 2 * 60));
            if from < until { from <= now && now < until } else { now < until || from <= now }
        });
        self.minutes + i64::from(summer) * 60
    }
}

impl Change {
    fn parse(text: &str) -> Option<Change> {
        let mut numbers = text.strip_prefix('M')?.split('.').map(str::parse::<i64>);
        let (month, week, day) = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
        let sound = (1..=12).contains(&month) && (1..=5).contains(&week) && (0..=6).contains(&day);
        (sound && numbers.next().is_none()).then_some(Change { month, week, day })
    }

    fn day_in(self, year: i64) -> Option<Day> {
        let first = Day::from_ymd(year, self.month, 1)?;
        // 1970-01-01 was a Thursday
        let ahead = (self.day - (first.0 + 4)).rem_euclid(7);
        let weeks = (0..self.week).rev();
        weeks.map(|week| first.plus(ahead + 7 * week)).find(|day| day.ymd().1 == self.month)
    }
}

/// `+08:00` in minutes.
fn offset(zone: &str) -> Option<i64> {
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    Some(sign * (hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?))
}

impl Time {
    pub fn read(&self, text: &str) -> Option<At> {
        let formats = match &self.format {
            Formats::One(format) => std::slice::from_ref(format),
            Formats::Several(formats) => formats,
        };
        formats.iter().find_map(|format| self.read_as(format, text.trim()))
    }

    /// Reads a time by one format: `%Y %m %d %H %I %M %S %p`, other characters as they stand.
    fn read_as(&self, format: &str, text: &str) -> Option<At> {
        let mut rest = text;
        let (mut ymd, mut hms, mut afternoon) = ([0_i64; 3], [0_i64; 3], None);
        let mut format = format.chars();
        while let Some(c) = format.next() {
            if c != '%' {
                rest = rest.strip_prefix(c)?;
                continue;
            }
            let slot = match format.next()? {
                'Y' => ymd.get_mut(0),
                'm' => ymd.get_mut(1),
                'd' => ymd.get_mut(2),
                'H' | 'I' => hms.get_mut(0),
                'M' => hms.get_mut(1),
                'S' => hms.get_mut(2),
                'p' => {
                    let (half, after) = rest.split_at_checked(2)?;
                    afternoon = Some(half.eq_ignore_ascii_case("pm"));
                    rest = after;
                    continue;
                }
                _ => None,
            };
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (number, after) = rest.split_at_checked(end)?;
            *slot? = number.parse().ok()?;
            rest = after;
        }
        let [year, month, day] = ymd;
        let [mut hour, minute, second] = hms;
        if let Some(afternoon) = afternoon {
            hour = hour % 12 + if afternoon { 12 } else { 0 };
        }
        let valid = rest.is_empty() && hour < 24 && minute < 60 && second < 60;
        let day = Day::from_ymd(year, month, day)?;
        let shanghai = day.start().plus_ms((hour * 3600 + minute * 60 + second) * 1000);
        let shift = 8 * 60 - self.zone.at(day, hour * 60 + minute);
        valid.then_some(shanghai.plus_ms(shift * 60_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boston_is_an_hour_nearer_in_summer() {
        let time: Time =
            toml::from_str("column = 'x'\nformat = '%m/%d/%Y %I:%M:%S %p'\nzone = 'EST5EDT,M3.2.0,M11.1.0'")
                .unwrap();
        let read = |text| time.read(text).unwrap().to_string();
        assert_eq!(read("01/05/2015 12:40:42 PM"), "2015-01-06T01:40:42+08:00");
        assert_eq!(read("07/05/2015 12:40:42 PM"), "2015-07-06T00:40:42+08:00");
        assert_eq!(read("03/08/2015 01:59:59 AM"), "2015-03-08T14:59:59+08:00", "the last second of winter");
        assert_eq!(read("03/08/2015 03:00:00 AM"), "2015-03-08T15:00:00+08:00", "the next one");
        assert_eq!(read("11/01/2015 12:59:59 AM"), "2015-11-01T12:59:59+08:00");
        assert_eq!(read("11/01/2015 02:00:00 AM"), "2015-11-01T15:00:00+08:00");
    }

    #[test]
    fn the_south_has_summer_over_new_year_and_a_month_may_end_with_the_fourth_week() {
        let zone = Zone::parse("AEST-10AEDT,M10.1.0,M4.1.0").unwrap();
        let hours = |y, m, d| zone.at(Day::from_ymd(y, m, d).unwrap(), 720) / 60;
        assert_eq!((hours(2015, 1, 15), hours(2015, 7, 15), hours(2015, 12, 15)), (11, 10, 11));
        let change = Change::parse("M10.5.0").unwrap();
        assert_eq!(change.day_in(2015), Day::from_ymd(2015, 10, 25));
        assert_eq!(change.day_in(2026), Day::from_ymd(2026, 10, 25));
        for odd in ["", "Boston", "EST5EDT", "EST5EDT,M3.2.0", "+8", "EST5EDT,M13.1.0,M1.1.0"] {
            assert_eq!(Zone::parse(odd), None, "{odd}");
        }
    }
}
