//! The list that a desk shows, as a file.

use super::{Allow, board::Asked, line::line};
use crate::Casework;
use axum::{
    Extension,
    extract::{Query, State},
    response::Response,
};
use linli_base::Problem;
use linli_org::{OrgState, SignedIn, audit};
use linli_web::{Visit, WebError};

/// Lines of a file.
const EXPORT: usize = 5000;

/// `GET /desk/export`: the list as CSV or Excel; no phones or names.
pub(super) async fn export(
    State(work): State<Casework>,
    State(org): State<OrgState>,
    Extension(allow): Extension<Allow>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    if !allow.export {
        return Err(Problem::Forbidden { owner: None }.into());
    }
    who.actor.may(linli_authz::Permission::Export)?;
    who.proven(visit.now)?;
    let saved = work.saved_views(&who.actor).await?;
    let filter = asked.filter(&who.actor, &saved);
    let lang = visit.lang;
    let (mut after, mut lines) = (None, Vec::new());
    loop {
        let (rows, next) = work.list(&who.actor, &filter, after.as_ref(), 200).await?;
        for row in rows {
            let happened = lang.date_year(row.happened_at.day());
            let line = line(&work, &visit, row, String::new(), false);
            let due = line.due.map(|due| due.text).unwrap_or_default();
            let facts = line.facts.join(" / ");
            lines.push(vec![line.number, happened, line.title, facts, line.tag.text, due]);
        }
        after = next;
        if after.is_none() || lines.len() >= EXPORT {
            break;
        }
    }
    audit::exported(&org, &who.actor, "cases", lines.len()).await?;
    let heads = crate::t::desk::csv(lang).split(',').map(str::to_owned).collect();
    let sheet = linli_org::xlsx::Sheet { name: crate::t::desk::title(lang).to_owned(), heads, rows: lines };
    Ok(crate::figures::pages::answer(asked.format.as_deref(), "linli", vec![sheet])?)
}
