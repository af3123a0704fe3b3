//! SQL of people and posts.

use crate::scopes::PERSON;
use linli_base::{PersonId, PostId};
use linli_store::{row, statements};

row! {
    /// A person, without phone and password.
    pub struct PersonRow {
        /// Their key.
        pub id: PersonId,
        /// 姓名.
        pub name: String,
        /// The English name.
        pub name_en: Option<String>,
        /// Whether they may sign in.
        pub active: bool,
        /// Whether they are invented.
        pub demo: bool,
        /// Rises with each change.
        pub version: i64,
        /// Whether a phone is known.
        pub has_phone: bool,
        /// Whether a password is set.
        pub has_password: bool,
    }
}

row! {
    pub struct NameRow {
        pub id: PersonId,
        pub name: String,
        pub name_en: Option<String>,
    }
}

row! {
    pub struct HolderRow {
        pub post: PostId,
        pub id: PersonId,
        pub name: String,
        pub name_en: Option<String>,
    }
}

row! {
    pub struct SealedRow {
        pub phone_sealed: Option<String>,
    }
}

statements! {
    shape PERSON;

    pub BY_ID = "SELECT n.id, n.name, n.name_en, n.active, n.demo, n.version, n.phone_sealed IS NOT NULL,
            n.password_hash IS NOT NULL
        FROM person n WHERE n.id = $1 AND {scope:n}";

    pub NAMES(unscoped "names are masked by the caller's scope; whose they are is no secret") =
        "SELECT n.id, n.name, n.name_en FROM person n WHERE n.id IN {list:1}";

    pub HOLDERS(unscoped "names are masked by the caller's scope; whose they are is no secret") =
        "SELECT p.id, n.id, n.name, n.name_en FROM post p JOIN person n ON n.id = p.person_id WHERE p.id IN {list:1}";

    pub SEALED_PHONE = "SELECT n.phone_sealed FROM person n WHERE n.id = $1 AND {scope:n}";

    pub POSTS = "SELECT p.id, n.id, n.name, n.name_en, p.title, p.title_en, o.id, o.name, a.name, p.from_day,
            p.to_day, (SELECT STRING_AGG(r.role, ',' ORDER BY r.role) FROM post_role r WHERE r.post_id = p.id)
        FROM post p
        JOIN person n ON n.id = p.person_id
        JOIN org o ON o.id = p.org_id
        LEFT JOIN area a ON a.id = p.area_id
        WHERE p.person_id = $1 AND {scope:n}
        ORDER BY p.to_day DESC NULLS FIRST, p.from_day DESC, p.id";

    pub POST = "SELECT p.id, n.id, n.name, n.name_en, p.title, p.title_en, o.id, o.name, a.name, p.from_day,
            p.to_day, (SELECT STRING_AGG(r.role, ',' ORDER BY r.role) FROM post_role r WHERE r.post_id = p.id)
        FROM post p
        JOIN person n ON n.id = p.person_id
        JOIN org o ON o.id = p.org_id
        LEFT JOIN area a ON a.id = p.area_id
        WHERE p.id = $1 AND {scope:n}";

    pub SEARCH = "SELECT p.id, n.id, n.name, n.name_en, p.title, p.title_en, o.id, o.name, a.name, p.from_day,
            p.to_day, (SELECT STRING_AGG(r.role, ',' ORDER BY r.role) FROM post_role r WHERE r.post_id = p.id)
        FROM post p
        JOIN person n ON n.id = p.person_id
        JOIN org o ON o.id = p.org_id
        LEFT JOIN area a ON a.id = p.area_id
        WHERE (n.name LIKE $1 ESCAPE '\\' OR n.name_en LIKE $2 ESCAPE '\\')
          AND p.from_day <= $3 AND (p.to_day IS NULL OR p.to_day >= $3) AND {scope:n}
        ORDER BY n.name, p.id LIMIT $4";

    pub INSERT(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO person (id, name, name_en, phone_sealed, phone_lookup, password_hash, active, demo, version,
            created_at)
         VALUES ($1, $2, $3, $4, $5, $6, TRUE, $7, 1, $8)";

    pub EDIT(unscoped "the action holds OrgEdit, which is city-wide") =
        "UPDATE person SET name = $3, name_en = $4, version = version + 1 WHERE id = $1 AND version = $2";

    pub SET_PHONE(unscoped "the action holds OrgEdit, which is city-wide") =
        "UPDATE person SET phone_sealed = $2, phone_lookup = $3 WHERE id = $1";

    pub SET_PASSWORD(unscoped "the action is about the signed-in person or holds OrgEdit") =
        "UPDATE person SET password_hash = $2, version = version + 1 WHERE id = $1";

    pub INSERT_POST(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO post (id, person_id, org_id, title, title_en, area_id, from_day, to_day)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

    pub INSERT_ROLE(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO post_role (post_id, role) VALUES ($1, $2)";

    pub SET_LAST_DAY(unscoped "the action holds OrgEdit, which is city-wide") =
        "UPDATE post SET to_day = $2 WHERE id = $1 AND from_day <= $2";

    pub REOPEN(unscoped "the action holds OrgEdit, which is city-wide") =
        "UPDATE post SET to_day = NULL WHERE id = $1";
}
