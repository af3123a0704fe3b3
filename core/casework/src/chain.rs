use crate::store::EventRow;
use linli_procedure::Input;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// SHA-256, hexadecimal.
pub(crate) fn sha256(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
    }
    hex(&hasher.finalize())
}

/// The digest of an event's erasable text under its salt; empty where there is none.
pub(crate) fn digest(salt: &str, body: &str) -> String {
    if body.is_empty() { String::new() } else { sha256(&[salt, body]) }
}

/// The body of an event's erasable text: canonical JSON of the personal part of the input, or empty.
pub(crate) fn body(personal: &Input) -> String {
    if personal.0.is_empty() { String::new() } else { json!(personal).to_string() }
}

/// The next link: SHA-256 over the previous one, the event's own columns in a fixed order, and the digest.
pub(crate) fn link(previous: &str, event: &EventRow) -> String {
    let columns = json!([
        event.id,
        event.case_id,
        event.seq,
        event.step,
        event.from_state,
        event.to_state,
        event.round,
        event.person_id,
        event.post_id,
        event.org_id,
        event.via,
        event.street_id,
        event.community_id,
        event.grid_id,
        event.happened_at.0,
        event.recorded_at.0,
        event.procedure_version,
        event.profile_version,
        event.calendar_version,
        event.input,
        event.changes,
    ]);
    sha256(&[previous, &columns.to_string(), &event.digest])
}

/// Whether a case's events are whole: each in its place, each link over the one before.
pub fn verify(events: &[EventRow]) -> bool {
    let Some(first) = events.first() else { return true };
    let mut previous = first.case_id.to_string();
    events.iter().zip(1..).all(|(event, seq)| {
        let whole = event.seq == seq && link(&previous, event) == event.chain;
        previous.clone_from(&event.chain);
        whole
    })
}

/// Whether applying the recorded changes in order gives the stored case: replay asks no guard again.
pub fn replays(loaded: &crate::Loaded) -> bool {
    let first = loaded.procedure.states.first().map_or("", |state| state.name);
    let stored = &loaded.case;
    let mut case = linli_procedure::Case::blank(first);
    (case.areas, case.desk, case.asker) = (stored.areas, stored.desk, stored.asker);
    (case.reachable, case.parent) = (stored.reachable, stored.parent);
    for event in &loaded.events {
        match serde_json::from_value(event.changes.clone()) {
            Ok(changes) => case.apply(&changes),
            Err(_) => return false,
        }
    }
    case == *stored
}
