use super::{own, store};
use crate::{
    flaws::{flaw, long},
    reach::{columns, placed},
    services,
    trail::note,
};
use linli_authz::{Actor, Permission, Scope};
use linli_base::{AreaId, Flaw, OrgId, Problem, Result, World};
use linli_org::{
    OrgKind,
    orgs::{self, NewOrg},
};
use linli_store::{Db, args};

const NAME: usize = 40;
const ABOUT: usize = 500;

/// What a desk says of an alliance.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Its name.
    pub name: String,
    /// The same in English.
    pub name_en: Option<String>,
    /// What it is for.
    pub about: String,
    /// The same in English.
    pub about_en: Option<String>,
    /// What it can do: keys of the catalogue's groups.
    pub skills: Vec<String>,
}

impl Said {
    async fn check(&self, db: &Db) -> Result<String> {
        let en =
            |field, text: &Option<String>, most| text.as_deref().and_then(|text| long(field, text, most));
        let mut flaws: Vec<Flaw> = [
            flaw("name", &self.name, NAME),
            en("name_en", &self.name_en, 2 * NAME),
            flaw("about", &self.about, ABOUT),
            en("about_en", &self.about_en, 2 * ABOUT),
        ]
        .into_iter()
        .flatten()
        .collect();
        let groups = services::groups(&mut db.read()).await?;
        if self.skills.iter().any(|skill| groups.iter().all(|group| group.key != *skill)) {
            flaws.push(Flaw::new("skills", "not_a_choice"));
        }
        if flaws.is_empty() { Ok(self.skills.join(" ")) } else { Err(Problem::Invalid(flaws)) }
    }
}

/// That another alliance has this name is the name's flaw.
fn named<T>(written: Result<T>) -> Result<T> {
    match written {
        Err(Problem::Refused(why)) if why.code == "taken" => Err(Problem::invalid("name", "alliance_taken")),
        other => other,
    }
}

/// Founds an alliance in a street or a community of the actor's desk. Flaws by field.
pub async fn found(db: &Db, world: &World, actor: &Actor, area: Option<AreaId>, said: Said) -> Result<OrgId> {
    let scope = actor.may(Permission::ServicesEdit)?;
    let (street, community) = columns(&placed(&mut db.read(), &scope).await?, area)?;
    let skills = said.check(db).await?;
    let (id, today, actor, world) = (world.id(), world.now().day(), actor.clone(), world.clone());
    let org = NewOrg {
        id,
        kind: OrgKind::Alliance,
        name: said.name,
        name_en: said.name_en,
        parent: None,
        home: Some(community.unwrap_or(street)),
        leads: None,
        phone: None,
    };
    let written = db.write(async move |tx| {
        let scope = Scope::system("found an alliance");
        orgs::create(tx, &scope, &org, today).await?;
        let (about, about_en) = (said.about.as_str(), said.about_en.clone());
        let row = args![id, street, community, about, about_en, skills.as_str(), today];
        tx.run(&store::ADD, &scope, row).await?;
        note(tx, &world, &actor, ("alliance.found", "alliance", id.0), None).await
    });
    named(written.await).map(|()| id)
}

/// Says otherwise what it is called, is for and can do. Flaws by field.
pub async fn change(db: &Db, world: &World, actor: &Actor, id: OrgId, said: Said) -> Result<()> {
    own(&mut db.read(), actor, id).await?;
    let skills = said.check(db).await?;
    let (actor, world) = (actor.clone(), world.clone());
    let written = db.write(async move |tx| {
        let scope = Scope::system("change an alliance");
        let (about, about_en) = (said.about.as_str(), said.about_en.clone());
        tx.run(&store::CHANGE, &scope, args![id, about, about_en, skills.as_str()]).await?;
        orgs::rename(tx, &scope, id, (&said.name, said.name_en.as_deref())).await?;
        note(tx, &world, &actor, ("alliance.change", "alliance", id.0), None).await
    });
    named(written.await)
}

/// Ends it, with a reason: its org acts no more, and nobody belongs to it. Flaws: `reason`.
pub async fn end(db: &Db, world: &World, actor: &Actor, id: OrgId, reason: &str) -> Result<()> {
    own(&mut db.read(), actor, id).await?;
    if let Some(flaw) = flaw("reason", reason, 200) {
        return Err(flaw.into());
    }
    let (today, actor, world, reason) = (world.now().day(), actor.clone(), world.clone(), reason.to_owned());
    db.write(async move |tx| {
        let scope = Scope::system("end an alliance");
        if tx.run(&store::END, &scope, args![id, today]).await? == 0 {
            return Err(Problem::refused("alliance_over"));
        }
        tx.run(&store::END_MEMBERS, &scope, args![id, today]).await?;
        orgs::end(tx, &scope, id, today).await?;
        note(tx, &world, &actor, ("alliance.end", "alliance", id.0), Some(&reason)).await
    })
    .await
}
