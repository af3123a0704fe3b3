use crate::Flaw;
use std::fmt;

/// A phone number of mainland China: a mobile (11 digits from 13 to 19), or a landline with its area code
/// (0, 2–3 digits, then 7–8). Digits only. `Debug` and `Display` show it masked.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Reads what a person typed: spaces, hyphens, full-width digits and +86 are forgiven.
    /// Flaws: `phone_length` (`digits`: how many there are), `phone_form`.
    pub fn parse(field: &str, text: &str) -> Result<Phone, Flaw> {
        let mut digits = String::new();
        for c in text.trim().trim_start_matches("+86").chars() {
            match c {
                '0'..='9' => digits.push(c),
                '０'..='９' => {
                    digits.extend(char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')));
                }
                ' ' | '-' | '－' | '\u{3000}' | '(' | ')' | '（' | '）' => {}
                _ => return Err(Flaw::new(field, "phone_form")),
            }
        }
        let landline =
            digits.starts_with('0') && !digits.starts_with("00") && matches!(digits.len(), 10..=12);
        let mobile = matches!(digits.get(..2), Some("13" | "14" | "15" | "16" | "17" | "18" | "19"));
        match digits.len() {
            _ if landline => Ok(Phone(digits)),
            11 if mobile => Ok(Phone(digits)),
            11 => Err(Flaw::new(field, "phone_form")),
            n => Err(Flaw::new(field, "phone_length").with("digits", n)),
        }
    }

    /// All digits, for calling it or sealing it.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// `138****5678`; a landline keeps its area code and last two digits.
    pub fn masked(&self) -> String {
        let keep_end = if self.0.starts_with('1') { 4 } else { 2 };
        let head: String = self.0.chars().take(3).collect();
        let tail: String = self.0.chars().skip(self.0.len().saturating_sub(keep_end)).collect();
        format!("{head}****{tail}")
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgives_how_people_type() {
        for typed in ["13800005678", " 138-0000 5678 ", "+86 13800005678", "１３８００００５６７８"]
        {
            assert_eq!(Phone::parse("phone", typed).unwrap().digits(), "13800005678");
        }
        assert_eq!(Phone::parse("phone", "0535-3222222").unwrap().masked(), "053****22");
        assert_eq!(Phone::parse("phone", "13800005678").unwrap().masked(), "138****5678");
    }

    #[test]
    fn says_what_is_wrong() {
        let flaw = Phone::parse("phone", "138 0000 567").unwrap_err();
        assert_eq!((flaw.code, flaw.args), ("phone_length", vec![("digits", "10".to_owned())]));
        assert_eq!(Phone::parse("phone", "23800005678").unwrap_err().code, "phone_form");
        assert_eq!(Phone::parse("phone", "call me").unwrap_err().code, "phone_form");
    }
}
