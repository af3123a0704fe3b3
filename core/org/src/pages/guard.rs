//! What the security administrator does: the rules of signing in, the roles of a post, an account in trouble.

use super::{
    prelude::*,
    views::{Named, role_name},
};
use crate::{
    guard::{self, Deed, rules::GuardSettings},
    people,
    sign_in::roles_of,
};
use linli_authz::{Permission, Role};
use linli_base::{PersonId, PostId, Problem};
use linli_web::{Flaws, RawForm};

#[derive(Template)]
#[template(path = "org/security.html")]
struct SecurityPage {
    page: Page,
    lang: Lang,
    q: String,
    found: Vec<Found>,
    required: bool,
    by_leader: bool,
    password_days: String,
    trail_months: String,
    flaws: Flaws,
    saved: bool,
}

/// Somebody who was found by name.
struct Found {
    person: PersonId,
    name: Named,
    org: String,
    title: Named,
}

#[derive(Template)]
#[template(path = "org/account.html")]
struct AccountPage {
    page: Page,
    lang: Lang,
    name: Named,
    /// It is one's own account.
    own: bool,
    state: Vec<String>,
    locked: Option<String>,
    has_second: bool,
    posts: Vec<PostLine>,
    /// Shown once.
    password: Option<String>,
}

struct PostLine {
    id: PostId,
    org: String,
    title: Named,
    roles: String,
    days: String,
}

#[derive(Template)]
#[template(path = "org/roles.html")]
struct RolesPage {
    page: Page,
    lang: Lang,
    person: PersonId,
    name: String,
    org: String,
    title: String,
    roles: Vec<(&'static str, &'static str, bool)>,
    trouble: Option<String>,
}

/// What is looked for.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    saved: String,
}

/// What is done about an account.
#[derive(Deserialize)]
pub(super) struct Done {
    #[serde(default)]
    deed: String,
}

async fn security_page(
    org: &OrgState,
    visit: &Visit,
    who: &SignedIn,
    q: &str,
    (typed, flaws): (Option<[String; 4]>, Flaws),
) -> Result<SecurityPage, Problem> {
    let scope = who.actor.may(Permission::OrgSee)?;
    let lang = visit.lang;
    let set = guard::settings_of(org).await?.rows().map(|(_, value)| value);
    let [required, password_days, lending, trail_months] = typed.unwrap_or(set);
    let mut found = Vec::new();
    if !q.trim().is_empty() {
        found = people::search(&mut org.db.read(), &scope, q, visit.now.day(), 20).await?;
    }
    let line = |row: &people::PostRow| Found {
        person: row.person,
        name: Named::new(lang, &row.name, row.name_en.as_deref()),
        org: row.org_name.clone(),
        title: Named::new(lang, &row.title, row.title_en.as_deref()),
    };
    Ok(SecurityPage {
        page: visit.page(t::security::title(lang)),
        lang,
        q: q.trim().to_owned(),
        found: found.iter().map(line).collect(),
        required: required == "required",
        by_leader: lending == "leader",
        password_days,
        trail_months,
        flaws,
        saved: false,
    })
}

/// `GET /security`
pub(super) async fn show(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    who.actor.may(Permission::Guard)?;
    let page = security_page(&org, &visit, &who, &asked.q, (None, Flaws::default())).await?;
    html(&SecurityPage { saved: asked.saved == "1", ..page })
}

/// `POST /security`: the city's rules.
pub(super) async fn set(State(org): State<OrgState>, visit: Visit, who: SignedIn, fields: RawForm) -> Answer {
    who.actor.may(Permission::Guard)?;
    who.proven(visit.now)?;
    let names = ["staff_second_factor", "password_days", "lending", "trail_months"];
    let typed = names.map(|name| fields.first(name).to_owned());
    let [required, days, lending, months] = &typed;
    match GuardSettings::check(required, days, lending, months) {
        Ok(new) => {
            guard::set(&org, &who.actor, new).await?;
            Ok(Redirect::to("/security?saved=1").into_response())
        }
        Err(Problem::Invalid(flaws)) => {
            let flaws = visit.flaws(&flaws);
            let again = security_page(&org, &visit, &who, "", (Some(typed), flaws)).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn account_page(
    org: &OrgState,
    visit: &Visit,
    who: &SignedIn,
    id: PersonId,
    password: Option<String>,
) -> Result<AccountPage, Problem> {
    let scope = who.actor.may(Permission::OrgSee)?;
    let account = guard::account(org, &who.actor, id).await?;
    let lang = visit.lang;
    let read = &mut org.db.read();
    let person = people::by_id(read, &scope, id).await?;
    let posts = people::posts(read, &scope, id).await?;
    let name = Named::new(lang, &person.name, person.name_en.as_deref());
    let second = account.second_since.map_or_else(
        || t::account::no_second(lang).to_owned(),
        |since| t::account::second(lang, lang.date_year(since.day())),
    );
    let line = |row: &people::PostRow| PostLine {
        id: row.post,
        org: row.org_name.clone(),
        title: Named::new(lang, &row.title, row.title_en.as_deref()),
        roles: super::views::role_names(lang, &roles_of(row.roles.as_deref())),
        days: super::views::days(lang, row.from_day, row.to_day),
    };
    Ok(AccountPage {
        page: visit.page(t::account::title(lang, &name.text)),
        lang,
        name,
        own: who.person == id,
        state: vec![t::account::open(lang, account.sessions, account.tokens), second],
        locked: account.locked_until.map(|until| t::account::locked(lang, lang.moment(until, visit.now))),
        has_second: account.second_since.is_some(),
        posts: posts.iter().map(line).collect(),
        password,
    })
}

/// `GET /people/{id}/account`
pub(super) async fn account(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<PersonId>,
) -> Answer {
    who.actor.may(Permission::Guard)?;
    html(&account_page(&org, &visit, &who, id, None).await?)
}

/// `POST /people/{id}/account`: unlocks, ends, resets, or gives a first password.
pub(super) async fn help(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<PersonId>,
    ProtectedForm(done): ProtectedForm<Done>,
) -> Answer {
    who.actor.may(Permission::Guard)?;
    who.proven(visit.now)?;
    let deed = match done.deed.as_str() {
        "unlock" => Deed::Unlock,
        "end" => Deed::EndAll,
        "second" => Deed::ResetSecond,
        "password" => {
            let password = guard::first_password(&org, &who.actor, id).await?;
            return html(&account_page(&org, &visit, &who, id, Some(password)).await?);
        }
        _ => return Err(Problem::refused("unreadable").into()),
    };
    guard::help(&org, &who.actor, id, deed).await?;
    Ok(Redirect::to(&format!("/people/{id}/account")).into_response())
}

async fn roles_page(
    org: &OrgState,
    visit: &Visit,
    who: &SignedIn,
    id: PostId,
    (chosen, trouble): (Option<Vec<Role>>, Option<String>),
) -> Result<RolesPage, Problem> {
    let scope = who.actor.may(Permission::OrgSee)?;
    let lang = visit.lang;
    let row = people::post(&mut org.db.read(), &scope, id).await?;
    let on = chosen.unwrap_or_else(|| roles_of(row.roles.as_deref()));
    let name = Named::new(lang, &row.name, row.name_en.as_deref()).text;
    let title = Named::new(lang, &row.title, row.title_en.as_deref()).text;
    Ok(RolesPage {
        page: visit.page(t::roles::title(lang, &name)),
        lang,
        person: row.person,
        name,
        org: row.org_name,
        title,
        roles: Role::ALL.map(|role| (role.name(), role_name(lang, role), on.contains(&role))).to_vec(),
        trouble,
    })
}

/// `GET /posts/{id}/roles`
pub(super) async fn roles(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<PostId>,
) -> Answer {
    who.actor.may(Permission::Guard)?;
    html(&roles_page(&org, &visit, &who, id, (None, None)).await?)
}

/// `POST /posts/{id}/roles`
pub(super) async fn set_roles(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<PostId>,
    fields: RawForm,
) -> Answer {
    let scope = who.actor.may(Permission::Guard)?;
    who.proven(visit.now)?;
    let chosen: Vec<Role> = fields.all("roles").iter().filter_map(|name| Role::parse(name)).collect();
    match guard::set_roles(&org, &who.actor, id, chosen.clone()).await {
        Ok(()) => {
            let row = people::post(&mut org.db.read(), &scope, id).await?;
            Ok(Redirect::to(&format!("/people/{}/account", row.person)).into_response())
        }
        Err(problem) => {
            let trouble = Some(super::sign_in::words(&visit, problem)?);
            let again = roles_page(&org, &visit, &who, id, (Some(chosen), trouble)).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
    }
}
