//! Signing in with a password, and what a signed-in person does with their sessions.

use super::{
    SessionRow, hats_of,
    rules::{self, MAX_TRIES, SESSION_MS, Tries},
    store::{self, AccountRow, TriesRow},
};
use crate::{OrgState, SessionId, audit, secret};
use linli_authz::{Actor, Hat, Via};
use linli_base::{At, PersonId, Phone, PostId, Problem, Refusal, Result};
use linli_store::{Query, Tx, args};
use serde_json::json;

/// Where a request came from, as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct Came {
    /// The network address.
    pub address: Option<String>,
    /// The browser's own words, at most 200 characters of them.
    pub agent: Option<String>,
}

/// A session that has just begun.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// What the cookie holds; shown once, stored nowhere.
    pub token: String,
    /// Whose it is.
    pub person: PersonId,
    /// The hat that is worn: the only one; none where there are none or several.
    pub hat: Option<Hat>,
    /// How many hats there are to choose from.
    pub hats: usize,
}

/// Signs in. Refusals: `sign_in_wrong` (`left`: tries until the lock-out), for an unknown phone too;
/// `sign_in_locked` (`minutes`).
pub async fn with_password(
    org: &OrgState,
    phone: &Phone,
    password: String,
    came: Came,
) -> Result<NewSession> {
    let now = org.world.now();
    let lookup = org.keys.lookup(phone.digits());
    // The try is counted before the password is looked at, so that a hundred at once are five.
    let tries = count_try(org, lookup.clone(), now).await?;
    let mut read = org.db.read();
    let account: Option<AccountRow> =
        read.maybe(&store::ACCOUNT, &store::scope(), args![lookup.as_str()]).await?;
    let (person, hash) = account.map(|row| (row.id, row.password_hash)).unzip();
    let right = org.passwords.check(password, hash.flatten()).await?;
    match person.filter(|_| right) {
        Some(person) => begin(org, person, lookup, came, "password").await,
        None => Err(match tries.locked(now) {
            Some(until) => locked(until, now),
            None => Refusal::new("sign_in_wrong").with("left", MAX_TRIES - tries.failed).into(),
        }),
    }
}

fn locked(until: At, now: At) -> Problem {
    let minutes = (until.0 - now.0).max(0).div_euclid(60_000) + 1;
    Refusal::new("sign_in_locked").with("minutes", minutes).into()
}

async fn count_try(org: &OrgState, lookup: String, now: At) -> Result<Tries> {
    let counted = org.db.write(async move |tx: &mut Tx<'_>| {
        let scope = store::scope();
        let row: TriesRow = tx.one(&store::LOCK_TRIES, &scope, args![lookup.as_str(), now]).await?;
        let before = Tries { failed: row.failed, since: row.since, locked_until: row.locked_until };
        if let Some(until) = before.locked(now) {
            return Err(locked(until, now));
        }
        let tries = before.and_another(now);
        let set = args![lookup.as_str(), tries.failed, tries.since, tries.locked_until];
        tx.run(&store::SET_TRIES, &scope, set).await?;
        Ok(tries)
    });
    counted.await
}

/// Begins a session: with the only hat on, or without one where there are several to choose from.
pub(super) async fn begin(
    org: &OrgState,
    person: PersonId,
    lookup: String,
    came: Came,
    how: &str,
) -> Result<NewSession> {
    let now = org.world.now();
    let token = secret::token(org.world.ids.as_ref());
    let hats = hats_of(&mut org.db.read(), person, now.day()).await?;
    let only = if hats.len() == 1 { hats.first().map(|choice| choice.hat.clone()) } else { None };
    let (id, digest, hat, org_state) =
        (org.world.id::<crate::kind::Session>(), org.keys.token_digest(&token), only.clone(), org.clone());
    let by = json!({ "by": how });
    let written = org.db.write(async move |tx: &mut Tx<'_>| {
        let scope = store::scope();
        tx.run(&store::FORGET_TRIES, &scope, args![lookup.as_str()]).await?;
        let post = hat.as_ref().map(|hat| hat.post);
        let (address, agent) = (came.address.clone(), came.agent.clone());
        let row = args![id, digest.as_str(), person, post, now, now.plus_ms(SESSION_MS), address, agent];
        tx.run(&store::INSERT_SESSION, &scope, row).await?;
        let actor = Actor::Person { id: person, name: String::new(), hat: hat.clone(), via: Via::Web };
        let entry = audit::Entry {
            copy: &org_state.copy,
            actor: &actor,
            act: "session.begin",
            subject_kind: "session",
            subject: Some(id.0),
            reason: None,
            detail: by.clone(),
        };
        audit::audit(tx, &org_state.world, &entry).await
    });
    written.await?;
    Ok(NewSession { token, person, hat: only, hats: hats.len() })
}

/// Ends the session that is being used.
pub async fn sign_out(org: &OrgState, person: PersonId, id: SessionId) -> Result<()> {
    end_session(org, person, id).await
}

/// The person's sessions that still hold, the last used first.
pub async fn sessions(org: &OrgState, person: PersonId) -> Result<Vec<SessionRow>> {
    let now = org.world.now();
    let idle = now.plus_ms(-rules::IDLE_MS);
    org.db.read().all(&store::SESSIONS, &store::scope(), args![person, now, idle]).await
}

/// Ends one of the person's sessions. Not found where it is not theirs.
pub async fn end_session(org: &OrgState, person: PersonId, id: SessionId) -> Result<()> {
    let ended = org
        .db
        .write(async move |tx: &mut Tx<'_>| tx.run(&store::END, &store::scope(), args![id, person]).await);
    if ended.await? == 0 { Err(Problem::NotFound) } else { Ok(()) }
}

/// Ends all of the person's sessions but this one; answers how many.
pub async fn end_other_sessions(org: &OrgState, person: PersonId, keep: SessionId) -> Result<u64> {
    let ended = org.db.write(async move |tx: &mut Tx<'_>| {
        tx.run(&store::END_OTHERS, &store::scope(), args![person, keep]).await
    });
    ended.await
}

/// Puts on one of the person's hats. Refusals: `hat_gone` where the post has ended or is not theirs.
pub async fn wear(org: &OrgState, session: SessionId, person: PersonId, post: PostId) -> Result<Hat> {
    let day = org.world.now().day();
    let hats = hats_of(&mut org.db.read(), person, day).await?;
    let chosen = hats.into_iter().find(|choice| choice.hat.post == post).map(|choice| choice.hat);
    let hat = chosen.ok_or_else(|| Problem::refused("hat_gone"))?;
    let worn = org.db.write(async move |tx: &mut Tx<'_>| {
        tx.run(&store::WEAR, &store::scope(), args![session, post]).await
    });
    if worn.await? == 0 { Err(Problem::refused("hat_gone")) } else { Ok(hat) }
}
