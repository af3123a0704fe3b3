//! Somebody's browser at the whole program.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use std::collections::BTreeMap;
use tower::ServiceExt;

const FORM: &str = "application/x-www-form-urlencoded";

/// Keeps cookies and the last page's token.
pub struct Client {
    pub app: Router,
    pub cookies: BTreeMap<String, String>,
    pub csrf: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    /// The same, where it is no text.
    pub bytes: Vec<u8>,
}

pub fn encoded(fields: &[(&str, &str)]) -> String {
    let plain = |text: &str| text.bytes().fold(String::new(), |all, byte| all + &format!("%{byte:02X}"));
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", plain(value))).collect();
    pairs.join("&")
}

impl Client {
    pub fn new(app: &Router) -> Client {
        Client {
            app: app.clone(),
            cookies: BTreeMap::new(),
            csrf: String::new(),
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            text: String::new(),
            bytes: Vec::new(),
        }
    }

    pub async fn send(&mut self, request: axum::http::request::Builder, body: impl Into<Body>) -> StatusCode {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let given = request.headers_ref().is_some_and(|headers| headers.contains_key(header::HOST));
        let request = if given { request } else { request.header(header::HOST, "localhost") };
        let request = request.header(header::COOKIE, cookies.join("; ")).body(body.into()).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        self.status = response.status();
        self.headers = response.headers().clone();
        for line in self.headers.get_all(header::SET_COOKIE) {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
        self.text = String::from_utf8_lossy(&bytes).into_owned();
        self.bytes = bytes.into();
        if let Some((_, rest)) = self.text.split_once("name=\"csrf\" value=\"") {
            self.csrf = rest.split('"').next().unwrap().to_owned();
        }
        self.status
    }

    pub async fn get(&mut self, path: &str) -> StatusCode {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> StatusCode {
        let csrf = self.csrf.clone();
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        self.send(Request::post(path).header(header::CONTENT_TYPE, FORM), encoded(&fields)).await
    }

    /// Signs in and puts on the only hat.
    pub async fn sign_in(&mut self, phone: &str, password: &str) {
        self.get("/sign-in").await;
        self.post("/sign-in", &[("phone", phone), ("password", password)]).await;
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{phone}: {}", self.text);
        // the visitor is a new one now: a page with a form gives the token
        self.get("/me/password").await;
    }

    pub fn to(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap())
    }
}
