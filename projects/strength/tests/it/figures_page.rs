//! The page of the figures as staff see it, and the lists behind its numbers.

use crate::{
    desk::{ALL, Desk},
    figures::{ANSWERED, DAY, GOOD, HOUR},
    town::{ROOMS, Town},
};
use axum::http::StatusCode;
use linli_authz::{Actor, Scope};
use linli_base::Phone;
use linli_casework::{Allow, NewCase};
use linli_store::{args, statements};
use linli_testkit::{TestDb, db_test};

statements! {
    HAS_PHONE_OF(unscoped "a test gives a worker the phone of an asker") =
        "UPDATE person SET phone_lookup = (SELECT t.phone_lookup FROM case_text t WHERE t.case_id = $2) WHERE id = $1";
}

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
    assert!(li.says(".empty").contains("还在算"), "it does not wait for the counting: {}", li.says(".empty"));

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

#[db_test(ROOMS)]
async fn a_week_is_a_period_too(db: TestDb) {
    let town = three_lamps(db).await;
    town.work.count_figures().await.unwrap();
    let mut li = Desk::of(&town, &town.li, ALL);
    li.get("/figures?period=week&at=2026-W40").await;
    assert!(li.says("header").contains("2026年第40周（9月28日–10月4日）"), "{}", li.says("header"));
    assert!(li.says(".facts").contains("收到3"), "said on 29 September: {}", li.says(".facts"));
    li.get("/figures/cases?figure=said&period=week&at=2026-W40").await;
    assert_eq!(li.attrs("tbody tr", "class").len(), 3, "the list is as long");
    li.get("/figures/cases?figure=said&period=week&at=2026-W41").await;
    assert_eq!(li.attrs("tbody tr", "class").len(), 0);
}

#[db_test(ROOMS)]
async fn everybody_reads_what_rests_on_ten(db: TestDb) {
    let town = three_lamps(db).await;
    town.clock.advance_ms(30 * DAY * HOUR);
    town.work.count_figures().await.unwrap();
    // of another street: of the figures for staff none is shown there
    let mut stranger = Desk::of(&town, &town.qian, ALL);
    assert_eq!(stranger.get("/figures/public").await, StatusCode::OK);
    assert!(stranger.says(".empty").contains("还没有可以公布的数"), "three are too few");

    for _ in 0..9 {
        town.lives(ANSWERED).await;
    }
    town.clock.advance_ms(40 * DAY * HOUR);
    town.work.count_figures().await.unwrap();
    stranger.get("/figures/public").await;
    let main = stranger.says("main");
    assert!(main.contains("居民说了 12 件事"), "{main}");
    assert!(main.contains("路灯12"), "by category: {main}");
    assert!(!main.contains("市路灯管理所") && !main.contains("方圆街道"), "no unit and no street");
    let solved = stranger.says("main section:nth-of-type(2)");
    assert!(solved.contains("不足 10 件，不公布"), "three were called back: {solved}");
    let november = stranger.says("main section:last-of-type tbody tr:first-child");
    assert!(november.contains("––––"), "nine and three would tell each other: {november}");
}

#[db_test(ROOMS)]
async fn a_request_from_a_handlers_own_phone_is_a_check(db: TestDb) {
    let town = Town::new(db).await;
    let [own, other] = ["199 0000 2210", "199 0000 2211"].map(|phone| Phone::parse("phone", phone).unwrap());
    let mut ids = Vec::new();
    for phone in [&own, &other] {
        let new = NewCase { phone: Some(phone.clone()), area: Some(town.grid), ..town.lamp() };
        ids.push(town.work.open(Actor::Stranger, "request", "say", new).await.unwrap().id);
    }
    let Actor::Person { id: lin, .. } = &town.lin else { unreachable!() };
    let args = args![*lin, ids[0]].to_vec();
    let db = town.work.db().clone();
    db.write(async move |tx| tx.run(&HAS_PHONE_OF, &Scope::system("test"), &args).await).await.unwrap();
    for id in &ids {
        town.goes_on(*id, ANSWERED).await;
    }
    town.work.count_figures().await.unwrap();
    let mut li = Desk::of(&town, &town.li, ALL);
    li.get("/figures/cases?figure=check_own_phone").await;
    assert!(li.attrs("tbody tr", "class").len() == 3, "at each step that he took, and of no other case");
    assert!(!li.text.contains("2210"), "no phone is shown");
    li.get(&format!("/cases/{}", ids[0])).await;
    assert!(!li.text.contains("own_phone"), "nor is the mark");
}
