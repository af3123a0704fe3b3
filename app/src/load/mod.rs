//! Puts the demo city into an empty database: its territory, orgs, people and records in bulk, its requests through the
//! real actions under a clock that is moved from step to step (ADR 15).

mod alliances;
mod hearts;
mod services;

use crate::{
    demo::{self, By, City, Picture, ScriptedStep, Story, Years},
    engine::Engine,
};
use indicatif::{ProgressBar, ProgressStyle};
use linli_authz::{Actor, Hat, Role, Scope, Tier, Via};
use linli_base::{
    AreaId, At, CaseId, Crs, Day, FileId, ManualClock, OrgId, PersonId, Phone, Problem, Result, SeededIds,
    World,
};
use linli_casework::{Casework, Filter, NewCase, Sort, privacy::Decision};
use linli_org::{
    OrgKind,
    areas::NewArea,
    bulk::{self, NewPlace, PlaceKind},
    orgs::{self, NewOrg},
    people::{NewPerson, NewPost, Particulars, Seat},
    records,
};
use linli_store::Tx;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use tokio::task::{JoinError, JoinSet};

/// The demo city is the same for the same seed and day.
pub const SEED: u64 = 370_687;
/// What the stories announced longer ago is not delivered: nobody's inbox begins with the article's months.
const NEWS_DAYS: i64 = 400;
/// How many days are replayed at once: enough to share commits and to keep a database's connections busy.
const AT_ONCE: usize = 12;

/// Loads the demo city where there is no city yet; answers whether it did.
pub async fn load(engine: &Engine, years: Years) -> Result<bool> {
    let scope = Scope::system("load the demo city");
    if linli_org::areas::root(&mut engine.org.db.read(), &scope).await?.is_some() {
        return Ok(false);
    }
    let now = engine.site.world.now();
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("  {msg} {bar:32} {pos}/{len}  {eta}") {
        bar.set_style(style);
    }
    bar.set_message("海阳市");
    let city = demo::city(SEED, now.day());
    settle(engine, &city).await?;
    let settings = engine.work.settings();
    let stories = demo::stories(&city, &settings.calendar, SEED, now, years);
    bar.set_message("诉求");
    bar.set_length(u64::try_from(stories.len()).unwrap_or(0));
    Box::pin(replay(engine, &city, stories, &bar)).await?;
    show_some(&engine.work).await?;
    services::serve(engine, &city, years).await?;
    Box::pin(hearts::load(engine, &city, years)).await?;
    engine.work.retention_starts(now).await?;
    // the facts first and then their sums, which is quicker than adding each to its own
    engine.work.rebuild_figures().await?;
    engine.work.count_figures().await?;
    let old = now.plus_ms(-NEWS_DAYS * 86_400_000);
    engine.org.db.write(async move |tx| linli_jobs::outbox::forget(tx, &scope, old).await).await?;
    bar.finish_and_clear();
    Ok(true)
}

/// Some askers agreed to be read by neighbours, and a reviewer has read most of them.
async fn show_some(work: &Casework) -> Result<()> {
    let system = Actor::System("load the demo city");
    let closed = Filter { state: Some("closed".into()), sort: Sort::Changed, ..Filter::default() };
    for (nth, line) in work.list(&system, &closed, None, 8).await?.0.into_iter().enumerate() {
        let agreed = ["public".to_owned(), "pictures".to_owned()];
        work.set_consents(&Actor::Asker(line.id), line.id, &agreed).await?;
        let proposal = work.public_proposal(&system, line.id).await?;
        if nth >= 2 {
            let decision = Decision::Show {
                title: proposal.new_title,
                body: proposal.new_body,
                place: proposal.new_place,
                pictures: proposal.pictures,
            };
            work.decide_public(&system, line.id, proposal.row.version, decision).await?;
        }
    }
    Ok(())
}

async fn settle(engine: &Engine, city: &City) -> Result<()> {
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
    let (grants, premises, members) = (city.grants.clone(), city.premises.clone(), city.members.clone());
    let rows = Arc::new((areas, places, doors, orgs, people, posts));
    engine
        .org
        .db
        .write(async move |tx| {
            let scope = Scope::system("load the demo city");
            let (areas, places, doors, orgs, people, posts) = rows.as_ref();
            bulk::areas(tx, &scope, areas, demo::founded()).await?;
            bulk::places(tx, &scope, places).await?;
            bulk::households(tx, &scope, doors).await?;
            for org in orgs {
                orgs::create(tx, &scope, org, demo::founded()).await?;
            }
            bulk::people(tx, &scope, people).await?;
            bulk::posts(tx, &scope, posts).await?;
            records::grants(tx, &scope, &grants).await?;
            records::premises(tx, &scope, &premises).await?;
            records::members(tx, &scope, &members).await
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

/// Takes all stories through the real actions: those of a day in one transaction, many days at once.
async fn replay(engine: &Engine, city: &City, stories: Vec<Story>, bar: &ProgressBar) -> Result<()> {
    let staff = Arc::new(staff(city));
    let pictures = Arc::new(pictures(engine, &stories).await?);
    let mut days: BTreeMap<Day, Vec<Story>> = BTreeMap::new();
    for story in stories {
        days.entry(story.at.day()).or_default().push(story);
    }
    let mut running = JoinSet::new();
    for (day, stories) in days {
        while running.len() >= AT_ONCE {
            ended(running.join_next().await, bar)?;
        }
        let (engine, staff, pictures) = (engine.clone(), staff.clone(), pictures.clone());
        running.spawn(async move {
            let (db, count) = (engine.org.db.clone(), stories.len());
            let told = db.write(async move |tx| {
                // a write may run twice, and is the same each time
                let replay = Replay::new(&engine, day, staff.clone(), pictures.clone());
                for story in &stories {
                    replay.take(tx, story).await?;
                }
                Ok(())
            });
            Box::pin(told).await.map(|()| count)
        });
    }
    while let Some(day) = running.join_next().await {
        ended(Some(day), bar)?;
    }
    Ok(())
}

fn ended(day: Option<std::result::Result<Result<usize>, JoinError>>, bar: &ProgressBar) -> Result<()> {
    if let Some(told) = day {
        let told = told.map_err(|e| Problem::broken("replaying a day", e))??;
        bar.inc(u64::try_from(told).unwrap_or(0));
    }
    Ok(())
}

/// Each picture of the stories, drawn and stored once.
async fn pictures(engine: &Engine, stories: &[Story]) -> Result<BTreeMap<Picture, FileId>> {
    let shown = |story: &Story| -> Vec<Picture> {
        let later = story.steps.iter().flat_map(|step| step.pictures.iter().map(|(_, picture)| *picture));
        story.pictures.iter().copied().chain(later).collect()
    };
    let mut files = BTreeMap::new();
    for picture in stories.iter().flat_map(shown).collect::<BTreeSet<_>>() {
        let drawn = picture.jpeg().map_err(|e| Problem::broken("drawing a picture", e))?;
        files.insert(picture, engine.uploads.take("picture", drawn).await?);
    }
    Ok(files)
}

/// Who sits where, as actors.
fn staff(city: &City) -> BTreeMap<OrgId, Vec<Actor>> {
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
    staff
}

/// Whoever acts without a post.
fn themselves(id: PersonId) -> Actor {
    Actor::Person { id, name: String::new(), hat: None, via: Via::Web }
}

/// Takes the stories of a day, with a clock and a randomness of its own.
struct Replay {
    work: Casework,
    clock: Arc<ManualClock>,
    staff: Arc<BTreeMap<OrgId, Vec<Actor>>>,
    pictures: Arc<BTreeMap<Picture, FileId>>,
}

impl Replay {
    fn new(
        engine: &Engine,
        day: Day,
        staff: Arc<BTreeMap<OrgId, Vec<Actor>>>,
        pictures: Arc<BTreeMap<Picture, FileId>>,
    ) -> Replay {
        let clock = Arc::new(ManualClock::new(At(0)));
        let ids = Arc::new(SeededIds::new(SEED ^ day.0.unsigned_abs().rotate_left(24)));
        let work = engine.work.in_world(World { clock: clock.clone(), ids });
        Replay { work, clock, staff, pictures }
    }

    async fn take(&self, tx: &mut Tx<'_>, story: &Story) -> Result<()> {
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
            pictures: story
                .pictures
                .iter()
                .filter_map(|picture| self.pictures.get(picture))
                .copied()
                .collect(),
            ..NewCase::default()
        };
        let opened = self.work.open_in(tx, &Actor::Stranger, "request", "say", &new).await?;
        self.steps(tx, opened.id, &story.steps).await
    }

    async fn steps(&self, tx: &mut Tx<'_>, id: CaseId, steps: &[ScriptedStep]) -> Result<()> {
        for step in steps {
            self.clock.set(step.at);
            self.step(tx, id, step, &self.raw(step))
                .await
                .map_err(|e| Problem::broken("replaying a story", format!("{id} {}: {e}", step.step)))?;
        }
        Ok(())
    }

    /// Somebody who may takes the step: the scripted one first, then the others of the org.
    async fn step(
        &self,
        tx: &mut Tx<'_>,
        id: CaseId,
        step: &ScriptedStep,
        raw: &BTreeMap<String, Vec<String>>,
    ) -> Result<()> {
        let actors = match step.by {
            By::Asker => vec![Actor::Asker(id)],
            By::System => vec![Actor::System("demo")],
            By::Person(person) => vec![themselves(person)],
            By::Org(org, role) => self.who(Some(org), role, step.pick),
            By::Asked | By::Taker => {
                let case = self.work.case_in(tx, id).await?;
                case.asked.into_iter().chain(case.takers).map(themselves).collect()
            }
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

    fn raw(&self, step: &ScriptedStep) -> BTreeMap<String, Vec<String>> {
        let mut raw: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (field, value) in &step.input {
            raw.entry((*field).to_owned()).or_default().push(value.clone());
        }
        for (field, picture) in &step.pictures {
            let file = self.pictures.get(picture).map(ToString::to_string);
            raw.entry((*field).to_owned()).or_default().extend(file);
        }
        raw
    }
}
