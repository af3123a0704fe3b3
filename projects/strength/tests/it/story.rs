use crate::town::{ROOMS, Town, form};
use linli_authz::Actor;
use linli_base::{CaseId, Problem};
use linli_casework::Filter;
use linli_store::{Db, lint};
use linli_testkit::{TestDb, db_test, prepare_all};

pub const REPLY: &str =
    "赵女士您好。书香路口过街灯的灯头和进线已经换好，9月30日晚上亮灯。以后再不亮，可以接着在这里说。";

pub fn code(problem: Problem) -> &'static str {
    match problem {
        Problem::Refused(refusal) => refusal.code,
        other => panic!("{other}"),
    }
}

impl Town {
    pub async fn does(&self, who: &Actor, id: CaseId, step: &str, fields: &[(&str, &str)]) -> String {
        let taken = self.work.step(who.clone(), id, step, None, form(fields)).await;
        taken.unwrap_or_else(|e| panic!("{step}: {e}")).state
    }

    pub async fn cannot(&self, who: &Actor, id: CaseId, step: &str, fields: &[(&str, &str)]) -> Problem {
        self.work.step(who.clone(), id, step, None, form(fields)).await.expect_err(step)
    }

    pub async fn dispatched(&self) -> CaseId {
        let opened = self.work.open(Actor::Stranger, "request", "say", self.lamp()).await.unwrap();
        let accept = [("kind", "help"), ("category", "road.lamp"), ("level", "normal")];
        self.does(&self.wu, opened.id, "accept", &accept).await;
        self.does(&self.wu, opened.id, "dispatch", &[("lead", &self.lamps.to_string())]).await;
        opened.id
    }

    pub async fn answered(&self) -> CaseId {
        let id = self.dispatched().await;
        self.does(&self.lin, id, "sign", &[]).await;
        self.does(&self.lin, id, "contact", &[("way", "phone"), ("result", "约好明天上午修")]).await;
        self.does(&self.lin, id, "answer", &[("truth", "true"), ("solved", "yes"), ("reply", REPLY)]).await;
        id
    }
}

#[db_test(ROOMS)]
async fn every_statement_is_taken(db: TestDb) {
    let statements: Vec<_> = linli_casework::statements().collect();
    prepare_all(&db, &statements).await;
}

#[test]
fn the_contract_holds() {
    let wrong = lint(&[linli_casework::MIGRATIONS], &linli_casework::statements().collect::<Vec<_>>());
    assert_eq!(wrong, Vec::<String>::new());
}

#[db_test(ROOMS)]
async fn a_lamp_from_the_first_word_to_the_rating(db: TestDb) {
    let town = Town::new(db).await;
    let new = town.lamp();
    let opened = town.work.open(Actor::Stranger, "request", "say", new.clone()).await.unwrap();
    assert_eq!((opened.number.as_str(), opened.code.len()), ("260929-0001", 8));

    let again = town.work.open(Actor::Stranger, "request", "say", new.clone()).await.unwrap();
    assert!(again.repeated && again.code == opened.code && again.id == opened.id, "the same answer again");
    let other = linli_casework::NewCase { title: "别的事".into(), ..new };
    assert_eq!(
        code(town.work.open(Actor::Stranger, "request", "say", other).await.unwrap_err()),
        "client_id_taken"
    );

    let asker =
        Actor::Asker(town.work.by_code(&opened.number, &opened.code.to_lowercase()).await.unwrap().unwrap());
    assert_eq!(town.work.by_code(&opened.number, "00000000").await.unwrap(), None);
    let seen = town.work.view(&asker, opened.id).await.unwrap();
    assert_eq!(seen.loaded.row.grid_id, Some(town.grid), "the nearest building's grid");
    assert_eq!(seen.steps.iter().map(|step| step.name).collect::<Vec<_>>(), ["withdraw"]);

    let id = opened.id;
    assert!(
        matches!(town.cannot(&town.qian, id, "accept", &[]).await, Problem::NotFound),
        "another street's clerk"
    );
    let Problem::Invalid(flaws) = town.cannot(&town.wu, id, "accept", &[("kind", "help")]).await else {
        panic!()
    };
    assert_eq!(flaws.iter().map(|flaw| flaw.field.as_str()).collect::<Vec<_>>(), ["category", "level"]);
    let accept = [("kind", "help"), ("category", "road.lamp"), ("level", "normal")];
    assert_eq!(town.does(&town.wu, id, "accept", &accept).await, "dispatching");
    assert_eq!(town.does(&town.wu, id, "dispatch", &[("lead", &town.lamps.to_string())]).await, "signing");

    let mine = Filter { holder: Some(town.lamps), open: Some(true), ..Filter::default() };
    let (lines, _) = town.work.list(&town.lin, &mine, None, 50).await.unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].lead.as_deref(), Some("市路灯管理所"));

    assert_eq!(town.does(&town.lin, id, "sign", &[]).await, "working");
    assert_eq!(
        code(
            town.cannot(&town.lin, id, "answer", &[("truth", "true"), ("solved", "yes"), ("reply", REPLY)])
                .await
        ),
        "contact_first"
    );
    town.does(&town.lin, id, "contact", &[("way", "phone"), ("result", "约好明天上午修")]).await;
    let vague = [("truth", "true"), ("solved", "yes"), ("reply", "尽快处理")];
    assert_eq!(code(town.cannot(&town.lin, id, "answer", &vague).await), "reply_gate");
    town.clock.advance_ms(26 * 3_600_000);
    let done = [("truth", "true"), ("solved", "yes"), ("reply", REPLY)];
    assert_eq!(town.does(&town.lin, id, "answer", &done).await, "auditing");
    assert_eq!(code(town.cannot(&town.lin, id, "pass", &[]).await), "not_yours");
    assert_eq!(town.does(&town.zhou, id, "pass", &[]).await, "calling");
    let called = [("contacted", "yes"), ("solved", "yes"), ("satisfied", "satisfied")];
    assert_eq!(town.does(&town.zheng, id, "call_back", &called).await, "closed");

    let seen = town.work.view(&asker, id).await.unwrap();
    let steps: Vec<String> = seen.timeline().into_iter().map(|entry| entry.step).collect();
    assert_eq!(steps, ["say", "accept", "dispatch", "sign", "contact", "answer", "pass", "call_back"]);
    assert_eq!(seen.timeline()[5].said.text("reply"), REPLY);
    assert!(seen.steps.iter().any(|step| step.name == "reopen"));
    assert!(linli_casework::verify(&seen.loaded.events), "the chain is whole");
}

#[db_test(ROOMS)]
async fn not_solved_is_taken_up_again(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.answered().await;
    town.does(&town.zhou, id, "pass", &[]).await;
    let asker = Actor::Asker(id);
    assert_eq!(
        town.does(&asker, id, "rate", &[("contacted", "yes"), ("solved", "no"), ("words", "还是不亮")]).await,
        "working"
    );
    let seen = town.work.view(&asker, id).await.unwrap();
    assert_eq!((seen.loaded.case.state.as_str(), seen.loaded.case.round), ("working", 2));
    assert_eq!(seen.timeline().last().unwrap().step, "redo");
    assert!(linli_casework::verify(&seen.loaded.events));
}

#[db_test(ROOMS)]
async fn the_second_of_two_is_told_who_was_faster(db: TestDb) {
    let town = Town::new(db).await;
    let opened = town.work.open(Actor::Stranger, "request", "say", town.lamp()).await.unwrap();
    let accept = form(&[("kind", "help"), ("category", "road.lamp"), ("level", "normal")]);
    town.work.step(town.wu.clone(), opened.id, "accept", Some(1), accept.clone()).await.unwrap();
    let second = town.work.step(town.wu.clone(), opened.id, "accept", Some(1), accept).await.unwrap_err();
    let Problem::Conflict { by } = second else { panic!("{second}") };
    assert_eq!(by.as_deref(), Some("吴敏之"));
}

#[db_test(ROOMS)]
async fn two_at_once_take_a_step_once(db: TestDb) {
    let town = Town::new(db).await;
    let opened = town.work.open(Actor::Stranger, "request", "say", town.lamp()).await.unwrap();
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (work, wu, id) = (town.work.clone(), town.wu.clone(), opened.id);
        let accept = form(&[("kind", "help"), ("category", "road.lamp"), ("level", "normal")]);
        tries.spawn(async move { work.step(wu, id, "accept", None, accept).await.is_ok() });
    }
    assert_eq!(tries.join_all().await.into_iter().filter(|ok| *ok).count(), 1);
    let seen = town.work.view(&town.wu, opened.id).await.unwrap();
    assert_eq!((seen.loaded.row.version, seen.loaded.events.len()), (2, 2));
}

#[db_test(ROOMS)]
async fn words_places_and_numbers_are_found_within_reach(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.dispatched().await;
    let find = async |who: &Actor, words: &str| -> usize {
        let filter = Filter { words: Some(words.into()), ..Filter::default() };
        town.work.list(who, &filter, None, 50).await.unwrap().0.len()
    };
    for words in ["路灯 过街", "书香路", "260929-0001", "看不清", "文苑街口"] {
        let expected = usize::from(words != "路灯 过街");
        assert_eq!(find(&town.wu, words).await, expected, "{words}");
    }
    assert_eq!(find(&town.lin, "过街灯").await, 1, "the lead handler finds it");
    assert_eq!(find(&town.qian, "过街灯").await, 0, "another street does not");
    assert!(matches!(town.work.view(&town.qian, id).await, Err(Problem::NotFound)));
}

#[db_test(ROOMS)]
async fn messages_reach_the_inbox_through_the_outbox(db: TestDb) {
    let town = Town::new(db).await;
    town.dispatched().await;
    let bell = linli_jobs::Bell::default();
    let worker = linli_jobs::Worker::new(Db::clone(&town.db), town.db.world.clone(), bell);
    let worker = town.work.subscribe(worker, None);
    worker.run_due(town.db.world.now()).await.unwrap();
    assert_eq!(town.work.unread(&town.lin).await.unwrap(), 1);
    let inbox = town.work.inbox(&town.lin, None).await.unwrap();
    assert_eq!((inbox[0].key.as_str(), inbox[0].read), ("dispatched", false));
    town.work.mark_read(&town.lin, Ok(inbox[0].id)).await.unwrap();
    assert_eq!(town.work.unread(&town.lin).await.unwrap(), 0);
}

#[db_test(ROOMS)]
async fn a_returned_case_goes_to_another_unit_while_its_clock_runs(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.dispatched().await;
    let roads = town.roads.to_string();
    let back = [("basis", "市政府三定方案第二条：路口设施归市政"), ("suggest", roads.as_str())];
    assert_eq!(code(town.cannot(&town.lin, id, "return", &back).await), "not_yours");
    assert_eq!(town.does(&town.sun, id, "return", &back).await, "returned");
    let seen = town.work.view(&town.wu, id).await.unwrap();
    assert_eq!(seen.loaded.case.holder, Some(town.office), "the desk decides");
    assert!(seen.loaded.case.clocks["finish"].stopped.is_none());
    assert_eq!(town.does(&town.wu, id, "redispatch", &[("lead", &roads)]).await, "signing");
    assert!(matches!(town.work.view(&town.sun, id).await, Err(Problem::NotFound)), "it is no longer theirs");
}

static WORDS: linli_i18n::Words = linli_i18n::Words::of(&[&linli_strength::t::MESSAGES]);

#[db_test(ROOMS)]
async fn the_asker_is_told_with_a_link_and_without_the_code(db: TestDb) {
    let town = Town::new(db).await;
    let silent = town.work.open(Actor::Stranger, "request", "say", town.lamp()).await.unwrap();
    let agreed = linli_casework::NewCase { agreed: vec!["sms".into()], ..town.lamp() };
    let opened = town.work.open(Actor::Stranger, "request", "say", agreed).await.unwrap();
    assert_ne!(silent.number, opened.number, "who did not agree to messages gets none");
    let sent = std::sync::Arc::new(linli_notify::Log::default());
    let worker =
        linli_jobs::Worker::new(Db::clone(&town.db), town.db.world.clone(), linli_jobs::Bell::default());
    let texts = linli_casework::Texts {
        channel: sent.clone(),
        base_url: "https://linli.example".into(),
        words: &WORDS,
    };
    let worker = town.work.subscribe(worker, Some(&texts));
    worker.run_due(town.db.world.now()).await.unwrap();
    let texts: Vec<String> = sent.recent().into_iter().map(|message| message.text).collect();
    assert_eq!(texts, [format!("收到了，编号{0} https://linli.example/r/{0}", opened.number)]);
}

#[db_test(ROOMS)]
async fn what_nobody_signs_for_is_told_once(db: TestDb) {
    let town = Town::new(db).await;
    town.dispatched().await;
    assert_eq!(town.work.escalate().await.unwrap(), 0, "there is still time");
    town.clock.advance_ms(3 * 3_600_000);
    for _ in 0..2 {
        assert_eq!(town.work.escalate().await.unwrap(), 1);
    }
    for who in [&town.wu, &town.lin] {
        let keys: Vec<String> =
            town.work.inbox(who, None).await.unwrap().into_iter().map(|item| item.key).collect();
        assert_eq!(keys, ["sign_late"]);
    }
}

/// 周敏 is on leave and has lent her auditor's post: to 林工, who did the work, and then to 李娜, who did not.
#[db_test(ROOMS)]
async fn a_lent_post_separates_by_person(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.answered().await;
    let in_place_of_zhou = |who: &Actor| match who.clone() {
        Actor::Person { id, name, via, .. } => Actor::Person { id, name, via, hat: town.zhou.hat().cloned() },
        other => other,
    };
    assert_eq!(code(town.cannot(&in_place_of_zhou(&town.lin), id, "pass", &[]).await), "separated");
    town.does(&in_place_of_zhou(&town.li), id, "pass", &[]).await;
    let view = town.work.view(&Actor::System("a test"), id).await.unwrap();
    let last = view.loaded.events.last().unwrap();
    assert_eq!(last.person_id, town.li.person(), "who acted");
    assert_eq!(last.post_id, town.zhou.hat().map(|hat| hat.post), "and in whose post");
}
