//! Saying it: what, where, how to reach you. Each page's form carries what the others asked, so nothing lies with us
//! before it is handed over, and going back loses nothing.

use super::case::Name;
use crate::{
    requests::{REQUEST, draft},
    t::saying as words,
};
use askama::Template;
use axum::{
    http::StatusCode,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use linli_authz::{Scope, Tier};
use linli_base::{AreaId, FileId, Flaw, Phone, Problem, Result};
use linli_casework::{NewCase, PICTURES, SAME, Visitor, asker_cookie, privacy::PublicCase};
use linli_procedure::{Input, Val};
use linli_store::Read;
use linli_web::{Flaws, Limit, Page, ProtectedMultipart, RawForm, WebError, html_with};
use uuid::Uuid;

/// Requests handed over from one address.
pub(super) const SAY: Limit = Limit { kind: "say", burst: 20, every_ms: 30_000 };

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    What,
    Where,
    Contact,
}

impl Part {
    fn of(name: &str) -> Part {
        match name {
            "where" => Part::Where,
            "contact" => Part::Contact,
            _ => Part::What,
        }
    }

    fn before(self) -> Part {
        if self == Part::Contact { Part::Where } else { Part::What }
    }

    fn flaws(self, draft: &Draft) -> Vec<Flaw> {
        match self {
            Part::What => draft::body(&draft.body).err().into_iter().collect(),
            Part::Where => draft::place(&draft.place).err().into_iter().collect(),
            Part::Contact => {
                let phone = draft::phone(&draft.phone).err();
                phone.into_iter().chain(draft::name(&draft.name).err()).collect()
            }
        }
    }
}

/// What was typed so far, as it was typed.
#[derive(Clone, Default)]
struct Draft {
    client_id: Uuid,
    body: String,
    place: String,
    lat: String,
    lon: String,
    community: String,
    phone: String,
    name: String,
    confidential: String,
    /// The number of a public request that the asker says is the same.
    same: String,
    pictures: Vec<FileId>,
    /// What the asker ticked.
    agreed: Vec<String>,
}

/// A picture that the form carries.
struct Carried {
    value: String,
    words: String,
    drop: String,
}

/// A public request, by its copy.
struct Before {
    number: String,
    title: String,
    /// Compound, day, state.
    facts: String,
}

/// A street with its communities.
pub(super) struct Street {
    pub name: Name,
    pub communities: Vec<(String, Name)>,
}

#[derive(Template)]
#[template(path = "requests/say_what.html")]
struct WhatPage {
    page: Page,
    draft: Draft,
    pictures: Vec<Carried>,
    flaws: Flaws,
    most: usize,
    room: usize,
}

#[derive(Template)]
#[template(path = "requests/say_where.html")]
struct WherePage {
    page: Page,
    draft: Draft,
    pictures: Vec<Carried>,
    flaws: Flaws,
    streets: Vec<Street>,
}

#[derive(Template)]
#[template(path = "requests/say_contact.html")]
struct ContactPage {
    page: Page,
    draft: Draft,
    pictures: Vec<Carried>,
    flaws: Flaws,
    title: String,
    /// What others have said that may be the same.
    before: Vec<Before>,
    too_many: bool,
    /// What may be agreed to: purpose, text, whether it is ticked.
    agreements: Vec<(&'static str, String, bool)>,
}

/// The first page, with a new id for what will be said.
pub(super) async fn start(visitor: Visitor) -> Result<Response, WebError> {
    let draft = Draft { client_id: visitor.site.world.ids.uuid(visitor.visit.now), ..Draft::default() };
    show(&visitor, Part::What, draft, &[], false).await
}

/// From one page to the next or back, and at the end over to the community.
pub(super) async fn go(
    visitor: Visitor,
    ProtectedMultipart { fields, files }: ProtectedMultipart,
) -> Result<Response, WebError> {
    let mut draft = Draft::read(&visitor, &fields);
    let part = Part::of(fields.first("at"));
    let (pictures, mut flaws) = visitor.pictures(draft.client_id, &fields, files).await?;
    draft.pictures = pictures;
    if fields.first("go") == "back" {
        return show(&visitor, part.before(), draft, &[], false).await;
    }
    if !fields.first("drop").is_empty() {
        return show(&visitor, part, draft, &flaws, false).await;
    }
    flaws.extend(part.flaws(&draft));
    if !flaws.is_empty() {
        return show(&visitor, part, draft, &flaws, false).await;
    }
    match part {
        Part::What => show(&visitor, Part::Where, draft, &[], false).await,
        Part::Where => show(&visitor, Part::Contact, draft, &[], false).await,
        Part::Contact => {
            for part in [Part::What, Part::Where] {
                let flaws = part.flaws(&draft);
                if !flaws.is_empty() {
                    return show(&visitor, part, draft, &flaws, false).await;
                }
            }
            hand_over(&visitor, draft).await
        }
    }
}

async fn hand_over(visitor: &Visitor, draft: Draft) -> Result<Response, WebError> {
    let visit = &visitor.visit;
    if visitor.site.throttle.check(&SAY, &visit.address, visit.now).is_err() {
        return show(visitor, Part::Contact, draft, &[], true).await;
    }
    let new = draft.case(visitor).await?;
    Ok(handed_over(visitor, new).await?)
}

/// Hands a request over, and leads to its receipt.
pub(super) async fn handed_over(visitor: &Visitor, new: NewCase) -> Result<Response> {
    let opened = visitor.hand_over(&visitor.speaker(), ("request", "say"), new).await?;
    let cookie = asker_cookie(&visitor.site, opened.id, visitor.visit.now);
    let receipt = Redirect::to(&format!("/my/{}/receipt?said", opened.number));
    Ok((AppendHeaders([cookie]), receipt).into_response())
}

impl Draft {
    fn read(visitor: &Visitor, fields: &RawForm) -> Draft {
        let text = |name: &str| fields.first(name).to_owned();
        let known = fields.first("client_id").parse().ok();
        Draft {
            client_id: known.unwrap_or_else(|| visitor.site.world.ids.uuid(visitor.visit.now)),
            body: text("body").replace("\r\n", "\n"),
            place: text("place"),
            lat: text("lat"),
            lon: text("lon"),
            community: text("community"),
            phone: text("phone"),
            name: text("name"),
            confidential: text("confidential"),
            same: text("same"),
            pictures: Vec::new(),
            agreed: fields.all("agree").to_vec(),
        }
    }

    /// What is opened; the draft has been found without flaws.
    async fn case(self, visitor: &Visitor) -> Result<NewCase> {
        let point = draft::point(&self.lat, &self.lon);
        let chosen: Option<AreaId> = self.community.parse().ok();
        let area = match chosen {
            Some(community) => Some(within(visitor, community, &self.place, point).await?),
            None => None,
        };
        let phone: Option<Phone> = draft::phone(&self.phone)?;
        // what is not public cannot be named; then it is said by itself
        let same = match visitor.work.public_case(REQUEST.name, &self.same).await {
            Ok(public) => Some(public.case_id),
            Err(Problem::NotFound) => None,
            Err(other) => return Err(other),
        };
        let input = same.map_or_else(Input::default, |id| Input::default().with(SAME, Val::Case(id)));
        Ok(NewCase {
            input,
            client_id: Some(self.client_id),
            title: draft::title(&self.body),
            body: self.body,
            place: self.place,
            point,
            phone,
            name: Some(self.name).filter(|name| !name.is_empty()),
            source: "web".to_owned(),
            confidential: !self.confidential.is_empty(),
            area,
            pictures: self.pictures,
            agreed: self.agreed,
            asker: visitor.own.as_ref().and_then(linli_authz::Actor::person),
            ..NewCase::default()
        })
    }
}

/// What others have said in the same community that may be the same, by its public copy.
async fn before(visitor: &Visitor, draft: &Draft) -> Result<Vec<Before>> {
    let (visit, work) = (&visitor.visit, &visitor.work);
    let scope = Scope::system("find where a request lies");
    let mut read: Read = work.db().read();
    let area = match (draft.community.parse().ok(), draft::point(&draft.lat, &draft.lon)) {
        (Some(chosen), _) => Some(chosen),
        (None, Some(point)) => linli_org::areas::grid_at(&mut read, &scope, point).await?,
        (None, None) => None,
    };
    let area = match area {
        Some(area) => Some(area),
        None => work.addresses().find(&mut read, &draft.place).await?,
    };
    let Some(area) = area else { return Ok(Vec::new()) };
    let Some(community) = linli_org::areas::columns(&mut read, &scope, area).await?.community else {
        return Ok(Vec::new());
    };
    let title = draft::title(&draft.body);
    let found = work.said_before(REQUEST.name, community, &title, &draft.body).await?;
    let one = |row: PublicCase| {
        let place = if row.place.is_empty() { row.community.unwrap_or_default() } else { row.place };
        let day = visit.lang.date_near(row.happened_at.day(), visit.now.day());
        let state = visit.text(&format!("asker_state.{}", row.case_state), &[]);
        Before { number: row.number, title: row.title, facts: [place, day, state].join(" · ") }
    };
    Ok(found.into_iter().map(one).collect())
}

/// The narrowest area within the chosen community that the point or the words name.
async fn within(
    visitor: &Visitor,
    community: AreaId,
    place: &str,
    point: Option<linli_base::Point>,
) -> Result<AreaId> {
    use linli_org::areas::{columns, grid_at};
    let scope = Scope::system("find where a request lies");
    let mut read: Read = visitor.work.db().read();
    let by_point = match point {
        Some(point) => grid_at(&mut read, &scope, point).await?,
        None => None,
    };
    let by_words = visitor.work.addresses().find(&mut read, place).await?;
    for area in by_point.into_iter().chain(by_words) {
        if columns(&mut read, &scope, area).await?.community == Some(community) {
            return Ok(area);
        }
    }
    // it must be one of ours
    columns(&mut read, &scope, community).await.map(|_| community)
}

async fn show(
    visitor: &Visitor,
    part: Part,
    draft: Draft,
    flaws: &[Flaw],
    too_many: bool,
) -> Result<Response, WebError> {
    let (visit, lang) = (&visitor.visit, visitor.visit.lang);
    let status = match (too_many, flaws.is_empty()) {
        (true, _) => StatusCode::TOO_MANY_REQUESTS,
        (false, true) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let pictures = carried(visitor, &draft);
    let flaws = visit.flaws(flaws);
    let page = |heading: &str| visit.page(format!("{heading} · {}", words::title(lang)));
    match part {
        Part::What => {
            let (most, room) = (draft::BODY, PICTURES.saturating_sub(pictures.len()));
            html_with(status, &WhatPage { page: page(words::what(lang)), draft, pictures, flaws, most, room })
        }
        Part::Where => {
            let streets = streets(visitor).await?;
            html_with(status, &WherePage { page: page(words::where_(lang)), draft, pictures, flaws, streets })
        }
        Part::Contact => {
            let title = draft::title(&draft.body);
            let page = page(words::contact(lang));
            let texts = visitor.work.consent_texts().await?;
            let agreement = |purpose: &'static str| {
                let text = texts.iter().find(|text| text.purpose == purpose)?;
                let words = if lang.is_zh() { &text.zh } else { &text.en };
                Some((purpose, words.clone(), draft.agreed.iter().any(|ticked| ticked == purpose)))
            };
            let agreements = ["sms", "public"].into_iter().filter_map(agreement).collect();
            let before = before(visitor, &draft).await?;
            html_with(
                status,
                &ContactPage { page, draft, pictures, flaws, title, before, too_many, agreements },
            )
        }
    }
}

fn carried(visitor: &Visitor, draft: &Draft) -> Vec<Carried> {
    let lang = visitor.visit.lang;
    let one = |(at, id): (usize, &FileId)| Carried {
        value: visitor.carry(draft.client_id, *id),
        words: words::picture(lang, at + 1),
        drop: words::drop(lang, at + 1),
    };
    draft.pictures.iter().enumerate().map(one).collect()
}

pub(super) async fn streets(visitor: &Visitor) -> Result<Vec<Street>> {
    let (lang, scope) = (visitor.visit.lang, Scope::system("offer communities"));
    let mut read = visitor.work.db().read();
    let communities = linli_org::areas::of_tier(&mut read, &scope, Tier::Community).await?;
    let name = |area: &linli_org::Area| Name::new(lang, &area.name, area.name_en.as_deref());
    let mut streets = Vec::new();
    for street in linli_org::areas::of_tier(&mut read, &scope, Tier::Street).await? {
        let inside = communities.iter().filter(|area| area.parent == Some(street.id));
        let communities = inside.map(|area| (area.id.to_string(), name(area))).collect();
        streets.push(Street { name: name(&street), communities });
    }
    Ok(streets)
}
