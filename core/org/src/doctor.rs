//! What can be wrong with the two trees and with people's phones, and how it is seen.

use linli_authz::Scope;
use linli_base::{Result, Seen};
use linli_keys::KeyRing;
use linli_store::{Query, Stmt, args, row, statements};
use std::collections::HashMap;
use uuid::Uuid;

row! {
    struct Node {
        id: Uuid,
        parent: Option<Uuid>,
    }
}

row! {
    struct Link {
        below: Uuid,
        above: Uuid,
        depth: i64,
    }
}

row! {
    struct PhoneRow {
        id: Uuid,
        phone_sealed: String,
        phone_lookup: Option<String>,
    }
}

statements! {
    AREAS(unscoped "doctor looks at every area") =
        "SELECT a.id, a.parent_id FROM area a WHERE a.id > $1 ORDER BY a.id LIMIT 1000";
    AREA_LINKS(unscoped "doctor looks at every area") =
        "SELECT c.descendant_id, c.ancestor_id, c.depth FROM area_closure c \
         WHERE (c.descendant_id, c.ancestor_id) > ($1, $2) ORDER BY c.descendant_id, c.ancestor_id LIMIT 1000";
    AREA_HISTORY(unscoped "doctor looks at every area") =
        "SELECT a.id, a.parent_id FROM area a LEFT JOIN area_parent p ON p.area_id = a.id AND p.to_day IS NULL \
         WHERE p.area_id IS NULL OR NOT (p.parent_id IS NOT DISTINCT FROM a.parent_id) LIMIT 1000";
    ORGS(unscoped "doctor looks at every org") =
        "SELECT o.id, o.parent_id FROM org o WHERE o.id > $1 ORDER BY o.id LIMIT 1000";
    ORG_LINKS(unscoped "doctor looks at every org") =
        "SELECT c.descendant_id, c.ancestor_id, c.depth FROM org_closure c \
         WHERE (c.descendant_id, c.ancestor_id) > ($1, $2) ORDER BY c.descendant_id, c.ancestor_id LIMIT 1000";
    ORG_HISTORY(unscoped "doctor looks at every org") =
        "SELECT o.id, o.parent_id FROM org o LEFT JOIN org_parent p ON p.org_id = o.id AND p.to_day IS NULL \
         WHERE p.org_id IS NULL OR NOT (p.parent_id IS NOT DISTINCT FROM o.parent_id) LIMIT 1000";
    PHONES(unscoped "doctor opens what is sealed and tells ids only") =
        "SELECT n.id, n.phone_sealed, n.phone_lookup FROM person n WHERE n.phone_sealed IS NOT NULL AND n.id > $1 \
         ORDER BY n.id LIMIT 500";
}

fn scope() -> Scope {
    Scope::system("doctor")
}

/// Whether the closure table of the areas is what their parents give, and the open line of the history too.
pub async fn check_areas(query: &mut impl Query) -> Result<Seen> {
    check_tree(query, [&AREAS, &AREA_LINKS, &AREA_HISTORY]).await
}

/// The same of the orgs.
pub async fn check_orgs(query: &mut impl Query) -> Result<Seen> {
    check_tree(query, [&ORGS, &ORG_LINKS, &ORG_HISTORY]).await
}

async fn check_tree(query: &mut impl Query, [nodes, links, history]: [&Stmt; 3]) -> Result<Seen> {
    let (mut parents, mut after) = (HashMap::new(), Uuid::nil());
    loop {
        let page: Vec<Node> = query.all(nodes, &scope(), args![after]).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        parents.extend(page.into_iter().map(|node| (node.id, node.parent)));
    }
    // how many links each should have: one to itself, and one to each above it
    let mut left: HashMap<Uuid, usize> =
        parents.keys().map(|id| (*id, above(&parents, *id).count())).collect();
    let (mut seen, mut after) = (Seen::default(), (Uuid::nil(), Uuid::nil()));
    seen.looked(parents.len());
    loop {
        let page: Vec<Link> = query.all(links, &scope(), args![after.0, after.1]).await?;
        let Some(last) = page.last() else { break };
        after = (last.below, last.above);
        for link in page {
            let depth = usize::try_from(link.depth).unwrap_or(usize::MAX);
            if above(&parents, link.below).nth(depth) == Some(link.above) {
                left.entry(link.below).and_modify(|count| *count = count.saturating_sub(1));
            } else {
                seen.wrong(link.below);
            }
        }
    }
    let mut missing: Vec<Uuid> = left.into_iter().filter(|(_, count)| *count > 0).map(|(id, _)| id).collect();
    missing.sort();
    missing.into_iter().for_each(|id| seen.wrong(id));
    for node in query.all::<Node>(history, &scope(), args![]).await? {
        seen.wrong(node.id);
    }
    Ok(seen)
}

/// A node and all above it; a ring ends after 64.
fn above(parents: &HashMap<Uuid, Option<Uuid>>, id: Uuid) -> impl Iterator<Item = Uuid> {
    let known = parents.contains_key(&id).then_some(id);
    std::iter::successors(known, |id| parents.get(id).copied().flatten()).take(64)
}

/// Whether the key file opens every person's phone and finds it again.
pub async fn check_phones(query: &mut impl Query, keys: &KeyRing) -> Result<Seen> {
    let (mut seen, mut after) = (Seen::default(), Uuid::nil());
    loop {
        let page: Vec<PhoneRow> = query.all(&PHONES, &scope(), args![after]).await?;
        let Some(last) = page.last() else { return Ok(seen) };
        after = last.id;
        for row in page {
            let right = keys.open(&row.phone_sealed, row.id).is_ok_and(|digits| {
                row.phone_lookup.is_none_or(|lookup| keys.lookups(&digits).contains(&lookup))
            });
            seen.one(right, row.id);
        }
    }
}
