//! Whether a plan is optimal, without knowing how it was found.

use crate::{Edge, Instance, at};
use thiserror::Error;

/// Prices that prove a plan: the dual of the problem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// By helper: what a unit of its time is worth.
    pub price: Vec<i64>,
    /// By need: what one more unit of it would cost; its penalty at most.
    pub value: Vec<i64>,
}

/// Why a plan is none, or not proven.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Wrong {
    /// A pair without an edge, or twice, or at another cost.
    #[error("helper {helper} and need {need} are no edge, or a pair twice, or cost something else")]
    Pair {
        /// The helper.
        helper: u32,
        /// The need.
        need: u32,
    },
    /// A helper has more than it can.
    #[error("helper {0} has more than its capacity")]
    Capacity(usize),
    /// A need gets more than it has.
    #[error("need {0} gets more than its demand")]
    Demand(usize),
    /// Prices for other helpers or needs.
    #[error("prices are for {prices} helpers, values for {values} needs")]
    Lengths {
        /// How many prices.
        prices: usize,
        /// How many values.
        values: usize,
    },
    /// The plan costs more than the prices prove that it must.
    #[error("the plan costs {cost}, {proven} is proven")]
    Gap {
        /// What the plan costs.
        cost: i128,
        /// What every plan costs at least.
        proven: i128,
    },
}

/// Checks a plan and that no other costs less, in one walk over the edges; answers its cost.
///
/// Any prices prove a lower bound (weak duality): what needs are worth at them, less what helpers' time and single edges
/// would earn. Where the plan costs just that, it is optimal.
pub fn verify(instance: &Instance, pairs: &[Edge], certificate: &Certificate) -> Result<i128, Wrong> {
    let Certificate { price, value } = certificate;
    if price.len() != instance.helpers() || value.len() != instance.needs() {
        return Err(Wrong::Lengths { prices: price.len(), values: value.len() });
    }
    let mut pairs = pairs.to_vec();
    pairs.sort_by_key(|pair| (pair.need, pair.helper));
    let (mut next, mut earned, mut cost) = (pairs.iter().peekable(), 0_i128, 0_i128);
    let (mut load, mut got) = (vec![0_u32; price.len()], vec![0_u32; value.len()]);
    for edge in instance.edges() {
        let (helper, need) = (at(edge.helper), at(edge.need));
        let worth = value[need].min(instance.penalty[need]);
        earned += (i128::from(worth) - i128::from(price[helper]) - i128::from(edge.cost)).max(0);
        if next.next_if(|pair| **pair == edge).is_some() {
            cost += i128::from(edge.cost);
            load[helper] += 1;
            got[need] += 1;
        }
    }
    if let Some(Edge { helper, need, .. }) = next.next() {
        return Err(Wrong::Pair { helper: *helper, need: *need });
    }
    let mut proven = -earned;
    for (helper, (load, capacity)) in load.iter().zip(&instance.capacity).enumerate() {
        if load > capacity {
            return Err(Wrong::Capacity(helper));
        }
        for nth in 1..=*capacity {
            let load_cost = i128::from(instance.load_cost(nth));
            cost += if nth <= *load { load_cost } else { 0 };
            proven -= (i128::from(price[helper]) - load_cost).max(0);
        }
    }
    for (need, (got, demand)) in got.iter().zip(&instance.demand).enumerate() {
        let Some(left) = demand.checked_sub(*got) else { return Err(Wrong::Demand(need)) };
        cost += i128::from(left) * i128::from(instance.penalty[need]);
        proven += i128::from(*demand) * i128::from(value[need].min(instance.penalty[need]));
    }
    if cost != proven {
        return Err(Wrong::Gap { cost, proven });
    }
    Ok(cost)
}
