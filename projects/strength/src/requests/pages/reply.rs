//! The reply that the asker is asked about, with the pictures before and after.

use super::case::{Name, Orgs, last_day};
use crate::t::progress as words;
use linli_base::{At, FileId};
use linli_casework::{CaseView, Entry};
use linli_i18n::Lang;
use linli_web::Visit;

/// A picture with what it shows.
pub(super) struct Picture {
    pub id: FileId,
    pub words: String,
}

/// A reply that an audit has passed.
pub(super) struct Reply {
    pub org: Option<Name>,
    pub text: String,
    pub pictures: Vec<Picture>,
}

/// The reply that stands: where the case waits to be rated or is over.
pub(super) fn standing(visit: &Visit, view: &CaseView, orgs: &Orgs) -> Option<Reply> {
    let stands = matches!(view.loaded.case.state.as_str(), "calling" | "closed" | "archived");
    let entries = view.timeline();
    let last = entries.iter().rposition(|entry| passes(&entry.step));
    last.filter(|_| stands).and_then(|at| of(visit, &entries, at, orgs))
}

/// Whether the step lets a reply through to the asker.
pub(super) fn passes(step: &str) -> bool {
    matches!(step, "pass" | "import_answered" | "import_closed" | "answered_with")
}

/// The reply that the entry at this place has passed: as the auditor mended it, else as it was answered.
pub(super) fn of(visit: &Visit, entries: &[Entry], at: usize, orgs: &Orgs) -> Option<Reply> {
    let (earlier, passed) = (entries.get(..at)?, entries.get(at)?);
    let answer = earlier.iter().rev().find(|entry| entry.step == "answer");
    let mended = passed.said.text("reply");
    let answered = answer.map(|entry| entry.said.text("reply")).unwrap_or_default();
    let text = if mended.is_empty() { answered } else { mended };
    let pictures = answer.map(|entry| before_after(visit.lang, entry)).unwrap_or_default();
    let given = passed.input.orgs("lead").first().copied();
    let org = orgs.get(given.or_else(|| answer.and_then(|entry| entry.org)));
    (!text.is_empty() || !pictures.is_empty()).then(|| Reply { org, text: text.to_owned(), pictures })
}

fn before_after(lang: Lang, answer: &Entry) -> Vec<Picture> {
    let date = |at: At| lang.date(last_day(at.plus_ms(1)));
    let words = |field: &str| match field {
        "before" => words::before_picture(lang).to_owned(),
        _ => format!("{} {}", words::after_picture(lang), date(answer.at)),
    };
    let mut pictures: Vec<_> = answer.pictures.iter().collect();
    pictures.sort_by_key(|(_, field)| field != "before");
    pictures.into_iter().map(|(id, field)| Picture { id: *id, words: words(field) }).collect()
}
