//! Who bears a token: a browser's session or a program's API token.

use super::{
    TokenRow, hat, hats_of,
    rules::{SEEN_EVERY_MS, session_alive},
    store::{self, AccountRow, BearerRow},
};
use crate::{ApiTokenId, OrgState, SessionId, audit, secret};
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
    /// The title of the post that is worn.
    pub title: Option<String>,
    /// Who acts in it: the person with the hat that is worn.
    pub actor: Actor,
}

/// The session of a cookie's token, where it still holds; its last use is written down.
pub async fn session_of(org: &OrgState, token: &str) -> Result<Option<Session>> {
    let now = org.world.now();
    let key = args![org.keys.token_digest(token), now.day()];
    let row: Option<BearerRow> = org.db.read().maybe(&store::BY_TOKEN, &store::scope(), key).await?;
    let Some(row) = row.filter(|row| session_alive(row.seen_at, row.ends_at, now)) else { return Ok(None) };
    let id = SessionId::new(row.id);
    if row.seen_at.plus_ms(SEEN_EVERY_MS) <= now {
        org.db
            .write(async move |tx: &mut Tx<'_>| tx.run(&store::SEEN, &store::scope(), args![id, now]).await)
            .await?;
    }
    let (person, name, title) = (row.person, row.name.clone(), row.title.clone());
    Ok(Some(Session { id, person, name, title, actor: actor(row, Via::Web) }))
}

/// Who an API token speaks for, where it holds.
pub async fn who_bears(org: &OrgState, token: &str) -> Result<Option<Actor>> {
    let now = org.world.now();
    let key = args![org.keys.token_digest(token), now.day()];
    let row: Option<BearerRow> = org.db.read().maybe(&store::BY_API_TOKEN, &store::scope(), key).await?;
    Ok(row.filter(|row| now < row.ends_at).map(|row| actor(row, Via::Api)))
}

fn actor(row: BearerRow, via: Via) -> Actor {
    let seat = row.post.zip(row.org).zip(row.org_name);
    let worn = seat
        .map(|((post, org), name)| hat(post, org, name, row.tier.as_deref(), row.area, row.roles.as_deref()));
    Actor::Person { id: row.person, name: row.name, hat: worn, via }
}

/// Whoever has this phone, for the command line.
pub async fn person_of(org: &OrgState, phone: &Phone) -> Result<Option<PersonId>> {
    let lookup = org.keys.lookup(phone.digits());
    let account: Option<AccountRow> =
        org.db.read().maybe(&store::ACCOUNT, &store::scope(), args![lookup.as_str()]).await?;
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
