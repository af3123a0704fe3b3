use linli_grid::{Edge, Line, neighbourhood};

use crate::town::{Dice, town};

#[test]
fn a_river_parts_and_a_minor_road_marks() {
    let places = [(0.0, 0.0), (10.0, 1.0), (20.0, 0.0), (30.0, 1.0)];
    let (river, road): (Line, Line) = (vec![(15.0, -9.0), (15.0, 9.0)], vec![(5.0, -9.0), (5.0, 9.0)]);
    let found = neighbourhood(&places, &[river], &[road], 100.0).unwrap();
    let (left, right) = (Edge { a: 0, b: 1, minor_road: true }, Edge { a: 2, b: 3, minor_road: false });
    assert_eq!((found.edges, found.zone), (vec![left, right], vec![0, 0, 1, 1]));
}

#[test]
fn far_pairs_are_kept_where_nothing_nearer_joins() {
    let places = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (90.0, 0.0), (91.0, 0.0)];
    let found = neighbourhood(&places, &[], &[], 5.0).unwrap();
    let pairs: Vec<_> = found.edges.iter().map(|edge| (edge.a, edge.b)).collect();
    assert_eq!(pairs, [(0, 1), (0, 2), (1, 2), (1, 3), (3, 4)]);
    assert_eq!(found.zone, [0; 5]);
}

#[test]
fn few_buildings_and_buildings_at_one_place() {
    let none = neighbourhood(&[], &[], &[], 5.0).unwrap();
    assert_eq!((none.edges, none.zone), (vec![], vec![]));
    assert_eq!(neighbourhood(&[(3.0, 3.0)], &[], &[], 5.0).unwrap().zone, [0]);
    let same = neighbourhood(&[(3.0, 3.0), (3.0, 3.0), (0.0, -0.0), (-0.0, 0.0)], &[], &[], 9.0).unwrap();
    assert_eq!(same.zone, [0; 4]);
    assert!(neighbourhood(&[(f64::NAN, 0.0)], &[], &[], 5.0).is_err());
}

/// Whether two segments cross, by how far along each the lines meet.
fn cross(one: [(f64, f64); 2], two: [(f64, f64); 2]) -> bool {
    let way = |from: (f64, f64), to: (f64, f64)| (to.0 - from.0, to.1 - from.1);
    let area = |one: (f64, f64), two: (f64, f64)| one.0 * two.1 - one.1 * two.0;
    let (first, second, between) = (way(one[0], one[1]), way(two[0], two[1]), way(one[0], two[0]));
    let along = [area(between, second), area(between, first)].map(|part| part / area(first, second));
    along.iter().all(|along| (0.0..=1.0).contains(along))
}

#[test]
fn the_cells_lose_no_crossing() {
    for seed in 0..20 {
        let mut dice = Dice(seed);
        let mut place = || (f64::from(dice.below(10_000)) / 7.0, f64::from(dice.below(10_000)) / 11.0);
        let places: Vec<_> = (0..60).map(|_| place()).collect();
        let lines: Vec<Line> = (0..4).map(|_| (0..4).map(|_| place()).collect()).collect();
        let open = neighbourhood(&places, &[], &lines, f64::INFINITY).unwrap();
        for edge in &open.edges {
            let ends = [edge.a, edge.b].map(|at| places[usize::try_from(at).unwrap()]);
            let crossed =
                lines.iter().flat_map(|line| line.windows(2)).any(|line| cross(ends, [line[0], line[1]]));
            assert_eq!(edge.minor_road, crossed, "seed {seed} {ends:?}");
        }
        let closed = neighbourhood(&places, &lines, &[], f64::INFINITY).unwrap();
        assert_eq!(closed.edges.len(), open.edges.iter().filter(|edge| !edge.minor_road).count());
    }
}

#[test]
fn a_river_makes_two_zones_of_a_town() {
    assert_eq!(town(12, 1).zones.len(), 2);
}
