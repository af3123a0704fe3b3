use super::{OfferRow, store};
use crate::{
    orders::Part,
    volunteers::{self, Reason, Wanted},
};
use linli_authz::{Actor, Scope};
use linli_base::{At, Point, Result};
use linli_store::{Query, args};

/// How far beyond one's own community is near, in metres.
const NEAR: i64 = 2_000;

/// An offer as it fits one volunteer.
pub struct Near {
    /// What may be shown of it.
    pub offer: OfferRow,
    /// Whether they said that they can do it.
    pub skilled: bool,
    /// Whether they have time then.
    pub has_time: bool,
    /// How far, where both ends are known: to the nearest hundred metres.
    pub metres: Option<i64>,
    /// Why it is shown, in keys of words.
    pub(crate) why: Vec<Reason>,
}

/// What is offered near a volunteer, what fits best first: in their community, and beyond it within two kilometres.
pub async fn near(q: &mut impl Query, actor: &Actor, now: At) -> Result<Vec<Near>> {
    let Some(able) = volunteers::able_self(q, actor, now).await? else { return Ok(Vec::new()) };
    let offers: Vec<OfferRow> = q.all(&store::OFFERED, &Scope::system("what is offered"), args![]).await?;
    let mut found: Vec<(i64, Near)> = (offers.into_iter())
        .filter(|offer| offer.asker_id != Some(able.person))
        .filter_map(|offer| {
            let wanted = Wanted::from(&offer);
            let metres = wanted.away(&able);
            let near = wanted.community == able.community || metres.is_some_and(|metres| metres <= NEAR);
            near.then(|| {
                let (skilled, has_time) = (wanted.skilled(&able), wanted.has_time(&able));
                let why = wanted.why(&able);
                (wanted.cost(&able), Near { offer, skilled, has_time, metres, why })
            })
        })
        .collect();
    found.sort_by_key(|(cost, near)| (!near.skilled, *cost, near.offer.case_id));
    Ok(found.into_iter().map(|(_, near)| near).collect())
}

impl From<&OfferRow> for Wanted {
    fn from(offer: &OfferRow) -> Wanted {
        Wanted {
            case: offer.case_id,
            community: offer.community_id,
            point: offer.lat.zip(offer.lon).map(|(lat, lon)| Point { lat, lon }),
            skill: offer.skill.clone(),
            // a wish has time until its day
            day: offer.day.filter(|_| offer.procedure == "order"),
            part: offer.part.as_deref().and_then(Part::parse),
            paid: false,
            not: offer.asker_id.into_iter().collect(),
        }
    }
}
