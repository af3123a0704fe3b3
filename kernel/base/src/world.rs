use crate::{At, Id};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};
use uuid::{Builder, Uuid};

/// Tells the time. The one source of `now` in the program.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> At;
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    fn now(&self) -> At {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        At(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands until it is moved: for tests and for replaying the demo city.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Stands at `at`.
    pub fn new(at: At) -> Self {
        ManualClock(AtomicI64::new(at.0))
    }

    /// Moves to `at`.
    pub fn set(&self, at: At) {
        self.0.store(at.0, Ordering::SeqCst);
    }

    /// Moves on by `ms` milliseconds.
    pub fn advance_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> At {
        At(self.0.load(Ordering::SeqCst))
    }
}

/// Makes randomness. The one source of ids, salts, tokens and nonces in the program.
pub trait Ids: Send + Sync {
    /// Fills `buf` with random bytes.
    fn fill(&self, buf: &mut [u8]);

    /// A version 7 UUID for the instant `at`.
    fn uuid(&self, at: At) -> Uuid {
        let mut random = [0; 10];
        self.fill(&mut random);
        Builder::from_unix_timestamp_millis(at.0.max(0).unsigned_abs(), &random).into_uuid()
    }
}

/// The operating system's randomness.
pub struct OsIds;

impl Ids for OsIds {
    #[expect(clippy::expect_used, reason = "without randomness no secret is safe: stop")]
    fn fill(&self, buf: &mut [u8]) {
        getrandom::fill(buf).expect("the operating system gives randomness");
    }
}

/// Repeats for a seed (`SplitMix64`). Not secret: for tests and the demo only.
pub struct SeededIds(AtomicU64);

impl SeededIds {
    /// Starts at `seed`.
    pub fn new(seed: u64) -> Self {
        SeededIds(AtomicU64::new(seed))
    }

    /// The next 64 bits.
    pub fn next(&self) -> u64 {
        let step = 0x9E37_79B9_7F4A_7C15_u64;
        let mut z = self.0.fetch_add(step, Ordering::SeqCst).wrapping_add(step);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

impl Ids for SeededIds {
    fn fill(&self, buf: &mut [u8]) {
        for chunk in buf.chunks_mut(8) {
            for (to, from) in chunk.iter_mut().zip(self.next().to_le_bytes()) {
                *to = from;
            }
        }
    }
}

/// The clock and the randomness together, handed to whatever needs them.
#[derive(Clone)]
pub struct World {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids and secrets.
    pub ids: Arc<dyn Ids>,
}

impl World {
    /// The machine's own.
    pub fn system() -> Self {
        World { clock: Arc::new(SystemClock), ids: Arc::new(OsIds) }
    }

    /// The present instant.
    pub fn now(&self) -> At {
        self.clock.now()
    }

    /// A new key of the kind `T`, ordered by time.
    pub fn id<T>(&self) -> Id<T> {
        Id::new(self.ids.uuid(self.now()))
    }
}
