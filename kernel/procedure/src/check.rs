use crate::{ClockOp, Holder, Need, Procedure, Sets, Step, To, Who};
use std::collections::BTreeSet;

/// What is wrong with a table, in words for its author; empty where it is sound. Each room's tests call it.
///
/// A sound table names only states, clocks and fields that exist, each once; every state but the first can be
/// reached, every open state can be left, no step leads out of the table, every clock that is started can stop, and
/// nobody but those whom it names may take a step on a case that exists.
pub fn check(procedure: &Procedure) -> Vec<String> {
    let mut wrong = Vec::new();
    let states: BTreeSet<&str> = procedure.states.iter().map(|state| state.name).collect();
    let steps: BTreeSet<&str> = procedure.steps.iter().map(|step| step.name).collect();
    if states.len() < procedure.states.len() || steps.len() < procedure.steps.len() {
        wrong.push("a state or step is named twice".to_owned());
    }
    for step in procedure.steps {
        let said = [paths(procedure, step), form(step), turns(procedure, step)].concat();
        wrong.extend(said.into_iter().map(|what| format!("{}: {what}", step.name)));
    }
    wrong.extend(reach(procedure));
    wrong.extend(clocks(procedure));
    wrong.extend(itself(procedure));
    wrong
}

/// What the program does by itself must be steps of its own, from where and by what they are said to come.
fn itself(procedure: &Procedure) -> Vec<String> {
    let own = |name: &str| procedure.step(name).filter(|step| step.by.contains(&Who::System));
    let aged = procedure
        .by_itself
        .iter()
        .filter(|(state, name, _)| own(name).is_none_or(|step| !step.from.contains(state)));
    let run_out = procedure
        .run_out
        .iter()
        .filter(|(clock, name)| own(name).is_none() || procedure.clock(clock).is_none());
    let names = aged.map(|(_, name, _)| *name).chain(run_out.map(|(_, name)| *name));
    names.map(|name| format!("`{name}` is no step that the program takes by itself there")).collect()
}

fn asks(procedure: &Procedure, state: &str) -> bool {
    procedure.state(state).is_some_and(|state| state.holder == Holder::Asker)
}

fn targets(step: &Step) -> Vec<&'static str> {
    match step.to {
        To::State(to) => vec![to],
        To::OneOf(to, _) => to.to_vec(),
        To::Stay | To::Back => Vec::new(),
    }
}

fn paths(procedure: &Procedure, step: &Step) -> Vec<String> {
    let mut wrong = Vec::new();
    if step.by.is_empty() {
        wrong.push("nobody may take it".to_owned());
    }
    for state in step.from.iter().chain(&targets(step)) {
        if procedure.state(state).is_none() {
            wrong.push(format!("`{state}` is no state"));
        }
    }
    if matches!(step.to, To::Back) && !step.from.iter().all(|from| asks(procedure, from)) {
        wrong.push("goes back from where nothing was kept to go back to".to_owned());
    }
    let asked = step.from.iter().any(|from| asks(procedure, from));
    if asked && targets(step).iter().any(|to| asks(procedure, to)) {
        wrong.push("asks the asker while the asker is being asked".to_owned());
    }
    for next in step.carries.iter().map(|(_, next)| *next).chain(step.opens) {
        match procedure.step(next) {
            Some(next) if next.by == [Who::System] && next.carries.is_empty() => {}
            _ => wrong.push(format!("`{next}` is no step that linked cases take by themselves")),
        }
    }
    let first = procedure.states.first().map(|state| state.name);
    if step.by.contains(&Who::Anyone) && step.from.iter().any(|from| Some(*from) != first) {
        wrong.push("anyone may take it on a case that exists".to_owned());
    }
    wrong
}

fn form(step: &Step) -> Vec<String> {
    let mut wrong = Vec::new();
    let fields: BTreeSet<&str> = step.form.iter().map(|field| field.name).collect();
    if fields.len() < step.form.len() {
        wrong.push("a field is named twice".to_owned());
    }
    for field in step.form {
        if let Need::When(other, _) = field.need
            && !fields.contains(other)
        {
            wrong.push(format!("`{}` depends on `{other}`, which is not asked", field.name));
        }
    }
    if step.form.iter().filter(|field| field.sets == Sets::Lead).count() > 1 {
        wrong.push("sets two lead handlers".to_owned());
    }
    wrong
}

fn turns(procedure: &Procedure, step: &Step) -> Vec<String> {
    let unknown =
        step.clocks.iter().filter_map(|op| named(*op)).filter(|name| procedure.clock(name).is_none());
    unknown.map(|name| format!("turns `{name}`, which is no clock")).collect()
}

fn named(op: ClockOp) -> Option<&'static str> {
    match op {
        ClockOp::Start(name)
        | ClockOp::StartOnce(name)
        | ClockOp::StartUntil(name)
        | ClockOp::StartAt(name, _)
        | ClockOp::Extend(name, _)
        | ClockOp::Stop(name)
        | ClockOp::Reopen(name)
        | ClockOp::Pause(name)
        | ClockOp::Resume(name) => Some(name),
        ClockOp::StopAll | ClockOp::Renew => None,
    }
}

fn reach(procedure: &Procedure) -> Vec<String> {
    let leads =
        |step: &Step, from: &str| matches!(step.to, To::Back) || targets(step).iter().any(|to| *to != from);
    let mut wrong = Vec::new();
    for (place, state) in procedure.states.iter().enumerate() {
        if place > 0 && !procedure.steps.iter().any(|step| targets(step).contains(&state.name)) {
            wrong.push(format!("`{}` cannot be reached", state.name));
        }
        let mut out = procedure.steps.iter().filter(|step| step.from.contains(&state.name));
        if state.open && !out.any(|step| leads(step, state.name)) {
            wrong.push(format!("`{}` cannot be left", state.name));
        }
    }
    wrong
}

/// A clock stops by a step that says so, or because every case ends.
fn clocks(procedure: &Procedure) -> Vec<String> {
    let all = || procedure.steps.iter().flat_map(|step| step.clocks);
    let idle = procedure.clocks.iter().filter(|clock| {
        let starts =
            |op: &ClockOp| matches!(op, ClockOp::Start(n) | ClockOp::StartOnce(n) | ClockOp::StartUntil(n) | ClockOp::StartAt(n, _) if *n == clock.name);
        let stops = |op: &ClockOp| matches!(op, ClockOp::Stop(n) if *n == clock.name);
        !all().any(starts) || !all().any(stops)
    });
    idle.map(|clock| format!("the clock `{}` never starts or never stops", clock.name)).collect()
}
