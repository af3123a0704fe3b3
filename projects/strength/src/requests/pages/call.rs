//! *Call me* 请社区打给我: whoever would rather speak than type leaves a phone and a time. It is a request like any
//! other, with the source `call_me`: the desk sees it, calls, and writes down what it is about.

use super::say::{SAY, Street, streets};
use crate::{requests::draft, t::calling as words};
use askama::Template;
use axum::{http::StatusCode, response::Response};
use linli_base::{AreaId, Flaw, Phone};
use linli_casework::{NewCase, Visitor};
use linli_web::{Flaws, Page, ProtectedForm, WebError, html_with};
use serde::Deserialize;
use uuid::Uuid;

/// When one likes to be called.
const TIMES: [&str; 4] = ["soon", "morning", "afternoon", "evening"];
/// The most characters of what it is about.
const ABOUT: usize = 200;

#[derive(Template)]
#[template(path = "requests/call.html")]
struct CallPage {
    page: Page,
    typed: Typed,
    times: Vec<(&'static str, String, bool)>,
    streets: Vec<Street>,
    flaws: Flaws,
    most: usize,
    too_many: bool,
}

/// What was typed, as it was typed.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Typed {
    client_id: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    community: String,
    #[serde(default)]
    time: String,
    #[serde(default)]
    about: String,
}

/// `GET /call`
pub(super) async fn show(visitor: Visitor) -> Result<Response, WebError> {
    let client_id = visitor.site.world.ids.uuid(visitor.visit.now).to_string();
    page(&visitor, Typed { client_id, time: "soon".to_owned(), ..Typed::default() }, &[], false).await
}

/// `POST /call`
pub(super) async fn take(
    visitor: Visitor,
    ProtectedForm(typed): ProtectedForm<Typed>,
) -> Result<Response, WebError> {
    let flaws = typed.flaws();
    if !flaws.is_empty() {
        return page(&visitor, typed, &flaws, false).await;
    }
    if visitor.site.throttle.check(&SAY, &visitor.visit.address, visitor.visit.now).is_err() {
        return page(&visitor, typed, &[], true).await;
    }
    let new = typed.case(&visitor)?;
    Ok(super::say::handed_over(&visitor, new).await?)
}

impl Typed {
    fn flaws(&self) -> Vec<Flaw> {
        let phone = match draft::phone(&self.phone) {
            Ok(Some(_)) => None,
            Ok(None) => Some(Flaw::new("phone", "missing")),
            Err(flaw) => Some(flaw),
        };
        let now = self.about.chars().count();
        let about = (now > ABOUT).then(|| Flaw::new("about", "too_long").with("max", ABOUT).with("now", now));
        let time = (!TIMES.contains(&self.time.as_str())).then(|| Flaw::new("time", "not_a_choice"));
        phone.into_iter().chain(draft::name(&self.name).err()).chain(time).chain(about).collect()
    }

    fn case(self, visitor: &Visitor) -> Result<NewCase, Flaw> {
        let lang = visitor.visit.lang;
        let time = visitor.visit.text(&format!("calling.time_{}", self.time), &[]);
        let about = self.about.trim();
        let phone: Option<Phone> = draft::phone(&self.phone)?;
        let community: Option<AreaId> = self.community.parse().ok();
        Ok(NewCase {
            client_id: Uuid::parse_str(&self.client_id).ok(),
            title: words::case_title(lang, &time),
            body: if about.is_empty() { words::case_body(lang, &time) } else { about.to_owned() },
            phone,
            name: Some(self.name).filter(|name| !name.is_empty()),
            source: "call_me".to_owned(),
            area: community,
            asker: visitor.own.as_ref().and_then(linli_authz::Actor::person),
            ..NewCase::default()
        })
    }
}

async fn page(visitor: &Visitor, typed: Typed, flaws: &[Flaw], too_many: bool) -> Result<Response, WebError> {
    let visit = &visitor.visit;
    let status = match (too_many, flaws.is_empty()) {
        (true, _) => StatusCode::TOO_MANY_REQUESTS,
        (false, true) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let time =
        |name: &'static str| (name, visit.text(&format!("calling.time_{name}"), &[]), typed.time == name);
    html_with(
        status,
        &CallPage {
            page: visit.page(words::title(visit.lang)),
            times: TIMES.map(time).to_vec(),
            streets: streets(visitor).await?,
            flaws: visit.flaws(flaws),
            most: ABOUT,
            too_many,
            typed,
        },
    )
}
