use crate::town::{ROOMS, Town, day, system};
use linli_authz::{Actor, Permission, Role, Tier};
use linli_base::{AreaId, Point, Problem};
use linli_org::{
    AreaColumns, HouseholdId,
    areas::{self, Addresses, NewArea},
    bulk, orgs,
};
use linli_store::Tx;
use linli_testkit::{TestDb, db_test};
use tokio::task::JoinSet;

#[db_test(ROOMS)]
async fn an_address_finds_its_grid(db: TestDb) {
    let town = Town::new(db).await;
    let q = &mut town.org.db.read();
    let grid_1 =
        AreaColumns { street: Some(town.fangyuan), community: Some(town.shuxiang), grid: Some(town.grid_1) };
    assert_eq!(areas::columns(q, &system(), town.building_5).await.unwrap(), grid_1);
    assert_eq!(town.path_name(town.grid_1).await, "方圆街道 书香社区 第1网格");

    let addresses = Addresses::default();
    let best = addresses.suggest(q, "方圆街道锦和苑 5号楼2单元301").await.unwrap().remove(0);
    assert_eq!((best.building, best.columns), (Some(town.building_5), grid_1));
    let spanning = addresses.suggest(q, "锦和苑南门").await.unwrap().remove(0);
    assert_eq!(spanning.columns.grid, None);
    assert_eq!(spanning.columns.community, Some(town.shuxiang));
    assert_eq!(addresses.find(q, "书香社区卫生站门口").await.unwrap(), Some(town.shuxiang));
    assert_eq!(addresses.find(q, "Heshun Community gate").await.unwrap(), Some(town.heshun));
    assert_eq!(addresses.find(q, "月亮背面").await.unwrap(), None);
}

#[db_test(ROOMS)]
async fn a_point_finds_the_nearest_buildings_grid(db: TestDb) {
    let town = Town::new(db).await;
    let q = &mut town.org.db.read();
    let near_5 = Point { lat: 36.7803, lon: 121.1802 };
    let near_6 = Point { lat: 36.7817, lon: 121.1801 };
    let at_sea = Point { lat: 36.60, lon: 121.40 };
    assert_eq!(areas::grid_at(q, &system(), near_5).await.unwrap(), Some(town.grid_1));
    assert_eq!(areas::grid_at(q, &system(), near_6).await.unwrap(), Some(town.grid_2));
    assert_eq!(areas::grid_at(q, &system(), at_sea).await.unwrap(), None);
}

#[db_test(ROOMS)]
async fn a_move_keeps_what_was(db: TestDb) {
    let town = Town::new(db).await;
    let (shuxiang, dongcun, city) = (town.shuxiang, town.dongcun, town.city);
    let addresses = Addresses::default();
    let street = async || {
        let found = addresses.suggest(&mut town.org.db.read(), "锦和苑5号楼").await.unwrap();
        found.first().and_then(|hit| hit.columns.street)
    };
    assert_eq!(street().await, Some(town.fangyuan));
    let moved = town
        .org
        .db
        .write(async move |tx: &mut Tx<'_>| areas::move_to(tx, &system(), shuxiang, dongcun, day()).await);
    moved.await.unwrap();
    assert_eq!(street().await, Some(town.dongcun));
    assert_eq!(town.path_name(town.building_5).await, "东村街道 书香社区 第1网格 锦和苑5号楼");
    let q = &mut town.org.db.read();
    let columns = areas::columns(q, &system(), town.grid_2).await.unwrap();
    assert_eq!(columns.street, Some(town.dongcun));
    let counts = areas::counts(q, &system(), city).await.unwrap();
    let of =
        |id| counts.iter().find(|row| row.id == id).map(|row| (row.communities, row.grids, row.households));
    assert_eq!((of(town.fangyuan), of(town.dongcun)), (Some((1, 0, 0)), Some((2, 2, 72))));
    let past = areas::history(q, &system(), town.shuxiang).await.unwrap();
    let past: Vec<_> = past.iter().map(|p| (p.parent.as_deref(), p.from_day, p.to_day)).collect();
    let was = (Some("方圆街道"), day().plus(-400), Some(day().plus(-1)));
    assert_eq!(past, [(Some("东村街道"), day(), None), was]);

    // Back on the same day: as though it had not been.
    let fangyuan = town.fangyuan;
    let back = town
        .org
        .db
        .write(async move |tx: &mut Tx<'_>| areas::move_to(tx, &system(), shuxiang, fangyuan, day()).await);
    back.await.unwrap();
    assert_eq!(town.path_name(town.grid_1).await, "方圆街道 书香社区 第1网格");

    let wrong = town
        .org
        .db
        .write(async move |tx: &mut Tx<'_>| areas::move_to(tx, &system(), dongcun, shuxiang, day()).await);
    assert!(matches!(wrong.await, Err(Problem::Refused(r)) if r.code == "area_tier"));
}

#[db_test(ROOMS)]
async fn who_asks_after_a_move_knows_of_it_however_many_ask(db: TestDb) {
    let town = Town::new(db).await;
    let addresses = Addresses::default();
    let ask = || {
        let (addresses, db) = (addresses.clone(), town.org.db.clone());
        async move {
            let found = addresses.suggest(&mut db.read(), "锦和苑5号楼").await.unwrap();
            found.first().and_then(|hit| hit.columns.street)
        }
    };
    let shuxiang = town.shuxiang;
    for to in [town.dongcun, town.fangyuan, town.dongcun, town.fangyuan] {
        // those who came before may have the old answer, and a question of theirs is still on its way
        let before: JoinSet<_> = (0..8).map(|_| ask()).collect();
        let moved = town
            .org
            .db
            .write(async move |tx: &mut Tx<'_>| areas::move_to(tx, &system(), shuxiang, to, day()).await);
        moved.await.unwrap();
        let after: JoinSet<_> = (0..16).map(|_| ask()).collect();
        assert_eq!(after.join_all().await, vec![Some(to); 16]);
        before.join_all().await;
    }
}

#[db_test(ROOMS)]
async fn only_the_administrator_changes_the_territory(db: TestDb) {
    let town = Town::new(db).await;
    let clerk = town.actor(town.shuxiang_office, Some((Tier::Community, town.shuxiang)), &[Role::Clerk]);
    assert!(matches!(clerk.may(Permission::OrgEdit), Err(Problem::Forbidden { .. })));
    assert!(matches!(Actor::Stranger.may(Permission::OrgSee), Err(Problem::SignIn)));
    let sees = town.sees();
    let (shuxiang, dongcun) = (town.shuxiang, town.dongcun);
    let refused = town
        .org
        .db
        .write(async move |tx: &mut Tx<'_>| areas::move_to(tx, &sees, shuxiang, dongcun, day()).await);
    assert!(matches!(refused.await, Err(Problem::Forbidden { .. })));
}

#[db_test(ROOMS)]
async fn a_narrow_scope_narrows_the_lists(db: TestDb) {
    let town = Town::new(db).await;
    let q = &mut town.org.db.read();
    let grid_worker =
        town.actor(town.shuxiang_office, Some((Tier::Community, town.shuxiang)), &[Role::GridWorker]);
    let narrow = grid_worker.may(Permission::CaseSee).unwrap();
    assert!(areas::by_id(q, &narrow, town.grid_1).await.is_ok());
    assert!(matches!(areas::by_id(q, &narrow, town.heshun).await, Err(Problem::NotFound)));
    let all = orgs::list(q, &town.sees(), &orgs::OrgFilter::default(), 100).await.unwrap();
    let few = orgs::list(q, &narrow, &orgs::OrgFilter::default(), 100).await.unwrap();
    let names: Vec<_> = few.iter().map(|org| org.name.as_str()).collect();
    assert_eq!((all.len(), names), (4, vec!["书香社区居民委员会"]));
}

#[db_test(ROOMS)]
async fn ten_thousand_households_at_once(db: TestDb) {
    let town = Town::new(db).await;
    let world = town.org.world.clone();
    let grid = town.grid_1;
    let new: Vec<NewArea> = (1..=300)
        .map(|n| NewArea {
            id: world.id(),
            tier: Tier::Building,
            parent: Some(grid),
            code: format!("b{n}"),
            name: format!("翠屏小区{n}号楼"),
            name_en: None,
            point: None,
            households: 36,
        })
        .collect();
    let buildings: Vec<AreaId> = new.iter().map(|area| area.id).collect();
    let door =
        |n: usize| (world.id::<linli_org::kind::Household>(), buildings[n / 36], format!("{}", n % 36 + 1));
    let doors: Vec<(HouseholdId, AreaId, String)> = (0..10_800).map(door).collect();
    let loaded = town.org.db.write(async move |tx: &mut Tx<'_>| {
        bulk::areas(tx, &system(), &new, day()).await?;
        bulk::households(tx, &system(), &doors).await
    });
    loaded.await.unwrap();
    let counts = areas::counts(&mut town.org.db.read(), &system(), town.shuxiang).await.unwrap();
    let grid_1 = counts.iter().find(|row| row.id == town.grid_1).unwrap();
    assert_eq!((grid_1.buildings, grid_1.households), (301, 301 * 36));
}
