use crate::{
    kept::city,
    program::{engine, get, send, text},
};
use axum::http::StatusCode;
use linli_app::{
    article::{Counted, Figure, Found, Verdict, count, published, records, requests},
    demo::Years,
    engine::{Engine, ROOMS},
    load,
    serve::{Mode, app},
};
use linli_authz::{Actor, Scope, Tier};
use linli_base::Day;
use linli_casework::NewCase;
use linli_org::{
    people::{self, EndPost},
    records::{self, CITY_CONFERENCE, NewMember},
};
use linli_testkit::{TestDb, db_test, on_sqlite};
use std::collections::BTreeMap;

async fn figures(engine: &Engine, day: Day) -> BTreeMap<Figure, Counted> {
    let counted = count(&mut engine.org.db.read(), day).await.unwrap();
    counted.into_iter().map(|counted| (counted.figure, counted)).collect()
}

fn number(figures: &BTreeMap<Figure, Counted>, figure: Figure) -> i64 {
    match figures[&figure].found {
        Found::Number(n) => n,
        Found::Share(share) => share.part,
    }
}

/// Each figure follows its records: a grid worker leaves, a department joins, somebody says something.
#[db_test(ROOMS)]
async fn a_changed_record_changes_its_figure(db: TestDb) {
    let (engine, _) = city(&db).await;
    let today = db.world.now().day();
    let before = figures(&engine, today).await;
    for (figure, found) in [(Figure::Staff, 4), (Figure::Funds, 24), (Figure::Premises, 2_040)] {
        assert_eq!((number(&before, figure), before[&figure].verdict), (found, Verdict::Agrees));
    }
    assert_eq!(number(&before, Figure::GridWorkers), 114);
    assert_eq!(before[&Figure::Grids].records, 114);
    assert_eq!(before[&Figure::Grids].verdict, Verdict::Agrees, "{:?}", before[&Figure::Grids]);
    assert_eq!(number(&before, Figure::Conference), 22);
    assert_eq!(number(&before, Figure::Requests), 360);
    assert_eq!(before[&Figure::Requests].verdict, Verdict::Less(1_740));

    let scope = Scope::system("a test");
    let mut read = engine.org.db.read();
    let grid = linli_org::areas::of_tier(&mut read, &scope, Tier::Grid).await.unwrap()[0].id;
    let worker = linli_org::orgs::members_for_area(&mut read, &scope, grid, today).await.unwrap()[0].post;
    let last = EndPost { to_day: today.plus(-1).to_string() };
    people::end_post(&engine.org, &Actor::System("a test"), worker, &last).await.unwrap();
    let member = NewMember {
        id: engine.site.world.id(),
        body: CITY_CONFERENCE,
        org: linli_org::orgs::city_desk(&mut read, &scope).await.unwrap().unwrap(),
        from_day: today,
    };
    let write = scope.clone();
    engine
        .org
        .db
        .write(async move |tx| records::members(tx, &write, std::slice::from_ref(&member)).await)
        .await
        .unwrap();
    let said = NewCase {
        title: "路灯不亮".into(),
        body: "路灯不亮".into(),
        source: "web".into(),
        ..NewCase::default()
    };
    engine.work.open(Actor::Stranger, "request", "say", said).await.unwrap();

    let after = figures(&engine, today).await;
    assert_eq!(after[&Figure::Conference].verdict, Verdict::More(1));
    assert_eq!(number(&after, Figure::Requests), 361);
    assert_eq!(after[&Figure::GridWorkers].verdict, Verdict::Less(1));
    let yesterday = figures(&engine, today.plus(-1)).await;
    assert_eq!(yesterday[&Figure::Conference].verdict, Verdict::Agrees);
    assert_eq!(yesterday[&Figure::GridWorkers].verdict, Verdict::Agrees);
}

/// All of the demo: the article's figures come out of the records of its months.
#[test]
fn the_articles_figures_are_true_of_its_months() {
    on_sqlite(ROOMS, |db| Box::pin(whole_city(db)));
}

async fn whole_city(db: TestDb) {
    let engine = engine(&db).await;
    load::load(&engine, Years::All).await.unwrap();
    let figures = figures(&engine, published()).await;
    for (figure, counted) in &figures {
        // the article's 90 % is of the survey's problems, which have no records yet
        let verdict = if *figure == Figure::Closed { Verdict::Nothing } else { Verdict::Agrees };
        assert_eq!(counted.verdict, verdict, "{figure:?}: {counted:?}");
    }
    let found = |figure| number(&figures, figure);
    assert_eq!((found(Figure::Staff), found(Figure::Funds), found(Figure::GridWorkers)), (4, 24, 114));
    assert_eq!((found(Figure::Conference), found(Figure::Requests)), (22, 2_137));
    assert_eq!(figures[&Figure::Staff].records, 16);
    let Found::Share(at_once) = figures[&Figure::AtOnce].found else { panic!("a share") };
    assert!((1_700..1_745).contains(&at_once.part) && at_once.whole > 2_000, "{at_once:?}");
    let Found::Share(closed) = figures[&Figure::Closed].found else { panic!("a share") };
    assert!(closed.whole > at_once.whole && closed.part * 100 > closed.whole * 97, "{closed:?}");

    // the lists behind them hold as many, and no words
    let app = app(engine.clone(), Mode { demo: true, ..Mode::default() });
    let page = text(send(&app, get("/article")).await).await;
    for shown in ["对得上", "2,137", "2,040", "13 个数，13 个对得上", "/article/at_once"] {
        assert!(page.contains(shown), "{shown} on {page}");
    }
    let mut read = engine.org.db.read();
    for figure in [Figure::Requests, Figure::AtOnce, Figure::Closed] {
        let (mut listed, mut after) = (0, None);
        loop {
            let (rows, next) = requests(&mut read, figure, published(), after.as_ref()).await.unwrap();
            listed += i64::try_from(rows.len()).unwrap();
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(listed, figures[&figure].records, "{figure:?}");
    }
    for figure in [Figure::Wishes, Figure::Items, Figure::Departments, Figure::Members, Figure::Claimed] {
        let rows = records(&mut read, figure, published()).await.unwrap();
        let listed: i64 = match figure {
            Figure::Members => rows.iter().map(|row| row.number).sum(),
            _ => i64::try_from(rows.len()).unwrap(),
        };
        assert_eq!(listed, figures[&figure].records, "{figure:?}");
    }
    let list = text(send(&app, get("/article/at_once")).await).await;
    assert!(list.contains("181025-") && !list.contains("单元"), "{list}");
    let today = text(send(&app, get("/article?on=today")).await).await;
    assert!(today.contains("少 1,740"), "{today}");
    assert_eq!(send(&app, get("/article/nothing")).await.status(), StatusCode::NOT_FOUND);
}

/// A real city has its own figures, and no article.
#[db_test(ROOMS)]
async fn a_real_city_has_no_such_page(db: TestDb) {
    let app = app(engine(&db).await, Mode::default());
    assert_eq!(send(&app, get("/article")).await.status(), StatusCode::NOT_FOUND);
}
