//! Seeing whole what is masked: for a reason, written down before it is answered.

use super::{
    requests::Whose,
    store::{self, LookRow},
};
use crate::{Casework, load::Loaded};
use linli_authz::{Actor, Permission, Scope};
use linli_base::{CaseId, Flaw, Phone, Problem, Refusal, Result};
use linli_org::audit::{self, Entry};
use linli_procedure::knows_asker;
use linli_store::{Query, Value, args};
use serde_json::json;
use std::collections::BTreeSet;

/// What may be asked to be shown whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The asker's phone.
    Phone,
    /// The asker's name.
    Name,
    /// The place to the door, and the words with their numbers.
    Place,
}

/// For what somebody needs it; words under `purpose.<name>`.
pub const PURPOSES: [&str; 5] = ["contact", "visit", "verify", "call_back", "other"];

impl Part {
    /// All of them.
    pub const ALL: [Part; 3] = [Part::Phone, Part::Name, Part::Place];

    /// Its spelling in forms.
    pub const fn name(self) -> &'static str {
        match self {
            Part::Phone => "phone",
            Part::Name => "name",
            Part::Place => "place",
        }
    }

    fn act(self) -> &'static str {
        match self {
            Part::Phone => "phone.see",
            Part::Name => "name.see",
            Part::Place => "place.see",
        }
    }

    /// Reads the spelling.
    pub fn parse(name: &str) -> Option<Part> {
        Part::ALL.into_iter().find(|part| part.name() == name)
    }
}

/// A reason that says something: at least four characters, not the same one again and again, not signs alone.
/// Flaw: `reason_short`.
pub(crate) fn reason(field: &str, typed: &str) -> Result<String> {
    let typed = typed.trim();
    let letters: Vec<char> = typed.chars().filter(|c| c.is_alphanumeric()).collect();
    let different: BTreeSet<&char> = letters.iter().collect();
    if letters.len() < 4 || different.len() < 3 {
        return Err(Flaw::new(field, "reason_short").into());
    }
    Ok(typed.chars().take(200).collect())
}

impl Casework {
    /// A part of what is known of the asker, whole. Who, when, for what purpose and why goes to the audit trail first.
    /// `None` where it was not left. Flaws: `reason_short`, `not_a_choice` for the purpose. Refusal: `confidential`.
    pub async fn unmask(
        &self,
        actor: &Actor,
        id: CaseId,
        part: Part,
        purpose: &str,
        why: &str,
    ) -> Result<Option<String>> {
        let scope = actor.may(Permission::PhoneSee)?;
        let why = reason("reason", why)?;
        if !PURPOSES.contains(&purpose) {
            return Err(Flaw::new("purpose", "not_a_choice").into());
        }
        let loaded = Loaded::read(&mut self.db.read(), self, &scope, id).await?;
        if !knows_asker(actor, &loaded.case) {
            return Err(Refusal::new("confidential").into());
        }
        let row = loaded.row;
        let whole = match part {
            Part::Phone => {
                row.phone_sealed.as_deref().map(|sealed| self.keys.open(sealed, id.0)).transpose()?
            }
            Part::Name => row.name.as_ref().map(|name| name.whole().to_owned()),
            Part::Place => Some(row.place.whole().to_owned()).filter(|place| !place.is_empty()),
        };
        let Some(whole) = whole else { return Ok(None) };
        let number = row.number.clone();
        let (work, actor, purpose) = (self.clone(), actor.clone(), purpose.to_owned());
        self.db
            .write(async move |tx| {
                let entry = Entry {
                    copy: "linli",
                    actor: &actor,
                    act: part.act(),
                    subject_kind: "cases",
                    subject: Some(id.0),
                    reason: Some(&why),
                    detail: json!({ "purpose": purpose, "number": number }),
                };
                audit::audit(tx, &work.world, &entry).await
            })
            .await?;
        if part == Part::Phone {
            Phone::parse("phone", &whole).map_err(Problem::from)?;
        }
        Ok(Some(whole))
    }

    /// Who looked at the actor's own data, when and why; the last first.
    pub async fn looks_at_mine(&self, actor: &Actor) -> Result<Vec<LookRow>> {
        Whose::of(actor)?;
        let cases = self.own_cases(actor).await?;
        let list = Value::List(cases.iter().map(|case| case.id.into()).collect());
        let scope = Scope::system("who looked at one's own data");
        self.db.read().all(&store::LOOKS, &scope, args![list]).await
    }

    /// Who looked at what within reach, when and why; the last 200. For leaders and auditors.
    pub async fn looks(&self, actor: &Actor) -> Result<Vec<LookRow>> {
        let scope = actor.may(Permission::LooksSee)?;
        self.db.read().all(&store::LOOKS_ALL, &scope, args![]).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_something() {
        for empty in ["", "    ", "....", "看看", "啊啊啊啊啊", "。。。。。。", "1111", "abab", "…！？—"]
        {
            assert!(reason("reason", empty).is_err(), "{empty}");
        }
        assert_eq!(reason("reason", " 约上门时间 ").unwrap(), "约上门时间");
        assert_eq!(reason("reason", "ring back").unwrap(), "ring back");
    }
}
