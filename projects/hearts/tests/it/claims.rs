//! Who claims an item, who vets it, and what the public learns.

use crate::{
    services::refused,
    town::{ROOMS, Town, today},
};
use linli_authz::{Actor, Hat, Role, Scope};
use linli_base::{AreaId, Day, Result};
use linli_hearts::services::{
    self, ItemId,
    claims::{self, Claim, ClaimId, NewClaim, State, Verdict},
};
use linli_store::{Query, args, row, statements};
use linli_testkit::{TestDb, db_test};

row! { struct ActRow { act: String, reason: Option<String> } }

statements! {
    TRAIL(unscoped "a test reads the trail") =
        "SELECT a.act, a.reason FROM audit a WHERE a.subject_id = $1 ORDER BY a.at, a.id";
}

impl Town {
    async fn item(&self, number: i64) -> ItemId {
        self.line(None, today(), number).await.id
    }

    async fn claim(
        &self,
        who: &Actor,
        (number, community): (i64, Option<AreaId>),
        brings: &str,
        from: Day,
    ) -> Result<ClaimId> {
        let (id, item, brings) = (self.db.world.id(), self.item(number).await, brings.to_owned());
        let new = NewClaim { id, item, community, brings, from };
        let (org, who) = (self.org.clone(), who.clone());
        let write = self.db.write(async move |tx| claims::claim(tx, &org, &who, &new).await);
        write.await
    }

    async fn decide(&self, who: &Actor, seen: (ClaimId, i64), verdict: Verdict, reason: &str) -> Result<()> {
        let (org, who, reason) = (self.org.clone(), who.clone(), reason.to_owned());
        let write =
            self.db.write(async move |tx| claims::decide(tx, &org, &who, seen, verdict, &reason).await);
        write.await
    }

    async fn change(&self, who: &Actor, seen: (ClaimId, i64), brings: &str) -> Result<()> {
        let (org, who, brings) = (self.org.clone(), who.clone(), brings.to_owned());
        let write = self.db.write(async move |tx| claims::change(tx, &org, &who, seen, &brings).await);
        write.await
    }

    async fn give_back(&self, who: &Actor, seen: (ClaimId, i64), from: Day) -> Result<()> {
        let (org, who) = (self.org.clone(), who.clone());
        let write = self.db.write(async move |tx| claims::give_back(tx, &org, &who, seen, from).await);
        write.await
    }

    async fn ours(&self, who: &Actor) -> Vec<Claim> {
        let scope = who.may(linli_authz::Permission::ServicesClaim).unwrap();
        claims::ours(&mut self.db.read(), &scope, None).await.unwrap()
    }

    /// Orgs, people, and claims that wait.
    async fn provided(&self, community: Option<AreaId>, day: Day, number: i64) -> (i64, i64, i64) {
        let item = self.item(number).await;
        let found = claims::providers(&mut self.db.read(), community, day).await.unwrap().remove(&item);
        found.map_or((0, 0, 0), |p| (p.orgs, p.people, p.waiting))
    }
}

#[db_test(ROOMS)]
async fn a_unit_claims_an_item_and_counts_once_the_community_has_vetted_it(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let here = Some(town.haiyun);
    let id = town.claim(&town.lin, (28, here), " 两人有电工证 ", today().plus(3)).await.unwrap();
    assert_eq!(town.provided(here, today().plus(3), 28).await, (0, 0, 1), "nobody pays who is not vetted");
    assert_eq!(refused(town.claim(&town.lin, (28, here), "又一次", today()).await), "claimed_already");
    town.claim(&town.lin, (28, Some(town.shuxiang)), "两人有电工证", today()).await.unwrap();

    let short = town.decide(&town.gu, (id, 1), Verdict::Refuse, "不").await;
    assert_eq!(refused(short), "invalid", "no refusal without a reason");
    assert_eq!(refused(town.decide(&town.wu, (id, 1), Verdict::Accept, "").await), "not_found");
    assert_eq!(refused(town.decide(&town.lin, (id, 1), Verdict::Accept, "").await), "forbidden");
    town.decide(&town.gu, (id, 1), Verdict::Accept, "看了电工证原件").await.unwrap();
    assert_eq!(town.provided(here, today(), 28).await, (0, 0, 0), "it begins in three days");
    assert_eq!(town.provided(here, today().plus(3), 28).await, (1, 0, 0));
    assert_eq!(town.provided(Some(town.shuxiang), today().plus(3), 28).await, (0, 0, 1));
    assert_eq!(town.provided(None, today().plus(3), 28).await, (1, 0, 1), "the city counts an org once");
    let again = town.decide(&town.gu, (id, 1), Verdict::Accept, "").await;
    assert_eq!(refused(again), "changed_meanwhile", "who comes second is told");

    // other words are vetted anew
    town.change(&town.lin, (id, 2), "两人有电工证").await.unwrap();
    let ours = town.ours(&town.lin).await;
    let same = ours.iter().find(|claim| claim.id == id).unwrap();
    assert_eq!(same.state, State::Vetted, "the same words");
    assert_eq!(refused(town.change(&town.lin, (id, 2), "三人").await), "changed_meanwhile");
    town.change(&town.lin, (id, 3), "三人有电工证").await.unwrap();
    assert_eq!(town.provided(here, today().plus(3), 28).await, (0, 0, 1));
    town.decide(&town.gu, (id, 4), Verdict::Refuse, "第三人的证过期了").await.unwrap();
    assert_eq!(town.provided(here, today().plus(3), 28).await, (0, 0, 0));
    assert_eq!(refused(town.change(&town.lin, (id, 5), "两人").await), "claim_over");
    town.claim(&town.lin, (28, here), "两人有电工证", today()).await.unwrap();

    let scope = Scope::system("a test");
    let trail: Vec<ActRow> = town.db.read().all(&TRAIL, &scope, args![id.0]).await.unwrap();
    let acts: Vec<_> = trail.iter().map(|row| (row.act.as_str(), row.reason.as_deref())).collect();
    let expected = [
        ("claim.make", None),
        ("claim.vet", Some("看了电工证原件")),
        ("claim.change", None),
        ("claim.change", None),
        ("claim.refuse", Some("第三人的证过期了")),
    ];
    assert_eq!(acts.len(), 5);
    assert!(expected.iter().all(|entry| acts.contains(entry)), "{acts:?}");
}

#[db_test(ROOMS)]
async fn what_is_given_back_goes_on_until_its_day_and_can_be_taken_up_again(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let (here, end) = (Some(town.haiyun), today().plus(10));
    let id = town.claim(&town.lin, (3, here), "陪诊两人", today()).await.unwrap();
    town.decide(&town.gu, (id, 1), Verdict::Accept, "").await.unwrap();
    assert_eq!(refused(town.give_back(&town.lin, (id, 2), today().plus(-1)).await), "invalid");
    town.give_back(&town.lin, (id, 2), end).await.unwrap();
    assert_eq!(town.provided(here, end.plus(-1), 3).await, (1, 0, 0));
    assert_eq!(town.provided(here, end, 3).await, (0, 0, 0));
    let again = town.claim(&town.lin, (3, here), "陪诊两人", today()).await.unwrap();
    assert_eq!(again, id, "the same claim goes on, and is still vetted");
    assert_eq!(town.provided(here, end, 3).await, (1, 0, 0));
    town.give_back(&town.lin, (id, 4), today()).await.unwrap();
    assert_eq!(town.provided(here, today(), 3).await, (0, 0, 0));
    let new = town.claim(&town.lin, (3, here), "陪诊两人", today()).await.unwrap();
    assert_ne!(new, id, "what is over is over");
    assert_eq!(town.provided(here, today(), 3).await, (0, 0, 1));

    town.decide(&town.gu, (new, 1), Verdict::Accept, "").await.unwrap();
    town.decide(&town.gu, (new, 2), Verdict::Withdraw, "约了三次没有来").await.unwrap();
    assert_eq!(town.provided(here, today(), 3).await, (0, 0, 0));
    let ours = town.ours(&town.lin).await;
    let found = ours.iter().find(|claim| claim.id == new).unwrap();
    assert_eq!((found.state, found.reason.as_deref()), (State::Withdrawn, Some("约了三次没有来")));
}

#[db_test(ROOMS)]
async fn a_resident_claims_for_herself_and_is_only_counted(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let here = Some(town.haiyun);
    let id = town.claim(&town.zhao, (29, here), "周末有空，有车", today()).await.unwrap();
    town.decide(&town.gu, (id, 1), Verdict::Accept, "").await.unwrap();
    assert_eq!(town.provided(here, today(), 29).await, (0, 1, 0));
    let (published, many) = claims::of_orgs(&mut town.db.read(), today(), None, (0, 100)).await.unwrap();
    assert_eq!((published.len(), many), (0, 0), "a person is in no export");
    assert_eq!(town.ours(&town.lin).await.len(), 0, "and nobody's but hers");
    let stolen = town.change(&town.lin, (id, 2), "别人的话").await;
    assert_eq!(refused(stolen), "not_found");
    assert_eq!(
        refused(town.claim(&town.gu, (29, here), "我们来", today()).await),
        "forbidden",
        "a clerk vets"
    );
}

#[db_test(ROOMS)]
async fn what_reaches_the_whole_city_is_vetted_by_the_citys_desk(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let id = town.claim(&town.lin, (21, None), "宣传车一辆", today()).await.unwrap();
    assert_eq!(refused(town.decide(&town.gu, (id, 1), Verdict::Accept, "").await), "forbidden");
    town.decide(&town.zhou, (id, 1), Verdict::Accept, "").await.unwrap();
    for place in [None, Some(town.haiyun), Some(town.shuxiang)] {
        assert_eq!(town.provided(place, today(), 21).await, (1, 0, 0), "it counts in every community");
    }
}

#[db_test(ROOMS)]
async fn what_cannot_be_claimed_is_refused(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let here = Some(town.haiyun);
    let guide = town.claim(&town.lin, (10, here), "我们来修", today()).await;
    assert_eq!(refused(guide), "guides_only");
    assert_eq!(refused(town.claim(&town.lin, (3, here), "  ", today()).await), "invalid");
    assert_eq!(refused(town.claim(&town.lin, (3, here), &"长".repeat(201), today()).await), "invalid");
    assert_eq!(refused(town.claim(&town.lin, (3, here), "陪诊", today().plus(-1)).await), "invalid");
    let line = town.line(here, today(), 3).await;
    let unused = services::Terms { used: false, ..line.terms.1 };
    town.choose(&town.gu, (line.id, here), None, unused, today()).await.unwrap();
    assert_eq!(refused(town.claim(&town.lin, (3, here), "陪诊", today()).await), "not_offered");
    town.claim(&town.lin, (3, Some(town.shuxiang)), "陪诊", today()).await.unwrap();
}

#[db_test(ROOMS)]
async fn nobody_vets_what_they_claimed_themselves(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let Actor::Person { id, name, hat: Some(hat), via } = town.gu.clone() else { panic!() };
    let hat = Some(Hat { roles: vec![Role::Leader, Role::Clerk], ..hat });
    let song = Actor::Person { id, name, hat, via };
    let id = town.claim(&song, (29, Some(town.haiyun)), "社区工作者轮着来", today()).await.unwrap();
    assert_eq!(refused(town.decide(&song, (id, 1), Verdict::Accept, "").await), "own_claim");
    town.decide(&town.zhou, (id, 1), Verdict::Accept, "").await.unwrap();
    assert_eq!(town.provided(Some(town.haiyun), today(), 29).await, (1, 0, 0));
}

#[db_test(ROOMS)]
async fn of_two_claims_at_the_same_moment_one_stands(db: TestDb) {
    let town = Town::with_catalogue(db).await;
    let here = Some(town.haiyun);
    let (a, b) = tokio::join!(
        town.claim(&town.lin, (3, here), "陪诊一人", today()),
        town.claim(&town.lin, (3, here), "陪诊两人", today()),
    );
    assert_ne!(a.is_ok(), b.is_ok());
    assert_eq!(refused(if a.is_ok() { b } else { a }), "claimed_already");
    assert_eq!(town.ours(&town.lin).await.len(), 1);
}
