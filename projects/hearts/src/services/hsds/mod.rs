//! `/hsds`: who does what, for other directories of services, as the Human Services Data Specification 3.1 of Open
//! Referral has it. A service is a vetted claim of an org; people are not in it, for each service names its
//! organization.

mod shape;

use super::{
    ChoiceId, Heart, Line, Terms, Way,
    claims::{self, Claim, ClaimId, Holder},
    list,
};
use crate::t;
use axum::{
    Json, Router,
    extract::{FromRef, Path, Query, State},
    routing::get,
};
use linli_authz::Scope;
use linli_base::{AreaId, Day, OrgId, Problem, Result};
use linli_i18n::Lang;
use linli_org::{Org, OrgKind, OrgState, areas, orgs};
use linli_web::{Visit, WebError};
use shape::{
    About, Asked, Attribute, CostOption, Full, Number, Organization, PageOf, Service, ServiceArea, Term,
};
use std::collections::{BTreeMap, HashMap, hash_map::Entry};
use utoipa::OpenApi;
use uuid::{Builder, Uuid};

/// The paths of this export.
#[derive(OpenApi)]
#[openapi(paths(about, services, service, organizations))]
pub struct Doc;

/// The routes.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    OrgState: FromRef<S>,
{
    Router::new()
        .route("/hsds", get(about))
        .route("/hsds/services", get(services))
        .route("/hsds/services/{id}", get(service))
        .route("/hsds/organizations", get(organizations))
}

const LANG: Lang = Lang::Zh;
/// A key that is always the same for the same words: FNV-1a over 128 bits, in the form that RFC 9562 leaves free.
fn made(words: &[&str]) -> Uuid {
    let bytes = words.iter().flat_map(|word| word.bytes().chain([0]));
    let hash = bytes.fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    });
    Builder::from_custom_bytes(hash.to_be_bytes()).into_uuid()
}

/// What this API is.
#[utoipa::path(get, path = "/hsds", tag = "hsds", responses((status = 200, body = About)))]
async fn about(visit: Visit) -> Json<About> {
    Json(About {
        version: "3.1",
        profile: "https://docs.openreferral.org/en/3.1/hsds/",
        openapi_url: format!("{}/api/openapi.json", visit.base_url),
    })
}

/// What vetted orgs do.
#[utoipa::path(get, path = "/hsds/services", tag = "hsds",
    params(("page" = Option<i64>, Query, description = "from 1"),
        ("per_page" = Option<i64>, Query, description = "at most 200, else 50")),
    responses((status = 200, body = PageOf<Service>)))]
async fn services(
    State(org): State<OrgState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Json<PageOf<Service>>, WebError> {
    let skip = (asked.page() - 1) * asked.size();
    let (claims, many) =
        claims::of_orgs(&mut org.db.read(), visit.now.day(), None, (skip, asked.size())).await?;
    let mut book = Book::read(&org, visit.now.day(), &claims).await?;
    let services = claims.iter().filter_map(|claim| book.service(&visit, claim, false)).collect();
    Ok(Json(asked.of(many, services)))
}

/// What one vetted org does.
#[utoipa::path(get, path = "/hsds/services/{id}", tag = "hsds", params(("id" = String, Path)),
    responses((status = 200, body = Service), (status = 404)))]
async fn service(
    State(org): State<OrgState>,
    visit: Visit,
    Path(id): Path<ClaimId>,
) -> Result<Json<Service>, WebError> {
    let (claims, _) = claims::of_orgs(&mut org.db.read(), visit.now.day(), Some(id), (0, 1)).await?;
    let mut book = Book::read(&org, visit.now.day(), &claims).await?;
    let service = claims.first().and_then(|claim| book.service(&visit, claim, true));
    Ok(Json(service.ok_or(Problem::NotFound)?))
}

/// The orgs that do something.
#[utoipa::path(get, path = "/hsds/organizations", tag = "hsds",
    params(("page" = Option<i64>, Query, description = "from 1"),
        ("per_page" = Option<i64>, Query, description = "at most 200, else 50")),
    responses((status = 200, body = PageOf<Organization>)))]
async fn organizations(
    State(org): State<OrgState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Json<PageOf<Organization>>, WebError> {
    let (claims, _) = claims::of_orgs(&mut org.db.read(), visit.now.day(), None, (0, i64::MAX)).await?;
    let book = Book::read(&org, visit.now.day(), &claims).await?;
    let (skip, size) = ((asked.page() - 1) * asked.size(), asked.size());
    let on_page = book.orgs.values().skip(usize::try_from(skip).unwrap_or(usize::MAX));
    let contents = on_page.take(usize::try_from(size).unwrap_or(0)).cloned().collect();
    Ok(Json(asked.of(i64::try_from(book.orgs.len()).unwrap_or(0), contents)))
}

/// What the claims of a page stand in.
struct Book {
    orgs: BTreeMap<OrgId, Organization>,
    /// Each list, with what its place is called.
    lists: HashMap<Option<AreaId>, (String, Vec<Line>)>,
}

impl Book {
    async fn read(org: &OrgState, today: Day, claims: &[Claim]) -> Result<Book> {
        let (read, scope) = (&mut org.db.read(), Scope::system("publish who does what"));
        let mut book = Book { orgs: BTreeMap::new(), lists: HashMap::new() };
        for claim in claims {
            if let Holder::Org(id) = claim.holder
                && !book.orgs.contains_key(&id)
            {
                book.orgs.insert(id, organization(orgs::by_id(read, &scope, id).await?));
            }
            if let Entry::Vacant(free) = book.lists.entry(claim.community) {
                let area = match claim.community {
                    Some(id) => Some(areas::by_id(read, &scope, id).await?),
                    None => areas::root(read, &scope).await?,
                };
                let name = area.map_or_else(String::new, |area| area.name);
                free.insert((name, list(read, claim.community, today).await?));
            }
        }
        Ok(book)
    }

    fn service(&mut self, visit: &Visit, claim: &Claim, full: bool) -> Option<Service> {
        let Holder::Org(org) = claim.holder else { return None };
        let (place, lines) = self.lists.get(&claim.community)?;
        let line = lines.iter().find(|line| line.id == claim.item.0)?;
        let (choice, terms) = &line.terms;
        let within = claim.community.map(|id| format!("?in={id}")).unwrap_or_default();
        let prices: Vec<String> = terms.prices.iter().map(|price| yuan(&price.name, price.fen)).collect();
        let free = t::services::free(LANG).to_owned();
        let parts = [terms.standard.as_str(), terms.frequency.as_str(), claim.brings.as_str()];
        Some(Service {
            id: claim.id.0,
            organization_id: org.0,
            name: line.name.clone(),
            alternate_name: line.name_en.clone(),
            description: parts.join("\n"),
            url: format!("{}/services/{}{within}", visit.base_url, line.id),
            status: if terms.used { "active" } else { "inactive" },
            fees_description: if prices.is_empty() { free } else { prices.join("\n") },
            assured_date: claim.decided.map(|at| at.day().to_string()),
            organization: self.orgs.get(&org)?.clone(),
            full: full.then(|| Full {
                cost_options: costs(claim.id, *choice, terms),
                service_areas: vec![ServiceArea {
                    id: made(&["service_area", &claim.id.to_string()]),
                    service_id: claim.id.0,
                    name: place.clone(),
                }],
                attributes: attributes(claim.id, line),
            }),
        })
    }
}

fn yuan(name: &str, fen: i64) -> String {
    format!("{name} {}", t::services::yuan(LANG, linli_base::money::yuan(fen)))
}

fn organization(org: Org) -> Organization {
    let kind = match org.kind {
        OrgKind::Office => linli_org::t::kind::office(LANG),
        OrgKind::Department => linli_org::t::kind::department(LANG),
        OrgKind::Unit => linli_org::t::kind::unit(LANG),
        OrgKind::Party => linli_org::t::kind::party(LANG),
        OrgKind::Enterprise => linli_org::t::kind::enterprise(LANG),
        OrgKind::Social => linli_org::t::kind::social(LANG),
        OrgKind::Alliance => linli_org::t::kind::alliance(LANG),
    };
    let number = |number: String| Number { id: made(&["phone", &org.id.to_string()]), number };
    Organization {
        id: org.id.0,
        description: kind.to_owned(),
        phones: org.phone.map(number).into_iter().collect(),
        name: org.name,
        alternate_name: org.name_en,
    }
}

fn costs(service: ClaimId, choice: ChoiceId, terms: &Terms) -> Vec<CostOption> {
    let cost = |(n, price): (usize, &super::Price)| CostOption {
        id: made(&["cost_option", &service.to_string(), &choice.to_string(), &n.to_string()]),
        service_id: service.0,
        option: price.name.clone(),
        currency: "CNY",
        // prices are below a million yuan, which an f64 holds to the fen
        amount: f64::from(i32::try_from(price.fen).unwrap_or(i32::MAX)) / 100.0,
    };
    terms.prices.iter().enumerate().map(cost).collect()
}

fn attributes(service: ClaimId, line: &Line) -> Vec<Attribute> {
    let attribute = |link_type: &'static str, code: &str, name: &str, parent: Option<&str>| {
        let id = made(&[link_type, code]);
        Attribute {
            id: made(&["attribute", &service.to_string(), link_type, code]),
            link_id: service.0,
            link_entity: "service",
            link_type,
            taxonomy_term_id: id,
            taxonomy_term: Term {
                id,
                code: code.to_owned(),
                name: name.to_owned(),
                description: name.to_owned(),
                parent_id: parent.map(|parent| made(&["category", parent])),
                taxonomy: "区域化党建服务项目需求清单",
                language: "zh",
            },
        }
    };
    let ([category, category_name, _], [group, group_name, _]) = (&line.category, &line.group);
    let terms = &line.terms.1;
    let way = |way: Way| super::pages::way(LANG, way);
    let heart = |heart: &Heart| attribute("heart", heart.name(), super::pages::heart(LANG, *heart), None);
    let mut all = vec![
        attribute("category", category, category_name, None),
        attribute("group", group, group_name, Some(category)),
        attribute("way", terms.way.name(), way(terms.way), None),
    ];
    all.extend(terms.hearts.iter().map(heart));
    all
}
