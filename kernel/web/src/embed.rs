use crate::problems::WebError;
use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::get,
};
use linli_base::Problem;

struct File {
    name: &'static str,
    url: &'static str,
    bytes: &'static [u8],
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The address of a file of `web/dist` by its name there, as `app.css`, with the digest of its content in it. Empty
/// where there is no such file.
pub fn asset(name: &str) -> &'static str {
    FILES.iter().find(|file| file.name == name).map_or("", |file| file.url)
}

/// `GET /static/{name}`: under its hashed name a file never changes; under its plain name (a script that imports
/// another) it is asked for again each time.
pub(crate) fn asset_routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/static/{*name}", get(serve))
}

async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, WebError> {
    let hashed = |file: &&File| file.url.strip_prefix("/static/") == Some(name.as_str());
    let (file, cache) = match FILES.iter().find(hashed) {
        Some(file) => (file, "public, max-age=31536000, immutable"),
        None => (FILES.iter().find(|file| file.name == name).ok_or(Problem::NotFound)?, "no-cache"),
    };
    let takes_gzip = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("gzip"));
    let head = [
        (header::CONTENT_TYPE, mime(file.name)),
        (header::CACHE_CONTROL, cache),
        (header::VARY, "accept-encoding"),
    ];
    Ok(match file.gzip.filter(|_| takes_gzip) {
        Some(packed) => (head, [(header::CONTENT_ENCODING, "gzip")], packed).into_response(),
        None => (head, file.bytes).into_response(),
    })
}

fn mime(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ext)| ext) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "png" => "image/png",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
