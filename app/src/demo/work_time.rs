use linli_calendar::{At, Calendar, Day, Term, WorkingTime};

/// Working minutes of a day, 08:30–12:00 and 13:30–17:30: the working time of the Shandong profile.
pub(super) const DAY: i64 = 450;

/// So many minutes of working time later, at least one: a minute after Friday night is Monday 8:31.
pub(super) fn plus(calendar: &Calendar, from: At, minutes: i64) -> At {
    calendar.due(from, &Term::WorkingMinutes(minutes.max(1)), &WorkingTime::default()).at
}

/// A minute of a day.
pub(super) fn moment(day: Day, minute: i64) -> At {
    day.start().plus_ms(minute * 60_000)
}

/// `9月28日`
pub(super) fn month_day(day: Day) -> String {
    let (_, month, day) = day.ymd();
    format!("{month}月{day}日")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_works_at_night_at_noon_or_on_holidays() {
        let calendar = Calendar::builtin();
        let at = |text: &str, minute| moment(Day::parse(text).unwrap(), minute);
        assert_eq!(plus(&calendar, at("2026-09-28", 500), 1), at("2026-09-28", 511));
        assert_eq!(plus(&calendar, at("2026-09-28", 700), 30), at("2026-09-28", 820));
        assert_eq!(plus(&calendar, at("2026-09-30", 1049), 2), at("2026-10-08", 511));
        assert_eq!(plus(&calendar, at("2026-09-28", 600), DAY), at("2026-09-29", 600));
        assert_eq!(
            plus(&calendar, at("2026-10-09", 1300), 1),
            at("2026-10-10", 511),
            "a make-up working day"
        );
        assert_eq!(month_day(Day::parse("2026-10-08").unwrap()), "10月8日");
    }
}
