use crate::{MAX_BYTES, Picture};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use linli_base::Problem;
use proptest::prelude::*;
use std::io::Cursor;

const RED: Rgb<u8> = Rgb([220, 20, 20]);
const GREEN: Rgb<u8> = Rgb([20, 180, 20]);
const BLUE: Rgb<u8> = Rgb([20, 20, 220]);
const GREY: Rgb<u8> = Rgb([120, 120, 120]);

/// Four quarters: red and green above, blue and grey below.
fn quarters(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| match (x < width / 2, y < height / 2) {
        (true, true) => RED,
        (false, true) => GREEN,
        (true, false) => BLUE,
        (false, false) => GREY,
    })
    .into()
}

fn file(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Exif as a phone writes it: how it was held, and where (36°41′ N).
fn exif(orientation: u16) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    tiff.extend(2_u16.to_le_bytes());
    tiff.extend(entry(0x0112, 3, 1, orientation.into()));
    tiff.extend(entry(0x8825, 4, 1, 38));
    tiff.extend(0_u32.to_le_bytes());
    assert_eq!(tiff.len(), 38, "where the GPS part starts");
    tiff.extend(2_u16.to_le_bytes());
    tiff.extend(entry(1, 2, 2, u32::from(b'N')));
    tiff.extend(entry(2, 5, 3, 68));
    tiff.extend(0_u32.to_le_bytes());
    tiff.extend([36_u32, 1, 41, 1, 7, 1].iter().flat_map(|n| n.to_le_bytes()));
    tiff
}

/// The JPEG with Exif and a remark right behind its start.
fn with_exif(jpeg: &[u8], orientation: u16) -> Vec<u8> {
    let segment = |mark: u8, body: &[u8]| {
        let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, mark], &length[..], body].concat()
    };
    let exif = segment(0xE1, &[b"Exif\0\0", &exif(orientation)[..]].concat());
    [&jpeg[..2], &exif, &segment(0xFE, b"taken by Wang"), &jpeg[2..]].concat()
}

/// The marks of a JPEG's segments, up to its data.
fn marks(jpeg: &[u8]) -> Vec<u8> {
    let (mut marks, mut at) = (Vec::new(), 2);
    while marks.last() != Some(&0xDA) {
        assert_eq!(jpeg[at], 0xFF);
        marks.push(jpeg[at + 1]);
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
    }
    marks
}

fn near(image: &RgbImage, x: u32, y: u32, colour: Rgb<u8>) -> bool {
    image.get_pixel(x, y).0.iter().zip(colour.0).all(|(is, should)| is.abs_diff(should) < 25)
}

fn take(bytes: &[u8]) -> Picture {
    Picture::take("picture", bytes).unwrap()
}

/// The flaw's code, with its value where it has one.
fn refused(bytes: &[u8]) -> String {
    match Picture::take("picture", bytes).unwrap_err() {
        Problem::Invalid(flaws) => {
            assert_eq!(flaws[0].field, "picture");
            let values = flaws[0].args.iter().map(|(_, value)| format!(" {value}"));
            flaws[0].code.to_owned() + &values.collect::<String>()
        }
        problem => panic!("{problem}"),
    }
}

#[test]
fn a_phone_picture_is_turned_upright_and_forgets_where_it_was_taken() {
    let plain = file(&quarters(64, 32), ImageFormat::Jpeg);
    let corner = [RED, GREEN, GREY, BLUE, RED, BLUE, GREY, GREEN];
    for (orientation, corner) in (1..).zip(corner) {
        let taken = take(&with_exif(&plain, orientation));
        for jpeg in [&taken.full, &taken.thumb] {
            let image = image::load_from_memory(&jpeg.bytes).unwrap().into_rgb8();
            assert_eq!(image.dimensions(), if orientation < 5 { (64, 32) } else { (32, 64) });
            assert_eq!((jpeg.width, jpeg.height), image.dimensions());
            assert!(near(&image, 4, 4, corner), "held as {orientation}: {:?}", image.get_pixel(4, 4));
            let left = [0xE0, 0xDB, 0xC0, 0xC4, 0xDA];
            assert!(marks(&jpeg.bytes).iter().all(|mark| left.contains(mark)), "{:x?}", marks(&jpeg.bytes));
            assert!(!jpeg.bytes.windows(4).any(|word| word == b"Exif" || word == b"Wang"));
        }
    }
}

#[test]
fn exif_in_png_counts_too() {
    let mut png = file(&quarters(64, 32), ImageFormat::Png);
    let chunk = [b"eXIf", &exif(6)[..]].concat();
    let length = u32::try_from(chunk.len() - 4).unwrap().to_be_bytes();
    let behind_header = 8 + 25;
    png.splice(behind_header..behind_header, [&length[..], &chunk, &crc32(&chunk).to_be_bytes()].concat());
    let full = take(&png).full;
    assert_eq!((full.width, full.height), (32, 64));
}

/// As PNG wants it (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1)))
    };
    !bytes.iter().fold(!0, step)
}

#[test]
fn large_ones_shrink_and_small_ones_stay() {
    for (from, full, thumb) in [
        ((4032, 3024), (2000, 1500), (360, 270)),
        ((1500, 2400), (1250, 2000), (225, 360)),
        ((300, 200), (300, 200), (300, 200)),
        ((5000, 1), (2000, 1), (360, 1)),
    ] {
        let taken = take(&file(&quarters(from.0, from.1), ImageFormat::Jpeg));
        assert_eq!((taken.full.width, taken.full.height), full);
        assert_eq!((taken.thumb.width, taken.thumb.height), thumb);
    }
}

#[test]
fn png_and_webp_come_out_as_jpeg_on_white() {
    let image: DynamicImage = RgbaImage::from_pixel(40, 30, Rgba([0, 0, 0, 0])).into();
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let taken = take(&file(&image, format));
        let back = image::load_from_memory_with_format(&taken.full.bytes, ImageFormat::Jpeg).unwrap();
        assert!(near(&back.into_rgb8(), 20, 15, Rgb([255, 255, 255])));
    }
    let deep: DynamicImage = quarters(40, 30).into_rgba16().into();
    assert!(near(
        &image::load_from_memory(&take(&file(&deep, ImageFormat::Png)).full.bytes).unwrap().into_rgb8(),
        4,
        4,
        RED
    ));
}

#[test]
fn the_same_picture_has_the_same_name() {
    let jpeg = file(&quarters(64, 32), ImageFormat::Jpeg);
    assert_eq!(take(&jpeg).full.sha, take(&with_exif(&jpeg, 1)).full.sha);
}

#[test]
fn what_is_no_picture_of_ours_is_named() {
    assert_eq!(refused(b"\0\0\0\x18ftypheic\0\0\0\0"), "picture_heic");
    assert_eq!(refused(b"\0\0\0\x18ftypmif1\0\0\0\0"), "picture_heic");
    assert_eq!(refused(b"\0\0\0\x18ftypisom\0\0\0\0"), "picture_video");
    assert_eq!(refused(b"GIF89a"), "picture_kind GIF");
    assert_eq!(refused(b"%PDF-1.7"), "picture_kind PDF");
    assert_eq!(refused(b"<svg onload='alert(1)'>"), "picture_unknown");
    assert_eq!(refused(b""), "picture_empty");
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let mut png = file(&quarters(8, 8), ImageFormat::Png);
    png.splice(16..24, [60_000_u32.to_be_bytes(), 60_000_u32.to_be_bytes()].concat());
    let crc = crc32(&png[12..29]);
    png.splice(29..33, crc.to_be_bytes());
    assert_eq!(refused(&png), "picture_pixels 50");

    let mut jpeg = file(&quarters(8, 8), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    jpeg.splice(frame + 5..frame + 9, [0xFF; 4]);
    assert_eq!(refused(&jpeg), "picture_pixels 50");

    let too_large = Picture::take("picture", &vec![0xFF; MAX_BYTES + 1]).unwrap_err();
    assert!(matches!(too_large, Problem::TooLarge { limit: MAX_BYTES }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_cut_off_file_is_refused(part in 50..980_usize) {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let whole = with_noise(format);
            let end = whole.len() * part / 1000;
            prop_assert_eq!(refused(&whole[..end]), "picture_damaged", "{:?}", format);
        }
    }

    #[test]
    fn no_bytes_break_it(places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let mut bytes = with_noise(format);
            for (place, byte) in &places {
                let place = place.index(bytes.len());
                bytes[place] = *byte;
            }
            if let Err(problem) = Picture::take("picture", &bytes) {
                prop_assert!(matches!(problem, Problem::Invalid(_)), "{}", problem);
            }
        }
    }
}

/// A picture that does not compress to nothing.
fn with_noise(format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(48, 40, |x, y| {
        let noise = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761).to_be_bytes();
        Rgb([noise[0], noise[1], noise[2]])
    });
    file(&image.into(), format)
}
