//! Asks a server over loopback from several connections that stay open, each waiting for its answer, for so long or so
//! often; tells how many answers came a second and how long they took.

use http_body_util::{BodyExt, Full};
use hyper::{Request, body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use linli_base::{Problem, Result};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::net::TcpStream;

/// What is asked, made for the nth time.
pub type Make = Arc<dyn Fn(usize) -> Request<Full<Bytes>> + Send + Sync>;

/// When to end.
#[derive(Clone, Copy)]
pub enum Until {
    Seconds(f64),
    Times(usize),
}

impl Until {
    /// Whether the nth is still asked of what began then.
    pub fn goes_on(self, n: usize, begun: Instant) -> bool {
        match self {
            Until::Seconds(seconds) => begun.elapsed().as_secs_f64() < seconds,
            Until::Times(times) => n < times,
        }
    }
}

/// What was measured.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    pub a_second: f64,
    pub p50: Duration,
    pub p99: Duration,
    /// The last answer.
    pub body: Vec<u8>,
    /// How long each took.
    pub took: Vec<Duration>,
}

/// Asks; an answer that is not `status` is a failure of the bench.
pub async fn ask(port: u16, clients: usize, until: Until, status: u16, make: Make) -> Result<Measured> {
    let (next, begun) = (Arc::new(AtomicUsize::new(0)), now());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..clients {
        tasks.spawn(client(port, until, status, make.clone(), next.clone(), begun));
    }
    let (mut took, mut body) = (Vec::new(), Vec::new());
    while let Some(ended) = tasks.join_next().await {
        let (times, last) = ended.map_err(|e| Problem::broken("a client", e))??;
        took.extend(times);
        body = last;
    }
    Ok(Measured { body, ..measured(took, begun.elapsed()) })
}

/// From how long each took.
pub fn measured(mut took: Vec<Duration>, whole: Duration) -> Measured {
    took.sort_unstable();
    let at =
        |percent: usize| took.get((took.len() * percent / 100).min(took.len().saturating_sub(1))).copied();
    let count = u32::try_from(took.len()).unwrap_or(u32::MAX);
    Measured {
        a_second: f64::from(count) / whole.as_secs_f64(),
        p50: at(50).unwrap_or_default(),
        p99: at(99).unwrap_or_default(),
        body: Vec::new(),
        took,
    }
}

async fn client(
    port: u16,
    until: Until,
    status: u16,
    make: Make,
    next: Arc<AtomicUsize>,
    begun: Instant,
) -> Result<(Vec<Duration>, Vec<u8>)> {
    let broken = |e: hyper::Error| Problem::broken("asking", e);
    let stream =
        TcpStream::connect(("127.0.0.1", port)).await.map_err(|e| Problem::broken("connecting", e))?;
    let _ = stream.set_nodelay(true);
    let (mut send, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    tokio::spawn(connection);
    let (mut took, mut last) = (Vec::new(), Vec::new());
    loop {
        let n = next.fetch_add(1, Ordering::Relaxed);
        if !until.goes_on(n, begun) {
            return Ok((took, last));
        }
        let one = now();
        let response = send.send_request(make(n)).await.map_err(broken)?;
        let got = response.status().as_u16();
        let body = response.into_body().collect().await.map_err(broken)?.to_bytes();
        took.push(one.elapsed());
        if got != status {
            let said = String::from_utf8_lossy(&body).chars().take(300).collect::<String>();
            return Err(Problem::broken("asking", format!("{got} where {status} was expected: {said}")));
        }
        last = body.to_vec();
    }
}

#[expect(clippy::disallowed_methods, reason = "a bench measures")]
pub fn now() -> Instant {
    Instant::now()
}

/// A request as a program sends it, from an address of its own: the limits per address are for one caller.
pub fn request(
    method: &str,
    path: &str,
    port: u16,
    cookie: &str,
    n: usize,
    body: Vec<u8>,
) -> Request<Full<Bytes>> {
    let address = format!("10.{}.{}.{}", n >> 16 & 255, n >> 8 & 255, n & 255);
    let made = Request::builder()
        .method(method)
        .uri(path)
        .header("host", format!("127.0.0.1:{port}"))
        .header("x-forwarded-for", address)
        .header("accept-language", "zh-CN")
        .header("cookie", cookie)
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body.clone())));
    // a path of ours is always one
    made.unwrap_or_else(|_odd| Request::new(Full::new(Bytes::from(body))))
}
