use super::{
    everybody,
    store::{self, Belongs, Many},
};
use crate::volunteers;
use linli_authz::{Actor, Role};
use linli_base::{OrgId, PersonId, Problem, Result, World};
use linli_store::{Db, Query, args};

/// Who joins, leaves and belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    /// A unit, by the word of its leader.
    Unit(OrgId),
    /// Somebody for themselves.
    Person(PersonId),
}

impl Member {
    /// Whoever acts, as themselves.
    pub fn person(actor: &Actor) -> Option<Member> {
        actor.person().map(Member::Person)
    }

    /// The org that the actor leads, in the hat that they wear.
    pub fn unit(actor: &Actor) -> Option<Member> {
        actor.hat().filter(|_| actor.is(Role::Leader)).map(|hat| Member::Unit(hat.org))
    }

    fn columns(self) -> (Option<OrgId>, Option<PersonId>) {
        match self {
            Member::Unit(org) => (Some(org), None),
            Member::Person(person) => (None, Some(person)),
        }
    }
}

/// Whether they belong to it.
pub async fn belongs(q: &mut impl Query, id: OrgId, member: Member) -> Result<bool> {
    let (org, person) = member.columns();
    let many: Many = q.one(&store::STANDS, &everybody(), args![id, org, person]).await?;
    Ok(many.many > 0)
}

/// The alliances that somebody belongs to.
pub async fn of(q: &mut impl Query, person: PersonId) -> Result<Vec<Belongs>> {
    q.all(&store::OF_PERSON, &everybody(), args![person]).await
}

/// Whether `member` is the actor themselves or the unit that they lead. Forbidden where it is neither.
fn speaks(actor: &Actor, member: Member) -> Result<()> {
    let speaks = match member {
        Member::Person(_) => Member::person(actor) == Some(member),
        Member::Unit(_) => Member::unit(actor) == Some(member),
    };
    if speaks { Ok(()) } else { Err(Problem::Forbidden { owner: None }) }
}

/// Joins: a volunteer for themselves, a unit through its leader. Whoever has joined already stays. Refusals:
/// `join_first` of whoever is no volunteer, `alliance_over`.
pub async fn join(db: &Db, world: &World, actor: &Actor, id: OrgId, member: Member) -> Result<()> {
    speaks(actor, member)?;
    if matches!(member, Member::Person(_)) && volunteers::of(&mut db.read(), actor).await?.is_none() {
        return Err(Problem::refused("join_first"));
    }
    if super::by_id(&mut db.read(), id).await?.to_day.is_some() {
        return Err(Problem::refused("alliance_over"));
    }
    let ((org, person), key, today) = (member.columns(), world.ids.uuid(world.now()), world.now().day());
    db.write(async move |tx| {
        tx.run(&store::JOIN, &everybody(), args![key, id, org, person, today]).await.map(drop)
    })
    .await
}

/// Leaves, without a reason.
pub async fn leave(db: &Db, world: &World, actor: &Actor, id: OrgId, member: Member) -> Result<()> {
    speaks(actor, member)?;
    let ((org, person), today) = (member.columns(), world.now().day());
    db.write(async move |tx| {
        tx.run(&store::LEAVE, &everybody(), args![id, org, person, today]).await.map(drop)
    })
    .await
}
