//! What leaves a row in the trail.

use linli_authz::Actor;
use linli_base::{Result, World};
use linli_org::audit;
use linli_store::Tx;
use uuid::Uuid;

/// Writes that the actor did it: act, kind of the subject, its key.
pub(crate) async fn note(
    tx: &mut Tx<'_>,
    world: &World,
    actor: &Actor,
    (act, subject_kind, subject): (&'static str, &'static str, Uuid),
    reason: Option<&str>,
) -> Result<()> {
    let (copy, subject, detail) = ("linli", Some(subject), serde_json::json!({}));
    audit::audit(tx, world, &audit::Entry { copy, actor, act, subject_kind, subject, reason, detail }).await
}
