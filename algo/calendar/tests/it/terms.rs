//! The counting rules, on days that people can look up.

use crate::common::{at, day};
use linli_calendar::{At, Calendar, ClockState, Day, Due, StripKind, Term, WorkingTime, WorkingTimeError};

const DISPATCH: Term = Term::MinutesWithin { minutes: 60, from_hour: 8, to_hour: 20, else_hour: 9 };

fn last_day(start: &str, term: &Term) -> (String, bool) {
    let due = Calendar::builtin().due(at(start), term, &WorkingTime::default());
    assert_eq!(due.at, due.last_day().end());
    (due.last_day().to_string(), due.provisional)
}

fn due_at(start: &str, term: &Term) -> At {
    let due = Calendar::builtin().due(at(start), term, &WorkingTime::default());
    assert!(!due.provisional);
    due.at
}

#[test]
fn working_days_skip_days_off_and_count_make_up_days() {
    for (start, n, last) in [
        ("2018-01-02 09:00", 5, "2018-01-09"),
        ("2026-02-11 23:59", 5, "2026-02-25"), // 12, 13, Saturday 14 worked; 15–23 Spring Festival; 24, 25
        ("2026-02-13 00:00", 1, "2026-02-14"),
        ("2026-09-29 10:24", 5, "2026-10-12"), // 30; 1–7 National Day; 8, 9, Saturday 10 worked; 12
        ("2026-10-09 12:00", 1, "2026-10-10"),
        ("2026-10-09 12:00", 2, "2026-10-12"),
        ("2026-10-04 12:00", 1, "2026-10-08"), // received on a holiday
        ("2018-12-28 12:00", 1, "2018-12-29"), // the notice for 2019 made this Saturday a working day
        ("2018-12-28 12:00", 2, "2019-01-02"),
        ("2026-09-29 10:24", 0, "2026-09-29"),
        ("2026-09-29 10:24", -3, "2026-09-29"),
    ] {
        assert_eq!(last_day(start, &Term::WorkingDays(n)), (last.to_owned(), false), "{start} + {n}");
    }
}

#[test]
fn a_count_into_the_unpublished_year_is_provisional() {
    assert_eq!(last_day("2026-12-28 10:00", &Term::WorkingDays(5)), ("2027-01-04".to_owned(), true));
    assert_eq!(last_day("2026-12-24 10:00", &Term::WorkingDays(1)), ("2026-12-25".to_owned(), false));
    assert_eq!(last_day("2026-12-24 10:00", &Term::WorkingDays(2)), ("2026-12-28".to_owned(), true));
    assert_eq!(last_day("2026-12-19 10:00", &Term::NaturalDays(7)), ("2026-12-28".to_owned(), true));
    let due = |term| Calendar::builtin().due(at("2026-12-25 17:00"), &term, &WorkingTime::default());
    assert!(due(Term::WorkingMinutes(31)).provisional);
    assert!(!due(Term::WorkingMinutes(30)).provisional);
    assert!(!due(Term::Minutes(24 * 60)).provisional, "no notice moves plain hours");
}

#[test]
fn natural_days_that_end_on_a_day_off_end_on_the_next_working_day() {
    for (start, n, last) in [
        ("2026-09-01 10:00", 7, "2026-09-08"),
        ("2026-09-06 10:00", 7, "2026-09-14"), // Sunday
        ("2026-09-24 10:00", 7, "2026-10-08"), // National Day
        ("2026-10-03 10:00", 7, "2026-10-10"), // Saturday, worked
        ("2026-10-04 10:00", 7, "2026-10-12"), // the Sunday behind it
    ] {
        assert_eq!(last_day(start, &Term::NaturalDays(n)), (last.to_owned(), false), "{start} + {n}");
    }
}

#[test]
fn hours_are_plain_and_working_hours_are_worked() {
    assert_eq!(due_at("2026-09-30 15:00", &Term::Minutes(24 * 60)), at("2026-10-01 15:00"));
    let two_hours = Term::WorkingMinutes(120);
    for (start, due) in [
        ("2026-09-29 10:24", "2026-09-29 13:54"), // over lunch
        ("2026-09-29 10:00", "2026-09-29 12:00"), // done by the break, not behind it
        ("2026-09-29 16:30", "2026-09-30 09:30"),
        ("2026-09-30 16:30", "2026-10-08 09:30"), // over National Day
        ("2026-09-30 17:30", "2026-10-08 10:30"),
        ("2026-10-10 06:00", "2026-10-10 10:30"), // Saturday, worked
        ("2026-10-11 12:00", "2026-10-12 10:30"), // Sunday
    ] {
        assert_eq!(due_at(start, &two_hours), at(due), "{start}");
    }
    assert_eq!(due_at("2026-10-11 12:00", &Term::WorkingMinutes(0)), at("2026-10-11 12:00"));
    assert_eq!(due_at("2026-09-29 08:30", &Term::WorkingMinutes(3 * 450)), at("2026-10-08 17:30"));
}

#[test]
fn dispatch_waits_for_the_morning() {
    for (start, due) in [
        ("2026-09-29 09:38", "2026-09-29 10:38"),
        ("2026-09-29 08:00", "2026-09-29 09:00"),
        ("2026-09-29 19:59", "2026-09-29 20:59"),
        ("2026-09-29 20:00", "2026-09-30 09:00"),
        ("2026-09-30 23:30", "2026-10-01 09:00"), // on holidays too
        ("2026-09-29 02:00", "2026-09-29 09:00"),
        ("2026-09-29 07:59", "2026-09-29 09:00"),
    ] {
        assert_eq!(due_at(start, &DISPATCH), at(due), "{start}");
    }
    let late = Term::MinutesWithin { minutes: 60, from_hour: 10, to_hour: 20, else_hour: 9 };
    assert_eq!(due_at("2026-09-29 09:00", &late), at("2026-09-30 09:00"), "never due as it begins");
}

#[test]
fn cards_are_shown_a_working_day_before_and_after() {
    let (calendar, time) = (Calendar::builtin(), WorkingTime::default());
    let due = due_at("2026-09-29 10:24", &Term::WorkingDays(5));
    assert_eq!(calendar.before(due, &Term::WorkingDays(1), &time), at("2026-10-10 00:00"));
    assert_eq!(calendar.red(due), at("2026-10-13 00:00"));
    let friday = day("2026-09-04").end();
    assert_eq!(calendar.red(friday), at("2026-09-07 00:00"));
    assert_eq!(calendar.before(friday, &Term::NaturalDays(3), &time), at("2026-09-01 00:00"));
    assert_eq!(calendar.before(friday, &Term::Minutes(90), &time), at("2026-09-04 22:30"));
    assert_eq!(calendar.before(friday, &Term::WorkingMinutes(90), &time), at("2026-09-04 16:00"));
    assert_eq!(
        calendar.before(at("2026-10-08 09:00"), &Term::WorkingMinutes(60), &time),
        at("2026-09-30 17:00")
    );
}

#[test]
fn days_left_and_days_late_are_counted_for_the_page() {
    let calendar = Calendar::builtin();
    for (today, last, left) in [
        ("2026-09-29", "2026-10-12", 5),
        ("2026-10-10", "2026-10-12", 1),
        ("2026-10-12", "2026-10-12", 0),
        ("2026-10-13", "2026-10-12", -1),
        ("2026-09-05", "2026-09-04", 0), // the Saturday after is not yet late by a working day
        ("2026-09-07", "2026-09-04", -1),
    ] {
        assert_eq!(calendar.working_days_between(day(today), day(last)), left, "{today}");
    }
}

#[test]
fn the_strip_explains_the_due_date() {
    let cells = Calendar::builtin().strip(day("2026-09-29"), day("2026-10-12"));
    let shown: Vec<_> =
        cells.into_iter().map(|cell| (cell.from.ymd().2, cell.to.ymd().2, cell.kind)).collect();
    assert_eq!(
        shown,
        [
            (29, 29, StripKind::Start),
            (30, 30, StripKind::Counted(1)),
            (1, 7, StripKind::Rest(Some("国庆节".to_owned()))),
            (8, 8, StripKind::Counted(2)),
            (9, 9, StripKind::Counted(3)),
            (10, 10, StripKind::MakeUp(4)),
            (11, 11, StripKind::Rest(None)),
            (12, 12, StripKind::End(5)),
        ]
    );
    let parade = Calendar::builtin().strip(day("2015-09-02"), day("2015-09-06")); // 3 and 4 off, Saturday 5, 6 worked
    assert_eq!(parade[1].kind, StripKind::Rest(Some("抗战胜利纪念日".to_owned())));
    assert_eq!(
        (parade[1].from, parade[1].to, &parade[2].kind),
        (day("2015-09-03"), day("2015-09-05"), &StripKind::End(1))
    );
    let one = Calendar::builtin().strip(day("2026-09-29"), day("2026-09-29"));
    assert_eq!(one.len(), 1, "nothing to count");
}

#[test]
fn working_time_is_checked() {
    assert_eq!(WorkingTime::parse(&["08:30-12:00", "13:30-17:30"]), Ok(WorkingTime::default()));
    assert_eq!(WorkingTime::default().ms_a_day(), 7 * 3_600_000 + 1_800_000);
    assert!(WorkingTime::parse(&["00:00-12:00", "12:00-24:00"]).is_ok());
    assert_eq!(WorkingTime::parse(&[]), Err(WorkingTimeError::Empty));
    for text in
        ["8:30-12:00", "08:30", "12:00-12:00", "13:00-12:00", "08:60-12:00", "08:00-24:01", "+8:00-12:00", ""]
    {
        assert_eq!(WorkingTime::parse(&[text]), Err(WorkingTimeError::Span(text.to_owned())));
    }
    let overlapping = WorkingTime::parse(&["08:30-12:00", "11:59-17:30"]);
    assert_eq!(overlapping, Err(WorkingTimeError::Order("11:59-17:30".to_owned())));
}

#[test]
fn work_around_the_clock_is_counted_right() {
    let (calendar, time) = (Calendar::builtin(), WorkingTime::parse(&["00:00-24:00"]).unwrap());
    let due = |start, term| calendar.due(at(start), &term, &time).at;
    assert_eq!(due("2026-09-03 10:00", Term::WorkingMinutes(24 * 60)), at("2026-09-04 10:00"));
    assert_eq!(due("2026-09-04 10:00", Term::WorkingMinutes(24 * 60)), at("2026-09-07 10:00"));
    assert_eq!(due("2026-09-04 10:00", Term::WorkingMinutes(14 * 60)), at("2026-09-05 00:00"));
    assert_eq!(due("2026-09-03 10:00", Term::WorkingDays(1)), day("2026-09-04").end());
}

#[test]
fn nothing_that_a_profile_or_a_stored_clock_may_hold_panics() {
    let (calendar, time) = (Calendar::builtin(), WorkingTime::parse(&["12:00-12:01"]).unwrap());
    let numbers = [i64::MIN, -1, 0, 1, 36_601, i64::MAX];
    for at in [At(i64::MIN), At(0), At(i64::MAX)] {
        for n in numbers {
            for term in [
                Term::WorkingDays(n),
                Term::NaturalDays(n),
                Term::Minutes(n),
                Term::WorkingMinutes(n),
                Term::MinutesWithin { minutes: n, from_hour: n, to_hour: n, else_hour: n },
                Term::MinutesWithin { minutes: n, from_hour: 0, to_hour: 24, else_hour: n },
            ] {
                let (due, before) = (calendar.due(at, &term, &time).at, calendar.before(at, &term, &time));
                assert!(at != At(0) || before <= at && at <= due, "{term:?}");
            }
            calendar.working_days_between(at.day(), Day(n));
            calendar.strip(Day(n), at.day());
        }
    }
}

#[test]
fn what_was_fixed_elsewhere_stays_where_it_is() {
    let due = At(1_500_000_000_123);
    let mut clock = ClockState::start(At(1_490_000_000_000), Term::Until(due));
    clock.pause(At(1_491_000_000_000)).unwrap();
    clock.resume(At(1_499_000_000_000)).unwrap();
    let (calendar, hours, now) = (Calendar::builtin(), WorkingTime::default(), At(1_499_500_000_000));
    assert_eq!(clock.due(&calendar, &hours, now), Due { at: due, provisional: false });
    assert!(clock.in_time(&calendar, &hours, now));
    clock.stop(due).unwrap();
    assert!(!clock.in_time(&calendar, &hours, now), "at the due time it is too late");
}
