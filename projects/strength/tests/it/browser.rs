//! Somebody's browser on the asker's pages: keeps cookies, sends what the last page's form holds.

use crate::town::Town;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::FromRef,
    http::{Request, StatusCode, header, request::Builder},
};
use linli_casework::{Casework, Uploads};
use linli_files::Folder;
use linli_i18n::Words;
use linli_web::Site;
use scraper::{ElementRef, Html, Selector};
use std::{collections::BTreeMap, sync::Arc};
use tower::ServiceExt;

static WORDS: Words = Words::of(&[&linli_strength::t::MESSAGES, &linli_web::t::MESSAGES]);

#[derive(Clone)]
pub struct App {
    site: Site,
    work: Casework,
    uploads: Uploads,
}

impl FromRef<App> for Site {
    fn from_ref(app: &App) -> Site {
        app.site.clone()
    }
}

impl FromRef<App> for Casework {
    fn from_ref(app: &App) -> Casework {
        app.work.clone()
    }
}

impl FromRef<App> for Uploads {
    fn from_ref(app: &App) -> Uploads {
        app.uploads.clone()
    }
}

impl App {
    pub fn of(town: &Town) -> Router {
        App::at(town, "http://localhost")
    }

    pub fn at(town: &Town, base_url: &str) -> Router {
        let world = town.work.world().clone();
        let site = Site {
            base_url: base_url.into(),
            demo: true,
            proxies: vec![std::net::IpAddr::from([127, 0, 0, 1])],
            cookie_key: [7; 32],
            csrf_key: [8; 32],
            world: world.clone(),
            words: &WORDS,
            throttle: Arc::default(),
        };
        let folder = Folder::new(town.db.folder.path().join("pictures"));
        let uploads = Uploads::new(town.work.db().clone(), world, folder);
        let app = App { site: site.clone(), work: town.work.clone(), uploads };
        linli_web::dress(linli_strength::requests::pages::routes::<App>().with_state(app), &site)
    }
}

pub struct Browser {
    app: Router,
    cookies: BTreeMap<String, String>,
    pub address: &'static str,
    pub status: StatusCode,
    pub text: String,
    /// The bytes of the last answer.
    pub bytes: Vec<u8>,
    /// Where it was sent on to.
    pub to: String,
}

impl Browser {
    pub fn new(app: &Router) -> Browser {
        Browser {
            app: app.clone(),
            cookies: BTreeMap::from([("lang".to_owned(), "zh".to_owned())]),
            address: "203.0.113.7",
            status: StatusCode::OK,
            text: String::new(),
            bytes: Vec::new(),
            to: String::new(),
        }
    }

    pub fn lang(&mut self, lang: &str) {
        self.cookies.insert("lang".to_owned(), lang.to_owned());
    }

    async fn send(&mut self, request: Builder, body: Vec<u8>) {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request
            .header(header::HOST, "localhost")
            .extension(axum::extract::ConnectInfo(std::net::SocketAddr::from(([127, 0, 0, 1], 9))))
            .header("x-forwarded-for", self.address)
            .header(header::COOKIE, cookies.join("; "));
        let response = self.app.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        self.status = response.status();
        let text = |value: &header::HeaderValue| value.to_str().unwrap().to_owned();
        self.to = response.headers().get(header::LOCATION).map(text).unwrap_or_default();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let line = text(cookie);
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        self.bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap().to_vec();
        self.text = String::from_utf8_lossy(&self.bytes).into_owned();
    }

    pub async fn get(&mut self, path: &str) -> StatusCode {
        self.send(Request::get(path), Vec::new()).await;
        self.status
    }

    /// Goes where it was sent on to.
    pub async fn follow(&mut self) -> StatusCode {
        let to = self.to.clone();
        self.get(&to).await
    }

    /// Sends the first form of the page with its hidden fields and what is typed over them, and the pictures.
    pub async fn submit(&mut self, typed: &[(&str, &str)], pictures: &[&[u8]]) -> StatusCode {
        let page = Html::parse_document(&self.text);
        let form = page.select(&css("form[method=post]")).next().expect("a form");
        let action = form.attr("action").unwrap().to_owned();
        let mut fields: Vec<(String, String)> = form
            .select(&css("input[type=hidden]"))
            .map(|input| (attr(input, "name"), attr(input, "value")))
            .filter(|(name, _)| name == "picture" || !typed.iter().any(|(other, _)| other == name))
            .collect();
        fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        fields.sort_by_key(|(name, _)| name != "csrf");
        let multipart = form.attr("enctype").is_some();
        drop(page);
        if multipart {
            self.multipart(&action, &fields, pictures).await;
        } else {
            self.encoded(&action, &fields).await;
        }
        self.status
    }

    async fn encoded(&mut self, action: &str, fields: &[(String, String)]) {
        let encode = |text: &str| text.bytes().fold(String::new(), |out, byte| out + &format!("%{byte:02X}"));
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let request = Request::post(action).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, body.join("&").into_bytes()).await;
    }

    async fn multipart(&mut self, action: &str, fields: &[(String, String)], pictures: &[&[u8]]) {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        for picture in pictures {
            let head = "--cut\r\nContent-Disposition: form-data; name=\"pictures\"; filename=\"a.jpg\"\r\n";
            body.extend_from_slice(format!("{head}Content-Type: image/jpeg\r\n\r\n").as_bytes());
            body.extend_from_slice(picture);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--cut--\r\n");
        let kind = "multipart/form-data; boundary=cut";
        self.send(Request::post(action).header(header::CONTENT_TYPE, kind), body).await;
    }

    /// The texts of what the selector finds, space made even.
    pub fn says(&self, selector: &str) -> String {
        let page = Html::parse_document(&self.text);
        let texts: Vec<String> = page
            .select(&css(selector))
            .map(|element| {
                element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
            })
            .collect();
        texts.join(" | ")
    }

    /// An attribute of each element that the selector finds.
    pub fn attrs(&self, selector: &str, name: &str) -> Vec<String> {
        let page = Html::parse_document(&self.text);
        page.select(&css(selector)).map(|element| attr(element, name)).collect()
    }
}

fn css(selector: &str) -> Selector {
    Selector::parse(selector).unwrap()
}

fn attr(element: ElementRef<'_>, name: &str) -> String {
    element.attr(name).unwrap_or_default().to_owned()
}
