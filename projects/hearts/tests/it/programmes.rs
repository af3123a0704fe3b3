use crate::{
    alliances::fields,
    browser::Browser,
    street::code,
    town::{ROOMS, Town, today},
};
use axum::http::StatusCode;
use linli_authz::Actor;
use linli_base::{At, Day, Problem, Result};
use linli_hearts::{
    programmes::{self, New, Said, Time},
    volunteers,
};
use linli_testkit::{TestDb, db_test};
use uuid::Uuid;

fn said(title: &str) -> Said {
    Said {
        title: title.to_owned(),
        title_en: None,
        about: "陪老人说说话、晒太阳。".to_owned(),
        about_en: None,
        skill: Some("elders.company".to_owned()),
        from: today(),
        to: None,
    }
}

fn on(day: Day, hour: i64) -> At {
    day.start().plus_hours(hour)
}

/// Tomorrow from nine to eleven.
fn time(wanted: i64) -> Time {
    let day = today().plus(1);
    Time { begins: on(day, 9), ends: on(day, 11), place: "社区门口".to_owned(), wanted }
}

impl Town {
    /// The community's own, with one activity tomorrow.
    pub async fn programme(&self, wanted: i64) -> (Uuid, Uuid) {
        let (db, world) = (&self.db, &self.db.world);
        let new = New {
            org: self.gu.hat().map(|hat| hat.org),
            area: Some(self.haiyun),
            said: said("陪老人晒太阳"),
        };
        let id = programmes::make(db, world, &self.gu, new).await.unwrap();
        let activity = programmes::add(db, world, &self.gu, id, time(wanted)).await.unwrap();
        (id, activity)
    }

    pub async fn signs(&self, who: &Actor, activity: Uuid) -> Result<()> {
        programmes::sign_up(&self.db, &self.db.world, who, activity).await
    }

    async fn ticks(&self, who: &Actor, activity: Uuid, people: &[&Actor]) -> Result<()> {
        let people = people.iter().filter_map(|one| one.person()).collect();
        programmes::came(&self.db, &self.db.world, who, activity, people).await
    }

    /// Confirmed: how often, how many minutes.
    async fn did(&self, who: &Actor) -> (i64, i64) {
        let all = volunteers::total(&mut self.db.read(), who, (Day(0), today().plus(9))).await.unwrap();
        (all.times, all.minutes)
    }

    /// Two days later.
    fn later(&self) {
        self.db.clock.advance_ms(48 * 3_600_000);
    }

    async fn signed(&self, activity: Uuid) -> usize {
        let now = self.db.world.now();
        programmes::signed(&mut self.db.read(), &self.gu, activity, now).await.unwrap().1.len()
    }
}

#[db_test(ROOMS)]
async fn a_programme_from_its_making_to_confirmed_hours(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let (_, activity) = town.programme(3).await;
    assert_eq!(code(town.signs(&town.zhao, activity).await.unwrap_err()), "join_first");
    for who in [&town.zhao, &town.gu] {
        town.joins(who).await;
        town.signs(who, activity).await.unwrap();
    }
    town.signs(&town.zhao, activity).await.unwrap();
    let now = town.db.world.now();
    let (one, people) = programmes::signed(&mut town.db.read(), &town.gu, activity, now).await.unwrap();
    assert_eq!((one.signed, people.len()), (2, 2), "twice is once");
    let early = town.ticks(&town.gu, activity, &[&town.zhao]).await.unwrap_err();
    assert_eq!(code(early), "activity_not_over");

    town.later();
    town.ticks(&town.gu, activity, &[&town.zhao, &town.gu]).await.unwrap();
    assert_eq!(town.did(&town.zhao).await, (1, 120));
    assert_eq!(town.did(&town.gu).await, (0, 0), "nobody confirms their own");
    let waiting = volunteers::waiting(&mut town.db.read(), &town.zhou).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].what.as_str()), (1, "陪老人晒太阳"));
    town.ticks(&town.gu, activity, &[&town.zhao]).await.unwrap();
    assert_eq!(town.did(&town.zhao).await, (1, 120), "and not twice");
    town.ticks(&town.gu, activity, &[&town.wu]).await.unwrap();
    assert_eq!(town.did(&town.wu).await, (0, 0), "who did not sign up is not logged");
}

#[db_test(ROOMS)]
async fn of_whoever_did_not_come_nothing_is_left(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let (_, activity) = town.programme(3).await;
    for who in [&town.zhao, &town.wu] {
        town.joins(who).await;
        town.signs(who, activity).await.unwrap();
    }
    town.later();
    town.ticks(&town.gu, activity, &[&town.zhao]).await.unwrap();
    assert_eq!(town.signed(activity).await, 2, "somebody may still be ticked");
    town.db.clock.advance_ms(62 * 24 * 3_600_000);
    programmes::tidy(&town.db, town.db.world.now()).await.unwrap();
    assert_eq!(town.signed(activity).await, 1);
}

#[db_test(ROOMS)]
async fn a_full_one_takes_nobody_until_somebody_signs_off(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let (id, activity) = town.programme(1).await;
    town.joins(&town.zhao).await;
    town.joins(&town.lin).await;
    town.signs(&town.zhao, activity).await.unwrap();
    assert_eq!(code(town.signs(&town.lin, activity).await.unwrap_err()), "activity_full");
    let off = async |who| programmes::sign_off(&town.db, &town.db.world, who, activity).await;
    off(&town.zhao).await.unwrap();
    assert!(programmes::mine_of(&mut town.db.read(), &town.zhao, id).await.unwrap().is_empty());
    town.signs(&town.lin, activity).await.unwrap();
    town.later();
    assert_eq!(code(town.signs(&town.zhao, activity).await.unwrap_err()), "activity_over");
    assert_eq!(code(off(&town.lin).await.unwrap_err()), "activity_over", "it has begun");
}

#[db_test(ROOMS)]
async fn who_signed_up_sees_that_it_moved_and_why_it_was_called_off(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let (id, activity) = town.programme(2).await;
    let (db, world) = (&town.db, &town.db.world);
    for who in [&town.zhao, &town.lin] {
        town.joins(who).await;
        town.signs(who, activity).await.unwrap();
    }
    let day = today().plus(1);
    let wrong = Time { begins: on(day, 9), ends: on(day, 23), place: String::new(), wanted: 0 };
    let moved = programmes::change_time(db, world, &town.gu, activity, wrong).await.unwrap_err();
    assert_eq!(fields(moved), ["to", "place", "wanted"]);
    let fewer = programmes::change_time(db, world, &town.gu, activity, time(1)).await.unwrap_err();
    assert_eq!(fields(fewer), ["wanted"], "nobody who signed up is sent away");
    let later = Time { begins: on(day, 14), ends: on(day, 15), ..time(2) };
    programmes::change_time(db, world, &town.gu, activity, later).await.unwrap();

    let mut zhao = Browser::of(&town, Some(&town.zhao));
    zhao.get("/help").await;
    assert!(zhao.says("main .sec").contains("14:00–15:00"), "{}", zhao.says("main"));
    assert!(zhao.says("main .sec").contains("时间地点改过"), "{}", zhao.says("main"));
    programmes::call_off(db, world, &town.gu, activity, "明天有大风").await.unwrap();
    zhao.get("/help").await;
    assert!(zhao.says("main .sec").contains("不办了 明天有大风"), "{}", zhao.says("main"));
    let again = programmes::call_off(db, world, &town.gu, activity, "再取消").await.unwrap_err();
    assert_eq!(code(again), "activity_over");

    let next = programmes::add(db, world, &town.gu, id, time(2)).await.unwrap();
    programmes::end(db, world, &town.gu, id, "人手不够").await.unwrap();
    let ended = programmes::activity(&mut db.read(), next).await.unwrap();
    assert_eq!(ended.off_reason.as_deref(), Some("人手不够"), "what was to come goes with it");
    let more = programmes::add(db, world, &town.gu, id, time(2)).await.unwrap_err();
    assert_eq!(code(more), "programme_over");
}

#[db_test(ROOMS)]
async fn whoever_runs_it_and_the_desk_of_the_place_may_others_not(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let (id, activity) = town.programme(2).await;
    let (db, world) = (&town.db, &town.db.world);
    for who in [&town.wu, &town.lin, &town.zhao] {
        let changed = programmes::change(db, world, who, id, said("改了")).await.unwrap_err();
        assert!(matches!(changed, Problem::Forbidden { .. }), "{changed}");
        let off = programmes::call_off(db, world, who, activity, "不办").await.unwrap_err();
        assert!(matches!(off, Problem::Forbidden { .. }), "{off}");
        let seen = programmes::signed(&mut db.read(), who, activity, world.now()).await;
        assert!(seen.is_err(), "nor do they see who signed up");
    }
    let of =
        |who: &Actor, area| New { org: who.hat().map(|hat| hat.org), area, said: said("安全用电讲堂") };
    let away = programmes::make(db, world, &town.gu, of(&town.gu, Some(town.shuxiang))).await.unwrap_err();
    assert_eq!(fields(away), ["area"], "a community stays at home");
    let other = programmes::make(db, world, &town.gu, of(&town.lin, Some(town.haiyun))).await.unwrap_err();
    assert_eq!(fields(other), ["org"], "and speaks for no unit");
    let lecture = programmes::make(db, world, &town.lin, of(&town.lin, Some(town.shuxiang))).await.unwrap();
    programmes::end(db, world, &town.wu, lecture, "换个时候再办")
        .await
        .expect("the desk of the place may end it");
    let stranger =
        programmes::make(db, world, &town.zhao, of(&town.gu, Some(town.haiyun))).await.unwrap_err();
    assert!(matches!(stranger, Problem::Forbidden { .. }));
}

#[db_test(ROOMS)]
async fn a_programme_has_its_pages(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let mut gu = Browser::of(&town, Some(&town.gu));
    gu.get("/programmes").await;
    gu.open("办一个项目").await;
    assert_eq!(gu.submit("/programmes/new", &[]).await, StatusCode::UNPROCESSABLE_ENTITY);
    let office = gu.attrs("[name=org] option", "value")[0].clone();
    let typed = [("org", office.as_str()), ("area", &town.haiyun.to_string()), ("title", "陪老人晒太阳")]
        .map(|(name, value)| (name, value.to_owned()));
    let mut typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    typed.push(("about", "星期六上午，在小花园。"));
    assert_eq!(gu.submit("/programmes/new", &typed).await, StatusCode::SEE_OTHER, "{}", gu.says(".es"));
    gu.follow().await;
    gu.open("加一次活动").await;
    assert_eq!(gu.submit("/activities/new", &[]).await, StatusCode::UNPROCESSABLE_ENTITY);
    let day = today().plus(1).to_string();
    let time =
        [("day", day.as_str()), ("from", "09:00"), ("to", "11:00"), ("place", "小花园"), ("wanted", "1")];
    assert_eq!(gu.submit("/activities/new", &time).await, StatusCode::SEE_OTHER, "{}", gu.says(".es"));

    town.joins(&town.zhao).await;
    let mut zhao = Browser::of(&town, Some(&town.zhao));
    zhao.get("/help").await;
    assert!(zhao.says("main").contains("附近的活动 陪老人晒太阳"), "{}", zhao.says("main"));
    zhao.get("/programmes?q=小花园").await;
    zhao.open("陪老人晒太阳").await;
    assert!(zhao.says("main").contains("9:00–11:00"), "{}", zhao.says("main"));
    assert_eq!(zhao.submit("/sign", &[]).await, StatusCode::SEE_OTHER);
    zhao.follow().await;
    assert!(zhao.says("main").contains("您报名了"), "{}", zhao.says("main"));

    gu.get("/programmes").await;
    gu.open("陪老人晒太阳").await;
    gu.open("报名的人").await;
    assert!(gu.says("main").contains("报名 1 人"), "{}", gu.says("main"));
    assert!(gu.attrs("[name=person]", "value").is_empty(), "nobody is ticked before it is over");
    let mut wu = Browser::of(&town, Some(&town.wu));
    zhao.get("/programmes").await;
    zhao.open("陪老人晒太阳").await;
    let href = zhao.attrs("form[action*=sign-off]", "action")[0].replace("/sign-off", "");
    assert_eq!(wu.get(&href).await, StatusCode::FORBIDDEN, "another community's desk does not see who");
    town.later();
    gu.get(&href).await;
    let person = gu.attrs("[name=person]", "value")[0].clone();
    assert_eq!(gu.submit("/came", &[("person", &person)]).await, StatusCode::SEE_OTHER);
    gu.follow().await;
    assert!(gu.says(".list").contains("赵敏来了"), "{}", gu.says(".list"));
    zhao.get("/help/hours").await;
    assert!(zhao.says("main").contains("陪老人晒太阳"), "{}", zhao.says("main"));
}
