//! Extending, holding, designating, supervising: what people do and what they then see.

use crate::{
    story::{REPLY, code},
    town::{ROOMS, Town},
};
use linli_authz::Actor;
use linli_base::{CaseId, Day};
use linli_casework::Filter;
use linli_testkit::{TestDb, db_test};

const HOUR: i64 = 3_600_000;

impl Town {
    async fn contacted(&self) -> CaseId {
        let id = self.dispatched().await;
        self.does(&self.lin, id, "sign", &[]).await;
        self.does(&self.lin, id, "contact", &[("way", "phone"), ("result", "约好明天上午修")]).await;
        id
    }

    /// Keys of the person's messages, the oldest first.
    async fn told(&self, who: &Actor) -> Vec<String> {
        let worker = linli_jobs::Worker::new(
            linli_store::Db::clone(&self.db),
            self.db.world.clone(),
            linli_jobs::Bell::default(),
        );
        self.work.subscribe(worker, None).run_due(self.db.world.now()).await.unwrap();
        let mut keys: Vec<String> =
            self.work.inbox(who, None).await.unwrap().into_iter().map(|item| item.key).collect();
        keys.reverse();
        keys
    }

    async fn marked(&self, who: &Actor, mark: &str) -> usize {
        let filter = Filter { marks: vec![mark.into()], open: Some(true), ..Filter::default() };
        let lines = self.work.list(who, &filter, None, 50).await.unwrap().0.len();
        assert_eq!(self.work.count(who, &filter).await.unwrap(), i64::try_from(lines).unwrap());
        lines
    }

    async fn last_day(&self, id: CaseId) -> String {
        let row = self.work.view(&self.li, id).await.unwrap().loaded.row;
        row.finish_due_at.unwrap().plus_ms(-1).day().to_string()
    }

    /// Goes on to nine o'clock of a day.
    fn morning(&self, day: &str) {
        let at = Day::parse(day).unwrap().start().plus_hours(9);
        self.clock.set(at);
    }

    async fn steps_of(&self, id: CaseId) -> Vec<String> {
        let view = self.work.view(&self.li, id).await.unwrap();
        assert!(linli_casework::verify(&view.loaded.events) && linli_casework::replays(&view.loaded));
        view.timeline().into_iter().map(|entry| entry.step).collect()
    }
}

#[db_test(ROOMS)]
async fn lin_gets_four_days_more_and_everyone_is_told(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.contacted().await;
    let old = town.last_day(id).await;
    let ask = [("cause", "material"), ("days", "4"), ("reason", "灯杆要从厂里定")];
    town.does(&town.lin, id, "ask_extension", &ask).await;
    assert_eq!(town.marked(&town.zhou, "extension_asked").await, 1, "it waits for the city's auditor");
    assert!(town.told(&town.zhou).await.contains(&"extension_asked".to_owned()));
    assert_eq!(town.last_day(id).await, old, "asking moves nothing");
    town.does(&town.zhou, id, "grant_extension", &[("days", "4")]).await;
    let new = town.last_day(id).await;
    assert!(new > old, "{new}");
    let row = town.work.view(&town.lin, id).await.unwrap().loaded.row;
    assert_eq!(row.due_at, row.finish_due_at);
    assert!(row.yellow_at < row.due_at && row.card_red_at >= row.due_at, "the cards moved with it");
    assert!(town.told(&town.lin).await.contains(&"extension_granted".to_owned()));
    assert_eq!(town.marked(&town.zhou, "extension_asked").await, 0);
}

#[db_test(ROOMS)]
async fn an_extension_that_nobody_answers_lapses_with_the_old_date(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.contacted().await;
    let old = town.last_day(id).await;
    let ask = [("cause", "material"), ("days", "4"), ("reason", "灯杆要从厂里定")];
    town.does(&town.lin, id, "ask_extension", &ask).await;
    assert_eq!(town.work.routine().await.unwrap(), 0, "there is still time to answer");
    town.clock.advance_ms(30 * 24 * HOUR);
    assert_eq!(town.work.routine().await.unwrap(), 1);
    assert_eq!(town.work.routine().await.unwrap(), 0, "once");
    assert_eq!(town.last_day(id).await, old);
    assert_eq!(town.steps_of(id).await.last().unwrap(), "lapse_extension");
}

const PLAN: [(&str, &str); 6] = [
    ("hold_ground", "funds"),
    ("hold_plan", "先报预算，再换灯杆"),
    ("m1", "2026-11-10"),
    ("w1", "预算批下来"),
    ("m2", "2026-12-15"),
    ("w2", "灯杆换好"),
];

impl Town {
    async fn held(&self) -> CaseId {
        let id = self.contacted().await;
        let sun = self.sun.person().unwrap().to_string();
        let plan: Vec<(&str, &str)> = PLAN.into_iter().chain([("owner", sun.as_str())]).collect();
        assert_eq!(code(self.cannot(&self.lin, id, "ask_hold", &plan).await), "not_yours");
        self.does(&self.sun, id, "ask_hold", &plan).await;
        assert!(self.told(&self.feng).await.contains(&"hold_asked".to_owned()), "the street decides");
        assert_eq!(self.does(&self.feng, id, "grant_hold", &[]).await, "held");
        id
    }
}

#[db_test(ROOMS)]
async fn a_hold_whose_milestones_are_reached_goes_back_to_work(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.held().await;
    let view = town.work.view(&Actor::Asker(id), id).await.unwrap();
    let days: Vec<String> =
        linli_casework::milestones(&view.loaded.facts).iter().map(|one| one.day.to_string()).collect();
    assert_eq!(days, ["2026-11-10", "2026-12-15"]);
    assert_eq!(
        view.loaded.row.due_clock.as_deref(),
        Some("review"),
        "the first review is due before the milestone"
    );

    town.morning("2026-11-09");
    town.does(&town.feng, id, "review_hold", &[("findings", "预算已经报上去")]).await;
    town.does(&town.lin, id, "reach_milestone", &[("words", "预算批了")]).await;
    assert_eq!(town.work.routine().await.unwrap(), 0, "nothing was missed");
    town.morning("2026-12-14");
    assert_eq!(town.does(&town.lin, id, "reach_milestone", &[("words", "灯杆换好了")]).await, "working");
    let view = town.work.view(&town.lin, id).await.unwrap();
    assert!(!view.loaded.case.has("milestone_missed"));
    assert_eq!(view.loaded.row.due_clock.as_deref(), Some("finish"), "its clock runs again");
    assert!(view.loaded.row.finish_due_at.unwrap() > town.db.world.now(), "with the days that were left");
    let steps = town.steps_of(id).await;
    assert_eq!(steps[steps.len() - 2..], ["reach_milestone", "finish_hold"]);
}

#[db_test(ROOMS)]
async fn a_missed_milestone_brings_it_back_at_full_weight(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.held().await;
    town.morning("2026-11-10");
    assert_eq!(town.work.routine().await.unwrap(), 0, "the day is not over");
    town.morning("2026-11-11");
    assert_eq!(town.work.routine().await.unwrap(), 1);
    let view = town.work.view(&town.sun, id).await.unwrap();
    assert_eq!(view.loaded.case.state, "working");
    assert!(view.loaded.case.has("milestone_missed") && !view.loaded.row.due_paused);
    for who in [&town.sun, &town.feng] {
        assert!(town.told(who).await.contains(&"milestone_missed".to_owned()));
    }
    assert_eq!(town.steps_of(id).await.last().unwrap(), "miss_milestone");
}

#[db_test(ROOMS)]
async fn after_two_dispatches_the_city_desk_designates(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.dispatched().await;
    let (roads, office) = (town.roads.to_string(), town.office.to_string());
    let back = [("basis", "三定方案第二条"), ("suggest", roads.as_str())];
    town.does(&town.sun, id, "return", &back).await;
    town.does(&town.wu, id, "redispatch", &[("lead", &office)]).await;
    let Actor::Person { hat: Some(mut hat), id: wu, name, via } = town.wu.clone() else { panic!() };
    hat.roles.push(linli_authz::Role::Leader);
    let leader = Actor::Person { hat: Some(hat), id: wu, name, via };
    assert_eq!(town.does(&leader, id, "return", &back).await, "returned");
    assert_eq!(code(town.cannot(&town.wu, id, "redispatch", &[("lead", &roads)]).await), "third_dispatch");
    assert_eq!(
        code(town.cannot(&town.wu, id, "refuse_return", &[("reason", "还是你们")]).await),
        "third_dispatch"
    );
    assert_eq!(code(town.cannot(&town.wu, id, "designate", &[("lead", &roads)]).await), "not_yours");
    assert!(town.told(&town.li).await.contains(&"raised".to_owned()));
    let offered = town.work.view(&town.li, id).await.unwrap().steps;
    assert!(offered.iter().any(|step| step.name == "designate"));
    let lamps = town.lamps.to_string();
    assert_eq!(town.does(&town.li, id, "designate", &[("lead", &lamps)]).await, "signing");
    assert_eq!(code(town.cannot(&town.sun, id, "return", &back).await), "designated_not_returned");
    assert_eq!(town.marked(&town.feng, "supervised").await, 1, "handed round three units");
}

#[db_test(ROOMS)]
async fn three_unsolved_rounds_come_before_the_city(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.contacted().await;
    let replies = [
        REPLY,
        "书香路口过街灯换了新的灯头，10月8日晚上检查过，亮着。",
        "过街灯的灯杆和电缆都换过，10月20日晚上测过，亮着。",
    ];
    for (round, reply) in replies.iter().enumerate() {
        if round > 0 {
            town.does(&town.lin, id, "contact", &[("way", "visit"), ("result", "看了现场")]).await;
        }
        town.does(&town.lin, id, "answer", &[("truth", "true"), ("solved", "yes"), ("reply", reply)]).await;
        town.does(&town.zhou, id, "pass", &[]).await;
        town.does(&Actor::Asker(id), id, "rate", &[("contacted", "yes"), ("solved", "no")]).await;
        assert_eq!(town.marked(&town.li, "supervised").await, usize::from(round > 0));
        assert_eq!(town.marked(&town.li, "problem").await, usize::from(round > 1));
    }
    assert!(
        town.told(&town.li).await.contains(&"problem".to_owned()),
        "the city's desk takes it to the conference"
    );
    let case = town.work.view(&town.li, id).await.unwrap().loaded.case;
    assert!(case.has("supervised_3") && case.round == 4 && case.state == "working");
}

#[db_test(ROOMS)]
async fn cards_are_told_once_and_a_red_one_supervises(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.contacted().await;
    assert_eq!(town.work.cards().await.unwrap(), 0);
    let row = town.work.view(&town.lin, id).await.unwrap().loaded.row;
    town.clock.set(row.yellow_at.unwrap());
    for told in [1, 0] {
        assert_eq!(town.work.cards().await.unwrap(), told, "the yellow card, once");
    }
    town.clock.set(row.card_red_at.unwrap());
    for told in [1, 0] {
        assert_eq!(town.work.cards().await.unwrap(), told, "the red card, once");
    }
    for who in [&town.lin, &town.wu] {
        let keys = town.told(who).await;
        for card in ["card_yellow", "card_red"] {
            assert_eq!(keys.iter().filter(|key| *key == card).count(), 1, "{card}");
        }
    }
    assert!(town.told(&town.lin).await.contains(&"supervised".to_owned()));
    assert!(town.told(&town.feng).await.contains(&"supervised_street".to_owned()));
    assert!(town.work.view(&town.feng, id).await.unwrap().loaded.case.has("supervised_1"));
    assert_eq!(town.marked(&town.feng, "supervised").await, 1);
    assert_eq!(town.marked(&town.qian, "supervised").await, 0, "another street does not see it");

    town.does(&town.feng, id, "lift", &[("reason", "说明过了")]).await;
    assert_eq!(town.work.cards().await.unwrap(), 0);
    assert_eq!(town.marked(&town.feng, "supervised").await, 0, "whoever lifts it has the last word");
}

#[db_test(ROOMS)]
async fn the_third_of_a_place_and_kind_in_ninety_days_is_supervised(db: TestDb) {
    let town = Town::new(db).await;
    let mut seen = Vec::new();
    for days in [0, 30, 30, 80] {
        town.clock.advance_ms(days * 24 * HOUR);
        let id = town.dispatched().await;
        seen.push(town.work.view(&town.wu, id).await.unwrap().loaded.case.has("supervised_2"));
    }
    assert_eq!(seen, [false, false, true, false], "the fourth has one other in its ninety days");
}
