//! Everything counted once more from the events, and compared with what the pages show.

use super::{
    cells::{CellKey, Summed, Sums, sum},
    count::{fact_of, fold, ids, stored},
    fact::{Fact, Figure},
    store,
};
use crate::Casework;
use linli_authz::Scope;
use linli_base::{CaseId, Result};
use linli_store::{Query, args};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Where what is shown is not what the events say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A case's facts are not those of its events.
    Case(CaseId),
    /// A cell is not the sum of its facts.
    Cell {
        /// The figure, with a detail where it has one.
        figure: String,
        /// A week, a month or a year: `2026-W39`, `2026-09`, `2026`.
        period: String,
        /// What is shown.
        shown: i64,
        /// What the facts add up to.
        counted: i64,
    },
}

/// At most so many are told.
const TOLD: usize = 1000;

/// A sum's key as the database has it.
type Stored = (Uuid, i64, String, String, Uuid, Uuid, Uuid);

fn as_stored((org, tier, slot, figure, street, community, grid): CellKey) -> Stored {
    (org, tier, slot.to_string(), figure, street, community, grid)
}

impl Casework {
    /// Folds every case and adds up every cell; answers where they differ from what is stored, a thousand at most.
    /// Cases that wait to be counted are left out, and facts that wait to be summed. Reads only.
    pub async fn recount_check(&self) -> Result<Vec<Difference>> {
        let mut found = self.cases_differ().await?;
        for figure in Figure::ALL {
            found.extend(self.cells_differ(figure).await?);
        }
        found.truncate(TOLD);
        Ok(found)
    }

    async fn cases_differ(&self) -> Result<Vec<Difference>> {
        let (scope, now, settings) = (Scope::system("recount figures"), self.world.now(), self.settings());
        let mut read = self.db.read();
        let waiting: BTreeSet<CaseId> = read
            .all::<store::MarkRow>(&store::MARKED, &scope, args![now, i64::MAX])
            .await?
            .into_iter()
            .map(|mark| mark.case_id)
            .collect();
        let (mut found, mut after) = (Vec::new(), Uuid::nil());
        loop {
            let rows: Vec<store::IdRow> = read.all(&store::ALL_CASES, &scope, args![after]).await?;
            let Some(last) = rows.last() else { return Ok(found) };
            after = last.id.0;
            let cases: Vec<CaseId> = rows.into_iter().map(|row| row.id).collect();
            let mut shown: BTreeMap<CaseId, BTreeSet<Fact>> = BTreeMap::new();
            for row in
                read.all::<store::FactRow>(&store::FACTS, &scope, &[ids(cases.iter().copied())]).await?
            {
                let (case, fact) = fact_of(row)?;
                shown.entry(case).or_default().insert(fact);
            }
            for case in stored(&mut read, &scope, &cases).await? {
                let id = case.0.id;
                let counted = fold(&mut read, &scope, &settings, &case, now).await?;
                let facts: BTreeSet<Fact> = counted.facts.into_iter().collect();
                if facts != shown.remove(&id).unwrap_or_default() && !waiting.contains(&id) {
                    found.push(Difference::Case(id));
                }
            }
            if found.len() >= TOLD {
                return Ok(found);
            }
        }
    }

    async fn cells_differ(&self, figure: Figure) -> Result<Vec<Difference>> {
        let scope = Scope::system("recount figures");
        let mut read = self.db.read();
        let clock: Option<store::ClockRow> = read.maybe(&store::CLOCK, &scope, args![]).await?;
        let summed = clock.map_or(Summed::All, Summed::of);
        let (mut sums, mut month) = (BTreeMap::new(), i64::MIN);
        loop {
            let next: store::NumberRow =
                read.one(&store::NEXT_MONTH, &scope, args![figure.name(), month]).await?;
            let Some(next) = next.number else { break };
            month = next;
            let here = args![figure.name(), month];
            for row in read.all::<store::FactRow>(&store::FACTS_OF_MONTH, &scope, here).await? {
                let (_, fact) = fact_of(row)?;
                if summed.has(&fact) {
                    sum(&mut sums, &fact, 1);
                }
            }
        }
        let mut sums: BTreeMap<Stored, Sums> =
            sums.into_iter().map(|(key, sums)| (as_stored(key), sums)).collect();
        let mut found = Vec::new();
        // `/` parts a figure from its detail, and `0` comes next in the alphabet
        let names = args![figure.name(), format!("{}/", figure.name()), format!("{}0", figure.name())];
        for row in read.all::<store::CellRow>(&store::CELLS_OF, &scope, names).await? {
            let shown = row.sums();
            let key =
                (row.org_id, row.tier, row.period, row.figure, row.street_id, row.community_id, row.grid_id);
            let counted = sums.remove(&key).unwrap_or_default();
            if shown != counted {
                let (_, _, period, figure, ..) = key;
                let (shown, counted) = (shown.total, counted.total);
                found.push(Difference::Cell { figure, period, shown, counted });
            }
        }
        let lost = sums.into_iter().filter(|(_, sums)| *sums != Sums::default());
        found.extend(lost.map(|((_, _, period, figure, ..), sums)| Difference::Cell {
            figure,
            period,
            shown: 0,
            counted: sums.total,
        }));
        found.truncate(TOLD);
        Ok(found)
    }
}
