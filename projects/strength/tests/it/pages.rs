//! The asker's pages, as their browsers see them.

use crate::{
    browser::{App, Browser},
    story::REPLY,
    town::{ROOMS, Town},
};
use axum::http::StatusCode;
use linli_authz::Actor;
use linli_base::CaseId;
use linli_testkit::{TestDb, db_test};
use std::io::Cursor;

const STORY: &str = "文苑路口的路灯不亮。上周五晚上开始的，孩子放学看不清路。";
/// Everybody who works in the town; none of them is named to an asker.
const PEOPLE: [&str; 7] = ["吴敏之", "林工", "周敏", "郑兰", "孙所长", "李娜", "东村的钱"];

fn picture() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image::RgbImage::from_pixel(64, 48, image::Rgb([40, 60, 90]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

/// Says it without a script, with a picture; ends on the receipt. Gives number and code.
async fn say(zhao: &mut Browser) -> (String, String) {
    zhao.get("/say").await;
    assert_eq!(zhao.says("h1"), "发生了什么");
    assert_eq!(zhao.submit(&[("body", STORY), ("go", "next")], &[&picture()]).await, StatusCode::OK);
    assert_eq!(zhao.says("h1"), "在哪里");
    zhao.submit(&[("place", "文苑路口东侧"), ("go", "next")], &[]).await;
    assert_eq!(zhao.says("h1"), "怎么联系您");
    let phone = [("phone", "138 0013 7001"), ("name", "赵敏"), ("go", "next")];
    assert_eq!(zhao.submit(&phone, &[]).await, StatusCode::SEE_OTHER);
    zhao.follow().await;
    assert_eq!(zhao.says("h1"), "收到了");
    (zhao.says(".receipt .no"), zhao.says(".receipt .code"))
}

async fn id(town: &Town, number: &str) -> CaseId {
    town.work.find(number).await.unwrap().unwrap()
}

/// Someone else's browser with the code of the case typed.
async fn typed(app: &axum::Router, town: &Town, case: CaseId) -> (Browser, String) {
    let row = town.work.view(&Actor::Asker(case), case).await.unwrap().loaded.row;
    let code = town.work.keys().code_with(case.0, &row.code_key, row.code_sealed.as_deref()).unwrap();
    let mut browser = Browser::new(app);
    browser.get(&format!("/r/{}", row.number)).await;
    browser.submit(&[("code", &code)], &[]).await;
    assert_eq!(browser.to, format!("/my/{}", row.number));
    browser.follow().await;
    (browser, row.number)
}

#[db_test(ROOMS)]
async fn said_without_a_script_and_followed_by_the_typed_code(db: TestDb) {
    let town = Town::new(db).await;
    let app = App::of(&town);
    let mut zhao = Browser::new(&app);
    zhao.get("/").await;
    assert_eq!((zhao.says("h1"), zhao.attrs("a.btn.p", "href")), ("海阳市".into(), vec!["/say".to_owned()]));
    let (number, code) = say(&mut zhao).await;
    assert_eq!((number.as_str(), code.len()), ("260929-0001", 9));
    assert!(zhao.says(".tl").contains("今天 11:00前"), "{}", zhao.says(".tl"));
    assert!(zhao.says(".note").contains("国庆节"), "{}", zhao.says(".note"));
    assert_eq!(zhao.attrs("svg.qr", "role"), ["img"]);

    zhao.get("/").await;
    assert_eq!(zhao.says(".list b"), "文苑路口的路灯不亮", "the first sentence, in the browser that said it");
    zhao.get(&format!("/my/{number}")).await;
    assert_eq!((zhao.says(".tag"), zhao.says("h1")), ("收到了".into(), "文苑路口的路灯不亮".into()));
    let pictures = zhao.attrs("main img", "src");
    assert_eq!(zhao.get(&pictures[0]).await, StatusCode::OK);
    assert!(zhao.bytes.starts_with(&[0xFF, 0xD8]), "a JPEG");

    let mut plain = Browser::new(&app);
    assert_eq!(plain.get(&pictures[0]).await, StatusCode::NOT_FOUND, "nobody else sees it");
    plain.get(&format!("/my/{number}")).await;
    assert_eq!(plain.to, format!("/r/{number}"));
    plain.follow().await;
    plain.submit(&[("code", &code.to_lowercase())], &[]).await;
    assert_eq!(plain.to, format!("/my/{number}"));
    assert_eq!(plain.follow().await, StatusCode::OK);
    plain.lang("en");
    plain.get(&format!("/my/{number}")).await;
    assert_eq!(plain.says(".tag"), "Received");
}

#[db_test(ROOMS)]
async fn what_was_typed_is_kept(db: TestDb) {
    let town = Town::new(db).await;
    let mut zhao = Browser::new(&App::of(&town));
    zhao.get("/say").await;
    assert_eq!(
        zhao.submit(&[("body", " "), ("go", "next")], &[&picture()]).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(zhao.says("#e-body"), "这里还没填");
    assert_eq!(zhao.attrs(".pic img", "alt"), ["第 1 张照片"], "the picture is kept");
    let small = zhao.attrs(".pic img", "src");
    assert_eq!(zhao.get(&small[0]).await, StatusCode::OK);

    zhao.get("/say").await;
    zhao.submit(&[("body", STORY), ("go", "next")], &[&picture()]).await;
    zhao.submit(&[("place", "文苑路口"), ("go", "next")], &[]).await;
    let short = [("phone", "1380013700"), ("name", "赵敏"), ("go", "next")];
    assert_eq!(zhao.submit(&short, &[]).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(zhao.says("#e-phone"), "手机号是 11 位，现在是 10 位");
    assert_eq!(zhao.attrs("#f-phone, #f-name", "value"), ["1380013700", "赵敏"]);
    zhao.submit(&[("phone", "1380013700"), ("name", "赵敏"), ("go", "back")], &[]).await;
    assert_eq!(zhao.attrs("#f-place", "value"), ["文苑路口"]);
    zhao.submit(&[("place", "文苑路口"), ("go", "back")], &[]).await;
    assert_eq!((zhao.says("#f-body"), zhao.attrs(".pic img", "alt").len()), (STORY.to_owned(), 1));
    let drop = zhao.attrs(".pic .del", "value").remove(0);
    zhao.submit(&[("body", STORY), ("drop", &drop)], &[]).await;
    assert_eq!((zhao.says("#f-body"), zhao.attrs(".pic img", "alt").len()), (STORY.to_owned(), 0));
}

#[db_test(ROOMS)]
async fn handed_over_twice_is_one_request(db: TestDb) {
    let town = Town::new(db).await;
    let mut zhao = Browser::new(&App::of(&town));
    zhao.get("/say").await;
    zhao.submit(&[("body", STORY), ("go", "next")], &[]).await;
    zhao.submit(&[("place", ""), ("go", "next")], &[]).await;
    let last = zhao.text.clone();
    zhao.submit(&[("go", "next")], &[]).await;
    let first = zhao.to.clone();
    zhao.text = last.clone();
    zhao.submit(&[("go", "next")], &[]).await;
    assert_eq!(zhao.to, first);
    zhao.text = last;
    zhao.submit(&[("body", "另一件事"), ("go", "next")], &[]).await;
    assert!(
        zhao.to.ends_with("/receipt?said") && zhao.to != first,
        "other words are another request: {}",
        zhao.to
    );
}

#[db_test(ROOMS)]
async fn nobody_attaches_anothers_picture(db: TestDb) {
    let town = Town::new(db).await;
    let app = App::of(&town);
    let mut zhao = Browser::new(&app);
    zhao.get("/say").await;
    zhao.submit(&[("body", STORY), ("go", "next")], &[&picture()]).await;
    let hers = zhao.attrs("input[name=picture]", "value").remove(0);
    let (_, of_file) = hers.split_once('.').unwrap();

    let mut qian = Browser::new(&app);
    qian.get("/say").await;
    let form = qian.attrs("input[name=client_id]", "value").remove(0);
    let forged = format!("{form}.{of_file}");
    for picture in [hers.as_str(), &forged, of_file, ""] {
        qian.get("/say").await;
        qian.submit(&[("body", STORY), ("picture", picture), ("go", "next")], &[]).await;
        assert_eq!(qian.attrs("input[name=picture]", "value"), Vec::<String>::new(), "{picture}");
    }
    assert_eq!(qian.get(&format!("/say/pictures/{forged}")).await, StatusCode::NOT_FOUND);
}

#[db_test(ROOMS)]
async fn wrong_codes_are_held_back(db: TestDb) {
    let town = Town::new(db).await;
    let app = App::of(&town);
    let (number, code) = say(&mut Browser::new(&app)).await;
    let path = format!("/r/{number}");
    for _ in 0..8 {
        let mut knows = Browser::new(&app);
        knows.get(&path).await;
        assert_eq!(
            knows.submit(&[("code", &code)], &[]).await,
            StatusCode::SEE_OTHER,
            "codes that are right"
        );
    }
    let mut guesses = Browser::new(&app);
    guesses.address = "198.51.100.9";
    for _ in 0..5 {
        guesses.get(&path).await;
        assert_eq!(guesses.submit(&[("code", "ABCD2345")], &[]).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(guesses.says("#e-code").contains("对不上"));
    }
    guesses.get(&path).await;
    assert_eq!(guesses.submit(&[("code", "ABCD2345")], &[]).await, StatusCode::TOO_MANY_REQUESTS);
    guesses.get("/find").await;
    let other = [("number", "260929-0009"), ("code", "ABCD2345")];
    assert_eq!(guesses.submit(&other, &[]).await, StatusCode::TOO_MANY_REQUESTS, "the address is held back");
    town.clock.advance_ms(15 * 60_000);
    guesses.get(&path).await;
    assert_eq!(guesses.submit(&[("code", &code)], &[]).await, StatusCode::SEE_OTHER);
}

#[db_test(ROOMS)]
async fn rated_as_solved_and_closed(db: TestDb) {
    let town = Town::new(db).await;
    let app = App::of(&town);
    let case = town.answered().await;
    let (mut zhao, number) = typed(&app, &town, case).await;
    assert_eq!(zhao.says(".tag"), "办好了，在核对");
    assert!(!zhao.text.contains(REPLY), "an answer is shown once it has passed");
    town.does(&town.zhou, case, "pass", &[("opinion", "电话问过，灯亮了")]).await;
    town.does(&town.zheng, case, "try_call", &[("words", "没人接")]).await;

    zhao.get(&format!("/my/{number}")).await;
    assert_eq!(zhao.says(".tag"), "待您评价");
    assert!(zhao.says(".card .pre").contains(REPLY));
    assert!(zhao.says(".tl").contains("市路灯管理所签收了"));
    for hidden in PEOPLE.into_iter().chain(["电话问过，灯亮了", "没人接"]) {
        assert!(!zhao.text.contains(hidden), "{hidden} is not for the asker");
    }
    zhao.get(&format!("/my/{number}/rate")).await;
    assert_eq!(zhao.attrs("input[checked]", "name"), Vec::<String>::new(), "nothing is chosen beforehand");
    assert_eq!(
        zhao.submit(&[("contacted", "yes"), ("words", "谢谢")], &[]).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!((zhao.says("#e-solved"), zhao.says("#f-words")), ("这里还没填".into(), "谢谢".into()));
    zhao.submit(
        &[("contacted", "yes"), ("solved", "yes"), ("satisfied", "satisfied"), ("words", "谢谢")],
        &[],
    )
    .await;
    zhao.follow().await;
    assert!(zhao.says(".note").contains("评价收到了"), "{}", zhao.says(".note"));
    assert_eq!(zhao.says(".tag"), "已办结");
    assert_eq!(zhao.get(&format!("/my/{number}/rate")).await, StatusCode::CONFLICT, "not twice");
    assert!(zhao.says("main").contains("已办结"));
}

#[db_test(ROOMS)]
async fn not_solved_is_taken_up_again(db: TestDb) {
    let town = Town::new(db).await;
    let app = App::of(&town);
    let case = town.answered().await;
    town.does(&town.zhou, case, "pass", &[]).await;
    let (mut zhao, number) = typed(&app, &town, case).await;
    zhao.get(&format!("/my/{number}/rate")).await;
    assert!(
        zhao.says("fieldset small").contains("10月12日 星期一前给您结果"),
        "{}",
        zhao.says("fieldset small")
    );
    zhao.submit(&[("contacted", "no"), ("solved", "no"), ("words", "还是不亮")], &[]).await;
    zhao.follow().await;
    assert_eq!(zhao.says(".tag"), "办理中");
    assert!(zhao.says(".note").contains("重新办"));
    assert!(zhao.says(".tl").starts_with("今天 9:00没解决，重新办"), "{}", zhao.says(".tl"));
    assert!(zhao.says(".tl").contains("还是不亮"));
    let strip = zhao.says(".days .d");
    assert!(strip.starts_with("今天派出 | 301 | 1–7放假 | 82 | 93 | 10 调休4 | 11放假 | 125"), "{strip}");
}

#[db_test(ROOMS)]
async fn more_is_added_and_it_is_withdrawn(db: TestDb) {
    let town = Town::new(db).await;
    let app = App::of(&town);
    let mut zhao = Browser::new(&app);
    let (number, _) = say(&mut zhao).await;
    let case = id(&town, &number).await;
    let wu = if town.work.view(&town.wu, case).await.is_ok() { &town.wu } else { &town.li };
    town.does(wu, case, "ask_more", &[("wanted", "是路口的哪一侧")]).await;
    zhao.get(&format!("/my/{number}")).await;
    assert_eq!((zhao.says(".tag"), zhao.says(".quote")), ("等您补充".into(), "是路口的哪一侧".into()));
    assert_eq!(zhao.attrs("a.btn.p", "href"), [format!("/my/{number}/supplement")]);
    zhao.get(&format!("/my/{number}/supplement")).await;
    assert_eq!(zhao.submit(&[("words", "")], &[&picture()]).await, StatusCode::UNPROCESSABLE_ENTITY);
    zhao.submit(&[("words", "东侧第二盏")], &[]).await;
    zhao.follow().await;
    assert!(zhao.says(".tl .now").contains("您补充了") && zhao.says(".tl .now").contains("东侧第二盏"));
    assert_eq!(zhao.attrs(".tl .now img", "alt"), ["照片"], "the picture came along");

    zhao.get(&format!("/my/{number}/withdraw")).await;
    assert!(zhao.says(".note").contains("不能再改回来"));
    zhao.submit(&[("reason", "灯亮了")], &[]).await;
    zhao.follow().await;
    assert_eq!(zhao.says(".tag"), "您撤回了");
    assert_eq!(zhao.get(&format!("/my/{number}/accept")).await, StatusCode::NOT_FOUND, "not an asker's step");
}

#[db_test(ROOMS)]
async fn the_elder_home_has_a_few_ways(db: TestDb) {
    let town = Town::new(db).await;
    let mut zhao = Browser::new(&App::of(&town));
    zhao.get("/switch?elder=1&back=/").await;
    zhao.get("/").await;
    assert_eq!(zhao.says(".bb b"), "说一说 | 请社区打给我 | 点服务 | 许心愿 | 我的事办得怎样");
    assert!(zhao.says(".foot").contains("110、119、120"));
    zhao.lang("en");
    zhao.get("/").await;
    assert_eq!(zhao.attrs("h1 span", "lang"), ["zh-Hans"], "a name without an English form is marked");
}

/// Grandmother Sun would rather talk: she leaves a phone and a time, and it lies on her community's desk as a request.
#[db_test(ROOMS)]
async fn call_me_is_a_request_that_the_desk_sees(db: TestDb) {
    let town = Town::new(db).await;
    let app = App::of(&town);
    let mut sun = Browser::new(&app);
    sun.get("/call").await;
    assert_eq!(sun.says("h1"), "请社区打给我");
    assert_eq!(
        sun.submit(&[("name", "孙奶奶"), ("time", "soon")], &[]).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert!(sun.says(".es").contains("1"), "{}", sun.says(".es"));
    assert_eq!(sun.attrs("#f-name", "value"), ["孙奶奶"], "what was typed is kept");
    let call = [("phone", "138 0013 7009"), ("time", "morning"), ("name", "孙奶奶")];
    assert_eq!(sun.submit(&call, &[]).await, StatusCode::SEE_OTHER);
    sun.follow().await;
    assert_eq!(sun.says("h1"), "收到了");

    let case = id(&town, &sun.says(".receipt .no")).await;
    let view = town.work.view(&Actor::System("a test"), case).await.unwrap();
    let row = &view.loaded.row;
    assert_eq!((row.source.as_str(), row.state.as_str()), ("call_me", "accepting"));
    assert_eq!(row.title, "请社区打给我：上午");
    assert!(row.reachable && row.phone_sealed.is_some());
    assert_eq!(row.name.as_ref().map(|name| name.whole()), Some("孙奶奶"));
    assert_eq!(view.loaded.events[0].step, "say", "by the real action");
}
