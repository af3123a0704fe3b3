use std::collections::HashMap;

use crate::{
    cut,
    normal::{gram, letter, mix, to_length_one},
};

/// Labels side by side in one piece of memory.
const LANES: usize = 8;
type Lanes = [f32; LANES];
/// Weights of all slots together at most, in pieces of [`LANES`]: 16 MB.
const PIECES: usize = 1 << 19;
/// Cost of a row on the wrong side, as in LIBLINEAR.
const COST: f32 = 1.0;
/// Passes over the rows at most, those before them that lack the rows held out, and the gradient at which they end.
const PASSES: usize = 5;
const FIRST: usize = 2;
const STILL: f32 = 0.05;
/// Every so manieth row is held out for the temperature.
const HELD_OUT: usize = 5;

/// What a classifier says of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// The most likely label.
    pub label: String,
    /// How likely it is right, 0 to 1: of the predictions with .8, four of five are.
    pub confidence: f32,
}

/// A linear classifier of texts that learns from rows of (label, text) and goes on learning.
///
/// Features are hashed grams of one to three characters and of one and two words (what stands between blanks and marks),
/// weighted by TF-IDF; one support vector machine with squared hinge per label, solved by dual coordinate descent (Hsieh
/// et al., ICML 2008); confidence by a softmax whose temperature is fitted on rows held out (Guo et al., ICML 2017).
#[derive(Debug, Clone)]
pub struct Classifier {
    labels: Vec<String>,
    /// in how many rows a slot was, and its number: 0 where that says little of another row
    spread: Vec<u32>,
    numbers: Vec<u32>,
    /// what a slot of this number weighs
    rarity: Vec<f32>,
    /// pieces for each number
    width: usize,
    /// one row of `width` pieces for each number, the first is the bias
    weights: Vec<Lanes>,
    /// rows of each label
    counts: Vec<usize>,
    /// confidence is softmax(temperature × margin)
    temperature: f32,
}

impl Classifier {
    /// Learns from rows of (label, text). The order of the rows does not matter much, and the same rows in the same order
    /// give the same classifier. Without rows it abstains always.
    pub fn train(rows: &[(&str, &str)]) -> Self {
        let mut labels: Vec<String> = rows.iter().map(|(label, _)| (*label).to_owned()).collect();
        labels.sort_unstable();
        labels.dedup();
        let width = labels.len().div_ceil(LANES).max(1);
        let slots = (PIECES / width.next_power_of_two()).max(1 << 12);
        let mut classifier = Self {
            counts: vec![0; labels.len()],
            labels,
            spread: vec![0; slots],
            numbers: vec![0; slots],
            rarity: vec![0.0],
            width,
            weights: vec![[0.0; LANES]; width],
            temperature: 1.0,
        };
        let (matrix, which) = classifier.take_in(rows);
        let all: Vec<usize> = (0..rows.len()).collect();
        let (out, kept): (Vec<usize>, Vec<usize>) = all.iter().partition(|&&row| row % HELD_OUT == 0);
        let mut alphas = vec![[0.0; LANES]; rows.len() * width];
        classifier.solve(&matrix, &which, &kept, &mut alphas, FIRST, true);
        let margins: Vec<(Vec<f32>, usize)> =
            out.iter().map(|&row| (classifier.margins(matrix.row(row)), which[row])).collect();
        classifier.temperature = temperature(&margins);
        classifier.solve(&matrix, &which, &all, &mut alphas, PASSES, true);
        classifier
    }

    /// Goes on from what it knows with new rows; labels may be new. Each label moves as little as it must to be right
    /// about them (passive-aggressive II, Crammer et al., JMLR 2006, solved for all the rows together), so the time is
    /// that of the new rows alone.
    pub fn learn(&mut self, rows: &[(&str, &str)]) {
        let fresh: Vec<&str> = rows.iter().map(|(label, _)| *label).collect();
        for label in fresh {
            if !self.labels.iter().any(|known| known == label) {
                self.open(label);
            }
        }
        let (matrix, which) = self.take_in(rows);
        let mut alphas = vec![[0.0; LANES]; rows.len() * self.width];
        // the bias stays: a few rows of one label say nothing of how common it is
        let all: Vec<usize> = (0..rows.len()).collect();
        self.solve(&matrix, &which, &all, &mut alphas, PASSES, false);
    }

    /// The labels that it knows; those learnt later stand last.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The most likely label and how likely it is right; `None` only where nothing was learnt.
    pub fn predict(&self, text: &str) -> Option<Prediction> {
        if self.labels.is_empty() {
            return None;
        }
        let mut numbers = self.grams(text);
        // alone, for what is far in memory is then fetched many at once
        numbers.iter_mut().for_each(|number| *number = self.numbers[*number as usize]);
        numbers.retain(|&number| number > 0);
        let margins = self.margins(&self.row(Counter::default().count(&numbers)));
        let (best, top) = margins.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)))?;
        let sum: f32 = margins.iter().map(|margin| (self.temperature * (margin - top)).exp()).sum();
        Some(Prediction { label: self.labels[best].clone(), confidence: 1.0 / sum })
    }

    /// The prediction if its confidence is at least `least` (0 to 1), else it abstains.
    pub fn suggest(&self, text: &str, least: f32) -> Option<Prediction> {
        self.predict(text).filter(|prediction| prediction.confidence >= least)
    }

    /// The words of the text that speak for a label, those that say most first, with their part of the margin; at most
    /// `most` of them. A gram's part is shared by its characters, a word has the sum of its own.
    pub fn reasons(&self, text: &str, label: &str, most: usize) -> Vec<(String, f32)> {
        let Some(label) = self.labels.iter().position(|known| known == label) else { return Vec::new() };
        let text = crate::normalise(text);
        let mut said: HashMap<u32, Vec<(usize, usize)>> = HashMap::new();
        visit(&text, |hash, from, to| {
            said.entry(self.numbers[self.slot(hash)]).or_default().push((from, to));
        });
        said.remove(&0);
        let mut all: Vec<(u32, u32)> =
            said.iter().map(|(&number, spans)| (number, spans.len() as u32)).collect();
        all.sort_unstable();
        let mut parts = vec![0.0; text.chars().count()];
        for (number, value) in self.row(&all) {
            let weight = self.weights[number as usize * self.width + label / LANES][label % LANES];
            let spans = &said[&number];
            for &(from, to) in spans {
                let part = weight * value / (spans.len() * (to - from)) as f32;
                parts[from..to].iter_mut().for_each(|character| *character += part);
            }
        }
        let mut words: Vec<(String, f32)> = Vec::new();
        let mut at = 0;
        for word in cut(&text) {
            let end = at + word.chars().count();
            let part: f32 = parts[at..end].iter().sum();
            at = end;
            match words.iter_mut().find(|(known, _)| *known == word) {
                Some((_, sum)) => *sum += part,
                None if word.chars().any(char::is_alphanumeric) => words.push((word, part)),
                None => {}
            }
        }
        words.retain(|(_, part)| *part > 0.0);
        words.sort_by(|a, b| b.1.total_cmp(&a.1));
        words.truncate(most);
        words
    }

    /// Makes room for a new label, which starts at the margin of what it never was.
    fn open(&mut self, label: &str) {
        let (old, width) = (self.width, self.labels.len() / LANES + 1);
        if width > old {
            let mut wider = Vec::with_capacity(self.weights.len() / old * width);
            for piece in self.weights.chunks(old) {
                wider.extend_from_slice(piece);
                wider.resize(wider.len() + width - old, [0.0; LANES]);
            }
            self.weights = wider;
        }
        self.width = self.width.max(width);
        self.weights[self.labels.len() / LANES][self.labels.len() % LANES] = -1.0;
        self.labels.push(label.to_owned());
        self.counts.push(0);
    }

    /// Counts the rows' grams and makes them rows of a matrix.
    fn take_in(&mut self, rows: &[(&str, &str)]) -> (Matrix, Vec<usize>) {
        let known: HashMap<&str, usize> =
            self.labels.iter().enumerate().map(|(n, label)| (label.as_str(), n)).collect();
        let which: Vec<usize> = rows.iter().map(|(label, _)| known[label]).collect();
        which.iter().for_each(|&label| self.counts[label] += 1);
        let mut matrix = Matrix { values: Vec::new(), ends: vec![0] };
        let mut counter = Counter::default();
        for (_, text) in rows {
            for &(slot, count) in counter.count(&self.grams(text)) {
                self.spread[slot as usize] += 1;
                matrix.values.push((slot, often(count)));
            }
            matrix.ends.push(matrix.values.len());
        }
        self.number();
        // weighed where they lie, for the matrix is the largest thing here
        let (mut from, mut kept) = (0, 0);
        for end in &mut matrix.ends[1..] {
            let first = kept;
            for at in from..*end {
                let (slot, often) = matrix.values[at];
                let number = self.numbers[slot as usize];
                if number > 0 {
                    matrix.values[kept] = (number, often * self.rarity[number as usize]);
                    kept += 1;
                }
            }
            to_length_one(&mut matrix.values[first..kept]);
            (from, *end) = (*end, kept);
        }
        matrix.values.truncate(kept);
        (matrix, which)
    }

    /// Gives each slot that has none a number, except for those that were in one or two rows. What is in many rows comes
    /// first, so that the weights asked for most lie close together; slots are hashes and lie anywhere.
    fn number(&mut self) {
        let mut fresh: Vec<usize> =
            (0..self.spread.len()).filter(|&slot| self.spread[slot] > 2 && self.numbers[slot] == 0).collect();
        fresh.sort_by_key(|&slot| std::cmp::Reverse(self.spread[slot]));
        for (slot, number) in fresh.into_iter().zip(self.rarity.len() as u32..) {
            self.numbers[slot] = number;
            self.rarity.push(0.0);
        }
        self.weights.resize(self.rarity.len() * self.width, [0.0; LANES]);
        let all = (self.counts.iter().sum::<usize>() + 1) as f32;
        for (&number, &spread) in self.numbers.iter().zip(&self.spread).filter(|(number, _)| **number > 0) {
            self.rarity[number as usize] = (all / (spread + 1) as f32).ln() + 1.0;
        }
    }

    fn slot(&self, hash: u32) -> usize {
        hash as usize & (self.spread.len() - 1)
    }

    /// The slots of a text's grams.
    fn grams(&self, text: &str) -> Vec<u32> {
        let mut found = Vec::with_capacity(text.len() + text.len() / 4);
        visit(text, |hash, _, _| found.push(self.slot(hash) as u32));
        found
    }

    /// A row of length 1 from counted numbers.
    fn row(&self, counts: &[(u32, u32)]) -> Vec<(u32, f32)> {
        let weigh = |&(number, count): &(u32, u32)| (number, self.rarity[number as usize] * often(count));
        let mut row: Vec<(u32, f32)> = counts.iter().map(weigh).collect();
        to_length_one(&mut row);
        row
    }

    fn margins(&self, row: &[(u32, f32)]) -> Vec<f32> {
        let mut margins = vec![[0.0; LANES]; self.width];
        self.add_up(row, &mut margins);
        margins.as_flattened()[..self.labels.len()].to_vec()
    }

    fn add_up(&self, row: &[(u32, f32)], margins: &mut [Lanes]) {
        for (piece, margins) in margins.iter_mut().enumerate() {
            // a sum of its own stays in registers
            let mut sums = self.weights[piece];
            for &(number, value) in row {
                let weights = &self.weights[number as usize * self.width + piece];
                for lane in 0..LANES {
                    sums[lane] += value * weights[lane];
                }
            }
            *margins = sums;
        }
    }

    /// Dual coordinate descent from the weights and alphas that are there, for all labels at once. A row costs its own
    /// label the more, the rarer the label is, by the root, so that rare labels are found too.
    fn solve(
        &mut self,
        matrix: &Matrix,
        which: &[usize],
        rows: &[usize],
        alphas: &mut [Lanes],
        passes: usize,
        biased: bool,
    ) {
        let width = self.width;
        let mean = self.counts.iter().sum::<usize>() as f32 / self.counts.len().max(1) as f32;
        let own_slack: Vec<f32> =
            self.counts.iter().map(|&count| 0.5 / COST * (count.max(1) as f32 / mean).sqrt()).collect();
        let mut order = rows.to_vec();
        let (mut margins, mut steps) = (vec![[0.0; LANES]; width], vec![[0.0; LANES]; width]);
        for pass in 0..passes {
            shuffle(&mut order, pass as u64);
            let mut moved = 0.0f32;
            for &n in &order {
                let row = matrix.row(n);
                self.add_up(row, &mut margins);
                let square = f32::from(u8::from(biased) + u8::from(!row.is_empty()));
                let mut any = false;
                for (piece, alphas) in alphas[n * width..][..width].iter_mut().enumerate() {
                    for lane in 0..LANES {
                        let label = piece * LANES + lane;
                        let own = label == which[n];
                        let (sign, slack) = if own { (1.0, own_slack[label]) } else { (-1.0, 0.5 / COST) };
                        let alpha = &mut alphas[lane];
                        let gradient = sign * margins[piece][lane] - 1.0 + slack * *alpha;
                        let next = (*alpha - gradient / (square + slack)).max(0.0);
                        let step = if label < self.labels.len() { next - *alpha } else { 0.0 };
                        *alpha += step;
                        steps[piece][lane] = sign * step;
                        moved = moved.max(step.abs());
                        any |= step.abs() > 1e-4;
                    }
                }
                if !any {
                    continue;
                }
                for (piece, steps) in steps.iter().copied().enumerate() {
                    let mut walk = |number: usize, value: f32| {
                        let weights = &mut self.weights[number * width + piece];
                        for lane in 0..LANES {
                            weights[lane] += value * steps[lane];
                        }
                    };
                    if biased {
                        walk(0, 1.0);
                    }
                    row.iter().for_each(|&(number, value)| walk(number as usize, value));
                }
            }
            if moved < STILL {
                break;
            }
        }
    }
}

/// Rows of (number, value), all behind each other; of (slot, value) while they are counted.
struct Matrix {
    values: Vec<(u32, f32)>,
    ends: Vec<usize>,
}

impl Matrix {
    fn row(&self, row: usize) -> &[(u32, f32)] {
        &self.values[self.ends[row]..self.ends[row + 1]]
    }
}

/// 1 + ln of how often; short counts are nearly all counts.
fn often(count: u32) -> f32 {
    if count == 1 { 1.0 } else { 1.0 + (count as f32).ln() }
}

/// Counts what is in one list after another, by a table of open addresses that fits the nearest cache; sorting takes four
/// times as long.
#[derive(Default)]
struct Counter {
    /// where in the counts an address has its own, and one more; 0 where it is free
    table: Vec<u32>,
    counts: Vec<(u32, u32)>,
}

impl Counter {
    /// Each of the numbers once, with how often it is there.
    fn count(&mut self, numbers: &[u32]) -> &[(u32, u32)] {
        let size = (numbers.len() * 2).next_power_of_two();
        self.table.clear();
        self.table.resize(size, 0);
        self.counts.clear();
        for &number in numbers {
            let mut at = number as usize & (size - 1);
            loop {
                match self.table[at] {
                    0 => {
                        self.counts.push((number, 1));
                        self.table[at] = self.counts.len() as u32;
                        break;
                    }
                    known if self.counts[known as usize - 1].0 == number => {
                        self.counts[known as usize - 1].1 += 1;
                        break;
                    }
                    _ => at = (at + 1) & (size - 1),
                }
            }
        }
        &self.counts
    }
}

/// Each gram of a text with its hash and the characters from and to which it goes: of characters one to three, marks
/// left out, and of words one and two.
fn visit(text: &str, mut gram_at: impl FnMut(u32, usize, usize)) {
    let mut last = [('\0', 0); 2];
    let (mut word, mut start, mut length) = (0u64, 0, 0);
    let mut word_before = (0u64, 0);
    let mut word_ends = |word: &mut u64,
                         start: usize,
                         length: usize,
                         end: usize,
                         gram_at: &mut dyn FnMut(u32, usize, usize)| {
        // one character alone is a gram already
        if length > 1 {
            gram_at((mix(*word) >> 32) as u32, start, end);
        }
        if word_before.0 != 0 {
            gram_at((mix(*word ^ word_before.0.rotate_left(17)) >> 32) as u32, word_before.1, end);
        }
        word_before = (*word, start);
        *word = 0;
    };
    let mut end = 0;
    for (at, c) in text.chars().map(letter).enumerate() {
        let Some(c) = c else {
            if word != 0 {
                word_ends(&mut word, start, length, end, &mut gram_at);
            }
            continue;
        };
        if word == 0 {
            (start, length) = (at, 0);
        }
        word = mix(word ^ u64::from(c));
        length += 1;
        end = at + 1;
        gram_at(gram('\0', '\0', c), at, end);
        if last[1].0 != '\0' {
            gram_at(gram('\0', last[1].0, c), last[1].1, end);
        }
        if last[0].0 != '\0' {
            gram_at(gram(last[0].0, last[1].0, c), last[0].1, end);
        }
        last = [last[1], (c, at)];
    }
    if word != 0 {
        word_ends(&mut word, start, length, end, &mut gram_at);
    }
}

fn shuffle(order: &mut [usize], seed: u64) {
    for n in (1..order.len()).rev() {
        order.swap(n, mix((seed << 40) | n as u64) as usize % (n + 1));
    }
}

/// The temperature with the least log loss, by bisection of the loss's slope, which rises with it.
fn temperature(margins: &[(Vec<f32>, usize)]) -> f32 {
    let slope = |t: f32| -> f32 {
        margins
            .iter()
            .map(|(margins, right)| {
                let top = margins.iter().copied().fold(f32::MIN, f32::max);
                let odds: Vec<f32> = margins.iter().map(|margin| (t * (margin - top)).exp()).collect();
                let mean = margins.iter().zip(&odds).map(|(margin, odds)| margin * odds).sum::<f32>();
                mean / odds.iter().sum::<f32>() - margins[*right]
            })
            .sum()
    };
    let (mut low, mut high) = (0.1, 20.0);
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if slope(middle) < 0.0 { low = middle } else { high = middle }
    }
    if margins.is_empty() { 1.0 } else { low }
}
