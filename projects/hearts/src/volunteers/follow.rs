//! What follows from an order's steps: hours are logged when it is done, and confirmed by the asker's word.

use super::{confirm_by_asker, log_done};
use crate::orders;
use linli_authz::Actor;
use linli_base::Result;
use linli_casework::{Announcement, Casework, TAKEN_STEPS};
use linli_jobs::Worker;

/// Has the worker follow orders. Safe to run twice.
#[must_use]
pub fn follow(work: &Casework, worker: Worker) -> Worker {
    let work = work.clone();
    worker.on(TAKEN_STEPS, "hours", move |announcement: Announcement| {
        let work = work.clone();
        async move { after(&work, &announcement).await }
    })
}

async fn after(work: &Casework, announcement: &Announcement) -> Result<()> {
    let view = work.view(&Actor::System("follow an order"), announcement.case).await?;
    let (row, case) = (&view.loaded.row, &view.loaded.case);
    if view.loaded.procedure.name != "order" {
        return Ok(());
    }
    let Some(entry) = view.timeline().into_iter().find(|entry| entry.id == announcement.event) else {
        return Ok(());
    };
    match (entry.step.as_str(), case.areas.community) {
        ("did", Some(community)) => {
            let order = orders::of(&mut work.db().read(), [row.id]).await?.pop();
            let Some(order) = order else { return Ok(()) };
            let people = case.takers.iter().copied().collect();
            let (done, what) = ((entry.at.day(), entry.input.number("minutes")), (order.item, order.item_en));
            log_done(work.db(), work.world(), (row.id, community), people, done, what).await
        }
        ("rate_order", _) if !entry.input.is("solved", "no") => {
            confirm_by_asker(work.db(), work.world(), row.id).await
        }
        _ => Ok(()),
    }
}
