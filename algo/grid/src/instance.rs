//! What is divided, and the division: types, checks, and the formats `grid-instance/1` and `grid-plan/1`.

use serde::{Deserialize, Serialize};

/// One building: the smallest thing that belongs to one grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Building {
    /// Metres to the east of any origin.
    pub x: f64,
    /// Metres to the north of the same origin.
    pub y: f64,
    /// Households in it; may be 0.
    pub households: u32,
    /// The housing estate 小区 it belongs to, numbered from 0; estates should stay whole.
    pub compound: Option<u32>,
    /// The zone it lies in, an index of [`Instance::zones`]; no grid leaves its zone.
    pub zone: u32,
}

/// Two buildings are neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The one building.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// A minor road lies between: one may walk there, but would rather not.
    pub minor_road: bool,
}

/// How many households a grid should have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Households wanted in a grid; more than 0.
    pub target: f64,
    /// The part of the target that a grid may have more or less; 0.1 is ten per cent.
    pub tolerance: f64,
}

impl Band {
    /// The fewest households in the band.
    pub fn low(&self) -> f64 {
        self.target * (1.0 - self.tolerance)
    }

    /// The most households in the band.
    pub fn high(&self) -> f64 {
        self.target * (1.0 + self.tolerance)
    }

    /// How many households are beyond the band; 0 within it.
    pub fn beyond(&self, households: f64) -> f64 {
        (households - self.high()).max(self.low() - households).max(0.0)
    }
}

/// What kind of line nobody is to cross.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BarrierKind {
    /// A main road.
    Road,
    /// A river or a canal.
    River,
}

/// A line that no grid crosses.
#[derive(Debug, Clone, PartialEq)]
pub struct Barrier {
    /// Road or river.
    pub kind: BarrierKind,
    /// The corners of the line, in metres.
    pub line: Vec<(f64, f64)>,
}

/// What is to be divided.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// Its name, for the plan.
    pub name: String,
    /// How many households a grid should have.
    pub band: Band,
    /// The buildings.
    pub buildings: Vec<Building>,
    /// Which buildings are neighbours; those in two zones are not, whatever is said here.
    pub edges: Vec<Edge>,
    /// For each zone the count of grids that is wanted; `None`: as many as come nearest to the target.
    pub zones: Vec<Option<u32>>,
    /// Lines nobody is to cross; they are drawn. What they cut is said by `edges` and zones.
    pub barriers: Vec<Barrier>,
    /// For each building its grid so far, `None` for a new building; empty where there is no division yet.
    pub previous: Vec<Option<u32>>,
}

/// Why an instance or a plan is refused.
#[derive(Debug, thiserror::Error)]
pub enum GridError {
    /// Not JSON, or not of this layout.
    #[error("not readable: {0}")]
    Json(#[from] serde_json::Error),
    /// Another format or version.
    #[error("the format is `{0}`, not `{1}`")]
    Format(String, &'static str),
    /// Columns or lists that should have one value for each building do not.
    #[error("`{0}` has {1} values, not {2}")]
    Length(&'static str, usize, usize),
    /// A building, zone or label that does not exist.
    #[error("`{0}` says {1}, which does not exist")]
    Unknown(&'static str, i64),
    /// A number that cannot be: a negative count, a target of 0, a place that is not finite.
    #[error("`{0}` is not a possible number")]
    Number(&'static str),
}

#[derive(Deserialize)]
struct InstanceFile {
    format: String,
    name: String,
    unit_m: f64,
    target: f64,
    tolerance: f64,
    zones: Vec<ZoneFile>,
    building: BuildingFile,
    edge: EdgeFile,
    #[serde(default)]
    barriers: Vec<BarrierFile>,
    #[serde(default)]
    previous: Option<Vec<i64>>,
}

#[derive(Deserialize)]
struct ZoneFile {
    id: i64,
    k: Option<u32>,
}

#[derive(Deserialize)]
struct BuildingFile {
    x: Vec<f64>,
    y: Vec<f64>,
    h: Vec<u32>,
    compound: Vec<i64>,
    zone: Vec<i64>,
}

#[derive(Deserialize)]
struct EdgeFile {
    u: Vec<i64>,
    v: Vec<i64>,
    soft: Vec<u8>,
}

#[derive(Deserialize)]
struct BarrierFile {
    kind: BarrierKind,
    xy: Vec<f64>,
}

/// A value that the file holds as a number from 0, or -1 for none.
fn optional(field: &'static str, value: i64) -> Result<Option<u32>, GridError> {
    match value {
        -1 => Ok(None),
        _ => u32::try_from(value).map(Some).map_err(|_out_of_range| GridError::Unknown(field, value)),
    }
}

fn same_length(field: &'static str, found: usize, wanted: usize) -> Result<(), GridError> {
    if found == wanted { Ok(()) } else { Err(GridError::Length(field, found, wanted)) }
}

impl Instance {
    /// Reads the format `grid-instance/1`.
    pub fn from_json(text: &str) -> Result<Instance, GridError> {
        let file: InstanceFile = serde_json::from_str(text)?;
        if file.format != "grid-instance/1" {
            return Err(GridError::Format(file.format, "grid-instance/1"));
        }
        let (column, edge) = (&file.building, &file.edge);
        let n = column.x.len();
        same_length("building.y", column.y.len(), n)?;
        same_length("building.h", column.h.len(), n)?;
        same_length("building.compound", column.compound.len(), n)?;
        same_length("building.zone", column.zone.len(), n)?;
        same_length("edge.v", edge.v.len(), edge.u.len())?;
        same_length("edge.soft", edge.soft.len(), edge.u.len())?;
        let index_of = |id: i64| {
            let known =
                usize::try_from(id).ok().filter(|&at| file.zones.get(at).is_some_and(|zone| zone.id == id));
            let at = known.or_else(|| file.zones.iter().position(|zone| zone.id == id));
            at.and_then(|at| u32::try_from(at).ok()).ok_or(GridError::Unknown("building.zone", id))
        };
        let rows = column.x.iter().zip(&column.y).zip(&column.h).zip(&column.compound).zip(&column.zone);
        let buildings = rows.map(|((((x, y), &households), &compound), &zone)| {
            let compound = optional("building.compound", compound)?;
            Ok(Building {
                x: x * file.unit_m,
                y: y * file.unit_m,
                households,
                compound,
                zone: index_of(zone)?,
            })
        });
        let end =
            |field, value| u32::try_from(value).map_err(|_out_of_range| GridError::Unknown(field, value));
        let edges = edge.u.iter().zip(&edge.v).zip(&edge.soft).map(|((&u, &v), &soft)| {
            Ok(Edge { a: end("edge.u", u)?, b: end("edge.v", v)?, minor_road: soft == 1 })
        });
        let barriers = file.barriers.into_iter().map(|barrier| Barrier {
            kind: barrier.kind,
            line: barrier
                .xy
                .as_chunks::<2>()
                .0
                .iter()
                .map(|[x, y]| (x * file.unit_m, y * file.unit_m))
                .collect(),
        });
        let previous = file.previous.unwrap_or_default();
        let instance = Instance {
            name: file.name,
            band: Band { target: file.target, tolerance: file.tolerance },
            buildings: buildings.collect::<Result<_, GridError>>()?,
            edges: edges.collect::<Result<_, GridError>>()?,
            zones: file.zones.iter().map(|zone| zone.k).collect(),
            barriers: barriers.collect(),
            previous: previous
                .into_iter()
                .map(|label| optional("previous", label))
                .collect::<Result<_, _>>()?,
        };
        instance.check()?;
        Ok(instance)
    }

    /// Refuses what cannot be divided; [`crate::divide`] asks it first.
    pub fn check(&self) -> Result<(), GridError> {
        let n = self.buildings.len();
        if u32::try_from(n).is_err() {
            return Err(GridError::Number("buildings"));
        }
        let band = &self.band;
        if !(band.target.is_finite() && band.target > 0.0) {
            return Err(GridError::Number("target"));
        }
        if !(0.0..1.0).contains(&band.tolerance) {
            return Err(GridError::Number("tolerance"));
        }
        // the square of a distance, times households, is added up: it must stay finite
        let far = |value: f64| value.is_nan() || value.abs() > 1e9;
        let known = |count: usize, at: u32| usize::try_from(at).is_ok_and(|at| at < count);
        for building in &self.buildings {
            if far(building.x) || far(building.y) {
                return Err(GridError::Number("building"));
            }
            if !known(self.zones.len(), building.zone) {
                return Err(GridError::Unknown("building.zone", i64::from(building.zone)));
            }
        }
        for end in self.edges.iter().flat_map(|edge| [edge.a, edge.b]) {
            if !known(n, end) {
                return Err(GridError::Unknown("edge", i64::from(end)));
            }
        }
        if !self.previous.is_empty() {
            same_length("previous", self.previous.len(), n)?;
        }
        Ok(())
    }
}

/// For each building the grid it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// A label for each building, in the order of [`Instance::buildings`]. A grid that goes on from the previous
    /// division keeps its label.
    pub grid: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
struct PlanFile {
    format: String,
    instance: String,
    grid: Vec<u32>,
}

impl Division {
    /// Writes the format `grid-plan/1`.
    pub fn to_json(&self, instance: &Instance) -> Result<String, GridError> {
        let (format, grid) = ("grid-plan/1".to_owned(), self.grid.clone());
        Ok(serde_json::to_string(&PlanFile { format, instance: instance.name.clone(), grid })?)
    }

    /// Reads the format `grid-plan/1`; the plan must have a label for each building of the instance.
    pub fn from_json(instance: &Instance, text: &str) -> Result<Division, GridError> {
        let file: PlanFile = serde_json::from_str(text)?;
        if file.format != "grid-plan/1" {
            return Err(GridError::Format(file.format, "grid-plan/1"));
        }
        same_length("grid", file.grid.len(), instance.buildings.len())?;
        Ok(Division { grid: file.grid })
    }
}
