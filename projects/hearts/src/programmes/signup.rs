use super::{
    everybody,
    store::{self, Activity, Key},
};
use crate::volunteers;
use linli_authz::Actor;
use linli_base::{At, PersonId, Problem, Result, World};
use linli_org::areas;
use linli_store::{Db, Query, args};
use uuid::Uuid;

fn own(actor: &Actor) -> Result<PersonId> {
    actor.person().ok_or(Problem::SignIn)
}

/// A volunteer's word to come. Refusals: `join_first` of whoever is no volunteer; `activity_full`; `activity_over`
/// where it has begun or was called off.
pub async fn sign_up(db: &Db, world: &World, actor: &Actor, id: Uuid) -> Result<()> {
    let (person, now) = (own(actor)?, world.now());
    if volunteers::of(&mut db.read(), actor).await?.is_none() {
        return Err(Problem::refused("join_first"));
    }
    db.write(async move |tx| {
        if tx.run(&store::SIGN, &everybody(), args![id, person, now]).await? == 0
            || tx.run(&store::TAKE_PLACE, &everybody(), args![id, now]).await? > 0
        {
            return Ok(());
        }
        let found: Activity = tx.one(&store::ACTIVITY, &everybody(), args![id]).await?;
        let over = found.off_at.is_some() || found.begins_at <= now;
        Err(Problem::refused(if over { "activity_over" } else { "activity_full" }))
    })
    .await
}

/// Takes that word back before it begins; nothing is left of it. Refusal: `activity_over`.
pub async fn sign_off(db: &Db, world: &World, actor: &Actor, id: Uuid) -> Result<()> {
    let (person, now) = (own(actor)?, world.now());
    db.write(async move |tx| {
        if tx.run(&store::SIGN_OFF, &everybody(), args![id, person, now]).await? == 0 {
            return Err(Problem::refused("activity_over"));
        }
        tx.run(&store::GIVE_PLACE, &everybody(), args![id]).await.map(drop)
    })
    .await
}

/// What the actor has signed up for and is not over, also what was called off.
pub async fn mine(q: &mut impl Query, actor: &Actor, now: At) -> Result<Vec<Activity>> {
    q.all(&store::MINE, &everybody(), args![own(actor)?, now]).await
}

/// All that somebody has ever signed up for.
pub async fn all_mine(q: &mut impl Query, person: PersonId) -> Result<Vec<Activity>> {
    q.all(&store::ALL_MINE, &everybody(), args![person]).await
}

/// The keys of what the actor has signed up for in a programme.
pub async fn mine_of(q: &mut impl Query, actor: &Actor, programme: Uuid) -> Result<Vec<Uuid>> {
    let keys: Vec<Key> = q.all(&store::MINE_OF, &everybody(), args![own(actor)?, programme]).await?;
    Ok(keys.into_iter().map(|key| key.id).collect())
}

/// The next activities with places left in the community where the actor helps, and its street's.
pub async fn open(q: &mut impl Query, actor: &Actor, now: At) -> Result<Vec<Activity>> {
    let Some(volunteer) = volunteers::of(q, actor).await? else { return Ok(Vec::new()) };
    let street = areas::columns(q, &everybody(), volunteer.community).await?.street;
    q.all(&store::OPEN, &everybody(), args![street, volunteer.community, now, own(actor)?]).await
}
