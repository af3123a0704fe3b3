use super::Line;
use crate::{
    alliances::pages::skills, asker::verdict, programmes, services::pages::Named, t::programme as words,
    volunteers,
};
use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use linli_authz::Actor;
use linli_base::{Problem, Refusal, Result};
use linli_casework::Visitor;
use linli_web::{Page, RawForm, WebError, html_with};
use uuid::Uuid;

#[derive(Template)]
#[template(path = "alliances/programme.html")]
struct ShowPage {
    page: Page,
    id: String,
    title: Named,
    org: Named,
    place: Named,
    about: Named,
    skill: Option<Named>,
    /// From when to when, in words.
    days: String,
    ended: bool,
    coming: Vec<Line>,
    /// What is over, for whoever runs it.
    over: Vec<Line>,
    volunteer: bool,
    runs: bool,
    refused: Option<String>,
}

/// `GET /programmes/{id}`
pub(super) async fn show(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, WebError> {
    page(&visitor, id, None).await
}

/// `POST /programmes/{id}/activities/{activity}/sign`
pub(super) async fn sign_up(
    visitor: Visitor,
    Path((id, activity)): Path<(Uuid, Uuid)>,
    _: RawForm,
) -> Result<Response, WebError> {
    let actor = own(&visitor)?;
    let signed = programmes::sign_up(visitor.work.db(), visitor.work.world(), &actor, activity).await;
    answer(&visitor, id, signed).await
}

/// `POST /programmes/{id}/activities/{activity}/sign-off`
pub(super) async fn sign_off(
    visitor: Visitor,
    Path((id, activity)): Path<(Uuid, Uuid)>,
    _: RawForm,
) -> Result<Response, WebError> {
    let actor = own(&visitor)?;
    let signed = programmes::sign_off(visitor.work.db(), visitor.work.world(), &actor, activity).await;
    answer(&visitor, id, signed).await
}

async fn answer(visitor: &Visitor, id: Uuid, done: Result<()>) -> Result<Response, WebError> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/programmes/{id}")).into_response()),
        Err(Problem::Refused(why)) => page(visitor, id, Some(why)).await,
        Err(other) => Err(other.into()),
    }
}

fn own(visitor: &Visitor) -> Result<Actor> {
    visitor.own.clone().ok_or(Problem::SignIn)
}

async fn page(visitor: &Visitor, id: Uuid, refused: Option<Refusal>) -> Result<Response, WebError> {
    let (visit, lang, mut read) = (&visitor.visit, visitor.visit.lang, visitor.work.db().read());
    let one = programmes::by_id(&mut read, id, visit.now).await?;
    let (mut mine, mut volunteer, mut runs) = (Vec::new(), false, false);
    if let Some(actor) = &visitor.own {
        mine = programmes::mine_of(&mut read, actor, id).await?;
        volunteer = volunteers::of(&mut read, actor).await?.is_some();
    }
    if let Some(staff) = &visitor.staff {
        runs = programmes::run(&mut read, staff, id, visit.now).await.is_ok();
    }
    let since = if runs { visit.now.day().plus(-programmes::BACK).start() } else { visit.now };
    let all = programmes::activities(&mut read, id, since).await?;
    let lines = all.iter().map(|activity| Line::new(visit, activity, mine.contains(&activity.id)));
    let (over, coming) = lines.zip(&all).partition::<Vec<_>, _>(|(_, one)| one.ends_at <= visit.now);
    let first = |lines: Vec<(Line, _)>| lines.into_iter().map(|(line, _)| line).collect();
    let chosen: Vec<String> = one.skill.iter().cloned().collect();
    let skill = skills(&mut read, lang, &chosen).await?.into_iter().find(|(_, _, on)| *on);
    let day = |day| lang.date_near(day, visit.now.day());
    let title = Named::new(lang, &one.title, one.title_en.as_deref());
    let (status, refused) = verdict(visit, refused, &[]);
    let page = ShowPage {
        page: visit.page(words::page(lang, &title.text)),
        id: id.to_string(),
        title,
        org: Named::new(lang, &one.org, one.org_en.as_deref()),
        place: Named::new(lang, &one.area, one.area_en.as_deref()),
        about: Named::new(lang, &one.about, one.about_en.as_deref()),
        skill: skill.map(|(_, name, _)| name),
        days: match one.to_day {
            Some(to) => words::from_to(lang, day(one.from_day), day(to)),
            None => words::since(lang, day(one.from_day)),
        },
        ended: one.ended_at.is_some(),
        coming: first(coming),
        over: first(over),
        volunteer,
        runs,
        refused,
    };
    html_with(status, &page)
}
