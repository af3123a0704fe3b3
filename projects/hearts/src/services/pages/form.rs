//! The form of an item's terms: filled, as it was typed, and read.

use super::prelude::*;
use crate::services::Price;
use linli_base::money;

/// A form's fields as they stand in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    pub used: bool,
    pub way: String,
    pub hearts: Vec<String>,
    pub frequency: String,
    pub frequency_en: String,
    pub standard: String,
    pub standard_en: String,
    /// What for, and yuan; the last one is empty.
    pub prices: Vec<(String, String)>,
    pub from: String,
}

impl Form {
    /// As these terms are.
    pub fn of(terms: &Terms, from: Day) -> Form {
        let price = |price: &Price| (price.name.clone(), money::yuan(price.fen));
        Form {
            used: terms.used,
            way: terms.way.name().to_owned(),
            hearts: terms.hearts.iter().map(|heart| heart.name().to_owned()).collect(),
            frequency: terms.frequency.clone(),
            frequency_en: terms.frequency_en.clone().unwrap_or_default(),
            standard: terms.standard.clone(),
            standard_en: terms.standard_en.clone().unwrap_or_default(),
            prices: terms.prices.iter().map(price).chain([Default::default()]).collect(),
            from: from.to_string(),
        }
    }

    /// As it was typed: lines left empty go, and the one whose button was pressed; one empty line follows.
    pub fn typed(raw: &RawForm) -> Form {
        let text = |field: &str| raw.first(field).to_owned();
        let names = raw.all("price").iter().map(|name| name.trim());
        let drop = raw.first("drop").parse().unwrap_or(usize::MAX);
        let lines = names.zip(raw.all("yuan").iter().map(|yuan| yuan.trim())).enumerate();
        let kept = lines.filter(|(n, (name, yuan))| *n != drop && !(name.is_empty() && yuan.is_empty()));
        Form {
            used: raw.first("used") != "no",
            way: text("way"),
            hearts: raw.all("hearts").to_vec(),
            frequency: text("frequency"),
            frequency_en: text("frequency_en"),
            standard: text("standard"),
            standard_en: text("standard_en"),
            prices: kept
                .map(|(_, (name, yuan))| (name.to_owned(), yuan.to_owned()))
                .chain([Default::default()])
                .collect(),
            from: text("from_day"),
        }
    }

    /// The terms and their first day. English that was left as it was while the Chinese changed is let go of; that of a
    /// price is known from the terms before. What costs nothing has no price list.
    pub fn read(&self, before: &[&Terms]) -> Result<(Terms, Day), Vec<Flaw>> {
        let mut flaws = Vec::new();
        let way = Way::parse(&self.way);
        if way.is_none() {
            flaws.push(Flaw::new("way", "not_a_choice"));
        }
        let from = Day::parse(&self.from);
        if from.is_none() {
            flaws.push(Flaw::new("from_day", "not_a_date"));
        }
        let mut prices = Vec::new();
        for (n, (name, yuan)) in
            self.prices.iter().enumerate().filter(|(_, line)| **line != Default::default())
        {
            let field = format!("prices.{n}");
            match money::fen(yuan).filter(|_| !name.is_empty()) {
                Some(fen) => prices.push(Price { name: name.clone(), name_en: english(before, name), fen }),
                None if way.is_some_and(Way::costs) => flaws.push(Flaw::new(&field, "price")),
                None => {}
            }
        }
        let (Some(way), Some(from)) = (way, from) else { return Err(flaws) };
        if !flaws.is_empty() {
            return Err(flaws);
        }
        let kept = |zh: &str, en: &str, of: fn(&Terms) -> (&str, Option<&str>)| {
            let stale = |terms: &&Terms| of(terms).1 == Some(en) && of(terms).0 != zh;
            Some(en.to_owned()).filter(|en| !en.is_empty() && !before.iter().any(stale))
        };
        let terms = Terms {
            used: self.used,
            way,
            hearts: self.hearts.iter().filter_map(|name| Heart::parse(name)).collect(),
            frequency_en: kept(&self.frequency, &self.frequency_en, |terms| {
                (&terms.frequency, terms.frequency_en.as_deref())
            }),
            frequency: self.frequency.clone(),
            standard_en: kept(&self.standard, &self.standard_en, |terms| {
                (&terms.standard, terms.standard_en.as_deref())
            }),
            standard: self.standard.clone(),
            prices: if way.costs() { prices } else { Vec::new() },
        };
        Ok((terms, from))
    }

    /// The ways to choose from.
    pub fn ways(&self, lang: impl Into<Lang>) -> Vec<(&'static str, &'static str, bool)> {
        let lang = lang.into();
        Way::ALL.map(|way| (way.name(), words::way(lang, way).1, self.way == way.name())).to_vec()
    }

    /// The hearts to choose from.
    pub fn all_hearts(&self, lang: impl Into<Lang>) -> Vec<(&'static str, &'static str, bool)> {
        let lang = lang.into();
        let on = |heart: Heart| self.hearts.iter().any(|name| name == heart.name());
        Heart::ALL.map(|heart| (heart.name(), words::heart(lang, heart).1, on(heart))).to_vec()
    }
}

/// The English of a price that is called so already.
fn english(before: &[&Terms], name: &str) -> Option<String> {
    before.iter().flat_map(|terms| &terms.prices).find(|price| price.name == name)?.name_en.clone()
}
