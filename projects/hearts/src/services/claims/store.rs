use super::ClaimId;
use crate::services::ItemId;
use linli_base::{AreaId, At, Day, OrgId, PersonId};
use linli_store::{Shape, row, statements};

/// One's own and one's org's; who vets is asked where the claim lies.
static CLAIM: Shape = Shape {
    street: "",
    community: "",
    grid: "",
    assigned: "{a}.org_id = {id}",
    apart: &[],
    own: "{a}.person_id = {id}",
    taken: "",
    code: "",
};

row! {
    /// A claim as stored, with the item's names.
    pub(super) struct ClaimRow {
        pub id: ClaimId,
        pub item_id: ItemId,
        pub number: Option<i64>,
        pub item_name: String,
        pub item_name_en: Option<String>,
        pub community_id: Option<AreaId>,
        pub org_id: Option<OrgId>,
        pub person_id: Option<PersonId>,
        pub brings: String,
        pub state: String,
        pub reason: Option<String>,
        pub from_day: Day,
        pub to_day: Option<Day>,
        pub claimed_at: At,
        pub claimed_by: Option<PersonId>,
        pub decided_at: Option<At>,
        pub version: i64,
    }
}

row! {
    /// How many do an item, and how many wait to be vetted.
    #[derive(PartialEq, Eq)]
    pub struct Providers {
        /// The item.
        pub item: ItemId,
        /// Vetted orgs.
        pub orgs: i64,
        /// Vetted people, who are never named to the public.
        pub people: i64,
        /// Claims that nobody has vetted yet.
        pub waiting: i64,
    }
}

row! { pub(super) struct Many { pub many: i64 } }

statements! {
    shape CLAIM;

    pub(super) PROVIDERS(unscoped "how many do an item is for everybody") =
        "SELECT c.item_id,
                CAST(COUNT(DISTINCT c.org_id) FILTER (WHERE c.state = 'vetted' AND c.from_day <= $2) AS BIGINT),
                CAST(COUNT(DISTINCT c.person_id) FILTER (WHERE c.state = 'vetted' AND c.from_day <= $2) AS BIGINT),
                CAST(COUNT(*) FILTER (WHERE c.state = 'waiting') AS BIGINT)
         FROM service_claim c
         WHERE (c.to_day IS NULL OR c.to_day >= $2) {when:1: AND (c.community_id IS NULL OR c.community_id = $1)}
         GROUP BY c.item_id";
    pub(super) OF_ITEM(unscoped "the vetted orgs are for everybody; pages show the others to staff only") =
        "SELECT c.id, c.item_id, i.number, i.name, i.name_en, c.community_id, c.org_id, c.person_id, c.brings, c.state,
                c.reason, c.from_day, c.to_day, c.claimed_at, c.claimed_by, c.decided_at, c.version
         FROM service_claim c JOIN service_item i ON i.id = c.item_id
         WHERE c.item_id = $1 AND (c.to_day IS NULL OR c.to_day >= $3) AND c.state IN ('waiting', 'vetted')
           {when:2: AND (c.community_id IS NULL OR c.community_id = $2)}
         ORDER BY c.claimed_at, c.id";
    pub(super) OF_ORGS(unscoped "the vetted orgs are for everybody") =
        "SELECT c.id, c.item_id, i.number, i.name, i.name_en, c.community_id, c.org_id, c.person_id, c.brings, c.state,
                c.reason, c.from_day, c.to_day, c.claimed_at, c.claimed_by, c.decided_at, c.version
         FROM service_claim c JOIN service_item i ON i.id = c.item_id
         WHERE c.org_id IS NOT NULL AND c.state = 'vetted' AND c.from_day <= $1 AND (c.to_day IS NULL OR c.to_day >= $1)
           {when:2: AND c.id = $2}
         ORDER BY c.id LIMIT $3 OFFSET $4";
    pub(super) COUNT_OF_ORGS(unscoped "the vetted orgs are for everybody") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM service_claim c
         WHERE c.org_id IS NOT NULL AND c.state = 'vetted' AND c.from_day <= $1
           AND (c.to_day IS NULL OR c.to_day >= $1)";
    pub(super) OURS =
        "SELECT c.id, c.item_id, i.number, i.name, i.name_en, c.community_id, c.org_id, c.person_id, c.brings, c.state,
                c.reason, c.from_day, c.to_day, c.claimed_at, c.claimed_by, c.decided_at, c.version
         FROM service_claim c JOIN service_item i ON i.id = c.item_id
         WHERE {scope:c} {when:1: AND c.id = $1}
         ORDER BY c.to_day DESC NULLS FIRST, c.claimed_at DESC, c.id LIMIT 200";
    pub(super) BY_ID(unscoped "checked after to lie in a list that the actor may change") =
        "SELECT c.id, c.item_id, i.number, i.name, i.name_en, c.community_id, c.org_id, c.person_id, c.brings, c.state,
                c.reason, c.from_day, c.to_day, c.claimed_at, c.claimed_by, c.decided_at, c.version
         FROM service_claim c JOIN service_item i ON i.id = c.item_id WHERE c.id = $1";
    pub(super) ENDING =
        "SELECT c.id, c.item_id, i.number, i.name, i.name_en, c.community_id, c.org_id, c.person_id, c.brings, c.state,
                c.reason, c.from_day, c.to_day, c.claimed_at, c.claimed_by, c.decided_at, c.version
         FROM service_claim c JOIN service_item i ON i.id = c.item_id
         WHERE c.item_id = $1 AND c.community_id IS NOT DISTINCT FROM $2 AND c.to_day >= $3
           AND c.state IN ('waiting', 'vetted') AND {scope:c}
         ORDER BY c.claimed_at DESC LIMIT 1";

    pub(super) ADD(unscoped "the scope says whose it is") =
        "INSERT INTO service_claim (id, item_id, community_id, org_id, person_id, brings, state, reason, from_day,
                                    to_day, claimed_at, claimed_by, decided_at, decided_by, version)
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting', NULL, $7, NULL, $8, $9, NULL, NULL, 1) ON CONFLICT DO NOTHING";
    pub(super) SAY_ANEW(unscoped "checked before to be one's own") =
        "UPDATE service_claim SET brings = $3, state = $4, to_day = NULL, version = version + 1
         WHERE id = $1 AND version = $2";
    pub(super) GIVE_BACK(unscoped "checked before to be one's own") =
        "UPDATE service_claim SET to_day = $3, version = version + 1 WHERE id = $1 AND version = $2";
    pub(super) DECIDE(unscoped "checked before to be in reach") =
        "UPDATE service_claim SET state = $3, reason = $4, to_day = COALESCE($5, to_day), decided_at = $6,
                decided_by = $7, version = version + 1
         WHERE id = $1 AND version = $2";
}
