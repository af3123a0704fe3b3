//! What whoever guards accounts does with one.

use super::{
    record, scope,
    store::{self, AccountStateRow},
};
use crate::{
    OrgKind, OrgState,
    orgs::{self, NewOrg, OrgFilter},
    people::{self, NewPerson, NewPost, PersonForm, Seat},
    sign_in,
};
use linli_authz::{Actor, Permission, Role};
use linli_base::{At, Day, OrgId, PersonId, Problem, Result};
use linli_store::{Query, Tx, args};
use serde_json::json;

/// How an account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Sessions that hold.
    pub sessions: i64,
    /// API tokens that hold.
    pub tokens: i64,
    /// Since when there is a second factor.
    pub second_since: Option<At>,
    /// Until when it is locked, by wrong passwords or wrong codes.
    pub locked_until: Option<At>,
}

/// How an account stands. Needs `Guard`.
pub async fn account(org: &OrgState, actor: &Actor, person: PersonId) -> Result<Account> {
    actor.may(Permission::Guard)?;
    let now = org.world.now();
    let row: AccountStateRow = org.db.read().one(&store::ACCOUNT_STATE, &scope(), args![person, now]).await?;
    let locked = [row.locked_until, row.second_locked_until].into_iter().flatten().max();
    Ok(Account {
        sessions: row.sessions,
        tokens: row.tokens,
        second_since: row.confirmed_at,
        locked_until: locked.filter(|until| *until > now),
    })
}

/// What is done about an account in trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Lets somebody try again who gave five wrong passwords or codes.
    Unlock,
    /// Ends all sessions and tokens.
    EndAll,
    /// Takes a lost second factor away; the person sets up another when they sign in.
    ResetSecond,
}

/// Does it. Needs `Guard`. Refusal: `own_roles` where a second factor would be one's own.
pub async fn help(org: &OrgState, actor: &Actor, person: PersonId, deed: Deed) -> Result<()> {
    actor.may(Permission::Guard)?;
    if deed == Deed::ResetSecond && actor.person() == Some(person) {
        return Err(Problem::refused("own_roles"));
    }
    let (now, actor, org_state) = (org.world.now(), actor.clone(), org.clone());
    let done = org.db.write(async move |tx: &mut Tx<'_>| {
        let row: AccountStateRow = tx.one(&store::ACCOUNT_STATE, &scope(), args![person, now]).await?;
        let act = match deed {
            Deed::Unlock => {
                if let Some(lookup) = row.phone_lookup {
                    tx.run(&sign_in::store::FORGET_TRIES, &scope(), args![lookup]).await?;
                }
                tx.run(&store::UNLOCK_SECOND, &scope(), args![person]).await?;
                "account.unlock"
            }
            Deed::EndAll => {
                tx.run(&sign_in::store::END_ALL, &scope(), args![person]).await?;
                tx.run(&store::END_TOKENS, &scope(), args![person, now]).await?;
                "account.end_all"
            }
            Deed::ResetSecond => {
                sign_in::forget_second(tx, person).await?;
                tx.run(&sign_in::store::END_ALL, &scope(), args![person]).await?;
                "second.reset"
            }
        };
        record(tx, &org_state, &actor, act, ("person", Some(person.0)), None, json!({})).await
    });
    done.await
}

/// A first password, to be handed over and changed at the first sign-in; it is shown once. Needs `Guard`; not one's
/// own.
pub async fn first_password(org: &OrgState, actor: &Actor, person: PersonId) -> Result<String> {
    actor.may(Permission::Guard)?;
    if actor.person() == Some(person) {
        return Err(Problem::refused("own_roles"));
    }
    let password = sign_in::rules::made_password(org.world.ids.as_ref());
    people::give_password(org, actor, person, password.clone()).await?;
    Ok(password)
}

/// Makes an account for one of the three administrators, for whoever runs the program on its machine; answers the
/// first password. It is in the city's desk, or in an org of its own where there is none yet. `titles`: of the post,
/// in Chinese and English. Flaws: those of [`PersonForm::check`], `phone_missing`, `phone_taken`.
pub async fn first_administrator(
    org: &OrgState,
    role: Role,
    form: &PersonForm,
    titles: (String, String),
) -> Result<String> {
    let (particulars, now) = (form.check()?, org.world.now());
    if particulars.phone.is_none() {
        return Err(Problem::invalid("phone", "phone_missing"));
    }
    let password = sign_in::rules::made_password(org.world.ids.as_ref());
    let hash = org.passwords.hash(password.clone(), org.world.ids.as_ref()).await?;
    let new = NewPerson::new(org, org.world.id(), particulars)?;
    let new = NewPerson { password_hash: Some(hash.clone()), ..new };
    let (title, title_en) = titles;
    let seat = Seat {
        title,
        title_en: Some(title_en),
        from_day: now.day(),
        to_day: None,
        area: None,
        roles: vec![role],
    };
    let (post, own, org_state) = (org.world.id(), org.world.id(), org.clone());
    let made = org.db.write(async move |tx: &mut Tx<'_>| {
        let at = home_of_administrators(tx, own, now.day()).await?;
        people::insert_sole(tx, &org_state, &scope(), &new).await?;
        let post = NewPost { id: post, person: new.id, org: at, seat: seat.clone() };
        people::insert_post(tx, &scope(), &post).await?;
        let past = args![new.id, now, hash.as_str(), true];
        tx.run(&sign_in::store::INSERT_PAST, &scope(), past).await?;
        let actor = Actor::System("linli administrator");
        let detail = json!({ "title": seat.title, "org": "", "roles": role.name(), "was": "" });
        record(tx, &org_state, &actor, "post.roles", ("person", Some(new.id.0)), None, detail).await
    });
    made.await.map_err(people::phone_taken)?;
    Ok(password)
}

async fn home_of_administrators(tx: &mut Tx<'_>, own: OrgId, today: Day) -> Result<OrgId> {
    if let Some(desk) = orgs::city_desk(tx, &scope()).await? {
        return Ok(desk);
    }
    let filter = OrgFilter { text: HOME.to_owned(), ..OrgFilter::default() };
    if let Some(there) = orgs::list(tx, &scope(), &filter, 1).await?.first() {
        return Ok(there.id);
    }
    let new = NewOrg {
        id: own,
        kind: OrgKind::Unit,
        name: HOME.to_owned(),
        name_en: Some("Platform administration".to_owned()),
        parent: None,
        home: None,
        leads: None,
        phone: None,
    };
    orgs::create(tx, &scope(), &new, today).await?;
    Ok(own)
}

/// The org of the administrators of a city that has no desk yet.
const HOME: &str = "平台管理";
