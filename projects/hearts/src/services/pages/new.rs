//! An item of a community's own.

use super::{
    desk::{self, Asked, Book},
    form::Form,
    prelude::*,
};
use crate::services::{GroupRow, NewItem};
use linli_org::audit::{Entry, audit};
use serde_json::json;

#[derive(Template)]
#[template(path = "services/new.html")]
struct NewPage {
    page: Page,
    place: Named,
    back: String,
    action: String,
    called: String,
    called_en: String,
    group: String,
    groups: Vec<(Named, Vec<(String, Named)>)>,
    form: Form,
    flaws: Flaws,
}

async fn may(org: &OrgState, visit: &Visit, actor: &Actor, asked: &Asked) -> Result<Book> {
    let book = desk::open(org, visit, actor, asked).await?;
    match (&book.community, book.may_edit) {
        (None, _) => Err(Problem::NotFound),
        (Some(_), false) => Err(Problem::Forbidden { owner: None }),
        (Some(_), true) => Ok(book),
    }
}

/// `GET /catalogue/new`
pub(super) async fn form(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    let book = may(&org, &visit, &who.actor, &asked).await?;
    let prices = vec![<(String, String)>::default()];
    let form = Form { used: true, way: Way::Volunteer.name().to_owned(), prices, ..Form::default() };
    page(&org, &visit, &book, &RawForm::default(), form, &[]).await
}

async fn page(
    org: &OrgState,
    visit: &Visit,
    book: &Book,
    raw: &RawForm,
    form: Form,
    flaws: &[Flaw],
) -> Answer {
    let (lang, read) = (visit.lang, &mut org.db.read());
    let place = places::key(book.community.as_ref());
    let groups = services::groups(read).await?;
    let part = |rows: &[GroupRow]| {
        let first = rows.first()?;
        let group = |row: &GroupRow| (row.key.clone(), Named::new(lang, &row.name, Some(&row.name_en)));
        let category = Named::new(lang, &first.category, Some(&first.category_en));
        Some((category, rows.iter().map(group).collect()))
    };
    let status = if flaws.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = NewPage {
        page: visit.page(t::catalogue::add(lang)),
        place: places::name(lang, book.community.as_ref()),
        back: format!("/catalogue?in={place}"),
        action: format!("/catalogue/new?in={place}"),
        called: raw.first("name").to_owned(),
        called_en: raw.first("name_en").to_owned(),
        group: raw.first("group").to_owned(),
        groups: groups.chunk_by(|a, b| a.category == b.category).filter_map(part).collect(),
        form,
        flaws: visit.flaws(flaws),
    };
    html_with(status, &page)
}

/// `POST /catalogue/new`
pub(super) async fn add(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
    raw: RawForm,
) -> Answer {
    let book = may(&org, &visit, &who.actor, &asked).await?;
    let form = Form { from: visit.now.day().to_string(), ..Form::typed(&raw) };
    if raw.first("do") != "save" || !raw.first("drop").is_empty() {
        return page(&org, &visit, &book, &raw, form, &[]).await;
    }
    let known = services::groups(&mut org.db.read()).await?.iter().any(|row| row.key == raw.first("group"));
    let group = (!known).then(|| Flaw::new("group", "not_a_choice"));
    let name = raw.first("name").is_empty().then(|| Flaw::new("name", "required"));
    let first: Vec<Flaw> = name.into_iter().chain(group).collect();
    let added = match form.read(&[]) {
        Ok((terms, _)) if first.is_empty() => make(&org, &who.actor, &book, &raw, terms).await,
        Ok(_) => Err(Problem::Invalid(first)),
        Err(flaws) => Err(Problem::Invalid(first.into_iter().chain(flaws).collect())),
    };
    match added {
        Ok(id) => {
            let place = places::key(book.community.as_ref());
            Ok(Redirect::to(&format!("/catalogue/{id}?in={place}&done=saved")).into_response())
        }
        Err(Problem::Invalid(flaws)) => page(&org, &visit, &book, &raw, form, &flaws).await,
        Err(other) => Err(other.into()),
    }
}

async fn make(org: &OrgState, actor: &Actor, book: &Book, raw: &RawForm, terms: Terms) -> Result<ItemId> {
    let community = book.id().ok_or(Problem::NotFound)?;
    let (scope, state, actor) = (actor.may(Permission::ServicesEdit)?, org.clone(), actor.clone());
    let new = NewItem {
        id: org.world.id(),
        group: raw.first("group").to_owned(),
        name: raw.first("name").to_owned(),
        name_en: Some(raw.first("name_en").to_owned()).filter(|name| !name.is_empty()),
    };
    let written = org.db.write(async move |tx| {
        let by = actor.person();
        let id =
            services::add_own(tx, &scope, &state.world, community, new.clone(), terms.clone(), by).await?;
        let (copy, subject, detail): (&str, _, _) =
            (&state.copy, Some(id.0), json!({ "community": community.to_string() }));
        let (act, subject_kind) = ("service.add", "service_item");
        let entry = Entry { copy, actor: &actor, act, subject_kind, subject, reason: None, detail };
        audit(tx, &state.world, &entry).await?;
        Ok(id)
    });
    written.await
}
