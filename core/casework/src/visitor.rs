use crate::{CaseView, Casework, NewCase, Opened, Uploads, asker_of};
use axum::{
    extract::{FromRef, FromRequestParts},
    http::request::Parts,
};
use linli_authz::Actor;
use linli_base::{FileId, Flaw, Problem, Result};
use linli_org::MaybeSignedIn;
use linli_web::{Limit, RawForm, Site, Upload, Visit, WebError};
use uuid::Uuid;

/// The most pictures that one form takes along.
pub const PICTURES: usize = 4;
/// How long pictures that were uploaded wait for their form, in milliseconds.
const WAIT_MS: i64 = 24 * 3_600_000;
const UPLOADS: Limit = Limit { kind: "pictures", burst: 24, every_ms: 20_000 };

/// Whoever visits an asker's page, with what it needs.
pub struct Visitor {
    /// Pages.
    pub site: Site,
    /// Cases.
    pub work: Casework,
    /// Pictures.
    pub uploads: Uploads,
    /// Language, form token and the like.
    pub visit: Visit,
    /// By the cookie of a look-up code.
    pub asked: Option<Actor>,
    /// The signed-in person as themselves, without a hat.
    pub own: Option<Actor>,
    /// The signed-in person with their hat.
    pub staff: Option<Actor>,
}

impl<S> FromRequestParts<S> for Visitor
where
    S: Send + Sync,
    Site: FromRef<S>,
    Casework: FromRef<S>,
    Uploads: FromRef<S>,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebError> {
        let visit = Visit::from_request_parts(parts, state).await?;
        let MaybeSignedIn(session) = MaybeSignedIn::from_request_parts(parts, state).await?;
        let site = Site::from_ref(state);
        let asked = asker_of(&site, &parts.headers, visit.now);
        let staff = session.map(|session| session.actor);
        let own = staff.clone().map(bare_headed);
        let (work, uploads) = (Casework::from_ref(state), Uploads::from_ref(state));
        Ok(Visitor { site, work, uploads, visit, asked, own, staff })
    }
}

fn bare_headed(actor: Actor) -> Actor {
    match actor {
        Actor::Person { id, name, via, .. } => Actor::Person { id, name, hat: None, via },
        other => other,
    }
}

impl Visitor {
    /// The case of this number, where the visitor is its asker; else `None`, whether there is one or not.
    pub async fn case(&self, number: &str) -> Result<Option<(Actor, CaseView)>> {
        let Some(id) = self.work.find(number).await? else { return Ok(None) };
        for actor in self.asked.iter().chain(&self.own) {
            match self.work.view(actor, id).await {
                Ok(view) => return Ok(Some((actor.clone(), view))),
                Err(Problem::NotFound) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(None)
    }

    /// Whoever says something new: the signed-in person, else a stranger.
    pub fn speaker(&self) -> Actor {
        self.own.clone().unwrap_or(Actor::Stranger)
    }

    /// Opens a case for `speaker` by the procedure's first step; what was handed over before, and then changed, is
    /// another one.
    pub async fn hand_over(
        &self,
        speaker: &Actor,
        (procedure, step): (&str, &str),
        new: NewCase,
    ) -> Result<Opened> {
        match self.work.open(speaker.clone(), procedure, step, new.clone()).await {
            Err(Problem::Refused(refusal)) if refusal.code == "client_id_taken" => {
                let client_id = Some(self.site.world.ids.uuid(self.visit.now));
                self.work.open(speaker.clone(), procedure, step, NewCase { client_id, ..new }).await
            }
            other => other,
        }
    }

    /// What stands in a form for a picture that was uploaded for it: nobody else can make it.
    pub fn carry(&self, form: Uuid, picture: FileId) -> String {
        let until = self.visit.now.plus_ms(WAIT_MS).0;
        self.site.sign("picture", &format!("{form}.{picture}.{until}"))
    }

    /// The form and the picture of such a text.
    pub fn carried(&self, text: &str) -> Option<(Uuid, FileId)> {
        let value = self.site.verify("picture", text)?;
        let (form, rest) = value.split_once('.')?;
        let (picture, until) = rest.split_once('.')?;
        let waits = until.parse::<i64>().is_ok_and(|until| self.visit.now.0 < until);
        if waits { Some((form.parse().ok()?, picture.parse().ok()?)) } else { None }
    }

    /// The pictures that the form carries for itself, without the one to be dropped, and those that came with it.
    /// What is wrong with one does not hold up the others.
    pub async fn pictures(
        &self,
        form: Uuid,
        fields: &RawForm,
        files: Vec<Upload>,
    ) -> Result<(Vec<FileId>, Vec<Flaw>)> {
        let mine = |text: &String| self.carried(text).filter(|(of, _)| *of == form).map(|(_, id)| id);
        let mut kept: Vec<FileId> = fields.all("picture").iter().filter_map(mine).collect();
        let dropped = self.carried(fields.first("drop")).map(|(_, id)| id);
        kept.retain(|id| Some(*id) != dropped);
        kept.dedup();
        let mut flaws = Vec::new();
        for file in files {
            if kept.len() >= PICTURES {
                flaws.push(Flaw::new("pictures", "too_many").with("max", PICTURES));
                break;
            }
            self.site.throttle.check(&UPLOADS, &self.visit.address, self.visit.now)?;
            match self.uploads.take("pictures", file.bytes).await {
                Ok(id) => kept.push(id),
                Err(Problem::Invalid(found)) => flaws.extend(found),
                Err(other) => return Err(other),
            }
        }
        kept.truncate(PICTURES);
        Ok((kept, flaws))
    }
}
