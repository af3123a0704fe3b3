use crate::{ClockOp, Holder, Need, Procedure, Sets, To, Who};
use std::collections::BTreeSet;

/// What is wrong with a table, in words for its author; empty where it is sound. Each room's tests call it.
///
/// A sound table names only states, clocks and fields that exist, each once; every state but the first can be
/// reached, every open state can be left, no step leads out of the table, and every clock that is started can stop.
pub fn check(procedure: &Procedure) -> Vec<String> {
    let mut wrong = Vec::new();
    let states: BTreeSet<&str> = procedure.states.iter().map(|state| state.name).collect();
    let clocks: BTreeSet<&str> = procedure.clocks.iter().map(|clock| clock.name).collect();
    let steps: BTreeSet<&str> = procedure.steps.iter().map(|step| step.name).collect();
    if states.len() < procedure.states.len() || steps.len() < procedure.steps.len() {
        wrong.push("a state or step is named twice".to_owned());
    }
    let asks: Vec<&str> =
        procedure.states.iter().filter(|state| state.holder == Holder::Asker).map(|state| state.name).collect();

    let mut reached: BTreeSet<&str> = procedure.states.first().map(|state| state.name).into_iter().collect();
    let mut left = BTreeSet::new();
    for step in procedure.steps {
        let mut say = |what: String| wrong.push(format!("{}: {what}", step.name));
        if step.by.is_empty() {
            say("nobody may take it".to_owned());
        }
        for from in step.from {
            if !states.contains(from) {
                say(format!("from `{from}`, which is no state"));
            }
        }
        let to: Vec<&str> = match step.to {
            To::State(to) => vec![to],
            To::OneOf(to, _) => to.to_vec(),
            To::Stay => Vec::new(),
            To::Back => {
                if let Some(from) = step.from.iter().find(|from| !asks.contains(from)) {
                    say(format!("goes back from `{from}`, where nothing was kept to go back to"));
                }
                left.extend(step.from);
                Vec::new()
            }
        };
        for to in to {
            if !states.contains(to) {
                say(format!("to `{to}`, which is no state"));
            }
            if asks.contains(&to) && step.from.iter().any(|from| asks.contains(from)) {
                say("asks the asker while the asker is being asked".to_owned());
            }
            reached.insert(to);
            left.extend(step.from.iter().filter(|from| **from != to));
        }
        let fields: BTreeSet<&str> = step.form.iter().map(|field| field.name).collect();
        if fields.len() < step.form.len() {
            say("a field is named twice".to_owned());
        }
        for field in step.form {
            if let Need::When(other, _) = field.need
                && !fields.contains(other)
            {
                say(format!("`{}` depends on `{other}`, which is not asked", field.name));
            }
        }
        if step.form.iter().filter(|field| field.sets == Sets::Lead).count() > 1 {
            say("sets two lead handlers".to_owned());
        }
        for op in step.clocks {
            let (ClockOp::Start(name)
            | ClockOp::StartOnce(name)
            | ClockOp::Stop(name)
            | ClockOp::Reopen(name)
            | ClockOp::Pause(name)
            | ClockOp::Resume(name)) = op
            else {
                continue;
            };
            if !clocks.contains(name) {
                say(format!("turns `{name}`, which is no clock"));
            }
        }
    }
    for state in procedure.states {
        if !reached.contains(state.name) {
            wrong.push(format!("`{}` cannot be reached", state.name));
        }
        if state.open && !left.contains(state.name) {
            wrong.push(format!("`{}` cannot be left", state.name));
        }
    }
    for clock in procedure.clocks {
        let all = || procedure.steps.iter().flat_map(|step| step.clocks);
        let started = all().any(|op| matches!(op, ClockOp::Start(n) | ClockOp::StartOnce(n) if *n == clock.name));
        let stopped = all().any(|op| matches!(op, ClockOp::Stop(n) if *n == clock.name) || *op == ClockOp::StopAll);
        if !started || !stopped {
            wrong.push(format!("the clock `{}` never starts or never stops", clock.name));
        }
    }
    let first = procedure.states.first().map(|state| state.name);
    for step in procedure.steps.iter().filter(|step| step.by.contains(&Who::Anyone)) {
        if step.from.iter().any(|from| Some(*from) != first) {
            wrong.push(format!("{}: anyone may take it on a case that exists", step.name));
        }
    }
    wrong
}
