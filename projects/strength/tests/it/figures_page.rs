//! The page of the figures as staff see it, and the lists behind its numbers.

use crate::{
    desk::{ALL, Desk},
    figures::{ANSWERED, DAY, GOOD, HOUR},
    town::{ROOMS, Town},
};
use axum::http::StatusCode;
use linli_casework::Allow;
use linli_testkit::{TestDb, db_test};

/// Three lamps, one of them partly solved, a fortnight later.
async fn three_lamps(db: TestDb) -> Town {
    let town = Town::new(db).await;
    for solved in ["yes", "partly", "yes"] {
        let id = town.lives(ANSWERED).await;
        let called = [("contacted", "yes"), ("solved", solved), ("satisfied", "satisfied")];
        town.goes_on(id, &[(1, "周", "pass", &[]), (1, "郑", "call_back", &called)]).await;
    }
    town.clock.advance_ms(20 * DAY * HOUR);
    town
}

#[db_test(ROOMS)]
async fn the_city_sees_rates_with_what_they_rest_on_and_opens_each_number(db: TestDb) {
    let town = three_lamps(db).await;
    let mut li = Desk::of(&town, &town.li, ALL);
    li.get("/figures?at=2026-10").await;
    assert!(li.says(".note").contains("还在算"), "it does not wait for the counting: {}", li.says(".note"));
    assert!(li.says(".empty").contains("还没有诉求"));

    town.work.count_figures().await.unwrap();
    assert_eq!(li.get("/figures?at=2026-10").await, StatusCode::OK);
    let cards = li.says("main section");
    assert!(cards.contains("解决率 83.3% 2 + 1 件算一半 / 3 件回访接通 95% 区间"), "{cards}");
    assert!(cards.contains("不足 30 件"), "{cards}");
    let street = li.says("table:first-of-type tbody tr:nth-child(2)");
    assert!(street.starts_with("方圆街道 3 100.0 100.0 不比较"), "{street}");
    let opened = li.attrs("table:first-of-type tbody tr:nth-child(2) th a", "href");
    li.get(&opened[0]).await;
    assert!(li.says("table:first-of-type tbody tr:nth-child(3)").starts_with("书香社区 3"), "unfolded");

    let behind = li.attrs(".pair > section:nth-of-type(2) a.v", "href");
    let counts: Vec<&str> = vec!["3", "2", "1", "3"];
    assert_eq!(behind.len(), counts.len(), "{behind:?}");
    for (href, count) in behind.iter().zip(counts) {
        li.get(href).await;
        assert!(li.says("h1").contains(&format!("{count} 件")), "{href}: {}", li.says("h1"));
        assert_eq!(li.attrs("tbody tr", "class").len().to_string(), count, "{href}");
    }
    assert!(!li.text.contains("看不清") && !li.text.contains("赵女士"), "nothing of what was said");
    assert!(li.says("tbody td").contains("书香社区 | 市路灯管理所 | 已办结"), "{}", li.says("tbody td"));
    assert!(!li.attrs("tbody th a[href^='/cases/']", "href").is_empty(), "who may, goes on to the case");
}

#[db_test(ROOMS)]
async fn a_list_is_filtered_and_taken_out(db: TestDb) {
    let town = three_lamps(db).await;
    town.work.count_figures().await.unwrap();
    let mut li = Desk::of(&town, &town.li, ALL);
    let list = "/figures/cases?figure=solved&at=2026-10";
    li.get(&format!("{list}&q=260929-0002")).await;
    assert_eq!(li.attrs("tbody tr", "class").len(), 1, "by its number");
    li.get(&format!("{list}&state=working")).await;
    assert!(li.says(".empty").contains("没有这样的诉求"));
    li.get(&list.replacen("cases", "cases/export", 1)).await;
    assert!(li.text.starts_with('\u{feff}') && li.text.contains("计一半"), "{}", li.text);
    li.get("/figures/export?at=2026-10").await;
    assert!(li.text.contains("海阳市,解决率,83.3,2,1,3"), "{}", li.text);
    for path in ["/figures/export?at=2026-10", list, "/desk/export"] {
        let path = path.replace("/figures/cases?", "/figures/cases/export?");
        let with = if path.contains('?') { "&" } else { "?" };
        li.get(&format!("{path}{with}format=xlsx")).await;
        assert!(li.text.starts_with("PK"), "{path} is a workbook");
    }
    let shut = Allow { unmask: false, export: false };
    assert_eq!(Desk::of(&town, &town.li, shut).get("/figures/export").await, StatusCode::FORBIDDEN);
    assert_eq!(li.get("/figures/cases?figure=nonsense").await, StatusCode::NOT_FOUND);
}

#[db_test(ROOMS)]
async fn everybody_sees_their_own(db: TestDb) {
    let town = three_lamps(db).await;
    town.work.count_figures().await.unwrap();
    let page = "/figures?at=2026-10";
    let mut lin = Desk::of(&town, &town.lin, ALL);
    assert_eq!(lin.get(page).await, StatusCode::OK);
    assert!(lin.says("header").contains("市路灯管理所"), "a unit sees itself: {}", lin.says("header"));
    assert!(lin.says("main section").contains("2 + 1 件算一半 / 3"), "{}", lin.says("main section"));
    let roads = town.roads;
    lin.get(&format!("{page}&org={roads}")).await;
    assert!(lin.says(".empty").contains("还没有诉求"), "and no other");
    let mut qian = Desk::of(&town, &town.qian, ALL);
    qian.get(page).await;
    assert!(qian.says(".empty").contains("还没有诉求"), "another street sees nothing of it");
    qian.get("/figures/cases?figure=solved&at=2026-10").await;
    assert_eq!(qian.attrs("tbody tr", "class").len(), 0);
}

#[db_test(ROOMS)]
async fn many_exclusions_are_told_to_the_auditors_once(db: TestDb) {
    let town = Town::new(db).await;
    for _ in 0..3 {
        let id = town.lives(ANSWERED).await;
        town.goes_on(id, &[(1, "周", "pass", &[("confirm", "untrue")]), (1, "郑", "call_back", GOOD)]).await;
    }
    town.clock.advance_ms(14 * DAY * HOUR);
    town.work.count_figures().await.unwrap();
    for _ in 0..2 {
        assert_eq!(town.work.watch_exclusions().await.unwrap(), 2, "the street's office and the city desk");
    }
    let keys: Vec<String> =
        town.work.inbox(&town.zhou, None).await.unwrap().into_iter().map(|item| item.key).collect();
    assert_eq!(keys, ["exclusion_share"], "once");
    let mut zhou = Desk::of(&town, &town.zhou, ALL);
    zhou.get("/figures?at=2026-10").await;
    assert!(zhou.says(".note.a").contains("剔除超过了一成"), "{}", zhou.says(".note"));
}
