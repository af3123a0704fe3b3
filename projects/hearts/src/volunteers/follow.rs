//! What follows from the steps of an order or a wish: hours are logged when it is done, and confirmed by the asker's word.

use super::{confirm_by_asker, log_done};
use crate::orders;
use linli_authz::Actor;
use linli_base::Result;
use linli_casework::{Announcement, Casework, Entry, TAKEN_STEPS};
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

/// Follows what was done and the asker's word on it, whichever is announced first: two announcements may be told at
/// once, or the later one before.
async fn after(work: &Casework, announcement: &Announcement) -> Result<()> {
    let view = work.view(&Actor::System("follow an order"), announcement.case).await?;
    let (row, case, timeline) = (&view.loaded.row, &view.loaded.case, view.timeline());
    let done = |e: &Entry| matches!(e.step.as_str(), "did" | "fulfil");
    let confirms = |e: &Entry| match e.step.as_str() {
        "rate_order" => !e.input.is("solved", "no"),
        "thank" => e.input.is("came_true", "yes"),
        _ => false,
    };
    let Some(told) = timeline.iter().position(|e| e.id == announcement.event) else { return Ok(()) };
    let last = timeline.iter().take(told + 1).rposition(done);
    let (Some(last), Some(community)) = (last, case.areas.community) else { return Ok(()) };
    let Some((entry, since)) = timeline.get(last..).and_then(<[_]>::split_first) else { return Ok(()) };
    let confirmed = since.iter().take_while(|e| !done(e)).any(confirms);
    if told != last && !confirmed {
        return Ok(());
    }

    let order = orders::of(&mut work.db().read(), [row.id]).await?.pop();
    // what somebody wished for is not written into the record of whoever did it
    let wish = || {
        let said = |lang| crate::t::helping::a_wish(lang).to_owned();
        (said(Lang::Zh), Some(said(Lang::En)))
    };
    let what = order.map_or_else(wish, |order| (order.item, order.item_en));
    let people = case.takers.iter().copied().collect();
    let minutes = (entry.at.day(), entry.input.number("minutes"));
    log_done(work.db(), work.world(), (row.id, community), people, minutes, what).await?;
    if confirmed {
        confirm_by_asker(work.db(), work.world(), row.id).await?;
    }
    Ok(())
}
