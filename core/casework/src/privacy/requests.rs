//! What somebody asks about their own data: erase, close the account, ask a person. Taking along and correcting are
//! answered at once, by `take` and `correct`.

use super::{
    erase::{Why, record},
    store::{self, OneRow, OwnRow, RequestRow},
};
use crate::{Casework, store::IdRow};
use linli_authz::{Actor, Permission, Reach, Scope};
use linli_base::{At, CaseId, Flaw, PersonId, Problem, Refusal, Result};
use linli_store::{Query, Tx, args};
use uuid::Uuid;

/// For how long an erasing can be undone, in milliseconds.
const GRACE_MS: i64 = 7 * 86_400_000;
/// In how many working days a request is answered (personal information law, art. 50; the term is the product's own).
const ANSWER_WD: i64 = 15;

/// Whose data: an account's, or that of the one case whose code was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whose {
    /// The account.
    pub person: Option<PersonId>,
    /// The case.
    pub case: Option<CaseId>,
}

impl Whose {
    /// Of an asker, or of a person without a hat; staff in their post have no data of their own.
    pub fn of(actor: &Actor) -> Result<Whose> {
        match actor {
            Actor::Asker(case) => Ok(Whose { person: None, case: Some(*case) }),
            Actor::Person { id, hat: None, .. } => Ok(Whose { person: Some(*id), case: None }),
            _ => Err(Problem::SignIn),
        }
    }

    fn owns(self, row: &RequestRow) -> bool {
        (self.person.is_some() && row.person_id == self.person)
            || (self.case.is_some() && row.case_id == self.case && row.person_id.is_none())
    }
}

/// A new request.
struct New {
    kind: &'static str,
    state: &'static str,
    person: Option<PersonId>,
    case: Option<CaseId>,
    acts_at: Option<At>,
    words: Option<String>,
}

impl Casework {
    /// The actor's own cases, newest first.
    pub async fn own_cases(&self, actor: &Actor) -> Result<Vec<OwnRow>> {
        let whose = Whose::of(actor)?;
        let scope = Scope::system("one's own cases");
        self.db.read().all(&store::OWN_CASES, &scope, args![whose.person, whose.case]).await
    }

    /// The actor's own requests, newest first.
    pub async fn own_requests(&self, actor: &Actor) -> Result<Vec<RequestRow>> {
        let whose = Whose::of(actor)?;
        let scope = Scope::system("one's own requests");
        self.db.read().all(&store::REQUESTS_OF, &scope, args![whose.person, whose.case]).await
    }

    /// Asks that one of the actor's own cases be erased, or all of them. It is done after seven days, in which it can
    /// be undone. Refusals: `erase_asked` where it was asked already. A case that is not theirs does not exist.
    pub async fn ask_erase(&self, actor: &Actor, case: Option<CaseId>) -> Result<String> {
        let whose = Whose::of(actor)?;
        let case = case.or(whose.case);
        let own = self.own_cases(actor).await?;
        if case.is_some_and(|case| own.iter().all(|own| own.id != case)) {
            return Err(Problem::NotFound);
        }
        let acts_at = Some(self.world.now().plus_ms(GRACE_MS));
        let new = New { kind: "erase", state: "grace", person: whose.person, case, acts_at, words: None };
        self.add_request(actor, new).await
    }

    /// Asks that the account be closed. Refusals: `posts_first` (`n`) while a post is held, `erase_asked`.
    pub async fn ask_close(&self, actor: &Actor) -> Result<String> {
        let Some(person) = Whose::of(actor)?.person else { return Err(Problem::SignIn) };
        let posts = self.posts_held(&mut self.db.read(), person).await?;
        if posts > 0 {
            return Err(Refusal::new("posts_first").with("n", posts).into());
        }
        let acts_at = Some(self.world.now().plus_ms(GRACE_MS));
        let new =
            New { kind: "close", state: "grace", person: Some(person), case: None, acts_at, words: None };
        self.add_request(actor, new).await
    }

    /// Asks a person for what the pages do not do. Flaws: `missing`, `too_long`.
    pub async fn ask_person(&self, actor: &Actor, words: &str) -> Result<String> {
        let (whose, words) = (Whose::of(actor)?, words.trim());
        if words.is_empty() {
            return Err(Flaw::new("words", "missing").into());
        }
        let length = words.chars().count();
        if length > 1000 {
            return Err(Flaw::new("words", "too_long").with("max", 1000).with("now", length).into());
        }
        let words = Some(words.to_owned());
        let (person, case) = (whose.person, whose.case);
        let new = New { kind: "ask", state: "waiting", person, case, acts_at: None, words };
        self.add_request(actor, new).await
    }

    /// Writes down that something was answered at once.
    pub(super) async fn answered(
        &self,
        actor: &Actor,
        kind: &'static str,
        case: Option<CaseId>,
    ) -> Result<String> {
        let whose = Whose::of(actor)?;
        let case = case.or(whose.case);
        let new = New { kind, state: "done", person: whose.person, case, acts_at: None, words: None };
        self.add_request(actor, new).await
    }

    async fn add_request(&self, actor: &Actor, new: New) -> Result<String> {
        let (work, actor) = (self.clone(), actor.clone());
        let added = tokio::spawn(async move {
            let db = work.db.clone();
            Box::pin(db.write(async move |tx| work.add_request_in(tx, &actor, &new).await)).await
        });
        let added = added.await.map_err(|e| Problem::broken("adding a request", e))?;
        added.map_err(|problem| match problem {
            Problem::Refused(refusal) if refusal.code == "taken" => Refusal::new("erase_asked").into(),
            other => other,
        })
    }

    async fn add_request_in(&self, tx: &mut Tx<'_>, actor: &Actor, new: &New) -> Result<String> {
        let (now, scope) = (self.world.now(), Scope::system("a request about data"));
        let due = self.settings().calendar.working_day_after(now.day(), ANSWER_WD).end();
        let next: OneRow = tx.one(&store::NEXT, &scope, args![now.day()]).await?;
        let (year, month, date) = now.day().ymd();
        let number = format!("D{:02}{month:02}{date:02}-{:02}", year.rem_euclid(100), next.number);
        let closed = (new.state == "done").then_some(now);
        let row = args![
            self.world.ids.uuid(now),
            number.as_str(),
            new.kind,
            new.state,
            new.person,
            new.case,
            now,
            due,
            new.acts_at,
            closed,
            new.words.clone()
        ];
        tx.run(&store::REQUEST_ADD, &scope, row).await?;
        if let Some(case) = new.case {
            record(tx, self, actor, "data.ask", case, None).await?;
        }
        Ok(number)
    }

    /// Takes back an erasing or a closing that was not done yet. Refusal: `too_late`.
    pub async fn undo_request(&self, actor: &Actor, id: Uuid) -> Result<()> {
        let whose = Whose::of(actor)?;
        let now = self.world.now();
        self.db
            .write(async move |tx| {
                let scope = Scope::system("undo a request");
                let row: RequestRow = tx.one(&store::REQUEST_BY_ID, &scope, args![id]).await?;
                if !whose.owns(&row) {
                    return Err(Problem::NotFound);
                }
                if !matches!(row.state.as_str(), "grace" | "running") {
                    return Err(Problem::refused("too_late"));
                }
                set(tx, &scope, &row, "undone", Some(now), None).await
            })
            .await
    }

    /// Requests that wait for a person, and the last that were closed. For whoever answers them for the whole city.
    pub async fn data_requests(&self, actor: &Actor) -> Result<(Vec<RequestRow>, Vec<RequestRow>)> {
        let scope = for_city(actor)?;
        let mut read = self.db.read();
        let none = None::<At>;
        let mut open: Vec<RequestRow> = read.all(&store::REQUESTS_IN, &scope, args!["waiting", none]).await?;
        for state in ["grace", "running"] {
            open.extend(read.all::<RequestRow>(&store::REQUESTS_IN, &scope, args![state, none]).await?);
        }
        Ok((open, read.all(&store::REQUESTS_DONE, &scope, args![]).await?))
    }

    /// Answers a request that waits for a person. Flaw: `missing`. Conflict where somebody was faster.
    pub async fn answer_request(
        &self,
        actor: &Actor,
        id: Uuid,
        version: i64,
        answer: &str,
        agree: bool,
    ) -> Result<()> {
        let scope = for_city(actor)?;
        let answer = answer.trim().to_owned();
        if answer.is_empty() {
            return Err(Flaw::new("answer", "missing").into());
        }
        let now = self.world.now();
        self.db
            .write(async move |tx| {
                let row: RequestRow = tx.one(&store::REQUEST_BY_ID, &scope, args![id]).await?;
                if row.state != "waiting" || row.version != version {
                    return Err(Problem::Conflict { by: None });
                }
                set(tx, &scope, &row, if agree { "done" } else { "refused" }, Some(now), Some(&answer)).await
            })
            .await
    }

    /// Does what was asked and can no longer be undone; answers how many requests are done now. Safe to run twice.
    pub async fn act_on_requests(&self) -> Result<usize> {
        let (scope, now) = (Scope::system("do what was asked"), self.world.now());
        let mut rows: Vec<RequestRow> = Vec::new();
        for state in ["grace", "running"] {
            rows.extend(
                self.db.read().all::<RequestRow>(&store::REQUESTS_IN, &scope, args![state, now]).await?,
            );
        }
        let mut done = 0;
        for row in rows {
            let over = match row.kind.as_str() {
                "close" => self.close_account(&row).await?,
                _ => self.erase_asked(&row).await?,
            };
            done += usize::from(over);
        }
        Ok(done)
    }

    /// Erases what is closed and not held; open cases are waited for.
    async fn erase_asked(&self, request: &RequestRow) -> Result<bool> {
        let scope = Scope::system("erase what was asked");
        let person = if request.case_id.is_some() { None } else { request.person_id };
        let own: Vec<OwnRow> =
            self.db.read().all(&store::OWN_CASES, &scope, args![person, request.case_id]).await?;
        let mut waits = false;
        for case in own.iter().filter(|case| !case.erased && !case.held) {
            if case.runs() {
                waits = true;
                continue;
            }
            let (work, id) = (self.clone(), case.id);
            let erased = tokio::spawn(async move {
                let db = work.db.clone();
                Box::pin(db.write(async move |tx| work.erase_one(tx, id).await)).await
            });
            erased.await.map_err(|e| Problem::broken("erasing a case", e))??;
        }
        let (row, now) = (request.clone(), self.world.now());
        let (state, closed) = if waits { ("running", None) } else { ("done", Some(now)) };
        if row.state == state {
            return Ok(false);
        }
        let (db, state) = (self.db.clone(), state.to_owned());
        let done = tokio::spawn(async move {
            Box::pin(db.write(async move |tx| set(tx, &scope, &row, &state, closed, None).await)).await
        });
        done.await.map_err(|e| Problem::broken("closing a request", e))??;
        Ok(!waits)
    }

    async fn erase_one(&self, tx: &mut Tx<'_>, case: CaseId) -> Result<()> {
        let scope = Scope::system("erase what was asked");
        // a part has no asker of its own who could ask for it
        let parts: Vec<IdRow> = tx.all(&store::FREE_PARTS, &scope, args![case]).await?;
        for id in parts.into_iter().map(|part| part.id).chain([case]) {
            if self.erase_in(tx, &scope, id, Why::Asked).await? {
                let system = Actor::System("erase what was asked");
                record(tx, self, &system, "case.erase", id, None).await?;
            }
        }
        Ok(())
    }

    async fn close_account(&self, request: &RequestRow) -> Result<bool> {
        let (work, row) = (self.clone(), request.clone());
        let closed = tokio::spawn(async move {
            let db = work.db.clone();
            Box::pin(db.write(async move |tx| work.close_in(tx, &row).await)).await
        });
        closed.await.map_err(|e| Problem::broken("closing an account", e))?
    }

    async fn close_in(&self, tx: &mut Tx<'_>, row: &RequestRow) -> Result<bool> {
        let (scope, now) = (Scope::system("close an account"), self.world.now());
        let Some(person) = row.person_id else { return Ok(false) };
        if self.posts_held(tx, person).await? > 0 {
            set(tx, &scope, row, "refused", Some(now), None).await?;
            return Ok(false);
        }
        for statement in [
            &store::UNTIE_PERSON,
            &store::DROP_PERSON,
            &store::DROP_PERSON_SESSIONS,
            &store::DROP_PERSON_TOKENS,
            &store::DROP_PERSON_VIEWS,
        ] {
            tx.run(statement, &scope, args![person]).await?;
        }
        if let Some(helpers) = &self.helpers {
            tx.run_all(&helpers.forget(person), &scope)?;
        }
        set(tx, &scope, row, "done", Some(now), None).await?;
        Ok(true)
    }

    async fn posts_held(&self, query: &mut impl Query, person: PersonId) -> Result<i64> {
        let scope = Scope::system("posts of one's own");
        let row: OneRow =
            query.one(&store::POSTS_HELD, &scope, args![person, self.world.now().day()]).await?;
        Ok(row.number)
    }
}

/// Such requests are about people, not about areas: only a post that covers the city answers them.
fn for_city(actor: &Actor) -> Result<Scope> {
    let scope = actor.may(Permission::DataRequest)?;
    if scope.reaches().contains(&Reach::City) { Ok(scope) } else { Err(Problem::Forbidden { owner: None }) }
}

async fn set(
    tx: &mut Tx<'_>,
    scope: &Scope,
    row: &RequestRow,
    state: &str,
    closed: Option<At>,
    answer: Option<&str>,
) -> Result<()> {
    let answer = answer.map(str::to_owned).or_else(|| row.answer.clone());
    let changed =
        tx.run(&store::REQUEST_SET, scope, args![row.id, row.version, state, closed, answer]).await?;
    if changed == 0 { Err(Problem::Conflict { by: None }) } else { Ok(()) }
}
