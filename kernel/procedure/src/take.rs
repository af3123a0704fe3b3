use crate::{
    Assign, Candidates, Case, Changes, ClockOp, Ctx, Holder, Part, Sets, Step, Takers, To, Val, Who,
};
use linli_authz::{Actor, Role};
use linli_base::{At, OrgId, PersonId, Refusal};
use linli_calendar::{ClockState, Term};
use std::collections::BTreeSet;

/// What a step that was allowed does.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The step's name.
    pub step: &'static str,
    /// Where the case was.
    pub from: String,
    /// Where it is now.
    pub to: String,
    /// What changes on it.
    pub changes: Changes,
    /// A system step that follows at once.
    pub then: Option<&'static str>,
}

/// Whether the actor may take the step now, before anything is filled in. Refusals: `not_now` (`state`),
/// `not_yours`, `separated` (`part`), and those of the step's guards.
pub fn may_take(step: &Step, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if !step.from.contains(&ctx.case.state.as_str()) {
        return Err(Refusal::new("not_now").with("state", &ctx.case.state));
    }
    if !step.by.iter().any(|who| is(*who, ctx)) {
        return Err(Refusal::new("not_yours"));
    }
    if let Some(person) = ctx.actor.person() {
        for part in step.separate_from {
            if ctx.facts.people(*part, ctx.procedure, ctx.case).contains(&person) {
                return Err(Refusal::new("separated").with("part", part.name()));
            }
        }
    }
    step.guards.iter().try_for_each(|rule| (rule.check)(ctx))
}

/// The steps that the actor may take now, in the table's order.
pub fn available<'a>(ctx: &'a Ctx<'_>) -> impl Iterator<Item = &'static Step> + 'a {
    ctx.procedure.steps.iter().filter(|step| may_take(step, ctx).is_ok())
}

/// Decides a step. `ctx.input` has been read by [`parse`](crate::parse) with the step's form.
pub fn take(step: &'static Step, ctx: &Ctx<'_>) -> Result<Outcome, Refusal> {
    may_take(step, ctx)?;
    step.checks.iter().try_for_each(|rule| (rule.check)(ctx))?;

    let to = match step.to {
        To::State(state) => state.to_owned(),
        To::Stay => ctx.case.state.clone(),
        To::Back => {
            ctx.case.back.clone().ok_or_else(|| Refusal::new("not_now").with("state", &ctx.case.state))?
        }
        To::OneOf(_, choose) => choose(ctx).to_owned(),
    };
    let mut changes = from_input(step, ctx);
    if to != ctx.case.state {
        changes.state = Some(to.clone());
    }
    if ctx.procedure.state(&to).is_some_and(|state| state.holder == Holder::Asker) {
        changes.back = Assign::To(ctx.case.state.clone());
    } else if matches!(step.to, To::Back) {
        changes.back = Assign::Clear;
    }
    changes.add_marks.extend(step.marks.iter().map(|mark| (*mark).to_owned()));
    let put = |mark: &&&str| !changes.add_marks.contains(**mark);
    let drops: Vec<String> = step.drops.iter().filter(put).map(|mark| (*mark).to_owned()).collect();
    changes.drop_marks.extend(drops);
    changes.confidential = step.secrecy;
    if step.unlinks {
        (changes.master, changes.lead, changes.person) = (Assign::Clear, Assign::Clear, Assign::Clear);
        changes.drop_helpers.extend(&ctx.case.helpers);
        changes.drop_clocks.extend(ctx.case.clocks.keys().cloned());
    }
    match step.takers {
        Takers::Keep => {}
        Takers::TakeOn => {
            changes.add_takers.extend(ctx.case.asked);
            changes.asked = Assign::Clear;
        }
        Takers::Come => match (ctx.actor.hat(), ctx.actor.person()) {
            (Some(hat), _) => changes.lead = Assign::To(hat.org),
            (None, person) => changes.add_takers.extend(person),
        },
        Takers::Leave => {
            let taker = ctx.actor.person().filter(|person| ctx.case.takers.contains(person));
            changes.drop_takers.extend(taker);
            if taker.is_none() {
                (changes.lead, changes.person) = (Assign::Clear, Assign::Clear);
            }
        }
        Takers::Unask => {
            (changes.asked, changes.lead, changes.person) = (Assign::Clear, Assign::Clear, Assign::Clear);
        }
        Takers::LetGo => {
            (changes.asked, changes.lead, changes.person) = (Assign::Clear, Assign::Clear, Assign::Clear);
            changes.drop_takers.extend(&ctx.case.takers);
            changes.drop_helpers.extend(&ctx.case.helpers);
        }
    }
    if step.round_up {
        changes.round = Some(ctx.case.round + 1);
    }
    if let (true, Some(person)) = (step.takes_charge, ctx.actor.person()) {
        changes.person = Assign::To(person);
    }

    let mut after = ctx.case.clone();
    after.apply(&changes);
    changes.holder = hold(step, &to, &after, ctx, &mut changes.add_marks);
    clocks(step, step.clocks, &after, ctx, &mut changes);
    if ctx.procedure.state(&to).is_some_and(|state| !state.open) {
        clocks(step, &[ClockOp::StopAll], &after, ctx, &mut changes);
    }
    Ok(Outcome {
        step: step.name,
        from: ctx.case.state.clone(),
        to,
        changes,
        then: step.then.and_then(|decide| decide(ctx)),
    })
}

impl Part {
    /// Key of the words `part.<name>`.
    pub const fn name(self) -> &'static str {
        match self {
            Part::Asker => "asker",
            Part::Desk => "desk",
            Part::Refuser => "refuser",
            Part::Handler => "handler",
            Part::Auditor => "auditor",
            Part::Caller => "caller",
        }
    }
}

fn is(who: Who, ctx: &Ctx<'_>) -> bool {
    let (actor, case) = (ctx.actor, ctx.case);
    let in_org = |role: Role, org: Option<OrgId>| {
        org.is_some() && actor.is(role) && actor.hat().map(|hat| hat.org) == org
    };
    match who {
        Who::Anyone => true,
        Who::System => matches!(actor, Actor::System(_)),
        Who::Asker => match actor {
            Actor::Asker(_) => true,
            Actor::Person { id, .. } => case.asker == Some(*id),
            Actor::Stranger | Actor::System(_) => false,
        },
        Who::Desk(role) => in_org(role, case.desk) || (actor.is(role) && covers(ctx)),
        Who::Over(role) => {
            actor.is(role) && covers(ctx) && actor.hat().is_none_or(|hat| Some(hat.org) != case.lead)
        }
        Who::Lead(role) => in_org(role, case.lead),
        Who::Helper(role) => actor.is(role) && actor.hat().is_some_and(|hat| case.helpers.contains(&hat.org)),
        Who::Holder(role) => in_org(role, case.holder),
        Who::Asked => actor.person().is_some_and(|person| case.asked == Some(person)),
        Who::Taker => actor.person().is_some_and(|person| case.takers.contains(&person)),
        Who::Comer => actor.person().is_some_and(|person| {
            actor.hat().is_none() && case.asker != Some(person) && !case.takers.contains(&person)
        }),
        Who::ComerFor(role) => actor.is(role) && actor.hat().is_some() && case.lead.is_none(),
    }
}

/// Whether the area of the actor's hat covers the case.
fn covers(ctx: &Ctx<'_>) -> bool {
    let area = ctx.actor.hat().and_then(|hat| hat.area);
    area.is_some_and(|(tier, area)| ctx.case.areas.within(tier, area))
}

fn from_input(step: &Step, ctx: &Ctx<'_>) -> Changes {
    let mut changes = Changes::default();
    for field in step.form {
        let Some(value) = ctx.input.0.get(field.name) else { continue };
        match (field.sets, value) {
            (Sets::Kind, Val::Choice(kind)) => changes.kind = Some(kind.clone()),
            (Sets::Category, Val::Choice(category)) => changes.category = Some(category.clone()),
            (Sets::Level, Val::Choice(level)) => changes.level = Some(level.clone()),
            (Sets::Area, Val::Area(_)) => {
                if let Some((areas, desk)) = ctx.outside.area {
                    changes.areas = Some(areas);
                    changes.desk = desk.map_or(Assign::Keep, Assign::To);
                }
            }
            (Sets::Lead, Val::Orgs(orgs)) => {
                changes.lead = Assign::from(orgs.first().copied());
                changes.person = Assign::Clear;
            }
            (Sets::Helpers, Val::Orgs(orgs)) => changes.add_helpers.extend(orgs),
            (Sets::DropHelper, Val::Orgs(orgs)) => changes.drop_helpers.extend(orgs),
            (Sets::Master, Val::Case(master)) => {
                changes.master = Assign::To(*master);
                join(ctx, &mut changes);
            }
            (Sets::Person, Val::Person(person)) => changes.person = Assign::To(*person),
            (Sets::Asked, Val::Person(person)) => changes.asked = Assign::To(*person),
            (Sets::Mark, Val::Choice(mark)) => {
                changes.add_marks.insert(mark.clone());
            }
            _ => {}
        }
    }
    if let Assign::To(lead) = changes.lead {
        changes.add_helpers.remove(&lead);
        if ctx.case.helpers.contains(&lead) {
            changes.drop_helpers.insert(lead);
        }
    }
    changes
}

/// What a case that joins another takes over, as far as it had none: it is the same matter at the same place.
fn join(ctx: &Ctx<'_>, changes: &mut Changes) {
    let Some(other) = &ctx.outside.links.other else { return };
    let (case, other) = (ctx.case, &other.case);
    let missing = |own: &Option<String>, theirs: &Option<String>| {
        if own.is_none() { theirs.clone() } else { None }
    };
    changes.kind = missing(&case.kind, &other.kind);
    changes.category = missing(&case.category, &other.category);
    changes.level = missing(&case.level, &other.level);
    changes.areas = case.areas.community.is_none().then_some(other.areas);
}

/// Whose turn it is in `state`. Where nobody of the nearest org is free, the turn moves up a tier by itself and the
/// case is marked `moved_up`.
fn hold(
    step: &Step,
    state: &str,
    after: &Case,
    ctx: &Ctx<'_>,
    marks: &mut BTreeSet<String>,
) -> Assign<OrgId> {
    let holder = ctx.procedure.state(state).map_or(Holder::Nobody, |state| state.holder);
    let holder = step.turn.unwrap_or(holder);
    let stays = state == ctx.case.state && ctx.case.holder.is_some() && step.turn.is_none();
    Assign::from(match holder {
        Holder::Nobody | Holder::Asker => None,
        Holder::Desk if stays && after.desk == ctx.case.desk => return Assign::Keep,
        Holder::Desk => after.desk,
        Holder::Top => ctx.outside.top.or(after.desk),
        Holder::Street => {
            ctx.outside.call.first().map(|office| office.org).or(ctx.outside.top).or(after.desk)
        }
        Holder::Lead => after.lead,
        Holder::Auditor | Holder::Caller if stays => return Assign::Keep,
        Holder::Auditor => first_free(&ctx.outside.audit, &[Part::Handler, Part::Asker], after, ctx, marks),
        Holder::Caller => {
            first_free(&ctx.outside.call, &[Part::Handler, Part::Asker, Part::Auditor], after, ctx, marks)
        }
    })
}

fn first_free(
    orgs: &[Candidates],
    apart: &[Part],
    after: &Case,
    ctx: &Ctx<'_>,
    marks: &mut BTreeSet<String>,
) -> Option<OrgId> {
    let mut busy: BTreeSet<PersonId> =
        apart.iter().flat_map(|part| ctx.facts.people(*part, ctx.procedure, ctx.case)).collect();
    busy.extend(ctx.actor.person());
    let free = |org: &&Candidates| {
        Some(org.org) != after.lead && org.people.iter().any(|person| !busy.contains(person))
    };
    let found = orgs.iter().find(free).or_else(|| orgs.last())?;
    if orgs.first().is_some_and(|nearest| nearest.org != found.org) {
        marks.insert("moved_up".to_owned());
    }
    Some(found.org)
}

fn clocks(step: &Step, ops: &[ClockOp], after: &Case, ctx: &Ctx<'_>, changes: &mut Changes) {
    let term = |name: &str| ctx.profile.term(name, after.kind.as_deref(), after.level.as_deref());
    let current =
        |changes: &Changes, name: &str| changes.clocks.get(name).or_else(|| after.clocks.get(name)).cloned();
    for op in ops {
        match *op {
            ClockOp::Start(name) => {
                // a due time that was fixed elsewhere holds while its clock runs
                let set = |clock: &ClockState| clock.is_running() && matches!(clock.term, Term::Until(_));
                if let (false, Some(term)) = (current(changes, name).as_ref().is_some_and(set), term(name)) {
                    changes.clocks.insert(name.to_owned(), ClockState::start(ctx.now, term));
                }
            }
            ClockOp::StartUntil(name) => match step.until.and_then(|until| until(ctx)) {
                Some(day) => {
                    let term = Term::NaturalDays(day.0 - ctx.now.day().0);
                    changes.clocks.insert(name.to_owned(), ClockState::start(ctx.now, term));
                }
                None => turn(changes, name, current(changes, name), |clock| clock.stop(ctx.now)),
            },
            ClockOp::StartAt(name, field) => {
                if let Some(Val::Moment(at)) = ctx.input.0.get(field) {
                    let term = Term::Until(At(*at));
                    changes.clocks.insert(name.to_owned(), ClockState::start(ctx.now, term));
                }
            }
            ClockOp::Extend(name, field) => {
                let days = ctx.input.number(field);
                turn(changes, name, current(changes, name), |clock| clock.extend(days));
            }
            ClockOp::StartOnce(name) => {
                if let (None, Some(term)) = (current(changes, name), term(name)) {
                    changes.clocks.insert(name.to_owned(), ClockState::start(ctx.now, term));
                }
            }
            ClockOp::Stop(name) => turn(changes, name, current(changes, name), |clock| clock.stop(ctx.now)),
            ClockOp::Reopen(name) => turn(changes, name, current(changes, name), ClockState::reopen),
            ClockOp::Pause(name) => turn(changes, name, current(changes, name), |clock| clock.pause(ctx.now)),
            ClockOp::Resume(name) => {
                turn(changes, name, current(changes, name), |clock| clock.resume(ctx.now));
            }
            ClockOp::StopAll => {
                for (name, clock) in &after.clocks {
                    turn(changes, name, Some(clock.clone()), |clock| clock.stop(ctx.now));
                }
            }
            ClockOp::Renew => {
                for (name, clock) in after.clocks.iter().filter(|(_, clock)| clock.stopped.is_none()) {
                    let fixed = matches!(clock.term, Term::Until(_));
                    if let Some(term) = term(name).filter(|term| !fixed && *term != clock.term) {
                        let renewed = ClockState { term, ..clock.clone() };
                        changes.clocks.insert(name.clone(), renewed);
                    }
                }
            }
        }
    }
}

/// Turns a clock where it can be turned: stopping what has stopped, or pausing what does not run, is no fault of the
/// person who takes the step.
fn turn<E>(
    changes: &mut Changes,
    name: &str,
    clock: Option<ClockState>,
    how: impl FnOnce(&mut ClockState) -> Result<(), E>,
) {
    if let Some(mut clock) = clock
        && how(&mut clock).is_ok()
    {
        changes.clocks.insert(name.to_owned(), clock);
    }
}
