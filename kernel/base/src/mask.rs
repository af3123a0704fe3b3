//! What of a person is shown where it must not be known whole. `Display` and `Debug` of these types are masked, so
//! that a template cannot tell more by accident; `whole` is for the person themselves, for sealing, and for whoever
//! gave a reason that was written down.

use crate::pii;
use std::fmt;

const NUMBERS: &str = "一二三四五六七八九十零";

/// A person's name: `王**`.
#[derive(Clone, PartialEq, Eq)]
pub struct Name(String);

/// A place in words: door and unit hidden, `锦和苑5号楼**`; numbers of people too.
#[derive(Clone, PartialEq, Eq)]
pub struct Place(String);

/// What somebody wrote: shown with phones, ID cards and bank cards masked.
#[derive(Clone, PartialEq, Eq)]
pub struct Words(String);

macro_rules! masked {
    ($type:ident, $mask:path) => {
        impl $type {
            /// As it was said, for masking from here on.
            pub fn new(whole: impl Into<String>) -> Self {
                Self(whole.into())
            }

            /// As it was said. Whoever calls this answers for who sees it.
            pub fn whole(&self) -> &str {
                &self.0
            }

            /// Whether nothing was said.
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&$mask(&self.0))
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&$mask(&self.0))
            }
        }
    };
}
masked!(Name, name);
masked!(Place, place);
masked!(Words, pii::mask);

/// The first character, then `**`.
fn name(whole: &str) -> String {
    whole.trim().chars().take(1).chain("**".chars()).collect()
}

/// A place to the building: what names a unit, a floor or a door becomes `**`.
fn place(whole: &str) -> String {
    let masked = pii::mask(whole);
    let chars: Vec<char> = masked.chars().collect();
    let (mut out, mut at) = (String::new(), 0);
    while let Some(c) = chars.get(at) {
        let rest = chars.get(at..).unwrap_or_default();
        if let Some(len) = door(rest, &out) {
            if !out.ends_with("**") {
                out.push_str("**");
            }
            at += len;
        } else if c.is_ascii_digit() {
            let run = rest.iter().take_while(|c| c.is_ascii_digit()).count();
            out.extend(rest.iter().take(run));
            at += run;
        } else {
            out.push(*c);
            at += 1;
        }
    }
    out
}

/// How many characters at the beginning name a door, given what stands before them.
fn door(rest: &[char], before: &str) -> Option<usize> {
    const AFTER: [&str; 9] = ["单元", "室", "户", "层", "楼层", "房", "房间", "门", "门牌"];
    const BEFORE: [&str; 5] = ["unit ", "room ", "apt ", "flat ", "floor "];
    let plain =
        |c: &char| matches!(c, '0'..='9' | '０'..='９') || NUMBERS.contains(*c) || "东西中".contains(*c);
    let number = rest.iter().take_while(|c| plain(c)).count();
    let after: String = rest.iter().skip(number).take(2).collect();
    if number > 0 {
        let named =
            AFTER.iter().filter(|word| after.starts_with(**word)).map(|word| word.chars().count()).max();
        if let Some(word) = named {
            return Some(number + word);
        }
        let digits = |part: &[char]| part.iter().take_while(|c| c.is_ascii_digit()).count();
        let first = digits(rest);
        let in_building = !before.ends_with("****")
            && ["号楼", "栋", "幢", "座", "**", "-", "—", "－"].iter().any(|end| before.ends_with(end));
        let next = rest.get(first).copied();
        if in_building && first > 0 && !after.starts_with('号') {
            let tail = if matches!(next, Some('-' | '－' | '—')) {
                1 + digits(rest.get(first + 1..)?)
            } else {
                0
            };
            return Some(first + tail);
        }
    }
    let start: String = rest.iter().take(6).collect::<String>().to_lowercase();
    let word = BEFORE.iter().find(|word| start.starts_with(**word)).map(|word| word.chars().count())?;
    let number = rest.iter().skip(word).take_while(|c| c.is_ascii_alphanumeric()).count();
    (number > 0).then_some(word + number)
}

/// A place without what is smaller than its compound: for others to read.
pub fn compound(whole: &str) -> String {
    let masked = pii::blank(whole);
    let chars: Vec<char> = masked.chars().collect();
    let marks = ["号楼", "号", "栋", "幢", "座", "单元", "室", "层", "楼"];
    let cut = (0..chars.len()).find(|at| {
        let rest = chars.get(*at..).unwrap_or_default();
        let number = rest.iter().take_while(|c| c.is_ascii_alphanumeric() || NUMBERS.contains(**c)).count();
        let after: String = rest.iter().skip(number).take(2).collect();
        number > 0
            && (marks.iter().any(|mark| after.starts_with(mark)) || after.starts_with(['-', '－', '—']))
    });
    let kept: String = chars.into_iter().take(cut.unwrap_or(usize::MAX)).collect();
    kept.trim_end_matches([' ', '，', ',', '*']).to_owned()
}

/// A text without the numbers of buildings, units and rooms: for others to read. The number of a street stays.
pub fn without_doors(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut at) = (String::new(), 0);
    while let Some(rest) = chars.get(at..).filter(|rest| !rest.is_empty()) {
        let digits = rest.iter().take_while(|c| c.is_ascii_digit() || NUMBERS.contains(**c)).count();
        let alone = !out.ends_with(|before: char| before.is_ascii_alphanumeric());
        match home(rest, digits).filter(|_| alone) {
            Some(len) => at += len,
            None => {
                let plain = digits.max(1);
                out.extend(rest.iter().take(plain));
                at += plain;
            }
        }
    }
    out
}

/// How many characters at the beginning, where `digits` are of a number, name a building, a unit or a room.
fn home(rest: &[char], digits: usize) -> Option<usize> {
    const AFTER: [&str; 5] = ["号楼", "单元", "栋", "幢", "室"];
    const BEFORE: [&str; 5] = ["building ", "unit ", "room ", "flat ", "apt "];
    if digits > 0 {
        let after: String = rest.iter().skip(digits).take(2).collect();
        // 两栋 and 一室 are counted, not named
        let counted = rest.first().is_some_and(|c| !c.is_ascii_digit());
        let words = AFTER.iter().take(if counted { 2 } else { AFTER.len() });
        let word = words.map(|word| (word, word.chars().count())).find(|(word, _)| after.starts_with(**word));
        return word.map(|(_, len)| digits + len);
    }
    let start: String = rest.iter().take(9).collect::<String>().to_lowercase();
    let word = BEFORE.iter().find(|word| start.starts_with(**word)).map(|word| word.chars().count())?;
    let number = rest.iter().skip(word).take_while(|c| c.is_ascii_alphanumeric()).count();
    let named = rest.get(word).is_some_and(char::is_ascii_digit);
    named.then_some(word + number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_show_their_first_character() {
        assert_eq!(Name::new(" 王建国").to_string(), "王**");
        assert_eq!(format!("{:?}", Name::new("王建国")), "王**");
        assert_eq!(Name::new("").to_string(), "**");
    }

    #[test]
    fn places_end_with_the_building() {
        let shown = |whole: &str| Place::new(whole).to_string();
        assert_eq!(shown("锦和苑5号楼2单元301室"), "锦和苑5号楼**");
        assert_eq!(shown("锦和苑5号楼2-301"), "锦和苑5号楼**");
        assert_eq!(shown("锦和苑5号楼301"), "锦和苑5号楼**");
        assert_eq!(shown("锦和苑5-2-301"), "锦和苑5-**");
        assert_eq!(shown("锦和苑5号楼东单元三楼"), "锦和苑5号楼**三楼");
        assert_eq!(shown("Jinhe Yuan 5, Unit 2, Room 301"), "Jinhe Yuan 5, **, **");
        assert_eq!(shown("书香路与文苑街路口东侧"), "书香路与文苑街路口东侧");
        assert_eq!(shown("书香路138号锦和苑12号楼"), "书香路138号锦和苑12号楼");
        assert_eq!(shown("5号楼前，找王 13800005678"), "5号楼前，找王 138****5678");
    }

    #[test]
    fn others_read_the_compound() {
        assert_eq!(compound("锦和苑5号楼2单元301室"), "锦和苑");
        assert_eq!(compound("锦和苑5-2-301"), "锦和苑");
        assert_eq!(compound("书香路与文苑街路口"), "书香路与文苑街路口");
        assert_eq!(compound("书香路138号锦和苑"), "书香路");
    }

    #[test]
    fn a_text_for_others_names_no_door() {
        let shown = |text: &str| without_doors(text);
        assert_eq!(shown("嘉源里8号楼2单元电梯一直修不好"), "嘉源里电梯一直修不好");
        assert_eq!(shown("三号楼二单元301室漏水，两栋楼之间，一室一厅"), "漏水，两栋楼之间，一室一厅");
        assert_eq!(shown("书香路138号门前，2单元和3单元都黑"), "书香路138号门前，和都黑");
        assert_eq!(
            shown("The lift in Building 8, unit 2 is out; a unit of 3"),
            "The lift in ,  is out; a unit of 3"
        );
        let twice = shown("锦和苑5栋12室");
        assert_eq!((shown(&twice), twice.as_str()), (twice.clone(), "锦和苑"));
    }

    #[test]
    fn words_keep_all_but_numbers_of_people() {
        let words = Words::new("我是王建国，电话13800005678，卡号4111 1111 1111 1111");
        assert_eq!(words.to_string(), "我是王建国，电话138****5678，卡号****1111");
        assert_eq!(words.whole().len(), "我是王建国，电话13800005678，卡号4111 1111 1111 1111".len());
    }
}
