use linli_grid::{Division, Reason, reasons};

use crate::town::row;

fn reason(
    households: &[u32],
    grid: &[u32],
    change: impl Fn(&mut linli_grid::Instance),
) -> Vec<(u32, Reason)> {
    let mut instance = row(households, None);
    change(&mut instance);
    let found = reasons(&instance, &Division { grid: grid.to_vec() }).unwrap();
    found.iter().map(|out| (out.grid, out.reason)).collect()
}

#[test]
fn each_reason_has_its_case() {
    let plain = |_: &mut linli_grid::Instance| ();
    assert_eq!(reason(&[50, 50, 60, 40], &[0, 0, 1, 1], plain), []);
    assert_eq!(reason(&[140, 50, 50], &[0, 1, 1], plain), [(0, Reason::OneBuilding { building: 0 })]);
    assert_eq!(reason(&[70, 70], &[0, 0], plain), [(0, Reason::Count)]);
    assert_eq!(reason(&[60, 60, 40, 40], &[0, 0, 1, 1], plain), [(0, Reason::Coarse), (1, Reason::Coarse)]);
    let choice = Reason::Choice { building: 2, sides: (0, 1) };
    assert_eq!(reason(&[60, 40, 20, 80], &[0, 0, 0, 1], plain), [(0, choice), (1, choice)]);
    let compound = Reason::Compound { building: 2, sides: (0, 1) };
    let estate = |instance: &mut linli_grid::Instance| {
        instance.buildings[1].compound = Some(1);
        instance.buildings[2].compound = Some(1);
    };
    assert_eq!(reason(&[60, 40, 20, 80], &[0, 0, 0, 1], estate), [(0, compound), (1, compound)]);
    // the building in the middle would help, but its grid would fall apart
    let bridge = |instance: &mut linli_grid::Instance| instance.edges[2].a = 1;
    assert_eq!(reason(&[60, 20, 40, 80], &[0, 0, 0, 1], bridge), [(0, Reason::Coarse), (1, Reason::Coarse)]);
}
