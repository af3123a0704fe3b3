use linli_base::{At, Id, Ids, SeededIds};

/// The demo's luck: repeats for a seed.
pub(super) struct Dice(SeededIds);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Dice(SeededIds::new(seed))
    }

    /// 0 to `n` − 1.
    pub(super) fn below(&self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(1).max(1);
        usize::try_from(self.0.next() % n).unwrap_or(0)
    }

    /// `from` to `to`, both included.
    pub(super) fn between(&self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.below(usize::try_from(to - from + 1).unwrap_or(1))).unwrap_or(0)
    }

    /// Whether one of a hundred draws up to `percent` came.
    pub(super) fn chance(&self, percent: usize) -> bool {
        self.below(100) < percent
    }

    #[expect(clippy::indexing_slicing, reason = "below(n) < n, and the demo's lists are never empty")]
    pub(super) fn pick<'a, T>(&self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub(super) fn word(&self, from: &[&'static str]) -> &'static str {
        from.get(self.below(from.len())).copied().unwrap_or_default()
    }

    /// −1 to 1.
    pub(super) fn sway(&self) -> f64 {
        f64::from(u32::try_from(self.below(2001)).unwrap_or(1000)) / 1000.0 - 1.0
    }

    pub(super) fn shuffle<T>(&self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }

    pub(super) fn id<T>(&self, at: At) -> Id<T> {
        Id::new(self.0.uuid(at))
    }
}
