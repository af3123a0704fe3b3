use crate::town::{PASSWORD, Town};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use scraper::{Html, Selector};
use std::collections::BTreeMap;
use tower::ServiceExt;

/// Somebody's browser: keeps cookies, sends the last page's token, follows one redirect at a time.
pub struct Browser {
    pub app: Router,
    pub cookies: BTreeMap<String, String>,
    pub status: StatusCode,
    pub text: String,
    /// Where it was sent on to.
    pub to: String,
}

impl Browser {
    pub fn new(town: &Town) -> Browser {
        let cookies = BTreeMap::from([("lang".to_owned(), "zh".to_owned())]);
        Browser { app: town.pages(), cookies, status: StatusCode::OK, text: String::new(), to: String::new() }
    }

    pub async fn send(&mut self, request: axum::http::request::Builder, body: String) {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::HOST, "localhost").header(header::COOKIE, cookies.join("; "));
        let response = self.app.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        self.status = response.status();
        let text = |value: &header::HeaderValue| value.to_str().unwrap().to_owned();
        self.to = response.headers().get(header::LOCATION).map(text).unwrap_or_default();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let line = text(cookie);
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        self.text = String::from_utf8(bytes.to_vec()).unwrap();
    }

    pub async fn get(&mut self, path: &str) -> StatusCode {
        self.send(Request::get(path), String::new()).await;
        self.status
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> StatusCode {
        let token = self.attr("input[name=csrf]", "value");
        let encode = |text: &str| text.bytes().fold(String::new(), |all, byte| all + &format!("%{byte:02X}"));
        let fields = fields.iter().copied().chain([("csrf", token.as_str())]);
        let body: Vec<String> = fields.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let kind = "application/x-www-form-urlencoded";
        self.send(Request::post(path).header(header::CONTENT_TYPE, kind), body.join("&")).await;
        self.status
    }

    pub fn attr(&self, selector: &str, name: &str) -> String {
        let page = Html::parse_document(&self.text);
        let found = page.select(&Selector::parse(selector).unwrap()).next();
        found.and_then(|element| element.attr(name)).unwrap_or_default().to_owned()
    }

    pub fn says(&self, selector: &str) -> String {
        let page = Html::parse_document(&self.text);
        let texts: Vec<String> = page
            .select(&Selector::parse(selector).unwrap())
            .map(|element| {
                element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
            })
            .collect();
        texts.join(" | ")
    }

    pub async fn sign_in(&mut self, phone: &str) {
        self.get("/sign-in").await;
        assert_eq!(
            self.post("/sign-in", &[("phone", phone), ("password", PASSWORD)]).await,
            StatusCode::SEE_OTHER
        );
    }
}
