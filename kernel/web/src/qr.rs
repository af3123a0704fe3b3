//! A text as a QR code, drawn as one path.

use linli_base::{Problem, Result};
use qrcode::{Color, EcLevel, QrCode};

/// Empty modules around a QR code (ISO/IEC 18004).
const QUIET: usize = 4;

/// A QR code as one path, in a square of `side` units.
#[derive(Clone, Debug)]
pub struct Qr {
    /// Units a side, the empty margin included.
    pub side: usize,
    /// The dark modules, as an SVG path.
    pub path: String,
}

impl Qr {
    /// The code of a text; broken where it is too long for one.
    pub fn of(text: &str) -> Result<Qr> {
        let code = QrCode::with_error_correction_level(text, EcLevel::L)
            .map_err(|e| Problem::broken("draw a QR code", e))?;
        let width = code.width();
        let mut path = String::new();
        for (y, row) in code.to_colors().chunks(width).enumerate() {
            for (x, _) in row.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
                path += &format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
        Ok(Qr { side: width + 2 * QUIET, path })
    }
}
