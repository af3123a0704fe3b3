use super::{
    ChoiceId, ItemId, Terms,
    rules::begins,
    store::{self, ItemOwner, OpenRow},
};
use crate::reach::holds_in;
use linli_authz::{Permission, Scope};
use linli_base::{AreaId, Day, PersonId, Problem, Refusal, Result, World};
use linli_org::holds;
use linli_store::{Query, Tx, args};

/// An item that a community adds to its own list.
#[derive(Clone, Debug)]
pub struct NewItem {
    /// Its key.
    pub id: ItemId,
    /// The group it belongs to.
    pub group: String,
    /// What it is called.
    pub name: String,
    /// The same in English.
    pub name_en: Option<String>,
}

/// The city's list under `Configure`, a community's under `ServicesEdit` in its reach.
async fn may(tx: &mut Tx<'_>, scope: &Scope, community: Option<AreaId>) -> Result<()> {
    match community {
        Some(community) => holds_in(tx, scope, Permission::ServicesEdit, community).await,
        None => holds(scope, Permission::Configure),
    }
}

/// Offers an item otherwise from a day on, in the caller's transaction; what was planned for later goes, what held
/// before stays. `seen` is the choice that the change was made from (`None`: there was none). Refusals:
/// `changed_meanwhile` where it is another by now; `not_a_community`; flaws of the terms by field. Not found: an item
/// of another community's.
#[expect(clippy::too_many_arguments, reason = "one change's worth")]
pub async fn choose(
    tx: &mut Tx<'_>,
    scope: &Scope,
    world: &World,
    (item, community): (ItemId, Option<AreaId>),
    seen: Option<ChoiceId>,
    terms: Terms,
    from: Day,
    by: Option<PersonId>,
) -> Result<ChoiceId> {
    may(tx, scope, community).await?;
    begins(from, world.now().day())?;
    let terms = terms.checked()?;
    let owner: ItemOwner = tx.one(&store::OWNER, scope, args![item]).await?;
    if owner.community_id.is_some() && owner.community_id != community {
        return Err(Problem::NotFound);
    }
    end(tx, scope, (item, community), seen, from).await?;
    put(tx, scope, world, (item, community), &terms, from, by).await
}

/// Lets a community's own terms of a city's item end, so that the city's hold from that day on; `seen` and
/// refusals as for [`choose`].
pub async fn as_the_city(
    tx: &mut Tx<'_>,
    scope: &Scope,
    world: &World,
    (item, community): (ItemId, AreaId),
    seen: ChoiceId,
    from: Day,
) -> Result<()> {
    may(tx, scope, Some(community)).await?;
    begins(from, world.now().day())?;
    let owner: ItemOwner = tx.one(&store::OWNER, scope, args![item]).await?;
    if owner.community_id.is_some() {
        return Err(Problem::NotFound);
    }
    end(tx, scope, (item, Some(community)), Some(seen), from).await
}

/// Adds an item of a community's own.
pub async fn add_own(
    tx: &mut Tx<'_>,
    scope: &Scope,
    world: &World,
    community: AreaId,
    new: NewItem,
    terms: Terms,
    by: Option<PersonId>,
) -> Result<ItemId> {
    may(tx, scope, Some(community)).await?;
    let (name, terms) = (new.name.trim().to_owned(), terms.checked()?);
    if name.is_empty() || name.chars().count() > 40 {
        return Err(Problem::invalid("name", if name.is_empty() { "required" } else { "too_long" }));
    }
    let row = args![new.id, new.group, Some(community), None::<i64>, name, new.name_en];
    tx.run(&store::ITEM_ADD, scope, row).await?;
    put(tx, scope, world, (new.id, Some(community)), &terms, world.now().day(), by).await?;
    Ok(new.id)
}

/// Ends what was offered, if it is still what was seen.
async fn end(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (item, community): (ItemId, Option<AreaId>),
    seen: Option<ChoiceId>,
    from: Day,
) -> Result<()> {
    let open: Option<OpenRow> = tx.maybe(&store::OPEN, scope, args![item, community]).await?;
    // whoever changes it at the same moment waits at the second question, and then finds that it has ended
    let gone = open.map(|row| row.id) != seen
        || match seen {
            Some(seen) => tx.run(&store::HOLD, scope, args![seen]).await? == 0,
            None => false,
        };
    if gone {
        return Err(Refusal::new("changed_meanwhile").into());
    }
    for stmt in [&store::DROP_PLANNED_PRICES, &store::DROP_PLANNED] {
        tx.run(stmt, scope, args![item, community, from, seen]).await?;
    }
    tx.run(&store::END, scope, args![item, community, from]).await?;
    Ok(())
}

pub(super) async fn put(
    tx: &mut Tx<'_>,
    scope: &Scope,
    world: &World,
    (item, community): (ItemId, Option<AreaId>),
    terms: &Terms,
    from: Day,
    by: Option<PersonId>,
) -> Result<ChoiceId> {
    let id: ChoiceId = world.id();
    let hearts: Vec<&str> = terms.hearts.iter().map(|heart| heart.name()).collect();
    let choice = args![
        id,
        item,
        community,
        terms.used,
        terms.way.name(),
        hearts.join(" "),
        terms.frequency.as_str(),
        terms.frequency_en.clone(),
        terms.standard.as_str(),
        terms.standard_en.clone(),
        from,
        world.now(),
        by
    ];
    if tx.run(&store::CHOICE_ADD, scope, choice).await? == 0 {
        return Err(Refusal::new("changed_meanwhile").into());
    }
    let mut rows = Vec::new();
    for (price, place) in terms.prices.iter().zip(1_i64..) {
        let row = args![id, place, price.name.trim(), price.name_en.clone(), price.fen];
        rows.push((&store::PRICE_ADD, row.to_vec()));
    }
    tx.run_all(&rows, scope)?;
    Ok(id)
}
