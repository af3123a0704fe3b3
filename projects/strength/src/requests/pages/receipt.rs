use super::case::{Name, Orgs, last_day, until};
use crate::t::receipt as words;
use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    response::{IntoResponse, Redirect, Response},
};
use linli_base::{At, Result};
use linli_calendar::{Calendar, Due, StripKind, Term};
use linli_casework::Visitor;
use linli_i18n::Lang;
use linli_procedure::{Profile, dues};
use linli_web::{Page, Qr, Visit, WebError, html};

#[derive(Template)]
#[template(path = "requests/receipt.html")]
struct ReceiptPage {
    page: Page,
    /// Just handed over: the draft on the device is over.
    fresh: bool,
    title: String,
    desk: Option<Name>,
    number: String,
    /// The number of the request that is said to be the same.
    same: Option<String>,
    /// Eight characters with a hyphen in the middle.
    code: String,
    qr: Qr,
    /// When it was said, and then what happens by when.
    said: String,
    steps: Vec<(&'static str, String)>,
    /// Days off and days worked in exchange until then.
    notes: Vec<String>,
}

/// Number, look-up code and what happens next, for the asker: as long as they hold the case's cookie, or signed in.
pub(super) async fn show(
    visitor: Visitor,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let Some((_, view)) = visitor.case(&number).await? else {
        return Ok(Redirect::to(&format!("/r/{number}")).into_response());
    };
    let (visit, work, row) = (&visitor.visit, &visitor.work, &view.loaded.row);
    let lang = visit.lang;
    let orgs = Orgs::of(&visitor, &view).await?;
    let code = work.keys().code_with(row.id.0, &row.code_key, row.code_sealed.as_deref())?;
    let settings = work.settings();
    let profile = settings.profile(&row.profile, row.profile_version)?;
    let case = &view.loaded.case;
    let all = dues(case, view.loaded.procedure, profile, &settings.calendar, visit.now);
    let accept = all.iter().find(|due| due.clock == "accept").map(|due| due.at);
    let finish = finish(profile, &settings.calendar, accept.unwrap_or(row.happened_at));
    let community = case.areas.community.is_some();
    let page = ReceiptPage {
        page: visit.page(words::title(lang)),
        fresh: query.as_deref() == Some("said"),
        title: row.title.clone(),
        desk: orgs.get(case.desk),
        number: row.number.clone(),
        same: work.said_same(&view).await?,
        code: format!("{}-{}", code.get(..4).unwrap_or(&code), code.get(4..).unwrap_or_default()),
        qr: Qr::of(&format!("{}/r/{}#{code}", visit.base_url, row.number))?,
        said: lang.moment(row.happened_at, visit.now),
        steps: steps(visit, community, accept, finish),
        notes: finish
            .map(|(due, _)| notes(lang, &settings.calendar, row.happened_at, due.at))
            .unwrap_or_default(),
    };
    html(&page)
}

/// When it would be done if it were dispatched right after the time to accept it.
fn finish(profile: &Profile, calendar: &Calendar, from: At) -> Option<(Due, i64)> {
    let term = profile.term("finish", None, None)?;
    let Term::WorkingDays(days) = term else { return None };
    Some((calendar.due(from, &term, &profile.working_time), days))
}

fn steps(
    visit: &Visit,
    community: bool,
    accept: Option<At>,
    finish: Option<(Due, i64)>,
) -> Vec<(&'static str, String)> {
    let lang = visit.lang;
    let accepted = if community { words::accept(lang) } else { words::accept_desk(lang) };
    let by = accept.map(|at| crate::t::progress::before(lang, until(visit, at))).unwrap_or_default();
    let done = finish.map(|(due, days)| {
        let open = if due.provisional { words::finish_provisional(lang) } else { "" };
        words::finish_by(lang, lang.date_weekday(last_day(due.at), visit.now.day()), days) + open
    });
    vec![
        (accepted, by),
        (words::dispatch(lang), words::dispatch_by(lang).to_owned()),
        (words::contact(lang), words::contact_by(lang).to_owned()),
        (words::finish(lang), done.unwrap_or_default()),
        (words::ask(lang), words::ask_by(lang).to_owned()),
    ]
}

/// Holidays and days worked in exchange between the two, in words.
fn notes(lang: Lang, calendar: &Calendar, from: At, to: At) -> Vec<String> {
    let day = |day| lang.date(day);
    let note = |cell: linli_calendar::StripCell| match cell.kind {
        StripKind::Rest(Some(name)) => {
            let days = if cell.from == cell.to {
                day(cell.from)
            } else {
                format!("{}–{}", day(cell.from), day(cell.to))
            };
            // holidays are named in Chinese only
            Some(words::rest(lang, if lang.is_zh() { days + &name } else { days }))
        }
        _ if calendar.is_make_up_day(cell.from) => Some(words::make_up(lang, day(cell.from))),
        _ => None,
    };
    calendar.strip(from.day(), last_day(to)).into_iter().filter_map(note).collect()
}
