use crate::{
    Casework,
    load::{candidates, place_of},
    rules::{due_columns, number_of},
    step::{Written, write_event},
    store,
};
use linli_authz::{Actor, Scope};
use linli_base::{AreaId, At, CaseId, Crs, Day, FileId, PersonId, Phone, Point, Problem, Refusal, Result};
use linli_procedure::{Case, Ctx, Facts, Input, Outside, Procedure, Profile, take};
use linli_store::{Query, Tx, args};
use serde_json::json;
use uuid::Uuid;

/// What is said when a case is opened. Checked at the edge: lengths, coordinates and phone are right.
#[derive(Clone, Debug, Default)]
pub struct NewCase {
    /// Made by the client, so that a repeat is harmless.
    pub client_id: Option<Uuid>,
    /// One line.
    pub title: String,
    /// The words.
    pub body: String,
    /// Where, in words.
    pub place: String,
    /// Where, on the ground.
    pub point: Option<Point>,
    /// The system that the point came in.
    pub crs: Crs,
    /// To reach the asker.
    pub phone: Option<Phone>,
    /// How the asker wants to be called.
    pub name: Option<String>,
    /// web, api, phone, window, patrol, import …
    pub source: String,
    /// The area, where it is known; else it is found from the point or the words.
    pub area: Option<AreaId>,
    /// Pictures, uploaded before.
    pub pictures: Vec<FileId>,
    /// The asker's account, where they have one.
    pub asker: Option<PersonId>,
    /// Whether its handler may not know who asked.
    pub confidential: bool,
    /// The case that it is a part of.
    pub parent: Option<CaseId>,
    /// When it was said, where that was not now.
    pub happened_at: Option<At>,
    /// When the first step happened, where that was later: an imported reply.
    pub answered_at: Option<At>,
    /// The first step's own input: an imported reply.
    pub input: Input,
    /// What the asker agreed to: names of [`crate::privacy::PURPOSES`].
    pub agreed: Vec<String>,
    /// For imports: the batch, not visible until it is shown, and the row's key within its source.
    pub batch: Option<(Uuid, String)>,
}

/// A case that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its key.
    pub id: CaseId,
    /// Its number, to be told.
    pub number: String,
    /// Its look-up code, to be told once to whoever asked.
    pub code: String,
    /// Whether it was there already: the same client said the same before.
    pub repeated: bool,
}

impl Casework {
    /// Opens a case by the procedure's first step. Refusals: `client_id_taken` where the same client id came with
    /// other words.
    pub async fn open(&self, actor: Actor, procedure: &str, step: &str, new: NewCase) -> Result<Opened> {
        let (work, procedure, step) = (self.clone(), procedure.to_owned(), step.to_owned());
        let opened = tokio::spawn(async move {
            let db = work.db.clone();
            Box::pin(db.write(async move |tx| work.open_in(tx, &actor, &procedure, &step, &new).await)).await
        });
        opened.await.map_err(|e| Problem::broken("opening a case", e))?
    }

    /// The same within a transaction that is open already.
    pub async fn open_in(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        procedure: &str,
        step: &str,
        new: &NewCase,
    ) -> Result<Opened> {
        let procedure = self.procedure(procedure)?;
        let scope = Scope::system("open a case");
        let digest = self.keys.lookup(&said(new).to_string());
        if let Some(client) = new.client_id
            && let Some(earlier) =
                tx.maybe::<store::EarlierRow>(&store::BY_CLIENT, &scope, args![client]).await?
        {
            return self.repeat(&earlier, &digest);
        }
        let now = self.world.now();
        let settings = self.settings();
        let profile = settings.holding(now)?;
        let id: CaseId = self.world.id();
        let (code, code_key) = self.keys.code(id.0);

        let (areas, desk) = self.place(tx, new).await?;
        let mut case = Case::blank(procedure.states.first().map_or("", |state| state.name));
        case.areas = areas;
        case.desk = desk;
        case.asker = new.asker;
        case.reachable = new.phone.is_some();
        case.parent = new.parent;

        let at = new.happened_at.unwrap_or(now);
        let stepped_at = new.answered_at.unwrap_or(at);
        let outside = self.outside_of_new(tx, &case, now).await?;
        let facts = Facts::default();
        let table = procedure
            .step(step)
            .ok_or_else(|| Problem::broken("opening a case", format!("no step {step}")))?;
        let ctx = Ctx {
            procedure,
            case: &case,
            facts: &facts,
            outside: &outside,
            input: &new.input,
            actor,
            now: stepped_at,
            calendar: &settings.calendar,
            profile,
        };
        let mut outcome = take(table, &ctx)?;
        outcome.changes.confidential = new.confidential.then_some(true);
        let mut after = case.clone();
        after.apply(&outcome.changes);

        let number = self.next_number(tx, &scope, now.day()).await?;
        let written = Written {
            case: id,
            seq: 1,
            previous: id.to_string(),
            round: case.round,
            areas: after.areas,
            happened_at: stepped_at,
            recorded_at: now,
            procedure_version: procedure.version,
            profile_version: profile.version,
            calendar_version: settings.calendar.version(),
        };
        let event = written.event(self, actor, &outcome, &new.input)?;
        self.insert(
            tx,
            &scope,
            Row {
                id,
                number: &number,
                procedure,
                profile,
                after: &after,
                code_key: &code_key,
                digest: &digest,
                chain: &event.row.chain,
                at,
                now,
            },
            new,
        )
        .await?;
        write_event(tx, &scope, &event).await?;
        if !after.has("not_assessed") {
            self.mark(tx, id, now).await?;
        }
        for picture in &new.pictures {
            tx.run(&store::ADD_FILE, &scope, args![id, *picture, event.row.id, "pictures"]).await?;
        }
        let words: [&str; 3] =
            if new.confidential { Default::default() } else { [&new.title, &new.body, &new.place] };
        self.index(tx, id, at, &after, words, &number).await?;
        if !new.agreed.is_empty() {
            self.agree_in(tx, id, &new.agreed, "web").await?;
        }
        self.announce(tx, &scope, &event, table, &after, None).await?;
        Ok(Opened { id, number, code, repeated: false })
    }

    fn repeat(&self, earlier: &store::EarlierRow, digest: &str) -> Result<Opened> {
        if earlier.digest.as_deref() != Some(digest) {
            return Err(Refusal::new("client_id_taken").into());
        }
        let code = self.keys.code_with(earlier.id.0, &earlier.code_key)?;
        Ok(Opened { id: earlier.id, number: earlier.number.clone(), code, repeated: true })
    }

    async fn next_number(&self, tx: &mut Tx<'_>, scope: &Scope, day: Day) -> Result<String> {
        let row: store::NumberRow = tx.one(&store::NEXT_NUMBER, scope, args![day]).await?;
        Ok(number_of(day, row.number))
    }

    /// Where a new case lies and who accepts it: the area given, else the nearest building's grid, else what the
    /// words name, else the city alone with its desk.
    async fn place(
        &self,
        query: &mut impl Query,
        new: &NewCase,
    ) -> Result<(linli_procedure::Areas, Option<linli_base::OrgId>)> {
        let scope = Scope::system("find where a case lies");
        let mut area = new.area;
        if area.is_none()
            && let Some(point) = new.point
        {
            area = linli_org::areas::grid_at(query, &scope, point).await?;
        }
        if area.is_none() && !new.place.is_empty() {
            area = linli_org::areas::find_place(query, &scope, &new.place).await?;
        }
        match area {
            Some(area) => place_of(query, area).await,
            None => {
                let desk = linli_org::orgs::city_desk(query, &scope).await?;
                Ok((linli_procedure::Areas::default(), desk))
            }
        }
    }

    /// An imported case with a reply waits to be rated at once; the city's callers hold it.
    async fn outside_of_new(&self, query: &mut impl Query, case: &Case, now: At) -> Result<Outside> {
        candidates(query, case, "", now).await
    }

    async fn insert(&self, tx: &mut Tx<'_>, scope: &Scope, row: Row<'_>, new: &NewCase) -> Result<()> {
        let after = row.after;
        let settings = self.settings();
        let due = due_columns(after, row.procedure, row.profile, &settings, row.now);
        let state = row.procedure.state(&after.state);
        let (batch, key) = match &new.batch {
            Some((batch, key)) => (Some(*batch), Some(key.clone())),
            None => (None, None),
        };
        tx.run(
            &store::INSERT,
            scope,
            args![
                row.id,
                row.number,
                row.procedure.name,
                row.procedure.version,
                row.profile.name.as_str(),
                row.profile.version,
                settings.calendar.version(),
                new.client_id,
                new.client_id.map(|_| row.digest.to_owned()),
                batch,
                key,
                new.batch.is_none(),
                row.code_key,
                new.source.as_str(),
                after.state.as_str(),
                state.is_some_and(|state| state.open),
                after.back.clone(),
                after.round,
                1_i64,
                row.chain,
                after.kind.clone(),
                after.category.clone(),
                after.level.clone(),
                after.areas.street,
                after.areas.community,
                after.areas.grid,
                after.desk,
                after.lead,
                after.person,
                after.holder,
                after.asker,
                after.reachable,
                json!(after.clocks),
                json!(after.marks),
                due.due_at,
                due.due_clock,
                due.due_provisional,
                due.due_paused,
                due.yellow_at,
                due.finish_due_at,
                new.point.map(|p| p.lat),
                new.point.map(|p| p.lon),
                new.point.map(|_| new.crs.name()),
                row.at,
                row.now,
                row.now,
                None::<At>,
                due.sort_at,
                after.parent,
                after.confidential,
                due.card_yellow_at,
                due.card_red_at
            ],
        )
        .await?;
        let sealed = match &new.phone {
            Some(phone) => Some(self.keys.seal(phone.digits(), row.id.0)?),
            None => None,
        };
        let lookup = new.phone.as_ref().map(|phone| self.keys.lookup(phone.digits()));
        tx.run(
            &store::INSERT_TEXT,
            scope,
            args![
                row.id,
                new.title.as_str(),
                new.body.as_str(),
                new.place.as_str(),
                new.name.clone(),
                sealed,
                lookup
            ],
        )
        .await?;
        Ok(())
    }

    /// Puts a case's words into the search index with the areas and the org through which it is reached.
    pub(crate) async fn index(
        &self,
        tx: &mut Tx<'_>,
        id: CaseId,
        at: At,
        case: &Case,
        [title, body, place]: [&str; 3],
        number: &str,
    ) -> Result<()> {
        let reached = [
            ("s", case.areas.street.map(|area| area.0)),
            ("c", case.areas.community.map(|area| area.0)),
            ("g", case.areas.grid.map(|area| area.0)),
            ("o", case.lead.map(|org| org.0)),
        ];
        let scopes: Vec<(&str, Uuid)> =
            reached.iter().filter_map(|(kind, id)| Some((*kind, (*id)?))).collect();
        tx.search_put("case_search", id.0, at, &scopes, &[title, body, place, number]).await
    }
}

/// A new row's own values.
struct Row<'a> {
    id: CaseId,
    number: &'a str,
    procedure: &'static Procedure,
    profile: &'a Profile,
    after: &'a Case,
    code_key: &'a str,
    digest: &'a str,
    chain: &'a str,
    at: At,
    now: At,
}

/// What the client said, in a fixed order: the same words give the same digest.
fn said(new: &NewCase) -> serde_json::Value {
    json!([
        new.title,
        new.body,
        new.place,
        new.point.map(|p| [p.lat, p.lon]),
        new.phone.as_ref().map(Phone::digits),
        new.name,
        new.confidential,
    ])
}
