use crate::store::CASE;
use linli_base::{AreaId, CaseId, OrgId};
use linli_store::{row, statements};

row! {
    /// A case that is learnt from.
    pub struct PastRow {
        pub id: CaseId,
        pub category: String,
        pub level: Option<String>,
        pub street_id: Option<AreaId>,
        pub community_id: Option<AreaId>,
        pub grid_id: Option<AreaId>,
        pub lead_id: Option<OrgId>,
        pub leads: Option<AreaId>,
        pub title: String,
        pub body: String,
    }
}

row! {
    /// Who helped.
    pub struct HelpRow {
        pub case_id: CaseId,
        pub org_id: OrgId,
    }
}

statements! {
    shape CASE;

    // ids are ordered by time: the newest are read without sorting all
    pub PAST(unscoped "the program learns from all cases; it tells a choice, counts, and words of the case in hand") =
        "SELECT c.id, c.category, c.level, c.street_id, c.community_id, c.grid_id, c.lead_id, o.leads_area_id, \
         t.title, t.body FROM cases c JOIN case_text t ON t.case_id = c.id LEFT JOIN org o ON o.id = c.lead_id \
         WHERE c.shown AND c.category IS NOT NULL AND c.confidential = FALSE AND c.parent_id IS NULL \
         AND c.master_id IS NULL AND t.body <> '' ORDER BY c.id DESC LIMIT $1";

    pub HELP(unscoped "the program learns from all cases; it tells a choice, counts, and words of the case in hand") =
        "SELECT h.case_id, h.org_id FROM case_helper h WHERE h.case_id >= $1 LIMIT 100000";
}
