use crate::{Areas, Case, Input, Part, Procedure, Sets};
use linli_base::{At, CaseId, OrgId, PersonId};
use std::collections::BTreeSet;

/// What has been done on a case, in order: its events without their erasable part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts(pub Vec<Done>);

/// One step that was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// The step's name.
    pub step: String,
    /// The state it was taken in.
    pub from: String,
    /// The state it led to.
    pub to: String,
    /// When it happened.
    pub at: At,
    /// When it was written down; later than `at` for what was imported.
    pub recorded: At,
    /// The round it was taken in.
    pub round: i64,
    /// Who took it, where a known person did.
    pub person: Option<PersonId>,
    /// In which org.
    pub org: Option<OrgId>,
    /// Choices, orgs, dates; no free text.
    pub input: Input,
}

/// What a decision needs from outside the case; the action loads it.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// The columns of the area that the input names, with the desk that leads it.
    pub area: Option<(Areas, Option<OrgId>)>,
    /// Orgs that could audit, nearest first: each a tier above the one before.
    pub audit: Vec<Candidates>,
    /// Orgs that could call back, nearest first.
    pub call: Vec<Candidates>,
    /// What the asker said: title and text together.
    pub matter: String,
    /// The number of another case whose reply this one repeats.
    pub copied_from: Option<String>,
    /// The city's desk.
    pub top: Option<OrgId>,
    /// How many other cases of the category that the input names came from the same place, within the days that the
    /// profile says.
    pub repeats: i64,
    /// What hangs together with the case.
    pub links: Links,
    /// The four digits that the asker tells at the door.
    pub door_code: String,
}

/// What hangs together with a case.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// The case's own id, where it has one yet, with when it was said.
    pub this: Option<(CaseId, At)>,
    /// How many stand merged into it.
    pub merged: i64,
    /// How many parts were ever split off.
    pub children: i64,
    /// How many of them are open.
    pub open_children: i64,
    /// The other case that the input names.
    pub other: Option<Box<Other>>,
}

/// Another case.
#[derive(Clone, Debug)]
pub struct Other {
    /// Its id.
    pub id: CaseId,
    /// As it stands.
    pub case: Case,
    /// Its procedure.
    pub procedure: String,
    /// When it was said.
    pub said_at: At,
}

/// An org with the people in it who hold the wanted role today.
#[derive(Clone, Debug)]
pub struct Candidates {
    /// The org.
    pub org: OrgId,
    /// Who could.
    pub people: Vec<PersonId>,
}

impl Facts {
    /// How often a step was taken, in all rounds.
    pub fn times(&self, step: &str) -> usize {
        self.of(step).count()
    }

    /// How often a step was taken in a round.
    pub fn times_in(&self, step: &str, round: i64) -> usize {
        self.of(step).filter(|done| done.round == round).count()
    }

    /// The last time that a step was taken.
    pub fn last(&self, step: &str) -> Option<&Done> {
        self.0.iter().rev().find(|done| done.step == step)
    }

    /// Every time that a step was taken, in order.
    pub fn of<'a>(&'a self, step: &'a str) -> impl DoubleEndedIterator<Item = &'a Done> {
        self.0.iter().filter(move |done| done.step == step)
    }

    /// Everyone who plays a part: by steps taken, the asker by asking, and on a case that was answered together with
    /// another one whoever played it there.
    pub fn people(&self, part: Part, procedure: &Procedure, case: &Case) -> BTreeSet<PersonId> {
        let asker = case.asker.filter(|_| part == Part::Asker);
        let mut people: BTreeSet<PersonId> = asker.into_iter().collect();
        for done in &self.0 {
            let Some(step) = procedure.step(&done.step) else { continue };
            people.extend(done.person.filter(|_| step.part == Some(part)));
            for field in step.form.iter().filter(|field| field.sets == Sets::Played(part)) {
                people.extend(done.input.people(field.name));
            }
        }
        people
    }
}
