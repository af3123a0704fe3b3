use std::sync::OnceLock;

use jieba_rs::Jieba;

/// One character folded: full width to half width, lower case, any space to a blank. Characters that become several
/// when lowered keep the first.
fn fold(c: char) -> char {
    let half = match c {
        // most characters of a message, which nothing changes
        '\u{4e00}'..='\u{9fff}' => return c,
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c if c.is_whitespace() || c.is_control() => ' ',
        c => c,
    };
    if half.is_ascii() { half.to_ascii_lowercase() } else { half.to_lowercase().next().unwrap_or(half) }
}

/// The text folded to half width and lower case, with each run of spaces and control characters as one blank and none at
/// either end. Normalising twice changes nothing.
pub fn normalise(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().map(fold) {
        if c != ' ' || !(folded.is_empty() || folded.ends_with(' ')) {
            folded.push(c);
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The letters and digits of a text, folded; what the n-grams of this crate are made of.
pub(crate) fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter_map(letter)
}

/// A letter or digit, folded. The tables of Unicode are asked only about what is neither plain Chinese nor half or full
/// width.
pub(crate) fn letter(c: char) -> Option<char> {
    match c {
        '\u{4e00}'..='\u{9fff}' => Some(c),
        '\0'..='\u{7f}' | '\u{ff01}'..='\u{ff5e}' => Some(fold(c)).filter(char::is_ascii_alphanumeric),
        '\u{3001}'..='\u{3002}' => None,
        c => c.is_alphanumeric().then(|| fold(c)),
    }
}

/// The words of a text in their order, cut by jieba's dictionary (Sun 2012) with its hidden Markov model for words that
/// it lacks; together they are the normalised text. The dictionary is loaded by the first call.
pub fn cut(text: &str) -> Vec<String> {
    static JIEBA: OnceLock<Jieba> = OnceLock::new();
    let text = normalise(text);
    JIEBA.get_or_init(Jieba::new).cut(&text, true).into_iter().map(|word| word.word.to_owned()).collect()
}

/// The words worth searching or showing: letters or digits, two characters or more, no word of grammar.
pub fn terms(text: &str) -> Vec<String> {
    let mut words = cut(text);
    words.retain(|word| {
        word.chars().nth(1).is_some()
            && word.chars().all(char::is_alphanumeric)
            && !STOP.contains(&word.as_str())
    });
    words
}

const STOP: [&str; 48] = [
    "我们",
    "你们",
    "他们",
    "这个",
    "那个",
    "这些",
    "那些",
    "没有",
    "一个",
    "可以",
    "因为",
    "所以",
    "但是",
    "如果",
    "已经",
    "还是",
    "就是",
    "不是",
    "什么",
    "怎么",
    "为什么",
    "自己",
    "现在",
    "这样",
    "以及",
    "或者",
    "而且",
    "对于",
    "关于",
    "由于",
    "the",
    "and",
    "of",
    "to",
    "in",
    "is",
    "it",
    "for",
    "on",
    "with",
    "that",
    "this",
    "are",
    "was",
    "be",
    "as",
    "at",
    "by",
];

/// The 32-bit hash of a gram of one to three characters (the finaliser of `SplitMix64`, Steele et al. 2014).
pub(crate) fn gram(a: char, b: char, c: char) -> u32 {
    let key = (u64::from(a) << 42) | (u64::from(b) << 21) | u64::from(c);
    (mix(key) >> 32) as u32
}

/// The finaliser of `SplitMix64`: every bit of the key moves every bit of the hash.
pub(crate) fn mix(key: u64) -> u64 {
    let mut z = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Weights of a row so that their squares add up to 1.
pub(crate) fn to_length_one(row: &mut [(u32, f32)]) {
    let length = length(row.iter().map(|&(_, weight)| weight));
    row.iter_mut().for_each(|(_, weight)| *weight /= length);
}

/// The root of the sum of the weights' squares, a little where there are none.
pub(crate) fn length(weights: impl Iterator<Item = f32>) -> f32 {
    weights.map(|weight| weight * weight).sum::<f32>().sqrt().max(f32::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_ways_say_what_the_tables_say() {
        for c in '\0'..=char::MAX {
            assert_eq!(letter(c).is_some(), c.is_alphanumeric(), "{c:?}");
        }
        for c in '\u{4e00}'..='\u{9fff}' {
            assert!(!c.is_whitespace() && c.to_lowercase().eq([c]), "{c:?}");
        }
    }
}
