use crate::{Case, Procedure, Profile};
use linli_base::At;
use linli_calendar::Calendar;

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
    /// From when the red card is shown.
    pub red: Option<At>,
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
            let (kind, level) = (case.kind.as_deref(), case.level.as_deref());
            let cards = profile.cards(clock, kind, level, calendar, now).filter(|_| carded);
            let (yellow, red) = cards.unzip();
            Due {
                clock: name.clone(),
                at: due.at,
                provisional: due.provisional,
                paused: clock.is_paused(),
                yellow,
                red,
            }
        })
        .collect();
    all.sort_by_key(|due| (due.paused, due.at));
    all
}
