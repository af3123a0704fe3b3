use crate::{Casework, store};
use linli_authz::{Actor, Permission, Scope};
use linli_base::{At, Day, Problem, Refusal, Result};
use linli_org::audit;
use linli_procedure::{Draft, Profile};
use linli_store::{Query, args};
use serde_json::json;

/// The name under which a city keeps what it changes; the program brings none of this name.
pub(super) const CITY: &str = "city";

impl Casework {
    /// Saves a draft as the next version of the city's own profile, to hold from a day on; answers the version.
    /// Refusals: `profile` (`why`) where it is none, `past_day` where the day is over.
    pub async fn save_profile(&self, actor: &Actor, draft: Draft, from: Day, why: &str) -> Result<i64> {
        let scope = actor.may(Permission::Configure)?;
        let (now, work) = (self.world.now(), self.clone());
        if from < now.day() {
            return Err(Refusal::new("past_day").into());
        }
        let from_at = if from == now.day() { now } else { from.start() };
        let (actor, why) = (actor.clone(), why.to_owned());
        let version = self
            .db
            .write(async move |tx| {
                let rows: Vec<store::TextRow> = tx.all(&store::PROFILES, &scope, args![]).await?;
                let last = rows.iter().filter(|row| row.name == CITY).map(|row| row.version).max();
                let version = last.unwrap_or(0) + 1;
                let draft = Draft { name: CITY.to_owned(), version, ..draft.clone() };
                let body = draft.write().map_err(refused)?;
                Profile::read(&body).map_err(refused)?;
                tx.run(&store::PROFILE_NEW, &scope, args![CITY, version, body, now]).await?;
                let id = work.world.ids.uuid(now);
                let choice = args![id, CITY, version, from_at, now, actor.person(), why.as_str()];
                tx.run(&store::CHOICE_ADD, &scope, choice).await?;
                let entry = audit::Entry {
                    copy: "linli",
                    actor: &actor,
                    act: "profile.save",
                    subject_kind: "profile_choice",
                    subject: Some(id),
                    reason: Some(&why),
                    detail: json!({ "version": version, "from": from.to_string() }),
                };
                audit::audit(tx, &work.world, &entry).await?;
                Ok(version)
            })
            .await?;
        self.renew().await?;
        Ok(version)
    }

    /// How many open cases there are in all: each keeps the version that it began with.
    pub(super) async fn open_cases(&self, actor: &Actor) -> Result<i64> {
        actor.may(Permission::Configure)?;
        let scope = Scope::system("count what a new profile leaves alone");
        let row: store::NumberRow = self.db.read().one(&store::COUNT_OPEN, &scope, args![]).await?;
        Ok(row.number)
    }
}

fn refused(e: linli_procedure::ProfileError) -> Problem {
    Refusal::new("profile").with("why", e).into()
}

/// From when a version holds, said by whom and why.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Name of the profile.
    pub name: String,
    /// Its version.
    pub version: i64,
    /// From when it holds.
    pub from: At,
    /// When that was said.
    pub at: At,
    /// By whom.
    pub person: Option<linli_base::PersonId>,
    /// Why.
    pub why: String,
}
