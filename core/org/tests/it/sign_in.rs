use crate::town::{PASSWORD, ROOMS, Town, day};
use linli_authz::Role;
use linli_base::{Phone, Problem};
use linli_org::{
    Came,
    people::{self, EndPost},
    sign_in::{self, NewToken},
};
use linli_testkit::{TestDb, db_test};

const MINUTE: i64 = 60_000;

async fn wrong(town: &Town, phone: &Phone) -> (&'static str, String) {
    let tried =
        sign_in::with_password(&town.org, phone, "不是这一句话呀呀呀".to_owned(), Came::default()).await;
    match tried {
        Err(Problem::Refused(refusal)) => (refusal.code, refusal.args[0].1.clone()),
        other => panic!("{other:?}"),
    }
}

#[db_test(ROOMS)]
async fn five_wrong_passwords_lock_known_and_unknown_alike(db: TestDb) {
    let town = Town::new(db).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    let nobody = Phone::parse("phone", "13900009999").unwrap();
    for left in ["4", "3", "2", "1"] {
        assert_eq!(wrong(&town, &zhou.phone).await, ("sign_in_wrong", left.to_owned()));
        assert_eq!(wrong(&town, &nobody).await, ("sign_in_wrong", left.to_owned()));
    }
    assert_eq!(wrong(&town, &zhou.phone).await, wrong(&town, &nobody).await);
    let right = sign_in::with_password(&town.org, &zhou.phone, PASSWORD.to_owned(), Came::default()).await;
    assert!(matches!(right, Err(Problem::Refused(r)) if r.code == "sign_in_locked"));
    town.clock.advance_ms(30 * MINUTE);
    let session = town.sign_in(&zhou).await;
    assert_eq!(session.hat.unwrap().org, town.fangyuan_office);
}

#[db_test(ROOMS)]
async fn a_session_slides_and_ends(db: TestDb) {
    let town = Town::new(db).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    let token = town.sign_in(&zhou).await.token;
    let here = async || sign_in::session_of(&town.org, &token).await.unwrap();
    for _ in 0..59 {
        town.clock.advance_ms(12 * MINUTE);
        assert!(here().await.is_some());
    }
    town.clock.advance_ms(12 * MINUTE);
    assert!(here().await.is_none(), "12 hours are over");
    let idle = town.sign_in(&zhou).await.token;
    town.clock.advance_ms(15 * MINUTE);
    assert!(sign_in::session_of(&town.org, &idle).await.unwrap().is_none());
    assert!(sign_in::session_of(&town.org, "made up").await.unwrap().is_none());
    sign_in::tidy(&town.org.db, town.org.world.now()).await.unwrap();
}

#[db_test(ROOMS)]
async fn sessions_are_listed_and_ended(db: TestDb) {
    let town = Town::new(db).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    let wu = town.staff("吴敏之", 2, town.fangyuan_office, &[Role::Clerk]).await;
    let (phone, desk) = (town.sign_in(&zhou).await.token, town.sign_in(&zhou).await.token);
    let mine = sign_in::sessions(&town.org, zhou.person).await.unwrap();
    assert_eq!(mine.len(), 2);
    let here = sign_in::session_of(&town.org, &desk).await.unwrap().unwrap();
    let theirs = sign_in::end_session(&town.org, wu.person, here.id).await;
    assert!(matches!(theirs, Err(Problem::NotFound)));
    assert_eq!(sign_in::end_other_sessions(&town.org, zhou.person, here.id).await.unwrap(), 1);
    assert!(sign_in::session_of(&town.org, &phone).await.unwrap().is_none());
    sign_in::sign_out(&town.org, zhou.person, here.id).await.unwrap();
    assert!(sign_in::session_of(&town.org, &desk).await.unwrap().is_none());
}

#[db_test(ROOMS)]
async fn a_code_signs_in_once(db: TestDb) {
    let town = Town::new(db).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    let nobody = Phone::parse("phone", "13900009999").unwrap();
    let code = town.code_for(&zhou.phone).await;
    town.send_code(&nobody, &Came::default()).await.unwrap();
    let soon = town.send_code(&zhou.phone, &Came::default()).await;
    assert!(matches!(soon, Err(Problem::TooMany { retry_after_s: 55..=61 })));
    let other = if code == "000000" { "000001" } else { "000000" };
    let guess =
        async |phone: &Phone, code: &str| sign_in::with_code(&town.org, phone, code, Came::default()).await;
    assert!(matches!(guess(&zhou.phone, other).await, Err(Problem::Refused(r)) if r.code == "code_wrong"));
    assert!(matches!(guess(&nobody, &code).await, Err(Problem::Refused(r)) if r.code == "code_wrong"));
    assert_eq!(guess(&zhou.phone, &code).await.unwrap().person, zhou.person);
    assert!(guess(&zhou.phone, &code).await.is_err(), "a code serves once");

    town.clock.advance_ms(MINUTE);
    let code = town.code_for(&zhou.phone).await;
    for _ in 0..5 {
        assert!(guess(&zhou.phone, "999999").await.is_err() || code == "999999");
    }
    assert!(guess(&zhou.phone, &code).await.is_err(), "five wrong tries use it up");
    town.clock.advance_ms(MINUTE);
    let code = town.code_for(&zhou.phone).await;
    town.clock.advance_ms(5 * MINUTE);
    assert!(guess(&zhou.phone, &code).await.is_err(), "five minutes are over");
}

#[db_test(ROOMS)]
async fn codes_are_few_per_phone_and_address(db: TestDb) {
    let town = Town::new(db).await;
    let came = Came { address: Some("192.0.2.7".to_owned()), agent: None };
    let phone = |n: u32| Phone::parse("phone", &format!("1390000{n:04}")).unwrap();
    for _ in 0..6 {
        town.send_code(&phone(0), &Came::default()).await.unwrap();
        town.clock.advance_ms(MINUTE);
    }
    let seventh = town.send_code(&phone(0), &Came::default()).await;
    assert!(matches!(seventh, Err(Problem::TooMany { .. })));
    for n in 1..=60 {
        town.send_code(&phone(n), &came).await.unwrap();
    }
    assert!(matches!(town.send_code(&phone(61), &came).await, Err(Problem::TooMany { .. })));
}

#[db_test(ROOMS)]
async fn one_hat_at_a_time(db: TestDb) {
    let town = Town::new(db).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    let second = town.post(zhou.person, town.lamp_office, "兼职", &[Role::Worker]).await;
    town.post(zhou.person, town.city_desk, "名册上的", &[]).await;
    let new = town.sign_in(&zhou).await;
    assert_eq!((new.hat, new.hats), (None, 2));
    let session = sign_in::session_of(&town.org, &new.token).await.unwrap().unwrap();
    assert!(session.actor.hat().is_none());
    sign_in::wear(&town.org, session.id, zhou.person, second).await.unwrap();
    let session = sign_in::session_of(&town.org, &new.token).await.unwrap().unwrap();
    assert!(session.actor.is(Role::Worker) && !session.actor.is(Role::Clerk));

    let wu = town.staff("吴敏之", 2, town.fangyuan_office, &[Role::Clerk]).await;
    let theirs = sign_in::wear(&town.org, session.id, zhou.person, wu.post).await;
    assert!(matches!(theirs, Err(Problem::Refused(r)) if r.code == "hat_gone"));

    let admin = town.actor(town.city_desk, None, &[Role::SystemAdmin]);
    let yesterday = EndPost { to_day: day().plus(-1).to_string() };
    people::end_post(&town.org, &admin, second, &yesterday).await.unwrap();
    let session = sign_in::session_of(&town.org, &new.token).await.unwrap().unwrap();
    assert!(session.actor.hat().is_none(), "an ended post is no hat");
}

#[db_test(ROOMS)]
async fn tokens_speak_for_a_post_until_revoked(db: TestDb) {
    let town = Town::new(db).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    let session = town.sign_in(&zhou).await;
    let me = sign_in::session_of(&town.org, &session.token).await.unwrap().unwrap().actor;
    let ends_at = town.org.world.now().plus_hours(24);
    let new =
        NewToken { person: zhou.person, post: zhou.post, name: "随手拍小程序".to_owned(), ends_at };
    let (id, token) = sign_in::make_token(&town.org, &me, new.clone()).await.unwrap();
    let bearer = sign_in::who_bears(&town.org, &token).await.unwrap().unwrap();
    assert!(bearer.is(Role::Clerk));
    assert!(sign_in::session_of(&town.org, &token).await.unwrap().is_none(), "a token is no session");
    sign_in::revoke_token(&town.org, &me, zhou.person, id).await.unwrap();
    assert!(sign_in::who_bears(&town.org, &token).await.unwrap().is_none());
    let (_, second) = sign_in::make_token(&town.org, &me, new).await.unwrap();
    town.clock.advance_ms(24 * 60 * MINUTE);
    assert!(sign_in::who_bears(&town.org, &second).await.unwrap().is_none());
    assert!(sign_in::tokens(&town.org, zhou.person).await.unwrap().is_empty());
}

#[db_test(ROOMS)]
async fn a_new_password_ends_the_old_sessions(db: TestDb) {
    let town = Town::new(db).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    let token = town.sign_in(&zhou).await.token;
    let me = sign_in::session_of(&town.org, &token).await.unwrap().unwrap().actor;
    let weak = people::set_password(&town.org, &me, zhou.person, "我的号是13800000001".to_owned()).await;
    assert!(matches!(weak, Err(Problem::Invalid(flaws)) if flaws[0].code == "password_phone"));
    people::set_password(&town.org, &me, zhou.person, "十月的海边有风也有鱼".to_owned()).await.unwrap();
    assert!(sign_in::session_of(&town.org, &token).await.unwrap().is_none());
    let new =
        sign_in::with_password(&town.org, &zhou.phone, "十月的海边有风也有鱼".to_owned(), Came::default())
            .await;
    assert!(new.is_ok());
}
