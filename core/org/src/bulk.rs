//! Many rows at once, for the demo city and imports: hundreds of buildings and ten thousand households in under a
//! second. Each runs in the caller's transaction, under `OrgEdit` or the system's scope.

use crate::{
    HouseholdId, PlaceId,
    areas::{self, NewArea, crs_name, place_key, store},
    holds,
    people::{NewPerson, NewPost},
};
use linli_authz::{Permission, Scope};
use linli_base::{AreaId, Crs, Day, Point, Result};
use linli_store::{Tx, Value, args};

/// What kind of place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// 小区.
    Compound,
    /// 路.
    Road,
    /// Any other named spot: a park, a school gate.
    Spot,
}

impl PlaceKind {
    /// The spelling in the database.
    pub const fn name(self) -> &'static str {
        match self {
            PlaceKind::Compound => "compound",
            PlaceKind::Road => "road",
            PlaceKind::Spot => "spot",
        }
    }
}

/// A named place to be made.
#[derive(Clone, Debug)]
pub struct NewPlace {
    /// Its key.
    pub id: PlaceId,
    /// What kind.
    pub kind: PlaceKind,
    /// The community that it lies in (a road: the one that answers for it).
    pub area: AreaId,
    /// 名称; unique in its area and kind (index `place_name_in_area`).
    pub name: String,
    /// The English name.
    pub name_en: Option<String>,
    /// Where it is (WGS-84), with the system that it came in.
    pub point: Option<(Point, Crs)>,
    /// The buildings that belong to it, in any grids.
    pub buildings: Vec<AreaId>,
}

/// Makes areas that lie in their parents from `day` on; each parent stands before its children, or is there already.
pub async fn areas(tx: &mut Tx<'_>, scope: &Scope, new: &[NewArea], day: Day) -> Result<()> {
    for area in new {
        areas::create(tx, scope, area, day).await?;
    }
    Ok(())
}

/// Makes places with their buildings, which are there already.
pub async fn places(tx: &mut Tx<'_>, scope: &Scope, new: &[NewPlace]) -> Result<()> {
    holds(scope, Permission::OrgEdit)?;
    for place in new {
        let (lat, lon) = place.point.map(|(point, _)| (point.lat, point.lon)).unzip();
        let crs = crs_name(place.point.map_or(Crs::Wgs84, |(_, crs)| crs));
        let (name, name_en, key) = (place.name.as_str(), place.name_en.clone(), place_key(&place.name));
        let row = args![place.id, place.kind.name(), place.area, name, name_en, key, lat, lon, crs];
        tx.run(&store::INSERT_PLACE, scope, row).await?;
        for building in &place.buildings {
            tx.run(&store::INSERT_BUILDING_PLACE, scope, args![*building, place.id]).await?;
        }
        tx.run(&store::BOOK_CHANGED, scope, args![place.id]).await?;
    }
    Ok(())
}

/// Makes households: key, building, door.
pub async fn households(tx: &mut Tx<'_>, scope: &Scope, new: &[(HouseholdId, AreaId, String)]) -> Result<()> {
    holds(scope, Permission::OrgEdit)?;
    let values = |row: &(HouseholdId, AreaId, String)| -> [Value; 3] {
        [row.0.into(), row.1.into(), row.2.clone().into()]
    };
    let (sixteens, rest) = new.as_chunks::<16>();
    for rows in sixteens {
        let args: Vec<Value> = rows.iter().flat_map(values).collect();
        tx.run(&store::INSERT_16_HOUSEHOLDS, scope, &args).await?;
    }
    for row in rest {
        tx.run(&store::INSERT_HOUSEHOLD, scope, &values(row)).await?;
    }
    Ok(())
}

/// Makes people.
pub async fn people(tx: &mut Tx<'_>, scope: &Scope, new: &[NewPerson]) -> Result<()> {
    holds(scope, Permission::OrgEdit)?;
    for person in new {
        crate::people::insert_person(tx, scope, person).await?;
    }
    Ok(())
}

/// Makes posts of people and orgs that are there already.
pub async fn posts(tx: &mut Tx<'_>, scope: &Scope, new: &[NewPost]) -> Result<()> {
    holds(scope, Permission::OrgEdit)?;
    for post in new {
        crate::people::insert_post(tx, scope, post).await?;
    }
    Ok(())
}
