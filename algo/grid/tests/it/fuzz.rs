use std::time::{Duration, Instant};

use linli_grid::{Division, Instance, Options, Quality, divide, reasons, svg};

use crate::town::{Dice, file, town};

/// Files with bytes changed at random are read or refused, and what is read is divided. Runs for `FUZZ_SECONDS`, 60
/// where it is not said.
#[test]
#[ignore = "runs for a minute; `cargo test -p linli-grid -- --ignored`"]
#[expect(clippy::disallowed_methods, reason = "fuzzing lasts as long as it is told to")]
fn broken_files_are_refused_or_divided() {
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let end = Instant::now() + Duration::from_secs(seconds);
    let good = file(&town(5, 1)).into_bytes();
    let pieces: [&[u8]; 9] =
        [b"-1", b"0", b"1e308", b"4294967295", b"-", b",", b"null", b"]", b"99999999999999999999"];
    let (mut dice, mut read) = (Dice(1), 0);
    while Instant::now() < end {
        let mut bytes = good.clone();
        for _ in 0..=dice.below(3) {
            let at = usize::try_from(dice.below(u32::try_from(bytes.len()).unwrap())).unwrap();
            if dice.below(2) == 0 {
                let digit = b'0' + u8::try_from(dice.below(10)).unwrap();
                bytes[at] = digit;
            } else {
                let piece = pieces[usize::try_from(dice.below(9)).unwrap()];
                bytes.splice(at..=at, piece.iter().copied());
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(instance) = Instance::from_json(&text) {
            read += 1;
            let division = divide(&instance, Options { sweeps: 3, ..Options::default() }).unwrap();
            let quality = Quality::of(&instance, &division).unwrap();
            assert_eq!((quality.disconnected, quality.crossing), (0, 0), "{text}");
            reasons(&instance, &division).unwrap();
            svg(&instance, &division).unwrap();
            let plan = division.to_json(&instance).unwrap();
            let _ = Division::from_json(&instance, &plan[..plan.len() / 2]);
        }
    }
    assert!(read > 0);
}
