//! The worker's writes, each over owned input alone: only so can the compiler see that the worker's future is Send.

use crate::{
    queue,
    store::{self, Due, Taken, Tried, Waiting},
};
use linli_authz::Scope;
use linli_base::{At, Result, World};
use linli_store::{Db, Query, Stmt, Value, args};
use serde_json::json;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};
use uuid::Uuid;

/// How long a job is its taker's, in milliseconds.
const LEASE_MS: i64 = 15 * 60_000;

/// How a job ended.
pub(crate) enum End {
    Done,
    Later(At, String),
    Failed(At, String),
}

/// Puts a job for each schedule that came due and that no other copy was faster with.
pub(crate) async fn schedules(db: Db, world: World, due: Vec<(String, At)>) -> Result<()> {
    let scope = Scope::system("schedules");
    db.write(async move |tx| {
        for (name, at) in &due {
            let row = args![name.as_str(), *at];
            if tx.run(&store::SCHEDULE_DUE, &scope, row).await? == 1 {
                let dedupe = format!("schedule {name}");
                queue::put(tx, &scope, &world, name, &json!({}), *at, Some(&dedupe))?;
            } else {
                tx.run(&store::SCHEDULE_ADD, &scope, row).await?;
            }
        }
        Ok(())
    })
    .await
}

/// Turns announcements into one job per subscriber of their topic.
pub(crate) async fn announcements(
    db: Db,
    world: World,
    subscribers: Arc<BTreeMap<String, Vec<String>>>,
    waiting: Vec<Waiting>,
    now: At,
) -> Result<()> {
    let scope = Scope::system("outbox");
    db.write(async move |tx| {
        let ids = Value::List(waiting.iter().map(|row| row.id.into()).collect());
        let taken: Vec<Taken> = tx.all(&store::OUTBOX_TAKE, &scope, args![ids, now]).await?;
        let taken: HashSet<Uuid> = taken.into_iter().map(|row| row.id).collect();
        let mut jobs = Vec::new();
        for row in waiting.iter().filter(|row| taken.contains(&row.id)) {
            for name in subscribers.get(&row.topic).into_iter().flatten() {
                jobs.push(queue::row(&world, name, &row.payload, now, None)?);
            }
        }
        tx.run_all(&jobs, &scope)
    })
    .await
}

/// Takes jobs; answers those that no other worker took, in their order. One that was tried `tries` times and did not
/// even fail took its worker down with it each time: it is given up.
pub(crate) async fn take(db: Db, due: Vec<Due>, tries: i64, now: At) -> Result<Vec<Due>> {
    let scope = Scope::system("jobs");
    db.write(async move |tx| {
        let ids = Value::List(due.iter().map(|job| job.id.into()).collect());
        let row = args![ids, now.plus_ms(LEASE_MS), now];
        let tried: Vec<Tried> = tx.all(&store::JOB_TAKE, &scope, row).await?;
        let tried: HashMap<Uuid, i64> = tried.into_iter().map(|row| (row.id, row.tries)).collect();
        let taken = due.iter().filter_map(|job| Some(Due { tries: *tried.get(&job.id)?, ..job.clone() }));
        let (taken, lost): (Vec<Due>, Vec<Due>) = taken.partition(|job| job.tries <= tries);
        let given_up = |job| (job, End::Failed(now, "its worker ended before it did".to_owned()));
        tx.run_all(&rows(&lost.into_iter().map(given_up).collect::<Vec<_>>()), &scope)?;
        Ok(taken)
    })
    .await
}

/// Ends the leases of workers that are no more.
pub(crate) async fn free(db: Db) -> Result<()> {
    let scope = Scope::system("jobs");
    db.write(async move |tx| tx.run(&store::JOB_FREE, &scope, &[]).await.map(|_| ())).await
}

/// Notes how jobs ended, each unless another worker has taken it meanwhile.
pub(crate) async fn end(db: Db, ends: Vec<(Due, End)>) -> Result<()> {
    let scope = Scope::system("jobs");
    db.write(async move |tx| tx.run_all(&rows(&ends), &scope)).await
}

fn rows(ends: &[(Due, End)]) -> Vec<(&'static Stmt, Vec<Value>)> {
    let mut done: BTreeMap<i64, Vec<Value>> = BTreeMap::new();
    let mut rows = Vec::new();
    for (job, end) in ends {
        match end {
            End::Done => done.entry(job.tries).or_default().push(job.id.into()),
            End::Later(at, why) => {
                rows.push((&store::JOB_LATER, args![job.id, job.tries, *at, why.as_str()].to_vec()));
            }
            End::Failed(at, why) => {
                rows.push((&store::JOB_FAIL, args![job.id, job.tries, *at, why.as_str()].to_vec()));
            }
        }
    }
    rows.extend(
        done.into_iter().map(|(tries, ids)| (&store::JOB_DONE, args![Value::List(ids), tries].to_vec())),
    );
    rows
}

/// Deletes announcements that were taken before `before`.
pub(crate) async fn tidy(db: Db, before: At) -> Result<()> {
    let scope = Scope::system("tidy the outbox");
    db.write(async move |tx| tx.run(&store::OUTBOX_TIDY, &scope, args![before]).await.map(|_| ())).await
}
