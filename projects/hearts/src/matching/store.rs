use crate::services::ItemId;
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
        pub item_id: ItemId,
        pub item: String,
        pub item_en: Option<String>,
        pub group_key: String,
        pub way: String,
        pub wanted_day: Option<Day>,
        pub wanted_part: Option<String>,
    }
}

row! {
    pub(super) struct AbleRow {
        pub person_id: PersonId,
        pub community_id: AreaId,
        pub skills: String,
        pub times: String,
        pub lat: Option<f64>,
        pub lon: Option<f64>,
        pub fortnight: i64,
        pub name: String,
        pub name_en: Option<String>,
        pub unit: Option<String>,
        pub unit_en: Option<String>,
        pub load: i64,
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

    pub(super) NEEDS = "SELECT c.id, c.number, c.version, c.community_id, c.lat, c.lon, c.asker_id, t.place, o.item_id,
            i.name, i.name_en, i.group_key, k.way, o.wanted_day, o.wanted_part
        FROM cases c JOIN case_text t ON t.case_id = c.id JOIN service_order o ON o.case_id = c.id
        JOIN service_item i ON i.id = o.item_id JOIN service_choice k ON k.id = o.choice_id
        WHERE c.state = 'assigning' AND c.open = TRUE AND c.community_id IS NOT NULL AND c.shown AND {scope:c} ORDER BY c.sort_at, c.id LIMIT 500";

    pub(super) ABLE(unscoped "those of the communities whose orders were read under a scope") =
        "SELECT v.person_id, v.community_id, v.skills, v.times, v.lat, v.lon, v.fortnight, n.name, n.name_en, u.name,
            u.name_en, COALESCE(l.load, 0)
        FROM volunteer v JOIN person n ON n.id = v.person_id LEFT JOIN org u ON u.id = v.unit_id
        LEFT JOIN (SELECT k.person_id, CAST(COUNT(*) AS BIGINT) AS load FROM case_taker k
            JOIN cases c ON c.id = k.case_id WHERE c.open = TRUE OR c.changed_at >= $2 GROUP BY k.person_id) AS l
            ON l.person_id = v.person_id
        WHERE v.community_id IN {list:1} AND v.to_day IS NULL AND n.active = TRUE ORDER BY v.person_id";

    pub(super) SAID_NO(unscoped "the orders were read under a scope just before") =
        "SELECT e.case_id, e.person_id FROM event e
        WHERE e.case_id IN {list:1} AND e.step IN ('decline', 'give_back')";
}
