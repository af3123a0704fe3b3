use crate::{Procedure, Step, To};
use std::fmt::Write;

/// The procedure as a Mermaid state diagram with a table of its steps, in Markdown. Committed and compared in a
/// test, so that a change of the table is seen in review.
pub fn mermaid(procedure: &Procedure) -> String {
    let mut out = format!("# {} v{}\n\n```mermaid\nstateDiagram-v2\n", procedure.name, procedure.version);
    for state in procedure.states {
        let _ = writeln!(out, "    {}: {} {}", state.name, state.code, state.name);
    }
    for step in procedure.steps {
        for from in step.from {
            for to in targets(step, from) {
                let _ = writeln!(out, "    {from} --> {to}: {} {}", step.code, step.name);
            }
        }
    }
    out.push_str("```\n\n| step | from | to | by | guards | checks | clocks | part | apart from |\n");
    out.push_str("|---|---|---|---|---|---|---|---|---|\n");
    for step in procedure.steps {
        let names = |rules: &[crate::Rule]| rules.iter().map(|rule| rule.name).collect::<Vec<_>>().join(", ");
        let to = match step.to {
            To::State(to) => to.to_owned(),
            To::Stay => "stays".to_owned(),
            To::Back => "back".to_owned(),
            To::OneOf(states, _) => states.join(" or "),
        };
        let _ = writeln!(
            out,
            "| {} {} | {} | {to} | {} | {} | {} | {} | {} | {} |",
            step.code,
            step.name,
            step.from.join(", "),
            step.by.iter().map(|who| format!("{who:?}")).collect::<Vec<_>>().join(", "),
            names(step.guards),
            names(step.checks),
            step.clocks.iter().map(|op| format!("{op:?}")).collect::<Vec<_>>().join(", "),
            step.part.map_or("", |part| part.name()),
            step.separate_from.iter().map(|part| part.name()).collect::<Vec<_>>().join(", "),
        );
    }
    let carried: Vec<String> = procedure
        .steps
        .iter()
        .flat_map(|step| step.carries.iter().map(move |(link, next)| (step, link, next)))
        .map(|(step, link, next)| format!("| {} | {link:?} | {next} |\n", step.name))
        .collect();
    if !carried.is_empty() {
        out.push_str("\n| step | linked cases | which take |\n|---|---|---|\n");
        out.extend(carried);
    }
    out
}

fn targets<'a>(step: &'a Step, from: &'a str) -> Vec<&'a str> {
    match &step.to {
        To::State(to) => vec![to],
        To::Stay => Vec::new(),
        To::Back => vec!["[*]"],
        To::OneOf(states, _) => states.iter().copied().filter(|state| *state != from).collect(),
    }
}
