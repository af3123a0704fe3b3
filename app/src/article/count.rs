//! Counts the article's figures from the records.

use super::{
    rules::{Figure, Found, Share, Verdict, compare, period},
    store::{self, AreaNumber, Number, RecordRow, RequestRow, Shares, Spread},
};
use linli_authz::Scope;
use linli_base::{At, Cursor, Day, Result};
use linli_org::records::CITY_CONFERENCE;
use linli_store::{Query, Read, args};

/// What counts as done at once, in milliseconds.
const AT_ONCE_MS: i64 = 24 * 3_600_000;
/// Grants paid in so many days before are those of the year.
const YEAR_DAYS: i64 = 365;
/// Lines of a page.
const LINES: usize = 50;

/// A figure as the records have it on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// Which.
    pub figure: Figure,
    /// What is compared.
    pub found: Found,
    /// Beside the article's number.
    pub verdict: Verdict,
    /// What it rests on.
    pub by: By,
    /// How many records its list shows.
    pub records: i64,
}

/// What a number rests on.
#[derive(Clone, Debug, PartialEq)]
pub enum By {
    /// Nothing more than itself.
    Itself,
    /// One number for each street: name, name in English, number.
    Streets(Vec<(String, Option<String>, i64)>),
    /// The least and the most.
    Spread(i64, i64),
}

/// All figures at the end of a day.
pub async fn count(read: &mut Read, day: Day) -> Result<Vec<Counted>> {
    let mut counted = Vec::new();
    for figure in Figure::ALL {
        let (found, by, records) = one(read, figure, day).await?;
        counted.push(Counted { figure, found, verdict: compare(figure.said(), found), by, records });
    }
    Ok(counted)
}

async fn one(read: &mut Read, figure: Figure, day: Day) -> Result<(Found, By, i64)> {
    let scope = Scope::system("count what the article counts");
    let (from, to) = period(day);
    let plain = |row: Number| (Found::Number(row.number), By::Itself, row.number);
    let shared =
        |row: Shares| (Found::Share(Share { part: row.part, whole: row.whole }), By::Itself, row.part);
    Ok(match figure {
        Figure::Staff => {
            let streets: Vec<AreaNumber> = read.all(&store::STAFF, &scope, args![day]).await?;
            let posts = streets.iter().map(|street| street.number).sum();
            least(streets, posts)
        }
        Figure::Premises => {
            let streets: Vec<AreaNumber> = read.all(&store::PREMISES, &scope, args![day]).await?;
            let rooms: Vec<RecordRow> = read.all(&store::PREMISES_LIST, &scope, args![day]).await?;
            least(streets, i64::try_from(rooms.len()).unwrap_or(0))
        }
        Figure::Grids => {
            let grids: Spread = read.one(&store::GRIDS, &scope, args![day]).await?;
            let mean = if grids.count > 0 { (2 * grids.sum + grids.count) / (2 * grids.count) } else { 0 };
            (Found::Number(mean), By::Spread(grids.least, grids.most), grids.count)
        }
        Figure::Funds => plain(read.one(&store::FUNDS, &scope, args![day.plus(-YEAR_DAYS), day]).await?),
        Figure::GridWorkers => plain(read.one(&store::GRID_WORKERS, &scope, args![day]).await?),
        Figure::Conference => plain(read.one(&store::CONFERENCE, &scope, args![day, CITY_CONFERENCE]).await?),
        Figure::Wishes => plain(read.one(&store::WISHES, &scope, args![from, to]).await?),
        Figure::Items => plain(read.one(&store::ITEMS, &scope, args![day]).await?),
        Figure::Departments => plain(read.one(&store::DEPARTMENTS, &scope, args![day]).await?),
        Figure::Members => plain(read.one(&store::MEMBERS, &scope, args![day]).await?),
        Figure::Claimed => plain(read.one(&store::CLAIMED, &scope, args![day, from, to]).await?),
        Figure::Requests => plain(read.one(&store::REQUESTS, &scope, args![from, to]).await?),
        Figure::AtOnce => shared(read.one(&store::AT_ONCE, &scope, args![from, to, AT_ONCE_MS]).await?),
        Figure::Closed => shared(read.one(&store::CLOSED, &scope, args![from, to]).await?),
    })
}

/// Each street is to have so many: the least of them is compared.
fn least(streets: Vec<AreaNumber>, records: i64) -> (Found, By, i64) {
    let least = streets.iter().map(|street| street.number).min().unwrap_or(0);
    let by = streets.into_iter().map(|street| (street.name, street.name_en, street.number)).collect();
    (Found::Number(least), By::Streets(by), records)
}

/// The records behind a figure that is not about requests.
pub async fn records(read: &mut Read, figure: Figure, day: Day) -> Result<Vec<RecordRow>> {
    let scope = Scope::system("list what the article counts");
    let (from, to) = period(day);
    match figure {
        Figure::Wishes => read.all(&store::WISHES_LIST, &scope, args![from, to]).await,
        Figure::Items => read.all(&store::ITEMS_LIST, &scope, args![day]).await,
        Figure::Departments => read.all(&store::DEPARTMENTS_LIST, &scope, args![day]).await,
        Figure::Members => read.all(&store::MEMBERS_LIST, &scope, args![day]).await,
        Figure::Claimed => read.all(&store::CLAIMED_LIST, &scope, args![day, from, to]).await,
        Figure::Staff => read.all(&store::STAFF_LIST, &scope, args![day]).await,
        Figure::Premises => read.all(&store::PREMISES_LIST, &scope, args![day]).await,
        Figure::Grids => read.all(&store::GRIDS_LIST, &scope, args![day]).await,
        Figure::GridWorkers => read.all(&store::GRID_WORKERS_LIST, &scope, args![day]).await,
        Figure::Funds => read.all(&store::FUNDS_LIST, &scope, args![day.plus(-YEAR_DAYS), day]).await,
        Figure::Conference => read.all(&store::CONFERENCE_LIST, &scope, args![day, CITY_CONFERENCE]).await,
        Figure::Closed | Figure::Requests | Figure::AtOnce => Ok(Vec::new()),
    }
}

/// The requests behind a figure, newest first, a page at a time.
pub async fn requests(
    read: &mut Read,
    figure: Figure,
    day: Day,
    after: Option<&Cursor>,
) -> Result<(Vec<RequestRow>, Option<Cursor>)> {
    let scope = Scope::system("list what the article counts");
    let (from, to) = period(day);
    let within = (figure == Figure::AtOnce).then_some(AT_ONCE_MS);
    let dispatched = (figure == Figure::Closed).then_some(1_i64);
    let (said, id) = after.map(|cursor| (At(cursor.key), cursor.id)).unzip();
    let args = args![from, to, within, dispatched, said, id];
    let mut rows: Vec<RequestRow> = read.all(&store::REQUESTS_LIST, &scope, args).await?;
    let more = rows.len() > LINES;
    rows.truncate(LINES);
    let next = rows.last().filter(|_| more).map(|row| Cursor { key: row.at.0, id: row.id.0 });
    Ok((rows, next))
}
