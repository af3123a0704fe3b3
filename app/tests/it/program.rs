use crate::kept::city;
use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode},
};
use linli_app::{
    config::Config,
    engine::{Engine, ROOMS, WORDS, statements},
    orders::{self, Line, Order},
    serve::{Mode, app},
};
use linli_i18n::Lang;
use linli_store::{Config as Store, lint};
use linli_testkit::{TestDb, db_test, prepare_all};
use serde_json::{Value, json};
use std::net::IpAddr;
use tower::ServiceExt;

/// The settings of an engine of its own beside the test's database: the same kind, in a folder or schema of its own.
pub fn config(db: &TestDb) -> Config {
    let folder = db.folder.path().join("city");
    Config {
        store: db.another(&folder),
        key_file: folder.join("linli.key"),
        data: folder,
        listen: IpAddr::from([127, 0, 0, 1]),
        port: 8080,
        base_url: Some("http://localhost".to_owned()),
        proxies: Vec::new(),
    }
}

pub async fn engine(db: &TestDb) -> Engine {
    Engine::open(&config(db), db.world.clone(), true).await.unwrap()
}

/// A key file that its owner alone may read.
pub fn write_key(config: &Config, text: &str) {
    std::fs::create_dir_all(&config.data).unwrap();
    std::fs::write(&config.key_file, text).unwrap();
    let owner = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&config.key_file, owner).unwrap();
}

pub async fn send(app: &Router, request: Request<Body>) -> Response<Body> {
    app.clone().oneshot(request).await.unwrap()
}

pub fn get(path: &str) -> Request<Body> {
    Request::get(path).header("host", "localhost").body(Body::empty()).unwrap()
}

pub async fn text(response: Response<Body>) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 24).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub async fn body(response: Response<Body>) -> Value {
    serde_json::from_str(&text(response).await).unwrap()
}

#[test]
fn every_statement_and_table_keeps_the_contract() {
    assert_eq!(lint(ROOMS, &statements()), Vec::<String>::new());
}

#[db_test(ROOMS)]
async fn every_statement_is_taken(db: TestDb) {
    prepare_all(&db, &statements()).await;
}

/// Every word that a table names has both languages.
#[test]
fn the_words_of_every_procedure_are_there() {
    let mut missing = Vec::new();
    let mut want = |key: String| {
        if WORDS.lookup(Lang::Zh, &key, &[("org", String::new()), ("number", String::new())]).is_none() {
            missing.push(key);
        }
    };
    for procedure in linli_app::engine::PROCEDURES {
        for state in procedure.states {
            want(format!("state.{}", state.name));
            want(format!("asker_state.{}", state.name));
        }
        for clock in procedure.clocks {
            want(format!("clock.{}", clock.name));
        }
        for step in procedure.steps {
            want(format!("step.{}", step.name));
            if !matches!(step.to, linli_procedure::To::Stay) {
                want(format!("told.{}", step.name));
            }
            step.notices.iter().for_each(|notice| want(format!("notice.{}", notice.key)));
            step.marks.iter().for_each(|mark| want(format!("mark.{mark}")));
            for field in step.form {
                want(format!("field.{}", field.name));
                if let linli_procedure::FieldKind::Choice(choices) = field.kind {
                    choices.iter().for_each(|choice| want(format!("option.{}.{choice}", field.name)));
                }
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

fn say(client: &str, title: &str) -> Request<Body> {
    let body = json!({"client_id": client, "title": title, "body": "门口的灯坏了", "phone": "19900001234"});
    Request::post("/api/v1/requests").header("host", "localhost").body(Body::from(body.to_string())).unwrap()
}

#[db_test(ROOMS)]
async fn a_program_says_something_and_looks_it_up(db: TestDb) {
    let app = app(engine(&db).await, Mode::default());
    let client = "0190a6b2-7c1e-7000-8000-000000000001";
    let said = send(&app, say(client, "路灯不亮")).await;
    assert_eq!(said.status(), StatusCode::CREATED);
    let said = body(said).await;
    assert_eq!(body(send(&app, say(client, "路灯不亮")).await).await, said, "the same answer again");
    let other = send(&app, say(client, "别的事")).await;
    assert_eq!(other.status(), StatusCode::CONFLICT);
    assert_eq!(other.headers()["content-type"], "application/problem+json");
    assert!(!text(other).await.contains(said["code"].as_str().unwrap()), "never the first one's code");

    let path = format!("/api/v1/requests/{}", said["number"].as_str().unwrap());
    let look = |code: &str| {
        let request = Request::get(&path).header("host", "localhost").header("x-lookup-code", code);
        request.body(Body::empty()).unwrap()
    };
    let seen = body(send(&app, look(said["code"].as_str().unwrap())).await).await;
    assert_eq!((seen["state"].as_str(), seen["title"].as_str()), (Some("accepting"), Some("路灯不亮")));
    assert_eq!(seen["timeline"][0]["step"], "say");
    for _ in 0..5 {
        assert_eq!(send(&app, look("00000000")).await.status(), StatusCode::NOT_FOUND);
    }
    assert_eq!(send(&app, look("00000000")).await.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        send(&app, look(said["code"].as_str().unwrap())).await.status(),
        StatusCode::OK,
        "the right one works"
    );
}

#[db_test(ROOMS)]
async fn bad_input_is_told_field_by_field(db: TestDb) {
    let app = app(engine(&db).await, Mode::default());
    let body_text = json!({"client_id": "0190a6b2-7c1e-7000-8000-000000000002", "title": " ", "body": "x",
        "lat": 36.7, "phone": "1380000567"});
    let request =
        Request::post("/api/v1/requests").header("host", "localhost").header("accept-language", "en");
    let refused = send(&app, request.body(Body::from(body_text.to_string())).unwrap()).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let refused = body(refused).await;
    let fields: Vec<&str> =
        refused["flaws"].as_array().unwrap().iter().map(|f| f["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["title", "lat", "phone"]);
    let garbled =
        Request::post("/api/v1/requests").header("host", "localhost").body(Body::from("{")).unwrap();
    assert_eq!(send(&app, garbled).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

/// What a stranger gets at each door: nothing that is someone's.
#[db_test(ROOMS)]
async fn a_stranger_is_led_to_signing_in(db: TestDb) {
    let app = app(engine(&db).await, Mode::default());
    let id = "0190a6b2-7c1e-7000-8000-000000000003";
    for path in [
        "/desk".to_owned(),
        "/tasks".to_owned(),
        "/inbox".to_owned(),
        "/areas".to_owned(),
        "/orgs".to_owned(),
        "/hats".to_owned(),
        "/me/sessions".to_owned(),
        format!("/cases/{id}"),
        format!("/people/{id}/edit"),
        "/desk/export".to_owned(),
        "/areas.csv".to_owned(),
    ] {
        let response = send(&app, get(&path)).await;
        let to =
            response.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
        assert!(
            response.status().is_redirection() && to.starts_with("/sign-in"),
            "{path}: {} {to}",
            response.status()
        );
    }
    for path in
        ["/api/v1/cases".to_owned(), format!("/api/v1/cases/{id}"), format!("/api/v1/cases/{id}/timeline")]
    {
        assert_eq!(send(&app, get(&path)).await.status(), StatusCode::UNAUTHORIZED, "{path}");
    }
    let page = send(&app, get("/")).await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    let elsewhere = Request::get("/").header("host", "evil.example").body(Body::empty()).unwrap();
    assert_eq!(send(&app, elsewhere).await.status(), StatusCode::MISDIRECTED_REQUEST);
}

#[db_test(ROOMS)]
async fn an_order_goes_through_the_socket_and_its_lines_come_back(db: TestDb) {
    let engine = engine(&db).await;
    let data = db.folder.path().join("city");
    let (stop, mut stopped) = tokio::sync::watch::channel(false);
    let until = async move { drop(stopped.wait_for(|stop| *stop).await) };
    let listening = tokio::spawn(orders::listen(engine, data.clone(), until));
    let (out, mut lines) = tokio::sync::mpsc::unbounded_channel();
    let order = Order::LoadCalendar { text: "{\"year\": 2027, \"days\": []}".to_owned() };
    // the socket's file is there a moment before somebody listens
    let handed = loop {
        match orders::hand(&data, &order, out.clone()).await {
            Some(handed) => break handed,
            None => tokio::task::yield_now().await,
        }
    };
    handed.unwrap();
    let Some(Line::Refused { key, .. }) = lines.recv().await else { panic!("an empty year is refused") };
    assert_eq!(key, "calendar");
    stop.send(true).unwrap();
    listening.await.unwrap();
    assert!(!orders::socket(&data).exists());
}

#[db_test(ROOMS)]
async fn a_program_with_a_token_works_a_case(db: TestDb) {
    let (engine, _) = city(&db).await;
    let (out, mut lines) = tokio::sync::mpsc::unbounded_channel();
    let phone = linli_app::demo::phone(1);
    let order = Order::MakeToken { phone, org: None, name: "测试".to_owned(), days: 7 };
    orders::obey(&engine, order, out).await;
    let Some(Line::Done { args, .. }) = lines.recv().await else { panic!("a token is made") };
    let bearer = format!("Bearer {}", args[0].1);
    let app = app(engine, Mode::default());
    let call = |method: &str, path: String, body: &str| {
        let request = Request::builder().method(method).uri(path).header("host", "localhost");
        request.header("authorization", &bearer).body(Body::from(body.to_owned())).unwrap()
    };
    let list =
        body(send(&app, call("GET", "/api/v1/cases?state=accepting&limit=2".to_owned(), "")).await).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    let after = list["next"].as_str().unwrap();
    let next =
        body(send(&app, call("GET", format!("/api/v1/cases?state=accepting&after={after}"), "")).await).await;
    assert_eq!(next["items"].as_array().unwrap().len(), 5, "seven wait to be accepted");

    let id = list["items"][0]["id"].as_str().unwrap();
    let case = body(send(&app, call("GET", format!("/api/v1/cases/{id}"), "")).await).await;
    assert!(case["steps"].as_array().unwrap().contains(&json!("accept")), "{case}");
    let path = format!("/api/v1/cases/{id}/steps/accept");
    let version = case["version"].as_i64().unwrap();
    let accept =
        json!({"version": version, "input": {"kind": "help", "category": "road.lamp", "level": "normal"}});
    let taken = body(send(&app, call("POST", path.clone(), &accept.to_string())).await).await;
    assert_eq!(
        (taken["state"].as_str(), taken["version"].as_i64()),
        (Some("dispatching"), Some(version + 1))
    );
    assert_eq!(send(&app, call("POST", path, &accept.to_string())).await.status(), StatusCode::CONFLICT);
    let timeline = body(send(&app, call("GET", format!("/api/v1/cases/{id}/timeline"), "")).await).await;
    assert_eq!(timeline[1]["input"]["category"], "road.lamp");
}

#[test]
fn the_demo_listens_to_this_machine_only() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config::read(true, false, &|name| (name == "LISTEN").then(|| "0.0.0.0".to_owned())).unwrap();
    assert!(matches!(config.store, Store::Embedded { .. }));
    let mode = Mode { demo: true, ..Mode::default() };
    let refused = runtime.block_on(linli_app::serve::serve(config, mode)).unwrap_err();
    assert!(refused.to_string().contains("demo_loopback"), "{refused}");
}
