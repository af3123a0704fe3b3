//! `hotspots MESSAGES PLAN`: gathers the messages of a file `{"messages":[{id,time,title,text,up,down}]}` into problems,
//! as `{"clusters":[[id,..],..],"names":[..],"places":[..],"heat":[..]}`, the hottest first.

use std::{env, error::Error, path::Path};

use linli_text::{Hotspots, Message, Problem};

#[derive(serde::Deserialize)]
struct File {
    messages: Vec<Row>,
}

#[derive(serde::Deserialize)]
struct Row {
    id: String,
    time: String,
    title: String,
    text: String,
    up: String,
    down: String,
}

/// Days from `2019/2/28 11:25:05`; months of 31 days are near enough for heat.
fn day(time: &str) -> f32 {
    let mut parts = time.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse::<f32>().unwrap_or(0.0));
    let mut next = || parts.next().unwrap_or(0.0);
    (next() - 2000.0) * 372.0 + next() * 31.0 + next()
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [file, plan] = args.as_slice() else { return Err("hotspots MESSAGES PLAN".into()) };
    let file: File = serde_json::from_str(&linli_samples::read(Path::new(file))?)?;
    let votes = |row: &Row| (row.up.parse().unwrap_or(0), row.down.parse().unwrap_or(0));
    let messages: Vec<Message> = file
        .messages
        .iter()
        .map(|row| Message { title: &row.title, text: &row.text, day: day(&row.time), votes: votes(row) })
        .collect();
    let (before, _) = linli_samples::spent();
    let problems = Hotspots::gather(&messages).problems(2);
    let took = linli_samples::spent().0 - before;
    let ids = |problem: &Problem| -> Vec<&str> {
        problem.members.iter().filter_map(|&n| Some(file.messages.get(n)?.id.as_str())).collect()
    };
    let plan_text = serde_json::json!({
        "clusters": problems.iter().map(ids).collect::<Vec<_>>(),
        "names": problems.iter().map(|problem| &problem.name).collect::<Vec<_>>(),
        "places": problems.iter().map(|problem| &problem.place).collect::<Vec<_>>(),
        "heat": problems.iter().map(|problem| problem.heat).collect::<Vec<_>>(),
    });
    linli_samples::write(Path::new(plan), &plan_text.to_string())?;
    println!(
        "{} messages, {} problems in {took:.2} s; {}",
        messages.len(),
        problems.len(),
        linli_samples::told()
    );
    Ok(())
}
