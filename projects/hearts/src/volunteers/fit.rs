use super::{
    Able, Times, Wanted,
    rules::fortnight,
    store::{self, AbleRow, Card, ClaimedRow, Logged, VolunteerRow},
};
use crate::{
    alliances, offers,
    orders::{self, OrderRow, Part},
    programmes,
    services::{
        Way,
        claims::{self, Holder, State},
    },
    thanks,
};
use linli_authz::{Actor, Scope};
use linli_base::{AreaId, At, CaseId, Day, OrgId, PersonId, Point, Problem, Result, World};
use linli_casework::{Found, Helper, Helpers, Loaded, Rows, WithStep, privacy::HeldHelp};
use linli_store::{Db, Query, Tx, Value, args};
use std::collections::BTreeSet;

/// Steps by which somebody has said no, or has let go.
const LET_GO: [&str; 3] = ["decline", "give_back", "leave"];

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

    fn comes<'a>(&'a self, actor: &'a Actor, case: &'a Loaded) -> Found<'a, ()> {
        Box::pin(async move { offers::comes(&mut self.db.read(), actor, case).await })
    }

    fn beside<'a, 't: 'a>(&'a self, tx: &'a mut Tx<'t>, taken: WithStep<'a>) -> Found<'a, ()> {
        Box::pin(async move {
            orders::series::beside(tx, &taken).await?;
            offers::beside(tx, taken).await
        })
    }

    fn erase(&self, case: CaseId) -> Rows {
        offers::erase(case).into_iter().chain(orders::series::erase(case)).collect()
    }

    fn page(&self, procedure: &str) -> String {
        crate::orders::pages::lanes_of(procedure)
    }

    fn held(&self, person: PersonId) -> Found<'_, Vec<HeldHelp>> {
        Box::pin(self.held_of(person))
    }

    fn forget(&self, person: PersonId) -> Rows {
        let own = || args![person].to_vec();
        [
            &store::FORGET,
            &store::FORGET_WORDS,
            &store::FORGET_CARDS,
            &alliances::FORGET,
            &programmes::FREE,
            &programmes::FORGET,
            &thanks::FORGET,
        ]
        .map(|statement| (statement, own()))
        .to_vec()
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

    async fn held_of(&self, person: PersonId) -> Result<Vec<HeldHelp>> {
        let (scope, mut read) = (Scope::system("one's own"), self.db.read());
        let held = |what, at: Day, said| HeldHelp { what, name: String::new(), at: at.to_string(), said };
        let own: Option<VolunteerRow> = read.maybe(&store::MINE, &scope, args![person]).await?;
        let mut all: Vec<HeldHelp> = (own.into_iter())
            .map(|row| {
                let near = row.lat.zip(row.lon).map(|(lat, lon)| format!("{lat}, {lon}"));
                let said = [Some(row.skills), Some(row.times), near, Some(row.fortnight.to_string())];
                held("volunteer", row.from_day, said.into_iter().flatten().collect())
            })
            .collect();
        let hours: Vec<Logged> = read.all(&store::LOGGED, &scope, args![person, Day(0)]).await?;
        all.extend(
            hours.into_iter().map(|row| held("hours", row.day, vec![row.what, row.minutes.to_string()])),
        );
        let cards: Vec<Card> = read.all(&store::OWN_CARDS, &scope, args![person]).await?;
        all.extend(cards.into_iter().map(|card| {
            let said = vec![card.times.to_string(), card.minutes.to_string()];
            HeldHelp { what: "card", name: String::new(), at: card.quarter, said }
        }));
        let claims: Vec<ClaimedRow> = read.all(&store::OWN_CLAIMS, &scope, args![person]).await?;
        all.extend(claims.into_iter().map(|row| held("claim", row.from_day, vec![row.item, row.brings])));
        let joined = alliances::of(&mut read, person).await?;
        all.extend(joined.into_iter().map(|row| held("alliance", row.from_day, vec![row.name])));
        let signed = programmes::all_mine(&mut read, person).await?;
        all.extend(signed.into_iter().map(|row| held("signup", row.begins_at.day(), vec![row.title])));
        let thanked = thanks::of(&mut read, person).await?;
        all.extend(thanked.into_iter().map(|one| held("recognition", one.since.day(), Vec::new())));
        Ok(all)
    }

    async fn for_order(&self, case: &Loaded) -> Result<Vec<Helper>> {
        let mut read = self.db.read();
        let Some(community) = case.case.areas.community else { return Ok(Vec::new()) };
        let order = orders::of(&mut read, [case.row.id]).await?.pop();
        let skill = match &order {
            Some(order) => Some(order.group_key.clone()),
            None => offers::skill(&mut read, case.row.id).await?,
        };
        let wanted = wanted(order.as_ref(), skill, case, community);
        let mut found = Vec::new();
        for row in able(&mut read, [community], self.world.now()).await? {
            let helper = Able::try_from(&row)?;
            if wanted.may(&helper) {
                // who can do it before who cannot
                found.push((
                    (!wanted.can(&helper), wanted.cost(&helper), row.person_id),
                    row,
                    wanted.why(&helper),
                ));
            }
        }
        found.sort_by_key(|(key, ..)| *key);
        let helpers = found.into_iter().take(OFFERED).map(|(_, row, why)| Helper {
            person: row.person_id,
            name: row.name,
            name_en: row.name_en,
            why,
        });
        Ok(helpers.collect())
    }
}

/// The volunteers of communities, with what they have in hand.
pub(crate) async fn able(
    q: &mut impl Query,
    communities: impl IntoIterator<Item = AreaId>,
    now: At,
) -> Result<Vec<AbleRow>> {
    let communities = Value::List(communities.into_iter().map(Value::from).collect());
    q.all(&store::ABLE, &Scope::system("who may be asked"), args![communities, fortnight(now)]).await
}

/// The actor as somebody who could be asked; `None` for whoever is no volunteer.
pub(crate) async fn able_self(q: &mut impl Query, actor: &Actor, now: At) -> Result<Option<Able>> {
    let person = actor.person().ok_or(Problem::SignIn)?;
    let row: Option<AbleRow> =
        q.maybe(&store::ABLE_SELF, &Scope::system("one's own"), args![person, fortnight(now)]).await?;
    row.as_ref().map(Able::try_from).transpose()
}

impl TryFrom<&AbleRow> for Able {
    type Error = Problem;

    fn try_from(row: &AbleRow) -> Result<Able> {
        Ok(Able {
            person: row.person_id,
            community: row.community_id,
            skills: row.skills.split_whitespace().map(str::to_owned).collect(),
            times: Times::parse(&row.times).map_err(|e| Problem::broken("reading a volunteer", e))?,
            point: point(row.lat, row.lon),
            load: row.load,
            most: row.fortnight,
        })
    }
}

fn point(lat: Option<f64>, lon: Option<f64>) -> Option<Point> {
    lat.zip(lon).map(|(lat, lon)| Point { lat, lon })
}

fn wanted(order: Option<&OrderRow>, skill: Option<String>, case: &Loaded, community: AreaId) -> Wanted {
    let no = case.facts.0.iter().filter(|done| LET_GO.contains(&done.step.as_str()));
    Wanted {
        case: case.row.id,
        community,
        point: point(case.row.lat, case.row.lon),
        skill,
        day: order.and_then(|order| order.wanted_day),
        part: order.and_then(|order| order.wanted_part.as_deref()).and_then(Part::parse),
        paid: order.is_some_and(|order| order.way == Way::LowProfit.name()),
        not: no
            .filter_map(|done| done.person)
            .chain(case.case.asker)
            .chain(case.case.takers.clone())
            .collect(),
    }
}
