use super::{
    hours::communities,
    store::{self, CountRow},
};
use crate::trail::note;
use linli_authz::{Actor, Scope};
use linli_base::{PersonId, Result, World};
use linli_store::{Db, Query, args};

pub use store::Unknown;

/// Those who have joined in the communities of the actor's reach and are not known there yet, the longest first; with how
/// many are.
pub async fn unknown(q: &mut impl Query, actor: &Actor) -> Result<(i64, Vec<Unknown>)> {
    let communities = communities(q, actor).await?;
    let scope = Scope::system("volunteers of the communities in reach");
    let known: CountRow = q.one(&store::KNOWN_MANY, &scope, std::slice::from_ref(&communities)).await?;
    Ok((known.number, q.all(&store::UNKNOWN, &scope, &[communities]).await?))
}

/// The community says that it knows them: from then on they may come by themselves. Nobody says it of themselves. Each
/// leaves a row in the trail.
pub async fn say_known(db: &Db, world: &World, actor: &Actor, people: Vec<PersonId>) -> Result<()> {
    let communities = communities(&mut db.read(), actor).await?;
    let (now, by, actor, world) = (world.now(), actor.person(), actor.clone(), world.clone());
    db.write(async move |tx| {
        let scope = Scope::system("volunteers of the communities in reach");
        for person in &people {
            let row = args![*person, communities.clone(), now, by];
            if tx.run(&store::SAY_KNOWN, &scope, row).await? > 0 {
                note(tx, &world, &actor, ("volunteer.known", "volunteer", person.0), None).await?;
            }
        }
        Ok(())
    })
    .await
}
