use crate::{Casework, store};
use linli_authz::{Actor, Permission, Reach, Scope, Tier};
use linli_base::{AreaId, At, CaseId, Cursor, OrgId, PersonId, Result};
use linli_procedure::Procedure;
use linli_store::{Query, Value, args};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a list shows. Empty: everything within reach.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Open or over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<bool>,
    /// One state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Whose turn it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<OrgId>,
    /// The lead handler.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<OrgId>,
    /// In this street.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street: Option<AreaId>,
    /// In this community.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub community: Option<AreaId>,
    /// In this grid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grid: Option<AreaId>,
    /// Of this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Of this category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Came this way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Of this procedure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub procedure: Option<String>,
    /// Due before now, or near it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Window>,
    /// With one of these marks; of those that lists know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<String>,
    /// Where this person took one of their last 2,000 steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub touched_by: Option<PersonId>,
    /// Words to be found in title, text, place or number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// In which order.
    pub sort: Sort,
}

/// How a due time lies to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// The yellow card is shown, the due time is not over.
    Soon,
    /// The due time is over.
    Over,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// What is due first, first; what has no due time last.
    #[default]
    Due,
    /// What changed last, first.
    Changed,
}

/// One line of a list.
pub type ListRow = store::LineRow;

/// A page of a list, with where it goes on.
pub type Page = (Vec<ListRow>, Option<Cursor>);

/// A saved view with its count; `None` where it was not counted, 1000 means that many or more.
#[derive(Clone, Debug)]
pub struct ViewCount {
    /// Key of the words, or the name that a person gave.
    pub name: String,
    /// What it shows.
    pub filter: Filter,
    /// How many there are.
    pub count: Option<i64>,
    /// The id, where a person saved it.
    pub saved: Option<Uuid>,
}

/// How the open cases within reach stand. May be some seconds old: see `Counts`.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// How many in each state.
    pub states: BTreeMap<String, i64>,
    /// Whose due time is over.
    pub over: i64,
    /// Whose yellow card is shown and whose due time is not over.
    pub soon: i64,
    /// Where an extension or a hold is asked for.
    pub approve: i64,
    /// Which are supervised.
    pub supervised: i64,
    /// Which are one of the asker's problem with another.
    pub problem: i64,
}

impl Filter {
    /// The same, said with what follows from it, so that an index helps: a state is one of open cases or of others.
    fn with_open(mut self, procedures: &[&Procedure]) -> Self {
        if let (None, Some(state)) = (self.open, &self.state) {
            let states = procedures.iter().flat_map(|procedure| procedure.states);
            let mut opens = states.filter(|other| other.name == state.as_str()).map(|other| other.open);
            self.open = opens.next().filter(|first| opens.all(|open| open == *first));
        }
        self
    }

    /// Whether each way in which a case can be within reach is asked for apart, along its own index: for less than a
    /// street, and where nothing else is named that has few cases.
    fn apart(&self, scope: &Scope) -> bool {
        let areas = [self.street, self.community, self.grid].iter().any(Option::is_some);
        let people = self.holder.is_some() || self.lead.is_some() || self.touched_by.is_some();
        let large = |reach: &Reach| matches!(reach, Reach::City | Reach::Area(Tier::Street, _));
        let few = areas || people || !self.marks.is_empty();
        self.open == Some(true) && !few && !scope.reaches().iter().any(large)
    }

    /// The arguments of the list statements: `$1`–`$15` and `$19`–`$21` filter, `$16` and `$17` go on after a row,
    /// `$18` limits.
    fn args(&self, now: At, after: Option<&Cursor>, limit: i64) -> Vec<Value> {
        let over = self.due == Some(Window::Over);
        let soon = self.due == Some(Window::Soon);
        let marks = match self.marks.as_slice() {
            [] => Value::Null,
            marks => Value::List(marks.iter().map(|mark| Value::from(mark.clone())).collect()),
        };
        args![
            self.open.filter(|open| *open),
            self.state.clone(),
            self.holder,
            self.lead,
            self.street,
            self.community,
            self.grid,
            self.kind.clone(),
            self.category.clone(),
            over.then_some(now),
            soon.then_some(now),
            soon.then_some(now),
            self.touched_by,
            self.procedure.clone(),
            self.source.clone(),
            after.map(|cursor| cursor.key),
            after.map(|cursor| cursor.id),
            limit,
            self.due.is_some().then_some(false),
            marks,
            self.open.filter(|open| !open)
        ]
        .to_vec()
    }
}

impl Casework {
    /// A page of the cases within the actor's reach that the filter shows, `limit` ≤ 200.
    pub async fn list(
        &self,
        actor: &Actor,
        filter: &Filter,
        after: Option<&Cursor>,
        limit: i64,
    ) -> Result<Page> {
        let scope = actor.may(Permission::CaseSee)?;
        let limit = limit.clamp(1, 200);
        let mut keys = self.keys_of(&scope, filter, after, limit + 1).await?;
        let more = i64::try_from(keys.len()).unwrap_or(0) > limit;
        keys.truncate(usize::try_from(limit).unwrap_or(0));
        let next = keys.last().filter(|_| more).map(|(id, key)| Cursor { key: *key, id: *id });
        Ok((self.lines(&scope, actor.person(), &keys).await?, next))
    }

    /// The cases before and after one among the first 200 that the filter shows; none where it is not one of them.
    pub async fn neighbours(
        &self,
        actor: &Actor,
        filter: &Filter,
        id: CaseId,
    ) -> Result<[Option<CaseId>; 2]> {
        let scope = actor.may(Permission::CaseSee)?;
        let keys = self.keys_of(&scope, filter, None, 200).await?;
        let Some(at) = keys.iter().position(|(other, _)| *other == id.0) else { return Ok([None; 2]) };
        let of = |at: Option<usize>| at.and_then(|at| keys.get(at)).map(|(id, _)| CaseId::new(*id));
        Ok([of(at.checked_sub(1)), of(at.checked_add(1))])
    }

    /// The cases that a filter shows, by id and what they are sorted by.
    async fn keys_of(
        &self,
        scope: &Scope,
        filter: &Filter,
        after: Option<&Cursor>,
        limit: i64,
    ) -> Result<Vec<(Uuid, i64)>> {
        if let Some(words) = filter.words.as_ref().filter(|words| !words.trim().is_empty()) {
            return self.found(scope, words, after, limit).await;
        }
        let filter = filter.clone().with_open(self.procedures);
        let statement = match filter.sort {
            Sort::Due if filter.apart(scope) => &store::PAGE_BY_DUE_EACH,
            Sort::Due => &store::PAGE_BY_DUE,
            Sort::Changed => &store::PAGE_BY_CHANGE,
        };
        let args = filter.args(self.world.now(), after, limit);
        let rows: Vec<store::KeyRow> = self.db.read().all(statement, scope, &args).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.key)).collect())
    }

    /// The lines of these cases, in this order; what is out of reach is left out.
    pub(crate) async fn lines(
        &self,
        scope: &Scope,
        person: Option<PersonId>,
        keys: &[(Uuid, i64)],
    ) -> Result<Vec<ListRow>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let ids = Value::List(keys.iter().map(|(id, _)| Value::from(*id)).collect());
        let rows: Vec<ListRow> = self.db.read().all(&store::LINES, scope, args![ids, person]).await?;
        let mut by_id: BTreeMap<Uuid, ListRow> = rows.into_iter().map(|row| (row.id.0, row)).collect();
        Ok(keys.iter().filter_map(|(id, _)| by_id.remove(id)).collect())
    }

    /// Cases whose words are found, newest first, the scope inside the index.
    async fn found(
        &self,
        scope: &Scope,
        words: &str,
        after: Option<&Cursor>,
        limit: i64,
    ) -> Result<Vec<(Uuid, i64)>> {
        let hits = self.db.read().search("case_search", scope, words, after, limit).await?;
        Ok(hits.into_iter().map(|(id, at)| (id, at.0)).collect())
    }

    /// Brings the search index together, for the night.
    pub async fn tidy_search(&self) -> Result<()> {
        self.db.search_tidy("case_search").await
    }

    /// The asker's own cases, newest first, at most 100.
    pub async fn own(&self, actor: &Actor) -> Result<Vec<ListRow>> {
        let Some(person) = actor.person() else { return Ok(Vec::new()) };
        let scope = actor.may(Permission::CaseSee)?;
        let rows: Vec<store::KeyRow> = self.db.read().all(&store::OWN, &scope, args![person]).await?;
        let keys: Vec<_> = rows.into_iter().map(|row| (row.id, row.key)).collect();
        self.lines(&scope, Some(person), &keys).await
    }

    /// How many a filter shows; 1000 means that many or more. May be some seconds old: see `Counts`.
    pub async fn count(&self, actor: &Actor, filter: &Filter) -> Result<i64> {
        let scope = actor.may(Permission::CaseSee)?;
        let filter = filter.clone().with_open(self.procedures);
        let key = format!("{:?} {}", scope.reaches(), serde_json::json!(filter));
        let count = async {
            let mut args = filter.args(self.world.now(), None, 1000);
            if let Some(limit) = args.get_mut(17) {
                *limit = Value::Null;
            }
            let statement =
                if filter.apart(&scope) { &store::COUNT_FILTER_EACH } else { &store::COUNT_FILTER };
            let row: store::NumberRow = self.db.read().one(statement, &scope, &args).await?;
            Ok(row.number)
        };
        self.counts.get(key, &*self.world.clock, count).await
    }

    /// How the open cases within reach stand.
    pub async fn standing(&self, actor: &Actor) -> Result<Standing> {
        let scope = actor.may(Permission::CaseSee)?;
        let count = async {
            let (mut read, now) = (self.db.read(), self.world.now());
            let states: Vec<store::StateRow> = read.all(&store::STANDING, &scope, args![now]).await?;
            let marks = Value::List(store::LISTED.iter().map(|mark| Value::from(*mark)).collect());
            let marks: Vec<store::CountRow> = read.all(&store::COUNT_MARKS, &scope, args![marks]).await?;
            let marked = |what: &str| marks.iter().find(|row| row.name == what).map_or(0, |row| row.count);
            Ok(Standing {
                over: states.iter().map(|row| row.over).sum(),
                soon: states.iter().map(|row| row.soon).sum(),
                approve: marked("approve"),
                supervised: marked("supervised"),
                problem: marked("problem"),
                states: states.into_iter().map(|row| (row.state, row.count)).collect(),
            })
        };
        self.standings.get(format!("{:?}", scope.reaches()), &*self.world.clock, count).await
    }

    /// The views that the person saved.
    pub async fn saved_views(&self, actor: &Actor) -> Result<Vec<ViewCount>> {
        let Some(person) = actor.person() else { return Ok(Vec::new()) };
        let scope = actor.may(Permission::CaseSee)?;
        let rows: Vec<store::SavedViewRow> = self.db.read().all(&store::VIEWS, &scope, args![person]).await?;
        let view = |row: store::SavedViewRow| ViewCount {
            name: row.name,
            filter: serde_json::from_value(row.filter).unwrap_or_default(),
            count: None,
            saved: Some(row.id),
        };
        Ok(rows.into_iter().map(view).collect())
    }

    /// Saves a filter under a name.
    pub async fn save_view(&self, actor: &Actor, name: String, filter: &Filter) -> Result<()> {
        let Some(person) = actor.person() else { return Err(linli_base::Problem::SignIn) };
        let scope = actor.may(Permission::CaseSee)?;
        let (id, at) = (self.world.ids.uuid(self.world.now()), self.world.now());
        let filter = serde_json::json!(filter);
        self.db
            .write(async move |tx| {
                tx.run(&store::VIEW_SAVE, &scope, args![id, person, name.as_str(), filter.clone(), at])
                    .await?;
                Ok(())
            })
            .await
    }

    /// Drops a view that the person saved.
    pub async fn drop_view(&self, actor: &Actor, view: Uuid) -> Result<()> {
        let Some(person) = actor.person() else { return Err(linli_base::Problem::SignIn) };
        let scope = actor.may(Permission::CaseSee)?;
        self.db
            .write(async move |tx| {
                tx.run(&store::VIEW_DROP, &scope, args![view, person]).await?;
                Ok(())
            })
            .await
    }
}
