use super::{
    city::{Area, Building, City, Place, PlaceKind},
    dice::Dice,
    names::{CITY, COMMUNITIES, COMPOUND_KINDS, Community, STEM_HEADS, STEM_TAILS, STREETS, Street},
};
use linli_authz::Tier;
use linli_base::{AreaId, At, Crs, Point};

/// Middles of a street's six communities, metres east and north of its point. 凤城 lies on the coast, so its second
/// row is set back inland.
const SPREAD: [(f64, f64); 6] =
    [(-750.0, 350.0), (0.0, 380.0), (750.0, 340.0), (-750.0, -430.0), (0.0, -400.0), (750.0, -440.0)];
const SPREAD_COAST: [(f64, f64); 6] =
    [(-800.0, 900.0), (0.0, 900.0), (800.0, 900.0), (-800.0, 100.0), (0.0, 120.0), (800.0, 100.0)];
/// Middles of up to six grids in a community.
const CELLS: [(f64, f64); 6] =
    [(-230.0, 170.0), (0.0, 170.0), (230.0, 170.0), (230.0, -170.0), (0.0, -170.0), (-230.0, -170.0)];

/// Units, floors, doors a floor. A street of walk-ups, of middle heights, of towers.
const SHAPES: [[(usize, usize, usize); 4]; 3] = [
    [(3, 6, 2), (4, 6, 2), (5, 5, 2), (3, 5, 2)],
    [(2, 11, 2), (3, 9, 2), (2, 9, 3), (4, 6, 2)],
    [(1, 18, 4), (2, 17, 2), (1, 15, 4), (2, 11, 3)],
];
/// A grid is full from here on; the largest shape has 72 households, so none passes 340.
const FULL: usize = 268;

pub(super) fn build(city: &mut City, dice: &Dice, born: At) {
    let mut stems: Vec<(String, String)> = STEM_HEADS
        .iter()
        .flat_map(|head| {
            STEM_TAILS.iter().map(move |tail| (head.0.to_owned() + tail.0, head.1.to_owned() + tail.1))
        })
        .collect();
    dice.shuffle(&mut stems);
    let root = official(city, dice, born, &CITY, Tier::City, None);
    for (street, communities) in STREETS.iter().zip(&COMMUNITIES) {
        let id = official(city, dice, born, street, Tier::Street, Some(root));
        let coast = street.name == "凤城街道";
        let spread = if coast { SPREAD_COAST } else { SPREAD };
        for ((community, (east, north)), serial) in communities.iter().zip(spread).zip(1_usize..) {
            let middle = shift(wgs84(street), east, north);
            let code = format!("{}{serial:03}", street.code);
            add_community(city, &Site { dice, born, street: id, middle, code }, community, &mut stems);
        }
    }
}

struct Site<'a> {
    dice: &'a Dice,
    born: At,
    street: AreaId,
    middle: Point,
    code: String,
}

fn official(
    city: &mut City,
    dice: &Dice,
    born: At,
    real: &Street,
    tier: Tier,
    parent: Option<AreaId>,
) -> AreaId {
    let id = dice.id(born);
    city.areas.push(Area {
        id,
        tier,
        parent,
        code: real.code.to_owned(),
        name: real.name.to_owned(),
        name_en: match tier {
            Tier::City => real.name_en.to_owned(),
            _ => format!("{} Subdistrict", real.name_en),
        },
        point: wgs84(real),
        crs: Crs::Gcj02,
        households: 0,
    });
    id
}

fn add_community(city: &mut City, site: &Site<'_>, community: &Community, stems: &mut Vec<(String, String)>) {
    let id = site.dice.id(site.born);
    let area = |tier, parent, code, name, name_en, point| Area {
        id: site.dice.id(site.born),
        tier,
        parent: Some(parent),
        code,
        name,
        name_en,
        point,
        crs: Crs::Wgs84,
        households: 0,
    };
    city.areas.push(Area {
        id,
        ..area(
            Tier::Community,
            site.street,
            site.code.clone(),
            format!("{}社区", community.name),
            format!("{} Community", community.name_en),
            site.middle,
        )
    });
    let mut blocks = Vec::new();
    for (serial, (east, north)) in (1_usize..=community.grids).zip(CELLS) {
        let middle = shift(site.middle, east, north);
        let code = format!("{}{serial:02}", site.code);
        let grid =
            area(Tier::Grid, id, code.clone(), format!("第{serial}网格"), format!("Grid {serial}"), middle);
        blocks.extend(
            blocks_of(site.dice, middle).into_iter().zip(1_usize..).map(|((shape, point), n)| Block {
                grid: grid.id,
                code: format!("{code}{n:03}"),
                shape,
                point,
            }),
        );
        city.areas.push(grid);
    }
    add_compounds(city, site, id, &blocks, stems);
    add_places(city, site, id, community);
}

struct Block {
    grid: AreaId,
    code: String,
    shape: (usize, usize, usize),
    point: Point,
}

/// The buildings of a grid around its middle, three in a row.
fn blocks_of(dice: &Dice, middle: Point) -> Vec<((usize, usize, usize), Point)> {
    let shapes = *dice.pick(&SHAPES);
    let mut blocks = Vec::new();
    let (mut households, mut row, mut column) = (0, 0.0, 0.0);
    while households < FULL {
        let shape = *dice.pick(&shapes);
        households += shape.0 * shape.1 * shape.2;
        let (east, north) =
            (-70.0 + 70.0 * column + 6.0 * dice.sway(), 100.0 - 62.0 * row + 5.0 * dice.sway());
        blocks.push((shape, shift(middle, east, north)));
        column += 1.0;
        if column > 2.0 {
            (row, column) = (row + 1.0, 0.0);
        }
    }
    blocks
}

/// Cuts a community's buildings into three to five compounds, which may span grids.
fn add_compounds(
    city: &mut City,
    site: &Site<'_>,
    community: AreaId,
    blocks: &[Block],
    stems: &mut Vec<(String, String)>,
) {
    let compounds = 3 + site.dice.below(3);
    for part in blocks.chunks(blocks.len().div_ceil(compounds)) {
        let (stem, stem_en) = stems.pop().unwrap_or_default();
        let (kind, kind_en) = site.dice.pick(&COMPOUND_KINDS);
        let (name, name_en) = (format!("{stem}{kind}"), format!("{stem_en} {kind_en}"));
        let compound = city.places.len();
        for (block, number) in part.iter().zip(1_usize..) {
            let id = site.dice.id(site.born);
            let (units, floors, doors) = block.shape;
            let building = Building { area: id, compound, number, units, floors, doors };
            city.areas.push(Area {
                id,
                tier: Tier::Building,
                parent: Some(block.grid),
                code: block.code.clone(),
                name: format!("{name}{number}号楼"),
                name_en: format!("{name_en} Building {number}"),
                point: block.point,
                crs: Crs::Wgs84,
                households: i64::try_from(building.households()).unwrap_or(0),
            });
            city.buildings.push(building);
        }
        city.places.push(Place {
            kind: PlaceKind::Compound,
            area: community,
            name,
            name_en,
            point: middle_of(part).unwrap_or(site.middle),
        });
    }
}

fn add_places(city: &mut City, site: &Site<'_>, area: AreaId, community: &Community) {
    let mut add = |kind, name: String, name_en: String, east, north| {
        city.places.push(Place { kind, area, name, name_en, point: shift(site.middle, east, north) });
    };
    add(PlaceKind::Road, community.road.to_owned(), community.road_en.to_owned(), 0.0, 0.0);
    let (name, en) = (community.name, community.name_en);
    add(PlaceKind::Spot, format!("{name}口袋公园"), format!("{en} Pocket Park"), -115.0, 0.0);
    add(PlaceKind::Spot, format!("{name}便民市场"), format!("{en} Market"), 115.0, 0.0);
}

fn middle_of(blocks: &[Block]) -> Option<Point> {
    let count = f64::from(u32::try_from(blocks.len()).ok()?);
    let sum = |of: fn(&Block) -> f64| blocks.iter().map(of).sum::<f64>() / count;
    Some(Point { lat: sum(|block| block.point.lat), lon: sum(|block| block.point.lon) })
}

fn wgs84(real: &Street) -> Point {
    Point::from_crs(real.lat, real.lon, Crs::Gcj02).unwrap_or(Point { lat: real.lat, lon: real.lon })
}

/// So many metres east and north.
pub(super) fn shift(from: Point, east: f64, north: f64) -> Point {
    const METRES_A_DEGREE: f64 = 111_195.0;
    Point {
        lat: from.lat + north / METRES_A_DEGREE,
        lon: from.lon + east / (METRES_A_DEGREE * from.lat.to_radians().cos()),
    }
}
