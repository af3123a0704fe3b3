use std::collections::{HashMap, HashSet};

use crate::normal::{gram, letters, terms};

/// How alike a message, its title and its text, is to each of a few others, 0 to 1: the mean of two cosines of
/// TF-IDF-weighted grams of two characters, of the titles and of all that is said. A gram is the rarer, the fewer of
/// these messages have it, so that what all of them name, such as their community, counts little.
pub fn likeness(own: (&str, &str), others: &[(&str, &str)]) -> Vec<f32> {
    let all: Vec<(&str, &str)> = std::iter::once(own).chain(others.iter().copied()).collect();
    let titles = rows(all.iter().map(|(title, _)| grams(title)).collect());
    let whole = rows(all.iter().map(|(title, text)| grams(&format!("{title} {text}"))).collect());
    (1..all.len())
        .map(|n| f32::midpoint(cosine(&titles[0], &titles[n]), cosine(&whole[0], &whole[n])))
        .collect()
}

/// The words that two texts share, the longest first, at most `most`; a word within a longer one is not told again.
pub fn shared(one: &str, other: &str, most: usize) -> Vec<String> {
    let there: HashSet<String> = terms(other).into_iter().collect();
    let mut words: Vec<String> = terms(one).into_iter().filter(|word| there.contains(word)).collect();
    // stable: words of one length stay in the order in which they were said
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let mut kept: Vec<String> = Vec::new();
    for word in words {
        let number = word.chars().all(|c| c.is_ascii_digit());
        if kept.len() < most && !number && !kept.iter().any(|known| known.contains(&word)) {
            kept.push(word);
        }
    }
    kept
}

fn grams(text: &str) -> HashMap<u32, f32> {
    let (mut counts, mut before) = (HashMap::new(), '\0');
    for c in letters(text) {
        *counts.entry(gram('\0', before, c)).or_default() += 1.0;
        before = c;
    }
    counts
}

/// Counts become rows of length 1.
fn rows(mut counted: Vec<HashMap<u32, f32>>) -> Vec<HashMap<u32, f32>> {
    let mut spread: HashMap<u32, f32> = HashMap::new();
    for gram in counted.iter().flat_map(HashMap::keys) {
        *spread.entry(*gram).or_default() += 1.0;
    }
    let all = (counted.len() + 1) as f32;
    for row in &mut counted {
        let weigh = |(gram, count): (&u32, &mut f32)| {
            *count = count.sqrt() * ((all / (spread[gram] + 1.0)).ln() + 1.0);
        };
        row.iter_mut().for_each(weigh);
        let norm = row.values().map(|weight| weight * weight).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        row.values_mut().for_each(|weight| *weight /= norm);
    }
    counted
}

fn cosine(one: &HashMap<u32, f32>, other: &HashMap<u32, f32>) -> f32 {
    one.iter().filter_map(|(gram, weight)| Some(weight * other.get(gram)?)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_matter_in_other_words_comes_first() {
        let own = ("书香路口的过街灯不亮", "书香社区书香路口过街灯坏了，放学时看不清。");
        let others = [
            ("书香社区东门垃圾没人清", "书香社区东门的垃圾桶满了好几天。"),
            ("过街灯坏了好几天", "书香路口那盏过街灯一直不亮，孩子过马路看不清。"),
            ("书香社区停车难", "书香社区晚上回来没有车位。"),
        ];
        let alike = likeness(own, &others);
        assert!(alike[1] > 0.2 && alike[1] > 2.0 * alike[0] && alike[1] > 2.0 * alike[2], "{alike:?}");
        assert!(likeness(own, &[own])[0] > 0.99);
        assert_eq!(likeness(("", ""), &[own, ("", "")]), [0.0, 0.0]);
        assert!(likeness(own, &[]).is_empty());
        assert_eq!(shared(others[1].1, own.1, 3), ["看不清", "书香", "路口"]);
        assert!(shared("灯", "路", 3).is_empty());
    }
}
