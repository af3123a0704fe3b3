use super::{Heart, ItemId, Price, Terms, Way, change::put, store};
use linli_authz::Scope;
use linli_base::{Day, Problem, Result, World};
use linli_store::{Db, Query, Tx, args};
use serde::Deserialize;

#[derive(Deserialize)]
struct Written {
    category: Vec<Category>,
}

#[derive(Deserialize)]
struct Category {
    key: String,
    zh: String,
    en: String,
    hearts: Vec<Heart>,
    group: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    key: String,
    zh: String,
    en: String,
    item: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    number: i64,
    zh: String,
    en: String,
    way: Way,
    frequency: String,
    frequency_en: String,
    standard: String,
    standard_en: String,
    #[serde(default)]
    price: Vec<PriceLine>,
}

#[derive(Deserialize)]
struct PriceLine {
    zh: String,
    en: String,
    fen: i64,
}

/// Puts the catalogue that the program brings (`catalogue/start.toml`) into a city that has none, from a day on;
/// answers whether it did. Safe to run in several copies at once.
pub async fn begin(db: &Db, world: &World, from: Day) -> Result<bool> {
    let any: store::Many = db.read().one(&store::ANY, &Scope::system("begin the catalogue"), args![]).await?;
    if any.many > 0 {
        return Ok(false);
    }
    let written: Written = toml::from_str(include_str!("../../catalogue/start.toml"))
        .map_err(|e| Problem::broken("reading the catalogue", e))?;
    let world = world.clone();
    db.write(async move |tx| {
        let scope = Scope::system("begin the catalogue");
        for (category, place) in written.category.iter().zip(1_i64..) {
            let row = args![category.key.as_str(), place, category.zh.as_str(), category.en.as_str()];
            if tx.run(&store::CATEGORY_ADD, &scope, row).await? == 0 {
                return Ok(false);
            }
            for (group, place) in category.group.iter().zip(1_i64..) {
                let (key, of) = (group.key.as_str(), category.key.as_str());
                let row = args![key, of, place, group.zh.as_str(), group.en.as_str()];
                tx.run(&store::GROUP_ADD, &scope, row).await?;
                for item in &group.item {
                    put_item(tx, &scope, &world, (category, group), item, from).await?;
                }
            }
        }
        Ok(true)
    })
    .await
}

async fn put_item(
    tx: &mut Tx<'_>,
    scope: &Scope,
    world: &World,
    (category, group): (&Category, &Group),
    item: &Item,
    from: Day,
) -> Result<()> {
    let id: ItemId = world.id();
    let (name, name_en) = (item.zh.as_str(), Some(item.en.clone()));
    let row = args![id, group.key.as_str(), None::<linli_base::AreaId>, Some(item.number), name, name_en];
    tx.run(&store::ITEM_ADD, scope, row).await?;
    let price =
        |line: &PriceLine| Price { name: line.zh.clone(), name_en: Some(line.en.clone()), fen: line.fen };
    let terms = Terms {
        used: true,
        way: item.way,
        hearts: category.hearts.clone(),
        frequency: item.frequency.clone(),
        frequency_en: Some(item.frequency_en.clone()),
        standard: item.standard.clone(),
        standard_en: Some(item.standard_en.clone()),
        prices: item.price.iter().map(price).collect(),
    };
    put(tx, scope, world, (id, None), &terms.checked()?, from, None).await.map(drop)
}
