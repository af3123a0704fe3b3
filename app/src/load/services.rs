//! The catalogue in use: a community changes two items and adds one, units claim some, and most are vetted.

use super::staff;
use crate::{
    demo::{self, City, Years},
    engine::Engine,
};
use linli_authz::{Actor, Permission, Role, Tier};
use linli_base::{AreaId, ManualClock, Problem, Result, World};
use linli_hearts::services::{
    self, Heart, Line, NewItem, Terms, Way,
    claims::{self, NewClaim, Verdict},
};
use linli_org::OrgState;
use std::{collections::BTreeMap, sync::Arc};

/// When it was claimed: after members began to report; vetted two days later.
const LATER: i64 = 20;
/// The community that has a list of its own.
const OWN: &str = "海韵社区";

/// Everything of this, through the real actions.
pub(super) async fn serve(engine: &Engine, city: &City, years: Years) -> Result<()> {
    let staff = staff(city);
    let who = |org: Option<&demo::Org>, roles: [Role; 2]| -> Result<Actor> {
        let mut able = org.and_then(|org| staff.get(&org.id)).into_iter().flatten();
        let found = able.rfind(|actor| roles.iter().any(|role| actor.is(*role)));
        found.cloned().ok_or_else(|| Problem::broken("loading the demo city", "nobody to claim or vet"))
    };
    let areas: BTreeMap<&str, AreaId> =
        city.tier(Tier::Community).map(|it| (it.name.as_str(), it.id)).collect();
    let desk = |community: Option<AreaId>| match community {
        Some(community) => city.office_of(community),
        None => city.tier(Tier::City).next().and_then(|root| city.office_of(root.id)),
    };
    let then = demo::reported().plus(LATER).start().plus_hours(9);
    let at = |days: i64| {
        let clock = Arc::new(ManualClock::new(then.plus_ms(days * 86_400_000)));
        let world = World { clock, ids: engine.site.world.ids.clone() };
        OrgState { world, ..engine.org.clone() }
    };
    let lines = services::list(&mut engine.org.db.read(), None, then.day()).await?;
    let line = |number: i64| lines.iter().find(|line| line.number == Some(number)).ok_or(Problem::NotFound);
    let more = if years == Years::All { demo::more_claims(city) } else { Vec::new() };
    let more =
        more.into_iter().map(|(number, org, community, brings)| (number, org, Some(community), brings, true));
    let claimed = demo::CLAIMED.into_iter().map(|(number, org, community, brings, vetted)| {
        (number, org, community.and_then(|name| areas.get(name).copied()), brings, vetted)
    });
    for (number, org, community, brings, vetted) in claimed.chain(more) {
        let new = NewClaim {
            id: engine.site.world.id(),
            item: line(number)?.id,
            community,
            brings: brings.to_owned(),
            from: then.day(),
        };
        let unit = who(city.org_named(org), [Role::Worker, Role::Leader])?;
        let clerk = who(desk(community), [Role::Clerk, Role::Clerk])?;
        let (claimed, decided) = (at(0), at(2));
        let written = engine.org.db.write(async move |tx| {
            let id = claims::claim(tx, &claimed, &unit, &new).await?;
            if vetted {
                claims::decide(tx, &decided, &clerk, (id, 1), Verdict::Accept, "").await?;
            }
            Ok(())
        });
        written.await?;
    }
    let community = areas.get(OWN).copied().ok_or(Problem::NotFound)?;
    let clerk = who(desk(Some(community)), [Role::Clerk, Role::Clerk])?;
    own_list(at(0), clerk, community, (line(28)?.clone(), line(24)?.clone())).await
}

/// Repairs cost less and are done on call, work at home is not offered, and an item is added.
async fn own_list(org: OrgState, clerk: Actor, here: AreaId, (repairs, work): (Line, Line)) -> Result<()> {
    let (scope, by, today) = (clerk.may(Permission::ServicesEdit)?, clerk.person(), org.world.now().day());
    let db = org.db.clone();
    let written = db.write(async move |tx| {
        let mut cheaper = repairs.terms.1.clone();
        if let Some(price) = cheaper.prices.first_mut() {
            price.fen = 2_000;
        }
        let unused = Terms { used: false, ..work.terms.1.clone() };
        for (item, terms) in [(repairs.id, cheaper), (work.id, unused)] {
            services::choose(tx, &scope, &org.world, (item, Some(here)), None, terms, today, by).await?;
        }
        let new = NewItem {
            id: org.world.id(),
            group: "law.safety".to_owned(),
            name: "赶海安全讲一讲".to_owned(),
            name_en: Some("Safe on the tidal flats".to_owned()),
        };
        let terms = Terms {
            used: true,
            way: Way::Volunteer,
            hearts: vec![Heart::Safe],
            frequency: "每月一次".to_owned(),
            frequency_en: Some("monthly".to_owned()),
            standard: "看潮汐表，说清哪里不能去。".to_owned(),
            standard_en: Some("Reads the tide table and says where not to go.".to_owned()),
            prices: Vec::new(),
        };
        services::add_own(tx, &scope, &org.world, here, new, terms, by).await.map(drop)
    });
    written.await
}
