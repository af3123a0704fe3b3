use crate::{
    Casework,
    load::Loaded,
    routine::once,
    rules::{DueColumns, due_columns},
    store,
};
use linli_authz::{Actor, Scope};
use linli_base::{At, CaseId, Problem, Result};
use linli_procedure::dues;
use linli_store::{Query, Stmt, Tx, args};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How many cases are looked at in one go.
const MANY: usize = 200;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Card {
    Yellow,
    Red,
}

impl Card {
    fn name(self) -> &'static str {
        match self {
            Card::Yellow => "yellow",
            Card::Red => "red",
        }
    }
}

impl Casework {
    /// Tells the lead handler and the desk of every card that shows, once for each card of a round. A red card has
    /// the case supervised: level 1, the urgent ones level 2. Answers how many cards it told of. Safe to run twice.
    pub async fn cards(&self) -> Result<usize> {
        Ok(self.tell_cards(Card::Yellow, &store::YELLOW).await?
            + self.tell_cards(Card::Red, &store::RED).await?)
    }

    async fn tell_cards(&self, card: Card, found: &'static Stmt) -> Result<usize> {
        let scope = Scope::system("find cards that show");
        let (now, mut after, mut told) = (self.world.now(), (i64::MIN, Uuid::nil()), 0);
        loop {
            let rows: Vec<store::KeyRow> =
                self.db.read().all(found, &scope, args![now, after.0, after.1]).await?;
            let Some(last) = rows.last() else { return Ok(told) };
            after = (last.key, last.id);
            for id in rows.iter().map(|row| CaseId::new(row.id)) {
                if self.tell_card(id, card, now).await? {
                    told += 1;
                    if card == Card::Red {
                        self.supervise(id).await?;
                    }
                }
            }
            if rows.len() < MANY {
                return Ok(told);
            }
        }
    }

    /// Tells of one card; `false` where it does not show after all.
    async fn tell_card(&self, id: CaseId, card: Card, now: At) -> Result<bool> {
        let work = self.clone();
        let told = tokio::spawn(async move {
            let db = work.db.clone();
            Box::pin(db.write(async move |tx| work.tell_card_in(tx, id, card, now).await)).await
        });
        told.await.map_err(|e| Problem::broken("telling of a card", e))?
    }

    async fn tell_card_in(&self, tx: &mut Tx<'_>, id: CaseId, card: Card, now: At) -> Result<bool> {
        let scope = Scope::system("tell of a card");
        let loaded = Loaded::read(tx, self, &scope, id).await?;
        let settings = self.settings();
        let profile = settings.profile(&loaded.row.profile, loaded.row.profile_version)?;
        let right = due_columns(&loaded.case, loaded.procedure, profile, &settings, loaded.row.changed_at);
        if right.cards() != DueColumns::of(&loaded.row).cards() {
            let (yellow, red) = right.cards();
            let times = args![id, loaded.row.version, yellow, red];
            tx.run(&store::CARD_TIMES, &scope, times).await?;
        }
        let all = dues(&loaded.case, loaded.procedure, profile, &settings.calendar, now);
        let running = all.iter().filter(|due| !due.paused);
        let from = running.filter_map(|due| if card == Card::Red { due.red } else { due.yellow }).min();
        let Some(event) = loaded.events.last().filter(|_| from.is_some_and(|from| from <= now)) else {
            return Ok(false);
        };
        let case = &loaded.case;
        tx.run(&store::CARD_ADD, &scope, args![id, case.round, card.name(), now]).await?;
        let orgs = [case.lead, case.desk.filter(|desk| case.lead != Some(*desk))];
        for org in orgs.into_iter().flatten() {
            let key = format!("card_{}", card.name());
            let message = once(&[&id.to_string(), &case.round.to_string(), &org.to_string(), &key]);
            let none = None::<linli_base::PersonId>;
            tx.run(&store::INBOX_ADD, &scope, args![message, now, org, none, id, event.id, key.as_str()])
                .await?;
        }
        Ok(true)
    }

    /// What a red card brings; the steps' own rules decide.
    async fn supervise(&self, id: CaseId) -> Result<()> {
        let scope = Scope::system("supervise what is overdue");
        let urgent = Loaded::read(&mut self.db.read(), self, &scope, id).await?.case.level.as_deref()
            == Some("urgent");
        let step = if urgent { "supervise_2" } else { "supervise_1" };
        match self.step(Actor::System("red card"), id, step, None, BTreeMap::new()).await {
            Ok(_) | Err(Problem::Refused(_) | Problem::Conflict { .. } | Problem::NotFound) => Ok(()),
            Err(other) => Err(other),
        }
    }
}
