//! The territory: one tree, city 市 → street 街道 → community 社区 → grid 网格 → building 楼栋.
//!
//! Areas are read under `Permission::OrgSee`, or under `Scope::system` where a visitor's words are placed. Rows of
//! other rooms carry [`AreaColumns`]; nothing joins the closure table for a list of cases.

mod book;
mod change;
mod find;
mod rules;
pub(crate) mod store;

pub use book::{Addresses, Found};
pub use change::{NewArea, create, move_to};
pub use find::{GRID_WITHIN_M, building_at, extent, grid_at};
pub use rules::{may_hold, place_key};
pub use store::{AreaCounts, AreaPast, CompoundRow};

use linli_authz::{Scope, Tier};
use linli_base::{AreaId, Crs, Point, Problem, Result};
use linli_store::{Query, args};
use store::AreaRow;

/// One territory.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Its key.
    pub id: AreaId,
    /// Which tier of the tree.
    pub tier: Tier,
    /// What it lies in; only the city lies in nothing.
    pub parent: Option<AreaId>,
    /// 统计用区划代码 down to the community, then two digits a grid and three a building; unique.
    pub code: String,
    /// 名称.
    pub name: String,
    /// The English name, where there is one.
    pub name_en: Option<String>,
    /// Where it is (WGS-84): a building's own place, else the middle.
    pub point: Option<Point>,
    /// Counted on buildings; 0 on the tiers above, whose sums are in [`AreaCounts`].
    pub households: i64,
}

/// The area columns that rows of other rooms carry, as of now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AreaColumns {
    /// 街道, where the area is one or lies in one.
    pub street: Option<AreaId>,
    /// 社区, likewise.
    pub community: Option<AreaId>,
    /// 网格, likewise.
    pub grid: Option<AreaId>,
}

impl TryFrom<AreaRow> for Area {
    type Error = Problem;

    fn try_from(row: AreaRow) -> Result<Area> {
        let tier = Tier::parse(&row.tier).ok_or_else(|| Problem::broken("read an area's tier", row.tier))?;
        let point = row.lat.zip(row.lon).map(|(lat, lon)| Point { lat, lon });
        Ok(Area {
            id: row.id,
            tier,
            parent: row.parent_id,
            code: row.code,
            name: row.name,
            name_en: row.name_en,
            point,
            households: row.households,
        })
    }
}

fn areas(rows: Vec<AreaRow>) -> Result<Vec<Area>> {
    rows.into_iter().map(Area::try_from).collect()
}

/// The area of this key.
pub async fn by_id(q: &mut impl Query, scope: &Scope, id: AreaId) -> Result<Area> {
    q.one::<AreaRow>(&store::BY_ID, scope, args![id]).await?.try_into()
}

/// The area of this code, where there is one.
pub async fn by_code(q: &mut impl Query, scope: &Scope, code: &str) -> Result<Option<Area>> {
    q.maybe::<AreaRow>(&store::BY_CODE, scope, args![code]).await?.map(Area::try_from).transpose()
}

/// The top of the tree: the city, or the one street or community that this installation serves.
pub async fn root(q: &mut impl Query, scope: &Scope) -> Result<Option<Area>> {
    q.maybe::<AreaRow>(&store::ROOT, scope, args![]).await?.map(Area::try_from).transpose()
}

/// What lies directly in an area, by code.
pub async fn children(q: &mut impl Query, scope: &Scope, parent: AreaId) -> Result<Vec<Area>> {
    areas(q.all(&store::CHILDREN, scope, args![parent]).await?)
}

/// Every area of a tier, by code.
pub async fn of_tier(q: &mut impl Query, scope: &Scope, tier: Tier) -> Result<Vec<Area>> {
    areas(q.all(&store::OF_TIER, scope, args![tier.name()]).await?)
}

/// From the top down to the area itself.
pub async fn path(q: &mut impl Query, scope: &Scope, id: AreaId) -> Result<Vec<Area>> {
    areas(q.all(&store::PATH, scope, args![id]).await?)
}

/// The names from the street down to the area, with spaces between: 方圆街道 书香社区 第2网格.
pub async fn path_name(q: &mut impl Query, scope: &Scope, id: AreaId) -> Result<String> {
    let path = path(q, scope, id).await?;
    let below_city = path.iter().filter(|area| area.tier != Tier::City || area.id == id);
    Ok(below_city.map(|area| area.name.as_str()).collect::<Vec<_>>().join(" "))
}

/// The columns of an area: itself where it is of the tier, else what it lies in. No such area: not found.
pub async fn columns(q: &mut impl Query, scope: &Scope, id: AreaId) -> Result<AreaColumns> {
    let path = path(q, scope, id).await?;
    if path.is_empty() {
        return Err(Problem::NotFound);
    }
    let of = |tier: Tier| path.iter().find(|area| area.tier == tier).map(|area| area.id);
    Ok(AreaColumns { street: of(Tier::Street), community: of(Tier::Community), grid: of(Tier::Grid) })
}

/// Areas down to the grids whose name or code holds the text, the wider first; at most `limit`.
pub async fn search(q: &mut impl Query, scope: &Scope, text: &str, limit: i64) -> Result<Vec<Area>> {
    let like = crate::text::like(text);
    let like_en = crate::text::like(&crate::text::title_case(text));
    areas(q.all(&store::SEARCH, scope, args![like, like_en, limit]).await?)
}

/// Grids, buildings and households of each area that lies directly in `parent`.
pub async fn counts(q: &mut impl Query, scope: &Scope, parent: AreaId) -> Result<Vec<AreaCounts>> {
    q.all(&store::COUNTS, scope, args![parent]).await
}

/// Grids, buildings and households of every area down to the grids.
pub async fn all_counts(q: &mut impl Query, scope: &Scope) -> Result<Vec<AreaCounts>> {
    q.all(&store::ALL_COUNTS, scope, args![]).await
}

/// What an area lay in, the latest first.
pub async fn history(q: &mut impl Query, scope: &Scope, id: AreaId) -> Result<Vec<AreaPast>> {
    q.all(&store::HISTORY, scope, args![id]).await
}

/// The name of the system that a stored coordinate came in.
pub(crate) fn crs_name(crs: Crs) -> &'static str {
    crs.name()
}

/// The compounds with buildings in an area, by name, with what of each lies there.
pub async fn compounds(q: &mut impl Query, scope: &Scope, id: AreaId) -> Result<Vec<CompoundRow>> {
    q.all(&store::COMPOUNDS_IN, scope, args![id]).await
}
