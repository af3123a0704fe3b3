use crate::derive::hex;
use linli_base::Ids;
use std::{
    fs::File,
    io::{self, Read, Write},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;
use thiserror::Error;

const REMARK: &str = "# Linli's keys. Without them no phone can be read and no look-up code answered; with them \
anyone can. Keep a copy apart from the backups.";

/// What is wrong with the key file.
#[derive(Debug, Error)]
pub enum KeyFileError {
    /// Its mode lets group or others in.
    #[error("{0} can be read by others (mode {1:o}): chmod 600 it")]
    Open(PathBuf, u32),
    /// It holds no key.
    #[error("{0} holds no key: put the copy of the key file back, or remove it if the database is new")]
    Empty(PathBuf),
    /// A line is not `id secret`.
    #[error("{0}, line {1} is not a key (an id, a space, 64 hex digits)")]
    Line(PathBuf, usize),
    /// Two lines have the same id.
    #[error("{0} has two keys with the id {1}")]
    Twice(PathBuf, String),
    /// The disk says no.
    #[error("{0}: {1}")]
    Io(PathBuf, #[source] io::Error),
}

/// The keys of the file, oldest first, each an id and its secret.
pub(crate) fn open_or_create(path: &Path, ids: &dyn Ids) -> Result<Vec<(String, [u8; 32])>, KeyFileError> {
    if !path.exists() {
        create(path, ids).map_err(|e| KeyFileError::Io(path.to_owned(), e))?;
    }
    open(path)
}

/// The keys of a file that is there.
pub(crate) fn open(path: &Path) -> Result<Vec<(String, [u8; 32])>, KeyFileError> {
    let failed = |e| KeyFileError::Io(path.to_owned(), e);
    let mut file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Open(path.to_owned(), mode));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(failed)?;
    parse(path, &text)
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn line(id: &str, ids: &dyn Ids) -> String {
    let mut secret = [0; 32];
    ids.fill(&mut secret);
    format!("{id} {}", hex(&secret))
}

/// Writes the file whole or not at all. Where another program was faster, its file stands.
fn create(path: &Path, ids: &dyn Ids) -> io::Result<()> {
    let folder = folder(path);
    let mut file = NamedTempFile::new_in(folder)?;
    writeln!(file, "{REMARK}\n{}", line("k1", ids))?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(e) if e.error.kind() != io::ErrorKind::AlreadyExists => Err(e.error),
        _ => File::open(folder)?.sync_all(),
    }
}

/// Adds a new key at the end.
pub(crate) fn append(path: &Path, id: &str, ids: &dyn Ids) -> Result<(), KeyFileError> {
    if open(path)?.iter().any(|(other, _)| other == id) {
        return Err(KeyFileError::Twice(path.to_owned(), id.to_owned()));
    }
    let with = |text: String| format!("{}\n{}\n", text.trim_end(), line(id, ids));
    rewrite(path, with).map_err(|e| KeyFileError::Io(path.to_owned(), e))
}

/// Takes the line of a key out.
pub(crate) fn remove(path: &Path, id: &str) -> Result<(), KeyFileError> {
    open(path)?;
    let other = |line: &&str| read_line(line).is_none_or(|(found, _)| found != id);
    let without = |text: String| text.lines().filter(other).collect::<Vec<_>>().join("\n") + "\n";
    rewrite(path, without).map_err(|e| KeyFileError::Io(path.to_owned(), e))
}

/// The new text takes the file's place at once, with its owner: the command may be root's, the file the service's.
fn rewrite(path: &Path, new: impl FnOnce(String) -> String) -> io::Result<()> {
    let was = std::fs::metadata(path)?;
    let mut file = NamedTempFile::new_in(folder(path))?;
    file.write_all(new(std::fs::read_to_string(path)?).as_bytes())?;
    std::os::unix::fs::fchown(file.as_file(), Some(was.uid()), Some(was.gid()))?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    File::open(folder(path))?.sync_all()
}

fn parse(path: &Path, text: &str) -> Result<Vec<(String, [u8; 32])>, KeyFileError> {
    let mut keys: Vec<(String, [u8; 32])> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let (id, secret) =
            read_line(line).ok_or_else(|| KeyFileError::Line(path.to_owned(), index.saturating_add(1)))?;
        if keys.iter().any(|(other, _)| *other == id) {
            return Err(KeyFileError::Twice(path.to_owned(), id));
        }
        keys.push((id, secret));
    }
    Ok(keys)
}

fn read_line(line: &str) -> Option<(String, [u8; 32])> {
    let (id, secret) = line.trim().split_once(' ')?;
    let secret = unhex(secret.trim())?;
    let plain = !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    plain.then(|| (id.to_owned(), secret))
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut secret = [0; 32];
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (n, byte) in secret.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * n..2 * n + 2)?, 16).ok()?;
    }
    Some(secret)
}
