use crate::{client::Client, kept, program::engine};
use linli_app::{
    demo::{self, Years},
    engine::ROOMS,
    load,
    serve::{Mode, app},
};
use linli_authz::{Actor, Scope, Tier};
use linli_casework::Filter;
use linli_testkit::{TestDb, db_test};

/// The demo city through the real actions: what the issue counts, and states to work on.
#[db_test(ROOMS)]
async fn the_demo_city_is_loaded_once_and_alive(db: TestDb) {
    let engine = engine(&db).await;
    assert!(load::load(&engine, Years::Present).await.unwrap());
    assert!(!load::load(&engine, Years::Present).await.unwrap(), "what is there is kept");

    let scope = Scope::system("a test");
    let mut read = engine.org.db.read();
    for (tier, count) in [(Tier::Street, 4), (Tier::Community, 24), (Tier::Grid, 114)] {
        assert_eq!(linli_org::areas::of_tier(&mut read, &scope, tier).await.unwrap().len(), count);
    }
    let root = linli_org::areas::root(&mut read, &scope).await.unwrap().unwrap();
    let system = Actor::System("a test");
    let states = engine.work.standing(&system).await.unwrap().states;
    let stories = demo::stories(
        &demo::city(load::SEED, db.world.now().day()),
        &engine.work.settings().calendar,
        load::SEED,
        db.world.now(),
        Years::Present,
    );
    assert_eq!(stories.len(), 360);
    for state in
        ["accepting", "dispatching", "signing", "working", "auditing", "calling", "supplementing", "returned"]
    {
        let told = stories.iter().filter(|story| story.ends == state).count();
        assert_eq!(states.get(state).copied(), i64::try_from(told).ok(), "{state}");
    }
    let requests = Filter { procedure: Some("request".into()), ..Filter::default() };
    assert_eq!(engine.work.count(&system, &requests).await.unwrap(), 360);
    let orders = Filter { procedure: Some("order".into()), ..Filter::default() };
    assert_eq!(engine.work.count(&system, &orders).await.unwrap(), 75);
    assert!(
        ["asking", "agreed", "offered", "sought"].iter().all(|state| states.contains_key(*state)),
        "{states:?}"
    );
    let (lines, _) = engine.work.list(&system, &Filter::default(), None, 200).await.unwrap();
    for line in lines.iter().take(40) {
        let view = engine.work.view(&system, line.id).await.unwrap();
        assert!(linli_casework::verify(&view.loaded.events), "{}", line.number);
        assert!(linli_casework::replays(&view.loaded), "{}: replay gives the stored case", line.number);
    }
    assert_eq!(root.name, "海阳市");
    assert_eq!(engine.work.count_figures().await.unwrap(), 0, "its figures are counted");
    assert_eq!(engine.work.recount_check().await.unwrap(), Vec::new(), "figures are what the events say");
}

#[db_test(ROOMS)]
async fn a_new_calendar_moves_provisional_due_times_with_an_entry(db: TestDb) {
    let day = linli_base::Day::from_ymd(2026, 12, 28).unwrap();
    db.clock.set(day.start().plus_hours(9));
    let engine = engine(&db).await;
    load::load(&engine, Years::Present).await.unwrap();
    let system = Actor::System("a test");
    let open = Filter { open: Some(true), ..Filter::default() };
    let (lines, _) = engine.work.list(&system, &open, None, 200).await.unwrap();
    let provisional = lines.iter().find(|line| line.due_provisional).expect("one crosses into 2027");
    let notice = r#"{"year": 2027, "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": true},
        {"name": "元旦", "date": "2027-01-02", "isOffDay": true},
        {"name": "元旦", "date": "2027-01-03", "isOffDay": true}]}"#;
    let moved = engine.work.load_calendar(notice, |_| {}).await.unwrap();
    assert!(moved > 0);
    let view = engine.work.view(&system, provisional.id).await.unwrap();
    assert!(!view.loaded.row.due_provisional);
    let last = view.timeline().last().map(|entry| entry.step.clone());
    assert_eq!(last.as_deref(), Some("recalculate"));
    assert!(linli_casework::verify(&view.loaded.events));
}

/// The dispatcher puts the next one in the place of whoever is suggested, and that one is asked.
#[db_test(ROOMS)]
async fn somebody_else_is_asked_where_the_dispatcher_wants(db: TestDb) {
    let (engine, _) = kept::city(&db).await;
    let app = app(engine.clone(), Mode { demo: true, ..Mode::default() });
    let accounts = demo::city(load::SEED, db.world.now().day()).accounts();
    let clerk = accounts.iter().find(|a| a.org.name == "海韵社区居民委员会" && a.post.title == "受理派单员");
    let mut browser = Client::new(&app);
    browser.sign_in(&clerk.unwrap().person.phone, demo::PASSWORD).await;
    browser.get("/matching").await;

    let select = browser.text.split("<select").find(|part| part.contains("name=\"who.")).expect("a choice");
    let values = |name: &str| -> Vec<String> {
        let before = format!("{name}=\"");
        let parts = select.split("</select>").next().unwrap().split(&before);
        parts.skip(1).map(|part| part.split('"').next().unwrap().to_owned()).collect()
    };
    let (list, options) = (values(" name").remove(0), values("<option value"));
    assert!(options.len() > 1, "somebody else could be asked: {select}");
    let case = list.strip_prefix("who.").unwrap().parse().unwrap();
    let system = Actor::System("a test");
    let version = engine.work.view(&system, case).await.unwrap().loaded.row.version;
    browser.post("/matching", &[("pair", &format!("{case}.{version}")), (&list, &options[1])]).await;
    assert_eq!(browser.to(), "/matching?asked=1&failed=0");
    let asked = engine.work.view(&system, case).await.unwrap().loaded.case.asked;
    assert_eq!(asked.map(|person| person.to_string()), Some(options[1].clone()));
}
