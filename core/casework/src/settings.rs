use crate::store;
use linli_authz::Scope;
use linli_base::{At, Problem, Result};
use linli_calendar::Calendar;
use linli_procedure::Profile;
use linli_store::{Db, Query, args};

/// What the city has set: its calendar and every version of its profiles.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Working days, with the years that were loaded here.
    pub calendar: Calendar,
    profiles: Vec<Profile>,
}

impl Settings {
    /// Puts the profiles that the program brings where they are missing, and loads what the database holds.
    pub async fn load(db: &Db, seeds: &'static [&'static str], now: At) -> Result<Settings> {
        let scope = Scope::system("load settings");
        let mut seeded = Vec::new();
        for text in seeds {
            let profile = Profile::read(text).map_err(|e| Problem::broken("reading a profile", e))?;
            seeded.push((profile.name.clone(), profile.version, (*text).to_owned()));
        }
        let write = scope.clone();
        db.write(async move |tx| {
            for (name, version, text) in &seeded {
                tx.run(&store::PROFILE_ADD, &write, args![name.as_str(), *version, text.as_str(), now])
                    .await?;
            }
            Ok(())
        })
        .await?;
        Settings::read(db, &scope).await
    }

    /// What the database holds.
    pub async fn read(db: &Db, scope: &Scope) -> Result<Settings> {
        let mut read = db.read();
        let mut profiles = Vec::new();
        for row in read.all::<store::TextRow>(&store::PROFILES, scope, args![]).await? {
            let mut profile =
                Profile::read(&row.body).map_err(|e| Problem::broken("reading a profile", e))?;
            profile.version = row.version;
            profiles.push(profile);
        }
        let mut calendar = Calendar::builtin();
        for row in read.all::<store::TextRow>(&store::YEARS, scope, args![]).await? {
            calendar = calendar.with_year(&row.body).map_err(|e| Problem::broken("reading a calendar", e))?;
        }
        Ok(Settings { calendar, profiles })
    }

    /// The profile of a name and version: a case finishes under the one it started with.
    pub fn profile(&self, name: &str, version: i64) -> Result<&Profile> {
        let found = self.profiles.iter().find(|profile| profile.name == name && profile.version == version);
        found.ok_or_else(|| Problem::broken("finding a profile", format!("{name} v{version} is not loaded")))
    }

    /// The newest version of the profile under which new cases start.
    pub fn current(&self) -> Result<&Profile> {
        let newest = self.profiles.iter().max_by_key(|profile| profile.version);
        newest.ok_or_else(|| Problem::broken("finding a profile", "none is loaded"))
    }
}
