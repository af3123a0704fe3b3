//! Lending a post for leave: one's own, what one has been lent, and what waits for the leader.

use super::{prelude::*, views::Named};
use crate::{
    guard::{self, LentRow, Which, rules::LendForm},
    kind, orgs, sign_in,
};
use linli_authz::{Permission, Role};
use linli_base::{Id, PersonId, PostId, Problem};
use linli_web::{Flaws, RawForm};

#[derive(Template)]
#[template(path = "org/lending.html")]
struct LendingPage {
    page: Page,
    lang: Lang,
    flaws: Flaws,
    trouble: Option<String>,
    /// The post that is worn, where it can be lent.
    post: Option<(PostId, String)>,
    form: LendForm,
    colleagues: Vec<(PersonId, String, bool)>,
    by_leader: bool,
    mine: Vec<Line>,
    lent_to_me: Vec<Line>,
    to_agree: Vec<Line>,
}

struct Line {
    id: Id<kind::Delegation>,
    text: String,
    days: String,
    reason: String,
    waits: bool,
}

fn line(lang: Lang, row: &LentRow) -> Line {
    let name = |zh: &str, en: Option<&str>| Named::new(lang, zh, en).text;
    let holder = name(&row.holder_name, row.holder_name_en.as_deref());
    let to = name(&row.to_name, row.to_name_en.as_deref());
    let org = name(&row.org_name, row.org_name_en.as_deref());
    let title = name(&row.title, row.title_en.as_deref());
    Line {
        id: row.id,
        text: t::lending::line(lang, holder, org, title, to),
        days: super::views::days(lang, row.from_day, Some(row.to_day)),
        reason: row.reason.clone(),
        waits: row.approved_at.is_none(),
    }
}

async fn page(
    org: &OrgState,
    visit: &Visit,
    who: &SignedIn,
    form: LendForm,
    (flaws, trouble): (Flaws, Option<String>),
) -> Result<LendingPage, Problem> {
    let lang = visit.lang;
    let hat = who.actor.hat().filter(|_| who.instead_of.is_none());
    let worn = hat.filter(|hat| !hat.roles.iter().any(|role| role.administers()));
    let mut colleagues: Vec<(PersonId, String, bool)> = Vec::new();
    if let Some(hat) = worn {
        let scope = who.actor.may(Permission::OrgSee)?;
        let members = orgs::members(&mut org.db.read(), &scope, hat.org, visit.now.day()).await?;
        for member in members.iter().filter(|member| member.person != who.person) {
            let name = Named::new(lang, &member.name, member.name_en.as_deref()).text;
            let title = Named::new(lang, &member.title, member.title_en.as_deref()).text;
            let on = form.to == member.person.to_string();
            if !colleagues.iter().any(|(id, ..)| *id == member.person) {
                colleagues.push((member.person, format!("{name} {title}"), on));
            }
        }
    }
    let named = |choice: &sign_in::HatChoice| {
        let org = Named::new(lang, &choice.hat.org_name, choice.org_name_en.as_deref()).text;
        format!("{org} {}", Named::new(lang, &choice.title, choice.title_en.as_deref()).text)
    };
    let hats = sign_in::hats_of(&mut org.db.read(), who.person, visit.now.day()).await?;
    let post = worn.and_then(|hat| hats.iter().find(|choice| choice.hat.post == hat.post));
    let lines = |rows: Vec<LentRow>| -> Vec<Line> { rows.iter().map(|row| line(lang, row)).collect() };
    let mut to_agree = Vec::new();
    if let Some(hat) = hat.filter(|hat| hat.roles.contains(&Role::Leader)) {
        to_agree = guard::lent(org, Which::In(hat.org)).await?;
        to_agree.retain(|row| row.holder != who.person && row.to != who.person);
    }
    Ok(LendingPage {
        page: visit.page(t::lending::title(lang)),
        lang,
        flaws,
        trouble,
        post: post.map(|choice| (choice.hat.post, named(choice))),
        form,
        colleagues,
        by_leader: guard::settings_of(org).await?.lending_by_leader
            && worn.is_some_and(|hat| !hat.roles.contains(&Role::Leader)),
        mine: lines(guard::lent(org, Which::Of(who.person)).await?),
        lent_to_me: lines(guard::lent(org, Which::To(who.person)).await?),
        to_agree: lines(to_agree),
    })
}

/// `GET /me/lending`
pub(super) async fn show(State(org): State<OrgState>, visit: Visit, who: SignedIn) -> Answer {
    let form = LendForm { from_day: visit.now.day().to_string(), ..LendForm::default() };
    html(&page(&org, &visit, &who, form, (Flaws::default(), None)).await?)
}

/// `POST /me/lending`
pub(super) async fn lend(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    fields: RawForm,
) -> Answer {
    let text = |name: &str| fields.first(name).to_owned();
    let form = LendForm {
        to: text("to"),
        from_day: text("from_day"),
        to_day: text("to_day"),
        reason: text("reason"),
    };
    let post = fields.first("post").parse().map_err(|_not_a_key| Problem::refused("hat_gone"));
    let lent = match post {
        Ok(post) => guard::lend(&org, &who.actor, post, &form).await,
        Err(problem) => Err(problem),
    };
    let said = match lent {
        Ok(_) => return Ok(Redirect::to("/me/lending").into_response()),
        Err(Problem::Invalid(flaws)) => (visit.flaws(&flaws), None),
        Err(problem) => (Flaws::default(), Some(super::sign_in::words(&visit, problem)?)),
    };
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &page(&org, &visit, &who, form, said).await?)
}

/// Nothing but the form's token.
#[derive(Deserialize)]
pub(super) struct Nothing {}

/// `POST /me/lending/{id}/agree`
pub(super) async fn agree(
    State(org): State<OrgState>,
    who: SignedIn,
    Path(id): Path<Id<kind::Delegation>>,
    ProtectedForm(Nothing {}): ProtectedForm<Nothing>,
) -> Answer {
    guard::approve(&org, &who.actor, id).await?;
    Ok(Redirect::to("/me/lending").into_response())
}

/// `POST /me/lending/{id}/end`
pub(super) async fn end(
    State(org): State<OrgState>,
    who: SignedIn,
    Path(id): Path<Id<kind::Delegation>>,
    ProtectedForm(Nothing {}): ProtectedForm<Nothing>,
) -> Answer {
    guard::end(&org, &who.actor, id).await?;
    Ok(Redirect::to("/me/lending").into_response())
}
