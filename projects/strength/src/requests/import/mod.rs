//! Reading a table of requests from elsewhere (T23). Pure: text in, checked rows and findings out.
//!
//! A map file says which column means what:
//!
//! ```toml
//! source = "mayor-mailbox"            # with the key it makes importing twice harmless
//! key = "留言编号"
//! title = "留言主题"
//! body = "留言详情"
//! place = "地点"                       # optional, as are lat, lon, reply, replied_at
//! said_at = { column = "留言时间", format = ["%Y/%m/%d %H:%M:%S", "%Y/%m/%d"], zone = "+08:00" }
//! area = "370687"                     # code of the area; or { column = "社区", values = { "书香" = "370687001001" } }
//! ```
//!
//! Optional too: `due_at` and `closed_at`, times like `said_at` (a row with a `closed_at` comes in closed, with the
//! reply of that time), and `handler`, the columns that say who worked on it there.

mod time;

use linli_base::{At, Crs, Point};
use serde::Deserialize;
use std::collections::BTreeMap;
use time::Time;

/// Which column means what.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// Names the source.
    pub source: String,
    /// The column of the row's own key.
    pub key: String,
    title: String,
    body: String,
    place: Option<String>,
    lat: Option<String>,
    lon: Option<String>,
    #[serde(default)]
    crs: Crs,
    said_at: Time,
    reply: Option<String>,
    replied_at: Option<Time>,
    due_at: Option<Time>,
    closed_at: Option<Time>,
    #[serde(default)]
    handler: Vec<String>,
    area: AreaOf,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum AreaOf {
    Fixed(String),
    Column { column: String, values: BTreeMap<String, String> },
}

/// A row that can be imported.
#[derive(Debug, PartialEq)]
pub struct Row {
    /// Its line in the file, the heading being 1.
    pub line: u64,
    /// Its key within the source.
    pub key: String,
    /// One line.
    pub title: String,
    /// The words.
    pub body: String,
    /// Where, in words.
    pub place: String,
    /// Where, on the ground.
    pub point: Option<Point>,
    /// The system the point came in.
    pub crs: Crs,
    /// When it was said.
    pub said_at: At,
    /// The reply with its time.
    pub reply: Option<(String, At)>,
    /// What was said of it there while it is still open.
    pub remark: String,
    /// Until when it was to be finished.
    pub due_at: Option<At>,
    /// When it was closed there.
    pub closed_at: Option<At>,
    /// Who worked on it there, in words.
    pub handler: String,
    /// The code of the area.
    pub area: String,
}

/// What was found in a row. Words under `import.<code>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its line in the file.
    pub line: u64,
    /// Whether the row cannot be read; else it is odd, kept and listed.
    pub error: bool,
    /// Key of the words.
    pub code: &'static str,
    /// The value that it is about.
    pub value: String,
}

/// The longest title; a longer one is cut, and the whole put before the body.
const TITLE: usize = 80;

impl Map {
    /// Reads a map file.
    pub fn read(text: &str) -> Result<Map, toml::de::Error> {
        toml::from_str(text)
    }

    /// The columns that the file must have.
    pub fn columns(&self) -> Vec<&str> {
        let mut columns = vec![self.key.as_str(), &self.title, &self.body, &self.said_at.column];
        columns.extend(
            [&self.place, &self.lat, &self.lon, &self.reply].into_iter().flatten().map(String::as_str),
        );
        let times = [&self.replied_at, &self.due_at, &self.closed_at];
        columns.extend(times.into_iter().flatten().map(|time| time.column.as_str()));
        columns.extend(self.handler.iter().map(String::as_str));
        if let AreaOf::Column { column, .. } = &self.area {
            columns.push(column);
        }
        columns
    }

    /// Reads one row by its cells' column names; what is wrong or odd goes into `findings`.
    pub fn row(&self, line: u64, cells: &BTreeMap<&str, &str>, findings: &mut Vec<Finding>) -> Option<Row> {
        let cell = |column: &str| cells.get(column).map_or("", |text| text.trim());
        let optional = |column: &Option<String>| column.as_deref().map_or("", cell);
        let before = findings.iter().filter(|finding| finding.error).count();
        let mut say = |error: bool, code: &'static str, value: &str| {
            let value = value.chars().take(60).collect();
            findings.push(Finding { line, error, code, value });
        };
        let key = cell(&self.key);
        if key.is_empty() {
            say(true, "no_key", "");
        }
        let said_at = self.said_at.read(cell(&self.said_at.column));
        if said_at.is_none() {
            say(true, "no_time", cell(&self.said_at.column));
        }
        let (title, body) = words(cell(&self.title), cell(&self.body));
        if title.is_empty() {
            say(true, "no_words", key);
        } else if cell(&self.title).is_empty() {
            say(false, "no_title", key);
        }
        let area = self.area_of(&cell);
        if let AreaOf::Column { column, .. } = &self.area
            && area.is_none()
        {
            say(true, "no_area", cell(column));
        }
        let (lat, lon) = (optional(&self.lat), optional(&self.lon));
        let point = match (lat.parse(), lon.parse()) {
            (Ok(lat), Ok(lon)) => Point::from_crs(lat, lon, self.crs),
            _ => None,
        };
        if point.is_none() && !lat.is_empty() {
            say(false, "odd_point", &format!("{lat}, {lon}"));
        }
        let mut time = |format: &Option<Time>, code: &'static str| {
            let format = format.as_ref().filter(|format| !cell(&format.column).is_empty())?;
            let at = format.read(cell(&format.column));
            if at.is_none() {
                say(false, code, cell(&format.column));
            }
            at
        };
        let (due_at, closed_at) = (time(&self.due_at, "no_due_time"), time(&self.closed_at, "no_close_time"));
        let closes_early = closed_at.zip(said_at).is_some_and(|(closed, said)| closed < said);
        if let (true, Some(format)) = (closes_early, &self.closed_at) {
            say(false, "closed_before_words", cell(&format.column));
        }
        let reply = self.reply(&cell, said_at, closed_at, &mut say);
        let handler: Vec<&str> =
            self.handler.iter().map(|column| cell(column)).filter(|text| !text.is_empty()).collect();
        if findings.iter().filter(|finding| finding.error).count() > before {
            return None;
        }
        Some(Row {
            line,
            key: format!("{}/{key}", self.source),
            title,
            body,
            place: optional(&self.place).to_owned(),
            point,
            crs: self.crs,
            said_at: said_at?,
            reply,
            remark: if self.still_open(closed_at) { optional(&self.reply).to_owned() } else { String::new() },
            due_at,
            closed_at,
            handler: handler.join(" · "),
            area: area?,
        })
    }

    /// The reply with its own time, else with that of the closing. On a row that is still open there it is no last
    /// word: see [`Row::remark`].
    fn reply<'a>(
        &self,
        cell: &impl Fn(&str) -> &'a str,
        said_at: Option<At>,
        closed_at: Option<At>,
        say: &mut impl FnMut(bool, &'static str, &str),
    ) -> Option<(String, At)> {
        let text = self.reply.as_deref().map_or("", cell);
        if text.is_empty() || self.still_open(closed_at) {
            return None;
        }
        let Some(format) = &self.replied_at else { return Some((text.to_owned(), closed_at.or(said_at)?)) };
        let time = cell(&format.column);
        let at = format.read(time);
        match (at, said_at) {
            (None, _) => say(false, "no_reply_time", time),
            (Some(at), Some(said)) if at < said => say(false, "reply_before_words", time),
            _ => {}
        }
        Some((text.to_owned(), at.or(closed_at).or(said_at)?))
    }

    /// Whether the table tells when rows were closed, and this one was not.
    fn still_open(&self, closed_at: Option<At>) -> bool {
        self.closed_at.is_some() && closed_at.is_none()
    }

    fn area_of<'a>(&self, cell: &impl Fn(&str) -> &'a str) -> Option<String> {
        match &self.area {
            AreaOf::Fixed(code) => Some(code.clone()),
            AreaOf::Column { column, values } => values.get(cell(column)).cloned(),
        }
    }
}

/// A title of at most [`TITLE`] characters and the whole words; without a title the body's beginning is it.
fn words(title: &str, body: &str) -> (String, String) {
    let line = if title.is_empty() { body.lines().next().unwrap_or_default() } else { title };
    let short: String = line.chars().take(TITLE).collect();
    let whole = if title.chars().count() > TITLE { format!("{title}\n{body}") } else { body.to_owned() };
    (short.trim().to_owned(), whole.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = r#"
        source = "mailbox"
        key = "no"
        title = "title"
        body = "body"
        said_at = { column = "at", format = "%Y/%m/%d %H:%M:%S" }
        reply = "reply"
        replied_at = { column = "replied", format = "%m/%d/%Y %I:%M:%S %p", zone = "-05:00" }
        area = { column = "where", values = { "书香" = "370687001001" } }
    "#;

    fn read(cells: &[(&str, &str)]) -> (Option<Row>, Vec<&'static str>) {
        let mut findings = Vec::new();
        let row = Map::read(MAP).unwrap().row(2, &cells.iter().copied().collect(), &mut findings);
        (row, findings.iter().map(|finding| finding.code).collect())
    }

    #[test]
    fn a_row_is_read_with_its_times() {
        let (row, found) = read(&[
            ("no", "7"),
            ("title", "路灯不亮"),
            ("body", "好几天了"),
            ("at", "2019/4/25 9:32:09"),
            ("reply", "已经修好"),
            ("replied", "05/10/2019 02:56:53 PM"),
            ("where", "书香"),
        ]);
        let row = row.unwrap();
        assert_eq!(
            (row.key.as_str(), row.said_at.to_string().as_str()),
            ("mailbox/7", "2019-04-25T09:32:09+08:00")
        );
        assert_eq!(row.reply.unwrap().1.to_string(), "2019-05-11T03:56:53+08:00");
        assert!(found.is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_an_error_and_what_is_odd_a_warning() {
        let good =
            [("no", "7"), ("title", "t"), ("body", "b"), ("at", "2019/4/25 9:32:09"), ("where", "书香")];
        let with = |column: &'static str, value: &'static str| {
            let mut cells: BTreeMap<_, _> = good.into_iter().collect();
            cells.insert(column, value);
            let cells: Vec<_> = cells.into_iter().collect();
            read(&cells)
        };
        assert_eq!(with("at", "yesterday").1, ["no_time"]);
        assert!(with("at", "2019/2/30 1:00:00").0.is_none());
        assert_eq!(with("no", " ").1, ["no_key"]);
        assert_eq!(with("where", "Back Bay").1, ["no_area"]);
        let (row, found) = with("title", "");
        assert_eq!((row.unwrap().title.as_str(), found), ("b", vec!["no_title"]));
        let (row, found) = with("reply", "done");
        assert!(row.unwrap().reply.is_some());
        assert_eq!(found, ["no_reply_time"]);
    }
}
