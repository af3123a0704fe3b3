//! Who helps, and what was ordered of late, through the real actions.

use super::{Replay, SEED, staff};
use crate::{
    demo::{self, City, OrderStory},
    engine::Engine,
};
use linli_authz::{Actor, Scope, Via};
use linli_base::{AreaId, ManualClock, Phone, Problem, Result, SeededIds, World};
use linli_casework::NewCase;
use linli_hearts::{
    orders::{self, NewOrder},
    services::{self, Line},
    volunteers::{self, Times, Volunteer},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Loads helpers and orders.
pub(super) async fn load(engine: &Engine, city: &City) -> Result<()> {
    let now = engine.site.world.now();
    let helping = demo::helping(city, SEED);
    let clock = Arc::new(ManualClock::new(now));
    let ids = Arc::new(SeededIds::new(SEED.rotate_left(8)));
    let world = World { clock: clock.clone(), ids };
    for one in &helping {
        clock.set(now.day().plus(-120).start().plus_hours(10));
        join(engine, &world, one).await?;
    }
    let stories = demo::orders(city, &helping, SEED, now);
    let replay = Replay::new(engine, now.day(), Arc::new(staff(city)), Arc::default());
    let communities: BTreeSet<AreaId> = stories.iter().map(|story| story.community).collect();
    let mut lists: BTreeMap<AreaId, Vec<Line>> = BTreeMap::new();
    for community in communities {
        let list = services::list(&mut engine.org.db.read(), Some(community), now.day()).await?;
        lists.insert(community, list);
    }
    let mut ready: Vec<(OrderStory, NewCase)> = Vec::new();
    for story in stories {
        let line = lists.get(&story.community).into_iter().flatten();
        let item = line.into_iter().find(|line| line.number == Some(story.item));
        let item =
            item.ok_or_else(|| Problem::broken("loading orders", format!("no item {}", story.item)))?.id;
        replay.clock.set(story.at);
        let new = NewOrder {
            client_id: world.ids.uuid(story.at),
            item,
            community: story.community,
            words: story.words.to_owned(),
            place: story.place.clone(),
            phone: Phone::parse("phone", &story.phone)?,
            name: Some(story.name.clone()),
            day: Some(story.wished.0),
            part: Some(story.wished.1),
            source: story.source,
            asker: None,
            agreed: Vec::new(),
        };
        // nobody sends the demo's orders again, so no digest of them is kept
        let case = NewCase { client_id: None, ..orders::case(&replay.work, new).await? };
        ready.push((story, case));
    }
    let replay = Arc::new((replay, ready));
    let told = engine.org.db.write(async move |tx| {
        let (replay, ready) = replay.as_ref();
        for (story, case) in ready {
            replay.clock.set(story.at);
            let opened = replay.work.open_in(tx, &Actor::Stranger, "order", "order", case).await?;
            replay.steps(tx, opened.id, &story.steps).await?;
        }
        Ok(())
    });
    Box::pin(told).await
}

async fn join(engine: &Engine, world: &World, one: &demo::Helping) -> Result<()> {
    let db = &engine.org.db;
    let near = engine.work.addresses().suggest(&mut db.read(), &one.near).await?;
    let scope = Scope::system("load the demo city");
    let name = linli_org::people::name(&mut db.read(), &scope, one.person).await?;
    let actor = Actor::Person { id: one.person, name: name.unwrap_or_default(), hat: None, via: Via::Web };
    let volunteer = Volunteer {
        unit: Some(one.unit),
        community: one.community,
        skills: one.skills.iter().map(|skill| (*skill).to_owned()).collect(),
        times: Times::of(one.times.iter().copied()),
        point: near.into_iter().find_map(|found| found.point),
        fortnight: one.fortnight,
        since: world.now().day(),
    };
    volunteers::join(db, world, &actor, volunteer).await
}
