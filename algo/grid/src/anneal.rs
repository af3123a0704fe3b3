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

/// A division in the making. Every grid is connected and none is empty, before and after each call.
pub(crate) struct Search<'a, 'p> {
    part: &'p Part,
    band: Band,
    weights: Weights,
    cutter: &'a mut Cutter<'p>,
    random: Random,
    grid: Vec<u32>,
    /// The old grid that each grid goes on from.
    homes: Vec<u32>,
    members: Vec<Vec<u32>>,
    /// Where each building stands in its grid's members.
    seat: Vec<u32>,
    sums: Vec<Sums>,
    /// What each grid costs, but for minor roads and compounds.
    costs: Vec<f64>,
    /// In how many grids each compound has buildings.
    pieces: Vec<u32>,
    /// Marks of the walk that is going on: a building is reached if its mark is the walk's number.
    mark: Vec<u32>,
    walk: u32,
    stack: Vec<u32>,
    scratch: Vec<u32>,
}

impl<'a, 'p> Search<'a, 'p> {
    pub(crate) fn new(
        part: &'p Part,
        band: Band,
        weights: Weights,
        cutter: &'a mut Cutter<'p>,
        random: Random,
        grid: Vec<u32>,
        homes: Vec<u32>,
    ) -> Self {
        let count = homes.len();
        let mut search = Search {
            part,
            band,
            weights,
            cutter,
            random,
            members: vec![Vec::new(); count],
            seat: vec![0; part.len()],
            sums: vec![Sums::default(); count],
            costs: vec![0.0; count],
            pieces: vec![0; part.needs.len()],
            mark: vec![0; part.len()],
            walk: 0,
            stack: Vec::new(),
            scratch: Vec::new(),
            grid,
            homes,
        };
        for at in 0..part.len() as u32 {
            let grid = search.grid[at as usize];
            search.seat[at as usize] = search.members[grid as usize].len() as u32;
            search.members[grid as usize].push(at);
        }
        for grid in 0..count as u32 {
            search.refresh(grid);
            for at in search.members[grid as usize].clone() {
                let compound = part.compound[at as usize];
                if compound != NONE && !search.before_in(grid, at, compound) {
                    search.pieces[compound as usize] += 1;
                }
            }
        }
        search
    }

    /// Whether a member that sits before `at` has the compound.
    fn before_in(&self, grid: u32, at: u32, compound: u32) -> bool {
        let before = &self.members[grid as usize][..self.seat[at as usize] as usize];
        before.iter().any(|&other| self.part.compound[other as usize] == compound)
    }

    pub(crate) fn into_grid(self) -> Vec<u32> {
        self.grid
    }

    /// The households of a building if it would be moved by being in a grid.
    fn moved(&self, at: u32, grid: u32) -> f64 {
        let old = self.part.previous[at as usize];
        if old == NONE || old == self.homes[grid as usize] { 0.0 } else { self.part.households[at as usize] }
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

    /// What the way from the centre to the best building adds to inertia.
    fn way_cost(&self, sums: &Sums, nearest: f64) -> f64 {
        self.weights.inertia * sums.households * nearest
    }

    /// Sums and cost of a grid from its members.
    fn summed(&self, grid: u32, members: &[u32]) -> (Sums, f64) {
        let mut sums = Sums::default();
        for &at in members {
            sums.add(self.part.place[at as usize], self.part.households[at as usize], self.moved(at, grid));
        }
        let centre = sums.centre();
        let nearest = members
            .iter()
            .map(|&at| square(self.part.place[at as usize], centre))
            .fold(f64::INFINITY, f64::min);
        let cost = self.least_cost(&sums) + self.way_cost(&sums, nearest);
        (sums, cost)
    }

    fn refresh(&mut self, grid: u32) {
        (self.sums[grid as usize], self.costs[grid as usize]) =
            self.summed(grid, &self.members[grid as usize]);
    }

    /// What a compound costs in so many pieces.
    fn pieces_cost(&self, compound: u32, pieces: u32) -> f64 {
        self.weights.compound * f64::from(pieces.saturating_sub(self.part.needs[compound as usize]))
    }

    /// Runs the course. In a small part a sweep is longer: it is cheap there, and one grid more in band counts.
    pub(crate) fn run(&mut self, course: Course) {
        let cooling = (course.to / course.from).powf(1.0 / f64::from(course.sweeps.max(2) - 1));
        let mut temperature = course.from;
        for _ in 0..course.sweeps {
            for _ in 0..self.part.len().max(64) {
                self.step(temperature);
            }
            temperature *= cooling;
        }
    }

    fn step(&mut self, temperature: f64) {
        let at = self.random.below(self.part.len()) as u32;
        let near = self.part.near.of(at);
        if near.is_empty() {
            return;
        }
        let beside = near[self.random.below(near.len())];
        let (from, to) = (self.grid[at as usize], self.grid[beside as usize]);
        if from == to {
            return;
        }
        // accepted if the cost grows by less than this: the rule of Metropolis with its random number drawn before
        let allowed = -temperature * (1.0 - self.random.unit()).ln();
        match self.random.below(64) {
            0..52 => self.move_one(at, to, allowed),
            52..58 => self.exchange(at, to, allowed),
            58..62 => self.move_piece(at, to, allowed),
            _ => self.cut_anew(from, to, allowed),
        }
    }

    fn move_one(&mut self, at: u32, to: u32, allowed: f64) {
        let from = self.grid[at as usize];
        if self.members[from as usize].len() == 1 {
            return;
        }
        let part = self.part;
        let (place, households) = (part.place[at as usize], part.households[at as usize]);
        let (mut less, mut more) = (self.sums[from as usize], self.sums[to as usize]);
        less.add(place, -households, -self.moved(at, from));
        more.add(place, households, self.moved(at, to));
        let mut change = -self.costs[from as usize] - self.costs[to as usize];
        for &other in part.across.of(at) {
            let grid = self.grid[other as usize];
            change += self.weights.minor_road
                * (f64::from(u8::from(grid == to)) - f64::from(u8::from(grid == from)));
        }
        change += self.least_cost(&less) + self.least_cost(&more);
        let compound = part.compound[at as usize];
        // a move may spare one piece at most
        let spared = if compound == NONE { 0.0 } else { self.weights.compound };
        if change - spared > allowed {
            return;
        }
        let (less_centre, more_centre) = (less.centre(), more.centre());
        let (mut less_near, mut more_near) = (f64::INFINITY, square(place, more_centre));
        let (mut stays, mut there) = (false, false);
        for &other in self.members[from as usize].iter().filter(|&&other| other != at) {
            less_near = less_near.min(square(part.place[other as usize], less_centre));
            stays |= part.compound[other as usize] == compound;
        }
        for &other in &self.members[to as usize] {
            more_near = more_near.min(square(part.place[other as usize], more_centre));
            there |= part.compound[other as usize] == compound;
        }
        let less_cost = self.least_cost(&less) + self.way_cost(&less, less_near);
        let more_cost = self.least_cost(&more) + self.way_cost(&more, more_near);
        change += self.way_cost(&less, less_near) + self.way_cost(&more, more_near);
        let mut pieces = 0;
        if compound != NONE {
            let now = self.pieces[compound as usize];
            pieces = now + u32::from(stays) - u32::from(there);
            change += self.pieces_cost(compound, pieces) - self.pieces_cost(compound, now);
        }
        if change > allowed || !self.connected_without(at) {
            return;
        }
        if compound != NONE {
            self.pieces[compound as usize] = pieces;
        }
        self.reseat(at, to);
        (self.sums[from as usize], self.sums[to as usize]) = (less, more);
        (self.costs[from as usize], self.costs[to as usize]) = (less_cost, more_cost);
    }

    /// Moves a building to another grid's list.
    fn reseat(&mut self, at: u32, to: u32) {
        let (from, seat) = (self.grid[at as usize], self.seat[at as usize]);
        let left = &mut self.members[from as usize];
        left.swap_remove(seat as usize);
        if let Some(&last) = left.get(seat as usize) {
            self.seat[last as usize] = seat;
        }
        self.seat[at as usize] = self.members[to as usize].len() as u32;
        self.members[to as usize].push(at);
        self.grid[at as usize] = to;
    }

    /// Whether a building's grid hangs together without it: its neighbours in the grid must reach each other.
    fn connected_without(&mut self, at: u32) -> bool {
        let part = self.part;
        let grid = self.grid[at as usize];
        let inside = |grids: &[u32], other: u32| grids[other as usize] == grid;
        let near = part.near.of(at);
        let wanted = near.iter().filter(|&&other| inside(&self.grid, other)).count();
        let Some(&first) = near.iter().find(|&&other| inside(&self.grid, other)) else { return false };
        if wanted == 1 {
            return true;
        }
        // two marks a walk: wanted, and reached
        self.walk += 2;
        let (sought, reached) = (self.walk, self.walk + 1);
        near.iter().for_each(|&other| self.mark[other as usize] = sought);
        self.mark[at as usize] = reached;
        self.mark[first as usize] = reached;
        self.stack.clear();
        self.stack.push(first);
        let mut left = wanted - 1;
        while let Some(here) = self.stack.pop() {
            for &other in part.near.of(here) {
                let mark = self.mark[other as usize];
                if mark != reached && inside(&self.grid, other) {
                    left -= usize::from(mark == sought);
                    if left == 0 {
                        return true;
                    }
                    self.mark[other as usize] = reached;
                    self.stack.push(other);
                }
            }
        }
        false
    }

    /// Whether a grid hangs together.
    fn connected(&mut self, grid: u32) -> bool {
        let members = &self.members[grid as usize];
        let Some(&first) = members.first() else { return false };
        self.walk += 2;
        self.mark[first as usize] = self.walk;
        self.stack.clear();
        self.stack.push(first);
        let mut left = members.len() - 1;
        while let Some(here) = self.stack.pop() {
            for &other in self.part.near.of(here) {
                if self.grid[other as usize] == grid && self.mark[other as usize] != self.walk {
                    self.mark[other as usize] = self.walk;
                    self.stack.push(other);
                    left -= 1;
                }
            }
        }
        left == 0
    }

    /// What two grids cost that are not counted in `costs`: minor roads inside, and compounds by `pieces`.
    fn rest_cost(&self, one: u32, two: u32) -> f64 {
        let mut twice = 0;
        for grid in [one, two] {
            for &at in &self.members[grid as usize] {
                twice += self
                    .part
                    .across
                    .of(at)
                    .iter()
                    .filter(|&&other| self.grid[other as usize] == grid)
                    .count();
            }
        }
        self.weights.minor_road * 0.5 * twice as f64
    }

    /// Takes two grids' compounds out of the count of pieces, or puts them in, and sums what the compounds cost.
    fn count_pieces(&mut self, one: u32, two: u32, in_again: bool) {
        for grid in [one, two] {
            for seat in 0..self.members[grid as usize].len() {
                let at = self.members[grid as usize][seat];
                let compound = self.part.compound[at as usize];
                if compound != NONE && !self.before_in(grid, at, compound) {
                    let pieces = &mut self.pieces[compound as usize];
                    *pieces = if in_again { *pieces + 1 } else { *pieces - 1 };
                }
            }
        }
    }

    /// What the compounds of two grids cost; each is counted once.
    fn compounds_cost(&self, one: u32, two: u32) -> f64 {
        let mut cost = 0.0;
        for grid in [one, two] {
            for &at in &self.members[grid as usize] {
                let compound = self.part.compound[at as usize];
                let counted = compound == NONE
                    || self.before_in(grid, at, compound)
                    || grid == two
                        && self.members[one as usize]
                            .iter()
                            .any(|&other| self.part.compound[other as usize] == compound);
                if !counted {
                    cost += self.pieces_cost(compound, self.pieces[compound as usize]);
                }
            }
        }
        cost
    }

    /// Lets some buildings change sides between two grids, and takes it back if it costs too much or tears a grid.
    fn change_sides(&mut self, changing: &[u32], one: u32, two: u32, allowed: f64) {
        let old = [one, two].map(|grid| (self.sums[grid as usize], self.costs[grid as usize]));
        let before = old[0].1 + old[1].1 + self.rest_cost(one, two) + self.compounds_cost(one, two);
        self.count_pieces(one, two, false);
        self.swap_sides(changing, one, two);
        self.count_pieces(one, two, true);
        self.refresh(one);
        self.refresh(two);
        let after = self.costs[one as usize]
            + self.costs[two as usize]
            + self.rest_cost(one, two)
            + self.compounds_cost(one, two);
        if after - before > allowed || !self.connected(one) || !self.connected(two) {
            self.count_pieces(one, two, false);
            self.swap_sides(changing, one, two);
            self.count_pieces(one, two, true);
            for (grid, old) in [one, two].into_iter().zip(old) {
                (self.sums[grid as usize], self.costs[grid as usize]) = old;
            }
        }
    }

    fn swap_sides(&mut self, changing: &[u32], one: u32, two: u32) {
        for &at in changing {
            self.reseat(at, if self.grid[at as usize] == one { two } else { one });
        }
    }

    /// A building goes over, and one comes back.
    fn exchange(&mut self, at: u32, to: u32, allowed: f64) {
        let from = self.grid[at as usize];
        let there = &self.members[to as usize];
        let other = there[self.random.below(there.len())];
        let beside =
            self.part.near.of(other).iter().any(|&near| near != at && self.grid[near as usize] == from);
        if beside {
            self.change_sides(&[at, other], from, to, allowed);
        }
    }

    /// All that a grid has of a building's compound goes over.
    fn move_piece(&mut self, at: u32, to: u32, allowed: f64) {
        let (from, compound) = (self.grid[at as usize], self.part.compound[at as usize]);
        if compound == NONE {
            return;
        }
        let mut piece = std::mem::take(&mut self.scratch);
        piece.clear();
        let members = &self.members[from as usize];
        piece.extend(members.iter().filter(|&&other| self.part.compound[other as usize] == compound));
        if piece.len() > 1 && piece.len() < members.len() {
            self.change_sides(&piece, from, to, allowed);
        }
        self.scratch = piece;
    }

    /// Two grids are merged and cut anew in a random direction.
    fn cut_anew(&mut self, one: u32, two: u32, allowed: f64) {
        let mut both = std::mem::take(&mut self.scratch);
        both.clear();
        both.extend(self.members[one as usize].iter().chain(&self.members[two as usize]));
        let angle = self.random.unit() * std::f64::consts::TAU;
        let share = 0.42 + 0.16 * self.random.unit();
        let (first, second) = self.cutter.cut(&both, (angle.cos(), angle.sin()), share);
        // the half that has more of the first grid goes on as the first grid
        let stays = first.iter().filter(|&&at| self.grid[at as usize] == one).count();
        let (first, second) = if 2 * stays < first.len() { (second, first) } else { (first, second) };
        let of_first = first.into_iter().filter(|&at| self.grid[at as usize] != one);
        let of_second = second.into_iter().filter(|&at| self.grid[at as usize] != two);
        let changing: Vec<u32> = of_first.chain(of_second).collect();
        if !changing.is_empty() && changing.len() < both.len() {
            self.change_sides(&changing, one, two, allowed);
        }
        self.scratch = both;
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
        let weights =
            Weights { out: 1.0, excess: 0.03, inertia: 1e-5, compound: 1.0, minor_road: 0.1, moved: 0.002 };
        let homes = (0..part.count as u32).map(|grid| if grid < 5 { grid } else { NONE }).collect();
        let band = Band { target: 200.0, tolerance: 0.1 };
        let mut search = Search::new(part, band, weights, &mut cutter, Random::new(1, 1), grid, homes);
        for temperature in [2.0, 0.5, 0.1] {
            for _ in 0..20_000 {
                search.step(temperature);
            }
            let all = search.homes.len() as u32;
            for grid in 0..all {
                let anew = search.summed(grid, &search.members[grid as usize]).1;
                assert!((search.costs[grid as usize] - anew).abs() < 1e-6);
                assert!(search.connected(grid));
            }
            for (compound, &pieces) in search.pieces.iter().enumerate() {
                let holds = |at: &u32| part.compound[*at as usize] == compound as u32;
                let counted = search.members.iter().filter(|members| members.iter().any(holds)).count();
                assert_eq!(pieces, counted as u32);
            }
        }
    }
}
