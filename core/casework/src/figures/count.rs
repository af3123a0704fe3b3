//! Marks are taken, cases folded anew, and the differences added to the cells.

use super::{
    cells::{Summed, add_to_cells, nil, sum, sum_some},
    fact::{Fact, Figure},
    facts::{Counted, Story, Told, facts},
    span::month_of,
    store,
};
use crate::{Casework, Settings};
use linli_authz::Scope;
use linli_base::{At, CaseId, Problem, Result};
use linli_procedure::Areas;
use linli_store::{Query, Stmt, Tx, Value, args};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Cases folded in one transaction.
const CHUNK: i64 = 64;
/// As many while their facts enter no sums yet: neighbours in time lie on the same pages.
const ANEW: i64 = 256;
/// How far back the same matter counts as said before, in days.
const SAID_AGAIN_DAYS: i64 = 90;

fn some<T>(id: Uuid) -> Option<linli_base::Id<T>> {
    (!id.is_nil()).then(|| linli_base::Id::new(id))
}

pub(crate) fn fact_of(row: store::FactRow) -> Result<(CaseId, Fact)> {
    let figure = Figure::parse(&row.figure)
        .ok_or_else(|| Problem::broken("reading a fact", format!("`{}` is no figure", row.figure)))?;
    let fact = Fact {
        figure,
        seq: row.seq,
        org: some(row.org_id),
        main: row.main,
        day: linli_base::Day(row.day),
        areas: Areas {
            street: some(row.street_id),
            community: some(row.community_id),
            grid: some(row.grid_id),
        },
        detail: row.detail,
        value: row.value,
        share: row.share,
    };
    Ok((row.case_id, fact))
}

pub(crate) fn ids(cases: impl IntoIterator<Item = CaseId>) -> Value {
    Value::List(cases.into_iter().map(|id| Value::from(id.0)).collect())
}

fn told(row: store::EventRow) -> Result<Told> {
    let broken = |e| Problem::broken("reading an event", e);
    Ok(Told {
        seq: row.seq,
        step: row.step,
        to: row.to_state,
        at: row.happened_at,
        org: row.org_id,
        areas: Areas { street: row.street_id, community: row.community_id, grid: row.grid_id },
        input: serde_json::from_value(row.input).map_err(broken)?,
        changes: serde_json::from_value(row.changes).map_err(broken)?,
    })
}

/// Where and as what a case was said: what the next one of its kind asks.
type Line = (Uuid, Uuid, String, i64);

fn line_of(facts: &BTreeSet<Fact>) -> Option<Line> {
    let said = facts.iter().find(|fact| fact.figure == Figure::Said && !fact.detail.is_empty())?;
    Some((nil(said.areas.grid), nil(said.areas.community), said.detail.clone(), said.day.0))
}

/// A case as it stands in the database, with its events.
pub(super) type Stored = (store::CaseRow, Vec<Told>);

/// Cases in the order in which they were said; those that are gone are left out.
pub(super) async fn stored(query: &mut impl Query, scope: &Scope, cases: &[CaseId]) -> Result<Vec<Stored>> {
    let list = [ids(cases.iter().copied())];
    let rows: Vec<store::CaseRow> = query.all(&store::CASES, scope, &list).await?;
    let events: Vec<store::EventRow> = query.all(&store::EVENTS, scope, &list).await?;
    let mut by_case: BTreeMap<CaseId, Vec<Told>> = BTreeMap::new();
    for event in events {
        by_case.entry(event.case_id).or_default().push(told(event)?);
    }
    let with_events = |row: store::CaseRow| {
        let events = by_case.remove(&row.id).unwrap_or_default();
        (row, events)
    };
    Ok(rows.into_iter().map(with_events).collect())
}

/// Folds a case; asks the facts of those before it.
pub(super) async fn fold(
    query: &mut impl Query,
    scope: &Scope,
    settings: &Settings,
    (row, events): &Stored,
    now: At,
) -> Result<Counted> {
    let story = Story {
        said_at: row.happened_at,
        said_before: said_before(query, scope, row).await?,
        events,
        profile: settings.profile(&row.profile, row.profile_version)?,
        calendar: &settings.calendar,
        now,
    };
    Ok(facts(&story))
}

async fn said_before(query: &mut impl Query, scope: &Scope, row: &store::CaseRow) -> Result<bool> {
    let (Some(category), Some(community)) = (&row.category, row.community_id) else { return Ok(false) };
    let day = row.happened_at.day();
    let from = day.plus(-SAID_AGAIN_DAYS);
    let args = args![nil(row.grid_id), community, category.as_str(), from, day, row.id];
    Ok(query.maybe::<store::IdRow>(&store::SAID_BEFORE, scope, args).await?.is_some())
}

/// The row that marks a case.
pub(crate) fn marked(case: CaseId, at: At) -> (&'static Stmt, Vec<Value>) {
    (&store::MARK, args![case, at].to_vec())
}

impl Casework {
    /// Throws all facts and cells away and marks every case: everything is counted anew by the next runs, the facts
    /// first and then their sums.
    pub async fn rebuild_figures(&self) -> Result<u64> {
        let now = self.world.now();
        let scope = Scope::system("count everything anew");
        self.db
            .write(async move |tx| {
                tx.all::<store::ClockRow>(&store::CLOCK_TAKE, &scope, args![now]).await?;
                tx.run(&store::DROP_ALL_FACTS, &scope, args![]).await?;
                tx.run(&store::DROP_ALL_CELLS, &scope, args![]).await?;
                Summed::nothing().note(tx, &scope).await?;
                tx.run(&store::MARK_ALL, &scope, args![now]).await
            })
            .await
            .inspect(|_| self.sums.changed())
    }

    /// Marks every case that counts for something: a calendar moves due times that have passed, too.
    pub(crate) async fn mark_counted(&self) -> Result<()> {
        let now = self.world.now();
        let scope = Scope::system("count anew under another calendar");
        self.db.write(async move |tx| tx.run(&store::MARK_COUNTED, &scope, args![now]).await.map(drop)).await
    }

    /// Counts what is marked until nothing waits; answers how many cases it folded. Safe to run twice, and in several
    /// copies at once.
    pub async fn count_figures(&self) -> Result<usize> {
        let mut counted = 0;
        while let Some(some) = self.count_some().await? {
            counted += some;
        }
        Ok(counted)
    }

    /// A part of it, in one transaction; `None` where nothing waited.
    pub async fn count_some(&self) -> Result<Option<usize>> {
        let (work, settings, now) = (self.clone(), self.settings(), self.world.now());
        let counted = tokio::spawn(async move {
            let db = work.db.clone();
            Box::pin(db.write(async move |tx| count(tx, &settings, now).await)).await
        });
        let counted = counted.await.map_err(|e| Problem::broken("counting figures", e))?;
        counted.inspect(|some| {
            if some.is_some() {
                self.sums.changed();
            }
        })
    }

    /// Since when something waits to be counted; `None` where everything is counted.
    pub async fn figures_wait(&self) -> Result<Option<At>> {
        let scope = Scope::system("since when something waits");
        let now = self.world.now();
        let row: store::NumberRow = self.db.read().one(&store::WAITING, &scope, args![now]).await?;
        Ok(row.number.map(At))
    }
}

/// Takes a chunk of marks and counts their cases, or, where none is left, brings more facts into the sums; `None` where
/// there was nothing to do.
async fn count(tx: &mut Tx<'_>, settings: &Settings, now: At) -> Result<Option<usize>> {
    let scope = Scope::system("count figures");
    // whoever else counts waits here, and then sees what was counted
    let summed = Summed::of(tx.one(&store::CLOCK_TAKE, &scope, args![now]).await?);
    let chunk = if summed == Summed::All { CHUNK } else { ANEW };
    let marks: Vec<store::MarkRow> = tx.all(&store::MARKED, &scope, args![now, chunk]).await?;
    let mut cases: BTreeSet<CaseId> = marks.iter().map(|mark| mark.case_id).collect();
    if cases.is_empty() {
        let more = summed != Summed::All;
        if more {
            sum_some(tx, &scope, summed).await?;
        }
        return Ok(more.then_some(0));
    }
    let counted = cases.len();
    let list = [ids(cases.iter().copied()), Value::from(now)];
    tx.run(&store::UNMARK, &scope, &list).await?;
    let mut old: BTreeMap<CaseId, BTreeSet<Fact>> = BTreeMap::new();
    for row in tx.all::<store::FactRow>(&store::FACTS, &scope, &list).await? {
        let (case, fact) = fact_of(row)?;
        old.entry(case).or_default().insert(fact);
    }
    let there = stored(tx, &scope, &cases.iter().copied().collect::<Vec<_>>()).await?;
    let mut cells = BTreeMap::new();
    let mut differ = |old: &BTreeSet<Fact>, new: &BTreeSet<Fact>| {
        old.difference(new).filter(|fact| summed.has(fact)).for_each(|fact| sum(&mut cells, fact, -1));
        new.difference(old).filter(|fact| summed.has(fact)).for_each(|fact| sum(&mut cells, fact, 1));
    };
    // one after the other: a case asks the facts of those before it
    for case in &there {
        let id = case.0.id;
        cases.remove(&id);
        let counted = fold(tx, &scope, settings, case, now).await?;
        let (old, new) = (old.remove(&id).unwrap_or_default(), counted.facts.into_iter().collect());
        write(tx, &scope, id, &old, &new, counted.wake, now).await?;
        differ(&old, &new);
    }
    for gone in cases {
        let (old, new) = (old.remove(&gone).unwrap_or_default(), BTreeSet::new());
        write(tx, &scope, gone, &old, &new, None, now).await?;
        differ(&old, &new);
    }
    add_to_cells(tx, &scope, cells)?;
    Ok(Some(counted))
}

/// Writes a case's facts where they are others than before, and marks what follows from them.
async fn write(
    tx: &mut Tx<'_>,
    scope: &Scope,
    case: CaseId,
    old: &BTreeSet<Fact>,
    new: &BTreeSet<Fact>,
    wake: Option<At>,
    now: At,
) -> Result<()> {
    let mut all: Vec<(&'static Stmt, Vec<Value>)> = wake.map(|wake| marked(case, wake)).into_iter().collect();
    if old != new {
        all.extend((!old.is_empty()).then(|| (&store::DROP_FACTS, vec![ids([case])])));
        all.extend(new.iter().map(|fact| (&store::ADD_FACT, fact_row(case, fact))));
    }
    if !all.is_empty() {
        tx.run_all(&all, scope)?;
    }
    let (was, is) = (line_of(old), line_of(new));
    if was != is {
        for line in [was, is].into_iter().flatten() {
            next_in_line(tx, scope, case, &line, now).await?;
        }
    }
    Ok(())
}

fn fact_row(case: CaseId, fact: &Fact) -> Vec<Value> {
    args![
        case,
        fact.figure.name(),
        fact.seq,
        nil(fact.org),
        fact.main,
        fact.day,
        month_of(fact.day),
        nil(fact.areas.street),
        nil(fact.areas.community),
        nil(fact.areas.grid),
        fact.detail.as_str(),
        fact.value,
        fact.share
    ]
    .to_vec()
}

/// The next case of the same category in the same place may have been said again, or not any more.
async fn next_in_line(tx: &mut Tx<'_>, scope: &Scope, case: CaseId, line: &Line, now: At) -> Result<()> {
    let (grid, community, category, day) = line;
    let args = args![*grid, *community, category.as_str(), *day, case];
    if let Some(next) = tx.maybe::<store::IdRow>(&store::SAID_NEXT, scope, args).await? {
        tx.run(&store::MARK, scope, args![next.id, now]).await?;
    }
    Ok(())
}
