use crate::{
    browser::Browser,
    street::code,
    town::{ROOMS, Town, today},
};
use axum::http::StatusCode;
use linli_authz::{Actor, Hat, Permission, Role};
use linli_base::{AreaId, OrgId, Problem};
use linli_casework::Helpers;
use linli_hearts::{
    alliances::{self, Member, Said},
    orders::Part,
    thanks,
    volunteers::{self, Fit, Times, Volunteer},
};
use linli_testkit::{TestDb, db_test};

/// The fields that a form has wrong.
pub fn fields(problem: Problem) -> Vec<String> {
    let Problem::Invalid(flaws) = problem else { panic!("no flaws: {problem}") };
    flaws.into_iter().map(|flaw| flaw.field).collect()
}

fn said(name: &str) -> Said {
    Said {
        name: name.to_owned(), about: "周末一起给老人修灯、理发。".to_owned(), ..Said::default()
    }
}

impl Town {
    /// Somebody helps in 海韵社区.
    pub async fn joins(&self, who: &Actor) {
        let volunteer = Volunteer {
            unit: None,
            community: self.haiyun,
            skills: vec!["daily.errands".to_owned()],
            times: Times::of([(5, Part::Morning)]),
            point: None,
            fortnight: 2,
            since: today(),
        };
        let who = Actor::Person {
            id: who.person().unwrap(),
            name: String::new(),
            hat: None,
            via: linli_authz::Via::Web,
        };
        volunteers::join(&self.db, &self.db.world, &who, volunteer).await.unwrap();
    }

    async fn founds(&self, who: &Actor, area: AreaId, name: &str) -> linli_base::Result<OrgId> {
        alliances::found(&self.db, &self.db.world, who, Some(area), said(name)).await
    }

    async fn enters(&self, who: &Actor, id: OrgId, member: Member) -> linli_base::Result<()> {
        alliances::join(&self.db, &self.db.world, who, id, member).await
    }

    /// 林工's unit, by the word of its leader.
    fn leader(&self) -> Actor {
        let Actor::Person { id, name, hat: Some(hat), via } = self.lin.clone() else { unreachable!() };
        Actor::Person { id, name, hat: Some(Hat { roles: vec![Role::Leader], ..hat }), via }
    }
}

fn oneself(who: &Actor) -> Member {
    Member::person(who).unwrap()
}

#[db_test(ROOMS)]
async fn a_community_founds_an_alliance_neighbours_and_units_join_and_it_ends(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let none = alliances::found(&town.db, &town.db.world, &town.gu, Some(town.haiyun), Said::default()).await;
    assert_eq!(fields(none.unwrap_err()), ["name", "about"]);
    let id = town.founds(&town.gu, town.haiyun, "海韵社区党员服务联盟").await.unwrap();
    let twice = town.founds(&town.gu, town.haiyun, "海韵社区党员服务联盟").await;
    assert_eq!(fields(twice.unwrap_err()), ["name"], "its name is its own");

    let refused = town.enters(&town.zhao, id, oneself(&town.zhao)).await.unwrap_err();
    assert_eq!(code(refused), "join_first");
    town.joins(&town.zhao).await;
    town.enters(&town.zhao, id, oneself(&town.zhao)).await.unwrap();
    town.enters(&town.zhao, id, oneself(&town.zhao)).await.unwrap();
    let leader = town.leader();
    let unit = Member::unit(&leader).unwrap();
    let spoke = town.enters(&town.lin, id, unit).await.unwrap_err();
    assert!(matches!(spoke, Problem::Forbidden { .. }), "a worker does not speak for the unit");
    town.enters(&leader, id, unit).await.unwrap();

    let mut read = town.db.read();
    let one = alliances::by_id(&mut read, id).await.unwrap();
    assert_eq!((one.units, one.people), (1, 1), "twice is once");
    assert_eq!(alliances::units(&mut read, id).await.unwrap()[0].name, "市供电公司");
    let of_zhao = alliances::of(&mut read, town.zhao.person().unwrap()).await.unwrap();
    assert_eq!(of_zhao[0].name, "海韵社区党员服务联盟");

    alliances::leave(&town.db, &town.db.world, &town.zhao, id, oneself(&town.zhao)).await.unwrap();
    assert!(!alliances::belongs(&mut read, id, oneself(&town.zhao)).await.unwrap());
    town.enters(&town.zhao, id, oneself(&town.zhao)).await.unwrap();

    let end = async |reason| alliances::end(&town.db, &town.db.world, &town.gu, id, reason).await;
    assert_eq!(fields(end("").await.unwrap_err()), ["reason"]);
    end("并到街道的联盟").await.unwrap();
    let one = alliances::by_id(&mut read, id).await.unwrap();
    assert_eq!((one.to_day, one.units, one.people), (Some(today()), 0, 0), "nobody belongs to it any more");
    assert!(alliances::list(&mut read, (None, None)).await.unwrap().is_empty());
    assert_eq!(code(town.enters(&town.zhao, id, oneself(&town.zhao)).await.unwrap_err()), "alliance_over");
    town.founds(&town.gu, town.haiyun, "海韵社区党员服务联盟").await.expect("the name is free again");
}

#[db_test(ROOMS)]
async fn only_the_desk_of_the_place_founds_changes_and_ends(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let away = town.founds(&town.gu, town.shuxiang, "书香社区党员服务联盟").await.unwrap_err();
    assert_eq!(fields(away), ["area"], "not in another community");
    for who in [&town.lin, &town.zhao] {
        let founded = town.founds(who, town.haiyun, "别的联盟").await.unwrap_err();
        assert!(matches!(founded, Problem::Forbidden { .. }), "{founded}");
    }
    let unit = town.founds(&town.leader(), town.haiyun, "单位的联盟").await;
    assert!(unit.is_err(), "a unit has no desk");
    let id = town.founds(&town.gu, town.haiyun, "海韵社区党员服务联盟").await.unwrap();
    let changed = alliances::change(&town.db, &town.db.world, &town.wu, id, said("改了")).await;
    assert!(matches!(changed.unwrap_err(), Problem::Forbidden { .. }));
    let ended = alliances::end(&town.db, &town.db.world, &town.wu, id, "不要了").await;
    assert!(matches!(ended.unwrap_err(), Problem::Forbidden { .. }));
    alliances::change(&town.db, &town.db.world, &town.zhou, id, said("海韵联盟")).await.unwrap();
    let one = alliances::by_id(&mut town.db.read(), id).await.unwrap();
    assert_eq!(one.name, "海韵联盟", "the city's desk may");
    assert!(town.zhao.may(Permission::ServicesEdit).is_err());
}

#[db_test(ROOMS)]
async fn who_asked_is_thanked_and_may_take_it_back(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let agree = async |masked| thanks::agree(&town.db, &town.db.world, &town.zhao, masked).await;
    assert_eq!(code(agree(true).await.unwrap_err()), "join_first");
    town.joins(&town.zhao).await;
    agree(true).await.unwrap();
    let shown = async || {
        let all = thanks::list(&mut town.db.read(), linli_i18n::Lang::Zh, None).await.unwrap();
        all.into_iter().flat_map(|one| one.people).map(|one| (one.name, one.stars)).collect::<Vec<_>>()
    };
    assert_eq!(shown().await, [("赵**".to_owned(), 0)], "who has no star is thanked too");
    agree(false).await.unwrap();
    assert_eq!(shown().await, [("赵敏".to_owned(), 0)], "said anew it is once");
    thanks::take_back(&town.db, &town.zhao).await.unwrap();
    assert!(shown().await.is_empty(), "at once");
}

#[db_test(ROOMS)]
async fn a_closed_account_is_forgotten_and_held_before(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let zhao = town.zhao.person().unwrap();
    town.joins(&town.zhao).await;
    let id = town.founds(&town.gu, town.haiyun, "海韵社区党员服务联盟").await.unwrap();
    town.enters(&town.zhao, id, oneself(&town.zhao)).await.unwrap();
    thanks::agree(&town.db, &town.db.world, &town.zhao, true).await.unwrap();
    let (_, activity) = town.programme(3).await;
    town.signs(&town.zhao, activity).await.unwrap();

    let fit = Fit { db: (*town.db).clone(), world: town.db.world.clone() };
    let held = async || {
        let held = fit.held(zhao).await.unwrap();
        held.into_iter().map(|one| one.what).collect::<Vec<_>>()
    };
    assert_eq!(held().await, ["volunteer", "alliance", "signup", "recognition"]);
    let rows = fit.forget(zhao);
    let forget = town.db.write(async move |tx| {
        for (statement, values) in &rows {
            tx.run(statement, &linli_authz::Scope::system("close an account"), values).await?;
        }
        Ok(())
    });
    forget.await.unwrap();
    assert!(held().await.is_empty());
    let signed = linli_hearts::programmes::activity(&mut town.db.read(), activity).await.unwrap().signed;
    assert_eq!(signed, 0, "the place is free again");
}

#[db_test(ROOMS)]
async fn an_alliance_has_its_pages(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let mut gu = Browser::of(&town, Some(&town.gu));
    gu.get("/alliances").await;
    assert!(gu.says(".empty").contains("没有找到联盟"), "{}", gu.says("main"));
    gu.open("建一个联盟").await;
    assert_eq!(gu.submit("/alliances/new", &[]).await, StatusCode::UNPROCESSABLE_ENTITY);
    let (area, about) = (town.haiyun.to_string(), "给老人修灯。");
    let typed =
        [("area", area.as_str()), ("name", "海韵联盟"), ("about", about), ("skills", "daily.errands")];
    assert_eq!(gu.submit("/alliances/new", &typed).await, StatusCode::SEE_OTHER, "{}", gu.says(".es"));
    gu.follow().await;
    assert!(gu.says("main").contains("海韵联盟 海韵社区"), "{}", gu.says("main"));

    let mut stranger = Browser::of(&town, None);
    stranger.get("/alliances?q=修灯").await;
    stranger.open("海韵联盟").await;
    assert!(stranger.says("main").contains("先当志愿者，再加入"), "{}", stranger.says("main"));
    town.joins(&town.zhao).await;
    let mut zhao = Browser::of(&town, Some(&town.zhao));
    zhao.get("/alliances").await;
    zhao.open("海韵联盟").await;
    assert_eq!(zhao.submit("/join", &[]).await, StatusCode::SEE_OTHER);
    zhao.follow().await;
    assert!(zhao.says("main").contains("您在这个联盟里"), "{}", zhao.says("main"));
    stranger.get("/alliances").await;
    assert!(stranger.says(".list").contains("0 家单位 1 位邻居"), "{}", stranger.says(".list"));
    assert!(!stranger.text.contains("赵敏"), "people are a count");

    let leader = town.leader();
    let mut power = Browser::of(&town, Some(&leader));
    power.get("/alliances").await;
    power.open("海韵联盟").await;
    assert_eq!(power.submit("/join", &[]).await, StatusCode::SEE_OTHER, "{}", power.says("main"));
    power.follow().await;
    power.lang("en");
    power.get("/alliances").await;
    power.open("海韵联盟").await;
    assert!(power.says("main").contains("Power Supply Company"), "{}", power.says("main"));

    gu.open("改联盟").await;
    assert_eq!(gu.attrs("[name=name]", "value"), ["海韵联盟"]);
    assert_eq!(gu.submit("/end", &[("reason", "")]).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(gu.submit("/end", &[("reason", "并到街道")]).await, StatusCode::SEE_OTHER);
    gu.follow().await;
    assert!(gu.says(".note").contains("到9月29日为止了"), "{}", gu.says("main"));
}

#[db_test(ROOMS)]
async fn somebody_sees_their_own_stars_and_agrees_to_be_thanked(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    town.joins(&town.zhao).await;
    let mut zhao = Browser::of(&town, Some(&town.zhao));
    zhao.get("/help/hours").await;
    assert!(zhao.says("#thanks").contains("还没有星。 再有 100 小时"), "{}", zhao.says("#thanks"));
    assert_eq!(zhao.submit("/help/thanks", &[("name", "full")]).await, StatusCode::SEE_OTHER);
    let mut stranger = Browser::of(&town, None);
    stranger.get("/thanks").await;
    assert_eq!(stranger.says(".sec"), "海韵社区 赵敏");
    zhao.get("/help/hours").await;
    assert_eq!(zhao.submit("/help/thanks/back", &[]).await, StatusCode::SEE_OTHER);
    stranger.get("/thanks").await;
    assert!(!stranger.text.contains("赵敏"));
}
