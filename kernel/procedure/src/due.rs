use crate::{Case, Procedure, Profile};
use linli_base::At;
use linli_calendar::{Calendar, Term};

/// A running clock's due time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which clock.
    pub clock: String,
    /// Until when.
    pub at: At,
    /// Whether it touches days whose calendar is not published yet.
    pub provisional: bool,
    /// Whether it stands now: then `at` is what it would be if it went on at once.
    pub paused: bool,
    /// From when the yellow card is shown.
    pub yellow: Option<At>,
}

/// The due times of all clocks that run on the case, the soonest first, paused ones last.
pub fn dues(case: &Case, procedure: &Procedure, profile: &Profile, calendar: &Calendar, now: At) -> Vec<Due> {
    let mut all: Vec<Due> = case
        .clocks
        .iter()
        .filter(|(_, clock)| clock.stopped.is_none())
        .map(|(name, clock)| {
            let due = clock.due(calendar, &profile.working_time, now);
            let carded = procedure.clock(name).is_some_and(|clock| clock.carded);
            Due {
                clock: name.clone(),
                at: due.at,
                provisional: due.provisional,
                paused: clock.is_paused(),
                yellow: carded.then(|| calendar.before(due.at, &Term::WorkingDays(1), &profile.working_time)),
            }
        })
        .collect();
    all.sort_by_key(|due| (due.paused, due.at));
    all
}
