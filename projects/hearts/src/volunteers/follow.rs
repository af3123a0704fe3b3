//! What follows from the steps of an order or a wish: hours are logged when it is done, and confirmed by the asker's word.

use super::{confirm_by_asker, log_done};
use crate::orders;
use linli_authz::Actor;
use linli_base::Result;
use linli_casework::{Announcement, Casework, TAKEN_STEPS};
use linli_i18n::Lang;
use linli_jobs::Worker;

/// Has the worker follow orders and wishes. Safe to run twice.
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
    let Some(entry) = view.timeline().into_iter().find(|entry| entry.id == announcement.event) else {
        return Ok(());
    };
    match (view.loaded.procedure.name, entry.step.as_str(), case.areas.community) {
        ("order", "did", Some(community)) | ("wish", "fulfil", Some(community)) => {
            let order = orders::of(&mut work.db().read(), [row.id]).await?.pop();
            // what somebody wished for is not written into the record of whoever did it
            let wish = || {
                let said = |lang| crate::t::helping::a_wish(lang).to_owned();
                (said(Lang::Zh), Some(said(Lang::En)))
            };
            let what = order.map_or_else(wish, |order| (order.item, order.item_en));
            let people = case.takers.iter().copied().collect();
            let done = (entry.at.day(), entry.input.number("minutes"));
            log_done(work.db(), work.world(), (row.id, community), people, done, what).await
        }
        ("order", "rate_order", _) if !entry.input.is("solved", "no") => {
            confirm_by_asker(work.db(), work.world(), row.id).await
        }
        ("wish", "thank", _) if entry.input.is("came_true", "yes") => {
            confirm_by_asker(work.db(), work.world(), row.id).await
        }
        _ => Ok(()),
    }
}
