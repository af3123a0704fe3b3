//! The `file` table. What a file hangs on, and so who may see it, its room says: it joins its own rows under its scope.

use crate::{Picture, Sha};
use linli_authz::Scope;
use linli_base::{At, FileId, Problem, Result};
use linli_store::{FromValue, Query, Tx, Value, args, row, statements};

row! {
    /// A file as stored.
    pub struct FileRow {
        pub id: FileId,
        /// `picture`.
        pub kind: String,
        pub sha: Sha,
        pub thumb_sha: Sha,
        /// Of the full one.
        pub bytes: i64,
        /// Of the full one, in pixels.
        pub width: i64,
        /// Of the full one, in pixels.
        pub height: i64,
        pub made_at: At,
    }
}

statements! {
    ADD(unscoped "an upload belongs to no one until its room hangs it on something") =
        "INSERT INTO file (id, kind, sha, thumb_sha, bytes, width, height, made_at)
         VALUES ($1, 'picture', $2, $3, $4, $5, $6, $7)";
    pub(crate) AFTER(unscoped "doctor and backup go through all files") =
        "SELECT id, sha, thumb_sha FROM file WHERE TRUE {when:1: AND id > $1} ORDER BY id LIMIT 500";
    pub(crate) NAMED(unscoped "doctor asks which names are known") =
        "SELECT id, sha, thumb_sha FROM file WHERE sha IN {list:1} OR thumb_sha IN {list:1}";
    BY_ID(unscoped "its room has asked its own rows whether it may be seen") =
        "SELECT id, kind, sha, thumb_sha, bytes, width, height, made_at FROM file WHERE id = $1";
}

row! {
    /// The names of a file's bytes.
    pub(crate) struct NamesRow { pub id: FileId, pub sha: Sha, pub thumb_sha: Sha }
}

/// Adds the row of a picture whose bytes are kept already.
pub async fn add(tx: &mut Tx<'_>, scope: &Scope, id: FileId, picture: &Picture, now: At) -> Result<()> {
    let (full, thumb) = (&picture.full, &picture.thumb);
    let bytes = i64::try_from(full.bytes.len()).map_err(|e| Problem::broken("adding a file", e))?;
    let (width, height) = (i64::from(full.width), i64::from(full.height));
    let row = args![id, full.sha.as_str(), thumb.sha.as_str(), bytes, width, height, now];
    tx.run(&ADD, scope, row).await?;
    Ok(())
}

/// A file's row. `NotFound` where there is none. Asked after its room has found that the scope reaches it.
pub async fn find(query: &mut impl Query, scope: &Scope, id: FileId) -> Result<FileRow> {
    query.one(&BY_ID, scope, args![id]).await
}

impl FromValue for Sha {
    fn from_value(value: Value) -> Result<Sha> {
        let text = String::from_value(value)?;
        Sha::parse(&text).ok_or_else(|| Problem::broken("reading a file's name", text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Jpeg, MIGRATIONS};
    use linli_base::kind;
    use linli_testkit::{START, TestDb, db_test};

    #[db_test(&[MIGRATIONS])]
    async fn every_statement_prepares(db: TestDb) {
        assert_eq!(linli_store::lint(&[MIGRATIONS], STATEMENTS), Vec::<String>::new());
        linli_testkit::prepare_all(&db, STATEMENTS).await;
    }

    #[db_test(&[MIGRATIONS])]
    async fn a_picture_is_found_by_its_id(db: TestDb) {
        let jpeg = |bytes: &[u8], width| Jpeg {
            sha: Sha::of(bytes),
            bytes: bytes.to_vec(),
            width,
            height: width / 2,
        };
        let picture = Picture { full: jpeg(b"full", 2000), thumb: jpeg(b"thumb", 360) };
        let (id, again) = (db.world.id::<kind::File>(), db.world.id::<kind::File>());
        let scope = Scope::system("test");
        db.write(async move |tx| {
            add(tx, &Scope::system("test"), id, &picture, START).await?;
            add(tx, &Scope::system("test"), again, &picture, START).await
        })
        .await
        .unwrap();
        let row = find(&mut db.read(), &scope, id).await.unwrap();
        assert_eq!((row.sha, row.thumb_sha), (Sha::of(b"full"), Sha::of(b"thumb")));
        assert_eq!((row.bytes, row.width, row.height, row.made_at), (4, 2000, 1000, START));
        let none = find(&mut db.read(), &scope, db.world.id()).await.unwrap_err();
        assert!(matches!(none, Problem::NotFound));
    }
}
