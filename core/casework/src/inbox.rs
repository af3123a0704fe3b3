use crate::{Casework, event::WholeEvent, store};
use linli_authz::{Actor, Permission, Scope};
use linli_base::{At, CaseId, EventId, OrgId, PersonId, Phone, Problem, Result};
use linli_i18n::{Lang, Words};
use linli_notify::{Address, Channel, Kind, Message as Notice};
use linli_procedure::{Case, Procedure, Recipient, Step};
use linli_store::{Query, Stmt, Tx, Value, args};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// The outbox topic under which steps are announced.
pub const STEPS: &str = "case.step";
/// The same for cases that people are asked to take on: rooms follow these, and requests cost them nothing.
pub const TAKEN_STEPS: &str = "case.taken_step";

/// One message of the inbox.
pub type InboxItem = store::InboxRow;

/// What the outbox carries for one step: no words, only who is told what about which event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Announcement {
    /// The case.
    pub case: CaseId,
    /// The event.
    pub event: EventId,
    /// When.
    pub at: At,
    /// The messages, each with the id that it will have in the inbox.
    pub messages: Vec<Message>,
    /// Keys of the words for the asker, to be sent to their phone.
    pub asker: Vec<String>,
}

/// One message to an org or a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: Uuid,
    /// The org.
    pub org: Option<OrgId>,
    /// The person.
    pub person: Option<PersonId>,
    /// Key of the words, under `notice.`.
    pub key: String,
}

/// How askers are sent what steps announce.
#[derive(Clone)]
pub struct Texts {
    /// What carries them.
    pub channel: Arc<dyn Channel>,
    /// Where the city is, before `/r/{number}`.
    pub base_url: Arc<str>,
    /// Their words, under `notice.`.
    pub words: &'static Words,
}

impl Casework {
    /// Writes what a step announces into the outbox, in the step's transaction.
    pub(crate) async fn announce(
        &self,
        tx: &mut Tx<'_>,
        scope: &Scope,
        (procedure, step): (&Procedure, &Step),
        event: &WholeEvent,
        after: &Case,
        before: Option<&Case>,
    ) -> Result<()> {
        let mut far = Vec::new();
        for notice in step.notices {
            if let Recipient::Above | Recipient::Street | Recipient::Top = notice.to {
                far.push(elsewhere(tx, after, notice.to).await?);
            }
        }
        match self.announcement((procedure, step), event, after, before, &far)? {
            Some(row) => tx.run_all(&[row], scope),
            None => Ok(()),
        }
    }

    /// The outbox's row for a step; `None` where nobody is told. `far`: the offices elsewhere that its notices name,
    /// in their order; a step that opens a case names none.
    pub(crate) fn announcement(
        &self,
        (procedure, step): (&Procedure, &Step),
        event: &WholeEvent,
        after: &Case,
        before: Option<&Case>,
        far: &[Option<OrgId>],
    ) -> Result<Option<(&'static Stmt, Vec<Value>)>> {
        let mut far = far.iter().copied();
        let at = event.row.recorded_at;
        let mut messages = Vec::new();
        let mut asker = Vec::new();
        let mut add = |org: Option<OrgId>, person: Option<PersonId>, key: &str| {
            let told = |other: &Message| other.org == org && other.person == person && other.key == key;
            let own = org.is_some() && org == event.row.org_id;
            if (org.is_some() || person.is_some()) && !own && !messages.iter().any(told) {
                messages.push(Message { id: self.world.ids.uuid(at), org, person, key: key.to_owned() });
            }
        };
        for notice in step.notices {
            match notice.to {
                Recipient::Asker => asker.push(notice.key.to_owned()),
                Recipient::Desk => add(after.desk, None, notice.key),
                Recipient::SecretDesk => add(after.desk.filter(|_| after.confidential), None, notice.key),
                Recipient::Lead => add(after.lead, None, notice.key),
                Recipient::Holder => add(after.holder, None, notice.key),
                Recipient::Above | Recipient::Street | Recipient::Top => {
                    add(far.next().flatten(), None, notice.key);
                }
                Recipient::Asked => {
                    after.asked.iter().for_each(|person| add(None, Some(*person), notice.key));
                }
                Recipient::Takers => {
                    let had = before.into_iter().flat_map(|before| &before.takers);
                    let others = |person: &&PersonId| Some(**person) != event.row.person_id;
                    let all = after.takers.iter().chain(had).filter(others);
                    all.for_each(|person| add(None, Some(*person), notice.key));
                }
                Recipient::Helpers => {
                    let new = |org: &&OrgId| before.is_none_or(|before| !before.helpers.contains(org));
                    after.helpers.iter().filter(new).for_each(|org| add(Some(*org), None, notice.key));
                }
            }
        }
        if let Some(person) = after.asker {
            asker.iter().for_each(|key| add(None, Some(person), key));
        }
        if messages.is_empty() && asker.is_empty() {
            return Ok(None);
        }
        let announcement = Announcement { case: event.row.case_id, event: event.row.id, at, messages, asker };
        let topic = if procedure.taken_on { TAKEN_STEPS } else { STEPS };
        linli_jobs::outbox::row(&self.world, topic, &announcement).map(Some)
    }

    /// Has the worker deliver what steps announce and, with `texts`, send askers who agreed to text messages the words
    /// and the link to their case. What is older than a day is not sent any more.
    #[must_use]
    pub fn subscribe(&self, worker: linli_jobs::Worker, texts: Option<&Texts>) -> linli_jobs::Worker {
        [STEPS, TAKEN_STEPS].into_iter().fold(worker, |worker, topic| {
            let (work, texts) = (self.clone(), texts.cloned());
            // one job for both: what is delivered twice is there once
            worker.on(topic, "inbox", move |announcement: Announcement| {
                let (work, texts) = (work.clone(), texts.clone());
                async move {
                    work.deliver(announcement.clone()).await?;
                    match texts {
                        Some(texts) => work.tell_asker(&announcement, &texts).await,
                        None => Ok(()),
                    }
                }
            })
        })
    }

    async fn tell_asker(&self, announcement: &Announcement, texts: &Texts) -> Result<()> {
        let old = self.world.now().0 - announcement.at.0 > 86_400_000;
        if old || announcement.asker.is_empty() {
            return Ok(());
        }
        if !self.agrees(&mut self.db.read(), announcement.case, "sms").await? {
            return Ok(());
        }
        let scope = Scope::system("reach an asker");
        let row: store::ReachRow =
            self.db.read().one(&store::REACH, &scope, args![announcement.case]).await?;
        let Some(sealed) = row.phone_sealed else { return Ok(()) };
        let phone = Phone::parse("phone", &self.keys.open(&sealed, announcement.case.0)?)?;
        for key in &announcement.asker {
            let said =
                texts.words.text(Lang::Zh, &format!("notice.{key}"), &[("number", row.number.clone())]);
            let text = format!("{said} {}/r/{}", texts.base_url, row.number);
            let notice = Notice { to: Address::Phone(phone.clone()), kind: Kind::Notice, text };
            match texts.channel.send(&notice).await {
                Err(Problem::Refused(refusal)) if refusal.code == "no_sms" => return Ok(()),
                sent => sent?,
            }
        }
        Ok(())
    }

    /// Puts an announcement's messages into the inbox. Safe to run twice.
    async fn deliver(&self, announcement: Announcement) -> Result<()> {
        if announcement.messages.is_empty() {
            return Ok(());
        }
        let scope = Scope::system("deliver messages");
        self.db.write(async move |tx| tx.run_all(&delivered(&announcement), &scope)).await
    }

    /// The person's messages, newest first, 50 a page.
    pub async fn inbox(&self, actor: &Actor, before: Option<At>) -> Result<Vec<InboxItem>> {
        let scope = actor.may(Permission::CaseSee)?;
        let (org, person) = whose(actor)?;
        self.db.read().all(&store::INBOX, &scope, args![org, person, before]).await
    }

    /// The case that one of the person's own messages is about.
    pub async fn message_case(&self, actor: &Actor, message: Uuid) -> Result<Option<CaseId>> {
        let (org, person) = whose(actor)?;
        let scope = Scope::system("find one's own message");
        let row: Option<store::IdRow> =
            self.db.read().maybe(&store::INBOX_CASE, &scope, args![message, org, person]).await?;
        Ok(row.map(|row| row.id))
    }

    /// How many messages the person has not read; 100 means that many or more. Those to themselves are about cases that
    /// a post does not reach, and count where they act without one.
    pub async fn unread(&self, actor: &Actor) -> Result<i64> {
        let (org, person) = whose(actor)?;
        let own = Some(person).filter(|_| org.is_none());
        let scope = Scope::system("count one's own messages");
        let row: store::NumberRow =
            self.db.read().one(&store::INBOX_UNREAD, &scope, args![org, person, own]).await?;
        Ok(row.number)
    }

    /// Ticks one message as read, or all up to an instant.
    pub async fn mark_read(&self, actor: &Actor, which: Result<Uuid, At>) -> Result<()> {
        let (org, person) = whose(actor)?;
        let scope = Scope::system("tick one's own messages");
        self.db
            .write(async move |tx| {
                match &which {
                    Ok(id) => tx.run(&store::INBOX_READ, &scope, args![org, person, *id]).await?,
                    Err(until) => tx.run(&store::INBOX_READ_ALL, &scope, args![org, person, *until]).await?,
                };
                Ok(())
            })
            .await
    }
}

/// An office that does not work on the case itself: above the lead handler, its street's, the city's.
async fn elsewhere(tx: &mut Tx<'_>, case: &Case, to: Recipient) -> Result<Option<OrgId>> {
    let scope = Scope::system("find whom to tell");
    let found = match (to, case.lead, case.areas.street) {
        (Recipient::Above, Some(lead), _) => linli_org::orgs::audit_org_for(tx, &scope, lead).await?,
        (Recipient::Street, _, Some(street)) => linli_org::orgs::leading(tx, &scope, street).await?,
        _ => None,
    };
    match found {
        Some(org) => Ok(Some(org)),
        None => linli_org::orgs::city_desk(tx, &scope).await,
    }
}

fn whose(actor: &Actor) -> Result<(Option<OrgId>, PersonId)> {
    let person = actor.person().ok_or(Problem::SignIn)?;
    Ok((actor.hat().map(|hat| hat.org), person))
}

fn delivered(announcement: &Announcement) -> Vec<(&'static Stmt, Vec<Value>)> {
    let Announcement { at, case, event, .. } = *announcement;
    let row = |message: &Message| {
        args![message.id, at, message.org, message.person, case, event, message.key.as_str()].to_vec()
    };
    announcement.messages.iter().map(|message| (&store::INBOX_ADD, row(message))).collect()
}
