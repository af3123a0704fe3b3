//! What the guards of this project's tables share.

use linli_base::Refusal;
use linli_procedure::{Ctx, Rule};

pub(crate) type Verdict = Result<(), Refusal>;

pub(crate) const fn rule(name: &'static str, check: fn(&Ctx<'_>) -> Verdict) -> Rule {
    Rule { name, check }
}

pub(crate) fn ensure(holds: bool, code: &'static str) -> Verdict {
    if holds { Ok(()) } else { Err(Refusal::new(code)) }
}

/// A clock of the case has run out.
pub(crate) fn ran_out(ctx: &Ctx<'_>, clock: &str) -> Verdict {
    let dues = linli_procedure::dues(ctx.case, ctx.procedure, ctx.profile, ctx.calendar, ctx.now);
    ensure(dues.iter().any(|due| due.clock == clock && due.at <= ctx.now), "not_yet")
}
