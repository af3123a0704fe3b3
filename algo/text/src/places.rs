use std::collections::{HashMap, HashSet};

use crate::normal::{gram, normalise};

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
/// The last characters of the kinds.
const LAST: &str = "司街所园路区道校院学场城厦寓村镇";
/// No name has one of these in it: they stand between what is done and where.
const BETWEEN: &str = "的了在与和及对请是有被将把从向至到给为旁内外边上下";
/// What leads to a name and is none of it.
const BEFORE: [&str; 22] = [
    "关于", "投诉", "咨询", "反映", "举报", "建议", "请问", "请求", "希望", "强烈", "要求", "求助", "询问",
    "位于", "承办", "恳请", "严惩", "附近", "请", "求", "问", "在",
];
/// Characters of a name, its kind with it, at most.
const LONGEST: usize = 14;
/// A name without a kind is one where the corpus repeats it at least so often.
const REPEATED: usize = 3;

/// Names of places and firms: by what they end with (小区, 路, 公司 …), and those that the corpus itself repeats.
#[derive(Debug, Clone, Default)]
pub struct Gazetteer {
    names: HashSet<String>,
    /// the first two characters of the names, by their hash: at most characters no name begins
    heads: HashSet<u32>,
    longest: usize,
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
        let names: HashSet<String> =
            counts.into_iter().filter(|&(_, count)| count >= REPEATED).map(|(name, _)| name).collect();
        let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let heads = names.iter().filter_map(|name| head(name)).collect();
        Self { names, heads, longest }
    }

    /// The places that a text names, as they stand in the normalised text that is given: known names, the longest first
    /// at each character, then those that end in a kind.
    pub fn places<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let mut places = Vec::new();
        let mut at = 0;
        while at + 1 < bounds.len() {
            let begins = head(&text[bounds[at]..]).is_some_and(|head| self.heads.contains(&head));
            let longest = if begins { self.longest.min(bounds.len() - 1 - at) } else { 0 };
            let known = (2..=longest)
                .rev()
                .find(|&length| self.names.contains(&text[bounds[at]..bounds[at + length]]));
            if let Some(length) = known {
                places.push(&text[bounds[at]..bounds[at + length]]);
            }
            at += known.unwrap_or(1);
        }
        for name in by_kind(text) {
            if !places.iter().any(|place| name.contains(place)) {
                places.push(name);
            }
        }
        places
    }
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
    text.split(|c: char| !c.is_alphanumeric()).enumerate().filter_map(behind)
}

/// The names that end in a kind, without the district before them (A市, A3区) and what leads to them.
fn by_kind(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for part in text.split(|c: char| !c.is_alphanumeric() || BETWEEN.contains(c)) {
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
    text.char_indices().filter(|(_, c)| LAST.contains(*c)).find_map(|(at, c)| {
        let end = at + c.len_utf8();
        let kind =
            KINDS.into_iter().filter(|kind| text[..end].ends_with(kind)).max_by_key(|kind| kind.len())?;
        Some((end, kind))
    })
}

fn without_district(mut name: &str) -> &str {
    for lead in BEFORE {
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
