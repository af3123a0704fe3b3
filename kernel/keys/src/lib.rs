//! The city's one secret and what is done with it: personal fields sealed, equality looked up, look-up codes,
//! digests of tokens, the keys that sign cookies and forms.
//!
//! The key file holds lines `k1 <64 hex digits>`, the newest last; lines that start with `#` are remarks.
//! Each secret gives one key per purpose (HKDF-SHA-256). Whatever is made says with which key, by its id in front;
//! finding by equality tries all keys, so that one can be added while the city works (ADR 13).

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
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};
use subtle::ConstantTimeEq;
use thiserror::Error;
use uuid::Uuid;

/// All keys of this city. Whoever holds one sees a key that is added or dropped while the program runs.
pub struct KeyRing {
    path: Option<PathBuf>,
    keys: RwLock<Arc<Keys>>,
    halted: AtomicBool,
}

/// The keys as they stand at a moment.
struct Keys {
    oldest: Arc<Key>,
    later: Vec<Arc<Key>>,
    making: Arc<Key>,
}

impl Keys {
    fn all(&self) -> impl Iterator<Item = &Arc<Key>> {
        std::iter::once(&self.oldest).chain(&self.later)
    }

    fn find(&self, id: &str) -> Option<&Arc<Key>> {
        self.all().find(|key| key.id == id)
    }
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
        Ok(KeyRing {
            path: Some(path.to_owned()),
            keys: RwLock::new(Arc::new(KeyRing::derived(path, read)?)),
            halted: AtomicBool::new(false),
        })
    }

    fn derived(path: &Path, read: Result<Vec<(String, [u8; 32])>, KeyFileError>) -> Result<Keys> {
        let mut keys =
            read.map_err(refused)?.into_iter().map(|(id, secret)| Arc::new(Key::derive(id, &secret)));
        let oldest = keys.next().ok_or_else(|| refused(KeyFileError::Empty(path.to_owned())))?;
        let later: Vec<Arc<Key>> = keys.collect();
        let making = later.last().unwrap_or(&oldest).clone();
        Ok(Keys { oldest, later, making })
    }

    /// A ring of one key, `k1`, from its secret: for tests, which need no file.
    pub fn from_secret(secret: [u8; 32]) -> KeyRing {
        let only = Arc::new(Key::derive("k1".to_owned(), &secret));
        let keys = Keys { oldest: only.clone(), later: Vec::new(), making: only };
        KeyRing { path: None, keys: RwLock::new(Arc::new(keys)), halted: AtomicBool::new(false) }
    }

    fn now(&self) -> Arc<Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, new: impl FnOnce(&Keys) -> Keys) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        *keys = Arc::new(new(&keys));
    }

    /// Reads the key file again. What new values are made with stays as it is, while that key is there: see
    /// [`KeyRing::make_with`].
    pub fn reload(&self) -> Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let mut read = KeyRing::derived(path, file::open(path))?;
        self.change(|now| {
            if let Some(making) = read.find(&now.making.id).cloned() {
                read.making = making;
            }
            read
        });
        Ok(())
    }

    /// Makes new values with this key from now on. Where it is not there, nothing changes.
    pub fn make_with(&self, id: &str) {
        self.change(|now| {
            let making = now.find(id).unwrap_or(&now.making).clone();
            Keys { oldest: now.oldest.clone(), later: now.later.clone(), making }
        });
    }

    /// Says whether a key is lacking that the city's data needs. Until it is there nothing may be answered.
    pub fn halt(&self, lacking: bool) {
        self.halted.store(lacking, Ordering::Relaxed);
    }

    /// Whether a key is lacking.
    pub fn halted(&self) -> bool {
        self.halted.load(Ordering::Relaxed)
    }

    /// The id of the key that new values are made with.
    pub fn making(&self) -> String {
        self.now().making.id.clone()
    }

    /// The keys, oldest first: each with what tells it from another key of the same id, and tells nothing else.
    pub fn marks(&self) -> Vec<(String, String)> {
        self.now().all().map(|key| (key.id.clone(), hex(&key.mark))).collect()
    }

    /// Where the key file lies, for words; empty where there is none.
    pub fn path(&self) -> String {
        self.path.as_ref().map(|path| path.display().to_string()).unwrap_or_default()
    }

    /// Adds a new key to the file, which is written whole or not at all, and to the ring. Nothing is made with it
    /// before [`KeyRing::make_with`]. `ids` must be secret ones.
    pub fn add(&self, id: &str, ids: &dyn Ids) -> Result<()> {
        if let Some(path) = &self.path {
            file::append(path, id, ids).map_err(refused)?;
        }
        self.reload()
    }

    /// Takes a key out of the file and of the ring: what it sealed is lost.
    pub fn forget(&self, id: &str) -> Result<()> {
        if let Some(path) = &self.path {
            file::remove(path, id).map_err(refused)?;
        }
        self.reload()
    }

    /// The key of the id; the file is read again where it has one that was added since.
    fn find(&self, id: &str) -> Result<Arc<Key>, Unopened> {
        if self.now().find(id).is_none() && self.reload().is_err() {
            tracing::warn!("the key file cannot be read again");
        }
        self.now().find(id).cloned().ok_or_else(|| Unopened::NoKey(id.to_owned()))
    }

    /// Seals a personal field of the row: `key:base64(nonce ‖ ciphertext)`. It opens for that row only.
    ///
    /// The nonce is an HMAC of row and text, so that the same text in the same row seals to the same value and no
    /// nonce ever serves two texts, whatever the source of randomness.
    pub fn seal(&self, text: &str, row: Uuid) -> Result<String> {
        let key = self.now().making.clone();
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
        let key = self.find(id)?;
        let text = XChaCha20Poly1305::new(&key.seal.into())
            .decrypt(&XNonce::from(*nonce), Payload { msg, aad: row.as_bytes() })
            .ok()
            .ok_or(Unopened::Seal)?;
        String::from_utf8(text).ok().ok_or(Unopened::Form)
    }

    /// What stands in the column where a sealed value must be found by equality: the key's id and 64 hex digits.
    /// Spaces and hyphens do not count, nor do small and capital letters.
    pub fn lookup(&self, value: &str) -> String {
        self.now().making.lookup(value)
    }

    /// All that may stand there for this value, whichever key made it; the newest key's first.
    pub fn lookups(&self, value: &str) -> Vec<String> {
        self.each(|key| key.lookup(value))
    }

    /// What is stored of a token (session, API, one-time code) in its stead: the key's id and 64 hex digits.
    pub fn token_digest(&self, token: &str) -> String {
        self.now().making.token_digest(token)
    }

    /// All that may be stored of this token, whichever key made it; the newest key's first.
    pub fn token_digests(&self, token: &str) -> Vec<String> {
        self.each(|key| key.token_digest(token))
    }

    /// Before keys could be rotated the oldest one made values without its id, and some are still so.
    fn each(&self, made: impl Fn(&Key) -> String) -> Vec<String> {
        let now = self.now();
        let bare = made(&now.oldest);
        let bare = bare.split_once(':').map(|(_, digits)| digits.to_owned());
        let mut all: Vec<&Arc<Key>> = now.all().collect();
        all.reverse();
        all.into_iter().map(|key| made(key)).chain(bare).collect()
    }

    /// The look-up code of a new case, 8 Crockford base32 characters, and the id of its key to store on the case.
    pub fn code(&self, case: Uuid) -> (String, String) {
        let key = self.now().making.clone();
        (code::of(&key, case), key.id.clone())
    }

    /// The look-up code of a case again, from the id of the key on it, or from the sealed one where its key was
    /// rotated. Broken where that key is gone.
    pub fn code_with(&self, case: Uuid, key_id: &str, sealed: Option<&str>) -> Result<String> {
        let code = match sealed {
            Some(sealed) => self
                .unseal(sealed, case)
                .and_then(|text| text.strip_prefix(SEALED_CODE).map(str::to_owned).ok_or(Unopened::Form)),
            None => self.find(key_id).map(|key| code::of(&key, case)),
        };
        code.map_err(|e| Problem::broken("answering a look-up code", e))
    }

    /// A case's look-up code sealed with the newest key, so that it stays what it is when the key that it was made
    /// from goes.
    pub fn seal_code(&self, case: Uuid, code: &str) -> Result<String> {
        self.seal(&format!("{SEALED_CODE}{code}"), case)
    }

    /// Whether this is the case's look-up code; in constant time. Forgiven: small letters, full-width ones, spaces
    /// and hyphens, O for 0, I and L for 1.
    pub fn code_matches(&self, case: Uuid, key_id: &str, sealed: Option<&str>, typed: &str) -> bool {
        let typed = code::normal(typed);
        self.code_with(case, key_id, sealed)
            .is_ok_and(|code| bool::from(code.as_bytes().ct_eq(typed.as_bytes())))
    }

    /// The key that signs cookies: of the oldest, so that copies of the program which started before and after a key
    /// was added take each other's.
    pub fn cookie_key(&self) -> [u8; 32] {
        self.now().oldest.cookie
    }

    /// The key that protects forms against forged ones, of the oldest too.
    pub fn csrf_key(&self) -> [u8; 32] {
        self.now().oldest.csrf
    }
}

fn refused(e: KeyFileError) -> Problem {
    match e {
        KeyFileError::Open(path, mode) => Refusal::new("key_file_open")
            .with("path", path.display())
            .with("mode", format!("{mode:o}"))
            .into(),
        e => Problem::broken("opening the key file", e),
    }
}

/// Stands before a sealed code, so that nothing else of the case's row that is sealed opens as one.
const SEALED_CODE: &str = "code ";

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.now().all().map(|key| &key.id)).finish()
    }
}
