//! 可接的: what looks for somebody, and only as much of it as may be shown (ADR 21).
//!
//! A wish is shown to everybody once its desk has screened it and its asker agreed; an order only to those who are known
//! to a community, by item, compound and time. Whoever comes by themselves learns where somebody lives, so they must be
//! known: a community has said that it knows them, or they come for the org that they work for.

mod near;
pub mod pages;
mod store;

pub use near::{Near, near};
pub use store::OfferRow;
pub(crate) use store::STATEMENTS;

use linli_authz::{Actor, Scope};
use linli_base::{AreaId, At, CaseId, Flaw, Problem, Refusal, Result, mask};
use linli_casework::{Loaded, Rows, WithStep};
use linli_store::{Query, Tx, Value, args};

/// States in which a case looks for somebody.
const OPEN: [&str; 2] = ["offered", "sought"];

/// Writes what belongs to a step: the offer that it makes, and whether it still stands. Flaw: `parts_count` where a wish
/// has not as many parts as hands. Refusal: `paid_not_offered`.
pub(crate) async fn beside(tx: &mut Tx<'_>, taken: WithStep<'_>) -> Result<()> {
    let (id, row, now) = (taken.case.row.id, &taken.case.row, taken.now);
    let scope = Scope::system("offer with a step");
    let (lat, lon) = (row.lat.map(coarse), row.lon.map(coarse));
    match taken.step.name {
        "offer" => {
            let place = mask::compound(row.place.whole());
            if tx.run(&store::OFFER_ORDER, &scope, args![id, place, lat, lon, now]).await? == 0 {
                return Err(Refusal::new("paid_not_offered").into());
            }
        }
        "publish" => {
            let input = taken.input;
            let hands = input.number("hands").max(1);
            let parts: Vec<&str> = lines(input.text("parts")).collect();
            if (hands > 1 || !parts.is_empty()) && i64::try_from(parts.len()) != Ok(hands) {
                return Err(Flaw::new("parts", "parts_count").with("hands", hands).into());
            }
            let (skill, heart) = (input.text("skill"), input.text("heart"));
            let parts = parts.join("\n");
            let args = args![
                id,
                skill,
                heart,
                input.text("about"),
                input.day("before"),
                hands,
                parts,
                lat,
                lon,
                now
            ];
            tx.run(&store::OFFER_WISH, &scope, args).await?;
        }
        _ => {
            let open = |state: &str| OPEN.contains(&state);
            let after = open(&taken.after.state);
            if open(&taken.case.case.state) != after {
                tx.run(&store::OPEN, &scope, args![id, after]).await?;
            }
        }
    }
    Ok(())
}

/// Lines that have something in them.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// A degree to a thousandth: some hundred metres, which tells a compound and no door.
fn coarse(degrees: f64) -> f64 {
    (degrees * 1000.0).round() / 1000.0
}

/// What is to be written where the words of a case are erased.
pub(crate) fn erase(case: CaseId) -> Rows {
    vec![(&store::DROP, args![case].to_vec())]
}

/// Whether somebody may come to a case by themselves. Refusals: `not_looked_for`; `not_known` where no community has said
/// that it knows them.
pub(crate) async fn comes(q: &mut impl Query, actor: &Actor, case: &Loaded) -> Result<()> {
    if one(q, &case.row.number).await?.is_none_or(|offer| !OPEN.contains(&offer.state.as_str())) {
        return Err(Refusal::new("not_looked_for").into());
    }
    if actor.hat().is_some() || known(q, actor).await? {
        Ok(())
    } else {
        Err(Refusal::new("not_known").into())
    }
}

/// Whether a community has said that it knows the actor.
pub async fn known(q: &mut impl Query, actor: &Actor) -> Result<bool> {
    let person = actor.person().ok_or(Problem::SignIn)?;
    let found: store::OneRow = q.one(&store::KNOWN, &Scope::system("who is known"), args![person]).await?;
    Ok(found.number > 0)
}

/// What may be shown of the case of this number, where it is or was offered and may still be shown.
pub async fn one(q: &mut impl Query, number: &str) -> Result<Option<OfferRow>> {
    q.maybe(&store::ONE, &Scope::system("what is offered"), args![number]).await
}

/// The same of cases that were read under a scope.
pub async fn of(q: &mut impl Query, cases: impl IntoIterator<Item = CaseId>) -> Result<Vec<OfferRow>> {
    let ids = Value::List(cases.into_iter().map(|id| Value::from(id.0)).collect());
    q.all(&store::OF, &Scope::system("what cases show"), &[ids]).await
}

/// What one must be able to do for a case, where somebody has said so.
pub(crate) async fn skill(q: &mut impl Query, case: CaseId) -> Result<Option<String>> {
    let scope = Scope::system("what a case wants");
    let row: Option<store::SkillRow> = q.maybe(&store::SKILL, &scope, args![case]).await?;
    Ok(row.and_then(|row| row.skill))
}

/// Wishes that everybody may read.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In these states.
    pub states: &'static [&'static str],
    /// Of one community.
    pub community: Option<AreaId>,
    /// Of one heart.
    pub heart: Option<String>,
    /// With these words in it; empty for all.
    pub words: String,
    /// Behind this one: when it was shown, and its case.
    pub before: Option<(At, CaseId)>,
}

/// A page of them, the newest first.
pub async fn wishes(q: &mut impl Query, filter: &Filter, limit: i64) -> Result<Vec<OfferRow>> {
    let states = Value::List(filter.states.iter().map(|state| Value::from(*state)).collect());
    let (at, id) = filter.before.map_or((i64::MAX, uuid::Uuid::nil()), |(at, id)| (at.0, id.0));
    // what stands for anything in a pattern is looked for as itself no more than as anything
    let words = format!("%{}%", filter.words.replace(['%', '_'], ""));
    let args = args![states, filter.community, filter.heart.clone(), at, id, limit, words];
    q.all(&store::WISHES, &Scope::system("wishes that are shown"), args).await
}

/// How many wishes stand in each of these states, in one community or in all.
pub async fn counts(
    q: &mut impl Query,
    states: &[&str],
    community: Option<AreaId>,
) -> Result<Vec<(String, i64)>> {
    let states = Value::List(states.iter().map(|state| Value::from(*state)).collect());
    let scope = Scope::system("count wishes");
    let rows: Vec<store::CountRow> = q.all(&store::COUNTS, &scope, args![states, community]).await?;
    Ok(rows.into_iter().map(|row| (row.state, row.number)).collect())
}
