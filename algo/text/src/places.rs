use std::{cmp::Reverse, collections::HashMap};

use crate::normal::{gram, letter, normalise};

/// What names of places end with, longer ones first.
const KINDS: [&str; 26] = [
    "有限公司",
    "步行街",
    "派出所",
    "幼儿园",
    "高速公路",
    "小区",
    "社区",
    "街道",
    "公司",
    "学校",
    "学院",
    "大学",
    "中学",
    "小学",
    "医院",
    "公园",
    "广场",
    "花园",
    "新城",
    "大厦",
    "市场",
    "公寓",
    "路",
    "村",
    "镇",
    "街",
];
/// What leads to a name and is none of it.
const BEFORE: [&str; 22] = [
    "关于", "投诉", "咨询", "反映", "举报", "建议", "请问", "请求", "希望", "强烈", "要求", "求助", "询问",
    "位于", "承办", "恳请", "严惩", "附近", "请", "求", "问", "在",
];
/// The last characters of the kinds.
static LAST: Set =
    set(&['司', '街', '所', '园', '路', '区', '道', '校', '院', '学', '场', '城', '厦', '寓', '村', '镇']);
/// The first characters of what leads to a name.
static LEADS: Set = set(&[
    '关', '投', '咨', '反', '举', '建', '请', '希', '强', '要', '求', '询', '位', '承', '恳', '严', '附',
    '问', '在',
]);
/// No name has one of these in it: they stand between what is done and where.
static BETWEEN: Set = set(&[
    '的', '了', '在', '与', '和', '及', '对', '请', '是', '有', '被', '将', '把', '从', '向', '至', '到',
    '给', '为', '旁', '内', '外', '边', '上', '下',
]);
/// Characters of a name, its kind with it, at most.
const LONGEST: usize = 14;
/// A name without a kind is one where the corpus repeats it at least so often.
const REPEATED: usize = 3;

/// A bit for each character of the basic plane.
type Set = [u64; 1 << 10];

const fn set(characters: &[char]) -> Set {
    let (mut set, mut n) = ([0; 1 << 10], 0);
    while n < characters.len() {
        let c = characters[n] as usize;
        set[c / 64] |= 1 << (c % 64);
        n += 1;
    }
    set
}

fn is_in(c: char, set: &Set) -> bool {
    set.get(c as usize / 64).is_some_and(|bits| bits >> (c as usize % 64) & 1 == 1)
}

/// Names of places and firms: by what they end with (小区, 路, 公司 …), and those that the corpus itself repeats.
#[derive(Debug, Clone, Default)]
pub struct Gazetteer {
    /// by the hash of their first two characters, the longest first
    names: HashMap<u32, Vec<String>>,
    /// whether a name begins so, by the first bits of that hash: at most characters none does
    heads: Vec<bool>,
}

impl Gazetteer {
    /// Learns names from texts: each that ends in a kind is known with and without it (丽发新城小区, 丽发新城) if it is
    /// there at least three times.
    pub fn learn<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for text in texts {
            let text = normalise(text);
            for brand in brands(&text) {
                *counts.entry(brand).or_default() += 1;
            }
            for name in by_kind(&text) {
                *counts.entry(name.to_owned()).or_default() += 1;
                if bare(name) != name {
                    *counts.entry(bare(name).to_owned()).or_default() += 1;
                }
            }
        }
        let mut gazetteer = Self { names: HashMap::new(), heads: vec![false; 1 << BITS] };
        for (name, _) in counts.into_iter().filter(|&(_, count)| count >= REPEATED) {
            if let Some(head) = head(&name) {
                gazetteer.heads[first_bits(head)] = true;
                gazetteer.names.entry(head).or_default().push(name);
            }
        }
        gazetteer.names.values_mut().for_each(|names| names.sort_by_key(|name| Reverse(name.len())));
        gazetteer
    }

    /// The places that a text names, as they stand in the normalised text that is given: known names, the longest first
    /// at each character, then those that end in a kind.
    pub fn places<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let mut places = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let known = self.begins(rest);
            places.extend(known.map(|length| &rest[..length]));
            rest = &rest[known.unwrap_or(c.len_utf8())..];
        }
        for name in by_kind(text) {
            if !places.iter().any(|place| name.contains(place)) {
                places.push(name);
            }
        }
        places
    }

    /// The length of the longest known name that the text begins with.
    fn begins(&self, text: &str) -> Option<usize> {
        let head = head(text).filter(|&head| self.heads.get(first_bits(head)) == Some(&true))?;
        self.names.get(&head)?.iter().find(|name| text.starts_with(name.as_str())).map(String::len)
    }
}

/// Bits of the table of beginnings.
const BITS: u32 = 14;

fn first_bits(hash: u32) -> usize {
    (hash >> (32 - BITS)) as usize
}

fn head(text: &str) -> Option<u32> {
    let mut characters = text.chars();
    Some(gram('\0', characters.next()?, characters.next()?))
}

/// What begins with digits and goes on with two characters that measure nothing, as 58车贷 does.
fn brands(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    for (n, three) in characters.windows(3).enumerate() {
        let measured =
            |c: char| !c.is_alphabetic() || c.is_ascii() || "省市区县年月日号点元万亿个路栋楼期".contains(c);
        if three[0].is_ascii_digit() && !measured(three[1]) && !measured(three[2]) {
            let start =
                characters[..n].iter().rposition(|c| !c.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
            found.push(characters[start..n + 3].iter().collect());
        }
    }
    found
}

/// Where names of places begin: behind the district, and at the beginning of the text behind what leads to it.
pub(crate) fn beginnings(text: &str) -> impl Iterator<Item = &str> {
    let behind = |(n, part)| Some(without_district(part)).filter(|rest| n == 0 || rest.len() < part.len());
    text.split(|c| letter(c).is_none()).enumerate().filter_map(behind)
}

/// The names that end in a kind, without the district before them (A市, A3区) and what leads to them.
fn by_kind(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for part in text.split(|c| letter(c).is_none() || is_in(c, &BETWEEN)) {
        let mut rest = part;
        while let Some((end, kind)) = first_kind(rest) {
            let name = without_district(&rest[..end]);
            let length = name.chars().count();
            if length <= LONGEST && length >= kind.chars().count() + 2 {
                names.push(name);
            }
            rest = &rest[end..];
        }
    }
    names
}

/// A name without its kind, where three characters are left.
pub(crate) fn bare(name: &str) -> &str {
    let bare = KINDS.iter().find_map(|kind| name.strip_suffix(kind)).unwrap_or(name);
    if bare.chars().nth(2).is_some() { bare } else { name }
}

/// A text up to the first kind that ends in it.
pub(crate) fn to_its_kind(text: &str) -> &str {
    first_kind(text).map_or(text, |(end, _)| &text[..end])
}

/// The kind that ends first, the longest that ends there.
fn first_kind(text: &str) -> Option<(usize, &'static str)> {
    text.char_indices().filter(|&(_, c)| is_in(c, &LAST)).find_map(|(at, c)| {
        let end = at + c.len_utf8();
        Some((end, KINDS.into_iter().find(|kind| text[..end].ends_with(kind))?))
    })
}

fn without_district(mut name: &str) -> &str {
    let led = name.contains(|c| is_in(c, &LEADS));
    // most names have nothing that leads to them
    for lead in BEFORE.into_iter().filter(|_| led) {
        if let Some((_, after)) = name.rsplit_once(lead) {
            name = after;
        }
    }
    for unit in ['省', '市', '区', '县'] {
        if let Some((before, after)) = name.split_once(unit)
            && before.chars().count() <= 3
            && !before.ends_with(['小', '社'])
        {
            name = after;
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_last_characters_are_those_of_the_lists() {
        assert!(BEFORE.iter().all(|lead| lead.starts_with(|c| is_in(c, &LEADS))));
        assert!(KINDS.iter().all(|kind| kind.ends_with(|c| is_in(c, &LAST))));
    }
}
