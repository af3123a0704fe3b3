use super::{MANIFEST, Manifest, disk, member};
use crate::{config::Config, engine::ROOMS};
use linli_base::{Problem, Refusal, Result, World};
use linli_files::{Folder, Sha};
use linli_store::{Config as Store, Db, Migrations, Snapshot, Source};
use std::{
    collections::BTreeMap,
    fmt::Write,
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Where a member's bytes lie in the file, and how many.
type Places = BTreeMap<String, (u64, u64)>;

/// Bytes as lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn damaged(file: &Path, what: impl std::fmt::Display) -> Problem {
    Refusal::new("backup_damaged").with("file", file.display()).with("what", what).into()
}

/// Reads a backup whole and compares every digest. Refusal: `backup_damaged` (`file`, `what`).
pub fn verify(file: &Path) -> Result<Manifest> {
    Ok(read(file)?.0)
}

fn read(file: &Path) -> Result<(Manifest, Places)> {
    let failed = disk("reading a backup", file);
    let broken = |e: io::Error| damaged(file, e);
    let mut tar = tar::Archive::new(BufReader::new(File::open(file).map_err(&failed)?));
    let (mut places, mut digests, mut manifest) = (Places::new(), BTreeMap::new(), None);
    for entry in tar.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let name = entry.path().map_err(broken)?.to_string_lossy().into_owned();
        places.insert(name.clone(), (entry.raw_file_position(), entry.size()));
        if name == MANIFEST {
            let read = serde_json::from_reader::<_, Manifest>(&mut entry);
            manifest = Some(read.map_err(|e| damaged(file, e))?);
            continue;
        }
        let mut digest: sha2::Sha256 = sha2::Digest::new();
        let mut part = vec![0; 1 << 16];
        loop {
            let many = entry.read(&mut part).map_err(broken)?;
            let Some(bytes) = part.get(..many).filter(|bytes| !bytes.is_empty()) else { break };
            sha2::Digest::update(&mut digest, bytes);
        }
        digests.insert(name, hex(&sha2::Digest::finalize(digest)));
    }
    let manifest = manifest.ok_or_else(|| damaged(file, MANIFEST))?;
    for part in &manifest.tables {
        if digests.get(&member(&part.table.name)) != Some(&part.sha256) {
            return Err(damaged(file, &part.table.name));
        }
    }
    let mut pictures = 0;
    for (name, digest) in &digests {
        if let Some(sha) = name.strip_prefix("pictures/") {
            pictures += 1;
            if sha != digest {
                return Err(damaged(file, name));
            }
        }
    }
    if pictures != manifest.pictures {
        return Err(damaged(file, "pictures"));
    }
    Ok((manifest, places))
}

/// Puts a backup into an empty data folder or schema. Refusals: `not_empty`, `backup_damaged`, `backup_newer`
/// (`migrations`) where a newer program wrote it.
pub async fn restore(
    config: &Config,
    world: &World,
    file: &Path,
    told: impl Fn(&str) + Send + Sync + 'static,
) -> Result<Manifest> {
    if Snapshot::open(&config.store).await.is_ok() && !empty(&config.store).await? {
        return Err(Refusal::new("not_empty").into());
    }
    let owned = file.to_owned();
    let (manifest, places) = tokio::task::spawn_blocking(move || read(&owned))
        .await
        .map_err(|e| Problem::broken("reading a backup", e))??;
    let rooms = as_it_was(&manifest)?;
    let folder = Folder::new(config.pictures());
    for (name, place) in &places {
        let Some(sha) = name.strip_prefix("pictures/").and_then(Sha::parse) else { continue };
        let mut bytes = Vec::new();
        part(file, *place)
            .and_then(|mut from| from.read_to_end(&mut bytes))
            .map_err(disk("reading a backup", file))?;
        folder.put(&sha, bytes).await?;
    }
    let tables = manifest.tables.iter().map(|part| part.table.clone()).collect();
    let db = Db::open(&config.store).await?;
    let source = Arc::new(Archive { file: file.to_owned(), places });
    db.restore(rooms, tables, source, Arc::new(told), world.now()).await?;
    db.migrate(ROOMS, world.now()).await?;
    Ok(manifest)
}

async fn empty(store: &Store) -> Result<bool> {
    Ok(Snapshot::open(store).await?.tables().await?.is_empty())
}

/// The rooms with just those migrations that had run when the backup was made.
fn as_it_was(manifest: &Manifest) -> Result<Vec<Migrations>> {
    let had = |room: &str, name: &str| manifest.migrations.iter().any(|(r, n, _)| r == room && n == name);
    let mut rooms = Vec::new();
    for room in ROOMS {
        // they are only ever added at the end
        let files = room.files.iter().take_while(|(name, _)| had(room.room, name)).count();
        rooms.push(Migrations { files: room.files.get(..files).unwrap_or_default(), ..*room });
    }
    let known = |room: &str, name: &str| {
        rooms.iter().any(|r| r.room == room && r.files.iter().any(|(n, _)| *n == name))
    };
    let unknown: Vec<String> = manifest
        .migrations
        .iter()
        .filter(|(room, name, _)| !known(room, name))
        .map(|(room, name, _)| format!("{room}/{name}"))
        .collect();
    match unknown.as_slice() {
        [] => Ok(rooms),
        unknown => Err(Refusal::new("backup_newer").with("migrations", unknown.join(", ")).into()),
    }
}

/// The tables of a backup that has been verified.
struct Archive {
    file: PathBuf,
    places: Places,
}

impl Source for Archive {
    fn lines(&self, table: &str) -> io::Result<Box<dyn BufRead + Send>> {
        let place = self.places.get(&member(table)).copied().unwrap_or_default();
        Ok(Box::new(BufReader::new(liblzma::read::XzDecoder::new(part(&self.file, place)?))))
    }
}

fn part(file: &Path, (at, length): (u64, u64)) -> io::Result<io::Take<File>> {
    let mut file = File::open(file)?;
    file.seek(SeekFrom::Start(at))?;
    Ok(file.take(length))
}
