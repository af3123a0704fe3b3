//! Orders that are made again and again: the next one some days ahead, until the asker has had enough, and at most for
//! half a year.

use super::store::{self, SeriesRow};
use crate::services::{ChoiceId, ItemId};
use linli_authz::{Actor, Scope};
use linli_base::{CaseId, Day, Problem, Result};
use linli_casework::{Casework, Rows, WithStep};
use linli_procedure::Val;
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

/// On which day the order behind one of `day` is made: some days ahead of its own, and not before tomorrow; `None` where
/// the series is over by then.
pub(super) fn next_on(every: Every, day: Day, until: Day, today: Day) -> Option<Day> {
    let next = day.plus(every.days());
    let on = next.plus(-AHEAD);
    (next <= until).then(|| if on > today { on } else { today.plus(1) })
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
        let offered = match row.community_id {
            Some(community) => {
                let found = super::make::offered(&mut work.db().read(), community, row.item_id, today).await;
                found.is_ok_and(|(_, offered)| offered)
            }
            None => false,
        };
        let step = if offered { "repeat" } else { "end_series" };
        match work
            .step(Actor::System("orders that come again"), row.case_id, step, None, BTreeMap::new())
            .await
        {
            Ok(_) => made += usize::from(offered),
            Err(Problem::Refused(_) | Problem::Conflict { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(made)
}

/// Writes what belongs to a step of a series, in its transaction.
pub(crate) async fn beside(tx: &mut Tx<'_>, taken: &WithStep<'_>) -> Result<()> {
    let (case, scope) = (taken.case.row.id, Scope::system("an order that comes again"));
    if !matches!(taken.step.name, "repeat" | "end_series") {
        return Ok(());
    }
    let row: Option<SeriesRow> = tx.maybe(&store::SERIES, &scope, args![case]).await?;
    tx.run(&store::SERIES_OVER, &scope, args![case]).await?;
    let (Some(row), Some(Val::Case(next))) = (row, taken.input.0.get("becomes")) else { return Ok(()) };
    let (Some(every), Some(day), Some(until)) =
        (row.every.as_deref().and_then(Every::parse), row.wanted_day, row.until_day)
    else {
        return Ok(());
    };
    let today = taken.now.day();
    let mut day = day.plus(every.days());
    while day <= today {
        day = day.plus(every.days());
    }
    // the terms that hold by now
    let lines = crate::services::list(tx, row.community_id, today).await?;
    let choice: ChoiceId =
        lines.iter().find(|line| line.id == row.item_id).map_or(row.choice_id, |line| line.terms.0);
    let item: ItemId = row.item_id;
    let made_of = args![
        *next,
        item,
        choice,
        day,
        row.wanted_part,
        every.name(),
        until,
        next_on(every, day, until, today)
    ];
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
    fn the_next_one_is_made_a_week_ahead_and_not_beyond_the_end() {
        let day = |d| Day(d);
        assert_eq!(next_on(Every::Fortnight, day(20_000), day(20_182), day(19_998)), Some(day(20_007)));
        assert_eq!(
            next_on(Every::Week, day(20_000), day(20_182), day(20_003)),
            Some(day(20_004)),
            "tomorrow"
        );
        assert_eq!(next_on(Every::FourWeeks, day(20_160), day(20_182), day(20_155)), None);
    }
}
