use crate::volunteers::{Able, Wanted};
use linli_base::AreaId;
use linli_matching::{Edge, Instance, Matching};
use std::collections::{BTreeMap, BTreeSet};

/// The most helpers that one need is offered.
const OFFERED: usize = 40;
/// The most whom a dispatcher may put in the place of the one who is suggested.
const OTHERS: usize = 4;
/// What it costs to leave a need unserved, more than any pair.
const UNSERVED: i64 = 10_000;
/// What the first, second … new case of the same person costs more: it goes round.
const NEW_LOAD: [i64; 4] = [0, 150, 350, 600];

/// A suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Which of the needs.
    pub need: usize,
    /// Which of the helpers.
    pub helper: usize,
    /// Whether they have named that time.
    pub has_time: bool,
    /// Who could be asked instead, the best first.
    pub others: Vec<usize>,
}

/// Why nobody is suggested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// A vetted shop does it.
    Paid,
    /// Nobody in the community has said that they can do it.
    Skill,
    /// Those who can have as many as they want, or have declined it.
    Full,
}

/// Pairs, and what is left with the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// By need.
    pub pairs: Vec<Pair>,
    /// By need.
    pub left: Vec<(usize, Lack)>,
}

/// The best plan: as many served as can be, nobody asked for more than they want; then by time, way and load.
pub fn plan(needs: &[Wanted], helpers: &[Able]) -> Plan {
    let mut there: BTreeMap<AreaId, Vec<(usize, &Able)>> = BTreeMap::new();
    for (h, helper) in helpers.iter().enumerate() {
        there.entry(helper.community).or_default().push((h, helper));
    }
    let (mut edges, mut offered) = (Vec::new(), Vec::with_capacity(needs.len()));
    let mut lacks = Vec::with_capacity(needs.len());
    for (n, need) in needs.iter().enumerate() {
        let near = there.get(&need.community).into_iter().flatten().filter(|_| !need.paid);
        let able: Vec<_> = near.filter(|(_, helper)| need.can(helper)).collect();
        lacks.push(match (need.paid, able.is_empty()) {
            (true, _) => Lack::Paid,
            (false, true) => Lack::Skill,
            (false, false) => Lack::Full,
        });
        let free = able.into_iter().filter(|(_, helper)| need.may(helper));
        let mut own: Vec<(i64, usize)> = free.map(|(h, helper)| (need.cost(helper), *h)).collect();
        own.sort_unstable();
        own.truncate(OFFERED);
        edges.extend(own.iter().map(|&(cost, h)| Edge { helper: number(h), need: number(n), cost }));
        offered.push(own);
    }
    let free = |helper: &Able| number(usize::try_from(helper.most - helper.load).unwrap_or(0));
    let capacity = helpers.iter().map(free).collect();
    let (demand, penalty) = (vec![1; needs.len()], vec![UNSERVED; needs.len()]);
    let instance = Instance::new(capacity, demand, penalty, edges)
        .and_then(|instance| instance.with_load_costs(NEW_LOAD.to_vec()));
    // a plan of thousands is far within the core's limits
    let Ok(instance) = instance else { return left(lacks, &[]) };
    let mut pairs: Vec<Pair> = Matching::solve(instance)
        .pairs()
        .filter_map(|edge| {
            let (n, h) = (usize::try_from(edge.need).ok()?, usize::try_from(edge.helper).ok()?);
            let (need, helper) = (needs.get(n)?, helpers.get(h)?);
            let others = offered.get(n)?.iter().map(|(_, other)| *other).filter(|other| *other != h);
            Some(Pair {
                need: n,
                helper: h,
                has_time: need.has_time(helper),
                others: others.take(OTHERS).collect(),
            })
        })
        .collect();
    pairs.sort_unstable_by_key(|pair| pair.need);
    Plan { left: left(lacks, &pairs).left, pairs }
}

fn left(lacks: Vec<Lack>, pairs: &[Pair]) -> Plan {
    let served: BTreeSet<usize> = pairs.iter().map(|pair| pair.need).collect();
    let left = lacks.into_iter().enumerate().filter(|(need, _)| !served.contains(need));
    Plan { pairs: Vec::new(), left: left.collect() }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{orders::Part, volunteers::Times};
    use linli_base::{Id, Ids, Point, SeededIds};
    use proptest::prelude::*;

    fn id<T>(n: u128) -> Id<T> {
        Id::new(uuid::Uuid::from_u128(n))
    }

    fn able(n: u128, skill: &str, load: i64, most: i64) -> Able {
        Able {
            person: id(n),
            community: id(1),
            skills: BTreeSet::from([skill.to_owned()]),
            times: Times::of((0..5).map(|day| (day, Part::Morning))),
            point: None,
            load,
            most,
        }
    }

    fn wanted(n: u128, skill: &str) -> Wanted {
        Wanted {
            case: id(n),
            community: id(1),
            point: None,
            skill: Some(skill.to_owned()),
            day: None,
            part: Some(Part::Morning),
            paid: false,
            not: BTreeSet::new(),
        }
    }

    #[test]
    fn two_walks_go_to_two_people_and_nobody_gets_more_than_they_want() {
        let helpers = [able(1, "walk", 0, 3), able(2, "walk", 0, 1), able(3, "cut", 0, 1)];
        let needs =
            [wanted(1, "walk"), wanted(2, "walk"), wanted(3, "cut"), wanted(4, "cut"), wanted(5, "sing")];
        let found = plan(&needs, &helpers);
        let who: Vec<_> = found.pairs.iter().map(|pair| (pair.need, pair.helper)).collect();
        assert_eq!(who.len(), 3);
        assert_ne!(who[0].1, who[1].1, "the second one goes to somebody else");
        assert_eq!(found.left.iter().map(|(_, why)| *why).collect::<Vec<_>>(), [Lack::Full, Lack::Skill]);
    }

    #[test]
    fn whoever_declined_is_not_suggested_and_shops_are_not_volunteers() {
        let helpers = [able(1, "walk", 0, 3)];
        let declined = Wanted { not: BTreeSet::from([id(1)]), ..wanted(1, "walk") };
        let paid = Wanted { paid: true, ..wanted(2, "walk") };
        let found = plan(&[declined, paid], &helpers);
        assert_eq!((found.pairs.len(), found.left), (0, vec![(0, Lack::Full), (1, Lack::Paid)]));
    }

    #[test]
    fn who_has_less_in_hand_is_asked_first() {
        let helpers = [able(1, "walk", 2, 5), able(2, "walk", 0, 5)];
        let found = plan(&[wanted(1, "walk")], &helpers);
        assert_eq!((found.pairs[0].helper, &found.pairs[0].others[..]), (1, &[0][..]));
        let evening = Wanted { part: Some(Part::Evening), ..wanted(1, "walk") };
        let found = plan(&[evening], &helpers);
        assert!(!found.pairs[0].has_time, "nobody has named the evening, and the page says so");
    }

    /// 2,543 members and 350 needs, as the article's city has them.
    fn city(seed: u64) -> (Vec<Wanted>, Vec<Able>) {
        let ids = SeededIds::new(seed);
        let mut bytes = [0; 8];
        let mut dice = |n: u64| {
            ids.fill(&mut bytes);
            u64::from_le_bytes(bytes) % n
        };
        let point = |dice: &mut dyn FnMut(u64) -> u64| {
            let part = |n: u64| f64::from(u32::try_from(n).unwrap()) / 20_000.0;
            Some(Point { lat: 36.7 + part(dice(1000)), lon: 121.1 + part(dice(1000)) })
        };
        let helpers = (0..2543)
            .map(|n| Able {
                community: id(u128::from(dice(24)) + 1),
                skills: (0..2).map(|_| format!("s{}", dice(18))).collect(),
                point: point(&mut dice),
                load: i64::try_from(dice(3)).unwrap(),
                most: i64::try_from(dice(3)).unwrap() + 1,
                ..able(n + 10_000, "", 0, 1)
            })
            .collect();
        let needs = (0..350)
            .map(|n| Wanted {
                community: id(u128::from(dice(24)) + 1),
                skill: Some(format!("s{}", dice(18))),
                point: point(&mut dice),
                ..wanted(n, "")
            })
            .collect();
        (needs, helpers)
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "says how long it took")]
    fn a_whole_city_is_matched() {
        let (needs, helpers) = city(7);
        let begun = std::time::Instant::now();
        let found = plan(&needs, &helpers);
        println!("{} of {} needs, {:?}", found.pairs.len(), needs.len(), begun.elapsed());
        assert_eq!(found.pairs.len() + found.left.len(), needs.len());
        assert!(found.left.iter().all(|(_, why)| *why != Lack::Paid));
    }

    proptest! {
        #[test]
        fn nobody_is_asked_for_what_they_cannot_or_beyond_what_they_want(seed in 0_u64..500) {
            let (mut needs, mut helpers) = city(seed);
            needs.truncate(60);
            helpers.truncate(300);
            let found = plan(&needs, &helpers);
            let mut load = std::collections::BTreeMap::<usize, i64>::new();
            for pair in &found.pairs {
                let (need, helper) = (&needs[pair.need], &helpers[pair.helper]);
                prop_assert!(need.can(helper));
                *load.entry(pair.helper).or_insert(helper.load) += 1;
            }
            for (helper, load) in load {
                prop_assert!(load <= helpers[helper].most);
            }
            prop_assert_eq!(&plan(&needs, &helpers), &found, "the same each time");
            // whoever is left could not have been given to somebody who is free
            for (need, why) in &found.left {
                let need = &needs[*need];
                let free = helpers.iter().enumerate().any(|(h, helper)| {
                    let taken = found.pairs.iter().filter(|pair| pair.helper == h).count();
                    let open = helper.load + i64::try_from(taken).unwrap() < helper.most;
                    open && need.can(helper)
                });
                prop_assert!(!free || *why == Lack::Paid);
            }
        }
    }
}
