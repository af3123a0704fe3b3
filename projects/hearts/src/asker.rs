//! What the pages of whoever asked, and of whoever helps, share.

use axum::http::StatusCode;
use linli_authz::Actor;
use linli_base::{Flaw, Refusal, Result};
use linli_casework::{CaseView, Visitor};
use linli_procedure::Procedure;
use linli_web::Visit;

/// The case of this number, where the visitor is its asker and it goes by this procedure.
pub(crate) async fn of_asker(
    visitor: &Visitor,
    number: &str,
    procedure: &Procedure,
) -> Result<Option<(Actor, CaseView)>> {
    let found = visitor.case(number).await?;
    Ok(found.filter(|(actor, view)| {
        let own = matches!(actor, Actor::Asker(_)) || actor.person() == view.loaded.case.asker;
        own && view.loaded.procedure.name == procedure.name
    }))
}

/// How a page answers whose step was not taken, and why in words; or that there is nothing to say.
pub(crate) fn verdict(
    visit: &Visit,
    refused: Option<Refusal>,
    flaws: &[Flaw],
) -> (StatusCode, Option<String>) {
    match refused {
        Some(why) => (StatusCode::CONFLICT, Some(visit.text(&format!("refusal.{}", why.code), &why.args))),
        None if flaws.is_empty() => (StatusCode::OK, None),
        None => (StatusCode::UNPROCESSABLE_ENTITY, None),
    }
}
