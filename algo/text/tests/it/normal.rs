use linli_text::{cut, normalise, terms};
use proptest::prelude::*;

#[test]
fn width_case_and_spaces_are_folded() {
    assert_eq!(normalise("　ＡＢＣ１２３　路灯\t\n坏了 "), "abc123 路灯 坏了");
}

#[test]
fn words_of_both_languages() {
    assert_eq!(terms("小区的路灯坏了，The lamp in Garden Road"), ["小区", "路灯", "lamp", "garden", "road"]);
}

proptest! {
    #[test]
    fn normalising_twice_changes_nothing(text in "\\PC*") {
        let once = normalise(&text);
        prop_assert_eq!(normalise(&once), once);
    }

    #[test]
    fn the_words_are_the_text(text in "[\\PC小区路灯]{0,60}") {
        prop_assert_eq!(cut(&text).concat(), normalise(&text));
    }
}
