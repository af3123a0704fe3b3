//! What one's org, or somebody for themselves, has claimed, and what else there is to claim.

use super::{panel::holders, prelude::*, public::query};
use crate::services::claims::{Claim, ClaimId, NewClaim};
use linli_web::WebError;
use std::collections::{BTreeSet, HashMap};

/// Where to look for more.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default, rename = "in")]
    place: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    item: String,
    done: Option<String>,
}

/// One's own claim in the list.
struct Ours {
    href: Option<String>,
    name: Named,
    place: Named,
    brings: String,
    days: String,
    state: (&'static str, &'static str, &'static str),
    reason: Option<String>,
    again: Option<String>,
}

/// Something to claim.
struct Open {
    id: String,
    name: Named,
    way: (&'static str, &'static str),
    who: String,
    standard: Named,
    on: bool,
}

struct List {
    who: Named,
    person: bool,
    ours: Vec<Ours>,
    chosen: String,
    streets: Vec<Street>,
    category: String,
    categories: Vec<(String, Named, bool)>,
    open: Vec<Open>,
    brings: String,
    from: String,
    flaws: Flaws,
    refused: Option<String>,
    done: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "services/claims.html")]
struct StaffList {
    page: Page,
    /// Whether they lead their org, and see what its members have released.
    leads: bool,
    it: List,
}

#[derive(Template)]
#[template(path = "services/claims_own.html")]
struct ResidentList {
    page: Page,
    it: List,
}

/// What was typed of a new claim, and what was wrong with it.
#[derive(Default)]
struct Tried {
    typed: Typed,
    flaws: Vec<Flaw>,
    refused: Option<Problem>,
}

/// A new claim, as it was typed.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    item: String,
    #[serde(default)]
    brings: String,
    #[serde(default)]
    from_day: String,
}

/// `GET /claims`
pub(super) async fn list(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    page(&org, &visit, &who.actor, &asked, Tried::default()).await
}

async fn page(org: &OrgState, visit: &Visit, actor: &Actor, asked: &Asked, tried: Tried) -> Answer {
    let scope = actor.may(Permission::ServicesClaim)?;
    let (lang, today, read) = (visit.lang, visit.now.day(), &mut org.db.read());
    let community = places::community(read, lang, &asked.place).await?;
    let at = community.as_ref().map(|(id, _)| *id);
    let ours = claims::ours(read, &scope, None).await?;
    let taken: BTreeSet<ItemId> = (ours.iter())
        .filter(|claim| claim.community == at && claim.stands(today) && claim.to.is_none())
        .map(|claim| claim.item.0)
        .collect();
    let lines = services::list(read, at, today).await?;
    let providers = claims::providers(read, at, today).await?;
    let chosen = places::key(community.as_ref());
    let item = if tried.typed.item.is_empty() { &asked.item } else { &tried.typed.item };
    let open = |line: &Line| Open {
        id: line.id.to_string(),
        name: Named::new(lang, &line.name, line.name_en.as_deref()),
        way: words::way(lang, line.terms.1.way),
        who: words::lacking(lang, line, providers.get(&line.id))
            .map_or_else(|| words::who(lang, line.terms.1.way, providers.get(&line.id)), str::to_owned),
        standard: words::standard(lang, &line.terms.1),
        on: line.id.to_string() == *item,
    };
    let wanted = |line: &&Line| {
        let one = asked.category.is_empty() || line.category[0] == asked.category;
        one && line.terms.1.used && line.terms.1.way != Way::Guide && !taken.contains(&line.id)
    };
    let categories = lines.chunk_by(|a, b| a.category[0] == b.category[0]).filter_map(|lines| {
        let (category, on) = (&lines.first()?.category, lines.first()?.category[0] == asked.category);
        let href = query(&[("in", &chosen), ("category", if on { "" } else { &category[0] })]);
        Some((format!("/claims{href}"), Named::of(lang, category), on))
    });
    let named = holders(read, lang, &ours).await?;
    let it = List {
        who: match actor.hat() {
            Some(hat) => {
                named.get(&hat.org.0).cloned().unwrap_or(Named { text: hat.org_name.clone(), tag: "" })
            }
            None => Named { text: t::claims::myself(lang).to_owned(), tag: "" },
        },
        person: actor.hat().is_none(),
        ours: own_lines(read, lang, &ours, today).await?,
        streets: places::streets(read, lang).await?,
        category: asked.category.clone(),
        categories: categories.collect(),
        open: lines.iter().filter(wanted).map(open).collect(),
        brings: tried.typed.brings.clone(),
        from: Some(tried.typed.from_day.clone()).filter(|day| !day.is_empty()).unwrap_or(today.to_string()),
        flaws: visit.flaws(&tried.flaws),
        refused: tried.refused.as_ref().and_then(|problem| match problem {
            Problem::Refused(refusal) => {
                Some(visit.text(&format!("refusal.{}", refusal.code), &refusal.args))
            }
            _ => None,
        }),
        done: match asked.done.as_deref() {
            Some("claimed") => Some(t::claims::claimed(lang)),
            Some("changed") => Some(t::claims::changed(lang)),
            Some("given_back") => Some(t::claims::given_back(lang)),
            _ => None,
        },
        chosen,
    };
    let status = match (&tried.refused, tried.flaws.is_empty()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, true) => StatusCode::OK,
    };
    let page = visit.page(t::claims::title(lang));
    if it.person {
        html_with(status, &ResidentList { page, it })
    } else {
        html_with(status, &StaffList { page, leads: actor.is(linli_authz::Role::Leader), it })
    }
}

async fn own_lines(
    q: &mut impl linli_store::Query,
    lang: Lang,
    ours: &[Claim],
    today: Day,
) -> Result<Vec<Ours>> {
    let mut names: HashMap<Option<AreaId>, Named> = HashMap::new();
    for claim in ours {
        if let (None, Some(id)) = (names.get(&claim.community), claim.community) {
            let community = places::community(q, lang, &id.to_string()).await?;
            names.insert(claim.community, places::name(lang, community.as_ref()));
        }
    }
    names.insert(None, places::name(lang, None));
    let line = |claim: &Claim| {
        let (id, _, name, name_en) = &claim.item;
        let stands = claim.stands(today);
        let place = claim.community.map(|id| id.to_string()).unwrap_or_default();
        let again = query(&[("in", &place), ("item", &id.to_string())]);
        Ours {
            href: stands.then(|| format!("/claims/{}", claim.id)),
            name: Named::new(lang, name, name_en.as_deref()),
            place: names.get(&claim.community).cloned().unwrap_or_default(),
            brings: claim.brings.clone(),
            days: words::days(lang, claim.from, claim.to, today),
            state: words::state(lang, claim.state),
            reason: claim.reason.clone(),
            again: (!stands || claim.to.is_some()).then(|| format!("/claims{again}#more")),
        }
    };
    Ok(ours.iter().map(line).collect())
}

/// `POST /claims`
pub(super) async fn claim(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
    ProtectedForm(typed): ProtectedForm<Typed>,
) -> Answer {
    let made = make(&org, &visit, &who.actor, &asked, &typed).await;
    let tried = match made {
        Ok(_) => {
            let parts = [("in", asked.place.as_str()), ("category", &asked.category), ("done", "claimed")];
            return Ok(Redirect::to(&format!("/claims{}", query(&parts))).into_response());
        }
        Err(Problem::Invalid(flaws)) => Tried { typed, flaws, refused: None },
        Err(problem @ Problem::Refused(_)) => Tried { typed, flaws: Vec::new(), refused: Some(problem) },
        Err(other) => return Err(other.into()),
    };
    page(&org, &visit, &who.actor, &asked, tried).await
}

async fn make(org: &OrgState, visit: &Visit, actor: &Actor, asked: &Asked, typed: &Typed) -> Result<ClaimId> {
    let community = places::community(&mut org.db.read(), visit.lang, &asked.place).await?;
    let from = Day::parse(typed.from_day.trim()).ok_or_else(|| Problem::invalid("from_day", "not_a_date"))?;
    let new = NewClaim {
        id: org.world.id(),
        item: typed.item.parse().map_err(|_no_key| Problem::invalid("item", "not_a_choice"))?,
        community: community.map(|(id, _)| id),
        brings: typed.brings.clone(),
        from,
    };
    let (state, actor) = (org.clone(), actor.clone());
    let written = org.db.write(async move |tx| claims::claim(tx, &state, &actor, &new).await);
    written.await
}

/// One claim, to be changed or given back.
struct One {
    id: ClaimId,
    version: i64,
    name: Named,
    place: Named,
    state: (&'static str, &'static str, &'static str),
    days: String,
    vetted: bool,
    brings: String,
    from: String,
    flaws: Flaws,
    clash: bool,
}

#[derive(Template)]
#[template(path = "services/claim.html")]
struct StaffClaim {
    page: Page,
    it: One,
}

#[derive(Template)]
#[template(path = "services/claim_own.html")]
struct ResidentClaim {
    page: Page,
    it: One,
}

/// `GET /claims/{id}`
pub(super) async fn show(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<ClaimId>,
) -> Answer {
    one(&org, &visit, &who.actor, id, None, (&[], false)).await
}

async fn one(
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    id: ClaimId,
    typed: Option<&Change>,
    (flaws, clash): (&[Flaw], bool),
) -> Answer {
    let scope = actor.may(Permission::ServicesClaim)?;
    let (lang, today, read) = (visit.lang, visit.now.day(), &mut org.db.read());
    let claim = claims::ours(read, &scope, Some(id)).await?.into_iter().next().ok_or(Problem::NotFound)?;
    let place = claim.community.map(|id| id.to_string()).unwrap_or_default();
    let community = places::community(read, lang, &place).await?;
    let (_, _, name, name_en) = &claim.item;
    let it = One {
        id,
        version: claim.version,
        name: Named::new(lang, name, name_en.as_deref()),
        place: places::name(lang, community.as_ref()),
        state: words::state(lang, claim.state),
        days: words::days(lang, claim.from, claim.to, today),
        vetted: claim.state == claims::State::Vetted,
        brings: typed.map_or(claim.brings, |typed| typed.brings.clone()),
        from: typed
            .map(|typed| typed.from_day.clone())
            .filter(|day| !day.is_empty())
            .unwrap_or(today.plus(1).to_string()),
        flaws: visit.flaws(flaws),
        clash,
    };
    let status = match (clash, flaws.is_empty()) {
        (true, _) => StatusCode::CONFLICT,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (false, true) => StatusCode::OK,
    };
    let page = visit.page(it.name.text.as_str());
    if actor.hat().is_some() {
        html_with(status, &StaffClaim { page, it })
    } else {
        html_with(status, &ResidentClaim { page, it })
    }
}

/// Other words, or given back.
#[derive(Clone, Deserialize)]
pub(super) struct Change {
    version: i64,
    #[serde(default, rename = "do")]
    what: String,
    #[serde(default)]
    brings: String,
    #[serde(default)]
    from_day: String,
}

/// `POST /claims/{id}`: `do` says what: `change` or `give_back`.
pub(super) async fn save(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<ClaimId>,
    ProtectedForm(change): ProtectedForm<Change>,
) -> Answer {
    let done = if change.what == "give_back" { "given_back" } else { "changed" };
    match act(&org, &who.actor, id, &change).await {
        Ok(()) => Ok(Redirect::to(&format!("/claims?done={done}")).into_response()),
        Err(Problem::Invalid(flaws)) => {
            one(&org, &visit, &who.actor, id, Some(&change), (&flaws, false)).await
        }
        Err(Problem::Refused(refusal)) if refusal.code == "changed_meanwhile" => {
            one(&org, &visit, &who.actor, id, Some(&change), (&[], true)).await
        }
        Err(other) => Err(WebError(other)),
    }
}

async fn act(org: &OrgState, actor: &Actor, id: ClaimId, change: &Change) -> Result<()> {
    let (state, actor, change) = (org.clone(), actor.clone(), change.clone());
    let written = org.db.write(async move |tx| {
        let seen = (id, change.version);
        if change.what != "give_back" {
            return claims::change(tx, &state, &actor, seen, &change.brings).await;
        }
        let from = Day::parse(change.from_day.trim());
        let from = from.ok_or_else(|| Problem::invalid("from_day", "not_a_date"))?;
        claims::give_back(tx, &state, &actor, seen, from).await
    });
    written.await
}
