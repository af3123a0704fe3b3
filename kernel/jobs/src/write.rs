//! The worker's writes, each over owned input alone: only so can the compiler see that the worker's future is Send.

use crate::{
    queue,
    store::{self, Due, Waiting},
};
use linli_authz::Scope;
use linli_base::{At, Result, World};
use linli_store::{Db, args};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};

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
                queue::put(tx, &scope, &world, name, &json!({}), *at, Some(&dedupe)).await?;
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
        for row in &waiting {
            if tx.run(&store::OUTBOX_TAKE, &scope, args![row.id, now]).await? == 0 {
                continue;
            }
            for name in subscribers.get(&row.topic).into_iter().flatten() {
                queue::put(tx, &scope, &world, name, &row.payload, now, None).await?;
            }
        }
        Ok(())
    })
    .await
}

/// Takes jobs; answers those that no other worker took. One that was tried `tries` times and did not even fail took
/// its worker down with it each time: it is given up.
pub(crate) async fn take(db: Db, due: Vec<Due>, tries: i64, now: At) -> Result<Vec<Due>> {
    let scope = Scope::system("jobs");
    db.write(async move |tx| {
        let mut taken = Vec::new();
        for job in &due {
            let row = args![job.id, job.tries, now.plus_ms(LEASE_MS), now];
            if tx.run(&store::JOB_TAKE, &scope, row).await? == 0 {
                continue;
            }
            let job = Due { tries: job.tries + 1, ..job.clone() };
            if job.tries > tries {
                let why = "its worker ended before it did";
                tx.run(&store::JOB_FAIL, &scope, args![job.id, job.tries, now, why]).await?;
            } else {
                taken.push(job);
            }
        }
        Ok(taken)
    })
    .await
}

/// Notes how jobs ended, each unless another worker has taken it meanwhile.
pub(crate) async fn end(db: Db, ends: Vec<(Due, End)>) -> Result<()> {
    let scope = Scope::system("jobs");
    db.write(async move |tx| {
        for (job, end) in &ends {
            let (id, tries) = (job.id, job.tries);
            match end {
                End::Done => tx.run(&store::JOB_DONE, &scope, args![id, tries]).await?,
                End::Later(at, why) => {
                    tx.run(&store::JOB_LATER, &scope, args![id, tries, *at, why.as_str()]).await?
                }
                End::Failed(at, why) => {
                    tx.run(&store::JOB_FAIL, &scope, args![id, tries, *at, why.as_str()]).await?
                }
            };
        }
        Ok(())
    })
    .await
}

/// Deletes announcements that were taken before `before`.
pub(crate) async fn tidy(db: Db, before: At) -> Result<()> {
    let scope = Scope::system("tidy the outbox");
    db.write(async move |tx| tx.run(&store::OUTBOX_TIDY, &scope, args![before]).await.map(|_| ())).await
}
