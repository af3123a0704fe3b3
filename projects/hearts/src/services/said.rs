//! Which items fit what somebody says in their own words: pieces of the sentence that an item's name, terms, synonyms or
//! earlier orders have. Pure; says which words decided, and nothing where nothing fits.

use linli_base::{Problem, Result};
use serde::Deserialize;
use std::collections::HashMap;

/// The least that an item must have of a sentence, and the part of the best one's.
const LEAST: f32 = 2.0;
const OF_BEST: f32 = 0.3;
/// So many are suggested.
const MOST: usize = 3;
/// The longest sentence that is looked at, in characters.
const LONGEST: usize = 120;
/// What a part of a synonym weighs.
const PART: f32 = 0.5;
/// A piece of earlier orders counts from so many on, so that one person's words are nobody's suggestion.
const ORDERS: usize = 3;
/// Pieces that every sentence has.
const COMMON: &[&str] = &[
    "一下",
    "一个",
    "一起",
    "个人",
    "什么",
    "怎么",
    "可以",
    "没有",
    "没人",
    "我家",
    "家里",
    "帮我",
    "帮忙",
    "有人",
    "现在",
    "今天",
    "明天",
    "不了",
    "不会",
    "上门",
    "社区",
    "小区",
    "我们",
    "自己",
    "需要",
    "想要",
    "能不能",
    "孩子",
    "老人",
    "时间",
    "两个",
    "东西",
    "告诉",
    "一次",
    "说清",
    "的人",
    "来的",
    "要两",
    "的时",
    "不收",
    "先问",
    "在家",
    "邻居",
    "每月",
    "每周",
    "这里",
    "那里",
    "当场",
    "服务",
    "帮着",
    "不到",
    "好几",
    "几天",
    "人来",
    "给我",
    "我妈",
    "我爸",
    "坏了",
];
const COMMON_EN: &[&str] = &[
    "the",
    "and",
    "for",
    "are",
    "was",
    "not",
    "you",
    "can",
    "how",
    "who",
    "out",
    "her",
    "his",
    "its",
    "has",
    "had",
    "one",
    "with",
    "have",
    "need",
    "want",
    "some",
    "someone",
    "somebody",
    "help",
    "please",
    "that",
    "this",
    "there",
    "here",
    "what",
    "when",
    "come",
    "comes",
    "could",
    "would",
    "will",
    "from",
    "your",
    "they",
    "them",
    "their",
    "home",
    "house",
    "people",
    "person",
    "nobody",
    "everybody",
    "each",
    "other",
    "once",
    "told",
    "asks",
    "says",
    "before",
    "where",
];

/// The synonyms that the program brings: `catalogue/said.toml`.
#[derive(Debug, Deserialize)]
pub(super) struct Said {
    item: Vec<Synonyms>,
}

#[derive(Debug, Deserialize)]
struct Synonyms {
    number: i64,
    zh: Vec<String>,
    en: Vec<String>,
}

impl Said {
    /// Reads them.
    pub fn read() -> Result<Said> {
        toml::from_str(include_str!("../../catalogue/said.toml"))
            .map_err(|e| Problem::broken("reading the synonyms", e))
    }

    /// What the city's item of this number is called otherwise; a community's own item has no number.
    pub fn describe(&self, number: Option<i64>) -> Described {
        let found = self.item.iter().find(|item| Some(item.number) == number);
        let words = found.into_iter().flat_map(|item| item.zh.iter().chain(&item.en));
        let synonyms = words.map(|word| word.to_lowercase()).collect();
        Described { synonyms, ..Described::default() }
    }
}

/// An item as it is described, each text with its weight.
#[derive(Clone, Debug, Default)]
pub(super) struct Described {
    /// The texts, folded.
    texts: Vec<(f32, String)>,
    /// What it is called otherwise: a Chinese synonym counts whole, a part of it says little.
    synonyms: Vec<String>,
    /// Pieces of two characters of earlier orders, each with in how many.
    orders: HashMap<String, usize>,
}

/// An item that fits.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fits {
    /// Its place among those described.
    pub nth: usize,
    /// The words that decided, those that say most first.
    pub words: Vec<String>,
    score: f32,
}

impl Described {
    /// Adds a text: of a name, 3; of a group, 1.5; of terms, 1.
    pub fn with(mut self, weight: f32, text: &str) -> Self {
        if !text.is_empty() {
            self.texts.push((weight, text.to_lowercase()));
        }
        self
    }

    /// Adds what somebody said who ordered it.
    pub fn ordered(&mut self, words: &str) {
        let han: Vec<char> = words.chars().collect();
        let mut pieces: Vec<String> =
            han.windows(2).filter(|two| two.iter().all(|c| is_han(*c))).map(String::from_iter).collect();
        pieces.sort_unstable();
        pieces.dedup();
        pieces.into_iter().for_each(|piece| *self.orders.entry(piece).or_default() += 1);
    }

    /// What a piece weighs here, 0 where it is not.
    fn weight(&self, piece: &str, english: bool) -> f32 {
        let there = |text: &str| if english { has_word(text, piece) } else { text.contains(piece) };
        let texts = self.texts.iter().filter(|(_, text)| there(text)).map(|(weight, _)| *weight);
        let synonyms = self.synonyms.iter().filter(|word| there(word));
        let synonyms = synonyms.map(|word| if english || word == piece { 3.0 } else { PART });
        let described = texts.chain(synonyms).fold(0.0, f32::max);
        let orders = if self.orders.get(piece).is_some_and(|n| *n >= ORDERS) { 2.0 } else { 0.0 };
        f32::max(described, orders)
    }
}

/// The items that fit best, at most three, the best first.
pub(super) fn fitting(items: &[Described], sentence: &str) -> Vec<Fits> {
    let mut spread: HashMap<String, f32> = HashMap::new();
    let mut found: Vec<Vec<(String, f32)>> = Vec::new();
    for item in items {
        let pieces = pieces(item, sentence);
        for (piece, _) in &pieces {
            spread.entry(piece.clone()).or_insert_with(|| {
                let english = piece.is_ascii();
                let many = items.iter().filter(|other| other.weight(piece, english) > 0.0).count();
                rarity(items.len(), many)
            });
        }
        found.push(pieces);
    }
    let mut fits: Vec<Fits> = Vec::new();
    for (nth, pieces) in found.into_iter().enumerate() {
        let mut scored: Vec<(String, f32)> = pieces
            .into_iter()
            .map(|(piece, weight)| {
                let score = weight * spread.get(&piece).copied().unwrap_or(1.0) * length(&piece);
                (piece, score)
            })
            .collect();
        scored.sort_by(|a, b| b.1.total_cmp(&a.1));
        let score = scored.iter().map(|(_, score)| score).sum();
        let words = scored.into_iter().take(MOST).map(|(piece, _)| piece).collect();
        fits.push(Fits { nth, words, score });
    }
    fits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.nth.cmp(&b.nth)));
    let least = fits.first().map_or(0.0, |best| best.score * OF_BEST).max(LEAST);
    fits.retain(|fit| fit.score >= least);
    fits.truncate(MOST);
    fits
}

/// The longest pieces of a sentence that an item has, none over another, with their weight.
fn pieces(item: &Described, sentence: &str) -> Vec<(String, f32)> {
    let sentence: Vec<char> = sentence.to_lowercase().chars().take(LONGEST).collect();
    let mut pieces: Vec<(String, f32)> = Vec::new();
    for run in sentence.split(|c| !is_han(*c)) {
        let mut rest = run;
        while rest.len() > 1 {
            let longest = (2..=rest.len()).rev().find_map(|end| {
                let piece: String = rest.iter().take(end).collect();
                let weight = item.weight(&piece, false);
                (weight > 0.0 && !COMMON.contains(&piece.as_str())).then_some((piece, weight, end))
            });
            let step = longest.as_ref().map_or(1, |(_, _, end)| *end);
            if let Some((piece, weight, _)) = longest {
                pieces.push((piece, weight));
            }
            rest = rest.get(step..).unwrap_or_default();
        }
    }
    for word in sentence.split(|c| !c.is_ascii_alphabetic()).filter(|word| word.len() > 2) {
        let word: String = word.iter().collect();
        let weight = item.weight(stem(&word), true);
        if weight > 0.0 && !COMMON_EN.contains(&word.as_str()) {
            pieces.push((word, weight));
        }
    }
    pieces.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    pieces.dedup_by(|a, b| a.0 == b.0);
    pieces
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphabetic()).any(|other| stem(other) == stem(word))
}

/// English words without the endings that change most.
fn stem(word: &str) -> &str {
    let ends = ["ing", "ed", "es", "s"].into_iter().find_map(|end| word.strip_suffix(end));
    ends.filter(|stem| stem.len() > 2).unwrap_or(word)
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// What few items have decides more.
fn rarity(items: usize, many: usize) -> f32 {
    let number = |n: usize| f32::from(u16::try_from(n).unwrap_or(u16::MAX));
    ((number(items) + 1.0) / (number(many) + 0.5)).ln().max(0.1)
}

/// A longer piece is seldom there by chance.
fn length(piece: &str) -> f32 {
    if piece.is_ascii() || piece.chars().nth(2).is_some() { 1.5 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::super::rules::holds;
    use super::*;
    use serde_json::Value;
    use std::collections::BTreeSet;

    /// What every sentence has.
    const EVERY: &str = "我你他的了要想有人来去个一下吗请在是给帮不么会能";

    /// What people say, with the item that they mean; synonyms were completed with these in view.
    const SEEN: &[(&str, i64)] = &[
        ("水龙头漏水了，家里就我一个人", 28),
        ("厨房跳闸了，一插电饭锅就没电", 28),
        ("卫生间马桶堵了两天", 28),
        ("老头子下不了楼，想请人上门剪个头发", 28),
        ("我明天去医院复查，没人陪", 3),
        ("能不能帮我去药店拿个降压药", 3),
        ("我妈八十多了一个人住，想有人常去看看", 16),
        ("腿疼下不了楼，想请人帮着买点菜", 29),
        ("快递在驿站，我抱着孩子取不了快递", 29),
        ("我不会用智能手机，想学微信视频", 17),
        ("老伴走了以后没人说说话", 17),
        ("孩子四点半放学没人接", 18),
        ("暑假孩子没人管，想找个托管", 18),
        ("孩子青春期叛逆，一说就吵", 19),
        ("晚上总睡不着，心里难受", 19),
        ("楼上半夜太吵，说了也不听", 14),
        ("和邻居因为漏到楼下吵架了，想找人说和", 14),
        ("老板欠薪三个月，想问问律师", 20),
        ("想立个遗嘱，不知道怎么写", 20),
        ("家里闻到煤气味，想学学灭火器怎么用", 21),
        ("有人打电话说我中奖了让转账，是不是骗子", 22),
        ("下岗半年了想找工作", 23),
        ("在家带娃想找点手工活挣点钱", 24),
        ("得了大病医药费交不起，能申请救助吗", 25),
        ("想借个轮椅", 26),
        ("养老金怎么办手续", 30),
        ("一个人做饭麻烦，想订个午饭", 15),
        ("奶奶洗澡不方便，想请人擦身", 15),
        ("想跟着老师打太极", 7),
        ("楼道里堆的杂物没人清", 8),
        ("小区里电动车没地方充电", 11),
        ("想量血压", 1),
        ("The kitchen tap is leaking", 28),
        ("I need someone to go to the hospital with me", 3),
        ("My phone: I cannot use wechat", 17),
        ("Who can do the shopping for my mother", 29),
    ];
    /// The same, said without looking at the synonyms, and never tuned to.
    const UNSEEN: &[(&str, i64)] = &[
        ("客厅的灯不亮了，我够不着", 28),
        ("洗衣机不转了，能来看看吗", 28),
        ("拔牙要去口腔医院，想有人跟着", 3),
        ("糖尿病该怎么吃，想听人讲讲", 2),
        ("女儿在外地，我一个人在家怕出事", 16),
        ("帮我把两袋米扛上六楼", 29),
        ("孙子的数学作业我辅导不了", 18),
        ("房东不退押金怎么办", 20),
        ("楼下天天跳广场舞吵得没法睡", 14),
        ("想找地方下棋看书", 6),
        ("残疾证到期了怎么换", 26),
        ("想找个保安的活干", 23),
        ("医保怎么转到这边来", 30),
        ("中午想吃口热乎饭", 15),
        ("My toilet is blocked", 28),
        ("I would like to learn first aid", 4),
    ];
    /// What no item is for.
    const NONE: &[&str] = &["股票亏了很多", "想买一套海边的房子", "今天天气怎么样", "你们几点下班", "zzz"];

    /// The plain search that stands beside the figures: how much of what was written is in the text, its different Han characters, and its words
    /// of four letters and more.
    fn likeness(text: &str, written: &str) -> usize {
        let (text, written) = (text.to_lowercase(), written.to_lowercase());
        let han: BTreeSet<char> = written.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
        let words = written.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 3);
        han.into_iter().filter(|c| !EVERY.contains(*c) && text.contains(*c)).count()
            + words.filter(|word| text.contains(word)).count()
    }

    fn city() -> Vec<(i64, Described, String)> {
        let list: Value = toml::from_str(include_str!("../../catalogue/start.toml")).unwrap();
        let said = Said::read().unwrap();
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let mut items = Vec::new();
        for category in list["category"].as_array().unwrap() {
            for group in category["group"].as_array().unwrap() {
                for item in group["item"].as_array().unwrap() {
                    let number = item["number"].as_i64().unwrap();
                    let mut all = String::new();
                    let mut described = said.describe(Some(number));
                    for (from, weight) in [(item, 3.0), (group, 1.5), (category, 1.5)] {
                        for key in ["zh", "en"] {
                            described = described.with(weight, &text(from, key));
                            all = all + " " + &text(from, key);
                        }
                    }
                    for key in ["standard", "standard_en"] {
                        described = described.with(1.0, &text(item, key));
                        all = all + " " + &text(item, key);
                    }
                    items.push((number, described, all));
                }
            }
        }
        items
    }

    /// How many are right at first and among three: by the words, and by the plain search.
    fn measure(name: &str, sentences: &[(&str, i64)]) -> [usize; 2] {
        let items = city();
        let described: Vec<Described> = items.iter().map(|(_, described, _)| described.clone()).collect();
        let (mut right, mut plain) = ([0, 0], [0, 0]);
        for (sentence, number) in sentences {
            let found: Vec<i64> = fitting(&described, sentence).iter().map(|fit| items[fit.nth].0).collect();
            right[0] += usize::from(found.first() == Some(number));
            right[1] += usize::from(found.contains(number));
            if found.first() != Some(number) {
                println!("{sentence}: {number}, not {found:?}");
            }
            let mut like: Vec<(bool, usize, i64)> = items
                .iter()
                .map(|(number, _, all)| (holds(all, sentence), likeness(all, sentence), *number))
                .collect();
            like.sort_by_key(|(holds, n, _)| std::cmp::Reverse((*holds, *n)));
            let like: Vec<i64> = like.iter().filter(|(_, n, _)| *n > 0).map(|(.., number)| *number).collect();
            plain[0] += usize::from(like.first() == Some(number));
            plain[1] += usize::from(like.iter().take(3).any(|other| other == number));
        }
        let all = sentences.len();
        println!(
            "{name}: of {all} first {}, among three {}; plain search {}, {}",
            right[0], right[1], plain[0], plain[1]
        );
        right
    }

    #[test]
    fn what_people_say_finds_the_item_that_they_mean() {
        let [first, three] = measure("seen", SEEN);
        assert!(first * 100 >= SEEN.len() * 90 && three * 100 >= SEEN.len() * 95, "{first} {three}");
        let [first, three] = measure("unseen", UNSEEN);
        assert!(first * 2 >= UNSEEN.len() && three * 100 >= UNSEEN.len() * 60, "{first} {three}");
        let described: Vec<Described> = city().into_iter().map(|(_, described, _)| described).collect();
        for sentence in NONE {
            assert_eq!(fitting(&described, sentence), [], "{sentence}");
        }
    }

    #[test]
    fn the_words_that_decided_are_named() {
        let items = city();
        let described: Vec<Described> = items.iter().map(|(_, described, _)| described.clone()).collect();
        let fits = fitting(&described, "水龙头漏水了，家里就我一个人");
        assert_eq!(
            (items[fits[0].nth].0, &fits[0].words[..]),
            (28, &["水龙头".to_owned(), "漏水".into()][..])
        );
    }

    #[test]
    fn earlier_orders_teach_what_no_list_says() {
        let list = city();
        let repairs = list.iter().position(|(number, ..)| *number == 28).unwrap();
        let mut items: Vec<Described> = list.into_iter().map(|(_, described, _)| described).collect();
        assert_eq!(fitting(&items, "花洒坏了"), []);
        for (n, words) in ["花洒不出水", "换个花洒", "卫生间花洒掉了"].into_iter().enumerate()
        {
            items[repairs].ordered(words);
            let found = fitting(&items, "花洒坏了");
            assert_eq!(found.len(), usize::from(n == 2), "of three people at least: {found:?}");
        }
        assert_eq!(fitting(&items, "花洒坏了")[0].words, ["花洒"]);
    }
}
