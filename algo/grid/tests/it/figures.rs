use linli_grid::{Division, GridError, Instance, Quality};

use crate::town::{file, row, town};

#[test]
fn the_figures_of_six_buildings_by_hand() {
    let mut instance = row(&[60, 40, 50, 0, 90, 80], Some(3));
    for (at, compound) in [(0, 7), (1, 7), (2, 7), (4, 8), (5, 8)] {
        instance.buildings[at].compound = Some(compound);
    }
    instance.edges[1].minor_road = true;
    instance.edges[3].minor_road = true;
    instance.previous = vec![Some(1), Some(1), Some(2), None, Some(3), Some(3)];
    let quality = Quality::of(&instance, &Division { grid: vec![5, 5, 9, 9, 9, 5] }).unwrap();
    // grid 5 has 180 households in two pieces, grid 9 has 140; the band goes from 90 to 110
    assert_eq!((quality.grids, quality.disconnected, quality.crossing), (2, 1, 0));
    assert_eq!(quality.out_of_band, 2);
    assert!((quality.excess_percent - 100.0 * f64::from(70 + 30) / 320.0).abs() < 1e-9);
    // grid 5: about x = 10 60·10² + 80·40²; grid 9: about x = 40 50·20²; about x = 30 50·10² + 90·10²
    assert!((quality.inertia - (134_000.0 + 14_000.0)).abs() < 1e-6, "{}", quality.inertia);
    // compounds 7 (150) and 8 (170) need two grids each and lie in two
    assert_eq!((quality.compound_excess, quality.compounds_whole), (0, 0));
    assert_eq!(quality.minor_roads_inside, 1);
    assert!((quality.cut_percent - 40.0).abs() < 1e-9);
    // 5 goes on from 1 with 100 of 320 households, 9 from 3 with 90
    assert!((quality.moved_percent.unwrap() - 100.0 * (1.0 - 190.0 / 320.0)).abs() < 1e-9);
}

#[test]
fn a_grid_in_two_zones_crosses() {
    let mut instance = row(&[50, 50, 50], None);
    instance.zones.push(None);
    instance.buildings[2].zone = 1;
    let quality = Quality::of(&instance, &Division { grid: vec![0, 0, 0] }).unwrap();
    assert_eq!((quality.crossing, quality.disconnected), (1, 0));
}

#[test]
fn files_are_read_as_they_were_written() {
    let instance = town(6, 1);
    let mut read = Instance::from_json(&file(&instance)).unwrap();
    read.barriers.clone_from(&instance.barriers);
    assert_eq!(read, instance);
    let division = Division { grid: (0..36).collect() };
    assert_eq!(Division::from_json(&instance, &division.to_json(&instance).unwrap()).unwrap(), division);
}

#[test]
fn what_cannot_be_divided_is_refused() {
    let good = file(&row(&[50, 50, 50], None));
    let refused = |from: &str, to: &str| Instance::from_json(&good.replace(from, to)).unwrap_err();
    assert!(matches!(refused("grid-instance/1", "grid-instance/2"), GridError::Format(_, _)));
    assert!(matches!(refused(r#""h":[50,50,50]"#, r#""h":[50]"#), GridError::Length("building.h", 1, 3)));
    assert!(matches!(
        refused(r#""zone":[0,0,0]"#, r#""zone":[0,0,4]"#),
        GridError::Unknown("building.zone", 4)
    ));
    assert!(matches!(refused(r#""u":[0,1]"#, r#""u":[0,9]"#), GridError::Unknown("edge", 9)));
    assert!(matches!(refused(r#""target":100"#, r#""target":0"#), GridError::Number("target")));
    assert!(matches!(refused(r#""x":[0,"#, r#""x":[1e99,"#), GridError::Number("building")));
    assert!(matches!(refused("{", "["), GridError::Json(_)));
    let short = Division { grid: vec![0] };
    assert!(matches!(Quality::of(&row(&[1, 1], None), &short), Err(GridError::Length("grid", 1, 2))));
}
