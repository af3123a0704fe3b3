use crate::town::{ROOMS, Town, form};
use linli_authz::Actor;
use linli_casework::Filter;
use linli_strength::requests::{bring, import::Map, read};
use linli_testkit::{TestDb, db_test};
use std::io::Read;

const MAP: &str = include_str!("../../maps/messages_replies.toml");

/// The real messages, or `None` where the samples are not on this machine (never in CI).
fn messages() -> Option<String> {
    let folder = std::env::var("LINLI_SAMPLES")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
    let Ok(packed) = std::fs::File::open(format!("{folder}/messages/messages_replies.csv.xz")) else {
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
    let Some(text) = messages() else { return };
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
