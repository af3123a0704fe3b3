//! Who helps, and what was ordered of late, through the real actions.

use super::{Replay, SEED, alliances, staff, themselves};
use crate::{
    demo::{self, City, Helping, ScriptedStep, Years},
    engine::Engine,
};
use linli_authz::{Actor, Role, Scope};
use linli_base::{AreaId, At, ManualClock, PersonId, Phone, Point, Problem, Result, World};
use linli_casework::NewCase;
use linli_hearts::{
    orders::{self, NewOrder},
    services::{
        self, Line,
        claims::{self, NewClaim, Verdict},
    },
    volunteers::{self, Times, Volunteer},
    wishes::{self, NewWish},
};
use linli_org::{
    OrgState, bulk,
    people::{NewPerson, Particulars},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use tokio::task::{JoinError, JoinSet};

/// How many cases one transaction tells.
const CHUNK: usize = 100;
/// How many join at once.
const AT_ONCE: usize = 16;
/// So many of those who have joined wait for their community to say that it knows them.
const UNKNOWN: usize = 3;

/// Loads helpers, orders and wishes.
pub(super) async fn load(engine: &Engine, city: &City, years: Years) -> Result<()> {
    let now = engine.site.world.now();
    let mut helping = demo::helping(city, SEED);
    if years == Years::All {
        let members = demo::members(city, helping.len(), SEED);
        people(engine, &members).await?;
        helping.extend(members.into_iter().map(|(_, helping)| helping));
    }
    join_all(engine, city, &helping).await?;
    if years == Years::All {
        alone(engine, city, &helping).await?;
    }
    Box::pin(alliances::load(engine, city, &helping)).await?;
    let (staff, started) = (Arc::new(staff(city)), now.day());
    let replay = |pictures| Replay::new(engine, started, staff.clone(), pictures);
    Box::pin(orders(engine, city, &helping, replay(Arc::default()), years)).await?;
    Box::pin(wishes(engine, city, &helping, replay(Arc::default()), years)).await
}

/// Members have no post and no phone: they cannot sign in.
async fn people(engine: &Engine, members: &[(demo::Person, Helping)]) -> Result<()> {
    let new = members.iter().map(|(person, _)| {
        let (name, name_en) = (person.name.clone(), Some(person.name_en.clone()));
        let new = NewPerson::new(&engine.org, person.id, Particulars { name, name_en, phone: None })?;
        Ok(NewPerson { demo: true, ..new })
    });
    let new: Arc<Vec<NewPerson>> = Arc::new(new.collect::<Result<_>>()?);
    engine
        .org
        .db
        .write(async move |tx| bulk::people(tx, &Scope::system("load the demo city"), &new).await)
        .await
}

/// Everybody says what they can do, and but for a few their community says that it knows them.
async fn join_all(engine: &Engine, city: &City, helping: &[Helping]) -> Result<()> {
    let clock = Arc::new(ManualClock::new(demo::reported().start().plus_hours(10)));
    let world = World { clock, ids: engine.site.world.ids.clone() };
    let mut near: BTreeMap<&str, Option<Point>> = BTreeMap::new();
    for one in helping {
        if !near.contains_key(one.near.as_str()) {
            let found = engine.work.addresses().suggest(&mut engine.org.db.read(), &one.near).await?;
            near.insert(&one.near, found.into_iter().find_map(|found| found.point));
        }
    }
    let mut joining = JoinSet::new();
    for one in helping {
        if joining.len() >= AT_ONCE {
            joined(joining.join_next().await)?;
        }
        let volunteer = Volunteer {
            unit: Some(one.unit),
            community: one.community,
            skills: one.skills.iter().map(|skill| (*skill).to_owned()).collect(),
            times: Times::of(one.times.iter().copied()),
            point: near.get(one.near.as_str()).copied().flatten(),
            fortnight: one.fortnight,
            since: world.now().day(),
        };
        let (db, world, actor) = (engine.org.db.clone(), world.clone(), themselves(one.person));
        joining.spawn(async move { volunteers::join(&db, &world, &actor, volunteer).await });
    }
    while let Some(one) = joining.join_next().await {
        joined(Some(one))?;
    }
    let staff = staff(city);
    let mut known: BTreeMap<AreaId, Vec<PersonId>> = BTreeMap::new();
    for one in helping.iter().rev().skip(UNKNOWN) {
        known.entry(one.community).or_default().push(one.person);
    }
    for (community, people) in known {
        let desk = city.office_of(community).and_then(|office| staff.get(&office.id));
        let clerk = desk.into_iter().flatten().find(|actor| actor.is(Role::Clerk));
        let clerk = clerk.ok_or_else(|| Problem::broken("loading the demo city", "no clerk"))?;
        volunteers::say_known(&engine.org.db, &world, clerk, people).await?;
    }
    Ok(())
}

fn joined(one: Option<std::result::Result<Result<()>, JoinError>>) -> Result<()> {
    one.map_or(Ok(()), |one| one.map_err(|e| Problem::broken("joining as a volunteer", e))?)
}

/// Items that members claim for themselves, and their community vets.
async fn alone(engine: &Engine, city: &City, helping: &[Helping]) -> Result<()> {
    let day = demo::reported().plus(30);
    let clock = Arc::new(ManualClock::new(day.start().plus_hours(10)));
    let org = OrgState { world: World { clock, ids: engine.site.world.ids.clone() }, ..engine.org.clone() };
    let lines = services::list(&mut engine.org.db.read(), None, day).await?;
    let staff = staff(city);
    let mut all = Vec::new();
    for (number, one) in demo::claimed_alone(helping) {
        let item = lines.iter().find(|line| line.number == Some(number)).ok_or(Problem::NotFound)?.id;
        let desk = city.office_of(one.community).and_then(|office| staff.get(&office.id));
        let clerk = desk.into_iter().flatten().find(|actor| actor.is(Role::Clerk)).cloned();
        let new = NewClaim {
            id: engine.site.world.id(),
            item,
            community: Some(one.community),
            brings: "下班后和周末".to_owned(),
            from: day,
        };
        all.push((themselves(one.person), clerk.ok_or(Problem::NotFound)?, new));
    }
    let all = Arc::new(all);
    let written = engine.org.db.write(async move |tx| {
        for (member, clerk, new) in all.iter() {
            let id = claims::claim(tx, &org, member, new).await?;
            claims::decide(tx, &org, clerk, (id, 1), Verdict::Accept, "").await?;
        }
        Ok(())
    });
    written.await
}

async fn orders(
    engine: &Engine,
    city: &City,
    helping: &[Helping],
    replay: Replay,
    years: Years,
) -> Result<()> {
    let now = engine.site.world.now();
    let stories = demo::orders(city, helping, SEED, now, years);
    let communities: BTreeSet<AreaId> = stories.iter().map(|story| story.community).collect();
    let mut lists: BTreeMap<AreaId, Vec<Line>> = BTreeMap::new();
    for community in communities {
        let list = services::list(&mut engine.org.db.read(), Some(community), now.day()).await?;
        lists.insert(community, list);
    }
    let mut ready = Vec::new();
    for story in stories {
        let line = lists.get(&story.community).into_iter().flatten();
        let item = line.into_iter().find(|line| line.number == Some(story.item));
        let item =
            item.ok_or_else(|| Problem::broken("loading orders", format!("no item {}", story.item)))?.id;
        replay.clock.set(story.at);
        let new = NewOrder {
            client_id: engine.site.world.ids.uuid(story.at),
            item,
            community: story.community,
            words: story.words.to_owned(),
            place: story.place.clone(),
            phone: Phone::parse("phone", &story.phone)?,
            name: Some(story.name.clone()),
            day: Some(story.wished.0),
            part: Some(story.wished.1),
            every: None,
            source: story.source,
            asker: None,
            agreed: Vec::new(),
        };
        ready.push((story.at, orders::case(&replay.work, new).await?, story.steps));
    }
    tell(engine, replay, ("order", "order"), ready).await
}

async fn wishes(
    engine: &Engine,
    city: &City,
    helping: &[Helping],
    replay: Replay,
    years: Years,
) -> Result<()> {
    let mut ready = Vec::new();
    for story in demo::wishes(city, helping, SEED, engine.site.world.now(), years) {
        replay.clock.set(story.at);
        let new = NewWish {
            client_id: engine.site.world.ids.uuid(story.at),
            title: story.title.to_owned(),
            words: story.words.to_owned(),
            community: story.community,
            place: story.place,
            phone: Phone::parse("phone", &story.phone)?,
            name: Some(story.name),
            before: None,
            source: story.source,
            asker: None,
            agreed: vec!["public".to_owned()],
        };
        ready.push((story.at, wishes::case(&replay.work, new).await?, story.steps));
    }
    tell(engine, replay, ("wish", "wish"), ready).await
}

/// Takes stories through the real actions, many in one transaction.
async fn tell(
    engine: &Engine,
    replay: Replay,
    (procedure, step): (&'static str, &'static str),
    ready: Vec<(At, NewCase, Vec<ScriptedStep>)>,
) -> Result<()> {
    let told = Arc::new((replay, ready));
    for from in (0..told.1.len()).step_by(CHUNK) {
        let told = told.clone();
        let written = engine.org.db.write(async move |tx| {
            let (replay, ready) = told.as_ref();
            for (at, case, steps) in ready.iter().skip(from).take(CHUNK) {
                replay.clock.set(*at);
                // nobody sends the demo's cases again, so no digest of them is kept
                let case = NewCase { client_id: None, ..case.clone() };
                let opened = replay.work.open_in(tx, &Actor::Stranger, procedure, step, &case).await?;
                replay.steps(tx, opened.id, steps).await?;
            }
            Ok(())
        });
        Box::pin(written).await?;
    }
    Ok(())
}
