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

/// The steps that say what was done, and those in which the asker says whether it was.
const FOLLOWED: [&str; 4] = ["did", "fulfil", "rate_order", "thank"];

/// Looks at what was done last and at what was said of it since, and not only at the step that is announced: two
/// announcements may be told at once or the later one first.
async fn after(work: &Casework, announcement: &Announcement) -> Result<()> {
    let view = work.view(&Actor::System("follow an order"), announcement.case).await?;
    let (row, case, timeline) = (&view.loaded.row, &view.loaded.case, view.timeline());
    let told = timeline.iter().any(|e| e.id == announcement.event && FOLLOWED.contains(&e.step.as_str()));
    let done = timeline.iter().rposition(|e| matches!(e.step.as_str(), "did" | "fulfil"));
    let (true, Some(done), Some(community)) = (told, done, case.areas.community) else { return Ok(()) };
    let Some((entry, since)) = timeline.get(done..).and_then(<[_]>::split_first) else { return Ok(()) };

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

    let confirms = |e: &Entry| match e.step.as_str() {
        "rate_order" => !e.input.is("solved", "no"),
        "thank" => e.input.is("came_true", "yes"),
        _ => false,
    };
    if since.iter().any(confirms) {
        confirm_by_asker(work.db(), work.world(), row.id).await?;
    }
    Ok(())
}
