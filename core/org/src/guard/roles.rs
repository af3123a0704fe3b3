//! Giving roles to a post and taking them.

use super::{
    record,
    rules::{Tenure, one_administrator},
    scope,
    store::{self, TenureRow},
};
use crate::{
    OrgState,
    people::{self, store as people_store},
    sign_in::{roles_of, store as sign_in_store},
};
use linli_authz::{Actor, Permission, Role};
use linli_base::{Day, PersonId, PostId, Problem, Result};
use linli_store::{Query, Tx, args};
use serde_json::json;

/// Sets what a post may do; sessions that wear it end, and all of its holder's. Needs `Guard`, and is never about
/// oneself. Refusals: `own_roles`, `two_administrators`.
pub async fn set_roles(org: &OrgState, actor: &Actor, id: PostId, mut roles: Vec<Role>) -> Result<()> {
    actor.may(Permission::Guard)?;
    roles.sort_unstable();
    roles.dedup();
    let (actor, org_state) = (actor.clone(), org.clone());
    let done = org.db.write(async move |tx: &mut Tx<'_>| {
        let row = people::post(tx, &scope(), id).await?;
        if actor.person() == Some(row.person) {
            return Err(Problem::refused("own_roles"));
        }
        tx.run(&store::LOCK_PERSON, &scope(), args![row.person]).await?;
        let new = Tenure { roles: roles.clone(), from: row.from_day, to: row.to_day };
        beside(tx, row.person, id, &new).await?;
        tx.run(&store::CLEAR_ROLES, &scope(), args![id]).await?;
        for role in &roles {
            tx.run(&people_store::INSERT_ROLE, &scope(), args![id, role.name()]).await?;
        }
        tx.run(&store::END_BORROWED, &scope(), args![id]).await?;
        tx.run(&sign_in_store::END_ALL, &scope(), args![row.person]).await?;
        let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
        let was = row.roles.unwrap_or_default();
        let detail = json!({ "roles": names.join(","), "was": was, "title": row.title, "org": row.org_name });
        record(tx, &org_state, &actor, "post.roles", ("post", Some(id.0)), None, detail).await
    });
    done.await
}

/// Whether a post may run from its first day to `to` beside the person's others. Locks the person. Refusal:
/// `two_administrators`.
pub(crate) async fn check_days(
    tx: &mut Tx<'_>,
    person: PersonId,
    post: PostId,
    (from, to): (Day, Option<Day>),
    roles: Option<&str>,
) -> Result<()> {
    tx.run(&store::LOCK_PERSON, &scope(), args![person]).await?;
    beside(tx, person, post, &Tenure { roles: roles_of(roles), from, to }).await
}

async fn beside(tx: &mut Tx<'_>, person: PersonId, post: PostId, new: &Tenure) -> Result<()> {
    let rows: Vec<TenureRow> = tx.all(&store::TENURES, &scope(), args![person]).await?;
    let others: Vec<Tenure> = rows
        .into_iter()
        .filter(|row| row.post != post)
        .map(|row| Tenure { roles: roles_of(row.roles.as_deref()), from: row.from_day, to: row.to_day })
        .collect();
    one_administrator(new, &others)
}
