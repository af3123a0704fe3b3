//! How good a division is, counted from nothing but instance and division.
#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "indices come from lists of the same length; counts are far below 2⁵²"
)]

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::{Division, GridError, Instance, zone::components};

/// The figures of a division. Less is better in all but `grids` and `compounds_whole`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// Grids there are.
    pub grids: usize,
    /// Grids that do not hang together.
    pub disconnected: usize,
    /// Grids in more than one zone.
    pub crossing: usize,
    /// Grids with too many or too few households.
    pub out_of_band: usize,
    /// Households beyond the band, in per cent of all.
    pub excess_percent: f64,
    /// Household-weighted squared distance to each grid's best building, in m² (Hess 1965).
    pub inertia: f64,
    /// Pieces of compounds beyond what their size forces.
    pub compound_excess: usize,
    /// Compounds that could be whole and are.
    pub compounds_whole: usize,
    /// Pairs of neighbours in one grid across a minor road.
    pub minor_roads_inside: usize,
    /// Pairs of neighbours in two grids, in per cent of all.
    pub cut_percent: f64,
    /// Households in another grid than before, in per cent of those in buildings that had one; `None` without a
    /// previous division. Old and new grids are matched one to one, the largest overlap first.
    pub moved_percent: Option<f64>,
}

impl Quality {
    /// Counts the figures.
    pub fn of(instance: &Instance, division: &Division) -> Result<Quality, GridError> {
        instance.check()?;
        let (buildings, edges) = (&instance.buildings, &instance.edges);
        let n = buildings.len();
        if division.grid.len() != n {
            return Err(GridError::Length("grid", division.grid.len(), n));
        }
        let members = members(division);
        let number: BTreeMap<u32, usize> =
            members.keys().enumerate().map(|(at, &label)| (label, at)).collect();
        let grid: Vec<usize> = division.grid.iter().map(|label| number[label]).collect();
        let same = |a: u32, b: u32| grid[a as usize] == grid[b as usize];

        let inside = edges.iter().filter(|edge| same(edge.a, edge.b));
        let piece = components(n, inside.clone().map(|edge| (edge.a as usize, edge.b as usize)));
        let pieces: HashSet<(usize, usize)> = grid.iter().copied().zip(piece.iter().copied()).collect();
        let zones: HashSet<(usize, u32)> =
            grid.iter().copied().zip(buildings.iter().map(|building| building.zone)).collect();
        let cut = edges.len() - inside.clone().count();

        let (mut out_of_band, mut beyond, mut inertia) = (0, 0.0, 0.0);
        for buildings in members.values() {
            let held: Vec<_> = buildings.iter().map(|&at| &instance.buildings[at]).collect();
            let households: f64 = held.iter().map(|building| f64::from(building.households)).sum();
            let excess = instance.band.beyond(households);
            out_of_band += usize::from(excess > 0.0);
            beyond += excess;
            // about the centre of mass first, then about the building nearest to it: the parallel axis theorem
            let mean = |value: fn(&crate::Building) -> f64| {
                held.iter().map(|b| f64::from(b.households) * value(b)).sum::<f64>() / households.max(1e-9)
            };
            let (x, y) = (mean(|b| b.x), mean(|b| b.y));
            let square = |b: &crate::Building| (b.x - x).powi(2) + (b.y - y).powi(2);
            inertia += held.iter().map(|b| f64::from(b.households) * square(b)).sum::<f64>();
            inertia += households * held.iter().map(|b| square(b)).fold(f64::INFINITY, f64::min);
        }

        let mut compounds: BTreeMap<u32, (f64, BTreeSet<usize>)> = BTreeMap::new();
        for (building, &grid) in buildings.iter().zip(&grid) {
            if let Some(compound) = building.compound {
                let (households, grids) = compounds.entry(compound).or_default();
                *households += f64::from(building.households);
                grids.insert(grid);
            }
        }
        let needs = |households: f64| (households / instance.band.high()).ceil().max(1.0);
        let small = |households: f64| households <= instance.band.high();
        let compound_excess =
            compounds.values().map(|(households, grids)| (grids.len() as f64 - needs(*households)).max(0.0));
        let whole = compounds.values().filter(|(households, grids)| small(*households) && grids.len() == 1);

        let all: f64 = buildings.iter().map(|building| f64::from(building.households)).sum();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a sum of whole counts")]
        let compound_excess = compound_excess.sum::<f64>() as usize;
        Ok(Quality {
            grids: members.len(),
            disconnected: {
                let mut count = vec![0; members.len()];
                pieces.iter().for_each(|&(grid, _)| count[grid] += 1);
                count.iter().filter(|&&count| count > 1).count()
            },
            crossing: {
                let mut count = vec![0; members.len()];
                zones.iter().for_each(|&(grid, _)| count[grid] += 1);
                count.iter().filter(|&&count| count > 1).count()
            },
            out_of_band,
            excess_percent: 100.0 * beyond / all.max(1e-9),
            inertia,
            compound_excess,
            compounds_whole: whole.count(),
            minor_roads_inside: inside.filter(|edge| edge.minor_road).count(),
            cut_percent: 100.0 * cut as f64 / edges.len().max(1) as f64,
            moved_percent: moved_percent(instance, &grid),
        })
    }
}

/// The buildings of each grid, by label.
pub(crate) fn members(division: &Division) -> BTreeMap<u32, Vec<usize>> {
    let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, &label) in division.grid.iter().enumerate() {
        members.entry(label).or_default().push(at);
    }
    members
}

/// Pairs of one old label and one new, the largest overlap first; each old and each new one at most once. `overlap`
/// holds the households that both have. Also says how many households are in the pairs.
pub(crate) fn matched(overlap: &BTreeMap<(u32, usize), f64>) -> (BTreeMap<usize, u32>, f64) {
    let mut pairs: Vec<_> = overlap.iter().collect();
    pairs.sort_by(|one, two| two.1.total_cmp(one.1).then(one.0.cmp(two.0)));
    let (mut old_taken, mut taken, mut kept) = (HashSet::new(), BTreeMap::new(), 0.0);
    for (&(old, new), &households) in pairs {
        if !old_taken.contains(&old) && !taken.contains_key(&new) {
            old_taken.insert(old);
            taken.insert(new, old);
            kept += households;
        }
    }
    (taken, kept)
}

fn moved_percent(instance: &Instance, grid: &[usize]) -> Option<f64> {
    if instance.previous.is_empty() {
        return None;
    }
    let (mut overlap, mut all) = (BTreeMap::new(), 0.0);
    for ((previous, building), &grid) in instance.previous.iter().zip(&instance.buildings).zip(grid) {
        if let Some(previous) = previous {
            *overlap.entry((*previous, grid)).or_insert(0.0) += f64::from(building.households);
            all += f64::from(building.households);
        }
    }
    Some(100.0 * (1.0 - matched(&overlap).1 / f64::max(all, 1e-9)))
}
