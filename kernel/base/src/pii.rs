//! Finds what names a person in free text: phone numbers, ID cards, bank cards of mainland China. Pure; knows no words.
//!
//! A number is read as groups of digits with single separators between them, and counts only where its grouping is
//! one in which such numbers are written: `138 0000 5678` is a phone, `2018-09-29 123` is not. Full-width digits are
//! digits. What stands between two letters is part of a longer key and is left alone.

use std::ops::Range;

/// What a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A mobile phone: 11 digits from 13 to 19, with or without +86.
    Mobile,
    /// A landline with its area code.
    Landline,
    /// An ID card: 18 characters with a province, a day that exists and the check digit of GB 11643.
    IdCard,
    /// A bank card: 13 to 19 digits with an issuer's prefix and the check digit of ISO/IEC 7812 (Luhn).
    BankCard,
}

/// A number in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its bytes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// Every number of a person in the text, in its order; none overlaps another.
pub fn find(text: &str) -> Vec<Found> {
    let groups = groups(text);
    let (mut found, mut rest) = (Vec::new(), groups.as_slice());
    while let Some((first, later)) = rest.split_first() {
        match longest(text, rest) {
            Some((kind, count, end)) => {
                found.push(Found { range: opening(text, first.start)..end, kind });
                rest = rest.get(count..).unwrap_or_default();
            }
            None => rest = later,
        }
    }
    found
}

/// The text with each of them replaced by `****`.
pub fn blank(text: &str) -> String {
    replace(text, |_, _| "****".to_owned())
}

/// The text with each of them as it is shown to those who work with it: a phone `138****5678`, an ID card its first
/// three and last two characters, a bank card its last four.
pub fn mask(text: &str) -> String {
    replace(text, |kind, written| {
        let digits: Vec<char> =
            written.chars().filter_map(|c| digit(c).or((c.is_ascii_alphabetic()).then_some(c))).collect();
        let part = |range: Range<usize>| digits.get(range).unwrap_or_default().iter().collect::<String>();
        let end = digits.len();
        match kind {
            Kind::Mobile => format!(
                "{}****{}",
                part(end.saturating_sub(11)..end.saturating_sub(8)),
                part(end.saturating_sub(4)..end)
            ),
            Kind::Landline => format!("{}****{}", part(0..3), part(end.saturating_sub(2)..end)),
            Kind::IdCard => format!("{}****{}", part(0..3), part(end.saturating_sub(2)..end)),
            Kind::BankCard => format!("****{}", part(end.saturating_sub(4)..end)),
        }
    })
}

fn replace(text: &str, by: impl Fn(Kind, &str) -> String) -> String {
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for Found { range, kind } in find(text) {
        out.push_str(text.get(from..range.start).unwrap_or_default());
        out.push_str(&by(kind, text.get(range.clone()).unwrap_or_default()));
        from = range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// Digits that stand together; the last may be an X.
struct Group {
    digits: String,
    start: usize,
    end: usize,
    /// Only a separator stands between this group and the next one.
    joined: bool,
}

fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}

fn separates(c: char) -> bool {
    matches!(c, ' ' | '\u{3000}' | '\u{a0}' | '-' | '－' | '–' | '—' | ')' | '）')
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut apart = false;
    let mut separators = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let last = groups.last_mut();
        if let Some(d) = digit(c) {
            match last {
                Some(group) if group.end == at && !group.digits.ends_with('X') => {
                    group.digits.push(d);
                    group.end = end;
                }
                last => {
                    if let Some(group) = last {
                        group.joined = !apart && separators > 0;
                    }
                    groups.push(Group { digits: d.to_string(), start: at, end, joined: false });
                }
            }
            (apart, separators) = (false, 0);
        } else if let (true, Some(group)) = (matches!(c, 'X' | 'x' | 'Ｘ' | 'ｘ'), last)
            && group.end == at
            && !group.digits.ends_with('X')
        {
            group.digits.push('X');
            group.end = end;
        } else {
            separators += 1;
            apart |= !separates(c) || separators > 3;
        }
    }
    groups
}

/// The number that begins with the first group and takes most of them: its kind, how many groups, its last byte.
fn longest(text: &str, groups: &[Group]) -> Option<(Kind, usize, usize)> {
    let open = groups.iter().take(10).take_while(|group| group.joined).count();
    (1..=(open + 1).min(groups.len())).rev().find_map(|count| {
        let taken = groups.get(..count)?;
        let (first, last) = (taken.first()?, taken.last()?);
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let before = text.get(..first.start).and_then(|before| before.chars().next_back());
        let after = text.get(last.end..).unwrap_or_default();
        if (letter(before) && letter(after.chars().next())) || is_fraction(after) || after.starts_with('元')
        {
            return None;
        }
        let parts: Vec<&str> = taken.iter().map(|group| group.digits.as_str()).collect();
        Some((kind(&parts)?, count, last.end))
    })
}

/// `.50` after the digits: an amount.
fn is_fraction(after: &str) -> bool {
    let digits = after.strip_prefix('.').map(|rest| rest.chars().take_while(|c| digit(*c).is_some()).count());
    matches!(digits, Some(1 | 2))
}

/// Where a number begins that starts with these digits: a plus or a bracket before them belongs to it.
fn opening(text: &str, start: usize) -> usize {
    let before = text.get(..start).unwrap_or_default();
    before.strip_suffix(['+', '＋', '(', '（']).map_or(start, str::len)
}

fn kind(parts: &[&str]) -> Option<Kind> {
    let all = parts.concat();
    if is_id(&all) {
        return Some(Kind::IdCard);
    }
    if all.ends_with('X') {
        return None;
    }
    if is_card(&all) && card_groups(parts) {
        return Some(Kind::BankCard);
    }
    let first = parts.first()?;
    let abroad = first.strip_prefix("0086").or_else(|| first.strip_prefix("86"));
    if let Some(rest) = abroad {
        let home: Vec<&str> = std::iter::once(rest)
            .filter(|rest| !rest.is_empty())
            .chain(parts.iter().skip(1).copied())
            .collect();
        let trunk: Vec<String> = match home.split_first() {
            Some((area, local)) if !area.starts_with('0') => std::iter::once(format!("0{area}"))
                .chain(local.iter().map(|part| (*part).to_owned()))
                .collect(),
            _ => home.iter().map(|part| (*part).to_owned()).collect(),
        };
        let trunk: Vec<&str> = trunk.iter().map(String::as_str).collect();
        if is_mobile(&home) {
            return Some(Kind::Mobile);
        }
        if is_landline(&trunk) {
            return Some(Kind::Landline);
        }
    }
    if is_mobile(parts) {
        Some(Kind::Mobile)
    } else if is_landline(parts) {
        Some(Kind::Landline)
    } else {
        None
    }
}

fn lengths(parts: &[&str]) -> Vec<usize> {
    parts.iter().map(|part| part.len()).collect()
}

fn is_mobile(parts: &[&str]) -> bool {
    let written = matches!(
        lengths(parts).as_slice(),
        [11] | [3, 8] | [7, 4] | [5, 6] | [3, 4, 4] | [4, 3, 4] | [3, 3, 5] | [4, 4, 3]
    );
    written && matches!(parts.concat().as_bytes(), [b'1', b'3'..=b'9', ..])
}

/// Area codes: 010, 02x, and 03xx to 09xx; a local number begins with 2 to 8.
fn is_landline(parts: &[&str]) -> bool {
    let all = parts.concat();
    let area = match all.as_bytes() {
        [b'0', b'1', b'0', ..] | [b'0', b'2', b'0'..=b'9', ..] => 3,
        [b'0', b'3'..=b'9', b'1'..=b'9', ..] => 4,
        _ => return false,
    };
    let Some(local) = all.get(area..) else { return false };
    let written = match lengths(parts).as_slice() {
        [_] => true,
        [first, 7 | 8] | [first, 3 | 4, 4] => *first == area,
        _ => false,
    };
    written && matches!(local.len(), 7 | 8) && matches!(local.as_bytes(), [b'2'..=b'8', ..])
}

fn is_id(all: &str) -> bool {
    const PROVINCES: [&str; 34] = [
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
        "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
    ];
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let number = |range: Range<usize>| all.get(range).and_then(|part| part.parse::<i64>().ok());
    let (Some(year), Some(month), Some(day)) = (number(6..10), number(10..12), number(12..14)) else {
        return false;
    };
    let exists = (1900..2100).contains(&year) && linli_calendar::Day::from_ymd(year, month, day).is_some();
    let sum: u32 = all.chars().zip(WEIGHTS).filter_map(|(c, weight)| Some(c.to_digit(10)? * weight)).sum();
    let check = "10X98765432".chars().nth(usize::try_from(sum % 11).unwrap_or_default());
    all.len() == 18
        && all.get(..2).is_some_and(|province| PROVINCES.contains(&province))
        && exists
        && check == all.chars().last()
}

fn is_card(all: &str) -> bool {
    let issued = matches!(
        (all.as_bytes(), all.len()),
        ([b'6', b'0' | b'2' | b'5' | b'8' | b'9', ..], 16..=19)
            | ([b'4', ..], 13 | 16 | 19)
            | ([b'3', b'4' | b'7', ..], 15)
            | ([b'3', b'5', ..] | [b'5', b'1'..=b'5', ..] | [b'2', b'2'..=b'7', ..], 16)
            | ([b'9', b'5', b'5', ..], 16 | 19)
    );
    let luhn: u32 = all
        .chars()
        .rev()
        .zip(0..)
        .filter_map(|(c, place): (char, u32)| {
            let doubled = c.to_digit(10)? * (1 + place % 2);
            Some(doubled / 10 + doubled % 10)
        })
        .sum();
    issued && luhn.is_multiple_of(10)
}

/// In one piece, in fours, or the issuer's six digits and the rest.
fn card_groups(parts: &[&str]) -> bool {
    match lengths(parts).as_slice() {
        [_] | [6, _] | [4, 6, 5] => true,
        [fours @ .., last] => fours.iter().all(|four| *four == 4) && *last <= 4,
        [] => false,
    }
}

#[cfg(test)]
mod tests;
