//! The request's table holds what the case rules promise, whatever people do.
#![cfg(test)]
#![expect(
    clippy::as_conversions,
    clippy::needless_pass_by_value,
    reason = "small numbers and forms made up for tests"
)]

use linli_authz::{Actor, Hat, Role, Tier, Via};
use linli_base::{At, Day, Id};
use linli_calendar::Calendar;
use linli_procedure::{
    Areas, Candidates, Case, Changes, Ctx, Done, Facts, FieldKind, Input, Need, Outside, Part, Profile, Step,
    Val, check, dues, mermaid, take,
};
use linli_strength::requests::REQUEST;
use proptest::prelude::*;
use uuid::Uuid;

const PROFILE: &str = include_str!("../profiles/shandong.toml");

fn id<T>(n: u128) -> Id<T> {
    Id::new(Uuid::from_u128(n))
}

const STREET: u128 = 1;
const COMMUNITY: u128 = 2;
const GRID: u128 = 3;
const OFFICE: u128 = 12;
const STREET_OFFICE: u128 = 11;
const CITY_DESK: u128 = 10;
const LAMPS: u128 = 20;
const ROADS: u128 = 21;

fn staff(person: u128, org: u128, area: Option<(Tier, u128)>, roles: &[Role]) -> Actor {
    Actor::Person {
        id: id(person),
        name: format!("person {person}"),
        hat: Some(Hat {
            post: id(person + 1000),
            org: id(org),
            org_name: format!("org {org}"),
            area: area.map(|(tier, area)| (tier, id(area))),
            roles: roles.to_vec(),
        }),
        via: Via::Web,
    }
}

/// Everybody who could act, the asker and the program among them.
fn everybody() -> Vec<Actor> {
    let every = [Role::Clerk, Role::Worker, Role::Leader, Role::Auditor, Role::Caller];
    vec![
        Actor::Asker(id(99)),
        Actor::System("test"),
        staff(101, OFFICE, Some((Tier::Community, COMMUNITY)), &every),
        staff(102, OFFICE, Some((Tier::Community, COMMUNITY)), &every),
        staff(103, STREET_OFFICE, Some((Tier::Street, STREET)), &every),
        staff(104, STREET_OFFICE, Some((Tier::Street, STREET)), &every),
        staff(105, CITY_DESK, Some((Tier::City, 0)), &every),
        staff(106, CITY_DESK, Some((Tier::City, 0)), &every),
        staff(107, LAMPS, None, &every),
        staff(108, LAMPS, None, &every),
        staff(109, ROADS, None, &every),
    ]
}

fn outside() -> Outside {
    let people = |org: u128| Candidates {
        org: id(org),
        people: everybody()
            .iter()
            .filter(|actor| actor.hat().is_some_and(|hat| hat.org == id(org)))
            .filter_map(Actor::person)
            .collect(),
    };
    Outside {
        area: Some((
            Areas { street: Some(id(STREET)), community: Some(id(COMMUNITY)), grid: Some(id(GRID)) },
            Some(id(OFFICE)),
        )),
        audit: vec![people(STREET_OFFICE), people(CITY_DESK)],
        call: vec![people(STREET_OFFICE), people(CITY_DESK)],
        matter: "路灯不亮".to_owned(),
        copied_from: None,
    }
}

/// A filled form: each field by its kind, choices by `pick`.
fn fill(step: &Step, pick: usize) -> Input {
    let mut input = Input::default();
    for (nth, field) in step.form.iter().enumerate() {
        let value = match field.kind {
            FieldKind::Choice(choices) => {
                if field.need == Need::May && (pick + nth).is_multiple_of(2) {
                    continue;
                }
                Val::Choice(choices[(pick / (nth + 1)) % choices.len()].to_owned())
            }
            FieldKind::Line(_) | FieldKind::Text(_) if field.name == "override" => continue,
            FieldKind::Line(_) | FieldKind::Text(_) => {
                Val::Text("路灯的灯头已经换好，9月28日晚上亮灯，以后再不亮可以接着说。".to_owned())
            }
            FieldKind::Category => Val::Choice("road.lamp".to_owned()),
            FieldKind::Area => Val::Area(id(GRID)),
            FieldKind::Org | FieldKind::Orgs => Val::Orgs(vec![id([LAMPS, ROADS, OFFICE][(pick + nth) % 3])]),
            FieldKind::Person => Val::Person(id(107 + (pick as u128) % 2)),
            FieldKind::Yes => Val::Yes(true),
            FieldKind::Phone => Val::Phone("19900001234".to_owned()),
            FieldKind::Day | FieldKind::Moment | FieldKind::Pictures(_) => continue,
        };
        input.0.insert(field.name.to_owned(), value);
    }
    input
}

/// One case under test with everything recorded.
struct Run {
    case: Case,
    facts: Facts,
    recorded: Vec<Changes>,
    now: At,
    calendar: Calendar,
    profile: Profile,
}

impl Run {
    fn new(reachable: bool, first: &'static str) -> Run {
        let mut case = Case::blank("draft");
        case.reachable = reachable;
        case.desk = Some(id(OFFICE));
        case.areas = outside().area.unwrap().0;
        let mut run = Run {
            case,
            facts: Facts::default(),
            recorded: Vec::new(),
            now: At(Day::from_ymd(2026, 9, 22).unwrap().start().0 + 9 * 3_600_000),
            calendar: Calendar::builtin(),
            profile: Profile::read(PROFILE).unwrap(),
        };
        let actor = if first == "say" { Actor::Stranger } else { Actor::System("import") };
        run.try_step(first, &actor, Input::default()).unwrap();
        run
    }

    /// Takes a step and what follows from it.
    fn try_step(
        &mut self,
        name: &'static str,
        actor: &Actor,
        input: Input,
    ) -> Result<(), linli_base::Refusal> {
        let step = REQUEST.step(name).unwrap();
        let outside = outside();
        let outcome = take(
            step,
            &Ctx {
                procedure: &REQUEST,
                case: &self.case,
                facts: &self.facts,
                outside: &outside,
                input: &input,
                actor,
                now: self.now,
                calendar: &self.calendar,
                profile: &self.profile,
            },
        )?;
        let done = Done {
            step: name.to_owned(),
            from: outcome.from.clone(),
            to: outcome.to.clone(),
            at: self.now,
            recorded: self.now,
            round: self.case.round,
            person: actor.person(),
            org: actor.hat().map(|hat| hat.org),
            input: input.split().0,
        };
        self.case.apply(&outcome.changes);
        self.facts.0.push(done);
        self.recorded.push(outcome.changes);
        match outcome.then {
            Some(next) => self.try_step(next, &Actor::System("follows"), Input::default()),
            None => Ok(()),
        }
    }
}

#[test]
fn the_table_is_sound() {
    assert_eq!(check(&REQUEST), Vec::<String>::new());
}

#[test]
fn the_committed_diagram_is_this_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/procedures/request.md");
    let drawn = mermaid(&REQUEST);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &drawn).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), drawn, "run again with UPDATE=1 and review");
}

#[test]
fn the_profile_says_every_number_and_term() {
    let profile = Profile::read(PROFILE).unwrap();
    for number in
        ["appeal_wd", "archive_days", "rating_days", "reopen_days", "return_wd", "supplement_wd", "try_gap_h"]
    {
        assert!(profile.has(number), "{number}");
    }
    for clock in REQUEST.clocks {
        assert!(profile.term(clock.name, Some("help"), Some("normal")).is_some(), "{}", clock.name);
    }
}

#[test]
fn a_broken_lamp_is_mended_audited_and_called_back_by_three_people() {
    let people = everybody();
    let (clerk, lamps) = (&people[2], &people[8]);
    let (auditor, caller) = (&people[4], &people[5]);
    let mut run = Run::new(true, "say");
    let choose = |step: &str, choices: &[(&str, &str)]| {
        let mut input = fill(REQUEST.step(step).unwrap(), 0);
        for (field, choice) in choices {
            input.0.insert((*field).to_owned(), Val::Choice((*choice).to_owned()));
        }
        input
    };
    run.try_step("accept", clerk, choose("accept", &[("kind", "help"), ("level", "normal")])).unwrap();
    run.try_step("dispatch", clerk, Input::default().with("lead", Val::Orgs(vec![id(LAMPS)]))).unwrap();
    assert_eq!(run.case.holder, Some(id::<linli_base::kind::Org>(LAMPS)));
    run.try_step("sign", lamps, Input::default()).unwrap();
    assert_eq!(run.case.person, lamps.person());
    let refused = run.try_step("answer", lamps, fill(REQUEST.step("answer").unwrap(), 0)).unwrap_err();
    assert_eq!(refused.code, "contact_first");
    run.try_step("contact", lamps, choose("contact", &[("way", "phone")])).unwrap();
    run.try_step("answer", lamps, choose("answer", &[("truth", "true"), ("solved", "yes")])).unwrap();
    assert_eq!(run.case.state, "auditing");

    assert_eq!(run.try_step("pass", lamps, Input::default()).unwrap_err().code, "not_yours");
    run.try_step("pass", auditor, Input::default()).unwrap();
    let same = run.try_step("call_back", auditor, choose("call_back", &[("solved", "yes")])).unwrap_err();
    assert_eq!((same.code, same.args), ("separated", vec![("part", "auditor".to_owned())]));
    run.try_step("call_back", caller, choose("call_back", &[("contacted", "yes"), ("solved", "yes")]))
        .unwrap();
    assert_eq!(run.case.state, "closed");
    assert!(run.case.clocks.values().all(|clock| clock.stopped.is_some()));
}

#[test]
fn not_solved_is_taken_up_again_and_reopened_once() {
    let people = everybody();
    let asker = Actor::Asker(id::<linli_base::kind::Case>(99));
    let mut run = Run::new(true, "say");
    let rate = |solved: &str| {
        Input::default()
            .with("contacted", Val::Choice("yes".to_owned()))
            .with("solved", Val::Choice(solved.to_owned()))
    };
    to_calling(&mut run, &people);
    run.try_step("rate", &asker, rate("no")).unwrap();
    assert_eq!((run.case.state.as_str(), run.case.round), ("working", 2));
    assert!(run.case.clocks["finish"].stopped.is_none());

    run.try_step("contact", &people[8], fill(REQUEST.step("contact").unwrap(), 0)).unwrap();
    run.try_step("answer", &people[8], answer()).unwrap();
    run.try_step("pass", &people[4], Input::default()).unwrap();
    run.try_step("rate", &asker, rate("yes")).unwrap();
    assert_eq!(run.case.state, "closed");

    let reason = || Input::default().with("reason", Val::Text("又坏了".to_owned()));
    run.try_step("reopen", &asker, reason()).unwrap();
    assert_eq!((run.case.state.as_str(), run.case.round), ("working", 3));
}

#[test]
fn a_return_is_allowed_once_and_within_two_working_days() {
    let people = everybody();
    let lamps = &people[8];
    let back = || {
        Input::default()
            .with("basis", Val::Text("归市政".to_owned()))
            .with("suggest", Val::Orgs(vec![id(ROADS)]))
    };
    let mut late = Run::new(true, "say");
    to_signing(&mut late, &people);
    late.now = late.now.plus_hours(24 * 10);
    assert_eq!(late.try_step("return", lamps, back()).unwrap_err().code, "return_too_late");

    let mut run = Run::new(true, "say");
    to_signing(&mut run, &people);
    run.try_step("return", lamps, back()).unwrap();
    assert!(run.case.clocks["finish"].stopped.is_none(), "the finish clock does not stop for a return");
    let same = Input::default().with("lead", Val::Orgs(vec![id(LAMPS)]));
    assert_eq!(run.try_step("redispatch", &people[2], same).unwrap_err().code, "same_unit_again");
    run.try_step("refuse_return", &people[2], fill(REQUEST.step("refuse_return").unwrap(), 0)).unwrap();
    assert_eq!(run.try_step("return", lamps, back()).unwrap_err().code, "returned_before");
}

#[test]
fn three_failed_tries_four_hours_apart_count_as_contact() {
    let people = everybody();
    let lamps = &people[8];
    let mut run = Run::new(true, "say");
    to_signing(&mut run, &people);
    run.try_step("sign", lamps, Input::default()).unwrap();
    let tried = || fill(REQUEST.step("try_contact").unwrap(), 0);
    run.try_step("try_contact", lamps, tried()).unwrap();
    assert_eq!(run.try_step("try_contact", lamps, tried()).unwrap_err().code, "try_later");
    for _ in 0..2 {
        run.now = run.now.plus_hours(4);
        run.try_step("try_contact", lamps, tried()).unwrap();
    }
    assert!(run.case.has("contacted"));
    assert!(run.case.clocks["contact"].stopped.is_some());
}

#[test]
fn an_imported_case_waits_to_be_rated_and_can_be_taken_up() {
    let mut run = Run::new(false, "import_answered");
    assert_eq!(run.case.state, "calling");
    assert!(run.case.clocks.is_empty(), "no clock runs on what was imported");
    assert!(run.case.has("not_assessed"));
    let no = Input::default()
        .with("contacted", Val::Choice("no".to_owned()))
        .with("solved", Val::Choice("no".to_owned()));
    run.try_step("rate", &Actor::Asker(id::<linli_base::kind::Case>(99)), no).unwrap();
    assert_eq!(run.case.state, "accepting");
}

fn to_signing(run: &mut Run, people: &[Actor]) {
    let accept = Input::default()
        .with("kind", Val::Choice("help".to_owned()))
        .with("category", Val::Choice("road.lamp".to_owned()))
        .with("level", Val::Choice("normal".to_owned()));
    run.try_step("accept", &people[2], accept).unwrap();
    run.try_step("dispatch", &people[2], Input::default().with("lead", Val::Orgs(vec![id(LAMPS)]))).unwrap();
}

fn answer() -> Input {
    Input::default()
        .with("truth", Val::Choice("true".to_owned()))
        .with("solved", Val::Choice("yes".to_owned()))
        .with("reply", Val::Text("路灯的灯头已经换好，9月28日晚上亮灯，以后再不亮可以接着说。".to_owned()))
}

fn to_calling(run: &mut Run, people: &[Actor]) {
    to_signing(run, people);
    run.try_step("sign", &people[8], Input::default()).unwrap();
    run.try_step("contact", &people[8], fill(REQUEST.step("contact").unwrap(), 0)).unwrap();
    run.try_step("answer", &people[8], answer()).unwrap();
    run.try_step("pass", &people[4], Input::default()).unwrap();
}

proptest! {
    /// Whatever anybody tries in whatever order: the state is one of the table's, nobody plays two parts that are
    /// kept apart, clocks never run backwards, closed cases have no running clock, and replaying what was recorded
    /// gives the stored case.
    #[test]
    fn whatever_people_do(
        reachable: bool,
        tries in prop::collection::vec((0..REQUEST.steps.len(), 0..11_usize, 0..24_usize, 0..40_i64), 1..120),
    ) {
        let people = everybody();
        let mut run = Run::new(reachable, "say");
        let mut blank = Case::blank("draft");
        blank.reachable = run.case.reachable;
        blank.desk = Some(id(OFFICE));
        blank.areas = outside().area.unwrap().0;
        for (step, actor, pick, hours) in tries {
            let table = &REQUEST.steps[step];
            run.now = run.now.plus_hours(hours / 8);
            let earlier = run.case.clone();
            let taken = run.try_step(table.name, &people[actor], fill(table, pick));
            if taken.is_err() {
                prop_assert_eq!(&earlier, &run.case, "a refusal changes nothing");
                continue;
            }
            prop_assert!(REQUEST.state(&run.case.state).is_some());
            for caller in run.facts.of("call_back") {
                let audited = run.facts.of("pass").filter(|pass| pass.at <= caller.at);
                prop_assert!(!audited.map(|pass| pass.person).any(|person| person == caller.person));
            }
            for done in run.facts.of("pass").chain(run.facts.of("call_back")) {
                let earlier_handlers: Vec<_> = run.facts.0.iter()
                    .take_while(|other| !std::ptr::eq(*other, done))
                    .filter(|other| REQUEST.step(&other.step).unwrap().part == Some(Part::Handler))
                    .filter_map(|other| other.person)
                    .collect();
                prop_assert!(done.person.is_none_or(|person| !earlier_handlers.contains(&person)), "{}", done.step);
            }
            for (name, clock) in &run.case.clocks {
                prop_assert!(clock.started <= run.now && clock.stopped.is_none_or(|at| at >= clock.started && at <= run.now));
                for (from, until) in &clock.pauses {
                    prop_assert!(*from >= clock.started && until.is_none_or(|until| until >= *from), "{name}");
                }
            }
            if !REQUEST.state(&run.case.state).unwrap().open {
                prop_assert!(dues(&run.case, &REQUEST, &run.profile, &run.calendar, run.now).is_empty());
            }
        }
        for changes in &run.recorded {
            let stored: Changes = serde_json::from_value(serde_json::to_value(changes).unwrap()).unwrap();
            blank.apply(&stored);
        }
        prop_assert_eq!(blank, run.case);
    }
}
