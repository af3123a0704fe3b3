use linli_base::{Day, Flaw, Problem, Result};
use serde::Deserialize;

/// The longest words for how often and how well, in characters.
const LONGEST: usize = 400;
/// The most lines of a price list, and the highest price in fen (ten thousand yuan).
const PRICES: usize = 50;
const DEAREST: i64 = 1_000_000;

/// How an item is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// 志愿: it costs nothing.
    Volunteer,
    /// 微利: by a price list.
    LowProfit,
    /// 两样都行
    Either,
    /// 指路: nobody comes, the way is told.
    Guide,
}

impl Way {
    /// All of them.
    pub const ALL: [Way; 4] = [Way::Volunteer, Way::LowProfit, Way::Either, Way::Guide];

    /// The spelling in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Way::Volunteer => "volunteer",
            Way::LowProfit => "low_profit",
            Way::Either => "either",
            Way::Guide => "guide",
        }
    }

    /// Reads that spelling.
    pub fn parse(name: &str) -> Option<Way> {
        Way::ALL.into_iter().find(|way| way.name() == name)
    }

    /// Whether somebody pays.
    pub const fn costs(self) -> bool {
        matches!(self, Way::LowProfit | Way::Either)
    }
}

/// One of the five hearts 五心.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heart {
    /// 安心
    Safe,
    /// 暖心
    Warm,
    /// 怡心
    Delight,
    /// 舒心
    Ease,
    /// 开心
    Joy,
}

impl Heart {
    /// All of them, as they are shown.
    pub const ALL: [Heart; 5] = [Heart::Safe, Heart::Warm, Heart::Delight, Heart::Ease, Heart::Joy];

    /// The spelling in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Heart::Safe => "safe",
            Heart::Warm => "warm",
            Heart::Delight => "delight",
            Heart::Ease => "ease",
            Heart::Joy => "joy",
        }
    }

    /// Reads that spelling.
    pub fn parse(name: &str) -> Option<Heart> {
        Heart::ALL.into_iter().find(|heart| heart.name() == name)
    }
}

/// One line of a price list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// What for.
    pub name: String,
    /// The same in English.
    pub name_en: Option<String>,
    /// How much, in fen.
    pub fen: i64,
}

/// How an item is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Whether it is offered at all.
    pub used: bool,
    /// How it is done.
    pub way: Way,
    /// Its hearts, none or several.
    pub hearts: Vec<Heart>,
    /// How often, in words.
    pub frequency: String,
    /// The same in English.
    pub frequency_en: Option<String>,
    /// What it must be like.
    pub standard: String,
    /// The same in English.
    pub standard_en: Option<String>,
    /// What it costs, where somebody pays.
    pub prices: Vec<Price>,
}

/// What a community does with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// 照用
    AsItIs,
    /// 改过
    Changed,
    /// 不用
    Unused,
    /// 自己的
    Own,
}

impl Terms {
    /// Refuses what cannot be offered; each field by its name.
    pub(super) fn checked(mut self) -> Result<Terms> {
        let mut flaws = Vec::new();
        for (field, text) in [("frequency", &mut self.frequency), ("standard", &mut self.standard)] {
            *text = text.trim().to_owned();
            if text.is_empty() {
                flaws.push(Flaw::new(field, "required"));
            } else if text.chars().count() > LONGEST {
                flaws.push(
                    Flaw::new(field, "too_long").with("max", LONGEST).with("now", text.chars().count()),
                );
            }
        }
        self.hearts.sort_unstable();
        self.hearts.dedup();
        if self.used && self.way.costs() && self.prices.is_empty() {
            flaws.push(Flaw::new("prices", "required"));
        }
        if !self.way.costs() && !self.prices.is_empty() {
            flaws.push(Flaw::new("prices", "costs_nothing"));
        }
        if self.prices.len() > PRICES {
            flaws.push(Flaw::new("prices", "too_many").with("max", PRICES));
        }
        for (n, price) in self.prices.iter().enumerate() {
            if price.name.trim().is_empty() || !(0..=DEAREST).contains(&price.fen) {
                flaws.push(Flaw::new(&format!("prices.{n}"), "price"));
            }
        }
        if flaws.is_empty() { Ok(self) } else { Err(Problem::Invalid(flaws)) }
    }
}

/// A change begins today or later.
pub(super) fn begins(from: Day, today: Day) -> Result<()> {
    if from < today { Err(Problem::invalid("from_day", "past")) } else { Ok(()) }
}

/// What a community does with an item that the city offers by `city`, where it has terms of its own.
pub(super) fn standing(city: Option<&Terms>, own: Option<&Terms>) -> Standing {
    match (city, own) {
        (None, _) => Standing::Own,
        (Some(_), None) => Standing::AsItIs,
        (Some(city), Some(own)) if own == city => Standing::AsItIs,
        (Some(_), Some(own)) if !own.used => Standing::Unused,
        _ => Standing::Changed,
    }
}

/// Whether each word of what was written is in the text.
pub(crate) fn holds(text: &str, written: &str) -> bool {
    let text = text.to_lowercase();
    written.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn each_word_must_be_there() {
        let repairs = "家电水电维修、理发等 便民维修与代办 上门看一看";
        assert!(holds(repairs, "维修 理发") && !holds(repairs, "陪我去医院"));
    }
}
