//! What happened, in plain words: only orgs are named, and what is among those who work on it stays there.

use super::{
    case::{Name, Orgs},
    reply::{self, Picture},
};
use crate::t::progress as words;
use linli_base::{FileId, OrgId};
use linli_casework::{CaseView, Entry};
use linli_i18n::Lang;
use linli_web::Visit;

/// One thing that happened.
pub(super) struct Event {
    pub kind: &'static str,
    pub icon: &'static str,
    pub when: String,
    pub title: Title,
    /// What the asker is told of it.
    pub lines: Vec<String>,
    pub pictures: Vec<Picture>,
}

/// A sentence with an org in it.
pub(super) struct Title {
    pub before: String,
    pub org: Option<Name>,
    pub after: String,
}

/// Stands in for the org while its sentence is made; no message holds it.
const MARK: char = '\u{1}';

/// The timeline, the newest first. `shown`: the last reply stands elsewhere on the page.
pub(super) fn of(visit: &Visit, view: &CaseView, orgs: &Orgs, shown: bool) -> Vec<Event> {
    let entries = view.timeline();
    let open = view.loaded.procedure.state(&view.loaded.case.state).is_some_and(|state| state.open);
    let told = |entry: &Entry| entry.step != "note" || entry.input.yes("show_asker");
    let last_pass = entries.iter().rposition(|entry| reply::passes(&entry.step));
    let mut lead: Option<OrgId> = None;
    let mut events = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        lead = entry.input.orgs("lead").first().copied().or(lead);
        let Some(title) = title(visit, entry, lead, orgs) else { continue };
        if !told(entry) {
            continue;
        }
        let mut event = Event {
            kind: "done",
            icon: "check",
            when: visit.lang.moment(entry.at, visit.now),
            title,
            lines: if entry.step == "grant_hold" { promised(visit, view) } else { lines(visit, entry) },
            pictures: pictures(visit.lang, entry),
        };
        let elsewhere = shown && (Some(at) == last_pass || entry.step.starts_with("import_"));
        if reply::passes(&entry.step)
            && !elsewhere
            && let Some(reply) = reply::of(visit, &entries, at, orgs)
        {
            event.lines.push(reply.text);
            event.pictures = reply.pictures;
        }
        events.push(event);
    }
    if let Some(first) = events.first_mut() {
        let row = &view.loaded.row;
        let said = [row.body.as_str(), row.place.whole()].into_iter().filter(|text| !text.is_empty());
        let said = said.map(str::to_owned);
        first.lines.splice(0..0, said);
        first.pictures.extend(said_pictures(visit.lang, view));
    }
    if let Some(last) = events.last_mut().filter(|_| open) {
        (last.kind, last.icon) = ("now", "clock");
    }
    events.reverse();
    events
}

/// The pictures that came with the first word.
fn said_pictures(lang: Lang, view: &CaseView) -> Vec<Picture> {
    let first = view.loaded.events.first().map(|event| event.id);
    let said = view.files.iter().filter(|file| file.event_id == first);
    said.map(|file| picture(lang, file.file_id)).collect()
}

fn picture(lang: Lang, id: FileId) -> Picture {
    Picture { id, words: words::picture(lang).to_owned() }
}

/// The step's sentence; `None` where the asker is told nothing of it.
fn title(visit: &Visit, entry: &Entry, lead: Option<OrgId>, orgs: &Orgs) -> Option<Title> {
    let key = format!("told.{}", entry.step);
    let text = visit.words.lookup(visit.lang, &key, &[("org", MARK.to_string())])?;
    let org = match entry.step.as_str() {
        "dispatch" | "redispatch" | "designate" | "refuse_return" => lead,
        _ => entry.org,
    };
    Some(match text.split_once(MARK) {
        Some((before, after)) => {
            Title { before: before.to_owned(), org: orgs.get(org), after: after.to_owned() }
        }
        None => Title { before: text, org: None, after: String::new() },
    })
}

/// The dates of a hold, each with what is done by then.
fn promised(visit: &Visit, view: &CaseView) -> Vec<String> {
    let entries = view.timeline();
    let Some(asked) = entries.iter().rev().find(|entry| entry.step == "ask_hold") else { return Vec::new() };
    let day = |stone: &linli_casework::Milestone| visit.lang.date_weekday(stone.day, visit.now.day());
    let all = linli_casework::milestones(&view.loaded.facts);
    all.iter().map(|stone| words::step_by(visit.lang, day(stone), asked.said.text(stone.words))).collect()
}

/// What was said in a step, where it was said to the asker or by them.
fn lines(visit: &Visit, entry: &Entry) -> Vec<String> {
    let fields: &[&str] = match entry.step.as_str() {
        "contact" => &["result"],
        "refuse" => &["told"],
        "ask_more" | "ask_more_working" => &["wanted"],
        "supplement" | "rate" | "note" | "reach_milestone" => &["words"],
        "appeal" | "reopen" | "reopen_new" | "withdraw" | "lift_secrecy" => &["reason"],
        _ => &[],
    };
    let solved = entry.input.text("solved");
    let rated = matches!(entry.step.as_str(), "rate" | "call_back") && !solved.is_empty();
    let answer =
        rated.then(|| words::closed_answer(visit.lang, visit.text(&format!("option.solved.{solved}"), &[])));
    let said = fields.iter().map(|field| entry.said.text(field).to_owned());
    answer.into_iter().chain(said.filter(|text| !text.is_empty())).collect()
}

/// The pictures of a step, where they came from the asker or were shown to them. Those of an answer are shown once it
/// has passed.
fn pictures(lang: Lang, entry: &Entry) -> Vec<Picture> {
    let shown =
        matches!(entry.step.as_str(), "supplement" | "reopen" | "reopen_new" | "note" | "reach_milestone");
    entry.pictures.iter().filter(|_| shown).map(|(id, _)| picture(lang, *id)).collect()
}
