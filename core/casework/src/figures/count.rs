//! Marks are taken, cases folded anew, and the differences added to the cells.

use super::{
    fact::{Fact, Figure, WHOLE},
    facts::{Counted, Story, Told, facts},
    span::{Slot, month_of},
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
/// How far back the same matter counts as said before, in days.
const SAID_AGAIN_DAYS: i64 = 90;

/// Which sum: org (nil: all), tier (0 city to 3 grid), period, figure, street, community, grid.
pub(crate) type CellKey = (Uuid, i64, Slot, String, Uuid, Uuid, Uuid);

/// What is summed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub total: i64,
    pub value: i64,
    pub whole: i64,
    pub part: i64,
    pub share: i64,
    pub shared: i64,
}

impl Sums {
    fn of(fact: &Fact) -> Sums {
        let main = i64::from(fact.main);
        Sums {
            total: main,
            value: main * fact.value,
            whole: main * i64::from(fact.value == WHOLE),
            part: main * i64::from(fact.value > 0 && fact.value < WHOLE),
            share: fact.share,
            shared: fact.share * fact.value,
        }
    }

    fn add(&mut self, other: Sums, sign: i64) {
        self.total += sign * other.total;
        self.value += sign * other.value;
        self.whole += sign * other.whole;
        self.part += sign * other.part;
        self.share += sign * other.share;
        self.shared += sign * other.shared;
    }
}

/// An id in a key: none is nil.
pub(crate) fn nil<T>(id: Option<linli_base::Id<T>>) -> Uuid {
    id.map_or(Uuid::nil(), |id| id.0)
}

fn some<T>(id: Uuid) -> Option<linli_base::Id<T>> {
    (!id.is_nil()).then(|| linli_base::Id::new(id))
}

/// The cells that a fact is summed in.
fn cells_of(fact: &Fact) -> Vec<CellKey> {
    let (street, community, grid) = (nil(fact.areas.street), nil(fact.areas.community), nil(fact.areas.grid));
    let none = Uuid::nil();
    let tiers = [
        (0, none, none, none),
        (1, street, none, none),
        (2, street, community, none),
        (3, street, community, grid),
    ];
    let known = |(tier, street, community, grid): &(i64, Uuid, Uuid, Uuid)| {
        [true, !street.is_nil(), !community.is_nil(), !grid.is_nil()].get(usize::try_from(*tier).unwrap_or(0))
            == Some(&true)
    };
    let mut names = vec![fact.figure.name().to_owned()];
    if fact.figure.detailed() && !fact.detail.is_empty() {
        names.push(format!("{}/{}", fact.figure.name(), fact.detail));
    }
    let slots = Slot::of(fact.day);
    let mut keys = Vec::new();
    for (tier, street, community, grid) in tiers.into_iter().filter(known) {
        // the grid of an org is never asked for
        let orgs = [Some(none), Some(nil(fact.org)).filter(|org| !org.is_nil() && tier < 3)];
        for org in orgs.into_iter().flatten() {
            for name in &names {
                keys.extend(slots.map(|slot| (org, tier, slot, name.clone(), street, community, grid)));
            }
        }
    }
    keys
}

/// Adds a fact to sums, or takes it off.
pub(crate) fn sum(cells: &mut BTreeMap<CellKey, Sums>, fact: &Fact, sign: i64) {
    for key in cells_of(fact) {
        cells.entry(key).or_default().add(Sums::of(fact), sign);
    }
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

/// Folds cases as they stand in the database; in the order in which they were said.
pub(crate) async fn fold(
    query: &mut impl Query,
    settings: &Settings,
    cases: &[CaseId],
    now: At,
) -> Result<Vec<(CaseId, Counted)>> {
    let scope = Scope::system("count figures");
    let list = [ids(cases.iter().copied())];
    let rows: Vec<store::CaseRow> = query.all(&store::CASES, &scope, &list).await?;
    let events: Vec<store::EventRow> = query.all(&store::EVENTS, &scope, &list).await?;
    let mut by_case: BTreeMap<CaseId, Vec<Told>> = BTreeMap::new();
    for event in events {
        by_case.entry(event.case_id).or_default().push(told(event)?);
    }
    let mut folded = Vec::new();
    for row in rows {
        let events = by_case.remove(&row.id).unwrap_or_default();
        let story = Story {
            said_at: row.happened_at,
            said_before: said_before(query, &scope, &row).await?,
            events: &events,
            profile: settings.profile(&row.profile, row.profile_version)?,
            calendar: &settings.calendar,
            now,
        };
        folded.push((row.id, facts(&story)));
    }
    Ok(folded)
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
    /// Marks a case in the transaction that changes it.
    pub(crate) async fn mark(&self, tx: &mut Tx<'_>, case: CaseId, at: At) -> Result<()> {
        tx.run_all(&[marked(case, at)], &Scope::system("mark a case")).await
    }

    /// Throws all facts and cells away and marks every case: everything is counted anew by the next runs.
    pub async fn rebuild_figures(&self) -> Result<u64> {
        let now = self.world.now();
        let scope = Scope::system("count everything anew");
        self.db
            .write(async move |tx| {
                tx.run(&store::CLOCK_ADD, &scope, args![now]).await?;
                tx.run(&store::DROP_ALL_FACTS, &scope, args![]).await?;
                tx.run(&store::DROP_ALL_CELLS, &scope, args![]).await?;
                tx.run(&store::MARK_ALL, &scope, args![now]).await
            })
            .await
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
        loop {
            match self.count_some().await? {
                0 => return Ok(counted),
                some => counted += some,
            }
        }
    }

    async fn count_some(&self) -> Result<usize> {
        let (work, settings, now) = (self.clone(), self.settings(), self.world.now());
        let counted = tokio::spawn(async move {
            let db = work.db.clone();
            Box::pin(db.write(async move |tx| count(tx, &settings, now).await)).await
        });
        counted.await.map_err(|e| Problem::broken("counting figures", e))?
    }

    /// Since when something waits to be counted; `None` where everything is counted.
    pub async fn figures_wait(&self) -> Result<Option<At>> {
        let scope = Scope::system("since when something waits");
        let now = self.world.now();
        let row: store::NumberRow = self.db.read().one(&store::WAITING, &scope, args![now]).await?;
        Ok(row.number.map(At))
    }
}

/// Takes a chunk of marks and counts their cases.
async fn count(tx: &mut Tx<'_>, settings: &Settings, now: At) -> Result<usize> {
    let scope = Scope::system("count figures");
    // whoever else counts waits here, and then sees what was counted
    tx.run(&store::CLOCK_ADD, &scope, args![now]).await?;
    let marks: Vec<store::MarkRow> = tx.all(&store::MARKED, &scope, args![now, CHUNK]).await?;
    let cases: Vec<CaseId> =
        marks.iter().map(|mark| mark.case_id).collect::<BTreeSet<_>>().into_iter().collect();
    if cases.is_empty() {
        return Ok(0);
    }
    tx.run(&store::UNMARK, &scope, &[ids(cases.iter().copied()), Value::from(now)]).await?;
    let list = [ids(cases.iter().copied())];
    let mut old: BTreeMap<CaseId, BTreeSet<Fact>> = BTreeMap::new();
    for row in tx.all::<store::FactRow>(&store::FACTS, &scope, &list).await? {
        let (case, fact) = fact_of(row)?;
        old.entry(case).or_default().insert(fact);
    }
    let mut cells = BTreeMap::new();
    // one after the other: a case asks the facts of those before it
    for case in in_order(tx, &cases).await? {
        let folded = fold(tx, settings, &[case], now).await?;
        let counted = folded.into_iter().next().map(|(_, counted)| counted).unwrap_or_default();
        let new: BTreeSet<Fact> = counted.facts.into_iter().collect();
        if let Some(wake) = counted.wake {
            tx.run(&store::MARK, &scope, args![case, wake]).await?;
        }
        let old = old.remove(&case).unwrap_or_default();
        if old == new {
            continue;
        }
        write(tx, &scope, case, &old, &new).await?;
        old.difference(&new).for_each(|fact| sum(&mut cells, fact, -1));
        new.difference(&old).for_each(|fact| sum(&mut cells, fact, 1));
        let (was, is) = (line_of(&old), line_of(&new));
        if was != is {
            for line in [was, is].into_iter().flatten() {
                next_in_line(tx, &scope, case, &line, now).await?;
            }
        }
    }
    for (key, sums) in cells.into_iter().filter(|(_, sums)| *sums != Sums::default()) {
        let (org, tier, slot, figure, street, community, grid) = key;
        let row = args![
            org,
            tier,
            slot.to_string(),
            figure,
            street,
            community,
            grid,
            sums.total,
            sums.value,
            sums.whole,
            sums.part,
            sums.share,
            sums.shared
        ];
        tx.run(&store::ADD_TO_CELL, &scope, row).await?;
    }
    Ok(cases.len())
}

/// Cases in the order in which they were said; those that are gone come last.
async fn in_order(tx: &mut Tx<'_>, cases: &[CaseId]) -> Result<Vec<CaseId>> {
    let rows: Vec<store::CaseRow> =
        tx.all(&store::CASES, &Scope::system("count figures"), &[ids(cases.iter().copied())]).await?;
    let mut order: Vec<CaseId> = rows.into_iter().map(|row| row.id).collect();
    let there: BTreeSet<CaseId> = order.iter().copied().collect();
    order.extend(cases.iter().filter(|case| !there.contains(case)));
    Ok(order)
}

async fn write(
    tx: &mut Tx<'_>,
    scope: &Scope,
    case: CaseId,
    old: &BTreeSet<Fact>,
    new: &BTreeSet<Fact>,
) -> Result<()> {
    if !old.is_empty() {
        tx.run(&store::DROP_FACTS, scope, &[ids([case])]).await?;
    }
    for fact in new {
        let row = args![
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
        ];
        tx.run(&store::ADD_FACT, scope, row).await?;
    }
    Ok(())
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
