//! Whatever acts: party bodies, offices, departments, units, enterprises, social organisations.
//!
//! An org stands in a line of its own (`parent`), lies in an area (`home`) and may lead one (`leads`). One office
//! leads an area at a time (index `org_office_leading`); party bodies may lead it beside the office.

mod change;
pub(crate) mod store;

pub use change::{NewOrg, create, end, move_to, rename};
pub use store::{MemberRow, NameRow};

use crate::text;
use linli_authz::{Role, Scope, Tier};
use linli_base::{AreaId, Day, OrgId, PersonId, Problem, Result};
use linli_store::{Query, Value, args};
use store::OrgRow;

/// What kind of org it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrgKind {
    /// 党组织: committee, branch, group.
    Party,
    /// What leads an area and has a desk: the city desk, a street office, a community.
    Office,
    /// 市直部门.
    Department,
    /// 驻区单位 and public services: the street light office, a school, a property company.
    Unit,
    /// 企业.
    Enterprise,
    /// 社会组织.
    Social,
    /// 党员服务联盟: orgs and members who serve together, at a street or a community.
    Alliance,
}

impl OrgKind {
    /// All kinds, as lists show them.
    pub const ALL: [OrgKind; 7] = [
        OrgKind::Office,
        OrgKind::Department,
        OrgKind::Unit,
        OrgKind::Party,
        OrgKind::Enterprise,
        OrgKind::Social,
        OrgKind::Alliance,
    ];

    /// The spelling in the database, the links and the API.
    pub const fn name(self) -> &'static str {
        match self {
            OrgKind::Party => "party",
            OrgKind::Office => "office",
            OrgKind::Department => "department",
            OrgKind::Unit => "unit",
            OrgKind::Enterprise => "enterprise",
            OrgKind::Social => "social",
            OrgKind::Alliance => "alliance",
        }
    }

    /// Reads that spelling.
    pub fn parse(name: &str) -> Option<OrgKind> {
        OrgKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    /// Its key.
    pub id: OrgId,
    /// What kind.
    pub kind: OrgKind,
    /// 名称; unique among the active ones of its kind (index `org_name`).
    pub name: String,
    /// The English name, where there is one.
    pub name_en: Option<String>,
    /// What it answers to, in its own line.
    pub parent: Option<OrgId>,
    /// Where it lies.
    pub home: Option<AreaId>,
    /// What it leads, with the tier.
    pub leads: Option<(Tier, AreaId)>,
    /// The number of its desk, to be shown to anyone.
    pub phone: Option<String>,
    /// Whether it still acts.
    pub active: bool,
}

impl TryFrom<OrgRow> for Org {
    type Error = Problem;

    fn try_from(row: OrgRow) -> Result<Org> {
        let kind =
            OrgKind::parse(&row.kind).ok_or_else(|| Problem::broken("read an org's kind", row.kind))?;
        let tier = row.leads_tier.as_deref().and_then(Tier::parse);
        Ok(Org {
            id: row.id,
            kind,
            name: row.name,
            name_en: row.name_en,
            parent: row.parent_id,
            home: row.home_area_id,
            leads: tier.zip(row.leads_area_id),
            phone: row.phone,
            active: row.active,
        })
    }
}

fn orgs(rows: Vec<OrgRow>) -> Result<Vec<Org>> {
    rows.into_iter().map(Org::try_from).collect()
}

fn org(row: Option<OrgRow>) -> Result<Option<Org>> {
    row.map(Org::try_from).transpose()
}

/// The org of this key.
pub async fn by_id(q: &mut impl Query, scope: &Scope, id: OrgId) -> Result<Org> {
    q.one::<OrgRow>(&store::BY_ID, scope, args![id]).await?.try_into()
}

/// What the orgs of these keys are called; one that is not there is left out.
pub async fn names(
    q: &mut impl Query,
    scope: &Scope,
    ids: impl IntoIterator<Item = OrgId>,
) -> Result<Vec<NameRow>> {
    let list: Vec<Value> = ids.into_iter().map(Value::from).collect();
    if list.is_empty() { Ok(Vec::new()) } else { q.all(&store::NAMES, scope, &[Value::List(list)]).await }
}

/// Whether there is an active org of this key.
pub async fn exists(q: &mut impl Query, scope: &Scope, id: OrgId) -> Result<bool> {
    let row: Option<OrgRow> = q.maybe(&store::BY_ID, scope, args![id]).await?;
    Ok(row.is_some_and(|row| row.active))
}

/// The office that leads an area, where one does.
pub async fn office_of(q: &mut impl Query, scope: &Scope, area: AreaId) -> Result<Option<Org>> {
    org(q.maybe(&store::LEADING, scope, args![area]).await?)
}

/// The key of [`office_of`].
pub async fn leading(q: &mut impl Query, scope: &Scope, area: AreaId) -> Result<Option<OrgId>> {
    Ok(office_of(q, scope, area).await?.map(|org| org.id))
}

/// Everything that leads an area: its office first, then party bodies.
pub async fn leaders(q: &mut impl Query, scope: &Scope, area: AreaId) -> Result<Vec<Org>> {
    orgs(q.all(&store::LEADERS, scope, args![area]).await?)
}

/// The desk at the top: the office that leads the whole territory.
pub async fn city_desk(q: &mut impl Query, scope: &Scope) -> Result<Option<OrgId>> {
    let row: Option<OrgRow> = q.maybe(&store::CITY_DESK, scope, args![]).await?;
    Ok(row.map(|row| row.id))
}

/// The desk that accepts what happens in an area: the community's office, else the street's, else the city's.
pub async fn desk_of(
    q: &mut impl Query,
    scope: &Scope,
    community: Option<AreaId>,
    street: Option<AreaId>,
) -> Result<Option<OrgId>> {
    for area in [community, street].into_iter().flatten() {
        if let Some(office) = leading(q, scope, area).await? {
            return Ok(Some(office));
        }
    }
    city_desk(q, scope).await
}

/// What an org answers to, nearest first, up to the head of its line.
pub async fn line(q: &mut impl Query, scope: &Scope, id: OrgId) -> Result<Vec<Org>> {
    orgs(q.all(&store::LINE, scope, args![id]).await?)
}

/// What answers directly to an org, by name.
pub async fn children(q: &mut impl Query, scope: &Scope, id: OrgId) -> Result<Vec<Org>> {
    orgs(q.all(&store::CHILDREN, scope, args![id]).await?)
}

/// The desks above an org's tier, nearest first: above an office those that lead the areas around
/// its own (a community's: its street's, then the city's); above a unit, a department or anyone else the city desk.
/// Tiers without an office are left out; above the city desk there is none.
pub async fn tiers_above(q: &mut impl Query, scope: &Scope, id: OrgId) -> Result<Vec<OrgId>> {
    let org = by_id(q, scope, id).await?;
    match (org.kind, org.leads) {
        (OrgKind::Office, Some((_, area))) => {
            let rows: Vec<OrgRow> = q.all(&store::OFFICES_ABOVE, scope, args![area]).await?;
            Ok(rows.into_iter().map(|row| row.id).collect())
        }
        _ => Ok(city_desk(q, scope).await?.into_iter().collect()),
    }
}

/// The desk that audits what `lead` answered: the nearest of [`tiers_above`].
pub async fn audit_org_for(q: &mut impl Query, scope: &Scope, lead: OrgId) -> Result<Option<OrgId>> {
    Ok(tiers_above(q, scope, lead).await?.into_iter().next())
}

/// Which orgs a list shows.
#[derive(Clone, Debug, Default)]
pub struct OrgFilter {
    /// Only this kind.
    pub kind: Option<OrgKind>,
    /// Only those whose name holds this text; empty: all.
    pub text: String,
    /// Only those that lie in or lead this area or one within it.
    pub within: Option<AreaId>,
    /// Only those after this one, in the list's order.
    pub after: Option<OrgId>,
}

/// Active orgs by name, at most `limit`.
pub async fn list(q: &mut impl Query, scope: &Scope, filter: &OrgFilter, limit: i64) -> Result<Vec<Org>> {
    let like = Some(text::like(&filter.text)).filter(|_| !filter.text.trim().is_empty());
    let like_en = text::like(&text::title_case(&filter.text));
    let kind = filter.kind.map(OrgKind::name);
    orgs(q.all(&store::LIST, scope, args![kind, like, like_en, filter.within, filter.after, limit]).await?)
}

/// How many active orgs there are of each kind, as `(kind, count)`.
pub async fn count_by_kind(q: &mut impl Query, scope: &Scope) -> Result<Vec<(OrgKind, i64)>> {
    let rows: Vec<store::KindCountRow> = q.all(&store::COUNT_BY_KIND, scope, args![]).await?;
    Ok(rows.into_iter().filter_map(|row| Some((OrgKind::parse(&row.kind)?, row.orgs))).collect())
}

/// Everyone with a post in the org on a day, with their roles.
pub async fn members(q: &mut impl Query, scope: &Scope, id: OrgId, day: Day) -> Result<Vec<MemberRow>> {
    q.all(&store::MEMBERS, scope, args![id, day]).await
}

/// Posts in the org that ended before a day, the latest first, at most 50.
pub async fn past_members(q: &mut impl Query, scope: &Scope, id: OrgId, day: Day) -> Result<Vec<MemberRow>> {
    q.all(&store::PAST_MEMBERS, scope, args![id, day]).await
}

/// Everyone whose post covers an area itself on a day: its grid workers.
pub async fn members_for_area(
    q: &mut impl Query,
    scope: &Scope,
    area: AreaId,
    day: Day,
) -> Result<Vec<MemberRow>> {
    q.all(&store::MEMBERS_FOR_AREA, scope, args![area, day]).await
}

/// The people who hold a role in the org on a day, in a stable order.
pub async fn people_with_role(
    q: &mut impl Query,
    scope: &Scope,
    id: OrgId,
    role: Role,
    day: Day,
) -> Result<Vec<PersonId>> {
    let rows: Vec<store::PersonRow> =
        q.all(&store::PEOPLE_WITH_ROLE, scope, args![id, role.name(), day]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
