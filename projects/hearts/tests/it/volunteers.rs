use crate::street::{ROOMS, Street};
use linli_authz::Actor;
use linli_base::{Day, Problem};
use linli_hearts::volunteers;
use linli_testkit::{START, TestDb, db_test};

impl Street {
    async fn logs(&self, who: &Actor, day: Day, minutes: i64, what: &str) -> linli_base::Result<()> {
        let line = (day, minutes, what.to_owned());
        volunteers::log(self.work.db(), self.work.world(), who, self.haiyun, line).await
    }
}

#[db_test(ROOMS)]
async fn somebody_joins_changes_their_mind_and_leaves(db: TestDb) {
    let street = Street::new(db).await;
    assert_eq!(volunteers::of(&mut street.db.read(), &street.lin).await.unwrap(), None);
    street.joins(&street.lin, &["health.help"], 2).await;
    street.later(48);
    street.joins(&street.lin, &["health.help", "daily.errands"], 3).await;
    let lin = volunteers::of(&mut street.db.read(), &street.lin).await.unwrap().unwrap();
    assert_eq!((lin.skills.len(), lin.fortnight, lin.since), (2, 3, START.day()), "since the first day");
    let none = volunteers::Volunteer { skills: Vec::new(), fortnight: 20, ..lin };
    let joined = volunteers::join(street.work.db(), street.work.world(), &street.lin, none).await;
    let Err(Problem::Invalid(flaws)) = joined else { panic!("it is flawed") };
    let fields: Vec<&str> = flaws.iter().map(|flaw| flaw.field.as_str()).collect();
    assert_eq!(fields, ["skills", "fortnight"]);

    volunteers::leave(street.work.db(), street.work.world(), &street.lin).await.unwrap();
    assert_eq!(volunteers::of(&mut street.db.read(), &street.lin).await.unwrap(), None);
    let (opened, _) = street.ordered().await;
    assert!(street.offered(opened.id).await.is_empty(), "who has left is not asked");
    street.joins(&street.lin, &["health.help"], 1).await;
    let again = volunteers::of(&mut street.db.read(), &street.lin).await.unwrap().unwrap();
    assert_eq!(again.since, START.day().plus(2), "and may come back");
}

#[db_test(ROOMS)]
async fn hours_count_once_somebody_else_has_confirmed_them(db: TestDb) {
    let street = Street::new(db).await;
    let today = START.day();
    street.logs(&street.lin, today, 120, "义诊帮着登记").await.unwrap();
    street.logs(&street.lin, today, 30, "打扫楼道").await.unwrap();
    street.logs(&street.gu, today, 60, "打扫楼道").await.unwrap();
    let Err(Problem::Invalid(flaws)) = street.logs(&street.lin, today.plus(1), 3, " ").await else {
        panic!("it is flawed")
    };
    assert_eq!(flaws.len(), 3);

    let waiting = volunteers::waiting(&mut street.db.read(), &street.gu).await.unwrap();
    assert_eq!(waiting.len(), 3);
    for line in &waiting {
        let own = Some(line.person_id) == street.gu.person();
        let confirmed = volunteers::confirm(street.work.db(), street.work.world(), &street.gu, line.id).await;
        assert_eq!(confirmed.is_err(), own, "nobody confirms their own");
    }
    let total = volunteers::total(&mut street.db.read(), &street.lin, (today, today)).await.unwrap();
    assert_eq!((total.times, total.minutes), (2, 150));
    let mine = volunteers::mine(&mut street.db.read(), &street.gu, today).await.unwrap();
    let line = mine.first().unwrap().id;
    assert!(volunteers::take_away(street.work.db(), &street.lin, line).await.is_err(), "not hers");
    volunteers::take_away(street.work.db(), &street.gu, line).await.unwrap();
    let confirmed = volunteers::mine(&mut street.db.read(), &street.lin, today).await.unwrap();
    let line = confirmed.first().unwrap().id;
    assert!(volunteers::take_away(street.work.db(), &street.lin, line).await.is_err(), "it is confirmed");
    assert!(matches!(
        volunteers::confirm(street.work.db(), street.work.world(), &street.ding, line).await,
        Err(Problem::Forbidden { .. })
    ));
}

#[db_test(ROOMS)]
async fn a_closed_account_leaves_minutes_without_words(db: TestDb) {
    let street = Street::new(db).await;
    street.joins(&street.wang, &["daily.errands"], 2).await;
    street.logs(&street.wang, START.day(), 45, "给独居老人送饭").await.unwrap();
    street.work.ask_close(&street.wang).await.unwrap();
    street.later(24 * 8);
    street.work.act_on_requests().await.unwrap();
    assert_eq!(volunteers::of(&mut street.db.read(), &street.wang).await.unwrap(), None);
    let lines = volunteers::mine(&mut street.db.read(), &street.wang, START.day()).await.unwrap();
    let line = lines.first().unwrap();
    assert_eq!((line.what.as_str(), line.minutes), ("", 45));
}

#[db_test(ROOMS)]
async fn a_unit_sees_a_quarter_only_while_the_member_lets_it(db: TestDb) {
    let street = Street::new(db).await;
    let (db, world) = (street.work.db(), street.work.world());
    street.joins(&street.lin, &["health.help"], 2).await;
    let none = volunteers::release(db, world, &street.lin).await.unwrap_err();
    assert!(none.to_string().contains("no_unit"), "{none}");
    let lin = volunteers::of(&mut street.db.read(), &street.lin).await.unwrap().unwrap();
    let lin = volunteers::Volunteer { unit: Some(street.power), ..lin };
    volunteers::join(db, world, &street.lin, lin).await.unwrap();
    street.logs(&street.lin, START.day(), 120, "义诊帮着登记").await.unwrap();
    let line = volunteers::waiting(&mut street.db.read(), &street.gu).await.unwrap().remove(0);
    volunteers::confirm(db, world, &street.gu, line.id).await.unwrap();
    // the third quarter is over
    street.later(24 * 3);
    let card =
        volunteers::card(&mut street.db.read(), &street.lin, world.now().day()).await.unwrap().unwrap();
    assert_eq!((card.name.as_str(), card.times, card.minutes), ("2026-Q3", 1, 120));

    let leader = Actor::Person {
        id: world.id(),
        name: "赵经理".into(),
        hat: Some(linli_authz::Hat {
            post: world.id(),
            org: street.power,
            org_name: String::new(),
            area: None,
            roles: vec![linli_authz::Role::Leader],
        }),
        via: linli_authz::Via::Web,
    };
    let seen = async || volunteers::cards(&mut street.db.read(), &leader).await.unwrap().len();
    assert_eq!(seen().await, 0, "nothing, not even that there is a card");
    volunteers::release(db, world, &street.lin).await.unwrap();
    assert_eq!(seen().await, 1);
    volunteers::take_back(db, world, &street.lin).await.unwrap();
    assert_eq!(seen().await, 0);
    let other = volunteers::cards(&mut street.db.read(), &street.ding).await;
    assert!(matches!(other, Err(Problem::Forbidden { .. })), "a worker sees no cards");
}

#[db_test(ROOMS)]
async fn whoever_helps_takes_along_what_is_held_about_them(db: TestDb) {
    let street = Street::new(db).await;
    street.joins(&street.wang, &["daily.errands"], 2).await;
    street.logs(&street.wang, START.day(), 45, "给独居老人送饭").await.unwrap();
    let (held, _) = street.work.held(&street.wang, None, &|key: &str| key.to_owned()).await.unwrap();
    let what: Vec<_> = held.helping.iter().map(|one| (one.what, one.said.join(" "))).collect();
    assert_eq!(what.len(), 2);
    assert_eq!(what[0], ("volunteer", "daily.errands 1111111 2".to_owned()));
    assert_eq!(what[1], ("hours", "给独居老人送饭 45".to_owned()));
    let (others, _) = street.work.held(&street.lin, None, &|key: &str| key.to_owned()).await.unwrap();
    assert!(others.helping.is_empty());
}
