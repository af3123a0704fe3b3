//! A city of so many cases, kept for the next run.

use crate::{fill, load::now, server};
use linli_app::{demo, engine::Engine, load};
use linli_authz::{Actor, Scope};
use linli_base::{CaseId, Day, OrgId, Phone, Problem, Result, World};
use linli_casework::{Filter, NewCase, Sort};
use linli_org::Came;
use linli_store::{
    Config as Store, Db, Query,
    replay::{self, Work},
    row, statements,
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// A city ready to be asked.
pub struct City {
    pub name: &'static str,
    pub cases: usize,
    pub data: PathBuf,
    pub store: Store,
    /// Cookies of two clerks: the city desk's, who sees all, and a community's.
    pub desk: String,
    pub community: String,
    /// Cases, to be read.
    pub ids: Vec<CaseId>,
    /// What so many creates asked of the database, recorded on a city of its own.
    pub creates: Arc<Vec<Work>>,
    /// The areas of some cases' words: the places that creates name.
    pub places: Vec<String>,
    /// How long it took to count every case anew, where this run did.
    pub counted: Option<Duration>,
}

statements! {
    BUSIEST(unscoped "a bench looks for a community with many open cases") =
        "SELECT c.desk_id FROM cases c WHERE c.open = TRUE AND c.community_id IS NOT NULL \
         GROUP BY c.desk_id ORDER BY COUNT(*) DESC, c.desk_id LIMIT 1";
    SUMS(unscoped "a bench looks whether a city was ever counted") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM figure_cell LIMIT 1) AS s";
    AHEAD(unscoped "a bench's recorded numbers must not meet those that are given later") =
        "INSERT INTO case_number (day, last) VALUES ($1, $2) ON CONFLICT (day) DO UPDATE SET last = EXCLUDED.last";
}

row! { struct DeskRow { desk: OrgId } }
row! { struct Sums { any: i64 } }

impl City {
    /// Opens or makes it.
    pub async fn open(
        home: &Path,
        name: &'static str,
        url: Option<&str>,
        cases: usize,
        creates: Arc<Vec<Work>>,
    ) -> Result<City> {
        let data = home.join(format!("{name}-{cases}"));
        let store = store(&data, url, &format!("bench_{cases}"));
        let (engine, counted) = made(&data, &store, cases).await?;
        let day = founded(&data, engine.site.world.now().day())?;
        let system = Actor::System("bench");
        let procedure = Some("request".to_owned());
        let filter = Filter { procedure, sort: Sort::Changed, ..Filter::default() };
        let (mut ids, mut places, mut after) = (Vec::new(), Vec::new(), None);
        while ids.len() < 2_000 {
            let (lines, next) = engine.work.list(&system, &filter, after.as_ref(), 200).await?;
            places.extend(lines.iter().map(|line| line.place.whole().to_owned()));
            ids.extend(lines.into_iter().map(|line| line.id));
            after = next;
            if after.is_none() {
                break;
            }
        }
        let mut read = engine.org.db.read();
        let scope = Scope::system("bench");
        let busiest: DeskRow = read.one(&BUSIEST, &scope, &[]).await?;
        let city = linli_org::orgs::city_desk(&mut read, &scope).await?;
        let desk = sign_in(&engine, city, day).await?;
        let community = sign_in(&engine, Some(busiest.desk), day).await?;
        if let Store::Embedded { folder } = &store {
            warm(&folder.join("linli.db"))?;
        }
        Ok(City { name, cases, data, store, desk, community, ids, creates, places, counted })
    }

    /// The program in this process, while no server holds its data.
    pub async fn engine(&self) -> Result<Engine> {
        engine(&self.data, &self.store).await
    }

    /// The store, while no server holds it.
    pub async fn db(&self) -> Result<Db> {
        Db::open(&self.store).await
    }
}

/// Reads the file through, so that its pages are in memory as they are where a city has worked for a day.
fn warm(file: &Path) -> Result<()> {
    let read = std::fs::File::open(file).and_then(|mut file| std::io::copy(&mut file, &mut std::io::sink()));
    read.map(drop).map_err(|e| Problem::broken("reading a city through", e))
}

/// The city with its cases; one that earlier runs have swollen by a tenth is made anew.
async fn made(data: &Path, store: &Store, cases: usize) -> Result<(Engine, Option<Duration>)> {
    let mut city = engine(data, store).await?;
    if fill::count(&city).await? > cases + cases / 10 + 400 {
        let _ = city.org.db.drop_schema().await;
        drop(city);
        let _ = std::fs::remove_dir_all(data);
        city = engine(data, store).await?;
    }
    Box::pin(load::load(&city, demo::Years::Present)).await?;
    let filled = fill::fill(&city, cases).await?;
    let sums: Sums = city.org.db.read().one(&SUMS, &Scope::system("bench"), &[]).await?;
    let anew = filled || sums.any == 0;
    let begun = now();
    if anew {
        city.work.rebuild_figures().await?;
    }
    city.work.count_figures().await?;
    let counted = anew.then(|| begun.elapsed());
    // as every night
    city.work.tidy_search().await?;
    Ok((city, counted))
}

/// The day on which the demo city was made: its people's keys follow from it.
fn founded(data: &Path, today: Day) -> Result<Day> {
    let note = data.join("founded");
    if let Some(day) = std::fs::read_to_string(&note).ok().and_then(|day| Day::parse(day.trim())) {
        return Ok(day);
    }
    std::fs::write(&note, today.to_string()).map_err(|e| Problem::broken("noting a day", e))?;
    Ok(today)
}

fn store(data: &Path, url: Option<&str>, schema: &str) -> Store {
    match url {
        Some(url) => Store::Server { url: url.to_owned(), schema: schema.to_owned() },
        None => Store::Embedded { folder: data.to_owned() },
    }
}

async fn engine(data: &Path, store: &Store) -> Result<Engine> {
    std::fs::create_dir_all(data).map_err(|e| Problem::broken("making a folder", e))?;
    Engine::open(&server::config(data, store.clone(), 0), World::system(), true).await
}

/// What creates ask of the database, on a small city that is made anew: their rows are new to every other.
pub async fn record(home: &Path, name: &str, url: Option<&str>, many: usize) -> Result<Vec<Work>> {
    let data = home.join(format!("{name}-record"));
    let _ = std::fs::remove_dir_all(&data);
    let store = store(&data, url, "bench_record");
    if url.is_some() {
        let _ = Db::open(&store).await?.drop_schema().await;
    }
    let engine = engine(&data, &store).await?;
    Box::pin(load::load(&engine, demo::Years::Present)).await?;
    let (today, world) = (engine.site.world.now().day(), World::system());
    let write = linli_store::args![today, 5_000_000_i64 + world.now().0 % 900_000_000 * 10].to_vec();
    engine.org.db.write(async move |tx| tx.run(&AHEAD, &Scope::system("bench"), &write).await).await?;
    let filter = Filter { procedure: Some("request".to_owned()), ..Filter::default() };
    let (lines, _) = engine.work.list(&Actor::System("bench"), &filter, None, 100).await?;
    let mut works = Vec::new();
    for (n, line) in (0..many).zip(lines.iter().cycle()) {
        replay::listen();
        engine.work.open(Actor::Stranger, "request", "say", said(n, line.place.whole())?).await?;
        works.push(replay::heard());
    }
    Ok(works)
}

/// The nth thing to be said.
pub fn said(n: usize, place: &str) -> Result<NewCase> {
    let world = World::system();
    Ok(NewCase {
        client_id: Some(world.ids.uuid(world.now())),
        title: format!("{}号楼门口路灯不亮", n % 60 + 1),
        body: "晚上放学回家的孩子看不清路，已经三天了，请尽快派人来看一看，谢谢。".to_owned(),
        place: place.to_owned(),
        phone: Some(Phone::parse("phone", &demo::phone(n))?),
        source: "api".to_owned(),
        ..NewCase::default()
    })
}

/// The cookie of a clerk of the org.
async fn sign_in(engine: &Engine, org: Option<OrgId>, founded: Day) -> Result<String> {
    let city = demo::city(load::SEED, founded);
    let wanted = city
        .posts
        .iter()
        .find(|post| Some(post.org) == org && post.roles.contains(&linli_authz::Role::Clerk));
    let person = wanted.and_then(|post| city.people.iter().find(|person| person.id == post.person));
    let person = person.ok_or_else(|| Problem::broken("signing in", "the demo city has no such clerk"))?;
    let phone = Phone::parse("phone", &person.phone)?;
    let came = Came { address: None, agent: None };
    let session =
        linli_org::sign_in::with_password(&engine.org, &phone, demo::PASSWORD.to_owned(), came).await?;
    Ok(format!("{}={}", linli_org::SESSION_COOKIE, session.token))
}
