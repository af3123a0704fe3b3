use crate::Case;
use linli_authz::{Actor, Role};

/// Whether the actor may know who asked. On a confidential case: the asker, a clerk of the accepting desk, and those
/// whose area covers the case and who accept, audit or call back, unless their org handles it (ADR 9).
pub fn knows_asker(actor: &Actor, case: &Case) -> bool {
    if !case.confidential {
        return true;
    }
    let hat = match actor {
        Actor::System(_) | Actor::Asker(_) => return true,
        Actor::Stranger => return false,
        Actor::Person { id, .. } if case.asker == Some(*id) => return true,
        Actor::Person { hat: None, .. } => return false,
        Actor::Person { hat: Some(hat), .. } => hat,
    };
    let org = Some(hat.org);
    if actor.is(Role::Clerk) && case.desk == org {
        return true;
    }
    if case.lead == org || case.helpers.contains(&hat.org) {
        return false;
    }
    let checks = actor.is(Role::Auditor) || actor.is(Role::Caller);
    let covers = hat.area.is_some_and(|(tier, area)| case.areas.within(tier, area));
    (covers && (checks || actor.is(Role::Clerk))) || (checks && case.holder == org)
}
