//! The city's one secret and what is done with it: personal fields sealed, equality looked up, look-up codes,
//! digests of tokens, the keys that sign cookies and forms.
//!
//! The key file holds lines `k1 <64 hex digits>`, the newest last; lines that start with `#` are remarks.
//! Each secret gives one key per purpose (HKDF-SHA-256). What says which key it was made with (a sealed value, a
//! case's code) is made with the newest; what must be found again by equality (look-ups, token digests) with the
//! oldest that still stands, so that a key can be appended while the city works.

mod code;
mod derive;
mod file;
#[cfg(test)]
mod tests;

pub use file::KeyFileError;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use derive::{Key, hex, mac};
use linli_base::{Ids, Problem, Refusal, Result};
use std::{fmt, path::Path};
use subtle::ConstantTimeEq;
use thiserror::Error;
use uuid::Uuid;

/// All keys of this city.
pub struct KeyRing {
    oldest: Key,
    later: Vec<Key>,
}

/// Why a sealed value cannot be opened.
#[derive(Debug, Error)]
enum Unopened {
    #[error("it is not of the form key:base64")]
    Form,
    #[error("the key file has no key {0}: was it sealed with another key file?")]
    NoKey(String),
    #[error("it was changed, or belongs to another row, or was sealed with another key file")]
    Seal,
}

impl KeyRing {
    /// Reads the key file, or makes it with one new key and mode 0600. `ids` must be secret ones (`OsIds`).
    ///
    /// Refusal: `key_file_open` (`path`, `mode`) where group or others may read the file. Broken, with a
    /// [`KeyFileError`] as the cause: it is not a key file, or the disk says no.
    pub fn open_or_create(path: &Path, ids: &dyn Ids) -> Result<KeyRing> {
        KeyRing::of(path, file::open_or_create(path, ids))
    }

    /// Reads the key file; one that is not there is a refusal, `key_missing` (`path`).
    pub fn open_file(path: &Path) -> Result<KeyRing> {
        if !path.exists() {
            return Err(Refusal::new("key_missing").with("path", path.display()).into());
        }
        KeyRing::of(path, file::open(path))
    }

    fn of(path: &Path, read: Result<Vec<(String, [u8; 32])>, KeyFileError>) -> Result<KeyRing> {
        let mut keys = read
            .map_err(|e| match e {
                KeyFileError::Open(path, mode) => Refusal::new("key_file_open")
                    .with("path", path.display())
                    .with("mode", format!("{mode:o}"))
                    .into(),
                e => Problem::broken("opening the key file", e),
            })?
            .into_iter()
            .map(|(id, secret)| Key::derive(id, &secret));
        let oldest = keys
            .next()
            .ok_or_else(|| Problem::broken("opening the key file", KeyFileError::Empty(path.to_owned())))?;
        Ok(KeyRing { oldest, later: keys.collect() })
    }

    /// A ring of one key, `k1`, from its secret: for tests, which need no file.
    pub fn from_secret(secret: [u8; 32]) -> KeyRing {
        KeyRing { oldest: Key::derive("k1".to_owned(), &secret), later: Vec::new() }
    }

    fn newest(&self) -> &Key {
        self.later.last().unwrap_or(&self.oldest)
    }

    fn find(&self, id: &str) -> Option<&Key> {
        std::iter::once(&self.oldest).chain(&self.later).find(|key| key.id == id)
    }

    /// Seals a personal field of the row: `key:base64(nonce ‖ ciphertext)`. It opens for that row only.
    ///
    /// The nonce is an HMAC of row and text, so that the same text in the same row seals to the same value and no
    /// nonce ever serves two texts, whatever the source of randomness.
    pub fn seal(&self, text: &str, row: Uuid) -> Result<String> {
        let key = self.newest();
        let [nonce @ .., _, _, _, _, _, _, _, _] = mac(&key.nonce, &[row.as_bytes(), text.as_bytes()]);
        let payload = Payload { msg: text.as_bytes(), aad: row.as_bytes() };
        let sealed = XChaCha20Poly1305::new(&key.seal.into())
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|e| Problem::broken("sealing a field", e.to_string()))?;
        Ok(format!("{}:{}", key.id, STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat())))
    }

    /// Opens what was sealed for the row. Broken where it was changed, moved, or its key is gone.
    pub fn open(&self, sealed: &str, row: Uuid) -> Result<String> {
        self.unseal(sealed, row).map_err(|e| Problem::broken("opening a sealed field", e))
    }

    fn unseal(&self, sealed: &str, row: Uuid) -> Result<String, Unopened> {
        let (id, rest) = sealed.split_once(':').ok_or(Unopened::Form)?;
        let bytes = STANDARD_NO_PAD.decode(rest).ok().ok_or(Unopened::Form)?;
        let (nonce, msg) = bytes.split_first_chunk::<24>().ok_or(Unopened::Form)?;
        let key = self.find(id).ok_or_else(|| Unopened::NoKey(id.to_owned()))?;
        let text = XChaCha20Poly1305::new(&key.seal.into())
            .decrypt(&XNonce::from(*nonce), Payload { msg, aad: row.as_bytes() })
            .ok()
            .ok_or(Unopened::Seal)?;
        String::from_utf8(text).ok().ok_or(Unopened::Form)
    }

    /// What stands in the column where a sealed value must be found by equality: 64 hex digits. Spaces and hyphens
    /// do not count, nor do small and capital letters.
    pub fn lookup(&self, value: &str) -> String {
        let plain = value.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let normal: String = plain.map(|c| c.to_ascii_uppercase()).collect();
        hex(&mac(&self.oldest.lookup, &[normal.as_bytes()]))
    }

    /// What is stored of a token (session, API, one-time code) in its stead: 64 hex digits.
    pub fn token_digest(&self, token: &str) -> String {
        hex(&mac(&self.oldest.token, &[token.as_bytes()]))
    }

    /// The look-up code of a new case, 8 Crockford base32 characters, and the id of its key to store on the case.
    pub fn code(&self, case: Uuid) -> (String, String) {
        let key = self.newest();
        (code::of(key, case), key.id.clone())
    }

    /// The look-up code of a case again, from the id of the key on it. Broken where that key is gone.
    pub fn code_with(&self, case: Uuid, key_id: &str) -> Result<String> {
        let key = self.find(key_id).ok_or_else(|| Unopened::NoKey(key_id.to_owned()));
        Ok(code::of(key.map_err(|e| Problem::broken("answering a look-up code", e))?, case))
    }

    /// Whether this is the case's look-up code; in constant time. Forgiven: small letters, full-width ones, spaces
    /// and hyphens, O for 0, I and L for 1.
    pub fn code_matches(&self, case: Uuid, key_id: &str, typed: &str) -> bool {
        let typed = code::normal(typed);
        self.find(key_id)
            .is_some_and(|key| bool::from(code::of(key, case).as_bytes().ct_eq(typed.as_bytes())))
    }

    /// The key that signs cookies.
    pub fn cookie_key(&self) -> [u8; 32] {
        self.newest().cookie
    }

    /// The key that protects forms against forged ones.
    pub fn csrf_key(&self) -> [u8; 32] {
        self.newest().csrf
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entry(&self.oldest.id).entries(self.later.iter().map(|key| &key.id)).finish()
    }
}
