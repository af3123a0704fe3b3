use crate::clock::{ensure, ran_out, rule};
use linli_base::Day;
use linli_calendar::Term;
use linli_procedure::{Ctx, Rule, Val};

/// A time that is agreed lies ahead.
pub const AHEAD: Rule = rule("ahead", |ctx| match ctx.input.0.get("when") {
    Some(Val::Moment(at)) => ensure(*at > ctx.now.0, "in_the_past"),
    _ => Ok(()),
});

/// Who tells a code must tell the right one; nobody has to.
pub const DOOR: Rule = rule("door", |ctx| {
    let told = ctx.input.text("door");
    ensure(told.is_empty() || told == ctx.outside.door_code, "wrong_door")
});

/// A day to ask again lies ahead, within two months.
pub const LATER: Rule = rule("later", |ctx| match ctx.input.day("again") {
    Some(day) => ensure(day > ctx.now.day() && day <= ctx.now.day().plus(60), "not_later"),
    None => Ok(()),
});

/// The time that was agreed is less than a day ahead, and nobody has been reminded of it.
pub const SOON: Rule = rule("soon", |ctx| {
    let said = |step: &str| ctx.facts.last(step).map(|done| done.recorded);
    let agreed = said("take_on").max(said("come")).max(said("rearrange"));
    let visit = ctx.case.clocks.get("visit").and_then(|clock| match clock.term {
        Term::Until(at) => Some(at),
        _ => None,
    });
    let soon = visit.is_some_and(|at| at > ctx.now && at <= ctx.now.plus_hours(24));
    // who agreed on it within the last hours knows
    let fresh = agreed.is_some_and(|at| ctx.now < at.plus_hours(6));
    ensure(soon && !fresh && said("remind") < agreed, "not_yet")
});

/// The profile's days to rate it are over.
pub const UNRATED: Rule = rule("unrated", |ctx| {
    let until = ctx.facts.last("did").map(|did| did.at.day().plus(ctx.profile.number("order_rating_days")));
    ensure(until.is_some_and(|day| ctx.now.day() > day), "not_yet")
});

/// The clock of those who are asked has run out.
pub const NOBODY_SAID: Rule = rule("nobody_said", |ctx| ran_out(ctx, "take"));

/// Nobody has come in time.
pub const NOBODY_CAME: Rule = rule("nobody_came", |ctx| ran_out(ctx, "come"));

/// It comes again, and the next one has not been made.
pub const COMES_AGAIN: Rule =
    rule("comes_again", |ctx| ensure(super::forms::SERIES.iter().any(|mark| ctx.case.has(mark)), "not_yet"));

/// The day to ask again has come.
pub const TIME_AGAIN: Rule = rule("time_again", |ctx| ran_out(ctx, "again"));

pub fn again(ctx: &Ctx<'_>) -> Option<Day> {
    ctx.input.day("again")
}
