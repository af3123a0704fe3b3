use crate::{
    Sha,
    kind::{Kind, jpeg_is_whole, sniff},
};
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage,
    codecs::jpeg::JpegEncoder, imageops::FilterType,
};
use linli_base::{Flaw, Problem, Result};
use std::io::Cursor;

/// The largest upload taken, in bytes.
pub const MAX_BYTES: usize = 12 * 1024 * 1024;
/// The most pixels taken.
pub const MAX_PIXELS: u64 = 50_000_000;
/// The most memory that decoding may take, in bytes: 50 megapixels of 4 bytes.
const MAX_DECODED: u64 = 200 * 1024 * 1024;
/// The long side of what is kept, in pixels.
const LONG_SIDE: u32 = 2_000;
/// The long side of the small one.
const THUMB_SIDE: u32 = 360;

/// A JPEG without any metadata, and its name.
#[derive(Clone, Debug)]
pub struct Jpeg {
    /// Its name.
    pub sha: Sha,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// An upload that was taken: upright, re-encoded, nothing in it but the picture.
#[derive(Clone, Debug)]
pub struct Picture {
    /// At most 2,000 pixels long.
    pub full: Jpeg,
    /// At most 360 pixels long.
    pub thumb: Jpeg,
}

impl Picture {
    /// Takes an upload of the form's `field`: JPEG, PNG or WebP.
    ///
    /// A phone's 12 megapixels take some 50 MB and half a second (a development build, one core); the largest that
    /// are allowed 200 MB for their pixels, and a progressive JPEG as much again: call it on a blocking thread, one or
    /// two at a time.
    ///
    /// `TooLarge` beyond [`MAX_BYTES`]. Flaws: `picture_empty`, `picture_heic`, `picture_video`, `picture_kind`
    /// (`is`: GIF, PDF, …), `picture_unknown`, `picture_pixels` (`limit`: megapixels), `picture_damaged`.
    pub fn take(field: &str, bytes: &[u8]) -> Result<Picture> {
        if bytes.len() > MAX_BYTES {
            return Err(Problem::TooLarge { limit: MAX_BYTES });
        }
        let kind = sniff(field, bytes)?;
        if kind == Kind::Jpeg && !jpeg_is_whole(bytes) {
            return Err(Problem::invalid(field, "picture_damaged"));
        }
        let full = decode(kind, bytes).map_err(|error| flaw(field, &error))?;
        let thumb = fit(full.clone(), THUMB_SIDE);
        Ok(Picture { full: encode(&full, 82)?, thumb: encode(&thumb, 76)? })
    }
}

fn flaw(field: &str, error: &ImageError) -> Flaw {
    match error {
        ImageError::Limits(_) => Flaw::new(field, "picture_pixels").with("limit", MAX_PIXELS / 1_000_000),
        _ => Flaw::new(field, "picture_damaged"),
    }
}

/// The picture upright, opaque and no longer than it is kept.
fn decode(kind: Kind, bytes: &[u8]) -> Result<DynamicImage, ImageError> {
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::WebP => ImageFormat::WebP,
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODED);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        let error = image::error::LimitError::from_kind(image::error::LimitErrorKind::DimensionError);
        return Err(ImageError::Limits(error));
    }
    limits.reserve(decoder.total_bytes())?;
    decoder.set_limits(limits)?;
    let orientation = decoder.orientation()?;
    // made small first, turned and whitened then: that takes no second large one
    let mut image = fit(DynamicImage::from_decoder(decoder)?, LONG_SIDE);
    image.apply_orientation(orientation);
    Ok(opaque(image))
}

/// No longer than `side`. From twice that on each pixel is the mean of its block, which needs no memory besides;
/// below, that would show, and a filter does it.
fn fit(image: DynamicImage, side: u32) -> DynamicImage {
    let (width, height) = (image.width(), image.height());
    let long = width.max(height);
    if long <= side {
        return image;
    }
    let scaled = |length: u32| {
        let scaled = (u64::from(length) * u64::from(side) + u64::from(long) / 2) / u64::from(long);
        u32::try_from(scaled).unwrap_or(side).max(1)
    };
    let (width, height) = (scaled(width), scaled(height));
    if long >= side.saturating_mul(2) {
        image.thumbnail_exact(width, height)
    } else {
        image.resize_exact(width, height, FilterType::Triangle)
    }
}

/// In three colours of 8 bits; what was transparent lies on white.
fn opaque(image: DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return image.into_rgb8().into();
    }
    let image = image.into_rgba8();
    let on_white = |part: u8, alpha: u8| {
        let mixed = (u32::from(part) * u32::from(alpha) + 255 * (255 - u32::from(alpha)) + 127) / 255;
        u8::try_from(mixed).unwrap_or(u8::MAX)
    };
    let mut white = RgbImage::new(image.width(), image.height());
    for (to, from) in white.pixels_mut().zip(image.pixels()) {
        let [red, green, blue, alpha] = from.0;
        to.0 = [on_white(red, alpha), on_white(green, alpha), on_white(blue, alpha)];
    }
    white.into()
}

fn encode(image: &DynamicImage, quality: u8) -> Result<Jpeg> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(image)
        .map_err(|e| Problem::broken("encoding a picture", e))?;
    Ok(Jpeg { sha: Sha::of(&bytes), bytes, width: image.width(), height: image.height() })
}
