//! `/figures`: how it is going, and the cases behind each number.

mod asked;
mod board;
mod export;
mod list;
mod public;
mod svg;
mod table;
mod trend;
mod words;

pub(crate) use export::answer;

use crate::Casework;
use axum::{Router, extract::FromRef, routing::get};
use linli_org::OrgState;

/// `/figures`, the list behind a number, and both as files.
pub(crate) fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Casework: FromRef<S>,
    OrgState: FromRef<S>,
{
    Router::new()
        .route("/figures", get(board::show))
        .route("/figures/public", get(public::show))
        .route("/figures/export", get(export::figures))
        .route("/figures/cases", get(list::show))
        .route("/figures/cases/export", get(export::cases))
}
