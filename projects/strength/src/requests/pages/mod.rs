//! The asker's pages: saying it, the receipt, progress, rating. They work without JavaScript.
//!
//! An asker is whoever holds the signed cookie of a look-up code, or the signed-in person who said it. Their pages
//! name orgs, never the people who work on it.

mod call;
mod case;
mod find;
mod head;
mod home;
mod pictures;
mod progress;
mod receipt;
mod reply;
mod say;
mod steps;
mod timeline;

use axum::{
    Router,
    extract::FromRef,
    routing::{get, post},
};
use linli_casework::{Casework, Uploads};
use linli_web::Site;

/// `/`, `/say`, `/call`, `/find`, `/r/{number}`, `/my/{number}` with its steps, `/pictures/{id}`. To be laid inside
/// `linli_org::who` and `linli_web::dress`.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Site: FromRef<S>,
    Casework: FromRef<S>,
    Uploads: FromRef<S>,
{
    Router::new()
        .route("/", get(home::show))
        .route("/call", get(call::show).post(call::take))
        .route("/say", get(say::start).post(say::go))
        .route("/say/pictures/{carried}", get(pictures::carried))
        .route("/find", get(find::by_number).post(find::open))
        .route("/r/{number}", get(find::by_link).post(find::open_link))
        .route("/my/{number}", get(progress::show))
        .route("/my/{number}/receipt", get(receipt::show))
        .route("/my/{number}/{step}", get(steps::form))
        .route("/my/{number}/steps/{step}", post(steps::take))
        .route("/pictures/{id}", get(pictures::whole))
        .route("/pictures/{id}/small", get(pictures::small))
}
