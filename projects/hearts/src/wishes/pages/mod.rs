//! Making a wish, reading the wishes of others, claiming one, and how far one's own is. They work without JavaScript.

mod claim;
mod list;
mod new;
mod show;

use axum::{
    Router,
    extract::FromRef,
    routing::{get, post},
};
use linli_casework::{Casework, Uploads};
use linli_web::Site;

/// `/wish`, `/wishes` and what lies below it. To be laid inside `linli_org::who` and `linli_web::dress`.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Site: FromRef<S>,
    Casework: FromRef<S>,
    Uploads: FromRef<S>,
{
    Router::new()
        .route("/wish", get(new::form).post(new::take))
        .route("/wishes", get(list::list))
        .route("/wishes/{number}", get(show::show))
        .route("/wishes/{number}/claim", post(claim::claim))
        .route("/wishes/{number}/steps/{step}", post(show::take))
}
