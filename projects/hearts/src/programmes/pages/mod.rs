//! `/programmes`: what is coming for everybody, signing up and off, and the pages of whoever runs one.

mod activity;
mod edit;
mod list;
mod show;

use super::{Activity, Programme};
use crate::services::pages::Named;
use axum::{
    Router,
    extract::FromRef,
    routing::{get, post},
};
use linli_casework::{Casework, Uploads};
use linli_web::{Site, Visit};

/// `/programmes` and what lies below it. To be laid inside `linli_org::who` and `linli_web::dress`.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Site: FromRef<S>,
    Casework: FromRef<S>,
    Uploads: FromRef<S>,
{
    Router::new()
        .route("/programmes", get(list::show))
        .route("/programmes/new", get(edit::new).post(edit::make))
        .route("/programmes/{id}", get(show::show))
        .route("/programmes/{id}/edit", get(edit::show).post(edit::save))
        .route("/programmes/{id}/end", post(edit::end))
        .route("/programmes/{id}/activities/new", get(activity::new).post(activity::add))
        .route("/programmes/{id}/activities/{activity}", get(activity::show).post(activity::save))
        .route("/programmes/{id}/activities/{activity}/off", post(activity::call_off))
        .route("/programmes/{id}/activities/{activity}/came", post(activity::came))
        .route("/programmes/{id}/activities/{activity}/sign", post(show::sign_up))
        .route("/programmes/{id}/activities/{activity}/sign-off", post(show::sign_off))
}

/// A programme in a list.
pub(crate) struct Row {
    pub href: String,
    pub title: Named,
    pub org: Named,
    pub place: Named,
    /// When its next activity is; empty where none is set.
    pub next: String,
}

impl Row {
    pub fn new(visit: &Visit, one: &Programme) -> Row {
        let lang = visit.lang;
        Row {
            href: format!("/programmes/{}", one.id),
            title: Named::new(lang, &one.title, one.title_en.as_deref()),
            org: Named::new(lang, &one.org, one.org_en.as_deref()),
            place: Named::new(lang, &one.area, one.area_en.as_deref()),
            next: one.next_at.map(|at| lang.date_weekday(at.day(), visit.now.day())).unwrap_or_default(),
        }
    }
}

/// How far an activity has come.
enum Stage {
    Coming,
    Now,
    Over,
    /// Called off, and why.
    Off(Named),
}

/// An activity as everybody sees it.
pub(crate) struct Line {
    /// The programme's page.
    pub href: String,
    pub id: String,
    pub title: Named,
    /// `10月10日 星期六 9:00–11:00`.
    pub when: String,
    pub place: Named,
    /// How many are wanted yet, in words.
    pub left: String,
    pub full: bool,
    stage: Stage,
    pub changed: bool,
    /// Whether the visitor has signed up.
    pub mine: bool,
}

impl Line {
    pub fn new(visit: &Visit, one: &Activity, mine: bool) -> Line {
        let (lang, left) = (visit.lang, one.wanted - one.signed);
        let day = lang.date_weekday(one.begins_at.day(), visit.now.day());
        let full = left <= 0;
        Line {
            href: format!("/programmes/{}", one.programme),
            id: one.id.to_string(),
            title: Named::new(lang, &one.title, one.title_en.as_deref()),
            when: format!("{day} {}–{}", lang.time(one.begins_at), lang.time(one.ends_at)),
            place: Named::new(lang, &one.place, None),
            left: if full {
                crate::t::programme::full(lang).to_owned()
            } else {
                crate::t::programme::left(lang, left)
            },
            full,
            stage: match &one.off_reason {
                Some(why) => Stage::Off(Named::new(lang, why, None)),
                None if one.ends_at <= visit.now => Stage::Over,
                None if one.begins_at <= visit.now => Stage::Now,
                None => Stage::Coming,
            },
            changed: one.changed_at.is_some(),
            mine,
        }
    }

    /// It has not begun, and was not called off.
    pub fn open(&self) -> bool {
        matches!(self.stage, Stage::Coming)
    }

    /// It is over.
    pub fn over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    /// Why it was called off.
    pub fn off(&self) -> Option<&Named> {
        match &self.stage {
            Stage::Off(why) => Some(why),
            _ => None,
        }
    }
}
