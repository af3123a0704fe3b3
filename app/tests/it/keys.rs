//! A key is added, everything is sealed anew with it and the old one is dropped, while the city works.

use crate::{
    backup::{Residents, drop_schema, elsewhere, restored, say},
    client::Client,
    doctor::{examine, wrong},
    kept::city,
    program::{body, config, engine, get, send},
};
use axum::http::StatusCode;
use linli_app::{
    backup, demo,
    engine::{Engine, ROOMS, keyed},
    orders::{self, Line, Order},
    serve::{Mode, app, look_for_keys},
};
use linli_authz::Scope;
use linli_base::{Phone, Problem};
use linli_org::{
    keys::{self, GRACE_MS, SETTLED_MS, Standing},
    sign_in,
};
use linli_store::{Query, Snapshot, args, row, statements};
use linli_testkit::{TestDb, db_test};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};
use tokio::sync::{mpsc, oneshot};

row! {
    struct PhoneRow {
        sealed: String,
        lookup: String,
    }
}

statements! {
    PERSON(unscoped "a test") = "SELECT n.phone_sealed, n.phone_lookup FROM person n WHERE n.id = $1";
    BARE(unscoped "a test: as before keys could be rotated") =
        "UPDATE person SET phone_lookup = SUBSTR(phone_lookup, 4) WHERE phone_lookup LIKE 'k1:%'";
}

/// Columns whose name speaks of a digest or a key, and whose values hang on none.
const KEYLESS: &[(&str, &str, &str)] = &[
    ("audit_seal", "digest", "SHA-256 over rows of the trail"),
    ("city_key", "digest", "tells the key itself from another"),
    ("event", "digest", "salted SHA-256, so that the chain outlives the words"),
    ("migration", "digest", "SHA-256 of a migration's text"),
];

/// Whoever adds a column that hangs on a key, and does not say how it is rotated, is stopped here.
#[db_test(ROOMS)]
async fn every_column_that_hangs_on_a_key_is_on_the_list(db: TestDb) {
    let engine = engine(&db).await;
    let speaks = |column: &str| {
        ["sealed", "lookup", "digest", "hmac", "cipher", "code_key"].iter().any(|word| column.contains(word))
    };
    let mut there = BTreeSet::new();
    for table in Snapshot::open(&config(&db).store).await.unwrap().tables().await.unwrap() {
        for column in table.columns.iter().filter(|column| speaks(column)) {
            there.insert((table.name.clone(), column.clone()));
        }
    }
    let own = |table: &str, column: &str| (table.to_owned(), column.to_owned());
    let mut listed: BTreeSet<_> = KEYLESS.iter().map(|(table, column, _)| own(table, column)).collect();
    for keyed in keyed() {
        assert!(!keyed.columns.is_empty());
        listed.extend(keyed.columns.iter().map(|column| own(keyed.table, column)));
    }
    assert_eq!(there, listed);
    drop(engine);
}

async fn standing(engine: &Engine) -> BTreeMap<String, Standing> {
    let (org, now) = (&engine.org, engine.site.world.now());
    let (keys, nobodys) = keys::standing(&mut org.db.read(), &keyed(), &org.keys, now).await.unwrap();
    assert_eq!(nobodys, 0);
    keys.into_iter().map(|key| (key.id.clone(), key)).collect()
}

async fn obey(engine: &Engine, order: Order) -> Vec<Line> {
    let (out, mut lines) = mpsc::unbounded_channel();
    orders::obey(engine, order, out).await;
    let mut all = Vec::new();
    while let Some(line) = lines.recv().await {
        all.push(line);
    }
    all
}

fn refused<T: std::fmt::Debug>(done: linli_base::Result<T>) -> linli_base::Refusal {
    match done.unwrap_err() {
        Problem::Refused(refusal) => refusal,
        other => panic!("{other}"),
    }
}

/// Rotation begins, and is killed when it has done a page.
async fn killed_half_way(engine: &Engine) {
    let (halfway, reached) = oneshot::channel();
    let (engine, mut halfway) = (engine.clone(), Some(halfway));
    let rotation = tokio::spawn(async move {
        let tell = |_| {
            if let Some(halfway) = halfway.take() {
                halfway.send(()).unwrap();
            }
        };
        keys::rotate(&engine.org, &keyed(), tell).await
    });
    reached.await.unwrap();
    rotation.abort();
    assert!(rotation.await.unwrap_err().is_cancelled());
}

#[db_test(ROOMS)]
async fn a_new_key_takes_the_place_of_the_old_one_while_the_city_works(db: TestDb) {
    let (engine, config) = city(&db).await;
    let pages = app(engine.clone(), Mode { demo: true, ..Mode::default() });
    let bare = engine.org.db.write(async |tx| tx.run(&BARE, &Scope::system("a test"), args![]).await);
    assert!(bare.await.unwrap() > 0, "people of a city that is older than this");

    // before: 周敏 is signed in, somebody guesses 3's password, a program has a token, 4 has a code under way
    let mut zhou = Client::new(&pages);
    zhou.sign_in(&demo::phone(1), demo::PASSWORD).await;
    let guessed = demo::phone(3);
    let mut guesser = Client::new(&pages);
    guesser.get("/sign-in").await;
    for _ in 0..5 {
        guesser.post("/sign-in", &[("phone", &guessed), ("password", "guessing-again")]).await;
    }
    let made = Order::MakeToken { phone: demo::phone(1), org: None, name: "报表".to_owned(), days: 7 };
    let Some(Line::Done { args, .. }) = obey(&engine, made).await.pop() else { panic!("a token") };
    let token = args[0].1.clone();
    let four = Phone::parse("phone", &demo::phone(4)).unwrap();
    let sent = engine.sent.recent().len();
    sign_in::send_code(&engine.org, &four, &sign_in::Came::default(), str::to_owned).await.unwrap();
    while engine.sent.recent().len() == sent {
        tokio::task::yield_now().await;
    }
    let code = engine.sent.recent()[0].text.clone();
    let five = Phone::parse("phone", &demo::phone(5)).unwrap();
    let five = sign_in::person_of(&engine.org, &five).await.unwrap().unwrap();
    sign_in::begin_second(&engine.org, five).await.unwrap();
    let secret = sign_in::second(&engine.org, five).await.unwrap().unwrap().secret;
    let before = say(&engine.work, 0).await;

    // a key is added; requests come in; the rotation is killed half way
    let residents = Residents::begin(&engine.work, 4);
    assert_eq!(keys::add(&engine.org, engine.alone).await.unwrap(), "k2");
    if !engine.alone {
        let refusal = refused(keys::rotate(&engine.org, &keyed(), |_| {}).await);
        assert_eq!(refusal.code, "key_waits", "other copies have to take it up");
    }
    db.clock.advance_ms(GRACE_MS);
    look_for_keys(&engine).await;
    killed_half_way(&engine).await;
    let half = standing(&engine).await;
    assert!(half["k1"].rows() > 0 && half["k2"].rows() > 0, "{half:?}");
    assert!(half["k2"].making && !half["k1"].making);
    residents.reach(residents.answered().len() + 20).await;
    let mut wu = Client::new(&pages);
    wu.sign_in(&demo::phone(2), demo::PASSWORD).await;
    let refusal = refused(keys::drop_key(&engine.org, &keyed(), "k1", true).await);
    assert_eq!(refusal.code, "key_young");
    db.clock.advance_ms(SETTLED_MS);
    let refusal = refused(keys::drop_key(&engine.org, &keyed(), "k1", true).await);
    assert_eq!(refusal.code, "key_needed", "also with --end: what is sealed is never given up");

    // it goes on where it was
    let Some(Line::Done { key, .. }) = obey(&engine, Order::RotateKeys).await.pop() else {
        panic!("rotated")
    };
    assert_eq!(key, "keys_rotated");
    let all = residents.end().await;
    let after = standing(&engine).await;
    let left: Vec<&str> = after["k1"].needs.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(left, ["api_token.digest", "session.token_digest"], "a mere digest waits until it is used");
    let refusal = refused(keys::drop_key(&engine.org, &keyed(), "k1", false).await);
    assert_eq!(refusal.code, "key_used", "{refusal:?}");

    // what was there before goes on
    assert_eq!(zhou.get("/desk").await, StatusCode::OK, "her session holds");
    assert!(sign_in::who_bears(&engine.org, &token).await.unwrap().is_some(), "so does the token");
    guesser.post("/sign-in", &[("phone", &guessed), ("password", demo::PASSWORD)]).await;
    assert_eq!(guesser.status, StatusCode::UNPROCESSABLE_ENTITY, "and the lock");
    sign_in::with_code(&engine.org, &four, &code, sign_in::Came::default()).await.unwrap();
    let row: PhoneRow =
        engine.org.db.read().one(&PERSON, &Scope::system("a test"), args![five]).await.unwrap();
    assert!(row.sealed.starts_with("k2:") && row.lookup.starts_with("k2:"));

    // the old key goes
    let dropped = obey(&engine, Order::DropKey { id: "k1".to_owned(), end: true }).await;
    assert!(matches!(&dropped[..], [Line::Done { key, .. }] if key == "key_dropped"), "{dropped:?}");
    let file = fs::read_to_string(&config.key_file).unwrap();
    assert!(!file.contains("\nk1 ") && file.contains("\nk2 "), "only its id and remarks are left");
    assert_eq!(wrong(&examine(&config, &db.world).await), BTreeMap::new());
    assert_eq!(zhou.get("/desk").await, StatusCode::OK, "used since, her session is of the new key");
    assert!(sign_in::who_bears(&engine.org, &token).await.unwrap().is_some());
    assert_eq!(sign_in::second(&engine.org, five).await.unwrap().unwrap().secret, secret);
    drop((pages, zhou, wu, guesser, engine));

    let engine = Engine::open(&config, db.world.clone(), true).await.unwrap();
    let mut wu = Client::new(&app(engine.clone(), Mode { demo: true, ..Mode::default() }));
    wu.sign_in(&demo::phone(2), demo::PASSWORD).await;
    for opened in all.iter().chain([&before]) {
        let found = engine.work.by_code(&opened.number, &opened.code).await.unwrap();
        assert_eq!(found, Some(opened.id), "the code on the paper of {} is what it was", opened.number);
    }
    assert_eq!(keys::add(&engine.org, engine.alone).await.unwrap(), "k3", "an id is given once");
}

/// On PostgreSQL a second machine; on SQLite, where one program holds the folder, its next start.
#[db_test(ROOMS)]
async fn a_copy_that_lacks_a_key_answers_nobody_until_it_has_it(db: TestDb) {
    let (first, config) = city(&db).await;
    let folder = db.folder.path().join("second-machine");
    fs::create_dir_all(&folder).unwrap();
    let there = linli_app::config::Config { key_file: folder.join("linli.key"), ..config.clone() };
    fs::copy(&config.key_file, &there.key_file).unwrap();
    if first.alone {
        keys::add(&first.org, true).await.unwrap();
        drop(first);
        let refusal = refused(Engine::open(&there, db.world.clone(), true).await.map(drop));
        assert_eq!((refusal.code, refusal.args[0].1.as_str()), ("key_lacking", "k2"));
        fs::copy(&config.key_file, &there.key_file).unwrap();
        Engine::open(&there, db.world.clone(), true).await.unwrap();
        return;
    }
    let second = Engine::open(&there, db.world.clone(), true).await.unwrap();
    let pages = app(second.clone(), Mode { demo: true, ..Mode::default() });
    keys::add(&first.org, false).await.unwrap();
    look_for_keys(&second).await;
    assert_eq!(send(&pages, get("/")).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    db.clock.advance_ms(GRACE_MS);
    look_for_keys(&first).await;
    let opened = say(&first.work, 1).await;
    keys::rotate(&first.org, &keyed(), |_| {}).await.unwrap();

    fs::copy(&config.key_file, &there.key_file).unwrap();
    look_for_keys(&second).await;
    assert_eq!(send(&pages, get("/")).await.status(), StatusCode::OK);
    Client::new(&pages).sign_in(&demo::phone(1), demo::PASSWORD).await;
    assert!(second.work.by_code(&opened.number, &opened.code).await.unwrap().is_some());
    assert_eq!(second.org.keys.making(), "k2");

    // a third machine was started with a key file of its own
    fs::write(&there.key_file, format!("k1 {}\n", "0".repeat(64))).unwrap();
    look_for_keys(&second).await;
    assert_eq!(send(&pages, get("/")).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused(Engine::open(&there, db.world.clone(), true).await.map(drop)).code, "key_other");
}

#[db_test(ROOMS)]
async fn a_backup_from_before_the_rotation_stands_again_with_the_kept_key(db: TestDb) {
    let (engine, config) = city(&db).await;
    let opened = say(&engine.work, 1).await;
    let kept = db.folder.path().join("in-the-safe.key");
    fs::copy(&config.key_file, &kept).unwrap();
    let file = db.folder.path().join("before.tar");
    Box::pin(backup::backup(&config, &db.world, &file, |_| {})).await.unwrap();
    keys::add(&engine.org, engine.alone).await.unwrap();
    db.clock.advance_ms(GRACE_MS + SETTLED_MS);
    keys::rotate(&engine.org, &keyed(), |_| {}).await.unwrap();
    keys::drop_key(&engine.org, &keyed(), "k1", true).await.unwrap();

    let safe = linli_app::config::Config { key_file: kept, ..config.clone() };
    for server in [false, true] {
        let Some(to) = elsewhere(&db, &format!("restored-{server}"), server) else { continue };
        let there = restored(&safe, &to, &db, &file).await;
        let found = there.work.by_code(&opened.number, &opened.code).await.unwrap();
        assert_eq!(found, Some(opened.id));
        let pages = app(there.clone(), Mode { demo: true, ..Mode::default() });
        Client::new(&pages).sign_in(&demo::phone(1), demo::PASSWORD).await;
        drop((pages, there));
        fs::remove_file(&to.key_file).unwrap();
        fs::copy(&config.key_file, &to.key_file).unwrap();
        let refusal = refused(Engine::open(&to, db.world.clone(), false).await.map(drop));
        assert_eq!(refusal.code, "key_lacking", "the new key file opens no old backup");
        let ill = wrong(&examine(&to, &db.world).await);
        assert!(ill["keys"].iter().any(|line| line.starts_with("k1: ")), "{ill:?}");
        drop_schema(&to).await;
    }
}

#[db_test(ROOMS)]
async fn two_people_never_have_one_phone_under_two_keys(db: TestDb) {
    let (engine, _) = city(&db).await;
    let pages = app(engine.clone(), Mode { demo: true, ..Mode::default() });
    keys::add(&engine.org, engine.alone).await.unwrap();
    db.clock.advance_ms(GRACE_MS);
    look_for_keys(&engine).await;
    assert_eq!(engine.org.keys.making(), "k2", "and nothing is rotated yet");
    let form = linli_org::people::PersonForm {
        name: "审计员".to_owned(),
        phone: demo::phone(1),
        ..Default::default()
    };
    let role = linli_authz::Role::parse("audit_admin").unwrap();
    let titles = ("审计管理员".to_owned(), "Auditor".to_owned());
    let taken = linli_org::guard::first_administrator(&engine.org, role, &form, titles).await.unwrap_err();
    assert!(matches!(&taken, Problem::Invalid(flaws) if flaws[0].code == "phone_taken"), "{taken}");
    let said = serde_json::json!({"client_id": db.world.ids.uuid(db.world.now()), "title": "路灯不亮", "body": "晚上看不见", "phone": "19900001234"});
    let ask = || {
        let request = axum::http::Request::post("/api/v1/requests").header("host", "localhost");
        request.header("content-type", "application/json").body(said.to_string().into()).unwrap()
    };
    let first = body(send(&pages, ask()).await).await;
    keys::add(&engine.org, engine.alone).await.unwrap();
    db.clock.advance_ms(GRACE_MS);
    look_for_keys(&engine).await;
    let again = body(send(&pages, ask()).await).await;
    assert_eq!(first["number"], again["number"], "a repeat is known whichever key it was said under");
}
