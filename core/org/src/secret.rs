//! Tokens: 32 random bytes, stored as their digest only.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use linli_base::Ids;
use sha2::{Digest, Sha256};

/// 32 random bytes in 43 characters.
pub(crate) fn token(ids: &dyn Ids) -> String {
    let mut bytes = [0; 32];
    ids.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is stored of a token. A plain digest: 256 random bits need no salt.
pub(crate) fn digest(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}
