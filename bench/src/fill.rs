//! A city with as many cases as wanted: those of the demo city told again on other days, each taken through the
//! procedure itself, so that columns, clocks, events and chains are true ones. The older half came by import and has
//! one event each; of the younger half one in ten is open.

use linli_app::engine::Engine;
use linli_authz::{Actor, Scope, Via};
use linli_base::{At, CaseId, Day, ManualClock, OsIds, Phone, Point, Problem, Result, World};
use linli_casework::{CaseView, Casework, Filter, Frame, NewCase, Past, Ready, Sort, number_of};
use linli_procedure::{Areas, Input, Outside, Val};
use linli_store::{Query, row, statements};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
};
use tokio::sync::mpsc;

statements! {
    CASES(unscoped "a bench counts") = "SELECT CAST(COUNT(*) AS BIGINT) FROM cases c";
}

row! { struct Count { cases: i64 } }

/// Days over which the cases are spread, the last being yesterday.
const DAYS: i64 = 730;
const DAY_MS: i64 = 86_400_000;
/// After so long, what is closed is archived.
const ARCHIVED_MS: i64 = 31 * DAY_MS;
const CHUNK: usize = 500;
/// Transactions on their way at once.
const AHEAD: usize = 4;

/// A case of the demo city, to be told again.
struct Template {
    new: NewCase,
    areas: Areas,
    desk: Option<linli_base::OrgId>,
    said: At,
    past: Vec<Told>,
    open: bool,
    closed: bool,
    reply: String,
}

struct Told {
    step: String,
    actor: Actor,
    input: Input,
    at: At,
    outside: Outside,
}

/// Brings the city to `many` cases, in order of time; says whether any were missing.
pub async fn fill(engine: &Engine, many: usize) -> Result<bool> {
    let templates = Arc::new(templates(engine).await?);
    let missing = many.saturating_sub(count(engine).await?);
    if missing == 0 {
        return Ok(false);
    }
    let today = engine.site.world.now().day();
    let a_day = i64::try_from(missing).unwrap_or(i64::MAX) / DAYS + 1;
    let mut numbers = BTreeMap::new();
    for ago in 0..=DAYS {
        let day = today.plus(-ago);
        numbers.insert(day, AtomicI64::new(engine.work.take_numbers(day, a_day * 2).await?));
    }
    let numbers = Arc::new(numbers);
    let next = Arc::new(AtomicUsize::new(0));
    let (to, mut filled) = mpsc::channel::<Result<Ready>>(AHEAD);
    for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
        let (templates, numbers, next, to) = (templates.clone(), numbers.clone(), next.clone(), to.clone());
        let work = engine.work.clone();
        tokio::task::spawn_blocking(move || {
            let teller = Teller::new(&work, &templates, &numbers, today, missing);
            loop {
                let from = next.fetch_add(CHUNK, Ordering::Relaxed);
                if from >= missing
                    || to.blocking_send(teller.chunk(from..(from + CHUNK).min(missing))).is_err()
                {
                    return;
                }
            }
        });
    }
    drop(to);
    let mut writing = tokio::task::JoinSet::new();
    while let Some(ready) = filled.recv().await {
        let (db, ready) = (engine.org.db.clone(), ready?);
        writing.spawn(write(db, ready));
        if writing.len() >= AHEAD
            && let Some(ended) = writing.join_next().await
        {
            ended.map_err(|e| Problem::broken("filling", e))??;
        }
    }
    while let Some(ended) = writing.join_next().await {
        ended.map_err(|e| Problem::broken("filling", e))??;
    }
    Ok(true)
}

/// How many there are.
pub async fn count(engine: &Engine) -> Result<usize> {
    let count: Count = engine.org.db.read().one(&CASES, &Scope::system("bench"), &[]).await?;
    Ok(usize::try_from(count.cases).unwrap_or(0))
}

async fn write(db: linli_store::Db, ready: Ready) -> Result<()> {
    let scope = Scope::system("bench");
    Box::pin(db.write(async move |tx| ready.write(tx, &scope))).await
}

async fn templates(engine: &Engine) -> Result<Vec<Template>> {
    let system = Actor::System("bench");
    let procedure = Some("request".to_owned());
    let filter = Filter { procedure, sort: Sort::Changed, ..Filter::default() };
    let (mut after, mut ids) = (None, Vec::new());
    while ids.len() < 400 {
        let (lines, next) = engine.work.list(&system, &filter, after.as_ref(), 200).await?;
        ids.extend(lines.into_iter().map(|line| line.id));
        after = next;
        if after.is_none() {
            break;
        }
    }
    let mut templates = Vec::new();
    for id in ids {
        templates.push(template(engine, id).await?);
    }
    Ok(templates)
}

async fn template(engine: &Engine, id: CaseId) -> Result<Template> {
    let view: CaseView = engine.work.view(&Actor::System("bench"), id).await?;
    let (row, case) = (&view.loaded.row, &view.loaded.case);
    let outside = engine.work.outside_of(case.lead, case.areas.street).await?;
    let matter = format!("{} {}", row.title, row.body);
    let mut past = Vec::new();
    let mut reply = String::new();
    for (event, entry) in view.loaded.events.iter().zip(view.timeline()) {
        let mut input = entry.input.clone();
        input.0.extend(entry.said.0.clone());
        if !entry.said.text("reply").is_empty() {
            reply = entry.said.text("reply").to_owned();
        }
        let mut outside = Outside { matter: matter.clone(), ..outside.clone() };
        for value in input.0.values() {
            if let Val::Area(area) = value {
                outside.area = Some(engine.work.place_of(*area).await?);
            }
        }
        let actor = match event.person_id {
            Some(person) => actor(engine, person, event.post_id).await?,
            None if event.via == "system" => Actor::System("bench"),
            None if event.via == "code" => Actor::Asker(id),
            None => Actor::Stranger,
        };
        past.push(Told { step: event.step.clone(), actor, input, at: event.happened_at, outside });
    }
    let new = NewCase {
        title: row.title.clone(),
        body: row.body.clone(),
        place: row.place.whole().to_owned(),
        point: row.lat.zip(row.lon).map(|(lat, lon)| Point { lat, lon }),
        name: row.name.as_ref().map(|name| name.whole().to_owned()),
        source: row.source.clone(),
        ..NewCase::default()
    };
    let first = view.loaded.events.first();
    Ok(Template {
        new,
        areas: Areas {
            street: first.and_then(|event| event.street_id),
            community: first.and_then(|event| event.community_id),
            grid: first.and_then(|event| event.grid_id),
        },
        desk: case.desk,
        said: row.happened_at,
        past,
        open: view.loaded.procedure.state(&case.state).is_some_and(|state| state.open),
        closed: case.state == "closed",
        reply,
    })
}

async fn actor(engine: &Engine, id: linli_base::PersonId, post: Option<linli_base::PostId>) -> Result<Actor> {
    let today = engine.site.world.now().day();
    let hats = linli_org::sign_in::hats_of(&mut engine.org.db.read(), id, today).await?;
    let hat = hats.into_iter().map(|choice| choice.hat).find(|hat| Some(hat.post) == post);
    Ok(Actor::Person { id, name: String::new(), hat, via: Via::Web })
}

struct Teller<'a> {
    work: Casework,
    clock: Arc<ManualClock>,
    over: Vec<&'a Template>,
    open: Vec<&'a Template>,
    numbers: &'a BTreeMap<Day, AtomicI64>,
    today: Day,
    many: usize,
}

impl<'a> Teller<'a> {
    fn new(
        work: &Casework,
        templates: &'a [Template],
        numbers: &'a BTreeMap<Day, AtomicI64>,
        today: Day,
        many: usize,
    ) -> Teller<'a> {
        let clock = Arc::new(ManualClock::new(At(0)));
        let world = World { clock: clock.clone(), ids: Arc::new(OsIds) };
        let (open, over) = templates.iter().partition(|template| template.open);
        Teller { work: work.in_world(world), clock, over, open, numbers, today, many }
    }

    fn chunk(&self, which: std::ops::Range<usize>) -> Result<Ready> {
        let mut ready = Ready::default();
        for n in which {
            self.tell(n, &mut ready)?;
        }
        Ok(ready)
    }

    /// The nth case: on its day, as the first template that the procedure takes there. A guard that counts working
    /// days may refuse one over a holiday.
    fn tell(&self, n: usize, ready: &mut Ready) -> Result<()> {
        let imported = n < self.many / 2;
        let open = !imported && n.is_multiple_of(10);
        let from = if open { &self.open } else { &self.over };
        let ago = if open {
            1 + i64::try_from(n / 10 % 20).unwrap_or(0)
        } else {
            DAYS - i64::try_from(n * 728 / self.many.max(1)).unwrap_or(0)
        };
        let day = self.today.plus(-ago);
        let mut last = Problem::broken("filling", "the demo city has no cases");
        for turn in 0..20 {
            // a large prime, so that neighbours differ
            let Some(template) = from.get((n * 7919 + turn) % from.len().max(1)) else { break };
            match self.again(template, n, day, imported, ready) {
                Err(Problem::Refused(refusal)) => last = refusal.into(),
                done => return done,
            }
        }
        Err(last)
    }

    fn again(&self, from: &Template, n: usize, day: Day, imported: bool, ready: &mut Ready) -> Result<()> {
        let shift = (day.0 - from.said.day().0) * DAY_MS;
        let said = from.said.plus_ms(shift);
        let number = self.numbers.get(&day).map_or(0, |next| next.fetch_add(1, Ordering::Relaxed));
        let (door, flat) = (n / 7 % 60 + 1, n % 30 + 101);
        let phone = Phone::parse("phone", &linli_app::demo::phone(n))?;
        let mut new = NewCase {
            body: format!("{}（{door}号楼{flat}室）", from.new.body),
            place: format!("{}{door}号楼", from.new.place),
            phone: Some(phone),
            happened_at: Some(said),
            ..from.new.clone()
        };
        let nobody = Outside::default();
        let input = Input::default().with("reply", Val::Text(from.reply.clone()));
        let mut told: Vec<Past<'_>> = if imported {
            let closed = said.plus_ms(3 * DAY_MS);
            (new.due_at, new.closed_at) = (Some(said.plus_ms(5 * DAY_MS)), Some(closed));
            "import".clone_into(&mut new.source);
            let actor = &Actor::System("import");
            vec![Past { step: "import_closed", actor, input: &input, at: closed, outside: &nobody }]
        } else {
            let past = from.past.iter().map(|told| Past {
                step: &told.step,
                actor: &told.actor,
                input: &told.input,
                at: told.at.plus_ms(shift),
                outside: &told.outside,
            });
            past.collect()
        };
        // as the program does it by itself
        let last = told.last().map_or(said, |past| past.at).plus_ms(ARCHIVED_MS);
        if (imported || from.closed) && last.day() < self.today {
            let actor = &Actor::System("routine");
            told.push(Past { step: "archive", actor, input: Input::EMPTY, at: last, outside: &nobody });
        }
        self.clock.set(told.last().map_or(said, |past| past.at));
        let (areas, desk, number) = (from.areas, from.desk, number_of(day, number));
        let procedure = &linli_strength::requests::REQUEST;
        let frame = Frame { procedure, areas, desk, number, announced: false, past: &told };
        self.work.ready(&new, frame, ready).map(|_| ())
    }
}
