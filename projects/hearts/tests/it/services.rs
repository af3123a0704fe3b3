use crate::town::{ROOMS, Town, today};
use linli_authz::{Actor, Permission};
use linli_base::{AreaId, Day, Problem, Result};
use linli_hearts::services::{self, ChoiceId, Heart, ItemId, Line, NewItem, Price, Standing, Terms, Way};
use linli_testkit::{TestDb, db_test};
use std::collections::BTreeMap;

impl Town {
    pub async fn with_catalogue(db: TestDb) -> Town {
        let town = Town::new(db).await;
        assert!(services::begin(&town.db, &town.db.world, today()).await.unwrap());
        town
    }

    async fn list(&self, community: Option<AreaId>, day: Day) -> Vec<Line> {
        services::list(&mut self.db.read(), community, day).await.unwrap()
    }

    pub async fn line(&self, community: Option<AreaId>, day: Day, number: i64) -> Line {
        let list = self.list(community, day).await;
        list.into_iter().find(|line| line.number == Some(number)).unwrap()
    }

    pub async fn choose(
        &self,
        who: &Actor,
        (item, community): (ItemId, Option<AreaId>),
        seen: Option<ChoiceId>,
        terms: Terms,
        from: Day,
    ) -> Result<ChoiceId> {
        let wanted = if community.is_some() { Permission::ServicesEdit } else { Permission::Configure };
        let (scope, world, by) = (who.may(wanted)?, self.db.world.clone(), who.person());
        let write = self.db.write(async move |tx| {
            services::choose(tx, &scope, &world, (item, community), seen, terms.clone(), from, by).await
        });
        write.await
    }
}

pub fn refused<T>(result: Result<T>) -> &'static str {
    match result {
        Err(Problem::Refused(refusal)) => refusal.code,
        Err(Problem::Forbidden { .. }) => "forbidden",
        Err(Problem::NotFound) => "not_found",
        Err(Problem::Invalid(_)) => "invalid",
        Err(problem) => panic!("{problem}"),
        Ok(_) => "nothing",
    }
}

#[db_test(ROOMS)]
async fn a_city_begins_with_ten_categories_eighteen_groups_and_thirty_items(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let list = town.list(None, today()).await;
    let numbers: Vec<_> = list.iter().map(|line| line.number).collect();
    assert_eq!(numbers, (1..=30).map(Some).collect::<Vec<_>>());
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    let mut categories: Vec<&str> = Vec::new();
    for line in &list {
        *groups.entry(&line.group[0]).or_default() += 1;
        if categories.last() != Some(&line.category[1].as_str()) {
            categories.push(&line.category[1]);
        }
    }
    assert_eq!((groups.len(), categories.len()), (18, 10));
    assert_eq!((categories[0], categories[9]), ("医疗健康", "便民服务"));
    let of = |heart| list.iter().filter(|line| line.terms.1.hearts.contains(&heart)).count();
    assert_eq!(Heart::ALL.map(of), [7, 6, 5, 7, 5], "安心 暖心 怡心 舒心 开心");
    assert!(list.iter().all(|line| line.terms.1.way.costs() != line.terms.1.prices.is_empty()));
    assert!(!services::begin(&town.db, &town.db.world, today()).await.unwrap(), "what is there is kept");
    assert_eq!(town.list(Some(town.haiyun), today()).await.len(), 30);
}

#[db_test(ROOMS)]
async fn a_community_offers_an_item_otherwise_from_a_day_on_and_the_old_stays(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let (here, from) = (Some(town.haiyun), today().plus(9));
    let repairs = town.line(here, today(), 28).await;
    assert_eq!((repairs.standing, repairs.city.as_ref()), (Standing::AsItIs, None));
    let mut terms = repairs.terms.1.clone();
    terms.prices[0].fen = 2_000;
    let choice = town.choose(&town.gu, (repairs.id, here), None, terms.clone(), from).await.unwrap();
    assert_eq!(town.line(here, from.plus(-1), 28).await.standing, Standing::AsItIs);
    let changed = town.line(here, from, 28).await;
    assert_eq!((changed.standing, changed.terms.0), (Standing::Changed, choice));
    assert_eq!(changed.terms.1.prices[0].fen, 2_000);
    assert_eq!(changed.city.unwrap().prices[0].fen, 2_500, "what the city offers is shown beside it");
    assert_eq!(town.line(Some(town.shuxiang), from, 28).await.standing, Standing::AsItIs);

    // a further change on a later day, and one that comes before it takes its place
    terms.used = false;
    let later =
        town.choose(&town.gu, (repairs.id, here), Some(choice), terms.clone(), from.plus(30)).await.unwrap();
    assert_eq!(town.line(here, from.plus(29), 28).await.terms.0, choice);
    assert_eq!(town.line(here, from.plus(30), 28).await.standing, Standing::Unused);
    terms.used = true;
    terms.frequency = "每周两次".into();
    let sooner = town.choose(&town.gu, (repairs.id, here), Some(later), terms, from.plus(20)).await.unwrap();
    assert_eq!(town.line(here, from.plus(19), 28).await.terms.0, choice);
    assert_eq!(town.line(here, from.plus(300), 28).await.terms.0, sooner);

    let (item, community, end, world) = (repairs.id, town.haiyun, from.plus(40), town.db.world.clone());
    let scope = town.gu.may(Permission::ServicesEdit).unwrap();
    let write = town.db.write(async move |tx| {
        services::as_the_city(tx, &scope, &world, (item, community), sooner, end).await
    });
    write.await.unwrap();
    assert_eq!(town.line(here, end.plus(-1), 28).await.terms.0, sooner);
    assert_eq!(town.line(here, end, 28).await.standing, Standing::AsItIs);
}

#[db_test(ROOMS)]
async fn only_whose_list_it_is_changes_it(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let line = town.line(None, today(), 3).await;
    let (item, terms, choice) = (line.id, line.terms.1, Some(line.terms.0));
    let here = Some(town.haiyun);
    let other = town.choose(&town.wu, (item, here), None, terms.clone(), today()).await;
    assert_eq!(refused(other), "not_found", "what is out of reach is not there");
    assert_eq!(
        refused(town.choose(&town.lin, (item, here), None, terms.clone(), today()).await),
        "forbidden"
    );
    assert_eq!(
        refused(town.choose(&town.gu, (item, None), choice, terms.clone(), today()).await),
        "forbidden"
    );
    let street = town.choose(&town.zheng, (item, here), None, terms.clone(), today()).await;
    assert_eq!(refused(street), "forbidden", "the system administrator leads no community");
    let mut rarer = terms;
    rarer.frequency = "工作日".into();
    town.choose(&town.zheng, (item, None), choice, rarer, today().plus(1)).await.unwrap();
    assert_eq!(town.line(here, today().plus(1), 3).await.terms.1.frequency, "工作日");
}

#[db_test(ROOMS)]
async fn who_comes_second_is_told(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let here = Some(town.haiyun);
    let line = town.line(here, today(), 3).await;
    let one = |frequency: &str| Terms { frequency: frequency.into(), ..line.terms.1.clone() };
    let (a, b) = tokio::join!(
        town.choose(&town.gu, (line.id, here), None, one("每周一次"), today()),
        town.choose(&town.gu, (line.id, here), None, one("每周两次"), today()),
    );
    let (stood, second) = if a.is_ok() { (a, b) } else { (b, a) };
    let stood = stood.unwrap();
    assert_eq!(refused(second), "changed_meanwhile");
    let (a, b) = tokio::join!(
        town.choose(&town.gu, (line.id, here), Some(stood), one("每月一次"), today().plus(5)),
        town.choose(&town.gu, (line.id, here), Some(stood), one("每月两次"), today().plus(6)),
    );
    assert_ne!(a.is_ok(), b.is_ok());
    assert_eq!(refused(if a.is_ok() { b } else { a }), "changed_meanwhile");
    assert_eq!(town.line(here, today().plus(4), 3).await.terms.0, stood);
}

#[db_test(ROOMS)]
async fn what_cannot_be_offered_is_refused_by_field(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let here = Some(town.haiyun);
    let line = town.line(here, today(), 28).await;
    let wrong = async |change: &dyn Fn(&mut Terms), from: Day| -> Vec<String> {
        let mut terms = line.terms.1.clone();
        change(&mut terms);
        match town.choose(&town.gu, (line.id, here), None, terms, from).await {
            Err(Problem::Invalid(flaws)) => {
                flaws.iter().map(|flaw| format!("{} {}", flaw.field, flaw.code)).collect()
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(wrong(&|terms| terms.prices.clear(), today()).await, ["prices required"]);
    assert_eq!(wrong(&|terms| terms.way = Way::Volunteer, today()).await, ["prices costs_nothing"]);
    assert_eq!(wrong(&|terms| terms.prices[1].fen = -1, today()).await, ["prices.1 price"]);
    let long = |terms: &mut Terms| {
        (terms.frequency, terms.standard) = (" ".into(), "长".repeat(401));
    };
    assert_eq!(wrong(&long, today()).await, ["frequency required", "standard too_long"]);
    assert_eq!(wrong(&|_| (), today().plus(-1)).await, ["from_day past"]);
}

#[db_test(ROOMS)]
async fn a_community_adds_an_item_of_its_own(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let scope = town.gu.may(Permission::ServicesEdit).unwrap();
    let (world, community) = (town.db.world.clone(), town.haiyun);
    let (id, by) = (world.id(), town.gu.person());
    let terms = Terms {
        used: true,
        way: Way::Either,
        hearts: vec![Heart::Joy, Heart::Safe, Heart::Joy],
        frequency: "每月一次".into(),
        frequency_en: None,
        standard: "看潮汐表，说清哪里不能去。".into(),
        standard_en: None,
        prices: vec![Price { name: "借一套雨靴".into(), name_en: None, fen: 500 }],
    };
    let write = town.db.write(async move |tx| {
        let (group, name) = ("law.safety".into(), "赶海安全讲一讲".into());
        let new = NewItem { id, group, name, name_en: None };
        services::add_own(tx, &scope, &world, community, new, terms.clone(), by).await
    });
    assert_eq!(write.await.unwrap(), id);
    let list = town.list(Some(town.haiyun), today()).await;
    let own: Vec<_> = list.iter().filter(|line| line.standing == Standing::Own).collect();
    assert_eq!((list.len(), own.len()), (31, 1));
    assert_eq!(own[0].terms.1.hearts, [Heart::Safe, Heart::Joy]);
    assert_eq!((own[0].category[1].as_str(), own[0].number), ("法律安全", None));
    assert_eq!(town.list(Some(town.shuxiang), today()).await.len(), 30, "the neighbours have it not");
    let theirs =
        town.choose(&town.wu, (id, Some(town.shuxiang)), None, own[0].terms.1.clone(), today()).await;
    assert_eq!(refused(theirs), "not_found");
}
