use crate::street::{ROOMS, Street, code, field};
use linli_authz::Actor;
use linli_base::{Phone, Problem};
use linli_casework::{Opened, replays, verify};
use linli_hearts::{
    offers,
    services::claims,
    volunteers,
    wishes::{self, Held, NewWish, WISH},
};
use linli_procedure::{check, mermaid};
use linli_testkit::{START, TestDb, db_test};

#[test]
fn the_table_is_sound() {
    assert_eq!(check(&WISH), Vec::<String>::new());
}

#[test]
fn the_committed_diagram_is_this_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/procedures/wish.md");
    let drawn = mermaid(&WISH);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &drawn).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), drawn, "run again with UPDATE=1 and review");
}

const COPY: [(&str, &str); 5] = [
    ("shown_title", "想要一台能听吕剧的收音机"),
    ("shown_body", "眼睛看不清了，就爱听个吕剧。"),
    ("shown_place", "槐荫里"),
    ("heart", "warm"),
    ("skill", "elders.company"),
];

const PARTS: [(&str, &str); 3] =
    [("hands", "3"), ("parts", "买收音机\n上门教一遍\n录一张戏卡"), ("about", "150 元左右")];

fn with(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    COPY.into_iter().chain(more.iter().copied()).collect()
}

impl Street {
    /// 孙奶奶 wishes for a radio; the community writes it down when it visits her.
    async fn wished(&self, agreed: &[&str]) -> (Opened, Actor) {
        let new = NewWish {
            client_id: self.work.world().ids.uuid(START),
            title: "想要一台能听吕剧的收音机".into(),
            words: "孙奶奶眼睛看不清了，就爱听个吕剧，电话19900002210。".into(),
            community: self.haiyun,
            place: "槐荫里2号楼1单元301".into(),
            phone: Phone::parse("phone", "199 0000 2210").unwrap(),
            name: Some("孙奶奶".into()),
            before: Some(START.day().plus(20)),
            source: "visit",
            asker: None,
            agreed: agreed.iter().map(|purpose| (*purpose).to_owned()).collect(),
        };
        let opened = wishes::wish(&self.work, self.gu.clone(), new).await.unwrap();
        let asker = Actor::Asker(opened.id);
        (opened, asker)
    }

    async fn shown(&self, number: &str) -> Option<offers::OfferRow> {
        offers::one(&mut self.db.read(), number).await.unwrap()
    }
}

#[db_test(ROOMS)]
async fn a_wish_from_the_street_to_its_fulfilment(db: TestDb) {
    let street = Street::new(db).await;
    let (opened, asker) = street.wished(&["public"]).await;
    let id = opened.id;
    assert!(street.shown(&opened.number).await.is_none(), "nothing is shown before it is screened");

    let named = [("shown_body", "孙奶奶就爱听个吕剧"), ("shown_title", "收音机"), ("shown_place", "槐荫里")];
    let named: Vec<_> = named.into_iter().chain([("heart", "warm"), ("skill", "elders.company")]).collect();
    let problem = street.cannot(&street.gu, id, "publish", &named).await;
    assert!(matches!(problem, Problem::Invalid(flaws) if flaws[0].code == "still_personal"));
    let few = with(&[("hands", "3"), ("parts", "买收音机")]);
    let problem = street.cannot(&street.gu, id, "publish", &few).await;
    assert!(matches!(problem, Problem::Invalid(flaws) if flaws[0].code == "parts_count"));
    assert_eq!(street.does(&street.gu, id, "publish", &with(&PARTS)).await, "sought");
    let shown = street.shown(&opened.number).await.unwrap();
    assert_eq!((shown.place.as_str(), shown.hands, shown.takers), ("槐荫里", 3, 0));
    assert_eq!(shown.lat, Some(36.78), "coarsened");

    // whoever claims it learns where she lives
    street.joins(&street.lin, &["elders.company"], 2).await;
    assert_eq!(code(street.cannot(&street.lin, id, "claim", &[("share", "2")]).await), "not_known");
    assert_eq!(code(street.cannot(&street.wang, id, "claim", &[("share", "2")]).await), "not_known");
    street.knows(&street.lin).await;
    let near = offers::near(&mut street.db.read(), &street.lin, street.work.world().now()).await.unwrap();
    assert_eq!((near.len(), near[0].skilled), (1, true));
    assert_eq!(street.does(&street.lin, id, "claim", &[("share", "2")]).await, "sought");

    street.joins(&street.wang, &["daily.errands"], 2).await;
    street.knows(&street.wang).await;
    assert_eq!(code(street.cannot(&street.wang, id, "claim", &[("share", "2")]).await), "part_taken");
    assert_eq!(street.does(&street.wang, id, "claim", &[("share", "1")]).await, "sought");
    let view = street.work.view(&street.gu, id).await.unwrap();
    let held = Held::of(&view.loaded.case, &view.loaded.facts);
    assert!(held.has(3) && held.has(0) && !held.has(1) && !held.is_full(), "{held:?}");
    assert_eq!(
        street.does(&street.ding, id, "claim", &[("share", "0")]).await,
        "claimed",
        "a shop does the rest"
    );
    let why = [("ground", "not_feasible"), ("why", "没有人会修")];
    assert_eq!(code(street.cannot(&street.gu, id, "set_aside", &why).await), "not_now");

    let view = street.work.view(&street.lin, id).await.unwrap();
    let door = street.work.door(&street.lin, &view).unwrap().unwrap();
    assert_eq!(door.place, "槐荫里2号楼1单元301");
    assert_eq!(street.does(&street.lin, id, "news", &[("words", "周六送去")]).await, "claimed");
    assert_eq!(street.does(&street.lin, id, "fulfil", &[("minutes", "40")]).await, "thanking");
    street.told().await;
    let counted = offers::counts(&mut street.db.read(), &["fulfilled"], None).await.unwrap();
    assert!(counted.is_empty(), "claimed and done count for nothing");
    let thanks = [("came_true", "yes"), ("words", "天天听，谢谢你们")];
    assert_eq!(street.does(&asker, id, "thank", &thanks).await, "fulfilled");
    street.told().await;
    let counted = offers::counts(&mut street.db.read(), &["fulfilled"], Some(street.haiyun)).await.unwrap();
    assert_eq!(counted, [("fulfilled".to_owned(), 1)]);
    let year = (START.day(), START.day().plus(30));
    let total = volunteers::total(&mut street.db.read(), &street.lin, year).await.unwrap();
    assert_eq!((total.times, total.minutes), (1, 40), "her word confirms the hours");
    let mine = volunteers::mine(&mut street.db.read(), &street.lin, START.day()).await.unwrap();
    assert_eq!(mine[0].what, "圆微心愿", "not what she wished for");

    let over = street.work.view(&street.gu, id).await.unwrap();
    assert!(verify(&over.loaded.events) && replays(&over.loaded));
    let seen = street.work.check_cases().await.unwrap();
    assert!(seen.iter().all(|(_, seen)| seen.wrong == 0), "{seen:?}");
    street.work.count_figures().await.unwrap();
    let told = street.work.recount_check().await.unwrap();
    assert!(told.is_empty(), "{told:?}");
}

#[db_test(ROOMS)]
async fn a_claim_goes_back_when_nothing_happens(db: TestDb) {
    let street = Street::new(db).await;
    let (opened, _) = street.wished(&["public"]).await;
    let id = opened.id;
    street.does(&street.gu, id, "publish", &with(&[])).await;
    street.joins(&street.lin, &["elders.company"], 2).await;
    street.knows(&street.lin).await;
    assert_eq!(street.does(&street.lin, id, "claim", &[]).await, "claimed", "one is enough");
    street.later(24 * 9);
    assert_eq!(street.work.routine().await.unwrap(), 0);
    street.does(&street.lin, id, "news", &[("words", "在挑")]).await;
    street.later(24 * 9);
    assert_eq!(street.work.routine().await.unwrap(), 0, "it has been heard of");
    // the tenth day is a Saturday: it ends with the Monday behind it
    street.later(24 * 4);
    assert_eq!(street.work.routine().await.unwrap(), 1, "asked");
    street.later(24 * 5);
    street.later(24 * 7);
    assert_eq!(street.work.routine().await.unwrap(), 1, "gone back");
    let view = street.work.view(&street.gu, id).await.unwrap();
    assert_eq!((view.loaded.case.state.as_str(), view.loaded.case.takers.len()), ("sought", 0));
    assert!(matches!(street.work.view(&street.lin, id).await, Err(Problem::NotFound)));
    assert_eq!(street.work.routine().await.unwrap(), 0, "nobody has it in hand");
    assert!(verify(&view.loaded.events) && replays(&view.loaded));
}

#[db_test(ROOMS)]
async fn whoever_leaves_takes_nobody_along(db: TestDb) {
    let street = Street::new(db).await;
    let (opened, _) = street.wished(&["public"]).await;
    let id = opened.id;
    street.does(&street.gu, id, "publish", &with(&[("hands", "2"), ("parts", "买\n教")])).await;
    for who in [&street.lin, &street.wang] {
        street.joins(who, &["elders.company"], 2).await;
        street.knows(who).await;
        street.does(who, id, "claim", &[("share", if *who == street.lin { "1" } else { "2" })]).await;
    }
    assert_eq!(street.does(&street.lin, id, "leave", &[]).await, "sought");
    let view = street.work.view(&street.wang, id).await.unwrap();
    assert_eq!(view.loaded.case.takers.len(), 1);
    let running = view.loaded.case.clocks.get("fulfil").is_some_and(|clock| clock.is_running());
    assert!(running, "for whoever stays it goes on");
    // the desk asks somebody for what is left, who declines; whoever has a part keeps it
    assert!(street.offered(id).await.is_empty(), "who has left is not asked, nor who has it in hand");
    assert_eq!(street.does(&street.wang, id, "leave", &[]).await, "sought");
    let view = street.work.view(&street.gu, id).await.unwrap();
    assert!(!view.loaded.case.clocks.get("fulfil").is_some_and(|clock| clock.is_running()));
}

#[db_test(ROOMS)]
async fn without_consent_the_community_asks_quietly(db: TestDb) {
    let street = Street::new(db).await;
    let (opened, asker) = street.wished(&[]).await;
    let id = opened.id;
    assert_eq!(code(street.cannot(&street.gu, id, "publish", &with(&[])).await), "no_consent");
    street.joins(&street.lin, &["elders.company"], 2).await;
    street.asks(id, &street.lin).await;
    assert_eq!(street.does(&street.lin, id, "decline", &[]).await, "screening");
    assert!(street.offered(id).await.is_empty());
    let why = [("ground", "not_feasible"), ("why", "现在没有人会修这种")];
    assert_eq!(street.does(&street.gu, id, "set_aside", &why).await, "set_aside");
    assert_eq!(code(street.cannot(&asker, id, "take_back", &[]).await), "not_now");
}

#[db_test(ROOMS)]
async fn what_the_asker_takes_back_is_gone_at_once(db: TestDb) {
    let street = Street::new(db).await;
    let (opened, asker) = street.wished(&["public"]).await;
    let id = opened.id;
    street.does(&street.gu, id, "publish", &with(&PARTS)).await;
    street.joins(&street.lin, &["elders.company"], 2).await;
    street.knows(&street.lin).await;
    street.work.set_consents(&asker, id, &[]).await.unwrap();
    assert!(street.shown(&opened.number).await.is_none());
    assert_eq!(code(street.cannot(&street.lin, id, "claim", &[]).await), "not_looked_for");

    // and what is erased leaves nothing of what was shown
    street.work.set_consents(&asker, id, &["public".to_owned()]).await.unwrap();
    street.does(&asker, id, "take_back", &[]).await;
    street.work.ask_erase(&asker, Some(id)).await.unwrap();
    street.later(24 * 8);
    street.work.act_on_requests().await.unwrap();
    let left = offers::of(&mut street.db.read(), [id]).await.unwrap();
    assert!(left.is_empty());
}

#[db_test(ROOMS)]
async fn an_order_for_whoever_comes(db: TestDb) {
    let street = Street::new(db).await;
    let (opened, _) = street.ordered().await;
    let id = opened.id;
    assert_eq!(street.does(&street.gu, id, "offer", &[]).await, "offered");
    street.joins(&street.lin, &["health.help"], 2).await;
    let now = street.work.world().now();
    let near = offers::near(&mut street.db.read(), &street.lin, now).await.unwrap();
    let offer = &near[0].offer;
    assert_eq!(
        (offer.title.as_str(), offer.place.as_str(), offer.body.as_str()),
        ("陪诊代取药", "槐荫里", "")
    );
    let nine = field(START.day().plus(1).start().plus_hours(9));
    assert_eq!(code(street.cannot(&street.lin, id, "come", &[("when", &nine)]).await), "not_known");
    assert!(
        volunteers::say_known(street.work.db(), street.work.world(), &street.ding, Vec::new()).await.is_err()
    );
    street.knows(&street.lin).await;
    let (known, waiting) = volunteers::unknown(&mut street.db.read(), &street.gu).await.unwrap();
    assert_eq!((known, waiting.len()), (1, 0));
    assert_eq!(street.does(&street.lin, id, "come", &[("when", &nine)]).await, "agreed");
    assert!(offers::near(&mut street.db.read(), &street.lin, now).await.unwrap().is_empty());
    let view = street.work.view(&street.lin, id).await.unwrap();
    assert!(street.work.door(&street.lin, &view).unwrap().is_some());

    // nobody comes to the next one
    let (next, _) = street.ordered().await;
    street.does(&street.gu, next.id, "offer", &[]).await;
    street.later(25);
    street.work.routine().await.unwrap();
    let view = street.work.view(&street.gu, next.id).await.unwrap();
    assert_eq!(view.loaded.case.state, "assigning");
    assert_eq!(code(street.cannot(&street.lin, next.id, "come", &[("when", &nine)]).await), "not_looked_for");
}

#[db_test(ROOMS)]
async fn what_people_pay_for_is_not_for_whoever_comes(db: TestDb) {
    let street = Street::new(db).await;
    street.vetted(28).await;
    let providers = claims::providers(&mut street.db.read(), Some(street.haiyun), START.day()).await.unwrap();
    assert!(!providers.is_empty());
    let new = linli_hearts::orders::NewOrder { item: street.item(28).await, ..street.wish().await };
    let opened = linli_hearts::orders::order(&street.work, street.gu.clone(), new).await.unwrap();
    let refused = street.cannot(&street.gu, opened.id, "offer", &[]).await;
    assert_eq!(code(refused), "paid_not_offered");
    let view = street.work.view(&street.gu, opened.id).await.unwrap();
    assert_eq!(view.loaded.case.state, "assigning", "and nothing is changed");
}
