//! How fast texts are grouped.

use criterion::{Criterion, criterion_group, criterion_main};

fn texts() -> Vec<String> {
    let mut state = 1u32;
    let mut character = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from_u32(0x4e00 + (state >> 16) % 3000).unwrap_or('路')
    };
    (0..2000).map(|_| (0..250).map(|_| character()).collect()).collect()
}

fn duplicates(criterion: &mut Criterion) {
    let texts = texts();
    criterion.bench_function("2,000 texts of 250 characters grouped", |bench| {
        bench.iter(|| linli_text::duplicates(&texts));
    });
}

criterion_group!(benches, duplicates);
criterion_main!(benches);
