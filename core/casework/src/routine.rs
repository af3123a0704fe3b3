use crate::{Casework, store};
use linli_authz::{Actor, Scope};
use linli_base::{At, CaseId, Problem, Result};
use linli_procedure::Procedure;
use linli_store::{Query, Stmt, args};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;

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
        let run_out =
            |it: &Procedure| it.run_out.iter().map(|(clock, step)| (it.name, *clock, *step)).collect();
        let run_out: Vec<Vec<_>> = self.procedures.iter().map(|it| run_out(it)).collect();
        for (procedure, clock, step) in run_out.into_iter().flatten() {
            let scope = Scope::system("find what falls due by itself");
            let rows: Vec<store::IdRow> =
                self.db.read().all(&store::RUN_OUT, &scope, args![clock, now, procedure]).await?;
            for row in rows {
                taken += usize::from(self.by_itself(row.id, step).await?);
            }
        }
        let aged: Vec<_> = self.procedures.iter().flat_map(|it| it.by_itself).collect();
        for (state, step, days) in aged {
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
