//! What a city holds of its people, and what becomes of it, through the whole program.

use crate::program::{engine, get, send, text};
use axum::{body::Body, http::Request};
use linli_app::{
    demo::{self, Years},
    engine::ROOMS,
    load,
    serve::{Mode, app},
};
use linli_authz::Actor;
use linli_base::{Phone, pii};
use linli_casework::{Filter, NewCase};
use linli_org::Came;
use linli_testkit::{TestDb, db_test};
use std::{fs, io::Cursor, path::Path};

fn holds(folder: &Path, needle: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holds(&path, needle));
        } else if fs::read(&path).unwrap().windows(needle.len()).any(|part| part == needle.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

/// 赵女士's words are in the data folder, and a week after she asked for it they are in none of its bytes.
#[db_test(ROOMS)]
async fn what_was_erased_is_in_no_byte_of_the_folder(db: TestDb) {
    let engine = engine(&db).await;
    let folder = db.folder.path().join("city");
    let mut picture = Cursor::new(Vec::new());
    image::RgbImage::from_pixel(64, 48, image::Rgb([9, 60, 90]))
        .write_to(&mut picture, image::ImageFormat::Png)
        .unwrap();
    let picture = engine.uploads.take("pictures", picture.into_inner()).await.unwrap();
    let words = "zyxwlamp 文苑街口第二盏灯忽明忽暗";
    let new = NewCase {
        title: words.into(),
        body: words.into(),
        name: Some("赵zyxwname".into()),
        pictures: vec![picture],
        ..NewCase::default()
    };
    let id = engine.work.open(Actor::Stranger, "request", "say", new).await.unwrap().id;
    let zhao = Actor::Asker(id);
    engine.work.step(zhao.clone(), id, "withdraw", None, std::collections::BTreeMap::new()).await.unwrap();
    assert_eq!(fs::read_dir(folder.join("pictures")).unwrap().count(), 2);
    engine.work.ask_erase(&zhao, None).await.unwrap();
    db.clock.advance_ms(8 * 86_400_000);
    assert_eq!(engine.work.act_on_requests().await.unwrap(), 1);
    assert_eq!(engine.uploads.sweep().await.unwrap(), 2);
    assert_eq!(engine.uploads.sweep().await.unwrap(), 0);
    drop(engine);
    for word in ["zyxwlamp", "忽明忽暗", "zyxwname"] {
        assert_eq!(holds(&folder, word), Vec::<String>::new(), "{word}");
    }
    let pictures: usize = fs::read_dir(folder.join("pictures"))
        .unwrap()
        .map(|fan| fs::read_dir(fan.unwrap().path()).unwrap().count())
        .sum();
    assert_eq!(pictures, 0);
}

/// Every staff page that a clerk, a leader and an auditor of the demo can open names no asker and no phone whole.
#[db_test(ROOMS)]
async fn no_page_tells_a_whole_phone_or_an_askers_name(db: TestDb) {
    let engine = engine(&db).await;
    load::load(&engine, Years::Present).await.unwrap();
    let system = Actor::System("a test");
    let (lines, _) = engine.work.list(&system, &Filter::default(), None, 60).await.unwrap();
    let mut names = Vec::new();
    for line in &lines {
        names.extend(engine.work.view(&system, line.id).await.unwrap().loaded.row.name);
    }
    assert!(!names.is_empty(), "the demo's askers have names");
    let pages = app(engine.clone(), Mode::default());
    let mut seen = 0;
    for nth in [1, 2, 3] {
        let phone = Phone::parse("phone", &demo::phone(nth)).unwrap();
        let came = Came::default();
        let session =
            linli_org::sign_in::with_password(&engine.org, &phone, demo::PASSWORD.to_owned(), came).await;
        let cookie = format!("session={}", session.unwrap().token);
        let mut paths: Vec<String> =
            ["/desk", "/desk?view=all", "/tasks", "/inbox", "/looks", "/public-review"]
                .map(str::to_owned)
                .to_vec();
        paths.extend(["/desk/export", "/data-requests", "/desk?q=灯"].map(str::to_owned));
        paths.extend(lines.iter().map(|line| format!("/cases/{}", line.id)));
        for path in paths {
            let request = Request::get(&path).header("host", "localhost").header("cookie", &cookie);
            let response = send(&pages, request.body(Body::empty()).unwrap()).await;
            if !response.status().is_success() {
                continue;
            }
            seen += 1;
            let page = text(response).await;
            let found: Vec<&str> = pii::find(&page).into_iter().map(|found| &page[found.range]).collect();
            assert_eq!(found, Vec::<&str>::new(), "{path}");
            for name in names.iter().filter(|name| name.whole().chars().count() > 2) {
                assert!(!page.contains(name.whole()), "{path} names an asker");
            }
        }
    }
    assert!(seen > 60, "{seen} pages were read");
    let home = text(send(&pages, get("/")).await).await;
    assert!(home.contains("/public/"), "what neighbours agreed to is on the first page");
    assert!(pii::find(&text(send(&pages, get("/public")).await).await).is_empty());
}
