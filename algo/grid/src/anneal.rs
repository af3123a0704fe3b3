//! The search: simulated annealing that never leaves the connected divisions.
#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "indices come from the part; an instance has fewer than 2³² buildings"
)]

use crate::{
    instance::Band,
    random::Random,
    seed::Cutter,
    zone::{NONE, Part},
};

/// What things cost, in grids out of band.
#[derive(Clone, Copy)]
pub(crate) struct Weights {
    /// A grid out of band.
    pub(crate) out: f64,
    /// A household beyond the band.
    pub(crate) excess: f64,
    /// A household's square metre of inertia.
    pub(crate) inertia: f64,
    /// A piece of a compound beyond what its size forces.
    pub(crate) compound: f64,
    /// A pair of neighbours in one grid across a minor road.
    pub(crate) minor_road: f64,
    /// A household in another grid than before.
    pub(crate) moved: f64,
    /// The square of a household more or less than the target, at temperature 1.
    pub(crate) off: f64,
}

/// The course of the temperature, in grids out of band: from `from` to `to` in geometric steps, one a sweep.
#[derive(Clone, Copy)]
pub(crate) struct Course {
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) sweeps: u32,
}

/// Sums over the buildings of a grid.
#[derive(Clone, Copy, Default)]
struct Sums {
    households: f64,
    x: f64,
    y: f64,
    square: f64,
    moved: f64,
}

impl Sums {
    fn add(&mut self, (x, y): (f64, f64), households: f64, moved: f64) {
        self.households += households;
        self.x += households * x;
        self.y += households * y;
        self.square += households * (x * x + y * y);
        self.moved += moved;
    }

    /// The centre of mass.
    fn centre(&self) -> (f64, f64) {
        let households = self.households.max(1e-9);
        (self.x / households, self.y / households)
    }

    /// Inertia about the centre of mass.
    fn inertia(&self) -> f64 {
        let (x, y) = self.centre();
        (self.square - self.households * (x * x + y * y)).max(0.0)
    }
}

fn square(a: (f64, f64), b: (f64, f64)) -> f64 {
    (a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)
}

/// A grid in the making.
#[derive(Default)]
struct Grid {
    /// The old grid that it goes on from.
    home: u32,
    members: Vec<u32>,
    /// Its compounds, and how many of its buildings each has.
    compounds: Vec<(u32, u32)>,
    sums: Sums,
    /// What it costs, but for minor roads and compounds.
    cost: f64,
}

impl Grid {
    /// How many of its buildings a compound has.
    fn holds(&self, compound: u32) -> u32 {
        self.compounds.iter().find(|held| held.0 == compound).map_or(0, |held| held.1)
    }

    fn hold(&mut self, compound: u32, buildings: u32) {
        match self.compounds.iter().position(|held| held.0 == compound) {
            Some(at) if buildings == 0 => _ = self.compounds.swap_remove(at),
            Some(at) => self.compounds[at].1 = buildings,
            None if buildings > 0 => self.compounds.push((compound, buildings)),
            None => {}
        }
    }
}

/// A division in the making. Every grid is connected and none is empty, before and after each call.
pub(crate) struct Search<'a, 'p> {
    part: &'p Part,
    band: Band,
    weights: Weights,
    cutter: &'a mut Cutter<'p>,
    random: Random,
    /// What the rule of Metropolis draws: numbers spread as `-ln` of a chance.
    draws: Vec<f64>,
    /// For each building its grid.
    grid: Vec<u32>,
    grids: Vec<Grid>,
    /// Where each building stands in its grid's members.
    seat: Vec<u32>,
    /// In how many grids each compound has buildings.
    pieces: Vec<u32>,
    /// Marks of the walk that is going on: a building is reached if its mark is the walk's number.
    mark: Vec<u32>,
    walk: u32,
    stack: Vec<u32>,
    /// The buildings of the move that is tried.
    changing: Vec<u32>,
    /// For each compound of the move how many of its buildings go over, less those that come back.
    net: Vec<(u32, i32)>,
}

impl<'a, 'p> Search<'a, 'p> {
    pub(crate) fn new(
        part: &'p Part,
        band: Band,
        weights: Weights,
        cutter: &'a mut Cutter<'p>,
        random: Random,
        grid: Vec<u32>,
        homes: &[u32],
    ) -> Self {
        let mut search = Search {
            part,
            band,
            weights,
            cutter,
            random,
            draws: (0..1024).map(|at| -((f64::from(at) + 0.5) / 1024.0).ln()).collect(),
            grids: homes.iter().map(|&home| Grid { home, ..Grid::default() }).collect(),
            seat: vec![0; part.len()],
            pieces: vec![0; part.needs.len()],
            mark: vec![0; part.len()],
            walk: 0,
            stack: Vec::new(),
            changing: Vec::new(),
            net: Vec::new(),
            grid,
        };
        for (at, &compound) in (0u32..).zip(&part.compound) {
            let grid = &mut search.grids[search.grid[at as usize] as usize];
            search.seat[at as usize] = grid.members.len() as u32;
            grid.members.push(at);
            if compound != NONE {
                let held = grid.holds(compound);
                grid.hold(compound, held + 1);
                search.pieces[compound as usize] += u32::from(held == 0);
            }
        }
        for at in 0..search.grids.len() {
            let sums = search.summed(&search.grids[at]);
            let cost = search.least_cost(&sums) + search.way_cost(&sums, at as u32, &[]);
            (search.grids[at].sums, search.grids[at].cost) = (sums, cost);
        }
        search
    }

    pub(crate) fn into_grid(self) -> Vec<u32> {
        self.grid
    }

    /// The households of a building if it would be moved by being in a grid.
    fn moved(&self, at: u32, home: u32) -> f64 {
        let old = self.part.previous[at as usize];
        if old == NONE || old == home { 0.0 } else { self.part.households[at as usize] }
    }

    /// What a grid costs but for inertia about its best building: never more than all of it.
    fn least_cost(&self, sums: &Sums) -> f64 {
        let beyond = self.band.beyond(sums.households);
        let out = if beyond > 0.0 { 1.0 } else { 0.0 };
        self.weights.out * out
            + self.weights.excess * beyond
            + self.weights.inertia * sums.inertia()
            + self.weights.moved * sums.moved
    }

    /// What the distance from the target costs at temperature 1. While there is room it spreads what is too much over
    /// many grids, so that not one has it all when the rest is frozen; at the end it weighs nothing.
    fn off(&self, sums: &Sums) -> f64 {
        self.weights.off * (sums.households - self.band.target).powi(2)
    }

    /// What the way from the centre to the best building adds to inertia. The buildings are among the grid's members and
    /// those that change sides.
    fn way_cost(&self, sums: &Sums, grid: u32, changing: &[u32]) -> f64 {
        let centre = sums.centre();
        let mut nearest = f64::INFINITY;
        for buildings in [&self.grids[grid as usize].members, changing] {
            for &at in buildings {
                let way = square(self.part.place[at as usize], centre);
                if way < nearest && self.grid[at as usize] == grid {
                    nearest = way;
                }
            }
        }
        self.weights.inertia * sums.households * nearest
    }

    fn summed(&self, grid: &Grid) -> Sums {
        let mut sums = Sums::default();
        for &at in &grid.members {
            let moved = self.moved(at, grid.home);
            sums.add(self.part.place[at as usize], self.part.households[at as usize], moved);
        }
        sums
    }

    /// What a compound costs in so many pieces.
    fn pieces_cost(&self, compound: u32, pieces: u32) -> f64 {
        self.weights.compound * f64::from(pieces.saturating_sub(self.part.needs[compound as usize]))
    }

    /// Runs the course. In a small part a sweep is longer: it is cheap there, and one grid more in band counts.
    pub(crate) fn run(&mut self, course: Course) {
        let pairs = self.part.near.pairs();
        if pairs.is_empty() {
            return;
        }
        let cooling = (course.to / course.from).powf(1.0 / f64::from(course.sweeps.max(2) - 1));
        let mut temperature = course.from;
        for _ in 0..course.sweeps {
            for _ in 0..self.part.len().max(64) {
                self.step(&pairs, temperature);
            }
            temperature *= cooling;
        }
    }

    fn step(&mut self, pairs: &[(u32, u32)], temperature: f64) {
        let (at, beside) = pairs[self.random.below(pairs.len())];
        let (from, to) = (self.grid[at as usize], self.grid[beside as usize]);
        if from == to {
            return;
        }
        let mut changing = std::mem::take(&mut self.changing);
        changing.clear();
        match self.random.below(64) {
            0..53 => changing.push(at),
            53..59 => self.exchange(at, to, &mut changing),
            59..63 => self.piece(at, &mut changing),
            _ => self.cut_anew(from, to, &mut changing),
        }
        if !changing.is_empty() {
            self.change_sides(&changing, from, to, temperature);
        }
        self.changing = changing;
    }

    /// A building goes over, and one comes back.
    fn exchange(&mut self, at: u32, to: u32, changing: &mut Vec<u32>) {
        let from = self.grid[at as usize];
        let there = &self.grids[to as usize].members;
        let other = there[self.random.below(there.len())];
        let near = self.part.near.of(other);
        if near.iter().any(|&near| near != at && self.grid[near as usize] == from) {
            changing.extend([at, other]);
        }
    }

    /// All that a grid has of a building's compound goes over.
    fn piece(&self, at: u32, changing: &mut Vec<u32>) {
        let compound = self.part.compound[at as usize];
        if compound != NONE {
            let members = &self.grids[self.grid[at as usize] as usize].members;
            changing.extend(members.iter().filter(|&&other| self.part.compound[other as usize] == compound));
            // one alone is tried often enough
            if changing.len() == 1 {
                changing.clear();
            }
        }
    }

    /// Two grids are merged and cut anew in a random direction.
    fn cut_anew(&mut self, one: u32, two: u32, changing: &mut Vec<u32>) {
        let angle = self.random.unit() * std::f64::consts::TAU;
        let share = 0.42 + 0.16 * self.random.unit();
        let both = [one, two].map(|grid| self.grids[grid as usize].members.as_slice()).concat();
        let (first, second) = self.cutter.cut(&both, (angle.cos(), angle.sin()), share, 1);
        // the half that has more of the first grid goes on as the first grid
        let stays = first.iter().filter(|&&at| self.grid[at as usize] == one).count();
        let (first, second) = if 2 * stays < first.len() { (second, first) } else { (first, second) };
        changing.extend(first.into_iter().filter(|&at| self.grid[at as usize] != one));
        changing.extend(second.into_iter().filter(|&at| self.grid[at as usize] != two));
    }

    /// Lets some buildings change sides between two grids, unless it costs more than chance allows or tears a grid. What
    /// is cheap to count is counted first, for most moves fail by it.
    fn change_sides(&mut self, changing: &[u32], one: u32, two: u32, temperature: f64) {
        let part = self.part;
        let [first, second] = [one, two].map(|grid| &self.grids[grid as usize]);
        let (mut less, mut more) = (first.sums, second.sums);
        let mut spared = 0.0;
        for &at in changing {
            let (place, households) = (part.place[at as usize], part.households[at as usize]);
            let moved = [first, second].map(|grid| self.moved(at, grid.home));
            let sign = if self.grid[at as usize] == one { 1.0 } else { -1.0 };
            less.add(place, -sign * households, -sign * moved[0]);
            more.add(place, sign * households, sign * moved[1]);
            spared += self.weights.minor_road * part.across.of(at).len() as f64;
            spared += if part.compound[at as usize] == NONE { 0.0 } else { self.weights.compound };
        }
        // the rule of Metropolis, with its random number drawn before
        let off = self.off(&less) + self.off(&more) - self.off(&first.sums) - self.off(&second.sums);
        let allowed = temperature * (self.draws[self.random.below(self.draws.len())] - off);
        let allowed = allowed + first.cost + second.cost;
        let (less_cost, more_cost) = (self.least_cost(&less), self.least_cost(&more));
        if less_cost + more_cost - spared > allowed {
            return;
        }
        let rest = self.swap_sides(changing, one, two) + self.pieces_change(one, two);
        if less_cost + more_cost + rest <= allowed {
            let less_cost = less_cost + self.way_cost(&less, one, changing);
            let more_cost = more_cost + self.way_cost(&more, two, changing);
            if less_cost + more_cost + rest <= allowed && self.connected_after(changing, one, two) {
                self.reseat(changing, one, two);
                for (grid, sums, cost) in [(one, less, less_cost), (two, more, more_cost)] {
                    let grid = &mut self.grids[grid as usize];
                    (grid.sums, grid.cost) = (sums, cost);
                }
                return;
            }
        }
        self.swap_sides(changing, one, two);
    }

    /// Marks buildings as being in the other of two grids. Gives what the minor roads inside cost more.
    fn swap_sides(&mut self, changing: &[u32], one: u32, two: u32) -> f64 {
        let mut more = 0;
        self.net.clear();
        for &at in changing {
            let from = self.grid[at as usize];
            let (to, sign) = if from == one { (two, 1) } else { (one, -1) };
            for &other in self.part.across.of(at) {
                let grid = self.grid[other as usize];
                more += i32::from(grid == to) - i32::from(grid == from);
            }
            self.grid[at as usize] = to;
            let compound = self.part.compound[at as usize];
            if compound != NONE {
                match self.net.iter_mut().find(|net| net.0 == compound) {
                    Some(net) => net.1 += sign,
                    None => self.net.push((compound, sign)),
                }
            }
        }
        self.weights.minor_road * f64::from(more)
    }

    /// For a compound of which so many buildings more are in the second grid and no more in the first: what the two have
    /// then, and in how many grids the compound is.
    fn held_after(&self, one: u32, two: u32, (compound, net): (u32, i32)) -> (u32, u32, u32) {
        let [left, right] = [one, two].map(|grid| self.grids[grid as usize].holds(compound));
        let (left_then, right_then) = (left.wrapping_add_signed(-net), right.wrapping_add_signed(net));
        let pieces = self.pieces[compound as usize] + u32::from(left_then > 0) + u32::from(right_then > 0);
        (left_then, right_then, pieces - u32::from(left > 0) - u32::from(right > 0))
    }

    /// What the compounds of the move that is tried cost more.
    fn pieces_change(&self, one: u32, two: u32) -> f64 {
        let changes = self.net.iter().map(|&net| {
            let (compound, pieces) = (net.0, self.held_after(one, two, net).2);
            self.pieces_cost(compound, pieces) - self.pieces_cost(compound, self.pieces[compound as usize])
        });
        changes.sum()
    }

    /// Makes the lists and counts follow buildings that are marked as being in the other of two grids.
    fn reseat(&mut self, changing: &[u32], one: u32, two: u32) {
        for &at in changing {
            let (seat, to) = (self.seat[at as usize], self.grid[at as usize]);
            let left = &mut self.grids[if to == one { two } else { one } as usize].members;
            left.swap_remove(seat as usize);
            if let Some(&last) = left.get(seat as usize) {
                self.seat[last as usize] = seat;
            }
            let joined = &mut self.grids[to as usize].members;
            self.seat[at as usize] = joined.len() as u32;
            joined.push(at);
        }
        for &net in &self.net {
            let (left, right, pieces) = self.held_after(one, two, net);
            self.grids[one as usize].hold(net.0, left);
            self.grids[two as usize].hold(net.0, right);
            self.pieces[net.0 as usize] = pieces;
        }
    }

    /// Whether two connected grids hang together after some buildings changed sides, and neither is empty.
    fn connected_after(&mut self, changing: &[u32], one: u32, two: u32) -> bool {
        if let [at] = *changing {
            return self.around(at, one);
        }
        let members = [one, two].map(|grid| self.grids[grid as usize].members.as_slice());
        let all = [members[0], members[1], changing].concat();
        self.joined(one, &all) && self.joined(two, &all)
    }

    /// Whether those of the buildings that are in a grid reach each other there, and there is one.
    fn joined(&mut self, grid: u32, buildings: &[u32]) -> bool {
        // two marks a walk: sought, and reached
        self.walk += 2;
        let (sought, reached) = (self.walk, self.walk + 1);
        let mut left = 0;
        self.stack.clear();
        for &at in buildings {
            if self.grid[at as usize] == grid && self.mark[at as usize] < sought {
                let first = self.stack.is_empty();
                self.mark[at as usize] = if first { reached } else { sought };
                if first {
                    self.stack.push(at);
                } else {
                    left += 1;
                }
            }
        }
        while let Some(here) = self.stack.pop() {
            if left == 0 {
                return true;
            }
            for &near in self.part.near.of(here) {
                let mark = self.mark[near as usize];
                if self.grid[near as usize] == grid && mark != reached {
                    left -= usize::from(mark == sought);
                    self.mark[near as usize] = reached;
                    self.stack.push(near);
                }
            }
        }
        false
    }

    /// Whether the neighbours that a building has in a grid reach each other there, and there is one.
    fn around(&mut self, at: u32, grid: u32) -> bool {
        let (near, among) = (self.part.near.of(at), self.part.near.among(at));
        let wanted =
            (0..64).zip(near).map(|(bit, &other)| u64::from(self.grid[other as usize] == grid) << bit);
        let wanted = wanted.fold(0, |all, bit| all | bit);
        // most reach each other over the neighbours alone
        let mut reached = wanted & wanted.wrapping_neg();
        let mut fresh = reached;
        while fresh != 0 {
            let next = among[fresh.trailing_zeros() as usize] & wanted & !reached;
            fresh = fresh & (fresh - 1) | next;
            reached |= next;
        }
        if reached == wanted && near.len() <= 64 {
            return wanted != 0;
        }
        self.joined(grid, near)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Building, Edge, Instance, seed::bisect, zone::parts};

    /// A chess board of buildings with compounds of two by two, a minor road in the middle, and old grids.
    fn board() -> Instance {
        let side = 10;
        let places = (0..side * side).map(|at| (at % side, at / side));
        let edges = (0..side * side).flat_map(|at| {
            let road = at / side == 4;
            let right = (at % side + 1 < side).then_some(Edge { a: at, b: at + 1, minor_road: false });
            let up = (at / side + 1 < side).then_some(Edge { a: at, b: at + side, minor_road: road });
            right.into_iter().chain(up)
        });
        let building = |(x, y): (u32, u32)| Building {
            x: f64::from(x) * 10.0,
            y: f64::from(y) * 10.0,
            households: 1 + (x * 7 + y * 13) % 50,
            compound: Some(x / 2 + 5 * (y / 2)).filter(|compound| compound % 4 > 0),
            zone: 0,
        };
        Instance {
            name: "board".to_owned(),
            band: Band { target: 200.0, tolerance: 0.1 },
            buildings: places.clone().map(building).collect(),
            edges: edges.collect(),
            zones: vec![None],
            barriers: Vec::new(),
            previous: places.map(|(x, _)| Some(x / 2)).collect(),
        }
    }

    #[test]
    fn what_is_counted_step_by_step_is_what_is_counted_anew() {
        let parts = parts(&board());
        let part = &parts[0];
        let mut cutter = Cutter::new(part, 220.0);
        let grid = bisect(part, &mut cutter);
        let weights = Weights {
            out: 1.0,
            excess: 0.03,
            inertia: 1e-5,
            compound: 1.0,
            minor_road: 0.1,
            moved: 0.002,
            off: 1e-4,
        };
        let homes: Vec<u32> = (0..part.count as u32).map(|grid| if grid < 5 { grid } else { NONE }).collect();
        let band = Band { target: 200.0, tolerance: 0.1 };
        let mut search = Search::new(part, band, weights, &mut cutter, Random::new(1, 1), grid, &homes);
        let pairs = search.part.near.pairs();
        for temperature in [2.0, 0.5, 0.1] {
            for _ in 0..20_000 {
                search.step(&pairs, temperature);
            }
            for (at, grid) in (0u32..).zip(&search.grids) {
                let sums = search.summed(grid);
                let cost = search.least_cost(&sums) + search.way_cost(&sums, at, &[]);
                assert!((grid.cost - cost).abs() < 1e-6);
                for (seat, &member) in (0u32..).zip(&grid.members) {
                    assert_eq!((search.grid[member as usize], search.seat[member as usize]), (at, seat));
                }
                for compound in 0..search.pieces.len() as u32 {
                    let holds = |at: &&u32| part.compound[**at as usize] == compound;
                    assert_eq!(grid.holds(compound), grid.members.iter().filter(holds).count() as u32);
                }
            }
            for (compound, &pieces) in (0u32..).zip(&search.pieces) {
                let counted = search.grids.iter().filter(|grid| grid.holds(compound) > 0).count();
                assert_eq!(pieces, counted as u32);
            }
            for at in 0..search.grids.len() {
                let members = search.grids[at].members.clone();
                assert!(search.joined(at as u32, &members));
            }
        }
    }
}
