use super::{
    form::{self, Form},
    words::{self, Change, Said},
};
use crate::{Casework, Choice, t::profile as t};
use askama::Template;
use axum::{
    Router,
    extract::{FromRef, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use linli_authz::Permission;
use linli_base::{Day, Flaw, Problem, Result};
use linli_org::{OrgState, SignedIn};
use linli_procedure::{Draft, Profile};
use linli_web::{Flaws, Page, RawForm, Visit, WebError, html, html_with};
use serde::Deserialize;

/// `/settings/profile`, for whoever may configure.
pub(crate) fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Casework: FromRef<S>,
    OrgState: FromRef<S>,
{
    Router::new()
        .route("/settings/profile", get(show).post(save))
        .route("/settings/profile/edit", get(edit).post(edit_again))
        .route("/settings/profile/preview", get(async || Redirect::to("/settings/profile")).post(preview))
        .route("/settings/profile/versions/{version}", get(version))
}

/// One entry of the history.
struct Past {
    name: String,
    href: String,
    from: String,
    who: String,
    why: String,
    now: bool,
    coming: bool,
}

#[derive(Template)]
#[template(path = "profile/show.html")]
struct ShowPage {
    page: Page,
    name: String,
    since: String,
    coming: Option<String>,
    parts: Vec<(&'static str, Vec<Said>)>,
    edit: String,
    bases: Vec<(String, String)>,
    past: Vec<Past>,
    done: bool,
}

#[derive(Template)]
#[template(path = "profile/version.html")]
struct VersionPage {
    page: Page,
    before: Option<String>,
    changes: Vec<Change>,
    parts: Vec<(&'static str, Vec<Said>)>,
    edit: String,
}

#[derive(Template)]
#[template(path = "profile/edit.html")]
struct EditPage {
    page: Page,
    form: Form,
    flaws: Flaws,
    units: Vec<(&'static str, &'static str)>,
    clocks: Vec<(String, String)>,
    kinds: Vec<(String, String)>,
    levels: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "profile/preview.html")]
struct PreviewPage {
    page: Page,
    changes: Vec<Change>,
    examples: Vec<Change>,
    open: String,
    kept: Vec<(String, String)>,
    flaws: Flaws,
    from: String,
    why: String,
}

/// `name-version`, as links and forms carry it.
fn key(draft: &Draft) -> String {
    format!("{}-{}", draft.name, draft.version)
}

fn find(work: &Casework, key: &str) -> Result<Profile> {
    let (name, version) = key.rsplit_once('-').ok_or(Problem::NotFound)?;
    let version = version.parse().map_err(|_no_version| Problem::NotFound)?;
    work.settings().profile(name, version).cloned().map_err(|_unknown| Problem::NotFound)
}

fn named(visit: &Visit, name: &str, version: i64) -> String {
    t::version(visit.lang, visit.words.label(visit.lang, &format!("profile_name.{name}")), version)
}

#[derive(Deserialize)]
struct Asked {
    base: Option<String>,
    done: Option<String>,
}

/// `GET /settings/profile`
async fn show(
    State(work): State<Casework>,
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    who.actor.may(Permission::Configure)?;
    let (settings, lang) = (work.settings(), visit.lang);
    let active = settings.holding(visit.now)?;
    let people: Vec<_> = settings.choices().iter().filter_map(|choice| choice.person).collect();
    let scope = who.actor.may(Permission::OrgSee)?;
    let names = linli_org::people::names(&mut org.db.read(), &scope, &people).await?;
    let holds = settings.choices().iter().rposition(|choice| choice.from <= visit.now);
    let past = |(nth, choice): (usize, &Choice)| Past {
        name: named(&visit, &choice.name, choice.version),
        href: format!("/settings/profile/versions/{}-{}", choice.name, choice.version),
        from: lang.moment(choice.from, visit.now),
        who: names
            .iter()
            .find(|name| Some(name.id) == choice.person)
            .map(|name| name.name.clone())
            .unwrap_or_default(),
        why: choice.why.clone(),
        now: Some(nth) == holds,
        coming: choice.from > visit.now,
    };
    let coming = settings.choices().iter().find(|choice| choice.from > visit.now);
    html(&ShowPage {
        page: visit.page(t::title(lang)),
        name: named(&visit, &active.name, active.version),
        since: holds.and_then(|nth| settings.choices().get(nth)).map_or_else(
            || t::as_brought(lang).to_owned(),
            |choice| t::since(lang, lang.moment(choice.from, visit.now)),
        ),
        coming: coming.map(|choice| {
            let day = lang.date_weekday(choice.from.day(), visit.now.day());
            t::coming(lang, day, named(&visit, &choice.name, choice.version))
        }),
        parts: words::parts(&visit, active.draft()),
        edit: format!("/settings/profile/edit?base={}", key(active.draft())),
        bases: settings
            .brought()
            .map(|profile| {
                let href = format!("/settings/profile/edit?base={}", key(profile.draft()));
                (href, named(&visit, &profile.name, profile.version))
            })
            .collect(),
        past: settings.choices().iter().enumerate().rev().map(past).collect(),
        done: asked.done.is_some(),
    })
}

/// `GET /settings/profile/versions/{name-version}`: a version, and what it changed of the one before.
async fn version(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Path(version): Path<String>,
) -> Result<Response, WebError> {
    who.actor.may(Permission::Configure)?;
    let (profile, settings) = (find(&work, &version)?, work.settings());
    let chosen = |choice: &Choice| choice.name == profile.name && choice.version == profile.version;
    let before = match settings.choices().iter().position(chosen) {
        Some(0) => Some(settings.base()?),
        Some(nth) => {
            let choice = settings.choices().get(nth - 1).ok_or(Problem::NotFound)?;
            Some(settings.profile(&choice.name, choice.version)?)
        }
        None => None,
    };
    html(&VersionPage {
        page: visit.page(named(&visit, &profile.name, profile.version)),
        before: before.map(|before| named(&visit, &before.name, before.version)),
        changes: before
            .map(|before| words::differences(&visit, before.draft(), profile.draft()))
            .unwrap_or_default(),
        parts: words::parts(&visit, profile.draft()),
        edit: format!("/settings/profile/edit?base={version}"),
    })
}

/// `GET /settings/profile/edit?base=name-version`
async fn edit(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    who.actor.may(Permission::Configure)?;
    let base = match &asked.base {
        Some(key) => find(&work, key)?,
        None => work.settings().holding(visit.now)?.clone(),
    };
    html(&filled(&visit, base.draft(), &RawForm::default(), &[]))
}

/// `POST /settings/profile/edit`: with all that was typed, back from the preview or with room for one card rule more.
async fn edit_again(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    form: RawForm,
) -> Result<Response, WebError> {
    who.actor.may(Permission::Configure)?;
    html(&filled(&visit, find(&work, form.first("base"))?.draft(), &form, &[]))
}

fn filled(visit: &Visit, base: &Draft, typed: &RawForm, flaws: &[Flaw]) -> EditPage {
    let option = |field: &str, values: &[&str]| -> Vec<(String, String)> {
        let word = |value: &&str| visit.text(&format!("option.{field}.{value}"), &[]);
        values.iter().map(|value| ((*value).to_owned(), word(value))).collect()
    };
    let mut clocks: Vec<(String, String)> = Vec::new();
    for line in &base.term {
        if clocks.iter().all(|(clock, _)| *clock != line.clock) {
            let words = visit.words.label(visit.lang, &format!("clock.{}", line.clock));
            clocks.push((line.clock.clone(), words));
        }
    }
    EditPage {
        page: visit.page(t::edit(visit.lang)),
        form: Form::new(visit, base, typed),
        flaws: Flaws::new(visit.words, visit.lang, flaws),
        units: form::units(visit),
        clocks,
        kinds: option("kind", &form::KINDS),
        levels: option("level", &form::LEVELS),
    }
}

/// `POST /settings/profile/preview`: what would change; or the form again with what is wrong.
async fn preview(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    form: RawForm,
) -> Result<Response, WebError> {
    who.actor.may(Permission::Configure)?;
    let base = find(&work, form.first("base"))?;
    let (draft, flaws) = form::read(base.draft(), &form);
    if !flaws.is_empty() {
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &filled(&visit, base.draft(), &form, &flaws));
    }
    html(&previewed(&work, &visit, &who, draft, &form, &[]).await?)
}

async fn previewed(
    work: &Casework,
    visit: &Visit,
    who: &SignedIn,
    draft: Draft,
    form: &RawForm,
    flaws: &[Flaw],
) -> Result<PreviewPage> {
    let settings = work.settings();
    let active = settings.holding(visit.now)?;
    let changes = words::differences(visit, active.draft(), &draft);
    let new = Profile::try_from(draft).map_err(|e| Problem::broken("previewing a profile", e))?;
    let typed = form.0.iter().filter(|(name, _)| !["from", "why", "csrf", "more"].contains(&name.as_str()));
    let today = visit.now.day().to_string();
    Ok(PreviewPage {
        page: visit.page(t::preview(visit.lang)),
        changes,
        examples: examples(work, visit, active, &new),
        open: t::open_stay(visit.lang, work.open_cases(&who.actor).await?),
        kept: typed.map(|(name, _)| (name.clone(), form.first(name).to_owned())).collect(),
        flaws: Flaws::new(visit.words, visit.lang, flaws),
        from: Some(form.first("from")).filter(|from| !from.is_empty()).unwrap_or(&today).to_owned(),
        why: form.first("why").to_owned(),
    })
}

/// Until when a case that is dispatched now would have to be finished, under both.
fn examples(work: &Casework, visit: &Visit, old: &Profile, new: &Profile) -> Vec<Change> {
    let settings = work.settings();
    let day =
        |profile: &Profile, kind: &str, level: &str| match profile.term("finish", Some(kind), Some(level)) {
            Some(term) => {
                let due = settings.calendar.due(visit.now, &term, &profile.working_time);
                if due.at == due.at.day().start() {
                    visit.lang.date_weekday(due.last_day(), visit.now.day())
                } else {
                    visit.lang.moment(due.at, visit.now)
                }
            }
            None => t::none(visit.lang).to_owned(),
        };
    let word = |field: &str, value: &str| visit.text(&format!("option.{field}.{value}"), &[]);
    [
        ("help", "normal"),
        ("complaint", "normal"),
        ("complaint", "complex"),
        ("inquiry", "normal"),
        ("help", "urgent"),
    ]
    .into_iter()
    .map(|(kind, level)| Change {
        what: [word("kind", kind), word("level", level)].join(crate::t::case::comma(visit.lang)),
        old: day(old, kind, level),
        new: day(new, kind, level),
    })
    .collect()
}

/// `POST /settings/profile`: the next version, from a day on.
async fn save(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    form: RawForm,
) -> Result<Response, WebError> {
    who.actor.may(Permission::Configure)?;
    let base = find(&work, form.first("base"))?;
    let (draft, flaws) = form::read(base.draft(), &form);
    if !flaws.is_empty() {
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &filled(&visit, base.draft(), &form, &flaws));
    }
    let from = Day::parse(form.first("from"));
    let mut flaws = Vec::new();
    match from {
        None => flaws.push(Flaw::new("from", "not_a_date")),
        Some(day) if day < visit.now.day() => flaws.push(Flaw::new("from", "past_day")),
        Some(_) => {}
    }
    let why = form.first("why");
    if why.chars().count() < 4 {
        flaws.push(Flaw::new("why", "reason_short"));
    }
    match from.filter(|_| flaws.is_empty()) {
        Some(from) => {
            work.save_profile(&who.actor, draft, from, why).await?;
            Ok(Redirect::to("/settings/profile?done=1").into_response())
        }
        None => {
            let page = previewed(&work, &visit, &who, draft, &form, &flaws).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}
