//! How long a town of 1,600 buildings takes: neighbours, a division, its figures.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use linli_grid::{Options, Quality, divide, neighbourhood};

#[path = "../tests/it/town.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "it is made for the tests, which need more of it")]
mod town;

fn benches(criterion: &mut Criterion) {
    let instance = town::town(40, 1);
    let places: Vec<_> = instance.buildings.iter().map(|building| (building.x, building.y)).collect();
    let options = Options { sweeps: 50, ..Options::default() };
    let division = divide(&instance, options).unwrap_or_else(|error| unreachable!("{error}"));
    criterion.bench_function("neighbours of 1,600 buildings", |bench| {
        bench.iter(|| neighbourhood(black_box(&places), &[], &[], 200.0));
    });
    criterion.bench_function("50 sweeps over 1,600 buildings", |bench| {
        bench.iter(|| divide(black_box(&instance), options));
    });
    criterion.bench_function("figures of 1,600 buildings", |bench| {
        bench.iter(|| Quality::of(black_box(&instance), &division));
    });
}

criterion_group!(all, benches);
criterion_main!(all);
