use crate::{Casework, load::Loaded, store};
use linli_authz::{Actor, Permission};
use linli_base::{CaseId, Flaw, Phone, Problem, Refusal, Result};
use linli_org::audit::{self, Entry};
use linli_procedure::knows_asker;
use linli_store::Query;
use serde_json::json;

impl Casework {
    /// The asker's phone, whole. Needs a reason of at least 4 characters, which is written to the audit trail with
    /// who saw it and when. Flaw: `reason_short`; refusal: `confidential`.
    pub async fn phone(&self, actor: &Actor, id: CaseId, reason: &str) -> Result<Option<Phone>> {
        let scope = actor.may(Permission::PhoneSee)?;
        if reason.trim().chars().count() < 4 {
            return Err(Flaw::new("reason", "reason_short").into());
        }
        let loaded = Loaded::read(&mut self.db.read(), self, &scope, id).await?;
        if !knows_asker(actor, &loaded.case) {
            return Err(Refusal::new("confidential").into());
        }
        let Some(sealed) = loaded.row.phone_sealed.clone() else { return Ok(None) };
        let digits = self.keys.open(&sealed, id.0)?;
        let number = loaded.row.number.clone();
        let (work, actor, reason) = (self.clone(), actor.clone(), reason.trim().to_owned());
        self.db
            .write(async move |tx| {
                let entry = Entry {
                    copy: "linli",
                    actor: &actor,
                    act: "phone.see",
                    subject_kind: "cases",
                    subject: Some(id.0),
                    reason: Some(&reason),
                    detail: json!({ "number": number }),
                };
                audit::audit(tx, &work.world, &entry).await
            })
            .await?;
        Phone::parse("phone", &digits).map(Some).map_err(Problem::from)
    }

    /// The phone with its middle hidden, for showing. `None` where none was left.
    pub fn masked_phone(&self, row: &store::CaseRow) -> Result<Option<String>> {
        let Some(sealed) = &row.phone_sealed else { return Ok(None) };
        let digits = self.keys.open(sealed, row.id.0)?;
        Ok(Some(Phone::parse("phone", &digits)?.masked()))
    }

    /// A picture's id where the actor may see a case that it hangs on; else it does not exist.
    pub async fn sees_picture(&self, actor: &Actor, file: linli_base::FileId) -> Result<()> {
        let scope = actor.may(Permission::CaseSee)?;
        let rows: Vec<store::IdRow> =
            self.db.read().all(&store::FILE_CASES, &scope, linli_store::args![file]).await?;
        for row in rows {
            let view = self.view(actor, row.id).await?;
            if view.files.iter().any(|shown| shown.file_id == file) {
                return Ok(());
            }
        }
        Err(Problem::NotFound)
    }
}
