use crate::derive::{Key, mac};
use uuid::Uuid;

/// Crockford's base 32: no I, L, O (they look like 1 and 0), no U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The first 40 bits of the case's HMAC as 8 characters.
pub(crate) fn of(key: &Key, case: Uuid) -> String {
    let mac = mac(&key.code, &[case.as_bytes()]);
    let bits = mac.iter().take(5).fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
    let letter = |place: u32| {
        let value = usize::try_from((bits >> (5 * place)) & 31).unwrap_or_default();
        char::from(LETTERS.get(value).copied().unwrap_or_default())
    };
    (0..8).rev().map(letter).collect()
}

/// What was typed, as it would stand on the receipt.
pub(crate) fn normal(typed: &str) -> String {
    let narrow = |c: char| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    let letters = typed.chars().map(narrow).filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—'));
    let plain = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        letter => letter,
    };
    letters.map(plain).collect()
}
