//! Taking along: all that is held about somebody, in one file that people and programs can read.

use super::store::{ConsentRow, LookRow, OwnRow, RequestRow};
use crate::{CaseView, Casework, Uploads};
use linli_authz::Actor;
use linli_base::{At, CaseId, FileId, Problem, Result, pii};
use linli_procedure::Val;
use serde::Serialize;
use std::{fs::File, io::Write};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// What is held about somebody.
#[derive(Debug, Serialize)]
pub struct Held {
    /// When it was taken.
    pub at: String,
    /// The account, where it is one.
    pub account: Option<Account>,
    /// Their cases.
    pub cases: Vec<HeldCase>,
    /// What they agreed to.
    pub consents: Vec<HeldConsent>,
    /// Who looked, when and why.
    pub looks: Vec<HeldLook>,
    /// What they asked about their data.
    pub requests: Vec<HeldRequest>,
    /// What they said of themselves to help, and what they did.
    pub helping: Vec<HeldHelp>,
}

/// Something that is held about somebody who helps.
#[derive(Debug, Serialize)]
pub struct HeldHelp {
    /// What: a key of `held_help`.
    pub what: &'static str,
    /// In words.
    pub name: String,
    /// Since when, or when.
    pub at: String,
    /// What stands there.
    pub said: Vec<String>,
}

/// An account.
#[derive(Debug, Serialize)]
pub struct Account {
    /// The name.
    pub name: String,
    /// The phone.
    pub phone: Option<String>,
    /// Since when they are signed in where.
    pub sessions: Vec<String>,
}

/// A case with all its words.
#[derive(Debug, Serialize)]
pub struct HeldCase {
    /// Its number.
    pub number: String,
    /// Where it stands.
    pub state: String,
    /// When it was said.
    pub said_at: String,
    /// Its title.
    pub title: String,
    /// Its words.
    pub words: String,
    /// Where.
    pub place: String,
    /// Latitude and longitude, WGS-84.
    pub point: Option<(f64, f64)>,
    /// The asker's name.
    pub name: Option<String>,
    /// The asker's phone.
    pub phone: Option<String>,
    /// What happened.
    pub events: Vec<HeldEvent>,
    /// The files of its pictures in this archive.
    pub pictures: Vec<String>,
    /// Whether its words were erased.
    pub erased: bool,
}

/// One entry of what happened.
#[derive(Debug, Serialize)]
pub struct HeldEvent {
    /// The step.
    pub step: String,
    /// In words.
    pub name: String,
    /// When.
    pub at: String,
    /// What was said, as `field: text`.
    pub said: Vec<String>,
}

/// A consent.
#[derive(Debug, Serialize)]
pub struct HeldConsent {
    /// Of which case.
    pub number: String,
    /// To what.
    pub purpose: String,
    /// In words.
    pub name: String,
    /// In which version of the text.
    pub version: i64,
    /// When it was given.
    pub given_at: String,
    /// When it was taken back.
    pub withdrawn_at: Option<String>,
}

/// Somebody's look.
#[derive(Debug, Serialize)]
pub struct HeldLook {
    /// At which case.
    pub number: String,
    /// What.
    pub what: String,
    /// In words.
    pub name: String,
    /// When.
    pub at: String,
    /// The org.
    pub org: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// A request about one's own data.
#[derive(Debug, Serialize)]
pub struct HeldRequest {
    /// Its number.
    pub number: String,
    /// What was asked.
    pub kind: String,
    /// In words.
    pub name: String,
    /// Where it stands.
    pub state: String,
    /// In words.
    pub state_name: String,
    /// When it was asked.
    pub at: String,
}

fn time(at: At) -> String {
    let minutes = (at.0 - at.day().start().0).div_euclid(60_000);
    format!("{} {:02}:{:02}", at.day(), minutes / 60, minutes % 60)
}

impl Casework {
    /// All that is held about the actor, and the pictures with their names in the archive.
    pub async fn held(
        &self,
        actor: &Actor,
        account: Option<Account>,
        words: &(dyn Fn(&str) -> String + Sync),
    ) -> Result<(Held, Vec<(FileId, String)>)> {
        let own: Vec<OwnRow> = self.own_cases(actor).await?;
        let (mut cases, mut pictures) = (Vec::new(), Vec::new());
        for case in &own {
            let view = self.view(actor, case.id).await?;
            let names: Vec<(FileId, String)> = view
                .files
                .iter()
                .map(|file| (file.file_id, format!("pictures/{}.jpg", file.file_id)))
                .collect();
            let phone = self.own_phone(actor, &view).await?;
            cases.push(held_case(
                case,
                &view,
                phone,
                names.iter().map(|(_, name)| name.clone()).collect(),
                words,
            ));
            pictures.extend(names);
        }
        let consent = |row: ConsentRow| HeldConsent {
            name: words(&format!("consent.{}", row.purpose)),
            number: row.case_number,
            purpose: row.purpose,
            version: row.version,
            given_at: time(row.given_at),
            withdrawn_at: row.withdrawn_at.map(time),
        };
        let look = |row: LookRow| HeldLook {
            name: words(&format!("part_whole.{}", row.act.split('.').next().unwrap_or_default())),
            number: row.case_number,
            what: row.act,
            at: time(row.at),
            org: row.org,
            reason: row.reason,
        };
        let request = |row: RequestRow| HeldRequest {
            name: words(&format!("request_kind.{}", row.kind)),
            state_name: words(&format!("request_state.{}", row.state)),
            number: row.number,
            kind: row.kind,
            state: row.state,
            at: time(row.at),
        };
        let mut helping = match (&self.helpers, actor.person()) {
            (Some(helpers), Some(person)) => helpers.held(person).await?,
            _ => Vec::new(),
        };
        for one in &mut helping {
            one.name = words(&format!("held_help.{}", one.what));
        }
        let held = Held {
            helping,
            at: time(self.world.now()),
            account,
            cases,
            consents: self.own_consents(actor).await?.into_iter().map(consent).collect(),
            looks: self.looks_at_mine(actor).await?.into_iter().map(look).collect(),
            requests: self.own_requests(actor).await?.into_iter().map(request).collect(),
        };
        Ok((held, pictures))
    }

    /// The asker's own phone, whole: theirs to see.
    pub async fn own_phone(&self, actor: &Actor, view: &CaseView) -> Result<Option<String>> {
        let id: CaseId = view.loaded.row.id;
        if self.own_cases(actor).await?.iter().all(|own| own.id != id) {
            return Err(Problem::NotFound);
        }
        view.loaded.row.phone_sealed.as_deref().map(|sealed| self.keys.open(sealed, id.0)).transpose()
    }

    /// The archive: `data.json`, `index.html` and the pictures, written to a file that is gone when it is closed. The
    /// taking is written down as a request that was answered at once.
    pub async fn take_along(
        &self,
        actor: &Actor,
        uploads: &Uploads,
        held: &Held,
        html: String,
        pictures: Vec<(FileId, String)>,
    ) -> Result<(String, File)> {
        let json =
            serde_json::to_string_pretty(held).map_err(|e| Problem::broken("writing an archive", e))?;
        let broken = |e: zip::result::ZipError| Problem::broken("writing an archive", e);
        let file = tempfile::tempfile().map_err(|e| Problem::broken("writing an archive", e))?;
        let mut zip = ZipWriter::new(file);
        let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (name, bytes) in [("index.html", html.into_bytes()), ("data.json", json.into_bytes())] {
            zip.start_file(name, plain).map_err(broken)?;
            zip.write_all(&bytes).map_err(|e| Problem::broken("writing an archive", e))?;
        }
        for (id, name) in pictures {
            // one picture at a time is in memory, however many there are
            let bytes = uploads.jpeg(id, false).await?;
            zip.start_file(name, plain).map_err(broken)?;
            zip.write_all(&bytes).map_err(|e| Problem::broken("writing an archive", e))?;
        }
        let file = zip.finish().map_err(broken)?;
        let number = self.answered(actor, "take", None).await?;
        Ok((number, file))
    }
}

fn held_case(
    own: &OwnRow,
    view: &CaseView,
    phone: Option<String>,
    pictures: Vec<String>,
    words: &(dyn Fn(&str) -> String + Sync),
) -> HeldCase {
    let row = &view.loaded.row;
    let events = view.timeline().into_iter().map(|entry| {
        let said = entry.said.0.iter().filter_map(|(field, value)| match value {
            Val::Text(text) | Val::Phone(text) => {
                // what an office wrote down may hold the numbers of others
                let text = if entry.org.is_some() { pii::mask(text) } else { text.clone() };
                Some(format!("{}: {text}", words(&format!("field.{field}"))))
            }
            _ => None,
        });
        HeldEvent {
            name: words(&format!("step.{}", entry.step)),
            step: entry.step.clone(),
            at: time(entry.at),
            said: said.collect(),
        }
    });
    HeldCase {
        number: row.number.clone(),
        state: row.state.clone(),
        said_at: time(row.happened_at),
        title: row.title.clone(),
        words: row.body.clone(),
        place: row.place.whole().to_owned(),
        point: row.lat.zip(row.lon),
        name: row.name.as_ref().map(|name| name.whole().to_owned()),
        phone,
        events: events.collect(),
        pictures,
        erased: own.erased,
    }
}
