use super::store;
use crate::flaws::flaw;
use linli_authz::{Actor, Permission, Scope, Tier};
use linli_base::{AreaId, CaseId, Day, Flaw, PersonId, Problem, Result, World};
use linli_org::areas;
use linli_store::{Db, Query, Value, args};
use uuid::Uuid;

pub use store::{Logged, Total};

/// How far back hours may be logged, in days.
const BACK: i64 = 60;
/// The longest words for what was done, in characters.
const WORDS: usize = 60;

fn own(actor: &Actor) -> Result<PersonId> {
    actor.person().ok_or(Problem::SignIn)
}

/// Logs one's own minutes for something that was no order. Flaws by field.
pub async fn log(
    db: &Db,
    world: &World,
    actor: &Actor,
    community: AreaId,
    (day, minutes, what): (Day, i64, String),
) -> Result<()> {
    let (person, now) = (own(actor)?, world.now());
    let what = what.trim().to_owned();
    let mut flaws = Vec::new();
    if day > now.day() || day < now.day().plus(-BACK) {
        flaws.push(Flaw::new("day", "hours_day").with("days", BACK));
    }
    if !(5..=600).contains(&minutes) {
        flaws.push(Flaw::new("minutes", "not_a_number").with("from", 5).with("to", 600));
    }
    flaws.extend(flaw("what", &what, WORDS));
    if !flaws.is_empty() {
        return Err(Problem::Invalid(flaws));
    }
    let id: Uuid = world.ids.uuid(now);
    db.write(async move |tx| {
        let scope = Scope::system("log one's own hours");
        let (case, what_en) = (None::<CaseId>, None::<String>);
        let row = args![id, person, case, community, day, minutes, what.as_str(), what_en, now];
        tx.run(&store::LOG, &scope, row).await.map(drop)
    })
    .await
}

/// Takes a line of one's own away, while nobody has confirmed it.
pub async fn take_away(db: &Db, actor: &Actor, line: Uuid) -> Result<()> {
    let person = own(actor)?;
    let gone = db
        .write(async move |tx| {
            tx.run(&store::DROP_OWN, &Scope::system("one's own"), args![line, person]).await
        })
        .await?;
    if gone == 0 { Err(Problem::NotFound) } else { Ok(()) }
}

/// What people did for an order: a line for each who has taken it on. Safe to run twice.
pub async fn log_done(
    db: &Db,
    world: &World,
    (case, community): (CaseId, AreaId),
    people: Vec<PersonId>,
    (day, minutes): (Day, i64),
    (what, what_en): (String, Option<String>),
) -> Result<()> {
    let now = world.now();
    let lines: Vec<(Uuid, PersonId)> =
        people.into_iter().map(|person| (world.ids.uuid(now), person)).collect();
    db.write(async move |tx| {
        let scope = Scope::system("log the hours of an order");
        for (id, person) in &lines {
            let (what, what_en) = (what.as_str(), what_en.clone());
            let row = args![*id, *person, Some(case), community, day, minutes, what, what_en, now];
            tx.run(&store::LOG, &scope, row).await?;
        }
        Ok(())
    })
    .await
}

/// The asker has said that it was done. Safe to run twice.
pub async fn confirm_by_asker(db: &Db, world: &World, case: CaseId) -> Result<()> {
    let now = world.now();
    db.write(async move |tx| {
        let scope = Scope::system("confirm the hours of an order");
        tx.run(&store::CONFIRM_CASE, &scope, args![case, now]).await.map(drop)
    })
    .await
}

/// Lines of the communities in reach that wait for their desk: those that no asker can confirm.
pub async fn waiting(q: &mut impl Query, actor: &Actor) -> Result<Vec<Logged>> {
    let communities = communities(q, actor).await?;
    q.all(&store::WAITING, &Scope::system("read hours that wait"), &[communities]).await
}

/// The communities whose lists the actor may change.
pub(super) async fn communities(q: &mut impl Query, actor: &Actor) -> Result<Value> {
    let scope = actor.may(Permission::ServicesEdit)?;
    let communities = areas::of_tier(q, &scope, Tier::Community).await?;
    Ok(Value::List(communities.into_iter().map(|area| area.id.into()).collect()))
}

/// The desk confirms a line; nobody confirms their own. Not found where it is not there, or confirmed already.
pub async fn confirm(db: &Db, world: &World, actor: &Actor, line: Uuid) -> Result<()> {
    let communities = communities(&mut db.read(), actor).await?;
    let scope = Scope::system("confirm hours");
    let (person, now) = (own(actor)?, world.now());
    let done = db
        .write(async move |tx| {
            tx.run(&store::CONFIRM, &scope, args![line, communities.clone(), now, person]).await
        })
        .await?;
    if done == 0 { Err(Problem::NotFound) } else { Ok(()) }
}

/// One's own lines since a day, the newest first.
pub async fn mine(q: &mut impl Query, actor: &Actor, since: Day) -> Result<Vec<Logged>> {
    q.all(&store::LOGGED, &Scope::system("one's own hours"), args![own(actor)?, since]).await
}

/// One's own confirmed total from a day to a day.
pub async fn total(q: &mut impl Query, actor: &Actor, (from, to): (Day, Day)) -> Result<Total> {
    q.one(&store::TOTAL, &Scope::system("one's own hours"), args![own(actor)?, from, to]).await
}
