//! A new key takes the place of the old ones, page by page, each in a transaction of its own.

use super::{
    How, Keyed, SETTLED_MS, needs, newest, pattern, scope,
    store::{self, SealedRow},
};
use crate::{
    OrgState,
    audit::{self, Ordered},
};
use linli_base::{Problem, Refusal, Result};
use linli_keys::KeyRing;
use linli_store::{Query, Tx, Value, args};
use uuid::Uuid;

/// What a rotation did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rotated {
    /// Rows that were made anew.
    pub moved: u64,
    /// Rows that no key of the file opens.
    pub shut: u64,
}

/// Makes everything anew with the newest key that can be, and tells how many rows it has done. There is no bookmark:
/// what does not carry the newest key's id is what is left, so that it goes on by itself after a kill. Rows that
/// change meanwhile are left to whoever changed them. Refusal: `key_waits` (`seconds`) where the newest key is not in
/// force yet.
pub async fn rotate(org: &OrgState, keyed: &[&Keyed], mut tell: impl FnMut(u64)) -> Result<Rotated> {
    super::take_up(&org.db, &org.keys, org.world.now(), false).await?;
    if let Some(wait) = super::waiting_ms(org).await? {
        return Err(Refusal::new("key_waits").with("seconds", wait.div_euclid(1000) + 1).into());
    }
    let id = newest(org).await?.id;
    let mut done = Rotated::default();
    for keyed in keyed {
        // once more from the start until nothing is left: of what was written meanwhile some may be of the old key
        loop {
            let before = done.moved;
            let shut = pass(org, keyed, &id, &mut done.moved, &mut tell).await?;
            if done.moved == before {
                done.shut += shut;
                break;
            }
        }
    }
    audit::ordered(org, Ordered::KeyRotate, done.moved).await?;
    Ok(done)
}

async fn pass(
    org: &OrgState,
    keyed: &Keyed,
    id: &str,
    moved: &mut u64,
    tell: &mut impl FnMut(u64),
) -> Result<u64> {
    let how = keyed.how;
    let (page, mark, code) = match how {
        How::Seal { page, .. } => (page, pattern(id), false),
        How::Code { page, .. } => (page, id.to_owned(), true),
        How::End(_) => return Ok(0),
    };
    let (mut after, mut shut) = (Uuid::nil(), 0);
    loop {
        let rows: Vec<SealedRow> = org.db.read().all(page, &scope(), args![mark.as_str(), after]).await?;
        let Some(last) = rows.last() else { return Ok(shut) };
        after = last.id;
        let mut new = Vec::new();
        for row in rows {
            match if code { code_anew(&org.keys, &row, id) } else { sealed_anew(&org.keys, &row) } {
                Ok(anew) => new.push(anew),
                Err(problem) => {
                    tracing::warn!(table = keyed.table, row = %row.id, %problem, "no key opens it");
                    shut += 1;
                }
            }
        }
        let written = org.db.write(async move |tx: &mut Tx<'_>| {
            let mut moved = 0;
            for Anew { values, others } in &new {
                moved += put(tx, how, values, others).await?;
            }
            Ok(moved)
        });
        *moved += written.await?;
        tell(*moved);
    }
}

async fn put(tx: &mut Tx<'_>, how: How, values: &[Value], others: &[String]) -> Result<u64> {
    match how {
        How::Seal { set, follow, .. } => {
            let moved = tx.run(set, &scope(), values).await?;
            for stmt in follow {
                for other in others {
                    let lookup = values.get(2).cloned().unwrap_or_else(|| other.as_str().into());
                    tx.run(stmt, &scope(), &[lookup, other.as_str().into()]).await?;
                }
            }
            Ok(moved)
        }
        How::Code { set, .. } | How::End(set) => tx.run(set, &scope(), values).await,
    }
}

/// A row as it will be: what its statement takes, and what its look-up value may have been elsewhere.
struct Anew {
    values: Vec<Value>,
    others: Vec<String>,
}

fn sealed_anew(keys: &KeyRing, row: &SealedRow) -> Result<Anew> {
    let text = keys.open(&row.sealed, row.id)?;
    let (sealed, lookup, mut others) = (keys.seal(&text, row.id)?, keys.lookup(&text), keys.lookups(&text));
    others.retain(|other| *other != lookup);
    Ok(Anew { values: args![row.id, sealed, lookup, row.sealed.as_str()].to_vec(), others })
}

fn code_anew(keys: &KeyRing, row: &SealedRow, id: &str) -> Result<Anew> {
    let code = keys.code_with(row.id, &row.sealed, row.beside.as_deref())?;
    let values = args![row.id, id, keys.seal_code(row.id, &code)?, row.sealed.as_str()].to_vec();
    Ok(Anew { values, others: Vec::new() })
}

/// Takes a key out of the file, where nothing needs it; answers how many rows were ended. `end`: sessions, tokens,
/// recovery codes and what else is only a digest are ended where they still hang on it.
///
/// Refusals: `key_unknown` (`id`), `key_newest` (`id`), `key_young` (`seconds`) where the newest has not been in force
/// for a minute, `key_needed` (`id`, `rows`, `places`), `key_used` (the same, of what `end` would end).
pub async fn drop_key(org: &OrgState, keyed: &[&Keyed], id: &str, end: bool) -> Result<u64> {
    let (now, newest) = (org.world.now(), newest(org).await?);
    let marks = org.keys.marks();
    if marks.iter().all(|(other, _)| other != id) {
        return Err(Refusal::new("key_unknown").with("id", id).into());
    }
    if newest.id == id {
        return Err(Refusal::new("key_newest").with("id", id).into());
    }
    let young = newest.from_at.0 + SETTLED_MS - now.0;
    if young > 0 {
        return Err(Refusal::new("key_young").with("seconds", young.div_euclid(1000) + 1).into());
    }
    // a value without an id is of the oldest key
    let bare = marks.first().is_some_and(|(oldest, _)| oldest == id);
    let (ends, seals): (Vec<&Keyed>, Vec<&Keyed>) =
        keyed.iter().partition(|keyed| matches!(keyed.how, How::End(_)));
    let mut read = org.db.read();
    refused(id, "key_needed", &needs(&mut read, &seals, &pattern(id), bare, now).await?)?;
    if !end {
        refused(id, "key_used", &needs(&mut read, &ends, &pattern(id), bare, now).await?)?;
    }
    let ends: Vec<How> = ends.iter().map(|keyed| keyed.how).collect();
    let key = id.to_owned();
    let dropped = org.db.write(async move |tx: &mut Tx<'_>| {
        let mut ended = 0;
        for how in &ends {
            ended += put(tx, *how, args![pattern(&key), bare.then_some(true), now], &[]).await?;
        }
        tx.run(&store::DROP, &scope(), args![key.as_str(), now]).await?;
        Ok(ended)
    });
    let ended = dropped.await?;
    // the file last: a key that is noted and in no file would stop the city
    org.keys.forget(id)?;
    audit::ordered(org, Ordered::KeyDrop, ended).await?;
    Ok(ended)
}

fn refused(id: &str, code: &'static str, needs: &[(String, i64)]) -> Result<()> {
    if needs.is_empty() {
        return Ok(());
    }
    let rows: i64 = needs.iter().map(|(_, rows)| rows).sum();
    let places: Vec<String> = needs.iter().map(|(place, rows)| format!("{place} {rows}")).collect();
    let refusal = Refusal::new(code).with("id", id).with("rows", rows).with("places", places.join(", "));
    Err(Problem::from(refusal))
}
