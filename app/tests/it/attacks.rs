//! What attackers try, on the whole program.

use crate::{
    client::{Client, encoded},
    kept,
};
use axum::{
    Router,
    http::{Request, StatusCode, header},
};
use linli_app::{
    config::Config,
    demo,
    engine::{Engine, ROOMS},
    load,
    orders::{self, Line, Order},
    serve::{Mode, app},
};
use linli_authz::{Actor, Tier};
use linli_casework::Filter;
use linli_testkit::{TestDb, db_test};
use std::net::IpAddr;

const FORM: &str = "application/x-www-form-urlencoded";

/// The demo city, and a clerk of it in her browser.
async fn city(db: &TestDb) -> (Engine, Router, Client) {
    let (engine, _) = kept::city(db).await;
    let app = app(engine.clone(), Mode { demo: true, ..Mode::default() });
    let clerk = signed_in(db, &app, "海韵社区居民委员会", "受理派单员").await;
    (engine, app, clerk)
}

async fn signed_in(db: &TestDb, app: &Router, org: &str, title: &str) -> Client {
    let accounts = demo::city(load::SEED, db.world.now().day()).accounts();
    let account = accounts.iter().find(|a| a.org.name == org && a.post.title == title).unwrap();
    let mut client = Client::new(app);
    client.sign_in(&account.person.phone, demo::PASSWORD).await;
    client
}

#[db_test(ROOMS)]
async fn forged_forms_are_refused(db: TestDb) {
    let (_, app, mut clerk) = city(&db).await;
    let mut other = Client::new(&app);
    other.get("/sign-in").await;
    let (own, foreign) = (clerk.csrf.clone(), other.csrf.clone());
    let send = |csrf: &str| encoded(&[("csrf", csrf)]);
    let post = || Request::post("/inbox/read").header(header::CONTENT_TYPE, FORM);
    assert_eq!(clerk.send(post(), "").await, StatusCode::FORBIDDEN, "no token");
    assert_eq!(clerk.send(post(), send(&foreign)).await, StatusCode::FORBIDDEN, "somebody else's");
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let from = post().header(name, value);
        assert_eq!(clerk.send(from, send(&own)).await, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert!(clerk.send(post(), send(&own)).await.is_redirection(), "her own");
    clerk.post("/sign-out", &[]).await;
    clerk.get("/sign-in").await;
    assert_eq!(
        clerk.send(Request::post("/sign-in").header(header::CONTENT_TYPE, FORM), send(&own)).await,
        StatusCode::FORBIDDEN,
        "an old one"
    );
    let text = Request::post("/sign-in").header(header::CONTENT_TYPE, "text/plain");
    assert_eq!(clerk.send(text, "csrf").await, StatusCode::FORBIDDEN);
}

#[db_test(ROOMS)]
async fn another_host_and_a_planted_session_lead_nowhere(db: TestDb) {
    let (engine, app, _) = city(&db).await;
    let mut client = Client::new(&app);
    for host in ["evil.example", "localhost.evil.example", ""] {
        let asked = Request::get("/").header(header::HOST, host);
        assert_eq!(client.send(asked, "").await, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(!client.text.contains("evil"), "{host}");
    }
    let planted = "cGxhbnRlZC1ieS1hbi1hdHRhY2tlci0wMDAwMDAwMDA";
    client.cookies.insert("session".to_owned(), planted.to_owned());
    client.sign_in(&demo::phone(1), demo::PASSWORD).await;
    assert_ne!(client.cookies["session"], planted);
    assert!(linli_org::sign_in::session_of(&engine.org, planted).await.unwrap().is_none());
    let before = client.cookies["session"].clone();
    client.post("/sign-out", &[]).await;
    client.cookies.insert("session".to_owned(), before);
    assert!(client.get("/desk").await.is_redirection(), "what was signed out stays so");
}

#[db_test(ROOMS)]
async fn cookies_are_kept_from_scripts_and_plain_lines(db: TestDb) {
    let folder = db.folder.path().join("secure");
    std::fs::create_dir_all(&folder).unwrap();
    let config = Config {
        store: db.another(&folder),
        key_file: folder.join("linli.key"),
        data: folder,
        listen: IpAddr::from([127, 0, 0, 1]),
        port: 8080,
        base_url: Some("https://linli.example.cn".to_owned()),
        proxies: Vec::new(),
    };
    let engine = Engine::open(&config, db.world.clone(), false).await.unwrap();
    let app = app(engine, Mode::default());
    let mut client = Client::new(&app);
    client.send(Request::get("/sign-in").header(header::HOST, "linli.example.cn"), "").await;
    let cookie = client.headers[header::SET_COOKIE].to_str().unwrap();
    for flag in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    assert!(client.headers.contains_key("strict-transport-security"));
    assert_eq!(
        client.send(Request::get("/demo").header(header::HOST, "linli.example.cn"), "").await,
        StatusCode::NOT_FOUND
    );
}

#[db_test(ROOMS)]
async fn what_is_too_big_too_deep_or_too_much_is_refused(db: TestDb) {
    let (_, _, mut clerk) = city(&db).await;
    let form = |path: &str| Request::post(path).header(header::CONTENT_TYPE, FORM);
    let big = format!("csrf={}&q={}", clerk.csrf, "x".repeat(2 << 20));
    assert_eq!(clerk.send(form("/inbox/read"), big).await, StatusCode::PAYLOAD_TOO_LARGE);
    let many = format!("csrf={}{}", clerk.csrf, "&a=1".repeat(100_000));
    assert!(clerk.send(form("/inbox/read"), many).await.as_u16() < 500);
    let json = || Request::post("/api/v1/requests").header(header::CONTENT_TYPE, "application/json");
    let deep = format!("{{\"title\":{}{}}}", "[".repeat(50_000), "]".repeat(50_000));
    assert_eq!(clerk.send(json(), deep).await, StatusCode::UNPROCESSABLE_ENTITY);
    let huge = format!("{{\"title\":\"{}\"}}", "x".repeat(8 << 20));
    assert_eq!(clerk.send(json(), huge).await, StatusCode::PAYLOAD_TOO_LARGE);
    let long = format!("/desk?q={}", "x".repeat(8_000));
    assert!(clerk.get(&long).await.as_u16() < 500);
}

#[db_test(ROOMS)]
async fn paths_lead_to_nothing_but_their_own(db: TestDb) {
    let (_, _, mut clerk) = city(&db).await;
    for path in [
        "/static/../linli.key",
        "/static/%2e%2e%2flinli.key",
        "/static/..%2f..%2flinli.db",
        "/pictures/..%2f..%2flinli.key",
        "/pictures/%2e%2e/small",
        "/say/pictures/..%2flinli.key",
        "/cases/kept/..%2fx",
        "/cases/..%2f..%2fetc%2fpasswd",
    ] {
        clerk.get(path).await;
        assert!(clerk.status.is_client_error(), "{path}: {}", clerk.status);
        assert!(!clerk.text.contains("SQLite format") && !clerk.text.contains("\nk1 "), "{path}");
    }
    for to in [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%0d%0aset-cookie:x=1",
        "javascript:alert(1)",
    ] {
        let back = encoded(&[("back", to)]);
        clerk.get(&format!("/switch?lang=zh&{back}")).await;
        assert!(clerk.to().starts_with('/') && !clerk.to().starts_with("//"), "{to} -> {}", clerk.to());
        let mut other = Client::new(&clerk.app);
        other.get(&format!("/sign-in?{back}")).await;
        other
            .post("/sign-in", &[("phone", &demo::phone(1)), ("password", demo::PASSWORD), ("back", to)])
            .await;
        assert!(other.to().starts_with('/') && !other.to().starts_with("//"), "{to} -> {}", other.to());
        assert!(!other.headers.contains_key("x"));
    }
}

#[db_test(ROOMS)]
async fn what_is_injected_is_only_text(db: TestDb) {
    let (engine, _, mut clerk) = city(&db).await;
    let before = engine.work.count(&Actor::System("a test"), &Filter::default()).await.unwrap();
    let corpus = [
        "'; DROP TABLE cases; --",
        "' OR '1'='1",
        "\" OR \"\"=\"",
        "1); DELETE FROM audit; --",
        "%' ESCAPE '%",
        "{scope:c}",
        "$1",
        "NEAR(a b)",
        "a* OR b",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</textarea><svg onload=alert(1)>",
        "{{7*7}}",
        "\u{202e}gpj.exe",
        "\0",
    ];
    for text in corpus {
        for path in ["/desk", "/areas", "/orgs"] {
            clerk.get(&format!("{path}?{}", encoded(&[("q", text)]))).await;
            assert!(clerk.status.as_u16() < 500, "{path} {text}: {}", clerk.status);
            assert!(
                !clerk.text.contains("<script>alert")
                    && !clerk.text.contains("<img src=x")
                    && !clerk.text.contains("<svg onload"),
                "{path} {text}"
            );
        }
        let said = serde_json::json!({"client_id": db.world.ids.uuid(db.world.now()), "title": text, "body": format!("{text} 路灯不亮"), "phone": "19900001234"});
        let request = Request::post("/api/v1/requests").header(header::CONTENT_TYPE, "application/json");
        clerk.send(request, said.to_string()).await;
        assert!(clerk.status.as_u16() < 500, "{text}: {} {}", clerk.status, clerk.text);
    }
    let mut desk = signed_in(&db, &clerk.app, "海阳市12345受理中心", "受理员").await;
    desk.get("/desk?view=all").await;
    assert!(!desk.text.contains("<script>alert") && !desk.text.contains("<img src=x"));
    let after = engine.work.count(&Actor::System("a test"), &Filter::default()).await.unwrap();
    assert!(after >= before);
}

#[db_test(ROOMS)]
async fn guessing_is_stopped(db: TestDb) {
    let (engine, app, clerk) = city(&db).await;
    let mut guesser = Client::new(&app);
    guesser.get("/sign-in").await;
    let phone = demo::phone(3);
    for _ in 0..5 {
        guesser.post("/sign-in", &[("phone", &phone), ("password", "guessing-again")]).await;
    }
    guesser.post("/sign-in", &[("phone", &phone), ("password", demo::PASSWORD)]).await;
    assert_eq!(guesser.status, StatusCode::UNPROCESSABLE_ENTITY, "right comes too late");
    let mut tried = 0;
    while guesser.post("/sign-in", &[("phone", &format!("1990000{tried:04}")), ("password", "x")]).await
        != StatusCode::TOO_MANY_REQUESTS
    {
        tried += 1;
        assert!(tried < 100, "an address is stopped");
    }
    let (cases, _) = engine.work.list(&Actor::System("a test"), &Filter::default(), None, 1).await.unwrap();
    let path = format!("/r/{}", cases[0].number);
    guesser.get(&path).await;
    let mut codes = 0;
    while guesser.post(&path, &[("code", "00000000")]).await != StatusCode::TOO_MANY_REQUESTS {
        codes += 1;
        assert!(codes < 20, "look-up codes are not to be guessed");
    }
    drop(clerk);
}

#[db_test(ROOMS)]
async fn a_forwarded_address_is_believed_of_our_proxy_only(db: TestDb) {
    let (_, app, _) = city(&db).await;
    let mut client = Client::new(&app);
    client.get("/sign-in").await;
    let mut tried = 0;
    loop {
        let body =
            encoded(&[("csrf", &client.csrf), ("phone", &format!("1990000{tried:04}")), ("password", "x")]);
        let forwarded = format!("203.0.113.{}", tried % 250);
        let request =
            Request::post("/sign-in").header(header::CONTENT_TYPE, FORM).header("x-forwarded-for", forwarded);
        if client.send(request, body).await == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        tried += 1;
        assert!(tried < 100, "a made-up address opens no new count");
    }
}

#[db_test(ROOMS)]
async fn what_is_another_communitys_does_not_exist(db: TestDb) {
    let (engine, app, mut clerk) = city(&db).await;
    let city = demo::city(load::SEED, db.world.now().day());
    let own = city.tier(Tier::Community).find(|area| area.name == "海韵社区").unwrap().id;
    let system = Actor::System("a test");
    let (cases, _) = engine.work.list(&system, &Filter::default(), None, 400).await.unwrap();
    let mut foreign = 0;
    for line in &cases {
        let view = engine.work.view(&system, line.id).await.unwrap();
        if view.loaded.case.areas.community == Some(own) || clerk_works_on(&view, &city, own) {
            continue;
        }
        foreign += 1;
        if foreign > 5 {
            break;
        }
        for path in [
            format!("/cases/{}", line.id),
            format!("/cases/{}/steps/accept", line.id),
            format!("/my/{}", line.number),
        ] {
            clerk.get(&path).await;
            assert!(
                clerk.status == StatusCode::NOT_FOUND || clerk.status.is_redirection(),
                "{path}: {}",
                clerk.status
            );
            assert!(!clerk.text.contains(&line.title), "{path}");
        }
        clerk.post(&format!("/cases/{}/phone", line.id), &[("reason", "只是想看看")]).await;
        assert_eq!(clerk.status, StatusCode::NOT_FOUND);
        for file in view.files.iter().take(1) {
            assert_eq!(clerk.get(&format!("/pictures/{}", file.file_id)).await, StatusCode::NOT_FOUND);
        }
    }
    assert!(foreign > 2, "there are others' cases to try");
    let mut other = signed_in(&db, &app, "市路灯管理所", "经办人").await;
    let phone = linli_base::Phone::parse("phone", &demo::phone(1)).unwrap();
    let person = linli_org::sign_in::person_of(&engine.org, &phone).await.unwrap().unwrap();
    let mut first = Client::new(&app);
    first.sign_in(&demo::phone(1), demo::PASSWORD).await;
    let session = linli_org::sign_in::sessions(&engine.org, person).await.unwrap()[0].id;
    assert_eq!(other.post(&format!("/me/sessions/{session}/end"), &[]).await, StatusCode::NOT_FOUND);
    assert_eq!(first.get("/desk").await, StatusCode::OK, "nobody ends another's session");
}

/// Whether the office of the community works on the case though it lies elsewhere.
fn clerk_works_on(view: &linli_casework::CaseView, city: &demo::City, own: linli_base::AreaId) -> bool {
    let office = city.office_of(own).map(|org| org.id);
    let case = &view.loaded.case;
    [case.desk, case.lead, case.holder].contains(&office)
        || case.helpers.iter().any(|helper| Some(*helper) == office)
}

#[db_test(ROOMS)]
async fn a_token_of_another_post_opens_nothing(db: TestDb) {
    let (engine, app, mut clerk) = city(&db).await;
    let city = demo::city(load::SEED, db.world.now().day());
    let own = city.tier(Tier::Community).find(|area| area.name == "海韵社区").unwrap().id;
    let accounts = city.accounts();
    let token = async |org: &str, title: &str| {
        let account = accounts.iter().find(|a| a.org.name == org && a.post.title == title).unwrap();
        let (out, mut lines) = tokio::sync::mpsc::unbounded_channel();
        let order = Order::MakeToken {
            phone: account.person.phone.clone(),
            org: Some(org.to_owned()),
            name: "对接".to_owned(),
            days: 7,
        };
        orders::obey(&engine, order, out).await;
        let Some(Line::Done { args, .. }) = lines.recv().await else { panic!("a token for {title}") };
        args[0].1.clone()
    };
    let bearer = |token: &str, request: axum::http::request::Builder| {
        request.header(header::AUTHORIZATION, format!("Bearer {token}"))
    };
    let accepting = Filter { state: Some("accepting".to_owned()), ..Filter::default() };
    let (cases, _) = engine.work.list(&Actor::System("a test"), &accepting, None, 200).await.unwrap();
    let mut foreign = None;
    for line in &cases {
        let view = engine.work.view(&Actor::System("a test"), line.id).await.unwrap();
        if view.loaded.case.areas.community.is_some_and(|community| community != own) {
            foreign = Some(view);
        }
    }
    let foreign = foreign.expect("something waits elsewhere");
    let step = |view: &linli_casework::CaseView| {
        let body = serde_json::json!({"version": view.loaded.row.version,
            "input": {"kind": "help", "category": "road.lamp", "level": "normal"}});
        (format!("/api/v1/cases/{}/steps/accept", view.loaded.row.id), body.to_string())
    };
    let json = |path: &str| Request::post(path).header(header::CONTENT_TYPE, "application/json");

    let mut program = Client::new(&app);
    let clerks = token("海韵社区居民委员会", "受理派单员").await;
    let (path, body) = step(&foreign);
    assert_eq!(program.send(bearer(&clerks, json(&path)), body.clone()).await, StatusCode::NOT_FOUND);
    let path_of_case = format!("/api/v1/cases/{}", foreign.loaded.row.id);
    assert_eq!(
        program.send(bearer(&clerks, Request::get(&path_of_case)), "").await,
        StatusCode::NOT_FOUND,
        "another community's case does not exist for it"
    );
    assert!(!program.text.contains(&foreign.loaded.row.number));

    let callers = token("海阳市12345受理中心", "回访员").await;
    program.send(bearer(&callers, json(&path)), body.clone()).await;
    assert_eq!(program.status, StatusCode::CONFLICT);
    assert!(program.text.contains("problem:not_yours"), "who calls back does not accept: {}", program.text);
    let before = engine.work.view(&Actor::System("a test"), foreign.loaded.row.id).await.unwrap();
    assert_eq!(before.loaded.row.state, "accepting", "and nothing has happened");

    for path in ["/desk", "/areas", "/me/sessions"] {
        assert!(
            program.send(bearer(&clerks, Request::get(path)), "").await.is_redirection(),
            "{path}: no page"
        );
    }
    program.cookies.insert("session".to_owned(), clerks.clone());
    assert!(program.get("/desk").await.is_redirection(), "a token is no cookie");
    program.cookies.clear();
    let cookie = clerk.cookies["session"].clone();
    program.send(bearer(&cookie, Request::get(&path_of_case)), "").await;
    assert_eq!(program.status, StatusCode::UNAUTHORIZED, "and a cookie no token");
    assert_eq!(clerk.get("/desk").await, StatusCode::OK);
}
