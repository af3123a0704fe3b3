use super::reply;
use linli_base::{At, Refusal};
use linli_calendar::Term;
use linli_procedure::{Ctx, Done, Rule, Val};

pub(super) type Verdict = Result<(), Refusal>;

pub(super) const fn rule(name: &'static str, check: fn(&Ctx<'_>) -> Verdict) -> Rule {
    Rule { name, check }
}

pub(super) fn ensure(holds: bool, code: &'static str) -> Verdict {
    if holds { Ok(()) } else { Err(Refusal::new(code)) }
}

/// The end of a number of working days of the profile after an instant.
fn working_days_after(ctx: &Ctx<'_>, from: At, number: &str) -> At {
    let term = Term::WorkingDays(ctx.profile.number(number));
    ctx.calendar.due(from, &term, &ctx.profile.working_time).at
}

fn days_after(ctx: &Ctx<'_>, from: At, number: &str) -> At {
    from.day().plus(ctx.profile.number(number)).end()
}

fn last_at(ctx: &Ctx<'_>, step: &str) -> Option<At> {
    ctx.facts.last(step).map(|done| done.at)
}

/// Refuses with the last moment at which it could have been done.
pub(super) fn in_time(ctx: &Ctx<'_>, until: Option<At>, code: &'static str) -> Verdict {
    match until {
        Some(until) if ctx.now < until => Ok(()),
        Some(until) => Err(Refusal::new(code).with("until", until.plus_ms(-1).day())),
        None => Err(Refusal::new(code).with("until", "")),
    }
}

pub const PLACED: Rule = rule("placed", |ctx| {
    let named = ctx.outside.area.is_some_and(|(areas, _)| areas.community.is_some());
    ensure(named || ctx.case.areas.grid.is_some() || ctx.case.areas.community.is_some(), "no_place")
});

pub fn praise_is_closed(ctx: &Ctx<'_>) -> &'static str {
    if ctx.input.is("kind", "praise") { "closed" } else { "dispatching" }
}

pub const REACHABLE: Rule = rule("reachable", |ctx| ensure(ctx.case.reachable, "no_phone_left"));

pub const NOT_CONTACTED: Rule =
    rule("not_contacted", |ctx| ensure(!ctx.case.has("contacted"), "already_contacted"));

pub const CONTACTED: Rule = rule("contacted", |ctx| ensure(ctx.case.has("contacted"), "contact_first"));

pub const WAY_FITS: Rule =
    rule("way_fits", |ctx| ensure(ctx.case.reachable || ctx.input.is("way", "public_note"), "no_phone_left"));

pub const NOT_LATER_THAN_NOW: Rule = rule("not_later_than_now", |ctx| match ctx.input.0.get("happened") {
    Some(Val::Moment(at)) => ensure(*at <= ctx.now.0, "in_the_future"),
    _ => Ok(()),
});

/// A failed try counts only when at least `try_gap_h` hours lie between it and the one before.
pub const TRIES_APART: Rule = rule("tries_apart", |ctx| {
    let earlier = ctx.facts.of("try_contact").rfind(|done| done.round == ctx.case.round);
    let Some(earlier) = earlier else { return Ok(()) };
    let again = earlier.at.plus_hours(ctx.profile.number("try_gap_h"));
    if ctx.now < again { Err(Refusal::new("try_later").with("at", again)) } else { Ok(()) }
});

pub fn third_try_counts(ctx: &Ctx<'_>) -> Option<&'static str> {
    (ctx.facts.times_in("try_contact", ctx.case.round) >= 2).then_some("count_contact")
}

/// The reply gate: every finding must be mended, or passed over with a reason.
pub const REPLY_GATE: Rule = rule("reply_gate", |ctx| {
    if !ctx.input.text("override").is_empty() {
        return Ok(());
    }
    let findings =
        reply::check(ctx.input.text("reply"), &ctx.outside.matter, ctx.outside.copied_from.is_some());
    if findings.is_empty() {
        return Ok(());
    }
    let codes: Vec<&str> = findings.iter().map(|finding| finding.code()).collect();
    Err(Refusal::new("reply_gate").with("findings", codes.join(" ")))
});

/// `partly` closes too: it counts one half, and the asker may reopen.
fn excused_or_solved(ctx: &Ctx<'_>) -> bool {
    !ctx.input.is("solved", "no") || ctx.case.has("untrue") || ctx.case.has("beyond")
}

pub fn closed_when_solved(ctx: &Ctx<'_>) -> &'static str {
    if excused_or_solved(ctx) { "closed" } else { "calling" }
}

pub fn redo_when_unsolved(ctx: &Ctx<'_>) -> Option<&'static str> {
    if excused_or_solved(ctx) {
        return None;
    }
    Some(if ctx.case.lead.is_some() { "redo" } else { "redo_new" })
}

/// Three failed calls on at least two different days.
pub fn third_call_closes(ctx: &Ctx<'_>) -> Option<&'static str> {
    let mut days: Vec<_> = ctx
        .facts
        .of("try_call")
        .filter(|done| done.round == ctx.case.round)
        .map(|done| done.at.day())
        .chain([ctx.now.day()])
        .collect();
    let tries = days.len();
    days.dedup();
    (tries >= 3 && days.len() >= 2).then_some("close_unreached")
}

pub const NOBODY_TO_CALL: Rule =
    rule("nobody_to_call", |ctx| ensure(!ctx.case.reachable || ctx.case.has("imported"), "to_be_called"));

pub const RATING_LAPSED: Rule = rule("rating_lapsed", |ctx| {
    let imported = || ctx.facts.last("import_answered").map(|done| done.recorded);
    let since = last_at(ctx, "pass").or_else(imported);
    ensure(since.is_some_and(|at| ctx.now >= days_after(ctx, at, "rating_days")), "still_to_rate")
});

pub const HAS_LEAD: Rule = rule("has_lead", |ctx| ensure(ctx.case.lead.is_some(), "no_lead"));
pub const HAS_NO_LEAD: Rule = rule("has_no_lead", |ctx| ensure(ctx.case.lead.is_none(), "has_lead"));

fn closed_at(ctx: &Ctx<'_>) -> Option<At> {
    ctx.facts.0.iter().rev().find(|done| done.to == "closed" && done.from != "closed").map(|done| done.at)
}

pub const LONG_CLOSED: Rule = rule("long_closed", |ctx| {
    ensure(closed_at(ctx).is_some_and(|at| ctx.now >= days_after(ctx, at, "archive_days")), "not_yet")
});

pub const REOPENS_ONCE: Rule = rule("reopens_once", |ctx| {
    ensure(ctx.facts.times("reopen") + ctx.facts.times("reopen_new") == 0, "reopened_before")
});

pub const REOPENS_IN_TIME: Rule = rule("reopens_in_time", |ctx| {
    in_time(ctx, closed_at(ctx).map(|at| days_after(ctx, at, "reopen_days")), "reopen_too_late")
});

fn dispatched(ctx: &Ctx<'_>) -> Option<At> {
    last_at(ctx, "redispatch").max(last_at(ctx, "dispatch"))
}

pub const FIRST_ROUND: Rule = rule("first_round", |ctx| ensure(ctx.case.round == 1, "return_after_answer"));

pub const NOT_URGENT: Rule =
    rule("not_urgent", |ctx| ensure(ctx.case.level.as_deref() != Some("urgent"), "urgent_not_returned"));

pub const RETURNS_ONCE: Rule = rule("returns_once", |ctx| {
    let by_this_unit = |done: &Done| done.org.is_some() && done.org == ctx.case.lead;
    ensure(!ctx.facts.of("return").any(by_this_unit), "returned_before")
});

pub const RETURNS_IN_TIME: Rule = rule("returns_in_time", |ctx| {
    let until = |at: At| match ctx.profile.number("return_h") {
        0 => working_days_after(ctx, at, "return_wd"),
        hours => at.plus_hours(hours),
    };
    in_time(ctx, dispatched(ctx).map(until), "return_too_late")
});

pub const ANOTHER_UNIT: Rule = rule("another_unit", |ctx| {
    ensure(ctx.input.orgs("lead").first().copied() != ctx.case.lead, "same_unit_again")
});

pub const APPEALS_ONCE: Rule =
    rule("appeals_once", |ctx| ensure(ctx.facts.times("appeal") == 0, "appealed_before"));

pub const APPEALS_IN_TIME: Rule = rule("appeals_in_time", |ctx| {
    in_time(ctx, last_at(ctx, "refuse").map(|at| working_days_after(ctx, at, "appeal_wd")), "appeal_too_late")
});

pub const SUPPLEMENT_LAPSED: Rule = rule("supplement_lapsed", |ctx| {
    let asked = last_at(ctx, "ask_more").max(last_at(ctx, "ask_more_working"));
    ensure(asked.is_some_and(|at| ctx.now >= working_days_after(ctx, at, "supplement_wd")), "not_yet")
});

pub const HELPER_IS_NOT_LEAD: Rule = rule("helper_is_not_lead", |ctx| {
    ensure(!ctx.input.orgs("helpers").iter().any(|org| Some(*org) == ctx.case.lead), "helper_is_lead")
});

pub const HAS_HELPERS: Rule = rule("has_helpers", |ctx| ensure(!ctx.case.helpers.is_empty(), "no_helpers"));

pub const SOMETHING_CHANGES: Rule = rule("something_changes", |ctx| {
    let case = ctx.case;
    let differs = |field: &str, now: &Option<String>| {
        !ctx.input.text(field).is_empty() && now.as_deref() != Some(ctx.input.text(field))
    };
    let moved = ctx.outside.area.is_some_and(|(areas, _)| areas != case.areas);
    let any = moved
        || differs("kind", &case.kind)
        || differs("category", &case.category)
        || differs("level", &case.level);
    ensure(any, "nothing_changes")
});

pub const NOT_EXCLUDED: Rule = rule("not_excluded", |ctx| {
    ensure(!ctx.case.has("excluded") && !ctx.case.has("exclusion_proposed"), "exclusion_known")
});

pub const EXCLUSION_PROPOSED: Rule =
    rule("exclusion_proposed", |ctx| ensure(ctx.case.has("exclusion_proposed"), "nothing_proposed"));

pub const EXCLUDED: Rule = rule("excluded", |ctx| ensure(ctx.case.has("excluded"), "not_excluded"));

pub const NOT_THE_PROPOSER: Rule = rule("not_the_proposer", |ctx| {
    let proposer = ctx.facts.last("propose_exclusion").and_then(|done| done.person);
    ensure(proposer.is_none() || proposer != ctx.actor.person(), "proposed_yourself")
});

/// One tier above the lead handler, as for auditing the answer.
pub const ABOVE_THE_LEAD: Rule = rule("above_the_lead", |ctx| {
    let own = ctx.actor.hat().map(|hat| hat.org);
    ensure(ctx.outside.audit.iter().any(|above| Some(above.org) == own), "not_above_the_lead")
});

pub const HELD_BEFORE: Rule = rule("held_before", |ctx| {
    let held = ctx.facts.0.iter().any(|done| done.to == "held");
    ensure(!ctx.input.is("code", "held") || held, "never_held")
});

// cases that are handled together, and parts of a case

pub const NOTHING_MERGED: Rule =
    rule("nothing_merged", |ctx| ensure(ctx.outside.links.merged == 0, "has_merged"));

/// A part has no asker and no parts of its own.
pub const NOT_A_PART: Rule = rule("not_a_part", |ctx| ensure(ctx.case.parent.is_none(), "is_a_part"));
pub const IS_A_PART: Rule = rule("is_a_part", |ctx| ensure(ctx.case.parent.is_some(), "is_no_part"));

pub const PARTS_DONE: Rule = rule("parts_done", |ctx| match ctx.outside.links.open_children {
    0 => Ok(()),
    open => Err(Refusal::new("parts_open").with("count", open)),
});

pub const ROOM_FOR_PARTS: Rule = rule("room_for_parts", |ctx| {
    let most = ctx.profile.number("child_cases");
    let full = ctx.outside.links.children >= most;
    if full { Err(Refusal::new("parts_full").with("max", most)) } else { Ok(()) }
});

/// T4: the master is another case, accepted and not yet answered for good, itself neither merged nor a part, of the
/// same category and community, said at most `merge_days` before or after.
pub const SAME_MATTER: Rule = rule("same_matter", |ctx| {
    let (Some((this, said_at)), Some(other)) = (ctx.outside.links.this, &ctx.outside.links.other) else {
        return Err(Refusal::new("master_missing"));
    };
    let (case, master) = (ctx.case, &other.case);
    ensure(other.id != this, "merge_itself")?;
    ensure(other.procedure == ctx.procedure.name && master.parent.is_none(), "master_unfit")?;
    ensure(super::procedure::MASTERS.contains(&master.state.as_str()), "master_over")?;
    ensure(master.category.is_some(), "master_not_accepted")?;
    ensure(case.category.is_none() || case.category == master.category, "other_category")?;
    let place = case.areas.community;
    ensure(place.is_none() || place == master.areas.community, "other_place")?;
    let days = ctx.profile.number("merge_days");
    if (said_at.0 - other.said_at.0).abs() <= days * 86_400_000 {
        Ok(())
    } else {
        Err(Refusal::new("too_far_apart").with("days", days))
    }
});

pub fn a_part_is_closed(ctx: &Ctx<'_>) -> &'static str {
    if ctx.case.parent.is_some() { "closed" } else { "calling" }
}

// confidential cases

pub const SECRET: Rule = rule("secret", |ctx| ensure(ctx.case.confidential, "not_confidential"));
pub const NOT_SECRET: Rule = rule("not_secret", |ctx| ensure(!ctx.case.confidential, "confidential_already"));

/// On a confidential case the desk contacts the asker, on any other the handler.
pub const WHO_CONTACTS: Rule = rule("who_contacts", |ctx| {
    let handles = ctx.actor.hat().is_some_and(|hat| Some(hat.org) == ctx.case.lead);
    if ctx.case.confidential {
        let clerk =
            ctx.actor.is(linli_authz::Role::Clerk) && linli_procedure::knows_asker(ctx.actor, ctx.case);
        ensure(clerk, "desk_contacts")
    } else {
        ensure(handles, "handler_contacts")
    }
});

/// The handler of a confidential case reads what the desk released: it must have released something.
pub const RELEASED: Rule = rule("released", |ctx| {
    ensure(!ctx.case.confidential || !ctx.input.text("handler_words").is_empty(), "words_for_handler")
});

pub const RELEASES: Rule =
    rule("releases", |ctx| ensure(!ctx.input.text("handler_words").is_empty(), "words_for_handler"));

/// A part has nobody to contact; on a confidential case the desk is told that it must.
pub fn after_sign(ctx: &Ctx<'_>) -> Option<&'static str> {
    if ctx.case.parent.is_some() { Some("count_contact") } else { contact_by_desk(ctx) }
}

pub fn contact_by_desk(ctx: &Ctx<'_>) -> Option<&'static str> {
    ctx.case.confidential.then_some("contact_wanted")
}
