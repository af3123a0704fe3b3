//! The list that a desk shows, as a file.

use super::{Allow, board::Asked, line::line};
use crate::Casework;
use axum::{
    Extension,
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use linli_base::Problem;
use linli_org::SignedIn;
use linli_web::{Visit, WebError};

/// Lines of a file.
const EXPORT: i64 = 5000;

/// `GET /desk/export`: the list as CSV, with a byte order mark so that spreadsheets read Chinese. No phones or names.
pub(super) async fn export(
    State(work): State<Casework>,
    Extension(allow): Extension<Allow>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    if !allow.export {
        return Err(Problem::Forbidden { owner: None }.into());
    }
    who.actor.may(linli_authz::Permission::Export)?;
    let saved = work.saved_views(&who.actor).await?;
    let filter = asked.filter(&who.actor, &saved);
    let lang = visit.lang;
    let mut text = format!("\u{feff}{}\n", crate::t::desk::csv(lang));
    let (mut after, mut written) = (None, 0);
    loop {
        let (rows, next) = work.list(&who.actor, &filter, after.as_ref(), 200).await?;
        for row in rows {
            written += 1;
            let happened = lang.date_year(row.happened_at.day());
            let line = line(&work, &visit, row, String::new(), false);
            let due = line.due.map(|due| due.text).unwrap_or_default();
            let facts = line.facts.join(" / ");
            let cells = [line.number, happened, line.title, facts, line.tag.text, due];
            text.push_str(&cells.map(|cell| quoted(&cell)).join(","));
            text.push('\n');
        }
        after = next;
        if after.is_none() || written >= EXPORT {
            break;
        }
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"linli.csv\""),
    ];
    Ok((headers, text).into_response())
}

/// A CSV cell; what a spreadsheet would take for a formula is kept text.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}
