//! Signing in with a password, and what a signed-in person does with their sessions.

use super::{
    SessionRow, hats_of,
    rules::{self, MAX_TRIES, SESSION_MS, Tries, Wants},
    store::{self, AccountRow, PastRow, ProofRow, SecondRow, TriesRow},
};
use crate::{
    OrgState, SessionId, audit, guard,
    keys::{self, store::MOVE_TRY},
    secret,
};
use linli_authz::{Actor, Hat, Via};
use linli_base::{At, PersonId, Phone, PostId, Problem, Refusal, Result};
use linli_store::{Query, Stmt, Tx, args};
use serde_json::{Value as Json, json};
use uuid::Uuid;

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
    /// What it still asks for; whole where it is nothing.
    pub wants: Option<Wants>,
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
    let lookups = org.keys.lookups(phone.digits());
    let lookup = org.keys.lookup(phone.digits());
    // The try is counted before the password is looked at, so that a hundred at once are five.
    let tries = count_try(org, lookup.clone(), lookups.clone(), now).await?;
    let mut read = org.db.read();
    let account: Option<AccountRow> =
        read.maybe(&store::ACCOUNT, &store::scope(), args![keys::any(lookups)]).await?;
    let (person, hash) = account.map(|row| (row.id, row.password_hash)).unzip();
    let right = org.passwords.check(password, hash.flatten()).await?;
    if let Some(person) = person.filter(|_| right) {
        return begin(org, person, lookup, came, "password").await;
    }
    failed(org, "password", &lookup, person, tries.locked(now).is_some()).await?;
    Err(match tries.locked(now) {
        Some(until) => locked(until, now),
        None => Refusal::new("sign_in_wrong").with("left", MAX_TRIES - tries.failed).into(),
    })
}

/// A sign-in that failed goes to the trail: with the phone's look-up value, not with the phone.
pub(super) async fn failed(
    org: &OrgState,
    how: &'static str,
    lookup: &str,
    person: Option<PersonId>,
    locks: bool,
) -> Result<()> {
    let org_state = org.clone();
    let detail = json!({ "by": how, "phone": lookup.get(..16), "locked": locks });
    let written = org.db.write(async move |tx: &mut Tx<'_>| {
        let subject = ("person", person.map(|person| person.0));
        record(tx, &org_state, &Actor::Stranger, "session.fail", subject, detail.clone()).await
    });
    written.await
}

fn locked(until: At, now: At) -> Problem {
    let minutes = (until.0 - now.0).max(0).div_euclid(60_000) + 1;
    Refusal::new("sign_in_locked").with("minutes", minutes).into()
}

async fn count_try(org: &OrgState, lookup: String, lookups: Vec<String>, now: At) -> Result<Tries> {
    let counted = org.db.write(async move |tx: &mut Tx<'_>| {
        let scope = store::scope();
        to_newest_key(tx, &MOVE_TRY, &lookup, &lookups).await?;
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

/// What is counted for a phone under an older key goes on being counted under the newest.
pub(super) async fn to_newest_key(
    tx: &mut Tx<'_>,
    stmt: &'static Stmt,
    lookup: &str,
    lookups: &[String],
) -> Result<()> {
    for old in lookups.iter().filter(|old| *old != lookup) {
        tx.run(stmt, &store::scope(), args![lookup, old.as_str()]).await?;
    }
    Ok(())
}

/// Begins a session: with the only hat on, or without one where there are several to choose from. It is not whole
/// while it wants something.
pub(super) async fn begin(
    org: &OrgState,
    person: PersonId,
    lookup: String,
    came: Came,
    how: &'static str,
) -> Result<NewSession> {
    let now = org.world.now();
    let token = secret::token(org.world.ids.as_ref());
    let hats = hats_of(&mut org.db.read(), person, now.day()).await?;
    let only = if hats.len() == 1 { hats.first().map(|choice| choice.hat.clone()) } else { None };
    let staff = !hats.is_empty();
    let wants = wanted(org, person, staff, false, how == "password").await?;
    let idle = if staff { rules::STAFF_IDLE_MS } else { rules::IDLE_MS };
    let (id, digest, hat, org_state) =
        (org.world.id::<crate::kind::Session>(), org.keys.token_digest(&token), only.clone(), org.clone());
    let by = json!({ "by": how });
    let written = org.db.write(async move |tx: &mut Tx<'_>| {
        let scope = store::scope();
        tx.run(&store::FORGET_TRIES, &scope, args![lookup.as_str()]).await?;
        let post = hat.as_ref().map(|hat| hat.post);
        let (address, agent) = (came.address.clone(), came.agent.clone());
        let (ends, proved) = (now.plus_ms(SESSION_MS), wants.is_none().then_some(now));
        let row = args![
            id,
            digest.as_str(),
            person,
            post,
            now,
            ends,
            address,
            agent,
            wants.map(Wants::name),
            idle,
            proved
        ];
        tx.run(&store::INSERT_SESSION, &scope, row).await?;
        let actor = Actor::Person { id: person, name: String::new(), hat: hat.clone(), via: Via::Web };
        record(tx, &org_state, &actor, "session.begin", ("session", Some(id.0)), by.clone()).await
    });
    written.await?;
    Ok(NewSession { token, person, hat: only, hats: hats.len(), wants })
}

/// What a session asks for next.
async fn wanted(
    org: &OrgState,
    person: PersonId,
    staff: bool,
    proved: bool,
    by_password: bool,
) -> Result<Option<Wants>> {
    let (settings, scope) = (guard::settings_of(org).await?, store::scope());
    let mut read = org.db.read();
    let second: Option<SecondRow> = read.maybe(&store::SECOND, &scope, args![person]).await?;
    let second = second.and_then(|second| second.confirmed_at).map(|_| proved);
    let last: Vec<PastRow> = read.all(&store::PAST, &scope, args![person, 1_i64]).await?;
    let now = org.world.now();
    let stale = by_password
        && last
            .iter()
            .any(|past| guard::rules::password_stale(past.given, past.set_at, settings.password_days, now));
    Ok(Wants::next(second, staff && settings.second_factor_required, stale))
}

/// Goes on with a session that wanted something: under a new token, so that whoever knew the old one knows nothing.
pub(super) async fn proceed(
    org: &OrgState,
    session: SessionId,
    person: PersonId,
    proved: bool,
) -> Result<NewSession> {
    let now = org.world.now();
    let token = secret::token(org.world.ids.as_ref());
    let hats = hats_of(&mut org.db.read(), person, now.day()).await?;
    let only = if hats.len() == 1 { hats.first().map(|choice| choice.hat.clone()) } else { None };
    let wants = wanted(org, person, !hats.is_empty(), proved, true).await?;
    let (digest, proved_at) = (org.keys.token_digest(&token), wants.is_none().then_some(now));
    let went = org.db.write(async move |tx: &mut Tx<'_>| {
        let row = args![session, person, digest.as_str(), wants.map(Wants::name), proved_at];
        tx.run(&store::PROCEED, &store::scope(), row).await
    });
    if went.await? == 0 {
        return Err(Problem::SignIn);
    }
    Ok(NewSession { token, person, hat: only, hats: hats.len(), wants })
}

/// Proves anew who uses the session, before something grave: with the code of the second factor where there is one,
/// else with the password. Refusals: those of [`super::check_second`], `proof_wrong`, `sign_in_locked`.
pub async fn prove(org: &OrgState, session: SessionId, person: PersonId, typed: String) -> Result<()> {
    let (now, scope) = (org.world.now(), store::scope());
    let second: Option<SecondRow> = org.db.read().maybe(&store::SECOND, &scope, args![person]).await?;
    if second.is_some_and(|second| second.confirmed_at.is_some()) {
        super::check_second(org, person, &typed).await?;
    } else {
        let account: ProofRow = org.db.read().one(&store::PROOF, &scope, args![person]).await?;
        let key = format!("prove {person}");
        let tries = count_try(org, key.clone(), Vec::new(), now).await?;
        if !org.passwords.check(typed, account.password_hash).await? {
            return Err(match tries.locked(now) {
                Some(until) => locked(until, now),
                None => Refusal::new("proof_wrong").with("left", MAX_TRIES - tries.failed).into(),
            });
        }
        let forget = async move |tx: &mut Tx<'_>| {
            tx.run(&store::FORGET_TRIES, &store::scope(), args![key.as_str()]).await
        };
        org.db.write(forget).await?;
    }
    let done = org.db.write(async move |tx: &mut Tx<'_>| {
        tx.run(&store::PROVED, &store::scope(), args![session, now]).await?;
        Ok(())
    });
    done.await
}

async fn record(
    tx: &mut Tx<'_>,
    org: &OrgState,
    actor: &Actor,
    act: &'static str,
    (subject_kind, subject): (&'static str, Option<Uuid>),
    detail: Json,
) -> Result<()> {
    let copy: &str = &org.copy;
    let entry = audit::Entry { copy, actor, act, subject_kind, subject, reason: None, detail };
    audit::audit(tx, &org.world, &entry).await
}

/// Ends the session that is being used.
pub async fn sign_out(org: &OrgState, person: PersonId, id: SessionId) -> Result<()> {
    end_session(org, person, id).await
}

/// The person's sessions that still hold, the last used first.
pub async fn sessions(org: &OrgState, person: PersonId) -> Result<Vec<SessionRow>> {
    org.db.read().all(&store::SESSIONS, &store::scope(), args![person, org.world.now()]).await
}

/// Ends one of the person's sessions. Not found where it is not theirs.
pub async fn end_session(org: &OrgState, person: PersonId, id: SessionId) -> Result<()> {
    let org_state = org.clone();
    let ended = org.db.write(async move |tx: &mut Tx<'_>| {
        if tx.run(&store::END, &store::scope(), args![id, person]).await? == 0 {
            return Err(Problem::NotFound);
        }
        let actor = Actor::Person { id: person, name: String::new(), hat: None, via: Via::Web };
        record(tx, &org_state, &actor, "session.end", ("session", Some(id.0)), json!({ "rows": 1 })).await
    });
    ended.await
}

/// Ends all of the person's sessions but this one; answers how many.
pub async fn end_other_sessions(org: &OrgState, person: PersonId, keep: SessionId) -> Result<u64> {
    let org_state = org.clone();
    let ended = org.db.write(async move |tx: &mut Tx<'_>| {
        let ended = tx.run(&store::END_OTHERS, &store::scope(), args![person, keep]).await?;
        let actor = Actor::Person { id: person, name: String::new(), hat: None, via: Via::Web };
        record(tx, &org_state, &actor, "session.end", ("session", None), json!({ "rows": ended })).await?;
        Ok(ended)
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
        tx.run(&store::WEAR, &store::scope(), args![session, post, day]).await
    });
    if worn.await? == 0 { Err(Problem::refused("hat_gone")) } else { Ok(hat) }
}
