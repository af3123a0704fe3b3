//! Pure: what a hold promised, folded from a case's facts.

use linli_base::{At, Day};
use linli_procedure::Facts;

/// The fields of a hold's dates and of their words, in order.
pub const MILESTONES: [(&str, &str); 4] = [("m1", "w1"), ("m2", "w2"), ("m3", "w3"), ("m4", "w4")];

/// A date that was promised when a hold was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Milestone {
    /// Until the end of this day, or of the next working day where it is none.
    pub day: Day,
    /// When it was reached, if it was.
    pub reached: Option<At>,
    /// Field of its words in the step that asked.
    pub words: &'static str,
}

/// The milestones of the last hold that was asked for, in order; empty where there was none.
pub fn milestones(facts: &Facts) -> Vec<Milestone> {
    let Some(asked) = facts.0.iter().rposition(|done| done.step == "ask_hold") else { return Vec::new() };
    let since = facts.0.get(asked..).unwrap_or_default();
    let mut reached = since.iter().filter(|done| done.step == "reach_milestone").map(|done| done.at);
    let days = MILESTONES.iter().filter_map(|(day, words)| Some((since.first()?.input.day(day)?, *words)));
    days.map(|(day, words)| Milestone { day, reached: reached.next(), words }).collect()
}
