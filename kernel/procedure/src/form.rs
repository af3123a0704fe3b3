use crate::Part;
use linli_base::{AreaId, At, CaseId, Day, FileId, Flaw, Id, OrgId, PersonId, Phone, money};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Ten thousand yuan, in fen.
const MOST_MONEY: i64 = 1_000_000;

/// One thing that a step asks. Its words are `field.<name>`, its hint `hint.<name>`.
pub struct Field {
    /// Form and JSON name.
    pub name: &'static str,
    /// What may stand in it.
    pub kind: FieldKind,
    /// Whether it must.
    pub need: Need,
    /// Which column of the case it sets.
    pub sets: Sets,
}

/// What may stand in a field. Free text and phones identify people: they go into the erasable part of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line, at most so many characters.
    Line(usize),
    /// Several lines, at most so many characters.
    Text(usize),
    /// One of these; words under `option.<field>.<value>`.
    Choice(&'static [&'static str]),
    /// A key of the category tree.
    Category,
    /// An area; its columns are loaded by the action.
    Area,
    /// One org.
    Org,
    /// Any number of orgs.
    Orgs,
    /// A person of the lead handler's org.
    Person,
    /// Somebody who may be asked to take the case on; the room offers them.
    Helper,
    /// Yuan with at most two decimals, up to ten thousand; kept in fen.
    Money,
    /// A date.
    Day,
    /// A whole number from the first to the second.
    Number(i64, i64),
    /// Date and time in Shanghai (`2026-09-28T18:10`).
    Moment,
    /// A tick.
    Yes,
    /// Up to so many pictures, uploaded before.
    Pictures(usize),
    /// A phone number.
    Phone,
    /// Another case; typed as its number, which the action turns into its id.
    Case,
    /// Any number of people; filled in by the program.
    People,
}

/// Whether a field must be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Must,
    /// It may.
    May,
    /// It must where the other field's choice is one of these.
    When(&'static str, &'static [&'static str]),
}

/// Which column of the case a field sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sets {
    /// None; it stays in the event.
    Nothing,
    /// Its kind (inquiry, help …).
    Kind,
    /// Its category.
    Category,
    /// Its level.
    Level,
    /// Its area columns.
    Area,
    /// Its lead handler.
    Lead,
    /// Adds helpers.
    Helpers,
    /// Takes a helper off.
    DropHelper,
    /// The person in charge within the lead handler's org.
    Person,
    /// The person who is asked to take it on.
    Asked,
    /// Puts the choice on the case as a mark.
    Mark,
    /// The case that it is handled together with.
    Master,
    /// These people have played the part.
    Played(Part),
    /// Nothing; it is what the handler of a confidential case reads, and is asked on such a case only.
    Handler,
    /// The copy that everybody may read, where the asker agreed to one; nothing that tells of a person may stand in it.
    Shown(Said),
    /// Where it is ticked, that the asker agrees to this purpose.
    Agrees(&'static str),
}

/// What of a case is copied to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Its title.
    Title,
    /// Its words.
    Body,
    /// Its place.
    Place,
    /// Whether whoever did it may show their pictures.
    Pictures,
    /// What is shown beside the copy.
    Beside,
}

/// A checked value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Val {
    /// Free text; erasable.
    Text(String),
    /// A choice or category.
    Choice(String),
    /// An area.
    Area(AreaId),
    /// Orgs, one or several.
    Orgs(Vec<OrgId>),
    /// A person.
    Person(PersonId),
    /// A date.
    Day(i64),
    /// A whole number.
    Number(i64),
    /// Money, in fen.
    Money(i64),
    /// An instant, Unix milliseconds.
    Moment(i64),
    /// A tick.
    Yes(bool),
    /// Pictures.
    Pictures(Vec<FileId>),
    /// A phone's digits; erasable.
    Phone(String),
    /// Another case.
    Case(CaseId),
    /// People.
    People(Vec<PersonId>),
}

impl Val {
    /// Whether it must go into the erasable part.
    pub fn is_personal(&self) -> bool {
        matches!(self, Val::Text(_) | Val::Phone(_))
    }
}

/// A filled form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Input(pub BTreeMap<String, Val>);

impl Input {
    /// An empty one.
    pub const EMPTY: &'static Input = &Input(BTreeMap::new());

    /// With one more value.
    #[must_use]
    pub fn with(mut self, name: &str, value: Val) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    /// The text of a field, or of a choice; empty where it is not filled.
    pub fn text(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(Val::Text(text) | Val::Choice(text) | Val::Phone(text)) => text,
            _ => "",
        }
    }

    /// Whether a field's choice is this one.
    pub fn is(&self, name: &str, choice: &str) -> bool {
        self.text(name) == choice
    }

    /// Whether a box is ticked.
    pub fn yes(&self, name: &str) -> bool {
        matches!(self.0.get(name), Some(Val::Yes(true)))
    }

    /// The number of a field; 0 where it is not filled.
    pub fn number(&self, name: &str) -> i64 {
        if let Some(Val::Number(number)) = self.0.get(name) { *number } else { 0 }
    }

    /// The date of a field.
    pub fn day(&self, name: &str) -> Option<Day> {
        if let Some(Val::Day(day)) = self.0.get(name) { Some(Day(*day)) } else { None }
    }

    /// The orgs of a field.
    pub fn orgs(&self, name: &str) -> &[OrgId] {
        match self.0.get(name) {
            Some(Val::Orgs(orgs)) => orgs,
            _ => &[],
        }
    }

    /// The people of a field.
    pub fn people(&self, name: &str) -> &[PersonId] {
        match self.0.get(name) {
            Some(Val::People(people)) => people,
            _ => &[],
        }
    }

    /// The pictures of all fields.
    pub fn pictures(&self) -> impl Iterator<Item = FileId> + '_ {
        self.0
            .values()
            .flat_map(|value| if let Val::Pictures(files) = value { files.as_slice() } else { &[] })
            .copied()
    }

    /// Split into what stays and what may be erased.
    pub fn split(&self) -> (Input, Input) {
        let (personal, stays): (BTreeMap<_, _>, BTreeMap<_, _>) =
            self.0.clone().into_iter().partition(|(_, value)| value.is_personal());
        (Input(stays), Input(personal))
    }
}

/// Reads what a form or JSON sent: for each field its values in order. Unknown names are ignored.
/// Flaws: `missing`, `too_long` (`max`, `now`), `not_text` (U+0000), `not_a_choice`, `phone_*`, `not_a_date`,
/// `not_a_number` (`from`, `to`), `not_money`, `too_many` (`max`), `no_such_case`.
pub fn parse(form: &[Field], raw: &BTreeMap<String, Vec<String>>) -> Result<Input, Vec<Flaw>> {
    let mut input = Input::default();
    let mut flaws = Vec::new();
    for field in form {
        let given: Vec<&str> = raw
            .get(field.name)
            .map(|values| values.iter().map(|v| v.trim()).filter(|v| !v.is_empty()).collect())
            .unwrap_or_default();
        if given.is_empty() {
            continue;
        }
        match value(field, &given) {
            Ok(value) => {
                input.0.insert(field.name.to_owned(), value);
            }
            Err(flaw) => flaws.push(flaw),
        }
    }
    for field in form {
        let needed = match field.need {
            Need::Must => true,
            Need::May => false,
            Need::When(other, choices) => choices.iter().any(|choice| input.is(other, choice)),
        };
        let flawed = flaws.iter().any(|flaw| flaw.field == field.name);
        if needed && !flawed && !input.0.contains_key(field.name) {
            flaws.push(Flaw::new(field.name, "missing"));
        }
    }
    if flaws.is_empty() { Ok(input) } else { Err(flaws) }
}

fn value(field: &Field, given: &[&str]) -> Result<Val, Flaw> {
    let first = given.first().copied().unwrap_or_default();
    if first.contains('\0') {
        return Err(Flaw::new(field.name, "not_text"));
    }
    let no_choice = || Flaw::new(field.name, "not_a_choice");
    let no_date = || Flaw::new(field.name, "not_a_date");
    Ok(match field.kind {
        FieldKind::Line(max) | FieldKind::Text(max) => {
            let now = first.chars().count();
            if now > max {
                return Err(Flaw::new(field.name, "too_long").with("max", max).with("now", now));
            }
            Val::Text(first.to_owned())
        }
        FieldKind::Choice(choices) => {
            Val::Choice((*choices.iter().find(|choice| **choice == first).ok_or_else(no_choice)?).to_owned())
        }
        FieldKind::Category => Val::Choice(first.to_owned()),
        FieldKind::Area => Val::Area(id(first).ok_or_else(no_choice)?),
        FieldKind::Org => Val::Orgs(vec![id(first).ok_or_else(no_choice)?]),
        FieldKind::Orgs => {
            Val::Orgs(given.iter().map(|text| id(text)).collect::<Option<_>>().ok_or_else(no_choice)?)
        }
        FieldKind::Person | FieldKind::Helper => Val::Person(id(first).ok_or_else(no_choice)?),
        FieldKind::Money => {
            let fen = money::fen(first).filter(|fen| *fen <= MOST_MONEY);
            Val::Money(fen.ok_or_else(|| Flaw::new(field.name, "not_money"))?)
        }
        FieldKind::Day => Val::Day(Day::parse(first).ok_or_else(no_date)?.0),
        FieldKind::Number(from, to) => {
            let number = first.parse().ok().filter(|number| (from..=to).contains(number));
            let no_number = || Flaw::new(field.name, "not_a_number").with("from", from).with("to", to);
            Val::Number(number.ok_or_else(no_number)?)
        }
        FieldKind::Moment => Val::Moment(moment(first).ok_or_else(no_date)?.0),
        FieldKind::Yes => Val::Yes(matches!(first, "on" | "true" | "1" | "yes")),
        FieldKind::Pictures(max) => {
            if given.len() > max {
                return Err(Flaw::new(field.name, "too_many").with("max", max));
            }
            Val::Pictures(given.iter().map(|text| id(text)).collect::<Option<_>>().ok_or_else(no_choice)?)
        }
        FieldKind::Phone => Val::Phone(Phone::parse(field.name, first)?.digits().to_owned()),
        FieldKind::Case => Val::Case(id(first).ok_or_else(|| Flaw::new(field.name, "no_such_case"))?),
        FieldKind::People => {
            Val::People(given.iter().map(|text| id(text)).collect::<Option<_>>().ok_or_else(no_choice)?)
        }
    })
}

fn id<T>(text: &str) -> Option<Id<T>> {
    text.parse().ok()
}

/// `YYYY-MM-DDThh:mm` in Shanghai.
pub fn moment(text: &str) -> Option<At> {
    let (day, time) = text.split_once('T')?;
    let (hour, minute) = time.split_once(':')?;
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.get(..2)?.parse().ok()?);
    let valid = (0..24).contains(&hour) && (0..60).contains(&minute);
    Some(Day::parse(day)?.start().plus_ms((hour * 60 + minute) * 60_000)).filter(|_| valid)
}
