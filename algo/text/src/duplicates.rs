use crate::normal::{gram, letters, mix};

/// Bins of the signature, bands of two.
const BINS: usize = 128;
const BANDS: usize = BINS / 2;
type Signature = [u16; BINS];
/// What stands in a bin of no gram, and for no text.
const EMPTY: u16 = u16::MAX;
const NONE: u32 = u32::MAX;
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
/// average. Linear in the texts but for the pairs found, some 50,000 texts a second on one core.
pub fn duplicates<T: AsRef<str>>(texts: &[T]) -> Vec<usize> {
    let corpus = Corpus::new(texts);
    let mut pairs = corpus.pairs();
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
    signatures: Vec<Signature>,
}

impl Corpus {
    fn new<T: AsRef<str>>(texts: &[T]) -> Self {
        let mut corpus = Self {
            grams: Vec::new(),
            weights: Vec::new(),
            ends: vec![0],
            signatures: vec![[EMPTY; BINS]; texts.len()],
        };
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
            }
            corpus.ends.push(corpus.grams.len() as u32);
        }
        // in how many texts a gram of this hash is
        let mut spread = vec![0u32; 1 << BITS];
        corpus.grams.iter().for_each(|&gram| spread[slot(gram)] += 1);
        let rarity: Vec<f32> = (0..=spread.iter().copied().max().unwrap_or(0))
            .map(|spread| ((texts.len() + 1) as f32 / (spread + 1) as f32).ln() + 1.0)
            .collect();
        let common = (texts.len() as u32 / 50).max(50);
        for text in 0..texts.len() {
            let span = corpus.span(text);
            let (weights, signature) = (&mut corpus.weights[span.clone()], &mut corpus.signatures[text]);
            let grams = &corpus.grams[span];
            // alone, for what is far in memory is then fetched many at once
            own.clear();
            own.extend(grams.iter().map(|&gram| spread[slot(gram)]));
            for ((weight, &gram), &spread) in weights.iter_mut().zip(grams).zip(&own) {
                *weight *= rarity[spread as usize];
                // a gram of one text pairs nothing, a gram of many says little
                let pairs = (2..=common).contains(&spread);
                let hash = mix(u64::from(gram)) as u32;
                let bin = &mut signature[hash as usize % BINS];
                *bin = (*bin).min(if pairs { (hash >> 16) as u16 } else { EMPTY });
            }
            let norm = weights.iter().map(|weight| weight * weight).sum::<f32>().sqrt();
            weights.iter_mut().for_each(|weight| *weight /= norm);
            densify(signature);
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
        let (mut sum, least) = (0.0, SAME * 0.8 * pairs().count() as f32);
        pairs().any(|(a, b)| {
            sum += self.cosine(a, b);
            sum >= least
        })
    }

    /// Pairs of texts that share a band and say nearly the same, with their cosine.
    fn pairs(&self) -> Vec<(f32, u32, u32)> {
        let texts = self.signatures.len();
        // by band and text the text before it that has the same bins
        let mut before = vec![NONE; BANDS * texts];
        let size = (2 * texts).next_power_of_two();
        for (band, before) in before.chunks_mut(texts.max(1)).enumerate() {
            // by the hash of the bins the last text that has them
            let mut last = vec![NONE; size];
            let bins = |signature: &Signature| {
                (u32::from(signature[2 * band]) << 16) | u32::from(signature[2 * band + 1])
            };
            let all: Vec<u32> = self.signatures.iter().map(bins).collect();
            for (text, &own) in all.iter().enumerate().filter(|(_, own)| **own != u32::MAX) {
                let mut at = mix(u64::from(own)) as usize & (size - 1);
                while last[at] != NONE && all[last[at] as usize] != own {
                    at = (at + 1) & (size - 1);
                }
                before[text] = std::mem::replace(&mut last[at], text as u32);
            }
        }
        let mut pairs = Vec::new();
        // the text that each was compared with last
        let mut compared = vec![NONE; texts];
        for text in 0..texts as u32 {
            for before in before.chunks(texts) {
                let earlier = |&text: &u32| Some(before[text as usize]).filter(|&text| text != NONE);
                for other in std::iter::successors(earlier(&text), earlier).take(BUCKET) {
                    if std::mem::replace(&mut compared[other as usize], text) != text {
                        pairs.extend(self.pair(other, text));
                    }
                }
            }
        }
        pairs
    }

    fn pair(&self, one: u32, other: u32) -> Option<(f32, u32, u32)> {
        let bins = self.signatures[one as usize].iter().zip(&self.signatures[other as usize]);
        let same: u16 = bins.map(|(one, other)| u16::from(one == other)).sum();
        (usize::from(same) >= BINS / 10)
            .then(|| (self.cosine(one, other), one, other))
            .filter(|&(cosine, ..)| cosine >= SAME)
    }
}

fn slot(gram: u32) -> usize {
    (gram >> (32 - BITS)) as usize
}

/// Fills an empty bin from another one that the bin's number chooses, so that equal sets stay equal.
fn densify(signature: &mut Signature) {
    let bare = *signature;
    let (mut empty, mut count) = ([0; BINS], 0);
    for (n, &bin) in bare.iter().enumerate() {
        empty[count] = n;
        count += usize::from(bin == EMPTY);
    }
    if count == BINS {
        return;
    }
    for &n in &empty[..count] {
        let mut attempt = 0;
        while signature[n] == EMPTY {
            attempt += 1;
            signature[n] = bare[mix(((n as u64) << 32) | attempt) as usize % BINS];
        }
    }
}
