use crate::{Casework, chain, store};
use linli_authz::{Actor, Scope, Via};
use linli_base::{At, CaseId, Problem, Result};
use linli_procedure::{Areas, Input, Outcome};
use linli_store::{Stmt, Tx, Value, args};

/// What an event says of its place in the chain.
pub(crate) struct Written<'a> {
    pub case: CaseId,
    pub seq: i64,
    pub previous: String,
    pub round: i64,
    pub areas: Areas,
    pub happened_at: At,
    pub recorded_at: At,
    pub procedure_version: i64,
    pub profile_version: i64,
    pub calendar_version: &'a str,
}

/// An event with its erasable text.
pub(crate) struct WholeEvent {
    pub row: store::EventRow,
    pub salt: String,
    pub body: String,
}

impl Written<'_> {
    pub(crate) fn event(
        &self,
        work: &Casework,
        actor: &Actor,
        outcome: &Outcome,
        input: &Input,
    ) -> Result<WholeEvent> {
        let (stays, personal) = input.split();
        let mut salt = [0; 16];
        work.world.ids.fill(&mut salt);
        let (salt, body) = (chain::hex(&salt), chain::body(&personal));
        let via = match actor {
            Actor::Person { via: Via::Api, .. } => "api",
            Actor::System(_) => "system",
            Actor::Asker(_) => "code",
            Actor::Stranger | Actor::Person { .. } => "web",
        };
        let broken = |e| Problem::broken("writing an event", e);
        let mut row = store::EventRow {
            id: work.world.id(),
            case_id: self.case,
            seq: self.seq,
            step: outcome.step.to_owned(),
            from_state: outcome.from.clone(),
            to_state: outcome.to.clone(),
            round: self.round,
            person_id: actor.person(),
            post_id: actor.hat().map(|hat| hat.post),
            org_id: actor.hat().map(|hat| hat.org),
            via: via.to_owned(),
            street_id: self.areas.street,
            community_id: self.areas.community,
            grid_id: self.areas.grid,
            happened_at: self.happened_at,
            recorded_at: self.recorded_at,
            procedure_version: self.procedure_version,
            profile_version: self.profile_version,
            calendar_version: self.calendar_version.to_owned(),
            input: serde_json::to_value(&stays).map_err(broken)?,
            changes: serde_json::to_value(&outcome.changes).map_err(broken)?,
            digest: chain::digest(&salt, &body),
            chain: String::new(),
        };
        row.chain = chain::link(&self.previous, &row);
        Ok(WholeEvent { row, salt, body })
    }
}

impl WholeEvent {
    /// The rows that it is written in.
    pub(crate) fn rows(&self) -> Vec<(&'static Stmt, Vec<Value>)> {
        let row = &self.row;
        let event = args![
            row.id,
            row.case_id,
            row.seq,
            row.step.as_str(),
            row.from_state.as_str(),
            row.to_state.as_str(),
            row.round,
            row.person_id,
            row.post_id,
            row.org_id,
            row.via.as_str(),
            row.street_id,
            row.community_id,
            row.grid_id,
            row.happened_at,
            row.recorded_at,
            row.procedure_version,
            row.profile_version,
            row.calendar_version.as_str(),
            row.input.clone(),
            row.changes.clone(),
            row.digest.as_str(),
            row.chain.as_str()
        ];
        let mut rows = vec![(&store::INSERT_EVENT, event.to_vec())];
        if !self.body.is_empty() {
            let text = args![row.id, self.salt.as_str(), self.body.as_str()];
            rows.push((&store::INSERT_EVENT_TEXT, text.to_vec()));
        }
        rows
    }
}

pub(crate) fn write_event(tx: &mut Tx<'_>, scope: &Scope, event: &WholeEvent) -> Result<()> {
    tx.run_all(&event.rows(), scope)
}
