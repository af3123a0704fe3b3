//! Random mutations of messages for `FUZZ_SECONDS` (60 if not said) must never panic.
//! `cargo nextest run -p linli-text --run-ignored only`

use std::time::{Duration, Instant};

use linli_text::{Classifier, Hotspots, Message, duplicates, masked, normalise};

#[test]
#[ignore = "runs for a minute"]
#[expect(clippy::disallowed_methods, reason = "the run ends by the clock")]
fn nothing_panics() {
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(60);
    let end = Instant::now() + Duration::from_secs(seconds);
    let pool: Vec<char> =
        "联系人：王小明19900001234x京A·12345@a.b 小区路村有限公司的\u{3000}Ａ１ß\u{301}🙂\0\n，"
            .chars()
            .collect();
    let mut state = 1u64;
    let mut below = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % n
    };
    while Instant::now() < end {
        let texts: Vec<String> =
            (0..30).map(|_| (0..below(40)).map(|_| pool[below(pool.len())]).collect()).collect();
        for text in &texts {
            assert_eq!(masked(text).chars().count(), text.chars().count());
            assert_eq!(normalise(&normalise(text)), normalise(text));
        }
        assert_eq!(duplicates(&texts).len(), texts.len());
        let rows: Vec<(&str, &str)> =
            texts.iter().map(|text| (["a", "b"][below(2)], text.as_str())).collect();
        let mut classifier = Classifier::train(&rows);
        classifier.learn(&rows[..below(30)]);
        classifier.reasons(&texts[0], "a", 3);
        let messages: Vec<Message> =
            texts.iter().map(|text| Message { title: text, text, day: 1.0, votes: (1, 0) }).collect();
        let mut hotspots = Hotspots::gather(&messages);
        hotspots.add(&messages[0]);
        hotspots.problems(1);
    }
}
