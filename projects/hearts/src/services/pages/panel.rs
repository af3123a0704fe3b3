//! An item beside the list: its terms as a form, what differs from the city's, who claims it, what it was before.

use super::{
    desk::{Asked, Book},
    form::Form,
    prelude::*,
};
use crate::services::{
    Standing,
    claims::{Claim, ClaimId, Holder, State as Stage},
    history,
};
use linli_base::{OrgId, PersonId};
use linli_org::{orgs, people};
use std::collections::HashMap;

pub(super) struct Panel {
    pub id: ItemId,
    pub number: String,
    pub name: Named,
    pub close: String,
    pub action: String,
    pub facts: String,
    /// For whoever may change it.
    pub form: Option<Form>,
    pub seen: String,
    pub flaws: Flaws,
    /// Somebody changed it meanwhile: what is now, and how what was typed differs.
    pub clash: Option<(String, Vec<Difference>)>,
    /// A community's terms against the city's.
    pub differences: Vec<Difference>,
    pub as_city: bool,
    pub coming: Option<String>,
    pub terms: Vec<(&'static str, String)>,
    pub claims: Vec<ClaimLine>,
    pub claimable: bool,
    pub past: Vec<PastLine>,
}

type Difference = (String, String, String);

pub(super) struct ClaimLine {
    pub name: Named,
    pub brings: String,
    pub facts: String,
    pub state: (&'static str, &'static str, &'static str),
    /// Where it is vetted, with the version seen; for those who may.
    pub vet: Option<(String, i64)>,
    pub waiting: bool,
    /// What was typed for deciding on it.
    pub reason: String,
}

pub(super) struct PastLine {
    pub days: String,
    pub by: String,
    pub text: String,
    pub again: Option<String>,
    pub holds: bool,
}

/// What was sent and did not go through.
#[derive(Default)]
pub(super) struct Sent {
    pub form: Option<Form>,
    pub flaws: Vec<Flaw>,
    pub clash: bool,
    /// The claim that was to be decided, and the words for it.
    pub decided: Option<(ClaimId, String)>,
}

/// The panel of an item.
pub(super) async fn open(
    org: &OrgState,
    visit: &Visit,
    (book, asked): (&Book, &Asked),
    id: ItemId,
    sent: Sent,
) -> Result<Panel> {
    let (lang, today, read) = (visit.lang, visit.now.day(), &mut org.db.read());
    let line = book.line(id)?;
    let place = places::key(book.community.as_ref());
    let own = line.standing == Standing::Own;
    let past = history(read, id, book.id()).await?;
    let open = past.iter().find(|past| past.to.is_none());
    let again = asked.again.and_then(|again| past.iter().find(|past| past.id == again));
    let base = again.or(open).map_or(&line.terms.1, |past| &past.terms);
    let form = sent.form.unwrap_or_else(|| Form::of(base, today.plus(1)));
    let names = makers(read, past.iter().filter_map(|past| past.by)).await?;
    let maker = |by: Option<PersonId>| {
        let name = names.get(&by?)?;
        Some(Named::new(lang, &name.name, name.name_en.as_deref()).text)
    };
    let coming = past.iter().rev().find(|past| past.from > today);
    let ends = past.iter().find(|past| past.to.is_some_and(|to| to >= today)).filter(|_| coming.is_none());
    let differences = match &line.city {
        Some(city) => words::differences(lang, city, &line.terms.1),
        None => Vec::new(),
    };
    let clash = sent.clash.then(|| {
        let who =
            open.and_then(|open| maker(open.by)).unwrap_or_else(|| t::catalogue::somebody(lang).to_owned());
        let now = open.map_or(&line.terms.1, |open| &open.terms);
        let typed = form.read(&[now]).map(|(terms, _)| words::differences(lang, now, &terms));
        (t::catalogue::changed_meanwhile(lang, who), typed.unwrap_or_default())
    });
    let mut facts = format!("{} {}", Named::of(lang, &line.category).text, Named::of(lang, &line.group).text);
    if own {
        facts = format!("{facts} {}", t::standing::own(lang));
    }
    let dated = |past: &services::Past| {
        let at = lang.date_near(past.at.day(), today);
        maker(past.by)
            .map_or_else(|| t::catalogue::brought(lang).to_owned(), |who| t::catalogue::by(lang, who, at))
    };
    let past_line = |past: &services::Past| PastLine {
        days: words::days(lang, past.from, past.to, today),
        by: dated(past),
        text: short(lang, &past.terms),
        again: (book.may_edit && open.is_none_or(|open| open.id != past.id))
            .then(|| format!("/catalogue/{id}?in={place}&again={}", past.id)),
        holds: past.from <= today && past.to.is_none_or(|to| to >= today),
    };
    Ok(Panel {
        id,
        number: line.number.map(|n| n.to_string()).unwrap_or_default(),
        name: Named::new(lang, &line.name, line.name_en.as_deref()),
        close: format!("/catalogue?in={place}"),
        action: format!("/catalogue/{id}?in={place}"),
        facts,
        seen: open.map(|open| open.id.to_string()).unwrap_or_default(),
        flaws: visit.flaws(&sent.flaws),
        clash,
        as_city: book.may_edit && book.community.is_some() && !own && open.is_some(),
        coming: match (coming, ends) {
            (Some(past), _) => Some(t::catalogue::coming(
                lang,
                lang.date_weekday(past.from, today),
                short(lang, &past.terms),
            )),
            (None, Some(past)) if open.is_none() && book.community.is_some() => {
                past.to.map(|to| t::catalogue::ends(lang, lang.date_weekday(to.plus(1), today)))
            }
            _ => None,
        },
        terms: told(lang, &line.terms.1),
        claims: claims_of(org, visit, book, id, sent.decided).await?,
        claimable: line.terms.1.used && line.terms.1.way != Way::Guide,
        past: past.iter().map(past_line).collect(),
        differences,
        form: book.may_edit.then_some(form),
    })
}

/// The terms for who only reads.
fn told(lang: Lang, terms: &Terms) -> Vec<(&'static str, String)> {
    let used = if terms.used { t::terms::yes(lang) } else { t::terms::no(lang) };
    let lines = [
        (t::terms::used(lang), used.to_owned()),
        (t::terms::way(lang), words::way(lang, terms.way).1.to_owned()),
        (t::terms::hearts(lang), words::hearts(lang, &terms.hearts)),
        (t::terms::frequency(lang), words::frequency(lang, terms).text),
        (t::terms::standard(lang), words::standard(lang, terms).text),
        (t::terms::prices(lang), words::prices(lang, terms)),
    ];
    lines.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

/// Way, price and frequency in a line.
fn short(lang: Lang, terms: &Terms) -> String {
    if !terms.used {
        return t::terms::no(lang).to_owned();
    }
    let parts = [
        words::way(lang, terms.way).1.to_owned(),
        words::price(lang, terms),
        words::frequency(lang, terms).text,
    ];
    parts.join(if lang.is_zh() { "，" } else { ", " })
}

async fn makers(
    q: &mut impl linli_store::Query,
    ids: impl Iterator<Item = PersonId>,
) -> Result<HashMap<PersonId, people::Name>> {
    let ids: Vec<PersonId> = ids.collect();
    let names = people::names(q, &Scope::system("name who changed a list"), &ids).await?;
    Ok(names.into_iter().map(|name| (name.id, name)).collect())
}

/// Whose claims these are, as staff see them.
pub(super) async fn holders(
    q: &mut impl linli_store::Query,
    lang: Lang,
    claims: &[Claim],
) -> Result<HashMap<uuid::Uuid, Named>> {
    let scope = Scope::system("name who claims an item");
    let of = |holder: fn(&Claim) -> Option<OrgId>| claims.iter().filter_map(holder);
    let orgs_of = of(|claim| match claim.holder {
        Holder::Org(org) => Some(org),
        Holder::Person(_) => None,
    });
    let persons: Vec<PersonId> = claims
        .iter()
        .filter_map(|claim| match claim.holder {
            Holder::Person(person) => Some(person),
            Holder::Org(_) => None,
        })
        .collect();
    let mut names = HashMap::new();
    for row in orgs::names(q, &scope, orgs_of).await? {
        names.insert(row.id.0, Named::new(lang, &row.name, row.name_en.as_deref()));
    }
    for name in people::names(q, &scope, &persons).await? {
        names.insert(name.id.0, Named::new(lang, &name.name, name.name_en.as_deref()));
    }
    Ok(names)
}

async fn claims_of(
    org: &OrgState,
    visit: &Visit,
    book: &Book,
    id: ItemId,
    decided: Option<(ClaimId, String)>,
) -> Result<Vec<ClaimLine>> {
    let (lang, today, read) = (visit.lang, visit.now.day(), &mut org.db.read());
    let claims = claims::of_item(read, id, book.id(), today).await?;
    let names = holders(read, lang, &claims).await?;
    let place = places::key(book.community.as_ref());
    let line = |claim: &Claim| {
        let holder = match claim.holder {
            Holder::Org(org) => org.0,
            Holder::Person(person) => person.0,
        };
        let wide =
            (claim.community.is_none() && book.community.is_some()).then(|| t::services::whole_city(lang));
        let days = words::days(lang, claim.from, claim.to, today);
        let facts: Vec<&str> = wide.into_iter().chain([days.as_str()]).collect();
        let typed = decided.as_ref().filter(|(id, _)| *id == claim.id);
        // what reaches the whole city is vetted on the city's list
        let here = book.may_vet && claim.community == book.id();
        ClaimLine {
            name: names.get(&holder).cloned().unwrap_or_default(),
            brings: claim.brings.clone(),
            facts: facts.join(if lang.is_zh() { "，" } else { ", " }),
            state: words::state(lang, claim.state),
            vet: here.then(|| (format!("/catalogue/{id}/claims/{}?in={place}", claim.id), claim.version)),
            waiting: claim.state == Stage::Waiting,
            reason: typed.map(|(_, reason)| reason.clone()).unwrap_or_default(),
        }
    };
    Ok(claims.iter().map(line).collect())
}
