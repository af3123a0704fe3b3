use super::{
    series::{self, Every},
    store,
};
use crate::reach::{area_of, named_in};
use crate::services::{self, ItemId, Line, claims};
use linli_authz::{Actor, Scope, Tier};
use linli_base::{AreaId, Day, Flaw, PersonId, Phone, Problem, Refusal, Result};
use linli_casework::{Casework, NewCase, Opened};
use linli_org::areas;
use linli_procedure::{Input, Val};
use linli_store::{Query, args};
use uuid::Uuid;

/// How far ahead somebody may order, in days.
const AHEAD: i64 = 60;
/// The longest words and the longest place, in characters.
const WORDS: usize = 500;
const PLACE: usize = 100;

/// A part of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// 上午
    Morning,
    /// 下午
    Afternoon,
    /// 晚上
    Evening,
}

impl Part {
    /// All of them, in the order of a day.
    pub const ALL: [Part; 3] = [Part::Morning, Part::Afternoon, Part::Evening];

    /// The spelling in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Part::Morning => "morning",
            Part::Afternoon => "afternoon",
            Part::Evening => "evening",
        }
    }

    /// Reads that spelling.
    pub fn parse(name: &str) -> Option<Part> {
        Part::ALL.into_iter().find(|part| part.name() == name)
    }
}

/// What somebody orders.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// Made by the client, so that a repeat is harmless.
    pub client_id: Uuid,
    /// The item of the list.
    pub item: ItemId,
    /// The community whose list it is, where the order is done.
    pub community: AreaId,
    /// What it is about, in the asker's words; may be empty.
    pub words: String,
    /// Where to come to.
    pub place: String,
    /// To reach the asker.
    pub phone: Phone,
    /// How the asker wants to be called.
    pub name: Option<String>,
    /// The day that is wished for; none is as soon as it goes.
    pub day: Option<Day>,
    /// The part of the day; none is any.
    pub part: Option<Part>,
    /// How often it comes again; needs a day.
    pub every: Option<Every>,
    /// `web`, or `phone` where the community writes it down for somebody who calls.
    pub source: &'static str,
    /// The asker's account, where they have one.
    pub asker: Option<PersonId>,
    /// What the asker agreed to.
    pub agreed: Vec<String>,
}

impl NewOrder {
    fn flaws(&self, today: Day) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        let now = self.words.chars().count();
        if now > WORDS {
            flaws.push(Flaw::new("words", "too_long").with("max", WORDS).with("now", now));
        }
        let now = self.place.chars().count();
        if self.place.trim().is_empty() {
            flaws.push(Flaw::new("place", "missing"));
        } else if now > PLACE {
            flaws.push(Flaw::new("place", "too_long").with("max", PLACE).with("now", now));
        }
        if self.day.is_some_and(|day| day < today || day > today.plus(AHEAD)) {
            flaws.push(Flaw::new("day", "order_day").with("days", AHEAD));
        }
        if self.every.is_some() && self.day.is_none() {
            flaws.push(Flaw::new("day", "missing"));
        }
        flaws
    }
}

/// The case that an order begins as, for whoever opens it in a transaction of their own. Flaws and refusals as for
/// [`order`].
pub async fn case(work: &Casework, new: NewOrder) -> Result<NewCase> {
    let today = work.world().now().day();
    let flaws = new.flaws(today);
    if !flaws.is_empty() {
        return Err(Problem::Invalid(flaws));
    }
    let scope = Scope::system("find where an order lies");
    let mut read = work.db().read();
    if areas::by_id(&mut read, &scope, new.community).await?.tier != Tier::Community {
        return Err(Refusal::new("not_a_community").into());
    }
    let (line, offered) = offered(&mut read, new.community, new.item, today).await?;
    if !offered {
        return Err(Refusal::new("not_ordered").with("item", &line.name).into());
    }
    let found = named_in(work, &mut read, new.community, &new.place).await?;
    let area = area_of(found.as_ref()).unwrap_or(new.community);
    let mut input = Input::default();
    if let Some(day) = new.day {
        input = input.with("wanted_day", Val::Day(day.0));
    }
    if let Some(part) = new.part {
        input = input.with("wanted_part", Val::Choice(part.name().to_owned()));
    }
    if let Some(every) = new.every {
        input = input.with("every", Val::Choice(every.name().to_owned()));
    }
    let words = new.words.trim();
    let last = new.every.and(new.day).map(series::until);
    let next = new.every.zip(new.day).map(|(every, day)| series::next_on(every, day, today));
    let (part, every) = (new.part.map(Part::name), new.every.map(Every::name));
    let made_of = args![line.id, line.terms.0, new.day, part, every, last, next].to_vec();
    Ok(NewCase {
        client_id: Some(new.client_id),
        title: line.name.clone(),
        body: if words.is_empty() { line.name } else { words.to_owned() },
        place: new.place.trim().to_owned(),
        phone: Some(new.phone),
        name: new.name,
        source: new.source.to_owned(),
        area: Some(area),
        point: found.and_then(|found| found.point),
        asker: new.asker,
        input,
        agreed: new.agreed,
        beside: vec![(&store::ORDER_ADD, made_of)],
        ..NewCase::default()
    })
}

/// An item as a community has it, and whether somebody comes for it.
pub(super) async fn offered(
    q: &mut impl Query,
    community: AreaId,
    item: ItemId,
    today: Day,
) -> Result<(Line, bool)> {
    let lines = services::list(q, Some(community), today).await?;
    let line = lines.into_iter().find(|line| line.id == item).ok_or(Problem::NotFound)?;
    let providers = claims::providers(q, Some(community), today).await?;
    let comes = line.comes(providers.get(&item));
    Ok((line, comes))
}

/// Orders. Flaws: by field. Refusals: `not_a_community`; `not_ordered` where the community does not use the item, or only
/// tells the way; `client_id_taken` as for [`Casework::open`].
pub async fn order(work: &Casework, actor: Actor, new: NewOrder) -> Result<Opened> {
    let case = case(work, new).await?;
    work.open(actor, "order", "order", case).await
}
