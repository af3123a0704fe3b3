//! `replay INSTANCE EVENTS`: begins with all helpers and the needs that no event brings, plays the events of a
//! `match-events/1` one by one and tells the cost after every 50, with what the file says, and how long events took.
mod common;

use linli_matching::{Matching, verify};
use serde::Deserialize;
use std::{collections::BTreeSet, error::Error, path::Path, time::Instant};

#[derive(Deserialize)]
struct Events {
    events: Vec<(String, u32)>,
    #[serde(default)]
    optimum_after: Vec<(usize, i128)>,
}

#[expect(clippy::disallowed_methods, reason = "measures how long it takes")]
fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [instance, events] = args.as_slice() else { return Err("replay INSTANCE EVENTS".into()) };
    let instance = common::instance(Path::new(instance))?;
    let Events { events, optimum_after } = serde_json::from_str(&linli_samples::read(Path::new(events))?)?;
    let later: BTreeSet<u32> =
        events.iter().filter(|(what, _)| what == "add_task").map(|(_, need)| *need).collect();
    let needs = u32::try_from(instance.needs())?;
    let mut matching = Matching::without_needs(instance);
    (0..needs).filter(|need| !later.contains(need)).for_each(|need| drop(matching.add_need(need)));
    let (mut took, mut changed) = (Vec::new(), 0);
    for nth in 0..=events.len() {
        if nth % 50 == 0 {
            let pairs: Vec<_> = matching.pairs().collect();
            let cost = verify(&matching.now(), &pairs, &matching.certificate())?;
            let expected = optimum_after.iter().find(|(after, _)| *after == nth).map(|(_, cost)| *cost);
            let said = expected.map_or(String::new(), |said| format!("; the file says {said}"));
            println!("after {nth}: cost {cost}, proven{said}");
            if expected.is_some_and(|said| said != cost) {
                return Err("not the optimum of the file".into());
            }
        }
        let Some((what, who)) = events.get(nth) else { break };
        let begun = Instant::now();
        let changes = match what.as_str() {
            "add_task" => matching.add_need(*who),
            "remove_task" => matching.remove_need(*who),
            "add_volunteer" => matching.add_helper(*who),
            "remove_volunteer" => matching.remove_helper(*who),
            other => return Err(format!("an event {other} is not known").into()),
        };
        took.push(begun.elapsed().as_secs_f64() * 1000.0);
        changed += changes.dropped.len();
    }
    took.sort_by(f64::total_cmp);
    let of = |share: usize| took.get(took.len().saturating_sub(1) * share / 100).copied().unwrap_or(0.0);
    println!(
        "{} events: median {:.4} ms, 99 of 100 {:.3} ms, most {:.3} ms; {changed} pairs ended",
        took.len(),
        of(50),
        of(99),
        of(100),
    );
    println!("{}", linli_samples::told());
    Ok(())
}
