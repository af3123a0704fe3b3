use super::{of, rules::quarter, store, total};
use linli_authz::{Actor, Role, Scope};
use linli_base::{Day, OrgId, PersonId, Problem, Refusal, Result, World};
use linli_store::{Db, Query, args};

pub use store::Card;

/// The last quarter that is over, as a member's card shows it.
#[derive(Clone, Debug)]
pub struct Quarter {
    /// `2026-Q3`.
    pub name: String,
    /// Its first and last day.
    pub days: (Day, Day),
    /// How often and how many minutes, confirmed.
    pub times: i64,
    /// Confirmed minutes.
    pub minutes: i64,
    /// Their unit.
    pub unit: OrgId,
    /// What the unit sees, where it was released.
    pub released: Option<Card>,
}

fn own(actor: &Actor) -> Result<PersonId> {
    actor.person().ok_or(Problem::SignIn)
}

/// The card of the last quarter, for a member who has a unit.
pub async fn card(q: &mut impl Query, actor: &Actor, today: Day) -> Result<Option<Quarter>> {
    let Some(unit) = of(q, actor).await?.and_then(|volunteer| volunteer.unit) else { return Ok(None) };
    let (_, begin, _) = quarter(today);
    let (name, first, last) = quarter(begin.plus(-1));
    let sum = total(q, actor, (first, last)).await?;
    let scope = Scope::system("one's own card");
    let released = q.maybe(&store::CARD, &scope, args![own(actor)?, name.as_str()]).await?;
    Ok(Some(Quarter { name, days: (first, last), times: sum.times, minutes: sum.minutes, unit, released }))
}

/// Lets the unit see the last quarter's totals. Refusal: `no_unit`.
pub async fn release(db: &Db, world: &World, actor: &Actor) -> Result<()> {
    let (person, now) = (own(actor)?, world.now());
    let card = card(&mut db.read(), actor, now.day()).await?.ok_or_else(|| Refusal::new("no_unit"))?;
    db.write(async move |tx| {
        let row = args![person, card.name.as_str(), card.unit, card.times, card.minutes, now];
        tx.run(&store::RELEASE, &Scope::system("release one's own card"), row).await.map(drop)
    })
    .await
}

/// Takes it back: the unit sees nothing of it any more.
pub async fn take_back(db: &Db, world: &World, actor: &Actor) -> Result<()> {
    let person = own(actor)?;
    let (_, begin, _) = quarter(world.now().day());
    let (name, ..) = quarter(begin.plus(-1));
    db.write(async move |tx| {
        let scope = Scope::system("take one's own card back");
        tx.run(&store::TAKE_BACK, &scope, args![person, name.as_str()]).await.map(drop)
    })
    .await
}

/// What members have released to the unit whose leader asks, by quarter and name.
pub async fn cards(q: &mut impl Query, actor: &Actor) -> Result<Vec<Card>> {
    let unit = actor.hat().filter(|_| actor.is(Role::Leader)).map(|hat| hat.org);
    let unit = unit.ok_or(Problem::Forbidden { owner: None })?;
    q.all(&store::CARDS, &Scope::system("cards released to a unit"), args![unit]).await
}
