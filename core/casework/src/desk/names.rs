use super::line::pick;
use crate::{CaseView, Entry};
use linli_authz::{Actor, Permission};
use linli_base::{OrgId, PersonId, PostId, Result};
use linli_org::OrgState;
use linli_procedure::Val;
use linli_web::Visit;
use std::collections::{BTreeMap, BTreeSet};

/// The names that a case's page needs.
pub(super) struct Names {
    orgs: BTreeMap<OrgId, String>,
    people: BTreeMap<PersonId, String>,
    /// Who holds the posts in which somebody acted.
    holders: BTreeMap<PostId, (PersonId, String)>,
}

impl Names {
    pub async fn load(org: &OrgState, visit: &Visit, actor: &Actor, view: &CaseView) -> Result<Names> {
        let scope = actor.may(Permission::OrgSee)?;
        let (mut orgs, mut people, mut posts) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let case = &view.loaded.case;
        orgs.extend([case.desk, case.lead, case.holder].into_iter().flatten());
        orgs.extend(&case.helpers);
        people.extend(case.person);
        for entry in view.timeline() {
            orgs.extend(entry.org);
            people.extend(entry.person);
            posts.extend(entry.post);
            for value in entry.input.0.values() {
                match value {
                    Val::Orgs(named) => orgs.extend(named),
                    Val::Person(person) => {
                        people.insert(*person);
                    }
                    _ => {}
                }
            }
        }
        let mut read = org.db.read();
        let mut names = Names { orgs: BTreeMap::new(), people: BTreeMap::new(), holders: BTreeMap::new() };
        for org in linli_org::orgs::names(&mut read, &scope, orgs).await? {
            names.orgs.insert(org.id, pick(visit, &org.name, org.name_en.as_deref()).to_owned());
        }
        let ids: Vec<PersonId> = people.into_iter().collect();
        for name in linli_org::people::names(&mut read, &scope, &ids).await? {
            names.people.insert(name.id, pick(visit, &name.name, name.name_en.as_deref()).to_owned());
        }
        let posts: Vec<PostId> = posts.into_iter().collect();
        for (post, name) in linli_org::people::holders(&mut read, &scope, &posts).await? {
            let words = pick(visit, &name.name, name.name_en.as_deref()).to_owned();
            names.holders.insert(post, (name.id, words));
        }
        Ok(names)
    }

    pub fn org(&self, id: Option<OrgId>) -> String {
        id.and_then(|id| self.orgs.get(&id)).cloned().unwrap_or_default()
    }

    /// For whom a step was taken, where its post was lent.
    pub fn holder(&self, entry: &Entry) -> Option<&str> {
        let (holder, name) = self.holders.get(&entry.post?)?;
        (Some(*holder) != entry.person).then_some(name.as_str())
    }

    pub fn person(&self, id: Option<PersonId>) -> String {
        id.and_then(|id| self.people.get(&id)).cloned().unwrap_or_default()
    }
}
