//! The forms in which a system administrator enters people and posts.

use super::{
    prelude::*,
    views::{AreaLink, Named},
};
use crate::{
    areas, orgs,
    people::{self, EditPerson, PersonForm, PostForm},
};
use linli_authz::{Permission, Scope, Tier};
use linli_base::{AreaId, OrgId, PersonId, Problem};
use linli_web::{Flaws, RawForm};

#[derive(Template)]
#[template(path = "org/person_form.html")]
struct FormPage {
    page: Page,
    lang: Lang,
    lead: Option<&'static str>,
    flaws: Flaws,
    /// Where not to change anything leads.
    back: String,
    /// The person's fields, where they are asked.
    person: Option<PersonForm>,
    /// Whether an empty phone leaves one as it is.
    keeps_phone: bool,
    version: i64,
    /// The post's fields, where they are asked.
    post: Option<PostFields>,
    submit: &'static str,
}

struct PostFields {
    form: PostForm,
    /// The orgs to choose from, where it is asked.
    orgs: Vec<(OrgId, String, bool)>,
    /// The grids to choose from.
    areas: Vec<(AreaId, String, bool)>,
}

fn person_form(fields: &RawForm) -> PersonForm {
    let text = |name: &str| fields.first(name).to_owned();
    PersonForm { name: text("name"), name_en: text("name_en"), phone: text("phone") }
}

fn post_form(fields: &RawForm) -> PostForm {
    let text = |name: &str| fields.first(name).to_owned();
    PostForm {
        title: text("title"),
        title_en: text("title_en"),
        from_day: text("from_day"),
        to_day: text("to_day"),
        area: text("area"),
        roles: Vec::new(),
    }
}

async fn post_fields(
    org: &OrgState,
    scope: &Scope,
    lang: Lang,
    led: Option<AreaId>,
    form: PostForm,
) -> Result<PostFields, Problem> {
    let read = &mut org.db.read();
    let mut within = Vec::new();
    if let Some(led) = led {
        within = areas::children(read, scope, led).await?;
        within.retain(|area| area.tier == Tier::Grid);
    }
    let area = |area: &crate::Area| {
        let link = AreaLink::new(lang, area);
        (link.id, link.name.text, form.area == link.id.to_string())
    };
    let areas = within.iter().map(area).collect();
    Ok(PostFields { form, orgs: Vec::new(), areas })
}

async fn new_page(
    org: &OrgState,
    visit: &Visit,
    scope: &Scope,
    id: OrgId,
    (person, form): (PersonForm, PostForm),
    flaws: Flaws,
) -> Result<FormPage, Problem> {
    let lang = visit.lang;
    let at = orgs::by_id(&mut org.db.read(), scope, id).await?;
    let name = Named::new(lang, &at.name, at.name_en.as_deref()).text;
    Ok(FormPage {
        page: visit.page(t::people::add_to(lang, name)),
        lang,
        lead: Some(t::people::add_lead(lang)),
        flaws,
        back: format!("/orgs/{id}"),
        person: Some(person),
        keeps_phone: false,
        version: 0,
        post: Some(post_fields(org, scope, lang, at.leads.map(|(_, area)| area), form).await?),
        submit: t::people::save_new(lang),
    })
}

/// `GET /orgs/{id}/people/new`
pub(super) async fn new(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<OrgId>,
) -> Answer {
    let scope = who.actor.may(Permission::OrgEdit)?;
    let from_day = visit.now.day().to_string();
    let empty = (PersonForm::default(), PostForm { from_day, ..PostForm::default() });
    html(&new_page(&org, &visit, &scope, id, empty, Flaws::default()).await?)
}

/// `POST /orgs/{id}/people/new`
pub(super) async fn create(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<OrgId>,
    fields: RawForm,
) -> Answer {
    let scope = who.actor.may(Permission::OrgEdit)?;
    let (person, seat) = (person_form(&fields), post_form(&fields));
    match people::create(&org, &who.actor, id, &person, &seat).await {
        Ok(_) => Ok(Redirect::to(&format!("/orgs/{id}")).into_response()),
        Err(Problem::Invalid(flaws)) => {
            let again = new_page(&org, &visit, &scope, id, (person, seat), visit.flaws(&flaws)).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn edit_page(
    org: &OrgState,
    visit: &Visit,
    scope: &Scope,
    id: PersonId,
    typed: Option<(PersonForm, i64)>,
    flaws: Flaws,
) -> Result<FormPage, Problem> {
    let lang = visit.lang;
    let row = people::by_id(&mut org.db.read(), scope, id).await?;
    let heading = t::people::edit_title(lang, Named::new(lang, &row.name, row.name_en.as_deref()).text);
    let stored =
        PersonForm { name: row.name, name_en: row.name_en.unwrap_or_default(), phone: String::new() };
    let (person, version) = typed.unwrap_or((stored, row.version));
    Ok(FormPage {
        page: visit.page(heading),
        lang,
        lead: None,
        flaws,
        back: format!("/people/{id}"),
        person: Some(person),
        keeps_phone: row.has_phone,
        version,
        post: None,
        submit: t::people::save(lang),
    })
}

/// `GET /people/{id}/edit`
pub(super) async fn edit(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<PersonId>,
) -> Answer {
    let scope = who.actor.may(Permission::OrgEdit)?;
    html(&edit_page(&org, &visit, &scope, id, None, Flaws::default()).await?)
}

/// `POST /people/{id}/edit`
pub(super) async fn save(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<PersonId>,
    fields: RawForm,
) -> Answer {
    let scope = who.actor.may(Permission::OrgEdit)?;
    let version = fields.first("version").parse().unwrap_or(0);
    let change = EditPerson { id, version, form: person_form(&fields) };
    match people::edit(&org, &who.actor, &change).await {
        Ok(()) => Ok(Redirect::to(&format!("/people/{id}")).into_response()),
        Err(Problem::Invalid(flaws)) => {
            let typed = Some((change.form, version));
            let again = edit_page(&org, &visit, &scope, id, typed, visit.flaws(&flaws)).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn post_page(
    org: &OrgState,
    visit: &Visit,
    scope: &Scope,
    id: PersonId,
    (form, chosen): (PostForm, Option<OrgId>),
    flaws: Flaws,
) -> Result<FormPage, Problem> {
    let lang = visit.lang;
    let read = &mut org.db.read();
    let row = people::by_id(read, scope, id).await?;
    let all = orgs::list(read, scope, &orgs::OrgFilter::default(), 10_000).await?;
    let mut post = post_fields(org, scope, lang, None, form).await?;
    let choice = |org: &crate::Org| {
        (org.id, Named::new(lang, &org.name, org.name_en.as_deref()).text, chosen == Some(org.id))
    };
    post.orgs = all.iter().map(choice).collect();
    let name = Named::new(lang, &row.name, row.name_en.as_deref()).text;
    Ok(FormPage {
        page: visit.page(t::people::add_post_title(lang, name)),
        lang,
        lead: None,
        flaws,
        back: format!("/people/{id}"),
        person: None,
        keeps_phone: false,
        version: 0,
        post: Some(post),
        submit: t::people::save_new(lang),
    })
}

/// `GET /people/{id}/posts/new`
pub(super) async fn new_post(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<PersonId>,
) -> Answer {
    let scope = who.actor.may(Permission::OrgEdit)?;
    let form = PostForm { from_day: visit.now.day().to_string(), ..PostForm::default() };
    html(&post_page(&org, &visit, &scope, id, (form, None), Flaws::default()).await?)
}

/// `POST /people/{id}/posts/new`
pub(super) async fn add_post(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<PersonId>,
    fields: RawForm,
) -> Answer {
    let scope = who.actor.may(Permission::OrgEdit)?;
    let chosen: Option<OrgId> = fields.first("org").parse().ok();
    let form = post_form(&fields);
    let added = match chosen {
        Some(at) => people::add_post(&org, &who.actor, id, at, &form).await.map(|_| ()),
        None => Err(Problem::invalid("org", "org_missing")),
    };
    match added {
        Ok(()) => Ok(Redirect::to(&format!("/people/{id}")).into_response()),
        Err(Problem::Invalid(flaws)) => {
            let again = post_page(&org, &visit, &scope, id, (form, chosen), visit.flaws(&flaws)).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(problem) => Err(problem.into()),
    }
}
