//! Two took the same case: what the faster one did, beside what was filled in here.

use super::{
    field::{FieldView, StepForm},
    told::Told,
};

/// Who was faster, with the differences.
pub(super) struct Clash {
    /// Their name; empty where it is not known.
    pub by: String,
    /// What they did, and when.
    pub did: String,
    pub time: String,
    /// Where the case is now.
    pub state: String,
    pub rows: Vec<Difference>,
    /// Whether the step can still be taken.
    pub open: bool,
}

/// One field: its label, theirs, ours.
pub(super) struct Difference {
    pub label: String,
    pub theirs: String,
    pub ours: String,
}

/// Lays what they did beside the form that was not taken.
pub(super) fn clash(by: String, last: Option<Told>, state: String, form: &StepForm, open: bool) -> Clash {
    let (did, time, lines) = last.map(|told| (told.title, told.time, told.lines)).unwrap_or_default();
    let same = did == form.title;
    let theirs = |label: &str| {
        let line = lines.iter().find(|(other, _)| same && other == label);
        line.map(|(_, text)| text.clone()).unwrap_or_default()
    };
    let rows = form.fields.iter().map(|field| Difference {
        theirs: theirs(&field.label),
        ours: words(field),
        label: field.label.clone(),
    });
    let rows = rows.filter(|row| !row.ours.is_empty() || !row.theirs.is_empty()).collect();
    Clash { by, did, time, state, rows, open }
}

/// What stands in a field, in words; an option that two groups offer is named once.
fn words(field: &FieldView) -> String {
    let mut chosen: Vec<&str> = Vec::new();
    for choice in field.groups.iter().flat_map(|group| &group.options).filter(|choice| choice.on) {
        if !chosen.contains(&choice.label.as_str()) {
            chosen.push(&choice.label);
        }
    }
    if field.groups.is_empty() { field.value.clone() } else { chosen.join(" ") }
}
