//! What the auditors are told of the figures.

use super::{
    span::{Slot, month_of},
    store,
};
use crate::Casework;
use linli_authz::Scope;
use linli_base::{AreaId, PersonId, Problem, Result};
use linli_store::{Query, Tx, Value, args};
use uuid::Uuid;

/// Fewer excluded than these are told to nobody: one of three is no sign.
const AT_LEAST: i64 = 3;

impl Casework {
    /// Tells the office of each street, and the city desk, where more than a tenth of what fell due in this month is
    /// excluded; once a month. Answers how many were told. Safe to run twice.
    pub async fn watch_exclusions(&self) -> Result<usize> {
        let (scope, now) = (Scope::system("tell of many exclusions"), self.world.now());
        let month = month_of(now.day());
        let much: Vec<store::MuchRow> = self
            .db
            .read()
            .all(&store::EXCLUDED_STREETS, &scope, args![Uuid::nil(), Slot::Month(month).to_string()])
            .await?;
        let mut messages: Vec<Vec<Value>> = Vec::new();
        for row in much.into_iter().filter(|row| row.whole >= AT_LEAST) {
            let street = (row.tier == 1).then(|| AreaId::new(row.street));
            let mut read = self.db.read();
            let org = match street {
                Some(street) => linli_org::orgs::leading(&mut read, &scope, street).await?,
                None => linli_org::orgs::city_desk(&mut read, &scope).await?,
            };
            let last: Option<store::LastRow> =
                read.maybe(&store::LAST_EXCLUDED, &scope, args![month, street]).await?;
            if let (Some(org), Some(last)) = (org, last) {
                let (key, none) = ("exclusion_share", None::<PersonId>);
                let id = crate::routine::once(&[&org.to_string(), &month.to_string(), key]);
                messages.push(args![id, now, org, none, last.case, last.event, key].to_vec());
            }
        }
        let told = messages.len();
        let db = self.db.clone();
        let write = tokio::spawn(async move {
            Box::pin(db.write(async move |tx| tell(tx, &scope, &messages).await)).await
        });
        write.await.map_err(|e| Problem::broken("telling of exclusions", e))??;
        Ok(told)
    }
}

async fn tell(tx: &mut Tx<'_>, scope: &Scope, messages: &[Vec<Value>]) -> Result<()> {
    for message in messages {
        tx.run(&crate::store::INBOX_ADD, scope, message).await?;
    }
    Ok(())
}
