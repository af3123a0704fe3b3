use super::import::{Finding, Row};
use linli_authz::{Actor, Scope};
use linli_base::{AreaId, OrgId, Point, Problem, Result};
use linli_casework::{Casework, Frame, NewCase, Past, Ready, number_of};
use linli_procedure::{Areas, Input, Outside, Val};
use linli_store::Db;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Rows written in one transaction: what is created meanwhile waits for them.
const CHUNK: usize = 100;

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// Cases that are new.
    pub new: u64,
    /// Rows that an earlier import had brought.
    pub already: usize,
    /// Rows whose point lies outside the city: their area is the city.
    pub outside: usize,
    /// Rows that could not be placed; where there is one, nothing was brought.
    pub findings: Vec<Finding>,
}

/// Where rows come to lie.
struct Lands {
    by_code: BTreeMap<String, Land>,
    city: Land,
    within: Option<(Point, Point)>,
}

/// An area with who accepts there.
#[derive(Clone)]
struct Land {
    areas: Areas,
    desk: Option<OrgId>,
}

/// Brings rows in by T23: those that were closed are closed, those with a reply wait to be rated, the others to be
/// accepted. All or nothing: what was written is shown by one update at the end. Bringing the same rows twice doubles
/// nothing. Each chunk is decided while the one before it is written.
pub async fn bring(work: &Casework, rows: Vec<Row>, mut progress: impl FnMut(usize)) -> Result<Brought> {
    let keys: Vec<String> = rows.iter().map(|row| row.key.clone()).collect();
    let known = work.known(&keys).await?;
    let mut brought = Brought { already: known.len(), ..Brought::default() };
    let lands = match lands(work, &rows).await? {
        Ok(lands) => lands,
        Err(findings) => return Ok(Brought { findings, ..brought }),
    };
    work.clear_hidden().await?;
    let now = work.world().now();
    let batch = work.world().ids.uuid(now);
    let new: Vec<Row> = rows.into_iter().filter(|row| !known.contains(&row.key)).collect();
    let many = i64::try_from(new.len()).unwrap_or(i64::MAX);
    let first = if new.is_empty() { 0 } else { work.take_numbers(now.day(), many).await? };
    // an imported case has no lead handler: whoever could call back is the same for all
    let outside = work.outside_of(None, None).await?;
    let mut numbers = (first..).map(|number| number_of(now.day(), number));
    let (mut rows, mut done, mut writing) = (new.into_iter(), 0, None);
    loop {
        let mut ready = Ready::default();
        let mut many = 0;
        for (row, number) in rows.by_ref().take(CHUNK).zip(numbers.by_ref()) {
            let land = lands.of(&row);
            brought.outside += usize::from(lands.outside(&row));
            decide(work, row, land, number, batch, &outside, &mut ready)?;
            many += 1;
        }
        if let Some((writing, many)) = writing.take() {
            ended(writing).await?;
            done += many;
            progress(done);
        }
        if many == 0 {
            break;
        }
        writing = Some((tokio::spawn(write(work.db().clone(), ready)), many));
    }
    brought.new = work.show(batch).await?;
    Ok(brought)
}

async fn write(db: Db, ready: Ready) -> Result<()> {
    let scope = Scope::system("import");
    Box::pin(db.write(async move |tx| ready.write(tx, &scope))).await
}

async fn ended(writing: tokio::task::JoinHandle<Result<()>>) -> Result<()> {
    writing.await.map_err(|e| Problem::broken("importing", e))?
}

impl Lands {
    fn of(&self, row: &Row) -> &Land {
        let named = self.by_code.get(&row.area).filter(|_| !self.outside(row));
        named.unwrap_or(&self.city)
    }

    /// Whether the row's point lies outside the city.
    fn outside(&self, row: &Row) -> bool {
        row.point.zip(self.within).is_some_and(|(at, (least, most))| {
            !(least.lat..=most.lat).contains(&at.lat) || !(least.lon..=most.lon).contains(&at.lon)
        })
    }
}

/// The areas that the rows name by code; a code that no area has is an error of its row.
async fn lands(work: &Casework, rows: &[Row]) -> Result<Result<Lands, Vec<Finding>>> {
    let scope = Scope::system("import");
    let (mut by_code, mut findings) = (BTreeMap::new(), Vec::new());
    for row in rows {
        if by_code.contains_key(&row.area) {
            continue;
        }
        match linli_org::areas::by_code(&mut work.db().read(), &scope, &row.area).await? {
            Some(area) => {
                by_code.insert(row.area.clone(), land(work, area.id).await?);
            }
            None => findings.push(Finding {
                line: row.line,
                error: true,
                code: "no_area",
                value: row.area.clone(),
            }),
        }
    }
    if !findings.is_empty() {
        return Ok(Err(findings));
    }
    let mut read = work.db().read();
    let city = match linli_org::areas::root(&mut read, &scope).await? {
        Some(city) => land(work, city.id).await?,
        None => Land { areas: Areas::default(), desk: None },
    };
    let within = linli_org::areas::extent(&mut read, &scope).await?;
    Ok(Ok(Lands { by_code, city, within }))
}

async fn land(work: &Casework, area: AreaId) -> Result<Land> {
    let (areas, desk) = work.place_of(area).await?;
    Ok(Land { areas, desk })
}

fn decide(
    work: &Casework,
    row: Row,
    land: &Land,
    number: String,
    batch: Uuid,
    outside: &Outside,
    ready: &mut Ready,
) -> Result<()> {
    let (reply, answered_at) = row.reply.unzip();
    let said = [("reply", reply.unwrap_or_default()), ("words", row.remark), ("handler", row.handler)];
    let said = said.into_iter().filter(|(_, text)| !text.is_empty());
    let input = said.fold(Input::default(), |input, (field, text)| input.with(field, Val::Text(text)));
    let step = match (row.closed_at, answered_at) {
        (Some(_), _) => "import_closed",
        (None, Some(_)) => "import_answered",
        (None, None) => "import_open",
    };
    let at = row.closed_at.or(answered_at).unwrap_or(row.said_at);
    let past = [Past { step, actor: &Actor::System("import"), input: &input, at, outside }];
    let new = NewCase {
        title: row.title,
        body: row.body,
        place: row.place,
        point: row.point,
        crs: row.crs,
        source: "import".to_owned(),
        happened_at: Some(row.said_at),
        due_at: row.due_at,
        closed_at: row.closed_at,
        batch: Some((batch, row.key)),
        ..NewCase::default()
    };
    let procedure = &super::REQUEST;
    let (areas, desk) = (land.areas, land.desk);
    let frame = Frame { procedure, areas, desk, number, announced: false, past: &past };
    work.ready(&new, frame, ready).map(|_| ())
}

/// Reads a whole CSV text by its map: rows that can be imported, and all that was found. The heading is line 1.
pub fn read(map: &super::import::Map, csv: &mut dyn std::io::Read) -> Result<(Vec<Row>, Vec<Finding>)> {
    let broken = |e: csv::Error| Problem::from(linli_base::Refusal::new("csv").with("why", e));
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(csv);
    let headings: Vec<String> = reader
        .headers()
        .map_err(broken)?
        .iter()
        .map(|heading| heading.trim_start_matches('\u{feff}').trim().to_owned())
        .collect();
    if let Some(missing) = map.columns().iter().find(|column| !headings.iter().any(|h| h == *column)) {
        return Err(linli_base::Refusal::new("no_column").with("column", missing).into());
    }
    let (mut rows, mut findings) = (Vec::new(), Vec::new());
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let cells = headings.iter().map(String::as_str).zip(&record).collect();
                rows.extend(map.row(line, &cells, &mut findings));
            }
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line);
                findings.push(Finding { line, error: true, code: "unreadable", value: String::new() });
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    rows.retain(|row| {
        let first = seen.insert(row.key.clone());
        if !first {
            findings.push(Finding { line: row.line, error: false, code: "same_key", value: row.key.clone() });
        }
        first
    });
    Ok((rows, findings))
}
