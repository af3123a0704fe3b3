//! What people are asked to agree to, in versions, and what they agreed to.

use super::{
    requests::Whose,
    store::{self, ConsentRow, ConsentTextRow, OneRow},
};
use crate::{Casework, chain::sha256, load::Loaded};
use linli_authz::{Actor, Permission, Scope};
use linli_base::{At, CaseId, Flaw, Problem, Result};
use linli_i18n::Lang;
use linli_org::audit::{self, Entry};
use linli_procedure::{Input, Sets, Step};
use linli_store::{Query, Tx, Value, args};
use serde_json::json;

/// What is asked on its own (personal information law, art. 25, 29). Handling the case is not among them: it is the
/// office's duty and needs no consent (art. 13).
pub const PURPOSES: [&str; 4] = ["sms", "public", "pictures", "map"];
/// A text's name that nobody agrees to: the notice that everybody reads (art. 17).
pub const NOTICE: &str = "notice";

/// A text as it stands.
pub type ConsentText = ConsentTextRow;

/// What was agreed to.
pub type Consent = ConsentRow;

impl Casework {
    /// Puts the first version of each text where it is missing.
    pub async fn seed_consents(&self) -> Result<()> {
        let now = self.world.now();
        let texts: Vec<(String, String, String)> = PURPOSES
            .into_iter()
            .chain([NOTICE])
            .map(|purpose| {
                let said = |lang| {
                    crate::t::MESSAGES
                        .lookup(lang, &format!("consent_text.{purpose}"), &[])
                        .unwrap_or_default()
                };
                (purpose.to_owned(), said(Lang::Zh), said(Lang::En))
            })
            .collect();
        let db = self.db.clone();
        let seeded =
            tokio::spawn(
                async move { Box::pin(db.write(async move |tx| seed_in(tx, &texts, now).await)).await },
            );
        seeded.await.map_err(|e| Problem::broken("seeding consent texts", e))?
    }

    /// All texts, each purpose's newest version first.
    pub async fn consent_texts(&self) -> Result<Vec<ConsentText>> {
        let scope = Scope::system("show consent texts");
        self.db.read().all(&store::TEXTS, &scope, args![]).await
    }

    /// A new version of one text; who agreed to an older one is asked again for this purpose only. Flaws: `missing`.
    /// Refusal: `same_text` where nothing changed.
    pub async fn change_text(&self, actor: &Actor, purpose: &str, zh: &str, en: &str) -> Result<()> {
        let scope = actor.may(Permission::Configure)?;
        let (zh, en) = (zh.trim().to_owned(), en.trim().to_owned());
        let missing = [("zh", &zh), ("en", &en)].into_iter().filter(|(_, text)| text.is_empty());
        let missing: Vec<Flaw> = missing.map(|(field, _)| Flaw::new(field, "missing")).collect();
        if !missing.is_empty() {
            return Err(Problem::Invalid(missing));
        }
        let texts = self.consent_texts().await?;
        let newest = texts.iter().find(|text| text.purpose == purpose).ok_or(Problem::NotFound)?;
        let hash = sha256(&[&zh, "\n", &en]);
        if newest.hash == hash {
            return Err(Problem::refused("same_text"));
        }
        let (version, purpose, now) = (newest.version + 1, purpose.to_owned(), self.world.now());
        let (work, actor) = (self.clone(), actor.clone());
        self.db
            .write(async move |tx| {
                let row = args![purpose.as_str(), version, zh.as_str(), en.as_str(), hash.as_str(), now];
                tx.run(&store::TEXT_ADD, &scope, row).await?;
                let entry = Entry {
                    copy: "linli",
                    actor: &actor,
                    act: "consent.text",
                    subject_kind: "consent_text",
                    subject: None,
                    reason: None,
                    detail: json!({ "purpose": purpose, "version": version, "hash": hash }),
                };
                audit::audit(tx, &work.world, &entry).await
            })
            .await
    }

    /// What was agreed to for the actor's own cases, withdrawn ones too.
    pub async fn own_consents(&self, actor: &Actor) -> Result<Vec<Consent>> {
        let own = self.own_cases(actor).await?;
        let list = Value::List(own.iter().map(|case| case.id.into()).collect());
        let scope = Scope::system("one's own consents");
        self.db.read().all(&store::CONSENTS, &scope, args![list]).await
    }

    /// Agrees to the purposes for one of the actor's own cases, in the newest versions, and withdraws all others.
    /// What stands in its newest version stays as it is.
    pub async fn set_consents(&self, actor: &Actor, case: CaseId, agreed: &[String]) -> Result<()> {
        Whose::of(actor)?;
        let own = self.own_cases(actor).await?;
        let Some(own) = own.iter().find(|own| own.id == case) else { return Err(Problem::NotFound) };
        if own.erased {
            return Err(Problem::refused("erased"));
        }
        let scope = actor.may(Permission::CaseSee)?;
        let (work, agreed) = (self.clone(), agreed.to_vec());
        self.db
            .write(async move |tx| {
                Loaded::read(tx, &work, &scope, case).await?;
                work.agree_in(tx, case, &agreed, "web").await
            })
            .await
    }

    /// The same in a transaction of the caller's, who has the case.
    pub(crate) async fn agree_in(
        &self,
        tx: &mut Tx<'_>,
        case: CaseId,
        agreed: &[String],
        channel: &str,
    ) -> Result<()> {
        let (scope, now) = (Scope::system("consents of a case"), self.world.now());
        let texts: Vec<ConsentTextRow> = tx.all(&store::TEXTS, &scope, args![]).await?;
        for purpose in PURPOSES {
            let stands: Option<OneRow> = tx.maybe(&store::STANDS, &scope, args![case, purpose]).await?;
            let newest = texts.iter().find(|text| text.purpose == purpose).map_or(1, |text| text.version);
            let wanted = agreed.iter().any(|name| name == purpose);
            if wanted && stands.as_ref().is_some_and(|stands| stands.number == newest) {
                continue;
            }
            if stands.is_some() {
                tx.run(&store::WITHDRAW, &scope, args![case, purpose, now, channel]).await?;
            }
            if wanted {
                let row = args![self.world.ids.uuid(now), case, purpose, newest, now, channel];
                tx.run(&store::GIVE, &scope, row).await?;
            }
        }
        self.public_after_consent(tx, &scope, case, agreed).await
    }

    /// What a step says that the asker agrees to, beside what they agreed to before.
    pub(crate) async fn agree_by(
        &self,
        tx: &mut Tx<'_>,
        case: CaseId,
        step: &Step,
        input: &Input,
    ) -> Result<()> {
        let ticked = step.form.iter().filter(|field| input.yes(field.name));
        let new: Vec<&str> = ticked
            .filter_map(|field| match field.sets {
                Sets::Agrees(purpose) => Some(purpose),
                _ => None,
            })
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        let mut agreed = Vec::new();
        for purpose in PURPOSES {
            if new.contains(&purpose) || self.agrees(tx, case, purpose).await? {
                agreed.push(purpose.to_owned());
            }
        }
        self.agree_in(tx, case, &agreed, "web").await
    }

    /// Whether the asker agreed to a purpose for the case, and has not taken it back.
    pub(crate) async fn agrees(
        &self,
        query: &mut impl Query,
        case: CaseId,
        purpose: &'static str,
    ) -> Result<bool> {
        let scope = Scope::system("ask for a consent");
        let row: Option<OneRow> = query.maybe(&store::STANDS, &scope, args![case, purpose]).await?;
        Ok(row.is_some())
    }
}

async fn seed_in(tx: &mut Tx<'_>, texts: &[(String, String, String)], now: At) -> Result<()> {
    let scope = Scope::system("first consent texts");
    for (purpose, zh, en) in texts {
        let row = args![purpose.as_str(), zh.as_str(), en.as_str(), sha256(&[zh, "\n", en]), now];
        tx.run(&store::TEXT_SEED, &scope, row).await?;
    }
    Ok(())
}
