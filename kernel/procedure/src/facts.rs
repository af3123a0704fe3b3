use crate::{Areas, Case, Input, Part, Procedure};
use linli_base::{At, OrgId, PersonId};
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

    /// Everyone who plays a part: by steps taken, and the asker by asking.
    pub fn people(&self, part: Part, procedure: &Procedure, case: &Case) -> BTreeSet<PersonId> {
        let plays = |done: &&Done| procedure.step(&done.step).is_some_and(|step| step.part == Some(part));
        let asker = case.asker.filter(|_| part == Part::Asker);
        self.0.iter().filter(plays).filter_map(|done| done.person).chain(asker).collect()
    }
}
