//! Who takes cases on: whom a desk may ask by name, and the four digits for the door (ADR 21).

use crate::{
    CaseView, Casework, ListRow,
    load::Loaded,
    privacy::HeldHelp,
    store::{self, CaseRow},
};
use linli_authz::{Actor, Permission, Scope};
use linli_base::{At, CaseId, Flaw, OrgId, PersonId, Problem, Result};
use linli_procedure::{Case, Field, FieldKind, Input, Sets, Step, Who};
use linli_store::{Query, Stmt, Tx, Value, args};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    pin::Pin,
};

/// Somebody who may be asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Helper {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The same in English.
    pub name_en: Option<String>,
    /// Why they fit: keys of words, each with its values.
    pub why: Vec<(&'static str, Vec<(&'static str, String)>)>,
}

/// How to come to an asker.
#[derive(Clone, Debug)]
pub struct Door {
    /// Where, whole.
    pub place: String,
    /// How they want to be called.
    pub name: Option<String>,
    /// Their phone.
    pub phone: Option<String>,
}

/// What [`Helpers`] answer.
pub type Found<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A step as it is being written.
#[derive(Clone, Copy)]
pub struct WithStep<'a> {
    /// The case before it.
    pub case: &'a Loaded,
    /// The case after it.
    pub after: &'a Case,
    /// The step.
    pub step: &'static Step,
    /// What was filled in.
    pub input: &'a Input,
    /// When.
    pub now: At,
}

/// Statements with their arguments.
pub type Rows = Vec<(&'static Stmt, Vec<Value>)>;

/// The room that knows who takes cases on.
pub trait Helpers: Send + Sync {
    /// Who may be asked to take a case on, the best first.
    fn of<'a>(&'a self, case: &'a Loaded) -> Found<'a, Vec<Helper>>;

    /// The orgs that a case may be given to; `None` where it may be any.
    fn orgs<'a>(&'a self, case: &'a Loaded) -> Found<'a, Option<BTreeSet<OrgId>>>;

    /// Whether somebody may come to a case by themselves: it is offered, and to them. Refusals are the room's.
    fn comes<'a>(&'a self, actor: &'a Actor, case: &'a Loaded) -> Found<'a, ()>;

    /// Writes what belongs to a step, in its transaction. Flaws and refusals are the room's.
    fn beside<'a, 't: 'a>(&'a self, tx: &'a mut Tx<'t>, taken: WithStep<'a>) -> Found<'a, ()>;

    /// What is to be written where the words of a case are erased.
    fn erase(&self, case: CaseId) -> Rows;

    /// The page that shows a procedure's cases lane by lane.
    fn page(&self, procedure: &str) -> String;

    /// What is held about somebody who helps, for them to take along.
    fn held(&self, person: PersonId) -> Found<'_, Vec<HeldHelp>>;

    /// What is to be written where somebody closes their account.
    fn forget(&self, person: PersonId) -> Rows;
}

impl Casework {
    /// With whom the desk may ask to take cases on.
    #[must_use]
    pub fn with_helpers(self, helpers: std::sync::Arc<dyn Helpers>) -> Self {
        Casework { helpers: Some(helpers), ..self }
    }

    pub(crate) async fn helpers_of(&self, case: &Loaded) -> Result<Vec<Helper>> {
        match &self.helpers {
            Some(helpers) => helpers.of(case).await,
            None => Ok(Vec::new()),
        }
    }

    pub(crate) async fn orgs_for(&self, case: &Loaded) -> Result<Option<BTreeSet<OrgId>>> {
        match &self.helpers {
            Some(helpers) if case.procedure.taken_on => helpers.orgs(case).await,
            _ => Ok(None),
        }
    }

    /// Whoever a step asks by name, and the org that it gives the case to, must be one of those who are offered. Flaw:
    /// `not_a_choice`.
    pub(crate) async fn check_helper(
        &self,
        actor: &Actor,
        id: CaseId,
        step: &str,
        raw: &BTreeMap<String, Vec<String>>,
    ) -> Result<()> {
        let mut taken_on = self.procedures.iter().filter(|procedure| procedure.taken_on);
        let Some(table) = taken_on.find_map(|procedure| procedure.step(step)) else { return Ok(()) };
        let names = |field: &&Field| field.kind == FieldKind::Helper || field.sets == Sets::Lead;
        let Some(field) = table.form.iter().find(names) else { return Ok(()) };
        let Some(named) = raw.get(field.name).and_then(|values| values.first()) else { return Ok(()) };
        let scope = actor.may(Permission::CaseStep)?;
        let loaded = Loaded::read(&mut self.db.read(), self, &scope, id).await?;
        let offered = if field.kind == FieldKind::Helper {
            let helpers = self.helpers_of(&loaded).await?;
            helpers.iter().any(|helper| helper.person.to_string() == named.trim())
        } else {
            let orgs = self.orgs_for(&loaded).await?;
            orgs.is_none_or(|orgs| orgs.iter().any(|org| org.to_string() == named.trim()))
        };
        if offered { Ok(()) } else { Err(Flaw::new(field.name, "not_a_choice").into()) }
    }

    /// Whether the step is for whoever comes by themselves.
    fn for_comers(&self, step: &str) -> bool {
        let comes = |who: &Who| matches!(who, Who::Comer | Who::ComerFor(_));
        let mut tables = self.procedures.iter().filter_map(|procedure| procedure.step(step));
        tables.any(|step| step.by.iter().any(comes))
    }

    /// What an actor reaches with a step. Whoever comes by themselves reaches the one case that is offered, which
    /// [`Casework::check_comer`] has seen.
    pub(crate) fn reach(&self, actor: &Actor, step: &str) -> Result<Scope> {
        let scope = actor.may(Permission::CaseStep)?;
        Ok(if self.for_comers(step) { Scope::system("come to what is offered") } else { scope })
    }

    /// Nobody comes by themselves to what is not offered to them.
    pub(crate) async fn check_comer(&self, actor: &Actor, id: CaseId, step: &str) -> Result<()> {
        let Some(helpers) = self.helpers.as_ref().filter(|_| self.for_comers(step)) else { return Ok(()) };
        let loaded = Loaded::read(&mut self.db.read(), self, &self.reach(actor, step)?, id).await?;
        helpers.comes(actor, &loaded).await
    }

    /// Cases that the person is asked to take on or has taken on: open ones, and what ended since; what changed last
    /// first.
    pub async fn in_hand(&self, actor: &Actor, since: At) -> Result<Vec<ListRow>> {
        let person = actor.person().ok_or(Problem::SignIn)?;
        let scope = actor.may(Permission::CaseSee)?;
        let rows: Vec<store::KeyRow> =
            self.db.read().all(&store::TAKEN, &scope, args![person, since]).await?;
        let keys: Vec<_> = rows.into_iter().map(|row| (row.id, row.key)).collect();
        self.lines(&scope, Some(person), &keys).await
    }

    /// How to come to the asker and to reach them, for whoever has taken the case on, until a day after it ended. That
    /// they have seen it is what their step of taking it on says.
    pub fn door(&self, actor: &Actor, view: &CaseView) -> Result<Option<Door>> {
        let (row, case) = (&view.loaded.row, &view.loaded.case);
        let taker = actor.person().is_some_and(|person| case.takers.contains(&person));
        let over = row.closed_at.is_some_and(|at| self.world.now().0 > at.plus_hours(24).0);
        if !taker || over {
            return Ok(None);
        }
        let phone = row.phone_sealed.as_deref().map(|sealed| self.keys.open(sealed, row.id.0)).transpose()?;
        let name = row.name.as_ref().map(|name| name.whole().to_owned());
        Ok(Some(Door { place: row.place.whole().to_owned(), name, phone }))
    }

    /// The four digits that an asker tells whoever comes: made from the look-up code, which nobody else knows.
    pub fn door_code(&self, row: &CaseRow) -> Result<String> {
        let code = self.keys.code_with(row.id.0, &row.code_key, row.code_sealed.as_deref())?;
        let digest = Sha256::digest(format!("door {code}"));
        let number = digest.iter().take(4).fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
        Ok(format!("{:04}", number % 10_000))
    }
}
