//! The procedure of docs/adding-a-procedure.md: the community lends its ladder.

#![cfg(test)]

use linli_authz::{Actor, Hat, Role, Via};
use linli_base::{At, Day, Id, OrgId, PersonId, Refusal};
use linli_calendar::Calendar;
use linli_procedure::{
    Case, Clock,
    ClockOp::{Start, Stop},
    Ctx, Done, Facts, Field, FieldKind, Holder, Input, Links, Need, Notice, Outcome, Outside, Part,
    Procedure, Profile, Recipient, Rule, Sets, State, Step, To, Tone, Val, Who, available, check, dues,
    mermaid, parse, take,
};
use std::collections::BTreeMap;

// ---- the table

static LADDER: Procedure = Procedure {
    name: "ladder",
    version: 1,
    states: &[
        State { name: "draft", code: "L0", tone: Tone::Ended, open: true, holder: Holder::Nobody },
        State { name: "asked", code: "L1", tone: Tone::Moving, open: true, holder: Holder::Desk },
        State { name: "lent", code: "L2", tone: Tone::Confirming, open: true, holder: Holder::Desk },
        State { name: "returned", code: "L3", tone: Tone::Done, open: false, holder: Holder::Nobody },
    ],
    steps: &[
        Step {
            name: "ask",
            code: "T1",
            from: &["draft"],
            to: To::State("asked"),
            by: &[Who::Anyone],
            notices: &[Notice { to: Recipient::Holder, key: "new" }],
            ..Step::DEFAULT
        },
        Step {
            name: "lend",
            code: "T2",
            from: &["asked"],
            to: To::State("lent"),
            by: &[Who::Desk(Role::Clerk)],
            form: &[
                Field { name: "until", kind: FieldKind::Day, need: Need::Must, sets: Sets::Nothing },
                Field { name: "words", kind: FieldKind::Text(200), need: Need::May, sets: Sets::Nothing },
            ],
            checks: &[SOON_ENOUGH],
            clocks: &[Start("bring_back")],
            notices: &[Notice { to: Recipient::Asker, key: "lent" }],
            part: Some(Part::Desk),
            separate_from: &[Part::Asker],
            ..Step::DEFAULT
        },
        Step {
            name: "bring_back",
            code: "T3",
            from: &["lent"],
            to: To::State("returned"),
            by: &[Who::Desk(Role::Clerk)],
            clocks: &[Stop("bring_back")],
            ..Step::DEFAULT
        },
    ],
    clocks: &[Clock { name: "bring_back", carded: true }],
    ..Procedure::DEFAULT
};

/// Nobody keeps the ladder longer than the profile's `ladder_days`.
const SOON_ENOUGH: Rule = Rule {
    name: "soon_enough",
    check: |ctx| {
        let last = ctx.now.day().plus(ctx.profile.number("ladder_days"));
        match ctx.input.0.get("until") {
            Some(Val::Day(day)) if *day > last.0 => Err(Refusal::new("too_long").with("last", last)),
            _ => Ok(()),
        }
    },
};

const PROFILE: &str = r#"
name = "small"
version = 1
working_time = ["08:30-12:00", "13:30-17:30"]
term = [{ clock = "bring_back", term = "3wd" }]
[numbers]
ladder_days = 7
"#;

// ---- the tests

/// One case with its history, as the engine keeps it.
struct Ladder {
    case: Case,
    facts: Facts,
    calendar: Calendar,
    profile: Profile,
}

impl Ladder {
    fn new() -> Self {
        let case = Case { desk: Some(community()), ..Case::blank("draft") };
        let profile = Profile::read(PROFILE).unwrap();
        Ladder { case, facts: Facts::default(), calendar: Calendar::builtin(), profile }
    }

    fn ctx<'a>(&'a self, actor: &'a Actor, input: &'a Input, now: At) -> Ctx<'a> {
        const NOTHING: &Outside = &Outside {
            area: None,
            audit: Vec::new(),
            call: Vec::new(),
            matter: String::new(),
            copied_from: None,
            top: None,
            repeats: 0,
            links: Links { this: None, merged: 0, children: 0, open_children: 0, other: None },
            door_code: String::new(),
        };
        let Ladder { case, facts, calendar, profile } = self;
        Ctx { procedure: &LADDER, case, facts, outside: NOTHING, input, actor, now, calendar, profile }
    }

    fn offered(&self, actor: &Actor, now: At) -> Vec<&'static str> {
        available(&self.ctx(actor, Input::EMPTY, now)).map(|step| step.name).collect()
    }

    /// Takes the step and, where it is allowed, keeps it.
    fn take(&mut self, name: &str, input: &Input, actor: &Actor, now: At) -> Result<Outcome, Refusal> {
        let outcome = take(LADDER.step(name).unwrap(), &self.ctx(actor, input, now))?;
        self.facts.0.push(Done {
            step: name.to_owned(),
            from: outcome.from.clone(),
            to: outcome.to.clone(),
            at: now,
            recorded: now,
            round: self.case.round,
            person: actor.person(),
            org: actor.hat().map(|hat| hat.org),
            input: input.split().0,
        });
        self.case.apply(&outcome.changes);
        Ok(outcome)
    }
}

fn community() -> OrgId {
    Id::new(uuid::Uuid::from_u128(1))
}

fn mei() -> Actor {
    let hat = Hat {
        post: Id::new(uuid::Uuid::from_u128(3)),
        org: community(),
        org_name: "海韵社区".to_owned(),
        area: None,
        roles: vec![Role::Clerk],
    };
    let id: PersonId = Id::new(uuid::Uuid::from_u128(2));
    Actor::Person { id, name: "吴敏之".to_owned(), hat: Some(hat), via: Via::Web }
}

/// Monday morning, three days before the National Day holiday of 2026.
fn monday() -> At {
    Day::parse("2026-09-28").unwrap().start().plus_hours(10)
}

fn until(day: &str) -> Input {
    Input::default().with("until", Val::Day(Day::parse(day).unwrap().0))
}

#[test]
fn the_table_is_sound() {
    assert_eq!(check(&LADDER), Vec::<String>::new());
}

#[test]
fn the_committed_diagram_is_this_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ladder.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, mermaid(&LADDER)).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap();
    assert_eq!(committed, mermaid(&LADDER), "run again with UPDATE=1 and review");
}

#[test]
fn the_guide_shows_this_table() {
    let guide = include_str!("../../../docs/adding-a-procedure.md");
    let here = include_str!("ladder.rs");
    let shown: Vec<&str> =
        guide.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!shown.is_empty());
    for code in shown {
        assert!(here.contains(code), "the guide shows what is not here:\n{code}");
    }
}

#[test]
fn asked_lent_returned() {
    let mut ladder = Ladder::new();
    let mei = mei();
    assert_eq!(ladder.offered(&Actor::Stranger, monday()), ["ask"]);

    ladder.take("ask", Input::EMPTY, &Actor::Stranger, monday()).unwrap();
    assert_eq!(ladder.case.state, "asked");
    assert_eq!(ladder.case.holder, Some(community()), "it is the desk's turn");
    assert!(ladder.offered(&Actor::Stranger, monday()).is_empty());
    assert_eq!(ladder.offered(&mei, monday()), ["lend"]);

    ladder.take("lend", &until("2026-09-30"), &mei, monday()).unwrap();
    let due = dues(&ladder.case, &LADDER, &ladder.profile, &ladder.calendar, monday()).remove(0);
    let last_day = due.at.plus_ms(-1).day();
    assert_eq!(last_day.to_string(), "2026-10-08", "the holiday does not count");

    let outcome = ladder.take("bring_back", Input::EMPTY, &mei, monday().plus_hours(24)).unwrap();
    assert_eq!((outcome.from.as_str(), outcome.to.as_str()), ("lent", "returned"));
    assert!(dues(&ladder.case, &LADDER, &ladder.profile, &ladder.calendar, monday()).is_empty());
    assert!(ladder.offered(&mei, monday()).is_empty(), "it is over");
}

#[test]
fn not_for_longer_than_the_profile_says() {
    let mut ladder = Ladder::new();
    ladder.take("ask", Input::EMPTY, &Actor::Stranger, monday()).unwrap();
    let refusal = ladder.take("lend", &until("2026-10-06"), &mei(), monday()).unwrap_err();
    assert_eq!(refusal, Refusal::new("too_long").with("last", "2026-10-05"));
    assert_eq!(ladder.case.state, "asked", "a refusal changes nothing");
}

#[test]
fn nobody_lends_to_themselves() {
    let mut ladder = Ladder::new();
    let mei = mei();
    ladder.case.asker = mei.person();
    ladder.take("ask", Input::EMPTY, &mei, monday()).unwrap();
    let refusal = ladder.take("lend", &until("2026-09-30"), &mei, monday()).unwrap_err();
    assert_eq!(refusal.code, "separated");
}

#[test]
fn the_form_says_what_is_missing() {
    let step = LADDER.step("lend").unwrap();
    let flaws = parse(step.form, &BTreeMap::new()).unwrap_err();
    assert_eq!(
        flaws.iter().map(|flaw| (flaw.field.as_str(), flaw.code)).collect::<Vec<_>>(),
        [("until", "missing")]
    );

    let typed = BTreeMap::from([("until".to_owned(), vec!["2026-09-30".to_owned()])]);
    assert_eq!(parse(step.form, &typed), Ok(until("2026-09-30")));
}
