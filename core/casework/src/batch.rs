use crate::{Casework, store};
use linli_authz::Scope;
use linli_base::Result;
use linli_store::{Query, Value, args};
use std::collections::BTreeSet;
use uuid::Uuid;

impl Casework {
    /// Which of these keys an earlier import has brought already.
    pub async fn known(&self, keys: &[String]) -> Result<BTreeSet<String>> {
        let scope = Scope::system("import");
        let mut known = BTreeSet::new();
        for chunk in keys.chunks(200) {
            let list = Value::List(chunk.iter().map(|key| Value::from(key.as_str())).collect());
            let rows: Vec<store::TitleRow> = self.db.read().all(&store::KNOWN_KEYS, &scope, &[list]).await?;
            known.extend(rows.into_iter().map(|row| row.text));
        }
        Ok(known)
    }

    /// Shows a whole import by one update; answers how many cases it holds.
    pub async fn show(&self, batch: Uuid) -> Result<u64> {
        let scope = Scope::system("import");
        let shown =
            self.db.write(async move |tx| tx.run(&store::SHOW_BATCH, &scope, args![batch]).await).await;
        self.changed();
        shown
    }

    /// Removes what imports that did not come to their end left hidden. One import runs at a time.
    pub async fn clear_hidden(&self) -> Result<()> {
        let scope = Scope::system("import");
        loop {
            let rows: Vec<store::IdRow> = self.db.read().all(&store::HIDDEN, &scope, args![]).await?;
            if rows.is_empty() {
                return Ok(());
            }
            let write = scope.clone();
            self.db
                .write(async move |tx| {
                    for row in &rows {
                        tx.search_drop("case_search", row.id.0);
                        for drop in [
                            &store::DROP_EVENT_TEXTS,
                            &store::DROP_EVENTS,
                            &store::DROP_TEXT,
                            &store::DROP_CASE,
                        ] {
                            tx.run(drop, &write, args![row.id]).await?;
                        }
                    }
                    Ok(())
                })
                .await?;
        }
    }
}
