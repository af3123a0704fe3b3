//! The keys of the city: which are in force, what hangs on each, and how a new one takes the place of an old one
//! while the city works. ADR 13.

mod columns;
mod rotate;
pub(crate) mod store;

pub use columns::KEYED;
pub use rotate::{Rotated, drop_key, rotate};

use crate::OrgState;
use linli_authz::Scope;
use linli_base::{At, OsIds, PersonId, Phone, Problem, Refusal, Result, Seen};
use linli_keys::KeyRing;
use linli_store::{Db, Query, Stmt, Tx, args};
use std::collections::BTreeMap;
use store::{CountRow, IdRow, KeyRow, PersonRow};

/// How long each copy of the program has to take a new key up, or to stop, before anything is made with it. They
/// look every [`LOOK_MS`].
pub const GRACE_MS: i64 = 10_000;
/// How often a copy looks whether there is a new key.
pub const LOOK_MS: u64 = 2_000;
/// How long a key must have been in force before an older one may be dropped: longer than any write takes.
pub const SETTLED_MS: i64 = 60_000;

/// Columns whose values hang on a key.
pub struct Keyed {
    /// The table.
    pub table: &'static str,
    /// The columns.
    pub columns: &'static [&'static str],
    /// Counts the rows of a key: `$1` the pattern of its values, `$2` not NULL where values without an id are its
    /// own, `$3` now.
    pub count: &'static Stmt,
    /// How a row comes to another key.
    pub how: How,
}

/// How a row comes from one key to another. What writes takes it whole: a statement's reference in an async closure
/// is not `Send` for every lifetime.
#[derive(Clone, Copy)]
pub enum How {
    /// It is sealed: opened and sealed anew, its look-up value too.
    Seal {
        /// A page of what is not of the key of pattern `$1`, after row `$2`.
        page: &'static Stmt,
        /// Row `$1` gets `$2` with look-up value `$3` where it still has `$4`.
        set: &'static Stmt,
        /// What else goes by the look-up value: from `$2` to `$1`.
        follow: &'static [&'static Stmt],
    },
    /// It is a case's look-up code, which is on paper and must stay what it is: it is sealed.
    Code {
        /// A page of what is not of the key `$1`, after row `$2`.
        page: &'static Stmt,
        /// Row `$1` gets key `$2` and the code sealed, `$3`, where it still has key `$4`.
        set: &'static Stmt,
    },
    /// It is a digest of what the program does not know. It comes to the newest key when it is used, or ends by
    /// itself; the statement, with the same arguments as the count, ends it at once.
    End(&'static Stmt),
}

fn scope() -> Scope {
    Scope::system("the keys")
}

/// What stands in front of every value that a key made.
fn pattern(id: &str) -> String {
    format!("{id}:%")
}

/// A key with what hangs on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its id.
    pub id: String,
    /// From when new values are made with it; `None` where this city has never used it.
    pub from_at: Option<At>,
    /// Whether the key file has it.
    pub held: bool,
    /// Whether new values are made with it now.
    pub making: bool,
    /// How many rows need it, by table and first column; those that none needs are left out.
    pub needs: Vec<(String, i64)>,
}

impl Standing {
    /// How many rows need it.
    pub fn rows(&self) -> i64 {
        self.needs.iter().map(|(_, rows)| rows).sum()
    }
}

/// The keys of the file and of the database, the oldest first, and how many rows need a key that is in neither.
pub async fn standing(
    query: &mut impl Query,
    keyed: &[&Keyed],
    keys: &KeyRing,
    now: At,
) -> Result<(Vec<Standing>, i64)> {
    let known: Vec<KeyRow> = query.all(&store::ALL, &scope(), args![]).await?;
    let held: Vec<String> = keys.marks().into_iter().map(|(id, _)| id).collect();
    let lost = known.iter().filter(|row| row.dropped_at.is_none() && !held.contains(&row.id));
    let all: Vec<String> = lost.map(|row| row.id.clone()).chain(held.iter().cloned()).collect();
    let making = keys.making();
    // all rows first, then key by key from the oldest: what is written or rotated meanwhile is then counted twice at
    // worst, and never seems to be nobody's
    let rows: i64 = needs(query, keyed, "%", false, now).await?.iter().map(|(_, rows)| rows).sum();
    let (mut standing, mut named) = (Vec::new(), 0);
    for id in all {
        let bare = held.first() == Some(&id);
        let needs = needs(query, keyed, &pattern(&id), bare, now).await?;
        let from_at = known.iter().find(|row| row.id == id).map(|row| row.from_at);
        let (held, making) = (held.contains(&id), id == making);
        let key = Standing { id, from_at, held, making, needs };
        named += key.rows();
        standing.push(key);
    }
    Ok((standing, (rows - named).max(0)))
}

async fn needs(
    query: &mut impl Query,
    keyed: &[&Keyed],
    pattern: &str,
    bare: bool,
    now: At,
) -> Result<Vec<(String, i64)>> {
    let mut needs = BTreeMap::new();
    for keyed in keyed {
        let count = args![pattern, bare.then_some(true), now];
        let row: CountRow = query.one(keyed.count, &scope(), count).await?;
        if row.count > 0 {
            let column = keyed.columns.first().copied().unwrap_or_default();
            needs.insert(format!("{}.{column}", keyed.table), row.count);
        }
    }
    Ok(needs.into_iter().collect())
}

/// For the doctor: which keys are in use, and whether every row's key is in the key file.
pub async fn check(query: &mut impl Query, keyed: &[&Keyed], keys: &KeyRing, now: At) -> Result<Seen> {
    let known: Vec<KeyRow> = query.all(&store::ALL, &scope(), args![]).await?;
    let marks = keys.marks();
    let mut seen = Seen::default();
    for row in known.iter().filter(|row| row.dropped_at.is_none()) {
        let other = marks.iter().any(|(id, mark)| *id == row.id && *mark != row.digest);
        seen.one(!other, format!("{}: another key of this id is in the key file", row.id));
    }
    let (standing, nobodys) = standing(query, keyed, keys, now).await?;
    for key in standing {
        seen.looked += u64::try_from(key.rows()).unwrap_or(0);
        let rows: Vec<String> = key.needs.iter().map(|(place, rows)| format!("{place} {rows}")).collect();
        let needs = format!("{}: {} ({})", key.id, key.rows(), rows.join(", "));
        if key.held {
            seen.notes.push(needs);
        } else {
            seen.wrong(format!("{needs}, and the key file does not have it"));
        }
    }
    if nobodys > 0 {
        seen.wrong(format!("{nobodys} rows need a key that is neither in the key file nor known"));
    }
    Ok(seen)
}

/// Compares the key file with the keys that this city's data was made with, notes a key that is new, and makes new
/// values with the newest one in force. `alone`: no other copy of the program uses this database.
///
/// Refusals: `key_lacking` (`id`, `path`) where the data needs a key that the file does not have, `key_other` where
/// the file has another one under its id. A copy that is refused must do nothing: it would not find what the others
/// wrote, and write it a second time.
pub async fn take_up(db: &Db, keys: &KeyRing, now: At, alone: bool) -> Result<()> {
    keys.reload()?;
    let marks = keys.marks();
    let mut known: Vec<KeyRow> = db.read().all(&store::ALL, &scope(), args![]).await?;
    let new: Vec<(String, String)> =
        marks.iter().filter(|(id, _)| known.iter().all(|row| row.id != *id)).cloned().collect();
    if !new.is_empty() {
        let at = if known.is_empty() || alone { now } else { now.plus_ms(GRACE_MS) };
        let noted = db.write(async move |tx: &mut Tx<'_>| {
            for (id, mark) in &new {
                tx.run(&store::NOTE, &scope(), args![id.as_str(), mark.as_str(), at]).await?;
            }
            Ok(())
        });
        noted.await?;
        known = db.read().all(&store::ALL, &scope(), args![]).await?;
    }
    for row in known.iter().filter(|row| row.dropped_at.is_none()) {
        let code = match marks.iter().find(|(id, _)| *id == row.id) {
            Some((_, mark)) if *mark == row.digest => continue,
            Some(_) => "key_other",
            None => "key_lacking",
        };
        return Err(Refusal::new(code).with("id", &row.id).with("path", keys.path()).into());
    }
    let in_force =
        |id: &String| known.iter().any(|row| row.id == *id && row.dropped_at.is_none() && row.from_at <= now);
    if let Some((id, _)) = marks.iter().rev().find(|(id, _)| in_force(id)) {
        keys.make_with(id);
    }
    Ok(())
}

/// Adds a key to the file and notes it; answers its id. It is in force at once where the copy is alone, else after
/// [`GRACE_MS`]. Refusals: those of [`take_up`].
pub async fn add(org: &OrgState, alone: bool) -> Result<String> {
    let now = org.world.now();
    take_up(&org.db, &org.keys, now, alone).await?;
    let known: Vec<KeyRow> = org.db.read().all(&store::ALL, &scope(), args![]).await?;
    let number = |id: &str| id.strip_prefix('k').and_then(|digits| digits.parse::<u64>().ok());
    let last = known.iter().filter_map(|row| number(&row.id)).max().unwrap_or(0);
    let id = format!("k{}", last.saturating_add(1));
    // the file first: a key that is noted and in no file would stop the city
    org.keys.add(&id, &OsIds)?;
    take_up(&org.db, &org.keys, now, alone).await?;
    crate::audit::ordered(org, crate::audit::Ordered::KeyAdd, 0).await?;
    Ok(id)
}

/// How long until the newest key of the file is in force; `None` where it is.
pub async fn waiting_ms(org: &OrgState) -> Result<Option<i64>> {
    let newest = newest(org).await?;
    Ok(Some(newest.from_at.0 - org.world.now().0).filter(|wait| *wait > 0))
}

async fn newest(org: &OrgState) -> Result<KeyRow> {
    let known: Vec<KeyRow> = org.db.read().all(&store::ALL, &scope(), args![]).await?;
    let marks = org.keys.marks();
    let noted = |id: &String| known.iter().find(|row| row.id == *id && row.dropped_at.is_none());
    let newest = marks.iter().rev().find_map(|(id, _)| noted(id)).cloned();
    newest.ok_or_else(|| Problem::broken("looking for the newest key", "no key of the file is noted"))
}

/// Before a person gets a phone, in the caller's transaction: that nobody has it under another key, which the unique
/// index cannot see. Whoever writes a phone waits here for whoever else does. Flaw: `phone_taken`. Unavailable where
/// this copy of the program does not have every key.
pub(crate) async fn sole(tx: &mut Tx<'_>, keys: &KeyRing, person: PersonId, phone: &Phone) -> Result<()> {
    let held = keys.marks();
    let known: Vec<IdRow> = tx.all(&store::HOLD, &scope(), args![]).await?;
    if let Some(lacking) = known.iter().find(|row| held.iter().all(|(id, _)| *id != row.id)) {
        let cause = format!("the key file does not have {}", lacking.id);
        return Err(Problem::unavailable("writing a phone", cause));
    }
    let row: Option<PersonRow> =
        tx.maybe(&store::HAS_PHONE, &scope(), args![any(keys.lookups(phone.digits())), person]).await?;
    if row.is_some() { Err(Problem::invalid("phone", "phone_taken")) } else { Ok(()) }
}

/// Values as the list argument of a statement.
pub(crate) fn any(values: Vec<String>) -> linli_store::Value {
    linli_store::Value::List(values.into_iter().map(linli_store::Value::from).collect())
}
