//! T11 and T20: holding with milestones 挂账.

use super::{APART, LEAD, OVER, STREET_OR_CITY, tell};
use crate::requests::{
    forms::{REASON, may, must},
    guards::{ensure, in_time, rule},
};
use linli_authz::Role::Leader;
use linli_base::{At, Day, Refusal};
use linli_casework::{MILESTONES, milestones};
use linli_procedure::{
    ClockOp::{Pause, Resume, Start, StartUntil, Stop},
    Ctx, Field, FieldKind as K, Part, Recipient, Rule, Step, To,
    Who::{self, System},
};

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
    guards: &[HOLDS_AT_ALL, crate::requests::guards::CONTACTED, NOT_MISSED, HOLD_NOT_ASKED],
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
