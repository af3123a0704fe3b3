//! What pages and programs ask of the figures.

use super::{
    cells::{Sums, nil},
    fact::Figure,
    rate::{Rate, overall},
    span::{Slot, Span},
    store,
};
use crate::Casework;
use linli_authz::{Actor, Permission, Scope, Tier};
use linli_base::{AreaId, CaseId, Cursor, OrgId, Result};
use linli_org::areas::AreaColumns;
use linli_store::{Query, Stmt, Value, args};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use uuid::Uuid;

/// What figures are about: an area, or an org, or an org within an area. Empty: the city.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The area's columns; empty for the city.
    pub area: Option<(Tier, AreaColumns)>,
    /// The org.
    pub org: Option<OrgId>,
}

/// All figures of one area or org in a period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    sums: BTreeMap<String, Sums>,
    /// 综合 in thousandths, where each of its three is there.
    pub overall: Option<i64>,
}

impl Figures {
    /// A figure's rate; of nothing where nothing counts.
    pub fn rate(&self, figure: Figure) -> Rate {
        self.sums.get(figure.name()).copied().map(Rate::from).unwrap_or_default()
    }
}

/// Which part of a figure's cases a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// The whole denominator.
    #[default]
    All,
    /// What is wholly in the numerator.
    Yes,
    /// What is partly in it.
    Partly,
    /// What is not in it.
    No,
}

/// The list behind a number.
#[derive(Clone, Debug)]
pub struct Behind {
    /// Which figure.
    pub figure: Figure,
    /// Which part of it.
    pub part: Part,
    /// Only this category, or this code of an exclusion.
    pub detail: Option<String>,
    /// In this period.
    pub span: Span,
    /// Of whom.
    pub about: About,
    /// Only in this state.
    pub state: Option<String>,
    /// Only of this category.
    pub category: Option<String>,
    /// Only where these words are found; a number is one.
    pub words: Option<String>,
}

/// A line of such a list: nothing of what was said.
pub type BehindLine = store::BehindRow;

/// How many cases a search for words within such a list looks at.
const FOUND: i64 = 2000;

fn names(figures: &[Figure]) -> Value {
    Value::List(figures.iter().map(|figure| Value::from(figure.name())).collect())
}

fn texts(slots: impl IntoIterator<Item = Slot>) -> Value {
    Value::List(slots.into_iter().map(|slot| Value::from(slot.to_string())).collect())
}

/// The codes under which cases are left out.
const CODES: [&str; 4] = ["untrue", "beyond", "abuse", "held"];

fn tier(about: &About) -> i64 {
    match about.area {
        None | Some((Tier::City, _)) => 0,
        Some((Tier::Street, _)) => 1,
        Some((Tier::Community, _)) => 2,
        Some((Tier::Grid | Tier::Building, _)) => 3,
    }
}

/// The columns of an area, as far as its tier.
fn columns(about: &About) -> [Option<AreaId>; 3] {
    let columns = about.area.map(|(_, columns)| columns).unwrap_or_default();
    [columns.street, columns.community, columns.grid]
}

impl Casework {
    /// May be some moments old: see `Counts`. Facts come into the sums some moments after their case, too.
    async fn sums(
        &self,
        statement: &'static Stmt,
        scope: &Scope,
        args: &[Value],
    ) -> Result<Arc<Vec<store::SumRow>>> {
        let key = format!("{} {:?} {args:?}", statement.name, scope.reaches());
        let read = Box::pin(async { self.db.read().all(statement, scope, args).await.map(Arc::new) });
        self.sums.get(key, &*self.world.clock, read).await
    }

    fn figures(&self, rows: &[store::SumRow]) -> Result<BTreeMap<Uuid, Figures>> {
        let settings = self.settings();
        let profile = settings.holding(self.world.now())?;
        let mut by_key: BTreeMap<Uuid, Figures> = BTreeMap::new();
        for row in rows {
            by_key.entry(row.key).or_default().sums.insert(row.figure.clone(), row.sums());
        }
        for figures in by_key.values_mut() {
            let of = |figure: Figure| figures.sums.get(figure.name());
            figures.overall =
                overall(profile, of(Figure::Responded), of(Figure::Solved), of(Figure::Satisfied));
        }
        Ok(by_key)
    }

    /// Every figure of an area or an org.
    pub async fn figures_of(&self, actor: &Actor, span: Span, about: &About) -> Result<Figures> {
        self.figures_in(&actor.may(Permission::FiguresSee)?, span, about).await
    }

    /// The figures of the whole city, which stand beside those of a part of it; sums only.
    pub async fn figures_of_city(&self, span: Span) -> Result<Figures> {
        self.figures_in(&Scope::system("the city beside a part of it"), span, &About::default()).await
    }

    pub(super) async fn figures_in(&self, scope: &Scope, span: Span, about: &About) -> Result<Figures> {
        let [street, community, grid] = columns(about);
        let (org, periods) = (nil(about.org), texts(span.slots()));
        let all = names(&Figure::ALL);
        let args = args![org, periods, all, tier(about), nil(street), nil(community), nil(grid)];
        let rows = self.sums(&store::ONE, scope, args).await?;
        Ok(self.figures(&rows)?.remove(&org).unwrap_or_default())
    }

    /// The figures of each area that lies directly in the one asked for, of an org where one is asked for.
    pub async fn figures_within(
        &self,
        actor: &Actor,
        span: Span,
        about: &About,
    ) -> Result<BTreeMap<Uuid, Figures>> {
        let scope = actor.may(Permission::FiguresSee)?;
        let [street, community, _] = columns(about);
        let statement = match tier(about) {
            0 => &store::BY_STREET,
            1 => &store::BY_COMMUNITY,
            2 => &store::BY_GRID,
            _ => return Ok(BTreeMap::new()),
        };
        let (periods, all) = (texts(span.slots()), names(&Figure::ALL));
        let args = args![nil(about.org), periods, all, street, community];
        self.figures(&self.sums(statement, &scope, args).await?)
    }

    /// Some figures of each org that worked in the area.
    pub async fn figures_by_org(
        &self,
        actor: &Actor,
        span: Span,
        about: &About,
        figures: &[Figure],
    ) -> Result<BTreeMap<Uuid, Figures>> {
        let scope = actor.may(Permission::FiguresSee)?;
        let [street, community, _] = columns(about);
        let tier = tier(about);
        if tier > 2 {
            return Ok(BTreeMap::new());
        }
        let (periods, all) = (texts(span.slots()), names(figures));
        let args = args![Uuid::nil(), periods, all, nil(street), nil(community), tier];
        self.figures(&self.sums(&store::BY_ORG, &scope, args).await?)
    }

    /// Figures period by period, of which the last is `span`'s; of each street where the area is a street without
    /// columns. The key is figure, street and place in the row.
    pub(crate) async fn figure_row(
        &self,
        actor: &Actor,
        figures: &[Figure],
        row: &[Slot],
        about: &About,
    ) -> Result<BTreeMap<(String, Uuid, usize), Rate>> {
        self.row_in(&actor.may(Permission::FiguresSee)?, figures, row, about).await
    }

    /// The same of the whole city.
    pub(crate) async fn figure_row_of_city(
        &self,
        figures: &[Figure],
        row: &[Slot],
    ) -> Result<BTreeMap<(String, Uuid, usize), Rate>> {
        let scope = Scope::system("the city beside a part of it");
        self.row_in(&scope, figures, row, &About::default()).await
    }

    async fn row_in(
        &self,
        scope: &Scope,
        figures: &[Figure],
        row: &[Slot],
        about: &About,
    ) -> Result<BTreeMap<(String, Uuid, usize), Rate>> {
        let [street, community, grid] = columns(about);
        let periods: Vec<String> = row.iter().map(Slot::to_string).collect();
        let list = texts(row.iter().copied());
        let args = args![nil(about.org), list, names(figures), tier(about), street, community, grid];
        let rows = self.sums(&store::ROW, scope, args).await?;
        let place = |period: &str| periods.iter().position(|other| other == period);
        let keyed = |row: &store::SumRow| {
            Some(((row.figure.clone(), row.key, place(&row.period)?), row.sums().into()))
        };
        Ok(rows.iter().filter_map(keyed).collect())
    }

    /// The sums by detail: categories of what was said, codes of what is excluded.
    pub async fn figure_details(
        &self,
        actor: &Actor,
        figure: Figure,
        span: Span,
        about: &About,
    ) -> Result<BTreeMap<String, Rate>> {
        self.details_in(&actor.may(Permission::FiguresSee)?, figure, span, about).await
    }

    pub(super) async fn details_in(
        &self,
        scope: &Scope,
        figure: Figure,
        span: Span,
        about: &About,
    ) -> Result<BTreeMap<String, Rate>> {
        let [street, community, grid] = columns(about);
        let groups =
            self.categories.groups().iter().flat_map(|group| group.categories.iter().map(String::as_str));
        let details = CODES.into_iter().filter(|_| figure == Figure::Excluded);
        let details = details.chain(groups.filter(|_| figure == Figure::Said));
        let list =
            Value::List(details.map(|detail| Value::from(format!("{}/{detail}", figure.name()))).collect());
        let periods = texts(span.slots());
        let args = args![nil(about.org), periods, list, tier(about), nil(street), nil(community), nil(grid)];
        let rows = self.sums(&store::ONE, scope, args).await?;
        let detail = |row: &store::SumRow| row.figure.split_once('/').map(|(_, detail)| detail.to_owned());
        Ok(rows.iter().filter_map(|row| Some((detail(row)?, row.sums().into()))).collect())
    }

    async fn behind_args(
        &self,
        scope: &Scope,
        asked: &Behind,
        after: Option<(&Cursor, i64)>,
        limit: i64,
    ) -> Result<Vec<Value>> {
        let [street, community, grid] = columns(&asked.about);
        let (from, to) = match asked.part {
            Part::All => (None, None),
            Part::Yes => (Some(super::WHOLE), None),
            Part::Partly => (Some(1), Some(super::WHOLE - 1)),
            Part::No => (None, Some(0)),
        };
        let words = asked.words.as_deref().map(str::trim).filter(|words| !words.is_empty());
        let found = match words {
            Some(words) => {
                let hits = self.db.read().search("case_search", scope, words, None, FOUND).await?;
                Some(Value::List(hits.into_iter().map(|(id, _)| Value::from(id)).collect()))
            }
            None => None,
        };
        let ((first, last), (from_month, to_month)) = (asked.span.days(), asked.span.months());
        Ok(args![
            asked.figure.name(),
            from_month,
            to_month,
            street,
            community,
            grid,
            asked.about.org,
            from,
            to,
            asked.detail.clone(),
            after.map(|(cursor, _)| cursor.key),
            after.map(|(cursor, _)| cursor.id),
            after.map(|(_, seq)| seq),
            limit,
            asked.state.clone(),
            asked.category.clone(),
            found.unwrap_or(Value::Null),
            first,
            last
        ]
        .to_vec())
    }

    /// The cases behind a number, the latest first, `limit` ≤ 200; goes on after a line of an earlier page.
    pub async fn behind(
        &self,
        actor: &Actor,
        asked: &Behind,
        after: Option<(&Cursor, i64)>,
        limit: i64,
    ) -> Result<Vec<BehindLine>> {
        let scope = actor.may(Permission::FiguresSee)?;
        let args = self.behind_args(&scope, asked, after, limit.clamp(1, 201)).await?;
        self.db.read().all(&store::BEHIND, &scope, &args).await
    }

    /// How many there are; 100,000 means that many or more.
    pub async fn count_behind(&self, actor: &Actor, asked: &Behind) -> Result<i64> {
        let scope = actor.may(Permission::FiguresSee)?;
        let args = self.behind_args(&scope, asked, None, 1).await?;
        let row: store::NumberRow = self.db.read().one(&store::BEHIND_COUNT, &scope, &args).await?;
        Ok(row.number.unwrap_or(0))
    }

    /// The names of orgs, by name: id, Chinese, English.
    pub async fn org_names(
        &self,
        ids: impl IntoIterator<Item = Uuid>,
    ) -> Result<Vec<(Uuid, String, Option<String>)>> {
        let list = Value::List(ids.into_iter().map(Value::from).collect());
        let scope = Scope::system("the names of orgs");
        let rows: Vec<store::NameRow> = self.db.read().all(&store::ORG_NAMES, &scope, &[list]).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.name, row.name_en)).collect())
    }

    /// Which of these cases the actor may open.
    pub async fn may_open(&self, actor: &Actor, cases: &[CaseId]) -> Result<BTreeSet<CaseId>> {
        let (Ok(scope), false) = (actor.may(Permission::CaseSee), cases.is_empty()) else {
            return Ok(BTreeSet::new());
        };
        let list = [super::count::ids(cases.iter().copied())];
        let rows: Vec<crate::store::IdRow> = self.db.read().all(&crate::store::SEEN, &scope, &list).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }
}
