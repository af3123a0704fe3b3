use crate::{
    Casework, Settings,
    event::{Written, write_event},
    load::Loaded,
    rules::{DueColumns, due_columns},
    store,
};
use linli_authz::{Actor, Scope};
use linli_base::{CaseId, Problem, Result};
use linli_calendar::Calendar;
use linli_procedure::{Changes, Input, Outcome};
use linli_store::{Query, args};
use uuid::Uuid;

impl Casework {
    /// Brings years into the calendar and recomputes the due times of all running cases, with an entry in each case's
    /// timeline whose due time moved. Answers how many moved. Refusal: `calendar` (`why`) where the text cannot be
    /// read.
    pub async fn load_calendar(&self, text: &str, mut progress: impl FnMut(usize)) -> Result<usize> {
        let refused = |e: linli_calendar::CalendarError| {
            Problem::from(linli_base::Refusal::new("calendar").with("why", e))
        };
        let years = Calendar::years_in(text).map_err(refused)?;
        self.settings().calendar.with_year(text).map_err(refused)?;
        let (now, body) = (self.world.now(), text.to_owned());
        let scope = Scope::system("load a calendar");
        let write = scope.clone();
        self.db
            .write(async move |tx| {
                let year = years.first().copied().unwrap_or(0);
                tx.run(&store::YEAR_ADD, &write, args![year, now.0, body.as_str(), now]).await?;
                Ok(())
            })
            .await?;
        self.renew().await?;
        self.mark_counted().await?;

        let (mut after, mut moved, mut seen) = (Uuid::nil(), 0, 0);
        loop {
            let rows: Vec<store::IdRow> = self.db.read().all(&store::RUNNING, &scope, args![after]).await?;
            let Some(last) = rows.last() else { return Ok(moved) };
            after = last.id.0;
            seen += rows.len();
            for row in rows {
                moved += usize::from(self.recalculate(row.id).await?);
            }
            progress(seen);
        }
    }

    /// Takes over what the database holds now: another copy may have loaded a calendar.
    pub async fn renew(&self) -> Result<()> {
        let settings = Settings::read(&self.db, &Scope::system("load settings")).await?;
        match self.settings.write() {
            Ok(mut slot) => *slot = settings.into(),
            Err(poisoned) => *poisoned.into_inner() = settings.into(),
        }
        Ok(())
    }

    /// Recomputes what is due on one case; `true` where it moved.
    async fn recalculate(&self, id: CaseId) -> Result<bool> {
        let work = self.clone();
        self.db
            .write(async move |tx| {
                let scope = Scope::system("recalculate");
                let loaded = Loaded::read(tx, &work, &scope, id).await?;
                let (settings, now) = (work.settings(), work.world.now());
                let profile = settings.profile(&loaded.row.profile, loaded.row.profile_version)?;
                // as of the last change: what stands still is no later only because time went on
                let then = loaded.row.changed_at;
                let due = due_columns(&loaded.case, loaded.procedure, profile, &settings, then);
                if due == DueColumns::of(&loaded.row) {
                    return Ok(false);
                }
                let written = Written {
                    case: id,
                    seq: loaded.row.version + 1,
                    previous: loaded.row.chain.clone(),
                    round: loaded.case.round,
                    areas: loaded.case.areas,
                    happened_at: now,
                    recorded_at: now,
                    procedure_version: loaded.procedure.version,
                    profile_version: profile.version,
                    calendar_version: settings.calendar.version(),
                };
                let outcome = Outcome {
                    step: "recalculate",
                    from: loaded.case.state.clone(),
                    to: loaded.case.state.clone(),
                    changes: Changes::default(),
                    then: None,
                };
                let event = written.event(&work, &Actor::System("recalculate"), &outcome, Input::EMPTY)?;
                work.update(tx, &scope, &loaded, &loaded.case, &settings, &event.row.chain, now).await?;
                write_event(tx, &scope, &event)?;
                Ok(true)
            })
            .await
    }
}
