//! Plain records of what a place has: funds, premises, seats in a joint body (ADR 15). Their rooms come later and build
//! on these rows.

use crate::{holds, kind};
use linli_authz::{Permission, Scope};
use linli_base::{AreaId, Day, Id, OrgId, Result};
use linli_store::{Tx, args, statements};

/// What a grant is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantKind {
    /// 社区工作经费
    Work,
    /// 党组织服务群众专项经费
    Service,
}

impl GrantKind {
    /// The spelling in the database.
    pub const fn name(self) -> &'static str {
        match self {
            GrantKind::Work => "work",
            GrantKind::Service => "service",
        }
    }
}

/// Money granted to an area for a year.
#[derive(Clone, Debug, PartialEq)]
pub struct NewGrant {
    /// Its key.
    pub id: Id<kind::Grant>,
    /// Who has it.
    pub area: AreaId,
    /// For which year.
    pub year: i64,
    /// What for; once a year (index `fund_grant_once`).
    pub kind: GrantKind,
    /// How much, in fen.
    pub amount_fen: i64,
    /// The day on which it was paid.
    pub paid_on: Day,
}

/// Rooms that an org has from a day on.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPremises {
    /// Its key.
    pub id: Id<kind::Premises>,
    /// Whose they are.
    pub org: OrgId,
    /// What they are called.
    pub name: String,
    /// The English name.
    pub name_en: Option<String>,
    /// Floor space.
    pub square_metres: i64,
    /// The first day.
    pub from_day: Day,
}

/// The city's joint conference 市级联席会议, as a body with members.
pub const CITY_CONFERENCE: &str = "city_conference";

/// An org's seat in a joint body from a day on.
#[derive(Clone, Debug, PartialEq)]
pub struct NewMember {
    /// Its key.
    pub id: Id<kind::Member>,
    /// The body: [`CITY_CONFERENCE`].
    pub body: &'static str,
    /// Who sits there; once at a time (index `membership_open`).
    pub org: OrgId,
    /// The first day.
    pub from_day: Day,
}

statements! {
    INSERT_GRANT(unscoped "checked to be under OrgEdit") =
        "INSERT INTO fund_grant (id, area_id, year, kind, amount_fen, paid_on) VALUES ($1, $2, $3, $4, $5, $6)";
    INSERT_PREMISES(unscoped "checked to be under OrgEdit") =
        "INSERT INTO premises (id, org_id, name, name_en, square_metres, from_day) VALUES ($1, $2, $3, $4, $5, $6)";
    INSERT_MEMBER(unscoped "checked to be under OrgEdit") =
        "INSERT INTO membership (id, body, org_id, from_day) VALUES ($1, $2, $3, $4)";
}

/// Enters grants, in the caller's transaction, under `OrgEdit` or the system's scope.
pub async fn grants(tx: &mut Tx<'_>, scope: &Scope, new: &[NewGrant]) -> Result<()> {
    holds(scope, Permission::OrgEdit)?;
    for grant in new {
        let (kind, fen) = (grant.kind.name(), grant.amount_fen);
        let row = args![grant.id, grant.area, grant.year, kind, fen, grant.paid_on];
        tx.run(&INSERT_GRANT, scope, row).await?;
    }
    Ok(())
}

/// Enters premises; as [`grants`].
pub async fn premises(tx: &mut Tx<'_>, scope: &Scope, new: &[NewPremises]) -> Result<()> {
    holds(scope, Permission::OrgEdit)?;
    for rooms in new {
        let (name, name_en) = (rooms.name.as_str(), rooms.name_en.clone());
        let row = args![rooms.id, rooms.org, name, name_en, rooms.square_metres, rooms.from_day];
        tx.run(&INSERT_PREMISES, scope, row).await?;
    }
    Ok(())
}

/// Enters members; as [`grants`].
pub async fn members(tx: &mut Tx<'_>, scope: &Scope, new: &[NewMember]) -> Result<()> {
    holds(scope, Permission::OrgEdit)?;
    for member in new {
        tx.run(&INSERT_MEMBER, scope, args![member.id, member.body, member.org, member.from_day]).await?;
    }
    Ok(())
}
