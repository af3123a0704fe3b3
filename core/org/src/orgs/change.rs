//! Making, naming, moving and ending orgs.

use super::{OrgKind, by_id, store};
use crate::holds;
use linli_authz::{Permission, Scope};
use linli_base::{AreaId, Day, OrgId, Problem, Result};
use linli_store::{Query, Tx, args, row};

/// An org to be made.
#[derive(Clone, Debug)]
pub struct NewOrg {
    /// Its key.
    pub id: OrgId,
    /// What kind.
    pub kind: OrgKind,
    /// 名称; unique among the active ones of its kind (index `org_name`).
    pub name: String,
    /// The English name.
    pub name_en: Option<String>,
    /// What it answers to.
    pub parent: Option<OrgId>,
    /// Where it lies.
    pub home: Option<AreaId>,
    /// What it leads; one office an area (index `org_office_leading`).
    pub leads: Option<AreaId>,
    /// The number of its desk, to be shown to anyone.
    pub phone: Option<String>,
}

row! {
    struct CountRow {
        count: i64,
    }
}

/// Makes an org that answers to its parent from `day` on.
pub async fn create(tx: &mut Tx<'_>, scope: &Scope, org: &NewOrg, day: Day) -> Result<()> {
    holds(scope, Permission::OrgEdit)?;
    let (name, name_en, phone) = (org.name.as_str(), org.name_en.clone(), org.phone.clone());
    let row = args![org.id, org.kind.name(), name, name_en, org.parent, org.home, org.leads, phone];
    tx.run(&store::INSERT, scope, row).await?;
    tx.run(&crate::areas::store::BOOK_CHANGED, scope, args![org.id]).await?;
    tx.run(&store::INSERT_SELF, scope, args![org.id]).await?;
    if let Some(parent) = org.parent {
        tx.run(&store::INSERT_CLOSURE, scope, args![org.id, parent]).await?;
    }
    tx.run(&store::INSERT_PARENT, scope, args![org.id, org.parent, day]).await?;
    Ok(())
}

/// Names an org anew.
pub async fn rename(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: OrgId,
    (name, name_en): (&str, Option<&str>),
) -> Result<()> {
    holds(scope, Permission::OrgEdit)?;
    tx.run(&store::RENAME, scope, args![id, name, name_en]).await.map(drop)
}

/// Ends an org: it acts no more, and its name is free.
pub async fn end(tx: &mut Tx<'_>, scope: &Scope, id: OrgId, day: Day) -> Result<()> {
    holds(scope, Permission::OrgEdit)?;
    tx.run(&store::END, scope, args![id]).await?;
    tx.run(&store::CLOSE_PARENT, scope, args![id, day]).await.map(drop)
}

/// Moves an org with all that answers to it under another from `day` on. Refusals: `org_ring` where it would answer
/// to itself.
pub async fn move_to(tx: &mut Tx<'_>, scope: &Scope, id: OrgId, parent: OrgId, day: Day) -> Result<()> {
    holds(scope, Permission::OrgEdit)?;
    tx.run(&store::LOCK_LINES, scope, args![]).await?;
    let (org, to) = (by_id(tx, scope, id).await?, by_id(tx, scope, parent).await?);
    let below: CountRow = tx.one(&store::IS_BELOW, scope, args![id, to.id]).await?;
    if below.count > 0 {
        return Err(Problem::refused("org_ring"));
    }
    if org.parent == Some(parent) {
        return Ok(());
    }
    tx.run(&store::SET_PARENT, scope, args![id, parent]).await?;
    tx.run(&store::CUT_CLOSURE, scope, args![id]).await?;
    tx.run(&store::GRAFT_CLOSURE, scope, args![id, parent]).await?;
    let closed = tx.run(&store::CLOSE_PARENT, scope, args![id, day.plus(-1)]).await?;
    if closed == 0 {
        tx.run(&store::REPLACE_PARENT, scope, args![id, parent]).await?;
    } else {
        tx.run(&store::INSERT_PARENT, scope, args![id, parent, day]).await?;
    }
    Ok(())
}
