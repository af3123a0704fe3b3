//! What stands between people and rights: who gives roles, lending a post for leave, what a city sets about signing
//! in, and what is done when an account is in trouble (ADR 11).

mod account;
mod lending;
mod roles;
pub mod rules;
pub(crate) mod store;

pub use account::{Account, Deed, account, first_administrator, first_password, help};
pub use lending::{Which, approve, end, lend, lent};
pub(crate) use roles::check_days;
pub use roles::set_roles;
pub use store::LentRow;

use crate::{OrgState, audit};
use linli_authz::{Actor, Permission, Scope};
use linli_base::Result;
use linli_store::{Query, Tx, args};
use rules::GuardSettings;
use serde_json::{Value as Json, json};
use uuid::Uuid;

fn scope() -> Scope {
    Scope::system("guarding accounts")
}

/// What the city has set, where it is no invented one.
pub(crate) async fn settings(q: &mut impl Query) -> Result<GuardSettings> {
    read(q, false).await
}

/// What the city has set.
pub async fn settings_of(org: &OrgState) -> Result<GuardSettings> {
    read(&mut org.db.read(), org.site.demo).await
}

async fn read(q: &mut impl Query, demo: bool) -> Result<GuardSettings> {
    let rows: Vec<store::SettingRow> = q.all(&store::SETTINGS, &scope(), args![]).await?;
    Ok(rows.iter().fold(GuardSettings::default_for(demo), |set, row| set.with(&row.name, &row.value)))
}

/// Sets it. Needs `Guard`.
pub async fn set(org: &OrgState, actor: &Actor, new: GuardSettings) -> Result<()> {
    actor.may(Permission::Guard)?;
    let (now, before) = (org.world.now(), settings_of(org).await?);
    let (actor, org_state) = (actor.clone(), org.clone());
    let done = org.db.write(async move |tx: &mut Tx<'_>| {
        let old = before.rows();
        let changed = new.rows().into_iter().zip(old).filter(|(new, old)| new != old);
        for ((name, value), (_, was)) in changed {
            tx.run(&store::SET, &scope(), args![name, value.as_str(), now]).await?;
            let detail = json!({ "name": name, "value": value, "was": was });
            record(tx, &org_state, &actor, "setting.set", ("guard_setting", None), None, detail).await?;
        }
        Ok(())
    });
    done.await
}

async fn record(
    tx: &mut Tx<'_>,
    org: &OrgState,
    actor: &Actor,
    act: &'static str,
    (subject_kind, subject): (&'static str, Option<Uuid>),
    reason: Option<&str>,
    detail: Json,
) -> Result<()> {
    let copy: &str = &org.copy;
    let entry = audit::Entry { copy, actor, act, subject_kind, subject, reason, detail };
    audit::audit(tx, &org.world, &entry).await
}
