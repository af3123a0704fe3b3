//! The second factor: setting one up, giving its code, recovery codes.

use super::{
    actions,
    rules::{self, Tries},
    store::{self, SecondRow},
    totp,
};
use crate::{NewSession, OrgState, SessionId, audit, keys};
use linli_authz::{Actor, Via};
use linli_base::{At, PersonId, Problem, Refusal, Result};
use linli_store::{Query, Tx, args};
use serde_json::{Value as Json, json};

/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;

/// A person's second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Second {
    /// Since when it is set up; none while it is only begun.
    pub since: Option<At>,
    /// Its secret in base 32, while it is only begun: later nobody needs to see it.
    pub secret: Option<String>,
    /// How many recovery codes are left.
    pub codes_left: i64,
}

fn me(person: PersonId) -> Actor {
    Actor::Person { id: person, name: String::new(), hat: None, via: Via::Web }
}

/// The person's second factor, set up or begun.
pub async fn second(org: &OrgState, person: PersonId) -> Result<Option<Second>> {
    let row: Option<SecondRow> = org.db.read().maybe(&store::SECOND, &store::scope(), args![person]).await?;
    let Some(row) = row else { return Ok(None) };
    let begun = row.confirmed_at.is_none();
    let secret = begun.then(|| org.keys.open(&row.secret_sealed, person.0)).transpose()?;
    Ok(Some(Second { since: row.confirmed_at, secret, codes_left: row.codes_left }))
}

/// Begins to set one up: a new secret, which does not count before [`confirm_second`]. One that is set up stays.
pub async fn begin_second(org: &OrgState, person: PersonId) -> Result<()> {
    let mut secret = [0; totp::SECRET_BYTES];
    org.world.ids.fill(&mut secret);
    let (sealed, now) = (org.keys.seal(&totp::base32(&secret), person.0)?, org.world.now());
    let done = org.db.write(async move |tx: &mut Tx<'_>| {
        tx.run(&store::BEGIN_SECOND, &store::scope(), args![person, sealed.as_str(), now]).await?;
        Ok(())
    });
    done.await
}

/// What became of a code. A refusal would undo the count of tries, so it leaves the write as an answer.
enum Tried {
    Right,
    Wrong { left: i64 },
    Locked { until: At },
    Nothing,
}

impl Tried {
    fn answer(self, now: At) -> Result<()> {
        match self {
            Tried::Right => Ok(()),
            Tried::Wrong { left } => Err(Refusal::new("second_wrong").with("left", left).into()),
            Tried::Locked { until } => {
                let minutes = (until.0 - now.0).max(0).div_euclid(60_000) + 1;
                Err(Refusal::new("second_locked").with("minutes", minutes).into())
            }
            Tried::Nothing => Err(Problem::NotFound),
        }
    }
}

/// Looks at a code in the caller's transaction. `begun`: of a factor that is being set up, where no recovery code
/// helps.
async fn tried(tx: &mut Tx<'_>, org: &OrgState, person: PersonId, typed: &str, begun: bool) -> Result<Tried> {
    let (now, scope) = (org.world.now(), store::scope());
    let row: Option<SecondRow> = tx.maybe(&store::LOCK_SECOND, &scope, args![person]).await?;
    let Some(row) = row.filter(|row| row.confirmed_at.is_none() == begun) else { return Ok(Tried::Nothing) };
    let before = Tries { failed: row.failed, since: row.since, locked_until: row.locked_until };
    if let Some(until) = before.locked(now) {
        return Ok(Tried::Locked { until });
    }
    let typed: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let secret = totp::unbase32(&org.keys.open(&row.secret_sealed, person.0)?).unwrap_or_default();
    if let Some(step) = totp::step_of(&secret, &typed, row.last_step, now) {
        tx.run(&store::USE_STEP, &scope, args![person, step]).await?;
        return Ok(Tried::Right);
    }
    let digest = keys::any(org.keys.token_digests(&bound(person, &typed)));
    if !begun && tx.run(&store::USE_RECOVERY, &scope, args![person, digest, now]).await? == 1 {
        tx.run(&store::SET_SECOND_TRIES, &scope, args![person, 0_i64, now, None::<At>]).await?;
        record(tx, org, person, "second.recovery", json!({})).await?;
        return Ok(Tried::Right);
    }
    let tries = before.and_another(now);
    let set = args![person, tries.failed, tries.since, tries.locked_until];
    tx.run(&store::SET_SECOND_TRIES, &scope, set).await?;
    record(tx, org, person, "second.fail", json!({ "locked": tries.locked_until.is_some() })).await?;
    Ok(match tries.locked(now) {
        Some(until) => Tried::Locked { until },
        None => Tried::Wrong { left: rules::MAX_TRIES - tries.failed },
    })
}

async fn record(
    tx: &mut Tx<'_>,
    org: &OrgState,
    person: PersonId,
    act: &'static str,
    detail: Json,
) -> Result<()> {
    let entry = audit::Entry {
        copy: &org.copy,
        actor: &me(person),
        act,
        subject_kind: "person",
        subject: Some(person.0),
        reason: None,
        detail,
    };
    audit::audit(tx, &org.world, &entry).await
}

fn bound(person: PersonId, typed: &str) -> String {
    format!("{} {person}", typed.to_ascii_lowercase())
}

/// Whether the code is right; each serves once. Refusals: `second_wrong` (`left`), `second_locked` (`minutes`). Not
/// found where there is no second factor.
pub async fn check_second(org: &OrgState, person: PersonId, typed: &str) -> Result<()> {
    let (org_state, typed) = (org.clone(), typed.to_owned());
    let done = org.db.write(async move |tx: &mut Tx<'_>| tried(tx, &org_state, person, &typed, false).await);
    done.await?.answer(org.world.now())
}

/// Ends setting up with a first code, and answers the recovery codes, which are shown once. The person's other
/// sessions end. Refusals as for [`check_second`].
pub async fn confirm_second(
    org: &OrgState,
    person: PersonId,
    session: SessionId,
    typed: &str,
) -> Result<Vec<String>> {
    let codes = new_codes(org);
    let digests: Vec<String> = digests(org, person, &codes);
    let (org_state, typed) = (org.clone(), typed.to_owned());
    let done = org.db.write(async move |tx: &mut Tx<'_>| {
        let tried = tried(tx, &org_state, person, &typed, true).await?;
        if matches!(tried, Tried::Right) {
            let (now, scope) = (org_state.world.now(), store::scope());
            tx.run(&store::CONFIRM_SECOND, &scope, args![person, now]).await?;
            replace_codes(tx, person, &digests).await?;
            tx.run(&store::END_OTHERS, &scope, args![person, session]).await?;
            record(tx, &org_state, person, "second.enrol", json!({})).await?;
        }
        Ok(tried)
    });
    done.await?.answer(org.world.now())?;
    Ok(codes)
}

/// New recovery codes in place of the old ones, shown once. The caller has had who it is proven.
/// Not found where there is no second factor.
pub async fn renew_codes(org: &OrgState, person: PersonId) -> Result<Vec<String>> {
    if second(org, person).await?.is_none_or(|second| second.since.is_none()) {
        return Err(Problem::NotFound);
    }
    let codes = new_codes(org);
    let (digests, org_state) = (digests(org, person, &codes), org.clone());
    let done = org.db.write(async move |tx: &mut Tx<'_>| {
        replace_codes(tx, person, &digests).await?;
        record(tx, &org_state, person, "second.codes", json!({})).await
    });
    done.await?;
    Ok(codes)
}

/// Takes one's own second factor away; other sessions end. The caller has had who it is proven, and that it need not
/// be there.
pub async fn remove_second(org: &OrgState, person: PersonId, session: SessionId) -> Result<()> {
    let org_state = org.clone();
    let done = org.db.write(async move |tx: &mut Tx<'_>| {
        forget_second(tx, person).await?;
        tx.run(&store::END_OTHERS, &store::scope(), args![person, session]).await?;
        record(tx, &org_state, person, "second.remove", json!({})).await
    });
    done.await
}

/// Takes a second factor and its recovery codes away, in the caller's transaction.
pub(crate) async fn forget_second(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    tx.run(&store::DROP_CODES, &store::scope(), args![person]).await?;
    tx.run(&store::DROP_SECOND, &store::scope(), args![person]).await?;
    Ok(())
}

fn new_codes(org: &OrgState) -> Vec<String> {
    let code = || {
        let mut bytes = [0; 10];
        org.world.ids.fill(&mut bytes);
        rules::grouped(&bytes, 5)
    };
    std::iter::repeat_with(code).take(RECOVERY_CODES).collect()
}

fn digests(org: &OrgState, person: PersonId, codes: &[String]) -> Vec<String> {
    codes.iter().map(|code| org.keys.token_digest(&bound(person, &code.replace('-', "")))).collect()
}

async fn replace_codes(tx: &mut Tx<'_>, person: PersonId, digests: &[String]) -> Result<()> {
    tx.run(&store::DROP_CODES, &store::scope(), args![person]).await?;
    for digest in digests {
        tx.run(&store::INSERT_CODE, &store::scope(), args![person, digest.as_str()]).await?;
    }
    Ok(())
}

/// Goes on with a session whose second factor has just been set up.
pub async fn proceed(org: &OrgState, session: SessionId, person: PersonId) -> Result<NewSession> {
    actions::proceed(org, session, person, true).await
}

/// The second half of signing in: the code. The session gets a new token, and what it asks for next. Refusals as for
/// [`check_second`].
pub async fn with_second(
    org: &OrgState,
    session: SessionId,
    person: PersonId,
    typed: &str,
) -> Result<NewSession> {
    check_second(org, person, typed).await?;
    actions::proceed(org, session, person, true).await
}
