use linli_grid::{Band, Barrier, BarrierKind, Building, Edge, Instance, Line, neighbourhood};

/// Numbers that look random: `SplitMix64`.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, count: u32) -> u32 {
        u32::try_from(self.next() % u64::from(count)).unwrap()
    }
}

/// A town of `side` times `side` buildings, 30 m apart and a little off their places; estates of four times four
/// buildings, every third block without one; a river from north to south and a minor road from west to east.
pub fn town(side: u32, seed: u64) -> Instance {
    let mut dice = Dice(seed);
    let (mut places, mut rest) = (Vec::new(), Vec::new());
    for row in 0..side {
        for column in 0..side {
            let mut off = || f64::from(dice.below(16)) - 7.5;
            places.push((f64::from(column) * 30.0 + off(), f64::from(row) * 30.0 + off()));
            let block = (row / 4) * 100 + column / 4;
            rest.push((5 + dice.below(40), (block % 3 != 0).then_some(block)));
        }
    }
    let middle = f64::from(side) * 15.0 + 0.25;
    let river: Line = vec![(middle, -100.0), (middle, f64::from(side) * 30.0 + 100.0)];
    let road: Line = vec![(-100.0, middle), (f64::from(side) * 30.0 + 100.0, middle)];
    let found = neighbourhood(&places, std::slice::from_ref(&river), &[road], 200.0).unwrap();
    let zones = found.zone.iter().max().map_or(0, |last| last + 1);
    let buildings = places.iter().zip(&rest).zip(&found.zone);
    Instance {
        name: format!("town{side}"),
        band: Band { target: 300.0, tolerance: 0.1 },
        buildings: buildings
            .map(|((&(x, y), &(households, compound)), &zone)| Building { x, y, households, compound, zone })
            .collect(),
        edges: found.edges,
        zones: vec![None; usize::try_from(zones).unwrap()],
        barriers: vec![Barrier { kind: BarrierKind::River, line: river }],
        previous: Vec::new(),
    }
}

/// Buildings in a row, 10 m apart, each next to the one before.
pub fn row(households: &[u32], count: Option<u32>) -> Instance {
    let buildings = (0u32..).zip(households).map(|(at, &households)| Building {
        x: f64::from(at) * 10.0,
        y: 0.0,
        households,
        compound: None,
        zone: 0,
    });
    let ends = 0..u32::try_from(households.len().saturating_sub(1)).unwrap();
    Instance {
        name: "row".to_owned(),
        band: Band { target: 100.0, tolerance: 0.1 },
        buildings: buildings.collect(),
        edges: ends.map(|a| Edge { a, b: a + 1, minor_road: false }).collect(),
        zones: vec![count],
        barriers: Vec::new(),
        previous: Vec::new(),
    }
}

/// The instance as a file of the format `grid-instance/1`.
pub fn file(instance: &Instance) -> String {
    let column = |value: &dyn Fn(&Building) -> String| {
        instance.buildings.iter().map(value).collect::<Vec<_>>().join(",")
    };
    let edge = |value: &dyn Fn(&Edge) -> u32| {
        instance.edges.iter().map(|edge| value(edge).to_string()).collect::<Vec<_>>().join(",")
    };
    let zones = instance.zones.iter().enumerate().map(|(id, k)| match k {
        Some(k) => format!(r#"{{"id":{id},"k":{k}}}"#),
        None => format!(r#"{{"id":{id}}}"#),
    });
    format!(
        r#"{{"format":"grid-instance/1","name":"{}","unit_m":1,"target":{},"tolerance":{},"zones":[{}],
        "building":{{"x":[{}],"y":[{}],"h":[{}],"compound":[{}],"zone":[{}]}},
        "edge":{{"u":[{}],"v":[{}],"soft":[{}]}},"barriers":[],"previous":null}}"#,
        instance.name,
        instance.band.target,
        instance.band.tolerance,
        zones.collect::<Vec<_>>().join(","),
        column(&|building| building.x.to_string()),
        column(&|building| building.y.to_string()),
        column(&|building| building.households.to_string()),
        column(&|building| building.compound.map_or("-1".to_owned(), |compound| compound.to_string())),
        column(&|building| building.zone.to_string()),
        edge(&|edge| edge.a),
        edge(&|edge| edge.b),
        edge(&|edge| u32::from(edge.minor_road)),
    )
}
