use linli_authz::{Permission, Scope, Tier};
use linli_base::{AreaId, Problem, Refusal, Result};
use linli_casework::Casework;
use linli_org::{
    Area,
    areas::{self, Found},
    holds,
};
use linli_store::{Query, Shape};

/// What lies in a street or a community and is an org's.
pub(crate) static PLACED: Shape = Shape {
    street: "{a}.street_id = {id}",
    community: "{a}.community_id = {id}",
    grid: "",
    assigned: "{a}.org_id = {id}",
    apart: &[],
    own: "",
    taken: "",
    code: "",
};

/// The streets and communities that a scope reaches, by code; each street before its communities.
pub(crate) async fn placed(q: &mut impl Query, scope: &Scope) -> Result<Vec<Area>> {
    let mut found = areas::of_tier(q, scope, Tier::Street).await?;
    found.extend(areas::of_tier(q, scope, Tier::Community).await?);
    found.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(found)
}

/// Street and community of one of those places; the flaw `area` where it is none of them.
pub(crate) fn columns(places: &[Area], area: Option<AreaId>) -> Result<(AreaId, Option<AreaId>)> {
    let none = || Problem::invalid("area", "not_a_choice");
    let area = places.iter().find(|place| Some(place.id) == area).ok_or_else(none)?;
    match (area.tier, area.parent) {
        (Tier::Street, _) => Ok((area.id, None)),
        (Tier::Community, Some(street)) => Ok((street, Some(area.id))),
        _ => Err(none()),
    }
}

/// Whether the scope holds the permission in a community. Not found where that is out of reach; refusal:
/// `not_a_community`.
pub(crate) async fn holds_in(
    q: &mut impl Query,
    scope: &Scope,
    wanted: Permission,
    community: AreaId,
) -> Result<()> {
    holds(scope, wanted)?;
    if areas::by_id(q, scope, community).await?.tier == Tier::Community {
        Ok(())
    } else {
        Err(Refusal::new("not_a_community").into())
    }
}

/// What the words of a place name in a community, the likeliest first of what lies there.
pub(crate) async fn named_in(
    work: &Casework,
    q: &mut impl Query,
    community: AreaId,
    place: &str,
) -> Result<Option<Found>> {
    let found = work.addresses().suggest(q, place).await?;
    Ok(found.into_iter().find(|found| found.columns.community == Some(community)))
}

/// The narrowest area of what was found.
pub(crate) fn area_of(found: Option<&Found>) -> Option<AreaId> {
    found.and_then(|found| found.building.or(found.columns.grid))
}

/// Street and community that a list is narrowed to, by the key of its form; neither where it is empty or unknown.
pub(crate) async fn narrowed(q: &mut impl Query, key: &str) -> Result<(Option<AreaId>, Option<AreaId>)> {
    let Ok(area) = key.parse::<AreaId>() else { return Ok((None, None)) };
    let found = areas::columns(q, &Scope::system("narrow a list"), area).await?;
    Ok((found.street, found.community))
}
