//! Plans are optimal: against every plan there is, after every event.
#![cfg(test)]

use linli_matching::{Certificate, Edge, Flaw, Instance, Matching, Wrong, verify};
use proptest::prelude::*;

#[derive(Clone, Copy, Debug)]
enum Event {
    AddNeed(u32),
    RemoveNeed(u32),
    AddHelper(u32),
    RemoveHelper(u32),
    Cost(u32, u32, i64),
    Forbid(u32, u32),
}

fn event() -> impl Strategy<Value = Event> {
    let (helper, need) = (0..4_u32, 0..4_u32);
    prop_oneof![
        need.clone().prop_map(Event::AddNeed),
        need.clone().prop_map(Event::RemoveNeed),
        helper.clone().prop_map(Event::AddHelper),
        helper.clone().prop_map(Event::RemoveHelper),
        (helper.clone(), need.clone(), -20..60_i64).prop_map(|(h, n, cost)| Event::Cost(h, n, cost)),
        (helper, need).prop_map(|(h, n)| Event::Forbid(h, n)),
    ]
}

fn small() -> impl Strategy<Value = Instance> {
    (
        prop::collection::vec(0..3_u32, 1..5),
        prop::collection::vec((0..3_u32, 0..60_i64), 1..5),
        prop::collection::btree_map((0..4_u32, 0..4_u32), -20..60_i64, 0..11),
        prop::collection::vec(0..15_i64, 0..3),
    )
        .prop_map(|(capacity, needs, edges, mut load)| {
            let (demand, penalty): (Vec<_>, Vec<_>) = needs.into_iter().unzip();
            let (helpers, needs) =
                (u32::try_from(capacity.len()).unwrap(), u32::try_from(demand.len()).unwrap());
            let there = |(helper, need): &(u32, u32)| *helper < helpers && *need < needs;
            let edges = edges.into_iter().filter(|(pair, _)| there(pair));
            let edges = edges.map(|((helper, need), cost)| Edge { helper, need, cost }).collect();
            load.sort_unstable();
            Instance::new(capacity, demand, penalty, edges).unwrap().with_load_costs(load).unwrap()
        })
}

/// The least cost of all plans, one after the other. What a plan costs is told by `verify` with prices that prove
/// nothing.
fn least(instance: &Instance) -> i128 {
    let edges: Vec<Edge> = instance.edges().collect();
    let nothing = Certificate { price: vec![0; instance.helpers()], value: vec![0; instance.needs()] };
    let cost = |subset: u32| {
        let pairs: Vec<Edge> =
            edges.iter().enumerate().filter(|(n, _)| subset >> n & 1 == 1).map(|(_, edge)| *edge).collect();
        match verify(instance, &pairs, &nothing) {
            Ok(cost) | Err(Wrong::Gap { cost, .. }) => Some(cost),
            Err(_) => None,
        }
    };
    (0..1_u32 << edges.len()).filter_map(cost).min().unwrap()
}

fn proven(matching: &Matching) -> Result<i128, Wrong> {
    verify(&matching.now(), &matching.pairs().collect::<Vec<_>>(), &matching.certificate())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_costs_less(instance in small()) {
        let matching = Matching::solve(instance.clone());
        prop_assert_eq!(matching.cost(), least(&instance));
        prop_assert_eq!(proven(&matching), Ok(least(&instance)));
    }

    #[test]
    fn nothing_costs_less_after_any_event(instance in small(), events in prop::collection::vec(event(), 1..12)) {
        let mut matching = Matching::solve(instance);
        for event in events {
            let before: Vec<Edge> = matching.pairs().collect();
            let changes = match event {
                Event::AddNeed(n) => matching.add_need(n),
                Event::RemoveNeed(n) => matching.remove_need(n),
                Event::AddHelper(h) => matching.add_helper(h),
                Event::RemoveHelper(h) => matching.remove_helper(h),
                Event::Cost(h, n, cost) => matching.set_cost(h, n, cost),
                Event::Forbid(h, n) => matching.forbid(h, n),
            };
            let now = matching.now();
            prop_assert_eq!(matching.cost(), least(&now), "{:?}", event);
            prop_assert_eq!(proven(&matching), Ok(least(&now)), "{:?}", event);
            let key = |edge: &Edge| (edge.need, edge.helper);
            let mut after: Vec<_> = before.iter().map(key).filter(|pair| !changes.dropped.iter().any(|gone| key(gone) == *pair)).collect();
            after.extend(changes.added.iter().map(key));
            after.sort_unstable();
            prop_assert_eq!(after, matching.pairs().map(|edge| key(&edge)).collect::<Vec<_>>(), "{:?}", event);
        }
    }

    #[test]
    fn the_same_twice(instance in small()) {
        let pairs = |instance: Instance| Matching::solve(instance).pairs().collect::<Vec<_>>();
        prop_assert_eq!(pairs(instance.clone()), pairs(instance));
    }
}

/// Numbers that are always the same: a congruential generator (Knuth's MMIX).
fn random(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

fn town(helpers: u32, needs: u32) -> Instance {
    let mut next = random(7);
    let mut number = |below: u64| u32::try_from(next(below)).unwrap();
    let capacity: Vec<u32> = (0..helpers).map(|_| 1 + number(3)).collect();
    let demand: Vec<u32> = (0..needs).map(|_| 1 + number(3)).collect();
    let mut edges = Vec::new();
    for need in 0..needs {
        let mut near: Vec<u32> = (0..8).map(|_| (need * helpers / needs + number(60)) % helpers).collect();
        near.sort_unstable();
        near.dedup();
        edges.extend(near.into_iter().map(|helper| Edge { helper, need, cost: i64::from(number(1000)) }));
    }
    Instance::new(capacity, demand, vec![4000; usize::try_from(needs).unwrap()], edges).unwrap()
}

#[test]
fn events_end_where_a_fresh_solution_does() {
    let (mut matching, mut next) = (Matching::solve(town(900, 700)), random(11));
    for step in 0..300 {
        let (helper, need) = (u32::try_from(next(900)).unwrap(), u32::try_from(next(700)).unwrap());
        let changes = match step % 4 {
            0 => matching.remove_need(need),
            1 => matching.remove_helper(helper),
            2 => matching.add_need(u32::try_from(next(700)).unwrap()),
            _ => matching.add_helper(u32::try_from(next(900)).unwrap()),
        };
        assert!(changes.added.len() + changes.dropped.len() < 60, "few pairs change");
    }
    let fresh = Matching::solve(matching.now());
    assert_eq!(matching.cost(), fresh.cost());
    assert_eq!(proven(&matching), Ok(fresh.cost()));
}

#[test]
fn a_rising_load_cost_spreads_the_work() {
    let edges = (0..4).flat_map(|need| [(0, need, 10), (1, need, 12)]);
    let edges: Vec<_> = edges.map(|(helper, need, cost)| Edge { helper, need, cost }).collect();
    let instance = Instance::new(vec![4, 4], vec![1; 4], vec![100; 4], edges).unwrap();
    let loads = |instance: Instance| {
        let matching = Matching::solve(instance);
        assert!(proven(&matching).is_ok());
        [0, 1].map(|helper| matching.pairs().filter(|pair| pair.helper == helper).count())
    };
    assert_eq!(loads(instance.clone()), [4, 0]);
    assert_eq!(loads(instance.with_load_costs(vec![0, 3, 6, 9]).unwrap()), [2, 2]);
}

#[test]
fn what_is_wrong_is_told() {
    let edge = |helper, need, cost| Edge { helper, need, cost };
    let new = |edges| Instance::new(vec![1, 1], vec![1, 1], vec![9, 9], edges);
    assert_eq!(new(vec![edge(0, 0, 1), edge(2, 0, 1)]).unwrap_err(), Flaw::Stranger(1));
    assert_eq!(new(vec![edge(0, 1, 1), edge(0, 1, 2)]).unwrap_err(), Flaw::Twice { helper: 0, need: 1 });
    assert_eq!(new(vec![edge(0, 0, i64::MAX)]).unwrap_err(), Flaw::TooDear);
    assert_eq!(
        Instance::new(vec![], vec![1], vec![], vec![]).unwrap_err(),
        Flaw::Lengths { demands: 1, penalties: 0 }
    );
    let instance = new(vec![edge(0, 0, 1), edge(1, 0, 5), edge(0, 1, 2)]).unwrap();
    assert_eq!(instance.clone().with_load_costs(vec![3, 2]).unwrap_err(), Flaw::Falling(1));
    let matching = Matching::solve(instance.clone());
    let (pairs, prices) = (matching.pairs().collect::<Vec<_>>(), matching.certificate());
    assert_eq!(verify(&instance, &pairs, &prices), Ok(7));
    assert_eq!(verify(&instance, &[edge(0, 0, 1)], &prices), Err(Wrong::Gap { cost: 10, proven: 7 }));
    assert_eq!(verify(&instance, &[edge(1, 1, 1)], &prices), Err(Wrong::Pair { helper: 1, need: 1 }));
    assert_eq!(verify(&instance, &[edge(0, 0, 0)], &prices), Err(Wrong::Pair { helper: 0, need: 0 }));
    assert_eq!(verify(&instance, &[edge(0, 0, 1), edge(0, 1, 2)], &prices), Err(Wrong::Capacity(0)));
    assert_eq!(verify(&instance, &[edge(0, 0, 1), edge(1, 0, 5)], &prices), Err(Wrong::Demand(0)));
    assert_eq!(
        verify(&instance, &pairs, &Certificate::default()),
        Err(Wrong::Lengths { prices: 0, values: 0 })
    );
}
