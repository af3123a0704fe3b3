//! Tokens: 32 random bytes, of which only a digest is stored.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use linli_base::Ids;

/// 32 random bytes in 43 characters.
pub(crate) fn token(ids: &dyn Ids) -> String {
    let mut bytes = [0; 32];
    ids.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}
