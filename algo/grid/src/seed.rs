//! A first division: connected, of the right count, roughly balanced.
#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "indices come from the part; an instance has fewer than 2³² buildings"
)]

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use crate::{
    quality::matched,
    zone::{NONE, Part},
};

/// A float as a key of a heap.
#[derive(PartialEq)]
struct Key(f64);

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Cuts connected sets in two.
pub(crate) struct Cutter<'a> {
    part: &'a Part,
    /// The most households that a compound may have to be taken whole.
    whole: f64,
    size: Vec<f64>,
    /// The state of each building within the current cut; all `Out` between cuts.
    state: Vec<State>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Out,
    Rest,
    /// Not grown yet, but beside what is.
    Queued,
    Grown,
    Seen,
}

impl State {
    fn is_left(self) -> bool {
        matches!(self, State::Rest | State::Queued)
    }
}

impl<'a> Cutter<'a> {
    pub(crate) fn new(part: &'a Part, whole: f64) -> Self {
        let mut size = vec![0.0; part.needs.len()];
        for (&compound, households) in part.compound.iter().zip(&part.households) {
            if compound != NONE {
                size[compound as usize] += households;
            }
        }
        Cutter { part, whole, size, state: vec![State::Out; part.len()] }
    }

    /// Cuts a connected set along a direction into two connected sets, the first with about `share` of the
    /// households: the best of so many tries. None is empty if the set has at least two buildings.
    pub(crate) fn cut(
        &mut self,
        set: &[u32],
        direction: (f64, f64),
        share: f64,
        tries: u32,
    ) -> (Vec<u32>, Vec<u32>) {
        let all: f64 = set.iter().map(|&at| self.part.households[at as usize]).sum();
        let (mut best, mut best_off) = (None, f64::INFINITY);
        // what is cut off joins the grown half, so that one aims lower the next time
        let mut goal = all * share;
        for _ in 0..tries {
            let (grown, rest) = self.grow(set, direction, goal);
            let held: f64 = grown.iter().map(|&at| self.part.households[at as usize]).sum();
            let off = held - all * share;
            if off.abs() < best_off {
                (best, best_off) = (Some((grown, rest)), off.abs());
            }
            if off < 0.05 * all * share {
                break;
            }
            goal -= off;
        }
        best.unwrap_or_default()
    }

    fn grow(&mut self, set: &[u32], direction: (f64, f64), goal: f64) -> (Vec<u32>, Vec<u32>) {
        let part = self.part;
        let along = |at: u32| {
            let (x, y) = part.place[at as usize];
            x * direction.0 + y * direction.1
        };
        set.iter().for_each(|&at| self.state[at as usize] = State::Rest);
        let first = set.iter().copied().min_by(|&a, &b| along(a).total_cmp(&along(b))).unwrap_or(0);
        let mut heap = BinaryHeap::from([(Reverse(Key(along(first))), first)]);
        let (mut grown, mut held) = (Vec::new(), 0.0);
        while let Some((_, next)) = heap.pop() {
            if self.state[next as usize] == State::Grown {
                continue;
            }
            // the compound's piece around the building, or the building alone
            let begin = grown.len();
            grown.push(next);
            self.state[next as usize] = State::Grown;
            let compound = part.compound[next as usize];
            if compound != NONE && self.size[compound as usize] <= self.whole {
                let mut at = begin;
                while at < grown.len() {
                    for &near in part.near.of(grown[at]) {
                        if self.state[near as usize].is_left() && part.compound[near as usize] == compound {
                            self.state[near as usize] = State::Grown;
                            grown.push(near);
                        }
                    }
                    at += 1;
                }
            }
            let piece: f64 = grown[begin..].iter().map(|&at| part.households[at as usize]).sum();
            // the piece is given back if the goal is nearer without it
            let nearer_without = (held + piece - goal).abs() > (goal - held).abs();
            if begin > 0 && (nearer_without || grown.len() == set.len()) {
                grown.drain(begin..).for_each(|at| self.state[at as usize] = State::Rest);
                break;
            }
            held += piece;
            for &at in &grown[begin..] {
                for &near in part.near.of(at) {
                    if self.state[near as usize] == State::Rest {
                        self.state[near as usize] = State::Queued;
                        heap.push((Reverse(Key(along(near))), near));
                    }
                }
            }
        }
        if grown.len() == set.len() {
            // one compound held the whole set: its far end stays
            grown.sort_by(|&a, &b| along(a).total_cmp(&along(b)));
            grown.truncate(1);
            set.iter().for_each(|&at| self.state[at as usize] = State::Rest);
            grown.iter().for_each(|&at| self.state[at as usize] = State::Grown);
        }
        let rest = self.keep_largest_rest(set, &mut grown);
        set.iter().for_each(|&at| self.state[at as usize] = State::Out);
        (grown, rest)
    }

    /// The heaviest component of what was not grown; the others join the grown half, whose neighbours they are.
    fn keep_largest_rest(&mut self, set: &[u32], grown: &mut Vec<u32>) -> Vec<u32> {
        let (mut largest, mut most) = (Vec::new(), -1.0);
        for &from in set {
            if !self.state[from as usize].is_left() {
                continue;
            }
            self.state[from as usize] = State::Seen;
            let (mut found, mut at) = (vec![from], 0);
            while at < found.len() {
                for &near in self.part.near.of(found[at]) {
                    if self.state[near as usize].is_left() {
                        self.state[near as usize] = State::Seen;
                        found.push(near);
                    }
                }
                at += 1;
            }
            let held: f64 = found.iter().map(|&at| self.part.households[at as usize]).sum();
            if held > most {
                most = held;
                grown.append(&mut largest);
                largest = found;
            } else {
                grown.append(&mut found);
            }
        }
        largest
    }
}

/// The direction in which the buildings lie farthest apart: the main axis of their scatter.
fn axis(part: &Part, set: &[u32]) -> (f64, f64) {
    let n = set.len() as f64;
    let mean = |value: &dyn Fn((f64, f64)) -> f64| {
        set.iter().map(|&at| value(part.place[at as usize])).sum::<f64>() / n
    };
    let (x, y) = (mean(&|place| place.0), mean(&|place| place.1));
    let xx = mean(&|place| (place.0 - x).powi(2));
    let yy = mean(&|place| (place.1 - y).powi(2));
    let xy = mean(&|place| (place.0 - x) * (place.1 - y));
    let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
    (angle.cos(), angle.sin())
}

/// Recursive bisection: for each building a grid in `0..part.count`.
pub(crate) fn bisect(part: &Part, cutter: &mut Cutter) -> Vec<u32> {
    let mut grid = vec![0; part.len()];
    let mut free = 0;
    let mut open = vec![((0..part.len() as u32).collect::<Vec<u32>>(), part.count)];
    while let Some((set, count)) = open.pop() {
        if count == 1 {
            set.iter().for_each(|&at| grid[at as usize] = free);
            free += 1;
            continue;
        }
        let share = (count / 2) as f64 / count as f64;
        let (one, two) = cutter.cut(&set, axis(part, &set), share, 3);
        // the counts follow what the halves hold, and neither gets more grids than buildings
        let sum = |set: &[u32]| set.iter().map(|&at| part.households[at as usize]).sum::<f64>();
        let held = sum(&one) / (sum(&one) + sum(&two)).max(1.0);
        let least = count.saturating_sub(two.len()).max(1);
        let first = ((held * count as f64).round() as usize).clamp(least, one.len().min(count - 1));
        open.push((two, count - first));
        open.push((one, first));
    }
    grid
}

/// The previous division made whole: every grid connected, new buildings taken in, the heaviest grids cut and the
/// lightest merged until the count is right. Also says which old grid each grid goes on from.
pub(crate) fn carry_on(part: &Part, cutter: &mut Cutter) -> (Vec<u32>, Vec<u32>) {
    let mut sets = old_pieces(part);
    let mut grid = vec![NONE; part.len()];
    for (label, set) in (0u32..).zip(&sets) {
        set.iter().for_each(|&at| grid[at as usize] = label);
    }
    take_in(part, &mut grid, &mut sets);
    let sum = |set: &[u32]| set.iter().map(|&at| part.households[at as usize]).sum::<f64>();
    while sets.len() > part.count {
        let lightest = (0..sets.len()).min_by(|&a, &b| sum(&sets[a]).total_cmp(&sum(&sets[b]))).unwrap_or(0);
        let beside =
            sets[lightest].iter().flat_map(|&at| part.near.of(at)).map(|&near| grid[near as usize] as usize);
        let beside = beside.filter(|&other| other != lightest);
        let Some(into) = beside.min_by(|&a, &b| sum(&sets[a]).total_cmp(&sum(&sets[b])).then(a.cmp(&b)))
        else {
            break;
        };
        let moved = std::mem::take(&mut sets[lightest]);
        moved.iter().for_each(|&at| grid[at as usize] = into as u32);
        sets[into].extend(moved);
        sets.swap_remove(lightest);
        if let Some(set) = sets.get(lightest) {
            set.iter().for_each(|&at| grid[at as usize] = lightest as u32);
        }
    }
    while sets.len() < part.count {
        let heaviest = (0..sets.len())
            .filter(|&at| sets[at].len() > 1)
            .max_by(|&a, &b| sum(&sets[a]).total_cmp(&sum(&sets[b])));
        let Some(heaviest) = heaviest else { break };
        let (one, two) = cutter.cut(&sets[heaviest], axis(part, &sets[heaviest]), 0.5, 3);
        two.iter().for_each(|&at| grid[at as usize] = sets.len() as u32);
        sets[heaviest] = one;
        sets.push(two);
    }
    let mut overlap = BTreeMap::new();
    for ((&old, &grid), households) in part.previous.iter().zip(&grid).zip(&part.households) {
        if old != NONE {
            *overlap.entry((old, grid as usize)).or_insert(0.0) += households;
        }
    }
    let goes_on = matched(&overlap).0;
    let homes = (0..sets.len()).map(|at| goes_on.get(&at).copied().unwrap_or(NONE)).collect();
    (grid, homes)
}

/// The heaviest connected piece of each old grid.
fn old_pieces(part: &Part) -> Vec<Vec<u32>> {
    let mut best: Vec<(f64, Vec<u32>)> = vec![(-1.0, Vec::new()); part.old_labels.len()];
    let mut seen = vec![false; part.len()];
    for from in 0..part.len() {
        let old = part.previous[from];
        if old == NONE || std::mem::replace(&mut seen[from], true) {
            continue;
        }
        let (mut piece, mut at) = (vec![from as u32], 0);
        while at < piece.len() {
            for &near in part.near.of(piece[at]) {
                if part.previous[near as usize] == old && !std::mem::replace(&mut seen[near as usize], true) {
                    piece.push(near);
                }
            }
            at += 1;
        }
        let held = piece.iter().map(|&at| part.households[at as usize]).sum();
        if held > best[old as usize].0 {
            best[old as usize] = (held, piece);
        }
    }
    best.into_iter().map(|(_, piece)| piece).collect()
}

/// Gives each building without a grid to the lightest grid beside it, from the borders inwards.
fn take_in(part: &Part, grid: &mut [u32], sets: &mut Vec<Vec<u32>>) {
    if sets.is_empty() {
        sets.push(vec![0]);
        grid[0] = 0;
    }
    let mut held: Vec<f64> =
        sets.iter().map(|set| set.iter().map(|&at| part.households[at as usize]).sum()).collect();
    let mut open: Vec<u32> = (0..part.len() as u32).filter(|&at| grid[at as usize] == NONE).collect();
    while !open.is_empty() {
        open.retain(|&at| {
            let beside =
                part.near.of(at).iter().map(|&near| grid[near as usize]).filter(|&grid| grid != NONE);
            let lightest =
                beside.min_by(|&a, &b| held[a as usize].total_cmp(&held[b as usize]).then(a.cmp(&b)));
            if let Some(into) = lightest {
                grid[at as usize] = into;
                sets[into as usize].push(at);
                held[into as usize] += part.households[at as usize];
            }
            lightest.is_none()
        });
    }
}
