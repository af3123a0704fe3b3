//! A new case decided before anything of it is written: only the rows themselves then need the writer.

use crate::{Casework, NewCase, Opened, event::Written, open::said, rules::due_columns, store};
use linli_authz::{Actor, Scope};
use linli_base::{At, CaseId, FileId, OrgId, Phone, Problem, Result};
use linli_calendar::{ClockState, Term};
use linli_procedure::{Areas, Case, Ctx, Done, Facts, Input, Outside, Procedure, Profile, take};
use linli_store::{Entry, Stmt, Tx, Value, args};
use serde_json::json;
use uuid::Uuid;

/// One step of what a new case has been through.
#[derive(Clone, Copy)]
pub struct Past<'a> {
    /// Its name.
    pub step: &'a str,
    /// Who took it.
    pub actor: &'a Actor,
    /// What was said, asked and chosen.
    pub input: &'a Input,
    /// When it happened.
    pub at: At,
    /// Who could take the turns that follow.
    pub outside: &'a Outside,
}

/// The rows of new cases.
#[derive(Default)]
pub struct Ready {
    rows: Vec<(&'static Stmt, Vec<Value>)>,
    entries: Vec<Entry>,
}

impl Ready {
    /// Writes them; each row once, so that a repeat is a refusal.
    pub fn write(&self, tx: &mut Tx<'_>, scope: &Scope) -> Result<()> {
        tx.search_put("case_search", &self.entries);
        tx.run_all(&self.rows, scope)
    }
}

/// What is fixed before a case's own rows.
pub struct Frame<'a> {
    /// Its procedure.
    pub procedure: &'static Procedure,
    /// Where it lies.
    pub areas: Areas,
    /// Who accepts there.
    pub desk: Option<OrgId>,
    /// Its number.
    pub number: String,
    /// Whether its steps are announced, to the figures too.
    pub announced: bool,
    /// What it has been through: the step that opens it, and whatever followed.
    pub past: &'a [Past<'a>],
}

impl Casework {
    /// Decides a new case by its procedure and adds its rows to `ready`.
    pub fn ready(&self, new: &NewCase, frame: Frame<'_>, ready: &mut Ready) -> Result<Opened> {
        let now = self.world.now();
        let settings = self.settings();
        let profile = settings.holding(now)?;
        let procedure = frame.procedure;
        let id: CaseId = self.world.id();
        let (code, code_key) = self.keys.code(id.0);
        let mut case = Case::blank(procedure.states.first().map_or("", |state| state.name));
        (case.areas, case.desk, case.asker) = (frame.areas, frame.desk, new.asker);
        (case.reachable, case.parent) = (new.phone.is_some(), new.parent);

        let (mut facts, mut chain, mut later) = (Facts::default(), id.to_string(), Vec::new());
        let mut closed_at = None;
        for (past, seq) in frame.past.iter().zip(1..) {
            let step = procedure
                .step(past.step)
                .ok_or_else(|| Problem::broken("opening a case", format!("no step {}", past.step)))?;
            let ctx = Ctx {
                procedure,
                case: &case,
                facts: &facts,
                outside: past.outside,
                input: past.input,
                actor: past.actor,
                now: past.at,
                calendar: &settings.calendar,
                profile,
            };
            let mut outcome = take(step, &ctx)?;
            if let (1, Some(due)) = (seq, new.due_at) {
                let finish = ClockState {
                    stopped: new.closed_at,
                    ..ClockState::start(new.happened_at.unwrap_or(now), Term::Until(due))
                };
                outcome.changes.clocks.insert("finish".to_owned(), finish);
            }
            if seq == 1 {
                outcome.changes.confidential = new.confidential.then_some(true);
            }
            let round = case.round;
            let before = case.clone();
            case.apply(&outcome.changes);
            let written = Written {
                case: id,
                seq,
                previous: std::mem::take(&mut chain),
                round,
                areas: case.areas,
                happened_at: past.at,
                recorded_at: now,
                procedure_version: procedure.version,
                profile_version: profile.version,
                calendar_version: settings.calendar.version(),
            };
            let event = written.event(self, past.actor, &outcome, past.input)?;
            chain.clone_from(&event.row.chain);
            facts.0.push(done(&event.row, past.input));
            let open = procedure.state(&case.state).is_some_and(|state| state.open);
            closed_at = if open { None } else { closed_at.or(Some(past.at)) };
            later.extend(event.rows());
            if seq == 1 {
                let file = |picture: &FileId| args![id, *picture, event.row.id, "pictures"].to_vec();
                later.extend(new.pictures.iter().map(|picture| (&store::ADD_FILE, file(picture))));
            }
            let changes = &outcome.changes;
            let helper = |org: &OrgId| args![id, *org].to_vec();
            later.extend(changes.add_helpers.iter().map(|org| (&store::ADD_HELPER, helper(org))));
            later.extend(changes.drop_helpers.iter().map(|org| (&store::DROP_HELPER, helper(org))));
            if frame.announced {
                later.extend(self.announcement((procedure, step), &event, &case, Some(&before), &[])?);
            }
        }

        let row = Row { id, code_key: &code_key, chain: &chain, closed_at, now };
        ready.rows.push((&store::INSERT, self.case_row(new, &frame, &case, profile, &row)));
        ready.rows.push((&store::INSERT_TEXT, self.text_row(new, id)?));
        ready.rows.extend(later);
        let with_id =
            |args: &Vec<Value>| std::iter::once(Value::from(id.0)).chain(args.iter().cloned()).collect();
        ready.rows.extend(new.beside.iter().map(|(stmt, args)| (*stmt, with_id(args))));
        if frame.announced && !case.has("not_assessed") {
            ready.rows.push(crate::figures::marked(id, now));
        }
        let words: [&str; 3] =
            if new.confidential { Default::default() } else { [&new.title, &new.body, &new.place] };
        ready.entries.push(entry(id, new.happened_at.unwrap_or(now), &case, words, &frame.number));
        Ok(Opened { id, number: frame.number, code, repeated: false })
    }

    fn case_row(
        &self,
        new: &NewCase,
        frame: &Frame<'_>,
        case: &Case,
        profile: &Profile,
        row: &Row<'_>,
    ) -> Vec<Value> {
        let settings = self.settings();
        let due = due_columns(case, frame.procedure, profile, &settings, row.now);
        let (batch, key) = new.batch.clone().unzip();
        args![
            row.id,
            frame.number.as_str(),
            frame.procedure.name,
            frame.procedure.version,
            profile.name.as_str(),
            profile.version,
            settings.calendar.version(),
            new.client_id,
            new.client_id.map(|_| self.said_digest(new)),
            batch,
            key,
            new.batch.is_none(),
            row.code_key,
            new.source.as_str(),
            case.state.as_str(),
            frame.procedure.state(&case.state).is_some_and(|state| state.open),
            case.back.clone(),
            case.round,
            i64::try_from(frame.past.len()).unwrap_or(i64::MAX),
            row.chain,
            case.kind.clone(),
            case.category.clone(),
            case.level.clone(),
            case.areas.street,
            case.areas.community,
            case.areas.grid,
            case.desk,
            case.lead,
            case.person,
            case.holder,
            case.asker,
            case.reachable,
            json!(case.clocks),
            json!(case.marks),
            due.due_at,
            due.due_clock,
            due.due_provisional,
            due.due_paused,
            due.yellow_at,
            due.finish_due_at,
            new.point.map(|p| p.lat),
            new.point.map(|p| p.lon),
            new.point.map(|_| new.crs.name()),
            new.happened_at.unwrap_or(row.now),
            row.now,
            row.now,
            row.closed_at,
            due.sort_at,
            case.parent,
            case.confidential,
            due.card_yellow_at,
            due.card_red_at
        ]
        .to_vec()
    }

    fn text_row(&self, new: &NewCase, id: CaseId) -> Result<Vec<Value>> {
        let phone = new.phone.as_ref().map(Phone::digits);
        let sealed = phone.map(|digits| self.keys.seal(digits, id.0)).transpose()?;
        let lookup = phone.map(|digits| self.keys.lookup(digits));
        let (title, body, place) = (new.title.as_str(), new.body.as_str(), new.place.as_str());
        Ok(args![id, title, body, place, new.name.clone(), sealed, lookup].to_vec())
    }

    /// What the client said, as a digest under a key of ours.
    pub(crate) fn said_digest(&self, new: &NewCase) -> String {
        self.keys.lookup(&said(new).to_string())
    }
}

/// A new row's own values.
struct Row<'a> {
    id: CaseId,
    code_key: &'a str,
    chain: &'a str,
    closed_at: Option<At>,
    now: At,
}

fn done(event: &store::EventRow, input: &Input) -> Done {
    Done {
        step: event.step.clone(),
        from: event.from_state.clone(),
        to: event.to_state.clone(),
        at: event.happened_at,
        recorded: event.recorded_at,
        round: event.round,
        person: event.person_id,
        org: event.org_id,
        input: input.split().0,
    }
}

/// A case's words for the search index, with the areas and the org through which it is reached.
pub(crate) fn entry(id: CaseId, at: At, case: &Case, [title, body, place]: [&str; 3], number: &str) -> Entry {
    let reached = [
        ("s", case.areas.street.map(|area| area.0)),
        ("c", case.areas.community.map(|area| area.0)),
        ("g", case.areas.grid.map(|area| area.0)),
        ("o", case.lead.map(|org| org.0)),
    ];
    let scopes: Vec<(&str, Uuid)> = reached.iter().filter_map(|(kind, id)| Some((*kind, (*id)?))).collect();
    Entry::new(id.0, at, &scopes, &[title, body, place, number])
}
