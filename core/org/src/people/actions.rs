//! Making and changing people and posts.

use super::{
    PersonForm, PostForm, by_id, post,
    rules::{EndPost, Particulars, Seat},
    store::{self, SealedRow},
};
use crate::{
    OrgState, audit, guard, keys, orgs,
    sign_in::{
        self,
        store::{self as sign_in_store, PastRow, ProofRow},
    },
};
use linli_authz::{Actor, Permission, Scope};
use linli_base::{At, OrgId, PersonId, Phone, PostId, Problem, Result};
use linli_store::{Query, Tx, args};
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// A person to be made, by the demo city, an import or the command line.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Their key.
    pub id: PersonId,
    /// Their particulars.
    pub particulars: Particulars,
    /// The phone sealed for this key, and its look-up value.
    pub phone: Option<(String, String)>,
    /// A password's hash (see [`crate::Passwords::hash`]).
    pub password_hash: Option<String>,
    /// Whether they are invented.
    pub demo: bool,
    /// When they were entered.
    pub created_at: At,
}

/// A post to be made.
#[derive(Clone, Debug)]
pub struct NewPost {
    /// Its key.
    pub id: PostId,
    /// Who sits in it.
    pub person: PersonId,
    /// In which org.
    pub org: OrgId,
    /// Title, days, area and roles.
    pub seat: Seat,
}

/// A change of a person's particulars, made from a page that showed `version`.
#[derive(Clone, Debug)]
pub struct EditPerson {
    /// Who.
    pub id: PersonId,
    /// The version that the form was made from.
    pub version: i64,
    /// What was typed. An empty phone leaves the phone as it is.
    pub form: PersonForm,
}

impl NewPerson {
    /// With the phone of the particulars sealed.
    pub fn new(org: &OrgState, id: PersonId, particulars: Particulars) -> Result<NewPerson> {
        let phone = particulars.phone.as_ref().map(|phone| seal(org, id, phone)).transpose()?;
        let created_at = org.world.now();
        Ok(NewPerson { id, particulars, phone, password_hash: None, demo: false, created_at })
    }
}

fn seal(org: &OrgState, id: PersonId, phone: &Phone) -> Result<(String, String)> {
    let sealed = org.keys.seal(phone.digits(), id.0)?;
    Ok((sealed, org.keys.lookup(phone.digits())))
}

pub(crate) async fn insert_person(tx: &mut Tx<'_>, scope: &Scope, new: &NewPerson) -> Result<()> {
    let (sealed, lookup) = new.phone.clone().unzip();
    let (name, name_en) = (new.particulars.name.as_str(), new.particulars.name_en.clone());
    let hash = new.password_hash.clone();
    let row = args![new.id, name, name_en, sealed, lookup, hash, new.demo, new.created_at];
    tx.run(&store::INSERT, scope, row).await?;
    Ok(())
}

/// As [`insert_person`], where the phone may be somebody's under another key.
pub(crate) async fn insert_sole(
    tx: &mut Tx<'_>,
    org: &OrgState,
    scope: &Scope,
    new: &NewPerson,
) -> Result<()> {
    if let Some(phone) = &new.particulars.phone {
        keys::sole(tx, &org.keys, new.id, phone).await?;
    }
    insert_person(tx, scope, new).await
}

pub(crate) async fn insert_post(tx: &mut Tx<'_>, scope: &Scope, new: &NewPost) -> Result<()> {
    let seat = &new.seat;
    let (title, title_en) = (seat.title.as_str(), seat.title_en.clone());
    let row = args![new.id, new.person, new.org, title, title_en, seat.area, seat.from_day, seat.to_day];
    tx.run(&store::INSERT_POST, scope, row).await?;
    for role in &seat.roles {
        tx.run(&store::INSERT_ROLE, scope, args![new.id, role.name()]).await?;
    }
    Ok(())
}

/// Makes a person with a first post in the org. What the post may do, the security administrator says. Flaws: those
/// of both forms, `phone_taken`.
pub async fn create(
    org: &OrgState,
    actor: &Actor,
    at: OrgId,
    person: &PersonForm,
    seat: &PostForm,
) -> Result<PersonId> {
    let scope = actor.may(Permission::OrgEdit)?;
    let (particulars, seat) = both(person.check(), seat.check())?;
    let seat = Seat { roles: Vec::new(), ..seat };
    let new = NewPerson::new(org, org.world.id(), particulars)?;
    let post = NewPost { id: org.world.id(), person: new.id, org: at, seat };
    let (id, actor, org_state) = (new.id, actor.clone(), org.clone());
    let made = org.db.write(async move |tx: &mut Tx<'_>| {
        let at = orgs::by_id(tx, &scope, post.org).await?;
        insert_sole(tx, &org_state, &scope, &new).await?;
        insert_post(tx, &scope, &post).await?;
        let detail = json!({ "org": at.name, "title": post.seat.title });
        record(tx, &org_state, &actor, "person.make", ("person", new.id.0), detail).await
    });
    made.await.map_err(phone_taken)?;
    Ok(id)
}

/// All the flaws of two forms at once.
fn both<A, B>(a: Result<A>, b: Result<B>) -> Result<(A, B)> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(Problem::Invalid(mut flaws)), Err(Problem::Invalid(more))) => {
            flaws.extend(more);
            Err(Problem::Invalid(flaws))
        }
        (Err(problem), _) | (_, Err(problem)) => Err(problem),
    }
}

/// A taken phone as a flaw of its field.
pub(crate) fn phone_taken(problem: Problem) -> Problem {
    match problem {
        Problem::Refused(refusal)
            if refusal.code == "taken" && refusal.args.iter().any(|(_, index)| index == "person_phone") =>
        {
            Problem::invalid("phone", "phone_taken")
        }
        other => other,
    }
}

/// Changes a person's particulars. Conflict where someone else was faster; flaws as for [`create`].
pub async fn edit(org: &OrgState, actor: &Actor, change: &EditPerson) -> Result<()> {
    let scope = actor.may(Permission::OrgEdit)?;
    let Particulars { name, name_en, phone } = change.form.check()?;
    let sealed = phone.as_ref().map(|phone| seal(org, change.id, phone)).transpose()?;
    let (id, version, actor, org_state) = (change.id, change.version, actor.clone(), org.clone());
    let done = org.db.write(async move |tx: &mut Tx<'_>| {
        by_id(tx, &scope, id).await?;
        let row = args![id, version, name.as_str(), name_en.clone()];
        if tx.run(&store::EDIT, &scope, row).await? == 0 {
            return Err(Problem::Conflict { by: None });
        }
        if let (Some((sealed, lookup)), Some(phone)) = (&sealed, &phone) {
            keys::sole(tx, &org_state.keys, id, phone).await?;
            tx.run(&store::SET_PHONE, &scope, args![id, sealed.as_str(), lookup.as_str()]).await?;
        }
        let detail = json!({ "phone": sealed.is_some() });
        record(tx, &org_state, &actor, "person.edit", ("person", id.0), detail).await
    });
    done.await.map_err(phone_taken)
}

/// Sets one's own password; all one's sessions end. Flaws: those of [`sign_in::rules::password`], `password_past`
/// (it is one of the last five).
pub async fn set_password(org: &OrgState, actor: &Actor, person: PersonId, password: String) -> Result<()> {
    if actor.person() != Some(person) {
        return Err(Problem::Forbidden { owner: None });
    }
    put_password(org, actor, person, password, false).await
}

/// Sets somebody's first password, which they change when they sign in. The caller holds `Guard`.
pub(crate) async fn give_password(
    org: &OrgState,
    actor: &Actor,
    person: PersonId,
    password: String,
) -> Result<()> {
    put_password(org, actor, person, password, true).await
}

async fn put_password(
    org: &OrgState,
    actor: &Actor,
    person: PersonId,
    password: String,
    given: bool,
) -> Result<()> {
    let scope = Scope::system("set a password");
    let mut read = org.db.read();
    let row: Option<SealedRow> = read.maybe(&store::SEALED_PHONE, &scope, args![person]).await?;
    let phone = opened(org, person, row.ok_or(Problem::NotFound)?)?;
    let named = by_id(&mut read, &scope, person).await?;
    let names: Vec<&str> =
        [Some(named.name.as_str()), named.name_en.as_deref()].into_iter().flatten().collect();
    sign_in::rules::password(&password, phone.as_ref(), &names)?;
    let proof: ProofRow = read.one(&sign_in_store::PROOF, &scope, args![person]).await?;
    let many = sign_in::rules::PASSWORDS_PAST;
    let past: Vec<PastRow> = read.all(&sign_in_store::PAST, &scope, args![person, many]).await?;
    let mut hashes: Vec<String> = past.into_iter().map(|past| past.hash).collect();
    let known = proof.password_hash.filter(|hash| !hashes.contains(hash));
    hashes.extend(known.clone());
    for hash in hashes {
        if org.passwords.check(password.clone(), Some(hash)).await? {
            return Err(Problem::invalid("password", "password_past"));
        }
    }
    let hash = org.passwords.hash(password, org.world.ids.as_ref()).await?;
    let (now, actor, org_state) = (org.world.now(), actor.clone(), org.clone());
    let done = org.db.write(async move |tx: &mut Tx<'_>| {
        tx.run(&store::SET_PASSWORD, &scope, args![person, hash.as_str()]).await?;
        if let Some(first) = &known {
            let row = args![person, now.plus_ms(-1), first.as_str(), false];
            tx.run(&sign_in_store::INSERT_PAST, &scope, row).await?;
        }
        tx.run(&sign_in_store::INSERT_PAST, &scope, args![person, now, hash.as_str(), given]).await?;
        tx.run(&sign_in_store::END_ALL, &scope, args![person]).await?;
        let detail = json!({ "given": given });
        record(tx, &org_state, &actor, "person.password", ("person", person.0), detail).await
    });
    done.await
}

fn opened(org: &OrgState, person: PersonId, row: SealedRow) -> Result<Option<Phone>> {
    let Some(sealed) = row.phone_sealed else { return Ok(None) };
    let digits = org.keys.open(&sealed, person.0)?;
    Ok(Phone::parse("phone", &digits).ok())
}

/// The person's own name, for themselves.
pub async fn own_name(org: &OrgState, person: PersonId) -> Result<String> {
    let scope = Scope::system("one's own name");
    Ok(by_id(&mut org.db.read(), &scope, person).await?.name)
}

/// The person's own phone, whole, for themselves.
pub async fn own_phone(org: &OrgState, person: PersonId) -> Result<Option<Phone>> {
    let scope = Scope::system("one's own phone");
    let row: SealedRow = org.db.read().one(&store::SEALED_PHONE, &scope, args![person]).await?;
    opened(org, person, row)
}

/// A person's phone, whole; who asked and why goes to the audit trail. Flaw: `reason_missing`.
pub async fn phone_of(
    org: &OrgState,
    actor: &Actor,
    person: PersonId,
    reason: &str,
) -> Result<Option<Phone>> {
    actor.may(Permission::PhoneSee).or_else(|_| actor.may(Permission::OrgEdit))?;
    let reason = reason.trim().to_owned();
    if reason.is_empty() {
        return Err(Problem::invalid("reason", "reason_missing"));
    }
    let scope = Scope::system("show a phone");
    let (actor, org_state) = (actor.clone(), org.clone());
    let row = org.db.write(async move |tx: &mut Tx<'_>| {
        let row: Option<SealedRow> = tx.maybe(&store::SEALED_PHONE, &scope, args![person]).await?;
        let entry = audit::Entry {
            copy: &org_state.copy,
            actor: &actor,
            act: "phone.see",
            subject_kind: "person",
            subject: Some(person.0),
            reason: Some(&reason),
            detail: json!({}),
        };
        audit::audit(tx, &org_state.world, &entry).await?;
        row.ok_or(Problem::NotFound)
    });
    opened(org, person, row.await?)
}

/// Gives a person another post, without roles. Flaws: those of the form.
pub async fn add_post(
    org: &OrgState,
    actor: &Actor,
    person: PersonId,
    at: OrgId,
    seat: &PostForm,
) -> Result<PostId> {
    let scope = actor.may(Permission::OrgEdit)?;
    let seat = Seat { roles: Vec::new(), ..seat.check()? };
    let new = NewPost { id: org.world.id(), person, org: at, seat };
    let (id, actor, org_state) = (new.id, actor.clone(), org.clone());
    let made = org.db.write(async move |tx: &mut Tx<'_>| {
        by_id(tx, &scope, new.person).await?;
        let at = orgs::by_id(tx, &scope, new.org).await?;
        insert_post(tx, &scope, &new).await?;
        let detail = json!({ "org": at.name, "title": new.seat.title });
        record(tx, &org_state, &actor, "post.make", ("post", new.id.0), detail).await
    });
    made.await?;
    Ok(id)
}

/// Sets a post's last day. What the person did in it stays theirs. Flaws: those of [`EndPost::check`]. Refusal:
/// `two_administrators`, where the post would run into another one.
pub async fn end_post(org: &OrgState, actor: &Actor, id: PostId, end: &EndPost) -> Result<()> {
    let scope = actor.may(Permission::OrgEdit)?;
    let (end, actor, org_state) = (end.clone(), actor.clone(), org.clone());
    let ended = org.db.write(async move |tx: &mut Tx<'_>| {
        let row = post(tx, &scope, id).await?;
        let to_day = end.check(row.from_day)?;
        guard::check_days(tx, row.person, id, (row.from_day, Some(to_day)), row.roles.as_deref()).await?;
        tx.run(&store::SET_LAST_DAY, &scope, args![id, to_day]).await?;
        let detail = json!({ "to_day": to_day.to_string() });
        record(tx, &org_state, &actor, "post.end", ("post", id.0), detail).await
    });
    ended.await
}

/// Takes back [`end_post`]: the post is open again. Refusal: `two_administrators`.
pub async fn reopen_post(org: &OrgState, actor: &Actor, id: PostId) -> Result<()> {
    let scope = actor.may(Permission::OrgEdit)?;
    let (actor, org_state) = (actor.clone(), org.clone());
    let opened = org.db.write(async move |tx: &mut Tx<'_>| {
        let row = post(tx, &scope, id).await?;
        guard::check_days(tx, row.person, id, (row.from_day, None), row.roles.as_deref()).await?;
        tx.run(&store::REOPEN, &scope, args![id]).await?;
        record(tx, &org_state, &actor, "post.reopen", ("post", id.0), json!({})).await
    });
    opened.await
}

async fn record(
    tx: &mut Tx<'_>,
    org: &OrgState,
    actor: &Actor,
    act: &'static str,
    (subject_kind, subject): (&'static str, Uuid),
    detail: Json,
) -> Result<()> {
    let copy: &str = &org.copy;
    let entry = audit::Entry { copy, actor, act, subject_kind, subject: Some(subject), reason: None, detail };
    audit::audit(tx, &org.world, &entry).await
}
