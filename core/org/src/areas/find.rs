//! From a point or an address to an area.

use super::{
    AreaColumns, columns, of_tier,
    rules::{building_number, place_key},
    store::{self, CompoundBuildingRow, NearRow, PlaceRow},
};
use crate::PlaceId;
use linli_authz::{Scope, Tier};
use linli_base::{AreaId, Point, Result};
use linli_store::{Query, args};
use std::collections::BTreeSet;

/// A point farther than this from every building lies in no grid that we know.
pub const GRID_WITHIN_M: f64 = 500.0;

/// So far from its outermost buildings the city ends.
const AROUND_M: f64 = 10_000.0;

const METRES_A_DEGREE: f64 = 111_195.0;

/// What an address may mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The compound, road or spot that it names, where it names one.
    pub place: Option<PlaceId>,
    /// What was recognised, to show: the place's name, else the community's or street's.
    pub name: String,
    /// Where that lies. The grid is known where the building is, or where the whole place lies in one.
    pub columns: AreaColumns,
    /// The building, where the address has a number that the compound has.
    pub building: Option<AreaId>,
    /// Where to put it on a map.
    pub point: Option<Point>,
}

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

/// What an address may mean, the likeliest first: a compound with the building's number, a longer name before a
/// shorter, a place in the community that the address names before one elsewhere, then the community or street
/// alone. Nothing recognised: empty.
pub async fn suggest(q: &mut impl Query, scope: &Scope, text: &str) -> Result<Vec<Found>> {
    let named = areas_in(q, scope, text).await?;
    let mut places: Vec<PlaceRow> = q.all(&store::PLACES_IN_TEXT, scope, args![text]).await?;
    places.sort_by_key(|place| std::cmp::Reverse(place.match_key.chars().count()));
    places.truncate(8);
    let number = building_number(text);
    let mut found = Vec::new();
    for place in places {
        let hit = found_place(q, scope, &place, number).await?;
        let inside = [hit.columns.community, hit.columns.street, hit.columns.grid];
        let agreeing = named.iter().filter(|area| inside.contains(&Some(area.1))).count();
        found.push((hit.building.is_some(), agreeing, place.match_key.chars().count(), hit));
    }
    found.sort_by_key(|(building, agreeing, length, _)| std::cmp::Reverse((*agreeing, *building, *length)));
    let mut found: Vec<Found> = found.into_iter().map(|(_, _, _, hit)| hit).collect();
    for (name, area) in named {
        let columns = columns(q, scope, area).await?;
        if !found.iter().any(|hit| hit.columns.community == columns.community && columns.community.is_some())
        {
            found.push(Found { place: None, name, columns, building: None, point: None });
        }
    }
    Ok(found)
}

/// The narrowest area that the likeliest meaning of an address lies in: see [`suggest`].
pub async fn find_place(q: &mut impl Query, scope: &Scope, text: &str) -> Result<Option<AreaId>> {
    let best = suggest(q, scope, text).await?.into_iter().next();
    Ok(best.and_then(|hit| {
        let AreaColumns { street, community, grid } = hit.columns;
        hit.building.or(grid).or(community).or(street)
    }))
}

/// The communities, then the streets, whose names stand in the text.
async fn areas_in(q: &mut impl Query, scope: &Scope, text: &str) -> Result<Vec<(String, AreaId)>> {
    let mut named = Vec::new();
    for tier in [Tier::Community, Tier::Street] {
        for area in of_tier(q, scope, tier).await? {
            let english = area.name_en.as_deref().is_some_and(|name| text.contains(name));
            if english || text.contains(&place_key(&area.name)) {
                named.push((area.name, area.id));
            }
        }
    }
    Ok(named)
}

async fn found_place(
    q: &mut impl Query,
    scope: &Scope,
    place: &PlaceRow,
    number: Option<u32>,
) -> Result<Found> {
    let buildings: Vec<CompoundBuildingRow> =
        q.all(&store::BUILDINGS_OF_PLACE, scope, args![place.id]).await?;
    let building = number.and_then(|n| buildings.iter().find(|b| building_number(&b.name) == Some(n)));
    let parents: BTreeSet<_> = buildings.iter().filter_map(|b| b.parent_id).collect();
    let whole = parents.first().filter(|_| parents.len() == 1);
    let area = building.map(|b| b.id).or(whole.copied()).unwrap_or(place.area_id);
    let (lat, lon) = building.map_or((place.lat, place.lon), |b| (b.lat, b.lon));
    Ok(Found {
        place: Some(place.id),
        name: place.name.clone(),
        columns: columns(q, scope, area).await?,
        building: building.map(|b| b.id),
        point: lat.zip(lon).map(|(lat, lon)| Point { lat, lon }),
    })
}
