//! `linli serve`: pages, API and the worker in one process.

use crate::{
    api, article, config::Config, demo::Years, demo_page, engine::Engine, health, listen::listen, load,
    notices, orders,
};
use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use linli_authz::{Permission, Reach, Scope};
use linli_base::{Problem, Refusal, Result, World};
use linli_casework::Texts;
use linli_jobs::{Bell, When, Worker};
use linli_org::{OrgState, Session};
use linli_web::{Nav, NavItem, Unread, WebError};
use std::{
    net::{IpAddr, UdpSocket},
    time::Duration,
};
use tokio::{net::TcpListener, sync::watch};
use tower_http::compression::CompressionLayer;

/// Which city to serve.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mode {
    /// The invented city.
    pub demo: bool,
    /// The invented city may be reached from other machines; then nothing is unmasked or exported.
    pub open: bool,
    /// The invented city without the article's months.
    pub present_only: bool,
}

/// Serves until it is told to stop. Refusals: `demo_loopback` where the demo would listen to other machines without
/// being told so.
pub async fn serve(config: Config, mode: Mode) -> Result<()> {
    if mode.demo && !mode.open && !config.listen.is_loopback() {
        return Err(Refusal::new("demo_loopback").with("listen", config.listen).into());
    }
    let config = Config { base_url: Some(base_url(&config, mode)), ..config };
    let recorder = health::record();
    let engine = Engine::open(&config, World::system(), mode.demo).await?;
    if mode.demo {
        let years = if mode.present_only { Years::Present } else { Years::All };
        Box::pin(load::load(&engine, years)).await?;
    }
    let starting = |e| Problem::broken("listening", e);
    let listener = TcpListener::bind((config.listen, config.port)).await.map_err(starting)?;
    let (stop, stopped) = watch::channel(false);
    let (worker, until) = (worker(&engine), ended(stopped.clone()));
    let worker = tokio::spawn(async move { worker.run(until).await });
    let orders = tokio::spawn(orders::listen(engine.clone(), config.data.clone(), ended(stopped.clone())));
    let watch = tokio::spawn(watch_keys(engine.clone(), ended(stopped.clone())));
    announce(&config, mode);
    // where this fails, whoever asks first reads it and is told
    let (work, db) = (engine.work.clone(), engine.org.db.clone());
    tokio::spawn(async move { work.addresses().read(&mut db.read()).await });

    let app = health::routes(&engine, recorder).merge(app(engine, mode));
    let until = async move {
        signalled().await;
        let _ = stop.send(true);
    };
    listen(listener, app, until).await;
    let _ = tokio::join!(worker, orders, watch);
    Ok(())
}

/// All pages and the API, with what is laid around them.
pub fn app(engine: Engine, mode: Mode) -> Router {
    let site = engine.site.clone();
    let mut routes = Router::new()
        .merge(linli_strength::requests::pages::routes())
        .merge(linli_hearts::orders::pages::routes())
        .merge(linli_hearts::volunteers::pages::routes())
        .merge(linli_hearts::wishes::pages::routes())
        .merge(linli_hearts::offers::pages::routes())
        .merge(linli_hearts::matching::pages::routes())
        .merge(linli_hearts::services::pages::routes())
        .merge(linli_hearts::alliances::pages::routes())
        .merge(linli_hearts::programmes::pages::routes())
        .merge(linli_hearts::thanks::pages::routes())
        .merge(linli_casework::routes())
        .merge(linli_org::routes())
        .merge(api::routes())
        .merge(notices::routes());
    if mode.demo {
        routes = routes.merge(demo_page::routes()).merge(article::routes());
    }
    let routes = routes
        .layer(axum::Extension(linli_casework::Allow { unmask: !mode.open, export: !mode.open }))
        .layer(middleware::from_fn_with_state(engine.clone(), bar))
        .layer(middleware::from_fn_with_state(engine.clone(), linli_org::who))
        .layer(middleware::from_fn_with_state(engine.clone(), halt))
        .layer(middleware::from_fn(health::measure))
        .with_state(engine);
    linli_web::dress(routes, &site).layer(CompressionLayer::new())
}

/// While a key is lacking nobody is answered: who signs in would not be found, and what they write would be unreadable
/// to the other copies.
async fn halt(State(engine): State<Engine>, request: Request, next: Next) -> Response {
    if engine.org.keys.halted() {
        let lacking = Problem::unavailable("answering", "the key file lacks a key");
        return WebError(lacking).into_response();
    }
    next.run(request).await
}

/// Takes up a key that was added, here or by another copy, until told to stop.
async fn watch_keys(engine: Engine, stop: impl Future<Output = ()>) {
    let mut look = tokio::time::interval(Duration::from_millis(linli_org::keys::LOOK_MS));
    tokio::pin!(stop);
    loop {
        tokio::select! {
            _ = look.tick() => look_for_keys(&engine).await,
            () = &mut stop => return,
        }
    }
}

/// Takes up a key that was added, or stops answering where one is lacking.
pub async fn look_for_keys(engine: &Engine) {
    let (org, keys) = (&engine.org, &engine.org.keys);
    match linli_org::keys::take_up(&org.db, keys, org.world.now(), engine.alone).await {
        Ok(()) => keys.halt(false),
        Err(Problem::Refused(refusal)) => {
            tracing::error!(code = refusal.code, args = ?refusal.args, "nobody is answered until the key file is right");
            keys.halt(true);
        }
        // the database does not answer: what it says of keys is not known, and stays as it was
        Err(problem) => tracing::warn!(%problem, "keys"),
    }
}

/// What the staff's bar shows: where they can go, and how many messages wait.
async fn bar(State(engine): State<Engine>, mut request: Request, next: Next) -> Response {
    let page = !request.uri().path().starts_with("/api/");
    let actor = request.extensions().get::<Session>().map(|session| session.actor.clone());
    if let Some(actor) = actor.as_ref().filter(|_| page) {
        let unread = engine.work.unread(actor).await.unwrap_or(0);
        request.extensions_mut().insert(Unread(unread));
    }
    if let Some(visit) = request.extensions().get::<linli_web::Visit>() {
        let (lang, path) = (visit.lang, visit.path.clone());
        let item = |href: &str, label: &str| NavItem {
            current: path.starts_with(href),
            ..NavItem::new(href, label)
        };
        // what people ask about their data is answered at the city's desk
        let far = |permission, scope: &Scope| {
            permission != Permission::DataRequest || scope.reaches().contains(&Reach::City)
        };
        let may = |permission| {
            let scope = actor.as_ref().map(|actor| actor.may(permission));
            scope.is_some_and(|scope| scope.as_ref().is_ok_and(|scope| far(permission, scope)))
        };
        // whoever has a desk or keeps the system; the catalogue has no right of its own for reading
        let keeps = may(Permission::Configure) || !may(Permission::OrgSee);
        let catalogue = if keeps { Permission::Configure } else { Permission::CaseSee };
        let all = [
            (Permission::CaseSee, item("/desk", crate::t::nav::desk(lang))),
            (Permission::CaseSee, item("/tasks", crate::t::nav::tasks(lang))),
            (catalogue, item("/catalogue", crate::t::nav::catalogue(lang))),
            (Permission::FiguresSee, item("/figures", crate::t::nav::figures(lang))),
            (Permission::PublicReview, item("/public-review", crate::t::nav::public(lang))),
            (Permission::DataRequest, item("/data-requests", crate::t::nav::data(lang))),
            (Permission::LooksSee, item("/looks", crate::t::nav::looks(lang))),
            (Permission::AuditSee, item("/audit", crate::t::nav::audit(lang))),
            (Permission::Guard, item("/security", crate::t::nav::security(lang))),
            (Permission::OrgSee, item("/areas", crate::t::nav::areas(lang))),
            (Permission::OrgSee, item("/orgs", crate::t::nav::orgs(lang))),
            (Permission::Configure, item("/settings/profile", crate::t::nav::profile(lang))),
            (Permission::Configure, item("/retention", crate::t::nav::retention(lang))),
        ];
        let nav = all.into_iter().filter(|(permission, _)| may(*permission)).map(|(_, item)| item).collect();
        request.extensions_mut().insert(Nav(nav));
    }
    next.run(request).await
}

/// Seals the trail, and lets go of what is old.
fn trail(worker: Worker, engine: &Engine) -> Worker {
    let (sealed, old) = (engine.org.clone(), engine.org.clone());
    let worker = worker.schedule("audit.seal", When::Every { minutes: 2 }, move || seal(sealed.clone()));
    worker.schedule("audit.drop", When::Daily { hour: 3, minute: 10 }, move || drop_old(old.clone()))
}

async fn seal(org: OrgState) -> Result<()> {
    linli_org::audit::seal(&org.db, org.world.now()).await.map(|_| ())
}

async fn drop_old(org: OrgState) -> Result<()> {
    linli_org::audit::drop_old(&org.db, &org.world).await.map(|_| ())
}

/// What is done apart from requests.
pub fn worker(engine: &Engine) -> Worker {
    let worker =
        Worker::new(engine.org.db.clone(), engine.site.world.clone(), Bell::default()).alone(engine.alone);
    let (work, again, org) = (engine.work.clone(), engine.work.clone(), engine.org.clone());
    let texts = Texts {
        channel: engine.org.notify.clone(),
        base_url: engine.site.base_url.clone(),
        words: engine.site.words,
    };
    let worker = trail(engine.work.subscribe(worker, Some(&texts)), engine);
    let worker = linli_hearts::volunteers::follow(&engine.work, worker);
    let (late, carded, found) = (engine.work.clone(), engine.work.clone(), engine.work.clone());
    let (figures, watched) = (engine.work.clone(), engine.work.clone());
    let asked = (engine.work.clone(), engine.uploads.clone());
    let kept = asked.clone();
    let (series, signed) = (work.clone(), org.clone());
    worker
        .schedule("cases.escalate", When::Every { minutes: 10 }, move || {
            let work = late.clone();
            async move { work.escalate().await.map(|_| ()) }
        })
        .schedule("cases.cards", When::Every { minutes: 10 }, move || {
            let work = carded.clone();
            async move { work.cards().await.map(|_| ()) }
        })
        .schedule("figures.count", When::Every { minutes: 1 }, move || {
            let work = figures.clone();
            async move { work.count_figures().await.map(|_| ()) }
        })
        .schedule("figures.watch", When::Daily { hour: 7, minute: 0 }, move || {
            let work = watched.clone();
            async move { work.watch_exclusions().await.map(|_| ()) }
        })
        .schedule("cases.routine", When::Every { minutes: 30 }, move || {
            let work = work.clone();
            async move { work.routine().await.map(|_| ()) }
        })
        .schedule("orders.repeat", When::Every { minutes: 60 }, move || {
            let work = series.clone();
            async move { linli_hearts::orders::repeat(&work).await.map(|_| ()) }
        })
        .schedule("programmes.tidy", When::Daily { hour: 3, minute: 40 }, move || {
            let org = signed.clone();
            async move { linli_hearts::programmes::tidy(&org.db, org.world.now()).await }
        })
        .schedule("privacy.requests", When::Every { minutes: 10 }, move || {
            let (work, uploads) = asked.clone();
            async move {
                work.act_on_requests().await?;
                uploads.sweep().await.map(|_| ())
            }
        })
        .schedule("privacy.retention", When::Daily { hour: 3, minute: 50 }, move || {
            let (work, uploads) = kept.clone();
            async move { work.retain(&uploads).await.map(|_| ()) }
        })
        .schedule("search.tidy", When::Daily { hour: 3, minute: 20 }, move || {
            let work = found.clone();
            async move { work.tidy_search().await }
        })
        .schedule("settings.renew", When::Every { minutes: 5 }, move || {
            let work = again.clone();
            async move { work.renew().await }
        })
        .schedule("sign_in.tidy", When::Daily { hour: 3, minute: 30 }, move || {
            let org = org.clone();
            async move { linli_org::sign_in::tidy(&org.db, org.world.now()).await }
        })
}

/// The demo that others may reach says so with an address that they can use.
fn base_url(config: &Config, mode: Mode) -> String {
    match (&config.base_url, mode.open) {
        (Some(url), _) => url.clone(),
        (None, true) => format!("http://{}:{}", own_address().unwrap_or(config.listen), config.port),
        (None, false) => config.base_url(),
    }
}

/// This machine's address in its network: that of a socket which would reach another. Nothing is sent.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|ip| !ip.is_unspecified())
}

#[expect(clippy::print_stdout, reason = "the address is what whoever starts it wants")]
fn announce(config: &Config, mode: Mode) {
    println!("Linli 邻里  {}", config.base_url());
    if mode.demo {
        println!("演示账号 demo accounts  {}/demo", config.base_url());
    }
    if mode.open {
        println!("注意：同一网络里的人都能打开这个演示。Anyone on this network can open this demo.");
    }
}

async fn ended(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

async fn signalled() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(interrupt.await),
    }
}
