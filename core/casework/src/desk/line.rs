//! What a row of a list says, in words of the page's language.

use crate::{Casework, ListRow};
use linli_base::{At, pii};
use linli_procedure::Tone;
use linli_web::Visit;

/// A state or mark.
#[derive(Clone, Debug)]
pub struct Tag {
    /// The colour's letter in the stylesheet.
    pub tone: &'static str,
    /// The icon's name.
    pub icon: &'static str,
    /// What it says.
    pub text: String,
}

impl Tag {
    /// A state as the desk reads it.
    pub fn of_staff(work: &Casework, visit: &Visit, procedure: &str, state: &str) -> Tag {
        let text = visit.text(&format!("state.{state}"), &[]);
        Tag { tone: tone(work, procedure, state), icon: icon(state), text }
    }

    /// A state as whoever asked reads it.
    pub fn of_asker(work: &Casework, visit: &Visit, procedure: &str, state: &str) -> Tag {
        let icon = match state {
            "signing" => "send",
            "calling" | "reviewing" => "star",
            "supplementing" => "pen-line",
            "returned" => "arrow-left-right",
            other => icon(other),
        };
        let text = visit.text(&format!("asker_state.{state}"), &[]);
        Tag { tone: tone(work, procedure, state), icon, text }
    }
}

/// A due time: tone, icon (`card` for the yellow or red card), words.
pub(super) struct Due {
    pub tone: &'static str,
    pub icon: &'static str,
    pub text: String,
}

/// Marks that a list's row tells.
const FLAGS: &[&str] = &[
    "extension_asked",
    "hold_asked",
    "milestone_missed",
    "problem",
    "supervised_1",
    "supervised_2",
    "supervised_3",
];

/// A row.
pub(super) struct Line {
    pub number: String,
    pub href: String,
    pub on: bool,
    pub title: String,
    pub facts: Vec<String>,
    pub due: Option<Due>,
    pub tag: Tag,
}

/// What is due on a row or a case.
pub(super) struct DueColumns<'a> {
    pub at: Option<At>,
    pub clock: Option<&'a str>,
    pub provisional: bool,
    pub paused: bool,
    pub yellow: Option<At>,
    pub red: Option<At>,
}

fn tone(work: &Casework, procedure: &str, state: &str) -> &'static str {
    let found = work.procedure(procedure).ok().and_then(|procedure| procedure.state(state));
    match found.map(|state| state.tone) {
        Some(Tone::Moving) => "b",
        Some(Tone::Confirming) => "y",
        Some(Tone::Done) => "g",
        Some(Tone::Waiting) => "a",
        Some(Tone::Ended) | None => "n",
    }
}

fn icon(state: &str) -> &'static str {
    match state {
        "accepting" | "assigning" => "inbox",
        "dispatching" => "send",
        "signing" => "signature",
        "working" | "serving" => "history",
        "auditing" => "shield-check",
        "calling" => "phone",
        "closed" | "served" => "circle-check",
        "archived" => "archive",
        "refused" | "cancelled" | "turned" => "ban",
        "held" | "paused" => "circle-pause",
        "withdrawn" | "returned" => "undo-2",
        "merged" => "merge",
        "supplementing" => "message-circle-question",
        "asking" => "users",
        "agreed" => "calendar",
        "rating" => "star",
        "reviewing" => "message-square-text",
        _ => "clock",
    }
}

/// A due time in words: cards are for the clock of finishing only, the others have a clock that turns amber.
pub(super) fn due(work: &Casework, visit: &Visit, columns: &DueColumns<'_>) -> Option<Due> {
    let (lang, now) = (visit.lang, visit.now);
    let (at, clock) = (columns.at?, columns.clock?);
    if columns.paused {
        return Some(Due { tone: "", icon: "circle-pause", text: crate::t::due::paused(lang).to_owned() });
    }
    let calendar = &work.settings().calendar;
    let last = at.plus_ms(-1);
    let until =
        if at == at.day().start() { lang.day_near(last.day(), now.day()) } else { lang.moment(at, now) };
    let mut due = if clock == "finish" {
        let days = calendar.working_days_between(now.day(), last.day());
        if columns.red.is_some_and(|red| now >= red) {
            let over = calendar.working_days_between(last.day(), now.day()).max(1);
            Due { tone: "r", icon: "card", text: crate::t::due::red(lang, over) }
        } else if now >= at {
            // days off lie between the last day and the red card
            Due {
                tone: "y",
                icon: "card",
                text: crate::t::due::ended(lang, lang.day_near(last.day(), now.day())),
            }
        } else if columns.yellow.is_some_and(|yellow| now >= yellow) {
            Due { tone: "y", icon: "card", text: crate::t::due::yellow(lang, until) }
        } else {
            Due { tone: "", icon: "clock", text: crate::t::due::left(lang, days) }
        }
    } else {
        let verb = visit.text(&format!("clock.{clock}"), &[]);
        if now >= at {
            Due { tone: "y", icon: "clock-alert", text: crate::t::due::late(lang, until, verb) }
        } else {
            let tone = if at.0 - now.0 < 4 * 3_600_000 { "y" } else { "" };
            Due { tone, icon: "clock", text: crate::t::due::by(lang, until, verb) }
        }
    };
    if columns.provisional {
        due.text = crate::t::due::provisional(lang, due.text);
    }
    Some(due)
}

/// A name in the page's language where there is one.
pub(crate) fn pick<'a>(visit: &Visit, zh: &'a str, en: Option<&'a str>) -> &'a str {
    if visit.lang.is_zh() { zh } else { en.unwrap_or(zh) }
}

/// What somebody said, with numbers of people masked; where it was erased, that it was.
pub(crate) fn said(visit: &Visit, text: &str) -> String {
    if text.is_empty() { crate::t::case::erased(visit.lang).to_owned() } else { pii::mask(text) }
}

/// A title; of a confidential case of which nothing is released yet, that word.
pub(super) fn title(visit: &Visit, title: &str, confidential: bool) -> String {
    let hidden = title.is_empty() && confidential;
    if hidden { crate::t::secret::title(visit.lang).to_owned() } else { said(visit, title) }
}

/// A category's name.
pub(crate) fn category(work: &Casework, visit: &Visit, key: Option<&str>) -> Option<String> {
    let found = work.categories().get(key?)?;
    Some(pick(visit, &found.zh, Some(&found.en)).to_owned())
}

pub(super) fn line(work: &Casework, visit: &Visit, row: ListRow, href: String, on: bool) -> Line {
    let community =
        row.community.as_deref().map(|zh| pick(visit, zh, row.community_en.as_deref()).to_owned());
    let lead = match row.lead.as_deref() {
        Some(zh) => pick(visit, zh, row.lead_en.as_deref()).to_owned(),
        None => crate::t::desk::not_dispatched(visit.lang).to_owned(),
    };
    let columns = DueColumns {
        at: row.due_at,
        clock: row.due_clock.as_deref(),
        provisional: row.due_provisional,
        paused: row.due_paused,
        yellow: row.yellow_at,
        red: row.card_red_at,
    };
    let marks: Vec<String> = serde_json::from_value(row.marks.clone()).unwrap_or_default();
    let flags = (marks.iter().filter(|mark| FLAGS.contains(&mark.as_str())))
        .map(|mark| visit.text(&format!("mark.{mark}"), &[]));
    let merged = row.master.filter(|_| row.state == "merged");
    let lead = match merged {
        Some(number) => crate::t::beside::into(visit.lang, number),
        None => lead,
    };
    let together = (row.merged > 0).then(|| crate::t::beside::count(visit.lang, row.merged));
    let category = category(work, visit, row.category.as_deref());
    let facts = flags.chain(community).chain(category).chain([lead]).chain(together).collect();
    Line {
        due: due(work, visit, &columns),
        tag: Tag::of_staff(work, visit, &row.procedure, &row.state),
        number: row.number,
        title: title(visit, &row.title, row.confidential),
        facts,
        href,
        on,
    }
}
