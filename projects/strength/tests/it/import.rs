use crate::town::{ROOMS, Town, form};
use linli_authz::{Actor, Scope};
use linli_base::{AreaId, At};
use linli_calendar::ClockState;
use linli_casework::Filter;
use linli_procedure::Areas;
use linli_store::{Query, row, statements};
use linli_strength::requests::{bring, import::Map, read};
use linli_testkit::{TestDb, db_test};
use std::{collections::BTreeMap, io::Read};

const MAP: &str = include_str!("../../maps/messages_replies.toml");
const BOSTON: &str = include_str!("../../maps/boston311.toml");

/// A real table, or `None` where the samples are not on this machine (never in CI).
fn sample(name: &str) -> Option<String> {
    let folder = std::env::var("LINLI_SAMPLES")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
    let Ok(packed) = std::fs::File::open(format!("{folder}/messages/{name}.csv.xz")) else {
        assert!(std::env::var_os("CI").is_none(), "the samples are missing: set LINLI_SAMPLES");
        println!("skipped: no samples in {folder}");
        return None;
    };
    let mut text = String::new();
    liblzma::read::XzDecoder::new(packed).read_to_string(&mut text).unwrap();
    Some(text)
}

#[db_test(ROOMS)]
async fn the_1998_real_messages_are_in_once_found_read_and_rated(db: TestDb) {
    let Some(text) = sample("messages_replies") else { return };
    let town = Town::new(db).await;
    let map = Map::read(MAP).unwrap();
    let (rows, findings) = read(&map, &mut text.as_bytes()).unwrap();
    assert_eq!(
        (rows.len(), findings.iter().filter(|finding| finding.error).count()),
        (1998, 0),
        "{findings:?}"
    );

    let mut steps = Vec::new();
    let brought = bring(&town.work, rows, |done| steps.push(done)).await.unwrap();
    assert_eq!((brought.new, brought.already, steps.last()), (1998, 0, Some(&1998)));
    let (again, _) = read(&map, &mut text.as_bytes()).unwrap();
    let brought = bring(&town.work, again, |_| {}).await.unwrap();
    assert_eq!((brought.new, brought.already), (0, 1998));

    let find = Filter { words: Some("景蓉华苑物业".into()), ..Filter::default() };
    let (lines, _) = town.work.list(&town.zhou, &find, None, 50).await.unwrap();
    let line = lines.iter().find(|line| line.title.contains("景蓉华苑物业管理有问题")).unwrap();
    assert_eq!(line.happened_at.to_string(), "2019-04-25T09:32:09+08:00");
    let seen = town.work.view(&Actor::Asker(line.id), line.id).await.unwrap();
    assert_eq!(seen.loaded.case.state, "calling");
    assert!(seen.timeline()[0].said.text("reply").contains("景蓉花苑"));
    assert_eq!(seen.timeline()[0].at.to_string(), "2019-05-10T14:56:53+08:00");
    assert!(seen.steps.iter().any(|step| step.name == "rate"));
    let rate = form(&[("contacted", "yes"), ("solved", "yes"), ("satisfied", "basically")]);
    let taken = town.work.step(Actor::Asker(line.id), line.id, "rate", None, rate).await.unwrap();
    assert_eq!(taken.state, "closed");
}

statements! {
    CAME(unscoped "a test looks at all that came") =
        "SELECT c.batch_key, c.state, c.clocks, c.closed_at, c.lat, c.street_id FROM cases c WHERE c.shown";
}

row! {
    struct Came {
        key: String,
        state: String,
        clocks: serde_json::Value,
        closed_at: Option<At>,
        lat: Option<f64>,
        street: Option<AreaId>,
    }
}

#[db_test(ROOMS)]
async fn boston_comes_in_with_its_due_times_and_we_find_in_time_what_boston_found(db: TestDb) {
    let Some(text) = sample("boston311_2015_sample") else { return };
    let town = Town::new(db).await;
    let map = Map::read(BOSTON).unwrap();
    let (rows, findings) = read(&map, &mut text.as_bytes()).unwrap();
    assert_eq!(rows.len(), 24_219);
    let found = |code: &str| findings.iter().filter(|finding| finding.code == code).count();
    assert_eq!((found("closed_before_words"), found("no_title"), findings.len()), (36, 7, 43));
    let early = findings.iter().find(|finding| finding.code == "closed_before_words").unwrap();
    assert!(!early.error && early.line > 1 && early.value.contains("/2015"), "a row by its line: {early:?}");

    let brought = bring(&town.work, rows, |_| {}).await.unwrap();
    assert_eq!((brought.new, brought.already), (24_219, 0));
    assert_eq!(brought.outside, 24_219, "no part of Boston lies in Haiyang");
    let (again, _) = read(&map, &mut text.as_bytes()).unwrap();
    let again = bring(&town.work, again, |_| {}).await.unwrap();
    assert_eq!((again.new, again.already), (0, 24_219));

    let came: Vec<Came> = town.work.db().read().all(&CAME, &Scope::system("a test"), &[]).await.unwrap();
    let count = |what: &dyn Fn(&Came) -> bool| came.iter().filter(|came| what(came)).count();
    assert_eq!((count(&|c| c.state == "closed"), count(&|c| c.state == "accepting")), (20_234, 3_985));
    assert_eq!(count(&|c| c.closed_at.is_some()), 20_234);
    assert_eq!(
        count(&|c| c.lat.is_some() && c.street.is_none()),
        24_219,
        "with its place, in the city alone"
    );

    // Boston's own flag beside ours, which follows from due and closing time alone
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let rows = table.deserialize::<BTreeMap<String, String>>().map(|row| row.unwrap());
    let flags: BTreeMap<String, String> = rows
        .map(|row| (format!("boston-311/{}", row["CASE_ENQUIRY_ID"]), row["OnTime_Status"].clone()))
        .collect();
    let settings = town.work.settings();
    let (calendar, hours) =
        (&settings.calendar, &settings.holding(town.work.world().now()).unwrap().working_time);
    let (mut due, mut flagged, mut same) = (0, 0, 0);
    for came in &came {
        let clocks: BTreeMap<String, ClockState> = serde_json::from_value(came.clocks.clone()).unwrap();
        let Some(clock) = clocks.get("finish") else { continue };
        due += 1;
        let (Some(closed), flag) = (clock.stopped, flags[&came.key].as_str()) else { continue };
        let ours = if clock.in_time(calendar, hours, closed) { "ONTIME" } else { "OVERDUE" };
        flagged += usize::from(!flag.is_empty());
        same += usize::from(ours == flag);
    }
    assert_eq!((due, flagged, same), (18_804, 15_783, 15_783));
}

#[db_test(ROOMS)]
async fn a_row_outside_the_city_lies_in_the_city_alone_and_keeps_its_due_time(db: TestDb) {
    let town = Town::new(db).await;
    let map = r#"
        source = "patrol"
        key = "no"
        title = "what"
        body = "what"
        lat = "lat"
        lon = "lon"
        said_at = { column = "at", format = "%Y-%m-%d %H:%M" }
        due_at = { column = "due", format = "%Y-%m-%d %H:%M" }
        closed_at = { column = "closed", format = "%Y-%m-%d %H:%M" }
        reply = "reply"
        handler = ["unit", "team"]
        area = "370687001001"
    "#;
    let csv = "no,what,lat,lon,at,due,closed,reply,unit,team\n\
               1,路灯不亮,36.781,121.181,2026-09-01 08:00,2026-10-09 18:00,,已派人去看,路灯所,二班\n\
               2,井盖松动,42.35,-71.06,2026-09-01 08:00,2026-09-03 18:00,2026-09-02 09:30,已换新井盖,养护中心,\n";
    let (rows, findings) = read(&Map::read(map).unwrap(), &mut csv.as_bytes()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    let brought = bring(&town.work, rows, |_| {}).await.unwrap();
    assert_eq!((brought.new, brought.outside), (2, 1));

    let (lines, _) = town.work.list(&town.zhou, &Filter::default(), None, 10).await.unwrap();
    let find = |title: &str| lines.iter().find(|line| line.title == title).unwrap();
    let lamp = town.work.view(&town.zhou, find("路灯不亮").id).await.unwrap();
    assert_eq!(lamp.loaded.case.state, "accepting");
    assert_eq!(lamp.loaded.row.due_at.unwrap().to_string(), "2026-10-09T18:00:00+08:00");
    assert!(lamp.loaded.case.areas.community.is_some());
    let said = &lamp.timeline()[0].said;
    assert_eq!((said.text("words"), said.text("handler")), ("已派人去看", "路灯所 · 二班"));
    let cover = town.work.view(&town.zhou, find("井盖松动").id).await.unwrap();
    assert_eq!(cover.loaded.case.areas, Areas::default(), "its point says that it is not there");
    assert_eq!(cover.loaded.row.closed_at.unwrap().to_string(), "2026-09-02T09:30:00+08:00");
    assert_eq!(cover.timeline()[0].said.text("reply"), "已换新井盖");

    // accepted and dispatched, the due time of before holds
    let grid = town.grid.to_string();
    let accept = form(&[("kind", "help"), ("category", "road.lamp"), ("level", "normal"), ("area", &grid)]);
    town.work.step(town.wu.clone(), lamp.loaded.row.id, "accept", None, accept).await.unwrap();
    let lamps = town.lamps.to_string();
    let dispatch = form(&[("lead", &lamps)]);
    town.work.step(town.wu.clone(), lamp.loaded.row.id, "dispatch", None, dispatch).await.unwrap();
    let lamp = town.work.view(&town.zhou, lamp.loaded.row.id).await.unwrap();
    assert_eq!(lamp.loaded.row.finish_due_at.unwrap().to_string(), "2026-10-09T18:00:00+08:00");
    assert!(linli_casework::replays(&lamp.loaded) && linli_casework::verify(&lamp.loaded.events));
}

#[db_test(ROOMS)]
async fn one_without_a_reply_is_worked_on_like_any_other(db: TestDb) {
    let town = Town::new(db).await;
    let csv = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间\n\
               9,A1,路灯不亮,2019/4/25 9:32:09,好几天了,,\n";
    let (rows, findings) = read(&Map::read(MAP).unwrap(), &mut csv.as_bytes()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    bring(&town.work, rows, |_| {}).await.unwrap();
    let (lines, _) = town.work.list(&town.zhou, &Filter::default(), None, 10).await.unwrap();
    let id = lines[0].id;
    assert_eq!((lines[0].state.as_str(), lines[0].due_at), ("accepting", None), "no clock runs");
    let grid = town.grid.to_string();
    let accept = form(&[("kind", "help"), ("category", "road.lamp"), ("level", "normal"), ("area", &grid)]);
    town.work.step(town.li.clone(), id, "accept", None, accept).await.unwrap();
    let lamps = town.lamps.to_string();
    town.work.step(town.wu.clone(), id, "dispatch", None, form(&[("lead", &lamps)])).await.unwrap();
    let seen = town.work.view(&town.lin, id).await.unwrap();
    assert_eq!(seen.loaded.case.state, "signing");
    assert!(seen.loaded.row.finish_due_at.is_some());
}

#[test]
fn a_column_that_is_missing_is_named() {
    let refused = read(&Map::read(MAP).unwrap(), &mut "留言编号,标题\n1,x\n".as_bytes()).unwrap_err();
    assert!(refused.to_string().contains("留言主题"), "{refused}");
}
