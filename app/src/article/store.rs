//! SQL of the article's page: each figure, and the records behind it, as they stood at the end of a day. In the demo
//! city everybody may count everything; a list shows no words, no people, and no place below the community.

use linli_base::{At, CaseId, Day};
use linli_store::{row, statements};

row! {
    pub struct AreaNumber {
        pub name: String,
        pub name_en: Option<String>,
        pub number: i64,
    }
}

row! {
    pub struct Number {
        pub number: i64,
    }
}

row! {
    pub struct Spread {
        pub count: i64,
        pub sum: i64,
        pub least: i64,
        pub most: i64,
    }
}

row! {
    pub struct Shares {
        pub whole: i64,
        pub part: i64,
    }
}

row! {
    /// A record that is no request: where or who, what, how much, since when.
    pub struct RecordRow {
        pub place: String,
        pub place_en: Option<String>,
        pub what: String,
        pub what_en: Option<String>,
        pub number: i64,
        pub day: Option<Day>,
    }
}

row! {
    pub struct RequestRow {
        pub id: CaseId,
        pub number: String,
        pub at: At,
        pub category: Option<String>,
        pub community: Option<String>,
        pub community_en: Option<String>,
        pub state: String,
        pub answered: Option<At>,
    }
}

statements! {
    pub STAFF(unscoped "the demo's own page counts the whole city") =
        "SELECT a.name, a.name_en, CAST(COUNT(p.id) AS BIGINT)
         FROM area a
         LEFT JOIN org c ON c.leads_area_id = a.id AND c.kind = 'party'
         LEFT JOIN org s ON s.parent_id = c.id AND s.kind = 'party' AND s.leads_area_id IS NULL
         LEFT JOIN post p ON p.org_id = s.id AND p.from_day <= $1 AND (p.to_day IS NULL OR p.to_day >= $1)
         WHERE a.tier = 'street' GROUP BY a.id, a.name, a.name_en, a.code ORDER BY a.code";
    pub STAFF_LIST(unscoped "the demo's own page; posts without who holds them") =
        "SELECT s.name, s.name_en, p.title, p.title_en, CAST(1 AS BIGINT), p.from_day
         FROM area a
         JOIN org c ON c.leads_area_id = a.id AND c.kind = 'party'
         JOIN org s ON s.parent_id = c.id AND s.kind = 'party' AND s.leads_area_id IS NULL
         JOIN post p ON p.org_id = s.id AND p.from_day <= $1 AND (p.to_day IS NULL OR p.to_day >= $1)
         WHERE a.tier = 'street' ORDER BY a.code, p.title, p.id";

    pub FUNDS(unscoped "the demo's own page counts the whole city") =
        "SELECT CAST(COUNT(DISTINCT g.area_id) AS BIGINT) FROM fund_grant g JOIN area a ON a.id = g.area_id
         WHERE a.tier = 'community' AND g.kind = 'work' AND g.paid_on > $1 AND g.paid_on <= $2";
    pub FUNDS_LIST(unscoped "the demo's own page; what a community is granted is public") =
        "SELECT a.name, a.name_en, CAST(g.year AS TEXT), NULL, g.amount_fen, g.paid_on
         FROM fund_grant g JOIN area a ON a.id = g.area_id
         WHERE a.tier = 'community' AND g.kind = 'work' AND g.paid_on > $1 AND g.paid_on <= $2
         ORDER BY a.code, g.paid_on";

    pub PREMISES(unscoped "the demo's own page counts the whole city") =
        "SELECT a.name, a.name_en, COALESCE(CAST(SUM(r.square_metres) AS BIGINT), 0)
         FROM area a
         LEFT JOIN org o ON o.leads_area_id = a.id AND o.kind = 'office'
         LEFT JOIN premises r ON r.org_id = o.id AND r.from_day <= $1 AND (r.to_day IS NULL OR r.to_day >= $1)
         WHERE a.tier = 'street' GROUP BY a.id, a.name, a.name_en, a.code ORDER BY a.code";
    pub PREMISES_LIST(unscoped "the demo's own page; public rooms") =
        "SELECT a.name, a.name_en, r.name, r.name_en, r.square_metres, r.from_day
         FROM area a
         JOIN org o ON o.leads_area_id = a.id AND o.kind = 'office'
         JOIN premises r ON r.org_id = o.id AND r.from_day <= $1 AND (r.to_day IS NULL OR r.to_day >= $1)
         WHERE a.tier = 'street' ORDER BY a.code, r.square_metres DESC, r.id";

    pub GRIDS(unscoped "the demo's own page counts the whole city") =
        "SELECT CAST(COUNT(*) AS BIGINT), COALESCE(CAST(SUM(x.households) AS BIGINT), 0),
            COALESCE(MIN(x.households), 0), COALESCE(MAX(x.households), 0)
         FROM (SELECT g.id, CAST(SUM(COALESCE(b.households, 0)) AS BIGINT) AS households
            FROM area g
            JOIN area_parent gp ON gp.area_id = g.id AND gp.from_day <= $1 AND (gp.to_day IS NULL OR gp.to_day >= $1)
            LEFT JOIN area_parent bp ON bp.parent_id = g.id AND bp.from_day <= $1
                AND (bp.to_day IS NULL OR bp.to_day >= $1)
            LEFT JOIN area b ON b.id = bp.area_id
            WHERE g.tier = 'grid' GROUP BY g.id) x";
    pub GRIDS_LIST(unscoped "the demo's own page; the territory is public") =
        "SELECT c.name, c.name_en, g.name, g.name_en, CAST(SUM(COALESCE(b.households, 0)) AS BIGINT), gp.from_day
         FROM area g
         JOIN area_parent gp ON gp.area_id = g.id AND gp.from_day <= $1 AND (gp.to_day IS NULL OR gp.to_day >= $1)
         JOIN area c ON c.id = gp.parent_id
         LEFT JOIN area_parent bp ON bp.parent_id = g.id AND bp.from_day <= $1
            AND (bp.to_day IS NULL OR bp.to_day >= $1)
         LEFT JOIN area b ON b.id = bp.area_id
         WHERE g.tier = 'grid'
         GROUP BY g.id, c.name, c.name_en, g.name, g.name_en, g.code, gp.from_day ORDER BY g.code";

    pub GRID_WORKERS(unscoped "the demo's own page counts the whole city") =
        "SELECT CAST(COUNT(DISTINCT p.person_id) AS BIGINT)
         FROM post p JOIN post_role r ON r.post_id = p.id AND r.role = 'grid_worker'
         JOIN area g ON g.id = p.area_id AND g.tier = 'grid'
         WHERE p.from_day <= $1 AND (p.to_day IS NULL OR p.to_day >= $1)";
    pub GRID_WORKERS_LIST(unscoped "the demo's own page; posts without who holds them") =
        "SELECT c.name, c.name_en, g.name, g.name_en, CAST(1 AS BIGINT), p.from_day
         FROM post p JOIN post_role r ON r.post_id = p.id AND r.role = 'grid_worker'
         JOIN area g ON g.id = p.area_id AND g.tier = 'grid'
         JOIN area c ON c.id = g.parent_id
         WHERE p.from_day <= $1 AND (p.to_day IS NULL OR p.to_day >= $1) ORDER BY g.code, p.id";

    pub CONFERENCE(unscoped "the demo's own page counts the whole city") =
        "SELECT CAST(COUNT(DISTINCT m.org_id) AS BIGINT) FROM membership m
         WHERE m.body = $2 AND m.from_day <= $1 AND (m.to_day IS NULL OR m.to_day >= $1)";
    pub CONFERENCE_LIST(unscoped "the demo's own page; who sits in the conference is public") =
        "SELECT o.name, o.name_en, '', NULL, CAST(1 AS BIGINT), m.from_day FROM membership m JOIN org o ON o.id = m.org_id
         WHERE m.body = $2 AND m.from_day <= $1 AND (m.to_day IS NULL OR m.to_day >= $1) ORDER BY o.name, o.id";

    // screened: shown after the desk looked at it
    pub WISHES(unscoped "the demo's own page counts the whole city") =
        "SELECT CAST(COUNT(DISTINCT e.case_id) AS BIGINT) FROM event e JOIN cases c ON c.id = e.case_id
         WHERE c.procedure = 'wish' AND e.step = 'publish' AND e.happened_at >= $1 AND e.happened_at < $2";
    pub WISHES_LIST(unscoped "the demo's own page; number, community and date only") =
        "SELECT a.name, a.name_en, c.number, c.number, CAST(1 AS BIGINT),
            MIN((e.happened_at + 28800000) / 86400000)
         FROM event e JOIN cases c ON c.id = e.case_id JOIN area a ON a.id = c.community_id
         WHERE c.procedure = 'wish' AND e.step = 'publish' AND e.happened_at >= $1 AND e.happened_at < $2
         GROUP BY c.id, c.number, a.name, a.name_en ORDER BY c.number";

    pub ITEMS(unscoped "the demo's own page counts the whole city") =
        "SELECT CAST(COUNT(DISTINCT i.id) AS BIGINT) FROM service_item i
         JOIN service_choice k ON k.item_id = i.id AND k.community_id IS NULL AND k.used = TRUE
         WHERE i.number IS NOT NULL AND k.from_day <= $1 AND (k.to_day IS NULL OR k.to_day >= $1)";
    pub ITEMS_LIST(unscoped "the demo's own page; the catalogue is public") =
        "SELECT y.name, y.name_en, i.name, i.name_en, i.number, k.from_day FROM service_item i
         JOIN service_choice k ON k.item_id = i.id AND k.community_id IS NULL AND k.used = TRUE
         JOIN service_group g ON g.key = i.group_key JOIN service_category y ON y.key = g.category_key
         WHERE i.number IS NOT NULL AND k.from_day <= $1 AND (k.to_day IS NULL OR k.to_day >= $1) ORDER BY i.number";

    pub DEPARTMENTS(unscoped "the demo's own page counts the whole city") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM service_claim s JOIN org o ON o.id = s.org_id AND o.kind = 'department'
         WHERE s.state = 'vetted' AND s.from_day <= $1 AND (s.to_day IS NULL OR s.to_day >= $1)";
    pub DEPARTMENTS_LIST(unscoped "the demo's own page; who does an item is public") =
        "SELECT o.name, o.name_en, i.name || COALESCE(' · ' || a.name, ''),
            COALESCE(i.name_en, i.name) || COALESCE(' · ' || a.name_en, ''), CAST(1 AS BIGINT), s.from_day
         FROM service_claim s JOIN org o ON o.id = s.org_id AND o.kind = 'department'
         JOIN service_item i ON i.id = s.item_id LEFT JOIN area a ON a.id = s.community_id
         WHERE s.state = 'vetted' AND s.from_day <= $1 AND (s.to_day IS NULL OR s.to_day >= $1)
         ORDER BY o.name, i.number NULLS LAST, a.code NULLS FIRST, s.id";

    pub MEMBERS(unscoped "the demo's own page counts the whole city") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM volunteer v
         WHERE v.unit_id IS NOT NULL AND v.from_day <= $1 AND (v.to_day IS NULL OR v.to_day >= $1)";
    pub MEMBERS_LIST(unscoped "the demo's own page; how many of each unit, by its name, and nobody's name") =
        "SELECT o.name, o.name_en, '', NULL, CAST(COUNT(*) AS BIGINT), MIN(v.from_day)
         FROM volunteer v JOIN org o ON o.id = v.unit_id
         WHERE v.from_day <= $1 AND (v.to_day IS NULL OR v.to_day >= $1)
         GROUP BY o.id, o.name, o.name_en ORDER BY o.name, o.id";

    // items that members claim for themselves, and wishes that members, as themselves, have claimed
    pub CLAIMED(unscoped "the demo's own page counts the whole city") =
        "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM service_claim s
                JOIN volunteer v ON v.person_id = s.person_id AND v.unit_id IS NOT NULL
                WHERE s.state = 'vetted' AND s.from_day <= $1 AND (s.to_day IS NULL OR s.to_day >= $1))
            + (SELECT CAST(COUNT(DISTINCT e.case_id) AS BIGINT) FROM event e
                JOIN cases c ON c.id = e.case_id AND c.procedure = 'wish'
                JOIN volunteer v ON v.person_id = e.person_id AND v.unit_id IS NOT NULL
                WHERE e.step IN ('claim', 'take_on') AND e.org_id IS NULL
                  AND e.happened_at >= $2 AND e.happened_at < $3)";
    pub CLAIMED_LIST(unscoped "the demo's own page; what and where, and nobody's name") =
        "SELECT x.place, x.place_en, x.what, x.what_en, CAST(1 AS BIGINT), x.day FROM (
            SELECT a.name AS place, a.name_en AS place_en, i.name AS what, COALESCE(i.name_en, i.name) AS what_en,
                s.from_day AS day
            FROM service_claim s JOIN volunteer v ON v.person_id = s.person_id AND v.unit_id IS NOT NULL
            JOIN service_item i ON i.id = s.item_id JOIN area a ON a.id = s.community_id
            WHERE s.state = 'vetted' AND s.from_day <= $1 AND (s.to_day IS NULL OR s.to_day >= $1)
            UNION ALL
            SELECT a.name, a.name_en, c.number, c.number, MIN((e.happened_at + 28800000) / 86400000)
            FROM event e JOIN cases c ON c.id = e.case_id AND c.procedure = 'wish'
            JOIN volunteer v ON v.person_id = e.person_id AND v.unit_id IS NOT NULL
            JOIN area a ON a.id = c.community_id
            WHERE e.step IN ('claim', 'take_on') AND e.org_id IS NULL AND e.happened_at >= $2 AND e.happened_at < $3
            GROUP BY c.id, c.number, a.name, a.name_en) x
         ORDER BY x.day, x.place, x.what";

    pub REQUESTS(unscoped "the demo's own page counts the whole city") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM cases c
         WHERE c.procedure = 'request' AND c.shown AND c.happened_at >= $1 AND c.happened_at < $2";
    // the last answer before the case was closed is one that passed; praise is closed without any
    pub AT_ONCE(unscoped "the demo's own page counts the whole city") =
        "SELECT CAST(COUNT(*) AS BIGINT), CAST(COUNT(*) FILTER (WHERE x.answered - x.said <= $3) AS BIGINT)
         FROM (SELECT c.happened_at AS said,
                (SELECT MAX(a.happened_at) FROM event a
                    WHERE a.case_id = c.id AND a.step = 'answer' AND a.happened_at < $2) AS answered,
                (SELECT e.to_state FROM event e WHERE e.case_id = c.id AND e.happened_at < $2
                    ORDER BY e.seq DESC LIMIT 1) AS state
            FROM cases c
            WHERE c.procedure = 'request' AND c.shown AND c.source <> 'import'
              AND c.happened_at >= $1 AND c.happened_at < $2) x
         WHERE x.state IN ('closed', 'archived') AND x.answered IS NOT NULL";
    pub CLOSED(unscoped "the demo's own page counts the whole city") =
        "SELECT CAST(COUNT(*) AS BIGINT), CAST(COUNT(*) FILTER (WHERE x.state IN ('closed', 'archived')) AS BIGINT)
         FROM (SELECT (SELECT e.to_state FROM event e WHERE e.case_id = c.id AND e.happened_at < $2
                    ORDER BY e.seq DESC LIMIT 1) AS state
            FROM cases c
            WHERE c.procedure = 'request' AND c.shown AND c.source <> 'import'
              AND c.happened_at >= $1 AND c.happened_at < $2
              AND EXISTS (SELECT 1 FROM event d
                  WHERE d.case_id = c.id AND d.step = 'dispatch' AND d.happened_at < $2)) x
         WHERE x.state <> 'withdrawn'";
    // $3: answered within so long, and closed; $4: closed after a dispatch; $5, $6: those before this one
    pub REQUESTS_LIST(unscoped "the demo's own page; number, dates, category, community and state only") =
        "SELECT x.id, x.number, x.said, x.category, x.community, x.community_en, x.state, x.answered
         FROM (SELECT c.id, c.number, c.happened_at AS said, c.category, a.name AS community,
                a.name_en AS community_en,
                (SELECT e.to_state FROM event e WHERE e.case_id = c.id AND e.happened_at < $2
                    ORDER BY e.seq DESC LIMIT 1) AS state,
                (SELECT MAX(e.happened_at) FROM event e
                    WHERE e.case_id = c.id AND e.step = 'answer' AND e.happened_at < $2) AS answered,
                (SELECT CAST(COUNT(*) AS BIGINT) FROM event e
                    WHERE e.case_id = c.id AND e.step = 'dispatch' AND e.happened_at < $2) AS dispatched
            FROM cases c LEFT JOIN area a ON a.id = c.community_id
            WHERE c.procedure = 'request' AND c.shown AND c.happened_at >= $1 AND c.happened_at < $2) x
         WHERE x.state IS NOT NULL
           {when:3: AND x.state IN ('closed', 'archived') AND x.answered - x.said <= $3}
           {when:4: AND x.state IN ('closed', 'archived') AND x.dispatched >= $4}
           {when:5: AND (x.said < $5 OR (x.said = $5 AND x.id < $6))}
         ORDER BY x.said DESC, x.id DESC LIMIT 51";
}
