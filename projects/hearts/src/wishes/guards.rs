use crate::clock::{ensure, ran_out, rule};
use linli_base::PersonId;
use linli_procedure::{Case, Ctx, Done, Facts, Rule};
use std::collections::BTreeSet;

/// Who holds which part of a wish.
#[derive(Debug, PartialEq, Eq)]
pub struct Held {
    /// How many parts there are.
    pub hands: i64,
    /// Parts that somebody holds, from 1.
    pub parts: BTreeSet<i64>,
    /// Whether somebody holds all that was left.
    pub whole: bool,
}

impl Held {
    /// What a wish's events say of those who have it in hand now.
    pub fn of(case: &Case, facts: &Facts) -> Held {
        let hands = facts.last("publish").map_or(1, |done| done.input.number("hands").max(1));
        let taken = |person: &PersonId| {
            let own = |done: &&Done| {
                ["claim", "take_on"].contains(&done.step.as_str()) && done.person == Some(*person)
            };
            facts.0.iter().rev().find(own).map_or(0, |done| done.input.number("share"))
        };
        let mut parts: BTreeSet<i64> = case.takers.iter().map(taken).collect();
        let whole = parts.remove(&0) || case.lead.is_some();
        Held { hands, parts, whole }
    }

    /// Whether nothing is left to claim.
    pub fn is_full(&self) -> bool {
        self.whole || (1..=self.hands).all(|part| self.parts.contains(&part))
    }

    /// Whether a part can be had: one that nobody holds, or with 0 all that is left.
    pub fn has(&self, share: i64) -> bool {
        !self.is_full() && (share == 0 || (share <= self.hands && !self.parts.contains(&share)))
    }
}

/// The part is there and nobody's.
pub const FREE: Rule =
    rule("free", |ctx| ensure(Held::of(ctx.case, ctx.facts).has(ctx.input.number("share")), "part_taken"));

/// Nobody said in time whether they take it on.
pub const NOBODY_SAID: Rule = rule("nobody_said", |ctx| ran_out(ctx, "take"));

/// Nothing has been heard of it for the profile's days.
pub const SILENT: Rule = rule("silent", |ctx| ran_out(ctx, "fulfil"));

/// Nor after they were asked.
pub const STILL_SILENT: Rule = rule("still_silent", |ctx| ran_out(ctx, "last"));

/// The profile's days to say whether it came true are over.
pub const UNSAID: Rule = rule("unsaid", |ctx| {
    let days = ctx.profile.number("wish_thanks_days");
    let until = ctx.facts.last("fulfil").map(|done| done.at.day().plus(days));
    ensure(until.is_some_and(|day| ctx.now.day() > day), "not_yet")
});

/// Whether it still looks for somebody once the step's share is held.
pub fn after_claim(ctx: &Ctx<'_>) -> &'static str {
    let mut held = Held::of(ctx.case, ctx.facts);
    match ctx.input.number("share") {
        0 => held.whole = true,
        part => drop(held.parts.insert(part)),
    }
    if held.is_full() { "claimed" } else { "sought" }
}

/// Where it waits when nobody has it: shown, or with the desk.
pub fn back(ctx: &Ctx<'_>) -> &'static str {
    if ctx.facts.last("publish").is_some() { "sought" } else { "screening" }
}

/// Whether it came true is the asker's word.
pub fn said(ctx: &Ctx<'_>) -> &'static str {
    if ctx.input.is("came_true", "yes") { "fulfilled" } else { "claimed" }
}

/// Where others have it in hand still, its clock goes on.
pub fn others_stay(ctx: &Ctx<'_>) -> Option<&'static str> {
    let others = ctx.case.takers.iter().any(|taker| Some(*taker) != ctx.actor.person());
    others.then_some("stay")
}
