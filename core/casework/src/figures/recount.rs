//! Everything counted once more from the events, and compared with what the pages show.

use super::{
    count::{CellKey, Sums, fact_of, fold, ids, sum},
    fact::Fact,
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

/// A sum's key as the database has it.
type Stored = (Uuid, i64, String, String, Uuid, Uuid, Uuid);

fn as_stored((org, tier, slot, figure, street, community, grid): CellKey) -> Stored {
    (org, tier, slot.to_string(), figure, street, community, grid)
}

impl Casework {
    /// Folds every case and adds up every cell; answers where they differ from what is stored, a thousand at most.
    /// Cases that wait to be counted are left out. Reads only.
    pub async fn recount_check(&self) -> Result<Vec<Difference>> {
        let (scope, now, settings) = (Scope::system("recount figures"), self.world.now(), self.settings());
        let mut read = self.db.read();
        let waiting: BTreeSet<CaseId> = read
            .all::<store::MarkRow>(&store::MARKED, &scope, args![now, i64::MAX])
            .await?
            .into_iter()
            .map(|mark| mark.case_id)
            .collect();
        let (mut found, mut after) = (Vec::new(), Uuid::nil());
        let mut sums: BTreeMap<CellKey, Sums> = BTreeMap::new();
        loop {
            let rows: Vec<store::IdRow> = read.all(&store::ALL_CASES, &scope, args![after]).await?;
            let Some(last) = rows.last() else { break };
            after = last.id.0;
            let cases: Vec<CaseId> = rows.into_iter().map(|row| row.id).collect();
            let mut stored: BTreeMap<CaseId, BTreeSet<Fact>> = BTreeMap::new();
            for row in
                read.all::<store::FactRow>(&store::FACTS, &scope, &[ids(cases.iter().copied())]).await?
            {
                let (case, fact) = fact_of(row)?;
                sum(&mut sums, &fact, 1);
                stored.entry(case).or_default().insert(fact);
            }
            for (case, counted) in fold(&mut read, &settings, &cases, now).await? {
                let facts: BTreeSet<Fact> = counted.facts.into_iter().collect();
                if facts != stored.remove(&case).unwrap_or_default() && !waiting.contains(&case) {
                    found.push(Difference::Case(case));
                }
            }
        }
        let mut cells: BTreeMap<_, Sums> =
            sums.into_iter().map(|(key, sums)| (as_stored(key), sums)).collect();
        for row in read.all::<store::CellRow>(&store::ALL_CELLS, &scope, args![]).await? {
            let key = (
                row.org_id,
                row.tier,
                row.period.clone(),
                row.figure.clone(),
                row.street_id,
                row.community_id,
                row.grid_id,
            );
            let shown = Sums {
                total: row.total,
                value: row.value,
                whole: row.whole,
                part: row.part,
                share: row.share,
                shared: row.shared,
            };
            let counted = cells.remove(&key).unwrap_or_default();
            if shown != counted {
                let (shown, counted) = (shown.total, counted.total);
                found.push(Difference::Cell { figure: row.figure, period: row.period, shown, counted });
            }
        }
        let lost = cells.into_iter().filter(|(_, sums)| *sums != Sums::default());
        found.extend(lost.map(|((_, _, period, figure, ..), sums)| Difference::Cell {
            figure,
            period,
            shown: 0,
            counted: sums.total,
        }));
        found.truncate(1000);
        Ok(found)
    }
}
