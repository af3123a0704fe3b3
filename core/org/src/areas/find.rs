//! From a point to an area.

use super::{
    columns,
    store::{self, NearRow},
};
use linli_authz::Scope;
use linli_base::{AreaId, Point, Result};
use linli_store::{Query, args};

/// A point farther than this from every building lies in no grid that we know.
pub const GRID_WITHIN_M: f64 = 500.0;

/// So far from its outermost buildings the city ends.
const AROUND_M: f64 = 10_000.0;

const METRES_A_DEGREE: f64 = 111_195.0;

/// The building nearest to a point, within [`GRID_WITHIN_M`].
pub async fn building_at(q: &mut impl Query, scope: &Scope, at: Point) -> Result<Option<AreaId>> {
    let d_lat = GRID_WITHIN_M / METRES_A_DEGREE;
    let d_lon = d_lat / at.lat.to_radians().cos().abs().max(0.01);
    let sides = args![at.lat - d_lat, at.lat + d_lat, at.lon - d_lon, at.lon + d_lon];
    let near: Vec<NearRow> = q.all(&store::BUILDINGS_NEAR, scope, sides).await?;
    let far = |row: &NearRow| at.metres_to(Point { lat: row.lat, lon: row.lon });
    let nearest = near.iter().min_by(|a, b| far(a).total_cmp(&far(b)).then(a.id.cmp(&b.id)));
    Ok(nearest.filter(|row| far(row) <= GRID_WITHIN_M).map(|row| row.id))
}

/// The grid that a point lies in: that of the nearest building within [`GRID_WITHIN_M`].
pub async fn grid_at(q: &mut impl Query, scope: &Scope, at: Point) -> Result<Option<AreaId>> {
    let Some(building) = building_at(q, scope, at).await? else { return Ok(None) };
    Ok(columns(q, scope, building).await?.grid)
}

/// The corners of the city, south-west and north-east: those of all its buildings with [`AROUND_M`] around them.
/// `None` where no building is known.
pub async fn extent(q: &mut impl Query, scope: &Scope) -> Result<Option<(Point, Point)>> {
    let row: store::ExtentRow = q.one(&store::EXTENT, scope, args![]).await?;
    let d = AROUND_M / METRES_A_DEGREE;
    let sides = row.south.zip(row.north).zip(row.west.zip(row.east));
    Ok(sides.map(|((south, north), (west, east))| {
        let d_lon = d / south.to_radians().cos().abs().max(0.01);
        (Point { lat: south - d, lon: west - d_lon }, Point { lat: north + d, lon: east + d_lon })
    }))
}
