//! Until when a case is to be finished, with the working days that explain it.

use crate::{CaseView, Casework};
use linli_base::{At, Day, Result};
use linli_calendar::{StripKind, Term};
use linli_procedure::{ClockOp, Step};
use linli_web::Visit;

/// The longest strip, in days; a longer term is told by its date alone.
const LONGEST: i64 = 25;

/// A cell of the strip of working days.
pub(super) struct Cell {
    pub class: &'static str,
    pub day: String,
    pub word: String,
}

/// A due date with what explains it.
pub(super) struct Until {
    pub day: String,
    pub why: String,
    pub cells: Vec<Cell>,
}

/// When the running finish clock ends; `None` while it stands, since the date moves with each day.
pub(super) fn running(work: &Casework, visit: &Visit, view: &CaseView) -> Option<Until> {
    let clock =
        view.loaded.case.clocks.get("finish").filter(|clock| clock.is_running() && !clock.is_paused())?;
    let term = match clock.term {
        Term::WorkingDays(days) => Term::WorkingDays(days + clock.more),
        ref term => term.clone(),
    };
    Some(until(work, visit, clock.started, view.loaded.row.finish_due_at?, &term))
}

/// When the finish clock would end that this step starts; `None` where it starts none.
pub(super) fn promised(
    work: &Casework,
    visit: &Visit,
    view: &CaseView,
    step: &Step,
) -> Result<Option<Until>> {
    let (row, case) = (&view.loaded.row, &view.loaded.case);
    let starts = |op: &ClockOp| matches!(op, ClockOp::Start("finish") | ClockOp::StartOnce("finish"));
    if case.clocks.contains_key("finish") || !step.clocks.iter().any(starts) {
        return Ok(None);
    }
    let settings = work.settings();
    let profile = settings.profile(&row.profile, row.profile_version)?;
    let term = profile.term("finish", case.kind.as_deref(), case.level.as_deref());
    Ok(term.map(|term| {
        let due = settings.calendar.due(visit.now, &term, &profile.working_time);
        until(work, visit, visit.now, due.at, &term)
    }))
}

fn until(work: &Casework, visit: &Visit, start: At, due: At, term: &Term) -> Until {
    let (lang, today, last) = (visit.lang, visit.now.day(), due.plus_ms(-1).day());
    let day = crate::t::case::until(lang, lang.date_weekday(last, today));
    let Term::WorkingDays(days) = term else {
        return Until { day, why: String::new(), cells: Vec::new() };
    };
    let cells =
        if last.0 - start.day().0 > LONGEST { Vec::new() } else { cells(work, visit, start.day(), last) };
    Until { day, why: crate::t::form::why_until(lang, days), cells }
}

fn cells(work: &Casework, visit: &Visit, start: Day, last: Day) -> Vec<Cell> {
    let (lang, today) = (visit.lang, visit.now.day());
    let strip = work.settings().calendar.strip(start, last).into_iter().map(|cell| {
        let (class, word) = match cell.kind {
            StripKind::Start => ("past", crate::t::case::day_start(lang).to_owned()),
            StripKind::Counted(n) => ("", n.to_string()),
            StripKind::MakeUp(n) => ("gold", n.to_string()),
            StripKind::Rest(_) => ("rest", crate::t::case::day_rest(lang).to_owned()),
            StripKind::End(n) => ("end", n.to_string()),
        };
        let day = match (cell.from == cell.to, cell.from.ymd().1 == cell.to.ymd().1) {
            (true, _) => lang.date(cell.from),
            (false, true) if lang.is_zh() => format!("{}–{}日", lang.date(cell.from), cell.to.ymd().2),
            (false, _) => format!("{}–{}", lang.date(cell.from), lang.date(cell.to)),
        };
        let class = match class {
            "" if cell.from == today => "now",
            "" if cell.to < today => "past",
            "rest" if cell.from == cell.to => "rest one",
            class => class,
        };
        Cell { class, day, word }
    });
    strip.collect()
}
