//! Numbers of figures in words of the page's language.

use super::asked::{Asked, Period, month_words};
use crate::figures::{
    Figure, Rate, Span,
    span::{Slot, iso_week},
};
use linli_i18n::Lang;
use linli_web::Visit;

/// A number that opens its cases.
#[derive(Clone, Debug, Default)]
pub(super) struct Num {
    pub text: String,
    pub href: String,
}

/// 851 is `85.1`.
pub(super) fn percent(thousandths: i64) -> String {
    format!("{}.{}", thousandths / 10, thousandths % 10)
}

/// The interval in whole per cent: `81–88`.
pub(super) fn interval(rate: &Rate) -> Option<String> {
    rate.interval().map(|(low, high)| format!("{:.0}–{:.0}%", low * 100.0, high * 100.0))
}

pub(super) fn figure_name(visit: &Visit, figure: Figure) -> String {
    visit.text(&format!("figure.{}", figure.name()), &[])
}

pub(super) fn span_words(lang: Lang, period: Period, span: Span) -> String {
    let (from, to) = match span {
        Span::Week(week) => {
            let (year, nth) = iso_week(week);
            let (first, last) = span.days();
            return crate::t::figures::week_words(lang, year, nth, lang.date(first), lang.date(last));
        }
        Span::Months(from, to) => (from, to),
    };
    let (year, nth) = (from.div_euclid(12), from.rem_euclid(12) / 3 + 1);
    match period {
        Period::Quarter => crate::t::figures::quarter_words(lang, year, nth),
        Period::Year => crate::t::figures::year_words(lang, year),
        _ if from == to => month_words(lang, from),
        _ => format!("{}–{}", month_words(lang, from), month_words(lang, to)),
    }
}

/// A period under a line of rates.
pub(super) fn slot_words(lang: Lang, slot: Slot) -> String {
    match slot {
        Slot::Week(week) => crate::t::figures::short_week(lang, iso_week(week).1),
        Slot::Month(month) => month_words(lang, month),
        Slot::Year(year) => crate::t::figures::year_words(lang, year),
    }
}

/// The list behind a part of a figure.
pub(super) fn cases(asked: &Asked, figure: Figure, part: &str, change: &[(&str, &str)]) -> String {
    let mut all = vec![("figure", figure.name()), ("part", part), ("open", "")];
    all.extend(change);
    asked.link("/figures/cases", &all)
}

/// The rate as a number that opens its denominator; a dash of nothing.
pub(super) fn rate_num(asked: &Asked, figure: Figure, rate: &Rate, change: &[(&str, &str)]) -> Num {
    match rate.per_mille() {
        Some(thousandths) => Num { text: percent(thousandths), href: cases(asked, figure, "", change) },
        None => Num { text: "–".to_owned(), href: String::new() },
    }
}

/// A count that opens its cases.
pub(super) fn count_num(lang: Lang, count: i64, href: String) -> Num {
    Num { text: lang.count(count), href: if count > 0 { href } else { String::new() } }
}
