//! SQL of the orgs.

use crate::scopes::ORG;
use linli_base::{AreaId, Day, OrgId, PersonId, PostId};
use linli_store::{row, statements};

row! {
    /// What an org is called.
    pub struct NameRow {
        /// Which.
        pub id: OrgId,
        /// 名称.
        pub name: String,
        /// The English name, where there is one.
        pub name_en: Option<String>,
    }
}

row! {
    /// An org as stored, with the tier of what it leads.
    pub struct OrgRow {
        pub id: OrgId,
        pub kind: String,
        pub name: String,
        pub name_en: Option<String>,
        pub parent_id: Option<OrgId>,
        pub home_area_id: Option<AreaId>,
        pub leads_area_id: Option<AreaId>,
        pub leads_tier: Option<String>,
        pub phone: Option<String>,
        pub active: bool,
    }
}

row! {
    /// A post with its person and roles.
    pub struct MemberRow {
        /// The post.
        pub post: PostId,
        /// Who.
        pub person: PersonId,
        /// Their name.
        pub name: String,
        /// Their English name.
        pub name_en: Option<String>,
        /// The post's title.
        pub title: String,
        /// Its English title.
        pub title_en: Option<String>,
        /// The org.
        pub org: OrgId,
        /// Its name.
        pub org_name: String,
        /// The name of the area that the post is narrowed to.
        pub area_name: Option<String>,
        /// The first day.
        pub from_day: Day,
        /// The last day; open where there is none.
        pub to_day: Option<Day>,
        /// Role names with commas between, by name.
        pub roles: Option<String>,
    }
}

row! {
    pub struct KindCountRow {
        pub kind: String,
        pub orgs: i64,
    }
}

row! {
    pub struct PersonRow {
        pub id: PersonId,
    }
}

statements! {
    shape ORG;

    pub BY_ID = "SELECT o.id, o.kind, o.name, o.name_en, o.parent_id, o.home_area_id, o.leads_area_id, a.tier,
            o.phone, o.active
        FROM org o LEFT JOIN area a ON a.id = o.leads_area_id
        WHERE o.id = $1 AND {scope:o}";

    pub NAMES = "SELECT o.id, o.name, o.name_en FROM org o WHERE o.id IN {list:1} AND {scope:o}";

    pub LEADING = "SELECT o.id, o.kind, o.name, o.name_en, o.parent_id, o.home_area_id, o.leads_area_id, a.tier,
            o.phone, o.active
        FROM org o LEFT JOIN area a ON a.id = o.leads_area_id
        WHERE o.leads_area_id = $1 AND o.kind = 'office' AND o.active AND {scope:o}";

    pub LEADERS = "SELECT o.id, o.kind, o.name, o.name_en, o.parent_id, o.home_area_id, o.leads_area_id, a.tier,
            o.phone, o.active
        FROM org o LEFT JOIN area a ON a.id = o.leads_area_id
        WHERE o.leads_area_id = $1 AND o.active AND {scope:o}
        ORDER BY CASE o.kind WHEN 'office' THEN 0 ELSE 1 END, o.name";

    pub OFFICES_ABOVE = "SELECT o.id, o.kind, o.name, o.name_en, o.parent_id, o.home_area_id,
            o.leads_area_id, a.tier, o.phone, o.active
        FROM area_closure c
        JOIN org o ON o.leads_area_id = c.ancestor_id AND o.kind = 'office' AND o.active
        JOIN area a ON a.id = o.leads_area_id
        WHERE c.descendant_id = $1 AND c.depth > 0 AND {scope:o}
        ORDER BY c.depth";

    pub CITY_DESK = "SELECT o.id, o.kind, o.name, o.name_en, o.parent_id, o.home_area_id, o.leads_area_id, a.tier,
            o.phone, o.active
        FROM org o JOIN area a ON a.id = o.leads_area_id
        WHERE a.parent_id IS NULL AND o.kind = 'office' AND o.active AND {scope:o}";

    pub LINE = "SELECT o.id, o.kind, o.name, o.name_en, o.parent_id, o.home_area_id, o.leads_area_id, a.tier,
            o.phone, o.active
        FROM org_closure c
        JOIN org o ON o.id = c.ancestor_id
        LEFT JOIN area a ON a.id = o.leads_area_id
        WHERE c.descendant_id = $1 AND c.depth > 0 AND {scope:o} ORDER BY c.depth";

    pub CHILDREN = "SELECT o.id, o.kind, o.name, o.name_en, o.parent_id, o.home_area_id, o.leads_area_id, a.tier,
            o.phone, o.active
        FROM org o LEFT JOIN area a ON a.id = o.leads_area_id
        WHERE o.parent_id = $1 AND o.active AND {scope:o} ORDER BY o.name, o.id";

    pub LIST = "SELECT o.id, o.kind, o.name, o.name_en, o.parent_id, o.home_area_id, o.leads_area_id, a.tier,
            o.phone, o.active
        FROM org o LEFT JOIN area a ON a.id = o.leads_area_id
        WHERE o.active AND {scope:o}
          {when:1: AND o.kind = $1}
          {when:2: AND (o.name LIKE $2 ESCAPE '\\' OR o.name_en LIKE $3 ESCAPE '\\')}
          {when:4: AND EXISTS (SELECT 1 FROM area_closure c WHERE c.ancestor_id = $4
              AND c.descendant_id = COALESCE(o.leads_area_id, o.home_area_id))}
          {when:5: AND (o.name, o.id) > (SELECT x.name, x.id FROM org x WHERE x.id = $5)}
        ORDER BY o.name, o.id LIMIT $6";

    pub COUNT_BY_KIND = "SELECT o.kind, CAST(COUNT(*) AS BIGINT) FROM org o WHERE o.active AND {scope:o} GROUP BY o.kind";

    pub MEMBERS = "SELECT p.id, n.id, n.name, n.name_en, p.title, p.title_en, o.id, o.name, a.name, p.from_day,
            p.to_day, (SELECT STRING_AGG(r.role, ',' ORDER BY r.role) FROM post_role r WHERE r.post_id = p.id)
        FROM post p
        JOIN person n ON n.id = p.person_id
        JOIN org o ON o.id = p.org_id
        LEFT JOIN area a ON a.id = p.area_id
        WHERE p.org_id = $1 AND p.from_day <= $2 AND (p.to_day IS NULL OR p.to_day >= $2) AND {scope:o}
        ORDER BY p.from_day, p.id";

    pub PAST_MEMBERS = "SELECT p.id, n.id, n.name, n.name_en, p.title, p.title_en, o.id, o.name, a.name,
            p.from_day, p.to_day,
            (SELECT STRING_AGG(r.role, ',' ORDER BY r.role) FROM post_role r WHERE r.post_id = p.id)
        FROM post p
        JOIN person n ON n.id = p.person_id
        JOIN org o ON o.id = p.org_id
        LEFT JOIN area a ON a.id = p.area_id
        WHERE p.org_id = $1 AND p.to_day < $2 AND {scope:o}
        ORDER BY p.to_day DESC NULLS LAST, p.id LIMIT 50";

    pub MEMBERS_FOR_AREA = "SELECT p.id, n.id, n.name, n.name_en, p.title, p.title_en, o.id, o.name, a.name,
            p.from_day, p.to_day,
            (SELECT STRING_AGG(r.role, ',' ORDER BY r.role) FROM post_role r WHERE r.post_id = p.id)
        FROM post p
        JOIN person n ON n.id = p.person_id
        JOIN org o ON o.id = p.org_id
        JOIN area a ON a.id = p.area_id
        WHERE p.area_id = $1 AND p.from_day <= $2 AND (p.to_day IS NULL OR p.to_day >= $2) AND {scope:o}
        ORDER BY p.from_day, p.id";

    pub PEOPLE_WITH_ROLE = "SELECT DISTINCT p.person_id
        FROM post p
        JOIN post_role r ON r.post_id = p.id
        JOIN person n ON n.id = p.person_id
        JOIN org o ON o.id = p.org_id
        WHERE p.org_id = $1 AND r.role = $2 AND n.active
          AND p.from_day <= $3 AND (p.to_day IS NULL OR p.to_day >= $3) AND {scope:o}
        ORDER BY p.person_id";

    pub INSERT(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO org (id, kind, name, name_en, parent_id, home_area_id, leads_area_id, phone, active)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, TRUE)";

    pub INSERT_CLOSURE(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO org_closure (ancestor_id, descendant_id, depth)
         SELECT c.ancestor_id, $1, c.depth + 1 FROM org_closure c WHERE c.descendant_id = $2";

    pub INSERT_SELF(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO org_closure (ancestor_id, descendant_id, depth) VALUES ($1, $1, 0)";

    pub INSERT_PARENT(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO org_parent (org_id, parent_id, from_day, to_day) VALUES ($1, $2, $3, NULL)";

    pub RENAME(unscoped "the action holds OrgEdit, which is city-wide") =
        "UPDATE org SET name = $2, name_en = $3 WHERE id = $1";

    pub END(unscoped "the action holds OrgEdit, which is city-wide") = "UPDATE org SET active = FALSE WHERE id = $1";

    pub LOCK_LINES(unscoped "the action holds OrgEdit; all heads are written so that two moves cannot make a ring") =
        "UPDATE org SET active = active WHERE parent_id IS NULL";

    pub IS_BELOW(unscoped "the action holds OrgEdit, which is city-wide") =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM org_closure c WHERE c.ancestor_id = $1 AND c.descendant_id = $2";

    pub SET_PARENT(unscoped "the action holds OrgEdit, which is city-wide") =
        "UPDATE org SET parent_id = $2 WHERE id = $1";

    pub CUT_CLOSURE(unscoped "the action holds OrgEdit, which is city-wide") =
        "DELETE FROM org_closure
         WHERE descendant_id IN (SELECT d.descendant_id FROM org_closure d WHERE d.ancestor_id = $1)
           AND ancestor_id IN (SELECT u.ancestor_id FROM org_closure u
                               WHERE u.descendant_id = $1 AND u.depth > 0)";

    pub GRAFT_CLOSURE(unscoped "the action holds OrgEdit, which is city-wide") =
        "INSERT INTO org_closure (ancestor_id, descendant_id, depth)
         SELECT u.ancestor_id, d.descendant_id, u.depth + d.depth + 1
         FROM org_closure u CROSS JOIN org_closure d
         WHERE u.descendant_id = $2 AND d.ancestor_id = $1";

    pub CLOSE_PARENT(unscoped "the action holds OrgEdit, which is city-wide") =
        "UPDATE org_parent SET to_day = $2 WHERE org_id = $1 AND to_day IS NULL AND from_day <= $2";

    pub REPLACE_PARENT(unscoped "the action holds OrgEdit, which is city-wide") =
        "UPDATE org_parent SET parent_id = $2 WHERE org_id = $1 AND to_day IS NULL";
}
