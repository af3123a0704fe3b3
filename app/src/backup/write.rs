use super::{MANIFEST, Manifest, Part, disk, member};
use crate::config::Config;
use linli_base::{Problem, Refusal, Result, World};
use linli_files::{Folder, Sha, names};
use linli_store::{Snapshot, Table};
use std::{
    collections::BTreeSet,
    fs::File,
    io::{BufWriter, Seek, Write},
    path::Path,
};
use tempfile::NamedTempFile;

/// How hard xz tries, 0 to 9: text of a city shrinks to a sixth even so.
const PRESET: u32 = 1;

/// Writes everything but the key file into one file, as it stands now, while the city goes on. `told` hears of each
/// table. Refusal: `file_there` (`file`) where the name is taken.
pub async fn backup(
    config: &Config,
    world: &World,
    file: &Path,
    mut told: impl FnMut(&str),
) -> Result<Manifest> {
    if file.exists() {
        return Err(Refusal::new("file_there").with("file", file.display()).into());
    }
    let snapshot = Snapshot::open(&config.store).await?;
    let failed = disk("writing a backup", file);
    let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // readable by its owner only, as the crate makes them
    let whole = NamedTempFile::new_in(folder).map_err(&failed)?;
    let mut tar = tar::Builder::new(BufWriter::new(whole.as_file()));
    let now = world.now();
    let mut manifest = Manifest {
        linli: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now.0,
        database: snapshot.kind().await.to_owned(),
        key: "the key file is not in here: without it phones and look-up codes cannot be read".to_owned(),
        migrations: snapshot.migrations().await?,
        tables: Vec::new(),
        pictures: 0,
        missing: Vec::new(),
    };
    for table in snapshot.tables().await? {
        told(&table.name);
        let (packed, rows, sha256) = pack(&snapshot, &table, folder).await?;
        let length = packed.metadata().map_err(&failed)?.len();
        append(&mut tar, &member(&table.name), length, now.0, packed).map_err(&failed)?;
        manifest.tables.push(Part { table, rows, sha256 });
    }
    told("pictures");
    let pictures = Folder::new(config.pictures());
    let (mut read, mut after, mut done) = (snapshot.db().read(), None, BTreeSet::new());
    loop {
        let (page, last) = names(&mut read, after).await?;
        if last.is_none() {
            break;
        }
        after = last;
        for sha in page {
            if !done.insert(sha.clone()) {
                continue;
            }
            match pictures.get(&sha).await {
                Ok(bytes) if Sha::of(&bytes) == sha => {
                    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                    append(&mut tar, &format!("pictures/{sha}"), length, now.0, &*bytes).map_err(&failed)?;
                    manifest.pictures += 1;
                }
                Ok(_) | Err(Problem::NotFound) => manifest.missing.push(sha.to_string()),
                Err(other) => return Err(other),
            }
        }
    }
    let text = serde_json::to_vec_pretty(&manifest).map_err(|e| Problem::broken("writing a backup", e))?;
    let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
    append(&mut tar, MANIFEST, length, now.0, &*text).map_err(&failed)?;
    tar.into_inner().and_then(|mut out| out.flush()).map_err(&failed)?;
    whole.as_file().sync_all().map_err(&failed)?;
    whole.persist_noclobber(file).map_err(|e| failed(e.error))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(&failed)?;
    Ok(manifest)
}

/// A table packed into a file without a name, with its rows and its digest.
async fn pack(snapshot: &Snapshot, table: &Table, folder: &Path) -> Result<(File, u64, String)> {
    let failed = disk("writing a backup", folder);
    let packed = tempfile::tempfile_in(folder).map_err(&failed)?;
    let mut xz = liblzma::write::XzEncoder::new(Hashing::new(BufWriter::new(packed)), PRESET);
    let rows = snapshot.dump(table, &mut xz).await?;
    let (mut file, sha256) = xz.finish().and_then(Hashing::end).map_err(&failed)?;
    file.rewind().map_err(&failed)?;
    Ok((file, rows, sha256))
}

fn append(
    tar: &mut tar::Builder<impl Write>,
    name: &str,
    length: u64,
    made_at: i64,
    from: impl std::io::Read,
) -> std::io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(length);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(made_at / 1_000).unwrap_or(0));
    tar.append_data(&mut header, name, from)
}

/// Writes on, and keeps the digest of what went through.
struct Hashing {
    to: BufWriter<File>,
    digest: sha2::Sha256,
}

impl Hashing {
    fn new(to: BufWriter<File>) -> Hashing {
        Hashing { to, digest: sha2::Digest::new() }
    }

    fn end(self) -> std::io::Result<(File, String)> {
        let file = self.to.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        Ok((file, super::read::hex(&sha2::Digest::finalize(self.digest))))
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.to.write_all(bytes)?;
        sha2::Digest::update(&mut self.digest, bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}
