//! What is measured in one city.

use crate::{
    city::{City, said},
    load::{Make, Measured, Until, ask, measured, now, request},
    report::{Report, Row},
    server::Server,
};
use axum::extract::ConnectInfo;
use linli_app::orders::{self, Line, Order};
use linli_app::serve::Mode;
use linli_authz::Scope;
use linli_base::{Problem, Result, World};
use linli_store::{
    Db, Query, Snapshot, args,
    replay::{self, Work},
    row, statements,
};
use serde_json::json;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::mpsc;
use tower::ServiceExt;

/// How much is asked.
#[derive(Clone, Debug)]
pub struct Plan {
    pub clients: usize,
    pub seconds: f64,
    pub creates: usize,
    /// How the names of the rows begin that are measured; all where there is none.
    pub only: Vec<String>,
}

impl Plan {
    pub fn wants(&self, row: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|begins| row.starts_with(begins.as_str()))
    }
}

statements! {
    WAITING(unscoped "a bench counts") = "SELECT CAST((SELECT COUNT(*) FROM outbox WHERE taken_at IS NULL) + \
        (SELECT COUNT(*) FROM job WHERE name LIKE 'case.%' AND locked_until IS NULL) AS BIGINT) AS many";
}

row! { struct Left { many: i64 } }

/// How many different requests of a page are recorded.
const RECORDED: usize = 64;

/// Words that many cases hold, that some do, and that few do.
const WORDS: [&str; 4] = ["路灯", "物业 电梯", "垃圾 清运", "37号楼"];

/// Measures a city; `small` holds the rows of the same pages at fewer cases.
pub async fn city(
    city: &City,
    plan: &Plan,
    report: &mut Report,
    small: &[(String, Measured)],
) -> Result<Vec<(String, Measured)>> {
    let reference = if plan.wants("create") { Some(replayed(city, plan).await?) } else { None };
    let mut alone = statements(city, plan).await?;
    let server = Server::start(&city.data, &city.store).await?;
    let place = format!("{}, {} cases", city.name, city.cases);
    let start = server.start.as_secs_f64();
    report.facts.push((
        format!("start to first answer, {place}"),
        format!("{start:.2} s"),
        Some(start <= 0.3),
    ));
    let idle = server.memory();
    report.facts.push((format!("memory, idle, {place}"), format!("{idle:.0} MB"), Some(idle <= 80.0)));

    if let Some(counted) = city.counted {
        let cases = f64::from(u32::try_from(city.cases).unwrap_or(u32::MAX));
        let seconds = counted.as_secs_f64();
        let told = format!("{seconds:.0} s, {:.0} cases a second", cases / seconds);
        report.facts.push((format!("all figures counted anew, {place}"), told, None));
    }
    let (jobs, drained) = drained(city).await?;
    let pace = f64::from(u32::try_from(jobs).unwrap_or(u32::MAX)) / drained.as_secs_f64();
    let told = format!("{jobs} in {:.0} s, {pace:.0} a second", drained.as_secs_f64());
    report.facts.push((format!("announcements of the reference told, {place}"), told, None));
    let (mut most, mut seen) = (idle, Vec::new());
    for (what, make) in pages(city, server.port, plan) {
        let got = ask(server.port, plan.clients, Until::Seconds(plan.seconds), 200, make).await?;
        most = most.max(server.memory());
        let bare = bare(&city.data, &got.body, plan).await?;
        seen.push((what.clone(), got.clone()));
        let before = small.iter().find(|(other, _)| *other == what).map(|(_, measured)| measured);
        let row = Row {
            what: what.clone(),
            on: city.name,
            cases: city.cases,
            measured: got,
            reference: Some(bare),
            statements: alone.remove(&what),
            bars: Vec::new(),
        };
        let row = if what.starts_with("case") || what.starts_with("desk") { row.share(0.3) } else { row };
        let row = match before {
            None => row,
            Some(_) if what.starts_with("home") => row,
            Some(_) if what.starts_with("figures") => row.p99(100.0),
            Some(before) => row.p99(50.0).beside(before, 1.5),
        };
        report.rows.push(row);
    }
    if let Some(reference) = reference {
        let (port, times) = (server.port, Until::Times(plan.creates));
        let got = ask(port, plan.clients, times, 201, creates(city, port)).await?;
        most = most.max(server.memory());
        let row = Row {
            what: "create".to_owned(),
            on: city.name,
            cases: city.cases,
            measured: got,
            reference: Some(reference),
            statements: None,
            bars: Vec::new(),
        };
        report.rows.push(row.share(0.5).p99(30.0));
    }
    report.facts.push((
        format!("memory, most under load, {place}"),
        format!("{most:.0} MB"),
        Some(most <= 200.0),
    ));
    Ok(seen)
}

/// What is asked of the server, with the same path for the same n.
fn pages(city: &City, port: u16, plan: &Plan) -> Vec<(String, Make)> {
    let get = |cookie: &str, path: Arc<dyn Fn(usize) -> String + Send + Sync>| -> Make {
        let cookie = cookie.to_owned();
        Arc::new(move |n| request("GET", &path(n), port, &cookie, n, Vec::new()))
    };
    let fixed = |path: &str| -> Arc<dyn Fn(usize) -> String + Send + Sync> {
        let path = path.to_owned();
        Arc::new(move |_| path.clone())
    };
    let ids = city.ids.clone();
    let case = Arc::new(move |n: usize| {
        ids.get(n * 31 % ids.len().max(1)).map_or(String::new(), |id| format!("/cases/{id}"))
    });
    let search = |n: usize| {
        let words = WORDS.get(n % WORDS.len()).copied().unwrap_or_default();
        let encoded = words.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
        format!("/desk?q={encoded}")
    };
    let all = vec![
        ("home".to_owned(), get("", fixed("/"))),
        ("case".to_owned(), get(&city.desk, case)),
        ("desk, a community's".to_owned(), get(&city.community, fixed("/desk"))),
        ("desk, the city's".to_owned(), get(&city.desk, fixed("/desk?view=all"))),
        ("search, a community's".to_owned(), get(&city.community, Arc::new(search))),
        ("search, the city's".to_owned(), get(&city.desk, Arc::new(search))),
        ("figures, a year of the city".to_owned(), get(&city.desk, fixed("/figures?period=year"))),
    ];
    all.into_iter().filter(|(what, _)| plan.wants(what)).collect()
}

fn creates(city: &City, port: u16) -> Make {
    let (places, world) = (city.places.clone(), World::system());
    Arc::new(move |n| {
        let place = places.get(n % places.len().max(1)).map_or("", String::as_str);
        // a phone that cannot be read would be refused by the server, and the bench would tell
        let new = said(n, place).unwrap_or_default();
        let phone = new.phone.as_ref().map(|phone| phone.digits().to_owned());
        let body = json!({
            "client_id": world.ids.uuid(world.now()), "title": new.title, "body": new.body, "address": new.place,
            "phone": phone,
        });
        request("POST", "/api/v1/requests", port, "", n, body.to_string().into_bytes())
    })
}

/// Waits until the worker has done what the reference of creating left, which is not what a page costs. Answers how
/// many announcements there were and how long they took.
async fn drained(city: &City) -> Result<(i64, Duration)> {
    let begun = now();
    let before = waiting(city).await?;
    while waiting(city).await? > 0 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok((before, begun.elapsed()))
}

async fn waiting(city: &City) -> Result<i64> {
    let snapshot = Snapshot::open(&city.store).await?;
    Ok(snapshot.db().read().one::<Left>(&WAITING, &Scope::system("bench"), args![]).await?.many)
}

/// The reference of creating: all that was recorded, asked again by as many clients.
async fn replayed(city: &City, plan: &Plan) -> Result<Measured> {
    asked_again(&city.db().await?, city.creates.clone(), plan.clients, Until::Times(city.creates.len())).await
}

/// What each page asks of the database, asked again.
async fn statements(city: &City, plan: &Plan) -> Result<BTreeMap<String, Measured>> {
    let engine = city.engine().await?;
    let app = linli_app::serve::app(engine.clone(), Mode::default());
    let mut heard = Vec::new();
    for (what, make) in pages(city, 0, plan) {
        let mut works = Vec::new();
        // the first counts what the pages then show for a while
        for n in 0..=RECORDED {
            let mut request = make(n).map(axum::body::Body::new);
            request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))));
            replay::listen();
            let answer = app.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
            let work = replay::heard();
            if !answer.status().is_success() {
                return Err(Problem::broken("recording a page", format!("{what}: {}", answer.status())));
            }
            works.extend((n > 0).then_some(work));
        }
        heard.push((what, Arc::new(works)));
    }
    let mut alone = BTreeMap::new();
    for (what, works) in heard {
        let seconds = Until::Seconds(plan.seconds.min(2.0));
        alone.insert(what, asked_again(&engine.org.db, works, plan.clients, seconds).await?);
    }
    Ok(alone)
}

/// Asks what was recorded, over and over where `until` wants more.
async fn asked_again(db: &Db, works: Arc<Vec<Work>>, clients: usize, until: Until) -> Result<Measured> {
    let (next, begun) = (Arc::new(AtomicUsize::new(0)), now());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..clients {
        let (db, works, next) = (db.clone(), works.clone(), next.clone());
        tasks.spawn(async move {
            let mut took = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                let Some(work) = works.get(n % works.len().max(1)).filter(|_| until.goes_on(n, begun)) else {
                    break;
                };
                let one = now();
                db.replay(work).await?;
                took.push(one.elapsed());
            }
            Ok::<_, Problem>(took)
        });
    }
    let mut took = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        took.extend(ended.map_err(|e| Problem::broken("replaying", e))??);
    }
    Ok(measured(took, begun.elapsed()))
}

async fn bare(data: &Path, body: &[u8], plan: &Plan) -> Result<Measured> {
    let file = data.join("bare.html");
    std::fs::write(&file, body).map_err(|e| Problem::broken("writing a page", e))?;
    let server = Server::bare(&file).await?;
    let port = server.port;
    let make: Make = Arc::new(move |n| request("GET", "/", port, "", n, Vec::new()));
    ask(port, plan.clients, Until::Seconds(plan.seconds.min(3.0)), 200, make).await
}

/// Imports a table through the server while 8 clients create.
pub async fn import(city: &City, file: &Path, map: &Path, report: &mut Report) -> Result<()> {
    let server = Server::start(&city.data, &city.store).await?;
    let (data, begun) = (city.data.clone(), now());
    let order = Order::ImportRequests { file: absolute(file), map: absolute(map) };
    let importing = tokio::spawn(async move {
        let (out, mut lines) = mpsc::unbounded_channel();
        let handed = orders::hand(&data, &order, out).await;
        let mut last = None;
        while let Ok(line) = lines.try_recv() {
            last = Some(line);
        }
        (handed, last, begun.elapsed())
    });
    let stop = Arc::new(AtomicUsize::new(0));
    let (make, port) = (creates(city, server.port), server.port);
    let mut took = Vec::new();
    while !importing.is_finished() {
        let round: Make = {
            let (make, stop) = (make.clone(), stop.clone());
            Arc::new(move |_| make(stop.fetch_add(1, Ordering::Relaxed)))
        };
        took.push(ask(port, 8, Until::Seconds(0.5), 201, round).await?);
    }
    let (_, last, whole) = importing.await.map_err(|e| Problem::broken("importing", e))?;
    let Some(Line::Done { key, args }) = last else {
        return Err(Problem::broken("importing", format!("it ended with {last:?}")));
    };
    let value =
        |name: &str| args.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value.as_str());
    let new = value("new").parse::<f64>().unwrap_or(0.0);
    let a_second = new / whole.as_secs_f64();
    let said = format!("{a_second:.0} rows a second ({new} in {:.1} s, {key})", whole.as_secs_f64());
    report.facts.push((format!("import, {}, while creates go on", city.name), said, Some(a_second > 3000.0)));
    let beside = measured(took.into_iter().flat_map(|round| round.took).collect(), whole);
    let worst_ms = beside.p99.as_secs_f64() * 1e3;
    let said = format!("p99 {worst_ms:.0} ms; {:.0} creates a second", beside.a_second);
    report.facts.push((
        format!("creates beside the import, {}, 8 clients", city.name),
        said,
        Some(worst_ms <= 100.0),
    ));
    Ok(())
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_gone| path.to_owned())
}
