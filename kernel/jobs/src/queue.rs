//! Work to be done later, once.

pub use crate::store::Failed;

use crate::store;
use linli_authz::Scope;
use linli_base::{At, Problem, Result, World};
use linli_store::{Query, Stmt, Tx, Value, args};
use serde::Serialize;
use uuid::Uuid;

/// Puts a job into the queue in the caller's transaction, to be done from `run_at` on by the handler of that name.
/// While a job with the same `dedupe` waits, no second one is put; one that has begun does not count as waiting.
pub fn put(
    tx: &mut Tx<'_>,
    scope: &Scope,
    world: &World,
    name: &str,
    payload: &impl Serialize,
    run_at: At,
    dedupe: Option<&str>,
) -> Result<()> {
    tx.run_all(&[row(world, name, payload, run_at, dedupe)?], scope)
}

pub(crate) fn row(
    world: &World,
    name: &str,
    payload: &impl Serialize,
    run_at: At,
    dedupe: Option<&str>,
) -> Result<(&'static Stmt, Vec<Value>)> {
    let payload = serde_json::to_value(payload).map_err(|e| Problem::broken("writing a job", e))?;
    let id = world.ids.uuid(world.now());
    let dedupe = dedupe.map(str::to_owned);
    Ok((&store::JOB_ADD, args![id, name, payload, run_at, dedupe].to_vec()))
}

/// The jobs that were given up, newest first, 100 at most.
pub async fn failed(from: &mut impl Query, scope: &Scope) -> Result<Vec<Failed>> {
    from.all(&store::JOB_FAILED, scope, &[]).await
}

/// Lets a job that was given up begin anew. `NotFound` where there is no such job.
pub async fn again(tx: &mut Tx<'_>, scope: &Scope, id: Uuid, now: At) -> Result<()> {
    match tx.run(&store::JOB_AGAIN, scope, args![id, now]).await? {
        0 => Err(Problem::NotFound),
        _ => Ok(()),
    }
}
