//! A plan that is optimal after every step.

use crate::{Certificate, Edge, Instance, at, instance::first, number, search::Search};

/// A helper who is not there has this price, which nothing is worth.
const GONE: i64 = i64::MAX / 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Free,
    Used,
    Forbidden,
}

/// What an event did to the pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// New pairs.
    pub added: Vec<Edge>,
    /// Pairs that are no more.
    pub dropped: Vec<Edge>,
}

/// An optimal plan, and the prices that prove it; goes on after events.
///
/// Between two calls it holds: an edge that is used costs no more than the need's value less the helper's price, one that
/// is not costs no less; a need with an unserved unit has its penalty for value; a helper's price lies between what its
/// last unit cost and what a next one would.
#[derive(Clone, Debug)]
pub struct Matching {
    pub(crate) instance: Instance,
    /// By edge.
    pub(crate) state: Vec<State>,
    /// By helper: what a unit of its time is worth, and the edges that it serves.
    pub(crate) price: Vec<i64>,
    pub(crate) serves: Vec<Vec<u32>>,
    /// By need: what a further unit would cost, units not served, the edges by which it is served.
    pub(crate) value: Vec<i64>,
    pub(crate) unserved: Vec<u32>,
    pub(crate) served: Vec<Vec<u32>>,
    there: Vec<bool>,
    /// What each asked for at first, for when it comes back.
    capacity: Vec<u32>,
    demand: Vec<u32>,
    /// Edges by helper, and where each helper's begin.
    by_helper: Vec<u32>,
    first: Vec<u32>,
    search: Search,
    flipped: Vec<u32>,
}

impl Matching {
    /// Solves it.
    pub fn solve(instance: Instance) -> Matching {
        let needs = number(instance.needs());
        let mut matching = Matching::without_needs(instance);
        for need in 0..needs {
            matching.bring(need);
        }
        matching.flipped.clear();
        matching
    }

    /// The helpers alone; needs come with [`Matching::add_need`].
    pub fn without_needs(mut instance: Instance) -> Matching {
        let (helpers, needs, edges) = (instance.helpers(), instance.needs(), instance.cost.len());
        let mut first = vec![0_u32; helpers + 1];
        for helper in &instance.helper {
            first[at(*helper) + 1] += 1;
        }
        for helper in 0..helpers {
            first[helper + 1] += first[helper];
        }
        let (mut next, mut by_helper) = (first.clone(), vec![0; edges]);
        for (edge, helper) in instance.helper.iter().enumerate() {
            by_helper[at(next[at(*helper)])] = number(edge);
            next[at(*helper)] += 1;
        }
        let demand = std::mem::replace(&mut instance.demand, vec![0; needs]);
        Matching {
            state: vec![State::Free; edges],
            price: instance
                .capacity
                .iter()
                .map(|capacity| if *capacity == 0 { GONE } else { instance.load_cost(1) })
                .collect(),
            serves: vec![Vec::new(); helpers],
            value: vec![0; needs],
            unserved: vec![0; needs],
            served: vec![Vec::new(); needs],
            there: vec![false; needs],
            capacity: instance.capacity.clone(),
            demand,
            by_helper,
            first,
            search: Search::new(helpers, needs),
            flipped: Vec::new(),
            instance,
        }
    }

    /// A need arrives. Nothing changes where it is there, or is none of the instance's.
    pub fn add_need(&mut self, need: u32) -> Changes {
        if self.there.get(at(need)) == Some(&false) {
            self.bring(need);
        }
        self.changes()
    }

    /// A need is over, or was taken back.
    pub fn remove_need(&mut self, need: u32) -> Changes {
        if self.there.get(at(need)) == Some(&true) {
            self.take(need);
        }
        self.changes()
    }

    /// A helper leaves; what it served is served by others, where that is worth it.
    pub fn remove_helper(&mut self, helper: u32) -> Changes {
        if at(helper) < self.instance.helpers() {
            self.instance.capacity[at(helper)] = 0;
            self.price[at(helper)] = GONE;
            for edge in std::mem::take(&mut self.serves[at(helper)]) {
                let need = self.instance.need[at(edge)];
                self.drop_from_need(edge);
                self.seat(need);
            }
        }
        self.changes()
    }

    /// A helper that left is back with its capacity.
    pub fn add_helper(&mut self, helper: u32) -> Changes {
        if at(helper) < self.instance.helpers() && self.instance.capacity[at(helper)] == 0 {
            self.instance.capacity[at(helper)] = self.capacity[at(helper)];
            let worth = self.of_helper(helper).filter(|edge| self.usable(*edge));
            let worth =
                worth.map(|edge| self.value[at(self.instance.need[at(edge)])] - self.instance.cost[at(edge)]);
            self.price[at(helper)] = worth.max().unwrap_or(-GONE).max(self.instance.load_cost(1));
            self.offer(helper);
        }
        self.changes()
    }

    /// An edge costs something else now.
    pub fn set_cost(&mut self, helper: u32, need: u32, cost: i64) -> Changes {
        if let Some(edge) = self.edge(helper, need) {
            let there = self.there[at(need)];
            if there {
                self.take(need);
            }
            self.instance.cost[at(edge)] = cost.clamp(-crate::MOST, crate::MOST);
            if there {
                self.bring(need);
            }
        }
        self.changes()
    }

    /// A helper declines a need: the pair does not come again.
    pub fn forbid(&mut self, helper: u32, need: u32) -> Changes {
        if let Some(edge) = self.edge(helper, need) {
            let used = self.state[at(edge)] == State::Used;
            if used {
                self.serves[at(helper)].retain(|other| *other != edge);
                self.drop_from_need(edge);
            }
            self.state[at(edge)] = State::Forbidden;
            if used {
                self.offer(helper);
                self.seat(need);
            }
        }
        self.changes()
    }

    /// The pairs, by need and helper.
    pub fn pairs(&self) -> impl Iterator<Item = Edge> + '_ {
        self.instance
            .edges()
            .zip(&self.state)
            .filter(|(_, state)| **state == State::Used)
            .map(|(edge, _)| edge)
    }

    /// The cost of all pairs, of helpers' loads, and of what stays unserved.
    pub fn cost(&self) -> i128 {
        let pairs: i128 = self.pairs().map(|edge| i128::from(edge.cost)).sum();
        let loads = self.serves.iter().map(Vec::len).filter(|_| !self.instance.load.is_empty());
        let loads: i128 =
            loads.flat_map(|load| 1..=load).map(|nth| i128::from(self.instance.load_cost(number(nth)))).sum();
        let left = self.unserved.iter().zip(&self.instance.penalty);
        pairs + loads + left.map(|(units, penalty)| i128::from(*units) * i128::from(*penalty)).sum::<i128>()
    }

    /// The prices that prove the plan, for [`crate::verify`] with [`Matching::now`].
    pub fn certificate(&self) -> Certificate {
        let one = |price: &i64, many: &u32, none: i64| if *many == 0 { none } else { *price };
        let prices = self.price.iter().zip(&self.instance.capacity);
        let values = self.value.iter().zip(&self.instance.demand);
        Certificate {
            // time that there is not, and what nobody asks for, bound nothing
            price: prices.map(|(price, capacity)| one(price, capacity, i64::MAX)).collect(),
            value: values.map(|(value, demand)| one(value, demand, i64::MIN)).collect(),
        }
    }

    /// The instance as events have left it: who left has no capacity, what is not there no demand, what was declined no
    /// edge.
    pub fn now(&self) -> Instance {
        let mut now = self.instance.clone();
        let mut states = self.state.iter().cycle();
        let mut stays = || states.next() != Some(&State::Forbidden);
        now.helper.retain(|_| stays());
        now.need.retain(|_| stays());
        now.cost.retain(|_| stays());
        now.first = first(&now.need, now.demand.len());
        now
    }

    fn edge(&self, helper: u32, need: u32) -> Option<u32> {
        let first = at(*self.instance.first.get(at(need))?);
        let end = at(*self.instance.first.get(at(need) + 1)?);
        let place = self.instance.helper[first..end].binary_search(&helper).ok()?;
        Some(number(first + place))
    }

    pub(crate) fn of_helper(&self, helper: u32) -> impl Iterator<Item = u32> + '_ {
        let (from, to) = (self.first[at(helper)], self.first[at(helper) + 1]);
        self.by_helper[at(from)..at(to)].iter().copied()
    }

    /// Whether an edge that is not used may be. A helper who is not there is too dear.
    pub(crate) fn usable(&self, edge: u32) -> bool {
        self.state[at(edge)] == State::Free && self.there[at(self.instance.need[at(edge)])]
    }

    fn bring(&mut self, need: u32) {
        self.there[at(need)] = true;
        self.instance.demand[at(need)] = self.demand[at(need)];
        let cheapest = (self.instance.first[at(need)]..self.instance.first[at(need) + 1])
            .filter(|edge| self.usable(*edge))
            .map(|edge| self.instance.cost[at(edge)] + self.price[at(self.instance.helper[at(edge)])]);
        self.value[at(need)] = cheapest.min().unwrap_or(GONE).min(self.instance.penalty[at(need)]);
        for _ in 0..self.demand[at(need)] {
            self.seat(need);
        }
    }

    fn take(&mut self, need: u32) {
        self.there[at(need)] = false;
        self.instance.demand[at(need)] = 0;
        self.unserved[at(need)] = 0;
        let edges = std::mem::take(&mut self.served[at(need)]);
        for edge in &edges {
            self.flip(*edge);
            self.serves[at(self.instance.helper[at(*edge)])].retain(|other| other != edge);
        }
        for edge in edges {
            self.offer(self.instance.helper[at(edge)]);
        }
    }

    fn flip(&mut self, edge: u32) {
        self.state[at(edge)] = match self.state[at(edge)] {
            State::Free => State::Used,
            State::Used => State::Free,
            State::Forbidden => State::Forbidden,
        };
        self.flipped.push(edge);
    }

    fn drop_from_need(&mut self, edge: u32) {
        self.flip(edge);
        self.served[at(self.instance.need[at(edge)])].retain(|other| *other != edge);
    }

    /// Serves one more unit of a need, or leaves one unserved, whichever costs least.
    fn seat(&mut self, need: u32) {
        let mut search = std::mem::take(&mut self.search);
        search.seat(self, need);
        self.go(&mut search);
        self.search = search;
    }

    /// Finds what is best done with a helper's free places, until its price says that nothing is.
    fn offer(&mut self, helper: u32) {
        while number(self.serves[at(helper)].len()) < self.instance.capacity[at(helper)]
            && self.price[at(helper)] > self.next(helper)
        {
            let mut search = std::mem::take(&mut self.search);
            search.offer(self, helper);
            self.go(&mut search);
            self.search = search;
        }
    }

    /// What a helper's next unit would cost beside its edge.
    pub(crate) fn next(&self, helper: u32) -> i64 {
        self.instance.load_cost(number(self.serves[at(helper)].len()) + 1)
    }

    /// What its last unit costs beside its edge.
    pub(crate) fn last(&self, helper: u32) -> i64 {
        self.instance.load_cost(number(self.serves[at(helper)].len()))
    }

    /// Moves the prices and changes the pairs along the path that was found.
    fn go(&mut self, search: &mut Search) {
        search.settle(self);
        for edge in search.path.drain(..) {
            self.flip(edge);
            let (helper, need) = (at(self.instance.helper[at(edge)]), at(self.instance.need[at(edge)]));
            if self.state[at(edge)] == State::Used {
                self.serves[helper].push(edge);
                self.served[need].push(edge);
            } else {
                self.serves[helper].retain(|other| *other != edge);
                self.served[need].retain(|other| *other != edge);
            }
        }
    }

    fn changes(&mut self) -> Changes {
        let mut flipped = std::mem::take(&mut self.flipped);
        flipped.sort_unstable();
        let mut changes = Changes::default();
        for same in flipped.chunk_by(|a, b| a == b).filter(|same| same.len() % 2 == 1) {
            let edge = at(same[0]);
            let pair = Edge {
                helper: self.instance.helper[edge],
                need: self.instance.need[edge],
                cost: self.instance.cost[edge],
            };
            if self.state[edge] == State::Used {
                changes.added.push(pair);
            } else {
                changes.dropped.push(pair);
            }
        }
        changes
    }
}
