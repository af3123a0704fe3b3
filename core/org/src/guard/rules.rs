//! Who may hold what at once, what may be lent, what a city may set. Pure.

use linli_authz::Role;
use linli_base::{At, Day, Flaw, Problem, Result};

/// The fewest days that the trail is kept: six months (网络安全法, art. 21).
pub const TRAIL_DAYS: i64 = 184;
/// The most days for which a post is lent.
pub const LEND_DAYS: i64 = 60;
/// How long a proof of who one is serves for what is grave.
pub const PROOF_MS: i64 = 30 * 60_000;

/// What a city has set about signing in and the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardSettings {
    /// Staff must have a second factor; else it is offered.
    pub second_factor_required: bool,
    /// After how many days a password is to be changed; 0 for never.
    pub password_days: i64,
    /// Whether lending a post needs the leader of the org.
    pub lending_by_leader: bool,
    /// How many months the trail is kept, at least 6.
    pub trail_months: i64,
}

impl GuardSettings {
    /// What holds where nothing is set. The invented city only offers a second factor.
    pub fn default_for(demo: bool) -> GuardSettings {
        GuardSettings {
            second_factor_required: !demo,
            password_days: 0,
            lending_by_leader: true,
            trail_months: 6,
        }
    }

    /// How many days the trail is kept.
    pub fn trail_days(&self) -> i64 {
        (self.trail_months * 31).max(TRAIL_DAYS)
    }

    /// From what is stored; a value that cannot be read leaves the default.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> GuardSettings {
        let number = value.parse::<i64>().ok();
        match name {
            "staff_second_factor" => self.second_factor_required = value == "required",
            "password_days" => self.password_days = number.unwrap_or(self.password_days),
            "lending" => self.lending_by_leader = value == "leader",
            "trail_months" => self.trail_months = number.unwrap_or(self.trail_months),
            _ => {}
        }
        self
    }

    /// As it is stored.
    pub fn rows(&self) -> [(&'static str, String); 4] {
        let pick = |on: bool, yes: &str, no: &str| if on { yes.to_owned() } else { no.to_owned() };
        [
            ("staff_second_factor", pick(self.second_factor_required, "required", "offered")),
            ("password_days", self.password_days.to_string()),
            ("lending", pick(self.lending_by_leader, "leader", "free")),
            ("trail_months", self.trail_months.to_string()),
        ]
    }

    /// From what was typed. Flaws: `password_days` (0, or 30 to 1,000), `trail_months` (6 to 120).
    pub fn check(required: &str, days: &str, lending: &str, months: &str) -> Result<GuardSettings> {
        let mut flaws = Vec::new();
        let mut number = |field: &'static str, text: &str, fits: fn(i64) -> bool| {
            let read = text.trim().parse::<i64>().ok().filter(|n| fits(*n));
            if read.is_none() {
                flaws.push(Flaw::new(field, field));
            }
            read.unwrap_or_default()
        };
        let password_days = number("password_days", days, |n| n == 0 || (30..=1000).contains(&n));
        let trail_months = number("trail_months", months, |n| (6..=120).contains(&n));
        let (second_factor_required, lending_by_leader) = (required == "required", lending == "leader");
        let set = GuardSettings { second_factor_required, password_days, lending_by_leader, trail_months };
        if flaws.is_empty() { Ok(set) } else { Err(Problem::Invalid(flaws)) }
    }
}

/// A post's roles from a day to a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenure {
    /// What it may do.
    pub roles: Vec<Role>,
    /// The first day.
    pub from: Day,
    /// The last day; open where there is none.
    pub to: Option<Day>,
}

impl Tenure {
    fn overlaps(&self, other: &Tenure) -> bool {
        self.to.is_none_or(|to| other.from <= to) && other.to.is_none_or(|to| self.from <= to)
    }
}

/// Whether one person may have this tenure beside their others: never two of the three administrators on one day.
/// Refusal: `two_administrators`.
pub fn one_administrator(new: &Tenure, others: &[Tenure]) -> Result<()> {
    let of = |tenure: &Tenure| -> Vec<Role> {
        tenure.roles.iter().copied().filter(|role| role.administers()).collect()
    };
    let mine = of(new);
    let within = mine.iter().any(|role| Some(role) != mine.first());
    let beside = others
        .iter()
        .filter(|other| other.overlaps(new))
        .flat_map(of)
        .any(|other| mine.iter().any(|role| *role != other));
    if within || beside { Err(Problem::refused("two_administrators")) } else { Ok(()) }
}

/// What is asked for when a post is lent, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LendForm {
    /// The colleague's key.
    pub to: String,
    /// `YYYY-MM-DD`.
    pub from_day: String,
    /// `YYYY-MM-DD`, included.
    pub to_day: String,
    /// Why.
    pub reason: String,
}

/// The days and the reason of a [`LendForm`], checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lending {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// Why.
    pub reason: String,
}

impl LendForm {
    /// Flaws: `day_missing`, `day_form`, `day_past`, `day_order`, `lend_long` (`max`), `reason_missing`, `too_long`.
    pub fn check(&self, today: Day) -> Result<Lending> {
        let mut flaws = Vec::new();
        let mut day = |field: &str, text: &str| {
            let read = Day::parse(text.trim());
            if read.is_none() {
                let code = if text.trim().is_empty() { "day_missing" } else { "day_form" };
                flaws.push(Flaw::new(field, code));
            }
            read
        };
        let (from, to) = (day("from_day", &self.from_day), day("to_day", &self.to_day));
        if let (Some(from), Some(to)) = (from, to) {
            if from < today {
                flaws.push(Flaw::new("from_day", "day_past"));
            }
            if to < from {
                flaws.push(Flaw::new("to_day", "day_order"));
            } else if to.0 - from.0 >= LEND_DAYS {
                flaws.push(Flaw::new("to_day", "lend_long").with("max", LEND_DAYS));
            }
        }
        let reason = self.reason.trim().to_owned();
        match reason.chars().count() {
            0 => flaws.push(Flaw::new("reason", "lend_reason")),
            n if n > 200 => flaws.push(Flaw::new("reason", "too_long").with("max", 200).with("now", n)),
            _ => {}
        }
        match (from, to) {
            (Some(from), Some(to)) if flaws.is_empty() => Ok(Lending { from, to, reason }),
            _ => Err(Problem::Invalid(flaws)),
        }
    }
}

/// Whether a password is to be changed before anything else: somebody else chose it, or it is too old.
pub fn password_stale(given: bool, set_at: At, days: i64, now: At) -> bool {
    given || (days > 0 && now.day().0 - set_at.day().0 >= days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tenure(role: Role, from: i64, to: Option<i64>) -> Tenure {
        Tenure { roles: vec![role], from: Day(from), to: to.map(Day) }
    }

    proptest! {
        #[test]
        fn nobody_holds_two_on_any_day(
            a in 0..3_usize, b in 0..3_usize, from in 0..50_i64, long in 0..30_i64, at in 0..50_i64, last in proptest::option::of(0..30_i64),
        ) {
            let (one, two) = (Role::ADMINISTRATORS[a], Role::ADMINISTRATORS[b]);
            let old = tenure(one, from, Some(from + long));
            let new = tenure(two, at, last.map(|days| at + days));
            let both = (0..100).any(|day| {
                let on = |t: &Tenure| t.from.0 <= day && t.to.is_none_or(|to| day <= to.0);
                on(&old) && on(&new)
            });
            prop_assert_eq!(one_administrator(&new, &[old]).is_err(), one != two && both);
        }
    }

    #[test]
    fn administrators_may_also_be_something_else() {
        let clerk = tenure(Role::Clerk, 0, None);
        assert!(one_administrator(&tenure(Role::AuditAdmin, 0, None), std::slice::from_ref(&clerk)).is_ok());
        let two = Tenure { roles: vec![Role::SystemAdmin, Role::SecurityAdmin], from: Day(0), to: None };
        assert!(one_administrator(&two, &[]).is_err());
    }

    #[test]
    fn lending_has_an_end_and_a_reason() {
        let codes = |from: &str, to: &str, reason: &str| {
            let form = LendForm {
                from_day: from.to_owned(),
                to_day: to.to_owned(),
                reason: reason.to_owned(),
                ..LendForm::default()
            };
            let today = Day::from_ymd(2026, 9, 29).unwrap();
            match form.check(today) {
                Ok(_) => Vec::new(),
                Err(Problem::Invalid(flaws)) => flaws.iter().map(|flaw| flaw.code).collect(),
                Err(other) => panic!("{other}"),
            }
        };
        assert_eq!(codes("2026-09-29", "2026-10-08", "年休假"), Vec::<&str>::new());
        assert_eq!(codes("2026-09-28", "2026-10-08", ""), ["day_past", "lend_reason"]);
        assert_eq!(codes("2026-10-08", "2026-09-30", "年休假"), ["day_order"]);
        assert_eq!(codes("2026-10-01", "2026-11-30", "年休假"), ["lend_long"]);
        assert_eq!(codes("", "明天", "年休假"), ["day_missing", "day_form"]);
    }

    #[test]
    fn passwords_grow_old_where_a_city_says_so() {
        let set = Day(100).start();
        assert!(password_stale(true, set, 0, set));
        assert!(!password_stale(false, set, 0, Day(9000).start()));
        assert!(!password_stale(false, set, 90, Day(189).start()));
        assert!(password_stale(false, set, 90, Day(190).start()));
    }
}
