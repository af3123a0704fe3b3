//! Dates, times and counts as people read them. These are forms rather than words, so they stand here and not in a
//! messages file.

use crate::Lang;
use linli_calendar::{At, Day};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [(&str, &str); 7] = [
    ("星期一", "Mon"),
    ("星期二", "Tue"),
    ("星期三", "Wed"),
    ("星期四", "Thu"),
    ("星期五", "Fri"),
    ("星期六", "Sat"),
    ("星期日", "Sun"),
];

fn nth<T: Copy + Default>(list: &[T], from_one: i64) -> T {
    usize::try_from(from_one - 1).ok().and_then(|i| list.get(i)).copied().unwrap_or_default()
}

impl Lang {
    /// `10月10日`, `10 Oct`.
    pub fn date(self, day: Day) -> String {
        let (_, m, d) = day.ymd();
        match self {
            Lang::Zh => format!("{m}月{d}日"),
            Lang::En => format!("{d} {}", nth(&MONTHS, m)),
        }
    }

    /// `2027年1月5日`, `5 Jan 2027`.
    pub fn date_year(self, day: Day) -> String {
        let (y, _, _) = day.ymd();
        match self {
            Lang::Zh => format!("{y}年{}", self.date(day)),
            Lang::En => format!("{} {y}", self.date(day)),
        }
    }

    /// With the year only where it is another than today's.
    pub fn date_near(self, day: Day, today: Day) -> String {
        if day.ymd().0 == today.ymd().0 { self.date(day) } else { self.date_year(day) }
    }

    /// `星期六`, `Sat`.
    pub fn weekday(self, day: Day) -> &'static str {
        let (zh, en) = nth(&WEEKDAYS, day.weekday());
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// `10月10日 星期六`, `Sat 10 Oct`; with the year where it is another than today's.
    pub fn date_weekday(self, day: Day, today: Day) -> String {
        let (date, weekday) = (self.date_near(day, today), self.weekday(day));
        match self {
            Lang::Zh => format!("{date} {weekday}"),
            Lang::En => format!("{weekday} {date}"),
        }
    }

    /// `9:46`, on 24 hours, the same in both languages.
    pub fn time(self, at: At) -> String {
        let minutes = at.ms_of_day() / 60_000;
        format!("{}:{:02}", minutes / 60, minutes % 60)
    }

    /// `9月24日 18:32`, `24 Sep 18:32`; with the year where it is another than today's.
    pub fn date_time(self, at: At, now: At) -> String {
        format!("{} {}", self.date_near(at.day(), now.day()), self.time(at))
    }

    /// The day as seen from today: `今天`, `昨天`, `明天`, else the date.
    pub fn day_near(self, day: Day, today: Day) -> String {
        let near = match (day.0.saturating_sub(today.0), self) {
            (-1, Lang::Zh) => "昨天",
            (-1, Lang::En) => "yesterday",
            (0, Lang::Zh) => "今天",
            (0, Lang::En) => "today",
            (1, Lang::Zh) => "明天",
            (1, Lang::En) => "tomorrow",
            _ => return self.date_near(day, today),
        };
        near.to_owned()
    }

    /// `今天 9:46`, `昨天 18:32`, `9月24日 18:32`, of another year `2018年9月24日`; `today 9:46`, `24 Sep 18:32`.
    pub fn moment(self, at: At, now: At) -> String {
        if at.day().ymd().0 != now.day().ymd().0 && now.day().0.abs_diff(at.day().0) > 1 {
            return self.date_year(at.day());
        }
        format!("{} {}", self.day_near(at.day(), now.day()), self.time(at))
    }

    /// `4 个工作日`, `4 working days`.
    pub fn working_days(self, n: i64) -> String {
        match (self, n) {
            (Lang::Zh, _) => format!("{n} 个工作日"),
            (Lang::En, 1) => "1 working day".to_owned(),
            (Lang::En, _) => format!("{n} working days"),
        }
    }

    /// `1,998`, the same in both languages.
    pub fn count(self, n: i64) -> String {
        let digits = n.unsigned_abs().to_string();
        let mut grouped = String::new();
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(c);
        }
        if n < 0 { format!("-{grouped}") } else { grouped }
    }

    /// A count on a tab: stops at `999+`.
    pub fn count_tab(self, n: i64) -> String {
        if n > 999 { "999+".to_owned() } else { n.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i64, m: i64, d: i64) -> Day {
        Day::from_ymd(y, m, d).unwrap()
    }
    fn at(day: Day, h: i64, min: i64) -> At {
        day.start().plus_ms((h * 60 + min) * 60_000)
    }

    #[test]
    fn dates_as_people_write_them() {
        let (today, due) = (day(2026, 9, 29), day(2026, 10, 10));
        assert_eq!(Lang::Zh.date_weekday(due, today), "10月10日 星期六");
        assert_eq!(Lang::En.date_weekday(due, today), "Sat 10 Oct");
        assert_eq!(Lang::Zh.date_near(day(2027, 1, 5), today), "2027年1月5日");
        assert_eq!(Lang::En.date_weekday(day(2027, 1, 5), today), "Tue 5 Jan 2027");
    }

    #[test]
    fn times_as_seen_from_now() {
        let now = at(day(2026, 9, 29), 10, 31);
        let zh = |d, h, m| Lang::Zh.moment(at(day(2026, 9, d), h, m), now);
        assert_eq!(zh(29, 9, 46), "今天 9:46");
        assert_eq!(zh(28, 0, 5), "昨天 0:05");
        assert_eq!(zh(30, 17, 30), "明天 17:30");
        assert_eq!(zh(24, 18, 32), "9月24日 18:32");
        assert_eq!(Lang::Zh.moment(at(day(2018, 9, 24), 8, 0), now), "2018年9月24日");
        let new_year = at(day(2027, 1, 1), 0, 5);
        assert_eq!(Lang::En.moment(at(day(2026, 12, 31), 8, 0), new_year), "yesterday 8:00");
    }

    #[test]
    fn counts() {
        assert_eq!(Lang::Zh.count(1_234_567), "1,234,567");
        assert_eq!(Lang::Zh.count(-999), "-999");
        assert_eq!(Lang::Zh.count_tab(1000), "999+");
        assert_eq!(Lang::En.working_days(1), "1 working day");
    }
}
