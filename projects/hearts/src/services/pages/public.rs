//! What a resident can have: the city's list or a community's, by the five hearts or by category.

use super::prelude::*;
use crate::services::{claims::Providers, list::said, rules};
use linli_casework::Casework;
use std::collections::HashMap;

/// Which list, and what of it.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default, rename = "in")]
    place: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    heart: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "services/list.html")]
struct ListPage {
    page: Page,
    place: Named,
    many: usize,
    chosen: String,
    streets: Vec<Street>,
    q: String,
    by_category: bool,
    switch: [(String, &'static str, bool); 2],
    tiles: Vec<Tile>,
    sections: Vec<Section>,
    /// Nothing is called so: what fits the words, at most three.
    said: Vec<Row>,
}

/// A heart or a category to narrow the list to.
struct Tile {
    href: String,
    icon: &'static str,
    words: Named,
    many: usize,
    on: bool,
}

struct Section {
    name: Named,
    rows: Vec<Row>,
}

/// An item in the list.
struct Row {
    href: String,
    icon: &'static str,
    name: Named,
    price: String,
    way: (&'static str, &'static str),
    who: String,
    frequency: Named,
    /// Why nobody can have it here.
    lacking: Option<&'static str>,
    /// The words that decided, where it is suggested.
    because: String,
}

impl Row {
    fn new(lang: Lang, line: &Line, providers: Option<&Providers>, place: &str) -> Row {
        let terms = &line.terms.1;
        Row {
            href: format!("/services/{}{}", line.id, query(&[("in", place)])),
            icon: words::icon(&line.group[0]),
            name: Named::new(lang, &line.name, line.name_en.as_deref()),
            price: words::price(lang, terms),
            way: words::way(lang, terms.way),
            who: words::who(lang, terms.way, providers),
            frequency: words::frequency(lang, terms),
            lacking: words::lacking(lang, line, providers),
            because: String::new(),
        }
    }
}

/// A query of what is not empty.
pub(crate) fn query(parts: &[(&str, &str)]) -> String {
    further(parts).replacen('&', "?", 1)
}

/// What is not empty, further on in a query.
pub(super) fn further(parts: &[(&str, &str)]) -> String {
    let given = parts.iter().filter(|(_, value)| !value.is_empty());
    given.fold(String::new(), |all, (name, value)| all + &format!("&{name}={}", linli_web::encode(value)))
}

/// `GET /services`
pub(super) async fn list(
    State(org): State<OrgState>,
    State(work): State<Casework>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Answer {
    let (lang, today, read) = (visit.lang, visit.now.day(), &mut org.db.read());
    let community = places::community(read, lang, &asked.place).await?;
    let id = community.as_ref().map(|(id, _)| *id);
    let lines = services::list(read, id, today).await?;
    let providers = claims::providers(read, id, today).await?;
    let chosen = places::key(community.as_ref());
    let by_category = asked.by == "category";
    let of = |by: &str, name: &str, value: &str| {
        format!("/services{}", query(&[("in", &chosen), ("by", by), (name, value)]))
    };
    let written = asked.q.trim();
    let found = lines.iter().filter(|line| written.is_empty() || rules::holds(&words::all(line), written));
    let shown: Vec<&Line> = found.filter(|line| asked.wants(line, by_category)).collect();
    let suggested = if shown.is_empty() && !written.is_empty() {
        said(read, &lines, written, work.suggests()).await?
    } else {
        Vec::new()
    };
    let because = |(line, why): (&Line, Vec<String>)| Row {
        because: t::services::because(lang, words::quoted(lang, &why)),
        ..Row::new(lang, line, providers.get(&line.id), &chosen)
    };
    let tiles =
        if by_category { categories(lang, &lines, &asked, of) } else { hearts(lang, &lines, &asked, of) };
    html(&ListPage {
        page: visit.page(t::services::title(lang)),
        place: places::name(lang, community.as_ref()),
        many: lines.iter().filter(|line| line.terms.1.used).count(),
        streets: places::streets(read, lang).await?,
        switch: [
            (of("", "", ""), t::services::by_heart(lang), !by_category),
            (of("category", "", ""), t::services::by_category(lang), by_category),
        ],
        tiles,
        sections: sections(lang, &shown, &providers, &chosen),
        said: suggested.into_iter().map(because).collect(),
        q: asked.q,
        by_category,
        chosen,
    })
}

impl Asked {
    fn wants(&self, line: &Line, by_category: bool) -> bool {
        match (self.q.trim().is_empty(), by_category) {
            (false, _) => true,
            (true, true) => self.category.is_empty() || line.category[0] == self.category,
            (true, false) => {
                Heart::parse(&self.heart).is_none_or(|heart| line.terms.1.hearts.contains(&heart))
            }
        }
    }
}

fn hearts(lang: Lang, lines: &[Line], asked: &Asked, of: impl Fn(&str, &str, &str) -> String) -> Vec<Tile> {
    let tile = |heart: Heart| {
        let (icon, words) = words::heart(lang, heart);
        let on = asked.heart == heart.name();
        Tile {
            href: of("", "heart", if on { "" } else { heart.name() }),
            icon,
            words: Named { text: words.to_owned(), tag: "" },
            many: lines
                .iter()
                .filter(|line| line.terms.1.used && line.terms.1.hearts.contains(&heart))
                .count(),
            on,
        }
    };
    Heart::ALL.into_iter().map(tile).collect()
}

fn categories(
    lang: Lang,
    lines: &[Line],
    asked: &Asked,
    of: impl Fn(&str, &str, &str) -> String,
) -> Vec<Tile> {
    let tile = |lines: &[Line]| {
        let category = &lines.first()?.category;
        let on = asked.category == category[0];
        Some(Tile {
            href: of("category", "category", if on { "" } else { &category[0] }),
            icon: "",
            words: Named::of(lang, category),
            many: lines.iter().filter(|line| line.terms.1.used).count(),
            on,
        })
    };
    lines.chunk_by(|a, b| a.category[0] == b.category[0]).filter_map(tile).collect()
}

/// By category, in the order of the list.
fn sections(
    lang: Lang,
    shown: &[&Line],
    providers: &HashMap<ItemId, Providers>,
    place: &str,
) -> Vec<Section> {
    let section = |lines: &[&Line]| {
        let name = Named::of(lang, &lines.first()?.category);
        let row = |line: &&Line| Row::new(lang, line, providers.get(&line.id), place);
        Some(Section { name, rows: lines.iter().map(row).collect() })
    };
    shown.chunk_by(|a, b| a.category[0] == b.category[0]).filter_map(section).collect()
}
