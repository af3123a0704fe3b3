use linli_base::{At, Clock, Result};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::Mutex as Turn;

/// How long a count holds where nothing changes here: time makes cases due, and other copies change them.
const HOLDS_MS: i64 = 2_000;
/// What took long to count holds this many times as long, so that counting is never most of the work.
const TIMES: i64 = 20;

/// Counts that many ask for: of views, which every page of the desk shows beside its list, and sums of figures. One is
/// kept for twenty times what it took, and for two seconds where nothing that is counted changes in this copy. While one
/// asks anew, the others are told the last one.
#[derive(Clone)]
pub(crate) struct Counts<T>(Arc<Shared<T>>);

struct Shared<T> {
    most: usize,
    changes: AtomicU64,
    kept: Mutex<HashMap<String, Arc<Kept<T>>>>,
}

struct Kept<T> {
    last: Mutex<Option<Counted<T>>>,
    turn: Turn<()>,
}

#[derive(Clone)]
struct Counted<T> {
    changes: u64,
    from: At,
    took_ms: i64,
    value: T,
}

impl<T: Clone> Counts<T> {
    /// Keeps so many; beyond that all are forgotten.
    pub fn of(most: usize) -> Self {
        Counts(Arc::new(Shared { most, changes: AtomicU64::new(0), kept: Mutex::default() }))
    }

    /// What is counted has changed, and that is committed.
    pub fn changed(&self) {
        self.0.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// What is counted under this key; `count` is asked where that is not known.
    pub async fn get(
        &self,
        key: String,
        clock: &dyn Clock,
        count: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let kept = self.kept(key);
        if let Some(last) = self.holding(&kept, clock) {
            return Ok(last);
        }
        let turn = match (kept.turn.try_lock(), kept.last()) {
            (Ok(turn), _) => turn,
            (Err(_), Some(last)) => return Ok(last.value),
            (Err(_), None) => kept.turn.lock().await,
        };
        if let Some(last) = self.holding(&kept, clock) {
            return Ok(last);
        }
        let (changes, from) = (self.0.changes.load(Ordering::SeqCst), clock.now());
        let value = count.await?;
        let counted = Counted { changes, from, took_ms: clock.now().0 - from.0, value: value.clone() };
        *kept.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(counted);
        drop(turn);
        Ok(value)
    }

    fn kept(&self, key: String) -> Arc<Kept<T>> {
        let mut all = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() > self.0.most {
            all.clear();
        }
        let new = || Arc::new(Kept { last: Mutex::new(None), turn: Turn::new(()) });
        all.entry(key).or_insert_with(new).clone()
    }

    /// The last count, where it need not be asked anew.
    fn holding(&self, kept: &Kept<T>, clock: &dyn Clock) -> Option<T> {
        let last = kept.last()?;
        let unchanged = last.changes == self.0.changes.load(Ordering::SeqCst);
        let age = clock.now().0 - last.from.0;
        let holds = (TIMES * last.took_ms).max(if unchanged { HOLDS_MS } else { 0 });
        (0..holds).contains(&age).then_some(last.value)
    }
}

impl<T: Clone> Kept<T> {
    fn last(&self) -> Option<Counted<T>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linli_base::ManualClock;
    use std::{cell::Cell, future::ready};

    #[tokio::test]
    async fn a_count_holds_until_something_changes_and_as_long_as_it_is_worth() {
        let (counts, asked, clock) = (Counts::of(9), Cell::new(0), ManualClock::new(At(0)));
        let count = |at: i64, takes_ms: i64| {
            clock.set(At(at));
            let (asked, clock) = (&asked, &clock);
            counts.get("mine".to_owned(), clock, async move {
                asked.set(asked.get() + 1);
                clock.advance_ms(takes_ms);
                ready(Ok(asked.get())).await
            })
        };
        assert_eq!((count(0, 0).await.unwrap(), count(1_999, 0).await.unwrap()), (1, 1));
        assert_eq!(count(2_000, 500).await.unwrap(), 2);
        assert_eq!((count(11_999, 0).await.unwrap(), count(12_000, 0).await.unwrap()), (2, 3));
        counts.changed();
        assert_eq!((count(12_001, 0).await.unwrap(), count(12_002, 0).await.unwrap()), (4, 4));
        assert_eq!(count(1_000, 300).await.unwrap(), 5, "a clock that was put back");
        counts.changed();
        assert_eq!(
            (count(6_999, 0).await.unwrap(), count(7_000, 0).await.unwrap()),
            (5, 6),
            "slow, and changed"
        );
    }
}
