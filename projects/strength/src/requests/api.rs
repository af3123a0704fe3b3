//! `/api/v1/requests`: saying something, and seeing how it goes with the look-up code.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{FromRef, Path, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use linli_authz::Actor;
use linli_base::{Crs, Flaw, Phone, Point, Problem, Result};
use linli_casework::{
    Casework, NewCase,
    api::{DueTime, due_time, json},
    privacy::PURPOSES,
};
use linli_web::{Limit, Site, Visit, WebError};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

/// The paths of this room.
#[derive(OpenApi)]
#[openapi(paths(say, look_up))]
pub struct Doc;

/// The routes.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Casework: FromRef<S>,
    Site: FromRef<S>,
{
    Router::new().route("/api/v1/requests", post(say)).route("/api/v1/requests/{number}", get(look_up))
}

/// Requests per address: 30 at once, then one every 10 seconds. An office says many for its visitors.
pub const SAY: Limit = Limit { kind: "say", burst: 30, every_ms: 10_000 };
/// Wrong codes per number, and per address: 5 at once, then one every 3 minutes.
pub const WRONG_CODE: Limit = Limit { kind: "wrong_code", burst: 5, every_ms: 180_000 };

/// Something to be said.
#[derive(Deserialize, ToSchema)]
struct RequestBody {
    /// A UUID made by the client: saying the same again under it gives the same answer again.
    #[schema(value_type = String, format = "uuid")]
    client_id: Uuid,
    /// One line, 1 to 80 characters.
    title: String,
    /// The words, at most 5,000 characters.
    body: String,
    /// Where, in words, at most 200 characters.
    address: Option<String>,
    /// Degrees; with `lon`.
    lat: Option<f64>,
    /// Degrees; with `lat`.
    lon: Option<f64>,
    /// The system of `lat` and `lon`: `wgs84` (default), `gcj02` or `bd09`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    crs: Crs,
    /// A mobile or landline number of mainland China.
    phone: Option<String>,
    /// How the asker wants to be called, at most 40 characters.
    name: Option<String>,
    /// Whoever handles it is not to know who asked.
    #[serde(default)]
    confidential: bool,
    /// What the asker agrees to, asked one by one and not needed for anything: `sms`, `public`, `pictures`, `map`.
    #[serde(default)]
    agreed: Vec<String>,
}

/// It was received.
#[derive(Serialize, ToSchema)]
struct Received {
    id: String,
    /// To be told to the asker.
    number: String,
    /// The look-up code, to be told to the asker only.
    code: String,
}

/// What the asker sees.
#[derive(Serialize, ToSchema)]
struct AskerView {
    number: String,
    state: String,
    round: i64,
    title: String,
    body: String,
    place: String,
    /// Until when it is to be done; while it is handled together with another one, until when that one is.
    due: Option<DueTime>,
    /// The number of the case that it is handled together with.
    together_with: Option<String>,
    /// Whoever handles it does not know who asked.
    confidential: bool,
    /// The newest reply, once it was given.
    reply: Option<String>,
    timeline: Vec<AskerEntry>,
    /// What the asker may do now.
    steps: Vec<String>,
}

/// One entry of what the asker sees: no persons, only what happened.
#[derive(Serialize, ToSchema)]
struct AskerEntry {
    step: String,
    /// RFC 3339.
    at: String,
}

/// Says something. The same client id with the same words gets the same answer; with other words 409.
#[utoipa::path(post, path = "/api/v1/requests", request_body = RequestBody, tag = "requests",
    responses((status = 201, body = Received), (status = 409), (status = 422), (status = 429)))]
async fn say(
    State(work): State<Casework>,
    State(site): State<Site>,
    visit: Visit,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Received>), WebError> {
    site.throttle.check(&SAY, &visit.address, visit.now)?;
    let new = json::<RequestBody>(&bytes)?.check()?;
    let opened = work.open(Actor::Stranger, "request", "say", new).await?;
    let received = Received { id: opened.id.to_string(), number: opened.number, code: opened.code };
    Ok((StatusCode::CREATED, Json(received)))
}

/// How it goes, for whoever knows the look-up code.
#[utoipa::path(get, path = "/api/v1/requests/{number}", tag = "requests",
    params(("number" = String, Path), ("X-Lookup-Code" = String, Header)),
    responses((status = 200, body = AskerView), (status = 404, description = "no such number, or a wrong code"),
        (status = 429)))]
async fn look_up(
    State(work): State<Casework>,
    State(site): State<Site>,
    visit: Visit,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Result<Json<AskerView>, WebError> {
    let code = headers.get("x-lookup-code").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(id) = work.by_code(&number, code).await? else {
        site.throttle.check(&WRONG_CODE, &number, visit.now)?;
        site.throttle.check(&WRONG_CODE, &visit.address, visit.now)?;
        return Err(Problem::NotFound.into());
    };
    let view = work.view(&Actor::Asker(id), id).await?;
    let timeline = view.timeline();
    let reply = timeline.iter().rev().map(|entry| entry.said.text("reply")).find(|reply| !reply.is_empty());
    let row = &view.loaded.row;
    let master = view.loaded.master();
    let due_at = row.finish_due_at.or_else(|| master.and_then(|master| master.finish_due_at));
    let clock = due_at.map(|_| "finish".to_owned());
    Ok(Json(AskerView {
        number: row.number.clone(),
        state: row.state.clone(),
        round: row.round,
        title: row.title.clone(),
        body: row.body.clone(),
        place: row.place.whole().to_owned(),
        due: due_time(due_at, clock, row.due_provisional, row.due_paused),
        together_with: master.map(|master| master.number.clone()),
        confidential: row.confidential,
        reply: reply.map(str::to_owned),
        timeline: timeline
            .iter()
            .map(|e| AskerEntry { step: e.step.clone(), at: e.at.to_string() })
            .collect(),
        steps: view.steps.iter().map(|step| step.name.to_owned()).collect(),
    }))
}

impl RequestBody {
    /// All that is wrong at once. Flaws: `missing`, `too_long` (`max`, `now`), `place_form`, `phone_*`,
    /// `not_a_choice`.
    fn check(self) -> Result<NewCase> {
        let mut flaws = Vec::new();
        let mut text = |field: &str, value: &str, must: bool, max: usize| {
            let value = value.trim().to_owned();
            let now = value.chars().count();
            if must && now == 0 {
                flaws.push(Flaw::new(field, "missing"));
            } else if now > max {
                flaws.push(Flaw::new(field, "too_long").with("max", max).with("now", now));
            }
            value
        };
        let title = text("title", &self.title, true, 80);
        let body = text("body", &self.body, false, 5000);
        let place = text("address", self.address.as_deref().unwrap_or_default(), false, 200);
        let name = text("name", self.name.as_deref().unwrap_or_default(), false, 40);
        let point = match (self.lat, self.lon) {
            (None, None) => None,
            (Some(lat), Some(lon)) => Point::from_crs(lat, lon, self.crs),
            _ => None,
        };
        if point.is_none() && (self.lat.is_some() || self.lon.is_some()) {
            flaws.push(Flaw::new("lat", "place_form"));
        }
        let phone = self.phone.as_deref().filter(|phone| !phone.trim().is_empty());
        let phone =
            phone.and_then(|phone| Phone::parse("phone", phone).map_err(|flaw| flaws.push(flaw)).ok());
        if self.agreed.iter().any(|purpose| !PURPOSES.contains(&purpose.as_str())) {
            flaws.push(Flaw::new("agreed", "not_a_choice"));
        }
        if !flaws.is_empty() {
            return Err(Problem::Invalid(flaws));
        }
        Ok(NewCase {
            agreed: self.agreed,
            confidential: self.confidential,
            client_id: Some(self.client_id),
            title,
            body,
            place,
            point,
            crs: self.crs,
            phone,
            name: Some(name).filter(|name| !name.is_empty()),
            source: "api".to_owned(),
            ..NewCase::default()
        })
    }
}
