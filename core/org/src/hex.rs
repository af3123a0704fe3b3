//! Digests in text.

use sha2::{Digest, Sha256};

/// SHA-256 of a text, 64 lower-case hexadecimal digits.
pub(crate) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |out, byte| out + &format!("{byte:02x}"))
}
