use crate::{Casework, store};
use linli_authz::{Actor, Scope};
use linli_base::{At, Problem, Result};
use linli_store::{Query, args};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Steps that the program takes by itself when their time has come: in which state, which step, and how many days at
/// least a case has stood there before it is worth asking.
const BY_ITSELF: &[(&str, &str, i64)] =
    &[("closed", "archive", 29), ("calling", "close_unrated", 14), ("supplementing", "no_supplement", 4)];

impl Casework {
    /// Takes every step that falls due by itself; the step's own guards decide. Answers how many were taken. Safe to
    /// run twice.
    pub async fn routine(&self) -> Result<usize> {
        let now = self.world.now();
        let mut taken = 0;
        for (state, step, days) in BY_ITSELF {
            let before = At(now.0 - days * 86_400_000);
            let mut after = Uuid::nil();
            loop {
                let scope = Scope::system("find what falls due by itself");
                let rows: Vec<store::IdRow> =
                    self.db.read().all(&store::IN_STATE_SINCE, &scope, args![*state, before, after]).await?;
                let Some(last) = rows.last() else { break };
                after = last.id.0;
                for row in rows {
                    match self.step(Actor::System("routine"), row.id, step, None, BTreeMap::new()).await {
                        Ok(_) => taken += 1,
                        Err(Problem::Refused(_) | Problem::Conflict { .. }) => {}
                        Err(other) => return Err(other),
                    }
                }
            }
        }
        Ok(taken)
    }
}
