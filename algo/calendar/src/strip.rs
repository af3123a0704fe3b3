use crate::{Calendar, Day, calendar::LONGEST};

/// One cell of the strip of days (工作日条) that explains a due date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripCell {
    /// Its first day.
    pub from: Day,
    /// Its last day; later than the first only for days off.
    pub to: Day,
    /// What it is.
    pub kind: StripKind,
}

/// What a cell of the strip is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StripKind {
    /// The day of receipt, not counted.
    Start,
    /// The nth working day.
    Counted(i64),
    /// The nth working day, on a weekend.
    MakeUp(i64),
    /// Days off, with the holiday's Chinese name if it is one.
    Rest(Option<String>),
    /// The last day, with the number of working days until then.
    End(i64),
}

impl Calendar {
    /// The days from the one of receipt to the last one, consecutive days off in one cell.
    pub fn strip(&self, start: Day, last: Day) -> Vec<StripCell> {
        let mut cells = vec![StripCell { from: start, to: start, kind: StripKind::Start }];
        let last = last.min(start.plus(LONGEST));
        let mut counted = 0;
        let mut day = start.plus(1);
        while day <= last {
            counted += i64::from(self.is_working_day(day));
            let kind = if day == last {
                StripKind::End(counted)
            } else if self.is_make_up_day(day) {
                StripKind::MakeUp(counted)
            } else if self.is_working_day(day) {
                StripKind::Counted(counted)
            } else {
                StripKind::Rest(self.holiday(day).map(str::to_owned))
            };
            match (cells.last_mut(), kind) {
                (Some(StripCell { to, kind: StripKind::Rest(name), .. }), StripKind::Rest(next)) => {
                    *to = day;
                    *name = name.take().or(next);
                }
                (_, kind) => cells.push(StripCell { from: day, to: day, kind }),
            }
            day = day.plus(1);
        }
        cells
    }
}
