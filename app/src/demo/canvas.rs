//! Shapes on a sheet of pixels.

use image::RgbImage;

/// Pixels.
pub(super) const WIDTH: u16 = 320;
pub(super) const HEIGHT: u16 = 208;
/// Pixels to a unit: scenes are drawn on a sheet of 160 × 104.
pub(super) const SCALE: f32 = 2.0;

/// 0 to 255 each.
pub(super) type Rgb = [f32; 3];

pub(super) enum Form {
    /// Corner, then width and height.
    Box(f32, f32, f32, f32),
    /// Middle, radius.
    Disc(f32, f32, f32),
    /// Middle, radius, width of the line.
    Ring(f32, f32, f32, f32),
    /// From, to, width.
    Line(f32, f32, f32, f32, f32),
}

use Form::{Box, Disc, Line, Ring};

/// Draws a form with soft edges, touching only the pixels around it.
pub(super) fn draw(sheet: &mut RgbImage, form: &Form, colour: Rgb) {
    let (left, top, right, bottom) = bounds(form);
    for y in pixels(top, bottom, HEIGHT) {
        for x in pixels(left, right, WIDTH) {
            let outside = distance(form, (f32::from(x) + 0.5) / SCALE, (f32::from(y) + 0.5) / SCALE);
            let cover = (0.5 - outside * SCALE).clamp(0.0, 1.0);
            if let Some(pixel) = sheet.get_pixel_mut_checked(u32::from(x), u32::from(y)) {
                for (channel, over) in pixel.0.iter_mut().zip(colour) {
                    let under = f32::from(*channel);
                    *channel = byte(under + (over - under) * cover);
                }
            }
        }
    }
}

fn bounds(form: &Form) -> (f32, f32, f32, f32) {
    match *form {
        Box(x, y, w, h) => (x, y, x + w, y + h),
        Disc(x, y, r) => (x - r, y - r, x + r, y + r),
        Ring(x, y, r, w) => (x - r - w, y - r - w, x + r + w, y + r + w),
        Line(x1, y1, x2, y2, w) => (x1.min(x2) - w, y1.min(y2) - w, x1.max(x2) + w, y1.max(y2) + w),
    }
}

fn pixels(from: f32, to: f32, all: u16) -> impl Iterator<Item = u16> {
    (0..all).filter(move |at| {
        let at = f32::from(*at) / SCALE;
        from - 1.0 <= at && at <= to + 1.0
    })
}

/// How far a point lies outside of the form; less than 0 within.
fn distance(form: &Form, px: f32, py: f32) -> f32 {
    match *form {
        Box(x, y, w, h) => (x - px).max(px - x - w).max(y - py).max(py - y - h),
        Disc(x, y, r) => (px - x).hypot(py - y) - r,
        Ring(x, y, r, w) => ((px - x).hypot(py - y) - r).abs() - w / 2.0,
        Line(x1, y1, x2, y2, w) => {
            let (dx, dy) = (x2 - x1, y2 - y1);
            let along = (((px - x1) * dx + (py - y1) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
            (px - x1 - along * dx).hypot(py - y1 - along * dy) - w / 2.0
        }
    }
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0–255 just before; there is no checked way from a float"
)]
pub(super) fn byte(value: f32) -> u8 {
    value.clamp(0.0, 255.0) as u8
}
