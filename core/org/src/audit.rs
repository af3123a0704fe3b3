//! The audit trail: written plainly, in the transaction of what it records (ADR 4).

use linli_authz::{Actor, Scope};
use linli_base::{Result, World};
use linli_store::{Tx, args, statements};
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// What is recorded.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Which copy of the program wrote it: the host's name, say.
    pub copy: &'a str,
    /// Who did it, in which post.
    pub actor: &'a Actor,
    /// What they did: `noun.verb`, as in `phone.see`.
    pub act: &'static str,
    /// What kind of thing it was done to: a table's name.
    pub subject_kind: &'static str,
    /// Its key, where it has one.
    pub subject: Option<Uuid>,
    /// Why, in the actor's words, where a reason was asked.
    pub reason: Option<&'a str>,
    /// What else; an object without personal content.
    pub detail: Json,
}

/// Writes one row of the trail in the caller's transaction.
pub async fn audit(tx: &mut Tx<'_>, world: &World, entry: &Entry<'_>) -> Result<()> {
    let at = world.now();
    let (post, org) = entry.actor.hat().map(|hat| (hat.post, hat.org)).unzip();
    let detail = match (entry.actor, &entry.detail) {
        (Actor::System(job), Json::Object(fields)) => {
            let mut fields = fields.clone();
            fields.insert("system".to_owned(), json!(job));
            Json::Object(fields)
        }
        (_, detail) => detail.clone(),
    };
    let row = args![
        world.ids.uuid(at),
        at,
        entry.copy,
        entry.actor.person(),
        post,
        org,
        entry.act,
        entry.subject_kind,
        entry.subject,
        entry.reason.map(str::to_owned),
        detail
    ];
    tx.run(&INSERT, &Scope::system("audit"), row).await?;
    Ok(())
}

statements! {
    INSERT(unscoped "whatever is done is recorded") =
        "INSERT INTO audit (id, at, copy, person_id, post_id, org_id, act, subject_kind, subject_id, reason, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
}
