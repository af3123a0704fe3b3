//! Public by decision: with the asker's consent, after a person has read it, as a copy.

use super::{
    erase::record,
    store::{self, PublicRow},
};
use crate::{CaseView, Casework, load::Loaded};
use linli_authz::{Actor, Permission, Scope};
use linli_base::{AreaId, CaseId, FileId, Flaw, Problem, Refusal, Result, mask, pii};
use linli_procedure::{Input, Part, Said, Sets, Step};
use linli_store::{Query, Tx, Value, args};
use serde_json::json;

/// From this likeness on a public case is offered to whoever says the same; so many are.
const SAID_BEFORE: f32 = 0.2;
const OFFERED: usize = 2;

/// A case as others see it.
pub type PublicCase = PublicRow;

/// What a reviewer begins with: what was said, and a proposal with what is personal taken out.
pub struct Proposal {
    /// The copy's row as it stands.
    pub row: PublicRow,
    /// The title as it was said.
    pub title: String,
    /// The words as they were said.
    pub body: String,
    /// The place as it was said.
    pub place: String,
    /// A title to begin with.
    pub new_title: String,
    /// Words to begin with.
    pub new_body: String,
    /// The compound, or the place where it names nothing smaller.
    pub new_place: String,
    /// The asker's pictures, where they agreed to show some.
    pub pictures: Vec<FileId>,
}

/// A reviewer's decision.
#[derive(Clone, Debug)]
pub enum Decision {
    /// It is shown so.
    Show {
        /// Its title.
        title: String,
        /// Its words.
        body: String,
        /// Its place.
        place: String,
        /// Its pictures.
        pictures: Vec<FileId>,
    },
    /// It is not shown, and why.
    Refuse(String),
}

/// What a decision about a copy writes.
type Copied = (String, String, String, String, serde_json::Value, Option<String>);

impl Casework {
    /// After the asker agreed or took it back: a copy waits for its reviewer, or is gone.
    pub(super) async fn public_after_consent(
        &self,
        tx: &mut Tx<'_>,
        scope: &Scope,
        case: CaseId,
        agreed: &[String],
    ) -> Result<()> {
        let standing: Option<PublicRow> = tx.maybe(&store::PUBLIC_OWN, scope, args![case]).await?;
        let agrees = |purpose: &str| agreed.iter().any(|name| name == purpose);
        let shows_pictures = standing.as_ref().is_some_and(|row| row.pictures != json!([]));
        if !agrees("public") || (shows_pictures && !agrees("pictures")) {
            tx.run(&store::DROP_PUBLIC, scope, args![case]).await?;
        }
        if agrees("public") {
            let loaded = Loaded::read(tx, self, scope, case).await?;
            if !confidential(&loaded) {
                tx.run(&store::PUBLIC_ASK, scope, args![case, self.world.now(), json!([])]).await?;
            }
        }
        Ok(())
    }

    /// What becomes confidential is nobody else's to read from then on.
    pub(crate) async fn unpublish(&self, tx: &mut Tx<'_>, scope: &Scope, case: CaseId) -> Result<()> {
        tx.run(&store::DROP_PUBLIC, scope, args![case]).await.map(|_| ())
    }

    /// What waits for a reviewer, the oldest first.
    pub async fn public_waiting(&self, actor: &Actor) -> Result<Vec<PublicCase>> {
        let scope = actor.may(Permission::PublicReview)?;
        let reviewed = self.procedures.iter().filter(|procedure| !procedure.steps.iter().any(shows));
        let reviewed = Value::List(reviewed.map(|procedure| procedure.name.into()).collect());
        self.db.read().all(&store::PUBLIC_WAITING, &scope, args![reviewed]).await
    }

    /// One of them, with a proposal.
    pub async fn public_proposal(&self, actor: &Actor, case: CaseId) -> Result<Proposal> {
        let scope = actor.may(Permission::PublicReview)?;
        let mut read = self.db.read();
        let row: PublicRow = read.one(&store::PUBLIC_ONE, &scope, args![case]).await?;
        let loaded = Loaded::read(&mut read, self, &scope, case).await?;
        if confidential(&loaded) {
            return Err(Problem::NotFound);
        }
        let first = loaded.events.first().map(|event| event.id);
        let files: Vec<crate::store::FileRow> = read.all(&crate::store::FILES, &scope, args![case]).await?;
        let agreed = self.agrees(&mut read, case, "pictures").await?;
        let pictures = files.iter().filter(|file| agreed && file.event_id == first);
        let said = loaded.row;
        let name = said.name.as_ref().map(|name| name.whole().to_owned());
        Ok(Proposal {
            row,
            new_title: without(&said.title, name.as_deref()),
            new_body: without(&said.body, name.as_deref()),
            new_place: mask::compound(said.place.whole()),
            pictures: pictures.map(|file| file.file_id).collect(),
            title: said.title,
            body: said.body,
            place: said.place.whole().to_owned(),
        })
    }

    /// Decides. Flaws: `missing`; `still_personal` where a number of a person, a door or the asker's name is left in the text;
    /// `not_a_choice` for a picture that was not offered. Conflict where somebody was faster.
    pub async fn decide_public(
        &self,
        actor: &Actor,
        case: CaseId,
        version: i64,
        decision: Decision,
    ) -> Result<()> {
        let scope = actor.may(Permission::PublicReview)?;
        let proposal = self.public_proposal(actor, case).await?;
        let name = Loaded::read(&mut self.db.read(), self, &scope, case).await?.row.name;
        let copied = check(decision, &proposal, name.as_ref().map(mask::Name::whole))?;
        let (work, actor) = (self.clone(), actor.clone());
        let decided = tokio::spawn(async move {
            let db = work.db.clone();
            let decide =
                async move |tx: &mut Tx<'_>| work.decide_in(tx, &scope, &actor, case, version, &copied).await;
            Box::pin(db.write(decide)).await
        });
        decided.await.map_err(|e| Problem::broken("deciding what is public", e))?
    }

    async fn decide_in(
        &self,
        tx: &mut Tx<'_>,
        scope: &Scope,
        actor: &Actor,
        case: CaseId,
        version: i64,
        copied: &Copied,
    ) -> Result<()> {
        if !self.agrees(tx, case, "public").await? {
            return Err(Problem::NotFound);
        }
        let (state, title, body, place, pictures, reason) = copied.clone();
        let (person, now) = (actor.person(), self.world.now());
        let row = args![case, version, state, title, body, place, pictures, now, person, reason.clone()];
        if tx.run(&store::PUBLIC_DECIDE, scope, row).await? == 0 {
            return Err(Problem::Conflict { by: None });
        }
        record(tx, self, actor, "public.decide", case, reason.as_deref()).await
    }

    /// What is public of a procedure's cases, the newest first.
    pub async fn public_list(&self, procedure: &str, limit: i64) -> Result<Vec<PublicCase>> {
        let scope = Scope::system("what is public");
        self.db.read().all(&store::PUBLIC_LIST, &scope, args![limit, procedure]).await
    }

    /// Public copies of open cases in a community that may be the same matter as these words, the most alike first:
    /// said within `merge_days`, so that they can still be handled together.
    pub async fn said_before(
        &self,
        procedure: &str,
        community: AreaId,
        title: &str,
        body: &str,
    ) -> Result<Vec<PublicCase>> {
        let (scope, now) = (Scope::system("what is public"), self.world.now());
        let days = self.settings().holding(now)?.number("merge_days");
        let args = args![community, procedure, now.plus_ms(-days * 86_400_000)];
        let shown: Vec<PublicCase> = self.db.read().all(&store::PUBLIC_NEAR, &scope, args).await?;
        let others: Vec<(&str, &str)> =
            shown.iter().map(|row| (row.title.as_str(), row.body.as_str())).collect();
        let alike = linli_text::likeness((title, body), &others);
        let mut ranked: Vec<(f32, PublicCase)> =
            alike.into_iter().zip(shown).filter(|(alike, _)| *alike >= SAID_BEFORE).collect();
        ranked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        Ok(ranked.into_iter().take(OFFERED).map(|(_, row)| row).collect())
    }

    /// The number of the case that the asker said is the same, while it is public.
    pub async fn said_same(&self, view: &CaseView) -> Result<Option<String>> {
        let Some(id) = view.loaded.wishes() else { return Ok(None) };
        let scope = Scope::system("what is public");
        let row: Option<PublicRow> = self.db.read().maybe(&store::PUBLIC_OWN, &scope, args![id]).await?;
        Ok(row.filter(|row| row.state == "shown").map(|row| row.number))
    }

    /// A public case of a procedure by its number; one that is not public does not exist.
    pub async fn public_case(&self, procedure: &str, number: &str) -> Result<PublicCase> {
        let scope = Scope::system("what is public");
        self.db.read().one(&store::PUBLIC_SHOWN, &scope, args![number, procedure]).await
    }

    /// Whether everybody may see a picture: a copy that is shown has it.
    pub async fn public_picture(&self, file: FileId) -> Result<bool> {
        let (scope, name) = (Scope::system("what is public"), file.to_string());
        let rows: Vec<PublicRow> = self.db.read().all(&store::PUBLIC_OF_FILE, &scope, args![file]).await?;
        let has =
            |row: &PublicRow| row.pictures.as_array().is_some_and(|all| all.iter().any(|one| *one == name));
        Ok(rows.iter().any(has))
    }

    /// A copy to begin with, field by field, for a step that shows the case: the one that stands, else a proposal with
    /// what is personal taken out.
    pub(crate) async fn copy_of(&self, loaded: &Loaded) -> Result<[String; 3]> {
        let scope = Scope::system("propose what is shown");
        let row: Option<PublicRow> =
            self.db.read().maybe(&store::PUBLIC_OWN, &scope, args![loaded.row.id]).await?;
        let said = &loaded.row;
        let name = said.name.as_ref().map(mask::Name::whole);
        Ok(match row.filter(|row| row.state == "shown") {
            Some(row) => [row.title, row.body, row.place],
            None => {
                [without(&said.title, name), without(&said.body, name), mask::compound(said.place.whole())]
            }
        })
    }

    /// Shows what a step says is shown. Flaw: `still_personal`. Refusals: `no_consent`; `no_picture_consent` where
    /// pictures are to be shown and the asker has not agreed to that.
    pub(crate) async fn show_in(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        loaded: &Loaded,
        step: &Step,
        input: &Input,
    ) -> Result<()> {
        if !shows(step) {
            return Ok(());
        }
        let (case, scope) = (loaded.row.id, Scope::system("show what a step says"));
        let name = loaded.row.name.as_ref().map(mask::Name::whole);
        let fields = || step.form.iter().filter(|field| matches!(field.sets, Sets::Shown(_)));
        let personal = fields().filter(|field| {
            let text = input.text(field.name);
            without(text, name) != text
        });
        let personal: Vec<Flaw> = personal.map(|field| Flaw::new(field.name, "still_personal")).collect();
        if !personal.is_empty() {
            return Err(Problem::Invalid(personal));
        }
        let standing: Option<PublicRow> = tx.maybe(&store::PUBLIC_OWN, &scope, args![case]).await?;
        let standing =
            standing.filter(|_| !confidential(loaded)).ok_or_else(|| Refusal::new("no_consent"))?;
        let said = |what| fields().find(|field| field.sets == Sets::Shown(what));
        let text = |what| said(what).map(|field| input.text(field.name)).unwrap_or_default();
        let wanted = said(Said::Pictures).is_some_and(|field| input.yes(field.name));
        if wanted && !self.agrees(tx, case, "pictures").await? {
            return Err(Refusal::new("no_picture_consent").into());
        }
        let pictures = if wanted { shown_by_handler(tx, &scope, loaded).await? } else { Vec::new() };
        let pictures = json!(pictures);
        let (person, now, reason) = (actor.person(), self.world.now(), None::<String>);
        let (title, body, place) = (text(Said::Title), text(Said::Body), text(Said::Place));
        let row = args![case, standing.version, "shown", title, body, place, pictures, now, person, reason];
        tx.run(&store::PUBLIC_DECIDE, &scope, row).await?;
        record(tx, self, actor, "public.decide", case, None).await
    }

    /// How the actor's own case stands with the public: `None` where they did not agree.
    pub async fn own_public(&self, actor: &Actor, case: CaseId) -> Result<Option<PublicCase>> {
        if self.own_cases(actor).await?.iter().all(|own| own.id != case) {
            return Ok(None);
        }
        let scope = Scope::system("one's own public case");
        self.db.read().maybe(&store::PUBLIC_OWN, &scope, args![case]).await
    }
}

/// Whether a step shows the case to everybody.
fn shows(step: &Step) -> bool {
    step.form.iter().any(|field| field.sets == Sets::Shown(Said::Title))
}

/// The pictures that whoever did it took last.
async fn shown_by_handler(tx: &mut Tx<'_>, scope: &Scope, loaded: &Loaded) -> Result<Vec<String>> {
    let files: Vec<crate::store::FileRow> = tx.all(&crate::store::FILES, scope, args![loaded.row.id]).await?;
    let handles =
        |step: &str| loaded.procedure.step(step).is_some_and(|step| step.part == Some(Part::Handler));
    let events: Vec<_> =
        loaded.events.iter().filter(|event| handles(&event.step)).map(|event| event.id).collect();
    let of = |event| files.iter().filter(move |file| file.event_id == Some(event));
    let last = events.into_iter().rev().find(|event| of(*event).next().is_some());
    Ok(last.into_iter().flat_map(of).map(|file| file.file_id.to_string()).collect())
}

/// A case whose asker the handler may not know is nobody else's to read either.
fn confidential(loaded: &Loaded) -> bool {
    loaded.case.confidential
}

fn without(text: &str, name: Option<&str>) -> String {
    let blanked = mask::without_doors(&pii::blank(text));
    match name.filter(|name| name.chars().count() > 1) {
        Some(name) => blanked.replace(name, "**"),
        None => blanked,
    }
}

fn check(decision: Decision, proposal: &Proposal, name: Option<&str>) -> Result<Copied> {
    let (title, body, place, pictures) = match decision {
        Decision::Refuse(why) => {
            let why = super::unmask::reason("reason", &why)?;
            let empty = String::new();
            return Ok(("refused".to_owned(), empty.clone(), empty.clone(), empty, json!([]), Some(why)));
        }
        Decision::Show { title, body, place, pictures } => (title, body, place, pictures),
    };
    let mut flaws = Vec::new();
    for (field, text) in [("title", &title), ("body", &body), ("place", &place)] {
        if field != "place" && text.trim().is_empty() {
            flaws.push(Flaw::new(field, "missing"));
        } else if without(text, name) != *text {
            flaws.push(Flaw::new(field, "still_personal"));
        }
    }
    if pictures.iter().any(|picture| !proposal.pictures.contains(picture)) {
        flaws.push(Flaw::new("pictures", "not_a_choice"));
    }
    if !flaws.is_empty() {
        return Err(Problem::Invalid(flaws));
    }
    let trimmed = |text: String| text.trim().to_owned();
    let pictures = json!(pictures.iter().map(ToString::to_string).collect::<Vec<_>>());
    Ok(("shown".to_owned(), trimmed(title), trimmed(body), trimmed(place), pictures, None))
}
