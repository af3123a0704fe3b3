use linli_text::{Kind, masked, personal};
use proptest::prelude::*;

fn found(text: &str) -> Vec<(&str, Kind)> {
    personal(text).into_iter().map(|(span, kind)| (&text[span], kind)).collect()
}

#[test]
fn each_kind_is_found_by_its_form_and_check_digit() {
    let text = "联系人：王小明，电话19900001234，身份证11010519491231002X，卡号6222 0212 3456 7894，车牌京A·12345，wang@example.com。";
    let cards = found("卡4111 1111 1111 1111");
    assert_eq!(cards, [("4111 1111 1111 1111", Kind::BankCard)]);
    let all = found(text);
    for hit in [
        ("王小明", Kind::Name),
        ("19900001234", Kind::Phone),
        ("11010519491231002X", Kind::IdCard),
        ("京A·12345", Kind::Plate),
        ("wang@example.com", Kind::Email),
    ] {
        assert!(all.contains(&hit), "{hit:?} in {all:?}");
    }
}

#[test]
fn a_wrong_check_digit_is_no_card_and_other_numbers_are_left() {
    assert_eq!(found("110105194912310021，4111111111111112，订单2026112700012345678901，123路"), []);
}

#[test]
fn full_width_digits_are_digits() {
    assert_eq!(masked("请打１９９００００１２３４，谢谢"), "请打***********，谢谢");
}

proptest! {
    #[test]
    fn spans_lie_in_the_text_in_order(text in "[\\PC0-9A@.京联系人：王x ]{0,60}") {
        let mut at = 0;
        for (span, _) in personal(&text) {
            prop_assert!(span.start >= at && span.end > span.start && text.get(span.clone()).is_some());
            at = span.end;
        }
        prop_assert_eq!(masked(&text).chars().count(), text.chars().count());
    }
}
