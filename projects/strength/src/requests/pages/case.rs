//! What every page of a case shows: state, orgs, dates.

use linli_authz::Scope;
use linli_base::{At, Day, OrgId, Result};
use linli_casework::CaseView;
use linli_casework::Visitor;
use linli_i18n::Lang;
use linli_web::Visit;
use std::collections::{BTreeMap, BTreeSet};

/// A name in the page's language, or in Chinese where it has no other.
#[derive(Clone, Debug, Default)]
pub(super) struct Name {
    pub text: String,
    /// What the `lang` attribute must say; empty where it is the page's.
    pub tag: &'static str,
}

impl Name {
    pub fn new(lang: Lang, zh: &str, en: Option<&str>) -> Name {
        match (lang, en.filter(|name| !name.is_empty())) {
            (Lang::En, Some(en)) => Name { text: en.to_owned(), tag: "" },
            (Lang::En, None) => Name { text: zh.to_owned(), tag: Lang::Zh.tag() },
            (Lang::Zh, _) => Name { text: zh.to_owned(), tag: "" },
        }
    }
}

/// The names of orgs.
pub(super) struct Orgs(BTreeMap<OrgId, Name>);

impl Orgs {
    /// Those that a case's page may name: desk, lead handler, helpers, and whoever took or was given a step.
    pub async fn of(visitor: &Visitor, view: &CaseView) -> Result<Orgs> {
        let case = &view.loaded.case;
        let mut ids: BTreeSet<OrgId> =
            case.desk.into_iter().chain(case.lead).chain(case.helpers.clone()).collect();
        for entry in view.timeline() {
            ids.extend(entry.org);
            ids.extend(entry.input.orgs("lead"));
        }
        let scope = Scope::system("name orgs to the asker");
        let mut read = visitor.work.db().read();
        let mut names = BTreeMap::new();
        for org in linli_org::orgs::names(&mut read, &scope, ids).await? {
            names.insert(org.id, Name::new(visitor.visit.lang, &org.name, org.name_en.as_deref()));
        }
        Ok(Orgs(names))
    }

    pub fn get(&self, id: Option<OrgId>) -> Option<Name> {
        id.and_then(|id| self.0.get(&id)).cloned()
    }
}

/// The last day on which something due at `at` is in time.
pub(super) fn last_day(at: At) -> Day {
    at.plus_ms(-1).day()
}

/// Until when, as people say it: a day where it is the end of one, else day and time.
pub(super) fn until(visit: &Visit, at: At) -> String {
    let today = visit.now.day();
    if at == last_day(at).end() {
        visit.lang.date_weekday(last_day(at), today)
    } else {
        visit.lang.moment(at, visit.now)
    }
}
