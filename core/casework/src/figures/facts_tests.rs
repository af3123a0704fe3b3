//! What is not in every town: holds, merged cases, children; and what holds for all cases whatever their events.

use super::{
    fact::{Figure, SHARES, WHOLE},
    facts::{Counted, Story, Told, facts},
};
use linli_base::{At, OrgId};
use linli_calendar::{Calendar, ClockState, Term};
use linli_procedure::{Areas, Assign, Changes, Input, Profile, Val};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Tuesday, 2026-07-07, 9:00 in Shanghai.
const START: At = At(1_783_386_000_000);
const HOUR: i64 = 3_600_000;
const PROFILE: &str = include_str!("../../../../projects/strength/profiles/shandong.toml");

fn unit(n: u128) -> OrgId {
    OrgId::new(uuid::Uuid::from_u128(n))
}

/// An event at an hour, as far as figures look.
fn told(seq: i64, hour: i64, step: &str, to: &str) -> Told {
    let at = At(START.0 + hour * HOUR);
    let state = Some(to.to_owned());
    let mut changes = Changes { state, ..Changes::default() };
    let mut clock = |name: &str, stopped: bool| {
        let mut clock = ClockState::start(START, Term::WorkingDays(5));
        if stopped {
            let _ = clock.stop(at);
        }
        changes.clocks.insert(name.to_owned(), clock);
    };
    match step {
        "dispatch" => {
            clock("finish", false);
            changes.lead = Assign::To(unit(1));
        }
        "sign" => clock("sign", true),
        "contact" => clock("contact", true),
        "answer" => clock("finish", true),
        _ => {}
    }
    Told {
        seq,
        step: step.to_owned(),
        to: to.to_owned(),
        at,
        org: None,
        areas: Areas::default(),
        input: Input::default(),
        changes,
    }
}

fn fold(events: &[Told], days: i64) -> Counted {
    let profile = Profile::read(PROFILE).unwrap();
    let calendar = Calendar::builtin();
    facts(&Story {
        said_at: START,
        said_before: false,
        events,
        profile: &profile,
        calendar: &calendar,
        now: At(START.0 + days * 24 * HOUR),
    })
}

/// Dispatched, answered, passed, called back: solved and satisfied.
fn good() -> Vec<Told> {
    let mut events = vec![
        told(1, 0, "say", "accepting"),
        told(2, 0, "dispatch", "signing"),
        told(3, 1, "sign", "working"),
        told(4, 2, "contact", "working"),
        told(5, 3, "answer", "auditing"),
        told(6, 4, "pass", "calling"),
        told(7, 5, "call_back", "closed"),
    ];
    let called = [("contacted", "yes"), ("solved", "yes"), ("satisfied", "satisfied")];
    for (name, value) in called {
        events[6].input.0.insert(name.to_owned(), Val::Choice(value.to_owned()));
    }
    events
}

fn names(counted: &Counted) -> Vec<(&'static str, i64)> {
    counted.facts.iter().map(|fact| (fact.figure.name(), fact.value)).collect()
}

fn has(counted: &Counted, figure: Figure) -> bool {
    counted.facts.iter().any(|fact| fact.figure == figure)
}

#[test]
fn a_round_wakes_when_it_is_due() {
    let early = fold(&good(), 1);
    assert!(!has(&early, Figure::Solved) && has(&early, Figure::Said));
    let due = early.wake.expect("it is known when");
    assert_eq!(due.plus_ms(-1).day(), linli_base::Day::from_ymd(2026, 7, 14).unwrap());
    assert_eq!(fold(&good(), 20).wake, None);
    assert_eq!(names(&fold(&good(), 20)).iter().filter(|(name, _)| *name == "solved").count(), 1);
}

#[test]
fn held_is_left_out_while_its_milestones_are_met() {
    let mut events = good();
    events.insert(4, told(5, 3, "grant_hold", "held"));
    events.insert(5, told(6, 3, "finish_hold", "working"));
    let met = fold(&events, 20);
    for figure in [Figure::Solved, Figure::Satisfied, Figure::InTime] {
        assert!(!has(&met, figure), "{} while the milestones are met", figure.name());
    }
    let excluded = met.facts.iter().find(|fact| fact.figure == Figure::Excluded).unwrap();
    assert_eq!((excluded.value, excluded.detail.as_str()), (WHOLE, "held"));
    events[5].changes.add_marks.insert("milestone_missed".to_owned());
    let missed = fold(&events, 20);
    for figure in [Figure::Solved, Figure::Satisfied, Figure::InTime] {
        assert!(has(&missed, figure), "{} in full once one is missed", figure.name());
    }
}

#[test]
fn merged_withdrawn_child_and_imported_cases_count_for_nothing() {
    for state in ["merged", "withdrawn"] {
        let mut events = good();
        events.push(told(8, 6, "gone", state));
        assert_eq!(fold(&events, 20), Counted::default(), "{state}");
    }
    for mark in ["child", "not_assessed"] {
        let mut events = good();
        events[0].changes.add_marks.insert(mark.to_owned());
        assert_eq!(fold(&events, 20), Counted::default(), "{mark}");
    }
}

#[test]
fn who_handled_it_does_not_call_back() {
    let mut events = good();
    events[6].org = Some(unit(1));
    assert!(has(&fold(&events, 20), Figure::CheckOwnCaller));
    events[6].org = Some(unit(9));
    assert!(!has(&fold(&events, 20), Figure::CheckOwnCaller));
}

#[test]
fn what_another_case_has_shown_is_counted() {
    let mut events = good();
    events[4].changes.add_marks.insert("picture_reused".to_owned());
    assert!(has(&fold(&events, 20), Figure::CheckPicture));
}

const STEPS: [(&str, &str); 16] = [
    ("dispatch", "signing"),
    ("sign", "working"),
    ("contact", "working"),
    ("return", "returned"),
    ("redispatch", "signing"),
    ("refuse_return", "working"),
    ("answer", "auditing"),
    ("pass", "calling"),
    ("send_back", "working"),
    ("call_back", "closed"),
    ("rate", "closed"),
    ("close_unreached", "closed"),
    ("redo", "working"),
    ("reopen", "working"),
    ("grant_hold", "held"),
    ("propose_exclusion", "closed"),
];

proptest! {
    /// Whatever happened, in whatever order: a numerator is never more than its denominator, nothing counts twice, and
    /// the shares of a case add up to one.
    #[test]
    fn a_numerator_is_within_its_denominator(
        taken in prop::collection::vec((0..STEPS.len(), 0..3_usize, 0..60_i64, 0..3_u128), 0..30),
    ) {
        let mut events = vec![told(1, 0, "say", "accepting")];
        let (mut hour, mut round) = (0, 1);
        for (seq, (step, solved, hours, helper)) in (2..).zip(taken) {
            let (step, to) = STEPS[step];
            hour += hours;
            let mut event = told(seq, hour, step, to);
            if ["redo", "reopen"].contains(&step) {
                round += 1;
                event.changes.round = Some(round);
            }
            if step == "dispatch" {
                event.changes.add_helpers = (0..helper).map(|n| unit(10 + n)).collect();
            }
            let solved = ["yes", "partly", "no"][solved];
            event.input.0.insert("solved".to_owned(), Val::Choice(solved.to_owned()));
            events.push(event);
        }
        let counted = fold(&events, 60);
        let mut seen = BTreeSet::new();
        let mut shares: BTreeMap<(Figure, i64), i64> = BTreeMap::new();
        for fact in &counted.facts {
            prop_assert!((0..=WHOLE).contains(&fact.value), "{fact:?}");
            prop_assert!(seen.insert((fact.figure, fact.seq, fact.org)), "twice: {fact:?}");
            *shares.entry((fact.figure, fact.seq)).or_default() += fact.share;
        }
        prop_assert!(shares.values().all(|share| *share == SHARES), "{shares:?}");
    }
}
