//! From a point or an address to an area.

use super::{
    AreaColumns, columns, columns_of,
    rules::{building_number, place_key},
    store::{self, AreaRow, CompoundBuildingRow, NearRow, PlaceRow},
};
use crate::PlaceId;
use linli_authz::{Scope, Tier};
use linli_base::{AreaId, Point, Problem, Result};
use linli_store::{Query, Value, args};
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
    let buildings = buildings_of(q, scope, &places).await?;
    let spots: Vec<Spot<'_>> = places.iter().map(|place| spot(place, &buildings, number)).collect();
    let narrowest = spots.iter().map(|spot| spot.area).chain(named.iter().map(|(_, area)| *area));
    let columns = columns_of(q, scope, &narrowest.collect()).await?;
    let mut found: Vec<(usize, bool, usize, Found)> = Vec::new();
    for Spot { place, building, area } in spots {
        let columns = columns.get(&area).copied().ok_or(Problem::NotFound)?;
        let inside = [columns.community, columns.street, columns.grid];
        let agreeing = named.iter().filter(|area| inside.contains(&Some(area.1))).count();
        let (lat, lon) = building.map_or((place.lat, place.lon), |b| (b.lat, b.lon));
        let hit = Found {
            place: Some(place.id),
            name: place.name.clone(),
            columns,
            building: building.map(|b| b.id),
            point: lat.zip(lon).map(|(lat, lon)| Point { lat, lon }),
        };
        found.push((agreeing, hit.building.is_some(), place.match_key.chars().count(), hit));
    }
    found.sort_by_key(|(agreeing, building, length, _)| std::cmp::Reverse((*agreeing, *building, *length)));
    let mut found: Vec<Found> = found.into_iter().map(|(_, _, _, hit)| hit).collect();
    for (name, area) in named {
        let columns = columns.get(&area).copied().ok_or(Problem::NotFound)?;
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
    let tiers = [Tier::Community, Tier::Street];
    let list = Value::List(tiers.iter().map(|tier| Value::from(tier.name())).collect());
    let mut all: Vec<AreaRow> = q.all(&store::OF_TIERS, scope, &[list]).await?;
    all.sort_by_key(|area| area.tier == Tier::Street.name());
    let named = all.into_iter().filter(|area| {
        area.name_en.as_deref().is_some_and(|name| text.contains(name))
            || text.contains(&place_key(&area.name))
    });
    Ok(named.map(|area| (area.name, area.id)).collect())
}

/// A place that an address names, with the building and the narrowest area that it means.
struct Spot<'a> {
    place: &'a PlaceRow,
    building: Option<&'a CompoundBuildingRow>,
    area: AreaId,
}

fn spot<'a>(place: &'a PlaceRow, buildings: &'a [CompoundBuildingRow], number: Option<u32>) -> Spot<'a> {
    let own = || buildings.iter().filter(|b| b.place == place.id);
    let building = number.and_then(|n| own().find(|b| building_number(&b.name) == Some(n)));
    let parents: BTreeSet<_> = own().filter_map(|b| b.parent_id).collect();
    let whole = parents.first().filter(|_| parents.len() == 1);
    Spot { place, building, area: building.map(|b| b.id).or(whole.copied()).unwrap_or(place.area_id) }
}

async fn buildings_of(
    q: &mut impl Query,
    scope: &Scope,
    places: &[PlaceRow],
) -> Result<Vec<CompoundBuildingRow>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let list = Value::List(places.iter().map(|place| Value::from(place.id)).collect());
    q.all(&store::BUILDINGS_OF_PLACES, scope, &[list]).await
}
