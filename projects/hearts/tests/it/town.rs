//! A town with two communities, where named people work.

use linli_authz::{Actor, Hat, Role, Scope, Tier, Via};
use linli_base::{AreaId, Day};
use linli_org::{areas::NewArea, bulk};
use linli_store::Migrations;
use linli_testkit::{START, TestDb};

pub const ROOMS: &[Migrations] = &[linli_org::MIGRATIONS, linli_hearts::MIGRATIONS];

pub struct Town {
    pub db: TestDb,
    pub haiyun: AreaId,
    pub shuxiang: AreaId,
    /// 顾秋, clerk of 海韵社区.
    pub gu: Actor,
    /// 吴敏之, clerk of 书香社区.
    pub wu: Actor,
    /// 林工, worker of a unit.
    pub lin: Actor,
    /// 郑小满, the city's system administrator.
    pub zheng: Actor,
}

fn area(id: AreaId, tier: Tier, parent: Option<AreaId>, code: &str, name: &str) -> NewArea {
    NewArea {
        id,
        tier,
        parent,
        code: code.into(),
        name: name.into(),
        name_en: None,
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
        let [city, street, haiyun, shuxiang]: [AreaId; 4] = std::array::from_fn(|_| world.id());
        let areas = vec![
            area(city, Tier::City, None, "370687", "海阳市"),
            area(street, Tier::Street, Some(city), "370687001", "方圆街道"),
            area(haiyun, Tier::Community, Some(street), "370687001001", "海韵社区"),
            area(shuxiang, Tier::Community, Some(street), "370687001002", "书香社区"),
        ];
        let scope = Scope::system("a test's town");
        db.write(async move |tx| bulk::areas(tx, &scope, &areas, today().plus(-400)).await).await.unwrap();
        let actor = |name: &str, area: Option<(Tier, AreaId)>, role: Role| {
            let hat =
                Hat { post: world.id(), org: world.id(), org_name: String::new(), area, roles: vec![role] };
            Actor::Person { id: world.id(), name: name.into(), hat: Some(hat), via: Via::Web }
        };
        let gu = actor("顾秋", Some((Tier::Community, haiyun)), Role::Clerk);
        let wu = actor("吴敏之", Some((Tier::Community, shuxiang)), Role::Clerk);
        let lin = actor("林工", None, Role::Worker);
        let zheng = actor("郑小满", Some((Tier::City, city)), Role::SystemAdmin);
        Town { db, haiyun, shuxiang, gu, wu, lin, zheng }
    }
}
