//! Sealing the trail in batches, and letting go of what is old.

use super::store::{self, CopyRow, PlainRow, SealRow};
use crate::{guard, hex::sha256};
use linli_authz::{Actor, Scope};
use linli_base::{At, Day, Problem, Result, World};
use linli_store::{Db, Query, Tx, Value, args};
use serde_json::json;

/// Rows of one seal.
const BATCH: i64 = 500;
/// Rows younger than this wait: their neighbours' transactions may still be under way.
const SETTLED_MS: i64 = 5_000;

/// Seals what is written and not sealed yet, of every copy; answers how many rows. Run by a job; twice at once does
/// no harm: the second finds its number taken and begins anew.
pub async fn seal(db: &Db, now: At) -> Result<i64> {
    let scope = Scope::system("seal the trail");
    let copies: Vec<CopyRow> = db.read().all(&store::COPIES, &scope, args![]).await?;
    let mut sealed = 0;
    for copy in copies {
        loop {
            let name = copy.copy.clone();
            let made = db.write(async move |tx: &mut Tx<'_>| batch(tx, &name, now).await);
            let Some(made) = made.await? else { break };
            tracing::info!(copy = made.copy, day = %made.day, seq = made.seq, chain = made.chain, "audit sealed");
            sealed += made.count;
            if made.count < BATCH {
                break;
            }
        }
    }
    Ok(sealed)
}

async fn batch(tx: &mut Tx<'_>, copy: &str, now: At) -> Result<Option<SealRow>> {
    let scope = Scope::system("seal the trail");
    // before the rows: whoever sealed some of them since has taken the number that follows
    let before: Option<SealRow> = tx.maybe(&store::LAST_SEAL, &scope, args![copy]).await?;
    let mut rows: Vec<PlainRow> = tx.all(&store::UNSEALED, &scope, args![copy, BATCH]).await?;
    rows.retain(|row| row.at <= now.plus_ms(-SETTLED_MS));
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(None) };
    // a clock that was set back does not begin a day anew
    let day = before.as_ref().map_or(now.day(), |seal| now.day().max(seal.day));
    let seq = before.as_ref().filter(|seal| seal.day == day).map_or(1, |seal| seal.seq + 1);
    let previous = before.map_or_else(|| copy.to_owned(), |seal| seal.chain);
    let mut seal = SealRow {
        copy: copy.to_owned(),
        day,
        seq,
        from_at: first.at,
        to_at: last.at,
        count: i64::try_from(rows.len()).unwrap_or(i64::MAX),
        digest: digest(&rows),
        chain: String::new(),
        dropped_at: None,
    };
    seal.chain = link(&previous, &seal);
    let (digest, chain) = (seal.digest.as_str(), seal.chain.as_str());
    let row = args![copy, day, seq, seal.from_at, seal.to_at, seal.count, digest, chain];
    tx.run(&store::INSERT_SEAL, &scope, row).await?;
    let ids = Value::List(rows.iter().map(|row| row.id.into()).collect());
    tx.run(&store::MARK, &scope, &[day.into(), seq.into(), ids]).await?;
    Ok(Some(seal))
}

/// SHA-256 over the rows as canonical JSON, one a line.
pub(super) fn digest(rows: &[PlainRow]) -> String {
    let line = |row: &PlainRow| {
        json!([
            row.id,
            row.at.0,
            row.copy,
            row.person,
            row.post,
            row.org,
            row.act,
            row.subject_kind,
            row.subject,
            row.reason,
            row.detail,
        ])
        .to_string()
    };
    let lines: Vec<String> = rows.iter().map(line).collect();
    sha256(&lines.join("\n"))
}

/// The next link: SHA-256 over the one before and the seal's own columns.
pub(super) fn link(previous: &str, seal: &SealRow) -> String {
    let own = json!([seal.copy, seal.day.0, seal.seq, seal.from_at.0, seal.to_at.0, seal.count, seal.digest]);
    sha256(&format!("{previous}{own}"))
}

/// Lets go of the rows of seals that are older than the city keeps them, at least [`guard::rules::TRAIL_DAYS`]; the
/// seals stay. Answers how many rows went.
pub async fn drop_old(db: &Db, world: &World) -> Result<u64> {
    let now = world.now();
    let scope = Scope::system("retention of the trail");
    let days = guard::settings(&mut db.read()).await?.trail_days();
    let before = Day(now.day().0 - days).start();
    let mut gone = 0;
    loop {
        let old: Vec<SealRow> = db.read().all(&store::OLD_SEALS, &scope, args![before]).await?;
        let (Some(first), Some(last)) = (old.first().cloned(), old.last().cloned()) else { return Ok(gone) };
        let world = world.clone();
        let dropped = db.write(async move |tx: &mut Tx<'_>| {
            let scope = Scope::system("retention of the trail");
            let mut rows = 0;
            for seal in &old {
                let key = args![seal.copy.as_str(), seal.day, seal.seq];
                rows += tx.run(&store::DROP_ROWS, &scope, key).await?;
                let mark = args![seal.copy.as_str(), seal.day, seal.seq, now];
                tx.run(&store::MARK_DROPPED, &scope, mark).await?;
            }
            let entry = super::Entry {
                copy: &first.copy,
                actor: &Actor::System("retention"),
                act: "audit.drop",
                subject_kind: "audit",
                subject: None,
                reason: None,
                detail: json!({ "rows": rows, "from": first.from_at.day().to_string(), "to": last.to_at.day().to_string() }),
            };
            super::audit(tx, &world, &entry).await?;
            Ok::<u64, Problem>(rows)
        });
        gone += dropped.await?;
    }
}
