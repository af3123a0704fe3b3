use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// The system that a coordinate was given in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Crs {
    /// WGS-84, and CGCS2000 within a decimetre: what we store.
    #[default]
    Wgs84,
    /// GCJ-02: Amap, Tencent, WeChat.
    Gcj02,
    /// BD-09: Baidu.
    Bd09,
}

/// A place on the ground in WGS-84 degrees.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Point {
    /// Latitude, −90 to 90.
    pub lat: f64,
    /// Longitude, −180 to 180.
    pub lon: f64,
}

const A: f64 = 6_378_245.0;
const EE: f64 = 0.006_693_421_622_965_943;
const X_PI: f64 = PI * 3000.0 / 180.0;

impl Crs {
    /// The name stored beside a coordinate.
    pub const fn name(self) -> &'static str {
        match self {
            Crs::Wgs84 => "wgs84",
            Crs::Gcj02 => "gcj02",
            Crs::Bd09 => "bd09",
        }
    }
}

impl Point {
    /// From coordinates in `crs`; `None` where they are no place on earth.
    pub fn from_crs(lat: f64, lon: f64, crs: Crs) -> Option<Point> {
        if !(-90.0..=90.0).contains(&lat) || !(-180.0..=180.0).contains(&lon) {
            return None;
        }
        let given = Point { lat, lon };
        Some(match crs {
            Crs::Wgs84 => given,
            Crs::Gcj02 => given.invert(Point::to_gcj02),
            Crs::Bd09 => given.invert(|p| p.to_gcj02().gcj02_to_bd09()),
        })
    }

    /// In GCJ-02, for the maps that want it. Outside China it is the point itself.
    #[must_use]
    pub fn to_gcj02(self) -> Point {
        if !(0.8293..=55.8271).contains(&self.lat) || !(72.004..=137.8347).contains(&self.lon) {
            return self;
        }
        let (x, y) = (self.lon - 105.0, self.lat - 35.0);
        let waves = |v: f64, a: f64, b: f64, c: f64| {
            (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin()) * 2.0 / 3.0
                + (20.0 * (v * PI).sin() + 40.0 * (v / 3.0 * PI).sin()) * 2.0 / 3.0
                + (a * (v / 12.0 * PI).sin() + b * (v / c * PI).sin()) * 2.0 / 3.0
        };
        let d_lat = -100.0
            + 2.0 * x
            + 3.0 * y
            + 0.2 * y * y
            + 0.1 * x * y
            + 0.2 * x.abs().sqrt()
            + waves(y, 160.0, 320.0, 30.0);
        let d_lon = 300.0
            + x
            + 2.0 * y
            + 0.1 * x * x
            + 0.1 * x * y
            + 0.1 * x.abs().sqrt()
            + waves(x, 150.0, 300.0, 30.0);
        let rad = self.lat.to_radians();
        let magic = 1.0 - EE * rad.sin().powi(2);
        Point {
            lat: self.lat + (d_lat * 180.0) / ((A * (1.0 - EE)) / (magic * magic.sqrt()) * PI),
            lon: self.lon + (d_lon * 180.0) / (A / magic.sqrt() * rad.cos() * PI),
        }
    }

    fn gcj02_to_bd09(self) -> Point {
        let z = self.lon.hypot(self.lat) + 0.000_02 * (self.lat * X_PI).sin();
        let theta = self.lat.atan2(self.lon) + 0.000_003 * (self.lon * X_PI).cos();
        Point { lat: z * theta.sin() + 0.006, lon: z * theta.cos() + 0.0065 }
    }

    /// The point that `forward` takes to `self`, to 1e-9 degrees: the shifts change so slowly that taking the
    /// error off ten times is far more than enough.
    fn invert(self, forward: impl Fn(Point) -> Point) -> Point {
        (0..10).fold(self, |guess, _| {
            let there = forward(guess);
            Point { lat: guess.lat + self.lat - there.lat, lon: guess.lon + self.lon - there.lon }
        })
    }

    /// Metres to another point on the sphere (haversine).
    pub fn metres_to(self, other: Point) -> f64 {
        let (d_lat, d_lon) = ((other.lat - self.lat).to_radians(), (other.lon - self.lon).to_radians());
        let h = (d_lat / 2.0).sin().powi(2)
            + self.lat.to_radians().cos() * other.lat.to_radians().cos() * (d_lon / 2.0).sin().powi(2);
        2.0 * 6_371_008.8 * h.sqrt().asin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn there_and_back(lat in 18.0..53.0, lon in 74.0..134.0) {
            let p = Point { lat, lon };
            let gcj = p.to_gcj02();
            let back = Point::from_crs(gcj.lat, gcj.lon, Crs::Gcj02).unwrap();
            prop_assert!((back.lat - lat).abs() < 1e-7 && (back.lon - lon).abs() < 1e-7);
            let bd = gcj.gcj02_to_bd09();
            let back = Point::from_crs(bd.lat, bd.lon, Crs::Bd09).unwrap();
            prop_assert!((back.lat - lat).abs() < 1e-7 && (back.lon - lon).abs() < 1e-7);
            prop_assert!(p.metres_to(gcj) < 1500.0);
        }
    }

    #[test]
    fn tiananmen_as_gcoord_has_it() {
        let gcj = Point { lat: 39.9073, lon: 116.3912 }.to_gcj02();
        assert!((gcj.lat - 39.908_703).abs() < 2e-5 && (gcj.lon - 116.397_442).abs() < 2e-4, "{gcj:?}");
        assert!(Point::from_crs(91.0, 0.0, Crs::Wgs84).is_none());
    }
}
