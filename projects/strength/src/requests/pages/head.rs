//! The first thing on a case's page: when it will be done, or what is wanted from the asker.

use super::case::{last_day, until};
use crate::t::progress as words;
use linli_base::{At, Day};
use linli_calendar::{Calendar, StripKind, Term};
use linli_casework::{CaseView, Settings};
use linli_i18n::Lang;
use linli_procedure::{Case, Due, Profile, dues};
use linli_web::Visit;

/// A sentence with its date.
#[derive(Default)]
pub(super) struct Head {
    pub label: String,
    /// The date or the sentence, large.
    pub main: String,
    pub sub: String,
    /// The strip of working days; empty where there is none to count.
    pub days: Vec<Cell>,
    pub note: String,
    /// In the asker's words or those to the asker.
    pub quote: String,
}

/// One day of the strip, or days off.
pub(super) struct Cell {
    pub look: &'static str,
    pub top: String,
    pub bottom: String,
}

/// What a state's head is made from.
pub(super) struct Seen<'a> {
    pub visit: &'a Visit,
    pub view: &'a CaseView,
    pub settings: &'a Settings,
    pub profile: &'a Profile,
}

impl Seen<'_> {
    fn case(&self) -> &Case {
        &self.view.loaded.case
    }

    fn lang(&self) -> Lang {
        self.visit.lang
    }

    fn day(&self, day: Day) -> String {
        self.lang().date_weekday(day, self.visit.now.day())
    }

    fn due(&self, clock: &str) -> Option<Due> {
        let loaded = &self.view.loaded;
        let all = dues(&loaded.case, loaded.procedure, self.profile, &self.settings.calendar, self.visit.now);
        all.into_iter().find(|due| due.clock == clock)
    }

    /// When the last step of this name was taken.
    fn when(&self, step: &str) -> Option<At> {
        self.view.loaded.facts.last(step).map(|done| done.at)
    }

    /// What was said in the last of these steps.
    fn said(&self, steps: &[&str], field: &str) -> String {
        let entries = self.view.timeline();
        let last = entries.iter().rev().find(|entry| steps.contains(&entry.step.as_str()));
        last.map(|entry| entry.said.text(field).to_owned()).unwrap_or_default()
    }

    /// The last day of a number of days or working days that the profile names, after this instant.
    fn last_of(&self, from: At, days: &str, working: &str) -> Day {
        let number = |name: &str| self.profile.number(name);
        if working.is_empty() {
            from.day().plus(number(days))
        } else {
            self.settings.calendar.working_day_after(from.day(), number(working))
        }
    }

    /// Until when a step may be taken, where it may be taken now.
    fn while_open(
        &self,
        step: &str,
        words: fn(Lang, String) -> String,
        until: impl Fn(&Self) -> Option<Day>,
    ) -> String {
        let may = self.view.steps.iter().any(|other| other.name.starts_with(step));
        until(self).filter(|_| may).map(|day| words(self.lang(), self.day(day))).unwrap_or_default()
    }

    pub fn head(&self) -> Head {
        let lang = self.lang();
        match self.case().state.as_str() {
            "accepting" => self.at_latest(words::seen(lang), "accept"),
            "dispatching" if self.due("finish").is_none() => self.at_latest(words::sent(lang), "dispatch"),
            "dispatching" | "signing" | "working" | "returned" => self.expected(),
            "held" => self.next_step(),
            "auditing" => self.at_latest(words::checked(lang), "audit"),
            "supplementing" => {
                let asked = self.when("ask_more").max(self.when("ask_more_working"));
                let until = asked.map(|at| self.day(self.last_of(at, "", "supplement_wd")));
                Head {
                    label: words::wanted(lang).to_owned(),
                    quote: self.said(&["ask_more", "ask_more_working"], "wanted"),
                    note: until.map(|day| words::wanted_until(lang, day)).unwrap_or_default(),
                    ..Head::default()
                }
            }
            "calling" => {
                let since = self.when("pass").or(self.when("import_answered"));
                let until = since.map(|at| self.day(self.last_of(at, "rating_days", "")));
                Head {
                    label: words::rate(lang).to_owned(),
                    note: until.map(|day| words::rate_until(lang, day)).unwrap_or_default(),
                    ..Head::default()
                }
            }
            "refused" => {
                let entries = self.view.timeline();
                let last = entries.iter().rev().find(|entry| entry.step == "refuse");
                let ground = last.map(|entry| entry.input.text("ground")).unwrap_or_default();
                Head {
                    label: words::refused(lang).to_owned(),
                    sub: self.visit.text(&format!("option.ground.{ground}"), &[]),
                    quote: self.said(&["refuse"], "told"),
                    note: self.while_open("appeal", words::appeal_until, |seen| {
                        seen.when("refuse").map(|at| seen.last_of(at, "", "appeal_wd"))
                    }),
                    ..Head::default()
                }
            }
            "merged" => self.together(),
            "withdrawn" => Head { label: words::withdrawn(lang).to_owned(), ..Head::default() },
            _ => self.over(),
        }
    }

    /// Of the case that it is handled together with: number, state and day, none of its words.
    fn together(&self) -> Head {
        let lang = self.lang();
        let Some(master) = self.view.loaded.master() else { return Head::default() };
        let due = master.finish_due_at.map(|at| words::before(lang, until(self.visit, at)));
        Head {
            label: words::together(lang, &master.number),
            main: due.unwrap_or_default(),
            sub: self.visit.text(&format!("asker_state.{}", master.state), &[]),
            note: words::together_note(lang).to_owned(),
            ..Head::default()
        }
    }

    fn at_latest(&self, label: &str, clock: &str) -> Head {
        let due = self.due(clock);
        let late = due.as_ref().is_some_and(|due| due.at <= self.visit.now);
        Head {
            label: label.to_owned(),
            main: due.map(|due| words::before(self.lang(), until(self.visit, due.at))).unwrap_or_default(),
            sub: if late { words::late(self.lang()).to_owned() } else { String::new() },
            ..Head::default()
        }
    }

    fn expected(&self) -> Head {
        let (lang, today) = (self.lang(), self.visit.now.day());
        let Some(due) = self.due("finish") else { return Head::default() };
        let calendar = &self.settings.calendar;
        let last = last_day(due.at);
        let clock = self.case().clocks.get("finish");
        let counted =
            clock.filter(|clock| clock.pauses.is_empty() && matches!(clock.term, Term::WorkingDays(_)));
        let left = calendar.working_days_between(today, last);
        let sub = if due.at <= self.visit.now {
            words::late(lang).to_owned()
        } else if left > 0 && clock.is_some_and(|clock| matches!(clock.term, Term::WorkingDays(_))) {
            words::days_left(lang, left)
        } else if last == today {
            words::today(lang).to_owned()
        } else {
            String::new()
        };
        let note = match (due.provisional, counted) {
            (true, _) => words::provisional(lang),
            (false, Some(_)) => words::counted(lang),
            (false, None) => "",
        };
        Head {
            label: words::expected(lang).to_owned(),
            main: words::before(lang, until(self.visit, due.at)),
            sub,
            days: counted
                .map(|clock| strip(lang, calendar, clock.started.day(), last, today))
                .unwrap_or_default(),
            note: note.to_owned(),
            ..Head::default()
        }
    }

    /// What is to be done next of what a hold promised.
    fn next_step(&self) -> Head {
        let lang = self.lang();
        let all = linli_casework::milestones(&self.view.loaded.facts);
        let reached = all.iter().filter(|stone| stone.reached.is_some()).count();
        let next = all.get(reached);
        Head {
            label: words::next_step(lang).to_owned(),
            main: next.map(|stone| words::before(lang, self.day(stone.day))).unwrap_or_default(),
            sub: next.map(|stone| self.said(&["ask_hold"], stone.words)).unwrap_or_default(),
            note: words::steps_done(lang, all.len(), reached),
            ..Head::default()
        }
    }

    fn over(&self) -> Head {
        let lang = self.lang();
        let entries = self.view.timeline();
        let asked = entries.iter().rev().find(|entry| !entry.input.text("solved").is_empty());
        let answer = asked
            .filter(|entry| matches!(entry.step.as_str(), "rate" | "call_back"))
            .map(|entry| self.visit.text(&format!("option.solved.{}", entry.input.text("solved")), &[]));
        let closed = self.view.loaded.row.closed_at;
        Head {
            label: words::over(lang).to_owned(),
            main: closed.map(|at| self.day(at.day())).unwrap_or_default(),
            sub: answer.map(|answer| words::closed_answer(lang, answer)).unwrap_or_default(),
            note: self.while_open("reopen", words::reopen_until, |seen| {
                closed.map(|at| seen.last_of(at, "reopen_days", ""))
            }),
            ..Head::default()
        }
    }
}

fn strip(lang: Lang, calendar: &Calendar, start: Day, last: Day, today: Day) -> Vec<Cell> {
    let cells = calendar.strip(start, last);
    let cell = |cell: linli_calendar::StripCell| {
        let date = cell.from.ymd().2.to_string();
        let look = match cell.from.cmp(&today) {
            std::cmp::Ordering::Less => "past",
            std::cmp::Ordering::Equal => "now",
            std::cmp::Ordering::Greater => "",
        };
        let top = if cell.from == today { words::now(lang).to_owned() } else { date.clone() };
        match cell.kind {
            StripKind::Start => Cell { look, top, bottom: words::out(lang).to_owned() },
            StripKind::Counted(n) => Cell { look, top, bottom: n.to_string() },
            StripKind::MakeUp(n) => {
                Cell { look: "gold", top: format!("{date} {}", words::make_up(lang)), bottom: n.to_string() }
            }
            StripKind::Rest(_) if cell.from == cell.to => {
                Cell { look: "rest one", top: date, bottom: words::rest(lang).to_owned() }
            }
            StripKind::Rest(_) => Cell {
                look: "rest",
                top: format!("{date}–{}", cell.to.ymd().2),
                bottom: words::rest(lang).to_owned(),
            },
            StripKind::End(n) => Cell { look: "end", top, bottom: n.to_string() },
        }
    };
    cells.into_iter().map(cell).collect()
}
