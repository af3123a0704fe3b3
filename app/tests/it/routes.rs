//! Every route of the program, called as a stranger, as a resident and in each role of each tier, beside the
//! committed `docs/routes.txt`. A new route without a line fails.

use crate::{client::Client, kept::city};
use axum::http::{Method, Request, StatusCode, header};
use linli_app::{
    demo,
    engine::{Engine, ROOMS, statements},
    load,
    serve::{Mode, app},
};
use linli_authz::{Actor, Role, Scope, Tier};
use linli_base::Phone;
use linli_casework::Filter;
use linli_org::{
    bulk,
    people::{NewPerson, Particulars},
    sign_in::{self, NewToken},
};
use linli_testkit::{TestDb, db_test};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// They lie outside `dress`, for whoever watches the program; `health` has its own words about them.
const APART: [&str; 3] = ["/healthz", "/readyz", "/metrics"];
/// What anybody may open, by the beginning of its path. `/my` and `/say/pictures` hang on a signed cookie or name.
const PUBLIC: &[&str] = &[
    "/",
    "/say",
    "/find",
    "/r/",
    "/sign-in",
    "/switch",
    "/static",
    "/privacy",
    "/accessibility",
    "/me",
    "/demo",
    "/article",
    "/figures/public",
    "/public",
    "/call",
    "/services",
    "/poster",
    "/wish",
    "/wishes",
    "/alliances",
    "/programmes",
    "/thanks",
    "/hsds",
    "/api/openapi.json",
    "/api/v1/requests",
    "/my/",
];

/// Method and path of each `.route(…)` in the sources.
fn routes() -> BTreeSet<(String, Method)> {
    let mut found = BTreeSet::new();
    for ring in ["kernel", "core", "projects", "."] {
        let Ok(crates) = std::fs::read_dir(Path::new(ROOT).join(ring)) else { continue };
        for one in crates.flatten() {
            if ring != "." || one.file_name() == "app" {
                walk(&one.path().join("src"), &mut found);
            }
        }
    }
    found
}

fn walk(folder: &Path, found: &mut BTreeSet<(String, Method)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code: String = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .fold(String::new(), |all, line| all + line + "\n");
            for part in code.split(".route(").skip(1) {
                read(part, found);
            }
        }
    }
}

fn read(part: &str, found: &mut BTreeSet<(String, Method)>) {
    let Some(rest) = part.trim_start().strip_prefix('"') else { return };
    let (path, rest) = rest.split_once('"').unwrap();
    let mut depth = 1;
    let inside: String = rest
        .chars()
        .take_while(|c| {
            depth += i32::from(*c == '(') - i32::from(*c == ')');
            depth > 0
        })
        .collect();
    for (word, method) in [
        ("get(", Method::GET),
        ("post(", Method::POST),
        ("put(", Method::PUT),
        ("delete(", Method::DELETE),
        ("patch(", Method::PATCH),
    ] {
        let called = inside
            .match_indices(word)
            .any(|(at, _)| !inside[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'));
        if called {
            found.insert((path.to_owned(), method));
        }
    }
}

/// Somebody to be tried as: a heading, a phone to sign in with, and a token for the API.
struct Who {
    name: &'static str,
    phone: Option<String>,
    token: Option<String>,
}

const ROLES: [(&str, &str, &str, &[Role]); 16] = [
    ("city.clerk", "海阳市12345受理中心", "受理员", &[Role::Clerk]),
    ("city.leader", "海阳市12345受理中心", "主任", &[Role::Leader]),
    ("city.auditor", "海阳市12345受理中心", "审核员", &[Role::Auditor]),
    ("city.caller", "海阳市12345受理中心", "回访员", &[Role::Caller]),
    ("street.clerk", "方圆街道办事处", "受理派单员", &[Role::Clerk]),
    ("street.auditor", "方圆街道办事处", "审核员", &[Role::Auditor]),
    ("street.caller", "方圆街道办事处", "回访员", &[Role::Caller]),
    ("comm.clerk", "海韵社区居民委员会", "受理派单员", &[Role::Clerk]),
    ("comm.worker", "海韵社区居民委员会", "社区工作者", &[Role::Worker]),
    ("grid.worker", "海韵社区居民委员会", "网格员", &[Role::GridWorker]),
    ("unit.leader", "市路灯管理所", "负责人", &[Role::Leader]),
    ("unit.worker", "市路灯管理所", "经办人", &[Role::Worker]),
    ("comm.leader", "海韵社区居民委员会", "书记", &[Role::Leader]),
    ("system", "海阳市12345受理中心", "系统管理员", &[Role::SystemAdmin]),
    ("security", "海阳市12345受理中心", "安全管理员", &[Role::SecurityAdmin]),
    ("audit", "海阳市12345受理中心", "审计管理员", &[Role::AuditAdmin]),
];

async fn everybody(engine: &Engine) -> Vec<Who> {
    let city = demo::city(load::SEED, engine.site.world.now().day());
    let accounts = city.accounts();
    let mut all = vec![Who { name: "stranger", phone: None, token: None }];
    let hash =
        engine.org.passwords.hash(demo::PASSWORD.to_owned(), engine.site.world.ids.as_ref()).await.unwrap();
    let phone = Phone::parse("phone", "19900009999").unwrap();
    let particulars = Particulars { name: "李大爷".to_owned(), name_en: None, phone: Some(phone.clone()) };
    let resident = NewPerson::new(&engine.org, engine.site.world.id(), particulars).unwrap();
    let resident = NewPerson { password_hash: Some(hash), ..resident };
    let made = engine.org.db.write(async move |tx| {
        bulk::people(tx, &Scope::system("a test"), std::slice::from_ref(&resident)).await
    });
    made.await.unwrap();
    all.push(Who { name: "resident", phone: Some(phone.digits().to_owned()), token: None });
    for (name, org, title, roles) in ROLES {
        let found = accounts.iter().find(|account| {
            account.org.name == org
                && account.post.title == title
                && roles.iter().all(|role| account.post.roles.contains(role))
        });
        let account = found.unwrap_or_else(|| panic!("{name} has a demo account"));
        let new = NewToken {
            person: account.person.id,
            post: account.post.id,
            name: "试".to_owned(),
            ends_at: engine.site.world.now().plus_hours(24 * 30),
        };
        let (_, token) = sign_in::make_token(&engine.org, &Actor::System("a test"), new).await.unwrap();
        all.push(Who { name, phone: Some(account.person.phone.clone()), token: Some(token) });
    }
    all
}

/// What stands in the places of a path: a case, an area, an org, a person of another street, their post.
async fn places(engine: &Engine) -> BTreeMap<&'static str, String> {
    let city = demo::city(load::SEED, engine.site.world.now().day());
    let community = city.tier(Tier::Community).find(|area| area.name == "海韵社区").unwrap();
    let filter = Filter::default();
    let (cases, _) = engine.work.list(&Actor::System("a test"), &filter, None, 200).await.unwrap();
    let case = cases.first().unwrap();
    let (person, post) = city
        .people
        .iter()
        .zip(&city.posts)
        .rfind(|(_, post)| post.area.is_some() && post.org != city.office_of(community.id).unwrap().id)
        .unwrap();
    let day = engine.site.world.now().day();
    let items = linli_hearts::services::list(&mut engine.org.db.read(), None, day).await.unwrap();
    let item = items.first().unwrap().id.to_string();
    BTreeMap::from([
        ("/services/{id}", item.clone()),
        ("/catalogue/{id}", item),
        ("/cases/{id}", case.id.to_string()),
        ("/api/v1/cases/{id}", case.id.to_string()),
        ("/areas/{id}", community.id.to_string()),
        ("/orgs/{id}", post.org.to_string()),
        ("/people/{id}", person.id.to_string()),
        ("/posts/{id}", post.id.to_string()),
        ("{id}", "0190a6b2-7c1e-7000-8000-000000000003".to_owned()),
        ("{number}", case.number.clone()),
        ("{step}", "accept".to_owned()),
    ])
}

fn filled(path: &str, places: &BTreeMap<&'static str, String>) -> String {
    let mut out = path.to_owned();
    for (place, value) in places.iter().rev() {
        if place.starts_with('/') && out.starts_with(place) {
            out = out.replacen("{id}", value, 1);
        }
    }
    for (place, value) in places {
        if !place.starts_with('/') {
            out = out.replace(place, value);
        }
    }
    while let Some((before, rest)) = out.clone().split_once('{') {
        out = format!("{before}x{}", rest.split_once('}').unwrap().1);
    }
    out
}

async fn call(client: &mut Client, who: &Who, method: &Method, path: &str) -> StatusCode {
    if path.starts_with("/api/") {
        let request =
            Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        let request = match &who.token {
            Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        };
        return client.send(request, "{}").await;
    }
    match *method {
        Method::GET => client.get(path).await,
        _ => client.post(path, &[]).await,
    }
}

#[db_test(ROOMS)]
async fn every_route_is_as_the_committed_list_says(db: TestDb) {
    let (engine, _) = city(&db).await;
    let (everybody, places) = (everybody(&engine).await, places(&engine).await);
    let app = app(engine, Mode { demo: true, ..Mode::default() });
    let routes: Vec<_> = routes().into_iter().filter(|(path, _)| !APART.contains(&path.as_str())).collect();
    assert!(routes.len() > 60, "the sources are read: {}", routes.len());
    let mut answers: Vec<Vec<u16>> = vec![Vec::new(); routes.len()];
    for who in &everybody {
        // throttles start afresh, and no session is old
        db.clock.advance_ms(3_600_000);
        let mut client = Client::new(&app);
        for ((path, method), answers) in routes.iter().zip(&mut answers) {
            if let Some(phone) = who.phone.as_deref().filter(|_| !client.cookies.contains_key("session")) {
                client.sign_in(phone, demo::PASSWORD).await;
            }
            if client.csrf.is_empty() {
                client.get("/sign-in").await;
            }
            let status = call(&mut client, who, method, &filled(path, &places)).await;
            answers.push(status.as_u16());
            guarded(&client, path);
        }
    }
    let mut opened = Vec::new();
    for ((path, method), answers) in routes.iter().zip(&answers) {
        let within = |public: &str, rest: &str| public.ends_with('/') || rest.starts_with('/');
        let open = |public: &&str| {
            let rest = path.strip_prefix(*public);
            rest.is_some_and(|rest| rest.is_empty() || (public.len() > 1 && within(public, rest)))
        };
        let open = PUBLIC.iter().any(open) && !path.starts_with("/me/");
        if answers[0] == 200 && !open {
            opened.push(format!("{method} {path}"));
        }
        assert!(!answers.contains(&500), "{method} {path} breaks: {answers:?}");
    }
    assert_eq!(opened, Vec::<String>::new(), "what a stranger may open is on the list");
    compare("docs/routes.txt", &listed(&routes, &everybody, &answers));
}

/// The headers that every answer carries, whoever asks for whatever.
fn guarded(client: &Client, path: &str) {
    let header = |name: &str| client.headers.get(name).map_or("", |value| value.to_str().unwrap());
    let policy = header("content-security-policy");
    assert!(
        policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"),
        "{path}: {policy}"
    );
    assert!(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"), "{path}: {policy}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(header("referrer-policy"), "same-origin", "{path}");
    assert!(!header("cache-control").is_empty(), "{path}");
    let inline = client.text.contains("<script>")
        || client.text.contains(" onclick=")
        || client.text.contains(" style=\"");
    assert!(!inline || header("content-type").contains("json"), "{path}: nothing inline");
}

fn listed(routes: &[(String, Method)], everybody: &[Who], answers: &[Vec<u16>]) -> String {
    let mut out = String::from(
        "# What each route answers to whom: 200 there it is, 303 led on (a stranger to signing in), 401 no token,\n\
         # 403 not theirs, 404 not there for them, 400 and 422 an empty form, 409 a rule says no. Written by\n\
         # UPDATE=1 cargo nextest run -p linli-app every_route, and reviewed.\n",
    );
    for (nth, who) in everybody.iter().enumerate() {
        out += &format!("# {:<2} {}\n", nth, who.name);
    }
    out += &format!("{:<50}", "#");
    (0..everybody.len()).for_each(|nth| out += &format!(" {nth:>3}"));
    for ((path, method), answers) in routes.iter().zip(answers) {
        out += &format!("\n{:<50}", format!("{:<5}{path}", method.as_str()));
        answers.iter().for_each(|status| out += &format!(" {status}"));
    }
    out.push('\n');
    out
}

/// Every statement that stands outside the scope, with its reason.
#[test]
fn unscoped_statements_are_those_of_the_committed_list() {
    let mut lines: Vec<String> = statements()
        .into_iter()
        .filter_map(|stmt| {
            stmt.unscoped.map(|why| {
                let sql: Vec<&str> = stmt.sql.split_whitespace().collect();
                let verb = sql.first().copied().unwrap_or_default();
                let table = sql.iter().skip_while(|word| !["FROM", "INTO", "UPDATE"].contains(*word)).nth(1);
                format!("{:<20} {:<7} {:<18} {why}", stmt.name, verb, table.copied().unwrap_or_default())
            })
        })
        .collect();
    lines.sort();
    let head = "# Statements without a scope, and why each may be. Written by UPDATE=1, and reviewed.\n";
    compare("docs/unscoped.txt", &format!("{head}{}\n", lines.join("\n")));
}

fn compare(name: &str, made: &str) {
    let path = format!("{ROOT}/{name}");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    for (made, committed) in made.lines().zip(committed.lines()) {
        assert_eq!(made, committed, "{name}: run again with UPDATE=1 and review");
    }
    assert_eq!(made, committed, "{name}: run again with UPDATE=1 and review");
}
