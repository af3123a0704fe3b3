//! Small drawn pictures that stand in for photos: grey and marked before, in colour after. 320 × 208 JPEG.

use super::canvas::{
    Form::{self, Box, Disc, Line, Ring},
    HEIGHT, Rgb, SCALE, WIDTH, byte, draw,
};
use image::{ImageError, RgbImage, codecs::jpeg::JpegEncoder};

const QUALITY: u8 = 82;
/// Pictures of one scene that differ in light and place.
pub(super) const VARIANTS: usize = 3;

/// What is in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scene {
    /// A street lamp.
    Lamp,
    /// A hole in the road.
    Pothole,
    /// An open manhole.
    Manhole,
    /// Rubbish beside a bin.
    Rubbish,
    /// A stain on a ceiling.
    Leak,
    /// An exerciser.
    Swing,
    /// Cars before a gate.
    Parking,
    /// A tree and its branch.
    Tree,
    /// Stalls on the road.
    Stall,
    /// A flooded gate.
    Flood,
    /// An entrance door.
    Door,
    /// A charging post.
    Charger,
}

impl Scene {
    /// All of them.
    pub const ALL: [Scene; 12] = [
        Scene::Lamp,
        Scene::Pothole,
        Scene::Manhole,
        Scene::Rubbish,
        Scene::Leak,
        Scene::Swing,
        Scene::Parking,
        Scene::Tree,
        Scene::Stall,
        Scene::Flood,
        Scene::Door,
        Scene::Charger,
    ];
}

/// A picture to draw. Equal ones give equal bytes, so that it can be drawn and stored once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Picture {
    /// What is in it.
    pub scene: Scene,
    /// Whether it was mended.
    pub mended: bool,
    /// 0, 1 or 2.
    pub variant: usize,
}

const INK: Rgb = [95.0, 90.0, 78.0];
const STEEL: Rgb = [124.0, 135.0, 145.0];
const GREEN: Rgb = [46.0, 125.0, 79.0];
const AMBER: Rgb = [184.0, 110.0, 0.0];
const LIGHT: Rgb = [244.0, 222.0, 154.0];
const WHITE: Rgb = [250.0, 250.0, 247.0];
const DARK: Rgb = [52.0, 56.0, 60.0];
const ROAD: Rgb = [150.0, 150.0, 146.0];
const WATER: Rgb = [126.0, 152.0, 168.0];
const WALL: Rgb = [226.0, 214.0, 196.0];
const LEAF: Rgb = [98.0, 140.0, 84.0];

impl Picture {
    /// The picture as a JPEG file.
    pub fn jpeg(&self) -> Result<Vec<u8>, ImageError> {
        let mut sheet = self.ground();
        for (form, colour) in self.shapes() {
            draw(&mut sheet, &form, colour);
        }
        let mut bytes = Vec::new();
        sheet.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))?;
        Ok(bytes)
    }

    /// Sky over ground, or a room's wall; duller before.
    fn ground(&self) -> RgbImage {
        let shade = [0.0, 8.0, -8.0].get(self.variant).copied().unwrap_or(0.0);
        let (sky, earth) = match (self.scene, self.mended) {
            (Scene::Leak, false) => ([206.0, 203.0, 194.0], [188.0, 184.0, 174.0]),
            (Scene::Leak, true) => ([240.0, 237.0, 228.0], [214.0, 205.0, 190.0]),
            (Scene::Lamp, false) => ([58.0, 64.0, 78.0], [48.0, 50.0, 54.0]),
            (Scene::Lamp, true) => ([76.0, 92.0, 124.0], [96.0, 92.0, 80.0]),
            (_, false) => ([218.0, 217.0, 211.0], [191.0, 189.0, 175.0]),
            (_, true) => ([221.0, 233.0, 241.0], [201.0, 216.0, 184.0]),
        };
        let mut sheet = RgbImage::new(u32::from(WIDTH), u32::from(HEIGHT));
        for (_, y, pixel) in sheet.enumerate_pixels_mut() {
            let height = f32::from(u16::try_from(y).unwrap_or(0)) / SCALE;
            let (base, fade) =
                if height < 70.0 { (sky, height * 0.15) } else { (earth, (height - 70.0) * -0.3) };
            pixel.0 = base.map(|channel: f32| byte(channel + fade + shade));
        }
        sheet
    }

    fn shapes(&self) -> Vec<(Form, Rgb)> {
        let dx = [0.0, -18.0, 16.0].get(self.variant).copied().unwrap_or(0.0);
        let mut shapes = match self.scene {
            Scene::Lamp => lamp(dx, self.mended),
            Scene::Pothole => hole(dx, self.mended, [8.0, 12.0, 15.0]),
            Scene::Manhole => manhole(dx, self.mended),
            Scene::Rubbish => rubbish(dx, self.mended),
            Scene::Leak => leak(dx, self.mended),
            Scene::Swing => swing(dx, self.mended),
            Scene::Parking => parking(dx, self.mended),
            Scene::Tree => tree(dx, self.mended),
            Scene::Stall => stall(dx, self.mended),
            Scene::Flood => flood(dx, self.mended),
            Scene::Door => door(dx, self.mended),
            Scene::Charger => charger(dx, self.mended),
        };
        if self.mended && !matches!(self.scene, Scene::Leak | Scene::Lamp) {
            shapes.insert(0, (Disc(138.0, 20.0, 9.0), LIGHT));
        }
        shapes
    }
}

fn road() -> (Form, Rgb) {
    (Box(0.0, 70.0, 160.0, 34.0), ROAD)
}

fn lamp(dx: f32, mended: bool) -> Vec<(Form, Rgb)> {
    let mut shapes = vec![
        (Line(70.0 + dx, 96.0, 70.0 + dx, 24.0, 3.0), STEEL),
        (Line(70.0 + dx, 24.0, 92.0 + dx, 20.0, 2.5), STEEL),
        (Box(12.0, 40.0, 30.0, 30.0), [70.0, 72.0, 80.0]),
        (Box(118.0, 34.0, 28.0, 36.0), [66.0, 70.0, 80.0]),
    ];
    if mended {
        shapes.push((Disc(92.0 + dx, 32.0, 22.0), [128.0, 122.0, 108.0]));
        shapes.push((Disc(92.0 + dx, 27.0, 12.0), [200.0, 182.0, 128.0]));
    }
    shapes.push((Disc(92.0 + dx, 22.0, 5.0), if mended { LIGHT } else { DARK }));
    shapes
}

fn hole(dx: f32, mended: bool, radii: [f32; 3]) -> Vec<(Form, Rgb)> {
    let mut shapes = vec![road(), (Line(0.0, 74.0, 160.0, 74.0, 1.5), WHITE)];
    for (radius, shift) in radii.into_iter().zip([-14.0, 12.0, 0.0]) {
        let colour = if mended { [118.0, 118.0, 116.0] } else { DARK };
        shapes.push((Disc(80.0 + dx + shift, 88.0, radius * 0.8), colour));
    }
    if !mended {
        shapes.push((Ring(80.0 + dx, 88.0, 24.0, 2.5), AMBER));
    }
    shapes
}

fn manhole(dx: f32, mended: bool) -> Vec<(Form, Rgb)> {
    let mut shapes =
        vec![road(), (Disc(80.0 + dx, 86.0, 14.0), if mended { STEEL } else { [20.0, 22.0, 24.0] })];
    if mended {
        shapes.push((Ring(80.0 + dx, 86.0, 10.0, 1.5), INK));
        shapes.push((Line(74.0 + dx, 86.0, 86.0 + dx, 86.0, 1.5), INK));
    } else {
        shapes.push((Line(62.0 + dx, 92.0, 100.0 + dx, 66.0, 2.5), [120.0, 90.0, 60.0]));
        shapes.push((Disc(99.0 + dx, 62.0, 6.0), LEAF));
        shapes.push((Ring(80.0 + dx, 86.0, 20.0, 2.5), AMBER));
    }
    shapes
}

fn rubbish(dx: f32, mended: bool) -> Vec<(Form, Rgb)> {
    let bin = |x: f32| (Box(x + dx, 52.0, 22.0, 34.0), if mended { GREEN } else { [88.0, 112.0, 98.0] });
    let lid = |x: f32| (Box(x - 1.0 + dx, 49.0, 24.0, 4.0), INK);
    let mut shapes = vec![bin(46.0), bin(74.0), lid(46.0), lid(74.0)];
    if !mended {
        for (x, y, r) in
            [(58.0, 46.0, 8.0), (84.0, 44.0, 9.0), (108.0, 82.0, 10.0), (122.0, 86.0, 8.0), (38.0, 86.0, 9.0)]
        {
            shapes.push((Disc(x + dx, y, r), if r > 8.5 { DARK } else { WHITE }));
        }
    }
    shapes
}

fn leak(dx: f32, mended: bool) -> Vec<(Form, Rgb)> {
    let mut shapes = vec![(Box(0.0, 0.0, 160.0, 16.0), WHITE), (Box(118.0, 40.0, 28.0, 40.0), WALL)];
    if !mended {
        for (x, y, r) in [(60.0, 18.0, 16.0), (80.0, 26.0, 12.0), (46.0, 28.0, 9.0)] {
            shapes.push((Disc(x + dx, y, r), [168.0, 152.0, 118.0]));
        }
        shapes.push((Line(80.0 + dx, 36.0, 80.0 + dx, 70.0, 1.5), WATER));
        shapes.push((Ring(64.0 + dx, 24.0, 30.0, 2.0), AMBER));
    }
    shapes
}

fn swing(dx: f32, mended: bool) -> Vec<(Form, Rgb)> {
    let (colour, lean) = if mended { (GREEN, 0.0) } else { (STEEL, 9.0) };
    let bar = |x1: f32, y1: f32, x2: f32, y2: f32| (Line(x1 + dx, y1, x2 + dx, y2, 5.0), colour);
    let mut shapes = vec![
        bar(48.0, 86.0, 48.0 - lean, 34.0),
        bar(112.0, 86.0, 112.0 - lean, 34.0 - lean),
        bar(48.0 - lean, 34.0, 112.0 - lean, 34.0 - lean),
        bar(68.0, 48.0, 60.0, 82.0),
        bar(92.0, 48.0, 100.0, 82.0),
        (Line(36.0 + dx, 87.0, 124.0 + dx, 87.0, 5.0), INK),
    ];
    if !mended {
        shapes.push((Ring(112.0 + dx, 84.0, 13.0, 2.5), AMBER));
    }
    shapes
}

fn car(x: f32, y: f32, colour: Rgb) -> [(Form, Rgb); 4] {
    [
        (Box(x, y, 40.0, 12.0), colour),
        (Box(x + 8.0, y - 9.0, 22.0, 10.0), colour),
        (Disc(x + 9.0, y + 12.0, 5.0), DARK),
        (Disc(x + 31.0, y + 12.0, 5.0), DARK),
    ]
}

fn parking(dx: f32, mended: bool) -> Vec<(Form, Rgb)> {
    let mut shapes = vec![
        (Box(20.0, 26.0, 8.0, 46.0), WALL),
        (Box(132.0, 26.0, 8.0, 46.0), WALL),
        (Box(20.0, 22.0, 120.0, 8.0), WALL),
        road(),
    ];
    if mended {
        for x in [30.0, 54.0, 78.0, 102.0] {
            shapes.push((Line(x, 98.0, x + 20.0, 76.0, 2.0), LIGHT));
        }
    } else {
        shapes.extend(car(16.0 + dx, 78.0, [150.0, 60.0, 54.0]));
        shapes.extend(car(64.0 + dx, 80.0, WHITE));
        shapes.extend(car(110.0 + dx, 78.0, [70.0, 90.0, 120.0]));
    }
    shapes
}

fn tree(dx: f32, mended: bool) -> Vec<(Form, Rgb)> {
    let trunk = [120.0, 90.0, 60.0];
    if mended {
        let mut shapes = vec![(Line(80.0 + dx, 92.0, 80.0 + dx, 44.0, 6.0), trunk)];
        shapes.extend([(64.0, 40.0), (96.0, 40.0), (80.0, 30.0)].map(|(x, y)| (Disc(x + dx, y, 16.0), LEAF)));
        shapes.push((Line(92.0 + dx, 92.0, 82.0 + dx, 62.0, 2.0), INK));
        return shapes;
    }
    let mut shapes = vec![road(), (Line(30.0 + dx, 92.0, 110.0 + dx, 74.0, 6.0), trunk)];
    shapes.extend([(112.0, 70.0), (124.0, 76.0), (116.0, 84.0)].map(|(x, y)| (Disc(x + dx, y, 13.0), LEAF)));
    shapes
}

fn stall(dx: f32, mended: bool) -> Vec<(Form, Rgb)> {
    let mut shapes = vec![road(), (Line(0.0, 72.0, 160.0, 72.0, 2.0), WHITE)];
    if !mended {
        for (x, roof) in
            [(16.0, [176.0, 72.0, 60.0]), (62.0, [70.0, 110.0, 150.0]), (108.0, [150.0, 130.0, 70.0])]
        {
            shapes.push((Box(x + dx, 46.0, 38.0, 8.0), roof));
            shapes.push((Line(x + 3.0 + dx, 54.0, x + 3.0 + dx, 88.0, 1.5), INK));
            shapes.push((Line(x + 35.0 + dx, 54.0, x + 35.0 + dx, 88.0, 1.5), INK));
            shapes.push((Box(x + 2.0 + dx, 74.0, 34.0, 10.0), LEAF));
        }
    }
    shapes
}

fn flood(dx: f32, mended: bool) -> Vec<(Form, Rgb)> {
    let mut shapes =
        vec![(Box(30.0 + dx, 28.0, 8.0, 50.0), WALL), (Box(118.0 + dx, 28.0, 8.0, 50.0), WALL), road()];
    if mended {
        shapes.push((Box(66.0 + dx, 86.0, 30.0, 6.0), DARK));
    } else {
        shapes.push((Box(0.0, 62.0, 160.0, 42.0), WATER));
        for y in [70.0, 80.0, 92.0] {
            shapes.push((Line(20.0, y, 64.0, y, 1.0), WHITE));
            shapes.push((Line(88.0, y + 4.0, 140.0, y + 4.0, 1.0), WHITE));
        }
    }
    shapes
}

fn door(dx: f32, mended: bool) -> Vec<(Form, Rgb)> {
    let leaf = if mended { Box(58.0 + dx, 26.0, 44.0, 66.0) } else { Box(58.0 + dx, 26.0, 16.0, 66.0) };
    vec![
        (Box(30.0, 10.0, 100.0, 84.0), WALL),
        (Box(55.0 + dx, 23.0, 50.0, 70.0), INK),
        (Box(58.0 + dx, 26.0, 44.0, 66.0), DARK),
        (leaf, if mended { GREEN } else { STEEL }),
        (Disc(if mended { 96.0 } else { 71.0 } + dx, 60.0, 2.5), LIGHT),
        (Box(48.0, 92.0, 64.0, 5.0), ROAD),
    ]
}

fn charger(dx: f32, mended: bool) -> Vec<(Form, Rgb)> {
    let sign = if mended { [96.0, 190.0, 120.0] } else { [120.0, 60.0, 56.0] };
    vec![
        (Box(10.0, 20.0, 140.0, 6.0), STEEL),
        (Box(14.0, 26.0, 4.0, 66.0), STEEL),
        (Box(142.0, 26.0, 4.0, 66.0), STEEL),
        (Box(64.0 + dx, 40.0, 26.0, 44.0), WHITE),
        (Box(68.0 + dx, 44.0, 18.0, 10.0), sign),
        (Line(77.0 + dx, 66.0, 108.0 + dx, 86.0, 2.0), DARK),
        (Ring(116.0 + dx, 84.0, 8.0, 2.5), DARK),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_picture_is_a_small_jpeg_of_its_own() {
        let mut seen = std::collections::BTreeSet::new();
        for scene in Scene::ALL {
            for (mended, variant) in [(false, 0), (true, 0), (false, 1), (true, 2)] {
                let picture = Picture { scene, mended, variant };
                let bytes = picture.jpeg().unwrap();
                assert!(bytes.len() < 20_000, "{scene:?}: {}", bytes.len());
                let read = image::load_from_memory(&bytes).unwrap();
                assert_eq!((read.width(), read.height()), (u32::from(WIDTH), u32::from(HEIGHT)));
                assert_eq!(bytes, picture.jpeg().unwrap());
                assert!(seen.insert(bytes), "{picture:?} looks like another");
            }
        }
    }
}
