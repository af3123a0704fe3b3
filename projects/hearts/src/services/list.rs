use super::{
    ChoiceId, ItemId, Standing, Terms,
    rules::standing,
    store::{self, ChoiceRow, ItemRow, KeyRow, PriceRow},
};
use linli_authz::Scope;
use linli_base::{AreaId, Day, Result};
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

/// The list of a community, or of the city, on a day, in its order; what is not used is there too.
pub async fn list(q: &mut impl Query, community: Option<AreaId>, day: Day) -> Result<Vec<Line>> {
    let scope = Scope::system("read the catalogue");
    let items: Vec<ItemRow> = q.all(&store::ITEMS, &scope, args![community]).await?;
    let choices: Vec<ChoiceRow> = q.all(&store::CHOICES, &scope, args![community, day]).await?;
    let ids = Value::List(choices.iter().map(|row| row.id.into()).collect());
    let prices: Vec<PriceRow> = q.all(&store::PRICES, &scope, args![ids]).await?;
    let mut offered: HashMap<(ItemId, bool), (ChoiceId, Terms)> = HashMap::new();
    for row in choices {
        let key = (row.item_id, row.community_id.is_some());
        offered.insert(key, (row.id, row.terms(&prices)?));
    }
    Ok(items.into_iter().filter_map(|item| line(item, &mut offered)).collect())
}

/// Keys of all groups 小类.
pub async fn groups(q: &mut impl Query) -> Result<Vec<String>> {
    let scope = Scope::system("read the catalogue");
    let rows: Vec<KeyRow> = q.all(&store::GROUPS, &scope, args![]).await?;
    Ok(rows.into_iter().map(|row| row.key).collect())
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
