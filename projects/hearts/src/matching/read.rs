use super::{
    rules::{Plan, plan},
    store::{self, NeedRow, NoRow},
};
use crate::{
    orders::Part,
    services::Way,
    volunteers::{self, Able, AbleRow, Wanted},
};
use linli_authz::{Actor, Permission, Scope};
use linli_base::{At, Point, Result};
use linli_store::{Query, Value, args};
use std::collections::BTreeSet;

/// What waits for somebody, who could take it on, and the best plan.
pub struct Suggested {
    pub(super) needs: Vec<NeedRow>,
    pub(super) helpers: Vec<AbleRow>,
    pub(super) wanted: Vec<Wanted>,
    pub(super) able: Vec<Able>,
    /// By places in these.
    pub plan: Plan,
}

/// Works the plan out for the orders within the actor's reach that wait to be assigned, and the wishes that
/// look for somebody.
pub async fn suggest(q: &mut impl Query, actor: &Actor, now: At) -> Result<Suggested> {
    let scope = actor.may(Permission::CaseStep)?;
    let needs: Vec<NeedRow> = q.all(&store::NEEDS, &scope, args![]).await?;
    let list = |ids: BTreeSet<uuid::Uuid>| Value::List(ids.into_iter().map(Value::from).collect());
    let communities: BTreeSet<_> = needs.iter().map(|need| need.community_id).collect();
    let cases = list(needs.iter().map(|need| need.id.0).collect());
    let system = Scope::system("match needs with helpers");
    let (mut helpers, mut said_no): (Vec<AbleRow>, Vec<NoRow>) = (Vec::new(), Vec::new());
    if !needs.is_empty() {
        helpers = volunteers::able(q, communities, now).await?;
        said_no = q.all(&store::SAID_NO, &system, &[cases]).await?;
    }
    let able = helpers.iter().map(Able::try_from).collect::<Result<Vec<Able>>>()?;
    let wanted: Vec<Wanted> = needs.iter().map(|need| wanted(need, &said_no)).collect();
    let plan = plan(&wanted, &able);
    Ok(Suggested { needs, helpers, wanted, able, plan })
}

fn point(lat: Option<f64>, lon: Option<f64>) -> Option<Point> {
    lat.zip(lon).map(|(lat, lon)| Point { lat, lon })
}

fn wanted(need: &NeedRow, said_no: &[NoRow]) -> Wanted {
    let no = said_no.iter().filter(|row| row.case_id == need.id).filter_map(|row| row.person_id);
    Wanted {
        case: need.id,
        community: need.community_id,
        point: point(need.lat, need.lon),
        skill: need.skill.clone(),
        day: need.wanted_day,
        part: need.wanted_part.as_deref().and_then(Part::parse),
        paid: need.way == Way::LowProfit.name(),
        not: no.chain(need.asker_id).collect(),
    }
}
