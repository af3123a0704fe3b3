//! Whatever is given, nothing panics, and what is answered is proven. `cargo test -p linli-matching --test fuzz --
//! --ignored` runs for `FUZZ_SECONDS`, 60 where that is not said.
#![cfg(test)]

use linli_matching::{Edge, Instance, Matching, verify};
use std::time::{Duration, Instant};

#[test]
#[ignore = "takes as long as it is told"]
#[expect(clippy::disallowed_methods, reason = "runs for a time")]
fn anything() {
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(60);
    let (begun, mut state, mut sound) = (Instant::now(), 1_u64, 0);
    while begun.elapsed() < Duration::from_secs(seconds) {
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let (helpers, needs) = (next(9), next(9));
        let costs = [0, 1, -1, 7, 1000, -1000, i64::MAX, i64::MIN, 1_000_000_000_000, -1_000_000_000_000];
        let wild = next(4) == 0;
        let cost = |next: &mut dyn FnMut(u64) -> u64| {
            let at = usize::try_from(next(10)).unwrap();
            if wild { costs[at] } else { costs[at % 6] * i64::try_from(next(9)).unwrap() }
        };
        let numbers = |many: u64, next: &mut dyn FnMut(u64) -> u64| {
            (0..many).map(|_| u32::try_from(next(4)).unwrap()).collect::<Vec<_>>()
        };
        let (capacity, demand) = (numbers(helpers, &mut next), numbers(needs, &mut next));
        let penalty = (0..needs + u64::from(wild && next(3) == 0)).map(|_| cost(&mut next)).collect();
        let edges = (0..next(40)).map(|_| Edge {
            helper: u32::try_from(next(helpers + u64::from(wild) + 1)).unwrap(),
            need: u32::try_from(next(needs + u64::from(wild) + 1)).unwrap(),
            cost: cost(&mut next),
        });
        let mut edges: Vec<Edge> = edges.collect();
        if !wild {
            edges.retain(|edge| u64::from(edge.helper) < helpers && u64::from(edge.need) < needs);
            edges.sort_by_key(|edge| (edge.helper, edge.need));
            edges.dedup_by_key(|edge| (edge.helper, edge.need));
        }
        let Ok(instance) = Instance::new(capacity, demand, penalty, edges) else { continue };
        let mut matching = Matching::solve(instance);
        for _ in 0..next(20) {
            let (helper, need) = (u32::try_from(next(10)).unwrap(), u32::try_from(next(10)).unwrap());
            match next(6) {
                0 => drop(matching.add_need(need)),
                1 => drop(matching.remove_need(need)),
                2 => drop(matching.add_helper(helper)),
                3 => drop(matching.remove_helper(helper)),
                4 => drop(matching.set_cost(helper, need, costs[usize::try_from(next(10)).unwrap()])),
                _ => drop(matching.forbid(helper, need)),
            }
            let pairs: Vec<Edge> = matching.pairs().collect();
            let proven = verify(&matching.now(), &pairs, &matching.certificate());
            assert_eq!(proven, Ok(matching.cost()), "{:?}", matching.now());
        }
        sound += 1;
    }
    assert!(sound > 100, "{sound} instances were sound");
}
