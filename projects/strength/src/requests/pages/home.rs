use super::{super::REQUEST, case::Name};
use crate::t;
use askama::Template;
use axum::response::Response;
use linli_authz::{Actor, Scope};
use linli_base::Result;
use linli_casework::{Tag, Visitor};
use linli_web::{Page, WebError, html};

#[derive(Template)]
#[template(path = "requests/home.html")]
struct HomePage {
    page: Page,
    /// The city, or the street or community that this installation serves.
    place: Option<Name>,
    today: String,
    mine: Vec<Mine>,
    /// What neighbours may read, the newest first.
    near: Vec<Mine>,
    /// Wishes that are shown.
    wishes: Vec<Mine>,
}

/// A case of the visitor's own, or one that is public.
pub(super) struct Mine {
    pub href: String,
    pub title: String,
    pub tag: Tag,
    pub number: String,
    waits: bool,
}

/// The home: say it, look it up, and one's own requests, those that wait for the asker first.
pub(super) async fn show(visitor: Visitor) -> Result<Response, WebError> {
    let visit = &visitor.visit;
    let scope = Scope::system("name the city");
    let root = linli_org::areas::root(&mut visitor.work.db().read(), &scope).await?;
    let page = HomePage {
        page: visit.page(t::home::title(visit.lang)),
        place: root.map(|area| Name::new(visit.lang, &area.name, area.name_en.as_deref())),
        today: visit.lang.date_weekday(visit.now.day(), visit.now.day()),
        mine: mine(&visitor).await?,
        near: near(&visitor, REQUEST.name).await?,
        wishes: near(&visitor, "wish").await?,
    };
    html(&page)
}

/// What is public, by its copy: title and place as the reviewer wrote them.
async fn near(visitor: &Visitor, procedure: &str) -> Result<Vec<Mine>> {
    let page = if procedure == REQUEST.name { "/public" } else { "/wishes" };
    let shown = visitor.work.public_list(procedure, 3).await?.into_iter().map(|row| Mine {
        href: format!("{}/{}", page, row.number),
        title: row.title,
        tag: Tag::of_asker(&visitor.work, &visitor.visit, procedure, &row.case_state),
        number: if row.place.is_empty() { row.community.unwrap_or_default() } else { row.place },
        waits: false,
    });
    Ok(shown.collect())
}

/// What the signed-in person has asked for, and the case whose code was typed in this browser.
pub(super) async fn mine(visitor: &Visitor) -> Result<Vec<Mine>> {
    let mut mine: Vec<Mine> = Vec::new();
    let mut add = |number: String, title: String, procedure: &str, state: &str| {
        if !mine.iter().any(|other| other.number == number) {
            mine.push(Mine {
                href: format!("/my/{number}"),
                title,
                tag: Tag::of_asker(&visitor.work, &visitor.visit, procedure, state),
                number,
                waits: matches!(state, "calling" | "supplementing" | "rating"),
            });
        }
    };
    if let Some(actor @ Actor::Asker(id)) = &visitor.asked {
        let row = visitor.work.view(actor, *id).await?.loaded.row;
        add(row.number, row.title, &row.procedure, &row.state);
    }
    if let Some(own) = &visitor.own {
        for line in visitor.work.own(own).await? {
            add(line.number, line.title, &line.procedure, &line.state);
        }
    }
    mine.sort_by_key(|one| !one.waits);
    Ok(mine)
}
