//! How a scope is rendered over areas, orgs and people. Staff see all of them (`OrgSee` reaches the whole city for
//! every role); the narrower reaches serve scopes of other permissions that ask these tables.

use linli_store::Shape;

/// Areas: what lies in the reach's area.
pub(crate) static AREA: Shape = Shape {
    street: "{a}.id IN (SELECT sc.descendant_id FROM area_closure sc WHERE sc.ancestor_id = {id})",
    community: "{a}.id IN (SELECT sc.descendant_id FROM area_closure sc WHERE sc.ancestor_id = {id})",
    grid: "{a}.id IN (SELECT sc.descendant_id FROM area_closure sc WHERE sc.ancestor_id = {id})",
    assigned: "",
    apart: &[],
    own: "",
    taken: "",
    code: "",
};

/// Orgs: what leads or lies in the reach's area; the org itself.
pub(crate) static ORG: Shape = Shape {
    street: "COALESCE({a}.leads_area_id, {a}.home_area_id) IN \
             (SELECT sc.descendant_id FROM area_closure sc WHERE sc.ancestor_id = {id})",
    community: "COALESCE({a}.leads_area_id, {a}.home_area_id) IN \
                (SELECT sc.descendant_id FROM area_closure sc WHERE sc.ancestor_id = {id})",
    grid: "COALESCE({a}.leads_area_id, {a}.home_area_id) IN \
           (SELECT sc.descendant_id FROM area_closure sc WHERE sc.ancestor_id = {id})",
    assigned: "{a}.id = {id}",
    apart: &[],
    own: "",
    taken: "",
    code: "",
};

/// People: whoever has or had a post in the org; oneself.
pub(crate) static PERSON: Shape = Shape {
    street: "",
    community: "",
    grid: "",
    assigned: "EXISTS (SELECT 1 FROM post sp WHERE sp.person_id = {a}.id AND sp.org_id = {id})",
    apart: &[],
    own: "{a}.id = {id}",
    taken: "",
    code: "",
};
