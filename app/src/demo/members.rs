//! Members on dual duty 双管双责: each in a unit and in a community; what they and the departments claim of the catalogue.

use super::{
    City, Helping, OrgKind, Person,
    dice::Dice,
    orders::hours_free,
    people::name,
    services::{CLAIMED, Claimed},
};
use linli_authz::Tier;
use linli_base::{AreaId, Day, OrgId};
use linli_hearts::wishes::SKILLS;
use std::collections::BTreeSet;

/// As the article counts them.
const MEMBERS: usize = 2_543;
const BY_DEPARTMENTS: usize = 75;
/// Items that members claim; the others of the article's 292 are wishes.
const BY_MEMBERS: usize = 60;
/// Items that somebody does alone: number, and what they must be able to do.
const ALONE: [(i64, &str); 10] = [
    (2, "health.care"),
    (3, "health.help"),
    (6, "culture.events"),
    (13, "community.mutual"),
    (16, "elders.home"),
    (17, "elders.company"),
    (18, "education.young"),
    (20, "law.advice"),
    (29, "daily.errands"),
    (30, "daily.errands"),
];

/// The day on which members begin to report to their communities.
pub fn reported() -> Day {
    Day::from_ymd(2017, 6, 20).unwrap_or(Day(0))
}

/// So many members that with the `others`, who are members too, they are as many as the article says; with how each of
/// them helps.
pub fn members(city: &City, others: usize, seed: u64) -> Vec<(Person, Helping)> {
    let dice = Dice::new(seed.rotate_left(20));
    let units: Vec<OrgId> = (city.orgs.iter())
        .filter(|org| matches!(org.kind, OrgKind::Unit | OrgKind::Department))
        .map(|org| org.id)
        .collect();
    let communities: Vec<(AreaId, Vec<&str>)> = city
        .tier(Tier::Community)
        .map(|area| {
            let here = city.places.iter().filter(|place| place.area == area.id);
            (area.id, here.map(|place| place.name.as_str()).collect())
        })
        .collect();
    let member = |nth: usize| -> (Person, Helping) {
        let (community, compounds) = dice.pick(&communities);
        let (name, name_en) = name(city.people.len() + nth);
        let person = Person { id: dice.id(reported().start()), name, name_en, phone: String::new() };
        let mut skills: Vec<&'static str> = Vec::new();
        for _ in 0..dice.between(1, 3) {
            let skill = dice.word(SKILLS);
            if !skills.contains(&skill) {
                skills.push(skill);
            }
        }
        let helping = Helping {
            person: person.id,
            unit: *dice.pick(&units),
            community: *community,
            skills,
            times: hours_free(&dice, nth),
            near: (*dice.pick(compounds)).to_owned(),
            fortnight: dice.between(1, 3),
        };
        (person, helping)
    };
    (0..MEMBERS.saturating_sub(others)).map(member).collect()
}

/// An item that a department claims in a community: number, department, community, what they bring.
pub type More = (i64, &'static str, AreaId, &'static str);

/// What departments claim beyond [`CLAIMED`], each in more communities, until they are as many as the article says.
pub fn more_claims(city: &City) -> Vec<More> {
    let department = |claim: &&Claimed| {
        claim.4 && city.org_named(claim.1).is_some_and(|org| org.kind == OrgKind::Department)
    };
    let known: Vec<&Claimed> = CLAIMED.iter().filter(department).collect();
    let mut done: BTreeSet<(i64, &str)> = BTreeSet::new();
    let spread: Vec<&&Claimed> =
        known.iter().filter(|claim| claim.2.is_some() && done.insert((claim.0, claim.1))).collect();
    let there = |claim: &Claimed, name: &str| {
        CLAIMED.iter().any(|one| (one.0, one.1, one.2) == (claim.0, claim.1, Some(name)))
    };
    let more = city.tier(Tier::Community).flat_map(|area| {
        let new = spread.iter().filter(|claim| !there(claim, &area.name));
        new.map(|claim| (claim.0, claim.1, area.id, claim.3)).collect::<Vec<_>>()
    });
    more.take(BY_DEPARTMENTS.saturating_sub(known.len())).collect()
}

/// Items that members claim for themselves in their own community, each with who does.
pub fn claimed_alone(helping: &[Helping]) -> Vec<(i64, &Helping)> {
    let can = |one: &&Helping| ALONE.iter().any(|(_, skill)| one.skills.contains(skill));
    let item =
        |one: &Helping| ALONE.iter().find(|(_, skill)| one.skills.contains(skill)).map(|found| found.0);
    helping.iter().filter(can).step_by(7).take(BY_MEMBERS).filter_map(|one| Some((item(one)?, one))).collect()
}
