//! 党员服务联盟: orgs and people who serve together in a street or a community (ADR 23).
//!
//! Everybody sees an alliance and its member units; people are a count. The desk of the place founds and ends it.

mod found;
mod join;
pub mod pages;
mod store;

pub use found::{Said, change, end, found};
pub use join::{Member, belongs, join, leave, of};
pub use store::{Alliance, Belongs};
pub(crate) use store::{FORGET, STATEMENTS};

use linli_authz::{Actor, Permission, Scope};
use linli_base::{AreaId, OrgId, Problem, Result};
use linli_store::{Query, args};

fn everybody() -> Scope {
    Scope::system("alliances are for everybody")
}

/// The alliances that stand, by place; `place`: those of a street, and of a community with its street's.
pub async fn list(
    q: &mut impl Query,
    (street, community): (Option<AreaId>, Option<AreaId>),
) -> Result<Vec<Alliance>> {
    q.all(&store::LIST, &everybody(), args![street, community]).await
}

/// One alliance, also one that was ended.
pub async fn by_id(q: &mut impl Query, id: OrgId) -> Result<Alliance> {
    q.one(&store::BY_ID, &everybody(), args![id]).await
}

/// Its member units, by name.
pub async fn units(q: &mut impl Query, id: OrgId) -> Result<Vec<Belongs>> {
    q.all(&store::UNITS, &everybody(), args![id]).await
}

/// The alliances that the actor's desk answers for; none for whoever has no desk.
pub async fn mine(q: &mut impl Query, actor: &Actor) -> Result<Vec<Alliance>> {
    let Ok(scope) = actor.may(Permission::ServicesEdit) else { return Ok(Vec::new()) };
    q.all(&store::MINE, &scope, args![None::<OrgId>]).await
}

/// The alliance of this key, where the actor's desk answers for it. Forbidden where it does not.
pub async fn own(q: &mut impl Query, actor: &Actor, id: OrgId) -> Result<Alliance> {
    let scope = actor.may(Permission::ServicesEdit)?;
    let found = q.maybe(&store::MINE, &scope, args![Some(id)]).await?;
    found.ok_or(Problem::Forbidden { owner: None })
}
