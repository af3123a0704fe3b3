//! A volunteer's own pages: what they are asked, what they have taken on, their hours, what they said of themselves.
//! Everybody acts as themselves here, whatever post they hold.

mod case;
mod home;
mod hours;
mod me;

use axum::{
    Router,
    extract::FromRef,
    routing::{get, post},
};
use linli_authz::Actor;
use linli_base::{Problem, Result};
use linli_casework::{Casework, Uploads, Visitor};
use linli_web::Site;

/// `/help` and what lies below it. To be laid inside `linli_org::who` and `linli_web::dress`.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Site: FromRef<S>,
    Casework: FromRef<S>,
    Uploads: FromRef<S>,
{
    Router::new()
        .route("/help", get(home::show))
        .route("/help/me", get(me::show).post(me::save))
        .route("/help/me/leave", post(me::leave))
        .route("/help/hours", get(hours::show).post(hours::log))
        .route("/help/hours/{id}/drop", post(hours::drop))
        .route("/help/record", get(hours::record))
        .route("/help/record.csv", get(hours::csv))
        .route("/help/{number}", get(case::show))
        .route("/help/{number}/steps/{step}", post(case::take))
}

/// The visitor as themselves.
fn own(visitor: &Visitor) -> Result<Actor> {
    visitor.own.clone().ok_or(Problem::SignIn)
}
