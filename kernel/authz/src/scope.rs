use crate::{Permission, Tier};
use linli_base::{AreaId, CaseId, OrgId, PersonId};

/// One way in which a row can be within reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every row of the city.
    City,
    /// Rows that lie in the area, which is of the tier.
    Area(Tier, AreaId),
    /// Rows that the org works on: as lead handler, as helper or as owner.
    Assigned(OrgId),
    /// Rows about the person.
    Own(PersonId),
    /// Rows that the person is asked to take on, or has taken on.
    Taken(PersonId),
    /// The one case whose look-up code was given.
    ByCode(CaseId),
}

/// A permission with its reach: the key without which the store opens no door. A row is within the scope when it is
/// within any of its reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    permission: Permission,
    reaches: Vec<Reach>,
}

impl Scope {
    pub(crate) fn new(permission: Permission, reaches: Vec<Reach>) -> Self {
        Scope { permission, reaches }
    }

    /// For jobs and start-up, which act for no person. `job` names the reason in the code that asks.
    pub fn system(job: &'static str) -> Self {
        Scope { permission: Permission::System(job), reaches: vec![Reach::City] }
    }

    /// For whoever proved that they know a case's look-up code.
    pub fn by_code(case: CaseId) -> Self {
        Scope { permission: Permission::CaseSee, reaches: vec![Reach::ByCode(case)] }
    }

    /// For tests of the store alone: any reach.
    #[doc(hidden)]
    pub fn for_test(permission: Permission, reaches: Vec<Reach>) -> Self {
        Scope { permission, reaches }
    }

    /// What it allows.
    pub fn permission(&self) -> Permission {
        self.permission
    }

    /// How far.
    pub fn reaches(&self) -> &[Reach] {
        &self.reaches
    }
}
