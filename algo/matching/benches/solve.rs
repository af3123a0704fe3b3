//! `cargo bench -p linli-matching`: a town's plan from nothing, one event, and a checked proof.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use linli_matching::{Edge, Instance, Matching, verify};
use std::hint::black_box;

/// 10,000 helpers and 5,000 needs along a street, some twenty edges each.
fn town() -> Result<Instance, linli_matching::Flaw> {
    let mut state = 7_u64;
    let mut number = |below: u32| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(state >> 33).unwrap_or(0) % below
    };
    let (helpers, needs) = (10_000, 5_000);
    let capacity = (0..helpers).map(|_| 1 + number(3)).collect();
    let demand: Vec<u32> = (0..needs).map(|_| 1 + number(2)).collect();
    let mut edges = Vec::new();
    for need in 0..needs {
        let mut near: Vec<u32> = (0..24).map(|_| (need * 2 + number(120)) % helpers).collect();
        near.sort_unstable();
        near.dedup();
        edges.extend(near.into_iter().map(|helper| Edge { helper, need, cost: i64::from(number(1000)) }));
    }
    Instance::new(capacity, demand, vec![4_000; 5_000], edges)
}

fn solve(c: &mut Criterion) {
    let Ok(instance) = town() else { return };
    c.bench_function("10,000 helpers, 5,000 needs", |b| {
        b.iter_batched(
            || instance.clone(),
            |instance| black_box(Matching::solve(instance)),
            BatchSize::LargeInput,
        );
    });
    let solved = Matching::solve(instance.clone());
    c.bench_function("a helper leaves and comes back", |b| {
        let mut helper = 0;
        let mut matching = solved.clone();
        b.iter(|| {
            helper = (helper + 37) % 10_000;
            black_box((matching.remove_helper(helper), matching.add_helper(helper)))
        });
    });
    let (pairs, prices) = (solved.pairs().collect::<Vec<_>>(), solved.certificate());
    c.bench_function("a proof is checked", |b| b.iter(|| black_box(verify(&instance, &pairs, &prices))));
}

criterion_group!(benches, solve);
criterion_main!(benches);
