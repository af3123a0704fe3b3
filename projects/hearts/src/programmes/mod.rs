//! 志愿项目: what an org does again and again with volunteers, each time an activity that they sign up for (ADR 23).
//!
//! Programmes and activities are for everybody; who has signed up is for those who run it. Nothing is written of whoever
//! did not come.

mod activity;
pub mod pages;
mod run;
mod signup;
mod store;

pub(crate) use activity::BACK;
pub use activity::{Time, add, call_off, came, change_time, signed, tidy};
pub use run::{New, Said, change, end, make, orgs, places, run};
pub use signup::{all_mine, mine, mine_of, open, sign_off, sign_up};
pub use store::{Activity, Programme, Signed};
pub(crate) use store::{FORGET, FREE, STATEMENTS};

use linli_authz::Scope;
use linli_base::{AreaId, At, OrgId, Result};
use linli_store::{Query, args};
use uuid::Uuid;

fn everybody() -> Scope {
    Scope::system("programmes are for everybody")
}

/// Which programmes a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Of {
    /// Only those in this street.
    pub street: Option<AreaId>,
    /// Only those in this community, and its street's.
    pub community: Option<AreaId>,
    /// Only those that this org runs.
    pub org: Option<OrgId>,
}

/// The programmes that have not ended, the next activity first.
pub async fn list(q: &mut impl Query, of: Of, now: At) -> Result<Vec<Programme>> {
    q.all(&store::LIST, &everybody(), args![now, of.street, of.community, of.org, now.day()]).await
}

/// One programme, also one that has ended.
pub async fn by_id(q: &mut impl Query, id: Uuid, now: At) -> Result<Programme> {
    q.one(&store::BY_ID, &everybody(), args![now, id]).await
}

/// Its activities that had not ended at a time, the earliest first.
pub async fn activities(q: &mut impl Query, id: Uuid, since: At) -> Result<Vec<Activity>> {
    q.all(&store::ACTIVITIES, &everybody(), args![id, since]).await
}

/// One activity.
pub async fn activity(q: &mut impl Query, id: Uuid) -> Result<Activity> {
    q.one(&store::ACTIVITY, &everybody(), args![id]).await
}
