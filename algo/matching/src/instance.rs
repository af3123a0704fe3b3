//! What is to be matched.

use thiserror::Error;

/// One way to serve a need. Costs are whole and may be below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Whose.
    pub helper: u32,
    /// Which need.
    pub need: u32,
    /// What one unit by this helper costs.
    pub cost: i64,
}

/// Why an instance is not one.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Flaw {
    /// An edge names a helper or a need that is not there.
    #[error("edge {0} names a helper or a need that is not there")]
    Stranger(usize),
    /// The same helper and need twice.
    #[error("helper {helper} and need {need} have two edges")]
    Twice {
        /// The helper.
        helper: u32,
        /// The need.
        need: u32,
    },
    /// Needs with a demand and with a penalty are not equally many.
    #[error("{demands} demands, {penalties} penalties")]
    Lengths {
        /// How many demands.
        demands: usize,
        /// How many penalties.
        penalties: usize,
    },
    /// A cost, penalty or load cost beyond [`MOST`].
    #[error("a cost is beyond 10^12")]
    TooDear,
    /// A load cost that is below the one before: not convex.
    #[error("load cost {0} is below the one before")]
    Falling(usize),
    /// More nodes or edges than numbers of 32 bits.
    #[error("more than 2^31 helpers, needs or edges")]
    TooMany,
}

/// Costs stay within this, so that no sum of a path runs over.
pub const MOST: i64 = 1_000_000_000_000;

/// Helpers, needs and the edges between them.
#[derive(Clone, Debug)]
pub struct Instance {
    pub(crate) capacity: Vec<u32>,
    pub(crate) demand: Vec<u32>,
    pub(crate) penalty: Vec<i64>,
    pub(crate) load: Vec<i64>,
    /// Edges by need.
    pub(crate) helper: Vec<u32>,
    pub(crate) need: Vec<u32>,
    pub(crate) cost: Vec<i64>,
    /// Where each need's edges begin; one more than needs.
    pub(crate) first: Vec<u32>,
}

/// Where the edges of each need begin, by the needs of all edges in order; the last is their end.
pub(crate) fn first(need: &[u32], needs: usize) -> Vec<u32> {
    let mut from = 0;
    let begins = (0..=needs).map(|next| {
        from += need.iter().skip(from).take_while(|need| crate::at(**need) < next).count();
        u32::try_from(from).unwrap_or(u32::MAX)
    });
    begins.collect()
}

impl Instance {
    /// `capacity[i]`: how many units helper `i` may take. `demand[j]`, `penalty[j]`: how many units need `j` has, and what
    /// each costs that stays unserved. Edges in any order.
    pub fn new(
        capacity: Vec<u32>,
        demand: Vec<u32>,
        penalty: Vec<i64>,
        mut edges: Vec<Edge>,
    ) -> Result<Instance, Flaw> {
        if demand.len() != penalty.len() {
            return Err(Flaw::Lengths { demands: demand.len(), penalties: penalty.len() });
        }
        let fits = |len: usize| i32::try_from(len).is_ok();
        if !fits(capacity.len() + demand.len()) || !fits(edges.len()) {
            return Err(Flaw::TooMany);
        }
        let there = |edge: &Edge| {
            capacity.get(crate::at(edge.helper)).is_some() && demand.get(crate::at(edge.need)).is_some()
        };
        if let Some(stranger) = edges.iter().position(|edge| !there(edge)) {
            return Err(Flaw::Stranger(stranger));
        }
        if edges
            .iter()
            .map(|edge| edge.cost)
            .chain(penalty.iter().copied())
            .any(|cost| cost.unsigned_abs() > MOST.unsigned_abs())
        {
            return Err(Flaw::TooDear);
        }
        edges.sort_unstable_by_key(|edge| (edge.need, edge.helper));
        let twice = edges.windows(2).find_map(|two| match two {
            [a, b] if (a.need, a.helper) == (b.need, b.helper) => Some(*a),
            _ => None,
        });
        if let Some(Edge { helper, need, .. }) = twice {
            return Err(Flaw::Twice { helper, need });
        }
        let need: Vec<u32> = edges.iter().map(|edge| edge.need).collect();
        Ok(Instance {
            capacity,
            penalty,
            load: Vec::new(),
            helper: edges.iter().map(|edge| edge.helper).collect(),
            cost: edges.iter().map(|edge| edge.cost).collect(),
            first: first(&need, demand.len()),
            need,
            demand,
        })
    }

    /// Makes one helper's units dearer the more it has: the k-th costs `load[k - 1]` beside its edge, every further one
    /// the last of these. They may not fall.
    pub fn with_load_costs(mut self, load: Vec<i64>) -> Result<Instance, Flaw> {
        if load.iter().any(|cost| cost.unsigned_abs() > MOST.unsigned_abs()) {
            return Err(Flaw::TooDear);
        }
        if let Some(nth) = load.windows(2).position(|two| matches!(two, [a, b] if b < a)) {
            return Err(Flaw::Falling(nth + 1));
        }
        self.load = load;
        Ok(self)
    }

    /// The same edges with every capacity and demand 1.
    #[must_use]
    pub fn unit(mut self) -> Instance {
        self.capacity.fill(1);
        self.demand.fill(1);
        self
    }

    /// How many helpers.
    pub fn helpers(&self) -> usize {
        self.capacity.len()
    }

    /// How many needs.
    pub fn needs(&self) -> usize {
        self.demand.len()
    }

    /// The edges, by need and helper.
    pub fn edges(&self) -> impl Iterator<Item = Edge> + '_ {
        let all = self.helper.iter().zip(&self.need).zip(&self.cost);
        all.map(|((helper, need), cost)| Edge { helper: *helper, need: *need, cost: *cost })
    }

    /// What the `nth` unit of a helper costs beside its edge, counted from 1.
    pub(crate) fn load_cost(&self, nth: u32) -> i64 {
        let last = self.load.len().saturating_sub(1);
        self.load.get(crate::at(nth).saturating_sub(1).min(last)).copied().unwrap_or(0)
    }
}
