//! Which list: the city's, or a community's.

use super::words::Named;
use linli_authz::{Actor, Scope, Tier};
use linli_base::{AreaId, Problem, Result};
use linli_i18n::Lang;
use linli_org::{Area, areas};
use linli_store::Query;

/// A street with its communities, to choose from.
pub(crate) struct Street {
    pub name: Named,
    pub communities: Vec<(String, Named)>,
}

fn named(lang: Lang, area: &Area) -> Named {
    Named::new(lang, &area.name, area.name_en.as_deref())
}

fn scope() -> Scope {
    Scope::system("choose a list of services")
}

/// All communities by street.
pub(crate) async fn streets(q: &mut impl Query, lang: Lang) -> Result<Vec<Street>> {
    let communities = areas::of_tier(q, &scope(), Tier::Community).await?;
    let streets = areas::of_tier(q, &scope(), Tier::Street).await?;
    let street = |street: Area| {
        let inside = communities.iter().filter(|area| area.parent == Some(street.id));
        let communities = inside.map(|area| (area.id.to_string(), named(lang, area))).collect();
        Street { name: named(lang, &street), communities }
    };
    Ok(streets.into_iter().map(street).collect())
}

/// The community of a query, with its name; `None` for the city's list. Not found: no community of this key.
pub(super) async fn community(
    q: &mut impl Query,
    lang: Lang,
    asked: &str,
) -> Result<Option<(AreaId, Named)>> {
    if asked.is_empty() {
        return Ok(None);
    }
    let id: AreaId = asked.parse().map_err(|_no_key| Problem::NotFound)?;
    let area = areas::by_id(q, &scope(), id).await?;
    if area.tier != Tier::Community {
        return Err(Problem::NotFound);
    }
    Ok(Some((id, named(lang, &area))))
}

/// What the place is called: the community, or the whole city.
pub(super) fn name(lang: Lang, community: Option<&(AreaId, Named)>) -> Named {
    match community {
        Some((_, name)) => name.clone(),
        None => Named { text: crate::t::services::whole_city(lang).to_owned(), tag: "" },
    }
}

/// The community that the actor works in, where it is one.
pub(super) async fn own(q: &mut impl Query, lang: Lang, actor: &Actor) -> Result<Option<(AreaId, Named)>> {
    let Some((Tier::Community | Tier::Grid, area)) = actor.hat().and_then(|hat| hat.area) else {
        return Ok(None);
    };
    match areas::columns(q, &scope(), area).await?.community {
        Some(id) => community(q, lang, &id.to_string()).await,
        None => Ok(None),
    }
}

/// What names a community: its key, empty for the city.
pub(super) fn key(community: Option<&(AreaId, Named)>) -> String {
    community.map(|(id, _)| id.to_string()).unwrap_or_default()
}
