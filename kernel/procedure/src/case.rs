use linli_authz::Tier;
use linli_base::{AreaId, CaseId, OrgId, PersonId};
use linli_calendar::ClockState;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where a case lies, as it was when it was filed or corrected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Areas {
    /// Its street.
    pub street: Option<AreaId>,
    /// Its community.
    pub community: Option<AreaId>,
    /// Its grid.
    pub grid: Option<AreaId>,
}

impl Areas {
    /// Whether an area covers it.
    pub fn within(&self, tier: Tier, area: AreaId) -> bool {
        match tier {
            Tier::City => true,
            Tier::Street => self.street == Some(area),
            Tier::Community => self.community == Some(area),
            Tier::Grid => self.grid == Some(area),
            Tier::Building => false,
        }
    }
}

/// A case as the rules see it: one row, without what was said.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Case {
    /// Name of the state.
    pub state: String,
    /// Where it goes when whoever it waits for has answered.
    pub back: Option<String>,
    /// 1 at first; each time that it is taken up again, one more.
    pub round: i64,
    /// inquiry, help, complaint, report, advice, praise.
    pub kind: Option<String>,
    /// Key of the category tree.
    pub category: Option<String>,
    /// urgent, pressing, normal, complex.
    pub level: Option<String>,
    /// Where it lies.
    pub areas: Areas,
    /// The org that accepts and dispatches it.
    pub desk: Option<OrgId>,
    /// The lead handler.
    pub lead: Option<OrgId>,
    /// The person in charge within the lead handler's org.
    pub person: Option<PersonId>,
    /// Whose turn it is.
    pub holder: Option<OrgId>,
    /// Orgs that help.
    pub helpers: BTreeSet<OrgId>,
    /// The asker, where they have an account.
    pub asker: Option<PersonId>,
    /// Whether the asker left a way to be reached.
    pub reachable: bool,
    /// Each clock that was ever started, in its last run.
    pub clocks: BTreeMap<String, ClockState>,
    /// Marks such as `contacted`, `first_dispatch`, `untrue`, `beyond`, `not_assessed`.
    pub marks: BTreeSet<String>,
    /// Whether those who handle it may not know who asked.
    pub confidential: bool,
    /// The case that it is, or was, handled together with.
    pub master: Option<CaseId>,
    /// The case that it is a part of.
    pub parent: Option<CaseId>,
    /// The person who is asked to take it on.
    pub asked: Option<PersonId>,
    /// The people who have taken it on.
    pub takers: BTreeSet<PersonId>,
}

/// A change to one column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assign<T> {
    /// Stays as it is.
    #[default]
    Keep,
    /// Emptied.
    Clear,
    /// Set.
    To(T),
}

impl<T: Clone> Assign<T> {
    /// From what it shall be.
    pub fn from(value: Option<T>) -> Self {
        value.map_or(Assign::Clear, Assign::To)
    }

    fn is_keep(&self) -> bool {
        matches!(self, Assign::Keep)
    }

    fn apply(&self, to: &mut Option<T>) {
        match self {
            Assign::Keep => {}
            Assign::Clear => *to = None,
            Assign::To(value) => *to = Some(value.clone()),
        }
    }
}

/// What a step changes on its case. Stored with the event: replay applies it and asks nothing. Holds nothing that
/// was said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Changes {
    /// The new state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Where to go back to.
    #[serde(skip_serializing_if = "Assign::is_keep")]
    pub back: Assign<String>,
    /// The new round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<i64>,
    /// The new kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The new category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The new level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// The new area columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub areas: Option<Areas>,
    /// The new desk.
    #[serde(skip_serializing_if = "Assign::is_keep")]
    pub desk: Assign<OrgId>,
    /// The new lead handler.
    #[serde(skip_serializing_if = "Assign::is_keep")]
    pub lead: Assign<OrgId>,
    /// The new person in charge.
    #[serde(skip_serializing_if = "Assign::is_keep")]
    pub person: Assign<PersonId>,
    /// Whose turn it is now.
    #[serde(skip_serializing_if = "Assign::is_keep")]
    pub holder: Assign<OrgId>,
    /// New helpers.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub add_helpers: BTreeSet<OrgId>,
    /// Helpers that leave.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub drop_helpers: BTreeSet<OrgId>,
    /// Clocks as they run now.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub clocks: BTreeMap<String, ClockState>,
    /// Clocks that are forgotten, as if they had never run.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub drop_clocks: BTreeSet<String>,
    /// New marks.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub add_marks: BTreeSet<String>,
    /// Marks that fall.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub drop_marks: BTreeSet<String>,
    /// Whether it is confidential from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidential: Option<bool>,
    /// The new master.
    #[serde(skip_serializing_if = "Assign::is_keep")]
    pub master: Assign<CaseId>,
    /// Who is asked now.
    #[serde(skip_serializing_if = "Assign::is_keep")]
    pub asked: Assign<PersonId>,
    /// People who take it on.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub add_takers: BTreeSet<PersonId>,
    /// People who are let go.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub drop_takers: BTreeSet<PersonId>,
}

impl Case {
    /// A case before its first step.
    pub fn blank(state: &str) -> Self {
        Case { state: state.to_owned(), round: 1, ..Case::default() }
    }

    /// Whether it carries a mark.
    pub fn has(&self, mark: &str) -> bool {
        self.marks.contains(mark)
    }

    /// Applies what a step changed.
    pub fn apply(&mut self, changes: &Changes) {
        let set = |to: &mut Option<String>, from: &Option<String>| {
            if from.is_some() {
                to.clone_from(from);
            }
        };
        set(&mut self.kind, &changes.kind);
        set(&mut self.category, &changes.category);
        set(&mut self.level, &changes.level);
        if let Some(state) = &changes.state {
            self.state.clone_from(state);
        }
        self.round = changes.round.unwrap_or(self.round);
        self.areas = changes.areas.unwrap_or(self.areas);
        changes.back.apply(&mut self.back);
        changes.desk.apply(&mut self.desk);
        changes.lead.apply(&mut self.lead);
        changes.person.apply(&mut self.person);
        changes.holder.apply(&mut self.holder);
        self.helpers.extend(&changes.add_helpers);
        self.helpers.retain(|org| !changes.drop_helpers.contains(org));
        self.clocks.retain(|name, _| !changes.drop_clocks.contains(name));
        self.clocks.extend(changes.clocks.iter().map(|(name, clock)| (name.clone(), clock.clone())));
        self.marks.extend(changes.add_marks.iter().cloned());
        self.marks.retain(|mark| !changes.drop_marks.contains(mark));
        self.confidential = changes.confidential.unwrap_or(self.confidential);
        changes.master.apply(&mut self.master);
        changes.asked.apply(&mut self.asked);
        self.takers.extend(&changes.add_takers);
        self.takers.retain(|person| !changes.drop_takers.contains(person));
    }
}
