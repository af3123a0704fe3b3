//! What the notices say, and how they are read.

use crate::common::{day, oracle};
use linli_calendar::{Calendar, CalendarError, CalendarFlaw, Day};

const YEAR_2027: &str =
    "# made up\n2027 元旦 休 2026-12-31..01-02 班 2026-12-27; 春节 休 02-05..02-11 班 02-14";

#[test]
fn the_program_knows_the_days_of_twenty_years() {
    let calendar = Calendar::builtin();
    assert_eq!((calendar.last_published_year(), calendar.version()), (2026, "2026-1"));
    let Some(oracle) = oracle() else { return };
    for number in day("2006-12-26").0..day("2032-01-01").0 {
        assert_eq!(calendar.is_working_day(Day(number)), oracle.works(Day(number)), "{}", Day(number));
        assert_ne!(calendar.is_working_day(Day(number)), calendar.is_statutory_holiday(Day(number)));
    }
}

#[test]
fn every_holiday_has_its_name() {
    let calendar = Calendar::builtin();
    assert_eq!(calendar.holiday(day("2026-10-04")), Some("国庆节"));
    assert_eq!(calendar.holiday(day("2018-12-31")), Some("元旦"));
    assert_eq!(calendar.holiday(day("2026-10-11")), None, "a plain Sunday");
    assert_eq!(calendar.holiday(day("2026-10-10")), None, "a Saturday that is worked");
    assert!(calendar.is_make_up_day(day("2026-10-10")) && !calendar.is_make_up_day(day("2026-10-09")));
}

#[test]
fn a_new_year_also_settles_the_last_days_of_the_old_one() {
    let old = Calendar::builtin();
    let new = old.with_year(YEAR_2027).unwrap();
    assert_eq!((new.version(), new.last_published_year()), ("2027-1", 2027));
    for (date, before, after) in [
        ("2026-12-25", true, true),
        ("2026-12-27", false, true),
        ("2026-12-31", true, false),
        ("2027-01-01", true, false),
        ("2027-02-14", false, true),
        ("2026-10-10", true, true),
    ] {
        let is = (old.is_working_day(day(date)), new.is_working_day(day(date)));
        assert_eq!(is, (before, after), "{date}");
    }
    assert!(old.provisional(day("2026-12-26")) && !old.provisional(day("2026-12-25")));
    assert!(new.provisional(day("2027-12-26")) && !new.provisional(day("2027-12-25")));
    assert_eq!(Calendar::years_in(YEAR_2027), Ok(vec![2027]));
    let long = old.with_year("2027 元旦 休 01-01 12-31").unwrap();
    assert!(long.is_statutory_holiday(day("2027-12-31")), "a Friday, the last day of the table");
}

#[test]
fn loading_again_changes_the_edition_only_if_it_changes_a_day() {
    let loaded = Calendar::builtin().with_year(YEAR_2027).unwrap();
    assert_eq!(loaded.with_year(YEAR_2027).unwrap(), loaded);
    let amended = loaded.with_year("2027 元旦 休 01-01..01-03").unwrap();
    assert_eq!(amended.version(), "2027-2");
    assert!(amended.is_working_day(day("2026-12-31")), "the first notice for 2027 is gone whole");
    let past = Calendar::builtin().with_year("2020 春节 休 01-24..02-09").unwrap();
    assert_eq!(past.version(), "2026-2");
    assert!(past.is_statutory_holiday(day("2020-02-07")));
}

#[test]
fn years_come_as_json_too() {
    let json = r#"{"year": 2027, "papers": [], "days": [
        {"name": "元旦", "date": "2026-12-27", "isOffDay": false},
        {"name": "元旦", "date": "2026-12-31", "isOffDay": true},
        {"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}"#;
    let from_json = Calendar::builtin().with_year(json).unwrap();
    let from_text = Calendar::builtin().with_year("2027 元旦 休 2026-12-31..01-01 班 2026-12-27").unwrap();
    assert_eq!(from_json, from_text);
    let flaw = |text: &str| Calendar::builtin().with_year(text).unwrap_err();
    let empty = flaw(r#"{"year": 2027, "papers": [], "days": []}"#);
    assert_eq!(empty, CalendarError { line: 1, flaw: CalendarFlaw::Unpublished(2027) });
    assert_eq!(flaw("{\n\"year\": x}").line, 2);
    let bad = flaw(r#"{"year": 2027, "days": [{"name": "元旦", "date": "2027-02-30", "isOffDay": true}]}"#);
    assert_eq!(bad.flaw, CalendarFlaw::Date("2027-02-30".to_owned()));
    let early = flaw(r#"{"year": 12, "days": []}"#);
    assert_eq!(early.flaw, CalendarFlaw::Line("12".to_owned()));
}

#[test]
fn what_cannot_be_read_is_refused_with_its_line() {
    let day = |text| day(text);
    let text = str::to_owned;
    for (written, line, flaw) in [
        ("", 1, CalendarFlaw::NoYear),
        ("# nothing\n\n", 2, CalendarFlaw::NoYear),
        ("hello", 1, CalendarFlaw::Line(text("hello"))),
        ("\n20x7 元旦 休 01-01", 2, CalendarFlaw::Line(text("20x7 元旦 休 01-01"))),
        ("version 2027", 1, CalendarFlaw::Line(text("version 2027"))),
        ("version 2027-0", 1, CalendarFlaw::Line(text("version 2027-0"))),
        ("2027 元旦", 1, CalendarFlaw::Holiday(text("元旦"))),
        ("2027 元旦 休", 1, CalendarFlaw::Holiday(text("元旦 休"))),
        ("2027 元旦 01-01", 1, CalendarFlaw::Holiday(text("元旦 01-01"))),
        ("2027 元旦 休 01-01;", 1, CalendarFlaw::Holiday(text(""))),
        ("2027 元旦 休 02-29", 1, CalendarFlaw::Date(text("02-29"))),
        ("2027 元旦 休 01-03..01-01", 1, CalendarFlaw::Date(text("01-03..01-01"))),
        ("2027 元旦 休 1-1", 1, CalendarFlaw::Date(text("1-1"))),
        ("2027 元旦 休 01-01 班 01-01", 1, CalendarFlaw::Twice(day("2027-01-01"))),
        ("2027 元旦 休 2026-12-25..01-01", 1, CalendarFlaw::Stray { day: day("2026-12-25"), year: 2027 }),
        ("2027 元旦 休 2028-01-01", 1, CalendarFlaw::Stray { day: day("2028-01-01"), year: 2027 }),
        ("2027 元旦 班 01-02", 1, CalendarFlaw::Unpublished(2027)),
        ("2027 元旦 休 01-01\n2027 春节 休 02-05", 2, CalendarFlaw::Order(2027)),
        ("# later\n2028 元旦 休 01-01", 2, CalendarFlaw::Gap { year: 2028, first: 2007, next: 2027 }),
        ("2006 元旦 休 01-01", 1, CalendarFlaw::Gap { year: 2006, first: 2007, next: 2027 }),
    ] {
        assert_eq!(Calendar::builtin().with_year(written), Err(CalendarError { line, flaw }), "{written}");
    }
    let no_version = Calendar::parse("2007 元旦 休 01-01").unwrap_err();
    assert_eq!(no_version, CalendarError { line: 1, flaw: CalendarFlaw::NoVersion });
    assert_eq!(no_version.to_string(), "line 1: there is no line such as `version 2026-1`");
    assert_eq!(Calendar::parse("\u{feff}version 2007-3\n2007 元旦 休 01-01").unwrap().version(), "2007-3");
}
