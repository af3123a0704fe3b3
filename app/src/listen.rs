//! Connections. Whoever sends slowly on purpose (slowloris) is let go: `axum::serve` would wait for ever.

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulConnection, GracefulShutdown},
};
use std::{convert::Infallible, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};
use tower::ServiceExt;
use tower_http::timeout::{DeadlineBody, TimeoutBody};

/// Until a request's head must be there, also the next one's on a connection that is kept.
pub const HEAD: Duration = Duration::from_secs(15);
/// Between two pieces of a body.
pub const PIECE: Duration = Duration::from_secs(20);
/// Until a body must be there: four pictures of 12 MB over 80 kB a second.
pub const BODY: Duration = Duration::from_mins(10);

/// Answers connections until told to stop; those that are being answered then are answered to the end.
pub async fn listen(listener: TcpListener, app: Router, stop: impl Future<Output = ()>) {
    let open = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = open.watch(connection(stream, peer, app.clone()));
                tokio::spawn(async move {
                    if let Err(e) = connection.await {
                        tracing::debug!("a connection ended: {e}");
                    }
                });
            }
            Err(e) => {
                // out of file descriptors, for one: some will be free again
                tracing::warn!("a connection was not taken: {e}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    open.shutdown().await;
}

/// One connection from `peer`, as a future that ends with it.
pub fn connection<S>(
    stream: S,
    peer: SocketAddr,
    app: Router,
) -> impl GracefulConnection<Error = hyper::Error, Output = Result<(), hyper::Error>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: hyper::Request<Incoming>| answer(app.clone(), peer, request));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD);
    builder.serve_connection(TokioIo::new(stream), service)
}

async fn answer(
    app: Router,
    peer: SocketAddr,
    request: hyper::Request<Incoming>,
) -> Result<Response, Infallible> {
    let slow = |body| Body::new(DeadlineBody::new(BODY, TimeoutBody::new(PIECE, body)));
    let mut request: Request = request.map(slow);
    request.extensions_mut().insert(ConnectInfo(peer));
    app.oneshot(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::{get, post};
    use std::net::Ipv4Addr;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
        task::JoinHandle,
        time::Instant,
    };

    type Served = JoinHandle<Result<(), hyper::Error>>;

    fn open() -> (DuplexStream, Served) {
        let app = Router::new()
            .route("/", get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.ip().to_string()))
            .route("/say", post(async |said: String| said));
        let (client, server) = tokio::io::duplex(1 << 16);
        let peer = SocketAddr::from((Ipv4Addr::new(198, 51, 100, 7), 4711));
        (client, tokio::spawn(connection(server, peer, app)))
    }

    async fn read(client: &mut DuplexStream) -> String {
        let mut text = String::new();
        client.read_to_string(&mut text).await.unwrap();
        text
    }

    // time stands still, and leaps to the next timer when nobody has anything to do
    #[tokio::test(start_paused = true)]
    async fn whoever_dribbles_a_head_is_let_go() {
        let (mut client, served) = open();
        let began = Instant::now();
        client.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n").await.unwrap();
        while client.write_all(b"x-more: 1\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert!(began.elapsed() < 2 * HEAD, "one line a second does not hold it open");
        }
        assert!(served.await.unwrap().is_err());
        assert!(began.elapsed() >= HEAD);
    }

    #[tokio::test(start_paused = true)]
    async fn a_kept_connection_that_says_nothing_more_is_closed() {
        let (mut client, served) = open();
        let began = Instant::now();
        client.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        let text = read(&mut client).await;
        assert!(text.starts_with("HTTP/1.1 200") && text.ends_with("198.51.100.7"), "{text}");
        assert!(began.elapsed() <= 2 * HEAD);
        drop(served.await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_stops_in_a_body_or_dribbles_it_is_refused() {
        let (mut client, _served) = open();
        let began = Instant::now();
        let head = b"POST /say HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 100000\r\n\r\n";
        client.write_all(head).await.unwrap();
        client.write_all(b"half a").await.unwrap();
        let text = read(&mut client).await;
        assert!(text.starts_with("HTTP/1.1 4"), "{text}");
        assert!(began.elapsed() >= PIECE && began.elapsed() < 2 * PIECE);

        let (mut client, served) = open();
        let began = Instant::now();
        client.write_all(head).await.unwrap();
        while !served.is_finished() {
            let _ = client.write_all(b"x").await;
            tokio::time::sleep(PIECE / 2).await;
            assert!(began.elapsed() < 2 * BODY, "a byte now and then does not hold it open");
        }
        assert!(began.elapsed() >= BODY);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_line_that_goes_on_is_heard_to_the_end() {
        let (mut client, _served) = open();
        client
            .write_all(b"POST /say HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 20\r\n\r\n")
            .await
            .unwrap();
        for _ in 0..20 {
            client.write_all(b"x").await.unwrap();
            tokio::time::sleep(PIECE / 2).await;
        }
        let text = read(&mut client).await;
        assert!(text.starts_with("HTTP/1.1 200") && text.ends_with(&"x".repeat(20)), "{text}");
    }
}
