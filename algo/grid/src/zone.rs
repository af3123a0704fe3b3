//! The connected parts of the zones: each is divided alone.
#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "indices come from lists made here; an instance has fewer than 2³² buildings"
)]

use std::collections::BTreeMap;

use crate::Instance;

/// No compound, no previous grid.
pub(crate) const NONE: u32 = u32::MAX;

/// For each node the least node of its component.
pub(crate) fn components(n: usize, edges: impl Iterator<Item = (usize, usize)>) -> Vec<usize> {
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    let mut parent: Vec<usize> = (0..n).collect();
    for (a, b) in edges {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent[a.max(b)] = a.min(b);
    }
    (0..n).map(|at| root(&mut parent, at)).collect()
}

/// Lists of neighbours in one piece of memory.
pub(crate) struct Neighbours {
    start: Vec<u32>,
    list: Vec<u32>,
    /// For each entry of the list which neighbours of the same building are next to it: a bit each, up to 64.
    among: Vec<u64>,
}

impl Neighbours {
    fn new(n: usize, pairs: &[(u32, u32)]) -> Self {
        let mut start = vec![0; n + 1];
        pairs.iter().for_each(|&(a, _)| start[a as usize + 1] += 1);
        for at in 0..n {
            start[at + 1] += start[at];
        }
        let (mut free, mut list) = (start.clone(), vec![0; pairs.len()]);
        for &(a, b) in pairs {
            list[free[a as usize] as usize] = b;
            free[a as usize] += 1;
        }
        let mut found = Neighbours { start, list, among: Vec::new() };
        found.among = found
            .pairs()
            .iter()
            .map(|&(at, near)| {
                let bits = (0..64).zip(found.of(at)).filter(|(_, other)| found.of(near).contains(other));
                bits.fold(0, |among, (bit, _)| among | 1 << bit)
            })
            .collect();
        found
    }

    /// Each building with each of its neighbours.
    pub(crate) fn pairs(&self) -> Vec<(u32, u32)> {
        let all = 0..self.start.len() as u32 - 1;
        all.flat_map(|at| self.of(at).iter().map(move |&near| (at, near))).collect()
    }

    pub(crate) fn among(&self, at: u32) -> &[u64] {
        &self.among[self.start[at as usize] as usize..self.start[at as usize + 1] as usize]
    }

    pub(crate) fn of(&self, at: u32) -> &[u32] {
        &self.list[self.start[at as usize] as usize..self.start[at as usize + 1] as usize]
    }
}

/// A connected part of a zone. Buildings, compounds and old grids are numbered anew from 0.
pub(crate) struct Part {
    /// The buildings' numbers in the instance.
    pub(crate) ids: Vec<u32>,
    /// Metres from the middle of the part.
    pub(crate) place: Vec<(f64, f64)>,
    pub(crate) households: Vec<f64>,
    pub(crate) compound: Vec<u32>,
    /// For each compound the grids that its size forces.
    pub(crate) needs: Vec<u32>,
    pub(crate) near: Neighbours,
    /// Neighbours across a minor road; they are in `near` too.
    pub(crate) across: Neighbours,
    /// Grids wanted; from 1 to the number of buildings.
    pub(crate) count: usize,
    pub(crate) previous: Vec<u32>,
    /// The labels of the old grids.
    pub(crate) old_labels: Vec<u32>,
}

impl Part {
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }
}

/// Numbers what comes first 0, what comes next 1, and so on.
#[derive(Default)]
struct Numbers {
    known: BTreeMap<u32, u32>,
    names: Vec<u32>,
}

impl Numbers {
    fn of(&mut self, name: Option<u32>) -> u32 {
        let Some(name) = name else { return NONE };
        *self.known.entry(name).or_insert_with(|| {
            self.names.push(name);
            self.names.len() as u32 - 1
        })
    }
}

/// The parts of an instance that was checked.
pub(crate) fn parts(instance: &Instance) -> Vec<Part> {
    let buildings = &instance.buildings;
    let zone = |at: u32| buildings[at as usize].zone;
    let within = || instance.edges.iter().filter(|edge| edge.a != edge.b && zone(edge.a) == zone(edge.b));
    let root = components(buildings.len(), within().map(|edge| (edge.a as usize, edge.b as usize)));
    // parts in the order of their zones, then of their first buildings
    let mut held: BTreeMap<(u32, usize), Vec<u32>> = BTreeMap::new();
    for (at, &root) in root.iter().enumerate() {
        held.entry((buildings[at].zone, root)).or_default().push(at as u32);
    }
    let mut local = vec![(0, 0); buildings.len()];
    for (part, ids) in held.values().enumerate() {
        ids.iter().enumerate().for_each(|(at, &id)| local[id as usize] = (part, at as u32));
    }
    let (mut near, mut across) = (vec![Vec::new(); held.len()], vec![Vec::new(); held.len()]);
    for edge in within() {
        let ((part, a), (_, b)) = (local[edge.a as usize], local[edge.b as usize]);
        near[part].extend([(a, b), (b, a)]);
        if edge.minor_road {
            across[part].extend([(a, b), (b, a)]);
        }
    }
    let counts = counts(instance, &held);
    let lists = near.into_iter().zip(across).zip(counts);
    held.into_values()
        .zip(lists)
        .map(|(ids, ((near, across), count))| part(instance, ids, &near, &across, count))
        .collect()
}

fn part(
    instance: &Instance,
    ids: Vec<u32>,
    near: &[(u32, u32)],
    across: &[(u32, u32)],
    count: usize,
) -> Part {
    let n = ids.len();
    let held: Vec<_> = ids.iter().map(|&id| &instance.buildings[id as usize]).collect();
    let (mut compounds, mut old) = (Numbers::default(), Numbers::default());
    let compound: Vec<u32> = held.iter().map(|building| compounds.of(building.compound)).collect();
    let mut size = vec![0.0; compounds.names.len()];
    for (building, &compound) in held.iter().zip(&compound).filter(|(_, compound)| **compound != NONE) {
        size[compound as usize] += f64::from(building.households);
    }
    #[expect(clippy::cast_sign_loss, reason = "not below 1")]
    let needs = size.iter().map(|size| (size / instance.band.high()).ceil().max(1.0) as u32).collect();
    let middle = |value: fn(&crate::Building) -> f64| {
        held.iter().map(|building| value(building)).sum::<f64>() / f64::from(n as u32)
    };
    let (x, y) = (middle(|building| building.x), middle(|building| building.y));
    Part {
        place: held.iter().map(|building| (building.x - x, building.y - y)).collect(),
        households: held.iter().map(|building| f64::from(building.households)).collect(),
        compound,
        needs,
        near: Neighbours::new(n, near),
        across: Neighbours::new(n, across),
        count,
        previous: ids
            .iter()
            .map(|&id| old.of(instance.previous.get(id as usize).copied().flatten()))
            .collect(),
        old_labels: old.names,
        ids,
    }
}

/// How many grids each part gets: at least one, at most one for each building, and for the parts of a zone together
/// as many as the zone wants where that is possible.
fn counts(instance: &Instance, held: &BTreeMap<(u32, usize), Vec<u32>>) -> Vec<usize> {
    let size = |ids: &[u32]| -> f64 {
        ids.iter().map(|&id| f64::from(instance.buildings[id as usize].households)).sum()
    };
    let of_zone = |zone: u32| held.iter().filter(move |(key, _)| key.0 == zone);
    let mut counts = Vec::with_capacity(held.len());
    for (zone, wanted) in (0u32..).zip(&instance.zones) {
        let parts: Vec<_> = of_zone(zone).map(|(_, ids)| (size(ids), ids.len())).collect();
        let all = parts.iter().map(|part| part.0).sum();
        let wanted =
            wanted.map_or_else(|| nearest_count(all, instance.band.target), |wanted| wanted as usize);
        let mut of_parts = vec![1; parts.len()];
        for _ in parts.len()..wanted {
            let heaviest = (0..parts.len()).filter(|&at| of_parts[at] < parts[at].1).max_by(|&a, &b| {
                let load = |at: usize| parts[at].0 / f64::from(of_parts[at] as u32);
                load(a).total_cmp(&load(b))
            });
            let Some(heaviest) = heaviest else { break };
            of_parts[heaviest] += 1;
        }
        counts.extend(of_parts);
    }
    counts
}

/// The count whose mean grid comes nearest to the target.
fn nearest_count(households: f64, target: f64) -> usize {
    #[expect(clippy::cast_sign_loss, reason = "households and target are not negative")]
    let fewer = ((households / target) as usize).max(1);
    let off = |count: usize| (households / f64::from(count as u32) - target).abs();
    if off(fewer + 1) < off(fewer) { fewer + 1 } else { fewer }
}
