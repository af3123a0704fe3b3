//! A claim is vetted.

use super::{desk::Asked, edit::shown, panel::Sent, prelude::*};
use crate::services::claims::{ClaimId, Verdict};

/// What was decided.
#[derive(Deserialize)]
pub(super) struct Decided {
    version: i64,
    #[serde(default)]
    verdict: String,
    #[serde(default)]
    reason: String,
}

/// `POST /catalogue/{id}/claims/{claim}`
pub(super) async fn decide(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path((item, claim)): Path<(ItemId, ClaimId)>,
    Query(asked): Query<Asked>,
    ProtectedForm(decided): ProtectedForm<Decided>,
) -> Answer {
    let verdict = match decided.verdict.as_str() {
        "accept" => Verdict::Accept,
        "refuse" => Verdict::Refuse,
        "withdraw" => Verdict::Withdraw,
        _ => return Err(Problem::refused("unreadable").into()),
    };
    let place = asked.place.clone().unwrap_or_default();
    let (state, actor, reason) = (org.clone(), who.actor.clone(), decided.reason.clone());
    let written = org.db.write(async move |tx| {
        let seen = (claim, decided.version);
        claims::decide(tx, &state, &actor, seen, verdict, &reason).await
    });
    match written.await {
        Ok(()) => {
            Ok(Redirect::to(&format!("/catalogue/{item}?in={place}&done=vetted#claims")).into_response())
        }
        Err(Problem::Invalid(flaws)) => {
            let sent = Sent { flaws, decided: Some((claim, decided.reason)), ..Sent::default() };
            shown(&org, &visit, &who.actor, asked, item, sent).await
        }
        Err(other) => Err(other.into()),
    }
}
