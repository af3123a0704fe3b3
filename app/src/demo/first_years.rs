//! The months that the article tells of: how many requests went how, so that its rates come out of the records.

use super::{
    plots::{self, Past},
    requests::{Teller, Told, refusals},
};
use linli_base::Day;

/// An answer within this time of being said is given at once.
const AT_ONCE_MS: i64 = 24 * 3_600_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// Each answer within 24 hours.
    AtOnce,
    /// None.
    Later,
    /// Closed without an answer.
    None,
}

/// How many went how. 2,041 are answered and closed, 1,741 of them at once.
const PLAN: [(Past, Pace, usize); 20] = [
    (Past::Called, Pace::AtOnce, 1_095),
    (Past::Rated, Pace::AtOnce, 420),
    (Past::Partly, Pace::AtOnce, 60),
    (Past::NoPhone, Pace::AtOnce, 60),
    (Past::Unrated, Pace::AtOnce, 40),
    (Past::Unreached, Pace::AtOnce, 36),
    (Past::Untrue, Pace::AtOnce, 30),
    (Past::Called, Pace::Later, 10),
    (Past::Rated, Pace::Later, 10),
    (Past::Redone, Pace::Later, 60),
    (Past::Reopened, Pace::Later, 30),
    (Past::Returned, Pace::Later, 50),
    (Past::ReturnRefused, Pace::Later, 12),
    (Past::Supplemented, Pace::Later, 40),
    (Past::SupplementLapsed, Pace::Later, 8),
    (Past::SentBack, Pace::Later, 30),
    (Past::Overdue, Pace::Later, 30),
    (Past::HardToContact, Pace::Later, 20),
    (Past::Withdrawn, Pace::None, 26),
    (Past::Thanked, Pace::None, 40),
];
/// What no desk could take.
const REFUSALS: usize = 30;

/// The first and the last day on which a request is said.
fn days() -> (Day, Day) {
    (Day::from_ymd(2017, 6, 1).unwrap_or(Day(0)), Day::from_ymd(2018, 10, 25).unwrap_or(Day(0)))
}

/// Tells all of them.
pub(super) fn tell(mut teller: Teller<'_>) -> Told {
    let dice = teller.set.dice;
    let (first, last) = days();
    let draw = || first.plus(dice.between(0, last.0 - first.0));
    let mut plots: Vec<(Past, Pace)> =
        PLAN.iter().flat_map(|(plot, pace, count)| std::iter::repeat_n((*plot, *pace), *count)).collect();
    dice.shuffle(&mut plots);
    for (plot, pace) in plots {
        let phone = plot.phone().unwrap_or_else(|| dice.chance(75));
        while !one(&mut teller, plot, pace, draw(), phone) {}
    }
    for ((why, matter), serial) in refusals().cycle().take(REFUSALS).zip(0..) {
        while !teller.refused_one(why, matter, draw(), serial % 5 == 0) {}
    }
    teller.told
}

fn one(teller: &mut Teller<'_>, plot: Past, pace: Pace, day: Day, phone: bool) -> bool {
    let until = teller.now.day().start();
    let suits = |template: &_| plot.suits(template) && (plot == Past::Thanked) == (template.kind == "praise");
    teller.one(day, suits, phone, |script| {
        let said = script.at;
        script.quick = pace == Pace::AtOnce;
        plot.play(script);
        let fits = match (pace, script.answered_after(said)) {
            (Pace::AtOnce, Some((_, last))) => last < AT_ONCE_MS,
            (Pace::Later, Some((first, _))) => first > AT_ONCE_MS,
            (Pace::None, None) => true,
            _ => false,
        };
        let over = plots::is_before(script, until);
        script.archive(until);
        fits && over
    })
}
