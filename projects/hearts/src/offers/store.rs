use linli_base::{AreaId, At, CaseId, Day, PersonId};
use linli_store::{row, statements};
use serde_json::Value as Json;

row! {
    /// What everybody, or every volunteer, may read of a case that looks or looked for somebody.
    pub struct OfferRow {
        pub case_id: CaseId,
        pub number: String,
        pub procedure: String,
        pub state: String,
        pub street_id: Option<AreaId>,
        pub community_id: AreaId,
        pub community: String,
        pub community_en: Option<String>,
        pub title: String,
        pub title_en: Option<String>,
        pub body: String,
        pub place: String,
        pub skill: Option<String>,
        pub heart: Option<String>,
        pub about: String,
        pub day: Option<Day>,
        pub part: Option<String>,
        pub hands: i64,
        pub parts: String,
        pub lat: Option<f64>,
        pub lon: Option<f64>,
        pub made_at: At,
        pub asker_id: Option<PersonId>,
        pub takers: i64,
        pub lead: Option<String>,
        pub lead_en: Option<String>,
        pub pictures: Option<Json>,
        pub changed_at: At,
    }
}

row! {
    pub(super) struct OneRow {
        pub number: i64,
    }
}

row! {
    pub(super) struct SkillRow {
        pub skill: Option<String>,
    }
}

row! {
    pub(super) struct CountRow {
        pub state: String,
        pub number: i64,
    }
}

macro_rules! offers {
    () => {
        "SELECT o.case_id, c.number, c.procedure, c.state, c.street_id, c.community_id, a.name, a.name_en,
            COALESCE(o.title, p.title), o.title_en, COALESCE(p.body, ''), COALESCE(o.place, p.place), o.skill, o.heart,
            o.about, o.day, o.part, o.hands, o.parts, o.lat, o.lon, o.made_at, c.asker_id,
            (SELECT CAST(COUNT(*) AS BIGINT) FROM case_taker k WHERE k.case_id = o.case_id AND k.asked = FALSE),
            l.name, l.name_en, p.pictures, c.changed_at
         FROM offer o JOIN cases c ON c.id = o.case_id JOIN area a ON a.id = c.community_id
         LEFT JOIN public_case p ON p.case_id = c.id AND p.state = 'shown' LEFT JOIN org l ON l.id = c.lead_id
         WHERE (o.title IS NOT NULL OR p.case_id IS NOT NULL)"
    };
}

statements! {
    pub(super) OFFER_ORDER(unscoped "with a step on a case that was read under a scope") =
        "INSERT INTO offer (case_id, open, title, title_en, skill, heart, place, about, day, part, hands, parts, lat, lon,
                            made_at)
         SELECT o.case_id, TRUE, i.name, i.name_en, i.group_key, NULL, $2, '', o.wanted_day, o.wanted_part, 1, '', $3, $4, $5
         FROM service_order o JOIN service_item i ON i.id = o.item_id JOIN service_choice c ON c.id = o.choice_id
         WHERE o.case_id = $1 AND c.way <> 'low_profit'
         ON CONFLICT (case_id) DO UPDATE SET open = TRUE, made_at = EXCLUDED.made_at";
    pub(super) OFFER_WISH(unscoped "with a step on a case that was read under a scope") =
        "INSERT INTO offer (case_id, open, title, title_en, skill, heart, place, about, day, part, hands, parts, lat, lon,
                            made_at)
         VALUES ($1, TRUE, NULL, NULL, $2, $3, NULL, $4, $5, NULL, $6, $7, $8, $9, $10)
         ON CONFLICT (case_id) DO UPDATE SET open = TRUE, skill = EXCLUDED.skill, heart = EXCLUDED.heart,
            about = EXCLUDED.about, day = EXCLUDED.day, hands = EXCLUDED.hands, parts = EXCLUDED.parts,
            made_at = EXCLUDED.made_at";
    pub(super) OPEN(unscoped "with a step on a case that was read under a scope") =
        "UPDATE offer SET open = $2 WHERE case_id = $1";
    pub(super) DROP(unscoped "erasing is asked by whose it is, or falls due") = "DELETE FROM offer WHERE case_id = $1";

    pub(super) OFFERED(unscoped "open to whoever is known to a community") =
        concat!(offers!(), " AND o.open = TRUE ORDER BY o.made_at DESC, o.case_id LIMIT 1000");
    pub(super) ONE(unscoped "shown to everybody by a person's decision, or open to whoever is known") =
        concat!(offers!(), " AND c.number = $1");
    pub(super) OF(unscoped "the cases were read under a scope just before") =
        concat!(offers!(), " AND o.case_id IN {list:1}");
    pub(super) SKILL(unscoped "the case was read under a scope just before") =
        "SELECT o.skill FROM offer o WHERE o.case_id = $1";
    pub(super) WISHES(unscoped "shown to everybody by a person's decision") =
        concat!(offers!(), " AND c.procedure = 'wish' AND c.state IN {list:1} AND c.community_id = COALESCE($2, c.community_id)
         AND COALESCE(o.heart, '') = COALESCE($3, o.heart, '') AND (p.title LIKE $7 OR p.body LIKE $7)
         AND (o.made_at < $4 OR (o.made_at = $4 AND o.case_id < $5))
         ORDER BY o.made_at DESC, o.case_id DESC LIMIT $6");
    pub(super) COUNTS(unscoped "counts of everybody's") =
        "SELECT c.state, CAST(COUNT(*) AS BIGINT) FROM cases c WHERE c.state IN {list:1} AND c.procedure = 'wish'
            AND c.community_id = COALESCE($2, c.community_id) AND c.shown = TRUE GROUP BY c.state";
    pub(super) KNOWN(unscoped "of the person who comes") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM volunteer v
         WHERE v.person_id = $1 AND v.to_day IS NULL AND v.known_at IS NOT NULL";
}
