//! What every page stands on, seen from outside.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod room;

use axum::{
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, header},
};
use linli_web::Site;
use room::{app, city, demo};
use scraper::{Html, Selector};
use std::{
    fmt::Write,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};
use tower::ServiceExt;

const HOST: &str = "linli.example.cn";

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn text(&self, selector: &str) -> String {
        let page = Html::parse_document(&self.body);
        let found = page.select(&Selector::parse(selector).unwrap()).next();
        found.unwrap_or_else(|| panic!("no {selector} in {}", self.body)).text().collect::<String>()
    }
    fn attr(&self, selector: &str, name: &str) -> String {
        let page = Html::parse_document(&self.body);
        let found = page.select(&Selector::parse(selector).unwrap()).next();
        found.unwrap_or_else(|| panic!("no {selector} in {}", self.body)).attr(name).unwrap().to_owned()
    }
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

async fn ask(site: &Site, request: Request<Body>) -> Answer {
    let (parts, body) = app(site).oneshot(request).await.unwrap().into_parts();
    let body = String::from_utf8_lossy(&to_bytes(body, 10 << 20).await.unwrap()).into_owned();
    Answer { status: parts.status, headers: parts.headers, body }
}

fn get(path: &str) -> Request<Body> {
    with(path, &[])
}

fn with(path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::get(path).header(header::HOST, HOST);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

fn post(path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::post(path).header(header::HOST, HOST);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).unwrap()
}

/// Opens the form: the visitor's cookie and the token in the page.
async fn opened(site: &Site) -> (String, String) {
    let page = ask(site, get("/say")).await;
    let cookie = page.header("set-cookie").split(';').next().unwrap().to_owned();
    (cookie, page.attr("input[name=csrf]", "value"))
}

fn multipart(parts: &[(&str, Option<&str>, &str)]) -> String {
    let mut body = String::new();
    for (name, file, content) in parts {
        let file = file.map(|f| format!("; filename=\"{f}\"")).unwrap_or_default();
        write!(body, "--X\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n")
            .unwrap();
    }
    body + "--X--\r\n"
}

#[tokio::test]
async fn a_form_sent_from_our_page_is_taken() {
    let site = city();
    let (cookie, token) = opened(&site).await;
    let sent = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
    let body = format!("csrf={token}&what=%E8%B7%AF%E7%81%AF&tags=a&tags=b");
    assert_eq!(ask(&site, post("/say", &sent, body.clone())).await.body, "路灯 a,b");
    assert_eq!(ask(&site, post("/raw", &sent, body)).await.body, "what=路灯 tags=a,b");
    let sent = [sent[0], ("content-type", "multipart/form-data; boundary=X")];
    let parts = [
        ("csrf", None, token.as_str()),
        ("what", None, "路灯"),
        ("p", Some("a.jpg"), "JPEG"),
        ("p", Some(""), ""),
    ];
    assert_eq!(ask(&site, post("/files", &sent, multipart(&parts))).await.body, "路灯 p:4");
}

#[tokio::test]
async fn without_the_visitors_token_nothing_is_read() {
    let site = city();
    let (cookie, token) = opened(&site).await;
    let (other, _) = opened(&site).await;
    let good = format!("csrf={token}&what=x");
    for path in ["/say", "/raw"] {
        for (why, headers, body) in [
            ("no token", vec![("cookie", cookie.as_str())], "what=x"),
            ("no cookie", vec![], good.as_str()),
            ("another visitor", vec![("cookie", other.as_str())], good.as_str()),
            (
                "another site",
                vec![("cookie", cookie.as_str()), ("sec-fetch-site", "cross-site")],
                good.as_str(),
            ),
            (
                "another origin",
                vec![("cookie", cookie.as_str()), ("origin", "https://evil.example")],
                good.as_str(),
            ),
        ] {
            let answer = ask(&site, post(path, &headers, body.to_owned())).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{why}");
            assert!(answer.text("main").contains("没有交上去"), "{why}");
        }
    }
    let headers = [("cookie", cookie.as_str()), ("content-type", "multipart/form-data; boundary=X")];
    let late = multipart(&[("p", Some("a.jpg"), "JPEG"), ("csrf", None, &token)]);
    assert_eq!(ask(&site, post("/files", &headers, late)).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn files_have_limits() {
    let site = city();
    let (cookie, token) = opened(&site).await;
    let headers = [("cookie", cookie.as_str()), ("content-type", "multipart/form-data; boundary=X")];
    let large = "x".repeat((12 << 20) + 1);
    let body = multipart(&[("csrf", None, &token), ("p", Some("a"), &large)]);
    let answer = ask(&site, post("/files", &headers, body)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text("main").contains("最多 12 MB"));
    let five: Vec<_> =
        std::iter::once(("csrf", None, token.as_str())).chain([("p", Some("a"), "x"); 5]).collect();
    let answer = ask(&site, post("/files", &headers, multipart(&five))).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text(".es").contains("最多 4 个"));
}

#[tokio::test]
async fn every_answer_is_safe() {
    for path in ["/say", "/nowhere", "/panic", "/api/v1/nowhere"] {
        let answer = ask(&city(), get(path)).await;
        assert!(answer.header("content-security-policy").contains("script-src 'self'"), "{path}");
        assert!(!answer.header("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
        assert!(!answer.body.contains("<script>") && !answer.body.contains("style=\""), "{path}");
    }
    let page = ask(&city(), get("/say")).await;
    assert!(page.header("set-cookie").ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"));
    assert_eq!(ask(&demo(), with("/say", &[])).await.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn another_host_is_not_ours() {
    let asked =
        |host: &'static str| Request::get("/say").header(header::HOST, host).body(Body::empty()).unwrap();
    assert_eq!(ask(&city(), asked("evil.example")).await.status, StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(ask(&city(), asked("localhost:8080")).await.status, StatusCode::MISDIRECTED_REQUEST);
    let page = ask(&demo(), asked("127.0.0.1:9999")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.headers.contains_key("strict-transport-security"));
    assert_eq!(page.text(".demo"), "演示数据");
}

#[tokio::test]
async fn the_language_is_the_persons() {
    let site = city();
    let page = ask(&site, with("/say?x=1", &[("accept-language", "en-GB,en;q=0.9")])).await;
    assert_eq!((page.attr("html", "lang").as_str(), page.text("title").as_str()), ("en", "Say it · Linli"));
    let switch = page.attr(".act[hreflang]", "href");
    assert_eq!(switch, "/switch?lang=zh&back=/say%3Fx%3D1");
    let switched = ask(&site, get(&switch)).await;
    assert_eq!((switched.header("location"), switched.status), ("/say?x=1", StatusCode::SEE_OTHER));
    assert!(
        switched.headers.get_all("set-cookie").iter().any(|c| c.to_str().unwrap().starts_with("lang=zh;"))
    );
    let page = ask(&site, with("/say", &[("cookie", "lang=zh; elder=1"), ("accept-language", "en")])).await;
    assert_eq!(page.attr("html", "lang"), "zh-Hans");
    assert!(page.body.contains("<html lang=\"zh-Hans\" data-elder>"));
    for away in ["//evil.example", "/%5Cevil.example", "https://evil.example"] {
        assert_eq!(ask(&site, get(&format!("/switch?back={away}"))).await.header("location"), "/");
    }
}

#[tokio::test]
async fn a_failure_is_a_page_with_a_way_on() {
    let site = city();
    let lost = ask(&site, get("/nowhere")).await;
    assert_eq!((lost.status, lost.text("h1").as_str()), (StatusCode::NOT_FOUND, "没有这一页"));
    assert_eq!(lost.attr(".btn.p", "href"), "/find");
    let broken = ask(&site, get("/panic")).await;
    assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(broken.text(".err-id").starts_with("编号 ") && !broken.body.contains("secret"));
    let signing_in = ask(&site, get("/mine?x=1")).await;
    assert_eq!(signing_in.header("location"), "/sign-in?back=/mine%3Fx%3D1");
    let theirs = ask(&site, with("/theirs", &[("accept-language", "en")])).await;
    assert_eq!(theirs.status, StatusCode::FORBIDDEN);
    assert!(theirs.text("main").contains("东村街道 handles this one"));
}

#[tokio::test]
async fn what_was_not_saved_can_be_sent_again_as_it_was_typed() {
    let site = city();
    let (cookie, token) = opened(&site).await;
    let typed = format!("csrf={token}&what=%3Clamp%3E+%22x%22&tags=a&tags=b");
    for (lang, said, again) in
        [("zh", "什么也没有存上", "再交一次"), ("en", "Nothing was saved", "Send it again")]
    {
        let request = post("/full", &[("cookie", &cookie), ("accept-language", lang)], typed.clone());
        let page = ask(&site, request).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(page.text("main").contains(said), "{}", page.body);
        let form = "form[action='/full'][method=post]";
        assert_eq!(page.text(&format!("{form} button")), again);
        assert_eq!(page.attr(&format!("{form} input[name=what]"), "value"), "<lamp> \"x\"");
        assert_eq!(page.attr(&format!("{form} input[name=tags]"), "value"), "a");
        assert_eq!(page.attr(&format!("{form} input[name=csrf]"), "value"), token);
        assert!(page.text(".err-id").len() > 30, "with a number to name");
    }
    let secret = format!("csrf={token}&password=hunter2");
    let page = ask(&site, post("/full", &[("cookie", &cookie)], secret)).await;
    assert!(!page.body.contains("hunter2") && !page.body.contains("action=\"/full\""), "no secret goes back");
    let body = multipart(&[("csrf", None, &token), ("what", None, "灯"), ("p", Some("a"), "JPEG")]);
    let headers = [("cookie", cookie.as_str()), ("content-type", "multipart/form-data; boundary=X")];
    let page = ask(&site, post("/full/files", &headers, body)).await;
    assert_eq!(page.attr("form[enctype='multipart/form-data'] input[name=what]", "value"), "灯");
    assert!(page.text("main").contains("照片要重新选"));
}

#[tokio::test]
async fn the_api_answers_with_problem_details() {
    let site = city();
    let answer = ask(&site, get("/api/v1/flawed")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert!(!answer.headers.contains_key("set-cookie"));
    let json = answer.json();
    assert_eq!(json["type"], "urn:linli:problem:invalid");
    assert_eq!((json["status"].as_i64(), json["title"].as_str()), (Some(422), Some("有地方要改")));
    let flaw = serde_json::json!({"field": "phone", "code": "phone_length", "detail": "手机号是 11 位，现在是 10 位"});
    assert_eq!(json["flaws"], serde_json::json!([flaw]));
    assert!(json["instance"].as_str().unwrap().starts_with("urn:linli:instance:"));
    let waits = ask(&site, get("/api/v1/often")).await;
    assert_eq!((waits.status, waits.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "60"));
    let unread = ask(&site, get("/api/v1/number/x")).await;
    assert_eq!(unread.json()["type"], "urn:linli:problem:unreadable");
    let who = ask(&site, get("/api/v1/mine")).await;
    assert_eq!((who.status, who.header("www-authenticate")), (StatusCode::UNAUTHORIZED, "Bearer"));
}

#[tokio::test]
async fn the_staff_bar_shows_who_is_there() {
    let desk = ask(&city(), get("/desk/mine")).await;
    assert_eq!(desk.text(".top nav a[aria-current]"), "案台");
    assert!(desk.text(".hat summary").contains("周敏"));
    assert_eq!(desk.text(".av"), "周");
    assert_eq!(desk.text(".ibtn u"), "99+");
    assert_eq!(desk.text(".tag.b"), "办理中");
    assert_eq!(desk.attr(".hat form", "action"), "/sign-out");
}

#[tokio::test]
async fn the_address_is_the_proxys_word_only_where_it_is_trusted() {
    let forged = [("x-forwarded-for", "1.2.3.4, 10.0.0.9")];
    let from = |peer: &str| {
        let mut request = with("/address", &forged);
        let peer: SocketAddr = format!("{peer}:4711").parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    };
    assert_eq!(ask(&city(), with("/address", &forged)).await.body, "unknown");
    assert_eq!(ask(&city(), from("198.51.100.7")).await.body, "198.51.100.7");
    let proxy: IpAddr = "10.0.0.1".parse().unwrap();
    let behind = || Site { proxies: vec![proxy], throttle: Arc::default(), ..city() };
    assert_eq!(ask(&behind(), from("10.0.0.1")).await.body, "10.0.0.9", "the proxy's own entry is the last");
    assert_eq!(ask(&behind(), from("[::ffff:10.0.0.1]")).await.body, "10.0.0.9");
    assert_eq!(ask(&behind(), from("10.0.0.2")).await.body, "10.0.0.2", "whoever passes the proxy by");
    assert_eq!(ask(&behind(), with("/address", &forged)).await.body, "unknown");
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_packed() {
    let url = linli_web::asset("app.css");
    if url.is_empty() {
        return; // web/ is not built here
    }
    let plain = ask(&city(), get(url)).await;
    assert_eq!(plain.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(!plain.headers.contains_key("set-cookie"));
    let packed = ask(&city(), with(url, &[("accept-encoding", "gzip, br")])).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(packed.body.len() < plain.body.len());
    assert_eq!(ask(&city(), get("/static/app.css")).await.header("cache-control"), "no-cache");
    assert_eq!(ask(&city(), get("/static/none.css")).await.status, StatusCode::NOT_FOUND);
}
