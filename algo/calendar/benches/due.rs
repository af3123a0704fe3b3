//! A million due times of each kind, over nineteen years.

use criterion::{Criterion, Throughput};
use linli_calendar::{Calendar, ClockState, Day, Term, WorkingTime};
use std::hint::black_box;

const MILLION: u64 = 1_000_000;

fn main() {
    let (calendar, time) = (Calendar::builtin(), WorkingTime::default());
    let first = Day::from_ymd(2007, 1, 1).unwrap_or_default().start();
    let starts = || (0..1_000_000).map(|n| first.plus_ms(n * 600_000));
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("due");
    group.sample_size(10).throughput(Throughput::Elements(MILLION));
    for (name, term) in [
        ("5 working days", Term::WorkingDays(5)),
        ("15 natural days", Term::NaturalDays(15)),
        ("2 working hours", Term::WorkingMinutes(120)),
    ] {
        group.bench_function(name, |bench| {
            bench.iter(|| {
                for start in starts() {
                    black_box(calendar.due(start, &term, &time));
                }
            });
        });
    }
    group.bench_function("5 working days with a pause", |bench| {
        bench.iter(|| {
            for start in starts() {
                let pause = (start.plus_hours(30), Some(start.plus_hours(90)));
                let clock =
                    ClockState { pauses: vec![pause], ..ClockState::start(start, Term::WorkingDays(5)) };
                black_box(clock.due(&calendar, &time, start));
            }
        });
    });
    group.finish();
    criterion.final_summary();
}
