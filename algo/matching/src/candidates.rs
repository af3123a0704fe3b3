//! Who could serve what: edges from skills, distance, free time and wishes.

use crate::{Edge, number};
use rstar::{AABB, PointDistance, RTree, RTreeObject};

/// A place on the ground, in metres of any flat system.
pub type Metres = [f64; 2];

/// Somebody who helps.
#[derive(Clone, Debug, Default)]
pub struct Helper {
    /// Where from.
    pub at: Metres,
    /// How far they go.
    pub reach: f64,
    /// What they can, one bit each.
    pub skills: u64,
    /// What they like to do, one bit for each kind.
    pub likes: u64,
    /// When they are free, each from an instant to before another, in any one unit.
    pub free: Vec<(i64, i64)>,
}

/// Something to be done.
#[derive(Clone, Debug, Default)]
pub struct Need {
    /// Where.
    pub at: Metres,
    /// What one must be able to do, all of these bits.
    pub skills: u64,
    /// Which kinds it is of.
    pub kinds: u64,
    /// Between which instants, in the helpers' unit; `None`: whenever they are free.
    pub window: Option<(i64, i64)>,
    /// How long it takes.
    pub takes: i64,
}

/// What makes a pair dear.
#[derive(Clone, Copy, Debug)]
pub struct Weights {
    /// A kilometre as the crow flies.
    pub per_km: i64,
    /// Taken off where the helper likes that kind.
    pub liked: i64,
    /// How many helpers a need is offered, the cheapest.
    pub most: usize,
}

/// An edge with its reasons.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The pair and what it costs.
    pub edge: Edge,
    /// How far apart.
    pub metres: f64,
    /// Whether the helper likes that kind.
    pub liked: bool,
    /// When it could begin first; `None`: whenever the helper is free.
    pub from: Option<i64>,
}

struct Spot {
    at: Metres,
    helper: u32,
}

impl RTreeObject for Spot {
    type Envelope = AABB<Metres>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_point(self.at)
    }
}

impl PointDistance for Spot {
    fn distance_2(&self, point: &Metres) -> f64 {
        self.at.distance_2(point)
    }
}

/// The edges of each need, by need and then by cost. Helpers who lack a skill, the time or the reach have none. Places
/// that are no numbers count as out of reach.
pub fn candidates(helpers: &[Helper], needs: &[Need], weights: &Weights) -> Vec<Candidate> {
    let sound = |at: &Metres| at.iter().all(|part| part.is_finite());
    let spots = helpers.iter().enumerate().filter(|(_, helper)| sound(&helper.at));
    let tree = RTree::bulk_load(spots.map(|(n, helper)| Spot { at: helper.at, helper: number(n) }).collect());
    let farthest = helpers.iter().map(|helper| helper.reach).fold(0.0, f64::max);
    let mut all = Vec::new();
    for (n, need) in needs.iter().enumerate().filter(|(_, need)| sound(&need.at)) {
        let mut found: Vec<Candidate> = Vec::new();
        for (spot, squared) in tree.nearest_neighbor_iter_with_distance_2(&need.at) {
            let (metres, helper) = (squared.sqrt(), &helpers[crate::at(spot.helper)]);
            let walk = cost_of(metres, weights.per_km);
            // whoever is farther costs this at least
            let full = found.len() >= weights.most;
            let worst = found.last().map_or(i64::MAX, |last| last.edge.cost);
            if metres > farthest || weights.most == 0 || (full && walk - weights.liked.max(0) > worst) {
                break;
            }
            let from = need.window.map(|window| begins(helper, window, need.takes));
            if metres > helper.reach || helper.skills & need.skills != need.skills || from == Some(None) {
                continue;
            }
            let liked = helper.likes & need.kinds != 0;
            let cost = walk - if liked { weights.liked } else { 0 };
            let edge = Edge { helper: spot.helper, need: number(n), cost };
            let place =
                found.partition_point(|other| (other.edge.cost, other.edge.helper) <= (cost, spot.helper));
            found.insert(place, Candidate { edge, metres, liked, from: from.flatten() });
            found.truncate(weights.most);
        }
        all.append(&mut found);
    }
    all
}

#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "`as` keeps to the ends"
)]
fn cost_of(metres: f64, per_km: i64) -> i64 {
    (metres / 1000.0 * per_km as f64).round() as i64
}

/// When a helper could begin within a window at the earliest.
fn begins(helper: &Helper, (from, to): (i64, i64), takes: i64) -> Option<i64> {
    let begins = helper.free.iter().filter_map(|(free, busy)| {
        let begin = from.max(*free);
        (begin.saturating_add(takes) <= to.min(*busy)).then_some(begin)
    });
    begins.min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WEIGHTS: Weights = Weights { per_km: 1000, liked: 300, most: 3 };

    fn helper(x: f64) -> Helper {
        Helper { at: [x, 0.0], reach: 1000.0, skills: 0b11, likes: 0, free: vec![(9, 12), (14, 18)] }
    }

    #[test]
    fn skills_reach_time_and_wishes() {
        let mut helpers = vec![helper(100.0), helper(200.0), helper(900.0), helper(300.0), helper(f64::NAN)];
        helpers[0].skills = 0b01; // cannot
        helpers[2].likes = 0b100; // 900 m, but gladly
        helpers[3].reach = 250.0; // too far for that one
        let need = Need { at: [0.0, 0.0], skills: 0b10, kinds: 0b100, window: Some((11, 16)), takes: 2 };
        let found = candidates(&helpers, std::slice::from_ref(&need), &WEIGHTS);
        let pairs: Vec<_> = found.iter().map(|c| (c.edge.helper, c.edge.cost, c.liked, c.from)).collect();
        assert_eq!(pairs, [(1, 200, false, Some(14)), (2, 600, true, Some(14))]);
        let longer = Need { takes: 3, ..need };
        assert!(
            candidates(&helpers, &[longer], &WEIGHTS).is_empty(),
            "nobody is free for three hours between 11 and 16"
        );
    }

    proptest! {
        /// Looking no farther than needed finds what looking at everybody finds.
        #[test]
        fn the_cheapest_are_found(
            spots in prop::collection::vec((0..2000_i32, 0..2000_i32, any::<bool>(), 200..2500_i32), 0..40),
            x in 0..2000_i32, y in 0..2000_i32,
        ) {
            let helpers: Vec<Helper> = spots.iter().map(|(x, y, likes, reach)| Helper {
                at: [f64::from(*x), f64::from(*y)], reach: f64::from(*reach), likes: u64::from(*likes), ..Helper::default()
            }).collect();
            let need = Need { at: [f64::from(x), f64::from(y)], kinds: 1, ..Need::default() };
            let some = candidates(&helpers, std::slice::from_ref(&need), &WEIGHTS);
            let mut all = candidates(&helpers, &[need], &Weights { most: usize::MAX, ..WEIGHTS });
            all.truncate(3);
            prop_assert_eq!(some, all);
        }
    }
}
