//! A town with one street, one community and a lamp office, where named people work.

use linli_authz::{Actor, Hat, Role, Scope, Tier, Via};
use linli_base::{AreaId, Crs, Day, ManualClock, OrgId, PersonId, Phone, Point, World};
use linli_casework::{Casework, Categories, NewCase, Settings};
use linli_keys::KeyRing;
use linli_org::{
    OrgKind,
    areas::NewArea,
    bulk,
    orgs::{self, NewOrg},
    people::{NewPerson, NewPost, Particulars, Seat},
};
use linli_store::{Migrations, Tx};
use linli_strength::{PROCEDURES, PROFILES};
use linli_testkit::{START, TestDb};
use std::{collections::BTreeMap, sync::Arc};

pub const ROOMS: &[Migrations] =
    &[linli_jobs::MIGRATIONS, linli_org::MIGRATIONS, linli_files::MIGRATIONS, linli_casework::MIGRATIONS];

pub struct Town {
    pub db: TestDb,
    pub work: Casework,
    pub clock: Arc<ManualClock>,
    pub grid: AreaId,
    pub office: OrgId,
    pub lamps: OrgId,
    pub roads: OrgId,
    /// 吴敏之, clerk of the community.
    pub wu: Actor,
    /// 林工, worker of the lamp office.
    pub lin: Actor,
    /// 周敏, auditor of the city desk.
    pub zhou: Actor,
    /// 郑兰, caller of the street.
    pub zheng: Actor,
    /// 孙所长, leader of the lamp office.
    pub sun: Actor,
    /// 东村的钱, clerk of another street.
    pub qian: Actor,
    /// 李娜, clerk of the city desk.
    pub li: Actor,
    /// 冯主任, leader and auditor of the street.
    pub feng: Actor,
}

fn area(id: AreaId, tier: Tier, parent: Option<AreaId>, code: &str, name: &str) -> NewArea {
    let point = (tier == Tier::Building).then_some((Point { lat: 36.78, lon: 121.18 }, Crs::Wgs84));
    NewArea { id, tier, parent, code: code.into(), name: name.into(), name_en: None, point, households: 24 }
}

fn org(id: OrgId, kind: OrgKind, name: &str, home: AreaId, leads: Option<AreaId>) -> NewOrg {
    NewOrg { id, kind, name: name.into(), name_en: None, parent: None, home: Some(home), leads, phone: None }
}

struct Seated {
    person: NewPerson,
    post: NewPost,
    actor: Actor,
}

fn seat(world: &World, name: &str, org: OrgId, area: Option<(Tier, AreaId)>, roles: &[Role]) -> Seated {
    let (id, post): (PersonId, _) = (world.id(), world.id());
    let day = START.day().plus(-100);
    Seated {
        person: NewPerson {
            id,
            particulars: Particulars { name: name.into(), name_en: None, phone: None },
            phone: None,
            password_hash: None,
            demo: true,
            created_at: START,
        },
        post: NewPost {
            id: post,
            person: id,
            org,
            seat: Seat {
                title: "工作人员".into(),
                title_en: None,
                from_day: day,
                to_day: None,
                area: None,
                roles: roles.to_vec(),
            },
        },
        actor: Actor::Person {
            id,
            name: name.into(),
            hat: Some(Hat { post, org, org_name: String::new(), area, roles: roles.to_vec() }),
            via: Via::Web,
        },
    }
}

impl Town {
    pub async fn new(db: TestDb) -> Town {
        let world = db.world.clone();
        let [city, street, other, community, grid, building]: [AreaId; 6] =
            std::array::from_fn(|_| world.id());
        let [desk, street_office, other_office, office, lamps, roads]: [OrgId; 6] =
            std::array::from_fn(|_| world.id());
        let areas = vec![
            area(city, Tier::City, None, "370687", "海阳市"),
            area(street, Tier::Street, Some(city), "370687001", "方圆街道"),
            area(other, Tier::Street, Some(city), "370687002", "东村街道"),
            area(community, Tier::Community, Some(street), "370687001001", "书香社区"),
            area(grid, Tier::Grid, Some(community), "37068700100101", "第1网格"),
            area(building, Tier::Building, Some(grid), "37068700100101005", "锦和苑5号楼"),
        ];
        let orgs = vec![
            org(desk, OrgKind::Office, "海阳市12345受理中心", city, Some(city)),
            org(street_office, OrgKind::Office, "方圆街道办事处", street, Some(street)),
            org(other_office, OrgKind::Office, "东村街道办事处", other, Some(other)),
            org(office, OrgKind::Office, "书香社区居民委员会", community, Some(community)),
            org(lamps, OrgKind::Unit, "市路灯管理所", city, None),
            org(roads, OrgKind::Unit, "市市政养护中心", city, None),
        ];
        let seats = [
            seat(&world, "吴敏之", office, Some((Tier::Community, community)), &[Role::Clerk, Role::Worker]),
            seat(&world, "林工", lamps, None, &[Role::Worker]),
            seat(&world, "周敏", desk, Some((Tier::City, city)), &[Role::Auditor]),
            seat(&world, "郑兰", street_office, Some((Tier::Street, street)), &[Role::Caller]),
            seat(&world, "孙所长", lamps, None, &[Role::Worker, Role::Leader]),
            seat(&world, "李娜", desk, Some((Tier::City, city)), &[Role::Clerk]),
            seat(
                &world,
                "冯主任",
                street_office,
                Some((Tier::Street, street)),
                &[Role::Leader, Role::Auditor],
            ),
            seat(&world, "东村的钱", other_office, Some((Tier::Street, other)), &[Role::Clerk]),
        ];
        let (people, posts): (Vec<_>, Vec<_>) =
            seats.iter().map(|s| (s.person.clone(), s.post.clone())).unzip();
        let day: Day = START.day().plus(-400);
        let scope = Scope::system("a test's town");
        db.write(async move |tx: &mut Tx<'_>| {
            bulk::areas(tx, &scope, &areas, day).await?;
            for org in &orgs {
                orgs::create(tx, &scope, org, day).await?;
            }
            bulk::people(tx, &scope, &people).await?;
            bulk::posts(tx, &scope, &posts).await
        })
        .await
        .unwrap();
        let settings = Settings::load(&db, PROFILES, START).await.unwrap();
        let keys = Arc::new(KeyRing::from_secret([7; 32]));
        let work = Casework::new((*db).clone(), world, keys, PROCEDURES, settings, Categories::builtin());
        let [wu, lin, zhou, zheng, sun, li, feng, qian] = seats.map(|seated| seated.actor);
        let clock = db.clock.clone();
        Town { db, work, clock, grid, office, lamps, roads, wu, lin, zhou, zheng, sun, qian, li, feng }
    }

    /// Ms. Zhao's lamp, at a place that the town knows.
    pub fn lamp(&self) -> NewCase {
        NewCase {
            client_id: Some(self.work.world().ids.uuid(START)),
            title: "书香路口过街灯不亮，放学时看不清".into(),
            body: "文苑街口那盏过街灯坏了好几天，孩子放学五点多天快黑了，过马路看不清。".into(),
            place: "书香路与文苑街路口".into(),
            point: Some(Point { lat: 36.7801, lon: 121.1801 }),
            phone: Some(Phone::parse("phone", "199 0000 2210").unwrap()),
            name: Some("赵女士".into()),
            source: "web".into(),
            ..NewCase::default()
        }
    }
}

/// A filled form as it is sent.
pub fn form(fields: &[(&str, &str)]) -> BTreeMap<String, Vec<String>> {
    let mut raw: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in fields {
        raw.entry((*name).to_owned()).or_default().push((*value).to_owned());
    }
    raw
}
