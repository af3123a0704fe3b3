//! Notices as text: a line a year, or a year's JSON.

use crate::{Day, calendar::after_christmas};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a notice says of single days.
pub(crate) type Notice = BTreeMap<Day, Mark>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub name: String,
    pub worked: bool,
}

pub(crate) struct Written {
    pub lines: usize,
    pub version: Option<(i64, i64)>,
    /// Line, year, notice; years rising.
    pub notices: Vec<(usize, i64, Notice)>,
}

/// Why a calendar cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {flaw}")]
pub struct CalendarError {
    /// Counted from 1. In JSON that is well formed but says something impossible: 1.
    pub line: usize,
    /// What is wrong there.
    pub flaw: CalendarFlaw,
}

/// What is wrong in a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarFlaw {
    /// It is read to the end without a version.
    #[error("there is no line such as `version 2026-1`")]
    NoVersion,
    /// It is read to the end without a year.
    #[error("there is no year in it")]
    NoYear,
    /// Neither a version nor a year.
    #[error("`{0}` begins neither a year nor a comment")]
    Line(String),
    /// A holiday that is not a name with days behind 休 or 班.
    #[error("`{0}` is no holiday such as `元旦 休 01-01..01-03 班 01-04`")]
    Holiday(String),
    /// Neither a date nor a span of dates.
    #[error("`{0}` is no date such as 01-01, 2018-12-30 or 01-01..01-03")]
    Date(String),
    /// A date that the notice of this year has no say in.
    #[error("{day} is no day of {year}, nor one after 25 December of the year before")]
    Stray {
        /// The date.
        day: Day,
        /// The notice's year.
        year: i64,
    },
    /// A date that the notice names twice.
    #[error("{0} stands there twice")]
    Twice(Day),
    /// Years not rising.
    #[error("{0} stands behind a later year, or twice")]
    Order(i64),
    /// A year beyond the next one, or before the first.
    #[error("{year} leaves a gap: known are the years from {first} on, and next comes {next}")]
    Gap {
        /// The year.
        year: i64,
        /// The first year known.
        first: i64,
        /// The year that may come next.
        next: i64,
    },
    /// A year without a day off: its notice is not published yet.
    #[error("{0} has no day off: its notice is not published yet")]
    Unpublished(i64),
    /// JSON that is none, or has not the parts.
    #[error("{0}")]
    Json(String),
}

pub(crate) fn read(text: &str) -> Result<Written, CalendarError> {
    let text = text.trim_start_matches('\u{feff}');
    let written = if text.trim_start().starts_with('{') { read_json(text)? } else { read_lines(text)? };
    let mut before = i64::MIN;
    for (line, year, notice) in &written.notices {
        let flaw = if *year <= before {
            CalendarFlaw::Order(*year)
        } else if notice.values().all(|mark| mark.worked) {
            CalendarFlaw::Unpublished(*year)
        } else {
            before = *year;
            continue;
        };
        return Err(CalendarError { line: *line, flaw });
    }
    if written.notices.is_empty() {
        return Err(CalendarError { line: written.lines, flaw: CalendarFlaw::NoYear });
    }
    Ok(written)
}

fn read_lines(text: &str) -> Result<Written, CalendarError> {
    let mut written = Written { lines: text.lines().count().max(1), version: None, notices: Vec::new() };
    for (line, content) in (1..).zip(text.lines()) {
        let content = content.split('#').next().unwrap_or_default().trim();
        if content.is_empty() {
            continue;
        }
        let at = |flaw| CalendarError { line, flaw };
        let stray = || at(CalendarFlaw::Line(content.to_owned()));
        let (head, rest) = content.split_once(char::is_whitespace).ok_or_else(stray)?;
        if head == "version" {
            written.version = Some(version(rest.trim()).ok_or_else(stray)?);
        } else {
            let year = year(head).ok_or_else(stray)?;
            written.notices.push((line, year, notice(year, rest).map_err(at)?));
        }
    }
    Ok(written)
}

fn version(text: &str) -> Option<(i64, i64)> {
    let (year_text, edition) = text.split_once('-')?;
    Some((year(year_text)?, edition.parse().ok().filter(|edition| *edition > 0)?))
}

fn year(text: &str) -> Option<i64> {
    text.parse().ok().filter(|year| (1949..=9999).contains(year))
}

fn notice(year: i64, text: &str) -> Result<Notice, CalendarFlaw> {
    let mut notice = Notice::new();
    for holiday in text.split(';') {
        let none = || CalendarFlaw::Holiday(holiday.trim().to_owned());
        let mut words = holiday.split_whitespace();
        let name = words.next().ok_or_else(none)?;
        let mut kind = None;
        let mut empty = true;
        for word in words {
            match (word, kind) {
                ("休", _) => kind = Some(false),
                ("班", _) => kind = Some(true),
                (_, None) => return Err(none()),
                (_, Some(worked)) => {
                    let (from, to) = span(year, word).ok_or_else(|| CalendarFlaw::Date(word.to_owned()))?;
                    for day in (from.0..=to.0).map(Day) {
                        put(&mut notice, year, day, Mark { name: name.to_owned(), worked })?;
                    }
                    empty = false;
                }
            }
        }
        if empty {
            return Err(none());
        }
    }
    Ok(notice)
}

fn put(notice: &mut Notice, year: i64, day: Day, mark: Mark) -> Result<(), CalendarFlaw> {
    if day < after_christmas(year - 1) || day.ymd().0 > year {
        return Err(CalendarFlaw::Stray { day, year });
    }
    match notice.insert(day, mark) {
        Some(_) => Err(CalendarFlaw::Twice(day)),
        None => Ok(()),
    }
}

fn span(year: i64, text: &str) -> Option<(Day, Day)> {
    let date = |text: &str| Day::parse(text).or_else(|| Day::parse(&format!("{year:04}-{text}")));
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let (from, to) = (date(from)?, date(to)?);
    (from <= to).then_some((from, to))
}

#[derive(Deserialize)]
struct JsonYear {
    year: i64,
    days: Vec<JsonDay>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonDay {
    name: String,
    date: String,
    is_off_day: bool,
}

fn read_json(text: &str) -> Result<Written, CalendarError> {
    let json: JsonYear = serde_json::from_str(text)
        .map_err(|e| CalendarError { line: e.line().max(1), flaw: CalendarFlaw::Json(e.to_string()) })?;
    let at = |flaw| CalendarError { line: 1, flaw };
    let year = json.year;
    if !(1949..=9999).contains(&year) {
        return Err(at(CalendarFlaw::Line(year.to_string())));
    }
    let mut notice = Notice::new();
    for JsonDay { name, date, is_off_day } in json.days {
        let day = Day::parse(&date).ok_or_else(|| at(CalendarFlaw::Date(date)))?;
        put(&mut notice, year, day, Mark { name, worked: !is_off_day }).map_err(at)?;
    }
    Ok(Written { lines: text.lines().count(), version: None, notices: vec![(1, year, notice)] })
}
