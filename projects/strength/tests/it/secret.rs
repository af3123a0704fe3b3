//! A confidential case: whoever handles it never learns who asked.

use crate::{
    desk::{ALL, Desk},
    story::REPLY,
    town::{ROOMS, Town, form},
};
use axum::http::StatusCode;
use linli_authz::{Actor, Hat, Role, Tier};
use linli_base::{CaseId, FileId, Phone, Problem};
use linli_casework::NewCase;
use linli_casework::privacy::Part;
use linli_procedure::Need;
use linli_strength::requests::REQUEST;
use linli_testkit::{TestDb, db_test};

/// All that tells who asked: name, numbers, the door, the account's name.
const TELLS: [&str; 8] =
    ["王小明", "王**", "小明", "19900002210", "2210", "11010519491231002X", "302", "东村的钱"];
const WORDS: &str = "我是锦和苑5号楼302的王小明，电话19900002210，身份证11010519491231002X。文苑街口那盏过街灯坏了，放学看不清。";

fn code(problem: Problem) -> &'static str {
    match problem {
        Problem::Refused(refusal) => refusal.code,
        other => panic!("{other}"),
    }
}

/// The same person in another seat.
fn seated(actor: &Actor, change: impl FnOnce(&mut Hat)) -> Actor {
    let mut actor = actor.clone();
    if let Actor::Person { hat: Some(hat), .. } = &mut actor {
        change(hat);
    }
    actor
}

impl Town {
    /// Mr. Wang's words, his own account with them, and a picture of his window.
    fn secret(&self, picture: FileId) -> NewCase {
        NewCase {
            title: "我是王小明，文苑街口的灯坏了".into(),
            body: WORDS.into(),
            place: "锦和苑5号楼302门口".into(),
            phone: Some(Phone::parse("phone", "19900002210").unwrap()),
            name: Some("王小明".into()),
            asker: self.qian.person(),
            pictures: vec![picture],
            confidential: true,
            ..self.lamp()
        }
    }

    async fn kept_secret(&self, extra: &[(&str, &str)]) -> (CaseId, String, FileId) {
        let picture: FileId = self.work.world().id();
        let opened = self.work.open(Actor::Stranger, "request", "say", self.secret(picture)).await.unwrap();
        let id = opened.id;
        let accept = [("kind", "help"), ("category", "road.lamp"), ("level", "normal")];
        // a name that the clerk overlooks goes too
        let words = [
            ("handler_words", "文苑街口过街灯坏了，放学看不清，王小明说的。"),
            ("handler_place", "书香路与文苑街路口"),
        ];
        let all = [&accept[..], &words[..], extra].concat();
        self.does(&self.wu, id, "accept", &all).await;
        let (lamps, roads) = (self.lamps.to_string(), self.roads.to_string());
        self.does(&self.wu, id, "dispatch", &[("lead", &lamps), ("helpers", &roads)]).await;
        (id, opened.number, picture)
    }

    /// Everybody who handles the case, whatever their role, and who only shares a roof with the desk.
    fn handlers(&self) -> Vec<Actor> {
        let area = self.wu.hat().and_then(|hat| hat.area);
        vec![
            self.lin.clone(),
            self.sun.clone(),
            seated(&self.lin, |hat| hat.org = self.roads),
            seated(&self.sun, |hat| hat.org = self.roads),
            seated(&self.lin, |hat| hat.roles = vec![Role::Clerk, Role::Auditor, Role::Caller]),
            seated(&self.wu, |hat| hat.roles = vec![Role::Worker, Role::Leader]),
            seated(&self.wu, |hat| {
                (hat.roles, hat.area) = (vec![Role::GridWorker], area.map(|_| (Tier::Grid, self.grid)));
            }),
        ]
    }

    /// Opens everything as each of them and looks for what tells who asked.
    async fn crawl(&self, id: CaseId, number: &str) {
        for handler in self.handlers() {
            let mut desk = Desk::of(self, &handler, ALL);
            let mut paths = vec![
                "/desk".to_owned(),
                format!("/desk?view=all&case={id}"),
                "/desk?view=touched".to_owned(),
                format!("/desk?q={number}"),
                "/desk/export?view=all".to_owned(),
                format!("/desk/export?q={number}"),
                format!("/cases/{id}"),
                "/tasks".to_owned(),
                "/inbox".to_owned(),
            ];
            paths.extend(REQUEST.steps.iter().map(|step| format!("/cases/{id}?step={}", step.name)));
            for path in paths {
                desk.get(&path).await;
                shows_nobody(&desk.text, &path);
            }
            for words in ["王小明", "19900002210", "11010519491231002X", "302", "锦和苑"] {
                desk.get(&format!("/desk?view=all&q={words}")).await;
                assert_eq!(desk.says(".lr"), "", "a search for {words} finds nothing");
            }
            desk.get(&format!("/cases/{id}")).await;
            assert!(desk.says(".note").contains("由案台替您联系诉求人"), "{}", desk.says(".note"));
            let refused =
                self.work.unmask(&handler, id, Part::Phone, "contact", "想直接问问他").await.unwrap_err();
            assert!(
                matches!(&refused, Problem::Refused(r) if r.code == "confidential")
                    || matches!(refused, Problem::Forbidden { .. }),
                "{refused}"
            );
            // whoever was faster is not named where that is the asker
            let stale =
                self.work.step(handler.clone(), id, "note", Some(1), form(&[("words", "看过了")])).await;
            shows_nobody(&stale.unwrap_err().to_string(), "a stale step");
            // an empty form is refused where it has to say something
            let wants = |step: &&linli_procedure::Step| step.form.iter().any(|f| f.need == Need::Must);
            for step in REQUEST.steps.iter().filter(wants) {
                if let Err(problem) = self.work.step(handler.clone(), id, step.name, None, form(&[])).await {
                    shows_nobody(&format!("{problem} {problem:?}"), step.name);
                }
            }
        }
        // tokens need a post that is really there
        for handler in [&self.lin, &self.sun] {
            let mut api = Desk::of(self, handler, ALL);
            api.bear(handler).await;
            let all = [String::new(), format!("/{id}"), format!("/{id}/timeline"), format!("?q={number}")];
            for path in all.map(|path| format!("/api/v1/cases{path}")) {
                assert_eq!(api.get(&path).await, StatusCode::OK, "{path}");
                shows_nobody(&api.text, &path);
                assert!(
                    !api.text.contains(&self.qian.person().unwrap().to_string()),
                    "nor the account: {path}"
                );
            }
            api.get("/api/v1/cases?q=王小明").await;
            assert!(api.text.contains("\"items\":[]"), "{}", api.text);
        }
    }
}

fn shows_nobody(text: &str, path: &str) {
    for tells in TELLS {
        // a version 4 key may hold any three digits
        let found = text.match_indices(tells).any(|(at, _)| {
            let around = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
            let near = around(at.saturating_sub(1), at + tells.len() + 1);
            !tells.is_ascii()
                || !near.bytes().any(|b| b.is_ascii_hexdigit() && !tells.as_bytes().contains(&b) || b == b'-')
        });
        assert!(!found, "{path} tells {tells}: {text}");
    }
}

#[db_test(ROOMS)]
async fn the_handler_never_learns_who_asked(db: TestDb) {
    let town = Town::new(db).await;
    let (id, number, picture) = town.kept_secret(&[]).await;
    let asker = Actor::Asker(id);
    town.deliver().await;
    town.crawl(id, &number).await;

    town.does(&town.lin, id, "sign", &[]).await;
    let contact = [("way", "phone"), ("result", "王小明说明天下午在家，再打19900002210")];
    assert_eq!(code(town.cannot(&town.lin, id, "contact", &contact).await), "desk_contacts");
    assert_eq!(
        code(town.cannot(&town.lin, id, "ask_more_working", &[("wanted", "哪一盏")]).await),
        "desk_contacts"
    );
    town.does(&town.lin, id, "ask_desk", &[("question", "请问是路东还是路西那盏？")]).await;
    town.does(&town.wu, id, "contact", &contact).await;
    town.does(&town.wu, id, "ask_more_working", &[("wanted", "是路东还是路西那盏？")]).await;
    town.does(&asker, id, "supplement", &[("words", "路西那盏，我王小明302窗下")]).await;
    town.does(&town.wu, id, "tell_handler", &[("words", "是路西那盏。")]).await;
    town.deliver().await;
    town.crawl(id, &number).await;

    let seen = town.work.view(&town.lin, id).await.unwrap();
    assert_eq!(seen.loaded.row.title, "文苑街口过街灯坏了，放学看不清，说的");
    let told: Vec<String> = seen.timeline().iter().map(|entry| entry.said.text("words").to_owned()).collect();
    assert!(told.contains(&"是路西那盏。".to_owned()), "what the desk passes on is there: {told:?}");
    assert!(seen.files.is_empty(), "the picture was not released");
    assert!(matches!(town.work.sees_picture(&town.lin, picture).await, Err(Problem::NotFound)));
    town.work.sees_picture(&town.wu, picture).await.unwrap();

    let reply = REPLY.replace("赵女士您好。", "您好。");
    town.does(&town.lin, id, "answer", &[("truth", "true"), ("solved", "yes"), ("reply", &reply)]).await;
    town.does(&town.zhou, id, "pass", &[]).await;
    let own = seated(&town.qian, |_| ());
    let Actor::Person { id: person, name, via, .. } = own else { panic!() };
    let own = Actor::Person { id: person, name, hat: None, via };
    for _ in 0..2 {
        town.does(&own, id, "rate", &[("contacted", "yes"), ("solved", "no"), ("words", "王小明不满意")])
            .await;
        town.deliver().await;
        town.crawl(id, &number).await;
        let told = town.work.inbox(&town.wu, None).await.unwrap();
        let told: Vec<_> = told.iter().filter(|item| item.key == "secret_again").collect();
        let round = town.work.view(&town.wu, id).await.unwrap().loaded.case.round;
        assert_eq!(i64::try_from(told.len()).unwrap(), round - 1, "its desk is told in each round");
        let mut wu = Desk::of(&town, &town.wu, ALL);
        wu.get("/inbox").await;
        assert!(
            wu.says("main").contains("保密件没有解决，已重办，请你们再联系诉求人"),
            "{}",
            wu.says("main")
        );
        shows_nobody(&wu.says("main"), "the desk's inbox");
        town.does(&town.wu, id, "contact", &contact).await;
        town.does(&town.lin, id, "answer", &[("truth", "true"), ("solved", "yes"), ("reply", &reply)]).await;
        town.does(&town.zhou, id, "pass", &[]).await;
    }
    let view = town.work.view(&Actor::System("test"), id).await.unwrap();
    assert!(linli_casework::verify(&view.loaded.events) && linli_casework::replays(&view.loaded));
}

impl Town {
    async fn deliver(&self) {
        let bell = linli_jobs::Bell::default();
        let worker = linli_jobs::Worker::new((*self.db).clone(), self.db.world.clone(), bell);
        self.work.subscribe(worker, None).run_due(self.db.world.now()).await.unwrap();
    }
}

#[db_test(ROOMS)]
async fn the_desk_and_the_caller_know_and_the_desk_is_told_to_call(db: TestDb) {
    let town = Town::new(db).await;
    let (id, _, _) = town.kept_secret(&[]).await;
    for who in [&town.wu, &town.li, &town.zheng, &town.zhou] {
        let view = town.work.view(who, id).await.unwrap();
        assert_eq!((view.knows, view.loaded.row.body.as_str()), (true, WORDS));
        assert!(town.work.unmask(who, id, Part::Phone, "call_back", "回访核实").await.unwrap().is_some());
    }
    let mut wu = Desk::of(&town, &town.wu, ALL);
    wu.get(&format!("/cases/{id}")).await;
    assert!(wu.says("article .tags").contains("保密"), "{}", wu.says("article .tags"));
    assert!(wu.says("article header").contains("199****2210"), "{}", wu.says("article header"));
    assert!(wu.says(".cl .q").contains("王小明"), "the original stays with the desk");
    town.does(&town.lin, id, "sign", &[]).await;
    town.deliver().await;
    let keys: Vec<String> =
        town.work.inbox(&town.wu, None).await.unwrap().into_iter().map(|i| i.key).collect();
    assert!(keys.contains(&"contact_wanted".to_owned()), "{keys:?}");
}

#[db_test(ROOMS)]
async fn the_form_comes_with_numbers_blanked_and_wants_words_for_the_handler(db: TestDb) {
    let town = Town::new(db).await;
    let picture = town.work.world().id();
    let opened = town.work.open(Actor::Stranger, "request", "say", town.secret(picture)).await.unwrap();
    let mut wu = Desk::of(&town, &town.wu, ALL);
    wu.get(&format!("/desk?case={}&step=accept", opened.id)).await;
    assert!(wu.says(".lr").contains("保密诉求"), "lists show no words before the desk has read them");
    let words = wu.says("#f-handler_words");
    assert!(words.contains("电话****，身份证****"), "{words}");
    assert!(!words.contains("王小明"), "{words}");
    let accept = [("kind", "help"), ("category", "road.lamp"), ("level", "normal")];
    assert_eq!(wu.submit("/steps/accept", &accept).await, StatusCode::CONFLICT);
    assert!(wu.says("[role=alert]").contains("写下给办理单位看的内容"), "{}", wu.says("[role=alert]"));

    let (plain, _) = (town.work.open(Actor::Stranger, "request", "say", town.lamp()).await.unwrap().id, ());
    wu.get(&format!("/desk?case={plain}&step=accept")).await;
    assert!(wu.attrs("#f-handler_words", "name").is_empty(), "nobody is asked for them on any other case");
}

#[db_test(ROOMS)]
async fn only_the_asker_lifts_it_and_the_desk_may_set_it_later(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.dispatched().await;
    town.does(&town.lin, id, "sign", &[]).await;
    assert_eq!(code(town.cannot(&town.wu, id, "keep_secret", &[]).await), "words_for_handler");
    let words = [("handler_words", "书香路口过街灯不亮")];
    assert_eq!(code(town.cannot(&town.lin, id, "keep_secret", &words).await), "not_yours");
    town.does(&town.wu, id, "keep_secret", &words).await;
    let hidden = town.work.view(&town.lin, id).await.unwrap();
    assert_eq!((hidden.knows, hidden.loaded.row.name.clone()), (false, None));
    for who in [&town.wu, &town.lin, &town.zhou] {
        assert!(matches!(code(town.cannot(who, id, "lift_secrecy", &[]).await), "not_yours"));
    }
    town.does(&Actor::Asker(id), id, "lift_secrecy", &[]).await;
    let shown = town.work.view(&town.lin, id).await.unwrap();
    assert_eq!(
        (shown.knows, shown.loaded.row.name.as_ref().map(|name| name.whole())),
        (true, Some("赵女士"))
    );
}

#[db_test(ROOMS)]
async fn pictures_that_show_nobody_are_released(db: TestDb) {
    let town = Town::new(db).await;
    let (id, _, picture) = town.kept_secret(&[("handler_pictures", "on")]).await;
    let view = town.work.view(&town.lin, id).await.unwrap();
    assert_eq!(view.files.len(), 1);
    town.work.sees_picture(&town.lin, picture).await.unwrap();
}
