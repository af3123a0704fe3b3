//! What becomes of what 赵女士 said: on both databases, through the real actions.

use crate::town::{ROOMS, Town};
use linli_authz::{Actor, Scope, Via};
use linli_base::{CaseId, FileId, Problem};
use linli_casework::{
    Filter, NewCase, Uploads,
    privacy::{Correction, Decision, Part},
};
use linli_files::Folder;
use linli_testkit::{TestDb, db_test};
use std::io::Cursor;

const DAY: i64 = 86_400_000;

fn code(problem: Problem) -> &'static str {
    match problem {
        Problem::Refused(refusal) => refusal.code,
        Problem::Invalid(flaws) => flaws[0].code,
        other => panic!("{other}"),
    }
}

fn uploads(town: &Town) -> Uploads {
    let folder = Folder::new(town.db.folder.path().join("pictures"));
    Uploads::new((*town.db).clone(), town.work.world().clone(), folder)
}

async fn picture(uploads: &Uploads, red: u8) -> FileId {
    let mut bytes = Cursor::new(Vec::new());
    let image = image::RgbImage::from_pixel(640, 480, image::Rgb([red, 60, 90]));
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    uploads.take("pictures", bytes.into_inner()).await.unwrap()
}

fn files(town: &Town) -> usize {
    let folder = town.db.folder.path().join("pictures");
    let fans = std::fs::read_dir(folder).map(|all| all.flatten().collect::<Vec<_>>()).unwrap_or_default();
    fans.iter().map(|fan| std::fs::read_dir(fan.path()).unwrap().count()).sum()
}

impl Town {
    /// 赵女士's lamp with a picture, from the first word to the close.
    async fn lamp_closed(&self, uploads: &Uploads) -> CaseId {
        let new = NewCase { pictures: vec![picture(uploads, 40).await], ..self.lamp() };
        let id = self.work.open(Actor::Stranger, "request", "say", new).await.unwrap().id;
        let accept = [("kind", "help"), ("category", "road.lamp"), ("level", "normal")];
        self.does(&self.wu, id, "accept", &accept).await;
        self.does(&self.wu, id, "dispatch", &[("lead", &self.lamps.to_string())]).await;
        self.does(&self.lin, id, "sign", &[]).await;
        self.does(&self.lin, id, "contact", &[("way", "phone"), ("result", "约好明天上午修")]).await;
        let done = [("truth", "true"), ("solved", "yes"), ("reply", crate::story::REPLY)];
        self.does(&self.lin, id, "answer", &done).await;
        self.does(&self.zhou, id, "pass", &[]).await;
        let called = [("contacted", "yes"), ("solved", "yes"), ("satisfied", "satisfied")];
        self.does(&self.zheng, id, "call_back", &called).await;
        id
    }

    /// The same lamp again, taken back at once.
    async fn lamp_withdrawn(&self, uploads: &Uploads) -> CaseId {
        let new = NewCase { pictures: vec![picture(uploads, 40).await], ..self.lamp() };
        let id = self.work.open(Actor::Stranger, "request", "say", new).await.unwrap().id;
        self.does(&Actor::Asker(id), id, "withdraw", &[]).await;
        id
    }

    async fn found(&self, words: &str) -> usize {
        let filter = Filter { words: Some(words.to_owned()), ..Filter::default() };
        self.work.list(&self.wu, &filter, None, 50).await.unwrap().0.len()
    }
}

#[db_test(ROOMS)]
async fn what_zhao_said_is_erased_after_seven_days_and_the_chain_is_whole(db: TestDb) {
    let town = Town::new(db).await;
    let uploads = uploads(&town);
    let id = town.lamp_closed(&uploads).await;
    let zhao = Actor::Asker(id);
    let before = town.work.view(&zhao, id).await.unwrap();
    assert_eq!((town.found("过街灯").await, files(&town)), (1, 2));

    town.work.ask_erase(&zhao, None).await.unwrap();
    assert_eq!(code(town.work.ask_erase(&zhao, None).await.unwrap_err()), "erase_asked");
    let request = town.work.own_requests(&zhao).await.unwrap().remove(0);
    town.work.undo_request(&zhao, request.id).await.unwrap();
    town.clock.advance_ms(8 * DAY);
    assert_eq!(town.work.act_on_requests().await.unwrap(), 0, "undone is undone");

    town.work.ask_erase(&zhao, Some(id)).await.unwrap();
    town.clock.advance_ms(6 * DAY);
    assert_eq!(town.work.act_on_requests().await.unwrap(), 0, "seven days to undo it");
    town.clock.advance_ms(2 * DAY);
    assert_eq!(town.work.act_on_requests().await.unwrap(), 1);
    assert_eq!(town.work.act_on_requests().await.unwrap(), 0, "and not twice");
    uploads.sweep().await.unwrap();

    let after = town.work.view(&zhao, id).await.unwrap();
    let row = &after.loaded.row;
    assert_eq!((row.title.as_str(), row.body.as_str(), row.place.whole()), ("", "", ""));
    assert!(row.name.is_none() && row.phone_sealed.is_none() && row.lat.is_none());
    assert!(after.texts.is_empty() && after.files.is_empty());
    assert_eq!((town.found("过街灯").await, files(&town)), (0, 0));
    assert!(linli_casework::verify(&after.loaded.events), "the chain is whole");
    assert!(linli_casework::replays(&after.loaded));
    let skeleton = |view: &linli_casework::CaseView| {
        let row = &view.loaded.row;
        (row.number.clone(), row.state.clone(), row.category.clone(), row.community_id, row.closed_at)
    };
    assert_eq!(skeleton(&after), skeleton(&before), "what figures are made of");
    assert_eq!(after.loaded.events.len(), before.loaded.events.len());
    let requests = town.work.own_requests(&zhao).await.unwrap();
    assert_eq!(requests.iter().map(|one| one.state.as_str()).collect::<Vec<_>>(), ["done", "undone"]);
    assert_eq!(code(town.work.undo_request(&zhao, requests[0].id).await.unwrap_err()), "too_late");
}

/// Mr. Qian's case stands merged into Ms. Zhao's: it is erased once its answer has come, and leaves nothing in hers. A
/// part goes with the case that it was split off.
#[db_test(ROOMS)]
async fn a_merged_case_is_erased_after_its_answer_and_a_part_with_its_whole(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.dispatched().await;
    let same = NewCase {
        client_id: Some(town.work.world().ids.uuid(town.work.world().now())),
        body: "我叫钱大勇，接孩子的时候过街灯不亮。".into(),
        name: Some("钱大勇".into()),
        ..town.lamp()
    };
    let merged = town.work.open(Actor::Stranger, "request", "say", same).await.unwrap().id;
    town.does(&town.wu, merged, "merge", &[("master", &id.to_string())]).await;
    let qian = Actor::Asker(merged);
    town.work.ask_erase(&qian, None).await.unwrap();
    town.clock.advance_ms(8 * DAY);
    assert_eq!(town.work.act_on_requests().await.unwrap(), 0, "his answer is still to come");

    town.does(&town.lin, id, "sign", &[]).await;
    town.does(&town.lin, id, "contact", &[("way", "phone"), ("result", "问物业王师傅 13912345678")]).await;
    let split = [("unit", town.roads.to_string()), ("part", "浇筑灯杆的基座".to_owned())];
    let split: Vec<(&str, &str)> = split.iter().map(|(name, value)| (*name, value.as_str())).collect();
    town.does(&town.lin, id, "split", &split).await;
    let system = Actor::System("a test");
    let part = town.work.view(&system, id).await.unwrap().loaded.children().next().unwrap().id;
    town.does(&town.wu, part, "end_child", &[("reason", "基座没有坏")]).await;
    let done = [("truth", "true"), ("solved", "yes"), ("reply", crate::story::REPLY)];
    town.does(&town.lin, id, "answer", &done).await;
    town.does(&town.zhou, id, "pass", &[]).await;
    assert!(!town.work.view(&qian, merged).await.unwrap().texts.is_empty(), "he reads the answer");

    // what Zhao takes along: the office's note without the caretaker's number, and nothing of Qian
    let (held, _) = town.work.held(&Actor::Asker(id), None, &|key| key.to_owned()).await.unwrap();
    let held = serde_json::to_string(&held).unwrap();
    assert!(held.contains("问物业王师傅") && held.contains("19900002210"), "{held}");
    for theirs in ["13912345678", "钱大勇", "接孩子"] {
        assert!(!held.contains(theirs), "{theirs} in {held}");
    }

    let called = [("contacted", "yes"), ("solved", "yes"), ("satisfied", "satisfied")];
    town.does(&town.zheng, merged, "call_back", &called).await;
    assert_eq!(town.work.act_on_requests().await.unwrap(), 1);
    let view = town.work.view(&qian, merged).await.unwrap();
    assert!(view.texts.is_empty() && view.loaded.row.body.is_empty() && view.loaded.row.name.is_none());
    assert_eq!(town.found("接孩子").await, 0);

    town.does(&town.zheng, id, "call_back", &called).await;
    town.work.ask_erase(&Actor::Asker(id), None).await.unwrap();
    town.clock.advance_ms(8 * DAY);
    assert_eq!(town.work.act_on_requests().await.unwrap(), 1);
    for gone in [id, part] {
        let view = town.work.view(&system, gone).await.unwrap();
        assert!(view.texts.is_empty() && view.loaded.row.body.is_empty());
        assert!(linli_casework::verify(&view.loaded.events) && linli_casework::replays(&view.loaded));
    }
}

#[db_test(ROOMS)]
async fn an_open_case_is_finished_first_and_a_held_one_stays(db: TestDb) {
    let town = Town::new(db).await;
    let uploads = uploads(&town);
    let id = town.dispatched().await;
    let zhao = Actor::Asker(id);
    town.work.ask_erase(&zhao, None).await.unwrap();
    town.clock.advance_ms(8 * DAY);
    assert_eq!(town.work.act_on_requests().await.unwrap(), 0, "it is under way");
    assert!(!town.work.view(&zhao, id).await.unwrap().loaded.row.body.is_empty());
    town.does(&zhao, id, "withdraw", &[]).await;
    assert_eq!(town.work.act_on_requests().await.unwrap(), 1);
    assert!(town.work.view(&zhao, id).await.unwrap().loaded.row.body.is_empty());

    let held = town.lamp_closed(&uploads).await;
    assert!(town.work.hold(&town.lin, held, "法院调取").await.is_err(), "not every post holds");
    assert_eq!(code(town.work.hold(&town.li, held, "……").await.unwrap_err()), "reason_short");
    town.work.hold(&town.li, held, "法院调取卷宗").await.unwrap();
    town.work.ask_erase(&Actor::Asker(held), None).await.unwrap();
    town.clock.advance_ms(8 * DAY);
    town.work.act_on_requests().await.unwrap();
    assert!(!town.work.view(&Actor::Asker(held), held).await.unwrap().loaded.row.body.is_empty());
}

#[db_test(ROOMS)]
async fn retention_takes_contacts_after_a_year_and_words_after_three(db: TestDb) {
    let town = Town::new(db).await;
    let uploads = uploads(&town);
    let id = town.lamp_closed(&uploads).await;
    let held = town.lamp_withdrawn(&uploads).await;
    town.work.hold(&town.li, held, "行政复议中").await.unwrap();
    picture(&uploads, 200).await;
    let count = async |class: &str| {
        let plan = town.work.retention_plan().await.unwrap();
        plan.into_iter().find(|over| over.class == class).unwrap().count.unwrap()
    };
    assert_eq!((count("contact").await, count("uploads").await), (0, 0));
    town.clock.advance_ms(3 * DAY);
    assert_eq!(count("uploads").await, 1, "a picture that was never sent");
    assert_eq!(town.work.retain(&uploads).await.unwrap(), 1);
    assert_eq!(files(&town), 2, "both lamps have the same picture");

    town.clock.advance_ms(366 * DAY);
    assert_eq!((count("contact").await, count("words").await), (1, 0));
    town.work.retain(&uploads).await.unwrap();
    let zhao = Actor::Asker(id);
    let row = town.work.view(&zhao, id).await.unwrap().loaded.row;
    assert!(row.name.is_none() && row.phone_sealed.is_none() && !row.body.is_empty());

    town.clock.advance_ms(3 * 366 * DAY);
    town.work.retention_starts(town.work.world().now()).await.unwrap();
    assert_eq!(town.work.retain(&uploads).await.unwrap(), 0, "a demo's clock begins when it is loaded");
    town.work.retention_starts(linli_base::At(0)).await.unwrap();
    assert_eq!(count("words").await, 1);
    town.work.retain(&uploads).await.unwrap();
    assert_eq!(town.work.retain(&uploads).await.unwrap(), 0, "and not twice");
    let view = town.work.view(&zhao, id).await.unwrap();
    assert!(view.loaded.row.body.is_empty() && linli_casework::verify(&view.loaded.events));
    assert!(!town.work.view(&Actor::Asker(held), held).await.unwrap().loaded.row.body.is_empty(), "held");
    assert_eq!(files(&town), 2, "the held lamp has the picture still");

    let ledger = town.work.retention_ledger(&Actor::System("a test")).await.unwrap();
    let mut went: Vec<(&str, i64)> = ledger.iter().map(|line| (line.class.as_str(), line.count)).collect();
    went.sort_unstable();
    went.retain(|(class, _)| *class != "inbox");
    assert_eq!(went, [("contact", 1), ("uploads", 1), ("words", 1)]);
    assert!(town.work.retention_ledger(&town.wu).await.is_err());
}

#[db_test(ROOMS)]
async fn who_looked_and_why_zhao_reads_too(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.dispatched().await;
    let see = async |part, purpose: &str, why: &str| town.work.unmask(&town.wu, id, part, purpose, why).await;
    assert_eq!(code(see(Part::Phone, "contact", "。。。。。").await.unwrap_err()), "reason_short");
    assert_eq!(code(see(Part::Phone, "curious", "就是想看看").await.unwrap_err()), "not_a_choice");
    assert!(town.work.looks_at_mine(&Actor::Asker(id)).await.unwrap().is_empty());
    let phone = see(Part::Phone, "contact", "约上门时间").await.unwrap();
    assert_eq!(phone.as_deref(), Some("19900002210"));
    assert_eq!(see(Part::Name, "verify", "核对诉求人").await.unwrap().as_deref(), Some("赵女士"));
    assert!(town.work.unmask(&town.qian, id, Part::Phone, "contact", "约上门时间").await.is_err());

    let looks = town.work.looks_at_mine(&Actor::Asker(id)).await.unwrap();
    let told: Vec<_> = looks.iter().map(|look| (look.act.as_str(), look.org.as_deref())).collect();
    assert_eq!(told.len(), 2);
    assert!(told.contains(&("phone.see", Some("书香社区居民委员会"))), "{told:?}");
    assert!(looks.iter().any(|look| look.reason.as_deref() == Some("约上门时间")));
    assert_eq!(town.work.looks(&town.zhou).await.unwrap().len(), 2, "the auditor sees them");
    assert!(town.work.looks(&town.wu).await.is_err());
}

#[db_test(ROOMS)]
async fn zhao_sets_it_right_and_the_handler_sees_it(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.dispatched().await;
    let zhao = Actor::Asker(id);
    let right = Correction {
        body: "是文苑街口往东第二盏，不是第一盏。".into(),
        name: "赵敏".into(),
        phone: "19900002211".into(),
    };
    town.work.correct(&zhao, id, right.clone()).await.unwrap();
    let view = town.work.view(&town.lin, id).await.unwrap();
    let last = view.timeline().pop().unwrap();
    assert_eq!(last.step, "asker_corrected");
    assert!(last.said.text("said_before").starts_with("文苑街口那盏"));
    assert_eq!(view.loaded.row.body, right.body);
    assert!(linli_casework::verify(&view.loaded.events) && linli_casework::replays(&view.loaded));
    assert_eq!((town.found("第二盏").await, town.found("孩子放学五点").await), (1, 0));
    assert!(town.work.inbox(&town.lin, None).await.unwrap().iter().any(|item| item.key == "asker_corrected"));
    assert!(matches!(
        town.work.correct(&Actor::Asker(town.work.world().id()), id, right).await,
        Err(Problem::NotFound)
    ));

    town.does(&zhao, id, "withdraw", &[]).await;
    let late = Correction { body: "算了".into(), ..Correction::default() };
    assert_eq!(code(town.work.correct(&zhao, id, late).await.unwrap_err()), "not_open");
}

#[db_test(ROOMS)]
async fn public_only_with_consent_and_after_wu_has_read_it(db: TestDb) {
    let town = Town::new(db).await;
    town.work.seed_consents().await.unwrap();
    let uploads = uploads(&town);
    let pictures = vec![picture(&uploads, 40).await, picture(&uploads, 41).await];
    let new = NewCase {
        body: "锦和苑5号楼2单元的灯坏了，我是赵女士，电话199 0000 2210，帮忙看看。".into(),
        place: "锦和苑5号楼2单元".into(),
        pictures: pictures.clone(),
        ..town.lamp()
    };
    let opened = town.work.open(Actor::Stranger, "request", "say", new).await.unwrap();
    let (id, zhao) = (opened.id, Actor::Asker(opened.id));
    let agreed = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    assert!(town.work.public_waiting(&town.wu).await.unwrap().is_empty(), "nothing without consent");
    town.work.set_consents(&zhao, id, &agreed(&["public", "pictures"])).await.unwrap();
    assert!(
        town.work.public_list("request", 10).await.unwrap().is_empty(),
        "and not before a person has read it"
    );
    assert!(town.work.public_waiting(&town.lin).await.is_err());
    assert!(town.work.public_waiting(&town.qian).await.unwrap().is_empty(), "another street");

    let proposal = town.work.public_proposal(&town.wu, id).await.unwrap();
    assert_eq!(proposal.new_place, "锦和苑");
    assert!(proposal.new_body.contains("电话****") && !proposal.new_body.contains("赵女士"));
    assert_eq!(proposal.pictures.len(), 2);
    let show = |body: &str| Decision::Show {
        title: "楼道灯坏了".into(),
        body: body.to_owned(),
        place: "锦和苑".into(),
        pictures: vec![pictures[1]],
    };
    let left =
        town.work.decide_public(&town.wu, id, proposal.row.version, show("找赵女士")).await.unwrap_err();
    assert_eq!(code(left), "still_personal");
    let phone = show("电话19900002210");
    assert_eq!(
        code(town.work.decide_public(&town.wu, id, proposal.row.version, phone).await.unwrap_err()),
        "still_personal"
    );
    town.work.decide_public(&town.wu, id, proposal.row.version, show("楼道的灯坏了。")).await.unwrap();
    let again = town.work.decide_public(&town.wu, id, proposal.row.version, show("楼道的灯坏了。")).await;
    assert!(matches!(again, Err(Problem::Conflict { .. })));
    let shown = town.work.public_case("request", &opened.number).await.unwrap();
    assert_eq!((shown.title.as_str(), shown.place.as_str()), ("楼道灯坏了", "锦和苑"));
    assert!(town.work.public_picture(pictures[1]).await.unwrap());
    assert!(!town.work.public_picture(pictures[0]).await.unwrap(), "not chosen");

    town.work.set_consents(&zhao, id, &[]).await.unwrap();
    assert!(town.work.public_list("request", 10).await.unwrap().is_empty(), "gone at once");
    assert!(matches!(town.work.public_case("request", &opened.number).await, Err(Problem::NotFound)));
    let consents = town.work.own_consents(&zhao).await.unwrap();
    assert!(consents.iter().all(|consent| consent.withdrawn_at.is_some()) && consents.len() == 2);
}

#[db_test(ROOMS)]
async fn a_changed_text_asks_again_for_its_purpose_only(db: TestDb) {
    let town = Town::new(db).await;
    town.work.seed_consents().await.unwrap();
    town.work.seed_consents().await.unwrap();
    let id = town.dispatched().await;
    let zhao = Actor::Asker(id);
    let both = ["sms".to_owned(), "map".to_owned()];
    town.work.set_consents(&zhao, id, &both).await.unwrap();
    let system = Actor::System("a test");
    assert!(town.work.change_text(&town.wu, "sms", "新", "new").await.is_err(), "whoever configures");
    town.work
        .change_text(&system, "sms", "有进展时发短信，每天最多一条。", "At most one a day.")
        .await
        .unwrap();
    let same =
        town.work.change_text(&system, "sms", "有进展时发短信，每天最多一条。", "At most one a day.").await;
    assert_eq!(code(same.unwrap_err()), "same_text");
    town.work.set_consents(&zhao, id, &both).await.unwrap();
    let consents = town.work.own_consents(&zhao).await.unwrap();
    let mut told: Vec<_> =
        consents.iter().map(|one| (one.purpose.as_str(), one.version, one.withdrawn_at.is_some())).collect();
    told.sort_unstable();
    assert_eq!(told, [("map", 1, false), ("sms", 1, true), ("sms", 2, false)]);
}

#[db_test(ROOMS)]
async fn an_account_is_closed_when_its_posts_are_handed_back(db: TestDb) {
    let town = Town::new(db).await;
    let bare = |actor: &Actor| match actor.clone() {
        Actor::Person { id, name, .. } => Actor::Person { id, name, hat: None, via: Via::Web },
        other => other,
    };
    let lin = bare(&town.lin);
    assert_eq!(code(town.work.ask_close(&lin).await.unwrap_err()), "posts_first");
    town.clock.advance_ms(DAY);
    let scope = Scope::system("a test");
    let person = town.lin.person().unwrap();
    let posts = linli_org::people::posts(&mut town.db.read(), &scope, person).await.unwrap();
    let yesterday = town.work.world().now().day().plus(-1);
    let post = posts[0].post;
    town.db
        .write(async move |tx| {
            let sql = &linli_org::statements().find(|one| one.name == "SET_LAST_DAY").unwrap();
            tx.run(sql, &Scope::system("a test"), linli_store::args![post, yesterday]).await?;
            Ok(())
        })
        .await
        .unwrap();
    let new = NewCase { asker: Some(person), ..town.lamp() };
    let own = town.work.open(lin.clone(), "request", "say", new).await.unwrap().id;
    assert_eq!(town.work.own_cases(&lin).await.unwrap().len(), 1);
    town.work.ask_close(&lin).await.unwrap();
    town.clock.advance_ms(8 * DAY);
    assert_eq!(town.work.act_on_requests().await.unwrap(), 1);
    assert!(town.work.own_cases(&lin).await.unwrap().is_empty());
    let closed = linli_org::people::by_id(&mut town.db.read(), &scope, person).await.unwrap();
    assert!(!closed.active && closed.name.is_empty());
    assert!(!town.work.view(&town.wu, own).await.unwrap().loaded.row.body.is_empty(), "what was said stays");
}
