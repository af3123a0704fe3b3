//! A million due times in a second, on one core.

use linli_calendar::{Calendar, Day, Term, WorkingTime};
use std::{hint::black_box, time::Instant};

#[test]
#[cfg_attr(debug_assertions, ignore = "the bar is for release builds")]
#[expect(clippy::disallowed_methods, reason = "it measures a duration")]
fn a_million_due_times_take_less_than_a_second() {
    let (calendar, time) = (Calendar::builtin(), WorkingTime::default());
    let start = Day::from_ymd(2007, 1, 1).unwrap().start();
    let began = Instant::now();
    for n in 0..1_000_000 {
        black_box(calendar.due(start.plus_ms(n * 600_000), &Term::WorkingDays(5), &time));
    }
    let took = began.elapsed();
    assert!(took.as_secs_f64() < 1.0, "{took:?}");
}
