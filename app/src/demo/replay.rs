//! Takes stories through the real table without a database, so that a script that could not happen fails a test.

use super::{By, City, ScriptedStep, Story};
use linli_authz::{Actor, Hat, Role, Via};
use linli_base::{CaseId, FileId, Id, OrgId};
use linli_calendar::Calendar;
use linli_procedure::{
    Areas, Candidates, Case, Ctx, Done, Facts, Input, Outside, Profile, Step, parse, take,
};
use linli_strength::requests::REQUEST;
use std::collections::BTreeMap;
use uuid::Uuid;

pub(super) struct World<'a> {
    pub city: &'a City,
    pub calendar: &'a Calendar,
    pub profile: &'a Profile,
}

/// The case at the end of its story, or where it stuck and why.
pub(super) fn replay(world: &World<'_>, story: &Story) -> Result<Case, String> {
    let mut run = Run::new(world, story);
    run.step("say", &Actor::Stranger, Input::default(), story.at)?;
    for scripted in &story.steps {
        let actor = run.actor(scripted)?;
        let step = REQUEST.step(scripted.step).ok_or("no such step")?;
        let input = read(step, scripted)?;
        run.step(scripted.step, &actor, input, scripted.at)?;
    }
    Ok(run.case)
}

pub(super) fn read(step: &Step, scripted: &ScriptedStep) -> Result<Input, String> {
    let mut raw: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (field, value) in &scripted.input {
        raw.entry((*field).to_owned()).or_default().push(value.clone());
    }
    for (field, _) in &scripted.pictures {
        raw.entry((*field).to_owned()).or_default().push(FileId::new(Uuid::nil()).to_string());
    }
    if let Some(unknown) = raw.keys().find(|name| step.form.iter().all(|field| field.name != name.as_str())) {
        return Err(format!("{} has no field {unknown}", step.name));
    }
    parse(step.form, &raw).map_err(|flaws| format!("{}: {flaws:?}", step.name))
}

struct Run<'a> {
    world: &'a World<'a>,
    story: &'a Story,
    case: Case,
    facts: Facts,
}

impl<'a> Run<'a> {
    fn new(world: &'a World<'a>, story: &'a Story) -> Self {
        let mut case = Case::blank("draft");
        case.reachable = story.asker.phone.is_some();
        case.areas = areas(world.city, story);
        case.desk = office(world.city, case.areas.community);
        Run { world, story, case, facts: Facts(Vec::new()) }
    }

    fn step(&mut self, name: &str, actor: &Actor, input: Input, now: linli_base::At) -> Result<(), String> {
        let step = REQUEST.step(name).ok_or_else(|| format!("no step {name}"))?;
        let outside = self.outside();
        let outcome = take(step, &self.ctx(actor, &input, &outside, now))
            .map_err(|refusal| format!("{name} in {} at {now}: {refusal:?}", self.case.state))?;
        self.facts.0.push(Done {
            step: name.to_owned(),
            from: outcome.from,
            to: outcome.to,
            at: now,
            recorded: now,
            round: self.case.round,
            person: actor.person(),
            org: actor.hat().map(|hat| hat.org),
            input,
        });
        self.case.apply(&outcome.changes);
        match outcome.then {
            Some(then) => self.step(then, &Actor::System("then"), Input::default(), now),
            None => Ok(()),
        }
    }

    fn ctx<'b>(
        &'b self,
        actor: &'b Actor,
        input: &'b Input,
        outside: &'b Outside,
        now: linli_base::At,
    ) -> Ctx<'b> {
        Ctx {
            procedure: &REQUEST,
            case: &self.case,
            facts: &self.facts,
            outside,
            input,
            actor,
            now,
            calendar: self.world.calendar,
            profile: self.world.profile,
        }
    }

    fn actor(&self, scripted: &ScriptedStep) -> Result<Actor, String> {
        let (role, org) = match scripted.by {
            By::Asker => return Ok(Actor::Asker(CaseId::new(Uuid::nil()))),
            By::System => return Ok(Actor::System("demo")),
            By::Asked | By::Taker | By::Person(_) | By::Org(..) => {
                return Err("nobody is asked to take a request on".to_owned());
            }
            By::Desk(role) => (role, self.case.desk),
            By::Lead(role) => (role, self.case.lead),
            By::Holder(role) => (role, self.case.holder),
        };
        let step = REQUEST.step(scripted.step).ok_or("no such step")?;
        let outside = self.outside();
        let free: Vec<Actor> = self
            .staff(role, org)
            .into_iter()
            .filter(|actor| {
                let ctx = self.ctx(actor, Input::EMPTY, &outside, scripted.at);
                linli_procedure::may_take(step, &ctx).is_ok()
            })
            .collect();
        if free.is_empty() {
            return Err(format!("nobody may {} in {} at {}", scripted.step, self.case.state, scripted.at));
        }
        Ok(free[scripted.pick % free.len()].clone())
    }

    fn staff(&self, role: Role, org: Option<OrgId>) -> Vec<Actor> {
        let city = self.world.city;
        let Some(org) = city.orgs.iter().find(|found| Some(found.id) == org) else { return Vec::new() };
        let leads = org.leads.and_then(|area| city.area(area)).map(|area| (area.tier, area.id));
        city.posts
            .iter()
            .filter(|post| post.org == org.id && post.roles.contains(&role))
            .map(|post| Actor::Person {
                id: post.person,
                name: String::new(),
                hat: Some(Hat {
                    post: post.id,
                    org: org.id,
                    org_name: org.name.clone(),
                    area: leads,
                    roles: post.roles.clone(),
                }),
                via: Via::System,
            })
            .collect()
    }

    fn outside(&self) -> Outside {
        let city = self.world.city;
        let areas = areas(city, self.story);
        let street = office(city, areas.street);
        let desk = office(city, city.areas.first().map(|area| area.id));
        let by_community = self.case.lead == office(city, areas.community);
        let candidates = |role: Role, orgs: &[Option<OrgId>]| -> Vec<Candidates> {
            orgs.iter()
                .flatten()
                .map(|org| Candidates {
                    org: *org,
                    people: self.staff(role, Some(*org)).iter().filter_map(Actor::person).collect(),
                })
                .collect()
        };
        let audit = if by_community { [street, desk] } else { [desk, None] };
        Outside {
            area: Some((areas, office(city, areas.community))),
            audit: candidates(Role::Auditor, &audit),
            call: candidates(Role::Caller, &[street, desk]),
            matter: format!("{}\n{}", self.story.title, self.story.body),
            ..Outside::default()
        }
    }
}

fn areas(city: &City, story: &Story) -> Areas {
    let community = city.area(story.area).and_then(|grid| grid.parent);
    let street = community.and_then(|id| city.area(id)).and_then(|area| area.parent);
    Areas { street, community, grid: Some(story.area) }
}

fn office(city: &City, area: Option<Id<linli_base::kind::Area>>) -> Option<OrgId> {
    area.and_then(|area| city.office_of(area)).map(|org| org.id)
}
