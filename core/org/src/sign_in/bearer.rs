//! Who bears a token: a browser's session or a program's API token.

use super::{
    TokenRow, hat, hats_of,
    rules::{IDLE_MS, SEEN_EVERY_MS, Wants, session_alive},
    store::{self, AccountRow, BearerRow},
};
use crate::{ApiTokenId, OrgState, SessionId, audit, guard, keys, secret};
use linli_authz::{Actor, Via};
use linli_base::{At, PersonId, Phone, PostId, Problem, Result};
use linli_store::{Query, Tx, args};
use serde_json::json;

/// A session that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its key.
    pub id: SessionId,
    /// Whose it is.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their English name.
    pub name_en: Option<String>,
    /// The title of the post that is worn.
    pub title: Option<String>,
    /// Its English title.
    pub title_en: Option<String>,
    /// The English name of its org.
    pub org_en: Option<String>,
    /// Whose post it is, where it was lent: name and English name.
    pub instead_of: Option<(String, Option<String>)>,
    /// Who acts in it: the person with the hat that is worn.
    pub actor: Actor,
    /// When who it is was last proven.
    pub proved_at: At,
    /// When the person had signed in before.
    pub before_at: Option<At>,
    /// When it ends for want of use, as of now.
    pub idle_ms: i64,
}

impl Session {
    /// One that has just been proven, for tests of pages without signing in.
    #[doc(hidden)]
    pub fn for_test(id: SessionId, person: PersonId, name: String, actor: Actor, now: At) -> Session {
        Session {
            id,
            person,
            name,
            name_en: None,
            title: None,
            title_en: None,
            org_en: None,
            instead_of: None,
            actor,
            proved_at: now,
            before_at: None,
            idle_ms: IDLE_MS,
        }
    }

    /// Whether who it is was proven lately, as what is grave asks. Refusal: `prove`, which leads to proving and back.
    pub fn proven(&self, now: At) -> Result<()> {
        if now < self.proved_at.plus_ms(guard::rules::PROOF_MS) {
            Ok(())
        } else {
            Err(Problem::refused("prove"))
        }
    }
}

/// A session that still wants something, and serves for nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Half {
    /// Its key.
    pub id: SessionId,
    /// Whose it is.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// What it wants.
    pub wants: Wants,
}

/// What a cookie's token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// A session.
    Whole(Box<Session>),
    /// Half of one.
    Half(Half),
    /// One that has ended, or none at all.
    Gone,
}

/// What a cookie's token is; the last use of what still holds is written down.
pub async fn held(org: &OrgState, token: &str) -> Result<Held> {
    let now = org.world.now();
    let key = args![keys::any(org.keys.token_digests(token)), now.day()];
    let row: Option<BearerRow> = org.db.read().maybe(&store::BY_TOKEN, &store::scope(), key).await?;
    let alive =
        |row: &BearerRow| session_alive(row.seen_at, row.ends_at, row.idle_ms.unwrap_or(IDLE_MS), now);
    let Some(row) = row.filter(alive) else { return Ok(Held::Gone) };
    let id = SessionId::new(row.id);
    to_newest_key(org, true, &row, token).await?;
    if row.seen_at.plus_ms(SEEN_EVERY_MS) <= now {
        org.db
            .write(async move |tx: &mut Tx<'_>| tx.run(&store::SEEN, &store::scope(), args![id, now]).await)
            .await?;
    }
    let (person, name) = (row.person, row.name.clone());
    if let Some(wants) = row.wants.as_deref().map(Wants::parse) {
        return Ok(Held::Half(Half { id, person, name, wants }));
    }
    Ok(Held::Whole(Box::new(Session {
        id,
        person,
        name,
        name_en: row.name_en.clone(),
        title: row.title.clone(),
        title_en: row.title_en.clone(),
        org_en: row.org_name_en.clone(),
        instead_of: row.holder_name.clone().map(|name| (name, row.holder_name_en.clone())),
        proved_at: row.proved_at.unwrap_or(At(0)),
        before_at: row.before_at,
        idle_ms: row.idle_ms.unwrap_or(IDLE_MS),
        actor: actor(row, Via::Web),
    })))
}

/// The session of a cookie's token, where it is whole and still holds.
pub async fn session_of(org: &OrgState, token: &str) -> Result<Option<Session>> {
    match held(org, token).await? {
        Held::Whole(session) => Ok(Some(*session)),
        Held::Half(_) | Held::Gone => Ok(None),
    }
}

/// Who an API token speaks for, where it holds.
pub async fn who_bears(org: &OrgState, token: &str) -> Result<Option<Actor>> {
    let now = org.world.now();
    let key = args![keys::any(org.keys.token_digests(token)), now.day()];
    let row: Option<BearerRow> = org.db.read().maybe(&store::BY_API_TOKEN, &store::scope(), key).await?;
    let Some(row) = row.filter(|row| now < row.ends_at) else { return Ok(None) };
    to_newest_key(org, false, &row, token).await?;
    Ok(Some(actor(row, Via::Api)))
}

/// A digest cannot be made anew before the token is shown again: which is now.
async fn to_newest_key(org: &OrgState, session: bool, row: &BearerRow, token: &str) -> Result<()> {
    let (id, old, new) = (row.id, row.digest.clone(), org.keys.token_digest(token));
    if old != new {
        let moved = org.db.write(async move |tx: &mut Tx<'_>| {
            let stmt = if session { &store::MOVE_SESSION } else { &store::MOVE_API_TOKEN };
            tx.run(stmt, &store::scope(), args![id, old.as_str(), new.as_str()]).await
        });
        moved.await?;
    }
    Ok(())
}

fn actor(row: BearerRow, via: Via) -> Actor {
    let seat = row.post.zip(row.org).zip(row.org_name);
    let worn = seat
        .map(|((post, org), name)| hat(post, org, name, row.tier.as_deref(), row.area, row.roles.as_deref()));
    Actor::Person { id: row.person, name: row.name, hat: worn, via }
}

/// Whoever has this phone, for the command line.
pub async fn person_of(org: &OrgState, phone: &Phone) -> Result<Option<PersonId>> {
    let key = args![keys::any(org.keys.lookups(phone.digits()))];
    let account: Option<AccountRow> = org.db.read().maybe(&store::ACCOUNT, &store::scope(), key).await?;
    Ok(account.map(|row| row.id))
}

/// An API token to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Whose it is.
    pub person: PersonId,
    /// The post that it speaks in: one of theirs.
    pub post: PostId,
    /// What it is for, 1 to 60 characters.
    pub name: String,
    /// Until when it holds.
    pub ends_at: At,
}

/// Makes an API token; what it answers is shown once and stored nowhere. `actor` is whoever asks for it. Flaws:
/// `token_name_missing`, `too_long`; refusals: `hat_gone`.
pub async fn make_token(org: &OrgState, actor: &Actor, new: NewToken) -> Result<(ApiTokenId, String)> {
    let now = org.world.now();
    let name = new.name.trim().to_owned();
    if name.is_empty() {
        return Err(Problem::invalid("name", "token_name_missing"));
    }
    if name.chars().count() > 60 {
        return Err(linli_base::Flaw::new("name", "too_long")
            .with("max", 60)
            .with("now", name.chars().count())
            .into());
    }
    let hats = hats_of(&mut org.db.read(), new.person, now.day()).await?;
    if !hats.iter().any(|choice| choice.hat.post == new.post) {
        return Err(Problem::refused("hat_gone"));
    }
    let (id, token) = (org.world.id::<crate::kind::ApiToken>(), secret::token(org.world.ids.as_ref()));
    let (digest, actor, org_state) = (org.keys.token_digest(&token), actor.clone(), org.clone());
    let made = org.db.write(async move |tx: &mut Tx<'_>| {
        let row = args![id, digest.as_str(), new.person, new.post, name.as_str(), now, new.ends_at];
        tx.run(&store::INSERT_TOKEN, &store::scope(), row).await?;
        let entry = audit::Entry {
            copy: &org_state.copy,
            actor: &actor,
            act: "api_token.make",
            subject_kind: "api_token",
            subject: Some(id.0),
            reason: None,
            detail: json!({ "name": name }),
        };
        audit::audit(tx, &org_state.world, &entry).await
    });
    made.await?;
    Ok((id, token))
}

/// The person's API tokens that hold, the newest first.
pub async fn tokens(org: &OrgState, person: PersonId) -> Result<Vec<TokenRow>> {
    org.db.read().all(&store::TOKENS, &store::scope(), args![person, org.world.now()]).await
}

/// Ends one of the person's API tokens now. Not found where it is not theirs or has ended.
pub async fn revoke_token(org: &OrgState, actor: &Actor, person: PersonId, id: ApiTokenId) -> Result<()> {
    let (now, actor, org_state) = (org.world.now(), actor.clone(), org.clone());
    let revoked = org.db.write(async move |tx: &mut Tx<'_>| {
        if tx.run(&store::REVOKE_TOKEN, &store::scope(), args![id, person, now]).await? == 0 {
            return Err(Problem::NotFound);
        }
        let entry = audit::Entry {
            copy: &org_state.copy,
            actor: &actor,
            act: "api_token.revoke",
            subject_kind: "api_token",
            subject: Some(id.0),
            reason: None,
            detail: json!({}),
        };
        audit::audit(tx, &org_state.world, &entry).await
    });
    revoked.await
}
