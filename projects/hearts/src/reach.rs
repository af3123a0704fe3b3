use linli_authz::{Permission, Scope, Tier};
use linli_base::{AreaId, Refusal, Result};
use linli_casework::Casework;
use linli_org::{
    areas::{self, Found},
    holds,
};
use linli_store::Query;

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
