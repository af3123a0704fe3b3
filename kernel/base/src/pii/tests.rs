use super::*;
use proptest::prelude::*;

fn kinds(text: &str) -> Vec<(Kind, &str)> {
    find(text).into_iter().map(|found| (found.kind, &text[found.range])).collect()
}

fn id_card(province: &str, county: u32, birth: (i32, u32, u32), order: u32) -> String {
    let head = format!("{province}{county:04}{:04}{:02}{:02}{order:03}", birth.0, birth.1, birth.2);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = head.chars().zip(weights).map(|(c, weight)| c.to_digit(10).unwrap() * weight).sum();
    let check = usize::try_from(sum % 11).unwrap();
    head + &"10X98765432"[check..=check]
}

fn card(head: &str) -> String {
    let last = (0..10).find(|last| is_card(&format!("{head}{last}"))).unwrap();
    format!("{head}{last}")
}

#[test]
fn phones_as_people_write_them() {
    for written in [
        "13800005678",
        "138 0000 5678",
        "138-0000-5678",
        "138 00005678",
        "1380 0005 678",
        "+86 138 0000 5678",
        "+8613800005678",
        "8613800005678",
        "0086-13800005678",
        "１３８００００５６７８",
        "＋８６　１３８－００００－５６７８",
    ] {
        let text = format!("王建国电话{written}，晚上打");
        assert_eq!(kinds(&text), [(Kind::Mobile, written)]);
        assert_eq!(blank(&text), "王建国电话****，晚上打");
    }
    for written in [
        "0535-3222222",
        "05353222222",
        "（0535）3222222",
        "(010) 6552 9988",
        "+86 535 3222222",
        "0535 322 2222",
    ] {
        assert_eq!(kinds(&format!("座机{written}转801")), [(Kind::Landline, written)], "{written}");
    }
    assert_eq!(kinds("13800005678/13900005678 138 0000 5678").len(), 3);
    assert_eq!(kinds("tel13800005678").len(), 1);
}

#[test]
fn cards_by_their_check_digits() {
    let id = id_card("37", 687, (1990, 2, 28), 1);
    assert_eq!(kinds(&format!("身份证{id}。")), [(Kind::IdCard, id.as_str())]);
    assert!(kinds(&id_card("37", 687, (1990, 2, 30), 1)).is_empty(), "30 February");
    assert!(kinds(&id_card("99", 687, (1990, 2, 28), 1)).is_empty(), "no such province");
    let bank = card("621700123456789012");
    assert_eq!(kinds(&format!("卡号{bank}")), [(Kind::BankCard, bank.as_str())]);
    assert_eq!(kinds("4111 1111 1111 1111"), [(Kind::BankCard, "4111 1111 1111 1111")]);
    assert!(kinds("4111 1111 1111 1112").is_empty());
}

#[test]
fn what_is_no_person_stays() {
    let text = "工单260929-0021、180929-12345，2018-09-29 10:30，2018-09-29 123，1990-01-01 123，20260929，3.5万元，\
                13800005678元，13800005678.50，￥1,380,000,567，查询码 K7M2P9QX、12345678，热线12345，\
                书香路138号3号楼2单元，a13800005678f，0535，G15 K1234";
    assert_eq!(kinds(text), []);
    assert_eq!(blank(text), text);
}

fn day() -> impl Strategy<Value = (i32, u32, u32)> {
    (1900..2100_i32, 1..=12_u32, 1..=28_u32)
}

fn apart() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", " ", "-", "－", "\u{3000}"])
}

proptest! {
    #[test]
    fn every_mobile_is_found(head in 13..20_u64, tail in 0..1_000_000_000_u64, apart in apart(), wide: bool) {
        let digits = format!("{head}{tail:09}");
        let mut written = format!("{}{apart}{}{apart}{}", &digits[..3], &digits[3..7], &digits[7..]);
        if wide {
            written = written.chars().map(|c| c.to_digit(10).map_or(c, |d| char::from_u32(0xFF10 + d).unwrap())).collect();
        }
        let text = format!("联系人{written}（白天）");
        prop_assert_eq!(kinds(&text), [(Kind::Mobile, written.as_str())]);
    }

    #[test]
    fn every_landline_is_found(area in prop::sample::select(vec!["010", "021", "0535", "0871"]),
                               local in 20_000_000..90_000_000_u64, apart in apart()) {
        let written = format!("{area}{apart}{local}");
        prop_assert_eq!(kinds(&written), [(Kind::Landline, written.as_str())]);
    }

    #[test]
    fn every_id_card_is_found(county in 0..10_000_u32, birth in day(), order in 0..1000_u32) {
        let id = id_card("37", county, birth, order);
        let text = format!("：{id}，");
        prop_assert_eq!(kinds(&text), [(Kind::IdCard, id.as_str())]);
        prop_assert_eq!(kinds(&id.to_lowercase()).len(), 1);
    }

    #[test]
    fn an_id_card_with_one_other_digit_is_none(birth in day(), order in 0..1000_u32, place in 0..17_usize, more in 1..10_u32) {
        let id = id_card("37", 687, birth, order);
        let other = (id[place..=place].parse::<u32>().unwrap() + more) % 10;
        let changed = format!("{}{other}{}", &id[..place], &id[place + 1..]);
        prop_assert!(!is_id(&changed));
    }

    #[test]
    fn every_bank_card_is_found(head in "62[0-9]{13,16}", fours: bool) {
        let whole = card(&head);
        let pieces: Vec<&str> = whole.as_bytes().chunks(4).map(|piece| std::str::from_utf8(piece).unwrap()).collect();
        let written = if fours { pieces.join(" ") } else { whole };
        prop_assert!(kinds(&written).iter().any(|(kind, range)| *kind != Kind::Mobile && *range == written));
    }

    #[test]
    fn numbers_dates_and_codes_of_ours_are_none(day in day(), counter in 0..100_000_u32, code in "[0-9A-HJKMNP-TV-Z]{8}",
                                                 fen in 0..100_000_000_u64) {
        let (year, month, date) = day;
        let text = format!("{:02}{month:02}{date:02}-{counter:04}，{year}-{month:02}-{date:02}，{year}年{month}月{date}日，\
                            {code}，{}.{:02}元", year % 100, fen / 100, fen % 100);
        prop_assert_eq!(kinds(&text), []);
    }

    #[test]
    fn any_text_keeps_what_is_around(text in "[0-9０-９ +\\-Xx（）.,a-c元王]{0,60}") {
        let found = find(&text);
        prop_assert!(found.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
        prop_assert!(found.iter().all(|found| text.get(found.range.clone()).is_some()));
        prop_assert_eq!(find(&blank(&text)), vec![]);
    }
}
