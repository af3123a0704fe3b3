//! One item as residents see it: what it is like, what it costs, who does it.

use super::{prelude::*, public::query};
use crate::services::claims::{Holder, State as Stage};
use linli_org::orgs;
use std::collections::BTreeMap;

/// In which list.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default, rename = "in")]
    place: String,
}

#[derive(Template)]
#[template(path = "services/item.html")]
struct ItemPage {
    page: Page,
    place: Named,
    back: String,
    name: Named,
    category: Named,
    group: Named,
    hearts: String,
    way: (&'static str, &'static str),
    price: String,
    standard: Named,
    frequency: Named,
    prices: Vec<(Named, String)>,
    orgs: Vec<(Named, String)>,
    people: i64,
    guide: bool,
    lacking: Option<&'static str>,
    claim: Option<String>,
    /// To order it, in a community where somebody comes.
    order: Option<String>,
}

/// `GET /services/{id}`
pub(super) async fn show(
    State(org): State<OrgState>,
    visit: Visit,
    Path(id): Path<ItemId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (lang, today, read) = (visit.lang, visit.now.day(), &mut org.db.read());
    let community = places::community(read, lang, &asked.place).await?;
    let at = community.as_ref().map(|(id, _)| *id);
    let lines = services::list(read, at, today).await?;
    let line = lines.into_iter().find(|line| line.id == id).ok_or(Problem::NotFound)?;
    let providers = claims::providers(read, at, today).await?.remove(&id);
    let place = places::key(community.as_ref());
    let (terms, name) = (&line.terms.1, Named::new(lang, &line.name, line.name_en.as_deref()));
    let price = |price: &services::Price| {
        let name = Named::new(lang, &price.name, price.name_en.as_deref());
        (name, t::services::yuan(lang, linli_base::money::yuan(price.fen)))
    };
    let claimable = terms.used && terms.way != Way::Guide;
    let comes = line.comes(providers.as_ref());
    html(&ItemPage {
        page: visit.page(name.text.as_str()),
        place: places::name(lang, community.as_ref()),
        back: format!("/services{}", query(&[("in", &place)])),
        category: Named::of(lang, &line.category),
        group: Named::of(lang, &line.group),
        hearts: words::hearts(lang, &terms.hearts),
        way: words::way(lang, terms.way),
        price: words::price(lang, terms),
        standard: words::standard(lang, terms),
        frequency: words::frequency(lang, terms),
        prices: terms.prices.iter().map(price).collect(),
        orgs: named(read, lang, id, at, today).await?,
        people: providers.as_ref().map_or(0, |p| p.people),
        guide: terms.way == Way::Guide,
        lacking: words::lacking(lang, &line, providers.as_ref()),
        order: at.filter(|_| comes).map(|_| format!("/order/{id}{}", query(&[("in", &place)]))),
        claim: claimable.then(|| format!("/claims{}", query(&[("in", &place), ("item", &id.to_string())]))),
        name,
    })
}

/// The vetted orgs with what they bring; each once.
async fn named(
    q: &mut impl linli_store::Query,
    lang: Lang,
    item: ItemId,
    community: Option<AreaId>,
    today: Day,
) -> Result<Vec<(Named, String)>> {
    let vetted = claims::of_item(q, item, community, today).await?.into_iter();
    let brings: BTreeMap<_, _> = vetted
        .filter(|claim| claim.state == Stage::Vetted && claim.from <= today)
        .filter_map(|claim| match claim.holder {
            Holder::Org(org) => Some((org, claim.brings)),
            Holder::Person(_) => None,
        })
        .collect();
    let names = orgs::names(q, &Scope::system("name who does an item"), brings.keys().copied()).await?;
    let one = |row: orgs::NameRow| {
        let words = brings.get(&row.id).cloned().unwrap_or_default();
        (Named::new(lang, &row.name, row.name_en.as_deref()), words)
    };
    Ok(names.into_iter().map(one).collect())
}
