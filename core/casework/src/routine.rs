use crate::{Casework, store};
use linli_authz::{Actor, Scope};
use linli_base::{At, CaseId, Problem, Result};
use linli_store::{Query, Stmt, args};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Steps that the program takes by itself when their time has come: in which state, which step, and how many days at
/// least a case has stood there before it is worth asking.
const BY_ITSELF: &[(&str, &str, i64)] =
    &[("closed", "archive", 29), ("calling", "close_unrated", 14), ("supplementing", "no_supplement", 4)];

/// Those whose time stands in a column: a milestone that has passed, an extension that nobody answered.
const BY_DATE: &[(&Stmt, &str)] =
    &[(&store::PAST_MILESTONE, "miss_milestone"), (&store::LAPSED, "lapse_extension")];

impl Casework {
    /// Tells the desk and the lead handler of every case that was not signed for in time, once for each dispatch.
    /// Answers how many it found. Safe to run twice.
    pub async fn escalate(&self) -> Result<usize> {
        let (scope, now) = (Scope::system("escalate what nobody signs for"), self.world.now());
        let late: Vec<store::LateRow> = self.db.read().all(&store::UNSIGNED, &scope, args![now]).await?;
        let found = late.len();
        self.db
            .write(async move |tx| {
                for row in &late {
                    for org in [row.desk, row.lead].into_iter().flatten() {
                        let id = once(&[&row.event.to_string(), &org.to_string(), "sign_late"]);
                        let (none, key) = (None::<linli_base::PersonId>, "sign_late");
                        let message = args![id, now, org, none, row.case, row.event, key];
                        tx.run(&store::INBOX_ADD, &scope, message).await?;
                    }
                }
                Ok(())
            })
            .await?;
        Ok(found)
    }

    /// Takes every step that falls due by itself; the step's own guards decide. Answers how many were taken. Safe to
    /// run twice.
    pub async fn routine(&self) -> Result<usize> {
        let now = self.world.now();
        let mut taken = 0;
        for (statement, step) in BY_DATE {
            let scope = Scope::system("find what falls due by itself");
            let rows: Vec<store::IdRow> = self.db.read().all(statement, &scope, args![now]).await?;
            for row in rows {
                taken += usize::from(self.by_itself(row.id, step).await?);
            }
        }
        for (state, step, days) in BY_ITSELF {
            let before = At(now.0 - days * 86_400_000);
            let mut after = (i64::MIN, Uuid::nil());
            loop {
                let scope = Scope::system("find what falls due by itself");
                let key = args![*state, before, after.0, after.1];
                let rows: Vec<store::KeyRow> =
                    self.db.read().all(&store::IN_STATE_SINCE, &scope, key).await?;
                let Some(last) = rows.last() else { break };
                after = (last.key, last.id);
                for row in rows {
                    taken += usize::from(self.by_itself(CaseId::new(row.id), step).await?);
                }
            }
        }
        Ok(taken)
    }

    /// Takes a step of the program's own; `false` where its guards say that it is not time.
    async fn by_itself(&self, id: CaseId, step: &str) -> Result<bool> {
        match self.step(Actor::System("routine"), id, step, None, BTreeMap::new()).await {
            Ok(_) => Ok(true),
            Err(Problem::Refused(_) | Problem::Conflict { .. }) => Ok(false),
            Err(other) => Err(other),
        }
    }
}

/// The same id for the same words, so that a message is not delivered twice.
pub(crate) fn once(words: &[&str]) -> Uuid {
    let digest = Sha256::digest(words.join("/").as_bytes());
    digest.first_chunk::<16>().map_or(Uuid::nil(), |bytes| Uuid::from_bytes(*bytes))
}
