use linli_base::{AreaId, At, CaseId, Day, OrgId, PersonId};
use linli_store::{row, statements};
use uuid::Uuid;

row! {
    pub(super) struct VolunteerRow {
        pub person_id: PersonId,
        pub unit_id: Option<OrgId>,
        pub community_id: AreaId,
        pub skills: String,
        pub times: String,
        pub lat: Option<f64>,
        pub lon: Option<f64>,
        pub fortnight: i64,
        pub from_day: Day,
    }
}

row! {
    /// A volunteer with how many cases they are asked for or have taken on in two weeks.
    pub(crate) struct AbleRow {
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
    /// Somebody who has joined and whom no community has said that it knows.
    pub struct Unknown {
        pub person_id: PersonId,
        pub from_day: Day,
        pub name: String,
        pub name_en: Option<String>,
        pub unit: Option<String>,
        pub unit_en: Option<String>,
    }
}

row! {
    pub(super) struct ClaimedRow {
        pub item: String,
        pub brings: String,
        pub from_day: Day,
    }
}

row! {
    pub(super) struct CountRow {
        pub number: i64,
    }
}

row! {
    /// A line of somebody's hours.
    pub struct Logged {
        pub id: Uuid,
        pub person_id: PersonId,
        pub case_id: Option<CaseId>,
        pub day: Day,
        pub minutes: i64,
        pub what: String,
        pub what_en: Option<String>,
        pub confirmed_at: Option<At>,
        pub name: String,
        pub name_en: Option<String>,
    }
}

row! {
    /// How often, and how long; confirmed only.
    pub struct Total {
        pub times: i64,
        pub minutes: i64,
    }
}

row! {
    /// A quarter's totals that somebody has released to their unit.
    pub struct Card {
        pub quarter: String,
        pub times: i64,
        pub minutes: i64,
        pub name: String,
        pub name_en: Option<String>,
    }
}

macro_rules! logged {
    () => {
        "SELECT h.id, h.person_id, h.case_id, h.day, h.minutes, h.what, h.what_en, h.confirmed_at, n.name, n.name_en
         FROM hours h JOIN person n ON n.id = h.person_id WHERE "
    };
}

macro_rules! able {
    () => {
        "SELECT v.person_id, v.community_id, v.skills, v.times, v.lat, v.lon, v.fortnight, n.name, n.name_en, u.name,
            u.name_en,
            (SELECT CAST(COUNT(*) AS BIGINT) FROM case_taker k JOIN cases c ON c.id = k.case_id
             WHERE k.person_id = v.person_id AND (c.open = TRUE OR c.changed_at >= $2))
        FROM volunteer v JOIN person n ON n.id = v.person_id LEFT JOIN org u ON u.id = v.unit_id
        WHERE v.to_day IS NULL AND n.active = TRUE AND "
    };
}

statements! {
    pub(super) MINE(unscoped "one's own") =
        "SELECT v.person_id, v.unit_id, v.community_id, v.skills, v.times, v.lat, v.lon, v.fortnight, v.from_day
         FROM volunteer v WHERE v.person_id = $1 AND v.to_day IS NULL";
    pub(super) JOIN(unscoped "one's own") =
        "INSERT INTO volunteer (person_id, unit_id, community_id, skills, times, lat, lon, fortnight, from_day, to_day,
                                changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, $10)
         ON CONFLICT (person_id) DO UPDATE SET unit_id = EXCLUDED.unit_id, community_id = EXCLUDED.community_id,
            skills = EXCLUDED.skills, times = EXCLUDED.times, lat = EXCLUDED.lat, lon = EXCLUDED.lon,
            fortnight = EXCLUDED.fortnight, changed_at = EXCLUDED.changed_at, to_day = NULL,
            known_at = CASE WHEN volunteer.community_id = EXCLUDED.community_id THEN volunteer.known_at END,
            from_day = CASE WHEN volunteer.to_day IS NULL THEN volunteer.from_day ELSE EXCLUDED.from_day END";
    // what they could do and where they live is forgotten with it; hours stay theirs
    pub(super) LEAVE(unscoped "one's own") =
        "UPDATE volunteer SET to_day = $2, skills = '', times = '0000000', lat = NULL, lon = NULL, changed_at = $3,
            known_at = NULL, known_by = NULL
         WHERE person_id = $1 AND to_day IS NULL";
    pub(super) FORGET(unscoped "an account that is closed") = "DELETE FROM volunteer WHERE person_id = $1";
    // minutes stay without words, so that counts stay right
    pub(super) FORGET_WORDS(unscoped "an account that is closed") =
        "UPDATE hours SET what = '', what_en = NULL WHERE person_id = $1 AND case_id IS NULL";
    pub(super) FORGET_CARDS(unscoped "an account that is closed") = "DELETE FROM quarter_card WHERE person_id = $1";
    pub(super) ABLE(unscoped "those of the communities whose orders were read under a scope") =
        concat!(able!(), "v.community_id IN {list:1} ORDER BY v.person_id");
    pub(super) ABLE_SELF(unscoped "one's own") = concat!(able!(), "v.person_id = $1");
    pub(super) UNKNOWN(unscoped "checked before to be in reach") =
        "SELECT v.person_id, v.from_day, n.name, n.name_en, u.name, u.name_en FROM volunteer v
         JOIN person n ON n.id = v.person_id LEFT JOIN org u ON u.id = v.unit_id
         WHERE v.community_id IN {list:1} AND v.known_at IS NULL AND v.to_day IS NULL AND n.active = TRUE
         ORDER BY v.from_day, v.person_id LIMIT 200";
    pub(super) KNOWN_MANY(unscoped "checked before to be in reach") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM volunteer v
         WHERE v.community_id IN {list:1} AND v.known_at IS NOT NULL AND v.to_day IS NULL";
    pub(super) SAY_KNOWN(unscoped "checked before to be in reach") =
        "UPDATE volunteer SET known_at = $3, known_by = $4
         WHERE person_id = $1 AND community_id IN {list:2} AND known_at IS NULL AND to_day IS NULL AND person_id <> $4";
    pub(super) LOG(unscoped "one's own, or by the job that follows an order") =
        "INSERT INTO hours (id, person_id, case_id, community_id, day, minutes, what, what_en, made_at, confirmed_at,
                            confirmed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, NULL) ON CONFLICT DO NOTHING";
    pub(super) LOGGED(unscoped "one's own") =
        concat!(logged!(), "h.person_id = $1 AND h.day >= $2 ORDER BY h.day DESC, h.made_at DESC, h.id LIMIT 500");
    pub(super) WAITING(unscoped "checked before to be in reach") =
        concat!(logged!(), "h.community_id IN {list:1} AND h.confirmed_at IS NULL AND h.case_id IS NULL
         ORDER BY h.day, h.id LIMIT 200");
    pub(super) DROP_OWN(unscoped "one's own") =
        "DELETE FROM hours WHERE id = $1 AND person_id = $2 AND confirmed_at IS NULL AND case_id IS NULL";
    pub(super) CONFIRM(unscoped "checked before to be in reach") =
        "UPDATE hours SET confirmed_at = $3, confirmed_by = $4
         WHERE id = $1 AND community_id IN {list:2} AND confirmed_at IS NULL AND person_id <> $4";
    pub(super) CONFIRM_CASE(unscoped "by the job that follows an order") =
        "UPDATE hours SET confirmed_at = $2 WHERE case_id = $1 AND confirmed_at IS NULL";
    pub(super) CARD(unscoped "one's own") =
        "SELECT c.quarter, c.times, c.minutes, n.name, n.name_en FROM quarter_card c JOIN person n ON n.id = c.person_id
         WHERE c.person_id = $1 AND c.quarter = $2";
    pub(super) RELEASE(unscoped "one's own") =
        "INSERT INTO quarter_card (person_id, quarter, unit_id, times, minutes, released_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (person_id, quarter) DO UPDATE SET unit_id = EXCLUDED.unit_id, times = EXCLUDED.times,
            minutes = EXCLUDED.minutes, released_at = EXCLUDED.released_at";
    pub(super) TAKE_BACK(unscoped "one's own") = "DELETE FROM quarter_card WHERE person_id = $1 AND quarter = $2";
    // by name: nobody is ranked
    pub(super) CARDS(unscoped "released to the unit whose leader asks") =
        "SELECT c.quarter, c.times, c.minutes, n.name, n.name_en FROM quarter_card c JOIN person n ON n.id = c.person_id
         WHERE c.unit_id = $1 ORDER BY c.quarter DESC, n.name, n.id LIMIT 1000";
    pub(super) OWN_CARDS(unscoped "one's own") =
        "SELECT c.quarter, c.times, c.minutes, n.name, n.name_en FROM quarter_card c JOIN person n ON n.id = c.person_id
         WHERE c.person_id = $1 ORDER BY c.quarter";
    pub(super) OWN_CLAIMS(unscoped "one's own") =
        "SELECT i.name, s.brings, s.from_day FROM service_claim s JOIN service_item i ON i.id = s.item_id
         WHERE s.person_id = $1 ORDER BY s.from_day, s.id";
    pub(super) TOTAL(unscoped "one's own") =
        "SELECT CAST(COUNT(*) AS BIGINT), COALESCE(CAST(SUM(h.minutes) AS BIGINT), 0) FROM hours h
         WHERE h.person_id = $1 AND h.confirmed_at IS NOT NULL AND h.day >= $2 AND h.day <= $3";
}
