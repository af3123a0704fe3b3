//! The counting rules of the house: the day of receipt is not counted, days end at 24:00 in Shanghai.

use crate::{At, Calendar, Day, Due, Term, WorkingTime, calendar::LONGEST};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Spans in which a clock stands, by their beginning; each from an instant to before another.
pub(crate) type Stood = [(At, At)];

impl Calendar {
    /// When a term that begins at `start` is due. Plain minutes are never provisional: no notice can move them.
    pub fn due(&self, start: At, term: &Term, time: &WorkingTime) -> Due {
        self.due_around(start, term, time, &[])
    }

    /// A term's length before an instant, for warnings ahead of a due time: days go back from the last day in time
    /// and end at its 0:00, so that one working day before the end of Monday the 12th is 0:00 of Friday the 9th.
    pub fn before(&self, due: At, term: &Term, time: &WorkingTime) -> At {
        let last = due.plus_ms(-1).day();
        match *term {
            Term::WorkingDays(n) => self.working_day_before(last, n).start(),
            Term::NaturalDays(n) => last.plus(-n.clamp(0, LONGEST)).start(),
            Term::Minutes(n) | Term::MinutesWithin { minutes: n, .. } => due.plus_ms(-minutes(n)),
            Term::WorkingMinutes(n) => self.minus_working_ms(due, minutes(n), time),
            Term::Until(_) => due,
        }
    }

    /// When the red card is shown: 0:00 of the first working day after the last day in time.
    pub fn red(&self, due: At) -> At {
        self.working_day_after(due.plus_ms(-1).day(), 1).start()
    }

    /// The due time of a clock that stood at times.
    pub(crate) fn due_around(&self, start: At, term: &Term, time: &WorkingTime, stood: &Stood) -> Due {
        let at = match *term {
            Term::WorkingDays(n) => self.working_days_around(start.day(), n, time, stood).end(),
            Term::NaturalDays(n) => {
                let last = days_around(start.day(), n, time, stood);
                let rolls = i64::from(!self.is_working_day(last));
                self.working_days_around(last, rolls, time, stood).end()
            }
            Term::Minutes(n) => ms_around(start, minutes(n), stood),
            Term::WorkingMinutes(n) => around(
                start,
                minutes(n),
                stood,
                |from, to| self.worked_ms(to, time) - self.worked_ms(from, time),
                |from, ms| self.plus_working_ms(from, ms, time),
            ),
            Term::MinutesWithin { minutes: n, from_hour, to_hour, else_hour } => {
                let hour = start.ms_of_day() / HOUR_MS;
                let ms = if (from_hour..to_hour).contains(&hour) {
                    minutes(n)
                } else {
                    let wait = else_hour.clamp(0, 23) * HOUR_MS - start.ms_of_day();
                    if wait > 0 { wait } else { wait + 24 * HOUR_MS }
                };
                ms_around(start, ms, stood)
            }
            Term::Until(at) => at,
        };
        let due = Due { at, provisional: false };
        let counts_work = !matches!(term, Term::Minutes(_) | Term::MinutesWithin { .. } | Term::Until(_));
        Due { provisional: counts_work && self.provisional(due.last_day()), ..due }
    }

    /// A due time so many working days later, to the end of the last of them.
    pub(crate) fn due_after(&self, due: Due, n: i64, time: &WorkingTime, stood: &Stood) -> Due {
        let last = self.working_days_around(due.last_day(), n, time, stood);
        Due { at: last.end(), provisional: due.provisional || self.provisional(last) }
    }

    fn working_days_around(&self, day: Day, n: i64, time: &WorkingTime, stood: &Stood) -> Day {
        around(
            day.end(),
            n.clamp(0, LONGEST),
            stood,
            |from, to| self.working_days_between(closed(from, time), closed(to, time)),
            |from, n| self.working_day_after(closed(from, time), n),
        )
    }

    /// Working time since a fixed day long ago.
    fn worked_ms(&self, until: At, time: &WorkingTime) -> i64 {
        let day = until.day();
        let today = if self.is_working_day(day) { time.worked_by(until.ms_of_day()) } else { 0 };
        self.worked_until(day.plus(-1)).saturating_mul(time.ms_a_day()).saturating_add(today)
    }

    fn plus_working_ms(&self, from: At, ms: i64, time: &WorkingTime) -> At {
        if ms == 0 {
            return from;
        }
        let day = from.day();
        let before = self.worked_ms(from, time) - self.worked_ms(day.start(), time);
        let today = if self.is_working_day(day) { time.ms_a_day() } else { 0 };
        let all = before.saturating_add(ms);
        if all <= today {
            return time.when_worked(day, all);
        }
        let rest = all - today - 1;
        let last = self.working_day_after(day, rest / time.ms_a_day() + 1);
        time.when_worked(last, rest % time.ms_a_day() + 1)
    }

    fn minus_working_ms(&self, until: At, ms: i64, time: &WorkingTime) -> At {
        let target = self.worked_ms(until, time).saturating_sub(ms);
        let day = until.day();
        let missing = self.worked_ms(day.start(), time).saturating_sub(target).max(0);
        let days = missing / time.ms_a_day() + i64::from(missing % time.ms_a_day() > 0);
        let first = self.working_day_before(day, days);
        if ms == 0 { until } else { time.when_worked(first, target - self.worked_ms(first.start(), time)) }
    }
}

/// Goes on from `from` until `left` is used up, as `measure` and `add` count it, leaving out what was stood.
///
/// The end is the earliest at which what ran reaches `left`; since standing longer never makes more run, it never
/// makes the end earlier.
fn around<T>(
    mut from: At,
    mut left: i64,
    stood: &Stood,
    measure: impl Fn(At, At) -> i64,
    add: impl Fn(At, i64) -> T,
) -> T {
    for (stop, go_on) in stood.iter().filter(|(stop, go_on)| stop < go_on) {
        let ran = measure(from, from.max(*stop));
        if ran >= left {
            break;
        }
        left -= ran;
        from = from.max(*stop).max(*go_on);
    }
    add(from, left)
}

/// When so many milliseconds have run.
pub(crate) fn ms_around(start: At, ms: i64, stood: &Stood) -> At {
    around(start, ms, stood, |from, to| to.0.saturating_sub(from.0), At::plus_ms)
}

fn days_around(day: Day, n: i64, time: &WorkingTime, stood: &Stood) -> Day {
    let n = n.clamp(0, LONGEST);
    let days = |from, to| closed(to, time).0 - closed(from, time).0;
    around(day.end(), n, stood, days, |from, n| closed(from, time).plus(n))
}

/// The last day whose last working millisecond lies before the instant: it is over. A clock that stands through the
/// closing of a day does not count that day.
fn closed(at: At, time: &WorkingTime) -> Day {
    let day = at.day();
    if time.closing(day) < at { day } else { day.plus(-1) }
}

fn minutes(n: i64) -> i64 {
    n.max(0).saturating_mul(MINUTE_MS)
}
