//! What an asker sets right in an open case of theirs: an entry that the handler sees.

use super::store;
use crate::{
    Casework,
    event::{Written, write_event},
    load::Loaded,
    ready::entry,
};
use linli_authz::{Actor, Permission, Scope};
use linli_base::{CaseId, Flaw, PersonId, Phone, Problem, Result};
use linli_procedure::{Changes, Input, Outcome, Val};
use linli_store::{Tx, args};

/// What is right. An empty phone leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct Correction {
    /// The words.
    pub body: String,
    /// How the asker wants to be called.
    pub name: String,
    /// Another phone.
    pub phone: String,
}

impl Casework {
    /// Corrects one of the actor's own cases. Refusal: `not_open` where it is closed: then a person is asked. Flaws:
    /// `missing`, `too_long`, those of [`Phone::parse`].
    pub async fn correct(&self, actor: &Actor, case: CaseId, right: Correction) -> Result<String> {
        if self.own_cases(actor).await?.iter().all(|own| own.id != case) {
            return Err(Problem::NotFound);
        }
        let (body, name) = (right.body.trim().to_owned(), right.name.trim().to_owned());
        let mut flaws = Vec::new();
        if body.is_empty() {
            flaws.push(Flaw::new("body", "missing"));
        }
        for (field, text, max) in [("body", &body, 2000), ("name", &name, 40)] {
            let now = text.chars().count();
            if now > max {
                flaws.push(Flaw::new(field, "too_long").with("max", max).with("now", now));
            }
        }
        let phone = match right.phone.trim() {
            "" => None,
            typed => Phone::parse("phone", typed).map_err(|flaw| flaws.push(flaw)).ok(),
        };
        if !flaws.is_empty() {
            return Err(Problem::Invalid(flaws));
        }
        let (work, scope, by) = (self.clone(), actor.may(Permission::CaseSee)?, actor.clone());
        let corrected = tokio::spawn(async move {
            let db = work.db.clone();
            let right = (body, name, phone);
            let correct = async move |tx: &mut Tx<'_>| work.correct_in(tx, &scope, &by, case, &right).await;
            Box::pin(db.write(correct)).await
        });
        corrected.await.map_err(|e| Problem::broken("correcting a case", e))??;
        self.answered(actor, "correct", Some(case)).await
    }

    async fn correct_in(
        &self,
        tx: &mut Tx<'_>,
        scope: &Scope,
        by: &Actor,
        case: CaseId,
        (body, name, phone): &(String, String, Option<Phone>),
    ) -> Result<()> {
        let loaded = Loaded::read(tx, self, scope, case).await?;
        let row = &loaded.row;
        if loaded.procedure.state(&loaded.case.state).is_none_or(|state| !state.open) {
            return Err(Problem::refused("not_open"));
        }
        let mut input = Input::default();
        if *body != row.body {
            input.0.insert("said_before".to_owned(), Val::Text(row.body.clone()));
        }
        let renamed = row.name.as_ref().map_or("", |name| name.whole()) != name.as_str();
        for (field, changed) in [("name_changed", renamed), ("phone_changed", phone.is_some())] {
            if changed {
                input.0.insert(field.to_owned(), Val::Yes(true));
            }
        }
        if input.0.is_empty() {
            return Ok(());
        }
        let settings = self.settings();
        let now = self.world.now();
        let written = Written {
            case,
            seq: row.version + 1,
            previous: row.chain.clone(),
            round: loaded.case.round,
            areas: loaded.case.areas,
            happened_at: now,
            recorded_at: now,
            procedure_version: loaded.procedure.version,
            profile_version: row.profile_version,
            calendar_version: settings.calendar.version(),
        };
        let outcome = Outcome {
            step: "asker_corrected",
            from: loaded.case.state.clone(),
            to: loaded.case.state.clone(),
            changes: Changes::default(),
            then: None,
        };
        let event = written.event(self, by, &outcome, &input)?;
        self.update(tx, scope, &loaded, &loaded.case, &settings, &event.row.chain, now).await?;
        write_event(tx, scope, &event)?;
        let name = Some(name.clone()).filter(|name| !name.is_empty());
        tx.run(&store::CORRECT_WORDS, scope, args![case, body.as_str(), name]).await?;
        if let Some(phone) = phone {
            let (sealed, lookup) =
                (self.keys.seal(phone.digits(), case.0)?, self.keys.lookup(phone.digits()));
            tx.run(&store::CORRECT_PHONE, scope, args![case, sealed, lookup]).await?;
            tx.run(&store::REACHABLE, scope, args![case]).await?;
        }
        let words = if loaded.case.confidential {
            row.listed(true, None)
        } else {
            [row.title.as_str(), body.as_str(), row.place.whole()]
        };
        let entry = entry(case, row.happened_at, &loaded.case, words, &row.number);
        tx.search_put("case_search", &[entry]);
        let holder = loaded.case.holder.or(loaded.case.desk);
        if let Some(org) = holder {
            let (id, nobody) = (self.world.ids.uuid(now), None::<PersonId>);
            let message = args![id, now, org, nobody, case, event.row.id, "asker_corrected"];
            tx.run(&crate::store::INBOX_ADD, scope, message).await?;
        }
        Ok(())
    }
}
