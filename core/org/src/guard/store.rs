//! SQL of roles, lending and the city's settings.

use crate::kind;
use linli_base::{At, Day, Id, OrgId, PersonId, PostId};
use linli_store::{row, statements};

row! {
    pub struct SettingRow {
        pub name: String,
        pub value: String,
    }
}

row! {
    /// A post's days and roles.
    pub struct TenureRow {
        pub post: PostId,
        pub from_day: Day,
        pub to_day: Option<Day>,
        pub roles: Option<String>,
    }
}

row! {
    /// A post that is lent, or asked to be.
    pub struct LentRow {
        /// Its key.
        pub id: Id<kind::Delegation>,
        /// The post.
        pub post: PostId,
        /// Its title.
        pub title: String,
        /// Its English title.
        pub title_en: Option<String>,
        /// The org.
        pub org: OrgId,
        /// Its name.
        pub org_name: String,
        /// Its English name.
        pub org_name_en: Option<String>,
        /// Whose post it is.
        pub holder: PersonId,
        /// Their name.
        pub holder_name: String,
        /// Their English name.
        pub holder_name_en: Option<String>,
        /// To whom.
        pub to: PersonId,
        /// Their name.
        pub to_name: String,
        /// Their English name.
        pub to_name_en: Option<String>,
        /// The first day.
        pub from_day: Day,
        /// The last day.
        pub to_day: Day,
        /// Why.
        pub reason: String,
        /// When a leader agreed; none while it waits.
        pub approved_at: Option<At>,
        /// When it was ended before its time.
        pub ended_at: Option<At>,
    }
}

row! {
    /// What is known of an account, for whoever guards it.
    pub struct AccountStateRow {
        pub phone_lookup: Option<String>,
        pub sessions: i64,
        pub tokens: i64,
        pub confirmed_at: Option<At>,
        pub second_locked_until: Option<At>,
        pub locked_until: Option<At>,
    }
}

statements! {
    pub SETTINGS(unscoped "what the city has set is no secret to the program") =
        "SELECT s.name, s.value FROM guard_setting s ORDER BY s.name";

    pub SET(unscoped "the action holds Guard, which is city-wide") =
        "INSERT INTO guard_setting (name, value, set_at) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, set_at = excluded.set_at";

    pub LOCK_PERSON(unscoped "written first, so that two grants to one person queue up") =
        "UPDATE person SET version = version + 1 WHERE id = $1";

    pub TENURES(unscoped "the rule is about all posts of one person") =
        "SELECT p.id, p.from_day, p.to_day,
            (SELECT STRING_AGG(r.role, ',' ORDER BY r.role) FROM post_role r WHERE r.post_id = p.id)
         FROM post p WHERE p.person_id = $1 ORDER BY p.id";

    pub CLEAR_ROLES(unscoped "the action holds Guard, which is city-wide") =
        "DELETE FROM post_role WHERE post_id = $1";

    pub END_BORROWED(unscoped "the action holds Guard: what a post may do has changed") =
        "DELETE FROM session WHERE post_id = $1";

    pub LOCK_POST(unscoped "written first, so that two lendings of one post queue up") =
        "UPDATE post SET title = title WHERE id = $1";

    pub OVERLAPPING(unscoped "the rule is about all lendings of one post") =
        "SELECT d.post_id, d.from_day, d.to_day, NULL FROM delegation d
         WHERE d.post_id = $1 AND d.ended_at IS NULL AND d.from_day <= $3 AND d.to_day >= $2";

    pub INSERT(unscoped "the post is the person's own") =
        "INSERT INTO delegation (id, post_id, to_person_id, from_day, to_day, reason, asked_at, approved_by, approved_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    pub LENT(unscoped "narrowed to the person, or to the org that they lead") =
        "SELECT d.id, p.id, p.title, p.title_en, o.id, o.name, o.name_en, h.id, h.name, h.name_en, t.id, t.name,
            t.name_en, d.from_day, d.to_day, d.reason, d.approved_at, d.ended_at
         FROM delegation d
         JOIN post p ON p.id = d.post_id
         JOIN org o ON o.id = p.org_id
         JOIN person h ON h.id = p.person_id
         JOIN person t ON t.id = d.to_person_id
         WHERE TRUE
           {when:1: AND h.id = $1}
           {when:2: AND t.id = $2}
           {when:3: AND o.id = $3}
           {when:4: AND d.id = $4}
           {when:5: AND d.to_day >= $5}
         ORDER BY d.from_day DESC, d.id DESC LIMIT 100";

    pub APPROVE(unscoped "the action holds the leader's hat of the post's org") =
        "UPDATE delegation SET approved_by = $2, approved_at = $3
         WHERE id = $1 AND approved_at IS NULL AND ended_at IS NULL";

    pub END(unscoped "the action is the holder's, the borrower's or the leader's") =
        "UPDATE delegation SET ended_by = $2, ended_at = $3 WHERE id = $1 AND ended_at IS NULL";

    pub DROP_BORROWED(unscoped "the lending has ended") =
        "UPDATE session SET post_id = NULL WHERE post_id = $1 AND person_id = $2";

    pub ACCOUNT_STATE(unscoped "the action holds Guard, which is city-wide") =
        "SELECT n.phone_lookup,
            (SELECT CAST(COUNT(*) AS BIGINT) FROM session s WHERE s.person_id = n.id AND s.ends_at > $2),
            (SELECT CAST(COUNT(*) AS BIGINT) FROM api_token t WHERE t.person_id = n.id AND t.ends_at > $2),
            f.confirmed_at, f.locked_until, y.locked_until
         FROM person n
         LEFT JOIN second_factor f ON f.person_id = n.id
         LEFT JOIN sign_in_try y ON y.phone_lookup = n.phone_lookup
         WHERE n.id = $1";

    pub UNLOCK_SECOND(unscoped "the action holds Guard, which is city-wide") =
        "UPDATE second_factor SET failed = 0, locked_until = NULL WHERE person_id = $1";

    pub END_TOKENS(unscoped "the action holds Guard, which is city-wide") =
        "UPDATE api_token SET ends_at = $2 WHERE person_id = $1 AND ends_at > $2";
}
