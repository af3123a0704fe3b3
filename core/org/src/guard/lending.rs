//! Lending a post's roles to a colleague for leave.

use super::{
    record,
    rules::LendForm,
    scope, settings_of,
    store::{self, LentRow, TenureRow},
};
use crate::{OrgState, orgs, people, sign_in::roles_of};
use linli_authz::{Actor, Permission, Role};
use linli_base::{Id, OrgId, PersonId, PostId, Problem, Result};
use linli_store::{Query, Tx, args};
use serde_json::json;

/// Which lendings.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    /// Of the person's own posts.
    Of(PersonId),
    /// To the person.
    To(PersonId),
    /// In the org.
    In(OrgId),
}

/// Lendings that run, are to come or wait, the latest first.
pub async fn lent(org: &OrgState, which: Which) -> Result<Vec<LentRow>> {
    let today = org.world.now().day();
    let (of, to, at) = match which {
        Which::Of(person) => (Some(person), None, None),
        Which::To(person) => (None, Some(person), None),
        Which::In(org) => (None, None, Some(org)),
    };
    let none: Option<Id<crate::kind::Delegation>> = None;
    let rows: Vec<LentRow> =
        org.db.read().all(&store::LENT, &scope(), args![of, to, at, none, today]).await?;
    Ok(rows.into_iter().filter(|row| row.ended_at.is_none()).collect())
}

async fn one(tx: &mut Tx<'_>, id: Id<crate::kind::Delegation>) -> Result<LentRow> {
    let none: Option<PersonId> = None;
    let nowhere: Option<OrgId> = None;
    let ever: Option<linli_base::Day> = None;
    tx.one(&store::LENT, &scope(), args![none, none, nowhere, id, ever]).await
}

/// Lends the post that is worn to a colleague of the org. It holds at once where the lender leads the org or the city
/// asks no leader; answers whether it does. Flaws: those of [`LendForm::check`], `colleague_missing`. Refusals:
/// `hat_gone` (no own post is worn), `lend_administrator`, `lent_already`.
pub async fn lend(org: &OrgState, actor: &Actor, post: PostId, form: &LendForm) -> Result<bool> {
    let (now, by_leader) = (org.world.now(), settings_of(org).await?.lending_by_leader);
    let me = actor.person().ok_or(Problem::SignIn)?;
    let lending = form.check(now.day())?;
    let to: PersonId = form.to.parse().map_err(|_not_chosen| Problem::invalid("to", "colleague_missing"))?;
    let (id, actor, org_state) = (org.world.id::<crate::kind::Delegation>(), actor.clone(), org.clone());
    let done = org.db.write(async move |tx: &mut Tx<'_>| {
        tx.run(&store::LOCK_POST, &scope(), args![post]).await?;
        let row = people::post(tx, &scope(), post).await?;
        let roles = roles_of(row.roles.as_deref());
        if row.person != me || roles.is_empty() || row.to_day.is_some_and(|last| last < lending.to) {
            return Err(Problem::refused("hat_gone"));
        }
        if roles.iter().any(|role| role.administers()) {
            return Err(Problem::refused("lend_administrator"));
        }
        let colleagues = orgs::members(tx, &scope(), row.org, now.day()).await?;
        if to == me || !colleagues.iter().any(|member| member.person == to) {
            return Err(Problem::invalid("to", "colleague_missing"));
        }
        let others: Vec<TenureRow> =
            tx.all(&store::OVERLAPPING, &scope(), args![post, lending.from, lending.to]).await?;
        if !others.is_empty() {
            return Err(Problem::refused("lent_already"));
        }
        let holds = !by_leader || roles.contains(&Role::Leader);
        let (by, at) = (holds.then_some(me), holds.then_some(now));
        let reason = lending.reason.as_str();
        let new = args![id, post, to, lending.from, lending.to, reason, now, by, at];
        tx.run(&store::INSERT, &scope(), new).await?;
        let detail = json!({
            "from": lending.from.to_string(), "to": lending.to.to_string(), "waits": !holds,
            "title": row.title, "org": row.org_name,
        });
        record(tx, &org_state, &actor, "post.lend", ("person", Some(to.0)), Some(reason), detail).await?;
        Ok(holds)
    });
    done.await
}

/// A leader of the post's org agrees. Forbidden to anyone else. Conflict where it was ended or agreed to meanwhile.
pub async fn approve(org: &OrgState, actor: &Actor, id: Id<crate::kind::Delegation>) -> Result<()> {
    let (now, actor, org_state) = (org.world.now(), actor.clone(), org.clone());
    let done = org.db.write(async move |tx: &mut Tx<'_>| {
        let row = one(tx, id).await?;
        let Some(me) = leader_of(&actor, &row) else { return Err(Problem::Forbidden { owner: None }) };
        if tx.run(&store::APPROVE, &scope(), args![id, me, now]).await? == 0 {
            return Err(Problem::Conflict { by: None });
        }
        let detail = json!({ "title": row.title, "org": row.org_name, "holder": row.holder_name });
        record(tx, &org_state, &actor, "post.lend_agree", ("person", Some(row.to.0)), None, detail).await
    });
    done.await
}

/// Ends it before its time: its holder, who has it, or a leader of the org.
pub async fn end(org: &OrgState, actor: &Actor, id: Id<crate::kind::Delegation>) -> Result<()> {
    let (now, actor, org_state) = (org.world.now(), actor.clone(), org.clone());
    let done = org.db.write(async move |tx: &mut Tx<'_>| {
        let row = one(tx, id).await?;
        let me = actor.person().filter(|me| *me == row.holder || *me == row.to);
        let guards = actor.may(Permission::Guard).is_ok().then(|| actor.person()).flatten();
        let Some(me) = me.or_else(|| leader_of(&actor, &row)).or(guards) else {
            return Err(Problem::Forbidden { owner: None });
        };
        if tx.run(&store::END, &scope(), args![id, me, now]).await? == 0 {
            return Err(Problem::Conflict { by: None });
        }
        tx.run(&store::DROP_BORROWED, &scope(), args![row.post, row.to]).await?;
        let detail = json!({ "title": row.title, "org": row.org_name, "holder": row.holder_name });
        record(tx, &org_state, &actor, "post.lend_end", ("person", Some(row.to.0)), None, detail).await
    });
    done.await
}

/// The person, where they act as a leader of the org in their own right and are not the lender.
fn leader_of(actor: &Actor, row: &LentRow) -> Option<PersonId> {
    let leads =
        actor.is(Role::Leader) && actor.hat().is_some_and(|hat| hat.org == row.org && hat.post != row.post);
    actor.person().filter(|me| leads && *me != row.to)
}
