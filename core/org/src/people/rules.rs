//! What a person and a post must be. Pure.

use linli_authz::Role;
use linli_base::{AreaId, Day, Flaw, Phone, Problem, Result};
use std::str::FromStr;

/// What a person is made or changed from: what was typed, and what it means once [`PersonForm::check`]ed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonForm {
    /// 姓名, 1 to 40 characters.
    pub name: String,
    /// The English name, at most 80.
    pub name_en: String,
    /// The phone as typed; empty for none (or, on a change, for leaving it as it is).
    pub phone: String,
}

/// A person's checked particulars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Particulars {
    /// 姓名.
    pub name: String,
    /// The English name.
    pub name_en: Option<String>,
    /// The phone, where one was given.
    pub phone: Option<Phone>,
}

impl PersonForm {
    /// All that is wrong at once. Flaws: `name_missing`, `too_long` (`max`, `now`), and those of [`Phone::parse`].
    pub fn check(&self) -> Result<Particulars> {
        let mut flaws = Vec::new();
        let name = required("name", &self.name, 40, &mut flaws);
        let name_en = optional("name_en", &self.name_en, 80, &mut flaws);
        let phone = Some(self.phone.trim()).filter(|text| !text.is_empty());
        let phone = phone.and_then(|text| Phone::parse("phone", text).map_err(|flaw| flaws.push(flaw)).ok());
        if flaws.is_empty() { Ok(Particulars { name, name_en, phone }) } else { Err(Problem::Invalid(flaws)) }
    }
}

/// What a post is made from, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostForm {
    /// 职务, 1 to 40 characters.
    pub title: String,
    /// The English title, at most 80.
    pub title_en: String,
    /// The first day, `YYYY-MM-DD`.
    pub from_day: String,
    /// The last day; empty for open.
    pub to_day: String,
    /// The key of the area that it is narrowed to; empty for what the org leads.
    pub area: String,
    /// Role names; none for a post that is only in the register.
    pub roles: Vec<String>,
}

/// A checked post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// 职务.
    pub title: String,
    /// The English title.
    pub title_en: Option<String>,
    /// The first day.
    pub from_day: Day,
    /// The last day, where it is known.
    pub to_day: Option<Day>,
    /// The area that it is narrowed to.
    pub area: Option<AreaId>,
    /// What it may do, each once.
    pub roles: Vec<Role>,
}

impl PostForm {
    /// All that is wrong at once. Flaws: `title_missing`, `too_long` (`max`, `now`), `day_missing`, `day_form`, `day_order` (the last day before
    /// the first), `area_unknown`, `role_unknown`.
    pub fn check(&self) -> Result<Seat> {
        let mut flaws = Vec::new();
        let title = required("title", &self.title, 40, &mut flaws);
        let title_en = optional("title_en", &self.title_en, 80, &mut flaws);
        let from_day = day("from_day", &self.from_day, &mut flaws);
        let to_day = day("to_day", &self.to_day, &mut flaws);
        if self.from_day.trim().is_empty() {
            flaws.push(Flaw::new("from_day", "day_missing"));
        }
        if from_day.zip(to_day).is_some_and(|(from, to)| to < from) {
            flaws.push(Flaw::new("to_day", "day_order"));
        }
        let area = Some(self.area.trim()).filter(|text| !text.is_empty());
        let area = area.and_then(|text| {
            let known = AreaId::from_str(text).ok();
            if known.is_none() {
                flaws.push(Flaw::new("area", "area_unknown"));
            }
            known
        });
        let mut roles: Vec<Role> = self.roles.iter().filter_map(|name| Role::parse(name)).collect();
        if roles.len() < self.roles.len() {
            flaws.push(Flaw::new("roles", "role_unknown"));
        }
        roles.sort_unstable();
        roles.dedup();
        match from_day {
            Some(from_day) if flaws.is_empty() => Ok(Seat { title, title_en, from_day, to_day, area, roles }),
            _ => Err(Problem::Invalid(flaws)),
        }
    }
}

/// The last day of a post that is being ended, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndPost {
    /// `YYYY-MM-DD`.
    pub to_day: String,
}

impl EndPost {
    /// Flaws: `day_missing`, `day_form`, `day_order` (before the post began).
    pub fn check(&self, from_day: Day) -> Result<Day> {
        let mut flaws = Vec::new();
        match day("to_day", &self.to_day, &mut flaws) {
            Some(to) if to < from_day => Err(Flaw::new("to_day", "day_order").into()),
            Some(to) => Ok(to),
            None if flaws.is_empty() => Err(Flaw::new("to_day", "day_missing").into()),
            None => Err(Problem::Invalid(flaws)),
        }
    }
}

fn required(field: &str, text: &str, max: usize, flaws: &mut Vec<Flaw>) -> String {
    if text.trim().is_empty() {
        flaws.push(Flaw::new(field, if field == "title" { "title_missing" } else { "name_missing" }));
    }
    optional(field, text, max, flaws).unwrap_or_default()
}

fn optional(field: &str, text: &str, max: usize, flaws: &mut Vec<Flaw>) -> Option<String> {
    let text = text.trim();
    if text.chars().count() > max {
        flaws.push(Flaw::new(field, "too_long").with("max", max).with("now", text.chars().count()));
    }
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn day(field: &str, text: &str, flaws: &mut Vec<Flaw>) -> Option<Day> {
    let text = text.trim();
    let read = Day::parse(text);
    if read.is_none() && !text.is_empty() {
        flaws.push(Flaw::new(field, "day_form"));
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_seat_ends_after_it_begins(from in 0..30_000_i64, to in 0..30_000_i64) {
            let form = PostForm {
                title: "社区工作者".to_owned(),
                from_day: Day(from).to_string(),
                to_day: Day(to).to_string(),
                ..PostForm::default()
            };
            prop_assert_eq!(form.check().is_ok(), from <= to);
        }
    }

    #[test]
    fn all_flaws_at_once() {
        let form =
            PostForm { to_day: "昨天".to_owned(), roles: vec!["king".to_owned()], ..PostForm::default() };
        let Err(Problem::Invalid(flaws)) = form.check() else { panic!("it was taken") };
        let codes: Vec<_> = flaws.iter().map(|flaw| (flaw.field.as_str(), flaw.code)).collect();
        let expected = [
            ("title", "title_missing"),
            ("to_day", "day_form"),
            ("from_day", "day_missing"),
            ("roles", "role_unknown"),
        ];
        assert_eq!(codes, expected);
    }
}
