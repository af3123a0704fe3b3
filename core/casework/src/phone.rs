use crate::{Casework, store};
use linli_authz::{Actor, Permission};
use linli_base::{Phone, Problem, Result};
use linli_store::Query;

impl Casework {
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
