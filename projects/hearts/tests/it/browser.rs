//! Somebody's browser on the pages of this project.

use crate::town::Town;
use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    extract::FromRef,
    http::{Request, StatusCode, header, request::Builder},
};
use linli_authz::Actor;
use linli_casework::{Casework, Uploads};
use linli_files::Folder;
use linli_hearts::{
    alliances, programmes,
    services::{hsds, pages},
    thanks, volunteers,
};
use linli_org::{OrgState, Session};
use linli_web::Site;
use scraper::{Html, Selector};
use std::collections::BTreeMap;
use tower::ServiceExt;

#[derive(Clone)]
struct App(OrgState, Casework, Uploads);

impl FromRef<App> for Uploads {
    fn from_ref(app: &App) -> Uploads {
        app.2.clone()
    }
}

impl FromRef<App> for Site {
    fn from_ref(app: &App) -> Site {
        app.0.site.clone()
    }
}

impl FromRef<App> for Casework {
    fn from_ref(app: &App) -> Casework {
        app.1.clone()
    }
}

impl FromRef<App> for OrgState {
    fn from_ref(app: &App) -> OrgState {
        app.0.clone()
    }
}

pub struct Browser {
    pages: Router,
    cookies: BTreeMap<String, String>,
    pub status: StatusCode,
    pub text: String,
    /// Where it was sent on to.
    pub to: String,
}

impl Browser {
    /// Of somebody who is signed in; of a stranger where that is nobody.
    pub fn of(town: &Town, actor: Option<&Actor>) -> Browser {
        let mut routes = pages::routes::<App>()
            .merge(hsds::routes::<App>())
            .merge(volunteers::pages::routes())
            .merge(alliances::pages::routes())
            .merge(programmes::pages::routes())
            .merge(thanks::pages::routes());
        if let Some(actor @ Actor::Person { id, name, .. }) = actor {
            let (session, now) = (town.db.world.id(), town.db.world.now());
            routes =
                routes.layer(Extension(Session::for_test(session, *id, name.clone(), actor.clone(), now)));
        }
        // no page of these tests takes a picture
        let uploads = Uploads::new((*town.db).clone(), town.db.world.clone(), Folder::new("none"));
        Browser {
            pages: linli_web::dress(
                routes.with_state(App(town.org.clone(), town.work.clone(), uploads)),
                &town.org.site,
            ),
            cookies: BTreeMap::from([("lang".to_owned(), "zh".to_owned())]),
            status: StatusCode::OK,
            text: String::new(),
            to: String::new(),
        }
    }

    pub fn lang(&mut self, lang: &str) {
        self.cookies.insert("lang".to_owned(), lang.to_owned());
    }

    async fn send(&mut self, request: Builder, body: String) -> StatusCode {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::HOST, "localhost").header(header::COOKIE, cookies.join("; "));
        let response = self.pages.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        self.status = response.status();
        let text = |value: &header::HeaderValue| value.to_str().unwrap().to_owned();
        self.to = response.headers().get(header::LOCATION).map(text).unwrap_or_default();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let line = text(cookie);
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
        self.text = String::from_utf8_lossy(&bytes).into_owned();
        self.status
    }

    pub async fn get(&mut self, path: &str) -> StatusCode {
        self.send(Request::get(path), String::new()).await
    }

    /// Follows the link with these words.
    pub async fn open(&mut self, words: &str) -> StatusCode {
        let links = self.attrs("main a[href]", "href");
        let texts = self.texts("main a[href]");
        let nth = texts.iter().position(|text| text.contains(words)).expect("a link of these words");
        let to = links[nth].clone();
        self.get(&to).await
    }

    pub async fn follow(&mut self) -> StatusCode {
        let to = self.to.clone();
        self.get(&to).await
    }

    /// Sends the form that posts to an address with `action` in it: what stands in it, and what is typed over that.
    pub async fn submit(&mut self, action: &str, typed: &[(&str, &str)]) -> StatusCode {
        let form = format!("form[method=post][action*=\"{action}\"]");
        let to = self.attrs(&form, "action").first().cloned().expect("the form is on the page");
        let of = |what: &str| format!("{form} {what}");
        let mut fields: Vec<(String, String)> = Vec::new();
        for what in [
            "input[type=hidden]",
            "input:not([type])",
            "input[type=text]",
            "input[type=date]",
            "input[type=time]",
            "input[type=number]",
            "input[checked]",
        ] {
            fields.extend(self.attrs(&of(what), "name").into_iter().zip(self.attrs(&of(what), "value")));
        }
        let areas = self.attrs(&of("textarea"), "name").into_iter();
        fields.extend(areas.zip(self.texts(&of("textarea"))));
        fields.retain(|(name, _)| !typed.iter().any(|(other, _)| other == name));
        fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let encode = |text: &str| text.bytes().fold(String::new(), |out, byte| out + &format!("%{byte:02X}"));
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let kind = "application/x-www-form-urlencoded";
        self.send(Request::post(to).header(header::CONTENT_TYPE, kind), pairs.join("&")).await
    }

    fn texts(&self, selector: &str) -> Vec<String> {
        let page = Html::parse_document(&self.text);
        let found = Selector::parse(selector).unwrap();
        let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        page.select(&found).map(|element| words(element.text().collect())).collect()
    }

    /// The texts of what the selector finds, space made even.
    pub fn says(&self, selector: &str) -> String {
        self.texts(selector).join(" | ")
    }

    pub fn attrs(&self, selector: &str, name: &str) -> Vec<String> {
        let page = Html::parse_document(&self.text);
        let found = Selector::parse(selector).unwrap();
        page.select(&found).map(|one| one.attr(name).unwrap_or_default().to_owned()).collect()
    }
}
