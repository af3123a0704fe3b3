//! From an address to an area: what addresses are understood by is held in memory (ADR 17).

use super::{
    AreaColumns,
    rules::{building_number, place_key},
    store::{self, AreaRow, BookState, CompoundBuildingRow, DeskRow, PlaceRow},
};
use crate::PlaceId;
use linli_authz::{Scope, Tier};
use linli_base::{AreaId, OrgId, Point, Result};
use linli_store::{Query, args};
use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
    iter::successors,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::Mutex;

/// So many places of an address are weighed, the longest names first.
const WEIGHED: usize = 8;

/// What an address may mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The compound, road or spot that it names, where it names one.
    pub place: Option<PlaceId>,
    /// What was recognised, to show: the place's name, else the community's or street's.
    pub name: String,
    /// Where that lies. The grid is known where the building is, or where the whole place lies in one.
    pub columns: AreaColumns,
    /// The building, where the address has a number that the compound has.
    pub building: Option<AreaId>,
    /// Where to put it on a map.
    pub point: Option<Point>,
}

/// What all the city's addresses may name and who accepts there, read anew when an area, a place or an office has
/// changed in any copy.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    held: Arc<RwLock<Option<Arc<Book>>>>,
    states: Arc<States>,
    /// Of all who find it old one reads it.
    turn: Arc<Mutex<()>>,
}

/// Whether the book has changed is asked once for all who wait to know it: an answer is for whoever came before its
/// question.
#[derive(Debug, Default)]
struct States {
    questions: AtomicU64,
    last: Mutex<(u64, Option<BookState>)>,
}

impl States {
    async fn now(&self, q: &mut impl Query, scope: &Scope) -> Result<Option<BookState>> {
        if q.writes() {
            return q.maybe(&store::BOOK_STATE, scope, args![]).await;
        }
        let before = self.questions.load(Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if last.0 <= before {
            let question = self.questions.fetch_add(1, Ordering::SeqCst) + 1;
            *last = (question, q.maybe(&store::BOOK_STATE, scope, args![]).await?);
        }
        Ok(last.1.clone())
    }
}

impl Addresses {
    /// What an address may mean, the likeliest first: a compound with the building's number, a longer name before a
    /// shorter, a place in the community that the address names before one elsewhere, then the community or street
    /// alone. Nothing recognised: empty.
    pub async fn suggest(&self, q: &mut impl Query, text: &str) -> Result<Vec<Found>> {
        Ok(self.book(q).await?.suggest(text))
    }

    /// The narrowest area that the likeliest meaning of an address lies in: see [`Addresses::suggest`].
    pub async fn find(&self, q: &mut impl Query, text: &str) -> Result<Option<AreaId>> {
        let best = self.suggest(q, text).await?.into_iter().next();
        Ok(best.and_then(|hit| {
            let AreaColumns { street, community, grid } = hit.columns;
            hit.building.or(grid).or(community).or(street)
        }))
    }

    /// Where that lies what an address most likely means, and the desk that accepts it there: the community's office,
    /// else the street's, else the city's. Nothing recognised: the city alone with its desk.
    pub async fn accepted(&self, q: &mut impl Query, text: &str) -> Result<(AreaColumns, Option<OrgId>)> {
        let book = self.book(q).await?;
        let columns = book.suggest(text).first().map_or_else(AreaColumns::default, |hit| hit.columns);
        let inside = [columns.community, columns.street, book.top];
        Ok((columns, inside.into_iter().flatten().find_map(|area| book.desks.get(&area)).copied()))
    }

    /// Reads it where that is due, so that nobody waits for it.
    pub async fn read(&self, q: &mut impl Query) -> Result<()> {
        self.book(q).await.map(drop)
    }

    async fn book(&self, q: &mut impl Query) -> Result<Arc<Book>> {
        let scope = Scope::system("understand an address");
        // first: what is read after it can be newer than it says, never older
        let state = self.states.now(q, &scope).await?;
        let held = || {
            let held = self.held.read().unwrap_or_else(PoisonError::into_inner).clone();
            held.filter(|book| book.state == state)
        };
        if let Some(book) = held() {
            return Ok(book);
        }
        let _turn = self.turn.lock().await;
        if let Some(book) = held() {
            return Ok(book);
        }
        let areas: Vec<AreaRow> = q.all(&store::BOOK_AREAS, &scope, args![]).await?;
        let places: Vec<PlaceRow> = q.all(&store::BOOK_PLACES, &scope, args![]).await?;
        let buildings: Vec<CompoundBuildingRow> = q.all(&store::BOOK_BUILDINGS, &scope, args![]).await?;
        let desks: Vec<DeskRow> = q.all(&store::BOOK_DESKS, &scope, args![]).await?;
        let book = Arc::new(Book::new(state, areas, places, buildings, desks));
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(book.clone());
        Ok(book)
    }
}

#[derive(Debug)]
struct Book {
    /// `None`: written before the book was.
    state: Option<BookState>,
    areas: HashMap<AreaId, AreaRow>,
    /// The communities, then the streets, each with what names it.
    named: Vec<(String, AreaId)>,
    places: Vec<PlaceRow>,
    /// Places by the first character of their keys.
    by_first: HashMap<char, Vec<usize>>,
    buildings: HashMap<PlaceId, Vec<AreaId>>,
    top: Option<AreaId>,
    desks: HashMap<AreaId, OrgId>,
}

impl Book {
    fn new(
        state: Option<BookState>,
        areas: Vec<AreaRow>,
        places: Vec<PlaceRow>,
        buildings: Vec<CompoundBuildingRow>,
        desks: Vec<DeskRow>,
    ) -> Book {
        let of = |tier: Tier| areas.iter().filter(move |area| area.tier == tier.name());
        let named = of(Tier::Community).chain(of(Tier::Street));
        let named = named.map(|area| (place_key(&area.name), area.id)).collect();
        let mut by_first: HashMap<char, Vec<usize>> = HashMap::new();
        for (n, place) in places.iter().enumerate() {
            if let Some(first) = place.match_key.chars().next() {
                by_first.entry(first).or_default().push(n);
            }
        }
        let mut of_places: HashMap<PlaceId, Vec<AreaId>> = HashMap::new();
        for row in buildings {
            of_places.entry(row.place).or_default().push(row.building);
        }
        let top = areas.iter().find(|area| area.parent_id.is_none()).map(|area| area.id);
        let desks = desks.into_iter().map(|row| (row.area, row.desk)).collect();
        let areas = areas.into_iter().map(|area| (area.id, area)).collect();
        Book { state, areas, named, places, by_first, buildings: of_places, top, desks }
    }

    fn suggest(&self, text: &str) -> Vec<Found> {
        let named: Vec<&AreaRow> = self.areas_in(text).collect();
        let number = building_number(text);
        let mut found: Vec<_> = self
            .places_in(text)
            .into_iter()
            .map(|place| {
                let hit = self.meant(place, number);
                let inside = [hit.columns.community, hit.columns.street, hit.columns.grid];
                let agreeing = named.iter().filter(|area| inside.contains(&Some(area.id))).count();
                ((agreeing, hit.building.is_some(), place.match_key.chars().count()), hit)
            })
            .collect();
        found.sort_by_key(|(weight, _)| Reverse(*weight));
        let mut found: Vec<Found> = found.into_iter().map(|(_, hit)| hit).collect();
        for area in named {
            let columns = self.columns(area.id);
            let there =
                |hit: &Found| columns.community.is_some() && hit.columns.community == columns.community;
            if !found.iter().any(there) {
                let name = area.name.clone();
                found.push(Found { place: None, name, columns, building: None, point: None });
            }
        }
        found
    }

    /// The communities, then the streets, whose names stand in the text.
    fn areas_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a AreaRow> {
        self.named.iter().filter_map(move |(key, id)| {
            let area = self.areas.get(id)?;
            let english = area.name_en.as_deref().is_some_and(|name| text.contains(name));
            (english || text.contains(key)).then_some(area)
        })
    }

    /// The places whose keys stand in the text, the longest first.
    fn places_in(&self, text: &str) -> Vec<&PlaceRow> {
        let mut found: BTreeSet<&usize> = BTreeSet::new();
        for (at, first) in text.char_indices() {
            let rest = text.get(at..).unwrap_or_default();
            let here = self.by_first.get(&first).into_iter().flatten();
            found.extend(
                here.filter(|n| self.places.get(**n).is_some_and(|place| rest.starts_with(&place.match_key))),
            );
        }
        let mut places: Vec<_> = found.into_iter().filter_map(|n| self.places.get(*n)).collect();
        places.sort_by_key(|place| Reverse(place.match_key.chars().count()));
        places.truncate(WEIGHED);
        places
    }

    /// What a place and a building's number mean: the building, else the grid where the whole place lies in one.
    fn meant(&self, place: &PlaceRow, number: Option<u32>) -> Found {
        let own: Vec<&AreaRow> =
            self.buildings.get(&place.id).into_iter().flatten().filter_map(|id| self.areas.get(id)).collect();
        let building = number.and_then(|n| own.iter().find(|area| building_number(&area.name) == Some(n)));
        let parents: BTreeSet<_> = own.iter().filter_map(|area| area.parent_id).collect();
        let whole = parents.first().filter(|_| parents.len() == 1);
        let area = building.map(|b| b.id).or(whole.copied()).unwrap_or(place.area_id);
        let (lat, lon) = building.map_or((place.lat, place.lon), |b| (b.lat, b.lon));
        Found {
            place: Some(place.id),
            name: place.name.clone(),
            columns: self.columns(area),
            building: building.map(|b| b.id),
            point: lat.zip(lon).map(|(lat, lon)| Point { lat, lon }),
        }
    }

    fn columns(&self, id: AreaId) -> AreaColumns {
        let up = |area: &&AreaRow| area.parent_id.and_then(|parent| self.areas.get(&parent));
        let mut columns = AreaColumns::default();
        for area in successors(self.areas.get(&id), up).take(Tier::ALL.len()) {
            match Tier::parse(&area.tier) {
                Some(Tier::Street) => columns.street = Some(area.id),
                Some(Tier::Community) => columns.community = Some(area.id),
                Some(Tier::Grid) => columns.grid = Some(area.id),
                _ => {}
            }
        }
        columns
    }
}
