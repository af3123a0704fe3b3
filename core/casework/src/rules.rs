//! Pure: what a row means, and what of a case is due.

use crate::{
    Settings,
    store::{CaseRow, TakerRow},
};
use linli_base::{At, Day, OrgId, Problem, Result};
use linli_procedure::{Areas, Case, Input, Procedure, Profile, dues};
use std::collections::BTreeSet;

/// Sorts behind every due time there will be.
const NEVER: i64 = 9_000_000_000_000_000;

/// The due columns of a case's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DueColumns {
    pub due_at: Option<At>,
    pub due_clock: Option<String>,
    pub due_provisional: bool,
    pub due_paused: bool,
    pub yellow_at: Option<At>,
    pub finish_due_at: Option<At>,
    pub card_yellow_at: Option<At>,
    pub card_red_at: Option<At>,
    pub sort_at: At,
}

impl DueColumns {
    /// From when the yellow and the red card of the finish clock show.
    pub(crate) fn cards(&self) -> (Option<At>, Option<At>) {
        (self.card_yellow_at, self.card_red_at)
    }

    /// Those that a row has.
    pub(crate) fn of(row: &CaseRow) -> DueColumns {
        DueColumns {
            due_at: row.due_at,
            due_clock: row.due_clock.clone(),
            due_provisional: row.due_provisional,
            due_paused: row.due_paused,
            yellow_at: row.yellow_at,
            finish_due_at: row.finish_due_at,
            card_yellow_at: row.card_yellow_at,
            card_red_at: row.card_red_at,
            sort_at: row.due_at.filter(|_| !row.due_paused).unwrap_or(At(NEVER)),
        }
    }
}

/// A case's number: the day and a counter, `260929-0021`.
pub fn number_of(day: Day, counter: i64) -> String {
    let (year, month, date) = day.ymd();
    format!("{:02}{month:02}{date:02}-{counter:04}", year.rem_euclid(100))
}

/// The case that a row stands for.
pub(crate) fn case_of(row: &CaseRow, helpers: BTreeSet<OrgId>, takers: &[TakerRow]) -> Result<Case> {
    let broken = |e| Problem::broken("reading a case's row", e);
    Ok(Case {
        state: row.state.clone(),
        back: row.back.clone(),
        round: row.round,
        kind: row.kind.clone(),
        category: row.category.clone(),
        level: row.level.clone(),
        areas: Areas { street: row.street_id, community: row.community_id, grid: row.grid_id },
        desk: row.desk_id,
        lead: row.lead_id,
        person: row.person_id,
        holder: row.holder_id,
        helpers,
        asker: row.asker_id,
        reachable: row.reachable,
        clocks: serde_json::from_value(row.clocks.clone()).map_err(broken)?,
        marks: serde_json::from_value(row.marks.clone()).map_err(broken)?,
        confidential: row.confidential,
        master: row.master_id,
        parent: row.parent_id,
        asked: takers.iter().find(|taker| taker.asked).map(|taker| taker.person_id),
        takers: takers.iter().filter(|taker| !taker.asked).map(|taker| taker.person_id).collect(),
    })
}

/// What is due on a case: the soonest clock that runs; while the case waits for someone, the one that stands.
pub(crate) fn due_columns(
    case: &Case,
    procedure: &Procedure,
    profile: &Profile,
    settings: &Settings,
    now: At,
) -> DueColumns {
    let all = dues(case, procedure, profile, &settings.calendar, now);
    let first = all.first();
    let finish = all.iter().find(|due| due.clock == "finish");
    let carded = finish.filter(|due| !due.paused);
    DueColumns {
        due_at: first.map(|due| due.at),
        due_clock: first.map(|due| due.clock.clone()),
        due_provisional: first.is_some_and(|due| due.provisional),
        due_paused: first.is_some_and(|due| due.paused),
        yellow_at: first.and_then(|due| due.yellow),
        finish_due_at: finish.map(|due| due.at),
        card_yellow_at: carded.and_then(|due| due.yellow),
        card_red_at: carded.and_then(|due| due.red),
        sort_at: first.filter(|due| !due.paused).map_or(At(NEVER), |due| due.at),
    }
}

/// Whether two replies are the same but for a tenth.
pub(crate) fn copies(reply: &str, body: &str) -> bool {
    let other: Input = serde_json::from_str(body).unwrap_or_default();
    likeness(reply, other.text("reply")) > 0.9
}

/// The Jaccard index of the three-character pieces of two texts, 0 to 1.
fn likeness(one: &str, other: &str) -> f64 {
    let pieces = |text: &str| -> std::collections::BTreeSet<[char; 3]> {
        let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        chars.windows(3).filter_map(|w| <[char; 3]>::try_from(w).ok()).collect()
    };
    let (one, other) = (pieces(one), pieces(other));
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let all = one.union(&other).count();
    if all == 0 { 0.0 } else { count(one.intersection(&other).count()) / count(all) }
}

/// The first sentence or line of a text, at most 60 characters.
pub(crate) fn first_line(text: &str) -> String {
    let ends = |c: char| "。！？!?；\n".contains(c);
    let first = text.trim().split(ends).find(|part| !part.trim().is_empty()).unwrap_or_default();
    first.trim().chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_tell_the_day() {
        let day = Day::from_ymd(2026, 9, 29).unwrap();
        assert_eq!(number_of(day, 21), "260929-0021");
        assert_eq!(number_of(day, 12_345), "260929-12345");
    }

    #[test]
    fn a_title_is_the_first_line() {
        assert_eq!(first_line("\n 灯不亮。看不清"), "灯不亮");
    }

    #[test]
    fn likeness_sees_copies() {
        let one = "书香路口过街灯的灯头和进线已经换好，9月28日晚上亮灯。";
        assert!(likeness(one, &one.replace("28", "29")) > 0.7);
        assert!(likeness(one, "小区东门的垃圾已经清运，今后每天两次。") < 0.1);
        assert!(likeness(one, one) > 0.99);
    }
}
