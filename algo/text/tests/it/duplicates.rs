use linli_text::duplicates;
use proptest::prelude::*;

use crate::common::Seed;

/// Messages of 60 to 140 characters, every third told again with some characters lost and a greeting before it.
fn told_again(seed: u64, count: usize) -> (Vec<String>, Vec<usize>) {
    let mut seed = Seed(seed);
    let (mut texts, mut whose) = (Vec::new(), Vec::new());
    for n in 0..count {
        let length = 60 + seed.below(80);
        let text = seed.characters(length);
        if n % 3 == 0 {
            let again: String = text.chars().filter(|_| seed.below(12) > 0).collect();
            texts.push(format!("尊敬的领导：{again}"));
            whose.push(n);
        }
        texts.push(text);
        whose.push(n);
    }
    (texts, whose)
}

#[test]
fn what_is_told_again_is_found() {
    let (texts, whose) = told_again(7, 600);
    let group = duplicates(&texts);
    let mut wrong = 0;
    for a in 0..texts.len() {
        for b in a + 1..texts.len() {
            wrong += usize::from((whose[a] == whose[b]) != (group[a] == group[b]));
        }
    }
    assert!(wrong <= 2, "{wrong} of 200 pairs");
}

#[test]
fn what_has_no_letters_stands_alone() {
    assert_eq!(duplicates::<&str>(&[]), [0; 0]);
    assert_eq!(duplicates(&["", "", "！！", "路灯坏了", "路灯，坏了！"]), [0, 1, 2, 3, 3]);
}

#[test]
fn a_chain_of_small_changes_does_not_tie_its_ends() {
    let long = Seed(3).characters(600);
    let window = |from: usize| long.chars().skip(from).take(200).collect::<String>();
    let texts: Vec<String> = (0..=10).map(|n| window(n * 40)).collect();
    let group = duplicates(&texts);
    assert_eq!(group[0], group[1]);
    assert_ne!(group[0], group[10]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn groups_are_named_by_their_first_and_equal_texts_are_together(picks in prop::collection::vec(0usize..20, 0..60)) {
        let mut seed = Seed(11);
        let texts: Vec<String> = (0..20).map(|_| seed.characters(40)).collect();
        let told: Vec<&str> = picks.iter().map(|&pick| texts[pick].as_str()).collect();
        let group = duplicates(&told);
        for (n, pick) in picks.iter().enumerate() {
            prop_assert_eq!(group[n], picks.iter().position(|other| other == pick).unwrap());
        }
    }
}
