//! T10: asking for more time.

use super::{APART, LEAD, tell};
use crate::requests::{
    forms::{REASON, may, must},
    guards::{ensure, in_time, rule},
};
use linli_authz::Role::Auditor;
use linli_base::{At, Refusal};
use linli_procedure::{
    ClockOp::Extend,
    Ctx, Field, FieldKind as K, Part, Recipient, Rule, Step,
    Who::{Over, System},
};

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
