//! Cases that are handled together, and parts of a case.

use crate::{
    story::REPLY,
    town::{ROOMS, Town, form},
};
use linli_authz::{Actor, Scope};
use linli_base::{CaseId, Phone, Problem};
use linli_casework::{Filter, NewCase, replays, verify};
use linli_store::{Query, args, row, statements};
use linli_testkit::{START, TestDb, db_test};

row! {
    struct CaseIdRow {
        id: CaseId,
    }
}

statements! {
    OF_PARENT(unscoped "a test finds the parts of a case") =
        "SELECT c.id FROM cases c WHERE c.parent_id = $1 ORDER BY c.number";
}

const ACCEPT: [(&str, &str); 3] = [("kind", "help"), ("category", "road.lamp"), ("level", "normal")];
const CALLED: [(&str, &str); 3] = [("contacted", "yes"), ("solved", "yes"), ("satisfied", "satisfied")];

fn code(problem: Problem) -> &'static str {
    match problem {
        Problem::Refused(refusal) => refusal.code,
        other => panic!("{other}"),
    }
}

impl Town {
    /// Mr. Qian says the same as Ms. Zhao in his own words.
    fn same_lamp(&self) -> NewCase {
        NewCase {
            client_id: Some(self.work.world().ids.uuid(START)),
            title: "书香路口的过街灯不亮好几天了".into(),
            body: "我叫钱大勇，接孩子的时候书香路口过街灯不亮，看不清。".into(),
            phone: Some(Phone::parse("phone", "199 0000 3320").unwrap()),
            name: Some("钱大勇".into()),
            ..self.lamp()
        }
    }

    async fn says(&self, new: NewCase) -> (CaseId, String) {
        let opened = self.work.open(Actor::Stranger, "request", "say", new).await.unwrap();
        (opened.id, opened.number)
    }

    async fn state(&self, id: CaseId) -> String {
        self.whole(id).await.loaded.case.state
    }

    /// The case as the program sees it; its events and its row agree.
    async fn whole(&self, id: CaseId) -> linli_casework::CaseView {
        let view = self.work.view(&Actor::System("test"), id).await.unwrap();
        assert!(verify(&view.loaded.events), "the chain is whole");
        assert!(replays(&view.loaded), "replaying gives the row");
        view
    }

    async fn steps(&self, id: CaseId) -> Vec<String> {
        self.whole(id).await.timeline().into_iter().map(|entry| entry.step).collect()
    }

    /// Zhao's lamp is dispatched, Qian's is merged into it.
    async fn merged(&self) -> (CaseId, CaseId) {
        let master = self.dispatched().await;
        let (other, _) = self.says(self.same_lamp()).await;
        let into = [("master", "260929-0001")];
        assert_eq!(self.does(&self.wu, other, "merge", &into).await, "merged");
        (master, other)
    }

    async fn answers(&self, id: CaseId) {
        self.does(&self.lin, id, "contact", &[("way", "phone"), ("result", "约好明天上午修")]).await;
        self.does(&self.lin, id, "answer", &[("truth", "true"), ("solved", "yes"), ("reply", REPLY)]).await;
    }
}

#[db_test(ROOMS)]
async fn two_askers_of_one_lamp_are_each_answered_and_called_back(db: TestDb) {
    let town = Town::new(db).await;
    let (master, qian) = town.merged().await;
    let asker = Actor::Asker(qian);

    let merged = town.work.view(&asker, qian).await.unwrap();
    let with = merged.loaded.master().unwrap();
    assert_eq!((with.number.as_str(), with.state.as_str()), ("260929-0001", "signing"));
    assert!(with.finish_due_at.is_some(), "the day until which the lamp is to be mended");
    assert!(merged.loaded.case.clocks.values().all(|clock| clock.stopped.is_some()));
    assert_eq!(merged.loaded.case.category.as_deref(), Some("road.lamp"), "taken over from the master");
    assert!(merged.steps.is_empty());
    let found = Filter { words: Some("钱大勇".into()), ..Filter::default() };
    let (lines, _) = town.work.list(&town.wu, &found, None, 50).await.unwrap();
    assert_eq!(lines[0].master.as_deref(), Some("260929-0001"), "a search says into which it went");
    let open = Filter { open: Some(true), ..Filter::default() };
    let (lines, _) = town.work.list(&town.wu, &open, None, 50).await.unwrap();
    assert_eq!((lines.len(), lines[0].merged), (1, 1), "one to do, one more who asked");
    assert_eq!(town.steps(master).await, ["say", "accept", "dispatch", "takes_in"]);

    town.does(&town.lin, master, "sign", &[]).await;
    town.answers(master).await;
    assert_eq!(town.state(qian).await, "merged", "nothing is told before the audit");
    town.does(&town.zhou, master, "pass", &[]).await;

    let answered = town.whole(qian).await;
    assert_eq!(answered.loaded.case.state, "calling");
    assert_eq!(answered.loaded.case.lead, Some(town.lamps), "whoever mended it answers for it");
    let reply = answered.timeline().last().unwrap().said.text("reply").to_owned();
    assert_eq!(reply, REPLY.replace("赵女士", ""), "not the other asker's name");

    assert_eq!(town.does(&town.zheng, qian, "call_back", &CALLED).await, "closed");
    assert_eq!(town.state(master).await, "calling", "Zhao is called by herself");
    assert_eq!(town.does(&Actor::Asker(master), master, "rate", &CALLED).await, "closed");
}

#[db_test(ROOMS)]
async fn one_of_them_says_unsolved_and_only_that_case_is_taken_up_again(db: TestDb) {
    let town = Town::new(db).await;
    let (master, qian) = town.merged().await;
    town.does(&town.lin, master, "sign", &[]).await;
    town.answers(master).await;
    town.does(&town.zhou, master, "pass", &[]).await;
    town.does(&Actor::Asker(master), master, "rate", &CALLED).await;
    let unsolved = [("contacted", "no"), ("solved", "no"), ("words", "我家门口那盏还是不亮")];
    assert_eq!(town.does(&Actor::Asker(qian), qian, "rate", &unsolved).await, "working");
    assert_eq!(town.state(master).await, "closed");
    let again = town.whole(qian).await;
    assert_eq!((again.loaded.case.round, again.loaded.case.holder), (2, Some(town.lamps)));
    assert!(again.loaded.case.clocks["finish"].stopped.is_none());
    town.does(&town.lin, qian, "contact", &[("way", "phone"), ("result", "说的是门口那盏")]).await;
    let own = "您门口那盏过街灯的灯泡10月8日换了，当晚亮灯。";
    town.does(&town.lin, qian, "answer", &[("truth", "true"), ("solved", "yes"), ("reply", own)]).await;
    assert_eq!(town.does(&town.zhou, qian, "pass", &[]).await, "calling", "by its own way to the end");
    assert_eq!(town.state(master).await, "closed");
}

#[db_test(ROOMS)]
async fn whoever_worked_on_the_master_does_not_call_the_others_back(db: TestDb) {
    let town = Town::new(db).await;
    let (master, qian) = town.merged().await;
    town.does(&town.lin, master, "sign", &[]).await;
    town.answers(master).await;
    town.does(&town.zhou, master, "pass", &[]).await;
    // the auditor is a caller of the same street today
    let Actor::Person { id, name, hat, via } = town.zhou.clone() else { panic!() };
    let Actor::Person { hat: Some(caller), .. } = town.zheng.clone() else { panic!() };
    let twice = Actor::Person { id, name, hat: hat.map(|_| caller), via };
    let Problem::Refused(refusal) = town.cannot(&twice, qian, "call_back", &CALLED).await else { panic!() };
    assert_eq!((refusal.code, refusal.args), ("separated", vec![("part", "auditor".to_owned())]));
}

#[db_test(ROOMS)]
async fn what_is_not_the_same_matter_is_not_merged(db: TestDb) {
    let town = Town::new(db).await;
    let master = town.dispatched().await;
    let (new, number) = town.says(town.same_lamp()).await;
    let into = |number: &'static str| [("master", number)];
    assert_eq!(code(town.cannot(&town.wu, new, "merge", &[("master", &number)]).await), "merge_itself");
    let Problem::Invalid(flaws) = town.cannot(&town.wu, new, "merge", &into("260929-9999")).await else {
        panic!()
    };
    assert_eq!(flaws[0].code, "no_such_case");
    let (fresh, fresh_number) = town.says(town.same_lamp()).await;
    let not_yet = town.cannot(&town.wu, new, "merge", &[("master", &fresh_number)]).await;
    assert_eq!(code(not_yet), "master_not_accepted");

    let road = [("kind", "help"), ("category", "road.surface"), ("level", "normal")];
    town.does(&town.wu, fresh, "accept", &road).await;
    assert_eq!(code(town.cannot(&town.wu, fresh, "merge", &into("260929-0001")).await), "other_category");

    town.clock.advance_ms(31 * 86_400_000);
    let (late, _) = town.says(town.same_lamp()).await;
    assert_eq!(code(town.cannot(&town.wu, late, "merge", &into("260929-0001")).await), "too_far_apart");

    town.does(&town.wu, new, "merge", &into("260929-0001")).await;
    let chain = town.cannot(&town.wu, master, "merge", &[("master", &fresh_number)]).await;
    assert_eq!(code(chain), "has_merged", "no chains");
    let (last, _) = town.says(town.same_lamp()).await;
    assert_eq!(code(town.cannot(&town.wu, last, "merge", &[("master", &number)]).await), "master_over");
    let elsewhere = town.cannot(&town.qian, new, "unmerge", &[("reason", "不是同一件")]).await;
    assert!(matches!(elsewhere, Problem::NotFound), "another street's clerk");
}

#[db_test(ROOMS)]
async fn a_master_that_ends_gives_its_cases_back_to_the_desk(db: TestDb) {
    let town = Town::new(db).await;
    let (master, qian) = town.merged().await;
    town.clock.advance_ms(3_600_000);
    town.does(&Actor::Asker(master), master, "withdraw", &[]).await;
    let back = town.whole(qian).await;
    let case = &back.loaded.case;
    assert_eq!((case.state.as_str(), case.lead, case.master), ("accepting", None, None));
    assert_eq!(case.holder, Some(town.office));
    let accept = &case.clocks["accept"];
    assert_eq!((accept.started, accept.stopped), (town.db.world.now(), None), "its clock begins anew");
    town.does(&town.wu, qian, "accept", &ACCEPT).await;
    town.does(&town.wu, qian, "dispatch", &[("lead", &town.lamps.to_string())]).await;
    assert!(town.whole(qian).await.loaded.case.clocks["finish"].stopped.is_none());
}

#[db_test(ROOMS)]
async fn a_wrong_merge_is_undone_with_a_reason(db: TestDb) {
    let town = Town::new(db).await;
    let (master, qian) = town.merged().await;
    assert!(matches!(town.cannot(&town.wu, qian, "unmerge", &[]).await, Problem::Invalid(_)));
    assert_eq!(town.does(&town.wu, qian, "unmerge", &[("reason", "是另一盏灯")]).await, "accepting");
    assert_eq!(town.steps(master).await.last().unwrap(), "lets_go");
    town.does(&town.lin, master, "sign", &[]).await;
    town.answers(master).await;
    town.does(&town.zhou, master, "pass", &[]).await;
    assert_eq!(town.state(qian).await, "accepting", "it goes its own way");
}

#[db_test(ROOMS)]
async fn a_case_merged_while_it_waited_for_a_unit_begins_anew(db: TestDb) {
    let town = Town::new(db).await;
    town.dispatched().await;
    let (other, _) = town.says(town.same_lamp()).await;
    town.does(&town.wu, other, "accept", &ACCEPT).await;
    town.does(&town.wu, other, "dispatch", &[("lead", &town.roads.to_string())]).await;
    assert_eq!(town.does(&town.wu, other, "merge", &[("master", "260929-0001")]).await, "merged");
    town.does(&town.wu, other, "unmerge", &[("reason", "不是同一盏")]).await;
    town.does(&town.wu, other, "accept", &ACCEPT).await;
    town.does(&town.wu, other, "dispatch", &[("lead", &town.lamps.to_string())]).await;
    let finish = town.whole(other).await.loaded.case.clocks["finish"].clone();
    assert_eq!((finish.started, finish.stopped), (town.db.world.now(), None));
}

#[db_test(ROOMS)]
async fn two_clerks_who_merge_crosswise_do_not_make_a_ring(db: TestDb) {
    let town = Town::new(db).await;
    for _ in 0..4 {
        let mut cases = Vec::new();
        for _ in 0..3 {
            let (id, _) = town.says(town.same_lamp()).await;
            town.does(&town.wu, id, "accept", &ACCEPT).await;
            cases.push(id);
        }
        let [a, b, c]: [CaseId; 3] = cases.try_into().unwrap();
        let mut tries = tokio::task::JoinSet::new();
        for (who, from, into) in [(&town.wu, a, b), (&town.li, b, a), (&town.li, c, a), (&town.wu, b, c)] {
            let (work, who) = (town.work.clone(), who.clone());
            let into = into.to_string();
            tries.spawn(async move {
                match work.step(who, from, "merge", None, form(&[("master", &into)])).await {
                    Ok(_) => true,
                    Err(Problem::Refused(_) | Problem::Conflict { .. }) => false,
                    Err(other) => panic!("{other}"),
                }
            });
        }
        let done = tries.join_all().await.into_iter().filter(|done| *done).count();
        assert!(done >= 1, "one of them is first");
        let mut merged = 0;
        for id in [a, b, c] {
            let view = town.whole(id).await;
            if view.loaded.case.state == "merged" {
                merged += 1;
                let master = town.whole(view.loaded.case.master.unwrap()).await;
                assert_eq!(master.loaded.case.state, "dispatching", "a master stands on its own");
            }
        }
        assert_eq!(merged, done);
    }
}

#[db_test(ROOMS)]
async fn near_cases_are_offered_the_most_alike_first(db: TestDb) {
    let town = Town::new(db).await;
    town.dispatched().await;
    let (bins, _) = town
        .says(NewCase {
            title: "小区东门垃圾没人清".into(),
            body: "三天了，味道很大。".into(),
            ..town.same_lamp()
        })
        .await;
    town.does(
        &town.wu,
        bins,
        "accept",
        &[("kind", "help"), ("category", "clean.rubbish"), ("level", "normal")],
    )
    .await;
    let (secret, _) = town.says(NewCase { confidential: true, ..town.same_lamp() }).await;
    let words = [&ACCEPT[..], &[("handler_words", "书香路口过街灯不亮")]].concat();
    town.does(&town.wu, secret, "accept", &words).await;
    let (new, _) = town.says(town.same_lamp()).await;
    let view = town.work.view(&town.wu, new).await.unwrap();
    let states = ["dispatching", "signing", "working"];
    let near = town.work.near(&town.wu, &view, &states, 7).await.unwrap();
    let numbers: Vec<&str> = near.iter().map(|near| near.number.as_str()).collect();
    assert_eq!(numbers, ["260929-0001", "260929-0002"], "a confidential one is not among them");
    assert_eq!(near[0].shared, ["灯不亮", "看不清", "书香"]);
    assert!(near[0].alike > 0.35 && near[1].alike < 0.2, "{near:?}");
    assert!(matches!(town.work.view(&town.qian, new).await, Err(Problem::NotFound)));
    town.clock.advance_ms(8 * 86_400_000);
    let (later, _) = town.says(town.same_lamp()).await;
    let view = town.work.view(&town.wu, later).await.unwrap();
    assert!(town.work.near(&town.wu, &view, &states, 7).await.unwrap().is_empty(), "a week is over");
}

impl Town {
    /// Zhao's lamp in progress, its foundation split off to the road unit.
    async fn split(&self) -> (CaseId, CaseId) {
        let parent = self.dispatched().await;
        self.does(&self.lin, parent, "sign", &[]).await;
        let part = [("unit", self.roads.to_string()), ("part", "灯杆基座下沉，请修基座。".to_owned())];
        let part = part.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(self.does(&self.lin, parent, "split", &part).await, "working");
        (parent, self.parts(parent).await[0])
    }

    async fn parts(&self, parent: CaseId) -> Vec<CaseId> {
        let scope = Scope::system("test");
        let rows: Vec<CaseIdRow> = self.db.read().all(&OF_PARENT, &scope, args![parent]).await.unwrap();
        rows.into_iter().map(|row| row.id).collect()
    }

    fn roads_worker(&self) -> Actor {
        let Actor::Person { id, name, hat: Some(hat), via } = self.lin.clone() else { panic!() };
        let hat = linli_authz::Hat { org: self.roads, ..hat };
        Actor::Person { id, name, hat: Some(hat), via }
    }
}

#[db_test(ROOMS)]
async fn a_part_goes_to_another_unit_and_holds_up_the_answer(db: TestDb) {
    let town = Town::new(db).await;
    let (parent, child) = town.split().await;
    let gu = town.roads_worker();
    let part = town.work.view(&gu, child).await.unwrap();
    let row = &part.loaded.row;
    assert_eq!((row.number.as_str(), row.title.as_str()), ("260929-0002", "灯杆基座下沉，请修基座"));
    assert_eq!((row.name.clone(), row.phone_sealed.clone(), row.asker_id), (None, None, None));
    assert_eq!(part.loaded.parent().unwrap().number, "260929-0001");
    assert_eq!(part.loaded.case.kind.as_deref(), Some("help"));
    assert!(matches!(town.work.view(&gu, parent).await, Err(Problem::NotFound)), "the whole is not theirs");
    assert!(part.loaded.case.clocks.contains_key("finish"), "with clocks of its own");

    town.does(&town.lin, parent, "contact", &[("way", "phone"), ("result", "约好明天上午修")]).await;
    let done = [("truth", "true"), ("solved", "yes"), ("reply", REPLY)];
    let Problem::Refused(refusal) = town.cannot(&town.lin, parent, "answer", &done).await else { panic!() };
    assert_eq!((refusal.code, refusal.args), ("parts_open", vec![("count", "1".to_owned())]));
    let offered = town.work.view(&town.lin, parent).await.unwrap().steps;
    assert!(offered.iter().all(|step| step.name != "answer"), "the button is not there either");

    town.does(&gu, child, "sign", &[]).await;
    assert_eq!(
        code(town.cannot(&gu, child, "split", &[("unit", &town.lamps.to_string()), ("part", "再拆")]).await),
        "is_a_part"
    );
    assert_eq!(code(town.cannot(&gu, child, "ask_more_working", &[("wanted", "在哪")]).await), "is_a_part");
    let mended = "灯杆基座下沉处9月30日已经重新浇筑，10月2日可以立杆。";
    town.does(&gu, child, "answer", &[("truth", "true"), ("solved", "yes"), ("reply", mended)]).await;
    assert_eq!(
        town.does(&town.zhou, child, "pass", &[]).await,
        "closed",
        "nobody is called back about a part"
    );
    assert_eq!(town.steps(parent).await.last().unwrap(), "child_done");
    assert_eq!(town.does(&town.lin, parent, "answer", &done).await, "auditing");
    town.whole(child).await;
}

#[db_test(ROOMS)]
async fn a_withdrawn_case_ends_its_parts_and_the_desk_may_end_one(db: TestDb) {
    let town = Town::new(db).await;
    let (parent, child) = town.split().await;
    let gu = town.roads_worker();
    town.does(&gu, child, "sign", &[]).await;
    assert_eq!(town.does(&town.wu, child, "end_child", &[("reason", "灯所自己修了")]).await, "withdrawn");
    assert_eq!(town.steps(parent).await.last().unwrap(), "child_done");
    town.does(&town.wu, parent, "split", &[("unit", &town.roads.to_string()), ("part", "还是要修基座")])
        .await;
    let second = town.parts(parent).await[1];
    town.does(&Actor::Asker(parent), parent, "withdraw", &[]).await;
    assert_eq!(town.state(second).await, "withdrawn");
    assert_eq!(town.steps(second).await, ["split_off", "parent_ended"]);
    let told = town.whole(second).await;
    assert!(told.loaded.case.clocks.values().all(|clock| clock.stopped.is_some()));
}

#[db_test(ROOMS)]
async fn a_case_has_at_most_ten_parts(db: TestDb) {
    let town = Town::new(db).await;
    let (parent, _) = town.split().await;
    let roads = town.roads.to_string();
    let part = [("unit", roads.as_str()), ("part", "再修一处")];
    for _ in 0..9 {
        town.does(&town.lin, parent, "split", &part).await;
    }
    assert_eq!(code(town.cannot(&town.lin, parent, "split", &part).await), "parts_full");
    assert_eq!(town.parts(parent).await.len(), 10);
}

#[db_test(ROOMS)]
async fn splitting_and_answering_at_once_leave_no_open_part_behind(db: TestDb) {
    let town = Town::new(db).await;
    for _ in 0..4 {
        let parent = town.dispatched().await;
        town.does(&town.lin, parent, "sign", &[]).await;
        town.does(&town.lin, parent, "contact", &[("way", "phone"), ("result", "约好明天上午修")]).await;
        let mut tries = tokio::task::JoinSet::new();
        for step in ["split", "answer"] {
            let (work, lin, roads) = (town.work.clone(), town.lin.clone(), town.roads.to_string());
            tries.spawn(async move {
                let filled = match step {
                    "split" => form(&[("unit", &roads), ("part", "修基座")]),
                    _ => form(&[
                        ("truth", "true"),
                        ("solved", "yes"),
                        ("reply", REPLY),
                        ("override", "同一天两盏"),
                    ]),
                };
                work.step(lin, parent, step, None, filled).await.is_ok()
            });
        }
        assert_eq!(tries.join_all().await.into_iter().filter(|done| *done).count(), 1);
        let (state, parts) = (town.state(parent).await, town.parts(parent).await.len());
        assert!(matches!((state.as_str(), parts), ("working", 1) | ("auditing", 0)), "{state} {parts}");
    }
}
