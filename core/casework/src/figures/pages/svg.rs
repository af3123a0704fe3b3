//! Pure: small charts as SVG. Each stands beside its numbers, so it is hidden from readers.

use crate::figures::Rate;
use std::fmt::Write;

const INK: &str = "#274e75";
const PALE: &str = "#8c867a";
const GOLD: &str = "#b8862b";

/// A rate as a fraction, with its interval.
pub(super) type Point = (f64, f64, f64);

pub(super) fn point(rate: &Rate) -> Option<Point> {
    let (low, high) = rate.interval()?;
    let thousandths = f64::from(i32::try_from(rate.per_mille()?).ok()?);
    Some((thousandths / 1000.0, low, high))
}

fn open(width: u32, height: u32) -> String {
    format!(
        "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" aria-hidden=\"true\">"
    )
}

fn line(out: &mut String, from: (f64, f64), to: (f64, f64), rest: &str) {
    let ((x1, y1), (x2, y2)) = (from, to);
    let _ = write!(out, "<path d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}\" {rest}/>");
}

/// A dot with its interval on an axis from `low` to 1; the city's rate as a dashed line. Hollow: not to be compared.
pub(super) fn dot(rate: &Rate, city: Option<f64>, low: f64) -> String {
    let x = |p: f64| 4.0 + 112.0 * ((p - low) / (1.0 - low)).clamp(0.0, 1.0);
    let mut out = "<svg width=\"120\" height=\"20\" viewBox=\"0 -4 120 20\" aria-hidden=\"true\">".to_owned();
    line(&mut out, (4.0, 10.0), (116.0, 10.0), "stroke=\"#e6e1d8\"");
    if let Some(city) = city {
        let rest = format!("stroke=\"{GOLD}\" stroke-width=\"1.5\" stroke-dasharray=\"2 2\"");
        line(&mut out, (x(city), 3.0), (x(city), 17.0), &rest);
    }
    if let Some((p, from, to)) = point(rate) {
        let (colour, fill) = if rate.compares() { (INK, INK) } else { (PALE, "#fff") };
        line(&mut out, (x(from), 10.0), (x(to), 10.0), &format!("stroke=\"{colour}\" stroke-width=\"2\""));
        let _ = write!(
            out,
            "<circle cx=\"{:.1}\" cy=\"10\" r=\"4\" fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"1.5\"/>",
            x(p)
        );
    }
    out + "</svg>"
}

/// A path through the points that are there; a gap begins it anew.
fn path(points: &[Option<(f64, f64)>]) -> String {
    let mut d = String::new();
    let mut pen = 'M';
    for point in points {
        match point {
            Some((x, y)) => {
                let _ = write!(d, "{pen}{x:.1} {y:.1}");
                pen = 'L';
            }
            None => pen = 'M',
        }
    }
    d
}

/// Where month `at` of so many stands.
fn across(at: usize, of: usize, width: f64) -> f64 {
    let real = |n: usize| u32::try_from(n).map_or(0.0, f64::from);
    2.0 + (width - 6.0) * real(at) / real(of.max(2) - 1)
}

/// The months of a rate as a line, the last one as a dot.
pub(super) fn spark(months: &[Option<Point>]) -> String {
    let known = || months.iter().flatten().map(|(p, ..)| *p);
    let (low, high) = (known().fold(1.0, f64::min), known().fold(0.0, f64::max));
    let y = |p: f64| 24.0 - 20.0 * (p - low) / (high - low).max(0.02);
    let at =
        |(at, point): (usize, &Option<Point>)| point.map(|(p, ..)| (across(at, months.len(), 90.0), y(p)));
    let points: Vec<Option<(f64, f64)>> = months.iter().enumerate().map(at).collect();
    let mut out = open(90, 28);
    let _ =
        write!(out, "<path d=\"{}\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"1.5\"/>", path(&points));
    if let Some((x, y)) = points.iter().rev().flatten().next() {
        let _ = write!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{INK}\"/>");
    }
    out + "</svg>"
}

/// Twelve months of an area: its line in its band, the city dashed, on an axis from `low` to 1.
pub(super) fn band(months: &[Option<Point>], city: &[Option<Point>], low: f64) -> String {
    let width = 176.0;
    let y = |p: f64| 4.0 + 66.0 * (1.0 - ((p - low) / (1.0 - low)).clamp(0.0, 1.0));
    let x = |at: usize| across(at, months.len(), width);
    let mut out = open(200, 76);
    for grid in [1.0, f64::midpoint(1.0, low), low] {
        line(&mut out, (0.0, y(grid)), (width, y(grid)), "stroke=\"#e6e1d8\"");
        let _ = write!(
            out,
            "<text x=\"178\" y=\"{:.1}\" font-size=\"10\" fill=\"#5f6b76\">{:.0}</text>",
            y(grid) + 4.0,
            grid * 100.0
        );
    }
    let there: Vec<(usize, Point)> =
        months.iter().enumerate().filter_map(|(at, point)| Some((at, (*point)?))).collect();
    let upper = there.iter().map(|(at, (_, _, high))| Some((x(*at), y(*high))));
    let lower = there.iter().rev().map(|(at, (_, low, _))| Some((x(*at), y(*low))));
    let around: Vec<Option<(f64, f64)>> = upper.chain(lower).collect();
    let _ = write!(out, "<path d=\"{}\" fill=\"#dfe7ee\"/>", path(&around));
    let through = |points: &[Option<Point>]| -> String {
        let at = |(at, point): (usize, &Option<Point>)| point.map(|(p, ..)| (x(at), y(p)));
        path(&points.iter().enumerate().map(at).collect::<Vec<_>>())
    };
    let _ = write!(
        out,
        "<path d=\"{}\" fill=\"none\" stroke=\"{GOLD}\" stroke-dasharray=\"3 3\"/>\
         <path d=\"{}\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"2\"/>",
        through(city),
        through(months)
    );
    if let Some((at, (p, ..))) = there.last() {
        let _ = write!(out, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.5\" fill=\"{INK}\"/>", x(*at), y(*p));
    }
    out + "</svg>"
}

/// A bar as long as its share of the longest.
pub(super) fn bar(count: i64, most: i64) -> String {
    let width = u32::try_from(count.saturating_mul(200) / most.max(1)).unwrap_or(200).clamp(1, 200);
    format!("{}<path d=\"M0 0h{width}v10H0z\" fill=\"#4d759c\"/></svg>", open(200, 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_hollow_and_nothing_is_no_dot() {
        let few = Rate { total: 10, value: 8000, whole: 8, part: 0 };
        let many = Rate { total: 100, value: 80_000, whole: 80, part: 0 };
        assert!(dot(&few, Some(0.8), 0.5).contains("fill=\"#fff\""));
        assert!(!dot(&many, None, 0.5).contains("fill=\"#fff\""));
        assert!(!dot(&Rate::default(), None, 0.5).contains("circle"));
    }

    #[test]
    fn a_month_without_cases_is_a_gap() {
        let at = Some((0.8, 0.7, 0.9));
        assert_eq!(spark(&[at, None, at]).matches('M').count(), 2);
    }
}
