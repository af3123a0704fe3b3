//! Suggestions for whoever accepts and dispatches, learnt from the city's own cases (ADR 22). A person decides.
//!
//! What was learnt lies in memory only: it is made when a desk first needs it and forgotten after [`HOLDS_MS`], so that
//! a case that was erased, or has become confidential, is part of it no longer than that.

mod rules;
pub(crate) mod store;

pub use rules::{Guess, Hand, Handlers, Model, Share, Within};

use crate::Casework;
use linli_authz::Scope;
use linli_base::{At, CaseId, OrgId, Problem, Result};
use linli_procedure::Areas;
use linli_store::{Query, args};
use rules::Past;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

/// How long what was learnt is used: six hours.
pub const HOLDS_MS: i64 = 6 * 3_600_000;
/// From how many cases it learns, the newest.
const CASES: i64 = 10_000;

#[derive(Default)]
struct State {
    /// When it was learnt.
    from: Option<At>,
    model: Option<Arc<Model>>,
    learning: bool,
}

/// What this copy of the program has learnt.
#[derive(Clone, Default)]
pub(crate) struct Learnt(Arc<Mutex<State>>);

impl Learnt {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Also where nobody asks any more.
    fn forget_later(&self) {
        let state: Weak<Mutex<State>> = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(HOLDS_MS.unsigned_abs())).await;
            if let Some(state) = state.upgrade() {
                *Learnt(state).state() = State::default();
            }
        });
    }
}

impl Casework {
    /// Whether the city wants suggestions: the number `suggest` of the profile that holds.
    pub fn suggests(&self) -> bool {
        self.settings().holding(self.world.now()).is_ok_and(|profile| profile.number("suggest") != 0)
    }

    /// What was learnt, where it is still good. Else it is learnt anew beside, and the next one who asks has it.
    pub fn learnt(&self) -> Option<Arc<Model>> {
        let (now, mut state) = (self.world.now(), self.learnt.state());
        if !self.suggests() {
            *state = State { learning: state.learning, ..State::default() };
            return None;
        }
        if state.from.is_some_and(|from| (0..HOLDS_MS).contains(&(now.0 - from.0))) {
            return state.model.clone();
        }
        (state.from, state.model) = (None, None);
        if !std::mem::replace(&mut state.learning, true) {
            let work = self.clone();
            tokio::spawn(async move {
                if let Err(problem) = work.learn().await {
                    tracing::warn!(%problem, "learning from the city's cases");
                    work.learnt.state().learning = false;
                }
            });
        }
        None
    }

    /// Learns anew; answers from how many cases, 0 where they are too few or the city does not want it. Not among them:
    /// confidential and erased ones, parts, those that stand merged, and imports that are not shown yet.
    pub async fn learn(&self) -> Result<usize> {
        let (now, mut model) = (self.world.now(), None);
        if self.suggests() {
            let past = self.past().await?;
            let learn = tokio::task::spawn_blocking(move || Model::learn(&past));
            model = learn.await.map_err(|e| Problem::broken("learning from cases", e))?.map(Arc::new);
        }
        let cases = model.as_ref().map_or(0, |model| model.cases);
        *self.learnt.state() = State { from: Some(now), model, learning: false };
        self.learnt.forget_later();
        Ok(cases)
    }

    async fn past(&self) -> Result<Vec<Past>> {
        let (scope, mut read) = (Scope::system("learn from the city's cases"), self.db.read());
        let rows: Vec<store::PastRow> = read.all(&store::PAST, &scope, args![CASES]).await?;
        let oldest = rows.last().map(|row| row.id);
        let help: Vec<store::HelpRow> = match oldest {
            Some(oldest) => read.all(&store::HELP, &scope, args![oldest]).await?,
            None => Vec::new(),
        };
        let mut helpers: BTreeMap<CaseId, Vec<OrgId>> = BTreeMap::new();
        for row in help {
            helpers.entry(row.case_id).or_default().push(row.org_id);
        }
        let past = |row: store::PastRow| Past {
            helpers: helpers.remove(&row.id).unwrap_or_default(),
            category: row.category,
            level: row.level,
            areas: Areas { street: row.street_id, community: row.community_id, grid: row.grid_id },
            lead: row.lead_id,
            leads: row.leads,
            title: row.title,
            body: row.body,
        };
        Ok(rows.into_iter().map(past).collect())
    }
}
