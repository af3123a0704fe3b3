//! What a city holds of its people, and what becomes of it, through the whole program.

use crate::{
    client::Client,
    kept::city,
    program::{engine, get, send, text},
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use linli_app::{
    demo,
    engine::ROOMS,
    serve::{Mode, app},
};
use linli_authz::Actor;
use linli_base::{Phone, pii};
use linli_casework::{Filter, NewCase};
use linli_org::Came;
use linli_testkit::{TestDb, db_test};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Read},
    path::Path,
};

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

/// The files of an archive, by name.
fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for nth in 0..archive.len() {
        let mut file = archive.by_index(nth).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        files.insert(file.name().unwrap().into_owned(), content);
    }
    files
}

/// 赵敏 types her code and takes along what is held of her: her words, name, phone and picture, and nothing of 钱来福,
/// who said the same.
#[db_test(ROOMS)]
async fn what_zhao_takes_along_is_hers_and_nobody_elses(db: TestDb) {
    let engine = engine(&db).await;
    engine.work.seed_consents().await.unwrap();
    let mut picture = Cursor::new(Vec::new());
    image::RgbImage::from_pixel(64, 48, image::Rgb([9, 60, 90]))
        .write_to(&mut picture, image::ImageFormat::Png)
        .unwrap();
    let picture = engine.uploads.take("pictures", picture.into_inner()).await.unwrap();
    let said = async |words: &str, name: &str, phone: &str, pictures| {
        let new = NewCase {
            title: words.into(),
            body: words.into(),
            place: "文苑街口".into(),
            name: Some(name.into()),
            phone: Some(Phone::parse("phone", phone).unwrap()),
            agreed: vec!["sms".into()],
            pictures,
            ..NewCase::default()
        };
        engine.work.open(Actor::Stranger, "request", "say", new).await.unwrap()
    };
    let zhao = said("文苑街口第二盏灯忽明忽暗", "赵敏", "19900004401", vec![picture]).await;
    let qian = said("文苑街口的灯一闪一闪", "钱来福", "19900004402", Vec::new()).await;

    let pages = app(engine.clone(), Mode::default());
    let mut browser = Client::new(&pages);
    let (own, take) = (format!("/my/{}/data", zhao.number), format!("/my/{}/data/take", zhao.number));
    browser.get(&format!("/r/{}", zhao.number)).await;
    browser.post(&format!("/r/{}", zhao.number), &[("code", &zhao.code)]).await;
    assert_eq!(browser.get(&own).await, StatusCode::OK);
    assert_eq!(browser.post(&take, &[]).await, StatusCode::OK);
    assert_eq!(browser.headers[header::CONTENT_TYPE], "application/zip");
    assert_eq!(browser.headers[header::CACHE_CONTROL], "no-store");
    let files = unpacked(&browser.bytes);
    let shown = format!("pictures/{picture}.jpg");
    assert_eq!(files.keys().collect::<Vec<_>>(), ["data.json", "index.html", &shown]);
    assert!(files[&shown].starts_with(&[0xff, 0xd8]), "a JPEG");

    let data: Value = serde_json::from_slice(&files["data.json"]).unwrap();
    assert_eq!(data["account"], Value::Null);
    let case = &data["cases"][0];
    assert_eq!((case["number"].as_str(), case["name"].as_str()), (Some(&*zhao.number), Some("赵敏")));
    assert_eq!((case["phone"].as_str(), case["place"].as_str()), (Some("19900004401"), Some("文苑街口")));
    assert_eq!(case["pictures"], json!([shown]));
    assert_eq!(
        (data["cases"].as_array().unwrap().len(), &data["consents"][0]["purpose"]),
        (1, &json!("sms"))
    );
    let page = String::from_utf8(files["index.html"].clone()).unwrap();
    for hers in ["第二盏灯忽明忽暗", "赵敏", "19900004401", "短信告知进展"] {
        assert!(page.contains(hers), "{hers}");
    }
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        for theirs in ["钱来福", "19900004402", "一闪一闪", &qian.number] {
            assert!(!text.contains(theirs), "{theirs} in {name}");
        }
    }
    browser.get(&own).await;
    assert!(
        browser.text.contains("带走") && browser.text.contains("已完成"),
        "that she took it is written down"
    );
    let theirs = format!("/my/{}/data/take", qian.number);
    assert_eq!(browser.post(&theirs, &[]).await, StatusCode::SEE_OTHER);
    assert_eq!(browser.to(), format!("/r/{}", qian.number), "for another's it asks for the code");
}

/// A client of the API says what the asker agreed to, and nothing else counts as agreeing.
#[db_test(ROOMS)]
async fn a_client_tells_what_the_asker_agreed_to(db: TestDb) {
    let engine = engine(&db).await;
    engine.work.seed_consents().await.unwrap();
    let pages = app(engine.clone(), Mode::default());
    let mut client = Client::new(&pages);
    let mut say = async |agreed: Value| {
        let body = json!({ "client_id": db.world.ids.uuid(db.world.now()), "title": "灯坏了", "body": "", "agreed": agreed });
        let request = Request::post("/api/v1/requests").header(header::CONTENT_TYPE, "application/json");
        let status = client.send(request, body.to_string()).await;
        (status, serde_json::from_str::<Value>(&client.text).unwrap())
    };
    let (status, said) = say(json!(["sms", "public"])).await;
    assert_eq!(status, StatusCode::CREATED);
    let zhao = Actor::Asker(said["id"].as_str().unwrap().parse().unwrap());
    let mut agreed: Vec<String> =
        engine.work.own_consents(&zhao).await.unwrap().into_iter().map(|one| one.purpose).collect();
    agreed.sort_unstable();
    assert_eq!(agreed, ["public", "sms"]);
    let (status, flaws) = say(json!(["everything"])).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(flaws.to_string().contains("agreed"), "{flaws}");
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
    let (engine, _) = city(&db).await;
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
