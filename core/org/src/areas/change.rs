//! Making and moving areas.

use super::{by_id, crs_name, may_hold, store};
use crate::holds;
use linli_authz::{Permission, Scope, Tier};
use linli_base::{AreaId, Crs, Day, Point, Problem, Result};
use linli_store::{Tx, args};

/// An area to be made.
#[derive(Clone, Debug)]
pub struct NewArea {
    /// Its key.
    pub id: AreaId,
    /// Which tier.
    pub tier: Tier,
    /// What it lies in; `None` for the top only.
    pub parent: Option<AreaId>,
    /// Its code; unique (index `area_code`).
    pub code: String,
    /// 名称; unique in its parent above the buildings (index `area_name_in_parent`).
    pub name: String,
    /// The English name.
    pub name_en: Option<String>,
    /// Where it is (WGS-84), with the system that it came in.
    pub point: Option<(Point, Crs)>,
    /// 户, on buildings.
    pub households: i64,
}

/// Makes an area that lies in its parent from `day` on. Refusals: `area_tier` where the parent cannot hold it.
pub async fn create(tx: &mut Tx<'_>, scope: &Scope, area: &NewArea, day: Day) -> Result<()> {
    holds(scope, Permission::OrgEdit)?;
    if let Some(parent) = area.parent {
        let parent = by_id(tx, scope, parent).await?;
        if !may_hold(parent.tier, area.tier) {
            return Err(Problem::refused("area_tier"));
        }
    }
    insert(tx, scope, area, day).await?;
    tx.run(&store::INSERT_SELF, scope, args![area.id]).await?;
    if let Some(parent) = area.parent {
        tx.run(&store::INSERT_CLOSURE, scope, args![area.id, parent]).await?;
    }
    Ok(())
}

/// The row and its history, without the closure.
pub(crate) async fn insert(tx: &mut Tx<'_>, scope: &Scope, area: &NewArea, day: Day) -> Result<()> {
    let (lat, lon) = (area.point.map(|(p, _)| p.lat), area.point.map(|(p, _)| p.lon));
    let crs = crs_name(area.point.map_or(Crs::Wgs84, |(_, crs)| crs));
    let (code, name, name_en) = (area.code.as_str(), area.name.as_str(), area.name_en.clone());
    let row =
        args![area.id, area.tier.name(), area.parent, code, name, name_en, lat, lon, crs, area.households];
    tx.run(&store::INSERT, scope, row).await?;
    tx.run(&store::INSERT_PARENT, scope, args![area.id, area.parent, day]).await?;
    tx.run(&store::BOOK_CHANGED, scope, args![area.id]).await?;
    Ok(())
}

/// Moves an area with all that lies in it under another from `day` on; until the day before it lay where it lay.
/// Rows of other rooms keep the columns that they were written with. Refusals: `area_tier`.
pub async fn move_to(tx: &mut Tx<'_>, scope: &Scope, id: AreaId, parent: AreaId, day: Day) -> Result<()> {
    holds(scope, Permission::OrgEdit)?;
    tx.run(&store::LOCK_TREE, scope, args![]).await?;
    let (area, to) = (by_id(tx, scope, id).await?, by_id(tx, scope, parent).await?);
    if !may_hold(to.tier, area.tier) || area.parent.is_none() {
        return Err(Problem::refused("area_tier"));
    }
    if area.parent == Some(parent) {
        return Ok(());
    }
    tx.run(&store::SET_PARENT, scope, args![id, parent]).await?;
    tx.run(&store::BOOK_CHANGED, scope, args![id]).await?;
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
