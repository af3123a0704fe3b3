use crate::{CaseView, store};
use linli_base::{At, EventId, FileId, OrgId, PersonId, PostId};
use linli_procedure::Input;

/// A picture of a case.
pub type Picture = store::FileRow;

/// One entry of the timeline.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The event.
    pub id: EventId,
    /// Its step's name; words under `step.<name>` and, for the asker, `told.<name>`.
    pub step: String,
    /// The state it led to.
    pub to: String,
    /// When it happened.
    pub at: At,
    /// Its round.
    pub round: i64,
    /// Who took it, where a known person did.
    pub person: Option<PersonId>,
    /// In which org.
    pub org: Option<OrgId>,
    /// In which post: where it was lent, its holder is for whom.
    pub post: Option<PostId>,
    /// Choices, orgs, dates.
    pub input: Input,
    /// What was said; empty where it was erased.
    pub said: Input,
    /// Its pictures, with the field they came in.
    pub pictures: Vec<(FileId, String)>,
    /// Marks that it put on the case, such as `moved_up`.
    pub marks: Vec<String>,
}

impl CaseView {
    /// What happened, oldest first.
    pub fn timeline(&self) -> Vec<Entry> {
        let pictures = |event: EventId| {
            let of_event = self.files.iter().filter(move |file| file.event_id == Some(event));
            of_event.map(|file| (file.file_id, file.field.clone())).collect()
        };
        let changes = |event: &store::EventRow| {
            serde_json::from_value::<linli_procedure::Changes>(event.changes.clone()).unwrap_or_default()
        };
        self.loaded
            .events
            .iter()
            .map(|event| Entry {
                id: event.id,
                step: event.step.clone(),
                to: event.to_state.clone(),
                at: event.happened_at,
                round: event.round,
                person: event.person_id,
                org: event.org_id,
                post: event.post_id,
                input: serde_json::from_value(event.input.clone()).unwrap_or_default(),
                said: self.texts.get(&event.id.to_string()).cloned().unwrap_or_default(),
                pictures: pictures(event.id),
                marks: changes(event).add_marks.into_iter().collect(),
            })
            .collect()
    }
}
