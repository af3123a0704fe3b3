use super::{Claim, ClaimId, ClaimRow, State, note, store, told, words};
use linli_authz::{Actor, Permission, Reach, Scope};
use linli_base::{AreaId, Problem, Refusal, Result};
use linli_org::{OrgState, areas};
use linli_store::{Query, Tx, args};
use serde_json::json;

/// What those who vet decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 核过: who they are and what they can was looked at.
    Accept,
    /// 不行, with a reason.
    Refuse,
    /// 停, with a reason: what was vetted no longer holds.
    Withdraw,
}

/// Whether the actor vets the claims of a community, or (`None`) those of the whole city: whoever may change that
/// community's list, and the city's desk.
pub async fn may_vet(q: &mut impl Query, actor: &Actor, community: Option<AreaId>) -> Result<Scope> {
    let scope = actor.may(Permission::ServicesEdit)?;
    match community {
        Some(community) => {
            areas::by_id(q, &scope, community).await?;
        }
        None if !scope.reaches().contains(&Reach::City) => return Err(Problem::Forbidden { owner: None }),
        None => {}
    }
    Ok(scope)
}

/// Vets a claim. Refusals: `own_claim` of somebody who made it; `changed_meanwhile`. Flaws: `reason`, at least four
/// characters to refuse and to withdraw.
pub async fn decide(
    tx: &mut Tx<'_>,
    org: &OrgState,
    actor: &Actor,
    (id, version): (ClaimId, i64),
    verdict: Verdict,
    reason: &str,
) -> Result<()> {
    let system = Scope::system("vet a claim");
    let claim = Claim::try_from(tx.one::<ClaimRow>(&store::BY_ID, &system, args![id]).await?)?;
    let scope = may_vet(tx, actor, claim.community).await?;
    let now = org.world.now();
    let (state, act, least, ends) = match (verdict, claim.state, claim.stands(now.day())) {
        (Verdict::Accept, State::Waiting, true) => (State::Vetted, "claim.vet", 0, None),
        (Verdict::Refuse, State::Waiting, true) => (State::Refused, "claim.refuse", 4, Some(now.day())),
        (Verdict::Withdraw, State::Vetted, true) => (State::Withdrawn, "claim.withdraw", 4, Some(now.day())),
        _ => return Err(Refusal::new("changed_meanwhile").into()),
    };
    if claim.by.is_some() && claim.by == actor.person() {
        return Err(Refusal::new("own_claim").into());
    }
    let reason = Some(words("reason", reason, least)?).filter(|reason| !reason.is_empty());
    let row = args![id, version, state.name(), reason.clone(), ends, now, actor.person()];
    told(tx.run(&store::DECIDE, &scope, row).await?)?;
    note(tx, org, actor, act, id, (reason.as_deref(), json!({}))).await
}
