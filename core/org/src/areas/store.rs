//! SQL of the territory.

use crate::PlaceId;
use crate::scopes::AREA;
use linli_base::{AreaId, Day, OrgId};
use linli_store::{row, statements};
use uuid::Uuid;

row! {
    /// An area as stored.
    pub struct AreaRow {
        pub id: AreaId,
        pub tier: String,
        pub parent_id: Option<AreaId>,
        pub code: String,
        pub name: String,
        pub name_en: Option<String>,
        pub lat: Option<f64>,
        pub lon: Option<f64>,
        pub households: i64,
    }
}

row! {
    /// What an area holds.
    pub struct AreaCounts {
        /// The area.
        pub id: AreaId,
        /// 社区.
        pub communities: i64,
        /// 网格.
        pub grids: i64,
        /// 楼栋.
        pub buildings: i64,
        /// 户, counted on the buildings.
        pub households: i64,
    }
}

row! {
    /// What an area lay in, from a day to a day.
    pub struct AreaPast {
        /// The name of what it lay in, as it is called now; the top lay in nothing.
        pub parent: Option<String>,
        /// The first day.
        pub from_day: Day,
        /// The last day; open where it is still so.
        pub to_day: Option<Day>,
    }
}

row! {
    /// A building near a point.
    pub struct NearRow {
        pub id: AreaId,
        pub lat: f64,
        pub lon: f64,
    }
}

row! {
    /// The outermost buildings.
    pub struct ExtentRow {
        pub south: Option<f64>,
        pub north: Option<f64>,
        pub west: Option<f64>,
        pub east: Option<f64>,
    }
}

row! {
    /// A named place, and the key by which an address names it.
    pub struct PlaceRow {
        pub id: PlaceId,
        pub area_id: AreaId,
        pub name: String,
        pub match_key: String,
        pub lat: Option<f64>,
        pub lon: Option<f64>,
    }
}

row! {
    /// A building of a compound.
    pub struct CompoundBuildingRow {
        pub place: PlaceId,
        pub building: AreaId,
    }
}

row! {
    /// The office that leads an area.
    pub struct DeskRow {
        pub area: AreaId,
        pub desk: OrgId,
    }
}

row! {
    /// How often addresses have changed, and by what last.
    #[derive(PartialEq)]
    pub struct BookState {
        pub last: Option<Uuid>,
        pub changes: i64,
    }
}

row! {
    /// A compound with what of it lies in an area.
    pub struct CompoundRow {
        /// The compound.
        pub id: PlaceId,
        /// Its name.
        pub name: String,
        /// Its English name.
        pub name_en: Option<String>,
        /// Its buildings in the area.
        pub buildings: i64,
        /// Their households.
        pub households: i64,
    }
}

statements! {
    shape AREA;

    pub BY_ID = "SELECT a.id, a.tier, a.parent_id, a.code, a.name, a.name_en, a.lat, a.lon, a.households
        FROM area a WHERE a.id = $1 AND {scope:a}";

    pub BY_CODE = "SELECT a.id, a.tier, a.parent_id, a.code, a.name, a.name_en, a.lat, a.lon, a.households
        FROM area a WHERE a.code = $1 AND {scope:a}";

    pub ROOT = "SELECT a.id, a.tier, a.parent_id, a.code, a.name, a.name_en, a.lat, a.lon, a.households
        FROM area a WHERE a.parent_id IS NULL AND {scope:a}";

    pub CHILDREN = "SELECT a.id, a.tier, a.parent_id, a.code, a.name, a.name_en, a.lat, a.lon, a.households
        FROM area a WHERE a.parent_id = $1 AND {scope:a} ORDER BY a.code";

    pub OF_TIER = "SELECT a.id, a.tier, a.parent_id, a.code, a.name, a.name_en, a.lat, a.lon, a.households
        FROM area a WHERE a.tier = $1 AND {scope:a} ORDER BY a.code";

    pub PATH = "SELECT a.id, a.tier, a.parent_id, a.code, a.name, a.name_en, a.lat, a.lon, a.households
        FROM area_closure c JOIN area a ON a.id = c.ancestor_id
        WHERE c.descendant_id = $1 AND {scope:a} ORDER BY c.depth DESC";

    pub SEARCH = "SELECT a.id, a.tier, a.parent_id, a.code, a.name, a.name_en, a.lat, a.lon, a.households
        FROM area a
        WHERE a.tier <> 'building'
          AND (a.name LIKE $1 ESCAPE '\\' OR a.name_en LIKE $2 ESCAPE '\\' OR a.code LIKE $1 ESCAPE '\\')
          AND {scope:a}
        ORDER BY a.code LIMIT $3";

    pub COUNTS = "SELECT a.id,
            CAST(COUNT(*) FILTER (WHERE d.tier = 'community') AS BIGINT),
            CAST(COUNT(*) FILTER (WHERE d.tier = 'grid') AS BIGINT),
            CAST(COUNT(*) FILTER (WHERE d.tier = 'building') AS BIGINT),
            COALESCE(CAST(SUM(d.households) AS BIGINT), 0)
        FROM area a
        JOIN area_closure c ON c.ancestor_id = a.id
        JOIN area d ON d.id = c.descendant_id
        WHERE a.parent_id = $1 AND {scope:a}
        GROUP BY a.id";

    pub ALL_COUNTS = "SELECT a.id,
            CAST(COUNT(*) FILTER (WHERE d.tier = 'community') AS BIGINT),
            CAST(COUNT(*) FILTER (WHERE d.tier = 'grid') AS BIGINT),
            CAST(COUNT(*) FILTER (WHERE d.tier = 'building') AS BIGINT),
            COALESCE(CAST(SUM(d.households) AS BIGINT), 0)
        FROM area a
        JOIN area_closure c ON c.ancestor_id = a.id
        JOIN area d ON d.id = c.descendant_id
        WHERE a.tier <> 'building' AND {scope:a}
        GROUP BY a.id";

    pub HISTORY = "SELECT p.name, h.from_day, h.to_day
        FROM area_parent h
        JOIN area a ON a.id = h.area_id
        LEFT JOIN area p ON p.id = h.parent_id
        WHERE h.area_id = $1 AND {scope:a} ORDER BY h.from_day DESC";

    pub BUILDINGS_NEAR = "SELECT a.id, a.lat, a.lon
        FROM area a
        WHERE a.tier = 'building' AND a.lat >= $1 AND a.lat <= $2 AND a.lon >= $3 AND a.lon <= $4 AND {scope:a}";

    pub EXTENT = "SELECT MIN(a.lat), MAX(a.lat), MIN(a.lon), MAX(a.lon)
        FROM area a WHERE a.tier = 'building' AND {scope:a}";

    pub BOOK_STATE(unscoped "what any address may name") =
        "SELECT b.last_id, b.changes FROM address_book b WHERE b.id = 1";

    pub BOOK_AREAS(unscoped "what any address may name") =
        "SELECT a.id, a.tier, a.parent_id, a.code, a.name, a.name_en, a.lat, a.lon, a.households
         FROM area a ORDER BY a.code";

    pub BOOK_PLACES(unscoped "what any address may name") =
        "SELECT p.id, p.area_id, p.name, p.match_key, p.lat, p.lon FROM place p ORDER BY p.id";

    pub BOOK_BUILDINGS(unscoped "what any address may name") =
        "SELECT b.place_id, b.building_id FROM building_place b
         JOIN area a ON a.id = b.building_id ORDER BY a.code";

    pub BOOK_DESKS(unscoped "who accepts what any address may name") =
        "SELECT o.leads_area_id, o.id FROM org o
         WHERE o.kind = 'office' AND o.active AND o.leads_area_id IS NOT NULL";

    pub BOOK_CHANGED(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO address_book (id, last_id, changes) VALUES (1, $1, 1)
         ON CONFLICT (id) DO UPDATE SET last_id = excluded.last_id, changes = address_book.changes + 1";

    pub COMPOUNDS_IN = "SELECT p.id, p.name, p.name_en, CAST(COUNT(*) AS BIGINT), CAST(SUM(a.households) AS BIGINT)
        FROM area_closure c
        JOIN area a ON a.id = c.descendant_id
        JOIN building_place b ON b.building_id = a.id
        JOIN place p ON p.id = b.place_id
        WHERE c.ancestor_id = $1 AND {scope:a}
        GROUP BY p.id, p.name, p.name_en ORDER BY p.name, p.id";

    pub INSERT(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO area (id, tier, parent_id, code, name, name_en, lat, lon, crs, households)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

    pub INSERT_CLOSURE(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO area_closure (ancestor_id, descendant_id, depth)
         SELECT c.ancestor_id, $1, c.depth + 1 FROM area_closure c WHERE c.descendant_id = $2";

    pub INSERT_SELF(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO area_closure (ancestor_id, descendant_id, depth) VALUES ($1, $1, 0)";

    pub INSERT_PARENT(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO area_parent (area_id, parent_id, from_day, to_day) VALUES ($1, $2, $3, NULL)";

    pub LOCK_TREE(unscoped "the action holds OrgEdit; the top is written so that two moves cannot make a ring") =
        "UPDATE area SET households = households WHERE parent_id IS NULL";

    pub SET_PARENT(unscoped "the action holds OrgEdit, which is city-wide") =
        "UPDATE area SET parent_id = $2 WHERE id = $1";

    pub CUT_CLOSURE(unscoped "the action holds OrgEdit, which is city-wide") =
        "DELETE FROM area_closure
         WHERE descendant_id IN (SELECT d.descendant_id FROM area_closure d WHERE d.ancestor_id = $1)
           AND ancestor_id IN (SELECT u.ancestor_id FROM area_closure u
                               WHERE u.descendant_id = $1 AND u.depth > 0)";

    pub GRAFT_CLOSURE(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO area_closure (ancestor_id, descendant_id, depth)
         SELECT u.ancestor_id, d.descendant_id, u.depth + d.depth + 1
         FROM area_closure u CROSS JOIN area_closure d
         WHERE u.descendant_id = $2 AND d.ancestor_id = $1";

    pub CLOSE_PARENT(unscoped "the action holds OrgEdit, which is city-wide") =
        "UPDATE area_parent SET to_day = $2 WHERE area_id = $1 AND to_day IS NULL AND from_day <= $2";

    pub REPLACE_PARENT(unscoped "the action holds OrgEdit, which is city-wide") =
        "UPDATE area_parent SET parent_id = $2 WHERE area_id = $1 AND to_day IS NULL";

    pub INSERT_PLACE(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO place (id, kind, area_id, name, name_en, match_key, lat, lon, crs)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    pub INSERT_BUILDING_PLACE(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO building_place (building_id, place_id) VALUES ($1, $2)";

    pub INSERT_HOUSEHOLD(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO household (id, building_id, door) VALUES ($1, $2, $3)";

    pub INSERT_16_HOUSEHOLDS(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO household (id, building_id, door) VALUES
            ($1, $2, $3), ($4, $5, $6), ($7, $8, $9), ($10, $11, $12),
            ($13, $14, $15), ($16, $17, $18), ($19, $20, $21), ($22, $23, $24),
            ($25, $26, $27), ($28, $29, $30), ($31, $32, $33), ($34, $35, $36),
            ($37, $38, $39), ($40, $41, $42), ($43, $44, $45), ($46, $47, $48)";
}
