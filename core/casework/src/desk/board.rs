use super::{
    Allow,
    case::{Panel, panel},
    line::{Line, line},
};
use crate::{Casework, Filter, Sort, Window};
use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use linli_authz::Actor;
use linli_base::{CaseId, Cursor, Problem, Result};
use linli_org::{OrgState, SignedIn};
use linli_procedure::Procedure;
use linli_web::{Page, ProtectedForm, Visit, WebError, html};
use serde::Deserialize;
use uuid::Uuid;

/// Lines on a page.
const LINES: i64 = 50;

/// What of the desk is shown.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// `mine`, `soon`, `over`, `approve`, `supervised`, `problem`, `touched`, `all`, `closed`, the name of a state, or the id of a saved view.
    view: Option<String>,
    q: Option<String>,
    community: Option<String>,
    category: Option<String>,
    kind: Option<String>,
    sort: Option<String>,
    after: Option<String>,
    case: Option<String>,
    step: Option<String>,
    done: Option<String>,
    /// `views`: a phone shows the views.
    col: Option<String>,
    /// `csv` or `xlsx`, of a file.
    pub(super) format: Option<String>,
}

#[derive(Template)]
#[template(path = "desk/board.html")]
struct Board {
    page: Page,
    /// Which column a phone shows: `views`, `list` or `case`.
    col: &'static str,
    /// To the views, where they do not stand beside the list.
    views_href: String,
    mine: Vec<View>,
    /// The states of each flow under its heading.
    states: Vec<(String, Vec<View>)>,
    saved: Vec<View>,
    title: String,
    count: String,
    q: String,
    view: String,
    filters: Vec<Choice>,
    sort_href: String,
    sort_label: &'static str,
    lines: Vec<Line>,
    empty: &'static str,
    more: Option<String>,
    export: Option<String>,
    excel: Option<String>,
    /// They may file on someone's behalf.
    files: bool,
    case: Option<Panel>,
    toast: Option<String>,
    here: String,
}

/// A view of the column on the left.
struct View {
    href: String,
    icon: &'static str,
    label: String,
    count: String,
    tone: &'static str,
    on: bool,
    drop: Option<String>,
}

/// A select above the list.
struct Choice {
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String, bool)>,
}

impl Asked {
    fn view(&self) -> &str {
        self.view.as_deref().filter(|view| !view.is_empty()).unwrap_or("mine")
    }

    /// The query with other values; an empty one is left out.
    fn link(&self, change: &[(&str, &str)]) -> String {
        let own = [
            ("view", &self.view),
            ("q", &self.q),
            ("community", &self.community),
            ("category", &self.category),
            ("kind", &self.kind),
            ("sort", &self.sort),
            ("after", &self.after),
        ];
        let changed = |name: &str| change.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
        let kept =
            own.iter().map(|(name, value)| (*name, changed(name).or(value.as_deref()).unwrap_or_default()));
        let new = change.iter().copied().filter(|(name, _)| own.iter().all(|(other, _)| other != name));
        let parts: Vec<String> = kept
            .chain(new)
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", linli_web::encode(value)))
            .collect();
        if parts.is_empty() { "/desk".to_owned() } else { format!("/desk?{}", parts.join("&")) }
    }

    pub(super) fn filter(&self, actor: &Actor, saved: &[crate::ViewCount]) -> Filter {
        let view = self.view();
        let mut filter = match view {
            "mine" => {
                Filter { holder: actor.hat().map(|hat| hat.org), open: Some(true), ..Filter::default() }
            }
            "soon" => Filter { due: Some(Window::Soon), open: Some(true), ..Filter::default() },
            "over" => Filter { due: Some(Window::Over), open: Some(true), ..Filter::default() },
            "approve" | "supervised" | "problem" => {
                let marks: &[&str] = match view {
                    "approve" => &["extension_asked", "hold_asked"],
                    "supervised" => &["supervised"],
                    _ => &["problem"],
                };
                let marks = marks.iter().map(|mark| (*mark).to_owned()).collect();
                Filter { marks, open: Some(true), ..Filter::default() }
            }
            "touched" => Filter { touched_by: actor.person(), sort: Sort::Changed, ..Filter::default() },
            "all" => Filter { sort: Sort::Changed, ..Filter::default() },
            _ => match saved.iter().find(|saved| saved.saved.is_some_and(|id| id.to_string() == view)) {
                Some(saved) => saved.filter.clone(),
                None => Filter { state: Some(view.to_owned()), ..Filter::default() },
            },
        };
        if view == "closed" {
            filter.sort = Sort::Changed;
        }
        let given = |value: &Option<String>| value.clone().filter(|value| !value.trim().is_empty());
        if let Some(words) = given(&self.q) {
            filter = Filter { words: Some(words), ..Filter::default() };
        }
        filter.community = given(&self.community).and_then(|id| id.parse().ok()).or(filter.community);
        filter.category = given(&self.category).or(filter.category);
        filter.kind = given(&self.kind).or(filter.kind);
        if let Some(sort) = given(&self.sort) {
            filter.sort = if sort == "changed" { Sort::Changed } else { Sort::Due };
        }
        filter
    }
}

/// `GET /desk`
pub(super) async fn show(
    State(work): State<Casework>,
    State(org): State<OrgState>,
    Extension(allow): Extension<Allow>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let actor = &who.actor;
    let saved = work.saved_views(actor).await?;
    let filter = asked.filter(actor, &saved);
    let after = asked.after.as_deref().map(Cursor::decode).transpose()?;
    let (rows, next) = work.list(actor, &filter, after.as_ref(), LINES).await?;
    let count = match &filter.words {
        Some(_) if next.is_none() => i64::try_from(rows.len()).unwrap_or(0),
        Some(_) => 1000,
        None => work.count(actor, &filter).await?,
    };
    let open: Option<CaseId> = asked.case.as_deref().and_then(|id| id.parse().ok());
    let shown = open.or_else(|| rows.first().map(|row| row.id));
    let here = match shown {
        Some(id) => asked.link(&[("case", &id.to_string())]),
        None => asked.link(&[]),
    };
    let case = match shown {
        Some(id) => match panel(&work, &org, &visit, actor, id, asked.step.as_deref(), &here, allow).await {
            Err(Problem::NotFound) if open.is_none() => None,
            other => Some(other?),
        },
        None => None,
    };
    let lines = rows.into_iter().map(|row| {
        let (id, on) = (row.id.to_string(), Some(row.id) == shown);
        line(&work, &visit, row, asked.link(&[("case", &id)]), on)
    });
    let lines: Vec<Line> = lines.collect();
    let (mine, states, saved) = views(&work, &visit, actor, &asked, saved).await?;
    let title = mine
        .iter()
        .chain(states.iter().flat_map(|(_, views)| views))
        .chain(&saved)
        .find(|view| view.on)
        .map(|view| view.label.clone());
    let lang = visit.lang;
    let changed = filter.sort == Sort::Changed;
    let board = Board {
        col: match asked.col.as_deref() {
            Some("views") => "views",
            _ if open.is_some() => "case",
            _ => "list",
        },
        views_href: asked.link(&[("col", "views")]),
        title: match &filter.words {
            Some(words) => crate::t::desk::found(lang, words),
            None => title.unwrap_or_else(|| crate::t::desk::all(lang).to_owned()),
        },
        count: lang.count_tab(count),
        q: filter.words.clone().unwrap_or_default(),
        view: asked.view().to_owned(),
        filters: filters(&work, &org, &visit, actor, &asked).await?,
        sort_href: asked.link(&[("sort", if changed { "due" } else { "changed" }), ("after", "")]),
        sort_label: if changed { crate::t::desk::by_change(lang) } else { crate::t::desk::by_due(lang) },
        empty: match asked.view() {
            _ if filter.words.is_some() => crate::t::desk::nothing_found(lang),
            "mine" => crate::t::desk::none_mine(lang),
            "over" => crate::t::desk::none_over(lang),
            "soon" => crate::t::desk::none_soon(lang),
            "approve" => crate::t::desk::none_approve(lang),
            "supervised" | "problem" => crate::t::desk::none_supervised(lang),
            "dispatching" => crate::t::desk::none_dispatching(lang),
            "accepting" => crate::t::desk::none_accepting(lang),
            _ => crate::t::desk::none(lang),
        },
        more: next.map(|cursor| asked.link(&[("after", &cursor.encode())])),
        excel: (allow.export && actor.may(linli_authz::Permission::Export).is_ok())
            .then(|| asked.link(&[("format", "xlsx")]).replacen("/desk", "/desk/export", 1)),
        export: (allow.export && actor.may(linli_authz::Permission::Export).is_ok())
            .then(|| asked.link(&[]).replacen("/desk", "/desk/export", 1)),
        files: actor.may(linli_authz::Permission::CaseFile).is_ok(),
        toast: asked
            .done
            .as_deref()
            .map(|step| crate::t::desk::toast(lang, visit.text(&format!("step.{step}"), &[]))),
        page: visit.page(crate::t::desk::title(lang)),
        mine,
        states,
        saved,
        lines,
        case,
        here,
    };
    html(&board)
}

async fn views(
    work: &Casework,
    visit: &Visit,
    actor: &Actor,
    asked: &Asked,
    saved: Vec<crate::ViewCount>,
) -> Result<(Vec<View>, Vec<(String, Vec<View>)>, Vec<View>)> {
    let lang = visit.lang;
    let searching = asked.q.as_deref().is_some_and(|q| !q.trim().is_empty());
    let view = |name: &str, icon, label: String, count: Option<i64>, tone| View {
        href: format!("/desk?view={name}"),
        icon,
        label,
        count: count.filter(|count| *count > 0).map(|count| lang.count_tab(count)).unwrap_or_default(),
        tone: if count.unwrap_or(0) > 0 { tone } else { "" },
        on: !searching && asked.view() == name,
        drop: None,
    };
    let own = Asked { view: Some("mine".to_owned()), ..Asked::default() }.filter(actor, &[]);
    let (own, standing) = (work.count(actor, &own).await?, work.standing(actor).await?);
    let counted = |name: &str, icon, label: &str, count: i64, tone| {
        view(name, icon, label.to_owned(), Some(count), tone)
    };
    let mine = vec![
        counted("mine", "inbox", crate::t::desk::mine(lang), own, ""),
        counted("soon", "clock", crate::t::desk::soon(lang), standing.soon, "amber"),
        counted("over", "flag", crate::t::desk::over(lang), standing.over, "red"),
        counted("approve", "signature", crate::t::desk::approve(lang), standing.approve, "amber"),
        counted("supervised", "triangle-alert", crate::t::desk::supervised(lang), standing.supervised, "red"),
        counted("problem", "users", crate::t::desk::problem(lang), standing.problem, "red"),
        view("touched", "user", crate::t::desk::touched(lang).to_owned(), None, ""),
        view("all", "list", crate::t::desk::all(lang).to_owned(), None, ""),
    ];
    let shown = |procedure: &Procedure| {
        let states = procedure.states.iter().skip(1).filter(|state| state.open || state.name == "closed");
        let views = states.map(|state| {
            let tag = super::line::Tag::of_staff(work, visit, procedure.name, state.name);
            view(state.name, tag.icon, tag.text, standing.states.get(state.name).copied(), "")
        });
        let mut views: Vec<View> = views.collect();
        if let Some(helpers) = work.helpers.as_ref().filter(|_| procedure.taken_on) {
            let label = visit.text(&format!("lanes_of.{}", procedure.name), &[]);
            views.insert(
                0,
                View { href: helpers.page(procedure.name), ..view("", "layout-list", label, None, "") },
            );
        }
        (visit.text(&format!("flow.{}", procedure.name), &[]), views)
    };
    let states = work.procedures.iter().map(|procedure| shown(procedure)).collect();
    let saved = saved.into_iter().map(|own| {
        let id = own.saved.map(|id| id.to_string()).unwrap_or_default();
        View { drop: Some(format!("/desk/views/{id}/drop")), ..view(&id, "bookmark", own.name, None, "") }
    });
    let saved = saved.collect();
    Ok((mine, states, saved))
}

async fn filters(
    work: &Casework,
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    asked: &Asked,
) -> Result<Vec<Choice>> {
    let lang = visit.lang;
    let scope = actor.may(linli_authz::Permission::OrgSee)?;
    let communities =
        linli_org::areas::of_tier(&mut org.db.read(), &scope, linli_authz::Tier::Community).await?;
    let within = actor.hat().and_then(|hat| hat.area);
    let reach = communities.into_iter().filter(|area| match within {
        Some((linli_authz::Tier::City, _)) | None => true,
        Some((linli_authz::Tier::Street, street)) => area.parent == Some(street),
        Some((_, id)) => area.id == id,
    });
    let on = |own: &Option<String>, value: &str| own.as_deref() == Some(value);
    let communities = reach.map(|area| {
        let name = super::line::pick(visit, &area.name, area.name_en.as_deref()).to_owned();
        (area.id.to_string(), name, on(&asked.community, &area.id.to_string()))
    });
    let kinds = ["inquiry", "help", "complaint", "report", "advice", "praise"].map(|kind| {
        (kind.to_owned(), visit.text(&format!("option.kind.{kind}"), &[]), on(&asked.kind, kind))
    });
    let categories =
        work.categories().groups().iter().flat_map(|group| &group.categories).filter_map(|key| {
            let name = super::line::category(work, visit, Some(key))?;
            Some((key.clone(), name, on(&asked.category, key)))
        });
    Ok(vec![
        Choice { name: "community", label: crate::t::desk::community(lang), options: communities.collect() },
        Choice { name: "category", label: crate::t::desk::category(lang), options: categories.collect() },
        Choice { name: "kind", label: crate::t::desk::kind(lang), options: kinds.to_vec() },
    ])
}

#[derive(Deserialize)]
pub(super) struct NewView {
    name: String,
    here: String,
}

/// `POST /desk/views`: saves the list as it is shown.
pub(super) async fn save_view(
    State(work): State<Casework>,
    who: SignedIn,
    ProtectedForm(form): ProtectedForm<NewView>,
) -> Result<Response, WebError> {
    let name: String = form.name.trim().chars().take(20).collect();
    if name.is_empty() {
        return Err(Problem::invalid("name", "missing").into());
    }
    let query = form.here.split_once('?').map_or("", |(_, query)| query);
    let uri = format!("/desk?{query}").parse().map_err(|e| Problem::broken("reading a view", e))?;
    let Query(asked) = Query::<Asked>::try_from_uri(&uri).map_err(|_odd| Problem::refused("unreadable"))?;
    let saved = work.saved_views(&who.actor).await?;
    work.save_view(&who.actor, name, &asked.filter(&who.actor, &saved)).await?;
    Ok(Redirect::to("/desk").into_response())
}

/// `POST /desk/views/{id}/drop`
pub(super) async fn drop_view(
    State(work): State<Casework>,
    who: SignedIn,
    Path(id): Path<Uuid>,
    _: linli_web::RawForm,
) -> Result<Response, WebError> {
    work.drop_view(&who.actor, id).await?;
    Ok(Redirect::to("/desk").into_response())
}
