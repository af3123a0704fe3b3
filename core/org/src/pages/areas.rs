//! The territory: the tree, and a page for each area.

use super::{
    prelude::*,
    views::{AreaLine, AreaLink, AreaTable, CompoundLine, Member, Named, OrgLink, days, tier_name},
};
use crate::{
    Area, areas,
    areas::AreaCounts,
    csv,
    orgs::{self, OrgFilter},
};
use linli_authz::{Permission, Scope, Tier};
use linli_base::{AreaId, Result};

/// What was searched.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "org/areas.html")]
struct AreasPage {
    page: Page,
    lang: Lang,
    q: String,
    found: Option<Vec<FoundLine>>,
    table: AreaTable,
    export: bool,
}

struct FoundLine {
    id: AreaId,
    name: Named,
    tier: &'static str,
    place: String,
}

/// `GET /areas`
pub(super) async fn list(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    let scope = who.actor.may(Permission::OrgSee)?;
    let lang = visit.lang;
    let q = asked.q.trim().to_owned();
    let found = if q.is_empty() { None } else { Some(found(&org, &scope, lang, &q).await?) };
    let table = if found.is_some() { Vec::new() } else { tree(&org, &scope, lang).await? };
    let table = AreaTable::new(table);
    let export = who.actor.may(Permission::Export).is_ok();
    html(&AreasPage { page: visit.page(t::areas::title(lang)), lang, q, found, table, export })
}

async fn found(org: &OrgState, scope: &Scope, lang: Lang, text: &str) -> Result<Vec<FoundLine>> {
    let read = &mut org.db.read();
    let mut lines = Vec::new();
    for area in areas::search(read, scope, text, 50).await? {
        let path = areas::path(read, scope, area.id).await?;
        let above = path.iter().filter(|step| step.id != area.id && step.tier != Tier::City);
        let place: Vec<String> =
            above.map(|step| Named::new(lang, &step.name, step.name_en.as_deref()).text).collect();
        lines.push(FoundLine {
            id: area.id,
            name: Named::new(lang, &area.name, area.name_en.as_deref()),
            tier: tier_name(lang, area.tier),
            place: place.join(" "),
        });
    }
    Ok(lines)
}

/// The city, its streets and their communities, each with what it holds.
async fn tree(org: &OrgState, scope: &Scope, lang: Lang) -> Result<Vec<AreaLine>> {
    let (areas, counts) = territory(org, scope, Tier::Community).await?;
    let top = areas.iter().map(|area| area.tier).min();
    let depth = |area: &Area| {
        Tier::ALL.iter().filter(|tier| top.is_some_and(|top| **tier >= top) && **tier < area.tier).count()
    };
    Ok(areas.iter().map(|area| AreaLine::new(lang, area, depth(area), &counts)).collect())
}

/// Every area down to a tier in the order of codes, in which children follow their parent, and the counts.
async fn territory(org: &OrgState, scope: &Scope, down_to: Tier) -> Result<(Vec<Area>, Vec<AreaCounts>)> {
    let read = &mut org.db.read();
    let mut all = Vec::new();
    for tier in Tier::ALL.into_iter().filter(|tier| *tier <= down_to) {
        all.extend(areas::of_tier(read, scope, tier).await?);
    }
    all.sort_by(|a, b| a.code.cmp(&b.code));
    Ok((all, areas::all_counts(read, scope).await?))
}

/// `GET /areas.csv`: every area down to the grids.
pub(super) async fn export(State(org): State<OrgState>, visit: Visit, who: SignedIn) -> Answer {
    who.actor.may(Permission::Export)?;
    let scope = who.actor.may(Permission::OrgSee)?;
    let lang = visit.lang;
    let (areas, counts) = territory(&org, &scope, Tier::Grid).await?;
    let lines: Vec<(&Area, AreaLine)> =
        areas.iter().map(|area| (area, AreaLine::new(lang, area, 0, &counts))).collect();
    let heads = vec![
        t::areas::code(lang),
        t::areas::tier(lang),
        t::orgs::name(lang),
        t::people::name_en(lang),
        t::areas::communities(lang),
        t::areas::grids(lang),
        t::areas::buildings(lang),
        t::areas::households(lang),
    ];
    let row = |(area, line): &(&'_ Area, AreaLine)| -> Vec<String> {
        let plain = |count: &str| count.replace(',', "");
        vec![
            area.code.clone(),
            tier_name(lang, area.tier).to_owned(),
            area.name.clone(),
            area.name_en.clone().unwrap_or_default(),
            plain(&line.communities),
            plain(&line.grids),
            plain(&line.buildings),
            plain(&line.households),
        ]
    };
    audit::exported(&org, &who.actor, "area", lines.len()).await?;
    Ok(download("areas.csv", csv::file(&heads, lines.iter().map(row))))
}

#[derive(Template)]
#[template(path = "org/area.html")]
struct AreaPage {
    page: Page,
    lang: Lang,
    path: Vec<AreaLink>,
    name: Named,
    tier: &'static str,
    code: String,
    counts: Vec<(&'static str, String)>,
    point: Option<String>,
    leaders: Vec<OrgLink>,
    is_grid: bool,
    is_building: bool,
    workers: Vec<Member>,
    children: AreaTable,
    compounds: Vec<CompoundLine>,
    orgs_here: Vec<OrgLink>,
    past: Vec<(String, String)>,
}

/// `GET /areas/{id}`
pub(super) async fn show(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<AreaId>,
) -> Answer {
    let scope = who.actor.may(Permission::OrgSee)?;
    let (lang, day) = (visit.lang, visit.now.day());
    let may_edit = who.actor.may(Permission::OrgEdit).is_ok();
    let read = &mut org.db.read();
    let area = areas::by_id(read, &scope, id).await?;
    let mut path = areas::path(read, &scope, id).await?;
    path.pop();
    let children = areas::children(read, &scope, id).await?;
    let counts = areas::counts(read, &scope, id).await?;
    let leaders = orgs::leaders(read, &scope, id).await?;
    let lead_ids: Vec<_> = leaders.iter().map(|org| org.id).collect();
    let here = OrgFilter { within: Some(id), ..OrgFilter::default() };
    let here =
        if area.tier > Tier::Street { orgs::list(read, &scope, &here, 100).await? } else { Vec::new() };
    let workers = orgs::members_for_area(read, &scope, id, day).await?;
    let compounds =
        if area.tier > Tier::Street { areas::compounds(read, &scope, id).await? } else { Vec::new() };
    let past = areas::history(read, &scope, id).await?;
    let sums = sums(lang, &area, &counts, &children);
    let title = Named::new(lang, &area.name, area.name_en.as_deref()).text;
    html(&AreaPage {
        page: visit.page(&title),
        lang,
        path: path.iter().map(|step| AreaLink::new(lang, step)).collect(),
        name: Named::new(lang, &area.name, area.name_en.as_deref()),
        tier: tier_name(lang, area.tier),
        code: area.code.clone(),
        counts: sums,
        point: area.point.map(|at| format!("{:.5}, {:.5}", at.lat, at.lon)),
        leaders: leaders.iter().map(|org| OrgLink::new(lang, org)).collect(),
        is_grid: area.tier == Tier::Grid,
        is_building: area.tier == Tier::Building,
        workers: workers.iter().map(|row| Member::new(lang, row, may_edit)).collect(),
        children: AreaTable::new(
            children.iter().map(|child| AreaLine::new(lang, child, 0, &counts)).collect(),
        ),
        compounds: compounds.iter().map(|row| CompoundLine::new(lang, row)).collect(),
        orgs_here: here
            .iter()
            .filter(|org| !lead_ids.contains(&org.id))
            .map(|org| OrgLink::new(lang, org))
            .collect(),
        past: past
            .into_iter()
            .filter_map(|row| Some((row.parent?, days(lang, row.from_day, row.to_day))))
            .collect(),
    })
}

/// What the area holds in all, of each tier below its own.
fn sums(lang: Lang, area: &Area, counts: &[AreaCounts], children: &[Area]) -> Vec<(&'static str, String)> {
    let sum = |field: fn(&AreaCounts) -> i64| counts.iter().map(field).sum::<i64>();
    let mut sums = Vec::new();
    if area.tier < Tier::Community {
        sums.push((t::areas::communities(lang), lang.count(sum(|row| row.communities))));
    }
    if area.tier < Tier::Grid {
        sums.push((t::areas::grids(lang), lang.count(sum(|row| row.grids))));
    }
    if area.tier < Tier::Building {
        sums.push((t::areas::buildings(lang), lang.count(sum(|row| row.buildings))));
    }
    let households = if children.is_empty() { area.households } else { sum(|row| row.households) };
    sums.push((t::areas::households(lang), lang.count(households)));
    sums
}
