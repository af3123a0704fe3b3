use super::own;
use crate::{
    orders::Part,
    services,
    t::helping as words,
    volunteers::{self, Times, Volunteer},
};
use askama::Template;
use axum::{
    extract::RawQuery,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use linli_authz::{Actor, Scope, Tier};
use linli_base::{AreaId, Flaw, Point, Problem, Result};
use linli_casework::Visitor;
use linli_org::areas;
use linli_web::{Flaws, Page, RawForm, WebError, html_with};
use std::collections::BTreeSet;

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
    streets: Vec<Choices>,
    skills: Vec<Choices>,
    week: Vec<Weekday>,
    near: String,
    fortnight: String,
    flaws: Flaws,
    saved: bool,
}

/// `GET /help/me`
pub(super) async fn show(visitor: Visitor, RawQuery(query): RawQuery) -> Result<Response, WebError> {
    let actor = own(&visitor)?;
    let volunteer = volunteers::of(&mut visitor.work.db().read(), &actor).await?;
    let form = volunteer.as_ref().map(typed).unwrap_or_default();
    page(&visitor, volunteer.is_some(), &form, &[], query.as_deref() == Some("saved")).await
}

/// `POST /help/me`
pub(super) async fn save(visitor: Visitor, form: RawForm) -> Result<Response, WebError> {
    let actor = own(&visitor)?;
    let work = &visitor.work;
    let before = volunteers::of(&mut work.db().read(), &actor).await?;
    let new = match read(&visitor, &actor, &form, before.as_ref()).await {
        Ok(new) => new,
        Err(Problem::Invalid(flaws)) => return page(&visitor, before.is_some(), &form, &flaws, false).await,
        Err(other) => return Err(other.into()),
    };
    match volunteers::join(work.db(), work.world(), &actor, new).await {
        Ok(()) => Ok(Redirect::to("/help/me?saved").into_response()),
        Err(Problem::Invalid(flaws)) => page(&visitor, before.is_some(), &form, &flaws, false).await,
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
    let mut form = RawForm::default();
    let mut put = |name: &str, values: Vec<String>| drop(form.0.insert(name.to_owned(), values));
    put("community", vec![volunteer.community.to_string()]);
    put("skills", volunteer.skills.clone());
    put("times", times().filter(|(day, part)| volunteer.times.has(*day, *part)).map(time).collect());
    put("fortnight", vec![volunteer.fortnight.to_string()]);
    form
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
        unit: unit(visitor, actor),
        community,
        skills: form.all("skills").to_vec(),
        times: Times::of(times().filter(|one| form.all("times").contains(&time(*one)))),
        point,
        fortnight: form.first("fortnight").parse().unwrap_or(0),
        since: visitor.visit.now.day(),
    })
}

/// The unit of a member on dual duty: the org that they are signed in for.
fn unit(visitor: &Visitor, actor: &Actor) -> Option<linli_base::OrgId> {
    let same = |staff: &&Actor| staff.person() == actor.person();
    visitor.staff.as_ref().filter(same).and_then(Actor::hat).map(|hat| hat.org)
}

/// A compound or building of the community that the words name.
async fn point(visitor: &Visitor, community: AreaId, near: &str) -> Result<Option<Point>> {
    let found = visitor.work.addresses().suggest(&mut visitor.work.db().read(), near).await?;
    let found = found.into_iter().find(|found| found.columns.community == Some(community));
    Ok(found.and_then(|found| found.point))
}

async fn page(
    visitor: &Visitor,
    joined: bool,
    form: &RawForm,
    flaws: &[Flaw],
    saved: bool,
) -> Result<Response, WebError> {
    let (visit, lang) = (&visitor.visit, visitor.visit.lang);
    let scope = Scope::system("offer communities and skills");
    let mut read = visitor.work.db().read();
    let pick = |zh: &str, en: Option<&str>| if lang.is_zh() { zh } else { en.unwrap_or(zh) }.to_owned();
    let communities = areas::of_tier(&mut read, &scope, Tier::Community).await?;
    let choice = |value: String, label: String, field: &str| Choice {
        on: form.all(field).contains(&value),
        value,
        label,
    };
    let streets = areas::of_tier(&mut read, &scope, Tier::Street).await?.into_iter().map(|street| Choices {
        label: pick(&street.name, street.name_en.as_deref()),
        choices: (communities.iter().filter(|area| area.parent == Some(street.id)))
            .map(|area| choice(area.id.to_string(), pick(&area.name, area.name_en.as_deref()), "community"))
            .collect(),
    });
    let (mut skills, mut seen): (Vec<Choices>, BTreeSet<String>) = (Vec::new(), BTreeSet::new());
    for line in services::list(&mut read, None, visit.now.day()).await? {
        let [group, zh, en] = line.group;
        if !seen.insert(group.clone()) {
            continue;
        }
        let label = pick(&line.category[1], Some(&line.category[2]));
        let skill = choice(group, pick(&zh, Some(&en)), "skills");
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
    let given = form.first("fortnight");
    let page = MePage {
        page: visit.page(words::me(lang)),
        joined,
        streets: streets.collect(),
        skills,
        week: week.collect(),
        near: form.first("near").to_owned(),
        fortnight: if given.is_empty() { "2".to_owned() } else { given.to_owned() },
        flaws: visit.flaws(flaws),
        saved,
    };
    let status = if flaws.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html_with(status, &page)
}
