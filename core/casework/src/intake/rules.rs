//! What is learnt from the city's own cases, and what it says of a new one (ADR 22). Pure.

use linli_base::{AreaId, OrgId};
use linli_procedure::Areas;
use linli_text::Classifier;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// With fewer cases nothing is said.
pub(crate) const LEAST: usize = 30;
/// Under this it abstains, 0 to 1.
const SURE: f32 = 0.5;
/// It abstains too where of a case's pairs of characters fewer than these, in percent, were in so many cases: what nobody
/// has said yet is of no category that it knows.
const KNOWN: usize = 25;
const OFTEN: u32 = 3;
/// So many of the newest cases of a category in a place are counted, and so many at least.
const WINDOW: usize = 50;
const FEW: usize = 5;
/// From this share of the counted cases on, in percent, an org is offered to help; so many are.
const HELPS: usize = 20;
const HELPERS: usize = 2;
/// The words that decided, at most; and the characters of a case that are read.
const WORDS: usize = 3;
const READ: usize = 400;

/// A case that people have decided about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Past {
    pub category: String,
    pub level: Option<String>,
    pub areas: Areas,
    pub lead: Option<OrgId>,
    /// What the lead handler's org leads, where it leads an area.
    pub leads: Option<AreaId>,
    pub helpers: Vec<OrgId>,
    pub title: String,
    pub body: String,
}

/// Who leads a case: the territory, whichever it is, or an org of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hand {
    /// The office of the case's community.
    Community,
    /// The office of its street.
    Street,
    /// This org, wherever the case lies.
    Org(OrgId),
}

/// Where the cases lie that were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// In the same community.
    Community,
    /// In the same street.
    Street,
    /// In the city.
    City,
}

/// A choice with how sure it is and what decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The choice.
    pub value: String,
    /// How likely it is right, in percent, 99 at most.
    pub percent: u32,
    /// The words that spoke for it.
    pub words: Vec<String>,
}

/// Somebody and in how many of how many cases they led or helped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Who.
    pub hand: Hand,
    /// In so many.
    pub count: usize,
}

/// Who handled such cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handlers {
    /// Where they lie.
    pub within: Within,
    /// How many were counted, the newest.
    pub of: usize,
    /// Who led most of them.
    pub lead: Share,
    /// Who else led or helped often.
    pub helpers: Vec<Share>,
}

struct Led {
    areas: Areas,
    hand: Hand,
    helpers: Vec<OrgId>,
}

/// What was learnt.
pub struct Model {
    /// From how many cases.
    pub cases: usize,
    category: Classifier,
    level: Classifier,
    known: HashSet<[char; 2]>,
    led: BTreeMap<String, Vec<Led>>,
}

impl Model {
    /// Learns from cases, the newest first; `None` from too few.
    pub(crate) fn learn(past: &[Past]) -> Option<Model> {
        if past.len() < LEAST {
            return None;
        }
        let texts: Vec<String> = past.iter().map(|case| text(&case.title, &case.body)).collect();
        let rows = || past.iter().zip(&texts);
        let category: Vec<(&str, &str)> =
            rows().map(|(case, text)| (case.category.as_str(), text.as_str())).collect();
        let level: Vec<(&str, &str)> =
            rows().filter_map(|(case, text)| Some((case.level.as_deref()?, text.as_str()))).collect();
        let mut led: BTreeMap<String, Vec<Led>> = BTreeMap::new();
        for case in past {
            let Some(lead) = case.lead else { continue };
            let of = |area: Option<AreaId>| area.is_some() && area == case.leads;
            let hand = match case.areas {
                areas if of(areas.community) => Hand::Community,
                areas if of(areas.street) => Hand::Street,
                _ => Hand::Org(lead),
            };
            let row = Led { areas: case.areas, hand, helpers: case.helpers.clone() };
            led.entry(case.category.clone()).or_default().push(row);
        }
        let mut often: HashMap<[char; 2], u32> = HashMap::new();
        for text in &texts {
            pairs(text).into_iter().for_each(|pair| *often.entry(pair).or_default() += 1);
        }
        Some(Model {
            known: often.into_iter().filter(|(_, n)| *n >= OFTEN).map(|(pair, _)| pair).collect(),
            cases: past.len(),
            category: Classifier::train(&category),
            level: Classifier::train(&level),
            led,
        })
    }

    /// The category; `None` where it is not sure.
    pub fn category(&self, title: &str, body: &str) -> Option<Guess> {
        self.guess(&self.category, &text(title, body))
    }

    /// The level; `None` where it is not sure.
    pub fn level(&self, title: &str, body: &str) -> Option<Guess> {
        self.guess(&self.level, &text(title, body))
    }

    fn guess(&self, classifier: &Classifier, text: &str) -> Option<Guess> {
        let pairs = pairs(text);
        let known = pairs.iter().filter(|pair| self.known.contains(*pair)).count();
        if 100 * known < KNOWN * pairs.len() {
            return None;
        }
        let said = classifier.suggest(text, SURE)?;
        let reasons = classifier.reasons(text, &said.label, 2 * WORDS);
        // a single character says little to whoever reads it
        let words = reasons.into_iter().map(|(word, _)| word).filter(|word| word.chars().nth(1).is_some());
        Some(Guess {
            percent: percent(said.confidence),
            words: words.take(WORDS).collect(),
            value: said.label,
        })
    }

    /// Who handled the newest cases of this category: in the community, else in the street, else in the city, wherever
    /// there are enough. Where the territory led at least half of them, it comes first.
    pub fn handlers(&self, category: &str, areas: Areas) -> Option<Handlers> {
        let all = self.led.get(category)?;
        let newest = |fits: &dyn Fn(&Areas) -> bool| -> Vec<&Led> {
            all.iter().filter(|led| fits(&led.areas)).take(WINDOW).collect()
        };
        let same = |own: Option<AreaId>, other: Option<AreaId>| own.is_some() && own == other;
        let (within, cases) = [
            (Within::Community, newest(&|led| same(areas.community, led.community))),
            (Within::Street, newest(&|led| same(areas.street, led.street))),
            (Within::City, newest(&|_| true)),
        ]
        .into_iter()
        .find(|(_, cases)| cases.len() >= FEW)?;

        let mut leads: BTreeMap<Hand, usize> = BTreeMap::new();
        let mut others: BTreeMap<OrgId, usize> = BTreeMap::new();
        for case in &cases {
            *leads.entry(case.hand).or_default() += 1;
            let mut hands: BTreeSet<OrgId> = case.helpers.iter().copied().collect();
            if let Hand::Org(org) = case.hand {
                hands.insert(org);
            }
            hands.into_iter().for_each(|org| *others.entry(org).or_default() += 1);
        }
        let territory = |hand: &Hand| !matches!(hand, Hand::Org(_));
        let theirs: usize = leads.iter().filter(|(hand, _)| territory(hand)).map(|(_, count)| count).sum();
        let first = |hand: &Hand| 2 * theirs < cases.len() || territory(hand);
        // of equals the first, which is the nearest
        let (hand, count) =
            leads.into_iter().filter(|(hand, _)| first(hand)).rev().max_by_key(|(_, count)| *count)?;
        let mut helpers: Vec<Share> = others
            .into_iter()
            .map(|(org, count)| Share { hand: Hand::Org(org), count })
            .filter(|share| share.hand != hand && share.count > 1 && 100 * share.count >= HELPS * cases.len())
            .collect();
        helpers.sort_by_key(|share| std::cmp::Reverse(share.count));
        helpers.truncate(HELPERS);
        Some(Handlers { within, of: cases.len(), lead: Share { hand, count }, helpers })
    }
}

fn text(title: &str, body: &str) -> String {
    let title = if body.starts_with(title) { "" } else { title };
    format!("{title} {body}").trim().chars().take(READ).collect()
}

/// The different pairs of letters that stand beside each other.
fn pairs(text: &str) -> HashSet<[char; 2]> {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.windows(2).filter_map(|two| two.try_into().ok()).collect()
}

/// Nothing is certain.
fn percent(confidence: f32) -> u32 {
    let hundredth = |percent: &u8| f32::from(*percent) / 100.0 > confidence;
    (1..=99_u8).find(hundredth).map_or(99, |above| u32::from(above) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id<T>(n: u128) -> linli_base::Id<T> {
        linli_base::Id::new(Uuid::from_u128(n))
    }

    /// Lamps are mended by the lamp office, rubbish is the community's; with a helper in every third.
    fn year() -> Vec<Past> {
        let place = ["书香路", "文苑街", "黄海大道", "海政路", "东风街"];
        let lamp = ["路灯不亮，晚上看不清", "路灯坏了好几天", "路灯一闪一闪的", "整排路灯都灭了"];
        let rubbish = ["垃圾桶满了没人清运", "垃圾堆在门口，味道大", "垃圾好几天没人收", "有人乱倒建筑垃圾"];
        let one = |n: usize| {
            let lamps = n.is_multiple_of(2);
            let words = if lamps { lamp } else { rubbish };
            let title = format!("{}{}", place[n % place.len()], words[n / 2 % words.len()]);
            let areas = Areas { street: Some(id(1)), community: Some(id(2)), grid: None };
            Past {
                category: if lamps { "road.lamp" } else { "clean.rubbish" }.into(),
                level: Some(if title.contains("整排") { "pressing" } else { "normal" }.into()),
                areas,
                lead: Some(if lamps { id(20) } else { id(10) }),
                leads: (!lamps).then(|| id(2)),
                helpers: if n % 6 == 1 { vec![id(30)] } else { Vec::new() },
                body: format!("{title}，请尽快处理。"),
                title,
            }
        };
        (0..80).map(one).collect()
    }

    #[test]
    fn a_year_of_cases_suggests_and_says_why() {
        let model = Model::learn(&year()).unwrap();
        let lamp = model.category("小区东门的路灯不亮了", "走路看不清").unwrap();
        assert_eq!((lamp.value.as_str(), lamp.percent >= 70), ("road.lamp", true), "{lamp:?}");
        assert!(lamp.words.iter().any(|word| word.contains("灯")), "{lamp:?}");
        assert_eq!(model.category("想办一张图书馆的借书证", ""), None, "it abstains");
        assert_eq!(model.level("海政路整排路灯都灭了", "").unwrap().value, "pressing");
    }

    #[test]
    fn the_territory_leads_and_departments_help() {
        let model = Model::learn(&year()).unwrap();
        let here = Areas { street: Some(id(1)), community: Some(id(2)), grid: None };
        let rubbish = model.handlers("clean.rubbish", here).unwrap();
        assert_eq!((rubbish.within, rubbish.of), (Within::Community, 40));
        assert_eq!(rubbish.lead, Share { hand: Hand::Community, count: 40 });
        assert_eq!(rubbish.helpers, [Share { hand: Hand::Org(id(30)), count: 14 }]);
        let lamp = model.handlers("road.lamp", here).unwrap();
        assert_eq!(lamp.lead, Share { hand: Hand::Org(id(20)), count: 40 });
        // elsewhere it is that community's office, not this one's
        let there = Areas { street: Some(id(8)), community: Some(id(9)), grid: None };
        let rubbish = model.handlers("clean.rubbish", there).unwrap();
        assert_eq!((rubbish.within, rubbish.lead.hand), (Within::City, Hand::Community));
        assert_eq!(model.handlers("water.pipe", here), None, "there was none yet");
    }

    #[test]
    fn few_cases_say_nothing() {
        assert!(Model::learn(&year()[..LEAST - 1]).is_none());
        assert_eq!([percent(0.5), percent(0.829), percent(1.0)], [50, 82, 99]);
    }
}
