use std::{collections::BTreeMap, num::NonZeroUsize};

use linli_grid::{Division, Edge, Instance, Options, Quality, divide, svg};
use proptest::prelude::*;

use crate::town::{Dice, row, town};

fn quick(sweeps: u32) -> Options {
    Options { sweeps, ..Options::default() }
}

fn quality(instance: &Instance, division: &Division) -> Quality {
    Quality::of(instance, division).unwrap()
}

#[test]
fn a_town_of_twenty_by_twenty() {
    let instance = town(20, 1);
    let division = divide(&instance, Options::default()).unwrap();
    let quality = quality(&instance, &division);
    assert_eq!((quality.disconnected, quality.crossing, quality.out_of_band), (0, 0, 0), "{quality:?}");
    let households: u32 = instance.buildings.iter().map(|building| building.households).sum();
    // the mean grid is as near to the target as whole grids on both banks allow
    assert!(quality.grids.abs_diff(usize::try_from(households / 300).unwrap()) <= 1, "{quality:?}");
    assert!(quality.compound_excess <= 6, "{quality:?}");
    assert!(svg(&instance, &division).unwrap().ends_with("</svg>"));
}

#[test]
fn the_same_seed_gives_the_same_division_on_any_number_of_threads() {
    let instance = town(16, 2);
    let one = divide(&instance, quick(60)).unwrap();
    let threads = NonZeroUsize::new(4).unwrap();
    assert_eq!(one, divide(&instance, Options { threads, ..quick(60) }).unwrap());
    assert_ne!(one, divide(&instance, Options { seed: 2, ..quick(60) }).unwrap());
}

#[test]
fn more_sweeps_give_a_better_division() {
    let instance = town(20, 3);
    let inertia = |sweeps| quality(&instance, &divide(&instance, quick(sweeps)).unwrap()).inertia;
    assert!(inertia(600) < 0.95 * inertia(0), "{} {}", inertia(600), inertia(0));
}

#[test]
fn a_division_that_goes_on_keeps_labels_and_most_households() {
    let mut instance = town(20, 4);
    let before = divide(&instance, Options::default()).unwrap();
    let mut dice = Dice(9);
    instance.previous =
        before.grid.iter().map(|&label| (dice.below(30) > 0).then_some(label + 1000)).collect();
    for building in &mut instance.buildings {
        if dice.below(10) == 0 {
            building.households = 5 + dice.below(60);
        }
    }
    let after = divide(&instance, Options::default()).unwrap();
    let quality = quality(&instance, &after);
    assert_eq!((quality.disconnected, quality.crossing), (0, 0));
    assert!(quality.moved_percent.unwrap() < 20.0, "{quality:?}");
    let kept = after.grid.iter().zip(&instance.previous).filter(|(new, old)| Some(**new) == **old).count();
    assert!(kept > 300, "{kept}");
}

#[test]
fn grids_are_split_and_merged_until_the_count_is_right() {
    let mut instance = row(&[50; 24], Some(12));
    for (count, previous) in [(12, 3), (12, 20), (1, 5)] {
        instance.zones = vec![Some(count)];
        instance.previous = (0..24).map(|at| Some(at * previous / 24)).collect();
        let quality = quality(&instance, &divide(&instance, quick(200)).unwrap());
        assert_eq!((quality.grids, quality.disconnected), (usize::try_from(count).unwrap(), 0));
    }
}

#[test]
fn an_old_grid_in_pieces_and_a_zone_in_pieces_are_mended() {
    let mut instance = row(&[50; 8], Some(4));
    instance.previous = [1, 2, 1, 2, 1, 2, 1, 2].map(Some).to_vec();
    instance.edges.remove(3);
    let quality = quality(&instance, &divide(&instance, quick(100)).unwrap());
    assert_eq!((quality.grids, quality.disconnected, quality.out_of_band), (4, 0, 0));
}

#[test]
fn nothing_and_hardly_anything_can_be_divided() {
    let mut none = row(&[], None);
    assert_eq!(divide(&none, Options::default()).unwrap().grid, Vec::<u32>::new());
    none.zones.clear();
    assert_eq!(quality(&none, &divide(&none, Options::default()).unwrap()).grids, 0);
    let one = row(&[0], Some(9));
    assert_eq!(divide(&one, Options::default()).unwrap().grid.len(), 1);
    let empty = row(&[0; 5], Some(3));
    assert_eq!(quality(&empty, &divide(&empty, Options::default()).unwrap()).grids, 3);
}

/// The least that a division into connected grids of the wanted count can cost, by trying all of them.
fn best_of_all(instance: &Instance, count: usize, cost: &dyn Fn(&Quality) -> f64) -> f64 {
    let n = instance.buildings.len();
    let mut best = f64::INFINITY;
    let all = u32::try_from(count).unwrap().pow(u32::try_from(n).unwrap());
    for code in 0..all {
        let mut rest = code;
        let label = |_| {
            let label = rest % u32::try_from(count).unwrap();
            rest /= u32::try_from(count).unwrap();
            label
        };
        let division = Division { grid: (0..n).map(label).collect() };
        let quality = quality(instance, &division);
        if quality.grids == count && quality.disconnected == 0 {
            best = best.min(cost(&quality));
        }
    }
    best
}

#[test]
fn tiny_towns_are_divided_as_well_as_can_be() {
    for seed in 0..6 {
        let mut dice = Dice(seed);
        let mut instance = row(&[0; 9], Some(3));
        instance.edges.clear();
        for at in 0..9u32 {
            let building = &mut instance.buildings[usize::try_from(at).unwrap()];
            (building.x, building.y) = (f64::from(at % 3) * 10.0, f64::from(at / 3) * 10.0);
            building.households = 20 + dice.below(30);
            let minor_road = false;
            instance.edges.extend((at % 3 < 2).then_some(Edge { a: at, b: at + 1, minor_road }));
            instance.edges.extend((at < 6).then_some(Edge { a: at, b: at + 3, minor_road }));
        }
        // as the search weighs it, beside the least inertia that there is
        let least = best_of_all(&instance, 3, &|quality| quality.inertia);
        let cost = |quality: &Quality| {
            let out = f64::from(u32::try_from(quality.out_of_band).unwrap());
            out + 0.3 * quality.excess_percent + 3.0 * quality.inertia / least
        };
        let found = cost(&quality(&instance, &divide(&instance, Options::default()).unwrap()));
        let best = best_of_all(&instance, 3, &cost);
        assert!(found <= 1.05 * best, "seed {seed}: {found} {best}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever the graph, every grid is connected and within its zone, and each zone has its count where it can.
    #[test]
    fn grids_hang_together(
        households in prop::collection::vec(0u32..200, 1..40),
        ends in prop::collection::vec((0usize..40, 0usize..40, any::<bool>()), 0..120),
        zones in prop::collection::vec(prop::option::of(0u32..20), 1..4),
        compounds in prop::collection::vec(prop::option::of(0u32..5), 40),
        previous in prop::option::of(prop::collection::vec(prop::option::of(0u32..9), 40)),
        seed in any::<u64>(),
    ) {
        let n = households.len();
        let mut instance = row(&households, None);
        instance.zones = zones;
        for (at, building) in instance.buildings.iter_mut().enumerate() {
            building.y = f64::from(u32::try_from(at * 7 % 11).unwrap());
            building.compound = compounds[at];
            building.zone = u32::try_from(at * instance.zones.len() / n).unwrap();
        }
        instance.edges.extend(ends.iter().map(|&(a, b, minor_road)| Edge {
            a: u32::try_from(a % n).unwrap(),
            b: u32::try_from(b % n).unwrap(),
            minor_road,
        }));
        instance.previous = previous.map(|previous| previous[..n].to_vec()).unwrap_or_default();
        let division = divide(&instance, Options { seed, ..quick(40) }).unwrap();
        let quality = quality(&instance, &division);
        prop_assert_eq!((quality.disconnected, quality.crossing), (0, 0));
        // the row keeps each zone in one piece
        let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
        instance.buildings.iter().for_each(|building| *sizes.entry(building.zone).or_default() += 1);
        for (zone, size) in sizes {
            let labels = instance.buildings.iter().zip(&division.grid).filter(|(building, _)| building.zone == zone);
            let labels: std::collections::BTreeSet<_> = labels.map(|(_, label)| label).collect();
            if let Some(wanted) = instance.zones[usize::try_from(zone).unwrap()] {
                prop_assert_eq!(labels.len(), usize::try_from(wanted).unwrap().clamp(1, size));
            }
        }
    }
}
