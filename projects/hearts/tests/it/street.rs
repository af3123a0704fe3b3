//! A street where people order from the catalogue, and where some of them help.

use linli_authz::{Actor, Hat, Role, Scope, Tier, Via};
use linli_base::{AreaId, At, CaseId, Crs, OrgId, PersonId, Phone, Point, Problem, World};
use linli_casework::{Casework, Categories, Opened, Settings};
use linli_hearts::{
    orders::{self, NewOrder, Part},
    services::{
        self, ItemId,
        claims::{self, NewClaim, Verdict},
    },
    volunteers::{self, Fit, Times, Volunteer},
};
use linli_jobs::{Bell, Worker};
use linli_keys::KeyRing;
use linli_org::{
    OrgKind,
    areas::NewArea,
    bulk,
    orgs::{self as org, NewOrg},
    people::{NewPerson, NewPost, Particulars, Seat},
};
use linli_procedure::{Holder, Procedure, State, Step, To, Tone, Who};
use linli_store::{Db, Migrations};
use linli_testkit::{START, TestDb};
use std::{collections::BTreeMap, sync::Arc};

pub const ROOMS: &[Migrations] = &[
    linli_jobs::MIGRATIONS,
    linli_org::MIGRATIONS,
    linli_files::MIGRATIONS,
    linli_casework::MIGRATIONS,
    linli_hearts::MIGRATIONS,
];

pub static PROCEDURES: &[&Procedure] = &[&REQUEST, &linli_hearts::orders::ORDER, &linli_hearts::wishes::WISH];

/// As much of a request as an order turns into.
static REQUEST: Procedure = Procedure {
    name: "request",
    states: &[
        State { name: "draft", code: "D0", tone: Tone::Ended, open: true, holder: Holder::Nobody },
        State { name: "accepting", code: "S1", tone: Tone::Moving, open: true, holder: Holder::Desk },
    ],
    steps: &[Step {
        name: "say",
        code: "T1",
        from: &["draft"],
        to: To::State("accepting"),
        by: &[Who::Anyone],
        ..Step::DEFAULT
    }],
    ..Procedure::DEFAULT
};

/// The terms of orders stand in the city's usual profile.
pub static PROFILES: &[&str] = &[include_str!("../../../strength/profiles/shandong.toml")];

pub struct Street {
    pub db: TestDb,
    pub work: Casework,
    pub haiyun: AreaId,
    /// 顺达水电行, a shop.
    pub shunda: OrgId,
    /// 供电公司.
    pub power: OrgId,
    /// 顾秋, clerk of 海韵社区.
    pub gu: Actor,
    /// 丁大勇, worker of the shop.
    pub ding: Actor,
    /// 冯主任, leader and auditor of the street.
    pub feng: Actor,
    /// 林海燕, who works for the power company and helps in 海韵社区; as herself.
    pub lin: Actor,
    /// 王桂兰, a neighbour who helps; as herself.
    pub wang: Actor,
}

fn area(id: AreaId, tier: Tier, parent: Option<AreaId>, code: &str, name: &str) -> NewArea {
    let point = (tier == Tier::Building).then_some((Point { lat: 36.78, lon: 121.18 }, Crs::Wgs84));
    NewArea { id, tier, parent, code: code.into(), name: name.into(), name_en: None, point, households: 24 }
}

fn office(id: OrgId, kind: OrgKind, name: &str, home: AreaId, leads: Option<AreaId>) -> NewOrg {
    NewOrg { id, kind, name: name.into(), name_en: None, parent: None, home: Some(home), leads, phone: None }
}

fn person(world: &World, name: &str) -> NewPerson {
    NewPerson {
        id: world.id(),
        particulars: Particulars { name: name.into(), name_en: None, phone: None },
        phone: None,
        password_hash: None,
        demo: true,
        created_at: START,
    }
}

fn post(world: &World, person: PersonId, org: OrgId, roles: &[Role]) -> NewPost {
    let from_day = START.day().plus(-100);
    let (title, roles) = ("工作人员".to_owned(), roles.to_vec());
    let seat = Seat { title, title_en: None, from_day, to_day: None, area: None, roles };
    NewPost { id: world.id(), person, org, seat }
}

fn actor(person: &NewPerson, post: Option<(&NewPost, Option<(Tier, AreaId)>)>) -> Actor {
    let hat = post.map(|(post, area)| Hat {
        post: post.id,
        org: post.org,
        org_name: String::new(),
        area,
        roles: post.seat.roles.clone(),
    });
    Actor::Person { id: person.id, name: person.particulars.name.clone(), hat, via: Via::Web }
}

/// A filled form as it is sent.
pub fn form(fields: &[(&str, &str)]) -> BTreeMap<String, Vec<String>> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()])).collect()
}

pub fn code(problem: Problem) -> &'static str {
    match problem {
        Problem::Refused(refusal) => refusal.code,
        other => panic!("{other}"),
    }
}

impl Street {
    pub async fn new(db: TestDb) -> Street {
        let world = db.world.clone();
        let [city, street, haiyun, shuxiang, grid, building]: [AreaId; 6] =
            std::array::from_fn(|_| world.id());
        let [desk, street_office, haiyun_office, shunda, power]: [OrgId; 5] =
            std::array::from_fn(|_| world.id());
        let areas = vec![
            area(city, Tier::City, None, "370687", "海阳市"),
            area(street, Tier::Street, Some(city), "370687001", "方圆街道"),
            area(haiyun, Tier::Community, Some(street), "370687001001", "海韵社区"),
            area(shuxiang, Tier::Community, Some(street), "370687001002", "书香社区"),
            area(grid, Tier::Grid, Some(haiyun), "37068700100101", "第1网格"),
            area(building, Tier::Building, Some(grid), "37068700100101002", "槐荫里2号楼"),
        ];
        let orgs = vec![
            office(desk, OrgKind::Office, "海阳市12345受理中心", city, Some(city)),
            office(street_office, OrgKind::Office, "方圆街道办事处", street, Some(street)),
            office(haiyun_office, OrgKind::Office, "海韵社区居民委员会", haiyun, Some(haiyun)),
            office(shunda, OrgKind::Unit, "顺达水电行", haiyun, None),
            office(power, OrgKind::Unit, "供电公司", city, None),
        ];
        let people: Vec<NewPerson> =
            ["顾秋", "丁大勇", "冯主任", "林海燕", "王桂兰"].map(|name| person(&world, name)).into();
        let [gu, ding, feng, lin, wang] = &people[..] else { unreachable!("five people") };
        let posts = vec![
            post(&world, gu.id, haiyun_office, &[Role::Clerk]),
            post(&world, ding.id, shunda, &[Role::Worker]),
            post(&world, feng.id, street_office, &[Role::Leader, Role::Auditor]),
            post(&world, lin.id, power, &[Role::Worker]),
        ];
        let day = START.day().plus(-400);
        let scope = Scope::system("a test's street");
        let places = vec![bulk::NewPlace {
            id: world.id(),
            kind: bulk::PlaceKind::Compound,
            area: haiyun,
            name: "槐荫里".into(),
            name_en: None,
            point: Some((Point { lat: 36.78, lon: 121.18 }, Crs::Wgs84)),
            buildings: vec![building],
        }];
        let rows = (areas, places, orgs, people.clone(), posts.clone());
        db.write(async move |tx| {
            let (areas, places, orgs, people, posts) = &rows;
            bulk::areas(tx, &scope, areas, day).await?;
            bulk::places(tx, &scope, places).await?;
            for new in orgs {
                org::create(tx, &scope, new, day).await?;
            }
            bulk::people(tx, &scope, people).await?;
            bulk::posts(tx, &scope, posts).await
        })
        .await
        .unwrap();
        services::begin(&db, &world, START.day()).await.unwrap();
        let settings = Settings::load(&db, PROFILES, START).await.unwrap();
        let keys = Arc::new(KeyRing::from_secret([7; 32]));
        let fit = Fit { db: (*db).clone(), world: world.clone() };
        let work = Casework::new((*db).clone(), world, keys, PROCEDURES, settings, Categories::builtin())
            .with_helpers(Arc::new(fit));
        work.seed_consents().await.unwrap();
        let at = |nth: usize, area| posts.get(nth).map(|post| (post, area));
        Street {
            gu: actor(gu, at(0, Some((Tier::Community, haiyun)))),
            ding: actor(ding, at(1, None)),
            feng: actor(feng, at(2, Some((Tier::Street, street)))),
            lin: actor(lin, None),
            wang: actor(wang, None),
            db,
            work,
            haiyun,
            shunda,
            power,
        }
    }

    /// Somebody says what they can do: from Monday to Sunday in the morning, at most two in two weeks.
    pub async fn joins(&self, who: &Actor, skills: &[&str], most: i64) {
        let volunteer = Volunteer {
            unit: None,
            community: self.haiyun,
            skills: skills.iter().map(|skill| (*skill).to_owned()).collect(),
            times: Times::of((0..7).map(|day| (day, Part::Morning))),
            point: None,
            fortnight: most,
            since: START.day(),
        };
        volunteers::join(self.work.db(), self.work.world(), who, volunteer).await.unwrap();
    }

    pub async fn item(&self, number: i64) -> ItemId {
        let list = services::list(&mut self.db.read(), Some(self.haiyun), START.day()).await.unwrap();
        list.into_iter().find(|line| line.number == Some(number)).unwrap().id
    }

    /// 孙奶奶 wants somebody to go along to the hospital tomorrow morning (陪诊代取药 is item 3).
    pub async fn wish(&self) -> NewOrder {
        NewOrder {
            client_id: self.work.world().ids.uuid(START),
            item: self.item(3).await,
            community: self.haiyun,
            words: "明天上午去市医院复查，想请人陪着。".into(),
            place: "槐荫里2号楼1单元301".into(),
            phone: Phone::parse("phone", "199 0000 2210").unwrap(),
            name: Some("孙奶奶".into()),
            day: Some(self.work.world().now().day().plus(1)),
            part: Some(Part::Morning),
            every: None,
            source: "phone",
            asker: None,
            agreed: Vec::new(),
        }
    }

    /// The community writes it down for her.
    pub async fn ordered(&self) -> (Opened, Actor) {
        let opened = orders::order(&self.work, self.gu.clone(), self.wish().await).await.unwrap();
        let asker = Actor::Asker(opened.id);
        (opened, asker)
    }

    pub async fn does(&self, who: &Actor, id: CaseId, step: &str, fields: &[(&str, &str)]) -> String {
        let taken = self.work.step(who.clone(), id, step, None, form(fields)).await;
        taken.unwrap_or_else(|e| panic!("{step}: {e}")).state
    }

    pub async fn cannot(&self, who: &Actor, id: CaseId, step: &str, fields: &[(&str, &str)]) -> Problem {
        self.work.step(who.clone(), id, step, None, form(fields)).await.expect_err(step)
    }

    /// The desk asks somebody by name.
    pub async fn asks(&self, id: CaseId, whom: &Actor) {
        let person = whom.person().unwrap().to_string();
        self.does(&self.gu, id, "ask", &[("helper_person", &person)]).await;
    }

    /// The community says that it knows somebody who has joined.
    pub async fn knows(&self, who: &Actor) {
        let people = vec![who.person().unwrap()];
        volunteers::say_known(self.work.db(), self.work.world(), &self.gu, people).await.unwrap();
    }

    /// The shop says that it does an item, and the community has looked at its papers.
    pub async fn vetted(&self, number: i64) {
        let org = crate::town::state(&self.db);
        let new = NewClaim {
            id: self.work.world().id(),
            item: self.item(number).await,
            community: Some(self.haiyun),
            brings: "两名电工".into(),
            from: START.day(),
        };
        let (ding, gu) = (self.ding.clone(), self.gu.clone());
        let write = self.db.write(async move |tx| {
            let id = claims::claim(tx, &org, &ding, &new).await?;
            claims::decide(tx, &org, &gu, (id, 1), Verdict::Accept, "").await
        });
        write.await.unwrap();
    }

    /// Whom the desk is offered, in order, with why.
    pub async fn offered(&self, id: CaseId) -> Vec<(String, Vec<&'static str>)> {
        use linli_casework::Helpers;
        let view = self.work.view(&self.gu, id).await.unwrap();
        let fit = Fit { db: (*self.db).clone(), world: self.db.world.clone() };
        let found = fit.of(&view.loaded).await.unwrap();
        found.into_iter().map(|one| (one.name, one.why.into_iter().map(|(key, _)| key).collect())).collect()
    }

    /// The worker tells what was announced, and does what follows.
    pub async fn told(&self) {
        let worker = Worker::new(Db::clone(&self.db), self.db.world.clone(), Bell::default());
        let worker = volunteers::follow(&self.work, self.work.subscribe(worker, None));
        while worker.run_due(self.db.world.now()).await.unwrap() > 0 {}
    }

    pub fn later(&self, hours: i64) {
        self.db.clock.advance_ms(hours * 3_600_000);
    }
}

/// An instant as a form's field has it.
pub fn field(at: At) -> String {
    let minutes = at.plus_hours(8).0.rem_euclid(86_400_000) / 60_000;
    format!("{}T{:02}:{:02}", at.day(), minutes / 60, minutes % 60)
}
