//! Small helpers for searching names.

/// A LIKE pattern for "holds this text", its own signs taken literally (ESCAPE '\'); U+0000, which no database may
/// hold, falls away.
pub(crate) fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.trim().chars().filter(|c| *c != '\0') {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// English names as we write them, each word with a capital, since LIKE minds the case on both databases.
pub(crate) fn title_case(text: &str) -> String {
    let word = |word: &str| {
        let mut chars = word.chars();
        chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
    };
    text.split_whitespace().map(word).collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_literal_and_words_have_capitals() {
        assert_eq!(like(" 50%_a\\ "), "%50\\%\\_a\\\\%");
        assert_eq!(like("书\0香"), "%书香%");
        assert_eq!(title_case("book fragrance community"), "Book Fragrance Community");
        assert_eq!(title_case("书香"), "书香");
    }
}
