use linli_base::{At, Result};
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
/// More than staff at work have views; beyond it all are forgotten.
const MOST: usize = 4_096;

type Kept<T> = Arc<Turn<Option<(u64, At, T)>>>;

/// Counts of views, which every page of the desk shows beside its list. One is kept until a case changes in this copy,
/// and two seconds at most; whoever asks for the same meanwhile waits for it instead of counting too.
#[derive(Clone)]
pub(crate) struct Counts<T>(Arc<Shared<T>>);

struct Shared<T> {
    changes: AtomicU64,
    kept: Mutex<HashMap<String, Kept<T>>>,
}

impl<T> Default for Counts<T> {
    fn default() -> Self {
        Counts(Arc::new(Shared { changes: AtomicU64::new(0), kept: Mutex::default() }))
    }
}

impl<T: Clone> Counts<T> {
    /// A case has changed, and that is committed.
    pub fn changed(&self) {
        self.0.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// What is counted under this key; `count` is asked where that is not known.
    pub async fn get(&self, key: String, now: At, count: impl Future<Output = Result<T>>) -> Result<T> {
        let kept = {
            let mut all = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if all.len() > MOST {
                all.clear();
            }
            all.entry(key).or_default().clone()
        };
        let mut kept = kept.lock().await;
        let changes = self.0.changes.load(Ordering::SeqCst);
        if let Some((then, at, value)) = kept.as_ref()
            && *then == changes
            && (0..HOLDS_MS).contains(&(now.0 - at.0))
        {
            return Ok(value.clone());
        }
        let value = count.await?;
        *kept = Some((changes, now, value.clone()));
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{cell::Cell, future::ready};

    #[tokio::test]
    async fn a_count_holds_until_something_changes_and_two_seconds_at_most() {
        let (counts, asked) = (Counts::default(), Cell::new(0));
        let count = |now: i64| {
            let asked = &asked;
            counts.get("mine".to_owned(), At(now), async move {
                asked.set(asked.get() + 1);
                ready(Ok(asked.get())).await
            })
        };
        assert_eq!((count(0).await.unwrap(), count(1_999).await.unwrap()), (1, 1));
        assert_eq!(count(2_000).await.unwrap(), 2);
        counts.changed();
        assert_eq!((count(2_001).await.unwrap(), count(2_002).await.unwrap()), (3, 3));
        assert_eq!(count(1_000).await.unwrap(), 4, "a clock that was put back");
    }
}
