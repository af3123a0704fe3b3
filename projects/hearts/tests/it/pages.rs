//! What residents, clerks and units see of the catalogue.

use crate::{
    browser::Browser,
    town::{ROOMS, Town, today},
};
use axum::http::StatusCode;
use linli_hearts::services;
use linli_testkit::{TestDb, db_test};

#[db_test(ROOMS)]
async fn a_clerk_changes_a_price_from_a_day_on_and_takes_the_citys_again(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let mut gu = Browser::of(&town, Some(&town.gu));
    assert_eq!(gu.get("/catalogue").await, StatusCode::OK);
    assert!(gu.says("h1").contains("海韵社区的服务清单"), "her own first: {}", gu.says("h1"));
    assert!(gu.says(".mh").contains("全市 10 大类 18 小类 30 项；海韵社区照用 30 项"), "{}", gu.says(".mh"));
    assert!(gu.says(".vws").contains("没有人认领27"), "{}", gu.says(".vws"));
    gu.open("家电水电").await;
    assert!(gu.says("article h1").starts_with("28 家电水电"), "{}", gu.says("article h1"));

    let day = today().plus(9).to_string();
    let bad = [
        ("price", "上门看一看"),
        ("yuan", "二十"),
        ("frequency", ""),
        ("from_day", day.as_str()),
        ("do", "save"),
    ];
    assert_eq!(gu.submit("/catalogue/", &bad).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(gu.says(".es").contains("如 25 或 12.50"), "{}", gu.says(".es"));
    assert_eq!(gu.attrs("[name=yuan]", "value"), ["二十", ""], "what was typed is kept, with room for more");
    gu.submit("/catalogue/", &[("price", "上门看一看"), ("yuan", "20"), ("drop", "0")]).await;
    assert_eq!(gu.attrs("[name=yuan]", "value"), [""], "a line goes by its button");

    gu.get("/catalogue").await;
    gu.open("家电水电").await;
    let seen = gu.text.clone();
    let good = [("price", "上门看一看"), ("yuan", "20.5"), ("from_day", day.as_str()), ("do", "save")];
    assert_eq!(gu.submit("/catalogue/", &good).await, StatusCode::SEE_OTHER, "{}", gu.says("main"));
    gu.follow().await;
    assert!(gu.says(".note").contains("10月8日 星期四起：微利，20.50 元，随叫"), "{}", gu.says(".note"));
    assert!(gu.says(".tl").contains("10月8日起 顾秋，9月29日"), "{}", gu.says(".tl"));
    let changed = services::list(&mut town.db.read(), Some(town.haiyun), today().plus(9)).await.unwrap();
    let changed = changed.into_iter().find(|line| line.number == Some(28)).unwrap();
    assert_eq!(changed.terms.1.prices[0].fen, 2_050);
    assert!(
        changed.terms.1.prices[0].name_en.is_some(),
        "a price that is called as before keeps its English"
    );

    // whoever still has the old page open is told, and keeps what was typed
    gu.text = seen;
    let other = [("price", "上门看一看"), ("yuan", "18"), ("from_day", day.as_str()), ("do", "save")];
    assert_eq!(gu.submit("/catalogue/", &other).await, StatusCode::CONFLICT);
    assert!(gu.says("[role=alert]").contains("顾秋刚刚改了这一项"), "{}", gu.says("[role=alert]"));
    assert!(gu.says("[role=alert]").contains("现在：20.50 元"), "{}", gu.says("[role=alert]"));
    assert_eq!(gu.attrs("[name=yuan]", "value")[0], "18");
    assert_eq!(
        gu.submit("/catalogue/", &[("price", "上门看一看"), ("yuan", "18"), ("do", "save")]).await,
        StatusCode::SEE_OTHER
    );
    gu.follow().await;
    assert_eq!(
        gu.submit("/catalogue/", &[("from_day", day.as_str()), ("do", "city")]).await,
        StatusCode::SEE_OTHER
    );
    let back = services::list(&mut town.db.read(), Some(town.haiyun), today().plus(30)).await.unwrap();
    assert!(back.iter().all(|line| line.city.is_none()), "the city's hold again");

    assert_eq!(gu.get("/catalogue.csv").await, StatusCode::OK);
    assert!(gu.text.contains("28,便民服务,便民维修与代办,家电水电"), "{}", gu.text);
}

#[db_test(ROOMS)]
async fn who_may_not_change_reads(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let place = format!("/catalogue?in={}", town.haiyun);
    let mut wu = Browser::of(&town, Some(&town.wu));
    wu.get(&place).await;
    wu.open("家电水电").await;
    assert!(wu.says("article dl").contains("上门看一看 25 元"), "{}", wu.says("article dl"));
    assert!(wu.attrs("article form", "action").is_empty(), "another community's list has no form");
    assert_eq!(wu.get(&format!("/catalogue/new?in={}", town.haiyun)).await, StatusCode::FORBIDDEN);
    let mut zheng = Browser::of(&town, Some(&town.zheng));
    zheng.get("/catalogue?in=").await;
    zheng.open("家电水电").await;
    assert!(
        !zheng.attrs("article form", "action").is_empty(),
        "the city's list is the system administrator's"
    );
    let mut stranger = Browser::of(&town, None);
    assert_eq!(stranger.get("/catalogue").await, StatusCode::SEE_OTHER);
    let mut zhao = Browser::of(&town, Some(&town.zhao));
    assert_eq!(zhao.get("/catalogue").await, StatusCode::FORBIDDEN);
}

#[db_test(ROOMS)]
async fn a_community_adds_an_item_by_the_form(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let mut gu = Browser::of(&town, Some(&town.gu));
    gu.get("/catalogue").await;
    gu.open("加自己的一项").await;
    assert_eq!(gu.submit("/catalogue/new", &[("do", "save")]).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(gu.attrs(".es a", "href").len(), 2, "name and group first: {}", gu.says(".es"));
    let item = [
        ("name", "赶海安全讲一讲"),
        ("group", "law.safety"),
        ("frequency", "每月一次"),
        ("standard", "看潮汐表，说清哪里不能去。"),
        ("do", "save"),
    ];
    assert_eq!(gu.submit("/catalogue/new", &item).await, StatusCode::SEE_OTHER, "{}", gu.says(".es"));
    let mut zhao = Browser::of(&town, None);
    zhao.get(&format!("/services?in={}&q={}", town.haiyun, "赶海")).await;
    assert!(zhao.says(".list").contains("赶海安全讲一讲"), "{}", zhao.says(".list"));
}

#[db_test(ROOMS)]
async fn a_unit_claims_the_clerk_vets_and_a_resident_sees_it(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let (here, mut zhao) = (town.haiyun, Browser::of(&town, None));
    assert_eq!(zhao.get(&format!("/services?in={here}&heart=ease")).await, StatusCode::OK);
    assert!(
        zhao.says(".list > li").contains("家电水电维修、理发这一项现在没有人接。有事请用说一说"),
        "{}",
        zhao.says(".list > li")
    );
    assert!(zhao.says(".o5").contains("舒心7 项"), "{}", zhao.says(".o5"));

    let mut lin = Browser::of(&town, Some(&town.lin));
    let item = town.line(Some(here), today(), 28).await.id;
    lin.get(&format!("/claims?in={here}&category=daily&item={item}")).await;
    assert!(lin.says("main").contains("还没有认领。在下面选一项"), "an empty list says what to do");
    let typed = [("item", item.to_string()), ("brings", String::new()), ("from_day", today().to_string())];
    let typed = typed.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(lin.submit("/claims?in=", &typed).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(lin.says(".es").contains("这里还没填"));
    let typed = typed.map(|(name, value)| (name, if name == "brings" { "两人有电工证" } else { value }));
    assert_eq!(lin.submit("/claims?in=", &typed).await, StatusCode::SEE_OTHER, "{}", lin.says("main"));
    lin.follow().await;
    assert!(
        lin.says(".list > li").contains("家电水电维修、理发海韵社区9月29日起两人有电工证待核"),
        "{}",
        lin.says(".list > li")
    );
    assert!(lin.says("h2").contains("市供电公司认领的"), "{}", lin.says("h2"));

    zhao.open("家电水电").await;
    assert!(!zhao.text.contains("市供电公司"), "not before it is vetted");
    let mut gu = Browser::of(&town, Some(&town.gu));
    gu.get("/catalogue?only=waiting").await;
    gu.open("家电水电").await;
    assert!(gu.says("#claims").contains("市供电公司两人有电工证9月29日起待核"), "{}", gu.says("#claims"));
    let refuse = [("verdict", "refuse"), ("reason", "证过期")];
    assert_eq!(gu.submit("/claims/", &refuse).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(gu.says("#claims").contains("至少 4 个字"), "{}", gu.says("#claims"));
    assert_eq!(gu.attrs("#claims [name=reason]", "value"), ["证过期"], "what was typed is kept");
    let accept = [("verdict", "accept"), ("reason", "看了电工证")];
    assert_eq!(gu.submit("/claims/", &accept).await, StatusCode::SEE_OTHER);
    gu.get("/catalogue?only=waiting").await;
    assert!(gu.says(".empty").contains("待核的都核完了"));

    zhao.get(&format!("/services/{item}?in={here}")).await;
    assert!(zhao.says("main").contains("市供电公司两人有电工证核过"), "{}", zhao.says("main"));
    assert!(zhao.says(".list").contains("上门看一看25 元"), "{}", zhao.says(".list"));
    zhao.lang("en");
    zhao.get(&format!("/services/{item}?in={here}")).await;
    assert!(zhao.says("main").contains("Power Supply Company"));

    lin.open("家电水电").await;
    let day = today().to_string();
    assert_eq!(
        lin.submit("/claims/", &[("do", "give_back"), ("from_day", &day)]).await,
        StatusCode::SEE_OTHER
    );
    lin.follow().await;
    assert!(lin.says("main").contains("再认领"), "{}", lin.says("main"));
    zhao.get(&format!("/services/{item}?in={here}")).await;
    assert!(!zhao.text.contains("Power Supply"), "gone the moment it is given back");
}

#[db_test(ROOMS)]
async fn a_sentence_finds_what_is_like_it_and_what_is_not_there_leads_on(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let mut zhao = Browser::of(&town, None);
    zhao.get("/services?q=陪我去医院").await;
    assert!(zhao.says("main").contains("您要的可能是 您说：陪我去医院"), "{}", zhao.says("main"));
    let found = zhao.says(".list > li");
    assert!(found.starts_with("陪诊代取药不收钱 因为您说了“医院”"), "{found}");
    assert_eq!(
        zhao.attrs("form[action='/say'] [name=body]", "value"),
        ["陪我去医院"],
        "and can be said as it stands"
    );
    zhao.lang("en");
    zhao.get("/services?q=the%20tap%20is%20leaking").await;
    assert!(zhao.says(".list > li").contains("because you said “leaking”, “tap”"), "{}", zhao.says(".list"));
    zhao.lang("zh");
    zhao.get("/services?q=zzz").await;
    assert!(zhao.says(".empty").contains("清单上没有合适的"), "{}", zhao.says(".empty"));
    assert_eq!(zhao.attrs(".empty form [name=body]", "value"), ["zzz"]);
    zhao.get("/services?by=category&category=daily").await;
    assert_eq!(zhao.says(".sec > .h h2"), "便民服务");
    assert_eq!(zhao.get("/services?in=nowhere").await, StatusCode::NOT_FOUND);
}

#[db_test(ROOMS)]
async fn other_directories_read_who_does_what(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let here = Some(town.haiyun);
    let item = town.line(here, today(), 28).await;
    let vetted = async |who: &linli_authz::Actor, brings: &str| {
        let (id, brings) = (town.db.world.id(), brings.to_owned());
        let new = services::claims::NewClaim { id, item: item.id, community: here, brings, from: today() };
        let (org, who, gu) = (town.org.clone(), who.clone(), town.gu.clone());
        let write = town.db.write(async move |tx| {
            services::claims::claim(tx, &org, &who, &new).await?;
            services::claims::decide(tx, &org, &gu, (id, 1), services::claims::Verdict::Accept, "").await
        });
        write.await.unwrap();
        id
    };
    let id = vetted(&town.lin, "两人有电工证").await;
    vetted(&town.zhao, "周末有空").await;
    let mut other = Browser::of(&town, None);
    let mut read = async |path: &str| -> (StatusCode, serde_json::Value) {
        let status = other.get(path).await;
        (status, serde_json::from_str(&other.text).unwrap_or_default())
    };
    assert_eq!(read("/hsds").await.1["version"], "3.1");
    let (_, list) = read("/hsds/services").await;
    assert_eq!(
        (&list["total_items"], &list["last_page"], &list["empty"]),
        (&1.into(), &true.into(), &false.into())
    );
    assert_eq!(list["contents"][0]["organization"]["name"], "市供电公司");
    assert!(list["contents"][0].get("cost_options").is_none(), "a list holds what is one to one");
    assert!(
        !list.to_string().contains("赵敏") && !list.to_string().contains("周末"),
        "people are in no export"
    );
    let (_, one) = read(&format!("/hsds/services/{id}")).await;
    assert_eq!(one["cost_options"][0]["amount"], 25.0);
    assert_eq!((&one["cost_options"][0]["currency"], &one["status"]), (&"CNY".into(), &"active".into()));
    assert_eq!(one["service_areas"][0]["name"], "海韵社区");
    let codes: Vec<_> = one["attributes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["taxonomy_term"]["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["daily", "daily.errands", "low_profit", "ease"]);
    assert_eq!(read("/hsds/services?page=2").await.1["empty"], true);
    let (_, orgs) = read("/hsds/organizations").await;
    assert_eq!(orgs["contents"][0]["phones"][0]["number"], "0535-3220000");
    let (status, problem) = read("/hsds/services/0190a6b2-7c1e-7000-8000-000000000003").await;
    assert_eq!(
        (status, &problem["status"]),
        (StatusCode::NOT_FOUND, &404.into()),
        "problems are details: {problem}"
    );
}
