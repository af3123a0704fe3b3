use crate::{
    Casework, Settings, WithStep,
    event::{Written, write_event},
    load::{Loaded, candidates, place_of},
    ready::entry,
    rules::{copies, due_columns},
    store,
};
use linli_authz::{Actor, Permission, Scope};
use linli_base::{At, CaseId, EventId, Flaw, PersonId, Problem, Result};
use linli_procedure::{Case, Changes, Ctx, Input, Outside, Part, Step, Val, parse, take};
use linli_store::{Query, Tx, args};
use serde_json::json;
use std::collections::BTreeMap;

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The case.
    pub id: CaseId,
    /// Its number.
    pub number: String,
    /// The step.
    pub step: &'static str,
    /// Where the case is now.
    pub state: String,
    /// Its version now.
    pub version: i64,
}

impl Casework {
    /// Takes a step with what a form or JSON sent. `version` is the case's version that the person saw; where
    /// someone was faster the answer is [`Problem::Conflict`] with their name, and nothing is changed.
    pub async fn step(
        &self,
        actor: Actor,
        id: CaseId,
        step: &str,
        version: Option<i64>,
        raw: BTreeMap<String, Vec<String>>,
    ) -> Result<Taken> {
        self.check_helper(&actor, id, step, &raw).await?;
        self.check_comer(&actor, id, step).await?;
        let (work, step) = (self.clone(), step.to_owned());
        let taken = tokio::spawn(async move {
            let db = work.db.clone();
            Box::pin(db.write(async move |tx| work.step_in(tx, &actor, id, &step, version, &raw).await)).await
        });
        let taken = taken.await.map_err(|e| Problem::broken("taking a step", e))?;
        self.changed();
        taken
    }

    /// The same within a transaction that is open already, with every system step that follows from it.
    pub async fn step_in(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: CaseId,
        step: &str,
        version: Option<i64>,
        raw: &BTreeMap<String, Vec<String>>,
    ) -> Result<Taken> {
        let scope = self.reach(actor, step)?;
        let loaded = Loaded::read(tx, self, &scope, id).await?;
        if version.is_some_and(|seen| seen != loaded.row.version) {
            return Err(self.conflict(tx, actor, &loaded).await?);
        }
        let table = loaded.procedure.step(step).ok_or(Problem::NotFound)?;
        let raw = crate::links::numbers_to_ids(tx, table.form, raw).await?;
        let input = parse(table.form, &raw).map_err(Problem::Invalid)?;
        let input = self.turned(tx, table, &loaded, input).await?;
        let first = self.take_all(tx, &scope, actor, loaded, table, &input).await?;
        for (id, step, input) in self.carried(tx, table, id, &input).await? {
            self.follow(tx, id, step, &input).await?;
        }
        Ok(first)
    }

    /// Takes a step of the program with every one that follows from it.
    async fn follow(&self, tx: &mut Tx<'_>, id: CaseId, step: &str, input: &Input) -> Result<Taken> {
        let system = Actor::System("follows from a step");
        let scope = system.may(Permission::CaseStep)?;
        let loaded = Loaded::read(tx, self, &scope, id).await?;
        let table = loaded.procedure.step(step).ok_or_else(|| Problem::broken("following", step))?;
        self.take_all(tx, &scope, &system, loaded, table, input).await
    }

    async fn take_all(
        &self,
        tx: &mut Tx<'_>,
        scope: &Scope,
        actor: &Actor,
        loaded: Loaded,
        step: &'static Step,
        input: &Input,
    ) -> Result<Taken> {
        let (id, first) = (loaded.row.id, step.name);
        let mut taken = self.take_one(tx, scope, actor, loaded, step, input).await?;
        while let Some(next) = taken.1 {
            let system = Actor::System("follows from a step");
            let scope = system.may(Permission::CaseStep)?;
            let loaded = Loaded::read(tx, self, &scope, id).await?;
            let table = loaded.procedure.step(next).ok_or_else(|| Problem::broken("following", next))?;
            taken = self.take_one(tx, &scope, &system, loaded, table, Input::EMPTY).await?;
        }
        Ok(Taken { step: first, ..taken.0 })
    }

    async fn take_one(
        &self,
        tx: &mut Tx<'_>,
        scope: &Scope,
        actor: &Actor,
        loaded: Loaded,
        step: &'static Step,
        input: &Input,
    ) -> Result<(Taken, Option<&'static str>)> {
        self.check_names(step, input)?;
        let now = self.world.now();
        let settings = self.settings();
        let profile = settings.profile(&loaded.row.profile, loaded.row.profile_version)?;
        let outside = self.outside(tx, &loaded, step, input, now).await?;
        let ctx = Ctx {
            procedure: loaded.procedure,
            case: &loaded.case,
            facts: &loaded.facts,
            outside: &outside,
            input,
            actor,
            now,
            calendar: &settings.calendar,
            profile,
        };
        let mut outcome = take(step, &ctx)?;
        // what only the words and pictures of other cases tell is written down now: figures read events alone
        if outside.copied_from.is_some() {
            outcome.changes.add_marks.insert("copied".to_owned());
        }
        if self.picture_reused(tx, loaded.row.id, input).await? {
            outcome.changes.add_marks.insert("picture_reused".to_owned());
        }
        if self.has_own_phone(tx, &loaded, step, actor).await? {
            outcome.changes.add_marks.insert("own_phone".to_owned());
        }
        let mut after = loaded.case.clone();
        after.apply(&outcome.changes);

        let written = Written {
            case: loaded.row.id,
            seq: loaded.row.version + 1,
            previous: loaded.row.chain.clone(),
            round: loaded.case.round,
            areas: after.areas,
            happened_at: now,
            recorded_at: now,
            procedure_version: loaded.procedure.version,
            profile_version: profile.version,
            calendar_version: settings.calendar.version(),
        };
        let event = written.event(self, actor, &outcome, input)?;
        self.update(tx, scope, &loaded, &after, &settings, &event.row.chain, now).await?;
        write_event(tx, scope, &event)?;
        self.side_rows(tx, scope, loaded.row.id, event.row.id, input, &outcome.changes).await?;
        self.show_in(tx, actor, &loaded, step, input).await?;
        self.agree_by(tx, loaded.row.id, step, input).await?;
        if let Some(helpers) = self.helpers.as_ref().filter(|_| loaded.procedure.taken_on) {
            helpers.beside(tx, WithStep { case: &loaded, after: &after, step, input, now }).await?;
        }
        if loaded.case.asked != after.asked || loaded.case.takers != after.takers {
            write_takers(tx, scope, loaded.row.id, &after)?;
        }
        let released = self.release(tx, scope, &loaded, step, input).await?;
        let hidden = loaded.case.confidential != after.confidential;
        if step.hides || (hidden && after.confidential) {
            self.unpublish(tx, scope, loaded.row.id).await?;
        }
        if loaded.case.areas != after.areas || loaded.case.lead != after.lead || released.is_some() || hidden
        {
            let row = &loaded.row;
            let words = row.listed(after.confidential, released.as_ref());
            let entry = entry(row.id, row.happened_at, &after, words, &row.number);
            tx.search_put("case_search", &[entry]);
        }
        self.announce(tx, scope, (loaded.procedure, step), &event, &after, Some(&loaded.case)).await?;
        let taken = Taken {
            id: loaded.row.id,
            number: loaded.row.number,
            step: step.name,
            state: outcome.to,
            version: loaded.row.version + 1,
        };
        Ok((taken, outcome.then))
    }

    /// What the input names must exist: a category of the tree.
    fn check_names(&self, step: &Step, input: &Input) -> Result<()> {
        for field in step.form.iter().filter(|field| field.kind == linli_procedure::FieldKind::Category) {
            let key = input.text(field.name);
            if !key.is_empty() && self.categories.get(key).is_none() {
                return Err(Flaw::new(field.name, "not_a_choice").into());
            }
        }
        Ok(())
    }

    async fn outside(
        &self,
        tx: &mut Tx<'_>,
        loaded: &Loaded,
        step: &Step,
        input: &Input,
        now: At,
    ) -> Result<Outside> {
        let [title, body, _] = loaded.row.listed(loaded.case.confidential, None);
        let mut outside = candidates(tx, &loaded.case, &format!("{title} {body}"), now).await?;
        outside.links = loaded.outside_links();
        if loaded.procedure.taken_on {
            outside.door_code = self.door_code(&loaded.row)?;
        }
        for field in step.form {
            match input.0.get(field.name) {
                Some(Val::Case(other)) => {
                    outside.links.other = Some(Box::new(crate::links::other(tx, self, *other).await?));
                }
                Some(Val::Area(area)) => outside.area = Some(place_of(tx, *area).await?),
                Some(Val::Orgs(orgs)) => {
                    for org in orgs {
                        let known = linli_org::orgs::exists(tx, &Scope::system("check an org"), *org).await?;
                        if !known {
                            return Err(Flaw::new(field.name, "not_a_choice").into());
                        }
                    }
                }
                _ => {}
            }
        }
        if step.form.iter().any(|field| field.sets == linli_procedure::Sets::Category) {
            outside.repeats = self.again(tx, loaded, &outside, input, now).await?;
        }
        let reply = input.text("reply");
        if let (false, Some(lead)) = (reply.is_empty(), loaded.case.lead) {
            let scope = Scope::system("compare a reply");
            let recent: Vec<store::ReplyRow> =
                tx.all(&store::RECENT_REPLIES, &scope, args![lead, loaded.row.id]).await?;
            outside.copied_from =
                recent.into_iter().find(|other| copies(reply, &other.body)).map(|row| row.number);
        }
        Ok(outside)
    }

    /// How many others of the category were said about the same place of late.
    async fn again(
        &self,
        tx: &mut Tx<'_>,
        loaded: &Loaded,
        outside: &Outside,
        input: &Input,
        now: At,
    ) -> Result<i64> {
        let row = &loaded.row;
        let days = self.settings().profile(&row.profile, row.profile_version)?.number("repeat_days");
        let areas = outside.area.map_or(loaded.case.areas, |(areas, _)| areas);
        let Some(community) = areas.community.filter(|_| days > 0) else { return Ok(0) };
        let since = now.day().plus(-days).start();
        let (category, place) = (input.text("category"), row.place.whole());
        let args = args![community, category, since, row.id, place, row.lat, row.lon];
        let found: store::NumberRow =
            tx.one(&store::AGAIN, &Scope::system("count what was said again"), args).await?;
        Ok(found.number)
    }

    #[expect(clippy::too_many_arguments, reason = "one row's worth")]
    pub(crate) async fn update(
        &self,
        tx: &mut Tx<'_>,
        scope: &Scope,
        loaded: &Loaded,
        after: &Case,
        settings: &Settings,
        chain: &str,
        now: At,
    ) -> Result<()> {
        let row = &loaded.row;
        let profile = settings.profile(&row.profile, row.profile_version)?;
        let due = due_columns(after, loaded.procedure, profile, settings, now);
        let open = loaded.procedure.state(&after.state).is_some_and(|state| state.open);
        let closed_at = if open { None } else { row.closed_at.or(Some(now)) };
        let changed = tx
            .run(
                &store::UPDATE,
                scope,
                args![
                    row.id,
                    row.version,
                    after.state.as_str(),
                    open,
                    after.back.clone(),
                    after.round,
                    chain,
                    after.kind.clone(),
                    after.category.clone(),
                    after.level.clone(),
                    after.areas.street,
                    after.areas.community,
                    after.areas.grid,
                    after.desk,
                    after.lead,
                    after.person,
                    after.holder,
                    json!(after.clocks),
                    json!(after.marks),
                    due.due_at,
                    due.due_clock,
                    due.due_provisional,
                    due.due_paused,
                    due.yellow_at,
                    due.finish_due_at,
                    now,
                    closed_at,
                    settings.calendar.version(),
                    due.sort_at,
                    due.card_yellow_at,
                    due.card_red_at,
                    after.master,
                    after.confidential
                ],
            )
            .await?;
        if changed == 0 {
            return Err(Problem::Conflict { by: None });
        }
        tx.run_all(&[crate::figures::marked(row.id, now)], scope)
    }

    async fn side_rows(
        &self,
        tx: &mut Tx<'_>,
        scope: &Scope,
        case: CaseId,
        event: EventId,
        input: &Input,
        changes: &Changes,
    ) -> Result<()> {
        for org in &changes.add_helpers {
            tx.run(&store::ADD_HELPER, scope, args![case, *org]).await?;
        }
        for mark in changes.add_marks.iter().filter(|mark| store::LISTED.contains(&mark.as_str())) {
            tx.run(&store::ADD_MARK, scope, args![case, mark.as_str()]).await?;
        }
        for mark in changes.drop_marks.iter().filter(|mark| store::LISTED.contains(&mark.as_str())) {
            tx.run(&store::DROP_MARK, scope, args![case, mark.as_str()]).await?;
        }
        for org in &changes.drop_helpers {
            tx.run(&store::DROP_HELPER, scope, args![case, *org]).await?;
        }
        for (field, value) in &input.0 {
            if let Val::Pictures(files) = value {
                for file in files {
                    tx.run(&store::ADD_FILE, scope, args![case, *file, event, field.as_str()]).await?;
                }
            }
        }
        Ok(())
    }

    /// Whether a picture of the input is the same as one that another case shows.
    async fn picture_reused(&self, tx: &mut Tx<'_>, case: CaseId, input: &Input) -> Result<bool> {
        let scope = Scope::system("compare pictures");
        for picture in input.pictures() {
            let other: Option<store::IdRow> =
                tx.maybe(&store::SAME_PICTURE, &scope, args![picture, case]).await?;
            if other.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether somebody handles, audits or calls back what was said with their own phone. Of a confidential case nobody
    /// may learn it.
    async fn has_own_phone(
        &self,
        tx: &mut Tx<'_>,
        loaded: &Loaded,
        step: &Step,
        actor: &Actor,
    ) -> Result<bool> {
        let plays = matches!(step.part, Some(Part::Handler | Part::Auditor | Part::Caller));
        let (Actor::Person { id, .. }, true, false) = (actor, plays, loaded.case.confidential) else {
            return Ok(false);
        };
        let scope = Scope::system("compare a phone with the asker's");
        let own: Option<store::IdRow> =
            tx.maybe(&store::OWN_PHONE, &scope, args![loaded.row.id, *id]).await?;
        Ok(own.is_some())
    }

    /// Who was faster: the actor of the last event.
    async fn conflict(&self, tx: &mut Tx<'_>, actor: &Actor, loaded: &Loaded) -> Result<Problem> {
        let known = |person: &PersonId| {
            Some(*person) != loaded.case.asker || linli_procedure::knows_asker(actor, &loaded.case)
        };
        let last = loaded.events.last().and_then(|event| event.person_id).filter(known);
        let by = match last {
            Some(person) => {
                linli_org::people::name(tx, &Scope::system("name who was faster"), person).await?
            }
            None => None,
        };
        Ok(Problem::Conflict { by })
    }
}

fn write_takers(tx: &mut Tx<'_>, scope: &Scope, case: CaseId, after: &Case) -> Result<()> {
    let asked = after.asked.into_iter().map(|person| (person, true));
    let takers = after.takers.iter().map(|person| (*person, false));
    let mut rows = vec![(&store::DROP_TAKERS, args![case].to_vec())];
    rows.extend(
        asked.chain(takers).map(|(person, asked)| (&store::ADD_TAKER, args![case, person, asked].to_vec())),
    );
    tx.run_all(&rows, scope)
}
