//! A city edits its profile: what would change, what does, and the way back.

use crate::{
    desk::{ALL, Desk},
    town::{ROOMS, Town},
};
use axum::http::StatusCode;
use linli_authz::{Actor, Role};
use linli_base::CaseId;
use linli_store::{Query, args, row, statements};
use linli_testkit::{TestDb, db_test};

row! {
    struct SavedRow {
        act: String,
        reason: Option<String>,
    }
}

statements! {
    SAVED(unscoped "a test reads the trail") =
        "SELECT a.act, a.reason FROM audit a WHERE a.act = 'profile.save' ORDER BY a.at, a.id";
}

/// 李娜 as the system's administrator.
pub fn admin(town: &Town) -> Actor {
    let Actor::Person { id, name, hat: Some(hat), via } = town.li.clone() else { panic!() };
    let hat = linli_authz::Hat { roles: vec![Role::SystemAdmin], ..hat };
    Actor::Person { id, name, hat: Some(hat), via }
}

impl Town {
    async fn began_with(&self, id: CaseId) -> (String, i64) {
        let row = self.work.view(&self.wu, id).await.unwrap().loaded.row;
        (row.profile, row.profile_version)
    }
}

#[db_test(ROOMS)]
async fn a_city_gives_itself_three_days_and_goes_back(db: TestDb) {
    let town = Town::new(db).await;
    let before = town.dispatched().await;
    assert_eq!(town.began_with(before).await, ("shandong".into(), 4));
    let old = town.work.view(&town.wu, before).await.unwrap().loaded.row.finish_due_at;
    let mut li = Desk::of(&town, &admin(&town), ALL);

    assert_eq!(li.get("/settings/profile").await, StatusCode::OK);
    assert!(li.says("main").contains("山东口径 第 4 版 程序自带"), "{}", li.says("main"));
    assert!(
        li.says("dt, dd").contains("办结（特急） | 24 小时")
            && li.says("dt, dd").contains("办结 | 5 个工作日")
    );
    assert!(li.says("dt, dd").contains("派单 | 8–20 点之间 1 小时，其余到 9 点"), "{}", li.says("dt, dd"));
    assert!(li.says("dt, dd").contains("延期后总共不超过几天 | 不用"));
    li.get("/settings/profile/edit").await;
    let general = li.attrs("section label[for]", "for").iter().position(|to| to == "f-term.13").unwrap();
    assert!(general > 0);
    assert!(li.says("option").contains("小时（按时段）"));

    let bad = [("n.term.13", "soon"), ("n.weight_solved", "90"), ("n.hold_months", "6")];
    assert_eq!(li.submit("/preview", &bad).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(li.says(".es").contains("请填 1 到 365 的整数"), "{}", li.says(".es"));
    assert!(li.says(".es").contains("现在是 155"));
    assert_eq!(li.attrs("#f-hold_months", "value"), ["6"], "what was right is kept");
    assert_eq!(li.attrs("[id=\"f-term.13\"]", "value"), ["soon"], "and what was wrong, to be mended");

    let three = [("n.term.13", "3"), ("n.weight_solved", "35"), ("n.hold_months", "6")];
    assert_eq!(li.submit("/preview", &three).await, StatusCode::OK);
    let rows = li.says("tbody tr > *");
    assert!(rows.contains("办结 | 5 个工作日 | 3 个工作日"), "{rows}");
    assert!(rows.contains("挂账最长几个月 | 9 | 6"), "{rows}");
    assert!(
        rows.contains("求助、一般 | 10月12日 星期一 | 10月9日 星期五"),
        "what it means for a case said now: {rows}"
    );
    assert!(li.says("main").contains("现在开着的 1 件照旧用原来的版本"));

    let today = town.db.world.now().day().to_string();
    let short = [("from", "2020-01-01"), ("why", "")];
    assert_eq!(li.submit("/settings/profile", &short).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(li.says(".es").contains("这一天已经过去了"));
    let why = [("from", today.as_str()), ("why", "市政府常务会定的")];
    assert_eq!(li.submit("/settings/profile", &why).await, StatusCode::SEE_OTHER, "{}", li.says("main"));
    li.follow().await;
    assert!(li.says("main").contains("本市口径 第 1 版"));
    assert!(li.says("main").contains("李娜") && li.says("main").contains("市政府常务会定的"));

    let after = town.dispatched().await;
    assert_eq!(town.began_with(after).await, ("city".into(), 1));
    let row = town.work.view(&town.wu, before).await.unwrap().loaded.row;
    assert_eq!((row.profile.as_str(), row.finish_due_at), ("shandong", old), "what runs keeps its version");
    assert!(town.work.view(&town.wu, after).await.unwrap().loaded.row.finish_due_at < old);

    li.get("/settings/profile/edit?base=shandong-4").await;
    li.submit("/preview", &[]).await;
    assert!(li.says("tbody tr > *").contains("办结 | 3 个工作日 | 5 个工作日"));
    li.submit("/settings/profile", &[("from", &today), ("why", "改回去")]).await;
    assert_eq!(li.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason has four characters at least");
    li.submit("/settings/profile", &[("from", &today), ("why", "还是五个工作日")]).await;
    let back = town.dispatched().await;
    assert_eq!(town.began_with(back).await, ("city".into(), 2));
    assert_eq!(town.work.view(&town.wu, back).await.unwrap().loaded.row.finish_due_at, old);
    li.get("/settings/profile/versions/city-2").await;
    assert!(li.says("h2").contains("和本市口径 第 1 版比"));

    let scope = linli_authz::Scope::system("a test");
    let saved: Vec<SavedRow> = town.work.db().read().all(&SAVED, &scope, args![]).await.unwrap();
    let reasons: Vec<_> =
        saved.iter().map(|row| (row.act.as_str(), row.reason.as_deref().unwrap())).collect();
    assert_eq!(reasons, [("profile.save", "市政府常务会定的"), ("profile.save", "还是五个工作日")]);
}

#[db_test(ROOMS)]
async fn a_version_holds_from_its_day_and_beijing_can_be_chosen(db: TestDb) {
    let town = Town::new(db).await;
    let mut li = Desk::of(&town, &admin(&town), ALL);
    li.get("/settings/profile/edit?base=beijing-3").await;
    li.submit("/preview", &[]).await;
    assert!(li.says("td").contains("过期后第一个工作日亮红牌 | 时间过去 80% 亮黄牌"), "{}", li.says("td"));
    let day = town.db.world.now().day().plus(3).to_string();
    li.submit("/settings/profile", &[("from", &day), ("why", "改用北京口径")]).await;
    li.follow().await;
    assert!(li.says(".note").contains("起改用本市口径 第 1 版"), "{}", li.says(".note"));

    let before = town.dispatched().await;
    assert_eq!(town.began_with(before).await.0, "shandong", "not yet");
    town.clock.advance_ms(4 * 86_400_000);
    let after = town.dispatched().await;
    assert_eq!(town.began_with(after).await, ("city".into(), 1));
    let row = town.work.view(&town.wu, after).await.unwrap().loaded.row;
    assert_eq!(row.card_red_at, row.finish_due_at, "red as soon as it is over");
}

#[db_test(ROOMS)]
async fn a_card_rule_and_the_window_are_changed_without_losing_a_word(db: TestDb) {
    let town = Town::new(db).await;
    let mut li = Desk::of(&town, &admin(&town), ALL);
    li.get("/settings/profile/edit").await;
    let hours = [("window.from", "7"), ("window.to", "21"), ("window.else", "8")];
    let typed = [&hours[..], &[("n.hold_months", "6"), ("more", "card")]].concat();
    assert_eq!(li.submit("/settings/profile/edit", &typed).await, StatusCode::OK, "one rule more");
    assert_eq!(li.attrs("#f-hold_months", "value"), ["6"], "nothing that was typed is lost");
    assert_eq!(li.attrs("[id=\"f-window.to\"]", "value"), ["21"]);
    assert_eq!(li.attrs("select[autofocus]", "name"), ["kind.2"], "and one goes on where it stands");
    assert_eq!(li.attrs("input[name=new_cards]", "value"), ["1"]);

    let twice = [("level.2", "urgent"), ("n.yellow.2", "2"), ("u.yellow.2", "wd"), ("red.2", "at_once")];
    let typed = [&hours[..], &twice].concat();
    assert_eq!(li.submit("/preview", &typed).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(li.says(".es").contains("这一类的件已经有一条了"), "{}", li.says(".es"));
    let wrong = [("window.from", "21"), ("window.to", "21"), ("n.yellow.2", "")];
    assert_eq!(li.submit("/preview", &wrong).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(li.says(".es").contains("结束要比开始晚") && li.says(".es").contains("请填 1 到 365 的整数"));

    let rule = [("kind.2", "complaint"), ("n.yellow.2", "2"), ("u.yellow.2", "wd"), ("red.2", "at_once")];
    let typed = [&hours[..], &rule, &[("u.yellow.0", "drop")]].concat();
    assert_eq!(li.submit("/preview", &typed).await, StatusCode::OK, "{}", li.says(".es"));
    let rows = li.says("tbody tr > *");
    for change in [
        "派单 | 8–20 点之间 1 小时，其余到 9 点 | 7–21 点之间 1 小时，其余到 8 点",
        "投诉 | 没有这一条 | 到期前 2 个工作日亮黄牌；一过期就亮红牌",
        "特急 | 时间过去 50% 亮黄牌；一过期就亮红牌 | 没有这一条",
    ] {
        assert!(rows.contains(change), "{rows}");
    }
    li.submit("/settings/profile/edit", &[]).await;
    assert_eq!(li.attrs("[id=\"f-yellow.2\"]", "value"), ["2"], "back from the preview with all of it");
    li.submit("/preview", &typed).await;
    let today = town.db.world.now().day().to_string();
    li.submit("/settings/profile", &[("from", &today), ("why", "投诉要早两天提醒")]).await;
    assert_eq!(li.status, StatusCode::SEE_OTHER, "{}", li.says("main"));
    li.get("/settings/profile/versions/city-1").await;
    assert!(li.says("tbody tr > *").contains("投诉 | 没有这一条 | 到期前 2 个工作日亮黄牌"));

    let id = town.dispatched().await;
    let loaded = town.work.view(&town.wu, id).await.unwrap().loaded;
    let profile = town.work.settings().profile("city", 1).unwrap().clone();
    assert_eq!(loaded.row.profile, "city");
    let cards: Vec<_> = profile.draft().cards.iter().map(|line| line.kind.as_deref()).collect();
    assert_eq!(cards, [Some("complaint"), None], "complaints first, then all others");
}

#[db_test(ROOMS)]
async fn only_whoever_configures_sees_it(db: TestDb) {
    let town = Town::new(db).await;
    for actor in [&town.wu, &town.sun, &town.zhou] {
        let mut desk = Desk::of(&town, actor, ALL);
        assert_eq!(desk.get("/settings/profile").await, StatusCode::FORBIDDEN);
        assert_eq!(desk.get("/settings/profile/edit").await, StatusCode::FORBIDDEN);
    }
    assert!(
        Desk::of(&town, &admin(&town), ALL).get("/settings/profile/versions/city-9").await
            == StatusCode::NOT_FOUND
    );
}
