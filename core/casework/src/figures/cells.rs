//! Sums of facts: which there are, and how far facts are in them.

use super::{
    count::fact_of,
    fact::{Fact, WHOLE},
    span::{Slot, month_of},
    store,
};
use linli_authz::Scope;
use linli_base::Result;
use linli_store::{Query, Tx, args};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Facts that are added to the sums in one transaction when all are counted anew, or a few more. Tests have few facts
/// and want several steps.
const AT_ONCE: usize = if cfg!(debug_assertions) { 10 } else { 4_000 };

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

/// Adds sums to the cells.
pub(super) fn add_to_cells(tx: &mut Tx<'_>, scope: &Scope, cells: BTreeMap<CellKey, Sums>) -> Result<()> {
    let changed = cells.into_iter().filter(|(_, sums)| *sums != Sums::default());
    let row = |((org, tier, slot, figure, street, community, grid), sums): (CellKey, Sums)| {
        let slot = slot.to_string();
        let Sums { total, value, whole, part, share, shared } = sums;
        let row =
            args![org, tier, slot, figure, street, community, grid, total, value, whole, part, share, shared];
        (&store::ADD_TO_CELL, row.to_vec())
    };
    tx.run_all(&changed.map(row).collect::<Vec<_>>(), scope)
}

/// Which facts are in the sums. All of them, unless everything is counted anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Summed {
    All,
    /// Those up to this community, figure and month, in this order.
    UpTo(Uuid, String, i64),
}

impl Summed {
    /// None yet: no figure has an empty name.
    pub fn nothing() -> Summed {
        Summed::UpTo(Uuid::nil(), String::new(), 0)
    }

    pub fn of(row: store::ClockRow) -> Summed {
        match row.figure {
            Some(figure) => Summed::UpTo(row.community.unwrap_or_default(), figure, row.month.unwrap_or(0)),
            None => Summed::All,
        }
    }

    /// Whether a fact is in the sums.
    pub fn has(&self, fact: &Fact) -> bool {
        match self {
            Summed::All => true,
            Summed::UpTo(community, figure, month) => {
                let of = (nil(fact.areas.community), fact.figure.name(), month_of(fact.day));
                of <= (*community, figure.as_str(), *month)
            }
        }
    }

    pub async fn note(&self, tx: &mut Tx<'_>, scope: &Scope) -> Result<()> {
        let row = match self {
            Summed::All => args![None::<Uuid>, None::<String>, None::<i64>],
            Summed::UpTo(community, figure, month) => args![*community, figure.as_str(), *month],
        };
        tx.run(&store::SUMMED, scope, row).await.map(drop)
    }
}

/// Brings some more facts into the sums.
pub(super) async fn sum_some(tx: &mut Tx<'_>, scope: &Scope, mut summed: Summed) -> Result<()> {
    let (mut seen, mut cells) = (0, BTreeMap::new());
    while let Summed::UpTo(community, figure, month) = &summed
        && seen < AT_ONCE
    {
        let after = args![*community, figure.as_str(), *month];
        let Some(at) = tx.maybe::<store::PlaceRow>(&store::NEXT_PLACE, scope, after).await? else {
            summed = Summed::All;
            break;
        };
        let here = args![at.community, at.figure.as_str(), at.month];
        for row in tx.all::<store::FactRow>(&store::FACTS_AT, scope, here).await? {
            sum(&mut cells, &fact_of(row)?.1, 1);
            seen += 1;
        }
        summed = Summed::UpTo(at.community, at.figure, at.month);
    }
    add_to_cells(tx, scope, cells)?;
    summed.note(tx, scope).await
}
