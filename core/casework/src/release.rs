//! What whoever handles a confidential case may read: what the desk has released, and nothing that tells who asked
//! (ADR 9).

use crate::{CaseView, Casework, load::Loaded, rules::first_line, store};
use linli_authz::Scope;
use linli_base::{
    Result,
    mask::{Name, Place},
    pii,
};
use linli_procedure::{Input, Sets, Step, Val, Who};
use linli_store::{Tx, args};
use std::collections::{BTreeMap, BTreeSet};

/// How people are called behind their family name.
const CALLED: [&str; 14] = [
    "女士", "先生", "阿姨", "叔叔", "大爷", "大妈", "大姐", "大哥", "师傅", "老师", "同志", "奶奶", "爷爷",
    "小姐",
];

/// Title, words and place as the desk released them.
pub(crate) type Released = [String; 3];

/// A text without numbers of people and without this name, whole or as the family name with how people are called.
pub(crate) fn without_person(text: &str, name: Option<&Name>) -> String {
    let mut text = pii::blank(text);
    let Some(name) = name.map(|name| name.whole().trim()).filter(|name| !name.is_empty()) else {
        return text;
    };
    text = text.replace(name, "");
    if let Some(family) = name.chars().next().filter(|c| !c.is_ascii()) {
        for called in CALLED {
            text = text.replace(&format!("{family}{called}"), "");
        }
    }
    text
}

impl store::CaseRow {
    /// Title, words and place as lists, search and handlers have them.
    pub(crate) fn listed<'a>(&'a self, confidential: bool, released: Option<&'a Released>) -> [&'a str; 3] {
        match (confidential, released) {
            (false, _) => [&self.title, &self.body, self.place.whole()],
            (true, Some([title, body, place])) => [title, body, place],
            (true, None) => [&self.handler_title, &self.handler_body, &self.handler_place]
                .map(|text| text.as_deref().unwrap_or_default()),
        }
    }
}

impl Casework {
    /// Keeps what a step releases to the handler of a confidential case.
    pub(crate) async fn release(
        &self,
        tx: &mut Tx<'_>,
        scope: &Scope,
        loaded: &Loaded,
        step: &Step,
        input: &Input,
    ) -> Result<Option<Released>> {
        let secret = loaded.case.confidential || step.secrecy == Some(true);
        let releases = step.form.iter().any(|field| field.sets == Sets::Handler);
        if !secret || !releases || input.text("handler_words").is_empty() {
            return Ok(None);
        }
        let free = |field: &str| without_person(input.text(field), loaded.row.name.as_ref());
        let (body, place) = (free("handler_words"), free("handler_place"));
        let title = first_line(&body);
        let [title_arg, body_arg, place_arg] = [&title, &body, &place].map(String::as_str);
        tx.run(&store::RELEASE_WORDS, scope, args![loaded.row.id, title_arg, body_arg, place_arg]).await?;
        Ok(Some([title, body, place]))
    }
}

impl CaseView {
    /// What stands in a field of what is released to the handler: what was released before, else what was said,
    /// without name and numbers.
    pub(crate) fn released(&self, field: &str) -> Option<String> {
        let row = &self.loaded.row;
        let (before, said) = match field {
            "handler_words" => (&row.handler_body, row.body.as_str()),
            "handler_place" => (&row.handler_place, row.place.whole()),
            _ => return None,
        };
        Some(before.clone().unwrap_or_else(|| without_person(said, row.name.as_ref())))
    }
}

/// Takes everything off a case that tells who asked: name, phone, account, point, the original words, what the asker
/// said and showed later. What staff wrote stays, without name and numbers.
pub(crate) fn hide(
    loaded: &mut Loaded,
    texts: &mut BTreeMap<String, Input>,
    files: &mut Vec<store::FileRow>,
) {
    let released = loaded.row.listed(true, None).map(str::to_owned);
    let name = loaded.row.name.take();
    let asker = loaded.case.asker.take();
    let pictures = (loaded.facts.0.iter().rev())
        .find(|done| ["accept", "keep_secret"].contains(&done.step.as_str()))
        .is_some_and(|done| done.input.yes("handler_pictures"));
    let by_asker = |step: &str| {
        let who = |step: &Step| step.by.contains(&Who::Asker) || step.by.contains(&Who::Anyone);
        loaded.procedure.step(step).is_none_or(who)
    };
    let theirs: BTreeSet<String> = (loaded.events.iter())
        .filter(|event| by_asker(&event.step))
        .map(|event| event.id.to_string())
        .collect();
    texts.retain(|event, _| !theirs.contains(event));
    for text in texts.values_mut().flat_map(|input| input.0.values_mut()) {
        match text {
            Val::Text(words) => *words = without_person(words, name.as_ref()),
            Val::Phone(digits) => digits.clear(),
            _ => {}
        }
    }
    let first = loaded.events.first().map(|event| event.id);
    files.retain(|file| match file.event_id {
        Some(event) if Some(event) == first => pictures,
        Some(event) => !theirs.contains(&event.to_string()),
        None => false,
    });
    for event in loaded.events.iter_mut().filter(|event| asker.is_some() && event.person_id == asker) {
        (event.person_id, event.post_id) = (None, None);
    }
    for done in loaded.facts.0.iter_mut().filter(|done| asker.is_some() && done.person == asker) {
        done.person = None;
    }
    let row = &mut loaded.row;
    let [title, body, place] = released;
    (row.title, row.body, row.place) = (title, body, Place::new(place));
    (row.phone_sealed, row.asker_id, row.lat, row.lon) = (None, None, None, None);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_fall_out_of_a_reply() {
        let reply = "赵女士您好。您说的灯换好了，电话13800005678，赵丽再看看。";
        assert_eq!(
            without_person(reply, Some(&Name::new("赵丽"))),
            "您好。您说的灯换好了，电话****，再看看。"
        );
        assert_eq!(without_person("赵女士您好", Some(&Name::new("赵女士"))), "您好");
        assert_eq!(without_person("您好", None), "您好");
    }
}
