//! Alliances, their members, programmes with what is over and what is to come, and who wants to be thanked; through the
//! real actions.

use super::{staff, themselves};
use crate::{
    demo::{self, City, Helping, OrgKind, Plan, Runs},
    engine::Engine,
};
use linli_authz::{Actor, Role, Tier};
use linli_base::{AreaId, Day, ManualClock, OrgId, Problem, Result, World};
use linli_hearts::{
    alliances::{self, Member, Said},
    programmes::{self, New, Time},
    thanks,
};
use std::{collections::BTreeMap, sync::Arc};

/// Member units and neighbours of each alliance.
const MEMBERS: (usize, usize) = (3, 4);
/// When the activities of a programme are, in days from today.
const DAYS: [i64; 4] = [-21, -7, 4, 11];
/// So many days before an activity people sign up for it.
const BEFORE: i64 = 3;
/// Who wants to be thanked, and whether as 王**.
const THANKED: [bool; 3] = [false, true, false];

/// Whoever does it, and when.
struct Load<'a> {
    engine: &'a Engine,
    city: &'a City,
    helping: &'a [Helping],
    staff: BTreeMap<OrgId, Vec<Actor>>,
}

/// Everything of this.
pub(super) async fn load(engine: &Engine, city: &City, helping: &[Helping]) -> Result<()> {
    let load = Load { engine, city, helping, staff: staff(city) };
    let mut communities: Vec<AreaId> = Vec::new();
    for one in helping {
        if communities.len() < demo::COMMUNITIES && !communities.contains(&one.community) {
            communities.push(one.community);
        }
    }
    let streets: Vec<AreaId> = city.tier(Tier::Street).map(|area| area.id).collect();
    let mut founded = Vec::new();
    for (nth, area) in streets.iter().chain(&communities).enumerate() {
        founded.push((*area, load.alliance(nth, *area).await?));
    }
    for (later, plan) in (0..).zip(&demo::PLANS) {
        load.programme((plan, later), &founded, streets.len()).await?;
    }
    for (masked, one) in THANKED.into_iter().zip(helping) {
        thanks::agree(&engine.org.db, &load.on(-30), &themselves(one.person), masked).await?;
    }
    Ok(())
}

fn nobody() -> Problem {
    Problem::broken("loading the demo city", "nobody to found or run it")
}

impl Load<'_> {
    /// The world at noon of a day, so many days from today.
    fn on(&self, days: i64) -> World {
        self.at(self.today().plus(days))
    }

    fn at(&self, day: Day) -> World {
        let clock = Arc::new(ManualClock::new(day.start().plus_hours(12)));
        World { clock, ids: self.engine.site.world.ids.clone() }
    }

    fn today(&self) -> Day {
        self.engine.site.world.now().day()
    }

    fn who(&self, org: Option<OrgId>, role: Role) -> Result<&Actor> {
        let staff = org.and_then(|org| self.staff.get(&org));
        staff.into_iter().flatten().find(|actor| actor.is(role)).ok_or_else(nobody)
    }

    fn desk(&self, area: AreaId) -> Result<&Actor> {
        self.who(self.city.office_of(area).map(|office| office.id), Role::Clerk)
    }

    /// Those who help in a community, or in any of a street's.
    fn near(&self, area: AreaId) -> impl Iterator<Item = &Helping> {
        let inside = move |one: &&Helping| {
            let parent = self.city.area(one.community).and_then(|community| community.parent);
            one.community == area || parent == Some(area)
        };
        self.helping.iter().filter(inside)
    }

    async fn alliance(&self, nth: usize, area: AreaId) -> Result<OrgId> {
        let (db, world) = (&self.engine.org.db, self.at(demo::reported().plus(10)));
        let place = self.city.area(area).ok_or_else(nobody)?;
        let [about, about_en] = demo::ABOUT.map(str::to_owned);
        let said = Said {
            name: format!("{}党员服务联盟", place.name),
            name_en: Some(format!("{} Alliance", place.name_en)),
            about,
            about_en: Some(about_en),
            skills: demo::SKILLS.map(str::to_owned).to_vec(),
        };
        let id = alliances::found(db, &world, self.desk(area)?, Some(area), said).await?;
        let (units, people) = MEMBERS;
        let works = |org: &&demo::Org| matches!(org.kind, OrgKind::Unit | OrgKind::Department);
        for org in self.city.orgs.iter().filter(works).cycle().skip(nth * units).take(units) {
            let leader = self.who(Some(org.id), Role::Leader)?;
            alliances::join(db, &world, leader, id, Member::Unit(org.id)).await?;
        }
        for one in self.near(area).take(people) {
            alliances::join(db, &world, &themselves(one.person), id, Member::Person(one.person)).await?;
        }
        Ok(id)
    }

    /// A programme whose activities are some days later than [`DAYS`].
    async fn programme(
        &self,
        (plan, later): (&Plan, i64),
        founded: &[(AreaId, OrgId)],
        streets: usize,
    ) -> Result<()> {
        let of = |nth: usize| founded.get(nth).copied().ok_or_else(nobody);
        let first = of(streets)?.0;
        let (area, org, runs) = match plan.runs {
            Runs::Alliance(nth) => {
                of(streets + nth).and_then(|(area, org)| Ok((area, org, self.desk(area)?)))?
            }
            Runs::Street => of(0).and_then(|(area, org)| Ok((area, org, self.desk(area)?)))?,
            Runs::Office => {
                let office = self.city.office_of(first).ok_or_else(nobody)?.id;
                (first, office, self.desk(first)?)
            }
            Runs::Unit(name) => {
                let unit = self.city.org_named(name).ok_or_else(nobody)?.id;
                (first, unit, self.who(Some(unit), Role::Worker)?)
            }
        };
        let db = &self.engine.org.db;
        let said = programmes::Said {
            title: plan.title[0].to_owned(),
            title_en: Some(plan.title[1].to_owned()),
            about: plan.about[0].to_owned(),
            about_en: Some(plan.about[1].to_owned()),
            skill: Some(plan.skill.to_owned()),
            from: self.today().plus(-60),
            to: None,
        };
        let new = New { org: Some(org), area: Some(area), said };
        let id = programmes::make(db, &self.on(-60), runs, new).await?;
        for (nth, days) in DAYS.map(|days| days + later).into_iter().enumerate() {
            let before = self.on((days - BEFORE).min(-1));
            let begins = self.today().plus(days).start().plus_hours(plan.hours.0);
            let time = Time {
                begins,
                ends: begins.plus_hours(plan.hours.1),
                place: plan.spot.to_owned(),
                wanted: plan.wanted,
            };
            let activity = programmes::add(db, &before, runs, id, time).await?;
            let some = usize::try_from(plan.wanted).unwrap_or(0).min(5) - nth.min(1);
            let mut came = Vec::new();
            for one in self.near(area).skip(nth).take(some) {
                programmes::sign_up(db, &before, &themselves(one.person), activity).await?;
                came.push(one.person);
            }
            if days < 0 {
                programmes::came(db, &self.on(days + 1), runs, activity, came).await?;
            }
        }
        Ok(())
    }
}
