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
use linli_i18n::Lang;
use linli_procedure::{
    Areas, Candidates, Case, Changes, Ctx, Done, Facts, FieldKind, Input, Need, Outside, Part, Profile, Step,
    Val, check, dues, mermaid, take,
};
use linli_strength::requests::REQUEST;
use proptest::prelude::*;
use uuid::Uuid;

const PROFILE: &str = include_str!("../profiles/shandong.toml");
const BEIJING: &str = include_str!("../profiles/beijing.toml");

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
        top: Some(id(CITY_DESK)),
        repeats: 0,
        ..Outside::default()
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
            FieldKind::Money => Val::Money(100),
            FieldKind::Person | FieldKind::Helper => Val::Person(id(107 + (pick as u128) % 2)),
            FieldKind::Yes => Val::Yes(true),
            FieldKind::Case => Val::Case(id(7)),
            FieldKind::People => Val::People(vec![id(107)]),
            FieldKind::Phone => Val::Phone("19900001234".to_owned()),
            FieldKind::Number(from, to) => Val::Number(from + i64::try_from(pick).unwrap() % (to - from + 1)),
            FieldKind::Day => Val::Day(day_of(field.name, pick)),
            FieldKind::Moment | FieldKind::Pictures(_) => continue,
        };
        input.0.insert(field.name.to_owned(), value);
    }
    input
}

/// Milestones some days ahead, each after the one before.
fn day_of(field: &str, pick: usize) -> i64 {
    let nth: i64 = field.trim_start_matches('m').parse().unwrap_or(1);
    Day::from_ymd(2026, 9, 22).unwrap().0 + nth * (3 + i64::try_from(pick).unwrap())
}

/// One case under test with everything recorded.
struct Run {
    case: Case,
    facts: Facts,
    recorded: Vec<Changes>,
    now: At,
    calendar: Calendar,
    profile: Profile,
    repeats: i64,
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
            repeats: 0,
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
        let outside = Outside { repeats: self.repeats, ..outside() };
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
    let beijing = Profile::read(BEIJING).unwrap();
    let numbers = |profile: &Profile| profile.draft().numbers.keys().cloned().collect::<Vec<_>>();
    assert_eq!(numbers(&profile), numbers(&beijing), "each says the same numbers");
    for (lang, name) in
        [Lang::Zh, Lang::En].into_iter().flat_map(|l| numbers(&profile).into_iter().map(move |n| (l, n)))
    {
        // other flows name their own
        let said = linli_strength::t::MESSAGES.lookup(lang, &format!("number.{name}"), &[]);
        assert!(
            said.is_some() || name.starts_with("order_") || name.starts_with("wish_"),
            "{name} has no name in {lang:?}"
        );
    }
    for number in [
        "appeal_wd",
        "child_cases",
        "extend_wd",
        "hold_months",
        "merge_days",
        "near_days",
        "redo_problem",
        "return_wd",
        "try_gap_h",
    ] {
        assert!(profile.has(number), "{number}");
    }
    for (profile, clock) in
        [&profile, &beijing].into_iter().flat_map(|p| REQUEST.clocks.iter().map(move |c| (p, c)))
    {
        // a milestone's day is the one that was promised
        let runs = profile.term(clock.name, Some("help"), Some("normal")).is_some();
        assert_eq!(runs, clock.name != "milestone", "{} {}", profile.name, clock.name);
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
        tries in prop::collection::vec((0..REQUEST.steps.len(), 0..11_usize, 0..24_usize, 0..40_i64), 1..200),
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
            let due = |case: &Case| {
                let clock = case.clocks.get("finish")?;
                Some(clock.due(&run.calendar, &run.profile.working_time, run.now).at)
            };
            if table.name == "grant_extension" {
                prop_assert!(due(&run.case) > due(&earlier), "an extension never shortens");
            }
            if REQUEST.state(&run.case.state).unwrap().open {
                let clocks = dues(&run.case, &REQUEST, &run.profile, &run.calendar, run.now);
                prop_assert!(!clocks.is_empty() || run.case.holder.is_some(), "{} waits for nobody", run.case.state);
                let levels = run.case.marks.iter().filter(|mark| mark.starts_with("supervised_")).count();
                prop_assert_eq!(levels, usize::from(run.case.has("supervised")), "one level at a time");
            } else {
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

fn at_work(level: &str) -> (Run, Vec<Actor>) {
    let people = everybody();
    let mut run = Run::new(true, "say");
    let accept = Input::default()
        .with("kind", Val::Choice("help".to_owned()))
        .with("category", Val::Choice("road.lamp".to_owned()))
        .with("level", Val::Choice(level.to_owned()));
    run.try_step("accept", &people[2], accept).unwrap();
    run.try_step("dispatch", &people[2], lead(LAMPS)).unwrap();
    run.try_step("sign", &people[8], Input::default()).unwrap();
    run.try_step("contact", &people[8], fill(REQUEST.step("contact").unwrap(), 0)).unwrap();
    (run, people)
}

fn lead(org: u128) -> Input {
    Input::default().with("lead", Val::Orgs(vec![id(org)]))
}

fn extension(days: i64) -> Input {
    Input::default()
        .with("cause", Val::Choice("material".to_owned()))
        .with("days", Val::Number(days))
        .with("reason", Val::Text("灯杆要从厂里定".to_owned()))
}

fn last_day(run: &Run) -> String {
    let all = dues(&run.case, &REQUEST, &run.profile, &run.calendar, run.now);
    all.into_iter().find(|due| due.clock == "finish").unwrap().at.plus_ms(-1).day().to_string()
}

fn code(done: Result<(), linli_base::Refusal>) -> &'static str {
    done.unwrap_err().code
}

#[test]
fn an_extension_is_asked_once_before_the_date_and_decided_by_another_org() {
    let (mut run, people) = at_work("normal");
    let (lin, auditor) = (&people[8], &people[6]);
    assert_eq!(last_day(&run), "2026-09-30");
    assert_eq!(code(run.try_step("ask_extension", lin, extension(11))), "extension_too_long");
    run.try_step("ask_extension", lin, extension(4)).unwrap();
    assert!(run.case.has("extension_asked"));
    assert_eq!(code(run.try_step("ask_extension", lin, extension(4))), "extended_before");
    assert_eq!(code(run.try_step("grant_extension", lin, extension(4))), "not_yours");
    assert_eq!(code(run.try_step("grant_extension", auditor, extension(5))), "extension_too_long");
    run.try_step("grant_extension", auditor, extension(4)).unwrap();
    assert_eq!(
        last_day(&run),
        "2026-10-12",
        "past the holiday; the make-up Saturday counts, the Sunday does not"
    );
    assert!(run.case.has("extended") && !run.case.has("extension_asked"));

    let (mut late, people) = at_work("normal");
    late.try_step("ask_extension", &people[8], extension(4)).unwrap();
    let old = last_day(&late);
    assert_eq!(code(late.try_step("lapse_extension", &people[1], Input::default())), "not_yet");
    late.now = late.now.plus_hours(24 * 12);
    assert_eq!(code(late.try_step("grant_extension", &people[6], extension(4))), "extension_too_late");
    late.try_step("lapse_extension", &people[1], Input::default()).unwrap();
    assert_eq!((last_day(&late), late.case.has("extension_asked")), (old, false), "the old date stands");

    let (mut urgent, people) = at_work("urgent");
    assert_eq!(code(urgent.try_step("ask_extension", &people[8], extension(1))), "urgent_not_extended");
}

#[test]
fn in_beijing_an_extension_ends_within_fifteen_days() {
    let (mut run, people) = at_work("normal");
    run.profile = Profile::read(BEIJING).unwrap();
    let far = run.try_step("ask_extension", &people[8], extension(10)).unwrap_err();
    assert_eq!((far.code, far.args), ("extension_too_far", vec![("until", "2026-10-07".to_owned())]));
}

fn hold(days: &[&str]) -> Input {
    let mut input = Input::default()
        .with("hold_ground", Val::Choice("funds".to_owned()))
        .with("owner", Val::Person(id(107)))
        .with("hold_plan", Val::Text("先报预算，再换灯杆".to_owned()));
    for (day, (field, words)) in days.iter().zip(linli_casework::MILESTONES) {
        input = input
            .with(field, Val::Day(Day::parse(day).unwrap().0))
            .with(words, Val::Text("预算批了".to_owned()));
    }
    input
}

#[test]
fn a_hold_stands_while_its_milestones_are_reached() {
    let (mut run, people) = at_work("normal");
    let (sun, street) = (&people[8], &people[4]);
    let days = ["2026-10-20", "2026-12-10"];
    assert_eq!(code(run.try_step("ask_hold", sun, hold(&["2027-07-01"]))), "hold_too_long");
    assert_eq!(code(run.try_step("ask_hold", sun, hold(&["2026-12-10", "2026-10-20"]))), "milestones_order");
    run.try_step("ask_hold", sun, hold(&days)).unwrap();
    assert_eq!(code(run.try_step("grant_hold", sun, Input::default())), "not_yours");
    run.try_step("grant_hold", street, Input::default()).unwrap();
    assert_eq!(run.case.state, "held");
    assert!(run.case.clocks["finish"].is_paused());
    let first = dues(&run.case, &REQUEST, &run.profile, &run.calendar, run.now).remove(0);
    assert_eq!(
        (first.clock.as_str(), first.at.plus_ms(-1).day().to_string()),
        ("milestone", days[0].to_owned())
    );

    run.now = Day::parse("2026-10-19").unwrap().start().plus_hours(9);
    let done = || Input::default().with("words", Val::Text("预算批了".to_owned()));
    run.try_step("reach_milestone", sun, done()).unwrap();
    assert_eq!(run.case.state, "held", "one is left");
    let checked = Input::default().with("findings", Val::Text("按计划".to_owned()));
    run.try_step("review_hold", street, checked).unwrap();
    run.now = Day::parse("2026-12-09").unwrap().start().plus_hours(9);
    run.try_step("reach_milestone", sun, done()).unwrap();
    assert_eq!(run.case.state, "working", "the last one ends the hold");
    assert!(run.case.clocks["finish"].is_running() && !run.case.clocks["finish"].is_paused());
    assert!(!run.case.has("milestone_missed"));
}

#[test]
fn a_missed_milestone_takes_it_back_to_work_for_good() {
    let (mut run, people) = at_work("normal");
    run.try_step("ask_hold", &people[8], hold(&["2026-10-20"])).unwrap();
    run.try_step("grant_hold", &people[6], Input::default()).unwrap();
    assert_eq!(code(run.try_step("miss_milestone", &people[1], Input::default())), "not_yet");
    run.now = Day::parse("2026-10-21").unwrap().start();
    let late = Input::default().with("words", Val::Text("预算批了".to_owned()));
    assert_eq!(code(run.try_step("reach_milestone", &people[8], late)), "milestone_too_late");
    run.try_step("miss_milestone", &people[1], Input::default()).unwrap();
    assert_eq!(run.case.state, "working");
    assert!(run.case.has("milestone_missed") && !run.case.clocks["finish"].is_paused());
    let again = run.try_step("ask_hold", &people[8], hold(&["2026-11-20"]));
    assert_eq!(code(again), "milestone_missed_before");
}

#[test]
fn the_third_dispatch_is_the_city_desks() {
    let people = everybody();
    let (street, city) = (&people[4], &people[6]);
    let mut run = Run::new(true, "say");
    to_signing(&mut run, &people);
    let back = || {
        Input::default()
            .with("basis", Val::Text("归市政".to_owned()))
            .with("suggest", Val::Orgs(vec![id(OFFICE)]))
    };
    run.try_step("return", &people[8], back()).unwrap();
    run.try_step("redispatch", street, lead(ROADS)).unwrap();
    run.try_step("return", &people[10], back()).unwrap();
    assert!(run.case.has("raised"));
    assert_eq!(run.case.holder, Some(id::<linli_base::kind::Org>(CITY_DESK)));
    assert_eq!(code(run.try_step("redispatch", city, lead(OFFICE))), "third_dispatch");
    assert_eq!(code(run.try_step("designate", street, lead(LAMPS))), "not_yours");
    run.try_step("designate", city, lead(LAMPS)).unwrap();
    assert_eq!(run.case.state, "signing");
    assert!(run.case.has("designated") && run.case.has("supervised_2"), "handed round three units");
    assert_eq!(code(run.try_step("return", &people[9], back())), "designated_not_returned");
}

#[test]
fn three_unsolved_rounds_make_a_problem_order() {
    let (mut run, people) = at_work("normal");
    let no = || {
        Input::default()
            .with("contacted", Val::Choice("yes".to_owned()))
            .with("solved", Val::Choice("no".to_owned()))
    };
    let mut seen = Vec::new();
    for round in 1..=3 {
        if round > 1 {
            run.try_step("contact", &people[8], fill(REQUEST.step("contact").unwrap(), 0)).unwrap();
        }
        run.try_step("answer", &people[8], answer()).unwrap();
        run.try_step("pass", &people[4], Input::default()).unwrap();
        run.try_step("rate", &people[0], no()).unwrap();
        let level = run.case.marks.iter().find(|mark| mark.starts_with("supervised_")).cloned();
        seen.push((run.case.round, level.unwrap_or_default(), run.case.has("problem")));
    }
    assert_eq!(
        seen,
        [(2, String::new(), false), (3, "supervised_2".into(), false), (4, "supervised_3".into(), true)]
    );
    run.try_step("contact", &people[8], fill(REQUEST.step("contact").unwrap(), 0)).unwrap();
    run.try_step("answer", &people[8], answer()).unwrap();
    let untrue = Input::default().with("confirm", Val::Choice("untrue".to_owned()));
    run.try_step("pass", &people[4], untrue).unwrap();
    assert!(!run.case.has("supervised"), "what is answered and passed is not supervised any more");
    run.try_step("rate", &people[0], no()).unwrap();
    assert_eq!(run.case.state, "closed", "the auditor confirmed that it is not so");
}

#[test]
fn supervision_comes_from_above_and_rises() {
    let (mut run, people) = at_work("normal");
    let at = |level: &str| {
        Input::default()
            .with("supervision", Val::Choice(level.to_owned()))
            .with("supervise_ground", Val::Choice("media".to_owned()))
            .with("reason", Val::Text("电视台来问".to_owned()))
    };
    let (community, street, city) = (&people[2], &people[4], &people[6]);
    assert_eq!(code(run.try_step("supervise", community, at("supervised_1"))), "street_or_city");
    assert_eq!(code(run.try_step("supervise", street, at("supervised_3"))), "level_of_city");
    run.try_step("supervise", street, at("supervised_2")).unwrap();
    assert_eq!(code(run.try_step("supervise", city, at("supervised_1"))), "supervised_already");
    run.try_step("supervise", city, at("supervised_3")).unwrap();
    assert!(run.case.has("supervised_3") && !run.case.has("supervised_2"));
    let why = Input::default().with("reason", Val::Text("已经说明".to_owned()));
    run.try_step("lift", city, why).unwrap();
    assert!(!run.case.has("supervised"));
}

#[test]
fn what_is_said_three_times_about_a_place_is_supervised() {
    let people = everybody();
    for (others, supervised) in [(1, false), (2, true)] {
        let mut run = Run::new(true, "say");
        run.repeats = others;
        to_signing(&mut run, &people);
        assert_eq!(run.case.has("supervised_2"), supervised, "{others} others");
    }
}

#[test]
fn cards_are_the_profiles() {
    let at = |text: &str| Day::parse(&text[..10]).unwrap().start().plus_hours(text[11..13].parse().unwrap());
    let cards = |profile: &str, level: &str| {
        let profile = Profile::read(profile).unwrap();
        let term = profile.term("finish", Some("help"), Some(level)).unwrap();
        let clock = linli_calendar::ClockState::start(at("2026-09-01 10"), term);
        profile.cards(&clock, Some("help"), Some(level), &Calendar::builtin(), at("2026-09-01 10")).unwrap()
    };
    assert_eq!(cards(PROFILE, "normal"), (at("2026-09-07 00"), at("2026-09-09 00")));
    assert_eq!(cards(PROFILE, "urgent"), (at("2026-09-01 22"), at("2026-09-02 10")));
    let due = at("2026-09-09 00").0;
    let yellow = At(at("2026-09-01 10").0 + (due - at("2026-09-01 10").0) * 80 / 100);
    assert_eq!(cards(BEIJING, "normal"), (yellow, At(due)), "80 % of seven days");
    assert_eq!(cards(BEIJING, "urgent"), (at("2026-09-01 22"), at("2026-09-02 10")));
    let old = "name = 'old'\nversion = 1\nworking_time = ['08:30-12:00']\nterm = []\n[numbers]\n";
    assert_eq!(
        Profile::read(old).unwrap().draft().cards[0].yellow,
        "1wd",
        "what held before profiles said it"
    );
}

/// A case of version 1, begun under a profile without the new numbers, finishes as it began.
#[test]
fn an_old_case_finishes_under_its_old_rules() {
    let old = PROFILE.split("[numbers]").next().unwrap().to_owned()
        + "[numbers]\nappeal_wd = 5\narchive_days = 30\nrating_days = 15\nreopen_days = 15\nreturn_wd = 2\nsupplement_wd = 5\ntry_gap_h = 4\n";
    let (mut run, people) = at_work("normal");
    run.profile = Profile::read(&old).unwrap();
    assert_eq!(code(run.try_step("ask_extension", &people[8], extension(1))), "not_in_profile");
    assert_eq!(code(run.try_step("ask_hold", &people[8], hold(&["2026-10-20"]))), "not_in_profile");
    for _ in 0..3 {
        run.try_step("answer", &people[8], answer()).unwrap();
        run.try_step("pass", &people[4], Input::default()).unwrap();
        let no = Input::default()
            .with("contacted", Val::Choice("yes".to_owned()))
            .with("solved", Val::Choice("no".to_owned()));
        run.try_step("rate", &people[0], no).unwrap();
        run.try_step("contact", &people[8], fill(REQUEST.step("contact").unwrap(), 0)).unwrap();
    }
    assert!(!run.case.has("problem") && !run.case.has("supervised"));
}
