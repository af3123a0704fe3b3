use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt::Write;

/// One key of the file with a key per purpose.
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) seal: [u8; 32],
    pub(crate) nonce: [u8; 32],
    pub(crate) lookup: [u8; 32],
    pub(crate) code: [u8; 32],
    pub(crate) token: [u8; 32],
    pub(crate) cookie: [u8; 32],
    pub(crate) csrf: [u8; 32],
    pub(crate) mark: [u8; 32],
}

impl Key {
    pub(crate) fn derive(id: String, secret: &[u8; 32]) -> Key {
        let from = Hkdf::<Sha256>::new(None, secret);
        let purpose = |name: &str| {
            let mut key = [0; 32];
            #[expect(clippy::expect_used, reason = "HKDF gives up to 255 digests, and one is asked for")]
            from.expand_multi_info(&[b"linli ", name.as_bytes()], &mut key).expect("32 bytes");
            key
        };
        Key {
            id,
            seal: purpose("seal"),
            nonce: purpose("nonce"),
            lookup: purpose("lookup"),
            code: purpose("code"),
            token: purpose("token"),
            cookie: purpose("cookie"),
            csrf: purpose("csrf"),
            mark: purpose("mark"),
        }
    }

    pub(crate) fn lookup(&self, value: &str) -> String {
        let plain = value.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let normal: String = plain.map(|c| c.to_ascii_uppercase()).collect();
        format!("{}:{}", self.id, hex(&mac(&self.lookup, &[normal.as_bytes()])))
    }

    pub(crate) fn token_digest(&self, token: &str) -> String {
        format!("{}:{}", self.id, hex(&mac(&self.token, &[token.as_bytes()])))
    }
}

/// HMAC-SHA-256 of the parts on end: all but the last must be of a fixed length.
pub(crate) fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("32 bytes");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
