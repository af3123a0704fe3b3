//! What a change announces to the rooms that subscribe to it.

use crate::store;
use linli_authz::Scope;
use linli_base::{At, Problem, Result, World};
use linli_store::{Stmt, Tx, Value, args};
use serde::Serialize;

/// Announces in the caller's transaction. The topic needs at least one subscriber: what nobody takes stays.
pub fn put(
    tx: &mut Tx<'_>,
    scope: &Scope,
    world: &World,
    topic: &str,
    payload: &impl Serialize,
) -> Result<()> {
    tx.run_all(&[row(world, topic, payload)?], scope)
}

/// The row of an announcement, for whoever writes it with others.
pub fn row(world: &World, topic: &str, payload: &impl Serialize) -> Result<(&'static Stmt, Vec<Value>)> {
    let payload = serde_json::to_value(payload).map_err(|e| Problem::broken("writing an announcement", e))?;
    let at = world.now();
    Ok((&store::OUTBOX_ADD, args![world.ids.uuid(at), at, topic, payload].to_vec()))
}

/// Drops what was announced before an instant and has not been taken: it is no news to anybody any more.
pub async fn forget(tx: &mut Tx<'_>, scope: &Scope, before: At) -> Result<()> {
    tx.run(&store::OUTBOX_FORGET, scope, args![before]).await?;
    Ok(())
}
