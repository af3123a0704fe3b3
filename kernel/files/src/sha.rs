use sha2::{Digest, Sha256};
use std::fmt::{self, Write};

/// The SHA-256 of a file's bytes, which is its name: 64 lower-case hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha(String);

impl Sha {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Sha {
        Sha(Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }

    /// Reads a name; `None` where it is not one, so that no path can be smuggled in.
    pub fn parse(text: &str) -> Option<Sha> {
        let hex = |c: char| matches!(c, '0'..='9' | 'a'..='f');
        (text.len() == 64 && text.chars().all(hex)).then(|| Sha(text.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
