//! The staff's pages: the desk with its views, the case beside the list, next steps with generated forms, the day's
//! tasks on a phone, the inbox.

mod beside;
mod board;
mod case;
mod clash;
mod export;
mod field;
mod file;
mod inbox;
mod kept;
mod line;
mod names;
mod step;
mod strip;
mod suggest;
mod tasks;
mod told;

pub use line::Tag;
pub(crate) use line::{category, pick, said};

use crate::{Casework, Uploads};
use axum::{
    Router,
    extract::FromRef,
    routing::{get, post},
};
use linli_org::OrgState;

/// What a program that others may look into does not allow.
#[derive(Clone, Copy, Debug)]
pub struct Allow {
    /// Showing phones whole.
    pub unmask: bool,
    /// Taking lists out.
    pub export: bool,
}

/// `/desk`, `/cases/{id}` with its steps, `/file`, `/tasks`, `/inbox`, `/settings/profile`. To be laid inside `linli_org::who`, with an
/// [`Allow`] as an extension.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Casework: FromRef<S>,
    Uploads: FromRef<S>,
    OrgState: FromRef<S>,
{
    Router::new()
        .route("/desk", get(board::show))
        .route("/desk/export", get(export::export))
        .route("/desk/views", post(board::save_view))
        .route("/desk/views/{id}/drop", post(board::drop_view))
        .route("/cases/{id}", get(case::show))
        .route("/cases/{id}/unmask", post(case::unmask))
        .route("/cases/{id}/hold", post(case::hold))
        .route("/cases/{id}/lift", post(case::lift))
        .route("/cases/kept/{signed}", get(kept::show))
        .route("/cases/{id}/steps/{step}", get(step::show).post(step::take))
        .route("/file", get(file::show).post(file::take))
        .route("/tasks", get(tasks::show))
        .route("/inbox", get(inbox::show))
        .route("/inbox/read", post(inbox::read_all))
        .route("/inbox/{id}", get(inbox::open))
        .merge(crate::figures::pages::routes())
        .merge(crate::profiles::routes())
        .merge(crate::privacy::pages::routes())
}
