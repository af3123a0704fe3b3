//! A small town with named people, and a clock that stands until it is moved.

use axum::{Router, middleware};
use linli_authz::{Actor, Hat, Permission, Role, Scope, Tier, Via};
use linli_base::{AreaId, Crs, Day, ManualClock, OrgId, PersonId, Phone, Point, PostId, World};
use linli_i18n::Words;
use linli_keys::KeyRing;
use linli_notify::{Address, Log};
use linli_org::{
    Bearer, Came, OrgKind, OrgState, Passwords, PlaceId,
    areas::{self, NewArea},
    bulk::{self, NewPlace, PlaceKind},
    orgs::{self, NewOrg},
    people::{NewPerson, NewPost, Particulars, Seat},
};
use linli_store::{Db, Migrations, Tx};
use linli_testkit::{START, TestDb};
use linli_web::Site;
use std::{path::Path, sync::Arc};

pub const PASSWORD: &str = "海边的路灯今晚亮了吗";
static WORDS: Words = Words::of(&[&linli_org::t::MESSAGES, &linli_web::t::MESSAGES]);

pub const ROOMS: &[Migrations] = &[linli_org::MIGRATIONS];

/// 海阳市 with 方圆街道 (书香社区 with two grids, 和顺社区) and 东村街道 (望潮社区).
pub struct Town {
    pub org: OrgState,
    pub clock: Arc<ManualClock>,
    pub texts: Arc<Log>,
    _test: Option<TestDb>,
    pub city: AreaId,
    pub fangyuan: AreaId,
    pub dongcun: AreaId,
    pub shuxiang: AreaId,
    pub heshun: AreaId,
    pub grid_1: AreaId,
    pub grid_2: AreaId,
    pub building_5: AreaId,
    pub city_desk: OrgId,
    pub fangyuan_office: OrgId,
    pub shuxiang_office: OrgId,
    pub lamp_office: OrgId,
}

pub struct Staff {
    pub person: PersonId,
    pub post: PostId,
    pub phone: Phone,
}

pub fn system() -> Scope {
    Scope::system("a test")
}

pub fn day() -> Day {
    START.day()
}

impl Town {
    pub async fn new(test: TestDb) -> Town {
        let (db, world, clock) = (test.clone(), test.world.clone(), test.clock.clone());
        let folder = test.folder.path().to_owned();
        Town { _test: Some(test), ..Town::build(db, world, clock, &folder).await }
    }

    pub async fn build(db: Db, world: World, clock: Arc<ManualClock>, folder: &Path) -> Town {
        let texts = Arc::new(Log::default());
        let org = OrgState {
            db,
            keys: Arc::new(KeyRing::open_or_create(&folder.join("linli.key"), world.ids.as_ref()).unwrap()),
            notify: texts.clone(),
            passwords: Passwords::default(),
            site: Site {
                base_url: "http://localhost".into(),
                demo: true,
                proxies: Vec::new(),
                cookie_key: [7; 32],
                csrf_key: [8; 32],
                world: world.clone(),
                words: &WORDS,
                throttle: Arc::default(),
            },
            copy: "test".into(),
            world,
        };
        let id = || org.world.id();
        let mut town = Town {
            city: id(),
            fangyuan: id(),
            dongcun: id(),
            shuxiang: id(),
            heshun: id(),
            grid_1: id(),
            grid_2: id(),
            building_5: id(),
            city_desk: org.world.id(),
            fangyuan_office: org.world.id(),
            shuxiang_office: org.world.id(),
            lamp_office: org.world.id(),
            org,
            clock,
            texts,
            _test: None,
        };
        town.territory().await;
        town.offices().await;
        town
    }

    async fn territory(&mut self) {
        let wangchao: AreaId = self.org.world.id();
        let building_6: AreaId = self.org.world.id();
        let compound: PlaceId = self.org.world.id();
        let at = |lat: f64, lon: f64| Some((Point { lat, lon }, Crs::Gcj02));
        let rows = vec![
            area(self.city, Tier::City, None, "370687", "海阳市", "Haiyang", None),
            area(
                self.fangyuan,
                Tier::Street,
                Some(self.city),
                "370687001",
                "方圆街道",
                "Fangyuan Subdistrict",
                None,
            ),
            area(
                self.dongcun,
                Tier::Street,
                Some(self.city),
                "370687002",
                "东村街道",
                "Dongcun Subdistrict",
                None,
            ),
            area(
                self.shuxiang,
                Tier::Community,
                Some(self.fangyuan),
                "370687001001",
                "书香社区",
                "Shuxiang Community",
                None,
            ),
            area(
                self.heshun,
                Tier::Community,
                Some(self.fangyuan),
                "370687001002",
                "和顺社区",
                "Heshun Community",
                None,
            ),
            area(
                wangchao,
                Tier::Community,
                Some(self.dongcun),
                "370687002001",
                "望潮社区",
                "Wangchao Community",
                None,
            ),
            area(self.grid_1, Tier::Grid, Some(self.shuxiang), "37068700100101", "第1网格", "Grid 1", None),
            area(self.grid_2, Tier::Grid, Some(self.shuxiang), "37068700100102", "第2网格", "Grid 2", None),
            area(
                self.building_5,
                Tier::Building,
                Some(self.grid_1),
                "37068700100101005",
                "锦和苑5号楼",
                "Jinhe Court Building 5",
                at(36.7800, 121.1800),
            ),
            area(
                building_6,
                Tier::Building,
                Some(self.grid_2),
                "37068700100102006",
                "锦和苑6号楼",
                "Jinhe Court Building 6",
                at(36.7820, 121.1800),
            ),
        ];
        let place = NewPlace {
            id: compound,
            kind: PlaceKind::Compound,
            area: self.shuxiang,
            name: "锦和苑小区".to_owned(),
            name_en: Some("Jinhe Court".to_owned()),
            point: at(36.7810, 121.1800),
            buildings: vec![self.building_5, building_6],
        };
        let written = self.org.db.write(async move |tx: &mut Tx<'_>| {
            bulk::areas(tx, &system(), &rows, day().plus(-400)).await?;
            bulk::places(tx, &system(), std::slice::from_ref(&place)).await
        });
        written.await.unwrap();
    }

    async fn offices(&mut self) {
        let new = |id, kind, name: &str, parent, home, leads| NewOrg {
            id,
            kind,
            name: name.to_owned(),
            name_en: None,
            parent,
            home: Some(home),
            leads,
            phone: None,
        };
        let rows = vec![
            new(self.city_desk, OrgKind::Office, "海阳市12345受理中心", None, self.city, Some(self.city)),
            new(
                self.fangyuan_office,
                OrgKind::Office,
                "方圆街道办事处",
                None,
                self.fangyuan,
                Some(self.fangyuan),
            ),
            new(
                self.shuxiang_office,
                OrgKind::Office,
                "书香社区居民委员会",
                Some(self.fangyuan_office),
                self.shuxiang,
                Some(self.shuxiang),
            ),
            new(self.lamp_office, OrgKind::Unit, "市路灯管理所", None, self.city, None),
        ];
        let written = self.org.db.write(async move |tx: &mut Tx<'_>| {
            for row in &rows {
                orgs::create(tx, &system(), row, day().plus(-400)).await?;
            }
            Ok(())
        });
        written.await.unwrap();
    }

    /// A person with the phone `1380000` + four digits, [`PASSWORD`] and a post.
    pub async fn staff(&self, name: &str, phone: u32, org: OrgId, roles: &[Role]) -> Staff {
        let hash = self.org.passwords.hash(PASSWORD.to_owned(), self.org.world.ids.as_ref()).await.unwrap();
        let phone = Phone::parse("phone", &format!("1380000{phone:04}")).unwrap();
        let particulars = Particulars { name: name.to_owned(), name_en: None, phone: Some(phone.clone()) };
        let person = NewPerson::new(&self.org, self.org.world.id(), particulars).unwrap();
        let person = NewPerson { password_hash: Some(hash), ..person };
        let id = person.id;
        self.org
            .db
            .write(async move |tx: &mut Tx<'_>| {
                bulk::people(tx, &system(), std::slice::from_ref(&person)).await
            })
            .await
            .unwrap();
        let post = self.post(id, org, "工作人员", roles).await;
        Staff { person: id, post, phone }
    }

    pub async fn post(&self, person: PersonId, org: OrgId, title: &str, roles: &[Role]) -> PostId {
        let seat = Seat {
            title: title.to_owned(),
            title_en: None,
            from_day: day().plus(-30),
            to_day: None,
            area: None,
            roles: roles.to_vec(),
        };
        let post = NewPost { id: self.org.world.id(), person, org, seat };
        let id = post.id;
        self.org
            .db
            .write(async move |tx: &mut Tx<'_>| bulk::posts(tx, &system(), std::slice::from_ref(&post)).await)
            .await
            .unwrap();
        id
    }

    pub async fn sign_in(&self, staff: &Staff) -> linli_org::NewSession {
        linli_org::sign_in::with_password(&self.org, &staff.phone, PASSWORD.to_owned(), Came::default())
            .await
            .unwrap()
    }

    pub async fn send_code(&self, phone: &Phone, came: &Came) -> linli_base::Result<()> {
        linli_org::sign_in::send_code(&self.org, phone, came, str::to_owned).await
    }

    /// Asks for a code to a phone that somebody has, and reads it.
    pub async fn code_for(&self, phone: &Phone) -> String {
        let before = self.texts.recent().len();
        self.send_code(phone, &Came::default()).await.unwrap();
        while self.texts.recent().len() == before {
            tokio::task::yield_now().await;
        }
        self.texts.last_to(&Address::Phone(phone.clone())).unwrap().text
    }

    /// All pages of this crate, dressed.
    pub fn pages(&self) -> Router {
        let routes: Router<OrgState> = linli_org::routes();
        let routes = routes
            .route(
                "/api/v1/me",
                axum::routing::get(async |Bearer(actor): Bearer| format!("{:?}", actor.person())),
            )
            .layer(middleware::from_fn_with_state(self.org.clone(), linli_org::who));
        linli_web::dress(routes.with_state(self.org.clone()), &self.org.site)
    }

    pub async fn path_name(&self, id: AreaId) -> String {
        areas::path_name(&mut self.org.db.read(), &system(), id).await.unwrap()
    }

    /// 周敏 in a post of the org with the roles.
    pub fn actor(&self, org: OrgId, area: Option<(Tier, AreaId)>, roles: &[Role]) -> Actor {
        let hat = Hat {
            post: self.org.world.id(),
            org,
            org_name: "一个单位".to_owned(),
            area,
            roles: roles.to_vec(),
        };
        Actor::Person { id: self.org.world.id(), name: "周敏".to_owned(), hat: Some(hat), via: Via::Web }
    }

    pub fn sees(&self) -> Scope {
        self.actor(self.city_desk, None, &[Role::Clerk]).may(Permission::OrgSee).unwrap()
    }
}

fn area(
    id: AreaId,
    tier: Tier,
    parent: Option<AreaId>,
    code: &str,
    name: &str,
    name_en: &str,
    point: Option<(Point, Crs)>,
) -> NewArea {
    let households = if tier == Tier::Building { 36 } else { 0 };
    NewArea {
        id,
        tier,
        parent,
        code: code.to_owned(),
        name: name.to_owned(),
        name_en: Some(name_en.to_owned()),
        point,
        households,
    }
}
