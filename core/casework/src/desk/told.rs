//! What happened to a case, in words.

use super::{line::category, names::Names};
use crate::{CaseView, Casework, Entry};
use linli_base::{money, pii};
use linli_procedure::{Input, Val};
use linli_web::Visit;

/// A milestone with its date.
pub(super) struct Stone {
    pub kind: &'static str,
    pub icon: &'static str,
    pub day: String,
    pub what: String,
    pub note: String,
}

pub(super) struct Shown {
    pub id: String,
    pub caption: String,
}

/// One entry of the timeline.
pub(super) struct Told {
    pub kind: &'static str,
    pub icon: &'static str,
    pub title: String,
    pub time: String,
    pub who: String,
    pub lines: Vec<(String, String)>,
    pub pictures: Vec<Shown>,
}

/// The milestones of the last hold that was asked for.
pub(super) fn stones(visit: &Visit, view: &CaseView, timeline: &[Entry]) -> Vec<Stone> {
    let (lang, case) = (visit.lang, &view.loaded.case);
    let said = timeline.iter().rev().find(|entry| entry.step == "ask_hold").map(|entry| &entry.said);
    let all = crate::milestones(&view.loaded.facts);
    let next = all.iter().position(|stone| stone.reached.is_none());
    let stone = |(nth, stone): (usize, &crate::Milestone)| {
        let (kind, icon, note) = match stone.reached {
            Some(at) => ("done", "check", crate::t::hold::reached(lang, lang.moment(at, visit.now))),
            None if Some(nth) == next && case.has("milestone_missed") => {
                ("now", "triangle-alert", crate::t::hold::missed(lang).to_owned())
            }
            None if Some(nth) == next && case.state == "held" => {
                ("now", "clock", crate::t::hold::next(lang).to_owned())
            }
            None => ("todo", "", String::new()),
        };
        let day = lang.date_weekday(stone.day, visit.now.day());
        Stone {
            kind,
            icon,
            day,
            what: said.map(|said| said.text(stone.words)).unwrap_or_default().to_owned(),
            note,
        }
    };
    all.iter().enumerate().map(stone).collect()
}

pub(super) fn asked_pictures(visit: &Visit, view: &CaseView) -> Vec<Shown> {
    let first = view.loaded.events.first().map(|event| event.id);
    let of_asker = view.files.iter().filter(|file| file.event_id == first);
    of_asker.map(|file| shown(visit, file.file_id, "pictures")).collect()
}

fn shown(visit: &Visit, id: linli_base::FileId, field: &str) -> Shown {
    Shown { id: id.to_string(), caption: visit.text(&format!("field.{field}"), &[]) }
}

/// An entry of the timeline in words.
pub(super) fn told(work: &Casework, visit: &Visit, names: &Names, entry: &Entry, newest: bool) -> Told {
    let values = |input: &Input| -> Vec<(String, String)> {
        let fields = input.0.iter().filter_map(|(field, value)| {
            let text = match value {
                Val::Text(text) => pii::mask(text),
                Val::Choice(key) if field == "category" => {
                    category(work, visit, Some(key)).unwrap_or_default()
                }
                Val::Choice(choice) => visit.words.label(visit.lang, &format!("option.{field}.{choice}")),
                Val::Orgs(orgs) => orgs.iter().map(|id| names.org(Some(*id))).collect::<Vec<_>>().join("、"),
                Val::Person(person) => names.person(Some(*person)),
                Val::Moment(at) => visit.lang.moment(linli_base::At(*at), visit.now),
                Val::Yes(true) => "✓".to_owned(),
                Val::Day(day) => {
                    let date = visit.lang.date_weekday(linli_base::Day(*day), visit.now.day());
                    [date.as_str(), milestone_words(entry, field)].join(" ").trim_end().to_owned()
                }
                Val::Number(number) => number.to_string(),
                Val::Money(fen) => crate::t::form::yuan(visit.lang, money::yuan(*fen)),
                Val::Case(_)
                | Val::People(_)
                | Val::Area(_)
                | Val::Yes(false)
                | Val::Pictures(_)
                | Val::Phone(_) => {
                    return None;
                }
            };
            (!text.is_empty()).then(|| (visit.text(&format!("field.{field}"), &[]), text))
        });
        fields.collect()
    };
    let mut lines = values(&entry.input);
    // the words of a milestone stand beside its date
    let beside = |field: &String| {
        entry.step == "ask_hold" && crate::MILESTONES.iter().any(|(_, words)| words == field)
    };
    let mut said = entry.said.clone();
    said.0.retain(|field, _| !beside(field));
    lines.extend(values(&said));
    let moved = entry.marks.iter().any(|mark| mark == "moved_up");
    if moved {
        lines.push((String::new(), visit.text("mark.moved_up", &[])));
    }
    let (org, person) = (names.org(entry.org), names.person(entry.person));
    let holder = names.holder(entry).map(|holder| crate::t::case::instead(visit.lang, holder));
    Told {
        kind: if newest { "now" } else { "done" },
        icon: if newest { "clock" } else { "check" },
        title: visit.text(&format!("step.{}", entry.step), &[]),
        time: visit.lang.moment(entry.at, visit.now),
        who: [org, person, holder.unwrap_or_default()]
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
        lines,
        pictures: entry.pictures.iter().map(|(id, field)| shown(visit, *id, field)).collect(),
    }
}

fn milestone_words<'a>(entry: &'a Entry, day: &str) -> &'a str {
    let words = crate::MILESTONES.iter().find(|(field, _)| *field == day);
    words.map(|(_, words)| entry.said.text(words)).unwrap_or_default()
}
