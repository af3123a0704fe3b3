//! Whether the sealed trail is whole.

use super::{
    seal::{digest, link},
    store::{self, CopyRow, PlainRow, SealRow, StrayRow},
};
use crate::guard::rules::TRAIL_DAYS;
use linli_authz::Scope;
use linli_base::{Day, Result, Seen};
use linli_store::{Db, Query, Read, args};

/// What is wrong with a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A row in it was changed, removed or put in.
    Rows,
    /// The seal itself was changed, or the one before it.
    Chain,
    /// Seals before it are missing.
    Gap,
    /// Its rows were let go of before their time.
    Early,
    /// Rows say that they are in it, and it is not there.
    Missing,
}

/// A seal that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flawed {
    /// Which copy of the program wrote the rows.
    pub copy: String,
    /// The day of sealing.
    pub day: Day,
    /// Its number within the day.
    pub seq: i64,
    /// What is wrong.
    pub flaw: Flaw,
}

fn scope() -> Scope {
    Scope::system("verify the trail")
}

/// All that is wrong with the sealed trail; nothing where it is whole. Reads every sealed row.
pub async fn verify(db: &Db) -> Result<Vec<Flawed>> {
    Ok(look(db).await?.1)
}

/// The same for the doctor: how many seals were looked at, and which do not hold.
pub async fn check(db: &Db) -> Result<Seen> {
    let (looked, found) = look(db).await?;
    let mut seen = Seen::default();
    seen.looked(looked);
    found.iter().for_each(|one| seen.wrong(format!("{} {} {}: {:?}", one.copy, one.day, one.seq, one.flaw)));
    Ok(seen)
}

async fn look(db: &Db) -> Result<(usize, Vec<Flawed>)> {
    let (mut read, mut found, mut looked) = (db.read(), Vec::new(), 0);
    let copies: Vec<CopyRow> = read.all(&store::SEALED_COPIES, &scope(), args![]).await?;
    for CopyRow { copy } in copies {
        let mut before: Option<SealRow> = None;
        loop {
            let (day, seq) = before.as_ref().map(|seal| (seal.day, seal.seq)).unzip();
            let seals: Vec<SealRow> =
                read.all(&store::SEALS, &scope(), args![copy.as_str(), day, seq]).await?;
            if seals.is_empty() {
                break;
            }
            looked += seals.len();
            for seal in seals {
                let wrong = match stands(before.as_ref(), &seal) {
                    Some(flaw) => Some(flaw),
                    None => holds(&mut read, &seal).await?,
                };
                found.extend(wrong.map(|flaw| flawed(&seal, flaw)));
                before = Some(seal);
            }
        }
    }
    let stray: Vec<StrayRow> = read.all(&store::STRAY, &scope(), args![]).await?;
    found.extend(stray.into_iter().map(|row| Flawed {
        copy: row.copy,
        day: row.day.unwrap_or(Day(0)),
        seq: row.seq.unwrap_or_default(),
        flaw: Flaw::Missing,
    }));
    Ok((looked, found))
}

/// What is wrong with the rows of the newest seals, at most `last` of them; quick enough for a page.
pub async fn verify_last(db: &Db, last: i64) -> Result<Vec<Flawed>> {
    let (mut read, mut found) = (db.read(), Vec::new());
    let seals: Vec<SealRow> = read.all(&store::NEWEST_SEALS, &scope(), args![last]).await?;
    for seal in seals {
        found.extend(holds(&mut read, &seal).await?.map(|flaw| flawed(&seal, flaw)));
    }
    Ok(found)
}

fn flawed(seal: &SealRow, flaw: Flaw) -> Flawed {
    Flawed { copy: seal.copy.clone(), day: seal.day, seq: seal.seq, flaw }
}

/// Whether a seal stands on the one before. Pure.
fn stands(before: Option<&SealRow>, seal: &SealRow) -> Option<Flaw> {
    let next = match before {
        Some(before) if before.day == seal.day => before.seq + 1,
        _ => 1,
    };
    if seal.seq != next {
        return Some(Flaw::Gap);
    }
    let previous = before.map_or(seal.copy.as_str(), |before| before.chain.as_str());
    (link(previous, seal) != seal.chain).then_some(Flaw::Chain)
}

async fn holds(read: &mut Read, seal: &SealRow) -> Result<Option<Flaw>> {
    if let Some(dropped) = seal.dropped_at {
        let early = dropped.day().0 - seal.to_at.day().0 < TRAIL_DAYS;
        return Ok(early.then_some(Flaw::Early));
    }
    let key = args![seal.copy.as_str(), seal.day, seal.seq];
    let rows: Vec<PlainRow> = read.all(&store::IN_SEAL, &scope(), key).await?;
    let whole = i64::try_from(rows.len()) == Ok(seal.count) && digest(&rows) == seal.digest;
    Ok((!whole).then_some(Flaw::Rows))
}
