use crate::street::{ROOMS, Street, code, field, form};
use linli_authz::{Actor, Scope};
use linli_base::{PersonId, Problem};
use linli_casework::{InboxItem, replays, verify};
use linli_hearts::{
    matching::{Lack, suggest},
    orders::{self, ORDER},
    volunteers,
};
use linli_procedure::{Val, check, mermaid};
use linli_store::{Stmt, statements};
use linli_testkit::{START, TestDb, db_test};

statements! {
    KEEP_BACK(unscoped "a test's worker comes late") = "UPDATE outbox SET taken_at = 0 WHERE taken_at IS NULL";
    LET_GO(unscoped "a test's worker comes late") = "UPDATE outbox SET taken_at = NULL WHERE taken_at = 0";
}

#[test]
fn the_table_is_sound() {
    assert_eq!(check(&ORDER), Vec::<String>::new());
}

#[test]
fn the_committed_diagram_is_this_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/procedures/order.md");
    let drawn = mermaid(&ORDER);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &drawn).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), drawn, "run again with UPDATE=1 and review");
}

const EVALUATED: [(&str, &str); 2] = [("kept", "kept"), ("answer", "好")];

fn keys(inbox: Vec<InboxItem>) -> Vec<String> {
    inbox.into_iter().map(|item| item.key).collect()
}

#[db_test(ROOMS)]
async fn a_grandmothers_order_from_the_call_to_the_answer(db: TestDb) {
    let street = Street::new(db).await;
    street.joins(&street.lin, &["health.help"], 2).await;
    let (opened, asker) = street.ordered().await;
    let id = opened.id;
    let view = street.work.view(&street.gu, id).await.unwrap();
    let steps: Vec<_> = view.steps.iter().map(|step| step.name).collect();
    assert_eq!(steps, ["ask", "give", "offer", "pause", "turn", "cancel"]);
    assert_eq!((view.loaded.row.title.as_str(), view.loaded.row.source.as_str()), ("陪诊代取药", "phone"));
    assert!(view.loaded.row.lat.is_some(), "the building that the place names");

    street.asks(id, &street.lin).await;
    street.told().await;
    assert_eq!(keys(street.work.inbox(&street.lin, None).await.unwrap()), ["order_asked"]);
    let asked = street.work.view(&street.lin, id).await.unwrap();
    assert!(street.work.door(&street.lin, &asked).unwrap().is_none(), "no door before she has taken it on");
    assert!(!asked.loaded.row.place.to_string().contains("301"));

    let nine = field(START.day().plus(1).start().plus_hours(9));
    street.does(&street.lin, id, "take_on", &[("when", &nine)]).await;
    let seen = street.work.check_cases().await.unwrap();
    assert!(seen.iter().all(|(_, seen)| seen.wrong == 0), "{seen:?}");
    let taken = street.work.view(&street.lin, id).await.unwrap();
    let door = street.work.door(&street.lin, &taken).unwrap().unwrap();
    assert_eq!((door.place.as_str(), door.phone.as_deref()), ("槐荫里2号楼1单元301", Some("19900002210")));

    street.later(24);
    let digits = street.work.door_code(&taken.loaded.row).unwrap();
    let wrong = if digits == "0000" { "0001" } else { "0000" };
    assert_eq!(code(street.cannot(&street.lin, id, "arrive", &[("door", wrong)]).await), "wrong_door");
    assert_eq!(street.does(&street.lin, id, "arrive", &[("door", &digits)]).await, "serving");
    assert_eq!(street.does(&street.lin, id, "did", &[("minutes", "90")]).await, "rating");
    street.told().await;
    let lines = volunteers::mine(&mut street.db.read(), &street.lin, START.day()).await.unwrap();
    let line = lines.first().unwrap();
    assert_eq!((lines.len(), line.minutes, line.confirmed_at), (1, 90, None), "logged, not confirmed");

    let said = [("solved", "yes"), ("satisfied", "satisfied"), ("words", "多谢小林")];
    assert_eq!(street.does(&asker, id, "rate_order", &said).await, "reviewing");
    street.told().await;
    let year = (START.day(), START.day().plus(30));
    let total = volunteers::total(&mut street.db.read(), &street.lin, year).await.unwrap();
    assert_eq!((total.times, total.minutes), (1, 90), "her word confirms the hours");
    assert!(keys(street.work.inbox(&street.lin, None).await.unwrap()).contains(&"order_rated".to_owned()));

    assert_eq!(code(street.cannot(&street.gu, id, "evaluate", &EVALUATED).await), "not_yours");
    let answer = [("kept", "kept"), ("answer", "孙奶奶，下回复查提前一天说，还请小林陪您。")];
    assert_eq!(street.does(&street.feng, id, "evaluate", &answer).await, "served");
    let over = street.work.view(&street.gu, id).await.unwrap();
    assert!(verify(&over.loaded.events) && replays(&over.loaded));
    street.later(30);
    let later = street.work.view(&street.lin, id).await.unwrap();
    assert!(street.work.door(&street.lin, &later).unwrap().is_none(), "nor a day after it is over");
    let seen = street.work.check_cases().await.unwrap();
    assert!(seen.iter().all(|(_, seen)| seen.wrong == 0), "{seen:?}");
    assert_eq!(street.work.count_figures().await.unwrap(), 1);
    let told = street.work.recount_check().await.unwrap();
    assert!(told.is_empty(), "{told:?}");
}

#[db_test(ROOMS)]
async fn whoever_declines_is_not_asked_again_and_sees_it_no_more(db: TestDb) {
    let street = Street::new(db).await;
    street.joins(&street.lin, &["health.help"], 2).await;
    street.joins(&street.wang, &["daily.errands"], 1).await;
    let (opened, _) = street.ordered().await;
    let id = opened.id;
    let names = |offered: &[(String, Vec<&str>)]| -> Vec<String> {
        offered.iter().map(|(name, _)| name.clone()).collect()
    };
    let offered = street.offered(id).await;
    assert_eq!(names(&offered), ["林海燕", "王桂兰"], "who can do it comes first");
    assert_eq!(offered.first().unwrap().1, ["skilled", "has_time", "in_hand"]);
    assert!(matches!(street.work.view(&street.wang, id).await, Err(Problem::NotFound)));

    street.asks(id, &street.lin).await;
    assert_eq!(street.does(&street.lin, id, "decline", &[]).await, "assigning");
    assert!(matches!(street.work.view(&street.lin, id).await, Err(Problem::NotFound)));
    assert_eq!(names(&street.offered(id).await), ["王桂兰"]);
    let lin: PersonId = street.lin.person().unwrap();
    let again = [("helper_person", lin.to_string())];
    let again: Vec<(&str, &str)> = again.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let problem = street.cannot(&street.gu, id, "ask", &again).await;
    assert!(matches!(problem, Problem::Invalid(flaws) if flaws.first().unwrap().code == "not_a_choice"));

    street.asks(id, &street.wang).await;
    assert!(names(&street.offered(id).await).is_empty(), "one in two weeks is all that she wants");
    street.told().await;
    assert!(street.work.inbox(&street.lin, None).await.unwrap().is_empty(), "nor is she told of it");
}

#[db_test(ROOMS)]
async fn nobody_answers_until_the_next_day(db: TestDb) {
    let street = Street::new(db).await;
    street.joins(&street.lin, &["health.help"], 2).await;
    let (opened, _) = street.ordered().await;
    street.asks(opened.id, &street.lin).await;
    street.later(23);
    assert_eq!(street.work.routine().await.unwrap(), 0, "she has a day");
    street.later(2);
    assert_eq!(street.work.routine().await.unwrap(), 1);
    let view = street.work.view(&street.gu, opened.id).await.unwrap();
    assert_eq!((view.loaded.row.state.as_str(), view.loaded.case.asked), ("assigning", None));
    assert!(matches!(street.work.view(&street.lin, opened.id).await, Err(Problem::NotFound)));
}

#[db_test(ROOMS)]
async fn a_shop_takes_an_order_moves_it_and_gives_it_back(db: TestDb) {
    let street = Street::new(db).await;
    let new = orders::NewOrder { item: street.item(28).await, source: "web", ..street.wish().await };
    let early = orders::order(&street.work, Actor::Stranger, new.clone()).await.unwrap_err();
    assert_eq!(code(early), "not_ordered", "nobody is vetted for it");
    street.vetted(28).await;
    let opened = orders::order(&street.work, Actor::Stranger, new).await.unwrap();
    let (id, asker) = (opened.id, Actor::Asker(opened.id));
    let power = street.power.to_string();
    let problem = street.cannot(&street.gu, id, "give", &[("provider", &power)]).await;
    assert!(matches!(problem, Problem::Invalid(_)), "only to whom the community has vetted");
    street.does(&street.gu, id, "give", &[("provider", &street.shunda.to_string())]).await;
    let past = field(START.plus_hours(-1));
    assert_eq!(code(street.cannot(&street.ding, id, "take_on", &[("when", &past)]).await), "in_the_past");
    let three = field(START.plus_hours(6));
    assert_eq!(street.does(&street.ding, id, "take_on", &[("when", &three)]).await, "agreed");
    let four = field(START.plus_hours(7));
    assert_eq!(street.does(&asker, id, "rearrange", &[("when", &four)]).await, "agreed");
    let view = street.work.view(&street.gu, id).await.unwrap();
    assert_eq!(view.loaded.row.due_at, Some(START.plus_hours(7)), "the time that was agreed last is due");

    assert_eq!(street.does(&street.ding, id, "give_back", &[("why", "师傅摔伤了")]).await, "assigning");
    let view = street.work.view(&street.gu, id).await.unwrap();
    assert_eq!(view.loaded.case.lead, None);
    assert!(matches!(street.work.view(&street.ding, id).await, Err(Problem::NotFound)));

    street.does(&street.gu, id, "give", &[("provider", &street.shunda.to_string())]).await;
    street.does(&street.ding, id, "take_on", &[("when", &four)]).await;
    street.does(&asker, id, "here", &[]).await;
    street.does(&street.ding, id, "did", &[("minutes", "40"), ("paid", "35.5")]).await;
    let said = [("solved", "no"), ("satisfied", "unsatisfied")];
    street.does(&asker, id, "rate_order", &said).await;
    assert_eq!(street.does(&street.feng, id, "do_again", &[("why", "还漏水")]).await, "assigning");
    let view = street.work.view(&street.gu, id).await.unwrap();
    assert_eq!((view.loaded.row.round, view.loaded.case.lead), (2, None));
    assert!(verify(&view.loaded.events) && replays(&view.loaded));
}

#[db_test(ROOMS)]
async fn an_order_is_paused_taken_up_again_and_cancelled(db: TestDb) {
    let street = Street::new(db).await;
    let (opened, asker) = street.ordered().await;
    let id = opened.id;
    let (again, far) = (START.day().plus(9).to_string(), START.day().plus(90).to_string());
    let late = [("why", "都没空"), ("again", far.as_str())];
    assert_eq!(code(street.cannot(&street.gu, id, "pause", &late).await), "not_later");
    let fields = [("why", "都没空"), ("again", again.as_str())];
    assert_eq!(street.does(&street.gu, id, "pause", &fields).await, "paused");
    street.later(24);
    assert_eq!(street.work.routine().await.unwrap(), 0);
    street.later(24 * 16);
    assert_eq!(street.work.routine().await.unwrap(), 1, "the day to ask again has come");
    assert_eq!(street.does(&asker, id, "cancel", &[]).await, "cancelled");
    street.told().await;
    assert!(keys(street.work.inbox(&street.gu, None).await.unwrap()).contains(&"order_cancelled".to_owned()));
}

#[db_test(ROOMS)]
async fn a_burst_pipe_is_no_order_and_becomes_a_request(db: TestDb) {
    let street = Street::new(db).await;
    let new = orders::NewOrder { words: "楼下公共水管裂了".into(), ..street.wish().await };
    let opened = orders::order(&street.work, Actor::Stranger, new).await.unwrap();
    assert_eq!(street.does(&street.gu, opened.id, "turn", &[("why", "公共管道要修")]).await, "turned");
    let asker = Actor::Asker(opened.id);
    let view = street.work.view(&asker, opened.id).await.unwrap();
    let Some(Val::Case(request)) = view.loaded.facts.last("turn").unwrap().input.0.get("becomes") else {
        panic!("it names the request")
    };
    let request = street.work.view(&street.gu, *request).await.unwrap();
    let row = &request.loaded.row;
    assert_eq!(
        (row.procedure.as_str(), row.state.as_str(), row.body.as_str()),
        ("request", "accepting", "楼下公共水管裂了")
    );
    assert_eq!(street.work.masked_phone(row).unwrap().as_deref(), Some("199****2210"));
    assert_eq!(row.community_id, Some(street.haiyun));
}

#[db_test(ROOMS)]
async fn a_wrong_price_becomes_a_request_that_names_the_order(db: TestDb) {
    let street = Street::new(db).await;
    street.vetted(28).await;
    let new = orders::NewOrder { item: street.item(28).await, ..street.wish().await };
    let opened = orders::order(&street.work, Actor::Stranger, new).await.unwrap();
    let (id, asker) = (opened.id, Actor::Asker(opened.id));
    street.does(&street.gu, id, "give", &[("provider", &street.shunda.to_string())]).await;
    street.does(&street.ding, id, "take_on", &[("when", &field(START.plus_hours(3)))]).await;
    street.does(&street.ding, id, "did", &[("minutes", "30"), ("paid", "88")]).await;
    assert_eq!(
        street.does(&asker, id, "complain", &[("words", "说好 35，收了 88")]).await,
        "rating",
        "still to rate"
    );
    let view = street.work.view(&asker, id).await.unwrap();
    let Some(Val::Case(request)) = view.loaded.facts.last("complain").unwrap().input.0.get("becomes") else {
        panic!("it names the request")
    };
    let request = street.work.view(&street.gu, *request).await.unwrap();
    assert!(request.loaded.row.body.contains(&opened.number) && request.loaded.row.body.contains("收了 88"));
    assert!(verify(&view.loaded.events) && replays(&view.loaded));
}

#[db_test(ROOMS)]
async fn both_are_reminded_once_the_day_before(db: TestDb) {
    let street = Street::new(db).await;
    street.joins(&street.lin, &["health.help"], 2).await;
    let (opened, _) = street.ordered().await;
    street.asks(opened.id, &street.lin).await;
    let visit = START.plus_hours(50);
    street.does(&street.lin, opened.id, "take_on", &[("when", &field(visit))]).await;
    street.later(20);
    assert_eq!(street.work.routine().await.unwrap(), 0, "more than a day ahead");
    street.later(8);
    assert_eq!(street.work.routine().await.unwrap(), 1);
    assert_eq!(street.work.routine().await.unwrap(), 0, "once");
    street.told().await;
    assert!(keys(street.work.inbox(&street.lin, None).await.unwrap()).contains(&"order_soon".to_owned()));
    street.later(1);
    street.does(&street.lin, opened.id, "rearrange", &[("when", &field(visit.plus_hours(24)))]).await;
    street.later(24);
    assert_eq!(street.work.routine().await.unwrap(), 1, "and again for another time");
}

#[db_test(ROOMS)]
async fn hours_are_confirmed_whichever_word_is_told_first(db: TestDb) {
    let street = Street::new(db).await;
    street.joins(&street.lin, &["health.help"], 2).await;
    let (opened, asker) = street.ordered().await;
    let id = opened.id;
    street.asks(id, &street.lin).await;
    street.does(&street.lin, id, "take_on", &[("when", &field(START.plus_hours(24)))]).await;
    street.does(&street.lin, id, "did", &[("minutes", "90")]).await;
    let outbox = async |stmt: &'static Stmt| {
        let scope = Scope::system("a test");
        street.db.write(async move |tx| tx.run(stmt, &scope, &[]).await).await.unwrap()
    };
    assert!(outbox(&KEEP_BACK).await > 0);
    street.does(&asker, id, "rate_order", &[("solved", "yes"), ("satisfied", "satisfied")]).await;
    street.told().await;
    let total = async || {
        let year = (START.day(), START.day().plus(30));
        let total = volunteers::total(&mut street.db.read(), &street.lin, year).await.unwrap();
        (total.times, total.minutes)
    };
    assert_eq!(total().await, (1, 90), "her word was told, what was done was not yet");
    assert!(outbox(&LET_GO).await > 0);
    street.told().await;
    assert_eq!(total().await, (1, 90));
}

#[db_test(ROOMS)]
async fn what_nobody_rates_goes_to_the_street_after_a_week(db: TestDb) {
    let street = Street::new(db).await;
    street.joins(&street.lin, &["health.help"], 2).await;
    let (opened, asker) = street.ordered().await;
    let id = opened.id;
    street.asks(id, &street.lin).await;
    let nine = field(START.day().plus(1).start().plus_hours(9));
    street.does(&street.lin, id, "take_on", &[("when", &nine)]).await;
    street.does(&street.lin, id, "did", &[("minutes", "60")]).await;
    let said = [("solved", "yes"), ("satisfied", "satisfied")];
    assert_eq!(code(street.cannot(&street.lin, id, "rate_order", &said).await), "not_yours");
    street.later(24 * 7);
    assert_eq!(street.work.routine().await.unwrap(), 0);
    street.later(24);
    assert_eq!(street.work.routine().await.unwrap(), 1);
    street.told().await;
    let year = (START.day(), START.day().plus(30));
    let total = volunteers::total(&mut street.db.read(), &street.lin, year).await.unwrap();
    assert_eq!(total.times, 0, "nobody has confirmed the hours");
    assert_eq!(code(street.cannot(&asker, id, "rate_order", &said).await), "not_now");
}

#[db_test(ROOMS)]
async fn what_is_not_ordered_cannot_be_ordered(db: TestDb) {
    let street = Street::new(db).await;
    // 停车与充电 tells the way; nobody comes
    let guide = orders::NewOrder { item: street.item(11).await, ..street.wish().await };
    assert_eq!(code(orders::order(&street.work, Actor::Stranger, guide).await.unwrap_err()), "not_ordered");
    let past = orders::NewOrder {
        day: Some(START.day().plus(-1)),
        place: " ".into(),
        words: "长".repeat(501),
        ..street.wish().await
    };
    let Err(Problem::Invalid(flaws)) = orders::order(&street.work, Actor::Stranger, past).await else {
        panic!("it is flawed")
    };
    let fields: Vec<&str> = flaws.iter().map(|flaw| flaw.field.as_str()).collect();
    assert_eq!(fields, ["words", "place", "day"]);

    let new = street.wish().await;
    let one = orders::order(&street.work, Actor::Stranger, new.clone()).await.unwrap();
    let two = orders::order(&street.work, Actor::Stranger, new).await.unwrap();
    assert!(two.repeated && one.id == two.id, "the same client said the same");
    let made_of = orders::of(&mut street.db.read(), [one.id]).await.unwrap();
    assert_eq!((made_of.len(), made_of.first().unwrap().item.as_str()), (1, "陪诊代取药"));
}

#[db_test(ROOMS)]
async fn a_stranger_takes_no_step_and_a_taker_only_their_own(db: TestDb) {
    let street = Street::new(db).await;
    street.joins(&street.lin, &["health.help"], 2).await;
    let (opened, _) = street.ordered().await;
    street.asks(opened.id, &street.lin).await;
    let take = |who: Actor| {
        let (work, nine) = (street.work.clone(), field(START.plus_hours(24)));
        async move { work.step(who, opened.id, "take_on", None, form(&[("when", &nine)])).await }
    };
    assert!(matches!(take(Actor::Stranger).await, Err(Problem::SignIn)));
    assert!(matches!(take(street.wang.clone()).await, Err(Problem::NotFound)));
    assert!(matches!(take(street.ding.clone()).await, Err(Problem::NotFound)));
    assert_eq!(code(take(street.gu.clone()).await.unwrap_err()), "not_yours");
    take(street.lin.clone()).await.unwrap();
}

#[db_test(ROOMS)]
async fn a_mornings_orders_are_matched_and_worked_out_anew_when_somebody_declines(db: TestDb) {
    let street = Street::new(db).await;
    street.joins(&street.lin, &["health.help"], 1).await;
    street.joins(&street.wang, &["health.help", "daily.errands"], 3).await;
    let mut cases = Vec::new();
    for (client, item) in [(1, 3), (2, 29), (3, 20)] {
        let new = orders::NewOrder {
            client_id: uuid::Uuid::from_u128(client),
            item: street.item(item).await,
            ..street.wish().await
        };
        cases.push(orders::order(&street.work, Actor::Stranger, new).await.unwrap().id);
    }
    let now = street.work.world().now();
    let pairs = async |street: &Street| {
        let found = suggest(&mut street.db.read(), &street.gu, now).await.unwrap();
        let plan = found.plan;
        (plan.pairs.len(), plan.left.into_iter().map(|(_, why)| why).collect::<Vec<_>>())
    };
    assert_eq!(pairs(&street).await, (2, vec![Lack::Skill]), "nobody knows the law");
    let scope = suggest(&mut street.db.read(), &street.ding, now).await.unwrap();
    assert!(scope.plan.pairs.is_empty(), "a shop sees none of it");

    street.asks(cases[0], &street.wang).await;
    street.does(&street.wang, cases[0], "decline", &[]).await;
    assert_eq!(pairs(&street).await, (2, vec![Lack::Skill]), "the other one is suggested instead");
    street.asks(cases[0], &street.lin).await;
    street.does(&street.lin, cases[0], "decline", &[]).await;
    let (many, left) = pairs(&street).await;
    assert_eq!((many, left), (1, vec![Lack::Skill, Lack::Full]), "both have declined it");
}

#[db_test(ROOMS)]
async fn an_order_that_comes_again_until_it_is_enough(db: TestDb) {
    let street = Street::new(db).await;
    let first = START.day().plus(10);
    let new = orders::NewOrder { every: Some(orders::Every::Week), day: None, ..street.wish().await };
    let Err(Problem::Invalid(flaws)) = orders::order(&street.work, street.gu.clone(), new.clone()).await
    else {
        panic!("it needs a day to begin with")
    };
    assert_eq!(flaws.first().unwrap().field, "day");
    let new = orders::NewOrder { day: Some(first), ..new };
    let opened = orders::order(&street.work, street.gu.clone(), new).await.unwrap();
    assert_eq!(orders::repeat(&street.work).await.unwrap(), 0, "the next one is more than a week ahead");
    street.later(24 * 10);
    assert_eq!(orders::repeat(&street.work).await.unwrap(), 1);
    assert_eq!(orders::repeat(&street.work).await.unwrap(), 0, "once");
    let before = street.work.view(&street.gu, opened.id).await.unwrap();
    let Some(Val::Case(next)) = before.loaded.facts.last("repeat").unwrap().input.0.get("becomes") else {
        panic!("it names the next one")
    };
    let view = street.work.view(&street.gu, *next).await.unwrap();
    let row = &view.loaded.row;
    assert_eq!((row.title.as_str(), row.place.whole()), ("陪诊代取药", "槐荫里2号楼1单元301"));
    let made_of = orders::of(&mut street.db.read(), [*next]).await.unwrap().pop().unwrap();
    assert_eq!((made_of.wanted_day, made_of.next_on), (Some(first.plus(7)), Some(first.plus(7))));
    let said = view.loaded.facts.0.first().unwrap().input.day("wanted_day");
    assert_eq!(said, Some(first.plus(7)), "the desk reads the day of this one");
    assert!(verify(&before.loaded.events) && replays(&before.loaded) && replays(&view.loaded));

    // only the last one can end it, and then nothing comes
    let asker = Actor::Asker(opened.id);
    assert_eq!(code(street.cannot(&asker, opened.id, "end_series", &[]).await), "not_yet");
    street.does(&Actor::Asker(*next), *next, "end_series", &[]).await;
    street.later(24 * 30);
    assert_eq!(orders::repeat(&street.work).await.unwrap(), 0);
    let seen = street.work.check_cases().await.unwrap();
    assert!(seen.iter().all(|(_, seen)| seen.wrong == 0), "{seen:?}");
}

#[db_test(ROOMS)]
async fn a_series_is_over_after_half_a_year_or_where_it_becomes_a_request(db: TestDb) {
    let street = Street::new(db).await;
    let every = Some(orders::Every::FourWeeks);
    let new = orders::NewOrder { every, ..street.wish().await };
    let turned = orders::order(&street.work, street.gu.clone(), new.clone()).await.unwrap();
    street.does(&street.gu, turned.id, "turn", &[("why", "水管是公共的")]).await;
    let client_id = street.work.world().ids.uuid(START);
    let new = orders::NewOrder { client_id, ..new };
    orders::order(&street.work, street.gu.clone(), new).await.unwrap();
    let mut made = 0;
    for _ in 0..30 {
        street.later(24 * 7);
        made += orders::repeat(&street.work).await.unwrap();
    }
    assert_eq!(made, 6, "the first and six more are half a year; what was turned comes no more");
    let all = linli_casework::Filter { procedure: Some("order".into()), ..linli_casework::Filter::default() };
    let (rows, _) = street.work.list(&street.gu, &all, None, 50).await.unwrap();
    for row in rows {
        let view = street.work.view(&street.gu, row.id).await.unwrap();
        assert!(!view.loaded.case.has("four_weekly"), "nothing says that it comes again");
    }
}
