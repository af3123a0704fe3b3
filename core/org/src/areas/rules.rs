//! What may lie in what, and how a place's name is recognised in an address. Pure.

use linli_authz::Tier;

/// Whether an area of the tier may lie in one of `parent`: any wider tier, since a development zone's communities
/// lie in the city without a street between. Nothing lies in a building.
pub fn may_hold(parent: Tier, tier: Tier) -> bool {
    parent < tier
}

/// What people leave out when they name a place.
const LEFT_OUT: [&str; 12] = [
    "居民委员会",
    "住宅小区",
    "社区",
    "小区",
    "街道",
    "家属院",
    "花园小区",
    "公寓",
    "大厦",
    "广场",
    "市场",
    "村",
];

/// The part of a place's name that an address must hold: 和顺苑小区 → 和顺苑. A name that would keep less than two
/// characters stays whole.
pub fn place_key(name: &str) -> String {
    let name = name.trim();
    let short = LEFT_OUT.iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
    if short.chars().count() < 2 { name.to_owned() } else { short.to_owned() }
}

/// The number of the building that an address names: 和顺苑5号楼2单元, 5 栋, 5幢, 5# → 5. Full-width digits count.
pub(crate) fn building_number(address: &str) -> Option<u32> {
    let narrow: String = address.chars().map(narrow).filter(|c| !c.is_whitespace()).collect();
    ["号楼", "栋", "幢", "#", "building", "Building"].iter().find_map(|mark| {
        let at = narrow.find(mark)?;
        let (before, after) = narrow.split_at(at);
        let digits = |text: &str| text.parse().ok();
        if mark.is_ascii() && *mark != "#" {
            let rest = after.strip_prefix(mark)?;
            return digits(&rest.chars().take_while(char::is_ascii_digit).collect::<String>());
        }
        let tail: Vec<char> = before.chars().rev().take_while(char::is_ascii_digit).collect();
        digits(&tail.iter().rev().collect::<String>())
    })
}

fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_and_numbers() {
        assert_eq!(place_key("和顺苑小区"), "和顺苑");
        assert_eq!(place_key("书香社区"), "书香");
        assert_eq!(place_key("云帆路"), "云帆路");
        assert_eq!(place_key("东村"), "东村");
        assert_eq!(building_number("和顺苑 5 号楼2单元301"), Some(5));
        assert_eq!(building_number("和顺苑１２号楼"), Some(12));
        assert_eq!(building_number("翠屏小区3栋"), Some(3));
        assert_eq!(building_number("Heshun Court Building 5"), Some(5));
        assert_eq!(building_number("云帆路路口"), None);
        assert_eq!(building_number("号楼"), None);
    }

    proptest! {
        #[test]
        fn a_tree_has_no_ring(a in 0..5_usize, b in 0..5_usize) {
            let (a, b) = (Tier::ALL[a], Tier::ALL[b]);
            prop_assert!(!(may_hold(a, b) && may_hold(b, a)));
            prop_assert!(!may_hold(a, a));
        }

        #[test]
        fn a_key_is_in_its_name(name in "[\\u4e00-\\u9fa5]{1,8}(小区|社区|街道|村)?") {
            prop_assert!(name.contains(&place_key(&name)));
        }

        #[test]
        fn numbers_come_back(n in 1..999_u32) {
            let address = format!("云帆路18号院{n}号楼1单元");
            prop_assert_eq!(building_number(&address), Some(n));
        }
    }
}
