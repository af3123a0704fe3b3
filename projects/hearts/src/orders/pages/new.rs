use crate::{
    orders::{self, Every, NewOrder, Part, make::offered},
    services::{ItemId, Line},
    t::ordering as words,
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use linli_authz::{Actor, Permission, Scope};
use linli_base::{AreaId, Day, Flaw, Phone, Problem, Refusal, Result, money};
use linli_casework::{Visitor, asker_cookie};
use linli_org::areas;
use linli_web::{Flaws, Limit, Page, ProtectedForm, WebError, html_with};
use serde::Deserialize;
use uuid::Uuid;

/// Orders from one address.
const ORDERS: Limit = Limit { kind: "order", burst: 20, every_ms: 30_000 };
/// Days that are offered by name; others are written as a date.
const DAYS: i64 = 6;

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
    #[serde(rename = "in")]
    community: String,
    words: String,
    place: String,
    phone: String,
    name: String,
    day: String,
    other_day: String,
    part: String,
    every: String,
    agree: Vec<String>,
}

struct Choice {
    value: String,
    label: String,
    on: bool,
}

#[derive(Template)]
#[template(path = "orders/new.html")]
struct NewPage {
    page: Page,
    typed: Typed,
    item: String,
    name: String,
    community: String,
    way: &'static str,
    standard: String,
    prices: Vec<(String, String)>,
    days: Vec<Choice>,
    parts: Vec<Choice>,
    every: Vec<Choice>,
    sms: Option<String>,
    /// The community writes it down for somebody who calls.
    behalf: bool,
    flaws: Flaws,
    refused: Option<String>,
}

/// `GET /order/{item}?in=`
pub(super) async fn form(
    visitor: Visitor,
    Path(item): Path<ItemId>,
    Query(asked): Query<Where>,
) -> Result<Response, WebError> {
    // whose list it is has to be known; the item's page asks
    if asked.community.parse::<AreaId>().is_err() {
        return Ok(Redirect::to(&format!("/services/{item}")).into_response());
    }
    let typed = Typed {
        client_id: visitor.site.world.ids.uuid(visitor.visit.now).to_string(),
        community: asked.community,
        ..Typed::default()
    };
    page(&visitor, item, typed, &[], None).await
}

/// `POST /order/{item}`
pub(super) async fn take(
    visitor: Visitor,
    Path(item): Path<ItemId>,
    ProtectedForm(typed): ProtectedForm<Typed>,
) -> Result<Response, WebError> {
    let visit = &visitor.visit;
    if visitor.site.throttle.check(&ORDERS, &visit.address, visit.now).is_err() {
        return page(&visitor, item, typed, &[], Some("too_many")).await;
    }
    let behalf = behalf(&visitor);
    let new = match typed.order(&visitor, item, behalf.is_some()) {
        Ok(new) => new,
        Err(flaws) => return page(&visitor, item, typed, &flaws, None).await,
    };
    let speaker = behalf.clone().unwrap_or_else(|| visitor.speaker());
    let opened = match orders::order(&visitor.work, speaker, new).await {
        Ok(opened) => opened,
        Err(Problem::Invalid(flaws)) => return page(&visitor, item, typed, &flaws, None).await,
        Err(Problem::Refused(Refusal { code: "not_ordered", .. })) => {
            return page(&visitor, item, typed, &[], Some("not_ordered")).await;
        }
        Err(other) => return Err(other.into()),
    };
    let cookie = asker_cookie(&visitor.site, opened.id, visit.now);
    let receipt = Redirect::to(&format!("/my/{}/receipt?said", opened.number));
    Ok((AppendHeaders([cookie]), receipt).into_response())
}

/// Whoever writes an order down for others, where they may.
fn behalf(visitor: &Visitor) -> Option<Actor> {
    visitor.staff.clone().filter(|staff| staff.hat().is_some() && staff.may(Permission::CaseFile).is_ok())
}

impl Typed {
    fn order(&self, visitor: &Visitor, item: ItemId, behalf: bool) -> Result<NewOrder, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let phone = if self.phone.trim().is_empty() {
            Err(Flaw::new("phone", "missing"))
        } else {
            Phone::parse("phone", &self.phone)
        };
        let day = match (self.day.as_str(), self.other_day.trim()) {
            ("", "") => Ok(None),
            ("", other) => Day::parse(other).map(Some).ok_or_else(|| Flaw::new("day", "not_a_date")),
            (chosen, _) => Day::parse(chosen).map(Some).ok_or_else(|| Flaw::new("day", "not_a_date")),
        };
        let community = self.community.parse().map_err(|_none| Flaw::new("in", "not_a_choice"));
        let (phone, day, community) = match (phone, day, community) {
            (Ok(phone), Ok(day), Ok(community)) => (phone, day, community),
            (phone, day, community) => {
                flaws.extend(phone.err().into_iter().chain(day.err()).chain(community.err()));
                return Err(flaws);
            }
        };
        let client: Option<Uuid> = self.client_id.parse().ok();
        Ok(NewOrder {
            client_id: client.unwrap_or_else(|| visitor.site.world.ids.uuid(visitor.visit.now)),
            item,
            community,
            words: self.words.replace("\r\n", "\n"),
            place: self.place.clone(),
            phone,
            name: Some(self.name.trim().chars().take(40).collect()).filter(|name: &String| !name.is_empty()),
            day,
            part: Part::parse(&self.part),
            every: Every::parse(&self.every),
            source: if behalf { "phone" } else { "web" },
            asker: visitor.own.as_ref().and_then(Actor::person).filter(|_| !behalf),
            agreed: self.agree.clone(),
        })
    }
}

async fn page(
    visitor: &Visitor,
    item: ItemId,
    typed: Typed,
    flaws: &[Flaw],
    refused: Option<&str>,
) -> Result<Response, WebError> {
    let (visit, lang) = (&visitor.visit, visitor.visit.lang);
    let today = visit.now.day();
    let community: AreaId = typed.community.parse().map_err(|_no_community| Problem::NotFound)?;
    let mut read = visitor.work.db().read();
    let area = areas::by_id(&mut read, &Scope::system("name a community"), community).await?;
    let (line, offered) = offered(&mut read, community, item, today).await?;
    let pick = |zh: &str, en: Option<&str>| if lang.is_zh() { zh } else { en.unwrap_or(zh) }.to_owned();
    let refused = if offered { refused } else { Some("not_ordered") };
    let refused = refused.map(|code| match code {
        "too_many" => words::too_many(lang).to_owned(),
        _ => visit.text("refusal.not_ordered", &[("item", pick(&line.name, line.name_en.as_deref()))]),
    });
    let status = match (&refused, flaws.is_empty()) {
        (Some(_), _) if !offered => StatusCode::CONFLICT,
        (Some(_), _) => StatusCode::TOO_MANY_REQUESTS,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let texts = visitor.work.consent_texts().await?;
    let sms = texts.iter().find(|text| text.purpose == "sms");
    let name = pick(&line.name, line.name_en.as_deref());
    let page = NewPage {
        page: visit.page(words::title(lang, &name)),
        item: item.to_string(),
        community: pick(&area.name, area.name_en.as_deref()),
        way: line.terms.1.way.name(),
        standard: pick(&line.terms.1.standard, line.terms.1.standard_en.as_deref()),
        prices: prices(&line, pick),
        days: days(visitor, &typed, today),
        parts: parts(visitor, &typed),
        every: every(visitor, &typed),
        sms: sms.map(|text| pick(&text.zh, Some(&text.en))),
        behalf: behalf(visitor).is_some(),
        flaws: visit.flaws(flaws),
        name,
        typed,
        refused,
    };
    html_with(status, &page)
}

fn prices(line: &Line, pick: impl Fn(&str, Option<&str>) -> String) -> Vec<(String, String)> {
    let prices = line.terms.1.prices.iter();
    prices.map(|price| (pick(&price.name, price.name_en.as_deref()), money::yuan(price.fen))).collect()
}

fn days(visitor: &Visitor, typed: &Typed, today: Day) -> Vec<Choice> {
    let lang = visitor.visit.lang;
    let any = Choice {
        value: String::new(),
        label: words::any_day(lang).to_owned(),
        on: typed.day.is_empty() && typed.other_day.is_empty(),
    };
    let day = |day: Day| Choice {
        value: day.to_string(),
        label: if day.0 - today.0 < 2 { lang.day_near(day, today) } else { lang.date_weekday(day, today) },
        on: typed.day == day.to_string(),
    };
    std::iter::once(any).chain((0..DAYS).map(|n| day(today.plus(n)))).collect()
}

fn parts(visitor: &Visitor, typed: &Typed) -> Vec<Choice> {
    let visit = &visitor.visit;
    let any = Choice {
        value: String::new(),
        label: words::any_part(visit.lang).to_owned(),
        on: typed.part.is_empty(),
    };
    let part = |part: Part| Choice {
        value: part.name().to_owned(),
        label: visit.text(&format!("option.wanted_part.{}", part.name()), &[]),
        on: typed.part == part.name(),
    };
    std::iter::once(any).chain(Part::ALL.map(part)).collect()
}

fn every(visitor: &Visitor, typed: &Typed) -> Vec<Choice> {
    let visit = &visitor.visit;
    let once = Choice {
        value: String::new(),
        label: words::once(visit.lang).to_owned(),
        on: typed.every.is_empty(),
    };
    let every = |every: Every| Choice {
        value: every.name().to_owned(),
        label: visit.text(&format!("option.every.{}", every.name()), &[]),
        on: typed.every == every.name(),
    };
    std::iter::once(once).chain(Every::ALL.map(every)).collect()
}
