//! How short words are checked.

use linli_base::Flaw;

/// What is wrong with words that must stand there, of at most so many characters.
pub(crate) fn flaw(field: &str, text: &str, most: usize) -> Option<Flaw> {
    if text.is_empty() { Some(Flaw::new(field, "missing")) } else { long(field, text, most) }
}

/// What is wrong with words of at most so many characters.
pub(crate) fn long(field: &str, text: &str, most: usize) -> Option<Flaw> {
    let now = text.chars().count();
    (now > most).then(|| Flaw::new(field, "too_long").with("max", most).with("now", now))
}
