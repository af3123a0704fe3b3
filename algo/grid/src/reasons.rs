//! Why a grid is out of band.
#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "indices come from the instance, which was checked; it has fewer than 2³² buildings"
)]

use std::collections::{BTreeMap, BTreeSet};

use crate::{Band, Division, GridError, Instance, quality::members, zone::components};

/// Why a grid has too many or too few households, the strongest reason that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// One building alone has more households than the band allows.
    OneBuilding {
        /// That building.
        building: u32,
    },
    /// The grids of its zone, taken together, have a mean out of band: some of them must be. Another count, or
    /// another zone, would help.
    Count,
    /// Whatever one building is given to or taken from a grid beside, one of the two is out of band after it, or
    /// would be in pieces: the buildings are too large for the band.
    Coarse,
    /// A building could change sides so that both grids are in band, but its compound would be cut.
    Compound {
        /// The building that could.
        building: u32,
        /// The grid that it is in, and the one it could go to.
        sides: (u32, u32),
    },
    /// A building could change sides so that both grids are in band; the division was better on the whole without:
    /// more compact, or fewer households moved.
    Choice {
        /// The building that could.
        building: u32,
        /// The grid that it is in, and the one it could go to.
        sides: (u32, u32),
    },
}

/// A grid out of band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutOfBand {
    /// Its label.
    pub grid: u32,
    /// Its households.
    pub households: f64,
    /// Why.
    pub reason: Reason,
}

/// The grids out of band, by label, each with its reason.
pub fn reasons(instance: &Instance, division: &Division) -> Result<Vec<OutOfBand>, GridError> {
    instance.check()?;
    let n = instance.buildings.len();
    if division.grid.len() != n {
        return Err(GridError::Length("grid", division.grid.len(), n));
    }
    let members = members(division);
    let households = |at: usize| f64::from(instance.buildings[at].households);
    let held: BTreeMap<u32, f64> =
        members.iter().map(|(&label, list)| (label, list.iter().map(|&at| households(at)).sum())).collect();
    let mut near = vec![Vec::new(); n];
    for edge in &instance.edges {
        near[edge.a as usize].push(edge.b as usize);
        near[edge.b as usize].push(edge.a as usize);
    }
    let mut zones: BTreeMap<u32, (f64, BTreeSet<u32>)> = BTreeMap::new();
    for (building, &label) in instance.buildings.iter().zip(&division.grid) {
        let (all, labels) = zones.entry(building.zone).or_default();
        *all += f64::from(building.households);
        labels.insert(label);
    }
    let view = View { instance, division, members: &members, held: &held, near: &near };
    let out = held.iter().filter(|(_, held)| instance.band.beyond(**held) > 0.0);
    let found = out.map(|(&grid, &all)| {
        let list = &members[&grid];
        let large = list.iter().copied().find(|&at| households(at) > instance.band.high());
        let mean_is_out = |at: usize| {
            let (all, labels) = &zones[&instance.buildings[at].zone];
            instance.band.beyond(all / f64::from(labels.len() as u32)) > 0.0
        };
        let reason = match large {
            Some(building) => Reason::OneBuilding { building: building as u32 },
            None if list.first().is_some_and(|&at| mean_is_out(at)) => Reason::Count,
            None => view.by_moves(grid),
        };
        OutOfBand { grid, households: all, reason }
    });
    Ok(found.collect())
}

struct View<'a> {
    instance: &'a Instance,
    division: &'a Division,
    members: &'a BTreeMap<u32, Vec<usize>>,
    held: &'a BTreeMap<u32, f64>,
    near: &'a [Vec<usize>],
}

impl View<'_> {
    /// The reason that the single moves of buildings tell.
    fn by_moves(&self, grid: u32) -> Reason {
        let mut cuts_compound = None;
        for &at in &self.members[&grid] {
            for &other in &self.near[at] {
                let beside = self.division.grid[other];
                if beside == grid || self.instance.buildings[other].zone != self.instance.buildings[at].zone {
                    continue;
                }
                for (building, sides) in [(at, (grid, beside)), (other, (beside, grid))] {
                    if !self.helps(building, sides) {
                        continue;
                    }
                    if !self.cuts_compound(building, sides.0) {
                        return Reason::Choice { building: building as u32, sides };
                    }
                    cuts_compound.get_or_insert(Reason::Compound { building: building as u32, sides });
                }
            }
        }
        cuts_compound.unwrap_or(Reason::Coarse)
    }

    /// Whether both grids are in band after a building changed sides, and the one it left hangs together.
    fn helps(&self, building: usize, (from, to): (u32, u32)) -> bool {
        let band: Band = self.instance.band;
        let households = f64::from(self.instance.buildings[building].households);
        let left = &self.members[&from];
        band.beyond(self.held[&from] - households) + band.beyond(self.held[&to] + households) == 0.0
            && left.len() > 1
            && {
                let seat: BTreeMap<usize, usize> = left
                    .iter()
                    .filter(|&&at| at != building)
                    .enumerate()
                    .map(|(seat, &at)| (at, seat))
                    .collect();
                let pairs = seat.iter().flat_map(|(&at, &a)| {
                    self.near[at].iter().filter_map(|other| seat.get(other)).map(move |&b| (a, b))
                });
                components(seat.len(), pairs).iter().all(|&root| root == 0)
            }
    }

    /// Whether a building leaves others of its compound behind.
    fn cuts_compound(&self, building: usize, from: u32) -> bool {
        let compound = self.instance.buildings[building].compound;
        let others = self.members[&from].iter().filter(|&&at| at != building);
        compound.is_some()
            && others.map(|&at| self.instance.buildings[at].compound).any(|other| other == compound)
    }
}
