//! Cases that are handled together, and parts of a case: what is told of them, and what one does to the other (ADR 9).

use crate::{
    CaseView, Casework, NewCase,
    load::Loaded,
    release::without_person,
    rules::{case_of, first_line},
    store,
};
use linli_authz::{Actor, Permission, Scope};
use linli_base::{At, CaseId, Flaw, Phone, Point, Problem, Result};
use linli_procedure::{Case, Facts, Field, FieldKind, Input, Link, Links, Other, Part, Step, Val};
use linli_store::{Query, Tx, Value, args};
use std::collections::{BTreeMap, BTreeSet};

pub use store::LinkRow;

/// The field of the first step in which an asker says that a public case is the same matter.
pub const SAME: &str = "same";
/// How many cases are offered for merging.
const OFFERED: usize = 5;
/// The words that two cases share, as many as are told.
const SHARED: usize = 3;
/// Where a case stands while others are merged into it.
pub(crate) const MERGED: &str = "merged";

/// A case that hangs together with another one.
#[derive(Clone, Debug)]
pub struct Beside {
    /// What may be told of it.
    pub row: LinkRow,
    /// Whether the actor may read it.
    pub seen: bool,
}

/// A case that may be the same matter.
#[derive(Clone, Debug)]
pub struct Near {
    /// Its id.
    pub id: CaseId,
    /// Its number.
    pub number: String,
    /// Its state.
    pub state: String,
    /// Its title.
    pub title: String,
    /// Where it lies, in words.
    pub place: String,
    /// When it was said.
    pub happened_at: At,
    /// How alike the words are, 0 to 1.
    pub alike: f32,
    /// The words that both say.
    pub shared: Vec<String>,
}

impl Loaded {
    /// Those that stand, or stood, merged into this one.
    pub fn merged(&self) -> impl Iterator<Item = &LinkRow> {
        self.links.iter().filter(|link| link.master_id == Some(self.row.id))
    }

    /// The parts of this one.
    pub fn children(&self) -> impl Iterator<Item = &LinkRow> {
        self.links.iter().filter(|link| link.parent_id == Some(self.row.id))
    }

    /// The one that this one stands merged into.
    pub fn master(&self) -> Option<&LinkRow> {
        let merged = self.case.state == MERGED;
        self.links.iter().find(|link| merged && Some(link.id) == self.case.master)
    }

    /// The one that this one is a part of.
    pub fn parent(&self) -> Option<&LinkRow> {
        self.links.iter().find(|link| Some(link.id) == self.case.parent)
    }

    /// The case that the asker said is the same.
    pub fn wishes(&self) -> Option<CaseId> {
        match self.facts.0.first()?.input.0.get(SAME)? {
            Val::Case(id) => Some(*id),
            _ => None,
        }
    }

    pub(crate) fn outside_links(&self) -> Links {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        Links {
            this: Some((self.row.id, self.row.happened_at)),
            merged: count(self.merged().filter(|link| link.state == MERGED).count()),
            children: count(self.children().count()),
            open_children: count(self.children().filter(|link| link.open).count()),
            other: None,
        }
    }
}

/// What hangs on a case. Most have nothing, and their own events say so: then nothing is read.
pub(crate) async fn linked(
    query: &mut impl Query,
    case: &Case,
    facts: &Facts,
    id: CaseId,
) -> Result<Vec<LinkRow>> {
    let has = facts.0.iter().any(|done| done.step == "takes_in" || done.step == "split");
    if !has && case.master.is_none() && case.parent.is_none() {
        return Ok(Vec::new());
    }
    let scope = Scope::system("what hangs on a case that was read");
    query.all(&store::LINKED, &scope, args![id, case.master, case.parent]).await
}

/// The case that an input names, as the rules see it.
pub(crate) async fn other(tx: &mut Tx<'_>, work: &Casework, id: CaseId) -> Result<Other> {
    let scope = Scope::system("read the case that a step names");
    let row: store::CaseRow = match tx.one(&store::BY_ID, &scope, args![id]).await {
        Err(Problem::NotFound) => return Err(Flaw::new("master", "no_such_case").into()),
        row => row?,
    };
    let procedure = work.procedure(&row.procedure)?.name.to_owned();
    Ok(Other { id, said_at: row.happened_at, procedure, case: case_of(&row, BTreeSet::new(), &[])? })
}

/// What was typed as a case's number becomes its id. Flaw: `no_such_case`.
pub(crate) async fn numbers_to_ids(
    tx: &mut Tx<'_>,
    form: &[Field],
    raw: &BTreeMap<String, Vec<String>>,
) -> Result<BTreeMap<String, Vec<String>>> {
    let mut raw = raw.clone();
    for field in form.iter().filter(|field| field.kind == FieldKind::Case) {
        let Some(typed) = raw.get_mut(field.name).and_then(|values| values.first_mut()) else { continue };
        if typed.trim().is_empty() || typed.parse::<CaseId>().is_ok() {
            continue;
        }
        let scope = Scope::system("find a case by its number");
        let found: Option<store::EarlierRow> =
            tx.maybe(&store::ID_BY_NUMBER, &scope, args![typed.trim()]).await?;
        *typed = found.ok_or_else(|| Flaw::new(field.name, "no_such_case"))?.id.to_string();
    }
    Ok(raw)
}

impl Casework {
    /// What other cases do because of a step that this one has taken, and a part of it that begins.
    pub(crate) async fn carried(
        &self,
        tx: &mut Tx<'_>,
        step: &Step,
        id: CaseId,
        input: &Input,
    ) -> Result<Vec<(CaseId, &'static str, Input)>> {
        if step.carries.is_empty() && step.opens.is_none() {
            return Ok(Vec::new());
        }
        let scope = Scope::system("what linked cases do");
        let loaded = Loaded::read(tx, self, &scope, id).await?;
        if let Some(first) = step.opens {
            self.open_part(tx, &loaded, first, input).await?;
        }
        let mut carried = Vec::new();
        for (link, next) in step.carries {
            let ids: Vec<CaseId> = match link {
                Link::Merged => {
                    loaded.merged().filter(|link| link.state == MERGED).map(|link| link.id).collect()
                }
                Link::Children => loaded.children().filter(|link| link.open).map(|link| link.id).collect(),
                Link::Parent => loaded.case.parent.into_iter().collect(),
                Link::Master => named(input).or_else(|| left(&loaded)).into_iter().collect(),
            };
            let answers = !ids.is_empty() && step.name == "pass" && *link == Link::Merged;
            let input = if answers { self.answer_of(tx, &loaded).await? } else { Input::default() };
            carried.extend(ids.into_iter().map(|id| (id, *next, input.clone())));
        }
        Ok(carried)
    }

    /// The reply that has passed, for those that were merged in: without the name of this case's asker.
    async fn answer_of(&self, tx: &mut Tx<'_>, loaded: &Loaded) -> Result<Input> {
        let scope = Scope::system("answer everybody who asked the same");
        let texts: Vec<store::EventText> = tx.all(&store::EVENT_TEXTS, &scope, args![loaded.row.id]).await?;
        let said: BTreeMap<String, Input> = texts
            .into_iter()
            .map(|text| (text.event_id.to_string(), serde_json::from_str(&text.body).unwrap_or_default()))
            .collect();
        let reply = (loaded.events.iter().rev())
            .filter_map(|event| said.get(&event.id.to_string()).map(|said| said.text("reply")))
            .find(|reply| !reply.is_empty())
            .unwrap_or_default();
        let people = |part: Part| -> Vec<_> {
            loaded.facts.people(part, loaded.procedure, &loaded.case).into_iter().collect()
        };
        let mut input = Input::default()
            .with("reply", Val::Text(without_person(reply, loaded.row.name.as_ref())))
            .with("handlers", Val::People(people(Part::Handler)))
            .with("auditors", Val::People(people(Part::Auditor)))
            .with("lead", Val::Orgs(loaded.case.lead.into_iter().collect()));
        for mark in ["untrue", "beyond"].into_iter().filter(|mark| loaded.case.has(mark)) {
            input = input.with("confirm", Val::Choice(mark.to_owned()));
        }
        Ok(input)
    }

    /// Opens a part of a case with the words that whoever splits has typed, and nothing of the asker.
    async fn open_part(&self, tx: &mut Tx<'_>, parent: &Loaded, step: &str, input: &Input) -> Result<()> {
        let (row, case) = (&parent.row, &parent.case);
        let [_, _, place] = row.listed(case.confidential, None);
        let words = input.text("part");
        let mut first = Input::default().with("lead", Val::Orgs(input.orgs("unit").to_vec()));
        for (field, value) in [("kind", &case.kind), ("category", &case.category), ("level", &case.level)] {
            if let Some(value) = value {
                first = first.with(field, Val::Choice(value.clone()));
            }
        }
        let areas = case.areas;
        let new = NewCase {
            title: first_line(words),
            body: words.to_owned(),
            place: place.to_owned(),
            source: "split".to_owned(),
            area: areas.grid.or(areas.community).or(areas.street),
            parent: Some(row.id),
            input: first,
            ..NewCase::default()
        };
        let system = Actor::System("a part of a case begins");
        self.open_in(tx, &system, parent.procedure.name, step, &new).await.map(|_| ())
    }

    /// Opens what a step turns a case into; the input then names it as `becomes`.
    pub(crate) async fn turned(
        &self,
        tx: &mut Tx<'_>,
        step: &Step,
        loaded: &Loaded,
        input: Input,
    ) -> Result<Input> {
        let Some((procedure, first)) = step.becomes else { return Ok(input) };
        let (row, areas) = (&loaded.row, loaded.case.areas);
        let words = match input.text("words") {
            "" => row.body.clone(),
            words => format!("{}（{}）：{words}", row.title, row.number),
        };
        let phone = row.phone_sealed.as_deref().map(|sealed| self.keys.open(sealed, row.id.0)).transpose()?;
        let agreed = self.agrees(tx, row.id, "sms").await?;
        let today = self.world.now().day();
        let begun = step.again.zip(loaded.facts.0.first()).map(|(again, done)| again(&done.input, today));
        let new = NewCase {
            title: if begun.is_some() { row.title.clone() } else { first_line(&words) },
            input: begun.unwrap_or_default(),
            body: words,
            place: row.place.whole().to_owned(),
            point: row.lat.zip(row.lon).map(|(lat, lon)| Point { lat, lon }),
            phone: phone.map(|digits| Phone::parse("phone", &digits)).transpose()?,
            name: row.name.as_ref().map(|name| name.whole().to_owned()),
            source: loaded.procedure.name.to_owned(),
            area: areas.grid.or(areas.community).or(areas.street),
            asker: loaded.case.asker,
            agreed: agreed.then(|| "sms".to_owned()).into_iter().collect(),
            ..NewCase::default()
        };
        let system = Actor::System("a case becomes another one");
        let opened = self.open_in(tx, &system, procedure, first, &new).await?;
        Ok(input.with("becomes", Val::Case(opened.id)))
    }

    /// What hangs together with a case, each with whether the actor may read it.
    pub async fn beside(&self, actor: &Actor, view: &CaseView) -> Result<Vec<Beside>> {
        let links = &view.loaded.links;
        if links.is_empty() {
            return Ok(Vec::new());
        }
        let scope = actor.may(Permission::CaseSee)?;
        let ids = Value::List(links.iter().map(|link| Value::from(link.id.0)).collect());
        let seen: Vec<store::IdRow> = self.db.read().all(&store::SEEN, &scope, &[ids]).await?;
        let seen: BTreeSet<CaseId> = seen.into_iter().map(|row| row.id).collect();
        Ok(links.iter().map(|row| Beside { seen: seen.contains(&row.id), row: row.clone() }).collect())
    }

    /// The case that the asker said is the same, where it still stands in one of `states` and the actor may read both.
    pub async fn wished(&self, actor: &Actor, view: &CaseView, states: &[&str]) -> Result<Option<Near>> {
        let Some(id) = view.loaded.wishes().filter(|_| view.knows) else { return Ok(None) };
        let scope = actor.may(Permission::CaseSee)?;
        let states = Value::List(states.iter().map(|state| Value::from(*state)).collect());
        let args = args![id, states, view.loaded.procedure.name];
        let found: Option<store::NearRow> = self.db.read().maybe(&store::WISHED, &scope, args).await?;
        Ok(self.ranked(view, found.into_iter().collect()).await?.pop())
    }

    /// Cases that may be the same matter and stand in one of `states`: in the same community, of the same category
    /// where this one has one, said within `days`, the most alike first. Confidential ones are not among them.
    pub async fn near(
        &self,
        actor: &Actor,
        view: &CaseView,
        states: &[&str],
        days: i64,
    ) -> Result<Vec<Near>> {
        let (row, case) = (&view.loaded.row, &view.loaded.case);
        let Some(community) = case.areas.community else { return Ok(Vec::new()) };
        let scope = actor.may(Permission::CaseSee)?;
        let span = days * 86_400_000;
        let states = Value::List(states.iter().map(|state| Value::from(*state)).collect());
        let args = args![
            community,
            states,
            case.category.clone(),
            row.happened_at.plus_ms(-span),
            row.happened_at.plus_ms(span),
            row.id,
            view.loaded.procedure.name
        ];
        let found: Vec<store::NearRow> = self.db.read().all(&store::NEAR, &scope, args).await?;
        self.ranked(view, found).await
    }

    async fn ranked(&self, view: &CaseView, found: Vec<store::NearRow>) -> Result<Vec<Near>> {
        let (title, body) = (view.loaded.row.title.clone(), view.loaded.row.body.clone());
        // off the threads that answer: the dictionary is read the first time
        let rank = tokio::task::spawn_blocking(move || rank((&title, &body), found));
        rank.await.map_err(|e| Problem::broken("ranking what is near", e))
    }
}

/// The most alike first, with the words that they share.
fn rank((title, body): (&str, &str), found: Vec<store::NearRow>) -> Vec<Near> {
    let others: Vec<(&str, &str)> =
        found.iter().map(|other| (other.title.as_str(), other.body.as_str())).collect();
    let alike = linli_text::likeness((title, body), &others);
    let mut ranked: Vec<(f32, store::NearRow)> = alike.into_iter().zip(found).collect();
    ranked.sort_by(|(a, one), (b, other)| b.total_cmp(a).then(other.happened_at.cmp(&one.happened_at)));
    let own = format!("{title} {body}");
    let near = |(alike, other): (f32, store::NearRow)| Near {
        alike,
        shared: linli_text::shared(&own, &format!("{} {}", other.title, other.body), SHARED),
        id: other.id,
        number: other.number,
        state: other.state,
        title: other.title,
        place: other.place,
        happened_at: other.happened_at,
    };
    ranked.into_iter().take(OFFERED).map(near).collect()
}

fn named(input: &Input) -> Option<CaseId> {
    input.0.values().find_map(|value| if let Val::Case(id) = value { Some(*id) } else { None })
}

/// The master that the last merge named: the case has left it just now.
fn left(loaded: &Loaded) -> Option<CaseId> {
    loaded.facts.last("merge").and_then(|done| named(&done.input))
}
