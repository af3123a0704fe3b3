//! What of the figures is asked for: the query of the page's address.

use crate::figures::{
    About, Span, month_of,
    span::{Slot, month_of_text, month_text, week_of_text},
    week_of,
};
use linli_authz::{Actor, Tier};
use linli_base::{AreaId, At, Day, OrgId, Problem, Result};
use linli_i18n::Lang;
use linli_org::{Area, areas};
use linli_store::Query;
use serde::Deserialize;

/// The query. Everything may be missing.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// `week`, `month`, `quarter`, `year`, `range`.
    pub period: Option<String>,
    /// A month of the period, `2026-09`, or the week, `2026-W39`; of a range the first month.
    pub at: Option<String>,
    /// The last month of a range.
    pub to: Option<String>,
    /// An area's id.
    pub area: Option<String>,
    /// An org's id.
    pub org: Option<String>,
    /// The street whose communities stand below it.
    pub open: Option<String>,
    /// `csv` or `xlsx`.
    pub format: Option<String>,
    // of a list
    pub figure: Option<String>,
    pub part: Option<String>,
    pub detail: Option<String>,
    pub state: Option<String>,
    pub category: Option<String>,
    pub q: Option<String>,
    pub after: Option<String>,
}

/// A kind of period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    Week,
    Month,
    Quarter,
    Year,
    Range,
}

impl Period {
    pub const ALL: [Period; 5] = [Period::Week, Period::Month, Period::Quarter, Period::Year, Period::Range];

    pub const fn name(self) -> &'static str {
        match self {
            Period::Week => "week",
            Period::Month => "month",
            Period::Quarter => "quarter",
            Period::Year => "year",
            Period::Range => "range",
        }
    }

    /// The span of this kind that holds a day.
    pub fn around(self, day: Day) -> Span {
        let month = month_of(day);
        let (from, long) = match self {
            Period::Week => return Span::Week(week_of(day)),
            Period::Month | Period::Range => (month, 1),
            Period::Quarter => (month.div_euclid(3) * 3, 3),
            Period::Year => (month.div_euclid(12) * 12, 12),
        };
        Span::Months(from, from + long - 1)
    }
}

/// The longest range, in months.
const LONGEST: i64 = 60;

/// A month in words.
pub(super) fn month_words(lang: Lang, month: i64) -> String {
    let (year, nth) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    if lang.is_zh() {
        return format!("{year}年{nth}月");
    }
    let day = Day::from_ymd(year, nth, 1).unwrap_or_default();
    let text = lang.date_year(day);
    text.strip_prefix("1 ").unwrap_or(&text).to_owned()
}

/// How the two ends of a span stand in an address.
pub(super) fn written(span: Span) -> (String, String) {
    match span {
        Span::Week(week) => (Slot::Week(week).to_string(), String::new()),
        Span::Months(from, to) => (month_text(from), month_text(to)),
    }
}

/// The first day of a month or a week in an address.
fn first_day(text: &str) -> Option<Day> {
    let span = match week_of_text(text) {
        Some(week) => Span::Week(week),
        None => month_of_text(text).map(|month| Span::Months(month, month))?,
    };
    Some(span.days().0)
}

fn given(value: Option<&String>) -> Option<&str> {
    value.map(|text| text.trim()).filter(|text| !text.is_empty())
}

impl Asked {
    pub fn period(&self) -> Period {
        let name = given(self.period.as_ref()).unwrap_or("month");
        Period::ALL.into_iter().find(|period| period.name() == name).unwrap_or(Period::Month)
    }

    pub fn span(&self, now: At) -> Span {
        let at = given(self.at.as_ref()).and_then(first_day).unwrap_or_else(|| now.day());
        match self.period() {
            Period::Range => {
                let at = month_of(at);
                let to = given(self.to.as_ref()).and_then(month_of_text).unwrap_or(at);
                Span::Months(at.min(to), at.max(to).min(at.min(to) + LONGEST - 1))
            }
            other => other.around(at),
        }
    }

    /// The address of the page with another span of the same kind.
    pub fn at(&self, span: Span) -> String {
        let (at, to) = written(span);
        let to = if self.period() == Period::Range { to } else { String::new() };
        self.link("/figures", &[("at", &at), ("to", &to)])
    }

    /// The address of the page with the span of another kind that ends as this one does.
    pub fn of(&self, period: Period, span: Span, now: At) -> String {
        let day = span.days().1.min(now.day()).max(span.days().0);
        let (at, to) = written(period.around(day));
        let to = if period == Period::Range { to } else { String::new() };
        self.link("/figures", &[("period", period.name()), ("at", &at), ("to", &to)])
    }

    /// Whom it is about. Nothing asked: what the hat covers; a unit itself.
    pub async fn about(&self, query: &mut impl Query, actor: &Actor) -> Result<(About, Vec<Area>)> {
        let scope = actor.may(linli_authz::Permission::OrgSee)?;
        let hat = actor.hat();
        let own_org = hat.filter(|hat| hat.area.is_none()).map(|hat| hat.org);
        let wrong = |_| Problem::NotFound;
        let org: Option<OrgId> = match given(self.org.as_ref()) {
            Some(text) => Some(text.parse().map_err(wrong)?),
            None => own_org,
        };
        let area: Option<AreaId> = match given(self.area.as_ref()) {
            Some(text) => Some(text.parse().map_err(wrong)?),
            None => hat.and_then(|hat| hat.area).map(|(_, id)| id),
        };
        let Some(area) = area else { return Ok((About { area: None, org }, Vec::new())) };
        let path = areas::path(query, &scope, area).await?;
        let tier = path.last().map_or(Tier::City, |area| area.tier);
        let columns = areas::columns(query, &scope, area).await?;
        Ok((About { area: Some((tier, columns)), org }, path))
    }

    /// The address of a page of the figures with this query and some values changed; empty ones are left out.
    pub fn link(&self, page: &str, change: &[(&str, &str)]) -> String {
        let own = [
            ("period", &self.period),
            ("at", &self.at),
            ("to", &self.to),
            ("area", &self.area),
            ("org", &self.org),
            ("open", &self.open),
            ("figure", &self.figure),
            ("part", &self.part),
            ("detail", &self.detail),
            ("state", &self.state),
            ("category", &self.category),
            ("q", &self.q),
        ];
        let changed = |name: &str| change.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
        let kept =
            own.iter().map(|(name, value)| (*name, changed(name).or(value.as_deref()).unwrap_or_default()));
        let new = change.iter().copied().filter(|(name, _)| own.iter().all(|(other, _)| other != name));
        let parts: Vec<String> = kept
            .chain(new)
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", linli_web::encode(value)))
            .collect();
        if parts.is_empty() { page.to_owned() } else { format!("{page}?{}", parts.join("&")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_whole_months() {
        let september = first_day("2026-09").unwrap();
        let text = |span: Span| format!("{} {}", written(span).0, written(span).1);
        assert_eq!(text(Period::Month.around(september)), "2026-09 2026-09");
        assert_eq!(text(Period::Quarter.around(september)), "2026-07 2026-09");
        assert_eq!(text(Period::Year.around(september)), "2026-01 2026-12");
        let range = Asked {
            period: Some("range".into()),
            at: Some("2026-09".into()),
            to: Some("2026-03".into()),
            ..Asked::default()
        };
        assert_eq!(text(range.span(At(0))), "2026-03 2026-09", "in either order");
        let week = Asked { period: Some("week".into()), at: Some("2026-W39".into()), ..Asked::default() };
        let span = week.span(At(0));
        assert_eq!(written(span).0, "2026-W39");
        assert_eq!(week.at(span.shifted(-1)), "/figures?period=week&at=2026-W38");
        assert_eq!(week.of(Period::Month, span, At(i64::MAX / 2)), "/figures?period=month&at=2026-09");
        let september = month_of(september);
        assert_eq!(
            (month_words(Lang::Zh, september), month_words(Lang::En, september)),
            ("2026年9月".into(), "Sep 2026".into())
        );
    }
}
