//! Invented messages from a seed.

/// A small generator of numbers (`SplitMix64`), so that every run makes the same texts.
pub struct Seed(pub u64);

impl Seed {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) >> 33).unwrap_or(0) % n
    }

    pub fn of<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from.get(self.below(from.len())).copied().unwrap_or_default()
    }

    /// Characters without sense.
    pub fn characters(&mut self, count: usize) -> String {
        let mut one = || u32::try_from(self.below(3000)).ok().and_then(|n| char::from_u32(0x4e00 + n));
        (0..count).filter_map(|_| one()).collect()
    }
}
