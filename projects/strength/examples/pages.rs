//! The asker's pages of a small town on 127.0.0.1:8097, to look at, with a request in each state that they show:
//! `cargo run -p linli-strength --example pages`. Prints their links; the clock stands at 9:00 on 29 September 2026.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    dead_code,
    reason = "a look, not a program"
)]

#[path = "../tests/it/browser.rs"]
mod browser;
#[path = "../tests/it/town.rs"]
mod town;

use browser::App;
use linli_authz::Actor;
use linli_base::CaseId;
use town::{ROOMS, Town, form};

const REPLY: &str =
    "赵女士您好。书香路口过街灯的灯头和进线已经换好，9月30日晚上亮灯。以后再不亮，可以接着在这里说。";

/// Who takes which step with what.
type Taken<'a> = (&'a Actor, &'a str, Vec<(&'a str, &'a str)>);

/// Until which step each request goes.
const UNTIL: [&str; 6] = ["say", "ask_more", "dispatch", "contact", "pass", "call_back"];

fn main() {
    linli_testkit::on_sqlite(ROOMS, |db| {
        Box::pin(async move {
            let town = Town::new(db).await;
            for until in UNTIL {
                let id = walk(&town, until).await;
                let row = town.work.view(&Actor::Asker(id), id).await.unwrap().loaded.row;
                let code =
                    town.work.keys().code_with(id.0, &row.code_key, row.code_sealed.as_deref()).unwrap();
                println!("{until} http://127.0.0.1:8097/r/{}#{code}", row.number);
            }
            let listener = tokio::net::TcpListener::bind("127.0.0.1:8097").await.unwrap();
            axum::serve(listener, App::at(&town, "http://127.0.0.1:8097")).await.unwrap();
        })
    });
}

async fn walk(town: &Town, until: &str) -> CaseId {
    let id = town.work.open(Actor::Stranger, "request", "say", town.lamp()).await.unwrap().id;
    let (lamps, roads) = (town.lamps.to_string(), town.roads.to_string());
    let mut steps: Vec<Taken<'_>> = vec![
        (&town.wu, "accept", vec![("kind", "help"), ("category", "road.lamp"), ("level", "normal")]),
        (&town.wu, "dispatch", vec![("lead", lamps.as_str()), ("helpers", roads.as_str())]),
        (&town.lin, "sign", vec![]),
        (&town.lin, "contact", vec![("way", "phone"), ("result", "约好明天上午修")]),
        (
            &town.lin,
            "answer",
            vec![
                ("truth", "true"),
                ("solved", "yes"),
                ("reply", REPLY),
                ("override", "同一根线，同样的答复"),
            ],
        ),
        (&town.zhou, "pass", vec![]),
        (&town.zheng, "call_back", vec![("contacted", "yes"), ("solved", "yes"), ("satisfied", "satisfied")]),
    ];
    if until == "ask_more" {
        steps = vec![(&town.wu, "ask_more", vec![("wanted", "是路口的哪一侧，第几盏")])];
    }
    if until == "say" {
        return id;
    }
    for (who, step, fields) in steps {
        town.work
            .step(who.clone(), id, step, None, form(&fields))
            .await
            .unwrap_or_else(|e| panic!("{step}: {e}"));
        if step == until {
            break;
        }
    }
    id
}
