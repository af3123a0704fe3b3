//! Whatever acts: the list by kind, and a page for each org.

use super::{
    prelude::*,
    views::{AreaLink, Member, Named, OrgLink, kind_name},
};
use crate::{
    OrgKind, areas, csv,
    orgs::{self, OrgFilter},
};
use linli_authz::{Permission, Scope};
use linli_base::{AreaId, OrgId, Result};

const PAGE: usize = 50;

/// Which orgs are shown.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    q: String,
    after: Option<OrgId>,
}

impl Asked {
    fn filter(&self) -> OrgFilter {
        OrgFilter {
            kind: OrgKind::parse(&self.kind),
            text: self.q.trim().to_owned(),
            within: None,
            after: self.after,
        }
    }

    /// The query of this list with another kind, or after another org.
    fn query(kind: Option<OrgKind>, text: &str, after: Option<OrgId>) -> String {
        let mut parts = Vec::new();
        parts.extend(kind.map(|kind| format!("kind={}", kind.name())));
        if !text.is_empty() {
            parts.push(format!("q={}", linli_web::encode(text)));
        }
        parts.extend(after.map(|id| format!("after={id}")));
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }
}

#[derive(Template)]
#[template(path = "org/orgs.html")]
struct OrgsPage {
    page: Page,
    lang: Lang,
    q: String,
    kind: Option<&'static str>,
    kinds: Vec<KindChip>,
    orgs: Vec<OrgLink>,
    more: Option<String>,
    export: Option<String>,
}

struct KindChip {
    href: String,
    label: &'static str,
    count: String,
    on: bool,
}

/// `GET /orgs`
pub(super) async fn list(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    let scope = who.actor.may(Permission::OrgSee)?;
    let lang = visit.lang;
    let filter = asked.filter();
    let read = &mut org.db.read();
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut found = orgs::list(read, &scope, &filter, limit).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let last = found.last().filter(|_| more).map(|org| org.id);
    let counts = orgs::count_by_kind(read, &scope).await?;
    let count = |kind: Option<OrgKind>| -> i64 {
        counts.iter().filter(|(k, _)| kind.is_none_or(|kind| kind == *k)).map(|(_, n)| n).sum()
    };
    let chip = |kind: Option<OrgKind>| KindChip {
        href: format!("/orgs{}", Asked::query(kind, &filter.text, None)),
        label: kind.map_or(t::orgs::all_kinds(lang), |kind| kind_name(lang, kind)),
        count: lang.count(count(kind)),
        on: filter.kind == kind,
    };
    let present = OrgKind::ALL.into_iter().filter(|kind| count(Some(*kind)) > 0).map(Some);
    let export = who.actor.may(Permission::Export).is_ok();
    html(&OrgsPage {
        page: visit.page(t::orgs::title(lang)),
        lang,
        q: filter.text.clone(),
        kind: filter.kind.map(OrgKind::name),
        kinds: std::iter::once(None).chain(present).map(chip).collect(),
        orgs: found.iter().map(|org| OrgLink::new(lang, org)).collect(),
        more: last.map(|id| format!("/orgs{}", Asked::query(filter.kind, &filter.text, Some(id)))),
        export: export.then(|| format!("/orgs.csv{}", Asked::query(filter.kind, &filter.text, None))),
    })
}

/// `GET /orgs.csv`
pub(super) async fn export(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    who.actor.may(Permission::Export)?;
    let scope = who.actor.may(Permission::OrgSee)?;
    let lang = visit.lang;
    let read = &mut org.db.read();
    let filter = OrgFilter { after: None, ..asked.filter() };
    let found = orgs::list(read, &scope, &filter, 100_000).await?;
    let mut rows = Vec::with_capacity(found.len());
    for org in found {
        let leads = area_name(read, &scope, org.leads.map(|(_, area)| area)).await?;
        let home = area_name(read, &scope, org.home).await?;
        let kind = kind_name(lang, org.kind).to_owned();
        rows.push(vec![
            kind,
            org.name,
            org.name_en.unwrap_or_default(),
            leads,
            home,
            org.phone.unwrap_or_default(),
        ]);
    }
    let heads = [
        t::orgs::kind(lang),
        t::orgs::name(lang),
        t::people::name_en(lang),
        t::orgs::leads(lang),
        t::orgs::home(lang),
        t::orgs::phone(lang),
    ];
    audit::exported(&org, &who.actor, "org", rows.len()).await?;
    Ok(download("orgs.csv", csv::file(&heads, rows)))
}

async fn area_name(q: &mut impl linli_store::Query, scope: &Scope, area: Option<AreaId>) -> Result<String> {
    match area {
        Some(area) => areas::path_name(q, scope, area).await,
        None => Ok(String::new()),
    }
}

#[derive(Template)]
#[template(path = "org/org.html")]
struct OrgPage {
    page: Page,
    lang: Lang,
    id: OrgId,
    name: Named,
    kind: &'static str,
    active: bool,
    line: Vec<OrgLink>,
    leads: Option<AreaLink>,
    lies_in: Option<AreaLink>,
    phone: Option<String>,
    members: Vec<Member>,
    past: Vec<Member>,
    below: Vec<OrgLink>,
    may_edit: bool,
}

/// `GET /orgs/{id}`
pub(super) async fn show(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<OrgId>,
) -> Answer {
    let scope = who.actor.may(Permission::OrgSee)?;
    let (lang, day) = (visit.lang, visit.now.day());
    let may_edit = who.actor.may(Permission::OrgEdit).is_ok();
    let read = &mut org.db.read();
    let shown = orgs::by_id(read, &scope, id).await?;
    let mut line = orgs::line(read, &scope, id).await?;
    line.reverse();
    let leads = match shown.leads {
        Some((_, area)) => Some(areas::by_id(read, &scope, area).await?),
        None => None,
    };
    let home = match shown.home.filter(|home| shown.leads.is_none_or(|(_, area)| area != *home)) {
        Some(area) => Some(areas::by_id(read, &scope, area).await?),
        None => None,
    };
    let members = orgs::members(read, &scope, id, day).await?;
    let past = orgs::past_members(read, &scope, id, day).await?;
    let below = orgs::children(read, &scope, id).await?;
    let title = Named::new(lang, &shown.name, shown.name_en.as_deref()).text;
    let page = OrgPage {
        page: visit.page(&title),
        lang,
        id,
        name: Named::new(lang, &shown.name, shown.name_en.as_deref()),
        kind: kind_name(lang, shown.kind),
        active: shown.active,
        line: line.iter().map(|org| OrgLink::new(lang, org)).collect(),
        leads: leads.as_ref().map(|area| AreaLink::new(lang, area)),
        lies_in: home.as_ref().map(|area| AreaLink::new(lang, area)),
        phone: shown.phone,
        members: members.iter().map(|row| Member::new(lang, row, may_edit)).collect(),
        past: past.iter().map(|row| Member::new(lang, row, false)).collect(),
        below: below.iter().map(|org| OrgLink::new(lang, org)).collect(),
        may_edit,
    };
    html(&page)
}
