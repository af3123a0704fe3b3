use super::store::{self, Programme};
use crate::{
    alliances,
    flaws::{flaw, long},
    reach, services,
    trail::note,
};
use linli_authz::{Actor, Permission, Scope, Tier};
use linli_base::{AreaId, At, Day, Flaw, OrgId, Problem, Result, World};
use linli_org::{Area, areas, orgs::names};
use linli_store::{Db, Query, args};
use uuid::Uuid;

const TITLE: usize = 40;
const ABOUT: usize = 500;

/// What is said of a programme.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its name.
    pub title: String,
    /// The same in English.
    pub title_en: Option<String>,
    /// What is done.
    pub about: String,
    /// The same in English.
    pub about_en: Option<String>,
    /// A key of the catalogue's groups.
    pub skill: Option<String>,
    /// Its first day.
    pub from: Day,
    /// Its last day, included.
    pub to: Option<Day>,
}

/// A programme to be made.
#[derive(Clone, Debug)]
pub struct New {
    /// Who runs it.
    pub org: Option<OrgId>,
    /// A street or a community.
    pub area: Option<AreaId>,
    /// What is said of it.
    pub said: Said,
}

impl Said {
    async fn check(&self, db: &Db) -> Result<()> {
        let en =
            |field, text: &Option<String>, most| text.as_deref().and_then(|text| long(field, text, most));
        let ends = self.to.is_some_and(|to| to < self.from);
        let groups = services::groups(&mut db.read()).await?;
        let skill = self.skill.as_ref().filter(|skill| groups.iter().all(|group| group.key != **skill));
        let flaws: Vec<Flaw> = [
            flaw("title", &self.title, TITLE),
            en("title_en", &self.title_en, 2 * TITLE),
            flaw("about", &self.about, ABOUT),
            en("about_en", &self.about_en, 2 * ABOUT),
            skill.map(|_| Flaw::new("skill", "not_a_choice")),
            ends.then(|| Flaw::new("to_day", "day_order")),
        ]
        .into_iter()
        .flatten()
        .collect();
        if flaws.is_empty() { Ok(()) } else { Err(Problem::Invalid(flaws)) }
    }
}

/// Whether the actor works for an org, or has a desk.
fn works(actor: &Actor) -> Result<OrgId> {
    let may = [Permission::ServicesEdit, Permission::ServicesClaim];
    let hat = actor.hat().filter(|_| may.into_iter().any(|one| actor.may(one).is_ok()));
    hat.map(|hat| hat.org).ok_or(Problem::Forbidden { owner: None })
}

/// The orgs that the actor may make programmes for: that of the hat, and the alliances of their desk.
pub async fn orgs(q: &mut impl Query, actor: &Actor) -> Result<Vec<(OrgId, String, Option<String>)>> {
    let own = names(q, &Scope::system("name one's own org"), [works(actor)?]).await?;
    let own = own.into_iter().map(|org| (org.id, org.name, org.name_en));
    let alliances = alliances::mine(q, actor).await?.into_iter();
    Ok(own.chain(alliances.map(|one| (one.id, one.name, one.name_en))).collect())
}

/// Where: an org that leads an area stays within it, a unit goes anywhere.
pub async fn places(q: &mut impl Query, actor: &Actor) -> Result<Vec<Area>> {
    works(actor)?;
    let scope = Scope::system("choose a place for a programme");
    let within = match actor.hat().and_then(|hat| hat.area).filter(|(tier, _)| *tier != Tier::City) {
        Some((_, led)) => {
            let columns = areas::columns(q, &scope, led).await?;
            columns.community.or(columns.street)
        }
        None => None,
    };
    let all = reach::placed(q, &scope).await?;
    let inside = |area: &Area| within.is_none_or(|led| area.id == led || area.parent == Some(led));
    Ok(all.into_iter().filter(inside).collect())
}

/// The programme of this key, where the actor works for the org that runs it or has the desk of its place. Forbidden
/// where that is not so.
pub async fn run(q: &mut impl Query, actor: &Actor, id: Uuid, now: At) -> Result<Programme> {
    for permission in [Permission::ServicesEdit, Permission::ServicesClaim] {
        let Ok(scope) = actor.may(permission) else { continue };
        if let Some(found) = q.maybe(&store::RUN, &scope, args![now, id]).await? {
            return Ok(found);
        }
    }
    Err(Problem::Forbidden { owner: None })
}

/// Makes a programme. Flaws by field.
pub async fn make(db: &Db, world: &World, actor: &Actor, new: New) -> Result<Uuid> {
    let mut read = db.read();
    let orgs = orgs(&mut read, actor).await?;
    let org = new.org.filter(|org| orgs.iter().any(|one| one.0 == *org));
    let org = org.ok_or_else(|| Problem::invalid("org", "not_a_choice"))?;
    let (street, community) = reach::columns(&places(&mut read, actor).await?, new.area)?;
    drop(read);
    new.said.check(db).await?;
    let (id, said, actor, world) = (world.ids.uuid(world.now()), new.said, actor.clone(), world.clone());
    db.write(async move |tx| {
        let row = args![
            id,
            org,
            street,
            community,
            said.title.as_str(),
            said.title_en.clone(),
            said.about.as_str(),
            said.about_en.clone(),
            said.skill.clone(),
            said.from,
            said.to
        ];
        tx.run(&store::ADD, &Scope::system("make a programme"), row).await?;
        note(tx, &world, &actor, ("programme.make", "programme", id), None).await
    })
    .await?;
    Ok(id)
}

/// Says something else of it. Flaws by field; refusal: `programme_over`.
pub async fn change(db: &Db, world: &World, actor: &Actor, id: Uuid, said: Said) -> Result<()> {
    run(&mut db.read(), actor, id, world.now()).await?;
    said.check(db).await?;
    let changed = db.write(async move |tx| {
        let (title_en, about_en, skill) = (said.title_en.clone(), said.about_en.clone(), said.skill.clone());
        let row = args![
            id,
            said.title.as_str(),
            title_en,
            said.about.as_str(),
            about_en,
            skill,
            said.from,
            said.to
        ];
        tx.run(&store::CHANGE, &Scope::system("change a programme"), row).await
    });
    if changed.await? == 0 { Err(Problem::refused("programme_over")) } else { Ok(()) }
}

/// Ends it, and calls off with the same reason what has not begun. Flaws: `reason`; refusal: `programme_over`.
pub async fn end(db: &Db, world: &World, actor: &Actor, id: Uuid, reason: &str) -> Result<()> {
    let now = world.now();
    run(&mut db.read(), actor, id, now).await?;
    if let Some(flaw) = flaw("reason", reason, 200) {
        return Err(flaw.into());
    }
    let (actor, world, reason) = (actor.clone(), world.clone(), reason.to_owned());
    db.write(async move |tx| {
        let scope = Scope::system("end a programme");
        if tx.run(&store::END, &scope, args![id, now]).await? == 0 {
            return Err(Problem::refused("programme_over"));
        }
        tx.run(&store::END_COMING, &scope, args![id, now, reason.as_str()]).await?;
        note(tx, &world, &actor, ("programme.end", "programme", id), Some(&reason)).await
    })
    .await
}
