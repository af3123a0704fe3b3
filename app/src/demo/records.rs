use super::{
    city::{City, OrgKind, founded},
    dice::Dice,
};
use linli_authz::Tier;
use linli_base::Day;
use linli_org::records::{CITY_CONFERENCE, GrantKind, NewGrant, NewMember, NewPremises};

/// A year's money for a community's work and for its services, in yuan: from, to.
const WORK: (i64, i64) = (80_000, 140_000);
const SERVICE: (i64, i64) = (200_000, 260_000);
/// Square metres of each street's service centre and of its office.
const ROOMS: [(i64, i64); 4] = [(1_300, 880), (1_240, 800), (1_450, 860), (1_190, 900)];

pub(super) fn build(city: &mut City, dice: &Dice, day: Day) {
    let communities: Vec<_> = city.tier(Tier::Community).map(|area| area.id).collect();
    let (this_year, _, _) = day.ymd();
    for year in founded().ymd().0..=this_year {
        for area in &communities {
            for (kind, (from, to)) in [(GrantKind::Work, WORK), (GrantKind::Service, SERVICE)] {
                let amount_fen = dice.between(from / 1_000, to / 1_000) * 100_000;
                let paid_on = Day::from_ymd(year, 2, 20).unwrap_or(day).plus(dice.between(0, 40));
                let id = dice.id(paid_on.start());
                // what is not paid yet has no row
                if paid_on <= day {
                    city.grants.push(NewGrant { id, area: *area, year, kind, amount_fen, paid_on });
                }
            }
        }
    }
    let streets: Vec<_> = city.tier(Tier::Street).cloned().collect();
    for (street, (centre, office)) in streets.iter().zip(ROOMS) {
        let Some(org) = city.office_of(street.id).map(|org| org.id) else { continue };
        let rooms = [
            ("党群服务中心", "Party and Community Service Centre", centre),
            ("办事处办公楼", "Office Building", office),
        ];
        for (name, name_en, square_metres) in rooms {
            city.premises.push(NewPremises {
                id: dice.id(founded().start()),
                org,
                name: format!("{}{name}", street.name),
                name_en: Some(format!("{} {name_en}", street.name_en)),
                square_metres,
                from_day: founded().plus(dice.between(0, 120)),
            });
        }
    }
    let sits = |kind| matches!(kind, OrgKind::Department | OrgKind::Unit);
    let members: Vec<_> = city.orgs.iter().filter(|org| sits(org.kind)).map(|org| org.id).collect();
    for org in members {
        let from_day = founded().plus(dice.between(30, 140));
        let id = dice.id(from_day.start());
        city.members.push(NewMember { id, body: CITY_CONFERENCE, org, from_day });
    }
}
