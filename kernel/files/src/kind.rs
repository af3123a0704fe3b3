use linli_base::{Flaw, Problem, Result};

/// The formats that we take pictures in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Jpeg,
    Png,
    WebP,
}

/// What the bytes are by their first few, whatever the file's name says.
pub(crate) fn sniff(field: &str, bytes: &[u8]) -> Result<Kind> {
    let starts = |mark: &[u8]| bytes.starts_with(mark);
    let at = |place: usize, mark: &[u8]| bytes.get(place..).is_some_and(|rest| rest.starts_with(mark));
    if starts(b"\xFF\xD8\xFF") {
        return Ok(Kind::Jpeg);
    } else if starts(b"\x89PNG\r\n\x1A\n") {
        return Ok(Kind::Png);
    } else if starts(b"RIFF") && at(8, b"WEBP") {
        return Ok(Kind::WebP);
    }
    let brand = bytes.get(8..12).filter(|_| at(4, b"ftyp"));
    let is = match brand {
        Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1") => {
            return Err(Problem::invalid(field, "picture_heic"));
        }
        Some(b"avif" | b"avis") => "AVIF",
        Some(_) => return Err(Problem::invalid(field, "picture_video")),
        None if starts(b"\x1A\x45\xDF\xA3") => return Err(Problem::invalid(field, "picture_video")),
        None if bytes.is_empty() => return Err(Problem::invalid(field, "picture_empty")),
        None if starts(b"GIF8") => "GIF",
        None if starts(b"BM") => "BMP",
        None if starts(b"II*\0") || starts(b"MM\0*") => "TIFF",
        None if starts(b"%PDF") => "PDF",
        None if starts(b"PK\x03\x04") => "ZIP, DOCX, XLSX",
        None => return Err(Problem::invalid(field, "picture_unknown")),
    };
    Err(Flaw::new(field, "picture_kind").with("is", is).into())
}

/// Whether a JPEG's data runs to its end mark. The decoder fills what is missing with grey, which is no evidence.
/// What stands behind the end mark (a phone's moving picture) does not matter.
pub(crate) fn jpeg_is_whole(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(2..).unwrap_or_default();
    loop {
        match rest {
            // fill bytes, and marks without a length
            [0xFF, 0xFF, ..] => rest = rest.get(1..).unwrap_or_default(),
            [0xFF, 0x01 | 0xD0..=0xD8, ..] => rest = rest.get(2..).unwrap_or_default(),
            // the start of the data: the end mark may not stand within it, so the first one is the end
            [0xFF, 0xDA, data @ ..] => return data.windows(2).any(|pair| pair == [0xFF, 0xD9]),
            [0xFF, _, high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                rest = rest.get(length.saturating_add(2)..).unwrap_or_default();
            }
            _ => return false,
        }
    }
}
