//! What can be wrong with cases, and how it is seen. Each check goes through all cases in pages and mends nothing.

use crate::{
    Casework, chain,
    load::Loaded,
    replays,
    rules::{DueColumns, due_columns},
    store, verify,
};
use linli_authz::Scope;
use linli_base::{CaseId, EventId, Result, Seen};
use linli_procedure::{ClockOp, Holder, Procedure, To};
use linli_store::{Query, Snapshot, args, row, statements};
use std::iter::Peekable;
use uuid::Uuid;

row! {
    struct TextRow {
        event: EventId,
        number: String,
        salt: String,
        body: String,
        digest: String,
    }
}

row! {
    struct SealedRow {
        id: CaseId,
        number: String,
        code_key: String,
        phone_sealed: Option<String>,
        phone_lookup: Option<String>,
        code_sealed: Option<String>,
    }
}

row! {
    struct LooseRow {
        what: String,
        number: String,
    }
}

row! {
    struct WordedRow {
        id: CaseId,
        number: String,
        worded: bool,
    }
}

statements! {
    CASES(unscoped "doctor looks at every case") =
        "SELECT c.id FROM cases c WHERE c.shown AND c.id > $1 ORDER BY c.id LIMIT 500";
    TEXTS(unscoped "doctor compares digests and tells numbers only") =
        "SELECT x.event_id, c.number, x.salt, x.body, e.digest FROM event_text x JOIN event e ON e.id = x.event_id \
         JOIN cases c ON c.id = e.case_id WHERE x.event_id > $1 ORDER BY x.event_id LIMIT 500";
    SEALED(unscoped "doctor opens what is sealed and tells numbers only") =
        "SELECT c.id, c.number, c.code_key, t.phone_sealed, t.phone_lookup, c.code_sealed FROM cases c \
         JOIN case_text t ON t.case_id = c.id WHERE c.id > $1 ORDER BY c.id LIMIT 500";
    WORDED(unscoped "doctor compares ids with the search index") =
        "SELECT c.id, c.number, (c.shown AND (t.title <> '' OR t.body <> '')) FROM cases c \
         JOIN case_text t ON t.case_id = c.id WHERE c.id > $1 ORDER BY c.id LIMIT 500";
    // one statement per column that names a row of another room, which no foreign key holds
    LOOSE(unscoped "doctor looks for what names nothing and tells numbers only") =
        "SELECT 'lead', c.number FROM cases c WHERE c.lead_id IS NOT NULL \
           AND NOT EXISTS (SELECT 1 FROM org o WHERE o.id = c.lead_id) \
         UNION ALL SELECT 'desk', c.number FROM cases c WHERE c.desk_id IS NOT NULL \
           AND NOT EXISTS (SELECT 1 FROM org o WHERE o.id = c.desk_id) \
         UNION ALL SELECT 'holder', c.number FROM cases c WHERE c.holder_id IS NOT NULL \
           AND NOT EXISTS (SELECT 1 FROM org o WHERE o.id = c.holder_id) \
         UNION ALL SELECT 'community', c.number FROM cases c WHERE c.community_id IS NOT NULL \
           AND NOT EXISTS (SELECT 1 FROM area a WHERE a.id = c.community_id) \
         UNION ALL SELECT 'words', c.number FROM cases c \
           WHERE NOT EXISTS (SELECT 1 FROM case_text t WHERE t.case_id = c.id) \
         UNION ALL SELECT 'helper', c.number FROM case_helper h JOIN cases c ON c.id = h.case_id \
           WHERE NOT EXISTS (SELECT 1 FROM org o WHERE o.id = h.org_id) \
         UNION ALL SELECT 'picture', c.number FROM case_file f JOIN cases c ON c.id = f.case_id \
           WHERE NOT EXISTS (SELECT 1 FROM file p WHERE p.id = f.file_id) \
         UNION ALL SELECT 'message', CAST(i.id AS TEXT) FROM inbox i \
           WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = i.case_id) LIMIT 1000";
    COUNT(unscoped "doctor says how many it looked at") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM cases c WHERE c.shown";
    ANY(unscoped "whether there is anything that needs the key file") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM cases c LIMIT 1) AS s";
}

fn scope() -> Scope {
    Scope::system("doctor")
}

/// Whether there are cases, whose codes and phones need the key file that they were made with.
pub async fn any_case(query: &mut impl Query) -> Result<bool> {
    let row: store::NumberRow = query.one(&ANY, &scope(), args![]).await?;
    Ok(row.number > 0)
}

/// Whether a case that came into the state has a clock: each step that leads there starts, holds or resumes one.
fn clocked(procedure: &Procedure, state: &str) -> bool {
    let mut leading = procedure.steps.iter().filter(|step| match step.to {
        To::State(to) => to == state,
        To::OneOf(to, _) => to.contains(&state),
        To::Stay | To::Back => false,
    });
    let starts = |step: &linli_procedure::Step| step.clocks.iter().any(|op| !matches!(op, ClockOp::Stop(_)));
    leading.next().is_some_and(starts) && leading.all(starts)
}

impl Casework {
    /// Goes through every case: `chains` (events whole, in place, and as many as the case says), `replays` (what was
    /// recorded gives the stored case), `due` (due times are what calendar and profile give), `held` (an open case
    /// has a holder and a clock where its state wants them).
    pub async fn check_cases(&self) -> Result<Vec<(&'static str, Seen)>> {
        let [mut chains, mut replayed, mut due, mut held]: [Seen; 4] = Default::default();
        let (settings, mut read, mut after) = (self.settings(), self.db.read(), Uuid::nil());
        loop {
            let ids: Vec<store::IdRow> = read.all(&CASES, &scope(), args![after]).await?;
            let Some(last) = ids.last() else { break };
            after = last.id.0;
            for id in ids {
                let Ok(loaded) = Loaded::read(&mut read, self, &scope(), id.id).await else {
                    chains.one(false, id.id.0);
                    continue;
                };
                let (row, events) = (&loaded.row, &loaded.events);
                let ends =
                    events.last().is_some_and(|last| last.seq == row.version && last.chain == row.chain);
                chains.one(ends && verify(events), &row.number);
                replayed.one(replays(&loaded), &row.number);
                let right = settings.profile(&row.profile, row.profile_version).is_ok_and(|profile| {
                    DueColumns::of(row)
                        == due_columns(&loaded.case, loaded.procedure, profile, &settings, row.changed_at)
                });
                due.one(right, &row.number);
                if let Some(state) = loaded.procedure.state(&row.state).filter(|state| state.open) {
                    // a person who is asked, or has taken it on, has no org
                    let case = &loaded.case;
                    let person =
                        state.holder == Holder::Lead && (case.asked.is_some() || !case.takers.is_empty());
                    let nobody = person || matches!(state.holder, Holder::Nobody | Holder::Asker);
                    let ticking = row.due_at.is_some() || !clocked(loaded.procedure, state.name);
                    held.one((nobody || row.holder_id.is_some()) && ticking, &row.number);
                }
            }
        }
        Ok(vec![("chains", chains), ("replays", replayed), ("due", due), ("held", held)])
    }

    /// Whether what was said in each event is what its digest was made of. What was erased has no row, and is well.
    pub async fn check_texts(&self) -> Result<Seen> {
        let (mut seen, mut read, mut after) = (Seen::default(), self.db.read(), Uuid::nil());
        loop {
            let rows: Vec<TextRow> = read.all(&TEXTS, &scope(), args![after]).await?;
            let Some(last) = rows.last() else { return Ok(seen) };
            after = last.event.0;
            for row in rows {
                seen.one(chain::digest(&row.salt, &row.body) == row.digest, row.number);
            }
        }
    }

    /// Whether the key file opens every phone, finds it again, and answers every look-up code.
    pub async fn check_sealed(&self) -> Result<Seen> {
        let (mut seen, mut read, mut after) = (Seen::default(), self.db.read(), Uuid::nil());
        loop {
            let rows: Vec<SealedRow> = read.all(&SEALED, &scope(), args![after]).await?;
            let Some(last) = rows.last() else { return Ok(seen) };
            after = last.id.0;
            for row in rows {
                let phone = row.phone_sealed.as_deref().is_none_or(|sealed| {
                    self.keys.open(sealed, row.id.0).is_ok_and(|digits| {
                        row.phone_lookup.is_none_or(|lookup| self.keys.lookups(&digits).contains(&lookup))
                    })
                });
                let code = self.keys.code_with(row.id.0, &row.code_key, row.code_sealed.as_deref());
                seen.one(phone && code.is_ok(), row.number);
            }
        }
    }

    /// Whether every figure is what its records say, once more from the events.
    pub async fn check_figures(&self) -> Result<Seen> {
        let mut seen = Seen { looked: self.how_many().await?, ..Seen::default() };
        for difference in self.recount_check().await? {
            seen.wrong(format!("{difference:?}"));
        }
        Ok(seen)
    }

    async fn how_many(&self) -> Result<u64> {
        let count: store::NumberRow = self.db.read().one(&COUNT, &scope(), args![]).await?;
        Ok(u64::try_from(count.number).unwrap_or(0))
    }

    /// Whether what cases name is there: orgs, areas, words, pictures.
    pub async fn check_links(&self) -> Result<Seen> {
        let (mut read, looked) = (self.db.read(), self.how_many().await?);
        let mut seen = Seen { looked, ..Seen::default() };
        for row in read.all::<LooseRow>(&LOOSE, &scope(), args![]).await? {
            seen.wrong(format!("{} {}", row.number, row.what));
        }
        Ok(seen)
    }
}

/// Whether each case that has words is in the search index, and nothing else is.
pub async fn check_search(snapshot: &Snapshot) -> Result<Seen> {
    let (mut seen, mut after) = (Seen::default(), Uuid::nil());
    let (mut entries, mut read) = (Vec::new().into_iter().peekable(), snapshot.db().read());
    let mut entry_after = Some(Uuid::nil());
    loop {
        let rows: Vec<WordedRow> = read.all(&WORDED, &scope(), args![after]).await?;
        let Some(last) = rows.last() else { break };
        after = last.id.0;
        for row in rows {
            // entries before this case are of cases that are not there
            while let Some(entry) =
                peek(snapshot, &mut entries, &mut entry_after).await?.filter(|e| *e < row.id.0)
            {
                seen.wrong(entry);
                entries.next();
            }
            let indexed = peek(snapshot, &mut entries, &mut entry_after).await? == Some(row.id.0);
            if indexed {
                entries.next();
            }
            seen.one(indexed || !row.worded, row.number);
        }
    }
    while let Some(entry) = peek(snapshot, &mut entries, &mut entry_after).await? {
        seen.wrong(entry);
        entries.next();
    }
    Ok(seen)
}

/// The next id of the search index; `after` is `None` when all pages were read.
async fn peek(
    snapshot: &Snapshot,
    entries: &mut Peekable<std::vec::IntoIter<Uuid>>,
    after: &mut Option<Uuid>,
) -> Result<Option<Uuid>> {
    if entries.peek().is_none()
        && let Some(from) = *after
    {
        let page = snapshot.searchable("case_search", from, 1_000).await?;
        *after = page.last().copied();
        *entries = page.into_iter().peekable();
    }
    Ok(entries.peek().copied())
}
