use crate::normal::{gram, letters, mix};

/// Bins of the signature: 64 bands of two.
const BINS: usize = 128;
/// Bits of the table of how many texts hold a gram.
const BITS: u32 = 20;
/// Two texts say nearly the same from this cosine on.
const SAME: f32 = 0.5;
/// Members of a cluster that are asked when two clusters would join.
const ASKED: usize = 8;
/// A bucket with more texts than this is a phrase of the city rather than a repeated message.
const BUCKET: usize = 40;

/// Groups texts that say nearly the same: gives each text the number of the first text of its group, so a text that
/// stands alone has its own number. Texts without a letter or digit stand alone.
///
/// Candidates come from one-permutation `MinHash` with optimal densification (Shrivastava, ICML 2017) in bands of two
/// bins; a cosine of TF-IDF-weighted grams of two characters decides; groups join only where their members agree on
/// average. Linear in the texts but for the pairs found, 40,000 texts a second on one core.
pub fn duplicates<T: AsRef<str>>(texts: &[T]) -> Vec<usize> {
    let corpus = Corpus::new(texts);
    let mut pairs: Vec<(f32, u32, u32)> = corpus
        .candidates()
        .into_iter()
        .map(|(a, b)| (corpus.cosine(a, b), a, b))
        .filter(|&(cosine, ..)| cosine >= SAME)
        .collect();
    // best first, and in order of the texts where equal, so that the answer is the same each time
    pairs.sort_unstable_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let mut group: Vec<usize> = (0..texts.len()).collect();
    let mut members: Vec<Vec<u32>> = (0..texts.len()).map(|_| Vec::new()).collect();
    for (_, a, b) in pairs {
        let (a, b) = (group[a as usize], group[b as usize]);
        let (into, from) = (a.min(b), a.max(b));
        if into == from {
            continue;
        }
        for group in [into, from] {
            if members[group].is_empty() {
                members[group].push(group as u32);
            }
        }
        if !corpus.agree(&members[into], &members[from]) {
            continue;
        }
        let moved = std::mem::take(&mut members[from]);
        for &text in &moved {
            group[text as usize] = into;
        }
        members[into].extend(moved);
    }
    group
}

/// The texts as sorted grams with weights, all behind each other.
struct Corpus {
    grams: Vec<u32>,
    weights: Vec<f32>,
    ends: Vec<u32>,
    /// in how many texts a gram of this hash is
    spread: Vec<u32>,
}

impl Corpus {
    fn new<T: AsRef<str>>(texts: &[T]) -> Self {
        let mut corpus = Self {
            grams: Vec::new(),
            weights: Vec::new(),
            ends: Vec::with_capacity(texts.len() + 1),
            spread: vec![0; 1 << BITS],
        };
        corpus.ends.push(0);
        let mut own = Vec::new();
        for text in texts {
            own.clear();
            let mut before = '\0';
            for c in letters(text.as_ref()) {
                own.push(gram('\0', before, c));
                before = c;
            }
            own.sort_unstable();
            for same in own.chunk_by(|a, b| a == b) {
                corpus.grams.push(same[0]);
                corpus.weights.push((same.len() as f32).sqrt());
                corpus.spread[slot(same[0])] += 1;
            }
            corpus.ends.push(corpus.grams.len() as u32);
        }
        let rarity: Vec<f32> = corpus
            .spread
            .iter()
            .map(|&spread| ((texts.len() + 1) as f32 / (spread + 1) as f32).ln() + 1.0)
            .collect();
        for (weight, &gram) in corpus.weights.iter_mut().zip(&corpus.grams) {
            *weight *= rarity[slot(gram)];
        }
        for text in 0..texts.len() {
            let weights = &mut corpus.weights[corpus.ends[text] as usize..corpus.ends[text + 1] as usize];
            let norm = weights.iter().map(|weight| weight * weight).sum::<f32>().sqrt();
            weights.iter_mut().for_each(|weight| *weight /= norm);
        }
        corpus
    }

    fn span(&self, text: usize) -> std::ops::Range<usize> {
        self.ends[text] as usize..self.ends[text + 1] as usize
    }

    fn cosine(&self, one: u32, other: u32) -> f32 {
        let (one, other) = (self.span(one as usize), self.span(other as usize));
        let (left, right) = (&self.grams[one.clone()], &self.grams[other.clone()]);
        let (left_weights, right_weights) = (&self.weights[one], &self.weights[other]);
        let (mut i, mut j, mut sum) = (0, 0, 0.0);
        while i < left.len() && j < right.len() {
            let order = left[i].cmp(&right[j]);
            if order.is_eq() {
                sum += left_weights[i] * right_weights[j];
            }
            i += usize::from(order.is_le());
            j += usize::from(order.is_ge());
        }
        sum
    }

    /// Whether two groups agree on average, by their first members.
    fn agree(&self, left: &[u32], right: &[u32]) -> bool {
        let pairs = || left.iter().take(ASKED).flat_map(|&a| right.iter().take(ASKED).map(move |&b| (a, b)));
        let sum: f32 = pairs().map(|(a, b)| self.cosine(a, b)).sum();
        sum >= SAME * 0.8 * pairs().count() as f32
    }

    /// Pairs that share a band, each once, in order.
    fn candidates(&self) -> Vec<(u32, u32)> {
        let texts = self.ends.len() - 1;
        let common = (texts as u32 / 50).max(50);
        let mut signatures = vec![[u32::MAX; BINS]; texts];
        for (text, signature) in signatures.iter_mut().enumerate() {
            for &gram in &self.grams[self.span(text)] {
                // a gram of one text pairs nothing, a gram of many says little
                if (2..=common).contains(&self.spread[slot(gram)]) {
                    let hash = mix(u64::from(gram)) as u32;
                    let bin = &mut signature[hash as usize % BINS];
                    *bin = (*bin).min(hash / BINS as u32);
                }
            }
            densify(signature);
        }
        let mut pairs = Vec::new();
        let mut band: Vec<(u64, u32)> = Vec::with_capacity(texts);
        for first in (0..BINS).step_by(2) {
            band.clear();
            band.extend(signatures.iter().zip(0..).filter(|(signature, _)| signature[0] != u32::MAX).map(
                |(signature, text)| {
                    ((u64::from(signature[first]) << 32) | u64::from(signature[first + 1]), text)
                },
            ));
            band.sort_unstable();
            for bucket in band.chunk_by(|a, b| a.0 == b.0) {
                for (n, &(_, a)) in bucket.iter().enumerate() {
                    pairs.extend(bucket[n + 1..].iter().take(BUCKET).map(|&(_, b)| (a, b)));
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs.retain(|&(a, b)| {
            let (a, b) = (&signatures[a as usize], &signatures[b as usize]);
            a.iter().zip(b).filter(|(a, b)| a == b).count() >= BINS / 10
        });
        pairs
    }
}

fn slot(gram: u32) -> usize {
    (gram >> (32 - BITS)) as usize
}

/// Fills an empty bin from another one that the bin's number chooses, so that equal sets stay equal.
fn densify(signature: &mut [u32; BINS]) {
    let bare = *signature;
    if bare.iter().all(|&bin| bin == u32::MAX) {
        return;
    }
    for (n, bin) in signature.iter_mut().enumerate().filter(|(_, bin)| **bin == u32::MAX) {
        let mut attempt = 0;
        while *bin == u32::MAX {
            attempt += 1;
            *bin = bare[mix(((n as u64) << 32) | attempt) as usize % BINS];
        }
    }
}
