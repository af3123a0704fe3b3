use crate::{
    browser::Browser,
    town::{PASSWORD, ROOMS, Town, day},
};
use axum::http::{Request, StatusCode, header};
use linli_authz::Role;
use linli_org::sign_in::{self, NewToken};
use linli_testkit::{TestDb, db_test};

#[db_test(ROOMS)]
async fn signing_in_and_back_to_where_one_was(db: TestDb) {
    let town = Town::new(db).await;
    town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    let mut zhou = Browser::new(&town);
    zhou.get("/areas").await;
    assert_eq!(zhou.to, "/sign-in?back=/areas");
    zhou.get("/sign-in?back=/areas").await;
    let wrong = [("phone", "1380000000"), ("password", "x"), ("back", "/areas")];
    assert_eq!(zhou.post("/sign-in", &wrong).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(zhou.says("#phone-flaw"), "手机号是 11 位，现在是 10 位");
    let wrong = [("phone", "13800000001"), ("password", "x"), ("back", "/areas")];
    assert_eq!(zhou.post("/sign-in", &wrong).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(zhou.says("#trouble"), "手机号或密码不对，还可以试 4 次");
    assert_eq!(zhou.attr("#phone", "value"), "13800000001");
    let right = [("phone", "13800000001"), ("password", PASSWORD), ("back", "/areas")];
    assert_eq!(zhou.post("/sign-in", &right).await, StatusCode::SEE_OTHER);
    assert_eq!(zhou.to, "/areas");
    assert_eq!(zhou.get("/areas").await, StatusCode::OK);
    assert_eq!(zhou.says(".hat b"), "周敏");
    assert!(zhou.says("tbody th").contains("书香社区"));

    zhou.get("/me/sessions").await;
    assert_eq!(zhou.post("/sign-out", &[]).await, StatusCode::SEE_OTHER);
    zhou.get("/areas").await;
    assert_eq!(zhou.to, "/sign-in?back=/areas");
}

#[db_test(ROOMS)]
async fn signing_in_with_a_code(db: TestDb) {
    let town = Town::new(db).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    let mut browser = Browser::new(&town);
    browser.get("/sign-in").await;
    assert_eq!(browser.post("/sign-in/code", &[("phone", "138 0000 0001")]).await, StatusCode::OK);
    assert!(browser.says("main").contains("138****0001"));
    let phone = [("phone", "13800000001")];
    assert_eq!(browser.post("/sign-in/code", &phone).await, StatusCode::TOO_MANY_REQUESTS);
    town.clock.advance_ms(60_000);
    let code = town.code_for(&zhou.phone).await;
    browser.get("/sign-in").await;
    let wrong = [("phone", "13800000001"), ("code", "12")];
    assert_eq!(browser.post("/sign-in/code/check", &wrong).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.says("#code-flaw"), "验证码是 6 位数字");
    let right = [("phone", "13800000001"), ("code", code.as_str())];
    assert_eq!(browser.post("/sign-in/code/check", &right).await, StatusCode::SEE_OTHER);
    assert_eq!(browser.to, "/desk");
}

#[db_test(ROOMS)]
async fn whoever_has_no_post_sees_no_areas(db: TestDb) {
    let town = Town::new(db).await;
    town.staff("李梅", 3, town.fangyuan_office, &[]).await;
    let mut li = Browser::new(&town);
    li.sign_in("13800000003").await;
    assert_eq!(li.to, "/hats?back=/desk");
    li.get("/hats").await;
    assert_eq!(li.says("h1"), "还没有身份");
    assert_eq!(li.get("/areas").await, StatusCode::FORBIDDEN);
    assert_eq!(li.get("/orgs.csv").await, StatusCode::FORBIDDEN);
}

#[db_test(ROOMS)]
async fn areas_down_to_the_building(db: TestDb) {
    let town = Town::new(db).await;
    town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    let mut zhou = Browser::new(&town);
    zhou.sign_in("13800000001").await;
    zhou.get(&format!("/areas/{}", town.shuxiang)).await;
    assert_eq!(zhou.says("h1"), "书香社区");
    assert!(zhou.says("main").contains("书香社区居民委员会") && zhou.says("main").contains("锦和苑小区"));
    assert_eq!(zhou.says("tbody tr"), "第1网格 1 36 | 第2网格 1 36 | 锦和苑小区 2 72");
    zhou.get(&format!("/areas/{}", town.grid_1)).await;
    assert!(zhou.says("main").contains("这个网格还没有网格员"));
    zhou.get(&format!("/areas/{}", town.building_5)).await;
    assert!(zhou.says("main").contains("36"));
    zhou.get("/areas?q=%E4%B9%A6%E9%A6%99").await;
    assert_eq!(zhou.says("main .list strong"), "书香社区");
    zhou.get("/areas?q=nowhere").await;
    assert_eq!(zhou.says(".empty h2"), "没有叫“nowhere”的");
    zhou.cookies.insert("lang".to_owned(), "en".to_owned());
    zhou.get(&format!("/areas/{}", town.shuxiang)).await;
    assert_eq!(zhou.says("h1"), "Shuxiang Community");
    assert_eq!(zhou.attr(".list a span", "lang"), "zh-Hans");
    assert_eq!(zhou.get("/areas/nonsense").await, StatusCode::BAD_REQUEST);
    zhou.get("/areas.csv").await;
    assert!(zhou.text.starts_with("\u{feff}Code,Tier,Name"));
    assert!(zhou.text.contains("370687001001,Community,书香社区,Shuxiang Community"));
}

#[db_test(ROOMS)]
async fn an_administrator_brings_somebody_in_and_out(db: TestDb) {
    let town = Town::new(db).await;
    town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    town.staff("管理员", 2, town.city_desk, &[Role::SystemAdmin]).await;
    let (mut zhou, mut admin) = (Browser::new(&town), Browser::new(&town));
    let new = format!("/orgs/{}/people/new", town.lamp_office);
    zhou.sign_in("13800000001").await;
    assert_eq!(zhou.get(&new).await, StatusCode::FORBIDDEN);
    zhou.get(&format!("/orgs/{}", town.lamp_office)).await;
    assert!(zhou.says(".empty").contains("请系统管理员来加"));

    admin.sign_in("13800000002").await;
    admin.get(&new).await;
    let today = day().to_string();
    let typed = [("name", "孙工"), ("phone", "1390000"), ("title", ""), ("from_day", today.as_str())];
    assert_eq!(admin.post(&new, &typed).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(admin.says(".es li"), "手机号是 11 位，现在是 7 位 | 还没写职务");
    assert_eq!(admin.attr("#f-name", "value"), "孙工");
    let typed = [
        ("name", "孙工"),
        ("phone", "13900000008"),
        ("title", "经办人"),
        ("from_day", today.as_str()),
        ("roles", "system_admin"),
    ];
    assert_eq!(admin.post(&new, &typed).await, StatusCode::SEE_OTHER);
    admin.get(&format!("/orgs/{}", town.lamp_office)).await;
    assert!(admin.says(".list li").contains("孙工 经办人"));
    assert!(!admin.says(".list li").contains("系统管理"), "a system administrator gives no role");
    let end = admin.attr(".list a.btn", "href");
    admin.get(&end).await;
    assert!(admin.says("main").contains("收不到派给这个身份的事"));
    assert_eq!(admin.post(&end, &[("to_day", "2020-01-01")]).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(admin.says("#e-to_day"), "最后一天不能早于第一天");
    assert_eq!(admin.post(&end, &[("to_day", &today)]).await, StatusCode::SEE_OTHER);
    let person = admin.to.clone();
    admin.get(&person).await;
    let undo = admin.attr("form[action$=reopen]", "action");
    assert_eq!(admin.post(&undo, &[]).await, StatusCode::SEE_OTHER);
    admin.get(&person).await;
    assert!(admin.says("main").contains("结束任职"));
}

#[db_test(ROOMS)]
async fn a_token_speaks_in_the_api(db: TestDb) {
    let town = Town::new(db).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    let admin = town.actor(town.city_desk, None, &[Role::SystemAdmin]);
    let ends_at = town.org.world.now().plus_hours(1);
    let new = NewToken { person: zhou.person, post: zhou.post, name: "对接".to_owned(), ends_at };
    let (_, token) = sign_in::make_token(&town.org, &admin, new).await.unwrap();
    let mut program = Browser::new(&town);
    assert_eq!(program.get("/api/v1/me").await, StatusCode::UNAUTHORIZED);
    let bearer =
        |token: &str| Request::get("/api/v1/me").header(header::AUTHORIZATION, format!("Bearer {token}"));
    program.send(bearer("made-up"), String::new()).await;
    assert_eq!(program.status, StatusCode::UNAUTHORIZED);
    program.send(bearer(&token), String::new()).await;
    assert_eq!(program.text, format!("Some({})", zhou.person));
}
