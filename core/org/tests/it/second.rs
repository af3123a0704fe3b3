use crate::{
    browser::Browser,
    town::{ROOMS, Staff, Town},
};
use axum::http::StatusCode;
use hmac::{Hmac, KeyInit, Mac};
use linli_authz::Role;
use linli_base::Problem;
use linli_org::sign_in;
use linli_testkit::{TestDb, db_test};
use sha1::Sha1;

const STEP: i64 = 30_000;

/// What 周敏's phone shows for a secret in base 32, written apart from the program's own.
pub fn phone_shows(secret: &str, at_ms: i64) -> String {
    let letters = secret.chars().filter(|c| !c.is_whitespace());
    let bits = letters.fold(String::new(), |bits, c| {
        bits + &format!("{:05b}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).unwrap())
    });
    let key: Vec<u8> =
        (0..bits.len() / 8).map(|n| u8::from_str_radix(&bits[n * 8..n * 8 + 8], 2).unwrap()).collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).unwrap();
    mac.update(&(at_ms / STEP).to_be_bytes());
    let sum = mac.finalize().into_bytes();
    let from = usize::from(sum[19] & 15);
    let number = u32::from_be_bytes([sum[from] & 0x7f, sum[from + 1], sum[from + 2], sum[from + 3]]);
    format!("{:06}", number % 1_000_000)
}

/// Signs in and sets a second factor up; answers its secret and the recovery codes.
pub async fn enrolled(town: &Town, browser: &mut Browser) -> (String, Vec<String>) {
    browser.get("/me/second-factor").await;
    assert_eq!(browser.post("/me/second-factor", &[]).await, StatusCode::SEE_OTHER);
    browser.get("/me/second-factor").await;
    let secret = browser.says("[data-secret]");
    assert_eq!(secret.replace(' ', "").len(), 32);
    assert!(browser.attr(".qr path", "d").len() > 1000);
    assert_eq!(
        browser.post("/me/second-factor/confirm", &[("code", "000000")]).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let code = phone_shows(&secret, town.org.world.now().0);
    assert_eq!(browser.post("/me/second-factor/confirm", &[("code", &code)]).await, StatusCode::OK);
    let codes: Vec<String> = browser.says("[data-recovery] code").split(" | ").map(str::to_owned).collect();
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

async fn zhou(town: &Town) -> Staff {
    town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await
}

#[db_test(ROOMS)]
async fn a_second_factor_is_set_up_and_asked_for(db: TestDb) {
    let town = Town::new(db).await;
    zhou(&town).await;
    let (mut desk, mut phone) = (Browser::new(&town), Browser::new(&town));
    phone.sign_in("13800000001").await;
    desk.sign_in("13800000001").await;
    let (secret, recovery) = enrolled(&town, &mut desk).await;
    assert_eq!(desk.get("/areas").await, StatusCode::OK, "this one goes on");
    assert_eq!(phone.get("/areas").await, StatusCode::SEE_OTHER, "the others end");

    let used = phone_shows(&secret, town.org.world.now().0);
    phone.sign_in("13800000001").await;
    assert_eq!(phone.to, "/sign-in/second?back=/desk");
    assert_eq!(phone.get("/areas").await, StatusCode::SEE_OTHER, "half a session is none");
    assert_eq!(phone.to, "/sign-in?back=/areas");
    phone.get("/sign-in?back=/areas").await;
    assert_eq!(phone.to, "/sign-in/second?back=/areas");
    let half = phone.cookies["session"].clone();
    phone.get("/sign-in/second?back=/areas").await;
    let again = [("code", used.as_str()), ("back", "/areas")];
    assert_eq!(
        phone.post("/sign-in/second", &again).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a code serves once"
    );
    town.clock.advance_ms(STEP);
    let code = phone_shows(&secret, town.org.world.now().0);
    assert_eq!(
        phone.post("/sign-in/second", &[("code", &code), ("back", "/areas")]).await,
        StatusCode::SEE_OTHER
    );
    assert_eq!(phone.to, "/areas");
    assert_ne!(phone.cookies["session"], half, "a new token with the second half");
    assert_eq!(phone.get("/areas").await, StatusCode::OK);
    assert!(sign_in::session_of(&town.org, &half).await.unwrap().is_none());

    for nth in [0, 0, 1] {
        let mut other = Browser::new(&town);
        other.sign_in("13800000001").await;
        other.get("/sign-in/second").await;
        let status = other.post("/sign-in/second", &[("code", &recovery[nth])]).await;
        let first = nth == 1 || other.to == "/desk";
        assert_eq!(status == StatusCode::SEE_OTHER, first, "each recovery code serves once");
    }
    let left =
        sign_in::second(&town.org, sign_in::person_of(&town.org, &zhou_phone()).await.unwrap().unwrap());
    assert_eq!(left.await.unwrap().unwrap().codes_left, 8);
}

fn zhou_phone() -> linli_base::Phone {
    linli_base::Phone::parse("phone", "13800000001").unwrap()
}

#[db_test(ROOMS)]
async fn five_wrong_codes_lock(db: TestDb) {
    let town = Town::new(db).await;
    let person = zhou(&town).await.person;
    let mut browser = Browser::new(&town);
    browser.sign_in("13800000001").await;
    let (secret, _) = enrolled(&town, &mut browser).await;
    for left in ["4", "3", "2", "1"] {
        let wrong = sign_in::check_second(&town.org, person, "000000").await;
        assert!(matches!(wrong, Err(Problem::Refused(r)) if r.code == "second_wrong" && r.args[0].1 == left));
    }
    let locked = |answer| matches!(answer, Err(Problem::Refused(r)) if r.code == "second_locked");
    assert!(locked(sign_in::check_second(&town.org, person, "000000").await));
    town.clock.advance_ms(STEP);
    let right = phone_shows(&secret, town.org.world.now().0);
    assert!(locked(sign_in::check_second(&town.org, person, &right).await), "right comes too late");
    town.clock.advance_ms(30 * 60_000);
    let right = phone_shows(&secret, town.org.world.now().0);
    sign_in::check_second(&town.org, person, &right).await.unwrap();
}

#[db_test(ROOMS)]
async fn where_it_is_required_nothing_goes_without(db: TestDb) {
    let town = Town::new(db).await;
    zhou(&town).await;
    town.staff("郑安", 2, town.city_desk, &[Role::SecurityAdmin]).await;
    let mut security = Browser::new(&town);
    security.sign_in("13800000002").await;
    security.get("/security").await;
    let rules = [
        ("staff_second_factor", "required"),
        ("password_days", "0"),
        ("lending", "leader"),
        ("trail_months", "6"),
    ];
    security.post("/security", &rules).await;

    let mut clerk = Browser::new(&town);
    clerk.sign_in("13800000001").await;
    assert_eq!(clerk.to, "/me/second-factor?back=/desk");
    assert_eq!(clerk.get("/areas").await, StatusCode::SEE_OTHER);
    assert_eq!(clerk.get("/me/sessions").await, StatusCode::SEE_OTHER);
    let half = clerk.cookies["session"].clone();
    enrolled(&town, &mut clerk).await;
    assert_ne!(clerk.cookies["session"], half);
    assert_eq!(clerk.get("/areas").await, StatusCode::OK);
    clerk.get("/me/second-factor").await;
    assert_eq!(clerk.post("/me/second-factor/remove", &[]).await, StatusCode::CONFLICT);
}

#[db_test(ROOMS)]
async fn what_is_grave_asks_again(db: TestDb) {
    let town = Town::new(db).await;
    zhou(&town).await;
    let mut browser = Browser::new(&town);
    browser.sign_in("13800000001").await;
    browser.get("/me/second-factor").await;
    for _ in 0..3 {
        town.clock.advance_ms(14 * 60_000);
        browser.get("/me/second-factor").await;
    }
    assert_eq!(browser.post("/me/second-factor", &[]).await, StatusCode::SEE_OTHER);
    assert!(browser.to.starts_with("/prove?back="), "{}", browser.to);
    browser.get("/prove?back=/me/second-factor").await;
    let wrong = [("code", "不是这一句话呀呀呀"), ("back", "/me/second-factor")];
    assert_eq!(browser.post("/prove", &wrong).await, StatusCode::UNPROCESSABLE_ENTITY);
    let right = [("code", crate::town::PASSWORD), ("back", "//evil.example")];
    assert_eq!(browser.post("/prove", &right).await, StatusCode::SEE_OTHER);
    assert_eq!(browser.to, "/", "never elsewhere");
    enrolled(&town, &mut browser).await;
}

#[db_test(ROOMS)]
async fn what_was_typed_outlives_a_session(db: TestDb) {
    let town = Town::new(db).await;
    let admin = town.staff("孙系", 1, town.city_desk, &[Role::SystemAdmin]).await;
    let zhou = town.staff("周敏", 2, town.fangyuan_office, &[Role::Clerk]).await;
    let mut browser = Browser::new(&town);
    browser.sign_in("13800000001").await;
    let edit = format!("/people/{}/edit", zhou.person);
    browser.get(&edit).await;
    let version = browser.attr("input[name=version]", "value");
    town.clock.advance_ms(15 * 60_000);
    let typed = [("name", "周敏敏"), ("name_en", "Zhou <b>Minmin</b>"), ("version", version.as_str())];
    assert_eq!(browser.post(&edit, &typed).await, StatusCode::UNAUTHORIZED);
    assert!(browser.says("#trouble").contains("刚才填的都还在"));
    let (kept, back) = (browser.attr("input[name=kept]", "value"), browser.attr("input[name=back]", "value"));
    let wrong =
        [("phone", "13800000001"), ("password", "x"), ("back", back.as_str()), ("kept", kept.as_str())];
    assert_eq!(browser.post("/sign-in", &wrong).await, StatusCode::UNPROCESSABLE_ENTITY);
    let kept = browser.attr("input[name=kept]", "value");
    let right = [
        ("phone", "13800000001"),
        ("password", crate::town::PASSWORD),
        ("back", back.as_str()),
        ("kept", kept.as_str()),
    ];
    assert_eq!(browser.post("/sign-in", &right).await, StatusCode::OK);
    assert_eq!(browser.attr("input[name=name]", "value"), "周敏敏");
    assert!(!browser.text.contains("<b>Minmin"), "escaped");
    let again = [("name", "周敏敏"), ("name_en", "Zhou Minmin"), ("version", version.as_str())];
    assert_eq!(browser.post(&browser.attr("form", "action"), &again).await, StatusCode::SEE_OTHER);
    browser.get(&format!("/people/{}", zhou.person)).await;
    assert_eq!(browser.says("h1"), "周敏敏");
    drop(admin);
}
