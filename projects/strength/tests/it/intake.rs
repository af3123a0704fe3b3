//! What is suggested at the desk, and a neighbour who says what has been said already.

use crate::{
    browser::{App, Browser},
    desk::{ALL, Desk},
    town::{ROOMS, Town},
};
use axum::http::StatusCode;
use linli_authz::Actor;
use linli_base::CaseId;
use linli_casework::{NewCase, privacy::Decision};
use linli_testkit::{TestDb, db_test};

const PLACES: [&str; 8] =
    ["书香路口", "文苑街", "锦和苑东门", "黄海大道", "海政路", "学府花园", "东风市场", "幼儿园门口"];
const LAMPS: [&str; 4] = ["路灯不亮，晚上看不清路", "路灯坏了好几天", "路灯一闪一闪的", "整排路灯都灭了"];
const RUBBISH: [&str; 4] =
    ["垃圾桶满了没人清运", "垃圾堆在路边，味道大", "生活垃圾好几天没人收", "建筑垃圾倒在绿地上"];

impl Town {
    /// 吴敏之 accepts and dispatches so many cases: every second one a lamp, for the lamp office; the rest rubbish, which
    /// her community's office clears itself, the road unit helping.
    async fn year(&self, cases: usize) -> Vec<CaseId> {
        let mut all = Vec::new();
        for n in 0..cases {
            let (lamp, words) = (n.is_multiple_of(2), if n.is_multiple_of(2) { LAMPS } else { RUBBISH });
            let title = format!("{}{}", PLACES[n / 2 % PLACES.len()], words[n / 2 % words.len()]);
            let body = format!("{title}，麻烦来看看。");
            let new = NewCase { client_id: None, title, body, ..self.lamp() };
            let id = self.work.open(Actor::Stranger, "request", "say", new).await.unwrap().id;
            let category = if lamp { "road.lamp" } else { "clean.rubbish" };
            let level = if n % 8 == 6 { "pressing" } else { "normal" };
            let accept = [("kind", "help"), ("category", category), ("level", level)];
            self.does(&self.wu, id, "accept", &accept).await;
            let (lamps, office, roads) =
                (self.lamps.to_string(), self.office.to_string(), self.roads.to_string());
            let given =
                if lamp { vec![("lead", &*lamps)] } else { vec![("lead", &*office), ("helpers", &*roads)] };
            self.does(&self.wu, id, "dispatch", &given).await;
            all.push(id);
        }
        all
    }

    async fn said(&self, title: &str, confidential: bool) -> CaseId {
        let new = NewCase {
            client_id: None,
            title: title.into(),
            body: format!("{title}，孩子放学要走这里。"),
            confidential,
            ..self.lamp()
        };
        self.work.open(Actor::Stranger, "request", "say", new).await.unwrap().id
    }
}

#[db_test(ROOMS)]
async fn a_clerk_is_told_what_was_chosen_for_such_cases_and_decides(db: TestDb) {
    let town = Town::new(db).await;
    town.year(28).await;
    assert_eq!(town.work.learn().await.unwrap(), 0, "too few to learn from");
    let id = town.said("海政路小学门口的路灯不亮了", false).await;
    let mut wu = Desk::of(&town, &town.wu, ALL);
    wu.get(&format!("/cases/{id}?step=accept")).await;
    assert!(!wu.says(".cf").contains("建议："), "{}", wu.says(".cf"));

    town.year(12).await;
    assert_eq!(town.work.learn().await.unwrap(), 40);
    wu.get(&format!("/cases/{id}?step=accept")).await;
    let said = wu.says("#s-category");
    assert!(said.starts_with("建议：路灯（把握 ") && said.contains("因为“") && said.contains("灯"), "{said}");
    assert_eq!(wu.attrs("#f-category optgroup", "label")[0], "建议");
    assert_eq!(wu.attrs("#f-category optgroup:first-of-type option", "value"), ["road.lamp"]);
    assert_eq!(wu.attrs("#f-category option[value='road.lamp']", "value").len(), 1, "it stands there once");
    assert!(wu.attrs("#f-category option[selected]", "value").is_empty(), "nobody has decided yet");
    assert!(wu.says("#f-level .hint").starts_with("建议：一般"), "{}", wu.says("#f-level"));
    assert!(wu.says(".cf").contains("从本市办过的 40 件里学的"), "{}", wu.says(".cf"));
    wu.lang("en");
    wu.get(&format!("/cases/{id}?step=accept")).await;
    assert!(wu.says("#s-category").starts_with("Suggested: Street lamps ("), "{}", wu.says("#s-category"));
    wu.lang("zh");

    // she chooses something else, and that is what holds
    let accept = [("kind", "help"), ("category", "clean.rubbish"), ("level", "normal")];
    wu.get(&format!("/cases/{id}?step=accept")).await;
    assert_eq!(wu.submit("/steps/accept", &accept).await, StatusCode::SEE_OTHER);
    wu.get(&format!("/cases/{id}?step=dispatch")).await;
    let said = wu.says("#s-lead");
    assert!(said.starts_with("建议：书香社区居民委员会。本社区最近 20 件这类的，20 件由它主办"), "{said}");
    assert_eq!(wu.attrs("#f-lead optgroup:first-of-type option", "value"), [town.office.to_string()]);
    assert!(
        wu.says(".cf .hint").contains("建议协办：市市政养护中心（20 件里有 20 件）"),
        "{}",
        wu.says(".cf")
    );
    assert_eq!(wu.attrs(".cf input[name=helpers]", "value")[0], town.roads.to_string());

    let strange = town.said("想学游泳，哪里有教练教", false).await;
    wu.get(&format!("/cases/{strange}?step=accept")).await;
    assert_eq!(wu.says("#s-category"), "说不准，请您定");
    let secret = town.said("海政路的路灯不亮", true).await;
    wu.get(&format!("/cases/{secret}?step=accept")).await;
    assert!(!wu.says(".cf").contains("建议："), "confidential: {}", wu.says(".cf"));
}

#[db_test(ROOMS)]
async fn a_city_switches_it_off_and_what_is_erased_is_forgotten(db: TestDb) {
    let town = Town::new(db).await;
    let year = town.year(32).await;
    assert_eq!(town.work.learn().await.unwrap(), 32);
    let zhao = Actor::Asker(year[0]);
    town.does(&zhao, year[0], "withdraw", &[]).await;
    town.work.ask_erase(&zhao, Some(year[0])).await.unwrap();
    town.does(&town.wu, year[1], "keep_secret", &[("handler_words", "垃圾没有清运")]).await;
    town.clock.advance_ms(8 * 86_400_000);
    assert_eq!(town.work.act_on_requests().await.unwrap(), 1);
    assert!(town.work.learnt().is_none(), "what was learnt a week ago is not used");
    assert_eq!(town.work.learn().await.unwrap(), 30, "neither the erased nor the confidential one");

    let mut li = Desk::of(&town, &crate::profile::admin(&town), ALL);
    li.get("/settings/profile/edit").await;
    assert!(li.says("main").contains("从本市办过的件里学（1 开，0 关）"), "{}", li.says("main"));
    assert_eq!(li.submit("/preview", &[("n.suggest", "0")]).await, StatusCode::OK);
    let today = town.db.world.now().day().to_string();
    let why = [("from", today.as_str()), ("why", "暂时不要建议")];
    assert_eq!(li.submit("/settings/profile", &why).await, StatusCode::SEE_OTHER, "{}", li.says("main"));
    assert!(town.work.learnt().is_none(), "and is forgotten at once");
    assert_eq!(town.work.learn().await.unwrap(), 0, "nothing is read");
    let id = town.said("海政路小学门口的路灯不亮了", false).await;
    let mut wu = Desk::of(&town, &town.wu, ALL);
    wu.get(&format!("/cases/{id}?step=accept")).await;
    assert!(!wu.says(".cf").contains("建议："), "{}", wu.says(".cf"));
}

/// Says it on the pages up to the last one.
async fn until_contact(browser: &mut Browser, body: &str) {
    browser.get("/say").await;
    browser.submit(&[("body", body), ("go", "next")], &[]).await;
    let place = [("place", "书香路口"), ("lat", "36.7801"), ("lon", "121.1801"), ("go", "next")];
    browser.submit(&place, &[]).await;
    assert_eq!(browser.says("h1"), "怎么联系您");
}

#[db_test(ROOMS)]
async fn somebody_has_said_it_already_and_both_are_told(db: TestDb) {
    const SAID: &str = "书香路口那盏过街灯不亮，接孩子的时候看不清路。";
    let town = Town::new(db).await;
    town.work.seed_consents().await.unwrap();
    let zhao = town.dispatched().await;
    let app = App::of(&town);
    let mut qian = Browser::new(&app);
    until_contact(&mut qian, SAID).await;
    assert!(
        qian.attrs("[name=same]", "value").iter().all(String::is_empty),
        "what is not public is offered to nobody"
    );

    town.work.set_consents(&Actor::Asker(zhao), zhao, &["public".to_owned()]).await.unwrap();
    let version = town.work.public_proposal(&town.wu, zhao).await.unwrap().row.version;
    let copy = Decision::Show {
        title: "书香路口过街灯不亮".into(),
        body: "过街灯坏了几天，晚上看不清。".into(),
        place: "书香路".into(),
        pictures: Vec::new(),
    };
    town.work.decide_public(&town.wu, zhao, version, copy).await.unwrap();
    until_contact(&mut qian, "小区东门的垃圾没人清，味道大。").await;
    assert!(!qian.says("main").contains("已经有人说过"), "another matter");
    until_contact(&mut qian, SAID).await;
    let offered = qian.says("fieldset");
    assert!(offered.contains("已经有人说过这件事：要一起关注吗？"), "{offered}");
    assert!(
        offered.contains("书香路口过街灯不亮 书香路 · 今天 · ") || offered.contains("书香路 · "),
        "{offered}"
    );
    for theirs in ["赵女士", "2210", "孩子放学五点多", "文苑街"] {
        assert!(!qian.text.contains(theirs), "only the copy: {theirs}");
    }
    assert_eq!(
        qian.attrs("[name=same][checked]", "value"),
        [""],
        "unless they say so it is their own matter"
    );

    let typed = [("phone", "138 0013 7002"), ("name", "钱勇"), ("same", "260929-0001"), ("go", "next")];
    assert_eq!(qian.submit(&typed, &[]).await, StatusCode::SEE_OTHER);
    qian.follow().await;
    assert!(qian.says(".note").contains("您说和 260929-0001 是同一件事"), "{}", qian.says("main"));
    let id = town.work.find(&qian.says(".receipt .no")).await.unwrap().unwrap();

    // the clerk sees it without opening a form, and merges with one tap
    let mut wu = Desk::of(&town, &town.wu, ALL);
    wu.get(&format!("/cases/{id}")).await;
    assert!(wu.says("article .list li").contains("诉求人说是同一件事"), "{}", wu.says("article"));
    assert!(
        wu.says("article .list li").contains("都说到“"),
        "the shared words: {}",
        wu.says("article .list li")
    );
    assert_eq!(wu.submit("/steps/merge", &[("master", &zhao.to_string())]).await, StatusCode::SEE_OTHER);
    qian.get("/").await;
    let mine = qian.attrs(".list a", "href");
    qian.get(&mine[0]).await;
    assert!(qian.says("main").contains("和 260929-0001 一起办"), "{}", qian.says("main"));
    let view = town.work.view(&Actor::System("test"), id).await.unwrap();
    assert!(linli_casework::verify(&view.loaded.events) && linli_casework::replays(&view.loaded));

    // a number that is not public cannot be named
    town.work.set_consents(&Actor::Asker(zhao), zhao, &[]).await.unwrap();
    until_contact(&mut qian, SAID).await;
    qian.submit(&typed, &[]).await;
    qian.follow().await;
    assert!(!qian.says("main").contains("是同一件事"), "{}", qian.says("main"));
}
