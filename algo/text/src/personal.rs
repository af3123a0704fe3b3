use std::ops::Range;

/// What kind of personal data a place of the text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A mobile number of mainland China: 11 digits from 13 to 19.
    Phone,
    /// An ID card of 18 characters with the right check digit (GB 11643-1999).
    IdCard,
    /// A bank card of 16 to 19 digits that keeps Luhn's sum (ISO/IEC 7812-1).
    BankCard,
    /// A number plate of mainland China (GA 36-2018), also of electric cars.
    Plate,
    /// An e-mail address.
    Email,
    /// A name after a word that announces one, such as 联系人 or 姓名.
    Name,
}

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
const ANNOUNCED: [&str; 8] = ["联系人", "姓名", "投诉人", "举报人", "申请人", "本人叫", "我叫", "我姓"];

/// The personal data of a text as spans of its bytes, in order and without overlap. Digits may be full width, and may
/// have single blanks or hyphens between them.
pub fn personal(text: &str) -> Vec<(Range<usize>, Kind)> {
    let characters: Vec<(usize, char)> =
        text.char_indices().map(|(at, c)| (at, narrow(c))).chain([(text.len(), '\0')]).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at + 1 < characters.len() {
        let hit =
            number(&characters, at).or_else(|| plate(&characters, at)).or_else(|| email(&characters, at));
        let hit = hit.map(|(end, kind)| (at, end, kind)).or_else(|| name(&characters, at));
        if let Some((start, end, kind)) = hit {
            found.push((characters[start].0..characters[end].0, kind));
            at = end;
        } else {
            // the rest of a word or number does not begin another one
            let inside = characters[at].1.is_ascii_alphanumeric();
            at += 1;
            while inside && characters[at].1.is_ascii_alphanumeric() {
                at += 1;
            }
        }
    }
    found
}

/// The text with its personal data made unreadable: each character of it is an asterisk.
pub fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for (span, _) in personal(text) {
        masked.push_str(&text[at..span.start]);
        masked.extend(text[span.clone()].chars().map(|_| '*'));
        at = span.end;
    }
    masked.push_str(&text[at..]);
    masked
}

fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

/// A phone number, ID card or bank card that begins here, with its end.
fn number(characters: &[(usize, char)], start: usize) -> Option<(usize, Kind)> {
    let mut digits = Vec::new();
    let mut end = start;
    for at in start..characters.len() - 1 {
        let c = characters[at].1;
        if c.is_ascii_digit() || (matches!(c, 'x' | 'X') && digits.len() == 17) {
            digits.push(c.to_digit(10).unwrap_or(10));
            end = at + 1;
        } else if !matches!(c, ' ' | '-') || !characters[at + 1].1.is_ascii_digit() || at == start {
            break;
        }
    }
    if characters[end].1.is_ascii_alphanumeric() {
        return None;
    }
    match digits.as_slice() {
        [1, 3..=9, ..] if digits.len() == 11 => Some((end, Kind::Phone)),
        [8, 6, 1, 3..=9, ..] if digits.len() == 13 => Some((end, Kind::Phone)),
        all if all.len() == 18 && id_card(all) => Some((end, Kind::IdCard)),
        all if (16..=19).contains(&all.len()) && luhn(all) => Some((end, Kind::BankCard)),
        _ => None,
    }
}

/// The check digit of ISO 7064 MOD 11-2, and a month and day that there are.
fn id_card(digits: &[u32]) -> bool {
    let sum =
        digits.iter().rev().fold((0, 1), |(sum, weight), digit| (sum + digit * weight, weight * 2 % 11)).0;
    let two = |at: usize| digits[at] * 10 + digits[at + 1];
    sum % 11 == 1 && (1..=12).contains(&two(10)) && (1..=31).contains(&two(12)) && digits[0] > 0
}

fn luhn(digits: &[u32]) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(n, &digit)| if n % 2 == 0 { digit } else { doubled(digit) })
        .sum();
    digits.iter().all(|&digit| digit < 10) && digits[0] > 0 && sum.is_multiple_of(10)
}

fn plate(characters: &[(usize, char)], start: usize) -> Option<(usize, Kind)> {
    let letter = characters.get(start + 1)?.1;
    if !PROVINCES.contains(characters[start].1) || !letter.is_ascii_alphabetic() {
        return None;
    }
    let from = start + 2 + usize::from(matches!(characters.get(start + 2)?.1, '·' | ' ' | '-' | '.'));
    let rest = characters[from..].iter().take_while(|(_, c)| c.is_ascii_alphanumeric()).count();
    let digits = characters[from..from + rest].iter().filter(|(_, c)| c.is_ascii_digit()).count();
    (matches!(rest, 5 | 6) && digits >= 2).then_some((from + rest, Kind::Plate))
}

fn email(characters: &[(usize, char)], start: usize) -> Option<(usize, Kind)> {
    let run = |from: usize, more: &str| {
        characters[from..].iter().take_while(|(_, c)| c.is_ascii_alphanumeric() || more.contains(*c)).count()
    };
    let at = start + run(start, "._%+-");
    if !characters[start].1.is_ascii_alphanumeric() || characters[at].1 != '@' {
        return None;
    }
    let mut end = at + 1 + run(at + 1, ".-");
    while matches!(characters[end - 1].1, '.' | '-') {
        end -= 1;
    }
    let host = &characters[at + 1..end];
    let dot = host.iter().rposition(|(_, c)| *c == '.')?;
    (dot > 0 && host.len() - dot > 2).then_some((end, Kind::Email))
}

/// Two or three Chinese characters (one after 我姓) behind a word that announces a name and a mark or blank.
fn name(characters: &[(usize, char)], at: usize) -> Option<(usize, usize, Kind)> {
    let says =
        |word: &&&str| word.chars().zip(0..).all(|(c, n)| characters.get(at + n).is_some_and(|x| x.1 == c));
    let word = ANNOUNCED.iter().find(says)?;
    let mut start = at + word.chars().count();
    start +=
        characters[start..].iter().take_while(|(_, c)| matches!(c, ':' | '：' | ' ' | '为' | '是')).count();
    let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let most = if *word == "我姓" { 1 } else { 3 };
    let length = characters[start..].iter().take(most).take_while(|(_, c)| chinese(*c)).count();
    (length + 2 > most.max(2) || length == 2 || (most == 1 && length == 1))
        .then_some((start, start + length, Kind::Name))
        .filter(|_| length > 0)
}
