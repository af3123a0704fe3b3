use crate::reach::PLACED;
use linli_base::{AreaId, At, Day, OrgId, PersonId};
use linli_store::{row, statements};
use uuid::Uuid;

row! {
    /// A programme, with the org that runs it and the place.
    pub struct Programme {
        /// Its key.
        pub id: Uuid,
        /// Who runs it.
        pub org_id: OrgId,
        /// The org's name.
        pub org: String,
        /// The same in English.
        pub org_en: Option<String>,
        /// The street that it is in.
        pub street: AreaId,
        /// The community, where it is in one.
        pub community: Option<AreaId>,
        /// What that place is called.
        pub area: String,
        /// The same in English.
        pub area_en: Option<String>,
        /// Its name.
        pub title: String,
        /// The same in English.
        pub title_en: Option<String>,
        /// What is done.
        pub about: String,
        /// The same in English.
        pub about_en: Option<String>,
        /// A key of the catalogue's groups.
        pub skill: Option<String>,
        /// Its first day.
        pub from_day: Day,
        /// Its last day, included; `None`: open.
        pub to_day: Option<Day>,
        /// When it was ended.
        pub ended_at: Option<At>,
        /// When its next activity begins.
        pub next_at: Option<At>,
    }
}

row! {
    /// One time of a programme.
    pub struct Activity {
        /// Its key.
        pub id: Uuid,
        /// Of which programme.
        pub programme: Uuid,
        /// Its beginning.
        pub begins_at: At,
        /// Its end.
        pub ends_at: At,
        /// Where to meet.
        pub place: String,
        /// How many are wanted.
        pub wanted: i64,
        /// How many have signed up.
        pub signed: i64,
        /// When time or place was changed last.
        pub changed_at: Option<At>,
        /// When it was called off.
        pub off_at: Option<At>,
        /// Why.
        pub off_reason: Option<String>,
        /// The programme's name.
        pub title: String,
        /// The same in English.
        pub title_en: Option<String>,
    }
}

row! {
    /// Somebody who signed up, and whether they came.
    pub struct Signed {
        /// Who.
        pub person: PersonId,
        /// Their name.
        pub name: String,
        /// The same in English.
        pub name_en: Option<String>,
        /// When it was said that they came.
        pub came_at: Option<At>,
    }
}

row! { pub(super) struct Key { pub id: Uuid } }

macro_rules! programme {
    () => {
        "SELECT p.id, p.org_id, o.name, o.name_en, p.street_id, p.community_id, a.name, a.name_en, p.title, p.title_en,
            p.about, p.about_en, p.skill, p.from_day, p.to_day, p.ended_at,
            (SELECT MIN(x.begins_at) FROM activity x
             WHERE x.programme_id = p.id AND x.off_at IS NULL AND x.begins_at > $1) AS next_at
         FROM programme p JOIN org o ON o.id = p.org_id JOIN area a ON a.id = COALESCE(p.community_id, p.street_id) WHERE "
    };
}

macro_rules! activity {
    () => {
        "SELECT x.id, x.programme_id, x.begins_at, x.ends_at, x.place, x.wanted, x.signed, x.changed_at, x.off_at,
            x.off_reason, p.title, p.title_en FROM activity x JOIN programme p ON p.id = x.programme_id "
    };
}

statements! {
    shape PLACED;

    pub(super) BY_ID(unscoped "a programme is for everybody") = concat!(programme!(), "p.id = $2");
    pub(super) RUN = concat!(programme!(), "p.id = $2 AND {scope:p}");
    pub(super) LIST(unscoped "programmes are for everybody") =
        concat!(programme!(), "p.ended_at IS NULL AND (p.to_day IS NULL OR p.to_day >= $5) {when:2: AND p.street_id = $2}
         {when:3: AND (p.community_id IS NULL OR p.community_id = $3)} {when:4: AND p.org_id = $4}
         ORDER BY next_at NULLS LAST, p.title, p.id LIMIT 1000");
    pub(super) ADD(unscoped "checked before to be one's org, or in reach") =
        "INSERT INTO programme (id, org_id, street_id, community_id, title, title_en, about, about_en, skill, from_day,
                                to_day, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL)";
    pub(super) CHANGE(unscoped "checked before to be one's org's, or in reach") =
        "UPDATE programme SET title = $2, title_en = $3, about = $4, about_en = $5, skill = $6, from_day = $7, to_day = $8
         WHERE id = $1 AND ended_at IS NULL";
    pub(super) END(unscoped "checked before to be one's org's, or in reach") =
        "UPDATE programme SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    pub(super) END_COMING(unscoped "checked before to be one's org's, or in reach") =
        "UPDATE activity SET off_at = $2, off_reason = $3 WHERE programme_id = $1 AND off_at IS NULL AND begins_at > $2";

    pub(super) ACTIVITIES(unscoped "a programme is for everybody") =
        concat!(activity!(), "WHERE x.programme_id = $1 AND x.ends_at >= $2 ORDER BY x.begins_at, x.id LIMIT 200");
    pub(super) ACTIVITY(unscoped "a programme is for everybody") = concat!(activity!(), "WHERE x.id = $1");
    pub(super) ADD_ACTIVITY(unscoped "checked before to be one's org's, or in reach") =
        "INSERT INTO activity (id, programme_id, begins_at, ends_at, place, wanted, signed, changed_at, off_at, off_reason)
         SELECT $1, p.id, $3, $4, $5, $6, 0, NULL, NULL, NULL FROM programme p WHERE p.id = $2 AND p.ended_at IS NULL";
    // nobody who has signed up is sent away
    pub(super) CHANGE_ACTIVITY(unscoped "checked before to be one's org's, or in reach") =
        "UPDATE activity SET begins_at = $2, ends_at = $3, place = $4, wanted = $5,
            changed_at = CASE WHEN begins_at = $2 AND ends_at = $3 AND place = $4 THEN changed_at ELSE $6 END
         WHERE id = $1 AND off_at IS NULL AND begins_at > $6 AND signed <= $5";
    pub(super) CALL_OFF(unscoped "checked before to be one's org's, or in reach") =
        "UPDATE activity SET off_at = $2, off_reason = $3 WHERE id = $1 AND off_at IS NULL AND begins_at > $2";

    pub(super) SIGN(unscoped "one's own") =
        "INSERT INTO signup (activity_id, person_id, signed_at, came_at, came_by) VALUES ($1, $2, $3, NULL, NULL)
         ON CONFLICT DO NOTHING";
    pub(super) TAKE_PLACE(unscoped "one's own") =
        "UPDATE activity SET signed = signed + 1
         WHERE id = $1 AND off_at IS NULL AND begins_at > $2 AND signed < wanted";
    pub(super) SIGN_OFF(unscoped "one's own") =
        "DELETE FROM signup WHERE activity_id = $1 AND person_id = $2
           AND EXISTS (SELECT 1 FROM activity x WHERE x.id = $1 AND x.begins_at > $3)";
    pub(super) GIVE_PLACE(unscoped "one's own") = "UPDATE activity SET signed = signed - 1 WHERE id = $1";
    pub(super) SIGNED(unscoped "checked before to be one's org's, or in reach") =
        "SELECT s.person_id, n.name, n.name_en, s.came_at FROM signup s JOIN person n ON n.id = s.person_id
         WHERE s.activity_id = $1 ORDER BY n.name, n.id LIMIT 1000";
    pub(super) CAME(unscoped "checked before to be one's org's, or in reach") =
        "UPDATE signup SET came_at = $3, came_by = $4 WHERE activity_id = $1 AND person_id = $2 AND came_at IS NULL";
    // so that nobody reads from it who did not come
    pub(super) SWEEP(unscoped "what is over its time") =
        "DELETE FROM signup WHERE came_at IS NULL
           AND activity_id IN (SELECT x.id FROM activity x WHERE x.ends_at < $1)";
    // a street's programme counts where the volunteer is at home
    pub(super) LOG_CAME(unscoped "checked before to be one's org's, or in reach") =
        "INSERT INTO hours (id, person_id, case_id, community_id, day, minutes, what, what_en, made_at, confirmed_at,
                            confirmed_by)
         SELECT $1, v.person_id, NULL, COALESCE($3, v.community_id), $4, $5, $6, $7, $8, $9, $10
         FROM volunteer v WHERE v.person_id = $2";

    pub(super) MINE(unscoped "one's own") =
        concat!(activity!(), "JOIN signup s ON s.activity_id = x.id
         WHERE s.person_id = $1 AND x.ends_at > $2 ORDER BY x.begins_at, x.id LIMIT 100");
    pub(super) ALL_MINE(unscoped "one's own") =
        concat!(activity!(), "JOIN signup s ON s.activity_id = x.id
         WHERE s.person_id = $1 ORDER BY x.begins_at, x.id");
    pub(super) MINE_OF(unscoped "one's own") =
        "SELECT s.activity_id FROM signup s JOIN activity x ON x.id = s.activity_id
         WHERE s.person_id = $1 AND x.programme_id = $2";
    pub(super) OPEN(unscoped "programmes are for everybody") =
        concat!(activity!(), "WHERE p.street_id = $1 AND (p.community_id IS NULL OR p.community_id = $2)
           AND x.off_at IS NULL AND x.begins_at > $3 AND x.signed < x.wanted
           AND NOT EXISTS (SELECT 1 FROM signup s WHERE s.activity_id = x.id AND s.person_id = $4)
         ORDER BY x.begins_at, x.id LIMIT 5");
    pub(crate) FREE(unscoped "an account that is closed") =
        "UPDATE activity SET signed = signed - 1
         WHERE id IN (SELECT s.activity_id FROM signup s WHERE s.person_id = $1)";
    pub(crate) FORGET(unscoped "an account that is closed") = "DELETE FROM signup WHERE person_id = $1";
}
