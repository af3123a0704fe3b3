use super::skills;
use crate::{
    alliances::{self, Alliance, Member},
    asker::verdict,
    programmes::{self, pages::Row},
    services::pages::Named,
    t::alliance as words,
    volunteers,
};
use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use linli_authz::Actor;
use linli_base::{OrgId, Problem, Refusal, Result};
use linli_casework::Visitor;
use linli_web::{Page, RawForm, WebError, html_with};

#[derive(Template)]
#[template(path = "alliances/show.html")]
struct ShowPage {
    page: Page,
    id: String,
    name: Named,
    place: Named,
    about: Named,
    since: String,
    /// When it was ended.
    ended: Option<String>,
    skills: Vec<Named>,
    units: Vec<Named>,
    people: i64,
    programmes: Vec<Row>,
    /// Whether the visitor may join as themselves, or belongs.
    joined: bool,
    volunteer: bool,
    /// The unit that the visitor leads, and whether it belongs.
    unit: Option<(String, bool)>,
    /// Whether the visitor's desk answers for it.
    own: bool,
    refused: Option<String>,
}

/// `GET /alliances/{id}`
pub(super) async fn show(visitor: Visitor, Path(id): Path<OrgId>) -> Result<Response, WebError> {
    page(&visitor, id, None).await
}

/// `POST /alliances/{id}/join`: as oneself, or with `as=unit` for the unit that one leads.
pub(super) async fn join(
    visitor: Visitor,
    Path(id): Path<OrgId>,
    form: RawForm,
) -> Result<Response, WebError> {
    let (actor, member) = who(&visitor, &form)?;
    match alliances::join(visitor.work.db(), visitor.work.world(), &actor, id, member).await {
        Ok(()) => Ok(Redirect::to(&format!("/alliances/{id}")).into_response()),
        Err(Problem::Refused(why)) => page(&visitor, id, Some(why)).await,
        Err(other) => Err(other.into()),
    }
}

/// `POST /alliances/{id}/leave`
pub(super) async fn leave(
    visitor: Visitor,
    Path(id): Path<OrgId>,
    form: RawForm,
) -> Result<Response, WebError> {
    let (actor, member) = who(&visitor, &form)?;
    alliances::leave(visitor.work.db(), visitor.work.world(), &actor, id, member).await?;
    Ok(Redirect::to(&format!("/alliances/{id}")).into_response())
}

/// Who speaks, and who joins or leaves by it.
fn who(visitor: &Visitor, form: &RawForm) -> Result<(Actor, Member)> {
    let staff = visitor.staff.clone().ok_or(Problem::SignIn)?;
    let member = if form.first("as") == "unit" { Member::unit(&staff) } else { Member::person(&staff) };
    Ok((staff, member.ok_or(Problem::Forbidden { owner: None })?))
}

async fn page(visitor: &Visitor, id: OrgId, refused: Option<Refusal>) -> Result<Response, WebError> {
    let (visit, lang, mut read) = (&visitor.visit, visitor.visit.lang, visitor.work.db().read());
    let one = alliances::by_id(&mut read, id).await?;
    let chosen: Vec<String> = one.skills.split(' ').map(str::to_owned).collect();
    let skills = skills(&mut read, lang, &chosen).await?.into_iter().filter(|(_, _, on)| *on);
    let units = alliances::units(&mut read, id).await?;
    let of = programmes::Of { org: Some(id), ..programmes::Of::default() };
    let runs = programmes::list(&mut read, of, visit.now).await?;
    let (mut joined, mut volunteer, mut unit, mut own) = (false, false, None, false);
    if let Some(staff) = &visitor.staff {
        if let Some(member) = Member::person(staff) {
            joined = alliances::belongs(&mut read, id, member).await?;
            volunteer = volunteers::of(&mut read, staff).await?.is_some();
        }
        if let (Some(member), Some(hat)) = (Member::unit(staff), staff.hat()) {
            unit = Some((hat.org_name.clone(), alliances::belongs(&mut read, id, member).await?));
        }
        own = alliances::own(&mut read, staff, id).await.is_ok();
    }
    let day = |day| lang.date_near(day, visit.now.day());
    let (status, refused) = verdict(visit, refused, &[]);
    let page = ShowPage {
        page: visit.page(said(&one, lang)),
        id: id.to_string(),
        name: Named::new(lang, &one.name, one.name_en.as_deref()),
        place: Named::new(lang, &one.area, one.area_en.as_deref()),
        about: Named::new(lang, &one.about, one.about_en.as_deref()),
        since: day(one.from_day),
        ended: one.to_day.map(day),
        skills: skills.map(|(_, name, _)| name).collect(),
        units: units.iter().map(|unit| Named::new(lang, &unit.name, unit.name_en.as_deref())).collect(),
        people: one.people,
        programmes: runs.iter().map(|one| Row::new(visit, one)).collect(),
        joined,
        volunteer,
        unit: unit.filter(|_| !own),
        own,
        refused,
    };
    html_with(status, &page)
}

fn said(one: &Alliance, lang: linli_i18n::Lang) -> String {
    words::page(lang, Named::new(lang, &one.name, one.name_en.as_deref()).text)
}
