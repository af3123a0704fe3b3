//! `/volunteers`: those who have joined and whom their community has not said that it knows.

use crate::{
    services::pages::Named,
    t::helping as words,
    volunteers::{self, Unknown},
};
use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Redirect, Response},
};
use linli_base::{Problem, Result};
use linli_casework::Casework;
use linli_org::SignedIn;
use linli_web::{Page, RawForm, Visit, WebError, html};

struct Line {
    id: String,
    who: Named,
    unit: Option<Named>,
    since: String,
    own: bool,
}

#[derive(Template)]
#[template(path = "volunteers/known.html")]
struct KnownPage {
    page: Page,
    known: i64,
    lines: Vec<Line>,
    done: bool,
}

/// `GET /volunteers`
pub(super) async fn list(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let lang = visit.lang;
    let (known, rows) = volunteers::unknown(&mut work.db().read(), &who.actor).await?;
    let line = |row: Unknown| Line {
        id: row.person_id.to_string(),
        who: Named::new(lang, &row.name, row.name_en.as_deref()),
        unit: row.unit.map(|unit| Named::new(lang, &unit, row.unit_en.as_deref())),
        since: words::known_since(lang, lang.date_near(row.from_day, visit.now.day())),
        own: row.person_id == who.person,
    };
    html(&KnownPage {
        page: visit.page(words::known_title(lang)),
        known,
        lines: rows.into_iter().map(line).collect(),
        done: query.as_deref() == Some("done"),
    })
}

/// `POST /volunteers`: those that are ticked are known.
pub(super) async fn say(
    State(work): State<Casework>,
    who: SignedIn,
    form: RawForm,
) -> Result<Response, WebError> {
    let people = form.all("person").iter().map(|person| person.parse());
    let people = people.collect::<Result<Vec<_>, _>>().map_err(|_no_key| Problem::refused("unreadable"))?;
    volunteers::say_known(work.db(), work.world(), &who.actor, people).await?;
    Ok(Redirect::to("/volunteers?done").into_response())
}
