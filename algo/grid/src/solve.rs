//! Dividing an instance: its parts in parallel, each by seed and search.
#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "indices come from the parts; an instance has fewer than 2³² buildings"
)]

use std::{
    num::NonZeroUsize,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::{
    Division, GridError, Instance,
    anneal::{Course, Search, Weights},
    random::Random,
    seed::{Cutter, bisect, carry_on},
    zone::{NONE, Part, parts},
};

/// How to divide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Where the random numbers begin; the same seed gives the same division.
    pub seed: u64,
    /// How often each building is tried on average. Time grows with it, and the division gets better, ever slower.
    pub sweeps: u32,
    /// Threads at most; the division does not depend on it.
    pub threads: NonZeroUsize,
}

impl Default for Options {
    fn default() -> Self {
        Options { seed: 1, sweeps: 1000, threads: NonZeroUsize::MIN }
    }
}

/// Divides the buildings into grids. Every grid is connected and within its zone. A zone gets the count that it wants,
/// but at least one grid for each connected part, and none without buildings.
pub fn divide(instance: &Instance, options: Options) -> Result<Division, GridError> {
    instance.check()?;
    let parts = parts(instance);
    let (high, again) = (instance.band.high(), !instance.previous.is_empty());
    let seeds = on_threads(&parts, options.threads, |_, part| {
        let mut cutter = Cutter::new(part, high);
        let fresh = bisect(part, &mut cutter);
        let inertia = spread(part, fresh.clone());
        let (grid, homes) = if again { carry_on(part, &mut cutter) } else { (fresh, vec![NONE; part.count]) };
        (grid, homes, inertia)
    });
    let weights = weights(instance, &parts, seeds.iter().map(|seed| seed.2).sum());
    let course = Course { from: if again { 0.6 } else { 2.0 }, to: 0.025, sweeps: options.sweeps };
    let grids = on_threads(&parts, options.threads, |at, part| {
        let mut cutter = Cutter::new(part, high);
        let random = Random::new(options.seed, at as u64);
        let (grid, homes, _) = &seeds[at];
        let mut search = Search::new(part, instance.band, weights, &mut cutter, random, grid.clone(), homes);
        search.run(course);
        search.into_grid()
    });
    Ok(labelled(instance, &parts, &seeds, &grids))
}

/// Labels that hold for the whole instance: the old one for a grid that goes on, else a free one.
fn labelled(
    instance: &Instance,
    parts: &[Part],
    seeds: &[(Vec<u32>, Vec<u32>, f64)],
    grids: &[Vec<u32>],
) -> Division {
    let mut used: std::collections::HashSet<u32> = instance.previous.iter().copied().flatten().collect();
    let mut given = std::collections::HashSet::new();
    let mut free = 0;
    let mut grid = vec![0; instance.buildings.len()];
    for ((part, (_, homes, _)), grids) in parts.iter().zip(seeds).zip(grids) {
        let labels = homes.iter().map(|&home| {
            // an old grid that lay in two parts goes on in the first
            let old = part.old_labels.get(home as usize).copied().filter(|&label| given.insert(label));
            old.unwrap_or_else(|| {
                while !used.insert(free) {
                    free += 1;
                }
                free
            })
        });
        let labels: Vec<u32> = labels.collect();
        part.ids.iter().zip(grids).for_each(|(&id, &own)| grid[id as usize] = labels[own as usize]);
    }
    Division { grid }
}

/// The weights of the score: each sum beside what it is a part of, and all in grids. Band and compounds weigh more than
/// there, so that neither is paid for with compactness. Where buildings are small beside the band, every grid can be in
/// band, and one that is not weighs more still. Households moved weigh five times as much, for the search begins so hot
/// that they would move.
fn weights(instance: &Instance, parts: &[Part], inertia: f64) -> Weights {
    let grids: usize = parts.iter().map(|part| part.count).sum();
    let grids = grids as f64;
    let households = || instance.buildings.iter().map(|building| f64::from(building.households));
    let all = households().sum::<f64>().max(1.0);
    // the building of a household, on average, and half of the band
    let building = (households().map(|households| households * households).sum::<f64>() / all).max(1e-9);
    let half = instance.band.high() - instance.band.target;
    let roads = instance.edges.iter().filter(|edge| edge.minor_road).count();
    let old = instance.buildings.iter().zip(&instance.previous).filter(|(_, previous)| previous.is_some());
    let old: f64 = old.map(|(building, _)| f64::from(building.households)).sum();
    Weights {
        out: 1.1 + (0.8 * half / building).min(1.2),
        excess: 16.0 * grids / all,
        inertia: grids / inertia.max(1e-9),
        compound: 1.8,
        minor_road: 0.2 * grids / roads.max(1) as f64,
        moved: 5.0 * grids / old.max(1.0),
        off: 0.8 / (half + building).powi(2),
    }
}

/// The inertia of a local k-means from a division: a yardstick for how compact the part's grids could be if they had
/// neither to be of like size nor to hang together (Lloyd 1982, each building looking at the grids beside it).
fn spread(part: &Part, mut grid: Vec<u32>) -> f64 {
    let mut inertia = 0.0;
    for _ in 0..12 {
        let mut sums = vec![(0.0, 0.0, 0.0); part.count];
        for (at, &own) in grid.iter().enumerate() {
            let ((x, y), households, sum) = (part.place[at], part.households[at], &mut sums[own as usize]);
            *sum = (sum.0 + households * x, sum.1 + households * y, sum.2 + households);
        }
        let square = |at: usize, grid: u32| {
            let (x, y, households) = sums[grid as usize];
            if households == 0.0 {
                return f64::INFINITY;
            }
            (part.place[at].0 - x / households).powi(2) + (part.place[at].1 - y / households).powi(2)
        };
        inertia = 0.0;
        let next: Vec<u32> = (0..part.len())
            .map(|at| {
                let beside =
                    part.near.of(at as u32).iter().map(|&near| grid[near as usize]).chain([grid[at]]);
                let best = beside.min_by(|&a, &b| square(at, a).total_cmp(&square(at, b)).then(a.cmp(&b)));
                let best = best.unwrap_or(grid[at]);
                if part.households[at] > 0.0 {
                    inertia += part.households[at] * square(at, best);
                }
                best
            })
            .collect();
        grid = next;
    }
    inertia
}

/// Does one thing for each part, on so many threads, and gives the results in the order of the parts.
fn on_threads<T: Send>(
    parts: &[Part],
    threads: NonZeroUsize,
    work: impl Fn(usize, &Part) -> T + Sync,
) -> Vec<T> {
    // the largest first, so that no thread is left with it at the end
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(parts[at].len()));
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(parts.len())));
    let worker = || {
        while let Some(&at) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = work(at, &parts[at]);
            results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((at, result));
        }
    };
    std::thread::scope(|scope| {
        (1..threads.get().min(parts.len())).for_each(|_| {
            scope.spawn(worker);
        });
        worker();
    });
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|&(at, _)| at);
    results.into_iter().map(|(_, result)| result).collect()
}
