use super::import::{Finding, Row};
use linli_authz::{Actor, Scope};
use linli_base::{AreaId, Problem, Result};
use linli_casework::{Casework, NewCase};
use linli_procedure::{Input, Val};
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

/// Rows written in one transaction.
const CHUNK: usize = 200;

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// Cases that are new.
    pub new: u64,
    /// Rows that an earlier import had brought.
    pub already: usize,
    /// Rows that could not be placed; where there is one, nothing was brought.
    pub findings: Vec<Finding>,
}

/// Brings rows in by T23: those with a reply wait to be rated, the others to be accepted. All or nothing: what was
/// written is shown by one update at the end. Bringing the same rows twice doubles nothing.
pub async fn bring(work: &Casework, rows: Vec<Row>, mut progress: impl FnMut(usize)) -> Result<Brought> {
    let keys: Vec<String> = rows.iter().map(|row| row.key.clone()).collect();
    let known = work.known(&keys).await?;
    let mut brought = Brought { already: known.len(), ..Brought::default() };
    let (areas, findings) = places(work, &rows).await?;
    if !findings.is_empty() {
        brought.findings = findings;
        return Ok(brought);
    }
    work.clear_hidden().await?;
    let batch = work.world().ids.uuid(work.world().now());
    let new: Vec<NewCase> = rows
        .into_iter()
        .filter(|row| !known.contains(&row.key))
        .map(|row| case(row, &areas, batch))
        .collect();
    let mut done = 0;
    for chunk in new.chunks(CHUNK) {
        write(work.clone(), chunk.to_vec().into()).await?;
        done += chunk.len();
        progress(done);
    }
    brought.new = work.show(batch).await?;
    Ok(brought)
}

async fn write(work: Casework, chunk: Arc<[NewCase]>) -> Result<()> {
    let db = work.db().clone();
    Box::pin(db.write(async move |tx| {
        for new in chunk.iter() {
            let step = if new.answered_at.is_some() { "import_answered" } else { "import_open" };
            work.open_in(tx, &Actor::System("import"), "request", step, new).await?;
        }
        Ok(())
    }))
    .await
}

/// The areas that the rows name by code; a code that no area has is an error of its row.
async fn places(work: &Casework, rows: &[Row]) -> Result<(BTreeMap<String, AreaId>, Vec<Finding>)> {
    let scope = Scope::system("import");
    let (mut areas, mut findings) = (BTreeMap::new(), Vec::new());
    for row in rows {
        if areas.contains_key(&row.area) {
            continue;
        }
        match linli_org::areas::by_code(&mut work.db().read(), &scope, &row.area).await? {
            Some(area) => {
                areas.insert(row.area.clone(), area.id);
            }
            None => findings.push(Finding {
                line: row.line,
                error: true,
                code: "no_area",
                value: row.area.clone(),
            }),
        }
    }
    Ok((areas, findings))
}

fn case(row: Row, areas: &BTreeMap<String, AreaId>, batch: Uuid) -> NewCase {
    let (reply, answered_at) = row.reply.unzip();
    let mut input = Input::default();
    if let Some(reply) = reply {
        input = input.with("reply", Val::Text(reply));
    }
    NewCase {
        title: row.title,
        body: row.body,
        place: row.place,
        point: row.point,
        crs: row.crs,
        source: "import".to_owned(),
        area: areas.get(&row.area).copied(),
        happened_at: Some(row.said_at),
        answered_at,
        input,
        batch: Some((batch, row.key)),
        ..NewCase::default()
    }
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
