//! The audit trail: written plainly, in the transaction of what it records (ADR 4), sealed in batches by a job, and
//! verified (ADR 11).

mod read;
mod seal;
pub(crate) mod store;
mod verify;

pub use read::{Filter, Sealed, list, sealed};
pub use seal::{drop_old, seal};
pub use store::AuditRow;
pub use verify::{Flaw, Flawed, check, verify, verify_last};

use crate::OrgState;
use linli_authz::{Actor, Scope};
use linli_base::{Result, World};
use linli_store::{Tx, args};
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
    tx.run(&store::INSERT, &Scope::system("audit"), row).await?;
    Ok(())
}

/// A list was taken out as a file: of what kind, and how many rows.
pub async fn exported(org: &OrgState, actor: &Actor, kind: &str, rows: usize) -> Result<()> {
    let (org_state, actor, detail) = (org.clone(), actor.clone(), json!({ "what": kind, "rows": rows }));
    let written = org.db.write(async move |tx: &mut Tx<'_>| {
        let (copy, detail): (&str, Json) = (&org_state.copy, detail.clone());
        let entry = Entry {
            copy,
            actor: &actor,
            act: "list.export",
            subject_kind: "list",
            subject: None,
            reason: None,
            detail,
        };
        audit(tx, &org_state.world, &entry).await
    });
    written.await
}

/// What the command line does to the whole city.
#[derive(Clone, Copy, Debug)]
pub enum Ordered {
    /// A year's calendar was loaded.
    Calendar,
    /// Requests were brought in.
    Import,
    /// A key was added.
    KeyAdd,
    /// What is sealed was sealed anew.
    KeyRotate,
    /// A key was dropped.
    KeyDrop,
}

/// The command line did something to the whole city: so many rows.
pub async fn ordered(org: &OrgState, what: Ordered, rows: u64) -> Result<()> {
    let org_state = org.clone();
    let written = org.db.write(async move |tx: &mut Tx<'_>| {
        let (act, subject_kind) = match what {
            Ordered::Calendar => ("calendar.load", "calendar_year"),
            Ordered::Import => ("import.requests", "cases"),
            Ordered::KeyAdd => ("key.add", "city_key"),
            Ordered::KeyRotate => ("key.rotate", "city_key"),
            Ordered::KeyDrop => ("key.drop", "city_key"),
        };
        let (copy, detail): (&str, Json) = (&org_state.copy, json!({ "rows": rows }));
        let actor = Actor::System("linli");
        let entry = Entry { copy, actor: &actor, act, subject_kind, subject: None, reason: None, detail };
        audit(tx, &org_state.world, &entry).await
    });
    written.await
}

/// What was done with the trail itself.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Look {
    Search,
    Export,
    Verify,
}

/// Reading the trail goes to the trail.
pub(crate) async fn looked(org: &OrgState, actor: &Actor, look: Look, detail: Json) -> Result<()> {
    let (org_state, actor) = (org.clone(), actor.clone());
    let written = org.db.write(async move |tx: &mut Tx<'_>| {
        let act = match look {
            Look::Search => "audit.search",
            Look::Export => "audit.export",
            Look::Verify => "audit.verify",
        };
        let (copy, detail): (&str, Json) = (&org_state.copy, detail.clone());
        let entry =
            Entry { copy, actor: &actor, act, subject_kind: "audit", subject: None, reason: None, detail };
        audit(tx, &org_state.world, &entry).await
    });
    written.await
}
