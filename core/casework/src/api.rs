//! `/api/v1/cases`: lists, cases, timelines and steps for programs that act as a post, with `Authorization: Bearer`.

use crate::{CaseView, Casework, Entry, Filter, ListRow, Sort, Window};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{FromRef, Path, Query, State},
    routing::{get, post},
};
use linli_base::{AreaId, CaseId, Cursor, OrgId, Phone, Problem, Result, pii};
use linli_org::{Bearer, OrgState};
use linli_procedure::{Input, Val};
use linli_web::WebError;
use serde::{Deserialize, Serialize};
use serde_json::Value as JsonValue;
use std::collections::BTreeMap;
use utoipa::{IntoParams, OpenApi, ToSchema};

/// The paths of this crate.
#[derive(OpenApi)]
#[openapi(paths(list, read, timeline, step, crate::figures::api::figures))]
pub struct Doc;

/// The routes.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Casework: FromRef<S>,
    OrgState: FromRef<S>,
{
    Router::new()
        .route("/api/v1/cases", get(list))
        .route("/api/v1/cases/{id}", get(read))
        .route("/api/v1/cases/{id}/timeline", get(timeline))
        .route("/api/v1/cases/{id}/steps/{step}", post(step))
        .route("/api/v1/figures", get(crate::figures::api::figures))
}

/// Which cases, in which order.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Open or over.
    open: Option<bool>,
    /// One state, such as `working`.
    state: Option<String>,
    /// Whose turn it is: an org.
    #[param(value_type = Option<String>)]
    holder: Option<OrgId>,
    /// The lead handler: an org.
    #[param(value_type = Option<String>)]
    lead: Option<OrgId>,
    /// In this street.
    #[param(value_type = Option<String>)]
    street: Option<AreaId>,
    /// In this community.
    #[param(value_type = Option<String>)]
    community: Option<AreaId>,
    /// In this grid.
    #[param(value_type = Option<String>)]
    grid: Option<AreaId>,
    /// Of this kind, such as `help`.
    kind: Option<String>,
    /// Of this category, such as `road.lamp`.
    category: Option<String>,
    /// `soon`: the yellow card is shown; `over`: the due time is over.
    due: Option<String>,
    /// Words in title, text, place or number; answers newest first.
    q: Option<String>,
    /// `due` (default) or `changed`.
    sort: Option<String>,
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// 1 to 200, 50 by default.
    limit: Option<i64>,
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
struct CasePage {
    items: Vec<CaseLine>,
    /// Give it as `after` for the next page; null on the last.
    next: Option<String>,
}

/// One line of a list.
#[derive(Serialize, ToSchema)]
struct CaseLine {
    id: String,
    number: String,
    procedure: String,
    state: String,
    round: i64,
    kind: Option<String>,
    category: Option<String>,
    level: Option<String>,
    /// The community's name.
    community: Option<String>,
    /// The lead handler's name.
    lead: Option<String>,
    /// Of a confidential case what the desk released; empty until then.
    title: String,
    place: String,
    confidential: bool,
    due: Option<DueTime>,
    /// RFC 3339.
    happened_at: String,
    /// RFC 3339.
    changed_at: String,
}

/// Until when something is due.
#[derive(Serialize, ToSchema)]
pub struct DueTime {
    /// The first instant that is too late, RFC 3339.
    pub at: String,
    /// Which clock: accept, dispatch, sign, decide, contact, finish, audit, `call_back`.
    pub clock: String,
    /// It touches days whose calendar is not published yet.
    pub provisional: bool,
    /// The clock stands.
    pub paused: bool,
}

/// A case whole, without what identifies the asker.
#[derive(Serialize, ToSchema)]
struct CaseBody {
    id: String,
    number: String,
    procedure: String,
    state: String,
    round: i64,
    /// Give it with a step: the second of two writers then gets 409.
    version: i64,
    kind: Option<String>,
    category: Option<String>,
    level: Option<String>,
    street: Option<String>,
    community: Option<String>,
    grid: Option<String>,
    desk: Option<String>,
    lead: Option<String>,
    helpers: Vec<String>,
    holder: Option<String>,
    title: String,
    body: String,
    place: String,
    lat: Option<f64>,
    lon: Option<f64>,
    /// The phone with its middle hidden; null too where this post may not know who asked.
    phone: Option<String>,
    /// Whoever handles it may not know who asked: then title, body and place are what the desk released.
    confidential: bool,
    /// The number of the case that it is handled together with.
    merged_into: Option<String>,
    /// The number of the case that it is a part of.
    part_of: Option<String>,
    /// The numbers of the cases that were merged into it.
    merged: Vec<String>,
    /// The numbers of its parts.
    parts: Vec<String>,
    due: Option<DueTime>,
    marks: Vec<String>,
    /// The steps that this token's post may take now.
    steps: Vec<String>,
    /// RFC 3339.
    happened_at: String,
}

/// One entry of a timeline.
#[derive(Serialize, ToSchema)]
struct TimelineEntry {
    step: String,
    /// The state it led to.
    to: String,
    /// RFC 3339.
    at: String,
    round: i64,
    person: Option<String>,
    org: Option<String>,
    /// What was filled in, by field; free text is missing where it was erased.
    #[schema(value_type = Object)]
    input: BTreeMap<String, JsonValue>,
    pictures: Vec<String>,
}

/// A step to take.
#[derive(Deserialize, ToSchema)]
struct StepBody {
    /// The version that was seen; left out, the step is taken on whatever stands.
    version: Option<i64>,
    /// The step's fields: text, or a list of texts where a field takes several.
    #[serde(default)]
    #[schema(value_type = Object)]
    input: BTreeMap<String, OneOrMany>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Tick(bool),
    Many(Vec<String>),
}

/// A step that was taken.
#[derive(Serialize, ToSchema)]
struct StepTaken {
    number: String,
    /// Where the case is now.
    state: String,
    /// Its version now.
    version: i64,
}

/// Lists cases within the token's reach.
#[utoipa::path(get, path = "/api/v1/cases", params(ListQuery), tag = "cases", security(("bearer" = [])),
    responses((status = 200, body = CasePage), (status = 401), (status = 422)))]
async fn list(
    State(work): State<Casework>,
    Bearer(actor): Bearer,
    Query(query): Query<ListQuery>,
) -> Result<Json<CasePage>, WebError> {
    let after = query.after.as_deref().map(Cursor::decode).transpose()?;
    let filter = Filter {
        open: query.open,
        state: query.state,
        holder: query.holder,
        lead: query.lead,
        street: query.street,
        community: query.community,
        grid: query.grid,
        kind: query.kind,
        category: query.category,
        due: match query.due.as_deref() {
            None => None,
            Some("soon") => Some(Window::Soon),
            Some("over") => Some(Window::Over),
            Some(_) => return Err(Problem::invalid("due", "not_a_choice").into()),
        },
        words: query.q,
        sort: match query.sort.as_deref() {
            None | Some("due") => Sort::Due,
            Some("changed") => Sort::Changed,
            Some(_) => return Err(Problem::invalid("sort", "not_a_choice").into()),
        },
        ..Filter::default()
    };
    let (lines, next) = work.list(&actor, &filter, after.as_ref(), query.limit.unwrap_or(50)).await?;
    let items = lines.into_iter().map(line).collect();
    Ok(Json(CasePage { items, next: next.map(|cursor| cursor.encode()) }))
}

/// Reads a case.
#[utoipa::path(get, path = "/api/v1/cases/{id}", params(("id" = String, Path)), tag = "cases",
    security(("bearer" = [])), responses((status = 200, body = CaseBody), (status = 401), (status = 404)))]
async fn read(
    State(work): State<Casework>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<CaseBody>, WebError> {
    let view = work.view(&actor, case_id(&id)?).await?;
    let phone = work.masked_phone(&view.loaded.row)?;
    Ok(Json(body(view, phone)))
}

/// What happened to a case, oldest first.
#[utoipa::path(get, path = "/api/v1/cases/{id}/timeline", params(("id" = String, Path)), tag = "cases",
    security(("bearer" = [])), responses((status = 200, body = Vec<TimelineEntry>), (status = 401), (status = 404)))]
async fn timeline(
    State(work): State<Casework>,
    Bearer(actor): Bearer,
    Path(id): Path<String>,
) -> Result<Json<Vec<TimelineEntry>>, WebError> {
    let view = work.view(&actor, case_id(&id)?).await?;
    Ok(Json(view.timeline().into_iter().map(entry).collect()))
}

/// Takes a step. Which fields it asks, the diagram of its procedure says.
#[utoipa::path(post, path = "/api/v1/cases/{id}/steps/{step}", request_body = StepBody, tag = "cases",
    params(("id" = String, Path), ("step" = String, Path)), security(("bearer" = [])),
    responses((status = 200, body = StepTaken), (status = 401), (status = 404),
        (status = 409, description = "a rule says no, or someone else was faster"), (status = 422)))]
async fn step(
    State(work): State<Casework>,
    Bearer(actor): Bearer,
    Path((id, step)): Path<(String, String)>,
    bytes: Bytes,
) -> Result<Json<StepTaken>, WebError> {
    let body: StepBody = json(&bytes)?;
    let raw = body.input.into_iter().map(|(field, value)| {
        let values = match value {
            OneOrMany::One(value) => vec![value],
            OneOrMany::Tick(tick) => vec![tick.to_string()],
            OneOrMany::Many(values) => values,
        };
        (field, values)
    });
    let taken = work.step(actor, case_id(&id)?, &step, body.version, raw.collect()).await?;
    Ok(Json(StepTaken { number: taken.number, state: taken.state, version: taken.version }))
}

/// Reads a body. Flaw: `json` (`why`).
pub fn json<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    if bytes.windows(6).any(|six| six == br"\u0000") {
        return Err(linli_base::Flaw::new("body", "not_text").into());
    }
    serde_json::from_slice(bytes).map_err(|e| linli_base::Flaw::new("body", "json").with("why", e).into())
}

fn case_id(text: &str) -> Result<CaseId> {
    text.parse().map_err(|_not_a_key| Problem::NotFound)
}

/// The due columns of a row, as the API says them.
pub fn due_time(
    at: Option<linli_base::At>,
    clock: Option<String>,
    provisional: bool,
    paused: bool,
) -> Option<DueTime> {
    Some(DueTime { at: at?.to_string(), clock: clock?, provisional, paused })
}

fn line(row: ListRow) -> CaseLine {
    CaseLine {
        id: row.id.to_string(),
        number: row.number,
        procedure: row.procedure,
        state: row.state,
        round: row.round,
        kind: row.kind,
        category: row.category,
        level: row.level,
        community: row.community,
        lead: row.lead,
        title: pii::mask(&row.title),
        place: row.place.to_string(),
        confidential: row.confidential,
        due: due_time(row.due_at, row.due_clock, row.due_provisional, row.due_paused),
        happened_at: row.happened_at.to_string(),
        changed_at: row.changed_at.to_string(),
    }
}

fn body(view: CaseView, phone: Option<String>) -> CaseBody {
    let text = |id: Option<linli_base::OrgId>| id.map(|id| id.to_string());
    let area = |id: Option<AreaId>| id.map(|id| id.to_string());
    let number = |link: &crate::LinkRow| link.number.clone();
    let merged_into = view.loaded.master().map(number);
    let part_of = view.loaded.parent().map(number);
    let merged = view.loaded.merged().map(number).collect();
    let parts = view.loaded.children().map(number).collect();
    let (row, case) = (view.loaded.row, view.loaded.case);
    CaseBody {
        id: row.id.to_string(),
        number: row.number,
        procedure: row.procedure,
        state: case.state,
        round: case.round,
        version: row.version,
        kind: case.kind,
        category: case.category,
        level: case.level,
        street: area(case.areas.street),
        community: area(case.areas.community),
        grid: area(case.areas.grid),
        desk: text(case.desk),
        lead: text(case.lead),
        helpers: case.helpers.iter().map(ToString::to_string).collect(),
        holder: text(case.holder),
        title: pii::mask(&row.title),
        body: pii::mask(&row.body),
        place: row.place.to_string(),
        lat: row.lat,
        lon: row.lon,
        phone,
        confidential: case.confidential,
        merged_into,
        part_of,
        merged,
        parts,
        due: due_time(row.due_at, row.due_clock, row.due_provisional, row.due_paused),
        marks: case.marks.into_iter().filter(|mark| mark != "own_phone").collect(),
        steps: view.steps.iter().map(|step| step.name.to_owned()).collect(),
        happened_at: row.happened_at.to_string(),
    }
}

fn entry(entry: Entry) -> TimelineEntry {
    TimelineEntry {
        step: entry.step,
        to: entry.to,
        at: entry.at.to_string(),
        round: entry.round,
        person: entry.person.map(|id| id.to_string()),
        org: entry.org.map(|id| id.to_string()),
        input: values(entry.input).chain(values(entry.said)).collect(),
        pictures: entry.pictures.into_iter().map(|(id, _)| id.to_string()).collect(),
    }
}

/// Each field's value without the name of its kind.
fn values(input: Input) -> impl Iterator<Item = (String, JsonValue)> {
    input.0.into_iter().filter(|(_, value)| !matches!(value, Val::Pictures(_))).map(|(field, value)| {
        let shown = match value {
            Val::Text(text) => Val::Text(pii::mask(&text)),
            Val::Phone(digits) => Val::Phone(
                Phone::parse("", &digits).map_or_else(|_| "****".to_owned(), |phone| phone.masked()),
            ),
            other => other,
        };
        let plain = match serde_json::to_value(shown) {
            Ok(JsonValue::Object(tagged)) => {
                tagged.into_iter().next().map_or(JsonValue::Null, |(_, plain)| plain)
            }
            _ => JsonValue::Null,
        };
        (field, plain)
    })
}
