//! What leaves a row in the trail, and how short words are checked.

use linli_authz::Actor;
use linli_base::{Flaw, Result, World};
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

/// What is wrong with words that must stand there, of at most so many characters.
pub(crate) fn flaw(field: &str, text: &str, most: usize) -> Option<Flaw> {
    if text.is_empty() { Some(Flaw::new(field, "missing")) } else { long(field, text, most) }
}

/// What is wrong with words of at most so many characters.
pub(crate) fn long(field: &str, text: &str, most: usize) -> Option<Flaw> {
    let now = text.chars().count();
    (now > most).then(|| Flaw::new(field, "too_long").with("max", most).with("now", now))
}
