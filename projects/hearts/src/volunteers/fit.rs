use super::{
    rules::{Ready, Times, away, fortnight},
    store::{self, FreeRow},
};
use crate::{
    orders::{self, OrderRow, Part},
    services::{
        Way,
        claims::{self, Holder, State},
    },
};
use linli_authz::Scope;
use linli_base::{OrgId, PersonId, Point, Problem, Result, World};
use linli_casework::{Found, Helper, Helpers, Loaded};
use linli_store::{Db, Query, Stmt, Value, args};
use std::collections::BTreeSet;

/// The most that a desk is offered.
const OFFERED: usize = 30;

/// Whom a desk may ask to take an order on: volunteers of its community who want more than they have, none of whom has
/// declined or given back this very case.
#[derive(Clone)]
pub struct Fit {
    /// The database.
    pub db: Db,
    /// The clock.
    pub world: World,
}

impl Helpers for Fit {
    fn of<'a>(&'a self, case: &'a Loaded) -> Found<'a, Vec<Helper>> {
        Box::pin(self.for_order(case))
    }

    fn orgs<'a>(&'a self, case: &'a Loaded) -> Found<'a, Option<BTreeSet<OrgId>>> {
        Box::pin(self.providers(case))
    }

    fn page(&self) -> &'static str {
        "/lanes"
    }

    fn forget(&self, person: PersonId) -> Vec<(&'static Stmt, Vec<Value>)> {
        let own = || args![person].to_vec();
        vec![(&store::FORGET, own()), (&store::FORGET_WORDS, own()), (&store::FORGET_CARDS, own())]
    }
}

impl Fit {
    /// What people pay for is given only to those whom the community has vetted for it.
    async fn providers(&self, case: &Loaded) -> Result<Option<BTreeSet<OrgId>>> {
        let mut read = self.db.read();
        let order = orders::of(&mut read, [case.row.id]).await?.pop();
        let Some(order) = order.filter(|order| order.way == Way::LowProfit.name()) else { return Ok(None) };
        let today = self.world.now().day();
        let claims = claims::of_item(&mut read, order.item_id, case.case.areas.community, today).await?;
        let vetted = claims.into_iter().filter(|claim| claim.state == State::Vetted && claim.from <= today);
        let orgs = vetted.filter_map(|claim| match claim.holder {
            Holder::Org(org) => Some(org),
            Holder::Person(_) => None,
        });
        Ok(Some(orgs.collect()))
    }

    async fn for_order(&self, case: &Loaded) -> Result<Vec<Helper>> {
        let mut read = self.db.read();
        let order = orders::of(&mut read, [case.row.id]).await?.pop();
        let (Some(order), Some(community)) = (order, case.case.areas.community) else {
            return Ok(Vec::new());
        };
        let scope = Scope::system("whom a desk may ask");
        let since = fortnight(self.world.now());
        let rows: Vec<FreeRow> = read.all(&store::FREE, &scope, args![community, since]).await?;
        let said_no = said_no(case);
        let mut found = Vec::new();
        for row in rows {
            if said_no.contains(&row.person_id) || case.case.asker == Some(row.person_id) {
                continue;
            }
            let ready = ready(&row, &order, case)?;
            if ready.may() {
                found.push((ready.key(), helper(row, &ready)));
            }
        }
        found.sort_by(|(one, a), (other, b)| one.cmp(other).then(a.person.cmp(&b.person)));
        Ok(found.into_iter().map(|(_, helper)| helper).take(OFFERED).collect())
    }
}

/// Who declined this case, or gave it back.
fn said_no(case: &Loaded) -> BTreeSet<PersonId> {
    let no = case.facts.0.iter().filter(|done| ["decline", "give_back"].contains(&done.step.as_str()));
    no.filter_map(|done| done.person).collect()
}

fn ready(row: &FreeRow, order: &OrderRow, case: &Loaded) -> Result<Ready> {
    let times = Times::parse(&row.times).map_err(|e| Problem::broken("reading a volunteer", e))?;
    let point = |lat: Option<f64>, lon: Option<f64>| lat.zip(lon).map(|(lat, lon)| Point { lat, lon });
    let ends = point(row.lat, row.lon).zip(point(case.row.lat, case.row.lon));
    Ok(Ready {
        skilled: row.skills.split_whitespace().any(|skill| skill == order.group_key),
        has_time: times.meet(order.wanted_day, order.wanted_part.as_deref().and_then(Part::parse)),
        away: ends.map(|(one, other)| away(one, other)),
        load: row.load,
        most: row.fortnight,
    })
}

fn helper(row: FreeRow, ready: &Ready) -> Helper {
    let mut why = Vec::new();
    why.push(if ready.skilled { ("skilled", Vec::new()) } else { ("not_skilled", Vec::new()) });
    why.push(if ready.has_time { ("has_time", Vec::new()) } else { ("no_time", Vec::new()) });
    why.extend(ready.away.map(|metres| match metres {
        0 => ("beside", Vec::new()),
        metres => ("away", vec![("metres", metres.to_string())]),
    }));
    why.push(("in_hand", vec![("load", row.load.to_string()), ("most", row.fortnight.to_string())]));
    Helper { person: row.person_id, name: row.name, name_en: row.name_en, why }
}
