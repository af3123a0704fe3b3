use crate::{
    browser::Browser,
    town::{PASSWORD, ROOMS, Staff, Town, day},
};
use axum::http::StatusCode;
use linli_authz::{Actor, Role};
use linli_base::{Problem, Result};
use linli_org::{
    Came,
    guard::{self, Deed, Which, rules::LendForm},
    people::{self, EndPost},
    sign_in,
};
use linli_testkit::{TestDb, db_test};

const DAY: i64 = 24 * 3_600_000;

fn code<T: std::fmt::Debug>(answer: Result<T>) -> &'static str {
    match answer {
        Err(Problem::Refused(refusal)) => refusal.code,
        Err(Problem::Forbidden { .. }) => "forbidden",
        Err(Problem::Conflict { .. }) => "conflict",
        Err(Problem::Invalid(flaws)) => flaws[0].code,
        other => panic!("{other:?}"),
    }
}

async fn actor(town: &Town, staff: &Staff) -> Actor {
    let token = town.sign_in(staff).await.token;
    sign_in::session_of(&town.org, &token).await.unwrap().unwrap().actor
}

#[db_test(ROOMS)]
async fn nobody_holds_two_of_the_three_administrations(db: TestDb) {
    let town = Town::new(db).await;
    let zheng = town.staff("郑安", 1, town.city_desk, &[Role::SecurityAdmin]).await;
    let sun = town.staff("孙系", 2, town.city_desk, &[Role::SystemAdmin]).await;
    let security = actor(&town, &zheng).await;
    let system = actor(&town, &sun).await;
    let second = town.post(sun.person, town.fangyuan_office, "兼职", &[]).await;
    let give = async |roles: &[Role]| guard::set_roles(&town.org, &security, second, roles.to_vec()).await;
    assert_eq!(code(give(&[Role::AuditAdmin]).await), "two_administrators");
    assert_eq!(code(give(&[Role::SecurityAdmin]).await), "two_administrators");
    give(&[Role::Clerk]).await.unwrap();
    let both = guard::set_roles(&town.org, &security, sun.post, vec![Role::SystemAdmin, Role::AuditAdmin]);
    assert_eq!(code(both.await), "two_administrators");

    // once the first has ended, the other may begin, and the first may not be opened again over it
    let yesterday = EndPost { to_day: day().plus(-1).to_string() };
    people::end_post(&town.org, &system, sun.post, &yesterday).await.unwrap();
    assert_eq!(code(give(&[Role::AuditAdmin]).await), "two_administrators", "the days of both overlap");
    let tomorrow = town.org.world.now().plus_ms(DAY);
    town.clock.set(tomorrow);
    let later = linli_org::people::PostForm {
        title: "审计".to_owned(),
        from_day: tomorrow.day().to_string(),
        ..Default::default()
    };
    let third = people::add_post(&town.org, &system, sun.person, town.city_desk, &later).await.unwrap();
    guard::set_roles(&town.org, &security, third, vec![Role::AuditAdmin]).await.unwrap();
    assert_eq!(code(people::reopen_post(&town.org, &system, sun.post).await), "two_administrators");

    assert_eq!(code(guard::set_roles(&town.org, &security, zheng.post, vec![]).await), "own_roles");
    assert_eq!(code(guard::set_roles(&town.org, &system, second, vec![Role::Clerk]).await), "forbidden");
}

fn lending(to: &Staff, from: i64, days: i64) -> LendForm {
    LendForm {
        to: to.person.to_string(),
        from_day: day().plus(from).to_string(),
        to_day: day().plus(from + days - 1).to_string(),
        reason: "年休假".to_owned(),
    }
}

#[db_test(ROOMS)]
async fn a_post_is_lent_for_leave_and_comes_back(db: TestDb) {
    let town = Town::new(db).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Auditor]).await;
    let wu = town.staff("吴敏之", 2, town.fangyuan_office, &[Role::Clerk]).await;
    let leader = town.staff("冯主任", 3, town.fangyuan_office, &[Role::Leader]).await;
    let elsewhere = town.staff("孙工", 4, town.lamp_office, &[Role::Worker]).await;
    let (me, boss, colleague) =
        (actor(&town, &zhou).await, actor(&town, &leader).await, actor(&town, &wu).await);

    let other = guard::lend(&town.org, &me, zhou.post, &lending(&elsewhere, 0, 3)).await;
    assert_eq!(code(other), "colleague_missing");
    assert_eq!(code(guard::lend(&town.org, &colleague, zhou.post, &lending(&wu, 0, 3)).await), "hat_gone");
    assert!(!guard::lend(&town.org, &me, zhou.post, &lending(&wu, 0, 3)).await.unwrap(), "it waits");
    assert_eq!(code(guard::lend(&town.org, &me, zhou.post, &lending(&wu, 2, 3)).await), "lent_already");

    let hats = async || {
        sign_in::hats_of(&mut town.org.db.read(), wu.person, town.org.world.now().day()).await.unwrap()
    };
    assert_eq!(hats().await.len(), 1, "nothing before the leader agrees");
    let id = guard::lent(&town.org, Which::In(town.fangyuan_office)).await.unwrap()[0].id;
    assert_eq!(code(guard::approve(&town.org, &me, id).await), "forbidden");
    assert_eq!(code(guard::approve(&town.org, &colleague, id).await), "forbidden");
    guard::approve(&town.org, &boss, id).await.unwrap();
    assert_eq!(code(guard::approve(&town.org, &boss, id).await), "conflict");
    let lent = hats().await;
    assert_eq!(lent[1].instead_of.as_ref().map(|(name, _)| name.as_str()), Some("周敏"));
    assert_eq!(lent[1].to_day, Some(day().plus(2)));

    let token = town.sign_in(&wu).await.token;
    let session = sign_in::session_of(&town.org, &token).await.unwrap().unwrap();
    sign_in::wear(&town.org, session.id, wu.person, zhou.post).await.unwrap();
    let worn = sign_in::session_of(&town.org, &token).await.unwrap().unwrap();
    assert_eq!(worn.actor.person(), Some(wu.person), "who acts is who acts");
    assert!(worn.actor.is(Role::Auditor) && !worn.actor.is(Role::Clerk));
    assert_eq!(worn.instead_of.map(|(name, _)| name), Some("周敏".to_owned()));
    assert_eq!(
        code(guard::lend(&town.org, &worn.actor, zhou.post, &lending(&leader, 0, 1)).await),
        "hat_gone",
        "what is lent is not lent on"
    );

    town.clock.advance_ms(3 * DAY);
    assert_eq!(hats().await.len(), 1, "it ends by itself");
    let token = town.sign_in(&wu).await.token;
    let session = sign_in::session_of(&town.org, &token).await.unwrap().unwrap();
    assert_eq!(code(sign_in::wear(&town.org, session.id, wu.person, zhou.post).await), "hat_gone");
}

#[db_test(ROOMS)]
async fn a_lending_is_taken_back_at_once(db: TestDb) {
    let town = Town::new(db).await;
    let leader = town.staff("冯主任", 1, town.fangyuan_office, &[Role::Leader]).await;
    let wu = town.staff("吴敏之", 2, town.fangyuan_office, &[Role::Clerk]).await;
    let zheng = town.staff("郑安", 3, town.fangyuan_office, &[Role::SecurityAdmin]).await;
    let boss = actor(&town, &leader).await;
    assert!(
        guard::lend(&town.org, &boss, leader.post, &lending(&wu, 0, 10)).await.unwrap(),
        "a leader's holds"
    );
    let security = actor(&town, &zheng).await;
    let admin = guard::lend(&town.org, &security, zheng.post, &lending(&wu, 0, 1)).await;
    assert_eq!(code(admin), "lend_administrator");

    let token = town.sign_in(&wu).await.token;
    let session = sign_in::session_of(&town.org, &token).await.unwrap().unwrap();
    sign_in::wear(&town.org, session.id, wu.person, leader.post).await.unwrap();
    let id = guard::lent(&town.org, Which::To(wu.person)).await.unwrap()[0].id;
    guard::end(&town.org, &boss, id).await.unwrap();
    let after = sign_in::session_of(&town.org, &token).await.unwrap().unwrap();
    assert!(after.actor.hat().is_none());
    assert!(guard::lent(&town.org, Which::Of(leader.person)).await.unwrap().is_empty());
}

#[db_test(ROOMS)]
async fn lending_on_the_page(db: TestDb) {
    let town = Town::new(db).await;
    town.staff("周敏", 1, town.fangyuan_office, &[Role::Auditor]).await;
    let wu = town.staff("吴敏之", 2, town.fangyuan_office, &[Role::Clerk]).await;
    town.staff("冯主任", 3, town.fangyuan_office, &[Role::Leader]).await;
    let (mut zhou, mut feng, mut colleague) = (Browser::new(&town), Browser::new(&town), Browser::new(&town));
    zhou.sign_in("13800000001").await;
    zhou.get("/me/lending").await;
    let post = zhou.attr("input[name=post]", "value");
    let (to, first, last) = (wu.person.to_string(), day().to_string(), day().plus(4).to_string());
    let typed = [
        ("post", post.as_str()),
        ("to", to.as_str()),
        ("from_day", first.as_str()),
        ("to_day", last.as_str()),
    ];
    assert_eq!(zhou.post("/me/lending", &typed).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(zhou.says(".es li"), "写一句为什么，比如“年休假”");
    let typed = [typed[0], typed[1], typed[2], typed[3], ("reason", "年休假")];
    assert_eq!(zhou.post("/me/lending", &typed).await, StatusCode::SEE_OTHER);
    zhou.get("/me/lending").await;
    assert!(zhou.says("main li").contains("委托给吴敏之 等负责人同意"), "{}", zhou.says("main li"));

    feng.sign_in("13800000003").await;
    feng.get("/me/lending").await;
    let agree = feng.attr("form[action$=agree]", "action");
    assert_eq!(feng.post(&agree, &[]).await, StatusCode::SEE_OTHER);

    colleague.sign_in("13800000002").await;
    assert_eq!(colleague.to, "/hats?back=/desk", "two hats: which one?");
    colleague.get("/hats?back=/areas").await;
    assert!(colleague.says("main li").contains("代 周敏"));
    let hat = ("hat", post.as_str());
    assert_eq!(colleague.post("/hats", &[hat, ("back", "/areas?q=x")]).await, StatusCode::SEE_OTHER);
    assert_eq!(colleague.to, "/areas?q=x", "switching keeps the page");
    colleague.get("/areas").await;
    assert!(
        colleague.says("details.hat summary").contains("代 周敏"),
        "{}",
        colleague.says("details.hat summary")
    );
}

#[db_test(ROOMS)]
async fn somebody_in_trouble_is_helped(db: TestDb) {
    let town = Town::new(db).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    town.staff("郑安", 2, town.city_desk, &[Role::SecurityAdmin]).await;
    let mut security = Browser::new(&town);
    security.sign_in("13800000002").await;
    for _ in 0..5 {
        let wrong = "不是这一句话呀呀呀".to_owned();
        sign_in::with_password(&town.org, &zhou.phone, wrong, Came::default()).await.unwrap_err();
    }
    let account = format!("/people/{}/account", zhou.person);
    security.get("/security?q=%E5%91%A8").await;
    assert_eq!(security.attr("main li a", "href"), account);
    security.get(&account).await;
    assert!(security.says(".note").contains("错了 5 次"));
    assert_eq!(security.post(&account, &[("deed", "unlock")]).await, StatusCode::SEE_OTHER);
    let token = town.sign_in(&zhou).await.token;
    security.get(&account).await;
    security.post(&account, &[("deed", "end")]).await;
    assert!(sign_in::session_of(&town.org, &token).await.unwrap().is_none());

    security.get(&account).await;
    assert_eq!(security.post(&account, &[("deed", "password")]).await, StatusCode::OK);
    let given = security.says("[data-password]");
    assert_eq!(given.len(), 19, "{given}");
    let mut clerk = Browser::new(&town);
    clerk.get("/sign-in").await;
    clerk.post("/sign-in", &[("phone", "13800000001"), ("password", &given)]).await;
    assert_eq!(clerk.to, "/me/password?back=/desk", "a given password is changed first");
    assert_eq!(clerk.get("/areas").await, StatusCode::SEE_OTHER, "and nothing else before");
    clerk.get("/me/password").await;
    assert_eq!(clerk.post("/me/password", &[("password", &given)]).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(clerk.says("#password-flaw"), "这是用过的前 5 个密码之一，换一个新的");
    assert_eq!(clerk.post("/me/password", &[("password", PASSWORD)]).await, StatusCode::UNPROCESSABLE_ENTITY);
    let new = "十月的海边有风也有鱼";
    assert_eq!(clerk.post("/me/password", &[("password", new)]).await, StatusCode::SEE_OTHER);
    clerk.get("/sign-in").await;
    clerk.post("/sign-in", &[("phone", "13800000001"), ("password", new)]).await;
    assert_eq!(clerk.to, "/desk");
    let other = town.actor(town.city_desk, None, &[Role::Clerk]);
    assert_eq!(code(guard::help(&town.org, &other, zhou.person, Deed::Unlock).await), "forbidden");
}

#[db_test(ROOMS)]
async fn a_city_sets_its_rules(db: TestDb) {
    let town = Town::new(db).await;
    town.staff("郑安", 1, town.city_desk, &[Role::SecurityAdmin]).await;
    town.staff("周敏", 2, town.fangyuan_office, &[Role::Clerk]).await;
    let mut security = Browser::new(&town);
    security.sign_in("13800000001").await;
    security.get("/security").await;
    let rules = |months| {
        [
            ("staff_second_factor", "offered"),
            ("password_days", "90"),
            ("lending", "free"),
            ("trail_months", months),
        ]
    };
    assert_eq!(security.post("/security", &rules("3")).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(security.says(".es li"), "填 6 到 120 之间的月数，法律要求至少 6 个月");
    assert_eq!(security.post("/security", &rules("12")).await, StatusCode::SEE_OTHER);
    let set = guard::settings_of(&town.org).await.unwrap();
    assert_eq!((set.password_days, set.trail_months, set.lending_by_leader), (90, 12, false));
    let mut clerk = Browser::new(&town);
    clerk.sign_in("13800000002").await;
    assert_eq!(clerk.get("/security").await, StatusCode::FORBIDDEN);
    clerk.get("/sign-in").await;
    assert_eq!(clerk.post("/security", &rules("12")).await, StatusCode::FORBIDDEN);
}
