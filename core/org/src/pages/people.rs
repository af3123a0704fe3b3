//! A person's page, and ending a post.

use super::{
    prelude::*,
    views::{Member, Named},
};
use crate::people::{self, EndPost, PostRow};
use linli_authz::Permission;
use linli_base::{PersonId, PostId, Problem};
use linli_web::Flaws;

#[derive(Template)]
#[template(path = "org/person.html")]
struct PersonPage {
    page: Page,
    lang: Lang,
    id: PersonId,
    name: Named,
    active: bool,
    has_phone: bool,
    may_edit: bool,
    /// Where the account is guarded, for whoever may.
    account: Option<String>,
    posts: Vec<PostLine>,
}

struct PostLine {
    seat: Member,
    /// Where its end is taken back, where this reader may.
    reopen: Option<String>,
}

#[derive(Template)]
#[template(path = "org/post_end.html")]
struct EndPage {
    page: Page,
    lang: Lang,
    person: PersonId,
    name: String,
    org: String,
    title: String,
    to_day: String,
    flaws: Flaws,
}

/// The last day, as typed.
#[derive(Deserialize)]
pub(super) struct LastDay {
    #[serde(default)]
    to_day: String,
}

/// Nothing but the form's token.
#[derive(Deserialize)]
pub(super) struct Nothing {}

/// `GET /people/{id}`
pub(super) async fn show(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<PersonId>,
) -> Answer {
    let scope = who.actor.may(Permission::OrgSee)?;
    let may_edit = who.actor.may(Permission::OrgEdit).is_ok();
    let lang = visit.lang;
    let read = &mut org.db.read();
    let person = people::by_id(read, &scope, id).await?;
    let posts = people::posts(read, &scope, id).await?;
    let line = |row: &PostRow| PostLine {
        seat: Member::new(lang, row, may_edit),
        reopen: row.to_day.filter(|_| may_edit).map(|_| format!("/posts/{}/reopen", row.post)),
    };
    let title = Named::new(lang, &person.name, person.name_en.as_deref()).text;
    let page = PersonPage {
        page: visit.page(title),
        lang,
        id,
        name: Named::new(lang, &person.name, person.name_en.as_deref()),
        active: person.active,
        has_phone: person.has_phone,
        may_edit,
        account: who.actor.may(Permission::Guard).ok().map(|_| format!("/people/{id}/account")),
        posts: posts.iter().map(line).collect(),
    };
    html(&page)
}

fn end_page(visit: &Visit, row: &PostRow, to_day: String, flaws: Flaws) -> EndPage {
    let lang = visit.lang;
    let name = Named::new(lang, &row.name, row.name_en.as_deref()).text;
    let title = Named::new(lang, &row.title, row.title_en.as_deref()).text;
    EndPage {
        page: visit.page(t::people::end_title(lang, &name, &title)),
        lang,
        person: row.person,
        name,
        org: row.org_name.clone(),
        title,
        to_day,
        flaws,
    }
}

/// `GET /posts/{id}/end`: asks once, naming what is lost.
pub(super) async fn ask_end(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<PostId>,
) -> Answer {
    let scope = who.actor.may(Permission::OrgEdit)?;
    let row = people::post(&mut org.db.read(), &scope, id).await?;
    let today = visit.now.day().max(row.from_day).to_string();
    html(&end_page(&visit, &row, today, Flaws::default()))
}

/// `POST /posts/{id}/end`
pub(super) async fn end(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<PostId>,
    ProtectedForm(last): ProtectedForm<LastDay>,
) -> Answer {
    let scope = who.actor.may(Permission::OrgEdit)?;
    let row = people::post(&mut org.db.read(), &scope, id).await?;
    let typed = EndPost { to_day: last.to_day.clone() };
    match people::end_post(&org, &who.actor, id, &typed).await {
        Ok(()) => Ok(Redirect::to(&format!("/people/{}", row.person)).into_response()),
        Err(Problem::Invalid(flaws)) => {
            let again = end_page(&visit, &row, last.to_day, visit.flaws(&flaws));
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// `POST /posts/{id}/reopen`
pub(super) async fn reopen(
    State(org): State<OrgState>,
    who: SignedIn,
    Path(id): Path<PostId>,
    ProtectedForm(Nothing {}): ProtectedForm<Nothing>,
) -> Answer {
    let scope = who.actor.may(Permission::OrgEdit)?;
    let row = people::post(&mut org.db.read(), &scope, id).await?;
    people::reopen_post(&org, &who.actor, id).await?;
    Ok(Redirect::to(&format!("/people/{}", row.person)).into_response())
}
