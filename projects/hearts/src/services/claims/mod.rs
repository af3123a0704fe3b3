//! Claims 认领: an org, or somebody for themselves, says that they do an item, in one community or in the whole city.
//!
//! A claim waits until those who may change that list have vetted it; only then it counts and an org is named to the
//! public. People are counted, never named. Other words make it wait again, for what was vetted is what was said. It
//! is given back from a day on, and until then claiming again takes that back.

mod store;
mod vet;

pub use store::Providers;
pub(crate) use store::STATEMENTS;
pub use vet::{Verdict, decide, may_vet};

use super::{ItemId, Way, list, rules::begins};
use linli_authz::{Actor, Permission, Reach, Scope, Tier};
use linli_base::{AreaId, At, Day, Id, OrgId, PersonId, Problem, Refusal, Result};
use linli_org::{
    OrgState, areas,
    audit::{Entry, audit},
};
use linli_store::{Query, Tx, args};
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use store::{ClaimRow, Many};

/// Key of a claim.
pub type ClaimId = Id<super::kind::Claim>;

/// The longest words for what they bring, in characters.
pub const LONGEST: usize = 200;

/// Who claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A unit, a department, a shop.
    Org(OrgId),
    /// Somebody for themselves.
    Person(PersonId),
}

/// How far a claim has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 待核
    Waiting,
    /// 核过
    Vetted,
    /// 没有核过
    Refused,
    /// 停了
    Withdrawn,
}

impl State {
    const ALL: [State; 4] = [State::Waiting, State::Vetted, State::Refused, State::Withdrawn];

    /// The spelling in the database.
    pub const fn name(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Vetted => "vetted",
            State::Refused => "refused",
            State::Withdrawn => "withdrawn",
        }
    }
}

/// A claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its key.
    pub id: ClaimId,
    /// What is claimed: key, number in the city's list, name, English name.
    pub item: (ItemId, Option<i64>, String, Option<String>),
    /// Where; `None`: in the whole city.
    pub community: Option<AreaId>,
    /// Whose it is.
    pub holder: Holder,
    /// What they bring, in short words.
    pub brings: String,
    /// How far it has come.
    pub state: State,
    /// Why it was refused or withdrawn, or what was looked at.
    pub reason: Option<String>,
    /// The first day.
    pub from: Day,
    /// The last day, included.
    pub to: Option<Day>,
    /// When it was claimed.
    pub at: At,
    /// When it was decided upon.
    pub decided: Option<At>,
    /// To be told with a change.
    pub version: i64,
    by: Option<PersonId>,
}

impl Claim {
    /// Whether it can still be changed, given back and vetted on a day.
    pub fn stands(&self, day: Day) -> bool {
        matches!(self.state, State::Waiting | State::Vetted) && self.to.is_none_or(|to| to >= day)
    }
}

/// Something to be claimed.
#[derive(Clone, Debug)]
pub struct NewClaim {
    /// Its key.
    pub id: ClaimId,
    /// What.
    pub item: ItemId,
    /// Where; `None`: in the whole city.
    pub community: Option<AreaId>,
    /// What they bring.
    pub brings: String,
    /// From which day.
    pub from: Day,
}

impl TryFrom<ClaimRow> for Claim {
    type Error = Problem;

    fn try_from(row: ClaimRow) -> Result<Claim> {
        let odd = |what: &str| Problem::broken("reading a claim", what.to_owned());
        let holder = match (row.org_id, row.person_id) {
            (Some(org), _) => Holder::Org(org),
            (None, Some(person)) => Holder::Person(person),
            (None, None) => return Err(odd("nobody's")),
        };
        let state = State::ALL.into_iter().find(|state| state.name() == row.state);
        Ok(Claim {
            id: row.id,
            item: (row.item_id, row.number, row.item_name, row.item_name_en),
            community: row.community_id,
            holder,
            brings: row.brings,
            state: state.ok_or_else(|| odd(&row.state))?,
            reason: row.reason,
            from: row.from_day,
            to: row.to_day,
            at: row.claimed_at,
            decided: row.decided_at,
            version: row.version,
            by: row.claimed_by,
        })
    }
}

fn claims(rows: Vec<ClaimRow>) -> Result<Vec<Claim>> {
    rows.into_iter().map(Claim::try_from).collect()
}

/// How many do each item in a community, or (`None`) anywhere in the city, on a day.
pub async fn providers(
    q: &mut impl Query,
    community: Option<AreaId>,
    day: Day,
) -> Result<HashMap<ItemId, Providers>> {
    let scope = Scope::system("count who does an item");
    let rows: Vec<Providers> = q.all(&store::PROVIDERS, &scope, args![community, day]).await?;
    Ok(rows.into_iter().map(|row| (row.item, row)).collect())
}

/// Who has claimed an item, vetted or waiting; of a community also who does it in the whole city.
pub async fn of_item(
    q: &mut impl Query,
    item: ItemId,
    community: Option<AreaId>,
    day: Day,
) -> Result<Vec<Claim>> {
    let scope = Scope::system("read who does an item");
    claims(q.all(&store::OF_ITEM, &scope, args![item, community, day]).await?)
}

/// The vetted claims of orgs on a day, from the `skip`th on, at most `limit`, and how many there are.
pub async fn of_orgs(
    q: &mut impl Query,
    day: Day,
    only: Option<ClaimId>,
    (skip, limit): (i64, i64),
) -> Result<(Vec<Claim>, i64)> {
    let scope = Scope::system("publish who does an item");
    let many: Many = q.one(&store::COUNT_OF_ORGS, &scope, args![day]).await?;
    let rows = q.all(&store::OF_ORGS, &scope, args![day, only, limit, skip]).await?;
    Ok((claims(rows)?, many.many))
}

/// What the actor's org, or the actor, has claimed: those that stand first. `only`: that one.
pub async fn ours(q: &mut impl Query, scope: &Scope, only: Option<ClaimId>) -> Result<Vec<Claim>> {
    linli_org::holds(scope, Permission::ServicesClaim)?;
    claims(q.all(&store::OURS, scope, args![only]).await?)
}

/// Whose the claims of a scope are: the org's of the hat, without a hat the person's.
fn holder(scope: &Scope) -> Result<Holder> {
    scope
        .reaches()
        .iter()
        .find_map(|reach| match reach {
            Reach::Assigned(org) => Some(Holder::Org(*org)),
            Reach::Own(person) => Some(Holder::Person(*person)),
            _ => None,
        })
        .ok_or(Problem::Forbidden { owner: None })
}

fn words(field: &str, text: &str, least: usize) -> Result<String> {
    let text = text.trim().to_owned();
    let now = text.chars().count();
    if now > LONGEST {
        let flaw = linli_base::Flaw::new(field, "too_long").with("max", LONGEST).with("now", now);
        return Err(flaw.into());
    }
    match (now, least) {
        (0, 1..) => Err(Problem::invalid(field, "required")),
        (now, least) if now < least => Err(Problem::invalid(field, "why_short")),
        _ => Ok(text),
    }
}

async fn note(
    tx: &mut Tx<'_>,
    org: &OrgState,
    actor: &Actor,
    act: &'static str,
    id: ClaimId,
    detail: (Option<&str>, Json),
) -> Result<()> {
    let (copy, (reason, detail)): (&str, _) = (&org.copy, detail);
    let subject = Some(id.0);
    audit(tx, &org.world, &Entry { copy, actor, act, subject_kind: "service_claim", subject, reason, detail })
        .await
}

/// Claims an item for the org of the actor's hat, without a hat for themselves. Refusals: `claimed_already`;
/// `not_offered` where the list does not use the item; `guides_only`; `not_a_community`. Not found: an item of another
/// community's. Flaws: `brings`, `from_day`.
pub async fn claim(tx: &mut Tx<'_>, org: &OrgState, actor: &Actor, new: &NewClaim) -> Result<ClaimId> {
    let scope = actor.may(Permission::ServicesClaim)?;
    let (today, brings) = (org.world.now().day(), words("brings", &new.brings, 1)?);
    begins(new.from, today)?;
    if let Some(community) = new.community {
        let area = areas::by_id(tx, &Scope::system("claim an item"), community).await?;
        if area.tier != Tier::Community {
            return Err(Refusal::new("not_a_community").into());
        }
    }
    let lines = list(tx, new.community, new.from).await?;
    let line = lines.into_iter().find(|line| line.id == new.item).ok_or(Problem::NotFound)?;
    if !line.terms.1.used {
        return Err(Refusal::new("not_offered").into());
    }
    if line.terms.1.way == Way::Guide {
        return Err(Refusal::new("guides_only").into());
    }
    let ending = args![new.item, new.community, today];
    if let Some(row) = tx.maybe::<ClaimRow>(&store::ENDING, &scope, ending).await? {
        let claim = Claim::try_from(row)?;
        say_anew(tx, org, actor, &claim, brings).await?;
        return Ok(claim.id);
    }
    let (by_org, by_person) = match holder(&scope)? {
        Holder::Org(org) => (Some(org), None),
        Holder::Person(person) => (None, Some(person)),
    };
    let now = org.world.now();
    let row =
        args![new.id, new.item, new.community, by_org, by_person, brings, new.from, now, actor.person()];
    if tx.run(&store::ADD, &scope, row).await? == 0 {
        return Err(Refusal::new("claimed_already").into());
    }
    note(tx, org, actor, "claim.make", new.id, (None, json!({ "from_day": new.from.to_string() }))).await?;
    Ok(new.id)
}

async fn own(tx: &mut Tx<'_>, org: &OrgState, actor: &Actor, id: ClaimId) -> Result<Claim> {
    let scope = actor.may(Permission::ServicesClaim)?;
    let claim = ours(tx, &scope, Some(id)).await?.into_iter().next().ok_or(Problem::NotFound)?;
    if claim.stands(org.world.now().day()) { Ok(claim) } else { Err(Refusal::new("claim_over").into()) }
}

fn told(changed: u64) -> Result<()> {
    if changed == 0 { Err(Refusal::new("changed_meanwhile").into()) } else { Ok(()) }
}

async fn say_anew(
    tx: &mut Tx<'_>,
    org: &OrgState,
    actor: &Actor,
    claim: &Claim,
    brings: String,
) -> Result<()> {
    let state = if brings == claim.brings { claim.state } else { State::Waiting };
    let scope = actor.may(Permission::ServicesClaim)?;
    told(tx.run(&store::SAY_ANEW, &scope, args![claim.id, claim.version, brings, state.name()]).await?)?;
    note(tx, org, actor, "claim.change", claim.id, (None, json!({ "state": state.name() }))).await
}

/// Says otherwise what is brought; other words are vetted anew. `version` is that which was seen. Refusals:
/// `claim_over`, `changed_meanwhile`.
pub async fn change(
    tx: &mut Tx<'_>,
    org: &OrgState,
    actor: &Actor,
    (id, version): (ClaimId, i64),
    brings: &str,
) -> Result<()> {
    let claim = own(tx, org, actor, id).await?;
    let brings = words("brings", brings, 1)?;
    say_anew(tx, org, actor, &Claim { version, ..claim }, brings).await
}

/// Gives an item back from a day on. Refusals: `claim_over`, `changed_meanwhile`. Flaws: `from_day`.
pub async fn give_back(
    tx: &mut Tx<'_>,
    org: &OrgState,
    actor: &Actor,
    (id, version): (ClaimId, i64),
    from: Day,
) -> Result<()> {
    own(tx, org, actor, id).await?;
    begins(from, org.world.now().day())?;
    let scope = actor.may(Permission::ServicesClaim)?;
    told(tx.run(&store::GIVE_BACK, &scope, args![id, version, from.plus(-1)]).await?)?;
    note(tx, org, actor, "claim.give_back", id, (None, json!({ "from_day": from.to_string() }))).await
}
