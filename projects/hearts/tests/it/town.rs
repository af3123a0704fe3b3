//! A town with two communities, where named people work.

use linli_authz::{Actor, Hat, Role, Scope, Tier, Via};
use linli_base::{AreaId, Day, OrgId, PersonId};
use linli_casework::{Casework, Categories, Settings};
use linli_i18n::Words;
use linli_keys::KeyRing;
use linli_notify::Nowhere;
use linli_org::{
    OrgKind, OrgState, Passwords,
    areas::NewArea,
    bulk,
    orgs::{self, NewOrg},
    people::{NewPerson, Particulars},
};
use linli_store::Migrations;
use linli_testkit::{START, TestDb};
use linli_web::{Site, Throttle};
use std::sync::Arc;

pub const ROOMS: &[Migrations] = crate::street::ROOMS;

static WORDS: Words =
    Words::of(&[&linli_hearts::t::MESSAGES, &linli_org::t::MESSAGES, &linli_web::t::MESSAGES]);

pub struct Town {
    pub db: TestDb,
    pub org: OrgState,
    pub work: Casework,
    pub haiyun: AreaId,
    pub shuxiang: AreaId,
    /// 顾秋, clerk of 海韵社区.
    pub gu: Actor,
    /// 吴敏之, clerk of 书香社区.
    pub wu: Actor,
    /// 周芸, clerk of the city's desk.
    pub zhou: Actor,
    /// 林工, worker of 市供电公司.
    pub lin: Actor,
    /// 郑小满, the city's system administrator.
    pub zheng: Actor,
    /// 赵敏, a resident.
    pub zhao: Actor,
}

fn area(id: AreaId, tier: Tier, parent: Option<AreaId>, code: &str, name: &str, name_en: &str) -> NewArea {
    NewArea {
        id,
        tier,
        parent,
        code: code.into(),
        name: name.into(),
        name_en: Some(name_en.into()),
        point: None,
        households: 0,
    }
}

pub fn today() -> Day {
    START.day()
}

impl Town {
    pub async fn new(db: TestDb) -> Town {
        let world = db.world.clone();
        let org = state(&db);
        let [city, street, haiyun, shuxiang]: [AreaId; 4] = std::array::from_fn(|_| world.id());
        let areas = vec![
            area(city, Tier::City, None, "370687", "海阳市", "Haiyang"),
            area(street, Tier::Street, Some(city), "370687001", "方圆街道", "Fangyuan"),
            area(haiyun, Tier::Community, Some(street), "370687001001", "海韵社区", "Haiyun Community"),
            area(shuxiang, Tier::Community, Some(street), "370687001002", "书香社区", "Shuxiang Community"),
        ];
        let offices = [
            (OrgKind::Office, "海韵社区居民委员会", "Haiyun Office", Some(haiyun), None),
            (OrgKind::Office, "书香社区居民委员会", "Shuxiang Office", Some(shuxiang), None),
            (OrgKind::Office, "海阳市12345受理中心", "Haiyang 12345 Desk", Some(city), None),
            (OrgKind::Unit, "市供电公司", "Power Supply Company", None, Some("0535-3220000")),
        ];
        let offices = offices.map(|(kind, name, name_en, leads, phone)| NewOrg {
            id: world.id(),
            kind,
            name: name.into(),
            name_en: Some(name_en.into()),
            parent: None,
            home: Some(leads.unwrap_or(city)),
            leads,
            phone: phone.map(str::to_owned),
        });
        let [at_haiyun, at_shuxiang, at_city, at_power]: [OrgId; 4] = std::array::from_fn(|n| offices[n].id);
        let names = ["顾秋", "吴敏之", "周芸", "林工", "郑小满", "赵敏"];
        let people: Vec<NewPerson> = names
            .iter()
            .map(|name| {
                let particulars = Particulars { name: (*name).into(), name_en: None, phone: None };
                NewPerson::new(&org, world.id(), particulars).unwrap()
            })
            .collect();
        let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
        let scope = Scope::system("a test's town");
        let written = db.write(async move |tx| {
            bulk::areas(tx, &scope, &areas, today().plus(-400)).await?;
            for office in &offices {
                orgs::create(tx, &scope, office, today().plus(-400)).await?;
            }
            bulk::people(tx, &scope, &people).await
        });
        written.await.unwrap();
        let settings = Settings::load(&db, crate::street::PROFILES, START).await.unwrap();
        let (keys, orders) = (org.keys.clone(), crate::street::PROCEDURES);
        let work = Casework::new((*db).clone(), world.clone(), keys, orders, settings, Categories::builtin());
        let actor = |n: usize, org: OrgId, area: Option<(Tier, AreaId)>, role: Role| {
            let (post, org_name, roles) = (world.id(), String::new(), vec![role]);
            let hat = Some(Hat { post, org, org_name, area, roles });
            Actor::Person { id: ids[n], name: names[n].into(), hat, via: Via::Web }
        };
        Town {
            gu: actor(0, at_haiyun, Some((Tier::Community, haiyun)), Role::Clerk),
            wu: actor(1, at_shuxiang, Some((Tier::Community, shuxiang)), Role::Clerk),
            zhou: actor(2, at_city, Some((Tier::City, city)), Role::Clerk),
            lin: actor(3, at_power, None, Role::Worker),
            zheng: actor(4, at_city, Some((Tier::City, city)), Role::SystemAdmin),
            zhao: Actor::Person { id: ids[5], name: names[5].into(), hat: None, via: Via::Web },
            work,
            db,
            org,
            haiyun,
            shuxiang,
        }
    }
}

pub fn state(db: &TestDb) -> OrgState {
    let site = Site {
        base_url: "http://localhost".into(),
        demo: true,
        proxies: Vec::new(),
        cookie_key: [7; 32],
        csrf_key: [8; 32],
        world: db.world.clone(),
        words: &WORDS,
        throttle: Arc::new(Throttle::new(1000)),
    };
    OrgState {
        db: (**db).clone(),
        world: db.world.clone(),
        keys: Arc::new(KeyRing::from_secret([7; 32])),
        notify: Arc::new(Nowhere),
        passwords: Passwords::default(),
        site,
        copy: "test".into(),
    }
}
