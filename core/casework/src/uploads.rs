use linli_authz::Scope;
use linli_base::{FileId, Problem, Result, World};
use linli_files::{Folder, Picture, rows};
use linli_store::Db;
use std::sync::Arc;
use tokio::sync::{RwLock, Semaphore};

/// Takes pictures in: checked, made upright and small, without metadata, two at a time (each takes about 50 MB while
/// it is worked on).
#[derive(Clone)]
pub struct Uploads {
    pub(crate) db: Db,
    world: World,
    pub(crate) folder: Folder,
    gate: Arc<Semaphore>,
    /// Held by whoever brings bytes with their row, and alone by whoever removes some.
    pub(crate) bytes: Arc<RwLock<()>>,
}

impl Uploads {
    /// Keeps pictures in `folder`.
    pub fn new(db: Db, world: World, folder: Folder) -> Self {
        Uploads { db, world, folder, gate: Arc::new(Semaphore::new(2)), bytes: Arc::default() }
    }

    /// Takes one picture. Flaws of [`Picture::take`] under `field`.
    pub async fn take(&self, field: &str, bytes: Vec<u8>) -> Result<FileId> {
        let permit =
            self.gate.clone().acquire_owned().await.map_err(|e| Problem::broken("taking a picture", e))?;
        let name = field.to_owned();
        let picture = tokio::task::spawn_blocking(move || {
            let taken = Picture::take(&name, &bytes);
            drop(permit);
            taken
        });
        let picture = picture.await.map_err(|e| Problem::broken("taking a picture", e))??;
        let _brings = self.bytes.read().await;
        self.folder.put(&picture.full.sha, picture.full.bytes.clone()).await?;
        self.folder.put(&picture.thumb.sha, picture.thumb.bytes.clone()).await?;
        let (id, now, picture): (FileId, _, _) = (self.world.id(), self.world.now(), Arc::new(picture));
        self.db
            .write(async move |tx| rows::add(tx, &Scope::system("take a picture"), id, &picture, now).await)
            .await?;
        Ok(id)
    }

    /// A picture's JPEG, small or whole. Ask first whether it may be seen
    /// ([`Casework::sees_picture`](crate::Casework::sees_picture)).
    pub async fn jpeg(&self, id: FileId, small: bool) -> Result<Vec<u8>> {
        let row = rows::find(&mut self.db.read(), &Scope::system("show a picture"), id).await?;
        self.folder.get(if small { &row.thumb_sha } else { &row.sha }).await
    }
}
