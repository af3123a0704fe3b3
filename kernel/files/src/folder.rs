use crate::Sha;
use linli_base::{Broken, Problem, Result};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tempfile::NamedTempFile;

/// Where the bytes of files lie: a folder with a sub-folder for the first two digits of each name.
#[derive(Clone, Debug)]
pub struct Folder(Arc<Path>);

impl Folder {
    /// Below `root`, which is made with the first file.
    pub fn new(root: impl Into<PathBuf>) -> Folder {
        Folder(root.into().into())
    }

    /// Keeps the bytes under their name. When it answers they are on the disk, whole; a name that is there already is
    /// written anew with the same bytes. `Unavailable` where the disk says no.
    pub async fn put(&self, sha: &Sha, bytes: Vec<u8>) -> Result<()> {
        self.with("keeping a file", sha, move |path| {
            let folder = path.parent().unwrap_or(path);
            fs::create_dir_all(folder)?;
            let mut file = NamedTempFile::new_in(folder)?;
            file.write_all(&bytes)?;
            file.as_file().sync_all()?;
            file.persist(path).map_err(|e| e.error)?;
            File::open(folder)?.sync_all()?;
            File::open(folder.parent().unwrap_or(folder))?.sync_all()
        })
        .await
    }

    /// The bytes of the name. `NotFound` where there are none.
    pub async fn get(&self, sha: &Sha) -> Result<Vec<u8>> {
        self.with("reading a file", sha, |path| fs::read(path)).await
    }

    /// Removes the name; it is no matter if it is gone already. Two uploads of the same bytes share one name: ask the
    /// `file` table first.
    pub async fn delete(&self, sha: &Sha) -> Result<()> {
        self.with("deleting a file", sha, |path| match fs::remove_file(path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        })
        .await
    }

    /// The names whose first two digits are `fan` and that were written longer ago than `age`.
    pub(crate) async fn older(&self, fan: u8, age: Duration) -> Result<Vec<Sha>> {
        let folder = self.0.join(format!("{fan:02x}"));
        let list = move || -> io::Result<Vec<Sha>> {
            let entries = match fs::read_dir(folder) {
                Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
                entries => entries?,
            };
            let mut names = Vec::new();
            for entry in entries {
                let entry = entry?;
                let old = entry.metadata()?.modified()?.elapsed().is_ok_and(|since| since > age);
                names.extend(entry.file_name().to_str().and_then(Sha::parse).filter(|_| old));
            }
            Ok(names)
        };
        let done =
            tokio::task::spawn_blocking(list).await.map_err(|e| Problem::broken("listing files", e))?;
        done.map_err(|e| Problem::Unavailable(Broken { doing: "listing files", cause: e.into() }))
    }

    /// Does `work` on the name's path, off the async threads.
    async fn with<T: Send + 'static>(
        &self,
        doing: &'static str,
        sha: &Sha,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T> {
        let (fan, _) = sha.as_str().split_at(2);
        let path = self.0.join(fan).join(sha.as_str());
        let done = tokio::task::spawn_blocking(move || work(&path)).await;
        done.map_err(|e| Problem::broken(doing, e))?.map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => Problem::NotFound,
            _ => Problem::Unavailable(Broken { doing, cause: e.into() }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn keeps_gives_back_and_forgets() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::new(root.path().join("files"));
        let sha = Sha::of(b"abc");
        assert_eq!(sha.as_str(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(matches!(folder.get(&sha).await, Err(Problem::NotFound)));
        folder.put(&sha, b"abc".to_vec()).await.unwrap();
        folder.put(&sha, b"abc".to_vec()).await.unwrap();
        assert_eq!(folder.get(&sha).await.unwrap(), b"abc");
        let fan = root.path().join("files/ba");
        assert_eq!(fs::read_dir(fan).unwrap().count(), 1, "no half-written file is left");
        folder.delete(&sha).await.unwrap();
        folder.delete(&sha).await.unwrap();
        assert!(matches!(folder.get(&sha).await, Err(Problem::NotFound)));
    }

    #[tokio::test]
    async fn a_disk_that_says_no_is_no_fault_of_the_program() {
        let root = tempfile::NamedTempFile::new().unwrap();
        let problem = Folder::new(root.path()).put(&Sha::of(b""), Vec::new()).await.unwrap_err();
        assert!(matches!(problem, Problem::Unavailable(_)), "{problem}");
    }

    #[test]
    fn only_a_sha_names_a_file() {
        assert!(Sha::parse("../../etc/passwd").is_none());
        assert!(Sha::parse(&"A".repeat(64)).is_none());
        assert_eq!(Sha::parse(Sha::of(b"").as_str()), Some(Sha::of(b"")));
    }
}
