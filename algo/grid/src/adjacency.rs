//! The step before: which buildings are neighbours, from places and lines alone.
#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "indices come from lists made here; an instance has fewer than 2³² buildings"
)]

use std::collections::{BTreeMap, HashMap};

use spade::{DelaunayTriangulation, HasPosition, Point2, Triangulation};

use crate::{Edge, GridError, zone::components};

/// A line of corners, in metres.
pub type Line = Vec<(f64, f64)>;

/// Who is whose neighbour, and which buildings can reach each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbourhood {
    /// Pairs of neighbours, in ascending order.
    pub edges: Vec<Edge>,
    /// For each building its zone, from 0: buildings in one zone reach each other without crossing a barrier.
    pub zone: Vec<u32>,
}

struct Site {
    at: u32,
    place: Point2<f64>,
}

impl HasPosition for Site {
    type Scalar = f64;

    fn position(&self) -> Point2<f64> {
        self.place
    }
}

/// The neighbours by Delaunay triangulation. A pair is dropped where the line between crosses or touches a barrier,
/// and marked where it does a minor road. A pair farther apart than `longest` metres is kept only where it joins what
/// would be apart without it, the nearest first. Buildings at one place are neighbours.
pub fn neighbourhood(
    places: &[(f64, f64)],
    barriers: &[Line],
    minor_roads: &[Line],
    longest: f64,
) -> Result<Neighbourhood, GridError> {
    let possible = |&(x, y): &(f64, f64)| x.abs() <= 1e9 && y.abs() <= 1e9;
    if !places.iter().chain(barriers.iter().chain(minor_roads).flatten()).all(possible) {
        return Err(GridError::Number("place"));
    }
    let mut pairs = Vec::new();
    let mut first_at: BTreeMap<(u64, u64), u32> = BTreeMap::new();
    let mut sites = Vec::new();
    for (at, &(x, y)) in (0u32..).zip(places) {
        // spade refuses numbers too near to 0; 0.0 and -0.0 are one place
        let plain = |value: f64| if value.abs() < 1e-9 { 0.0 } else { value };
        let place = Point2::new(plain(x), plain(y));
        let first = *first_at.entry((place.x.to_bits(), place.y.to_bits())).or_insert(at);
        if first == at {
            sites.push(Site { at, place });
        } else {
            pairs.push((first, at));
        }
    }
    let triangulation =
        DelaunayTriangulation::<Site>::bulk_load(sites).map_err(|_refused| GridError::Number("place"))?;
    pairs.extend(triangulation.undirected_edges().map(|edge| {
        let [one, two] = edge.vertices().map(|vertex| vertex.data().at);
        (one.min(two), one.max(two))
    }));
    pairs.sort_unstable();

    let (barriers, minor_roads) = (Lines::new(barriers, places), Lines::new(minor_roads, places));
    let segment = |&(a, b): &(u32, u32)| (places[a as usize], places[b as usize]);
    let length = |pair: &(u32, u32)| {
        let (a, b) = segment(pair);
        (a.0 - b.0).hypot(a.1 - b.1)
    };
    pairs.retain(|pair| !barriers.crossed_by(segment(pair)));
    let (mut kept, mut far): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|pair| length(pair) <= longest);
    far.sort_by(|one, two| length(one).total_cmp(&length(two)));
    let indices = |&(a, b): &(u32, u32)| (a as usize, b as usize);
    let mut near = Vec::new();
    // the least spanning forest of the pieces (Kruskal 1956): a pair is kept if no nearer one joined its ends
    let mut piece = components(places.len(), kept.iter().map(indices));
    for pair in far {
        let (a, b) = (piece[pair.0 as usize], piece[pair.1 as usize]);
        if a != b {
            near.push(pair);
            piece.iter_mut().filter(|piece| **piece == a).for_each(|piece| *piece = b);
        }
    }
    kept.extend(near);
    kept.sort_unstable();

    let mut numbers: HashMap<usize, u32> = HashMap::new();
    let zone = piece.iter().map(|piece| {
        let next = numbers.len() as u32;
        *numbers.entry(*piece).or_insert(next)
    });
    let zone = zone.collect();
    let edges = kept.iter().map(|pair| Edge {
        a: pair.0,
        b: pair.1,
        minor_road: minor_roads.crossed_by(segment(pair)),
    });
    Ok(Neighbourhood { edges: edges.collect(), zone })
}

type Segment = ((f64, f64), (f64, f64));

/// The segments of lines, found by the square cells that they pass.
struct Lines {
    cell: f64,
    cells: HashMap<(i64, i64), Vec<Segment>>,
}

impl Lines {
    fn new(lines: &[Line], places: &[(f64, f64)]) -> Self {
        let extent = |value: fn(&(f64, f64)) -> f64| {
            let values = places.iter().map(value);
            values.clone().fold(f64::NEG_INFINITY, f64::max) - values.fold(f64::INFINITY, f64::min)
        };
        // about one building a cell, and never so small that a line passes very many
        let all: f64 =
            lines.iter().flat_map(|line| line.windows(2)).map(|ends| longer_side((ends[0], ends[1]))).sum();
        let area = extent(|place| place.0) * extent(|place| place.1);
        let cell = (area / f64::from(places.len().max(1) as u32)).sqrt();
        let cell = cell.max(all / 1e6).max(extent(|place| place.0).max(extent(|place| place.1)) / 1e3);
        let cell = if cell.is_finite() { cell.max(1.0) } else { 1.0 };
        let mut found = Lines { cell, cells: HashMap::new() };
        for ends in lines.iter().flat_map(|line| line.windows(2)) {
            for cell in found.passed((ends[0], ends[1])) {
                found.cells.entry(cell).or_default().push((ends[0], ends[1]));
            }
        }
        found
    }

    /// The cells that a segment may touch, column by column.
    fn passed(&self, (from, to): Segment) -> Vec<(i64, i64)> {
        let number = |value: f64| (value / self.cell).floor() as i64;
        let (left, right) = if from.0 <= to.0 { (from, to) } else { (to, from) };
        let mut cells = Vec::new();
        for column in number(left.0)..=number(right.0) {
            #[expect(clippy::cast_precision_loss, reason = "numbers of cells are below 2⁵²")]
            let edge = column as f64 * self.cell;
            let height = |x: f64| {
                let along = (x.clamp(left.0, right.0) - left.0) / (right.0 - left.0);
                if along.is_finite() { left.1 + along * (right.1 - left.1) } else { left.1 }
            };
            let (mut low, mut high) = (height(edge), height(edge + self.cell));
            if number(left.0) == number(right.0) {
                (low, high) = (left.1, right.1);
            }
            // a cell more at both ends makes good for rounding
            cells.extend((number(low.min(high)) - 1..=number(low.max(high)) + 1).map(|row| (column, row)));
        }
        cells
    }

    fn crossed_by(&self, segment: Segment) -> bool {
        !self.cells.is_empty()
            && self
                .passed(segment)
                .iter()
                .filter_map(|cell| self.cells.get(cell))
                .flatten()
                .any(|&line| meet(segment, line))
    }
}

fn longer_side((from, to): Segment) -> f64 {
    (from.0 - to.0).abs().max((from.1 - to.1).abs())
}

/// Whether two segments have a point in common.
fn meet((a, b): Segment, (c, d): Segment) -> bool {
    let turn =
        |p: (f64, f64), q: (f64, f64), r: (f64, f64)| (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0);
    let apart = |one: (f64, f64), two: (f64, f64)| {
        one.0.max(one.1) < two.0.min(two.1) || two.0.max(two.1) < one.0.min(one.1)
    };
    if apart((a.0, b.0), (c.0, d.0)) || apart((a.1, b.1), (c.1, d.1)) {
        return false;
    }
    turn(a, b, c) * turn(a, b, d) <= 0.0 && turn(c, d, a) * turn(c, d, b) <= 0.0
}
