use crate::{At, Calendar, Due, Term, WorkingTime, count::ms_around};
use serde::{Deserialize, Serialize};

/// A term that runs, stands and goes on.
///
/// How standing moves the due time:
/// - a term in days does not count a day if the clock stood at its closing, the last moment of that day's working
///   time; so a pause from one day to another costs exactly the days from the first to before the other, and one
///   within a day costs none. (On days off, natural days are judged at the same time of day.)
/// - a term in minutes or in working minutes counts only those in which the clock ran.
///
/// What stood after the term had run out changes nothing. Standing longer, or more often, never makes a due time
/// earlier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockState {
    /// When it began to run.
    pub started: At,
    /// For how long.
    pub term: Term,
    /// When it stood, in order: from when, and until when unless it still stands.
    pub pauses: Vec<(At, Option<At>)>,
    /// When it stopped, if it did.
    pub stopped: Option<At>,
    /// Working days by which it was extended: from the last day of the term on, so many more.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(n: &i64) -> bool {
    *n == 0
}

/// Why a clock cannot be turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockRefusal {
    /// It has stopped.
    #[error("the clock has stopped")]
    Stopped,
    /// It has not stopped.
    #[error("the clock has not stopped")]
    NotStopped,
    /// It stands.
    #[error("the clock stands already")]
    Paused,
    /// It does not stand.
    #[error("the clock does not stand")]
    NotPaused,
    /// Clocks never run backwards: it was last turned at this later instant.
    #[error("the clock was already turned at {0}")]
    Earlier(At),
}

impl ClockState {
    /// Begins to run.
    pub fn start(at: At, term: Term) -> ClockState {
        ClockState { started: at, term, pauses: Vec::new(), stopped: None, more: 0 }
    }

    /// Whether it runs or stands, but has not stopped.
    pub fn is_running(&self) -> bool {
        self.stopped.is_none()
    }

    /// Whether it stands.
    pub fn is_paused(&self) -> bool {
        self.is_running() && self.pauses.last().is_some_and(|(_, until)| until.is_none())
    }

    /// Stands from now on.
    pub fn pause(&mut self, at: At) -> Result<(), ClockRefusal> {
        self.turnable(at)?;
        if self.is_paused() {
            return Err(ClockRefusal::Paused);
        }
        self.pauses.push((at, None));
        Ok(())
    }

    /// Goes on after it stood.
    pub fn resume(&mut self, at: At) -> Result<(), ClockRefusal> {
        self.turnable(at)?;
        match self.pauses.last_mut() {
            Some((_, until @ None)) => *until = Some(at),
            _ => return Err(ClockRefusal::NotPaused),
        }
        Ok(())
    }

    /// Stops; where it stood, the pause ends with it.
    pub fn stop(&mut self, at: At) -> Result<(), ClockRefusal> {
        self.turnable(at)?;
        if let Some((_, until @ None)) = self.pauses.last_mut() {
            *until = Some(at);
        }
        self.stopped = Some(at);
        Ok(())
    }

    /// Runs on as if it had not stopped: the time since counts.
    pub fn reopen(&mut self) -> Result<(), ClockRefusal> {
        self.stopped.take().map(|_| ()).ok_or(ClockRefusal::NotStopped)
    }

    /// Gives it so many working days more; fewer than 0 count as 0.
    pub fn extend(&mut self, working_days: i64) -> Result<(), ClockRefusal> {
        if self.stopped.is_some() {
            return Err(ClockRefusal::Stopped);
        }
        self.more = self.more.saturating_add(working_days.max(0));
        Ok(())
    }

    /// When it is due; for a clock that stands, when it would be due if it went on now.
    pub fn due(&self, calendar: &Calendar, time: &WorkingTime, now: At) -> Due {
        let mut stood: Vec<(At, At)> =
            self.pauses.iter().map(|(from, until)| (*from, until.unwrap_or(now))).collect();
        stood.sort_unstable();
        let due = calendar.due_around(self.started, &self.term, time, &stood);
        if self.more > 0 { calendar.due_after(due, self.more, time, &stood) } else { due }
    }

    /// When this share of the time until it is due, in percent, will have run; what it stood is left out.
    pub fn ran(&self, percent: i64, calendar: &Calendar, time: &WorkingTime, now: At) -> At {
        let due = self.due(calendar, time, now).at;
        let stood: Vec<(At, At)> = (self.pauses.iter())
            .map(|(from, until)| (*from, until.unwrap_or(now)))
            .filter(|(from, until)| from < until && *from < due)
            .collect();
        let stands: i64 = stood.iter().map(|(from, until)| until.0.min(due.0) - from.0).sum();
        let runs = (due.0 - self.started.0 - stands).max(0);
        ms_around(self.started, runs.saturating_mul(percent.clamp(0, 100)) / 100, &stood)
    }

    /// Whether it was stopped in time, or is still in time.
    pub fn in_time(&self, calendar: &Calendar, time: &WorkingTime, now: At) -> bool {
        self.stopped.unwrap_or(now) < self.due(calendar, time, now).at
    }

    fn turnable(&self, at: At) -> Result<(), ClockRefusal> {
        if self.stopped.is_some() {
            return Err(ClockRefusal::Stopped);
        }
        let last = self.pauses.last().map_or(self.started, |(from, until)| until.unwrap_or(*from));
        if at < last { Err(ClockRefusal::Earlier(last)) } else { Ok(()) }
    }
}
