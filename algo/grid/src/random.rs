//! Random numbers that are the same everywhere: `SplitMix64` (Steele, Lea, Flood 2014).

pub(crate) struct Random(u64);

impl Random {
    /// The numbers of one part of a run.
    pub(crate) fn new(seed: u64, part: u64) -> Self {
        let mut random = Random(seed ^ part.wrapping_mul(0xd134_2543_de82_ef95));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of `0..count`; `count` is more than 0 and below 2³².
    #[expect(clippy::as_conversions, reason = "the product's upper half is below count")]
    pub(crate) fn below(&mut self, count: usize) -> usize {
        (((self.next() >> 32) * count as u64) >> 32) as usize
    }

    /// From 0 to below 1.
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "53 bits fit a float exactly")]
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}
