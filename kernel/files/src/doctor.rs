use crate::{
    Folder, Sha,
    rows::{self, NamesRow},
};
use linli_authz::Scope;
use linli_base::{FileId, Problem, Result, Seen};
use linli_store::{Query, Value, args};
use std::{collections::BTreeSet, time::Duration};

/// How old bytes without a row may be: they are kept before their row is written.
const ON_THEIR_WAY: Duration = Duration::from_hours(1);

/// The names of all bytes that rows have, in pages: those after an id, with the id to go on from.
pub async fn names(query: &mut impl Query, after: Option<FileId>) -> Result<(BTreeSet<Sha>, Option<FileId>)> {
    let rows: Vec<NamesRow> = query.all(&rows::AFTER, &Scope::system("all files"), args![after]).await?;
    let last = rows.last().map(|row| row.id);
    Ok((rows.into_iter().flat_map(|row| [row.sha, row.thumb_sha]).collect(), last))
}

/// Whether every row has its bytes, whole, and no bytes lie there without a row.
pub async fn check(query: &mut impl Query, folder: &Folder) -> Result<Seen> {
    let (mut seen, mut after) = (Seen::default(), None);
    loop {
        let (page, last) = names(query, after).await?;
        if last.is_none() {
            break;
        }
        after = last;
        for sha in page {
            let whole = match folder.get(&sha).await {
                Ok(bytes) => Sha::of(&bytes) == sha,
                Err(Problem::NotFound) => false,
                Err(other) => return Err(other),
            };
            seen.one(whole, sha);
        }
    }
    for fan in 0..=255_u8 {
        let there = folder.older(fan, ON_THEIR_WAY).await?;
        for chunk in there.chunks(100) {
            let list = Value::List(chunk.iter().map(|sha| sha.as_str().into()).collect());
            let known: Vec<NamesRow> = query.all(&rows::NAMED, &Scope::system("doctor"), &[list]).await?;
            let known: BTreeSet<Sha> = known.into_iter().flat_map(|row| [row.sha, row.thumb_sha]).collect();
            chunk.iter().filter(|sha| !known.contains(sha)).for_each(|sha| seen.wrong(sha));
        }
    }
    Ok(seen)
}
