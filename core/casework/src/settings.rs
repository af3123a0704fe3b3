use crate::{Choice, store};
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
    /// In the order in which they hold.
    choices: Vec<Choice>,
}

/// The profile that holds where the city has chosen none.
const USUAL: &str = "shandong";

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
        let chosen = read.all::<store::ChoiceRow>(&store::CHOICES, scope, args![]).await?;
        let choice = |row: store::ChoiceRow| Choice {
            name: row.name,
            version: row.version,
            from: row.from_at,
            at: row.at,
            person: row.person_id,
            why: row.why,
        };
        Ok(Settings { calendar, profiles, choices: chosen.into_iter().map(choice).collect() })
    }

    /// The profile of a name and version: a case finishes under the one it started with.
    pub fn profile(&self, name: &str, version: i64) -> Result<&Profile> {
        let found = self.profiles.iter().find(|profile| profile.name == name && profile.version == version);
        found.ok_or_else(|| Problem::broken("finding a profile", format!("{name} v{version} is not loaded")))
    }

    /// The profile under which a case starts that is said at this time.
    pub fn holding(&self, now: At) -> Result<&Profile> {
        match self.choices.iter().rfind(|choice| choice.from <= now) {
            Some(choice) => self.profile(&choice.name, choice.version),
            None => self.base(),
        }
    }

    /// What holds where the city has chosen nothing: the newest version of the usual profile.
    pub fn base(&self) -> Result<&Profile> {
        let found = self.brought().find(|profile| profile.name == USUAL);
        found.ok_or_else(|| Problem::broken("finding a profile", "none is loaded"))
    }

    /// Which version holds from when, in order.
    pub fn choices(&self) -> &[Choice] {
        &self.choices
    }

    /// The newest version of each profile that the program brings.
    pub fn brought(&self) -> impl Iterator<Item = &Profile> {
        let newest = |profile: &&Profile| {
            self.profiles.iter().all(|other| other.name != profile.name || other.version <= profile.version)
        };
        let own = |profile: &&Profile| self.choices.iter().all(|choice| choice.name != profile.name);
        self.profiles.iter().filter(own).filter(newest)
    }
}
