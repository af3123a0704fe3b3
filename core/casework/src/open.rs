use crate::{Casework, Frame, Past, Ready, load::place_of, rules::number_of, store};
use linli_authz::{Actor, Scope};
use linli_base::{AreaId, At, CaseId, Crs, FileId, PersonId, Phone, Point, Problem, Refusal, Result};
use linli_procedure::{Input, Outside};
use linli_store::{Query, Stmt, Tx, Value, args};
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
    /// The first step's own input.
    pub input: Input,
    /// What the asker agreed to: names of [`crate::privacy::PURPOSES`].
    pub agreed: Vec<String>,
    /// Until when it was to be finished, where that was fixed elsewhere.
    pub due_at: Option<At>,
    /// When it was finished elsewhere.
    pub closed_at: Option<At>,
    /// Rows of other tables that are written with it, in the same transaction: the case's id is put in front of the
    /// arguments.
    pub beside: Vec<(&'static Stmt, Vec<Value>)>,
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
        let opened = tokio::spawn(async move { work.open_now(&actor, &procedure, &step, &new).await });
        opened.await.map_err(|e| Problem::broken("opening a case", e))?
    }

    async fn open_now(&self, actor: &Actor, procedure: &str, step: &str, new: &NewCase) -> Result<Opened> {
        match self.open_anew(actor, procedure, step, new).await {
            // what was said before is not looked for until it stands in the way
            Err(Problem::Refused(why)) => self.earlier(new).await?.ok_or_else(|| why.into()),
            other => other,
        }
    }

    /// Looks up and decides beside the writer, which then only writes.
    async fn open_anew(&self, actor: &Actor, procedure: &str, step: &str, new: &NewCase) -> Result<Opened> {
        let number = self.number(self.world.now().day()).await?;
        let mut ready = Ready::default();
        let opened =
            self.decide(&mut self.db.read(), actor, procedure, step, new, number, &mut ready).await?;
        self.write_new(ready, opened.id, new.agreed.clone()).await?;
        self.changed();
        Ok(opened)
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
        let scope = Scope::system("open a case");
        let day = self.world.now().day();
        let row: store::NumberRow = tx.one(&store::NEXT_NUMBERS, &scope, args![day, 1_i64]).await?;
        let (number, mut ready) = (number_of(day, row.number), Ready::default());
        let opened = self.decide(tx, actor, procedure, step, new, number, &mut ready).await?;
        ready.write(tx, &scope)?;
        if !new.agreed.is_empty() {
            self.agree_in(tx, opened.id, &new.agreed, "web").await?;
        }
        Ok(opened)
    }

    async fn write_new(&self, ready: Ready, id: CaseId, agreed: Vec<String>) -> Result<()> {
        let (work, scope) = (self.clone(), Scope::system("open a case"));
        let written = self.db.write(async move |tx| {
            ready.write(tx, &scope)?;
            if !agreed.is_empty() {
                work.agree_in(tx, id, &agreed, "web").await?;
            }
            Ok(())
        });
        Box::pin(written).await
    }

    #[expect(clippy::too_many_arguments, reason = "one case's worth")]
    async fn decide(
        &self,
        query: &mut impl Query,
        actor: &Actor,
        procedure: &str,
        step: &str,
        new: &NewCase,
        number: String,
        ready: &mut Ready,
    ) -> Result<Opened> {
        let procedure = self.procedure(procedure)?;
        let (areas, desk) = self.place(query, new).await?;
        let at = new.happened_at.unwrap_or(self.world.now());
        let outside = &Outside::default();
        let past = [Past { step, actor, input: &new.input, at, outside }];
        let frame = Frame { procedure, areas, desk, number, announced: true, past: &past };
        self.ready(new, frame, ready)
    }

    /// What the same client said before under the same id.
    async fn earlier(&self, new: &NewCase) -> Result<Option<Opened>> {
        let Some(client) = new.client_id else { return Ok(None) };
        let scope = Scope::system("open a case");
        let earlier: Option<store::EarlierRow> =
            self.db.read().maybe(&store::BY_CLIENT, &scope, args![client]).await?;
        earlier.map(|earlier| self.repeat(&earlier, &self.keys.lookups(&said(new).to_string()))).transpose()
    }

    fn repeat(&self, earlier: &store::EarlierRow, digests: &[String]) -> Result<Opened> {
        if earlier.digest.as_ref().is_none_or(|digest| !digests.contains(digest)) {
            return Err(Refusal::new("client_id_taken").into());
        }
        let code = self.keys.code_with(earlier.id.0, &earlier.code_key, earlier.code_sealed.as_deref())?;
        Ok(Opened { id: earlier.id, number: earlier.number.clone(), code, repeated: true })
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
        if let Some(area) = area {
            return place_of(query, area).await;
        }
        let (at, desk) = self.addresses.accepted(query, &new.place).await?;
        let areas = linli_procedure::Areas { street: at.street, community: at.community, grid: at.grid };
        Ok((areas, desk))
    }
}

/// What the client said, in a fixed order: the same words give the same digest.
pub(crate) fn said(new: &NewCase) -> serde_json::Value {
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
