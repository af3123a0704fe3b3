//! A clock that runs, stands, goes on and stops.

use crate::common::at;
use linli_calendar::{At, Calendar, ClockRefusal, ClockState, Term, WorkingTime};

fn due(clock: &ClockState, now: &str) -> At {
    clock.due(&Calendar::builtin(), &WorkingTime::default(), at(now)).at
}

/// Started on Tuesday 1 September 2026 at 10:00; without pauses five working days end with the 8th.
#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn clock(term: Term, pauses: &[(&str, &str)]) -> ClockState {
    let mut clock = ClockState::start(at("2026-09-01 10:00"), term);
    for (from, to) in pauses {
        clock.pause(at(from)).unwrap();
        clock.resume(at(to)).unwrap();
    }
    clock
}

#[test]
fn a_day_is_not_counted_if_the_clock_stood_at_its_closing() {
    for (pauses, last) in [
        (&[][..], "2026-09-08"),
        (&[("2026-09-02 09:00", "2026-09-02 17:00")], "2026-09-08"), // went on before closing
        (&[("2026-09-02 09:00", "2026-09-02 17:29")], "2026-09-08"),
        (&[("2026-09-02 09:00", "2026-09-02 17:30")], "2026-09-09"),
        (&[("2026-09-02 17:29", "2026-09-03 08:00")], "2026-09-09"),
        (&[("2026-09-02 17:30", "2026-09-03 08:00")], "2026-09-08"), // stood by night only
        (&[("2026-09-02 10:00", "2026-09-04 10:00")], "2026-09-10"), // Wednesday and Thursday
        (&[("2026-09-01 12:00", "2026-09-01 20:00")], "2026-09-08"), // the day of receipt never counts
        (&[("2026-09-05 09:00", "2026-09-07 09:00")], "2026-09-08"), // over a weekend
        (&[("2026-09-02 10:00", "2026-09-03 10:00"), ("2026-09-08 10:00", "2026-09-09 10:00")], "2026-09-10"),
        (&[("2026-09-09 00:00", "2026-09-20 10:00")], "2026-09-08"), // too late to matter
        (&[("2026-09-08 17:29", "2026-09-29 10:00")], "2026-09-29"),
    ] {
        let clock = clock(Term::WorkingDays(5), pauses);
        assert_eq!(due(&clock, "2026-12-01 00:00").plus_ms(-1).day().to_string(), last, "{pauses:?}");
    }
    let mut clock = clock(Term::WorkingDays(5), &[]);
    clock.pause(at("2026-09-02 17:30").plus_ms(-1)).unwrap();
    assert_eq!(
        due(&clock, "2026-09-03 08:00"),
        at("2026-09-10 00:00"),
        "the last millisecond is the closing"
    );
}

#[test]
fn natural_days_hours_and_working_hours_are_pushed_back_too() {
    let pauses = &[("2026-09-02 10:00", "2026-09-03 10:00")];
    let pushed = |term| due(&clock(term, pauses), "2026-12-01 00:00");
    assert_eq!(pushed(Term::NaturalDays(6)), at("2026-09-09 00:00"));
    assert_eq!(
        pushed(Term::NaturalDays(3)),
        at("2026-09-08 00:00"),
        "the 4th becomes Saturday the 5th, then Monday"
    );
    assert_eq!(pushed(Term::Minutes(24 * 60)), at("2026-09-02 10:00"), "done as it began to stand");
    assert_eq!(pushed(Term::Minutes(24 * 60 + 1)), at("2026-09-03 10:01"));
    assert_eq!(pushed(Term::WorkingMinutes(450)), at("2026-09-02 10:00"));
    assert_eq!(pushed(Term::WorkingMinutes(480)), at("2026-09-03 10:30"));
}

#[test]
fn a_clock_that_stands_is_due_as_if_it_went_on_now() {
    let mut clock = clock(Term::WorkingDays(5), &[]);
    clock.pause(at("2026-09-02 10:00")).unwrap();
    assert!(clock.is_paused());
    assert_eq!(due(&clock, "2026-09-02 11:00"), at("2026-09-09 00:00"));
    assert_eq!(due(&clock, "2026-09-04 11:00"), at("2026-09-11 00:00"));
    clock.resume(at("2026-09-04 11:00")).unwrap();
    assert_eq!(due(&clock, "2026-11-01 11:00"), at("2026-09-11 00:00"));
}

#[test]
fn a_stopped_clock_can_run_on() {
    let mut clock = clock(Term::WorkingDays(5), &[]);
    clock.pause(at("2026-09-02 10:00")).unwrap();
    clock.stop(at("2026-09-03 11:00")).unwrap();
    assert!(!clock.is_paused() && !clock.is_running());
    assert_eq!(due(&clock, "2026-11-01 00:00"), at("2026-09-10 00:00"), "the pause ended with the stop");
    let in_time =
        |clock: &ClockState, now| clock.in_time(&Calendar::builtin(), &WorkingTime::default(), at(now));
    assert!(in_time(&clock, "2026-11-01 00:00"));
    clock.reopen().unwrap();
    assert!(clock.is_running() && !clock.is_paused());
    assert!(in_time(&clock, "2026-09-09 23:59"));
    assert!(!in_time(&clock, "2026-09-10 00:00"), "0:00 of the next day is too late");
}

#[test]
fn what_cannot_be_turned_says_why_and_stays_as_it_was() {
    let start = at("2026-09-01 10:00");
    let (early, later) = (at("2026-09-01 09:00"), at("2026-09-01 11:00"));
    let mut clock = ClockState::start(start, Term::WorkingDays(5));
    let fresh = clock.clone();
    assert_eq!(clock.pause(early), Err(ClockRefusal::Earlier(start)));
    assert_eq!(clock.stop(early), Err(ClockRefusal::Earlier(start)));
    assert_eq!(clock.resume(later), Err(ClockRefusal::NotPaused));
    assert_eq!(clock.reopen(), Err(ClockRefusal::NotStopped));
    assert_eq!(clock, fresh);
    clock.pause(later).unwrap();
    assert_eq!(clock.pause(later), Err(ClockRefusal::Paused));
    assert_eq!(clock.resume(start), Err(ClockRefusal::Earlier(later)));
    clock.resume(later).unwrap();
    assert_eq!(clock.resume(later), Err(ClockRefusal::NotPaused));
    clock.stop(later).unwrap();
    let stopped = clock.clone();
    for refused in [clock.pause(later), clock.resume(later), clock.stop(later)] {
        assert_eq!(refused, Err(ClockRefusal::Stopped));
    }
    assert_eq!(clock, stopped);
}

#[test]
fn a_case_keeps_its_clocks_as_json() {
    let mut clock = ClockState::start(At(1), Term::WorkingDays(5));
    clock.pause(At(2)).unwrap();
    clock.resume(At(3)).unwrap();
    clock.pause(At(4)).unwrap();
    let json = r#"{"started":1,"term":{"working_days":5},"pauses":[[2,3],[4,null]],"stopped":null}"#;
    assert_eq!(serde_json::to_string(&clock).unwrap(), json);
    assert_eq!(serde_json::from_str::<ClockState>(json).unwrap(), clock);
}

#[test]
fn a_clock_that_was_stored_before_extensions_is_read_and_written_as_it_was() {
    let stored = r#"{"started":1000,"term":{"working_days":5},"pauses":[],"stopped":null}"#;
    let mut clock: ClockState = serde_json::from_str(stored).unwrap();
    assert_eq!(serde_json::to_string(&clock).unwrap(), stored);
    clock.stop(At(2000)).unwrap();
    assert_eq!(clock.extend(1), Err(ClockRefusal::Stopped));
}
