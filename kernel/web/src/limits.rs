use linli_base::{At, Problem, Result};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// How often something may be done by one subject.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Its name, which keeps the counts of different limits apart.
    pub kind: &'static str,
    /// How many at once.
    pub burst: i64,
    /// Milliseconds until one more.
    pub every_ms: i64,
}

/// Counts per limit and subject, in memory: each copy of the program counts for itself.
pub struct Throttle {
    buckets: Mutex<HashMap<(&'static str, String), i64>>,
    most: usize,
}

impl Throttle {
    /// Remembers at most `most` subjects; beyond that, those that waited least are forgotten.
    pub fn new(most: usize) -> Self {
        Throttle { buckets: Mutex::default(), most }
    }

    /// Counts one for `subject` (an address, a phone, a number), or [`Problem::TooMany`].
    pub fn check(&self, limit: &Limit, subject: &str, now: At) -> Result<()> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= self.most {
            forget(&mut buckets, now, self.most / 2);
        }
        // the instant at which the whole burst is free again
        let free_at = buckets.entry((limit.kind, subject.to_owned())).or_insert(now.0);
        let next = (*free_at).max(now.0).saturating_add(limit.every_ms);
        let wait = next.saturating_sub(now.0).saturating_sub(limit.burst.saturating_mul(limit.every_ms));
        if wait > 0 {
            return Err(Problem::TooMany { retry_after_s: wait.saturating_add(999) / 1000 });
        }
        *free_at = next;
        Ok(())
    }
}

impl Default for Throttle {
    /// 50,000 subjects, some 5 MB when full.
    fn default() -> Self {
        Throttle::new(50_000)
    }
}

fn forget(buckets: &mut HashMap<(&'static str, String), i64>, now: At, keep: usize) {
    buckets.retain(|_, free_at| *free_at > now.0);
    if buckets.len() > keep {
        let mut ends: Vec<i64> = buckets.values().copied().collect();
        ends.sort_unstable_by(|a, b| b.cmp(a));
        let from = ends.get(keep).copied().unwrap_or_default();
        buckets.retain(|_, free_at| *free_at > from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: Limit = Limit { kind: "code", burst: 3, every_ms: 600_000 };
    const SAY: Limit = Limit { kind: "say", burst: 30, every_ms: 1000 };

    #[test]
    fn the_fourth_code_to_a_phone_waits() {
        let (throttle, now) = (Throttle::default(), At(1_000_000_000));
        let ask = |phone: &str, at: At| throttle.check(&CODE, phone, at);
        for _ in 0..3 {
            ask("13800005678", now).unwrap();
        }
        assert!(matches!(ask("13800005678", now), Err(Problem::TooMany { retry_after_s: 600 })));
        ask("13800005679", now).unwrap();
        throttle.check(&SAY, "13800005678", now).unwrap();
        assert!(ask("13800005678", now.plus_ms(599_999)).is_err());
        ask("13800005678", now.plus_ms(600_000)).unwrap();
    }

    #[test]
    fn memory_is_bounded_and_those_held_back_longest_stay() {
        let throttle = Throttle::new(100);
        for _ in 0..3 {
            throttle.check(&CODE, "held", At(0)).unwrap();
        }
        for i in 0..10_000 {
            throttle.check(&SAY, &format!("10.0.{i}"), At(0)).unwrap();
        }
        assert!(throttle.buckets.lock().unwrap().len() <= 100);
        assert!(throttle.check(&CODE, "held", At(0)).is_err());
    }
}
