//! Pure: what a case counts for. Folds its events, with the clocks that they recorded, into facts.

use super::fact::{Fact, Figure, SHARES, WHOLE};
use linli_base::{At, Day, OrgId};
use linli_calendar::{Calendar, ClockState};
use linli_procedure::{Areas, Case, Changes, Input, Profile};

/// An event as figures see it.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its place.
    pub seq: i64,
    /// The step.
    pub step: String,
    /// Where it led.
    pub to: String,
    /// When it happened.
    pub at: At,
    /// The org in which it was taken.
    pub org: Option<OrgId>,
    /// Where the case lay then.
    pub areas: Areas,
    /// Choices; no free text.
    pub input: Input,
    /// What it changed.
    pub changes: Changes,
}

/// A case with all that its facts follow from.
pub struct Story<'a> {
    /// When it was said.
    pub said_at: At,
    /// Whether another one of the category was said in the place in the 90 days before.
    pub said_before: bool,
    /// Its events in order.
    pub events: &'a [Told],
    /// The profile it goes by.
    pub profile: &'a Profile,
    /// Working days.
    pub calendar: &'a Calendar,
    /// Until when: what is due later does not count yet.
    pub now: At,
}

/// What a case counts for now, and when that changes by time alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted {
    /// Its facts.
    pub facts: Vec<Fact>,
    /// The next instant at which a round falls due.
    pub wake: Option<At>,
}

/// An event with the case as it was after it.
struct Seen<'a> {
    told: &'a Told,
    after: Case,
}

impl Seen<'_> {
    fn is(&self, steps: &[&str]) -> bool {
        steps.contains(&self.told.step.as_str())
    }
}

const DISPATCHES: &[&str] = &["dispatch", "redispatch", "designate"];
const HAND_OVERS: &[&str] = &["dispatch", "redispatch", "designate", "redo", "reopen"];
const RATINGS: &[&str] = &["call_back", "rate"];
/// Cases in these states count in no figure.
const GONE: &[&str] = &["withdrawn", "merged"];
/// Cases with these marks count in no figure.
const APART: &[&str] = &["not_assessed", "child"];

/// Folds a case into facts.
pub fn facts(story: &Story<'_>) -> Counted {
    let mut counted = Counted::default();
    let mut case = Case { round: 1, ..Case::default() };
    let mut all = Vec::new();
    for told in story.events {
        case.apply(&told.changes);
        case.areas = told.areas;
        all.push(Seen { told, after: case.clone() });
    }
    let Some(last) = all.last() else { return counted };
    if GONE.contains(&last.after.state.as_str()) || APART.iter().any(|mark| last.after.has(mark)) {
        return counted;
    }
    let excluded = last.after.has("excluded");
    let mut fold = Fold { story, all: &all, out: &mut counted, excluded };
    fold.said(last);
    for round in 1..=last.after.round {
        fold.round(round);
    }
    fold.case();
    let proposed = all.iter().rfind(|seen| seen.is(&["propose_exclusion"]));
    if let Some(seen) = proposed.filter(|_| last.after.has("exclusion_proposed")) {
        fold.add(Figure::Proposed, seen, seen.told.at.day(), WHOLE);
    }
    if !excluded {
        fold.first_closing();
        fold.checks();
    }
    counted
}

struct Fold<'a> {
    story: &'a Story<'a>,
    all: &'a [Seen<'a>],
    out: &'a mut Counted,
    excluded: bool,
}

/// A round whose finish clock fell due.
struct DueRound<'a> {
    events: Vec<&'a Seen<'a>>,
    day: Day,
    due: At,
    clock: ClockState,
    held: bool,
}

fn yes(holds: bool) -> i64 {
    if holds { WHOLE } else { 0 }
}

impl<'a> Fold<'a> {
    fn add(&mut self, figure: Figure, at: &Seen<'_>, day: Day, value: i64) {
        self.out.facts.push(Fact {
            figure,
            seq: at.told.seq,
            org: at.after.lead,
            main: true,
            day,
            areas: at.told.areas,
            detail: String::new(),
            value,
            share: SHARES,
        });
    }

    fn said(&mut self, last: &Seen<'_>) {
        let Some(first) = self.all.first() else { return };
        let (day, areas) = (self.story.said_at.day(), last.told.areas);
        let open = !matches!(last.after.state.as_str(), "closed" | "archived" | "refused");
        let category = last.after.category.clone().unwrap_or_default();
        let mut both = vec![(Figure::Said, yes(open))];
        if !self.excluded && !category.is_empty() {
            both.push((Figure::Repeated, yes(self.story.said_before)));
        }
        for (figure, value) in both {
            self.out.facts.push(Fact {
                figure,
                seq: first.told.seq,
                org: last.after.lead,
                main: true,
                day,
                areas,
                detail: category.clone(),
                value,
                share: SHARES,
            });
        }
    }

    /// A round that is due; else when it will be, where that is known.
    fn due(&self, round: i64) -> Result<DueRound<'a>, Option<At>> {
        let events: Vec<&Seen<'_>> = self.all.iter().filter(|seen| seen.after.round == round).collect();
        let begun = events.iter().find(|seen| seen.is(HAND_OVERS)).ok_or(None)?;
        let clock = events.last().and_then(|last| last.after.clocks.get("finish"));
        let own = clock.filter(|clock| clock.started >= begun.told.at && !clock.is_paused());
        let clock = own.ok_or(None)?;
        let due = clock.due(self.story.calendar, &self.story.profile.working_time, self.story.now).at;
        if due > self.story.now {
            return Err(Some(due));
        }
        let missed = self.all.last().is_some_and(|last| last.after.has("milestone_missed"));
        let held = !missed && events.iter().any(|seen| seen.told.to == "held");
        Ok(DueRound { day: due.plus_ms(-1).day(), due, clock: clock.clone(), held, events })
    }

    fn round(&mut self, round: i64) {
        let of = match self.due(round) {
            Ok(of) if !self.excluded => of,
            Ok(_) => return,
            Err(later) => {
                self.out.wake = self.out.wake.into_iter().chain(later).min();
                return;
            }
        };
        let starts: Vec<usize> = (0..of.events.len())
            .filter(|at| of.events.get(*at).is_some_and(|seen| seen.is(HAND_OVERS)))
            .collect();
        for (at, start) in starts.iter().enumerate() {
            let end = starts.get(at + 1).copied();
            let span = of.events.get(*start..end.unwrap_or(of.events.len())).unwrap_or_default();
            self.hand_over(span, end.is_some(), &of);
        }
        self.ending(&of);
    }

    /// One unit's time with a case: from the hand-over to the next one.
    fn hand_over(&mut self, span: &[&Seen<'_>], handed_on: bool, of: &DueRound<'_>) {
        let Some(begin) = span.first() else { return };
        let find = |steps: &[&str]| span.iter().find(|seen| seen.is(steps));
        let returned = find(&["return"]);
        let upheld = returned.is_some() && handed_on;
        let refused = find(&["refuse_return"]).is_some();
        if begin.is(DISPATCHES) {
            let signed = find(&["sign"]);
            if signed.is_some() || returned.is_none() {
                let good = signed.is_some_and(|sign| self.in_time(sign, "sign"));
                self.add(Figure::Signed, begin, of.day, yes(good));
            }
            self.add(Figure::Returned, begin, of.day, yes(upheld));
        }
        if let Some(at) = returned.filter(|_| upheld || refused) {
            self.add(Figure::Groundless, at, of.day, yes(refused));
        }
        if !upheld {
            let contact = find(&["contact", "count_contact"]);
            let denied =
                of.events.iter().any(|seen| seen.is(RATINGS) && seen.told.input.is("contacted", "no"));
            let good = contact.is_some_and(|seen| self.in_time(seen, "contact")) && !denied;
            self.shared(Figure::Responded, begin, of, yes(good));
        }
    }

    /// Whether the clock that an event stopped had not run out.
    fn in_time(&self, seen: &Seen<'_>, clock: &str) -> bool {
        let time = &self.story.profile.working_time;
        let clock = seen.after.clocks.get(clock);
        clock.is_some_and(|clock| clock.in_time(self.story.calendar, time, seen.told.at))
    }

    /// How a round ended, as far as it has.
    fn ending(&mut self, of: &DueRound<'_>) {
        let Some(last) = of.events.last() else { return };
        let rating = of.events.iter().rfind(|seen| seen.is(RATINGS));
        if let Some(rating) = rating {
            let input = &rating.told.input;
            if !of.held && confirmed(rating).is_none() {
                let solved = match input.text("solved") {
                    "yes" => WHOLE,
                    "partly" => WHOLE / 2,
                    _ => 0,
                };
                self.shared(Figure::Solved, rating, of, solved);
                let satisfied = match input.text("satisfied") {
                    "" => None,
                    "satisfied" => Some(WHOLE),
                    "basically" => Some(number(self.story.profile, "basically_percent", 100) * WHOLE / 100),
                    _ => Some(0),
                };
                if let Some(value) = satisfied {
                    self.shared(Figure::Satisfied, rating, of, value);
                }
            }
            self.add(Figure::Unreached, rating, of.day, 0);
        } else if let Some(end) = of.events.iter().find(|seen| seen.is(&["close_unreached"])) {
            self.add(Figure::Unreached, end, of.day, WHOLE);
        }
        if !of.held {
            let good = passed(&of.events).is_some_and(|answer| answer.told.at < of.due);
            self.add(Figure::InTime, last, of.day, yes(good));
        }
        if of.clock.is_running() {
            self.add(Figure::Overdue, last, of.day, WHOLE);
        }
    }

    /// A fact that the helpers share.
    fn shared(&mut self, figure: Figure, at: &Seen<'_>, of: &DueRound<'_>, value: i64) {
        let helpers = &at.after.helpers;
        let each = match i64::try_from(helpers.len()) {
            Ok(n) if n > 0 => (100 - number(self.story.profile, "lead_percent", 70)) * SHARES / 100 / n,
            _ => 0,
        };
        self.add(figure, at, of.day, value);
        let given = helpers.iter().fold(0, |sum, _| sum + each);
        if let Some(main) = self.out.facts.last_mut() {
            main.share = SHARES - given;
            let main = main.clone();
            self.out.facts.extend(helpers.iter().map(|helper| Fact {
                org: Some(*helper),
                main: false,
                share: each,
                ..main.clone()
            }));
        }
    }

    /// What a case counts for once, by its last round that is due.
    fn case(&mut self) {
        let Some(last) = self.all.last() else { return };
        let due = (1..=last.after.round).rev().find_map(|round| self.due(round).ok());
        let Some((of, end)) = due.and_then(|of| of.events.last().copied().map(|end| (of, end))) else {
            return;
        };
        let code = self.code(&of);
        self.add(Figure::Excluded, end, of.day, yes(code.is_some()));
        if let (Some(fact), Some(code)) = (self.out.facts.last_mut(), code) {
            fact.detail = code;
        }
        if self.excluded {
            return;
        }
        let done = matches!(last.after.state.as_str(), "closed" | "archived");
        let marked = |seen: &Seen<'_>| seen.after.marks.iter().any(|mark| mark.starts_with("supervised"));
        let supervised = self.all.iter().any(|seen| seen.told.step.starts_with("supervise") || marked(seen));
        self.add(Figure::Closed, end, of.day, yes(done));
        self.add(Figure::Supervised, end, of.day, yes(supervised));
    }

    /// Under which code a case is left out: of everything, or of S and M.
    fn code(&self, of: &DueRound<'_>) -> Option<String> {
        if self.excluded {
            let proposed = self.all.iter().rfind(|seen| seen.is(&["propose_exclusion"]));
            return proposed.map(|seen| seen.told.input.text("code").to_owned());
        }
        let rating = of.events.iter().rfind(|seen| seen.is(RATINGS));
        rating.and_then(|seen| confirmed(seen)).or(of.held.then_some("held")).map(str::to_owned)
    }

    fn first_closing(&mut self) {
        let closing = self.all.iter().position(|seen| seen.told.to == "closed");
        let Some(at) = closing.and_then(|at| self.all.get(..=at)) else { return };
        let upto: Vec<&Seen<'_>> = at.iter().collect();
        let (Some(end), Some(answer)) = (upto.last().copied(), passed(&upto)) else { return };
        let day = end.told.at.day();
        let at_once = answer.told.at.0 - self.story.said_at.0 <= 24 * 3_600_000;
        let redone = self.all.iter().any(|seen| seen.is(&["redo", "redo_new", "reopen", "reopen_new"]));
        self.add(Figure::AtOnce, end, day, yes(at_once));
        self.add(Figure::Redone, end, day, yes(redone));
    }

    fn checks(&mut self) {
        let mut handlers = Vec::new();
        let mut said_solved = false;
        for seen in self.all {
            let day = seen.told.at.day();
            handlers.extend(seen.after.lead);
            handlers.extend(&seen.after.helpers);
            if seen.is(RATINGS) {
                said_solved = seen.told.input.is("solved", "yes");
            }
            if seen.is(&["reopen", "reopen_new"]) && said_solved {
                self.add(Figure::CheckReopened, seen, day, WHOLE);
            }
            if seen.is(&["call_back"]) && seen.told.org.is_some_and(|org| handlers.contains(&org)) {
                self.add(Figure::CheckOwnCaller, seen, day, WHOLE);
            }
            let marks = [
                ("copied", Figure::CheckCopied),
                ("picture_reused", Figure::CheckPicture),
                ("own_phone", Figure::CheckOwnPhone),
            ];
            for (mark, figure) in marks {
                // who asked in confidence stays unknown, also where the case became confidential later
                let told =
                    mark != "own_phone" || self.all.last().is_some_and(|last| !last.after.confidential);
                if told && seen.told.changes.add_marks.contains(mark) {
                    self.add(figure, seen, day, WHOLE);
                }
            }
        }
    }
}

/// The last answer that an auditor passed.
fn passed<'s, 'a>(events: &[&'s Seen<'a>]) -> Option<&'s Seen<'a>> {
    let pass = events.iter().rposition(|seen| seen.is(&["pass"]))?;
    events.get(..pass)?.iter().rfind(|seen| seen.is(&["answer"])).copied()
}

/// What the auditor confirmed of the answer.
fn confirmed(seen: &Seen<'_>) -> Option<&'static str> {
    ["untrue", "beyond"].into_iter().find(|mark| seen.after.has(mark))
}

/// A number of the profile; an older profile does not say it.
pub(crate) fn number(profile: &Profile, name: &str, usual: i64) -> i64 {
    if profile.has(name) { profile.number(name) } else { usual }
}
