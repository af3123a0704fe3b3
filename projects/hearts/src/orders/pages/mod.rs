//! The asker's pages of an order: ordering, and how far it is. They work without JavaScript.

mod lanes;
mod new;
mod show;

pub(crate) use lanes::lanes_of;
pub(crate) use show::{Event, agreed, events, who, wish, wished};

use axum::{
    Router,
    extract::FromRef,
    routing::{get, post},
};
use linli_casework::{Casework, Uploads};
use linli_web::Site;

/// `/order/{item}` and `/orders/{number}` with its steps. To be laid inside `linli_org::who` and `linli_web::dress`.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Site: FromRef<S>,
    Casework: FromRef<S>,
    Uploads: FromRef<S>,
{
    Router::new()
        .route("/order/{item}", get(new::form).post(new::take))
        .route("/lanes", get(lanes::show))
        .route("/orders/{number}", get(show::show))
        .route("/orders/{number}/request", post(show::request))
        .route("/orders/{number}/next", post(show::next))
        .route("/orders/{number}/steps/{step}", post(show::take))
}
