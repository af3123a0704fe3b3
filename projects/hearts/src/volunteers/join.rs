use super::{
    rules::Times,
    store::{self, VolunteerRow},
};
use crate::services;
use linli_authz::{Actor, Scope, Tier};
use linli_base::{AreaId, Day, Flaw, OrgId, PersonId, Point, Problem, Result, World};
use linli_org::areas;
use linli_store::{Db, Query, args};

/// The most that somebody may want in two weeks.
const MOST: i64 = 14;

/// What a volunteer says of themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Volunteer {
    /// Their unit, for a member on dual duty.
    pub unit: Option<OrgId>,
    /// Where they help.
    pub community: AreaId,
    /// What they can do: keys of the catalogue's groups.
    pub skills: Vec<String>,
    /// When they have time.
    pub times: Times,
    /// Near where they live or work, where they gave it.
    pub point: Option<Point>,
    /// How many they want in two weeks.
    pub fortnight: i64,
    /// Since when.
    pub since: Day,
}

impl Volunteer {
    fn flaws(&self) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        if self.skills.is_empty() {
            flaws.push(Flaw::new("skills", "missing"));
        }
        if self.times.is_empty() {
            flaws.push(Flaw::new("times", "missing"));
        }
        if !(1..=MOST).contains(&self.fortnight) {
            flaws.push(Flaw::new("fortnight", "not_a_number").with("from", 1).with("to", MOST));
        }
        flaws
    }
}

fn own(actor: &Actor) -> Result<PersonId> {
    actor.person().ok_or(Problem::SignIn)
}

/// Becomes a volunteer, or changes what one has said of oneself. Flaws by field; `not_a_community`.
pub async fn join(db: &Db, world: &World, actor: &Actor, new: Volunteer) -> Result<()> {
    let person = own(actor)?;
    let flaws = new.flaws();
    if !flaws.is_empty() {
        return Err(Problem::Invalid(flaws));
    }
    let (scope, now) = (Scope::system("join as a volunteer"), world.now());
    if areas::by_id(&mut db.read(), &scope, new.community).await?.tier != Tier::Community {
        return Err(Problem::invalid("community", "not_a_choice"));
    }
    let groups = services::groups(&mut db.read()).await?;
    if new.skills.iter().any(|skill| groups.iter().all(|group| group.key != *skill)) {
        return Err(Problem::invalid("skills", "not_a_choice"));
    }
    let (lat, lon) = (new.point.map(|point| point.lat), new.point.map(|point| point.lon));
    let skills = new.skills.join(" ");
    let times = new.times.to_string();
    db.write(async move |tx| {
        let row = args![
            person,
            new.unit,
            new.community,
            skills.as_str(),
            times.as_str(),
            lat,
            lon,
            new.fortnight,
            now.day(),
            now
        ];
        tx.run(&store::JOIN, &scope, row).await.map(drop)
    })
    .await
}

/// Leaves: what one could do and where one lives is forgotten, hours stay one's own.
pub async fn leave(db: &Db, world: &World, actor: &Actor) -> Result<()> {
    let (person, now) = (own(actor)?, world.now());
    db.write(async move |tx| {
        let scope = Scope::system("leave as a volunteer");
        tx.run(&store::LEAVE, &scope, args![person, now.day(), now]).await.map(drop)
    })
    .await
}

/// What one has said of oneself; `None` for whoever is no volunteer.
pub async fn of(q: &mut impl Query, actor: &Actor) -> Result<Option<Volunteer>> {
    let row: Option<VolunteerRow> =
        q.maybe(&store::MINE, &Scope::system("read one's own"), args![own(actor)?]).await?;
    row.map(|row| {
        let broken = |e| Problem::broken("reading a volunteer", e);
        Ok(Volunteer {
            unit: row.unit_id,
            community: row.community_id,
            skills: row.skills.split_whitespace().map(str::to_owned).collect(),
            times: Times::parse(&row.times).map_err(broken)?,
            point: row.lat.zip(row.lon).map(|(lat, lon)| Point { lat, lon }),
            fortnight: row.fortnight,
            since: row.from_day,
        })
    })
    .transpose()
}
