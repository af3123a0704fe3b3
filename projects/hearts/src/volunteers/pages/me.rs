use super::own;
use crate::{
    orders::Part,
    reach::named_in,
    services::{
        self,
        pages::{Named, Street, streets},
    },
    t::helping as words,
    volunteers::{self, Times, Volunteer},
};
use askama::Template;
use axum::{
    extract::RawQuery,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use linli_authz::{Actor, Scope};
use linli_base::{AreaId, Flaw, OrgId, Point, Problem, Result};
use linli_casework::Visitor;
use linli_org::orgs;
use linli_web::{Flaws, Page, RawForm, WebError, html_with};

struct Choice {
    value: String,
    label: String,
    on: bool,
}

/// A heading with its choices.
struct Choices {
    label: String,
    choices: Vec<Choice>,
}

/// A day of the week with its three parts.
struct Weekday {
    label: String,
    parts: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "volunteers/me.html")]
struct MePage {
    page: Page,
    joined: bool,
    streets: Vec<Street>,
    /// The chosen community.
    chosen: String,
    skills: Vec<Choices>,
    week: Vec<Weekday>,
    near: String,
    /// Their unit by key, and whether they help as its member.
    unit: Option<(String, Named, bool)>,
    fortnight: String,
    flaws: Flaws,
    saved: bool,
}

/// `GET /help/me`
pub(super) async fn show(visitor: Visitor, RawQuery(query): RawQuery) -> Result<Response, WebError> {
    let actor = own(&visitor)?;
    let volunteer = volunteers::of(&mut visitor.work.db().read(), &actor).await?;
    let form = volunteer.as_ref().map(typed).unwrap_or_default();
    page(&visitor, volunteer.as_ref(), &form, &[], query.as_deref() == Some("saved")).await
}

/// `POST /help/me`
pub(super) async fn save(visitor: Visitor, form: RawForm) -> Result<Response, WebError> {
    let actor = own(&visitor)?;
    let work = &visitor.work;
    let before = volunteers::of(&mut work.db().read(), &actor).await?;
    let new = match read(&visitor, &actor, &form, before.as_ref()).await {
        Ok(new) => new,
        Err(Problem::Invalid(flaws)) => return page(&visitor, before.as_ref(), &form, &flaws, false).await,
        Err(other) => return Err(other.into()),
    };
    match volunteers::join(work.db(), work.world(), &actor, new).await {
        Ok(()) => Ok(Redirect::to("/help/me?saved").into_response()),
        Err(Problem::Invalid(flaws)) => page(&visitor, before.as_ref(), &form, &flaws, false).await,
        Err(other) => Err(other.into()),
    }
}

/// `POST /help/me/leave`
pub(super) async fn leave(visitor: Visitor, _: RawForm) -> Result<Response, WebError> {
    volunteers::leave(visitor.work.db(), visitor.work.world(), &own(&visitor)?).await?;
    Ok(Redirect::to("/help").into_response())
}

/// What somebody has said of themselves, as the form sends it.
fn typed(volunteer: &Volunteer) -> RawForm {
    RawForm::of([
        ("community", vec![volunteer.community.to_string()]),
        ("skills", volunteer.skills.clone()),
        ("times", times().filter(|(day, part)| volunteer.times.has(*day, *part)).map(time).collect()),
        ("unit", volunteer.unit.iter().map(ToString::to_string).collect()),
        ("fortnight", vec![volunteer.fortnight.to_string()]),
    ])
}

/// Every part of a week.
fn times() -> impl Iterator<Item = (usize, Part)> {
    (0..7).flat_map(|day| Part::ALL.map(|part| (day, part)))
}

fn time((day, part): (usize, Part)) -> String {
    format!("{day}.{}", part.name())
}

async fn read(
    visitor: &Visitor,
    actor: &Actor,
    form: &RawForm,
    before: Option<&Volunteer>,
) -> Result<Volunteer> {
    let community: AreaId =
        form.first("community").parse().map_err(|_none| Flaw::new("community", "missing"))?;
    let near = form.first("near");
    // an empty field leaves the point as it was, for it is not shown again
    let point = if near.is_empty() {
        before.filter(|before| before.community == community).and_then(|before| before.point)
    } else {
        Some(point(visitor, community, near).await?.ok_or_else(|| Flaw::new("near", "place_unknown"))?)
    };
    Ok(Volunteer {
        unit: unit(visitor, actor, before).filter(|unit| form.first("unit") == unit.to_string()),
        community,
        skills: form.all("skills").to_vec(),
        times: Times::of(times().filter(|one| form.all("times").contains(&time(*one)))),
        point,
        fortnight: form.first("fortnight").parse().unwrap_or(0),
        since: visitor.visit.now.day(),
    })
}

/// The unit that they may help for: the org that they are signed in for, or the one that they named before.
fn unit(visitor: &Visitor, actor: &Actor, before: Option<&Volunteer>) -> Option<OrgId> {
    let same = |staff: &&Actor| staff.person() == actor.person();
    let post = visitor.staff.as_ref().filter(same).and_then(Actor::hat).map(|hat| hat.org);
    post.or_else(|| before.and_then(|before| before.unit))
}

/// A compound or building of the community that the words name.
async fn point(visitor: &Visitor, community: AreaId, near: &str) -> Result<Option<Point>> {
    let found = named_in(&visitor.work, &mut visitor.work.db().read(), community, near).await?;
    Ok(found.and_then(|found| found.point))
}

async fn page(
    visitor: &Visitor,
    before: Option<&Volunteer>,
    form: &RawForm,
    flaws: &[Flaw],
    saved: bool,
) -> Result<Response, WebError> {
    let (visit, lang) = (&visitor.visit, visitor.visit.lang);
    let mut read = visitor.work.db().read();
    let pick = |zh: &str, en: &str| if lang.is_zh() { zh } else { en }.to_owned();
    let choice = |value: String, label: String, field: &str| Choice {
        on: form.all(field).contains(&value),
        value,
        label,
    };
    let mut skills: Vec<Choices> = Vec::new();
    for group in services::groups(&mut read).await? {
        let label = pick(&group.category, &group.category_en);
        let skill = choice(group.key, pick(&group.name, &group.name_en), "skills");
        match skills.last_mut().filter(|last| last.label == label) {
            Some(last) => last.choices.push(skill),
            None => skills.push(Choices { label, choices: vec![skill] }),
        }
    }
    let week = (0..7).map(|day| Weekday {
        label: visit.text(&format!("weekday.d{day}"), &[]),
        parts: Part::ALL
            .map(|part| {
                let label = visit.text(&format!("short_part.{}", part.name()), &[]);
                choice(time((day, part)), label, "times")
            })
            .into(),
    });
    let unit = unit(visitor, &own(visitor)?, before);
    let unit = orgs::names(&mut read, &Scope::system("name one's own unit"), unit).await?.pop();
    let given = form.first("fortnight");
    let page = MePage {
        page: visit.page(words::me(lang)),
        joined: before.is_some(),
        streets: streets(&mut read, lang).await?,
        chosen: form.first("community").to_owned(),
        skills,
        week: week.collect(),
        near: form.first("near").to_owned(),
        unit: unit.map(|org| {
            let (key, name) = (org.id.to_string(), Named::new(lang, &org.name, org.name_en.as_deref()));
            let on = form.first("unit") == key;
            (key, name, on)
        }),
        fortnight: if given.is_empty() { "2".to_owned() } else { given.to_owned() },
        flaws: visit.flaws(flaws),
        saved,
    };
    let status = if flaws.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html_with(status, &page)
}
