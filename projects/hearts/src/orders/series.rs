//! Orders that are made again and again: the next one some days ahead, until the asker has had enough, and at most for
//! half a year.

use super::store::{self, SeriesRow};
use crate::services::{ChoiceId, ItemId};
use linli_authz::{Actor, Scope};
use linli_base::{CaseId, Day, Problem, Result};
use linli_casework::{Casework, Rows, WithStep};
use linli_procedure::{Input, Val};
use linli_store::{Query, Tx, args};
use std::collections::BTreeMap;

/// How many days ahead of its day the next order is made.
const AHEAD: i64 = 7;
/// How long a series goes on without being asked for again, in days.
const LONGEST: i64 = 182;

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// 每周
    Week,
    /// 每两周
    Fortnight,
    /// 每四周: the same weekday, for times are said by weekday.
    FourWeeks,
}

impl Every {
    /// All of them.
    pub const ALL: [Every; 3] = [Every::Week, Every::Fortnight, Every::FourWeeks];

    /// The spelling in the database, and the mark on the case.
    pub const fn name(self) -> &'static str {
        match self {
            Every::Week => "weekly",
            Every::Fortnight => "fortnightly",
            Every::FourWeeks => "four_weekly",
        }
    }

    /// Reads that spelling.
    pub fn parse(name: &str) -> Option<Every> {
        Every::ALL.into_iter().find(|every| every.name() == name)
    }

    /// How many days.
    pub const fn days(self) -> i64 {
        match self {
            Every::Week => 7,
            Every::Fortnight => 14,
            Every::FourWeeks => 28,
        }
    }
}

/// On which day the order behind one of `day` is made: some days ahead of its own, and not before tomorrow.
pub(super) fn next_on(every: Every, day: Day, today: Day) -> Day {
    day.plus(every.days() - AHEAD).max(today.plus(1))
}

/// The day of the order behind one of `day`; what has passed is left out.
fn next_day(every: Every, day: Day, today: Day) -> Day {
    let ahead = (today.0 - day.0).max(0) / every.days() + 1;
    day.plus(ahead * every.days())
}

/// What the next order begins with.
pub(super) fn next(before: &Input, today: Day) -> Input {
    match (Every::parse(before.text("every")), before.day("wanted_day")) {
        (Some(every), Some(day)) => {
            before.clone().with("wanted_day", Val::Day(next_day(every, day, today).0))
        }
        _ => before.clone(),
    }
}

/// The last day of a series that begins on a day.
pub(super) fn until(first: Day) -> Day {
    first.plus(LONGEST)
}

/// Makes the orders whose turn it is; where nobody comes for the item any more, or its time is over, the series ends.
/// Answers how many were made. Safe to run twice.
pub async fn repeat(work: &Casework) -> Result<usize> {
    let today = work.world().now().day();
    let scope = Scope::system("find orders that come again");
    let due: Vec<SeriesRow> = work.db().read().all(&store::SERIES_DUE, &scope, args![today]).await?;
    let mut made = 0;
    for row in due {
        let more = goes_on(work, &row, today).await?;
        let step = if more { "repeat" } else { "end_series" };
        let system = Actor::System("orders that come again");
        match work.step(system, row.case_id, step, None, BTreeMap::new()).await {
            Ok(_) => made += usize::from(more),
            Err(Problem::Refused(_) | Problem::Conflict { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(made)
}

/// Whether the next one lies within the series' time, and somebody comes for the item.
async fn goes_on(work: &Casework, row: &SeriesRow, today: Day) -> Result<bool> {
    let (Some(community), Some((every, day, until))) = (row.community_id, row.terms()) else {
        return Ok(false);
    };
    if next_day(every, day, today) > until {
        return Ok(false);
    }
    match super::make::offered(&mut work.db().read(), community, row.item_id, today).await {
        Ok((_, offered)) => Ok(offered),
        Err(Problem::NotFound) => Ok(false),
        Err(other) => Err(other),
    }
}

impl SeriesRow {
    /// How often, the day of this one, and the last day of all.
    fn terms(&self) -> Option<(Every, Day, Day)> {
        Some((self.every.as_deref().and_then(Every::parse)?, self.wanted_day?, self.until_day?))
    }
}

/// Writes what belongs to a step of a series, in its transaction.
pub(crate) async fn beside(tx: &mut Tx<'_>, taken: &WithStep<'_>) -> Result<()> {
    let (case, scope) = (taken.case.row.id, Scope::system("an order that comes again"));
    if !matches!(taken.step.name, "repeat" | "end_series" | "turn") {
        return Ok(());
    }
    let row: Option<SeriesRow> = tx.maybe(&store::SERIES, &scope, args![case]).await?;
    let Some(row) = row else { return Ok(()) };
    tx.run(&store::SERIES_OVER, &scope, args![case]).await?;
    let made = taken.input.0.get("becomes").filter(|_| taken.step.name == "repeat");
    let (Some(Val::Case(next)), Some((every, day, until))) = (made, row.terms()) else { return Ok(()) };
    let today = taken.now.day();
    let day = next_day(every, day, today);
    // the terms that hold by now
    let lines = crate::services::list(tx, row.community_id, today).await?;
    let choice: ChoiceId =
        lines.iter().find(|line| line.id == row.item_id).map_or(row.choice_id, |line| line.terms.0);
    let item: ItemId = row.item_id;
    let made_of =
        args![*next, item, choice, day, row.wanted_part, every.name(), until, next_on(every, day, today)];
    tx.run(&store::ORDER_ADD, &scope, made_of).await.map(drop)
}

/// What is to be written where the words of a case are erased: nobody's place is left to come to.
pub(crate) fn erase(case: CaseId) -> Rows {
    vec![(&store::SERIES_OVER, args![case].to_vec())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_one_is_made_a_week_ahead_and_never_for_the_past() {
        let day = Day;
        assert_eq!(next_on(Every::Fortnight, day(20_000), day(19_998)), day(20_007));
        assert_eq!(next_on(Every::Week, day(20_000), day(20_003)), day(20_004), "tomorrow");
        assert_eq!(next_day(Every::Week, day(20_000), day(19_990)), day(20_007));
        assert_eq!(next_day(Every::Week, day(20_000), day(20_030)), day(20_035));
        let before = Input::default()
            .with("every", Val::Choice("weekly".to_owned()))
            .with("wanted_day", Val::Day(20_000));
        assert_eq!(next(&before, day(20_000)).day("wanted_day"), Some(day(20_007)));
    }
}
