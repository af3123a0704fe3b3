//! Taking away what identifies somebody, and leaving the skeleton.

use super::store::{self, DoomedRow, HoldRow, ShaRow};
use crate::{Casework, Uploads};
use linli_authz::{Actor, Permission, Scope};
use linli_base::{At, CaseId, Problem, Result};
use linli_files::Sha;
use linli_org::audit::{self, Entry};
use linli_store::{Query, Tx, args};
use serde_json::json;

/// Why something is erased.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Why {
    /// Whose it is asked for it.
    Asked,
    /// Its time is over.
    Retention,
}

impl Why {
    fn name(self) -> &'static str {
        match self {
            Why::Asked => "asked",
            Why::Retention => "retention",
        }
    }
}

impl Casework {
    /// Erases what a case holds of people, in the caller's transaction; `false` where it was erased before. Chain,
    /// times, places and figures stay. The bytes of its pictures are named for [`Uploads::sweep`].
    pub(crate) async fn erase_in(
        &self,
        tx: &mut Tx<'_>,
        scope: &Scope,
        case: CaseId,
        why: Why,
    ) -> Result<bool> {
        let now = self.world.now();
        if tx.run(&store::ERASED, scope, args![case, now, why.name()]).await? == 0 {
            return Ok(false);
        }
        let files: Vec<ShaRow> = tx.all(&store::CASE_FILES, scope, args![case]).await?;
        tx.run(&store::UNTIE_FILES, scope, args![case]).await?;
        for file in &files {
            drop_file(tx, scope, file, now).await?;
        }
        for statement in [&store::DROP_EVENT_TEXTS, &store::EMPTY_TEXT, &store::UNTIE, &store::DROP_PUBLIC] {
            tx.run(statement, scope, args![case]).await?;
        }
        tx.run(&store::WITHDRAW_ALL, scope, args![case, now]).await?;
        if let Some(helpers) = &self.helpers {
            tx.run_all(&helpers.erase(case), scope)?;
        }
        tx.search_drop("case_search", case.0);
        Ok(true)
    }

    /// Keeps a case's words beyond their time. Flaw: `reason_short`.
    pub async fn hold(&self, actor: &Actor, case: CaseId, reason: &str) -> Result<()> {
        let scope = actor.may(Permission::DataRequest)?;
        let reason = super::unmask::reason("reason", reason)?;
        let (work, actor) = (self.clone(), actor.clone());
        let (person, now) = (actor.person(), self.world.now());
        self.db
            .write(async move |tx| {
                let held = tx.run(&store::HOLD, &scope, args![case, person, now, reason.as_str()]).await?;
                if held == 0 {
                    return Err(Problem::NotFound);
                }
                record(tx, &work, &actor, "case.hold", case, Some(&reason)).await
            })
            .await
    }

    /// Why a case is held and since when, for whoever may hold it; `None` where it is not.
    pub async fn why_held(&self, actor: &Actor, case: CaseId) -> Result<Option<HoldRow>> {
        let scope = actor.may(Permission::DataRequest)?;
        self.db.read().maybe(&store::HELD, &scope, args![case]).await
    }

    /// Lets the words of a case go when their time comes.
    pub async fn lift(&self, actor: &Actor, case: CaseId) -> Result<()> {
        let scope = actor.may(Permission::DataRequest)?;
        let (work, actor) = (self.clone(), actor.clone());
        self.db
            .write(async move |tx| {
                tx.run(&store::LIFT, &scope, args![case]).await?;
                record(tx, &work, &actor, "case.lift", case, None).await
            })
            .await
    }
}

/// One row of the audit trail about a case.
pub(super) async fn record(
    tx: &mut Tx<'_>,
    work: &Casework,
    actor: &Actor,
    act: &'static str,
    case: CaseId,
    reason: Option<&str>,
) -> Result<()> {
    let (subject_kind, subject) = ("cases", Some(case.0));
    let entry = Entry { copy: "linli", actor, act, subject_kind, subject, reason, detail: json!({}) };
    audit::audit(tx, &work.world, &entry).await
}

/// A file's row goes, and its bytes are named for the sweep.
pub(super) async fn drop_file(tx: &mut Tx<'_>, scope: &Scope, file: &ShaRow, now: At) -> Result<()> {
    tx.run(&store::DROP_FILE, scope, args![file.id]).await?;
    for sha in [&file.sha, &file.thumb_sha] {
        tx.run(&store::DOOM, scope, args![sha.as_str(), now]).await?;
    }
    Ok(())
}

impl Uploads {
    /// Removes the bytes whose rows are gone; answers how many. Safe to run twice, and after a kill.
    pub async fn sweep(&self) -> Result<usize> {
        let scope = Scope::system("sweep pictures");
        let mut swept = 0;
        loop {
            // no upload brings the same bytes between the question and the removal
            let _alone = self.bytes.write().await;
            let rows: Vec<DoomedRow> = self.db.read().all(&store::DOOMED, &scope, args![]).await?;
            if rows.is_empty() {
                return Ok(swept);
            }
            for row in &rows {
                if let (false, Some(sha)) = (row.needed, Sha::parse(&row.sha)) {
                    self.folder.delete(&sha).await?;
                    swept += 1;
                }
            }
            let write = scope.clone();
            self.db
                .write(async move |tx| {
                    for row in &rows {
                        tx.run(&store::FORGOTTEN, &write, args![row.sha.as_str()]).await?;
                    }
                    Ok(())
                })
                .await?;
        }
    }
}
