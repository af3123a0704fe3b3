//! 嘉许 and stars: somebody is thanked in public where they asked for it (ADR 23).
//!
//! The stars of 民政部《志愿服务记录办法》(2012) come from confirmed hours and are stored nowhere. Nobody else sees
//! somebody's hours, and no list is in their order.

pub mod pages;
mod store;

pub(crate) use store::{FORGET, STATEMENTS};

use crate::volunteers;
use linli_authz::{Actor, Scope};
use linli_base::{AreaId, At, Day, PersonId, Problem, Result, World};
use linli_i18n::{Lang, masked_name};
use linli_store::{Db, Query, args};

/// From so many hours on there are one, two … five stars.
const HOURS: [i64; 5] = [100, 300, 600, 1_000, 1_500];

/// How many stars confirmed minutes are worth.
pub fn stars(minutes: i64) -> usize {
    HOURS.iter().filter(|hours| minutes >= **hours * 60).count()
}

/// Minutes that are left to the next star; `None` where there is none above.
pub fn to_next(minutes: i64) -> Option<i64> {
    HOURS.iter().map(|hours| hours * 60 - minutes).find(|left| *left > 0)
}

/// Where somebody wants to be thanked, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// By which community.
    pub community: AreaId,
    /// As 王**.
    pub masked: bool,
    /// Since when.
    pub since: At,
}

/// Somebody who is thanked, as everybody may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thanked {
    /// The name as they want it shown.
    pub name: String,
    /// Stars, 0 to 5.
    pub stars: usize,
}

/// A community, and whom it thanks.
#[derive(Clone, Debug)]
pub struct Thanks {
    /// The community's name.
    pub community: (String, Option<String>),
    /// By name.
    pub people: Vec<Thanked>,
}

fn scope() -> Scope {
    Scope::system("thanks that somebody asked for")
}

fn own(actor: &Actor) -> Result<PersonId> {
    actor.person().ok_or(Problem::SignIn)
}

/// Wants to be thanked in public by the community where they help, from now on. Refusal: `join_first`.
pub async fn agree(db: &Db, world: &World, actor: &Actor, masked: bool) -> Result<()> {
    let (person, now) = (own(actor)?, world.now());
    let volunteer = volunteers::of(&mut db.read(), actor).await?;
    let community = volunteer.ok_or_else(|| Problem::refused("join_first"))?.community;
    db.write(async move |tx| {
        tx.run(&store::AGREE, &scope(), args![person, community, masked, now]).await.map(drop)
    })
    .await
}

/// Takes it back, at once.
pub async fn take_back(db: &Db, actor: &Actor) -> Result<()> {
    let person = own(actor)?;
    db.write(async move |tx| tx.run(&store::FORGET, &scope(), args![person]).await.map(drop)).await
}

/// What somebody asked for.
pub async fn of(q: &mut impl Query, person: PersonId) -> Result<Option<Recognition>> {
    let row: Option<store::Row> = q.maybe(&store::OF, &scope(), args![person]).await?;
    Ok(row.map(|row| Recognition { community: row.community_id, masked: row.masked, since: row.agreed_at }))
}

/// The actor's own confirmed minutes of all time.
pub async fn minutes(q: &mut impl Query, actor: &Actor, today: Day) -> Result<i64> {
    Ok(volunteers::total(q, actor, (Day(0), today)).await?.minutes)
}

/// Whom the communities thank, in the order of the communities and of the names as they are shown.
pub async fn list(q: &mut impl Query, lang: Lang, community: Option<AreaId>) -> Result<Vec<Thanks>> {
    let rows: Vec<store::ThankedRow> = q.all(&store::LIST, &scope(), args![community]).await?;
    let thanked = |row: &store::ThankedRow| {
        let name = row.name_en.as_ref().filter(|_| !lang.is_zh()).unwrap_or(&row.name);
        let name = if row.masked { masked_name(name) } else { name.clone() };
        Thanked { name, stars: stars(row.minutes) }
    };
    let part = |rows: &[store::ThankedRow]| {
        let first = rows.first()?;
        let mut people: Vec<Thanked> = rows.iter().map(thanked).collect();
        people.sort_by(|a, b| a.name.cmp(&b.name));
        Some(Thanks { community: (first.area.clone(), first.area_en.clone()), people })
    };
    Ok(rows.chunk_by(|a, b| a.area == b.area).filter_map(part).collect())
}

#[cfg(test)]
mod tests {
    use super::{stars, to_next};

    #[test]
    fn stars_follow_the_five_steps_of_the_ministry() {
        let of = |hours: i64| (stars(hours * 60), to_next(hours * 60).map(|left| left / 60));
        assert_eq!(of(0), (0, Some(100)));
        assert_eq!((stars(100 * 60 - 1), of(100)), (0, (1, Some(200))));
        assert_eq!((of(300), of(600), of(1_000)), ((2, Some(300)), (3, Some(400)), (4, Some(500))));
        assert_eq!(of(1_500), (5, None));
    }
}
