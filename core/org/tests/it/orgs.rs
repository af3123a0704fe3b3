use crate::town::{ROOMS, Town, day, system};
use linli_authz::{Permission, Role, Scope};
use linli_base::Problem;
use linli_org::{
    OrgKind, guard,
    orgs::{self, OrgFilter},
    people::{self, EndPost, PersonForm, PostForm},
};
use linli_store::Tx;
use linli_testkit::{TestDb, db_test};

#[db_test(ROOMS)]
async fn who_audits_whom(db: TestDb) {
    let town = Town::new(db).await;
    let q = &mut town.org.db.read();
    let sees = town.sees();
    let by = async |id| orgs::audit_org_for(&mut town.org.db.read(), &sees, id).await.unwrap();
    let above = [
        by(town.shuxiang_office).await,
        by(town.fangyuan_office).await,
        by(town.lamp_office).await,
        by(town.city_desk).await,
    ];
    assert_eq!(above, [Some(town.fangyuan_office), Some(town.city_desk), Some(town.city_desk), None]);
    let tiers = orgs::tiers_above(q, &sees, town.shuxiang_office).await.unwrap();
    assert_eq!(tiers, [town.fangyuan_office, town.city_desk]);
    assert_eq!(orgs::leading(q, &sees, town.shuxiang).await.unwrap(), Some(town.shuxiang_office));
    let desk = orgs::desk_of(q, &sees, Some(town.heshun), Some(town.fangyuan)).await.unwrap();
    assert_eq!(desk, Some(town.fangyuan_office));
    assert_eq!(orgs::desk_of(q, &sees, None, None).await.unwrap(), Some(town.city_desk));
}

#[db_test(ROOMS)]
async fn lists_search_and_page(db: TestDb) {
    let town = Town::new(db).await;
    let q = &mut town.org.db.read();
    let sees = town.sees();
    let names = |orgs: Vec<orgs::Org>| orgs.into_iter().map(|org| org.name).collect::<Vec<_>>();
    let offices = OrgFilter { kind: Some(OrgKind::Office), ..OrgFilter::default() };
    let first = orgs::list(q, &sees, &offices, 2).await.unwrap();
    let rest = OrgFilter { after: first.last().map(|org| org.id), ..offices.clone() };
    let rest = orgs::list(q, &sees, &rest, 2).await.unwrap();
    assert_eq!(names(first), ["书香社区居民委员会", "方圆街道办事处"]);
    assert_eq!(names(rest), ["海阳市12345受理中心"]);
    let lamp = OrgFilter { text: "路灯".to_owned(), ..OrgFilter::default() };
    assert_eq!(names(orgs::list(q, &sees, &lamp, 9).await.unwrap()), ["市路灯管理所"]);
    let percent = OrgFilter { text: "%".to_owned(), ..OrgFilter::default() };
    assert!(orgs::list(q, &sees, &percent, 9).await.unwrap().is_empty());
    let within = OrgFilter { within: Some(town.fangyuan), ..OrgFilter::default() };
    assert_eq!(
        names(orgs::list(q, &sees, &within, 9).await.unwrap()),
        ["书香社区居民委员会", "方圆街道办事处"]
    );
}

#[db_test(ROOMS)]
async fn an_org_never_answers_to_itself(db: TestDb) {
    let town = Town::new(db).await;
    let (street, community) = (town.fangyuan_office, town.shuxiang_office);
    let ring = town
        .org
        .db
        .write(async move |tx: &mut Tx<'_>| orgs::move_to(tx, &system(), street, community, day()).await);
    assert!(matches!(ring.await, Err(Problem::Refused(r)) if r.code == "org_ring"));
    let desk = town.city_desk;
    let moved = town
        .org
        .db
        .write(async move |tx: &mut Tx<'_>| orgs::move_to(tx, &system(), street, desk, day()).await);
    moved.await.unwrap();
    let line = orgs::line(&mut town.org.db.read(), &system(), community).await.unwrap();
    assert_eq!(line.iter().map(|org| org.id).collect::<Vec<_>>(), [street, desk]);
}

#[db_test(ROOMS)]
async fn a_person_comes_and_goes(db: TestDb) {
    let town = Town::new(db).await;
    let admin = town.actor(town.city_desk, None, &[Role::SystemAdmin]);
    let clerk = town.actor(town.city_desk, None, &[Role::Clerk]);
    let form =
        PersonForm {
            name: "吴敏之".to_owned(), phone: "138 0000 7788".to_owned(), ..PersonForm::default()
        };
    let seat = PostForm {
        title: "受理派单员".to_owned(),
        from_day: day().to_string(),
        roles: vec!["clerk".to_owned(), "caller".to_owned()],
        ..PostForm::default()
    };
    let refused = people::create(&town.org, &clerk, town.shuxiang_office, &form, &seat).await;
    assert!(matches!(refused, Err(Problem::Forbidden { .. })));
    let wu = people::create(&town.org, &admin, town.shuxiang_office, &form, &seat).await.unwrap();
    let again = people::create(&town.org, &admin, town.shuxiang_office, &form, &seat).await;
    assert!(matches!(again, Err(Problem::Invalid(flaws)) if flaws[0].code == "phone_taken"));

    let q = &mut town.org.db.read();
    let sees = town.sees();
    let post = people::posts(q, &sees, wu).await.unwrap()[0].post;
    let security = town.actor(town.city_desk, None, &[Role::SecurityAdmin]);
    guard::set_roles(&town.org, &security, post, vec![Role::Clerk, Role::Caller]).await.unwrap();
    let callers = orgs::people_with_role(q, &sees, town.shuxiang_office, Role::Caller, day()).await.unwrap();
    assert_eq!(callers, [wu]);
    let members = orgs::members(q, &sees, town.shuxiang_office, day()).await.unwrap();
    assert_eq!((members[0].name.as_str(), members[0].roles.as_deref()), ("吴敏之", Some("caller,clerk")));
    let masked = clerk.may(Permission::CaseSee).unwrap();
    assert_eq!(people::name(q, &masked, wu).await.unwrap().as_deref(), Some("吴**"));
    assert_eq!(people::name(q, &sees, wu).await.unwrap().as_deref(), Some("吴敏之"));

    let end = EndPost { to_day: day().to_string() };
    people::end_post(&town.org, &admin, members[0].post, &end).await.unwrap();
    let tomorrow = day().plus(1);
    assert!(orgs::members(q, &sees, town.shuxiang_office, tomorrow).await.unwrap().is_empty());
    assert_eq!(orgs::past_members(q, &sees, town.shuxiang_office, tomorrow).await.unwrap().len(), 1);
    people::reopen_post(&town.org, &admin, members[0].post).await.unwrap();
    assert_eq!(orgs::members(q, &sees, town.shuxiang_office, tomorrow).await.unwrap().len(), 1);
}

#[db_test(ROOMS)]
async fn a_phone_is_shown_for_a_reason(db: TestDb) {
    let town = Town::new(db).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    let clerk = town.actor(town.city_desk, None, &[Role::Clerk]);
    let none = people::phone_of(&town.org, &clerk, zhou.person, " ").await;
    assert!(matches!(none, Err(Problem::Invalid(_))));
    let shown = people::phone_of(&town.org, &clerk, zhou.person, "核对值班电话").await.unwrap();
    assert_eq!(shown, Some(zhou.phone));
    let admin = town.actor(town.city_desk, None, &[Role::SystemAdmin]);
    let change = people::EditPerson {
        id: zhou.person,
        version: 1,
        form: PersonForm { name: "周敏敏".to_owned(), ..PersonForm::default() },
    };
    people::edit(&town.org, &admin, &change).await.unwrap();
    assert!(matches!(people::edit(&town.org, &admin, &change).await, Err(Problem::Conflict { .. })));
    let row = people::by_id(&mut town.org.db.read(), &Scope::system("a test"), zhou.person).await.unwrap();
    assert_eq!((row.name.as_str(), row.version, row.has_phone), ("周敏敏", 2, true));
}
