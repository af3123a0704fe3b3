use super::{
    ChoiceId, ItemId, Standing, Terms, Way,
    claims::Providers,
    rules::standing,
    said::{Described, Said, fitting},
    store::{self, ChoiceRow, GroupRow, ItemRow, PriceRow},
};
use linli_authz::Scope;
use linli_base::{AreaId, At, Day, PersonId, Result};
use linli_store::{Query, Value, args};
use std::collections::HashMap;

/// An item as it is offered on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its key.
    pub id: ItemId,
    /// Its number in the city's list; an own item has none.
    pub number: Option<i64>,
    /// What it is called.
    pub name: String,
    /// The same in English.
    pub name_en: Option<String>,
    /// The group 小类: key, name, English name.
    pub group: [String; 3],
    /// The category 大类: key, name, English name.
    pub category: [String; 3],
    /// What the community does with it.
    pub standing: Standing,
    /// The terms that hold, and their key.
    pub terms: (ChoiceId, Terms),
    /// The city's, where the community has others.
    pub city: Option<Terms>,
}

impl Line {
    /// Whether somebody comes for it: it is used, more than the way is told, and what is paid for goes to shops that
    /// have been vetted.
    pub fn comes(&self, providers: Option<&Providers>) -> bool {
        let terms = &self.terms.1;
        terms.used
            && match terms.way {
                Way::Guide => false,
                Way::LowProfit => providers.is_some_and(|providers| providers.orgs > 0),
                Way::Volunteer | Way::Either => true,
            }
    }
}

/// The list of a community, or of the city, on a day, in its order; what is not used is there too.
pub async fn list(q: &mut impl Query, community: Option<AreaId>, day: Day) -> Result<Vec<Line>> {
    let scope = Scope::system("read the catalogue");
    let items: Vec<ItemRow> = q.all(&store::ITEMS, &scope, args![community]).await?;
    let choices: Vec<ChoiceRow> = q.all(&store::CHOICES, &scope, args![community, day]).await?;
    let prices = prices(q, &choices).await?;
    let mut offered: HashMap<(ItemId, bool), (ChoiceId, Terms)> = HashMap::new();
    for row in choices {
        let key = (row.item_id, row.community_id.is_some());
        offered.insert(key, (row.id, row.terms(&prices)?));
    }
    Ok(items.into_iter().filter_map(|item| line(item, &mut offered)).collect())
}

/// `None`: it is not offered yet.
fn line(item: ItemRow, offered: &mut HashMap<(ItemId, bool), (ChoiceId, Terms)>) -> Option<Line> {
    let city = offered.remove(&(item.id, false));
    let own = offered.remove(&(item.id, true));
    let standing = match item.community_id {
        Some(_) => Standing::Own,
        None => standing(city.as_ref().map(|(_, terms)| terms), own.as_ref().map(|(_, terms)| terms)),
    };
    let (terms, city) = match own {
        Some(own) => (own, city.map(|(_, terms)| terms)),
        None => (city?, None),
    };
    Some(Line {
        id: item.id,
        number: item.number,
        name: item.name,
        name_en: item.name_en,
        group: [item.group_key, item.group_name, item.group_name_en],
        category: [item.category_key, item.category_name, item.category_name_en],
        standing,
        terms,
        city,
    })
}

async fn prices(q: &mut impl Query, choices: &[ChoiceRow]) -> Result<Vec<PriceRow>> {
    let ids = Value::List(choices.iter().map(|row| row.id.into()).collect());
    q.all(&store::PRICES, &Scope::system("read the catalogue"), args![ids]).await
}

/// The lines that fit what somebody says, at most three, each with the words that decided. `learns`: from the words of
/// the newest 500 orders too.
pub(super) async fn said<'a>(
    q: &mut impl Query,
    lines: &'a [Line],
    sentence: &str,
    learns: bool,
) -> Result<Vec<(&'a Line, Vec<String>)>> {
    let synonyms = Said::read()?;
    let used: Vec<&Line> = lines.iter().filter(|line| line.terms.1.used).collect();
    let mut items: Vec<Described> = used.iter().map(|line| described(&synonyms, line)).collect();
    if learns {
        let rows: Vec<store::OrderedRow> =
            q.all(&store::ORDERED, &Scope::system("learn from orders"), args![]).await?;
        for row in rows {
            if let Some((_, item)) = used.iter().zip(&mut items).find(|(line, _)| line.id == row.item_id) {
                item.ordered(&row.body);
            }
        }
    }
    let found = fitting(&items, sentence).into_iter();
    Ok(found.filter_map(|fit| Some((*used.get(fit.nth)?, fit.words))).collect())
}

fn described(synonyms: &Said, line: &Line) -> Described {
    let terms = &line.terms.1;
    let [_, group, group_en] = &line.group;
    let [_, category, category_en] = &line.category;
    let mut item = synonyms
        .describe(line.number)
        .with(3.0, &line.name)
        .with(3.0, line.name_en.as_deref().unwrap_or_default())
        .with(1.0, &terms.standard)
        .with(1.0, terms.standard_en.as_deref().unwrap_or_default());
    for text in [group, group_en, category, category_en] {
        item = item.with(1.5, text);
    }
    terms.prices.iter().fold(item, |item, price| item.with(1.5, &price.name))
}

/// Terms of an item from a day to a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// Their key.
    pub id: ChoiceId,
    /// The first day.
    pub from: Day,
    /// The last day, included; none where nothing is planned after them.
    pub to: Option<Day>,
    /// When they were made.
    pub at: At,
    /// Who made them; nobody where the program brought them.
    pub by: Option<PersonId>,
    /// The terms.
    pub terms: Terms,
}

/// What the city, or a community, has made of an item: planned, present and past terms, the latest first.
pub async fn history(q: &mut impl Query, item: ItemId, community: Option<AreaId>) -> Result<Vec<Past>> {
    let scope = Scope::system("read the catalogue");
    let rows: Vec<ChoiceRow> = q.all(&store::HISTORY, &scope, args![item, community]).await?;
    let prices = prices(q, &rows).await?;
    let past = |row: &ChoiceRow| {
        let (from, to) = (row.from_day, row.to_day);
        Ok(Past { id: row.id, from, to, at: row.made_at, by: row.made_by, terms: row.terms(&prices)? })
    };
    rows.iter().map(past).collect()
}

/// The groups 小类 in their order.
pub async fn groups(q: &mut impl Query) -> Result<Vec<GroupRow>> {
    q.all(&store::GROUPS, &Scope::system("read the catalogue"), args![]).await
}
