//! A division as a picture.

use std::fmt::Write;

use crate::{BarrierKind, Division, GridError, Instance, quality::members};

/// An SVG picture: buildings in the colours of their grids, lines between neighbours in one grid, barriers; a ring
/// around the buildings of grids out of band.
pub fn svg(instance: &Instance, division: &Division) -> Result<String, GridError> {
    instance.check()?;
    let (buildings, n) = (&instance.buildings, instance.buildings.len());
    if division.grid.len() != n {
        return Err(GridError::Length("grid", division.grid.len(), n));
    }
    let range = |value: fn(&crate::Building) -> f64| {
        let values = buildings.iter().map(value);
        (values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max))
    };
    let ((left, right), (low, high)) = (range(|building| building.x), range(|building| building.y));
    // the picture is 1600 wide and has north at the top
    let scale = 1560.0 / (right - left).max(1e-9);
    let place = |x: f64, y: f64| (20.0 + (x - left) * scale, 20.0 + (high - y) * scale);
    let tall = if n == 0 { 40.0 } else { 40.0 + (high - low) * scale };
    let size = f64::from(u32::try_from(n.max(1)).unwrap_or(u32::MAX));
    let radius = (0.28 * (1560.0 * tall / size).sqrt()).clamp(0.8, 8.0);
    let mut svg = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 {tall:.0}">"#);
    svg.push_str(r##"<rect width="100%" height="100%" fill="#fff"/>"##);
    for barrier in &instance.barriers {
        let (colour, width) = match barrier.kind {
            BarrierKind::Road => ("#999", radius),
            BarrierKind::River => ("#9cf", 2.0 * radius),
        };
        svg.push_str(r#"<polyline fill="none" points=""#);
        for &(x, y) in &barrier.line {
            let (x, y) = place(x, y);
            let _ = write!(svg, "{x:.1},{y:.1} ");
        }
        let _ = write!(svg, r#"" stroke="{colour}" stroke-width="{width:.1}"/>"#);
    }
    for (label, list) in &members(division) {
        // hues a golden angle apart: neighbours by number do not look alike
        let hue = (f64::from(*label) * 137.508) % 360.0;
        let held: Vec<_> = list.iter().filter_map(|&at| buildings.get(at)).collect();
        let out =
            instance.band.beyond(held.iter().map(|building| f64::from(building.households)).sum()) > 0.0;
        let ring = if out {
            format!(r##" stroke="#c00" stroke-width="{:.1}""##, radius * 0.5)
        } else {
            String::new()
        };
        let _ = write!(svg, r#"<g fill="hsl({hue:.0} 65% 55%)"{ring}>"#);
        for building in held {
            let (x, y) = place(building.x, building.y);
            let _ = write!(svg, r#"<circle cx="{x:.1}" cy="{y:.1}" r="{radius:.1}"/>"#);
        }
        svg.push_str("</g>");
    }
    svg.push_str(r##"<path stroke="#000" stroke-opacity=".45" stroke-width=".6" d=""##);
    let end =
        |at: u32| usize::try_from(at).ok().and_then(|at| Some((buildings.get(at)?, division.grid.get(at)?)));
    for edge in &instance.edges {
        if let (Some((one, own)), Some((two, other))) = (end(edge.a), end(edge.b))
            && own == other
        {
            let ((x, y), (to_x, to_y)) = (place(one.x, one.y), place(two.x, two.y));
            let _ = write!(svg, "M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}");
        }
    }
    svg.push_str(r#""/></svg>"#);
    Ok(svg)
}
