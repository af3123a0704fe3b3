//! What goes when its time is over: on from the first start, with a ledger of what went.

use super::{
    erase::{Why, drop_file},
    store::{self, AtRow, OldRow, OldThing, ShaRow, SpanRow},
};
use crate::{Casework, Uploads};
use linli_authz::{Actor, Permission, Scope};
use linli_base::{At, Problem, Result};
use linli_store::{Query, Stmt, Tx, args};

const DAY_MS: i64 = 86_400_000;
/// The version of [`RULES`], written into the ledger; it rises whenever a term or a class changes.
const VERSION: i64 = 1;

/// A class of data with its time.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name; words under `retention.<class>`. A profile's number `keep_<class>_days` replaces the term.
    pub class: &'static str,
    /// For how many days it is kept.
    pub days: i64,
    /// Counts what is over before an instant; `None` where another part of the program lets it go, or nothing does.
    count: Option<&'static Stmt>,
}

const fn rule(class: &'static str, days: i64, count: &'static Stmt) -> Rule {
    Rule { class, days, count: Some(count) }
}

/// All classes. Contacts and words count from a case's close.
pub static RULES: [Rule; 8] = [
    rule("contact", 365, &store::COUNT_CONTACTS),
    rule("words", 3 * 365, &store::COUNT_WORDS),
    rule("uploads", 2, &store::COUNT_UPLOADS),
    rule("inbox", 365, &store::COUNT_INBOX),
    rule("requests", 3 * 365, &store::COUNT_REQUESTS),
    Rule { class: "sessions", days: 30, count: None },
    Rule { class: "codes", days: 1, count: None },
    Rule { class: "audit", days: 3 * 365, count: None },
];

/// What of a class is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Over {
    /// The class.
    pub class: &'static str,
    /// Its term in days.
    pub days: i64,
    /// How many; `None` where it is not counted.
    pub count: Option<i64>,
    /// From when.
    pub from: Option<At>,
    /// To when.
    pub to: Option<At>,
}

impl Casework {
    /// What would go now, class by class.
    pub async fn retention_plan(&self) -> Result<Vec<Over>> {
        let scope = Scope::system("what retention would take");
        let mut over = Vec::new();
        for rule in &RULES {
            let days = self.term(rule)?;
            let mut row = Over { class: rule.class, days, count: None, from: None, to: None };
            if let Some(count) = rule.count {
                row.count = Some(0);
                if let Some(before) = self.over_before(days).await? {
                    let span: SpanRow = self.db.read().one(count, &scope, args![before]).await?;
                    (row.count, row.from, row.to) = (Some(span.count), span.from, span.to);
                }
            }
            over.push(row);
        }
        Ok(over)
    }

    /// Takes away what is over, in pieces of at most 200, each with its line in the ledger. Answers how many went.
    /// Safe to run twice.
    pub async fn retain(&self, uploads: &Uploads) -> Result<u64> {
        let mut went = 0;
        for rule in RULES.iter().filter(|rule| rule.count.is_some()) {
            let days = self.term(rule)?;
            let Some(before) = self.over_before(days).await? else { continue };
            loop {
                let (work, class) = (self.clone(), rule.class.to_owned());
                let gone = tokio::spawn(async move {
                    let db = work.db.clone();
                    let some = async move |tx: &mut Tx<'_>| work.retain_some(tx, &class, days, before).await;
                    Box::pin(db.write(some)).await
                });
                let gone = gone.await.map_err(|e| Problem::broken("retention", e))??;
                if gone == 0 {
                    break;
                }
                went += gone;
            }
        }
        uploads.sweep().await?;
        Ok(went)
    }

    async fn retain_some(&self, tx: &mut Tx<'_>, class: &str, days: i64, before: At) -> Result<u64> {
        let (scope, now) = (Scope::system("retention"), self.world.now());
        let mut times: Vec<At> = Vec::new();
        match class {
            "contact" | "words" => {
                let statement = if class == "words" { &store::OLD_WORDS } else { &store::OLD_CONTACTS };
                for row in tx.all::<OldRow>(statement, &scope, args![before]).await? {
                    if class == "words" {
                        self.erase_in(tx, &scope, row.id, Why::Retention).await?;
                    } else {
                        tx.run(&store::EMPTY_CONTACT, &scope, args![row.id]).await?;
                    }
                    times.push(row.closed_at);
                }
            }
            "uploads" => {
                for row in tx.all::<OldThing>(&store::OLD_UPLOADS, &scope, args![before]).await? {
                    let file: Option<ShaRow> = tx.maybe(&store::FILE_BY_ID, &scope, args![row.id]).await?;
                    if let Some(file) = file {
                        drop_file(tx, &scope, &file, now).await?;
                        times.push(row.at);
                    }
                }
            }
            "inbox" => {
                for row in tx.all::<OldThing>(&store::OLD_INBOX, &scope, args![before]).await? {
                    tx.run(&store::DROP_READ, &scope, args![row.id]).await?;
                    tx.run(&store::DROP_MESSAGE, &scope, args![row.id]).await?;
                    times.push(row.at);
                }
            }
            _ => {
                for row in tx.all::<OldThing>(&store::OLD_REQUESTS, &scope, args![before]).await? {
                    tx.run(&store::EMPTY_REQUEST, &scope, args![row.id]).await?;
                    times.push(row.at);
                }
            }
        }
        let (Some(from), Some(to)) = (times.iter().min(), times.iter().max()) else { return Ok(0) };
        let count = i64::try_from(times.len()).unwrap_or(i64::MAX);
        let line =
            args![self.world.ids.uuid(now), now, class, count, *from, *to, format!("{VERSION}: {days} d")];
        tx.run(&store::LEDGER_ADD, &scope, line).await?;
        Ok(u64::try_from(times.len()).unwrap_or(u64::MAX))
    }

    fn term(&self, rule: &Rule) -> Result<i64> {
        let settings = self.settings();
        let (profile, number) = (settings.holding(self.world.now())?, format!("keep_{}_days", rule.class));
        Ok(if profile.has(&number) { profile.number(&number) } else { rule.days })
    }

    /// Before when something is over that is kept for so many days; `None` while nothing can be, because the clock
    /// began later.
    async fn over_before(&self, days: i64) -> Result<Option<At>> {
        let before = self.world.now().plus_ms(-days * DAY_MS);
        let scope = Scope::system("since when retention counts");
        let start: Option<AtRow> = self.db.read().maybe(&store::START, &scope, args![]).await?;
        Ok(Some(before).filter(|before| start.is_none_or(|start| start.at <= *before)))
    }

    /// Nothing counts as older than this instant: for a city whose past was brought in.
    pub async fn retention_starts(&self, at: At) -> Result<()> {
        let scope = Scope::system("since when retention counts");
        self.db
            .write(async move |tx| {
                tx.run(&store::START_SET, &scope, args![at]).await?;
                Ok(())
            })
            .await
    }

    /// What went, the last first. For whoever configures.
    pub async fn retention_ledger(&self, actor: &Actor) -> Result<Vec<store::LedgerRow>> {
        let scope = actor.may(Permission::Configure)?;
        self.db.read().all(&store::LEDGER, &scope, args![]).await
    }
}
