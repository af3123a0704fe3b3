//! The lists as staff see them: the city's and a community's, with what is claimed and what waits.

use super::{panel::Panel, prelude::*, public::further};
use crate::services::{Standing, claims::Providers, rules};
use linli_authz::Tier;
use std::collections::HashMap;

/// Which list, and what of it.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(rename = "in")]
    pub place: Option<String>,
    #[serde(default)]
    pub category: String,
    /// `waiting` to be vetted, `unclaimed`; empty: all.
    #[serde(default)]
    pub only: String,
    #[serde(default)]
    pub q: String,
    /// The earlier terms that a form begins with.
    pub again: Option<services::ChoiceId>,
    pub done: Option<String>,
    /// `views`: a phone shows the left side.
    #[serde(default)]
    pub col: String,
}

/// A list in hand: whose, and what the actor may do with it.
pub(super) struct Book {
    pub community: Option<(AreaId, Named)>,
    pub lines: Vec<Line>,
    pub providers: HashMap<ItemId, Providers>,
    pub may_edit: bool,
    pub may_vet: bool,
}

impl Book {
    pub fn id(&self) -> Option<AreaId> {
        self.community.as_ref().map(|(id, _)| *id)
    }

    pub fn line(&self, id: ItemId) -> Result<&Line> {
        self.lines.iter().find(|line| line.id == id).ok_or(Problem::NotFound)
    }
}

/// What was asked for; one's own community where nothing was.
pub(super) async fn open(org: &OrgState, visit: &Visit, actor: &Actor, asked: &Asked) -> Result<Book> {
    actor.may(Permission::OrgSee)?;
    let (lang, today, read) = (visit.lang, visit.now.day(), &mut org.db.read());
    let community = match asked.place.as_deref() {
        Some(place) => places::community(read, lang, place).await?,
        None => places::own(read, lang, actor).await?,
    };
    let id = community.as_ref().map(|(id, _)| *id);
    let may_vet = claims::may_vet(read, actor, id).await.is_ok();
    Ok(Book {
        lines: services::list(read, id, today).await?,
        providers: claims::providers(read, id, today).await?,
        may_edit: if id.is_some() { may_vet } else { actor.may(Permission::Configure).is_ok() },
        may_vet,
        community,
    })
}

/// An entry of the left side.
struct View {
    href: String,
    icon: &'static str,
    /// Where there is no icon.
    number: String,
    label: Named,
    count: String,
    tone: &'static str,
    on: bool,
}

struct Section {
    place: String,
    title: Named,
    groups: usize,
    rows: Vec<Row>,
}

struct Row {
    id: ItemId,
    href: String,
    number: String,
    name: Named,
    group: Named,
    hearts: String,
    way: (&'static str, &'static str),
    claims: i64,
    waiting: i64,
    /// Nobody has to claim what only shows the way, or is not used.
    needs: bool,
    standing: (&'static str, &'static str),
    changed: bool,
    on: bool,
}

#[derive(Template)]
#[template(path = "services/desk.html")]
struct DeskPage {
    page: Page,
    title: String,
    lead: String,
    place: String,
    place_name: String,
    lists: Vec<View>,
    streets: Vec<Street>,
    categories: Vec<View>,
    checks: Vec<View>,
    claims: bool,
    asked: Asked,
    sections: Vec<Section>,
    whole: String,
    export: Option<String>,
    add: Option<String>,
    panel: Option<Panel>,
    toast: Option<&'static str>,
    col: &'static str,
}

/// `GET /catalogue`
pub(super) async fn list(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    let book = open(&org, &visit, &who.actor, &asked).await?;
    page(&org, &visit, &who.actor, (book, asked), None, StatusCode::OK).await
}

pub(super) async fn page(
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    (book, asked): (Book, Asked),
    panel: Option<Panel>,
    status: StatusCode,
) -> Answer {
    let (lang, read) = (visit.lang, &mut org.db.read());
    let place = places::key(book.community.as_ref());
    let here = |category: &str, only: &str| {
        format!("/catalogue?in={place}{}", further(&[("category", category), ("only", only)]))
    };
    let name = places::name(lang, book.community.as_ref());
    let own = places::own(read, lang, actor).await?;
    let export = actor.may(Permission::Export).is_ok();
    let opened = panel.as_ref().map(|panel| panel.id);
    let shown: Vec<&Line> = book.lines.iter().filter(|line| wants(&asked, &book, line)).collect();
    let own_or_here = own.or_else(|| book.community.clone());
    let page = DeskPage {
        page: visit.page(t::catalogue::title(lang)),
        title: t::catalogue::of(lang, &name.text),
        lead: lead(lang, &book, &name.text),
        lists: lists(lang, &book, own_or_here),
        streets: if own_is_all(actor) { Vec::new() } else { places::streets(read, lang).await? },
        categories: categories(lang, &book, &asked, here),
        checks: checks(lang, &book, &asked, here),
        claims: actor.may(Permission::ServicesClaim).is_ok(),
        sections: sections(lang, &book, &shown, opened, &asked),
        whole: here("", ""),
        export: export.then(|| format!("/catalogue.csv?in={place}")),
        add: (book.may_edit && book.community.is_some()).then(|| format!("/catalogue/new?in={place}")),
        col: match (panel.is_some(), asked.col.as_str()) {
            (true, _) => "case",
            (false, "views") => "views",
            (false, _) => "list",
        },
        toast: match asked.done.as_deref() {
            Some("saved") => Some(t::catalogue::saved(lang)),
            Some("vetted") => Some(t::catalogue::vetted(lang)),
            _ => None,
        },
        panel,
        place_name: name.text,
        place,
        asked,
    };
    html_with(status, &page)
}

/// Whether the actor works in one community only.
fn own_is_all(actor: &Actor) -> bool {
    matches!(actor.hat().and_then(|hat| hat.area), Some((Tier::Community | Tier::Grid, _)))
}

pub(super) fn claimed(book: &Book, line: &Line) -> i64 {
    book.providers.get(&line.id).map_or(0, |p| p.orgs + p.people)
}

fn waiting(book: &Book, line: &Line) -> i64 {
    book.providers.get(&line.id).map_or(0, |p| p.waiting)
}

/// Nobody does it, and somebody has to.
fn unclaimed(book: &Book, line: &Line) -> bool {
    line.terms.1.used && line.terms.1.way != Way::Guide && claimed(book, line) == 0
}

fn wants(asked: &Asked, book: &Book, line: &Line) -> bool {
    (asked.category.is_empty() || line.category[0] == asked.category)
        && rules::holds(&words::all(line), &asked.q)
        && match asked.only.as_str() {
            "waiting" => waiting(book, line) > 0,
            "unclaimed" => unclaimed(book, line),
            _ => true,
        }
}

/// How many items, and what the community does with them.
fn lead(lang: Lang, book: &Book, name: &str) -> String {
    let of = |standing: Standing| book.lines.iter().filter(|line| line.standing == standing).count();
    let count = |part: usize| {
        let mut keys: Vec<&str> = book
            .lines
            .iter()
            .filter(|line| line.number.is_some())
            .map(|line| if part == 0 { line.category[0].as_str() } else { line.group[0].as_str() })
            .collect();
        keys.dedup();
        keys.len()
    };
    let items = book.lines.iter().filter(|line| line.number.is_some()).count();
    let city = t::catalogue::city_lead(lang, count(0), count(1), items);
    if book.community.is_none() {
        return city;
    }
    let (same, changed) = (of(Standing::AsItIs), of(Standing::Changed));
    let ours = t::catalogue::lead(lang, name, same, changed, of(Standing::Unused), of(Standing::Own));
    format!("{city}{ours}")
}

/// The city's list and the community's.
fn lists(lang: Lang, book: &Book, own: Option<(AreaId, Named)>) -> Vec<View> {
    let view = |community: Option<&(AreaId, Named)>, icon, label| View {
        href: format!("/catalogue?in={}", places::key(community)),
        icon,
        number: String::new(),
        count: String::new(),
        tone: "",
        on: community.map(|(id, _)| *id) == book.id(),
        label,
    };
    let whole = Named { text: t::services::city_list(lang).to_owned(), tag: "" };
    let own = own.map(|own| view(Some(&own), "house", own.1.clone()));
    std::iter::once(view(None, "list", whole)).chain(own).collect()
}

fn categories(lang: Lang, book: &Book, asked: &Asked, here: impl Fn(&str, &str) -> String) -> Vec<View> {
    let view = |lines: &[Line]| {
        let category = &lines.first()?.category;
        let on = asked.category == category[0];
        Some(View {
            href: here(if on { "" } else { &category[0] }, &asked.only),
            icon: "",
            number: place_of(book, category),
            label: Named::of(lang, category),
            count: lines.len().to_string(),
            tone: "reg",
            on,
        })
    };
    book.lines.chunk_by(|a, b| a.category[0] == b.category[0]).filter_map(view).collect()
}

fn checks(lang: Lang, book: &Book, asked: &Asked, here: impl Fn(&str, &str) -> String) -> Vec<View> {
    let view = |only: &str, icon, label: &str, count: i64| View {
        href: here(&asked.category, if asked.only == only { "" } else { only }),
        icon,
        number: String::new(),
        label: Named { text: label.to_owned(), tag: "" },
        count: count.to_string(),
        tone: if count > 0 { "amber" } else { "reg" },
        on: asked.only == only,
    };
    let to_vet = book.lines.iter().map(|line| waiting(book, line)).sum();
    let nobody = book.lines.iter().filter(|line| unclaimed(book, line)).count();
    vec![
        view("waiting", "shield-alert", t::catalogue::waiting(lang), to_vet),
        view(
            "unclaimed",
            "triangle-alert",
            t::catalogue::unclaimed(lang),
            i64::try_from(nobody).unwrap_or(0),
        ),
    ]
}

fn sections(lang: Lang, book: &Book, shown: &[&Line], opened: Option<ItemId>, asked: &Asked) -> Vec<Section> {
    let place = places::key(book.community.as_ref());
    let kept = further(&[("category", &asked.category), ("only", &asked.only), ("q", &asked.q)]);
    let section = |lines: &[&Line]| {
        let mut groups: Vec<&str> = lines.iter().map(|line| line.group[0].as_str()).collect();
        groups.dedup();
        let row = |line: &&Line| {
            let terms = &line.terms.1;
            Row {
                id: line.id,
                href: format!("/catalogue/{}?in={place}{kept}", line.id),
                number: figure(&line.number.map(|n| n.to_string()).unwrap_or_default()),
                name: Named::new(lang, &line.name, line.name_en.as_deref()),
                group: Named::of(lang, &line.group),
                hearts: words::hearts(lang, &terms.hearts),
                way: words::way(lang, terms.way),
                claims: claimed(book, line),
                waiting: waiting(book, line),
                needs: terms.used && terms.way != Way::Guide,
                standing: standing(lang, line.standing),
                changed: line.standing == Standing::Changed,
                on: opened == Some(line.id),
            }
        };
        let category = &lines.first()?.category;
        let (place, title) = (place_of(book, category), Named::of(lang, category));
        Some(Section { place, title, groups: groups.len(), rows: lines.iter().map(row).collect() })
    };
    shown.chunk_by(|a, b| a.category[0] == b.category[0]).filter_map(section).collect()
}

/// The number of a category in the list, as wide as two digits.
fn place_of(book: &Book, category: &[String; 3]) -> String {
    let before = book.lines.chunk_by(|a, b| a.category[0] == b.category[0]);
    let nth = before.take_while(|lines| lines.first().is_some_and(|line| line.category != *category)).count();
    figure(&(nth + 1).to_string())
}

/// As wide as two digits.
fn figure(number: &str) -> String {
    format!("{number:\u{2007}>2}")
}

pub(super) fn standing(lang: Lang, standing: Standing) -> (&'static str, &'static str) {
    match standing {
        Standing::AsItIs => ("check", t::standing::as_it_is(lang)),
        Standing::Changed => ("pen", t::standing::changed(lang)),
        Standing::Unused => ("x", t::standing::unused(lang)),
        Standing::Own => ("plus", t::standing::own(lang)),
    }
}
