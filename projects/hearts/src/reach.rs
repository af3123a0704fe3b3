use linli_authz::{Permission, Scope, Tier};
use linli_base::{AreaId, Refusal, Result};
use linli_org::{areas, holds};
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
