use crate::reach::PLACED;
use linli_base::{AreaId, Day, OrgId};
use linli_store::{row, statements};

row! {
    /// An alliance, with how many units and people belong to it.
    pub struct Alliance {
        /// Its org.
        pub id: OrgId,
        /// Its name, unique among the alliances that stand.
        pub name: String,
        /// The same in English.
        pub name_en: Option<String>,
        /// What it is for.
        pub about: String,
        /// The same in English.
        pub about_en: Option<String>,
        /// Keys of the catalogue's groups, spaces between.
        pub skills: String,
        /// The street that it lies in.
        pub street: AreaId,
        /// The community, where it is a community's.
        pub community: Option<AreaId>,
        /// What that place is called.
        pub area: String,
        /// The same in English.
        pub area_en: Option<String>,
        /// The code of that place.
        pub code: String,
        /// Its first day.
        pub from_day: Day,
        /// The day on which it was ended.
        pub to_day: Option<Day>,
        /// Member units.
        pub units: i64,
        /// Members who are people.
        pub people: i64,
    }
}

row! {
    /// A member unit, or an alliance that somebody belongs to.
    pub struct Belongs {
        /// The org.
        pub id: OrgId,
        /// Its name.
        pub name: String,
        /// The same in English.
        pub name_en: Option<String>,
        /// Since when.
        pub from_day: Day,
    }
}

row! { pub(super) struct Many { pub many: i64 } }

macro_rules! alliance {
    () => {
        "SELECT l.org_id, o.name, o.name_en, l.about, l.about_en, l.skills, l.street_id, l.community_id, a.name,
            a.name_en, a.code, l.from_day, l.to_day,
            (SELECT CAST(COUNT(*) AS BIGINT) FROM alliance_member m
             WHERE m.alliance_id = l.org_id AND m.org_id IS NOT NULL AND m.to_day IS NULL),
            (SELECT CAST(COUNT(*) AS BIGINT) FROM alliance_member m
             WHERE m.alliance_id = l.org_id AND m.person_id IS NOT NULL AND m.to_day IS NULL)
         FROM alliance l JOIN org o ON o.id = l.org_id JOIN area a ON a.id = COALESCE(l.community_id, l.street_id) WHERE "
    };
}

statements! {
    shape PLACED;

    pub(super) BY_ID(unscoped "an alliance is for everybody") = concat!(alliance!(), "l.org_id = $1");
    pub(super) LIST(unscoped "alliances are for everybody") =
        concat!(alliance!(), "l.to_day IS NULL {when:1: AND l.street_id = $1}
         {when:2: AND (l.community_id IS NULL OR l.community_id = $2)} ORDER BY a.code, o.name LIMIT 1000");
    pub(super) MINE = concat!(alliance!(), "l.to_day IS NULL AND {scope:l} {when:1: AND l.org_id = $1}
         ORDER BY a.code, o.name LIMIT 1000");
    pub(super) ADD(unscoped "checked before to be in reach") =
        "INSERT INTO alliance (org_id, street_id, community_id, about, about_en, skills, from_day, to_day)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)";
    pub(super) CHANGE(unscoped "checked before to be in reach") =
        "UPDATE alliance SET about = $2, about_en = $3, skills = $4 WHERE org_id = $1 AND to_day IS NULL";
    pub(super) END(unscoped "checked before to be in reach") =
        "UPDATE alliance SET to_day = $2 WHERE org_id = $1 AND to_day IS NULL";
    pub(super) END_MEMBERS(unscoped "checked before to be in reach") =
        "UPDATE alliance_member SET to_day = $2 WHERE alliance_id = $1 AND to_day IS NULL";

    pub(super) UNITS(unscoped "member units are for everybody") =
        "SELECT o.id, o.name, o.name_en, m.from_day FROM alliance_member m JOIN org o ON o.id = m.org_id
         WHERE m.alliance_id = $1 AND m.to_day IS NULL ORDER BY o.name, o.id LIMIT 500";
    pub(super) OF_PERSON(unscoped "one's own") =
        "SELECT l.org_id, o.name, o.name_en, m.from_day FROM alliance_member m JOIN alliance l ON l.org_id = m.alliance_id
         JOIN org o ON o.id = l.org_id WHERE m.person_id = $1 AND m.to_day IS NULL ORDER BY o.name, o.id";
    pub(super) STANDS(unscoped "one's own, and one's unit's") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM alliance_member m
         WHERE m.alliance_id = $1 AND m.to_day IS NULL {when:2: AND m.org_id = $2} {when:3: AND m.person_id = $3}";
    pub(super) JOIN(unscoped "oneself, or one's unit") =
        "INSERT INTO alliance_member (id, alliance_id, org_id, person_id, from_day, to_day)
         SELECT $1, l.org_id, $3, $4, $5, NULL FROM alliance l WHERE l.org_id = $2 AND l.to_day IS NULL
         ON CONFLICT DO NOTHING";
    pub(super) LEAVE(unscoped "oneself, or one's unit") =
        "UPDATE alliance_member SET to_day = $4
         WHERE alliance_id = $1 AND to_day IS NULL {when:2: AND org_id = $2} {when:3: AND person_id = $3}";
    pub(crate) FORGET(unscoped "an account that is closed") = "DELETE FROM alliance_member WHERE person_id = $1";
}
