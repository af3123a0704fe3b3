//! The program in a process of its own, so that its memory is its own.

use crate::load::now;
use linli_app::{config::Config, serve};
use linli_base::{Problem, Result};
use linli_store::Config as Store;
use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A server that ends with this.
pub struct Server {
    child: Child,
    pub port: u16,
    /// From its start to its first answer.
    pub start: Duration,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The settings of a bench's city.
pub fn config(data: &Path, store: Store, port: u16) -> Config {
    Config {
        store,
        // one for all cities of a run, whose creates are recorded in another
        key_file: data.parent().unwrap_or(data).join("linli.key"),
        data: data.to_owned(),
        listen: std::net::IpAddr::from([127, 0, 0, 1]),
        port,
        base_url: None,
        proxies: vec![std::net::IpAddr::from([127, 0, 0, 1])],
    }
}

/// A port that was free just now.
fn free() -> Result<u16> {
    let taken = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    taken.map(|address| address.port()).map_err(|e| Problem::broken("finding a port", e))
}

impl Server {
    /// Starts this same program as a server and waits for its first answer.
    pub async fn start(data: &Path, store: &Store) -> Result<Server> {
        let mut args = vec!["serve".to_owned(), data.display().to_string()];
        if let Store::Server { url, schema } = store {
            args.extend([url.clone(), schema.clone()]);
        }
        Server::run(&args, "/readyz").await
    }

    /// Starts a bare handler that answers with the bytes of `file`.
    pub async fn bare(file: &Path) -> Result<Server> {
        Server::run(&["bare".to_owned(), file.display().to_string()], "/").await
    }

    async fn run(args: &[String], ready: &str) -> Result<Server> {
        let starting = |e: std::io::Error| Problem::broken("starting a server", e);
        let port = free()?;
        let begun = now();
        let child = Command::new(std::env::current_exe().map_err(starting)?)
            .args(args)
            .env("PORT", port.to_string())
            .env("RUST_LOG", "warn")
            .stdout(Stdio::null())
            .spawn()
            .map_err(starting)?;
        let mut server = Server { child, port, start: Duration::ZERO };
        while begun.elapsed() < Duration::from_mins(1) {
            if answers(port, ready).await {
                server.start = begun.elapsed();
                return Ok(server);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Err(Problem::broken("starting a server", "no answer in a minute"))
    }

    /// Resident memory in MB, where the system tells it.
    pub fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kb = line.and_then(|line| line.split_whitespace().next()).and_then(|kb| kb.parse::<f64>().ok());
        kb.unwrap_or(f64::NAN) / 1024.0
    }
}

async fn answers(port: u16, path: &str) -> bool {
    let make = std::sync::Arc::new({
        let path = path.to_owned();
        move |n| crate::load::request("GET", &path, port, "", n, Vec::new())
    });
    crate::load::ask(port, 1, crate::load::Until::Times(1), 200, make).await.is_ok()
}

/// What the process does that [`Server::start`] starts.
pub async fn serve(data: &Path, store: Store) -> Result<()> {
    let port = std::env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(8080);
    serve::serve(config(data, store, port), serve::Mode::default()).await
}

/// What the process does that [`Server::bare`] starts.
pub async fn bare(file: &Path) -> Result<()> {
    let broken = |e: std::io::Error| Problem::broken("serving bytes", e);
    let port: u16 = std::env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(8080);
    let bytes = axum::body::Bytes::from(std::fs::read(file).map_err(broken)?);
    let answer = move || {
        let bytes = bytes.clone();
        async move { ([("content-type", "text/html; charset=utf-8")], bytes) }
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.map_err(broken)?;
    let app = axum::Router::new().route("/", axum::routing::get(answer));
    axum::serve(listener, app).await.map_err(broken)
}
