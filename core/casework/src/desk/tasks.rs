use super::line::{Line, line};
use crate::{Casework, Filter, Sort};
use askama::Template;
use axum::{extract::State, response::Response};
use linli_authz::Permission;
use linli_org::SignedIn;
use linli_web::{Page, Visit, WebError, html};

#[derive(Template)]
#[template(path = "desk/tasks.html")]
struct Tasks {
    page: Page,
    day: String,
    open: usize,
    soon: usize,
    over: usize,
    list: Vec<Task>,
    /// Where this person took a step today, and what is no longer theirs to do.
    done: Vec<Line>,
}

/// A task with its one big next action.
struct Task {
    line: Line,
    place: String,
    map: Option<String>,
    /// To the form that shows the asker's phone, for a reason.
    call: Option<String>,
    next: Option<(String, String)>,
}

/// `GET /tasks`: what is this person's or nobody's yet, what is due first, first.
pub(super) async fn show(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
) -> Result<Response, WebError> {
    let actor = &who.actor;
    let filter = Filter { holder: actor.hat().map(|hat| hat.org), open: Some(true), ..Filter::default() };
    let (rows, _) = work.list(actor, &filter, None, 30).await?;
    let (mut tasks, mut soon, mut over) = (Vec::new(), 0, 0);
    for row in rows {
        let view = work.view(actor, row.id).await?;
        let person = view.loaded.case.person;
        if person.is_some() && person != actor.person() {
            continue;
        }
        let href = format!("/cases/{}", row.id);
        let steps = view.steps.first().map(|step| {
            (format!("{href}?step={}", step.name), visit.text(&format!("step.{}", step.name), &[]))
        });
        let may_call = view.knows && actor.may(Permission::PhoneSee).is_ok();
        let call = (may_call && view.loaded.row.phone_sealed.is_some()).then(|| format!("{href}?see=phone"));
        let late = !row.due_paused && row.due_at.is_some_and(|at| at <= visit.now);
        let near = !row.due_paused && row.yellow_at.is_some_and(|at| at <= visit.now);
        over += usize::from(late);
        soon += usize::from(near && !late);
        let point = view.loaded.row.lat.zip(view.loaded.row.lon);
        tasks.push(Task {
            place: row.place.to_string(),
            map: point.map(|(lat, lon)| format!("geo:{lat:.5},{lon:.5}")),
            call,
            next: steps,
            line: line(&work, &visit, row, href, false),
        });
    }
    let touched = Filter { touched_by: actor.person(), sort: Sort::Changed, ..Filter::default() };
    let (rows, _) = work.list(actor, &touched, None, 30).await?;
    let today = rows.into_iter().filter(|row| row.changed_at.day() == visit.now.day());
    let done = today.map(|row| {
        let href = format!("/cases/{}", row.id);
        line(&work, &visit, row, href, false)
    });
    let done: Vec<Line> =
        done.filter(|done| tasks.iter().all(|task: &Task| task.line.href != done.href)).collect();
    let day = visit.lang.date_weekday(visit.now.day(), visit.now.day());
    html(&Tasks {
        page: visit.page(crate::t::tasks::title(visit.lang)),
        day,
        open: tasks.len(),
        soon,
        over,
        list: tasks,
        done,
    })
}
