//! Puts the demo city into an empty database: its territory, orgs and people in bulk, its requests through the real
//! actions under a clock that is moved from step to step.

use crate::{
    demo::{self, By, City, ScriptedStep, Story},
    engine::Engine,
};
use indicatif::{ProgressBar, ProgressStyle};
use linli_authz::{Actor, Hat, Role, Scope, Tier, Via};
use linli_base::{
    AreaId, At, Crs, Day, FileId, ManualClock, OrgId, Phone, Problem, Result, SeededIds, World,
};
use linli_casework::{Casework, NewCase};
use linli_org::{
    OrgKind,
    areas::NewArea,
    bulk::{self, NewPlace, PlaceKind},
    orgs::{self, NewOrg},
    people::{NewPerson, NewPost, Particulars, Seat},
};
use linli_store::Tx;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The demo city is the same for the same seed and day.
pub const SEED: u64 = 370_687;
/// The years that the territory is older than its first request.
const SETTLED_DAYS: i64 = 900;

/// Loads the demo city where there is no city yet; answers whether it did.
pub async fn load(engine: &Engine) -> Result<bool> {
    let scope = Scope::system("load the demo city");
    if linli_org::areas::root(&mut engine.org.db.read(), &scope).await?.is_some() {
        return Ok(false);
    }
    let now = engine.site.world.now();
    let bar = ProgressBar::new(400);
    if let Ok(style) = ProgressStyle::with_template("  {msg} {bar:32} {pos}/{len}") {
        bar.set_style(style);
    }
    bar.set_message("海阳市");
    let city = demo::city(SEED, now.day());
    settle(engine, &city, now.day()).await?;
    bar.inc(40);
    bar.set_message("诉求");
    let settings = engine.work.settings();
    let stories = demo::stories(&city, &settings.calendar, SEED, now);
    Box::pin(Replay::new(engine, &city).tell(&stories, &bar)).await?;
    bar.finish_and_clear();
    Ok(true)
}

async fn settle(engine: &Engine, city: &City, today: Day) -> Result<()> {
    let since = today.plus(-SETTLED_DAYS);
    let hash = engine.org.passwords.hash(demo::PASSWORD.to_owned(), engine.site.world.ids.as_ref()).await?;
    let areas: Vec<NewArea> = city.areas.iter().map(area).collect();
    let orgs: Vec<NewOrg> = city.orgs.iter().map(org).collect::<Result<_>>()?;
    let places: Vec<NewPlace> = (city.places.iter().enumerate())
        .map(|(index, place)| NewPlace {
            id: engine.site.world.id(),
            kind: match place.kind {
                demo::PlaceKind::Compound => PlaceKind::Compound,
                demo::PlaceKind::Road => PlaceKind::Road,
                demo::PlaceKind::Spot => PlaceKind::Spot,
            },
            area: place.area,
            name: place.name.clone(),
            name_en: Some(place.name_en.clone()),
            point: Some((place.point, Crs::Wgs84)),
            buildings: city.buildings_of(index).map(|(building, _)| building.area).collect(),
        })
        .collect();
    let doors: Vec<_> = city
        .buildings
        .iter()
        .flat_map(|building| building.doors().map(|door| (engine.site.world.id(), building.area, door)))
        .collect();
    let mut people = Vec::new();
    for person in &city.people {
        let particulars = Particulars {
            name: person.name.clone(),
            name_en: Some(person.name_en.clone()),
            phone: Some(Phone::parse("phone", &person.phone)?),
        };
        let new = NewPerson::new(&engine.org, person.id, particulars)?;
        people.push(NewPerson { password_hash: Some(hash.clone()), demo: true, ..new });
    }
    let posts: Vec<NewPost> = city.posts.iter().map(post).collect();
    let city = Arc::new((areas, places, doors, orgs, people, posts));
    engine
        .org
        .db
        .write(async move |tx| {
            let scope = Scope::system("load the demo city");
            let (areas, places, doors, orgs, people, posts) = city.as_ref();
            bulk::areas(tx, &scope, areas, since).await?;
            bulk::places(tx, &scope, places).await?;
            bulk::households(tx, &scope, doors).await?;
            for org in orgs {
                orgs::create(tx, &scope, org, since).await?;
            }
            bulk::people(tx, &scope, people).await?;
            bulk::posts(tx, &scope, posts).await
        })
        .await
}

fn area(area: &demo::Area) -> NewArea {
    NewArea {
        id: area.id,
        tier: area.tier,
        parent: area.parent,
        code: area.code.clone(),
        name: area.name.clone(),
        name_en: Some(area.name_en.clone()),
        point: Some((area.point, area.crs)),
        households: area.households,
    }
}

fn org(org: &demo::Org) -> Result<NewOrg> {
    let kind = OrgKind::parse(org.kind.name());
    Ok(NewOrg {
        id: org.id,
        kind: kind.ok_or_else(|| Problem::broken("loading the demo city", org.kind.name()))?,
        name: org.name.clone(),
        name_en: Some(org.name_en.clone()),
        parent: org.parent,
        home: Some(org.home),
        leads: org.leads,
        phone: None,
    })
}

fn post(post: &demo::Post) -> NewPost {
    NewPost {
        id: post.id,
        person: post.person,
        org: post.org,
        seat: Seat {
            title: post.title.to_owned(),
            title_en: Some(post.title_en.to_owned()),
            from_day: post.from_day,
            to_day: None,
            area: post.area,
            roles: post.roles.clone(),
        },
    }
}

/// Takes stories through the real actions.
#[derive(Clone)]
struct Replay {
    engine: Engine,
    work: Casework,
    clock: Arc<ManualClock>,
    staff: Arc<BTreeMap<OrgId, Vec<Actor>>>,
    pictures: Arc<Mutex<BTreeMap<String, FileId>>>,
}

impl Replay {
    fn new(engine: &Engine, city: &City) -> Replay {
        let clock = Arc::new(ManualClock::new(At(0)));
        let world = World { clock: clock.clone(), ids: Arc::new(SeededIds::new(SEED)) };
        let tiers: BTreeMap<AreaId, Tier> = city.areas.iter().map(|area| (area.id, area.tier)).collect();
        let orgs: BTreeMap<OrgId, &demo::Org> = city.orgs.iter().map(|org| (org.id, org)).collect();
        let mut staff: BTreeMap<OrgId, Vec<Actor>> = BTreeMap::new();
        for (person, post) in city.people.iter().zip(&city.posts) {
            let org = orgs.get(&post.org);
            let area = post.area.or_else(|| org.and_then(|org| org.leads));
            staff.entry(post.org).or_default().push(Actor::Person {
                id: person.id,
                name: person.name.clone(),
                hat: Some(Hat {
                    post: post.id,
                    org: post.org,
                    org_name: org.map(|org| org.name.clone()).unwrap_or_default(),
                    area: area.and_then(|area| Some((*tiers.get(&area)?, area))),
                    roles: post.roles.clone(),
                }),
                via: Via::Web,
            });
        }
        Replay {
            work: engine.work.in_world(world),
            engine: engine.clone(),
            clock,
            staff: Arc::new(staff),
            pictures: Arc::default(),
        }
    }

    async fn tell(&self, stories: &[Story], bar: &ProgressBar) -> Result<()> {
        for story in stories {
            let mut attached = Vec::new();
            for picture in &story.pictures {
                attached.push(self.picture(picture).await?);
            }
            let mut steps = Vec::new();
            for step in &story.steps {
                steps.push((step.clone(), self.raw(step).await?));
            }
            let (replay, story) = (self.clone(), Arc::new((story.clone(), attached, steps)));
            let db = self.engine.org.db.clone();
            Box::pin(db.write(async move |tx| replay.take(tx, &story.0, &story.1, &story.2).await)).await?;
            bar.inc(1);
        }
        Ok(())
    }

    /// One story in one transaction.
    async fn take(
        &self,
        tx: &mut Tx<'_>,
        story: &Story,
        attached: &[FileId],
        steps: &[(ScriptedStep, BTreeMap<String, Vec<String>>)],
    ) -> Result<()> {
        self.clock.set(story.at);
        let new = NewCase {
            title: story.title.clone(),
            body: story.body.clone(),
            place: story.place.clone(),
            point: Some(story.point),
            phone: story.asker.phone.as_deref().map(|phone| Phone::parse("phone", phone)).transpose()?,
            name: story.asker.name.clone(),
            source: story.source.to_owned(),
            area: Some(story.area),
            pictures: attached.to_vec(),
            ..NewCase::default()
        };
        let opened = self.work.open_in(tx, &Actor::Stranger, "request", "say", &new).await?;
        for (step, raw) in steps {
            self.clock.set(step.at);
            self.step(tx, opened.id, step, raw).await.map_err(|e| {
                Problem::broken("replaying a story", format!("{} {}: {e}", story.number, step.step))
            })?;
        }
        Ok(())
    }

    /// Somebody who may takes the step: the scripted one first, then the others of the org.
    async fn step(
        &self,
        tx: &mut Tx<'_>,
        id: linli_base::CaseId,
        step: &ScriptedStep,
        raw: &BTreeMap<String, Vec<String>>,
    ) -> Result<()> {
        let actors = match step.by {
            By::Asker => vec![Actor::Asker(id)],
            By::System => vec![Actor::System("demo")],
            By::Desk(role) | By::Lead(role) | By::Holder(role) => {
                let case = self.work.case_in(tx, id).await?;
                let org = match step.by {
                    By::Desk(_) => case.desk,
                    By::Lead(_) => case.lead,
                    _ => case.holder,
                };
                self.who(org, role, step.pick)
            }
        };
        let mut last = Problem::refused("nobody");
        for actor in actors {
            match self.work.step_in(tx, &actor, id, step.step, None, raw).await {
                Ok(_) => return Ok(()),
                Err(Problem::Refused(refusal)) if matches!(refusal.code, "separated" | "not_yours") => {
                    last = refusal.into();
                }
                Err(other) => return Err(other),
            }
        }
        Err(last)
    }

    fn who(&self, org: Option<OrgId>, role: Role, pick: usize) -> Vec<Actor> {
        let staff = org.and_then(|org| self.staff.get(&org));
        let mut able: Vec<Actor> =
            staff.into_iter().flatten().filter(|actor| actor.is(role)).cloned().collect();
        if !able.is_empty() {
            let first = pick % able.len();
            able.rotate_left(first);
        }
        able
    }

    async fn raw(&self, step: &ScriptedStep) -> Result<BTreeMap<String, Vec<String>>> {
        let mut raw: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (field, value) in &step.input {
            raw.entry((*field).to_owned()).or_default().push(value.clone());
        }
        for (field, picture) in &step.pictures {
            let file = self.picture(picture).await?;
            raw.entry((*field).to_owned()).or_default().push(file.to_string());
        }
        Ok(raw)
    }

    /// A picture's file; equal pictures are drawn once.
    async fn picture(&self, picture: &demo::Picture) -> Result<FileId> {
        let key = format!("{picture:?}");
        let known = self.pictures.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        if let Some(known) = known {
            return Ok(known);
        }
        let drawn = picture.jpeg().map_err(|e| Problem::broken("drawing a picture", e))?;
        let file = self.engine.uploads.take("picture", drawn).await?;
        self.pictures.lock().unwrap_or_else(PoisonError::into_inner).insert(key, file);
        Ok(file)
    }
}
