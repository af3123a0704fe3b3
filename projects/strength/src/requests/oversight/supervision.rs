//! T15, the later rounds, and T17, supervision 督办.

use super::{APART, OVER, STREET_OR_CITY, count, reaches, tell};
use crate::requests::{
    forms::{REASON, field, must},
    guards::{Verdict, ensure, rule},
};
use linli_authz::Tier;
use linli_procedure::{Ctx, FieldKind as K, Need, Notice, Recipient, Rule, Sets, Step, Who::System};

/// Marks of supervision, whatever the level.
pub const SUPERVISION: &[&str] = &["supervised", "supervised_1", "supervised_2", "supervised_3"];
/// Where somebody can be supervised: an open case that does not wait for its asker.
const OPEN: &[&str] =
    &["accepting", "dispatching", "signing", "working", "auditing", "calling", "returned", "held"];

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
pub(super) fn level(ctx: &Ctx<'_>) -> u8 {
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
