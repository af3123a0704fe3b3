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
        let rows: Vec<store::FileRow> =
            self.db.read().all(&store::FILE_SEEN, &scope, linli_store::args![file]).await?;
        if rows.is_empty() { Err(Problem::NotFound) } else { Ok(()) }
    }
}
