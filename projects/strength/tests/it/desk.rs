//! The staff's pages, as their browsers see them.

use crate::town::{ROOMS, Town, form};
use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    extract::FromRef,
    http::{Request, StatusCode, header, request::Builder},
};
use linli_authz::{Actor, Scope};
use linli_base::{CaseId, Day, PersonId};
use linli_casework::{Allow, Casework, Uploads};
use linli_files::Folder;
use linli_i18n::Words;
use linli_notify::Nowhere;
use linli_org::{OrgState, Passwords, Session};
use linli_store::{Db, Query, args, row, statements};
use linli_testkit::{TestDb, db_test};
use linli_web::{Site, Throttle};
use scraper::{Html, Selector};
use std::{collections::BTreeMap, sync::Arc};
use tower::ServiceExt;

static WORDS: Words =
    Words::of(&[&linli_strength::t::MESSAGES, &linli_casework::t::MESSAGES, &linli_web::t::MESSAGES]);

row! {
    struct AuditRow {
        act: String,
        reason: Option<String>,
        person: Option<PersonId>,
    }
}

statements! {
    TRAIL(unscoped "a test reads the trail") =
        "SELECT a.act, a.reason, a.person_id FROM audit a WHERE a.subject_id = $1 ORDER BY a.at";
}

#[derive(Clone)]
struct App {
    site: Site,
    work: Casework,
    uploads: Uploads,
    org: OrgState,
}

macro_rules! part {
    ($part:ty, $field:ident) => {
        impl FromRef<App> for $part {
            fn from_ref(app: &App) -> $part {
                app.$field.clone()
            }
        }
    };
}
part!(Site, site);
part!(Casework, work);
part!(Uploads, uploads);
part!(OrgState, org);

/// Somebody of the town at their desk: the pages as one who is signed in sees them.
pub struct Desk {
    pages: Router,
    org: OrgState,
    bearer: Option<String>,
    cookies: BTreeMap<String, String>,
    pub status: StatusCode,
    pub text: String,
    pub to: String,
}

pub const ALL: Allow = Allow { unmask: true, export: true };

impl Desk {
    pub fn of(town: &Town, actor: &Actor, allow: Allow) -> Desk {
        let world = town.work.world().clone();
        let site = Site {
            base_url: "http://localhost".into(),
            demo: true,
            proxies: Vec::new(),
            cookie_key: [7; 32],
            csrf_key: [8; 32],
            world: world.clone(),
            words: &WORDS,
            throttle: Arc::new(Throttle::new(1000)),
        };
        let db = town.work.db().clone();
        let folder = Folder::new(town.db.folder.path().join("pictures"));
        let org = OrgState {
            db: db.clone(),
            world: world.clone(),
            keys: Arc::new(linli_keys::KeyRing::from_secret([7; 32])),
            notify: Arc::new(Nowhere),
            passwords: Passwords::default(),
            site: site.clone(),
            copy: "test".into(),
        };
        let Actor::Person { id, name, .. } = actor.clone() else { panic!("a person sits at a desk") };
        let session = Session::for_test(world.id(), id, name, actor.clone(), world.now());
        let app = App {
            site: site.clone(),
            work: town.work.clone(),
            uploads: Uploads::new(db, world, folder),
            org: org.clone(),
        };
        let pages = linli_casework::routes::<App>()
            .merge(linli_casework::api::routes::<App>())
            .layer(Extension(session))
            .layer(Extension(allow));
        Desk {
            pages: linli_web::dress(pages.with_state(app), &site),
            org,
            bearer: None,
            cookies: BTreeMap::from([("lang".to_owned(), "zh".to_owned())]),
            status: StatusCode::OK,
            text: String::new(),
            to: String::new(),
        }
    }

    pub fn lang(&mut self, lang: &str) {
        self.cookies.insert("lang".to_owned(), lang.to_owned());
    }

    async fn send(&mut self, request: Builder, body: Vec<u8>) -> StatusCode {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::HOST, "localhost").header(header::COOKIE, cookies.join("; "));
        let request = match &self.bearer {
            Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        };
        let response = self.pages.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        self.status = response.status();
        let text = |value: &header::HeaderValue| value.to_str().unwrap().to_owned();
        self.to = response.headers().get(header::LOCATION).map(text).unwrap_or_default();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let line = text(cookie);
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
        self.text = String::from_utf8_lossy(&bytes).into_owned();
        self.status
    }

    pub async fn get(&mut self, path: &str) -> StatusCode {
        self.send(Request::get(path), Vec::new()).await
    }

    /// Asks the API with a token that speaks in this person's post.
    pub async fn bear(&mut self, actor: &Actor) {
        let Actor::Person { id, hat: Some(hat), .. } = actor else { panic!("a person with a post") };
        let (person, post, name) = (*id, hat.post, "test".to_owned());
        let new = linli_org::sign_in::NewToken {
            person,
            post,
            name,
            ends_at: linli_testkit::START.plus_hours(999),
        };
        let system = Actor::System("test");
        self.bearer = Some(linli_org::sign_in::make_token(&self.org, &system, new).await.unwrap().1);
    }

    pub async fn follow(&mut self) -> StatusCode {
        let to = self.to.clone();
        self.get(&to).await
    }

    /// Sends the form that posts to `action`, itself or by one of its buttons, with its hidden fields and what is typed.
    pub async fn submit(&mut self, action: &str, typed: &[(&str, &str)]) -> StatusCode {
        self.submit_with(action, typed, &[]).await
    }

    /// The same with pictures, each in its field.
    async fn submit_with(
        &mut self,
        action: &str,
        typed: &[(&str, &str)],
        pictures: &[(&str, &[u8])],
    ) -> StatusCode {
        let own = format!("form[method=post][action$=\"{action}\"]");
        let button = format!("button[formaction$=\"{action}\"]");
        let (selector, to) = match self.attrs(&own, "action").first() {
            Some(to) => (own, to.clone()),
            None => {
                let to = self.attrs(&button, "formaction").first().cloned().expect("the form is on the page");
                (format!("form[method=post]:has({button})"), to)
            }
        };
        let hidden = format!("{selector} input[type=hidden]");
        let multipart = !self.attrs(&format!("{selector}[enctype]"), "enctype").is_empty();
        let names = self.attrs(&hidden, "name");
        let mut fields: Vec<(String, String)> = names.into_iter().zip(self.attrs(&hidden, "value")).collect();
        fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        if multipart {
            let mut body = Vec::new();
            for (name, value) in &fields {
                let head = format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
                body.extend([head.as_bytes(), value.as_bytes(), b"\r\n"].concat());
            }
            for (name, bytes) in pictures {
                let head = format!(
                    "--cut\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.png\"\r\n\r\n"
                );
                body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
            }
            body.extend_from_slice(b"--cut--\r\n");
            let kind = "multipart/form-data; boundary=cut";
            return self.send(Request::post(to).header(header::CONTENT_TYPE, kind), body).await;
        }
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let kind = "application/x-www-form-urlencoded";
        self.send(Request::post(to).header(header::CONTENT_TYPE, kind), pairs.join("&").into_bytes()).await
    }

    /// The texts of what the selector finds, space made even.
    pub fn says(&self, selector: &str) -> String {
        let page = Html::parse_document(&self.text);
        let found = css(selector);
        let texts = page.select(&found).map(|element| {
            element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
        });
        texts.collect::<Vec<_>>().join(" | ")
    }

    pub fn attrs(&self, selector: &str, name: &str) -> Vec<String> {
        let page = Html::parse_document(&self.text);
        page.select(&css(selector)).map(|one| one.attr(name).unwrap_or_default().to_owned()).collect()
    }
}

fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |out, byte| out + &format!("%{byte:02X}"))
}

fn css(selector: &str) -> Selector {
    Selector::parse(selector).unwrap()
}

async fn lamp(town: &Town) -> CaseId {
    town.work.open(Actor::Stranger, "request", "say", town.lamp()).await.unwrap().id
}

const ACCEPT: [(&str, &str); 3] = [("kind", "help"), ("category", "road.lamp"), ("level", "normal")];

#[db_test(ROOMS)]
async fn a_clerk_accepts_and_dispatches_through_the_forms(db: TestDb) {
    let town = Town::new(db).await;
    let id = lamp(&town).await;
    let mut wu = Desk::of(&town, &town.wu, ALL);
    assert_eq!(wu.get("/desk").await, StatusCode::OK);
    assert!(wu.says(".lr").contains("书香路口过街灯不亮"), "{}", wu.says(".lr"));
    assert!(wu.says(".vw").contains("待受理1"), "the views are counted: {}", wu.says(".vw"));
    assert!(wu.says("article").contains("文苑街口那盏过街灯"), "the first is open beside the list");
    assert!(wu.says(".sb").starts_with("1受理"), "{}", wu.says(".sb"));

    wu.get(&format!("/desk?case={id}&step=accept")).await;
    assert_eq!(wu.says(".cf button"), "受理这一件");
    assert_eq!(wu.submit("/steps/accept", &ACCEPT).await, StatusCode::SEE_OTHER);
    assert!(wu.to.starts_with("/desk"), "back to the desk: {}", wu.to);
    wu.follow().await;
    assert!(wu.says("[data-toast]").contains("受理"), "{}", wu.says("[data-toast]"));
    assert!(wu.says("article .tags").contains("待派单"), "{}", wu.says("article .tags"));

    wu.get(&format!("/cases/{id}?step=dispatch")).await;
    assert!(wu.says(".cf").contains("10月12日 星期一前办结"), "until when: {}", wu.says(".cf"));
    assert!(wu.says(".cf .days").contains("10月1日–7日"), "and why: {}", wu.says(".cf .days"));
    assert!(wu.says("#f-lead optgroup:first-of-type").contains("书香社区"), "the territory comes first");
    let lamps = town.lamps.to_string();
    assert_eq!(wu.submit("/steps/dispatch", &[("lead", &lamps)]).await, StatusCode::SEE_OTHER);
    let view = town.work.view(&town.lin, id).await.unwrap();
    assert_eq!((view.loaded.row.state.as_str(), view.loaded.case.lead), ("signing", Some(town.lamps)));
}

#[db_test(ROOMS)]
async fn flaws_keep_what_was_typed(db: TestDb) {
    let town = Town::new(db).await;
    let id = lamp(&town).await;
    let mut wu = Desk::of(&town, &town.wu, ALL);
    wu.get(&format!("/cases/{id}?step=accept")).await;
    let half = [("kind", "complaint"), ("level", "pressing")];
    assert_eq!(wu.submit("/steps/accept", &half).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wu.says("#e-category").contains("还没填"), "{}", wu.says("#e-category"));
    let mut kept = wu.attrs(".cf input[checked]", "value");
    kept.extend(wu.attrs(".cf option[selected]", "value"));
    assert!(kept.contains(&"complaint".to_owned()) && kept.contains(&"pressing".to_owned()), "{kept:?}");

    wu.get(&format!("/cases/{id}?step=ask_more")).await;
    let long = "缺".repeat(301);
    assert_eq!(wu.submit("/steps/ask_more", &[("wanted", &long)]).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wu.says("#f-wanted"), long);
    assert_eq!(town.work.view(&town.wu, id).await.unwrap().loaded.row.state, "accepting");
}

fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let pixels = image::RgbImage::from_pixel(64, 48, image::Rgb([40, 60, 90]));
    pixels.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[db_test(ROOMS)]
async fn pictures_outlive_a_reply_that_is_not_good_enough(db: TestDb) {
    let town = Town::new(db).await;
    let id = lamp(&town).await;
    let lamps = town.lamps.to_string();
    for (actor, step, fields) in [
        (&town.wu, "accept", &ACCEPT[..]),
        (&town.wu, "dispatch", &[("lead", lamps.as_str())]),
        (&town.lin, "sign", &[]),
        (&town.lin, "contact", &[("way", "phone"), ("result", "约好今晚修")]),
    ] {
        town.work.step(actor.clone(), id, step, None, form(fields)).await.unwrap();
    }
    let mut lin = Desk::of(&town, &town.lin, ALL);
    lin.get(&format!("/cases/{id}?step=answer")).await;
    assert!(lin.attrs("#f-override", "name").is_empty(), "nothing to override yet");
    let short = [("truth", "true"), ("solved", "yes"), ("reply", "修好了")];
    let bytes = picture();
    let answer = lin.submit_with("/steps/answer", &short, &[("after", &bytes)]).await;
    assert_eq!(answer, StatusCode::CONFLICT);
    assert!(lin.says(".cf .ck li").contains("不到 20 个字"), "{}", lin.says(".cf .ck"));
    assert_eq!(lin.attrs("#f-override", "name"), ["override"]);
    assert_eq!(lin.says("#f-reply"), "修好了");
    let kept = lin.attrs("input[name=\"kept.after\"]", "value");
    assert_eq!(kept.len(), 1);

    let page = lin.text.clone();
    assert_eq!(lin.get(&format!("/cases/kept/{}", kept[0])).await, StatusCode::OK, "and is shown");
    let mut wu = Desk::of(&town, &town.wu, ALL);
    assert_eq!(wu.get(&format!("/cases/kept/{}", kept[0])).await, StatusCode::NOT_FOUND, "to nobody else");
    lin.text = page;
    let foreign = town.work.world().ids.uuid(linli_testkit::START).to_string();
    let reasons = [("override", "诉求人当面看过"), ("kept.after", &kept[0]), ("after", &foreign)];
    let whole: Vec<_> = short.into_iter().chain(reasons).collect();
    assert_eq!(lin.submit("/steps/answer", &whole).await, StatusCode::SEE_OTHER);
    let files = town.work.view(&town.lin, id).await.unwrap().files;
    assert_eq!(files.len(), 1, "the picture once; an id that was typed in counts for nothing");
    assert_eq!(files[0].field, "after");
}

#[db_test(ROOMS)]
async fn the_second_of_two_hears_who_was_faster(db: TestDb) {
    let town = Town::new(db).await;
    let id = lamp(&town).await;
    town.work.step(town.wu.clone(), id, "accept", None, form(&ACCEPT)).await.unwrap();
    let mut li = Desk::of(&town, &town.li, ALL);
    li.get(&format!("/cases/{id}?step=dispatch")).await;
    let roads = town.roads.to_string();
    town.work.step(town.wu.clone(), id, "dispatch", None, form(&[("lead", &roads)])).await.unwrap();
    let mine = [("lead", town.lamps.to_string()), ("instruction", "先看进线".to_owned())];
    let mine = mine.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(li.submit("/steps/dispatch", &mine).await, StatusCode::CONFLICT);
    assert!(li.says("[role=alert]").contains("吴敏之"), "{}", li.says("[role=alert]"));
    assert!(li.says("[role=alert]").contains("待签收"), "and where it is now: {}", li.says("[role=alert]"));
    let rows = li.says(".cf tbody tr");
    assert!(rows.contains("派给谁主办市市政养护中心市路灯管理所"), "both differ: {rows}");
    assert_eq!(li.says("#f-instruction"), "先看进线", "what was typed is kept");
    assert_eq!(li.says(".cf button"), "", "and there is nothing left to send");
    assert_eq!(town.work.view(&town.li, id).await.unwrap().loaded.case.lead, Some(town.roads));
}

#[db_test(ROOMS)]
async fn a_phone_is_shown_for_a_reason_that_is_written_down(db: TestDb) {
    let town = Town::new(db).await;
    let id = lamp(&town).await;
    let mut wu = Desk::of(&town, &town.wu, ALL);
    wu.get(&format!("/cases/{id}")).await;
    assert!(wu.text.contains("199****2210") && !wu.text.contains("19900002210"));
    assert_eq!(
        wu.submit("/unmask", &[("part", "phone"), ("purpose", "verify"), ("reason", "打")]).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert!(!wu.text.contains("19900002210"));

    wu.get(&format!("/cases/{id}")).await;
    assert_eq!(
        wu.submit("/unmask", &[("part", "phone"), ("purpose", "verify"), ("reason", "问清是哪一盏")]).await,
        StatusCode::OK
    );
    assert!(wu.text.contains("19900002210"));
    wu.get(&format!("/cases/{id}")).await;
    assert!(!wu.text.contains("19900002210"), "shown once");

    let scope = Scope::system("read the trail");
    let rows: Vec<AuditRow> = town.db.read().all(&TRAIL, &scope, args![id]).await.unwrap();
    let seen: Vec<_> = rows.iter().map(|row| (row.act.as_str(), row.reason.as_deref(), row.person)).collect();
    assert_eq!(seen, [("phone.see", Some("问清是哪一盏"), town.wu.person())]);

    let mut closed = Desk::of(&town, &town.wu, Allow { unmask: false, export: false });
    closed.get(&format!("/cases/{id}")).await;
    assert!(closed.attrs("form[action$=\"/unmask\"]", "action").is_empty(), "not where others look in");
}

#[db_test(ROOMS)]
async fn another_streets_clerk_finds_nothing(db: TestDb) {
    let town = Town::new(db).await;
    let id = lamp(&town).await;
    let mut qian = Desk::of(&town, &town.qian, ALL);
    for path in ["/cases/{}", "/cases/{}?step=accept", "/desk?case={}"] {
        assert_eq!(qian.get(&path.replace("{}", &id.to_string())).await, StatusCode::NOT_FOUND, "{path}");
    }
    qian.get("/desk?view=all").await;
    assert!(qian.attrs(".lr", "href").is_empty());
    qian.get("/desk").await;
    assert!(!qian.says(".empty h2").is_empty(), "an empty list says what that means");
    qian.get(&format!("/desk?q={}", encode("过街灯"))).await;
    assert!(qian.attrs(".lr", "href").is_empty(), "nor by searching");
}

#[db_test(ROOMS)]
async fn a_list_is_taken_out_where_that_is_allowed(db: TestDb) {
    let town = Town::new(db).await;
    lamp(&town).await;
    let mut wu = Desk::of(&town, &town.wu, ALL);
    assert_eq!(wu.get("/desk/export?view=mine").await, StatusCode::OK);
    assert!(wu.text.starts_with('\u{feff}') && wu.text.contains("书香路口过街灯不亮"), "{}", wu.text);
    assert!(!wu.text.contains("2210"), "without phones");
    let mut lin = Desk::of(&town, &town.lin, ALL);
    assert_eq!(lin.get("/desk/export").await, StatusCode::FORBIDDEN, "a worker takes nothing out");
    let mut closed = Desk::of(&town, &town.wu, Allow { unmask: false, export: false });
    assert_eq!(closed.get("/desk/export").await, StatusCode::FORBIDDEN);
}

#[db_test(ROOMS)]
async fn views_are_saved_and_dropped(db: TestDb) {
    let town = Town::new(db).await;
    lamp(&town).await;
    let mut wu = Desk::of(&town, &town.wu, ALL);
    wu.get("/desk?view=all&category=road.lamp").await;
    assert_eq!(wu.submit("/desk/views", &[("name", "路灯")]).await, StatusCode::SEE_OTHER);
    wu.get("/desk").await;
    assert!(wu.says(".vw").contains("路灯"), "{}", wu.says(".vw"));
    wu.submit("/drop", &[]).await;
    wu.get("/desk").await;
    assert!(!wu.says(".vw").contains("路灯"), "{}", wu.says(".vw"));
}

#[db_test(ROOMS)]
async fn a_clerk_files_what_was_told_on_the_phone(db: TestDb) {
    let town = Town::new(db).await;
    let mut wu = Desk::of(&town, &town.wu, ALL);
    wu.get("/file").await;
    let told = [("source", "phone"), ("title", "楼道灯不亮"), ("body", "五号楼二单元的灯坏了")];
    assert_eq!(wu.submit("/file", &told).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!wu.says("#e-place").is_empty(), "a place or a grid is wanted");
    assert_eq!(wu.attrs("#f-title", "value"), ["楼道灯不亮"], "the rest is kept");
    assert_eq!(wu.attrs("input[checked]", "value"), ["phone"]);

    let grid = town.grid.to_string();
    let more = [("area", grid.as_str()), ("name", "钱大爷"), ("phone", "13800000001")];
    let whole: Vec<_> = told.into_iter().chain(more).collect();
    assert_eq!(wu.submit("/file", &whole).await, StatusCode::SEE_OTHER);
    assert_eq!(wu.follow().await, StatusCode::OK);
    assert_eq!(wu.says("h1"), "楼道灯不亮");
    assert!(wu.says(".ff").contains("电话"), "how it came: {}", wu.says(".ff"));
    wu.get("/desk").await;
    assert_eq!(wu.attrs(".lr", "href").len(), 1);

    let mut lin = Desk::of(&town, &town.lin, ALL);
    assert_eq!(lin.get("/file").await, StatusCode::FORBIDDEN, "a unit's worker files nothing");
    let mut qian = Desk::of(&town, &town.qian, ALL);
    qian.get("/file").await;
    assert_eq!(qian.submit("/file", &whole).await, StatusCode::UNPROCESSABLE_ENTITY, "not in another street");
    assert!(!qian.says("#e-area").is_empty());
}

#[db_test(ROOMS)]
async fn the_inbox_leads_to_the_case_and_is_ticked(db: TestDb) {
    let town = Town::new(db).await;
    let id = lamp(&town).await;
    let worker =
        linli_jobs::Worker::new(Db::clone(&town.db), town.db.world.clone(), linli_jobs::Bell::default());
    town.work.subscribe(worker, None).run_due(town.db.world.now()).await.unwrap();
    let mut wu = Desk::of(&town, &town.wu, ALL);
    wu.get("/inbox").await;
    assert!(wu.says(".list b").contains("新来一件"), "{}", wu.says("main"));
    let message = wu.attrs(".list a", "href").remove(0);
    assert_eq!(wu.get(&message).await, StatusCode::SEE_OTHER);
    assert_eq!(wu.to, format!("/cases/{id}"));
    wu.get("/inbox").await;
    assert_eq!(wu.says(".list b"), "", "it is read");
    assert_eq!(town.work.unread(&town.wu).await.unwrap(), 0);
    let mut qian = Desk::of(&town, &town.qian, ALL);
    assert_eq!(qian.get(&message).await, StatusCode::NOT_FOUND, "nobody else's");
    qian.get("/inbox").await;
    assert!(!qian.says(".empty h2").is_empty());
}

#[db_test(ROOMS)]
async fn a_red_card_waits_for_a_working_day(db: TestDb) {
    let town = Town::new(db).await;
    let at_ten = |day: &str| Day::parse(day).unwrap().start().plus_ms(10 * 3_600_000);
    town.clock.set(at_ten("2026-10-10"));
    let id = lamp(&town).await;
    let lamps = town.lamps.to_string();
    town.work.step(town.wu.clone(), id, "accept", None, form(&ACCEPT)).await.unwrap();
    let mut wu = Desk::of(&town, &town.wu, ALL);
    wu.get("/desk").await;
    assert!(wu.says(".lr").ends_with("261010-0001"), "a row is known by its number: {}", wu.says(".lr"));
    town.clock.advance_ms(3 * 3_600_000);
    wu.get("/desk").await;
    assert!(
        !wu.attrs(".lr .due.y", "class").is_empty(),
        "late to dispatch is amber: {}",
        wu.says(".lr .due")
    );
    assert!(wu.attrs(".lr .due.r", "class").is_empty(), "cards are for finishing alone");
    town.work.step(town.wu.clone(), id, "dispatch", None, form(&[("lead", &lamps)])).await.unwrap();
    town.work.step(town.lin.clone(), id, "sign", None, form(&[])).await.unwrap();
    let contact = form(&[("way", "phone"), ("result", "约好今晚修")]);
    town.work.step(town.lin.clone(), id, "contact", None, contact).await.unwrap();
    for (day, says) in [
        ("2026-10-14", "还有 2 个工作日"),
        ("2026-10-16", "黄牌，今天"),
        ("2026-10-17", "黄牌，昨天到期了"),
        ("2026-10-19", "红牌，超期 1 个工作日"),
    ] {
        town.clock.set(at_ten(day));
        wu.get("/desk?view=all").await;
        assert!(wu.says(".lr .due").contains(says), "{day}: {}", wu.says(".lr .due"));
    }
}

#[db_test(ROOMS)]
async fn a_workers_day_on_the_phone(db: TestDb) {
    let town = Town::new(db).await;
    let (id, lamps) = (lamp(&town).await, town.lamps.to_string());
    town.work.step(town.wu.clone(), id, "accept", None, form(&ACCEPT)).await.unwrap();
    town.work.step(town.wu.clone(), id, "dispatch", None, form(&[("lead", &lamps)])).await.unwrap();
    let mut lin = Desk::of(&town, &town.lin, ALL);
    lin.get("/tasks").await;
    assert_eq!(lin.says(".sumr"), "1要办0快到期0已超期0今天办过");
    assert_eq!(lin.says(".tk h2"), "书香路口过街灯不亮，放学时看不清");
    assert!(lin.says(".tk .acts").starts_with("签收"), "the next step is the big button");
    lin.get(&format!("/cases/{id}?step=sign")).await;
    lin.submit("/steps/sign", &[]).await;
    lin.get("/tasks").await;
    assert!(lin.says(".tk .acts").starts_with("记下联系"), "{}", lin.says(".tk .acts"));
    let mut sun = Desk::of(&town, &town.sun, ALL);
    sun.get("/tasks").await;
    assert!(sun.attrs(".tk", "class").is_empty(), "a colleague is in charge of it");

    let mut wu = Desk::of(&town, &town.wu, ALL);
    wu.get("/tasks").await;
    assert_eq!(wu.says(".sumr"), "0要办0快到期0已超期1今天办过");
    wu.get("/desk").await;
    let views = wu.attrs("a.back.views", "href").remove(0);
    wu.get(&views).await;
    assert_eq!(wu.attrs(".desk", "data-col"), ["views"], "a phone has a way to the views");
}

/// The same person in another post.
fn wearing(actor: &Actor, change: impl FnOnce(&mut linli_authz::Hat)) -> Actor {
    let mut actor = actor.clone();
    if let Actor::Person { hat: Some(hat), .. } = &mut actor {
        change(hat);
    }
    actor
}

#[db_test(ROOMS)]
async fn an_auditor_goes_from_a_case_to_its_trail(db: TestDb) {
    let town = Town::new(db).await;
    let id = lamp(&town).await;
    let link = format!("a[href=\"/audit?subject={id}\"]");
    let both = wearing(&town.wu, |hat| hat.roles.push(linli_authz::Role::AuditAdmin));
    let mut auditor = Desk::of(&town, &both, ALL);
    auditor.get(&format!("/cases/{id}")).await;
    assert_eq!(auditor.says(&link), "这一件的查看记录");
    let mut wu = Desk::of(&town, &town.wu, ALL);
    assert_eq!(wu.get(&format!("/cases/{id}")).await, StatusCode::OK);
    assert_eq!(wu.says("a[href^=\"/audit\"]"), "", "a clerk may not read the trail");
}

#[db_test(ROOMS)]
async fn the_timeline_says_for_whom_where_a_post_was_lent(db: TestDb) {
    let town = Town::new(db).await;
    let id = lamp(&town).await;
    let post = town.wu.hat().unwrap().clone();
    let lent = wearing(&town.li, |hat| *hat = post);
    town.work.step(lent, id, "accept", None, form(&ACCEPT)).await.unwrap();
    let lamps = town.lamps.to_string();
    town.work.step(town.wu.clone(), id, "dispatch", None, form(&[("lead", &lamps)])).await.unwrap();
    let mut wu = Desk::of(&town, &town.wu, ALL);
    wu.get(&format!("/cases/{id}")).await;
    let told = wu.says(".tl .t");
    assert!(told.contains("书香社区居民委员会 李娜 代 吴敏之"), "{told}");
    assert_eq!(told.matches('代').count(), 1, "nobody acts for themselves: {told}");
    wu.cookies.insert("lang".into(), "en".into());
    wu.get(&format!("/cases/{id}")).await;
    assert!(wu.says(".tl .t").contains("李娜 for 吴敏之"), "{}", wu.says(".tl .t"));
}
