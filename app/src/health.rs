//! Whether it lives, whether it is ready, and what it has done: for whoever watches the program.

use crate::engine::Engine;
use axum::{
    Router,
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::{net::SocketAddr, time::Instant};

const SECONDS: &[f64] = &[0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0];

/// Begins to count; `None` where something counts already (in tests).
pub fn record() -> Option<PrometheusHandle> {
    let builder =
        PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full("http_seconds".into()), SECONDS);
    builder.ok()?.install_recorder().ok()
}

/// `/healthz`, `/readyz`, and `/metrics` for this machine only. They answer to any Host.
pub fn routes(engine: &Engine, recorder: Option<PrometheusHandle>) -> Router {
    let metrics = move |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move {
        match recorder {
            Some(recorder) if peer.ip().is_loopback() => recorder.render().into_response(),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    };
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(engine.clone())
}

async fn ready(State(engine): State<Engine>) -> Response {
    if engine.org.keys.halted() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the key file lacks a key").into_response();
    }
    match engine.org.db.ping().await {
        Ok(()) => "ready".into_response(),
        Err(e) => {
            tracing::warn!("not ready: {e}");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response()
        }
    }
}

/// Counts each request by route and status.
#[expect(clippy::disallowed_methods, reason = "measures how long a request took")]
pub async fn measure(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let path =
        request.extensions().get::<MatchedPath>().map_or("other".to_owned(), |path| path.as_str().to_owned());
    let method = request.method().as_str().to_owned();
    let response = next.run(request).await;
    let status = response.status().as_str().to_owned();
    metrics::counter!("http_requests_total", "method" => method, "path" => path.clone(), "status" => status)
        .increment(1);
    metrics::histogram!("http_seconds", "path" => path).record(began.elapsed().as_secs_f64());
    response
}
