//! The steps above the everyday ones: designating after two dispatches (T8), extending (T10), holding with milestones
//! (T11, T20), the later rounds (T15) and supervising (T17). Each with its form and its rules. A rule that needs a
//! number is off where the case's profile does not say it.

use super::{
    forms::{DISPATCH, REASON, field, may, must},
    guards::{Verdict, ensure, in_time, rule},
};
use linli_authz::{
    Role::{Auditor, Clerk, Leader, Worker},
    Tier,
};
use linli_base::{At, Day, Refusal};
use linli_casework::{MILESTONES, milestones};
use linli_procedure::{
    ClockOp::{Extend, Pause, Resume, Start, StartUntil, Stop},
    Ctx, Field, FieldKind as K, Holder, Need, Notice, Part, Recipient, Rule, Sets, Step, To,
    Who::{self, Over, System},
};

const LEAD: &[Who] = &[Who::Lead(Worker), Who::Lead(Leader)];
const OVER: &[Who] = &[Over(Leader), Over(Auditor)];
const APART: &[Part] = &[Part::Handler, Part::Asker];
/// Marks of supervision, whatever the level.
pub const SUPERVISION: &[&str] = &["supervised", "supervised_1", "supervised_2", "supervised_3"];
/// Where somebody can be supervised: an open case that does not wait for its asker.
const OPEN: &[&str] =
    &["accepting", "dispatching", "signing", "working", "auditing", "calling", "returned", "held"];

const fn tell(to: Recipient, key: &'static str) -> Notice {
    Notice { to, key }
}

// T8: the third dispatch

pub const RAISE: Step = Step {
    name: "raise",
    code: "T8c",
    from: &["returned"],
    by: &[System],
    notices: &[tell(Recipient::Top, "raised")],
    marks: &["raised"],
    turn: Some(Holder::Top),
    ..Step::DEFAULT
};

pub const DESIGNATE: Step = Step {
    name: "designate",
    code: "T8d",
    from: &["returned"],
    to: To::State("signing"),
    by: &[Who::Holder(Clerk)],
    form: DISPATCH,
    guards: &[RAISED],
    clocks: &[Stop("decide"), Start("sign")],
    notices: &[
        tell(Recipient::Lead, "designated"),
        tell(Recipient::Helpers, "helping"),
        tell(Recipient::Desk, "designated_desk"),
        tell(Recipient::Asker, "dispatched_to"),
    ],
    part: Some(Part::Desk),
    marks: &["designated"],
    drops: &["raised", "first_handler", "contacted"],
    then: Some(handed_round),
    ..Step::DEFAULT
};

const RAISED: Rule = rule("raised", |ctx| ensure(ctx.case.has("raised"), "not_raised"));

pub const NOT_RAISED: Rule = rule("not_raised", |ctx| ensure(!ctx.case.has("raised"), "third_dispatch"));

pub const NOT_DESIGNATED: Rule =
    rule("not_designated", |ctx| ensure(!ctx.case.has("designated"), "designated_not_returned"));

fn dispatches(ctx: &Ctx<'_>) -> i64 {
    count(ctx.facts.times("dispatch") + ctx.facts.times("redispatch"))
}

/// After so many dispatches a return goes up to the city's desk.
pub fn goes_up(ctx: &Ctx<'_>) -> Option<&'static str> {
    reaches(ctx, dispatches(ctx), "dispatches_max").then_some("raise")
}

/// Handed round so many units, this one too.
fn handed_round(ctx: &Ctx<'_>) -> Option<&'static str> {
    (reaches(ctx, dispatches(ctx) + 1, "units_supervised") && level(ctx) < 2).then_some("supervise_2")
}

// T10: extension

const EXTENSION: &[Field] = &[
    must("cause", K::Choice(&["weather", "material", "together", "season", "asker"])),
    must("days", K::Number(1, 60)),
    must("reason", K::Text(500)),
];

pub const ASK_EXTENSION: Step = Step {
    name: "ask_extension",
    code: "T10a",
    from: &["working"],
    by: LEAD,
    form: EXTENSION,
    guards: &[EXTENDS_AT_ALL, NO_URGENT_EXTENSION, EXTENDS_ONCE, BEFORE_DUE],
    checks: &[EXTENSION_FITS],
    notices: &[tell(Recipient::Above, "extension_asked")],
    part: Some(Part::Handler),
    marks: &["extension_asked"],
    ..Step::DEFAULT
};

pub const GRANT_EXTENSION: Step = Step {
    name: "grant_extension",
    code: "T10b",
    from: &["working"],
    by: &[Over(Auditor)],
    form: &[must("days", K::Number(1, 60)), may("opinion", K::Text(300))],
    guards: &[EXTENSION_ASKED, BEFORE_DUE],
    checks: &[AS_ASKED],
    clocks: &[Extend("finish", "days")],
    notices: &[tell(Recipient::Lead, "extension_granted"), tell(Recipient::Asker, "extended")],
    separate_from: APART,
    marks: &["extended"],
    drops: &["extension_asked"],
    ..Step::DEFAULT
};

pub const REFUSE_EXTENSION: Step = Step {
    name: "refuse_extension",
    code: "T10c",
    from: &["working"],
    by: &[Over(Auditor)],
    form: REASON,
    guards: &[EXTENSION_ASKED],
    notices: &[tell(Recipient::Lead, "extension_refused")],
    separate_from: APART,
    drops: &["extension_asked"],
    ..Step::DEFAULT
};

pub const LAPSE_EXTENSION: Step = Step {
    name: "lapse_extension",
    code: "T10d",
    from: &["working"],
    by: &[System],
    guards: &[EXTENSION_ASKED, AFTER_DUE],
    notices: &[tell(Recipient::Lead, "extension_lapsed")],
    drops: &["extension_asked"],
    ..Step::DEFAULT
};

/// When the finish clock is due, while it runs.
fn finish_due(ctx: &Ctx<'_>) -> Option<At> {
    let clock = ctx.case.clocks.get("finish").filter(|clock| clock.is_running())?;
    Some(clock.due(ctx.calendar, &ctx.profile.working_time, ctx.now).at)
}

const EXTENDS_AT_ALL: Rule =
    rule("extends_at_all", |ctx| ensure(ctx.profile.number("extend_wd") > 0, "not_in_profile"));

const NO_URGENT_EXTENSION: Rule = rule("no_urgent_extension", |ctx| {
    ensure(ctx.case.level.as_deref() != Some("urgent"), "urgent_not_extended")
});

const EXTENDS_ONCE: Rule = rule("extends_once", |ctx| {
    ensure(ctx.facts.times_in("ask_extension", ctx.case.round) == 0, "extended_before")
});

const BEFORE_DUE: Rule = rule("before_due", |ctx| in_time(ctx, finish_due(ctx), "extension_too_late"));

const AFTER_DUE: Rule =
    rule("after_due", |ctx| ensure(finish_due(ctx).is_some_and(|due| due <= ctx.now), "not_yet"));

const EXTENSION_ASKED: Rule =
    rule("extension_asked", |ctx| ensure(ctx.case.has("extension_asked"), "nothing_asked"));

const EXTENSION_FITS: Rule = rule("extension_fits", |ctx| {
    let (days, max) = (ctx.input.number("days"), ctx.profile.number("extend_wd"));
    if days > max {
        return Err(Refusal::new("extension_too_long").with("max", max));
    }
    let within = ctx.profile.number("extend_within_d");
    let Some(mut clock) = ctx.case.clocks.get("finish").filter(|_| within > 0).cloned() else {
        return Ok(());
    };
    let latest = clock.started.day().plus(within);
    let extended = clock.extend(days).is_ok()
        && clock.due(ctx.calendar, &ctx.profile.working_time, ctx.now).last_day() > latest;
    if extended { Err(Refusal::new("extension_too_far").with("until", latest)) } else { Ok(()) }
});

/// At most as many days as were asked for.
const AS_ASKED: Rule = rule("as_asked", |ctx| {
    let asked = ctx.facts.last("ask_extension").map_or(0, |done| done.input.number("days"));
    let more = ctx.input.number("days") > asked;
    if more { Err(Refusal::new("extension_too_long").with("max", asked)) } else { Ok(()) }
});

// T11, T20: hold

const HOLD: &[Field] = &[
    must("hold_ground", K::Choice(&["law", "plan", "funds", "construction", "legacy"])),
    must("owner", K::Person),
    must("hold_plan", K::Text(1000)),
    must("m1", K::Day),
    must("w1", K::Line(60)),
    may("m2", K::Day),
    may("w2", K::Line(60)),
    may("m3", K::Day),
    may("w3", K::Line(60)),
    may("m4", K::Day),
    may("w4", K::Line(60)),
];

pub const ASK_HOLD: Step = Step {
    name: "ask_hold",
    code: "T11a",
    from: &["working"],
    by: &[Who::Lead(Leader)],
    form: HOLD,
    guards: &[HOLDS_AT_ALL, super::guards::CONTACTED, NOT_MISSED, HOLD_NOT_ASKED],
    checks: &[MILESTONES_FIT],
    notices: &[tell(Recipient::Street, "hold_asked")],
    part: Some(Part::Handler),
    marks: &["hold_asked"],
    ..Step::DEFAULT
};

pub const GRANT_HOLD: Step = Step {
    name: "grant_hold",
    code: "T11b",
    from: &["working"],
    to: To::State("held"),
    by: OVER,
    form: &[may("opinion", K::Text(300))],
    guards: &[HOLD_ASKED, STREET_OR_CITY, MILESTONE_AHEAD],
    clocks: &[Pause("finish"), StartUntil("milestone"), Start("review")],
    notices: &[tell(Recipient::Lead, "hold_granted"), tell(Recipient::Asker, "held")],
    separate_from: APART,
    drops: &["hold_asked", "extension_asked"],
    until: Some(first_milestone),
    ..Step::DEFAULT
};

pub const REFUSE_HOLD: Step = Step {
    name: "refuse_hold",
    code: "T11c",
    from: &["working"],
    by: OVER,
    form: REASON,
    guards: &[HOLD_ASKED, STREET_OR_CITY],
    notices: &[tell(Recipient::Lead, "hold_refused")],
    separate_from: APART,
    drops: &["hold_asked"],
    ..Step::DEFAULT
};

pub const REACH_MILESTONE: Step = Step {
    name: "reach_milestone",
    code: "T11d",
    from: &["held"],
    by: LEAD,
    form: &[must("words", K::Text(1000)), may("pictures", K::Pictures(4))],
    guards: &[MILESTONE_IN_TIME],
    clocks: &[StartUntil("milestone")],
    notices: &[tell(Recipient::Street, "milestone_reached"), tell(Recipient::Asker, "step_done")],
    part: Some(Part::Handler),
    until: Some(milestone_after),
    then: Some(|ctx| milestone_after(ctx).is_none().then_some("finish_hold")),
    ..Step::DEFAULT
};

pub const REVIEW_HOLD: Step = Step {
    name: "review_hold",
    code: "T11e",
    from: &["held"],
    by: OVER,
    form: &[must("findings", K::Text(500))],
    guards: &[STREET_OR_CITY],
    clocks: &[Start("review")],
    notices: &[tell(Recipient::Lead, "hold_reviewed")],
    separate_from: APART,
    ..Step::DEFAULT
};

const BACK: &[linli_procedure::ClockOp] = &[Stop("milestone"), Stop("review"), Resume("finish")];

pub const FINISH_HOLD: Step = Step {
    name: "finish_hold",
    code: "T20a",
    from: &["held"],
    to: To::State("working"),
    by: &[System],
    clocks: BACK,
    notices: &[tell(Recipient::Lead, "hold_done"), tell(Recipient::Asker, "hold_over")],
    ..Step::DEFAULT
};

pub const MISS_MILESTONE: Step = Step {
    name: "miss_milestone",
    code: "T20b",
    from: &["held"],
    to: To::State("working"),
    by: &[System],
    guards: &[MILESTONE_OVER],
    clocks: BACK,
    notices: &[
        tell(Recipient::Lead, "milestone_missed"),
        tell(Recipient::Street, "milestone_missed"),
        tell(Recipient::Asker, "hold_over"),
    ],
    marks: &["milestone_missed"],
    ..Step::DEFAULT
};

pub const END_HOLD: Step = Step {
    name: "end_hold",
    code: "T20c",
    from: &["held"],
    to: To::State("working"),
    by: OVER,
    form: REASON,
    guards: &[STREET_OR_CITY],
    clocks: BACK,
    notices: &[tell(Recipient::Lead, "hold_ended"), tell(Recipient::Asker, "hold_over")],
    separate_from: APART,
    ..Step::DEFAULT
};

const HOLDS_AT_ALL: Rule =
    rule("holds_at_all", |ctx| ensure(ctx.profile.number("hold_months") > 0, "not_in_profile"));

const NOT_MISSED: Rule =
    rule("not_missed", |ctx| ensure(!ctx.case.has("milestone_missed"), "milestone_missed_before"));

const HOLD_NOT_ASKED: Rule =
    rule("hold_not_asked", |ctx| ensure(!ctx.case.has("hold_asked"), "hold_asked_before"));

const HOLD_ASKED: Rule = rule("hold_asked", |ctx| ensure(ctx.case.has("hold_asked"), "nothing_asked"));

/// Whoever approves sits in the street's or the city's line.
const STREET_OR_CITY: Rule = rule("street_or_city", |ctx| {
    let tier = ctx.actor.hat().and_then(|hat| hat.area).map(|(tier, _)| tier);
    ensure(matches!(tier, Some(Tier::Street | Tier::City)), "street_or_city")
});

/// The first date lies ahead still when the hold is granted.
const MILESTONE_AHEAD: Rule = rule("milestone_ahead", |ctx| {
    ensure(first_milestone(ctx).is_some_and(|day| day > ctx.now.day()), "milestone_past")
});

fn milestone_due(ctx: &Ctx<'_>) -> Option<At> {
    let clock = ctx.case.clocks.get("milestone").filter(|clock| clock.is_running())?;
    Some(clock.due(ctx.calendar, &ctx.profile.working_time, ctx.now).at)
}

const MILESTONE_IN_TIME: Rule =
    rule("milestone_in_time", |ctx| in_time(ctx, milestone_due(ctx), "milestone_too_late"));

const MILESTONE_OVER: Rule =
    rule("milestone_over", |ctx| ensure(milestone_due(ctx).is_some_and(|due| due <= ctx.now), "not_yet"));

fn first_milestone(ctx: &Ctx<'_>) -> Option<Day> {
    milestones(ctx.facts).first().map(|milestone| milestone.day)
}

/// The one after the next: what follows when the next has been reached.
fn milestone_after(ctx: &Ctx<'_>) -> Option<Day> {
    milestones(ctx.facts).iter().filter(|one| one.reached.is_none()).nth(1).map(|one| one.day)
}

/// Dates in order, ahead, each with its words, the last within the months of the profile.
const MILESTONES_FIT: Rule = rule("milestones_fit", |ctx| {
    let mut last = ctx.now.day();
    let mut gap = false;
    for (day, words) in MILESTONES {
        match (ctx.input.day(day), ctx.input.text(words).is_empty()) {
            (None, true) => gap = true,
            (Some(day), false) if !gap && day > last => last = day,
            (Some(_), false) => return Err(Refusal::new("milestones_order")),
            _ => return Err(Refusal::new("milestone_words")),
        }
    }
    let latest = months_after(ctx.now.day(), ctx.profile.number("hold_months"));
    if last > latest { Err(Refusal::new("hold_too_long").with("until", latest)) } else { Ok(()) }
});

/// The same date so many months later, or the last of that month.
fn months_after(day: Day, months: i64) -> Day {
    let (year, month, date) = day.ymd();
    let all = year * 12 + month - 1 + months;
    let on = |date| Day::from_ymd(all.div_euclid(12), all.rem_euclid(12) + 1, date);
    (1..=date).rev().find_map(on).unwrap_or(day)
}

// T15: the later rounds; T17: supervision

pub const PROBLEM: Step = Step {
    name: "problem",
    code: "T15c",
    from: &["working"],
    by: &[System],
    notices: &[
        tell(Recipient::Top, "problem"),
        tell(Recipient::Street, "problem"),
        tell(Recipient::Lead, "problem"),
    ],
    marks: &["problem", "supervised", "supervised_3"],
    drops: SUPERVISION,
    ..Step::DEFAULT
};

pub const SUPERVISE: Step = Step {
    name: "supervise",
    code: "T17a",
    from: OPEN,
    by: OVER,
    form: &[
        field(
            "supervision",
            K::Choice(&["supervised_1", "supervised_2", "supervised_3"]),
            Need::Must,
            Sets::Mark,
        ),
        must("supervise_ground", K::Choice(&["overdue", "repeat", "media", "deputy", "safety", "other"])),
        must("reason", K::Text(500)),
    ],
    guards: &[STREET_OR_CITY],
    checks: &[LEVEL_RISES],
    notices: TOLD,
    separate_from: APART,
    marks: &["supervised"],
    drops: SUPERVISION,
    ..Step::DEFAULT
};

pub const SUPERVISE_1: Step =
    by_rule("supervise_1", "T17b", &["supervised", "supervised_1"], &[UNSUPERVISED_1]);
pub const SUPERVISE_2: Step =
    by_rule("supervise_2", "T17c", &["supervised", "supervised_2"], &[UNSUPERVISED_2]);

const TOLD: &[Notice] = &[tell(Recipient::Lead, "supervised"), tell(Recipient::Street, "supervised_street")];

const fn by_rule(
    name: &'static str,
    code: &'static str,
    marks: &'static [&'static str],
    guards: &'static [Rule],
) -> Step {
    Step {
        name,
        code,
        from: OPEN,
        by: &[System],
        guards,
        notices: TOLD,
        marks,
        drops: SUPERVISION,
        ..Step::DEFAULT
    }
}

pub const LIFT: Step = Step {
    name: "lift",
    code: "T17d",
    from: OPEN,
    by: OVER,
    form: REASON,
    guards: &[SUPERVISED, STREET_OR_CITY],
    notices: &[tell(Recipient::Lead, "lifted")],
    separate_from: APART,
    drops: SUPERVISION,
    ..Step::DEFAULT
};

/// 0 where nobody supervises.
fn level(ctx: &Ctx<'_>) -> u8 {
    let has = |mark: &str| ctx.case.has(mark);
    if has("supervised_3") {
        3
    } else if has("supervised_2") {
        2
    } else {
        u8::from(has("supervised_1"))
    }
}

const SUPERVISED: Rule = rule("supervised", |ctx| ensure(level(ctx) > 0, "not_supervised"));

const LEVEL_RISES: Rule = rule("level_rises", |ctx| {
    let wanted = match ctx.input.text("supervision") {
        "supervised_3" => 3,
        "supervised_2" => 2,
        _ => 1,
    };
    let city = ctx.actor.hat().and_then(|hat| hat.area).is_some_and(|(tier, _)| tier == Tier::City);
    ensure(wanted < 3 || city, "level_of_city")?;
    ensure(wanted > level(ctx), "supervised_already")
});

/// A rule raises the level once a round; whoever lifts it has the last word.
fn unsupervised(ctx: &Ctx<'_>, to: u8, step: &'static str) -> Verdict {
    ensure(level(ctx) < to && ctx.facts.times_in(step, ctx.case.round) == 0, "supervised_already")
}

const UNSUPERVISED_1: Rule = rule("unsupervised_1", |ctx| unsupervised(ctx, 1, "supervise_1"));
const UNSUPERVISED_2: Rule = rule("unsupervised_2", |ctx| unsupervised(ctx, 2, "supervise_2"));

/// After the second unsolved round the street supervises, after the third it is a problem order of the city's.
pub fn round_supervised(ctx: &Ctx<'_>) -> Option<&'static str> {
    let unsolved = count(ctx.facts.times("redo")) + 1;
    if reaches(ctx, unsolved, "redo_problem") {
        return Some("problem");
    }
    (reaches(ctx, unsolved, "redo_supervised") && level(ctx) < 2).then_some("supervise_2")
}

/// Said so many times about the same place and category.
pub fn said_again(ctx: &Ctx<'_>) -> Option<&'static str> {
    let opens = !ctx.input.is("kind", "praise");
    let again = reaches(ctx, ctx.outside.repeats + 1, "repeat_count");
    (opens && again && unsupervised(ctx, 2, "supervise_2").is_ok()).then_some("supervise_2")
}

fn count(times: usize) -> i64 {
    i64::try_from(times).unwrap_or(i64::MAX)
}

/// Whether a count reaches a number of the profile that is not off.
fn reaches(ctx: &Ctx<'_>, count: i64, number: &str) -> bool {
    let limit = ctx.profile.number(number);
    limit > 0 && count >= limit
}
