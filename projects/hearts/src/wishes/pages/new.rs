use crate::{
    services::pages::{Street, streets},
    t::wishing as words,
    wishes::{self, NewWish},
};
use askama::Template;
use axum::{
    extract::Query,
    http::StatusCode,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use linli_authz::{Actor, Permission};
use linli_base::{Day, Flaw, Phone, Problem, Result};
use linli_casework::{Visitor, asker_cookie};
use linli_web::{Flaws, Limit, Page, ProtectedForm, WebError, html_with};
use serde::Deserialize;

/// Wishes from one address.
const WISHES: Limit = Limit { kind: "wish", burst: 20, every_ms: 30_000 };
/// What is asked with a wish, in the order of the page.
const PURPOSES: [&str; 2] = ["public", "sms"];

#[derive(Deserialize)]
pub(super) struct Where {
    #[serde(rename = "in", default)]
    community: String,
}

/// What was typed, as it was typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    client_id: String,
    title: String,
    words: String,
    community: String,
    place: String,
    phone: String,
    name: String,
    before: String,
    source: String,
    agree: Vec<String>,
}

#[derive(Template)]
#[template(path = "wishes/new.html")]
struct NewPage {
    page: Page,
    typed: Typed,
    streets: Vec<Street>,
    /// Each purpose with its text and whether it is ticked.
    consents: Vec<(String, String, bool)>,
    /// The community writes it down for somebody.
    behalf: bool,
    flaws: Flaws,
    refused: Option<String>,
}

/// `GET /wish?in=`
pub(super) async fn form(visitor: Visitor, Query(asked): Query<Where>) -> Result<Response, WebError> {
    let client_id = visitor.site.world.ids.uuid(visitor.visit.now).to_string();
    let typed = Typed { client_id, community: asked.community, ..Typed::default() };
    page(&visitor, typed, &[], None).await
}

/// `POST /wish`
pub(super) async fn take(
    visitor: Visitor,
    ProtectedForm(typed): ProtectedForm<Typed>,
) -> Result<Response, WebError> {
    let visit = &visitor.visit;
    if visitor.site.throttle.check(&WISHES, &visit.address, visit.now).is_err() {
        return page(&visitor, typed, &[], Some(words::too_many(visit.lang).to_owned())).await;
    }
    let behalf = behalf(&visitor);
    let new = match typed.wish(&visitor, behalf.is_some()) {
        Ok(new) => new,
        Err(flaws) => return page(&visitor, typed, &flaws, None).await,
    };
    let speaker = behalf.unwrap_or_else(|| visitor.speaker());
    let opened = match wishes::wish(&visitor.work, speaker, new).await {
        Ok(opened) => opened,
        Err(Problem::Invalid(flaws)) => return page(&visitor, typed, &flaws, None).await,
        Err(other) => return Err(other.into()),
    };
    let cookie = asker_cookie(&visitor.site, opened.id, visit.now);
    let receipt = Redirect::to(&format!("/my/{}/receipt?said", opened.number));
    Ok((AppendHeaders([cookie]), receipt).into_response())
}

/// Whoever writes a wish down for somebody else, where they may.
fn behalf(visitor: &Visitor) -> Option<Actor> {
    visitor.staff.clone().filter(|staff| staff.hat().is_some() && staff.may(Permission::CaseFile).is_ok())
}

impl Typed {
    fn wish(&self, visitor: &Visitor, behalf: bool) -> Result<NewWish, Vec<Flaw>> {
        let missing =
            |field, text: &str| if text.trim().is_empty() { Some(Flaw::new(field, "missing")) } else { None };
        let mut flaws: Vec<Flaw> =
            missing("title", &self.title).into_iter().chain(missing("place", &self.place)).collect();
        let phone = match missing("phone", &self.phone) {
            Some(flaw) => Err(flaw),
            None => Phone::parse("phone", &self.phone),
        };
        let before = match self.before.trim() {
            "" => Ok(None),
            day => Day::parse(day).map(Some).ok_or_else(|| Flaw::new("before", "not_a_date")),
        };
        let community = self.community.parse().map_err(|_none| Flaw::new("community", "missing"));
        match (phone, before, community) {
            (Ok(phone), Ok(before), Ok(community)) if flaws.is_empty() => Ok(NewWish {
                client_id: self
                    .client_id
                    .parse()
                    .unwrap_or_else(|_none: uuid::Error| visitor.site.world.ids.uuid(visitor.visit.now)),
                title: self.title.clone(),
                words: self.words.replace("\r\n", "\n"),
                community,
                place: self.place.clone(),
                phone,
                name: Some(self.name.trim().chars().take(40).collect())
                    .filter(|name: &String| !name.is_empty()),
                before,
                source: match (behalf, self.source.as_str()) {
                    (false, _) => "web",
                    (true, "visit") => "visit",
                    (true, _) => "phone",
                },
                asker: visitor.own.as_ref().and_then(Actor::person).filter(|_| !behalf),
                agreed: self.agree.clone(),
            }),
            (phone, before, community) => {
                flaws.extend(community.err().into_iter().chain(phone.err()).chain(before.err()));
                Err(flaws)
            }
        }
    }
}

async fn page(
    visitor: &Visitor,
    typed: Typed,
    flaws: &[Flaw],
    refused: Option<String>,
) -> Result<Response, WebError> {
    let (visit, lang) = (&visitor.visit, visitor.visit.lang);
    let texts = visitor.work.consent_texts().await?;
    let consent = |purpose: &str| {
        let text = texts.iter().find(|text| text.purpose == purpose)?;
        let said = if lang.is_zh() { &text.zh } else { &text.en };
        Some((purpose.to_owned(), said.clone(), typed.agree.iter().any(|one| one == purpose)))
    };
    let status = match (&refused, flaws.is_empty()) {
        (Some(_), _) => StatusCode::TOO_MANY_REQUESTS,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = NewPage {
        page: visit.page(words::title(lang)),
        streets: streets(&mut visitor.work.db().read(), lang).await?,
        consents: PURPOSES.into_iter().filter_map(consent).collect(),
        behalf: behalf(visitor).is_some(),
        flaws: visit.flaws(flaws),
        typed,
        refused,
    };
    html_with(status, &page)
}
