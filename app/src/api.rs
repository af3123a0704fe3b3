//! The API's description, put together from the rooms.

use crate::engine::Engine;
use axum::{Router, http::header, routing::get};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Linli",
        description = "Errors are problem details (RFC 9457), `application/problem+json`. Times are RFC 3339.",
        license(name = "MIT OR Apache-2.0")
    ),
    modifiers(&Bearer)
)]
struct Doc;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, doc: &mut utoipa::openapi::OpenApi) {
        let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        doc.components.get_or_insert_default().add_security_scheme("bearer", bearer);
    }
}

/// The description: OpenAPI 3.1 as JSON. Committed as `docs/openapi.json`.
pub fn openapi() -> String {
    let mut doc = Doc::openapi();
    doc.merge(linli_strength::requests::api::Doc::openapi());
    doc.merge(linli_casework::api::Doc::openapi());
    doc.merge(linli_hearts::services::hsds::Doc::openapi());
    doc.to_pretty_json().unwrap_or_default()
}

/// The API's routes, its description among them.
pub fn routes() -> Router<Engine> {
    Router::new()
        .merge(linli_strength::requests::api::routes())
        .merge(linli_casework::api::routes())
        .merge(linli_hearts::services::hsds::routes())
        .route("/api/openapi.json", get(async || ([(header::CONTENT_TYPE, "application/json")], openapi())))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_description_is_this_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
        let text = super::openapi() + "\n";
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), text, "run again with UPDATE=1 and review");
    }
}
