use linli_base::{AreaId, CaseId, Day, PersonId, mask};
use linli_casework::CASE;
use linli_store::{row, statements};

row! {
    pub(super) struct NeedRow {
        pub id: CaseId,
        pub number: String,
        pub version: i64,
        pub community_id: AreaId,
        pub lat: Option<f64>,
        pub lon: Option<f64>,
        pub asker_id: Option<PersonId>,
        pub place: mask::Place,
        pub item: String,
        pub item_en: Option<String>,
        pub skill: Option<String>,
        pub way: String,
        pub wanted_day: Option<Day>,
        pub wanted_part: Option<String>,
    }
}

row! {
    pub(super) struct NoRow {
        pub case_id: CaseId,
        pub person_id: Option<PersonId>,
    }
}

statements! {
    shape CASE;

    pub(super) NEEDS = "SELECT c.id, c.number, c.version, c.community_id, c.lat, c.lon, c.asker_id, t.place,
            COALESCE(i.name, t.title), i.name_en, COALESCE(i.group_key, f.skill), COALESCE(k.way, 'volunteer'),
            o.wanted_day, o.wanted_part
        FROM cases c JOIN case_text t ON t.case_id = c.id LEFT JOIN service_order o ON o.case_id = c.id
        LEFT JOIN service_item i ON i.id = o.item_id LEFT JOIN service_choice k ON k.id = o.choice_id
        LEFT JOIN offer f ON f.case_id = c.id
        WHERE (c.state = 'assigning' OR (c.state = 'sought' AND NOT EXISTS
                (SELECT 1 FROM case_taker n WHERE n.case_id = c.id)))
            AND c.open = TRUE AND c.community_id IS NOT NULL AND c.shown AND {scope:c} ORDER BY c.sort_at, c.id LIMIT 500";

    pub(super) SAID_NO(unscoped "the needs were read under a scope just before") =
        "SELECT e.case_id, e.person_id FROM event e
        WHERE e.case_id IN {list:1} AND e.step IN ('decline', 'give_back', 'leave')";
}
