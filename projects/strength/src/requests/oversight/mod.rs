//! The steps above the everyday ones: designating after two dispatches (T8), extending (T10), holding with milestones
//! (T11, T20), the later rounds (T15) and supervising (T17). Each with its form and its rules. A rule that needs a
//! number is off where the case's profile does not say it.

mod extension;
mod hold;
mod supervision;

pub use extension::{ASK_EXTENSION, GRANT_EXTENSION, LAPSE_EXTENSION, REFUSE_EXTENSION};
pub use hold::{
    ASK_HOLD, END_HOLD, FINISH_HOLD, GRANT_HOLD, MISS_MILESTONE, REACH_MILESTONE, REFUSE_HOLD, REVIEW_HOLD,
};
pub use supervision::{
    LIFT, PROBLEM, SUPERVISE, SUPERVISE_1, SUPERVISE_2, SUPERVISION, round_supervised, said_again,
};

use super::{
    forms::DISPATCH,
    guards::{ensure, rule},
};
use linli_authz::{
    Role::{Auditor, Clerk, Leader, Worker},
    Tier,
};
use linli_procedure::{
    ClockOp::{Start, Stop},
    Ctx, Holder, Notice, Part, Recipient, Rule, Step, To,
    Who::{self, Over, System},
};
use supervision::level;

const LEAD: &[Who] = &[Who::Lead(Worker), Who::Lead(Leader)];
const OVER: &[Who] = &[Over(Leader), Over(Auditor)];
const APART: &[Part] = &[Part::Handler, Part::Asker];

/// Whoever approves sits in the street's or the city's line.
const STREET_OR_CITY: Rule = rule("street_or_city", |ctx| {
    let tier = ctx.actor.hat().and_then(|hat| hat.area).map(|(tier, _)| tier);
    ensure(matches!(tier, Some(Tier::Street | Tier::City)), "street_or_city")
});

const fn tell(to: Recipient, key: &'static str) -> Notice {
    Notice { to, key }
}

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

fn count(times: usize) -> i64 {
    i64::try_from(times).unwrap_or(i64::MAX)
}

/// Whether a count reaches a number of the profile that is not off.
fn reaches(ctx: &Ctx<'_>, count: i64, number: &str) -> bool {
    let limit = ctx.profile.number(number);
    limit > 0 && count >= limit
}
