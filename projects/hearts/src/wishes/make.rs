use super::WISH;
use crate::reach::{area_of, named_in};
use linli_authz::{Actor, Scope, Tier};
use linli_base::{AreaId, Day, Flaw, PersonId, Phone, Problem, Refusal, Result};
use linli_casework::{Casework, NewCase, Opened};
use linli_org::areas;
use linli_procedure::{Input, Val};
use uuid::Uuid;

/// The longest of each, in characters.
const TITLE: usize = 30;
const WORDS: usize = 300;
const PLACE: usize = 100;
/// How far ahead its day may lie, in days.
const AHEAD: i64 = 180;

/// What somebody wishes for.
#[derive(Clone, Debug)]
pub struct NewWish {
    /// Made by the client, so that a repeat is harmless.
    pub client_id: Uuid,
    /// The wish in one line.
    pub title: String,
    /// Why, and what matters; may be empty.
    pub words: String,
    /// The community that screens it.
    pub community: AreaId,
    /// Where the asker is found.
    pub place: String,
    /// To reach the asker.
    pub phone: Phone,
    /// How the asker wants to be called.
    pub name: Option<String>,
    /// Until when it would be good.
    pub before: Option<Day>,
    /// `web`; where the community writes it down, `phone` or `visit`.
    pub source: &'static str,
    /// The asker's account, where they have one.
    pub asker: Option<PersonId>,
    /// What the asker agreed to.
    pub agreed: Vec<String>,
}

impl NewWish {
    fn flaws(&self, today: Day) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        for (field, text, most, needed) in [
            ("title", &self.title, TITLE, true),
            ("words", &self.words, WORDS, false),
            ("place", &self.place, PLACE, true),
        ] {
            let now = text.trim().chars().count();
            if now > most {
                flaws.push(Flaw::new(field, "too_long").with("max", most).with("now", now));
            } else if needed && now == 0 {
                flaws.push(Flaw::new(field, "missing"));
            }
        }
        if self.before.is_some_and(|day| day < today || day > today.plus(AHEAD)) {
            flaws.push(Flaw::new("before", "order_day").with("days", AHEAD));
        }
        flaws
    }
}

/// The case that a wish begins as, for whoever opens it in a transaction of their own. Flaws by field. Refusal:
/// `not_a_community`.
pub async fn case(work: &Casework, new: NewWish) -> Result<NewCase> {
    let flaws = new.flaws(work.world().now().day());
    if !flaws.is_empty() {
        return Err(Problem::Invalid(flaws));
    }
    let scope = Scope::system("find where a wish lies");
    let mut read = work.db().read();
    if areas::by_id(&mut read, &scope, new.community).await?.tier != Tier::Community {
        return Err(Refusal::new("not_a_community").into());
    }
    let found = named_in(work, &mut read, new.community, &new.place).await?;
    let (title, words) = (new.title.trim(), new.words.trim());
    let input = match new.before {
        Some(day) => Input::default().with("before", Val::Day(day.0)),
        None => Input::default(),
    };
    Ok(NewCase {
        client_id: Some(new.client_id),
        title: title.to_owned(),
        body: if words.is_empty() { title } else { words }.to_owned(),
        place: new.place.trim().to_owned(),
        phone: Some(new.phone),
        name: new.name,
        source: new.source.to_owned(),
        area: Some(area_of(found.as_ref()).unwrap_or(new.community)),
        point: found.and_then(|found| found.point),
        asker: new.asker,
        input,
        agreed: new.agreed,
        ..NewCase::default()
    })
}

/// Wishes. Flaws and refusals as for [`case`]; `client_id_taken` as for [`Casework::open`].
pub async fn wish(work: &Casework, actor: Actor, new: NewWish) -> Result<Opened> {
    let case = case(work, new).await?;
    work.open(actor, WISH.name, "wish", case).await
}
