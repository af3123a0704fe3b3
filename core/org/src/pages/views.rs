//! What the pages show of areas, orgs and people, in words of the page's language.

use crate::{
    Area, Org, OrgKind,
    areas::{AreaCounts, CompoundRow},
    orgs::MemberRow,
    sign_in::roles_of,
    t,
};
use linli_authz::{Role, Tier};
use linli_base::{AreaId, Day, OrgId, PersonId};
use linli_i18n::Lang;

/// A name in the page's language; marked with its own where there is no other.
pub(crate) struct Named {
    pub text: String,
    pub lang: Option<&'static str>,
}

impl Named {
    pub fn new(lang: Lang, zh: &str, en: Option<&str>) -> Named {
        match (lang, en) {
            (Lang::En, Some(en)) => Named { text: en.to_owned(), lang: None },
            (Lang::En, None) => Named { text: zh.to_owned(), lang: Some(Lang::Zh.tag()) },
            (Lang::Zh, _) => Named { text: zh.to_owned(), lang: None },
        }
    }
}

/// A link to an area.
pub(crate) struct AreaLink {
    pub id: AreaId,
    pub name: Named,
}

impl AreaLink {
    pub fn new(lang: Lang, area: &Area) -> AreaLink {
        AreaLink { id: area.id, name: Named::new(lang, &area.name, area.name_en.as_deref()) }
    }
}

/// A link to an org.
pub(crate) struct OrgLink {
    pub id: OrgId,
    pub name: Named,
    pub kind: String,
}

impl OrgLink {
    pub fn new(lang: Lang, org: &Org) -> OrgLink {
        let name = Named::new(lang, &org.name, org.name_en.as_deref());
        OrgLink { id: org.id, name, kind: kind_name(lang, org.kind).to_owned() }
    }
}

/// An area in a table, with what it holds.
pub(crate) struct AreaLine {
    pub id: AreaId,
    pub name: Named,
    /// 0 for the table's widest.
    pub depth: usize,
    pub communities: String,
    pub grids: String,
    pub buildings: String,
    pub households: String,
}

impl AreaLine {
    pub fn new(lang: Lang, area: &Area, depth: usize, counts: &[AreaCounts]) -> AreaLine {
        let counted = counts.iter().find(|row| row.id == area.id);
        let holds = |n: i64, narrower: bool| if narrower { lang.count(n) } else { String::new() };
        let of = |field: fn(&AreaCounts) -> i64| counted.map_or(0, field);
        AreaLine {
            id: area.id,
            name: Named::new(lang, &area.name, area.name_en.as_deref()),
            depth,
            communities: holds(of(|row| row.communities), area.tier < Tier::Community),
            grids: holds(of(|row| row.grids), area.tier < Tier::Grid),
            buildings: holds(of(|row| row.buildings), area.tier < Tier::Building),
            households: lang.count(of(|row| row.households)),
        }
    }
}

/// A table of areas: a column stands where a line has something in it.
pub(crate) struct AreaTable {
    pub communities: bool,
    pub grids: bool,
    pub buildings: bool,
    pub lines: Vec<AreaLine>,
}

impl AreaTable {
    pub fn new(lines: Vec<AreaLine>) -> AreaTable {
        let any = |field: fn(&AreaLine) -> &String| lines.iter().any(|line| !field(line).is_empty());
        AreaTable {
            communities: any(|line| &line.communities),
            grids: any(|line| &line.grids),
            buildings: any(|line| &line.buildings),
            lines,
        }
    }
}

/// A compound with what of it lies in the area.
pub(crate) struct CompoundLine {
    pub name: Named,
    pub buildings: String,
    pub households: String,
}

impl CompoundLine {
    pub fn new(lang: Lang, row: &CompoundRow) -> CompoundLine {
        CompoundLine {
            name: Named::new(lang, &row.name, row.name_en.as_deref()),
            buildings: lang.count(row.buildings),
            households: lang.count(row.households),
        }
    }
}

/// Somebody in a post.
pub(crate) struct Member {
    pub person: PersonId,
    pub initial: String,
    pub name: Named,
    pub title: Named,
    pub org: SeatOrg,
    pub roles: String,
    pub days: String,
    pub area: Option<Named>,
    /// Where the post is ended, where this reader may.
    pub end: Option<String>,
}

/// The org of a post.
pub(crate) struct SeatOrg {
    pub id: OrgId,
    pub name: Named,
}

impl Member {
    pub fn new(lang: Lang, row: &MemberRow, may_edit: bool) -> Member {
        let open = row.to_day.is_none();
        Member {
            person: row.person,
            initial: row.name.chars().take(1).collect(),
            name: Named::new(lang, &row.name, row.name_en.as_deref()),
            title: Named::new(lang, &row.title, row.title_en.as_deref()),
            org: SeatOrg { id: row.org, name: Named::new(lang, &row.org_name, None) },
            roles: role_names(lang, &roles_of(row.roles.as_deref())),
            days: days(lang, row.from_day, row.to_day),
            area: row.area_name.as_deref().map(|name| Named::new(lang, name, None)),
            end: (may_edit && open).then(|| format!("/posts/{}/end", row.post)),
        }
    }
}

/// 2025年8月25日 起, or from a day to a day.
pub(crate) fn days(lang: Lang, from: Day, to: Option<Day>) -> String {
    match to {
        Some(to) => t::areas::from_to(lang, lang.date_year(from), lang.date_year(to)),
        None => t::areas::from(lang, lang.date_year(from)),
    }
}

pub(crate) fn role_names(lang: Lang, roles: &[Role]) -> String {
    let names: Vec<&str> = roles.iter().map(|role| role_name(lang, *role)).collect();
    names.join(if lang.is_zh() { "、" } else { ", " })
}

pub(crate) fn role_name(lang: Lang, role: Role) -> &'static str {
    match role {
        Role::Clerk => t::role::clerk(lang),
        Role::Worker => t::role::worker(lang),
        Role::Leader => t::role::leader(lang),
        Role::Auditor => t::role::auditor(lang),
        Role::Caller => t::role::caller(lang),
        Role::GridWorker => t::role::grid_worker(lang),
        Role::SystemAdmin => t::role::system_admin(lang),
        Role::SecurityAdmin => t::role::security_admin(lang),
        Role::AuditAdmin => t::role::audit_admin(lang),
    }
}

pub(crate) fn tier_name(lang: Lang, tier: Tier) -> &'static str {
    match tier {
        Tier::City => t::tier::city(lang),
        Tier::Street => t::tier::street(lang),
        Tier::Community => t::tier::community(lang),
        Tier::Grid => t::tier::grid(lang),
        Tier::Building => t::tier::building(lang),
    }
}

pub(crate) fn kind_name(lang: Lang, kind: OrgKind) -> &'static str {
    match kind {
        OrgKind::Office => t::kind::office(lang),
        OrgKind::Department => t::kind::department(lang),
        OrgKind::Unit => t::kind::unit(lang),
        OrgKind::Party => t::kind::party(lang),
        OrgKind::Enterprise => t::kind::enterprise(lang),
        OrgKind::Social => t::kind::social(lang),
        OrgKind::Alliance => t::kind::alliance(lang),
    }
}
