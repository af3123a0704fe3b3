//! What holds for every start, term and pause, and the comparison with the slow second opinion.

use crate::common::{MINUTE, day, oracle};
use linli_calendar::{At, Calendar, ClockState, Day, StripKind, Term, WorkingTime};
use proptest::{collection::vec, prelude::*};
use std::sync::LazyLock;

static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::builtin);

/// Whole minutes of the years whose notices are known, with room for a term behind them.
fn instant() -> impl Strategy<Value = At> {
    (day("2007-01-01").start().0 / MINUTE..day("2026-12-31").start().0 / MINUTE).prop_map(|m| At(m * MINUTE))
}

fn date() -> impl Strategy<Value = Day> {
    (day("2006-06-01").0..day("2028-06-01").0).prop_map(Day)
}

fn term() -> impl Strategy<Value = Term> {
    prop_oneof![
        (0..40i64).prop_map(Term::WorkingDays),
        (0..60i64).prop_map(Term::NaturalDays),
        (0..5_000i64).prop_map(Term::Minutes),
        (0..3_000i64).prop_map(Term::WorkingMinutes),
        (0..600i64).prop_map(|minutes| Term::MinutesWithin {
            minutes,
            from_hour: 8,
            to_hour: 20,
            else_hour: 9
        }),
    ]
}

/// Pauses as minutes: how long it ran before each, and how long it stood.
fn gaps() -> impl Strategy<Value = Vec<(i64, i64)>> {
    vec((0..4_000i64, prop_oneof![0..600i64, 0..12_000i64]), 0..5)
}

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn clock(start: At, term: &Term, gaps: &[(i64, i64)]) -> ClockState {
    let mut clock = ClockState::start(start, term.clone());
    let mut now = start;
    for (ran, stood) in gaps {
        now = now.plus_ms(ran * MINUTE);
        clock.pause(now).unwrap();
        now = now.plus_ms(stood * MINUTE);
        clock.resume(now).unwrap();
    }
    clock
}

fn due(clock: &ClockState) -> At {
    clock.due(&CALENDAR, &WorkingTime::default(), At(0)).at
}

fn more(term: &Term) -> Term {
    match *term {
        Term::WorkingDays(n) => Term::WorkingDays(n + 1),
        Term::NaturalDays(n) => Term::NaturalDays(n + 1),
        Term::Minutes(n) => Term::Minutes(n + 1),
        Term::WorkingMinutes(n) => Term::WorkingMinutes(n + 1),
        Term::MinutesWithin { minutes, from_hour, to_hour, else_hour } => {
            Term::MinutesWithin { minutes: minutes + 1, from_hour, to_hour, else_hour }
        }
        Term::Until(at) => Term::Until(at.plus_ms(1)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn due_times_are_those_that_counting_one_by_one_gives(start in instant(), term in term(), gaps in gaps()) {
        let Some(oracle) = oracle() else { return Ok(()) };
        let clock = clock(start, &term, &gaps);
        let pauses: Vec<_> = clock.pauses.iter().map(|(from, to)| (*from, to.unwrap())).collect();
        prop_assert_eq!(due(&clock), oracle.due(start, &term, &pauses));
        let plain = CALENDAR.due(start, &term, &WorkingTime::default());
        prop_assert_eq!(plain.at, oracle.due(start, &term, &[]));
    }

    #[test]
    fn days_between_are_those_that_counting_one_by_one_gives(a in date(), b in date()) {
        let Some(oracle) = oracle() else { return Ok(()) };
        let (first, last) = (a.min(b), a.max(b));
        let counted = (first.0 + 1..=last.0).filter(|day| oracle.works(Day(*day))).count();
        let between = CALENDAR.working_days_between(first, last);
        prop_assert_eq!(between, i64::try_from(counted).unwrap());
        prop_assert_eq!(CALENDAR.working_days_between(last, first), -between);
    }

    #[test]
    fn later_and_longer_is_never_due_earlier(start in instant(), wait in 0..3_000i64, term in term(), gaps in gaps()) {
        prop_assert!(due(&clock(start, &more(&term), &gaps)) >= due(&clock(start, &term, &gaps)));
        if !matches!(term, Term::MinutesWithin { .. }) {
            let later = start.plus_ms(wait * MINUTE);
            let at = |start| CALENDAR.due(start, &term, &WorkingTime::default()).at;
            prop_assert!(at(later) >= at(start) && at(start) >= start);
        }
    }

    #[test]
    fn standing_longer_or_more_often_is_never_due_earlier(
        start in instant(), term in term(), gaps in gaps(), from in 0..20_000i64, length in 0..20_000i64,
    ) {
        let before = clock(start, &term, &gaps);
        prop_assert!(due(&before) >= due(&clock(start, &term, &[])));
        let mut also = before.clone();
        let from = start.plus_ms(from * MINUTE);
        also.pauses.push((from, Some(from.plus_ms(length * MINUTE))));
        prop_assert!(due(&also) >= due(&before));
        for (_, until) in &mut also.pauses {
            *until = until.map(|until| until.plus_ms(length * MINUTE));
        }
        prop_assert!(due(&also) >= due(&before));
    }

    #[test]
    fn an_extension_never_shortens_and_is_that_of_a_longer_term(
        start in instant(), term in term(), n in 0..40i64, gaps in gaps(), more in 1..30i64,
    ) {
        let before = clock(start, &term, &gaps);
        let mut extended = before.clone();
        extended.extend(more).unwrap();
        prop_assert!(due(&extended) > due(&before));
        let mut again = extended.clone();
        again.extend(1).unwrap();
        prop_assert!(due(&again) > due(&extended));
        let mut days = clock(start, &Term::WorkingDays(n), &gaps);
        days.extend(more).unwrap();
        prop_assert_eq!(due(&days), due(&clock(start, &Term::WorkingDays(n + more), &gaps)));
    }

    #[test]
    fn a_share_of_the_time_lies_between_its_ends(
        start in instant(), term in term(), gaps in gaps(), one in 0..100i64, other in 0..100i64,
    ) {
        let clock = clock(start, &term, &gaps);
        let ran = |percent| clock.ran(percent, &CALENDAR, &WorkingTime::default(), At(0));
        prop_assert!(start <= ran(0) && ran(one.min(other)) <= ran(one.max(other)));
        prop_assert!(ran(100) <= due(&clock));
    }

    #[test]
    fn waiting_never_makes_a_standing_clock_due_earlier(
        start in instant(), term in term(), gaps in gaps(), ran in 0..4_000i64, now in 0..20_000i64, wait in 0..9_000i64,
    ) {
        let mut clock = clock(start, &term, &gaps);
        let last = clock.pauses.last().map_or(start, |(_, until)| until.unwrap());
        let running = due(&clock);
        clock.pause(last.plus_ms(ran * MINUTE)).unwrap();
        let at = |now: i64| clock.due(&CALENDAR, &WorkingTime::default(), last.plus_ms(now * MINUTE)).at;
        prop_assert!(running <= at(now) && at(now) <= at(now + wait));
    }

    #[test]
    fn a_pause_behind_the_due_time_changes_nothing(start in instant(), term in term(), gaps in gaps(), length in 1..9_000i64) {
        let mut clock = clock(start, &term, &gaps);
        let due_before = due(&clock);
        clock.pauses.push((due_before, Some(due_before.plus_ms(length * MINUTE))));
        prop_assert_eq!(due(&clock), due_before);
    }

    #[test]
    fn what_is_not_provisional_survives_any_new_year(
        start in (day("2026-10-01").start().0 / MINUTE..day("2027-02-01").start().0 / MINUTE).prop_map(|m| At(m * MINUTE)),
        term in term(),
        marks in proptest::collection::btree_map(day("2026-12-26").0..day("2027-12-31").0, any::<bool>(), 0..60),
    ) {
        let mut text = "2027 春节 休 2027-12-31".to_owned();
        for (day, worked) in marks {
            text += &format!(" {} {}", if worked { "班" } else { "休" }, Day(day));
        }
        let loaded = CALENDAR.with_year(&text).unwrap();
        let due = |calendar: &Calendar| calendar.due(start, &term, &WorkingTime::default());
        if !due(&CALENDAR).provisional {
            prop_assert_eq!(due(&loaded), due(&CALENDAR));
        }
        prop_assert!(!due(&CALENDAR).provisional || due(&CALENDAR).last_day() > day("2026-12-25"));
    }

    #[test]
    fn counting_on_and_back_meet(from in date(), n in 0..300i64) {
        let after = CALENDAR.working_day_after(from, n);
        prop_assert_eq!(CALENDAR.working_days_between(from, after), n);
        prop_assert!(n == 0 || CALENDAR.is_working_day(after));
        let back = CALENDAR.working_day_before(from, n);
        prop_assert!(n == 0 || CALENDAR.is_working_day(back));
        if CALENDAR.is_working_day(from) {
            prop_assert_eq!(CALENDAR.working_days_between(back, from), n);
            prop_assert_eq!(CALENDAR.working_day_before(after, n), from);
        }
    }

    #[test]
    fn working_minutes_on_and_back_meet(start in instant(), n in 1..3_000i64) {
        let (time, term) = (WorkingTime::default(), Term::WorkingMinutes(n));
        let due = CALENDAR.due(start, &term, &time).at;
        let back = CALENDAR.before(due, &term, &time);
        prop_assert_eq!(CALENDAR.due(back, &term, &time).at, due);
    }

    #[test]
    fn the_strip_shows_each_day_once(start in date(), length in 1..90i64) {
        let last = start.plus(length);
        let cells = CALENDAR.strip(start, last);
        let mut next = start;
        for cell in &cells {
            prop_assert_eq!(cell.from, next);
            let off = (cell.from.0..=cell.to.0).all(|day| CALENDAR.is_statutory_holiday(Day(day)));
            match cell.kind {
                StripKind::Rest(_) => prop_assert!(off),
                StripKind::Start | StripKind::End(_) => prop_assert_eq!(cell.from, cell.to),
                StripKind::Counted(n) | StripKind::MakeUp(n) => {
                    prop_assert_eq!((off, cell.to), (false, cell.from));
                    prop_assert_eq!(n, CALENDAR.working_days_between(start, cell.to));
                }
            }
            next = cell.to.plus(1);
        }
        prop_assert_eq!(next, last.plus(1));
        let end = StripKind::End(CALENDAR.working_days_between(start, last));
        prop_assert_eq!(&cells.last().unwrap().kind, &end);
        let merged = cells.windows(2).all(|two| !two.iter().all(|cell| matches!(cell.kind, StripKind::Rest(_))));
        prop_assert!(merged);
    }

    #[test]
    fn however_it_is_turned_a_clock_stays_in_order(turns in vec((0..4, -50..5_000i64), 0..30)) {
        let mut clock = ClockState::start(day("2026-01-05").start(), Term::WorkingDays(5));
        let mut now = clock.started;
        for (turn, minutes) in turns {
            let (before, due_before) = (clock.clone(), clock.due(&CALENDAR, &WorkingTime::default(), now).at);
            let then = now.plus_ms(minutes * MINUTE);
            let turned = match turn {
                0 => clock.pause(then),
                1 => clock.resume(then),
                2 => clock.stop(then),
                _ => clock.reopen(),
            };
            if turned.is_ok() {
                now = now.max(then);
            } else {
                prop_assert_eq!(&clock, &before);
            }
            prop_assert!(clock.due(&CALENDAR, &WorkingTime::default(), now).at >= due_before);
            let instants: Vec<At> = clock.pauses.iter().flat_map(|(from, to)| [Some(*from), *to]).flatten().collect();
            prop_assert!(instants.is_sorted());
            let json = serde_json::to_string(&clock).unwrap();
            prop_assert_eq!(serde_json::from_str::<ClockState>(&json).unwrap(), clock.clone());
        }
    }
}
