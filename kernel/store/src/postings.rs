//! Posting lists in memory. Where words that many entries hold meet in few, FTS5 reads every list to its end before it
//! knows; lists in memory leap over what cannot match. They follow each commit before it is answered.

use crate::{
    Value,
    render::Rendered,
    search::{Asked, Change, place},
    sqlite::{broken, rows},
};
use linli_base::Result;
use rusqlite::Connection;
use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError, RwLock, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Numbers kept in all, of eight bytes each.
const MOST: usize = 2_000_000;
/// Lists known of: kept ones, and those that slow searches have asked for.
const KNOWN: usize = 4_096;

/// The lists of words that slow searches ask for.
pub(crate) struct Postings {
    all: RwLock<All>,
    now: AtomicU64,
    /// One reader at a time reads lists, so that the others are there for people.
    turn: Mutex<()>,
    /// A search that takes so long in FTS5 is a slow one.
    slow: Duration,
    /// A list is kept when so many slow searches have asked for it.
    wanted: u32,
    /// A longer list is not kept: its word is looked for in what the others give.
    longest: usize,
}

#[derive(Default)]
struct All {
    /// By index and term.
    lists: HashMap<String, List>,
    numbers: usize,
}

enum List {
    /// So many slow searches have asked for it.
    Wanted(u32),
    /// It is being read; with what has come and gone since that began.
    Reading(Vec<(i64, bool)>),
    /// Row numbers with their sign turned, the newest last; and when it was asked last.
    Kept(Vec<i64>, AtomicU64),
    TooLong,
}

impl Default for Postings {
    fn default() -> Self {
        Postings::new(Duration::from_millis(1), 4, MOST / 8)
    }
}

impl Postings {
    fn new(slow: Duration, wanted: u32, longest: usize) -> Self {
        Postings {
            all: RwLock::default(),
            now: AtomicU64::new(0),
            turn: Mutex::default(),
            slow,
            wanted,
            longest,
        }
    }

    /// What [`Asked::sqlite`] gives, and whether it took long without lists.
    #[expect(clippy::disallowed_methods, reason = "measures how long a search takes")]
    pub fn search(&self, conn: &Connection, index: &str, asked: &Asked) -> Result<(Vec<Vec<Value>>, bool)> {
        if let Some(found) = self.found(conn, index, asked)? {
            return Ok((found, false));
        }
        let begun = Instant::now();
        let found = rows(conn, &asked.sqlite(index))?;
        Ok((found, begun.elapsed() >= self.slow))
    }

    fn found(&self, conn: &Connection, index: &str, asked: &Asked) -> Result<Option<Vec<Vec<Value>>>> {
        let mut below = i64::MAX;
        if let Some(cursor) = &asked.after {
            let sql = format!("SELECT docid FROM {index}_doc WHERE id = ?1 AND at = ?2").into();
            let args = vec![Value::Uuid(cursor.id), Value::Int(cursor.key)];
            below = match rows(conn, &Rendered { sql, args })?.pop().and_then(|mut row| row.pop()) {
                Some(Value::Int(number)) => -number,
                _ => -place(cursor.id, cursor.key),
            };
        }
        let limit = usize::try_from(asked.limit).unwrap_or(0);
        let mut found = Vec::new();
        loop {
            let Some((met, sure)) = self.meet(index, asked, below, limit) else { return Ok(None) };
            let (body, words) = if sure { ("''", "") } else { ("t.body", "JOIN {i} t ON t.rowid = d.docid") };
            let sql = format!(
                "SELECT d.id, d.at, {body} FROM {{i}}_doc d {words} \
                 WHERE d.docid IN (SELECT -value FROM json_each(?1)) ORDER BY d.docid"
            );
            let args = vec![Value::Json(met.as_slice().into())];
            for mut row in rows(conn, &Rendered { sql: sql.replace("{i}", index).into(), args })? {
                let body = row.pop();
                if sure || matches!(body, Some(Value::Text(body)) if asked.is_in(&body)) {
                    found.push(row);
                }
            }
            match met.last() {
                Some(last) if met.len() == limit && found.len() < limit => below = *last,
                _ => {
                    found.truncate(limit);
                    return Ok(Some(found));
                }
            }
        }
    }

    /// The newest numbers below one that are in every list, and whether that is all that was asked for: very long
    /// lists are not kept. `None` where another one is not.
    fn meet(&self, index: &str, asked: &Asked, below: i64, limit: usize) -> Option<(Vec<i64>, bool)> {
        if asked.words.iter().any(|(_, prefix)| *prefix) {
            return None;
        }
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        let now = self.now.fetch_add(1, Ordering::Relaxed);
        let list = |term: &String| match all.lists.get(&key(index, term))? {
            List::Kept(numbers, asked) => {
                asked.store(now, Ordering::Relaxed);
                Some(Some(numbers.as_slice()))
            }
            List::TooLong => Some(None),
            List::Wanted(_) | List::Reading(_) => None,
        };
        let mut groups: Vec<Option<Vec<_>>> = Vec::new();
        for (word, _) in &asked.words {
            groups.push(list(word)?.map(|list| vec![list]));
        }
        if !asked.scopes.is_empty() {
            groups.push(asked.scopes.iter().map(list).collect::<Option<Vec<_>>>()?.into_iter().collect());
        }
        let many = groups.len();
        let mut groups: Vec<_> = groups.into_iter().flatten().collect();
        groups.sort_by_key(|group| group.iter().map(|list| list.len()).sum::<usize>());
        let sure = groups.len() == many;
        (!groups.is_empty()).then(|| (meet(groups, below - 1, limit), sure))
    }

    /// Keeps the lists that a slow search lacked, once enough have asked for them.
    pub fn want(&self, conn: &Connection, index: &str, asked: &Asked) -> Result<()> {
        if asked.words.iter().any(|(_, prefix)| *prefix) {
            return Ok(());
        }
        let Ok(_turn) = self.turn.try_lock() else { return Ok(()) };
        for term in asked.words.iter().map(|(word, _)| word).chain(&asked.scopes) {
            let key = key(index, term);
            // before it is read: what is put in from now on comes here too
            if self.begins(&key) {
                let read = numbers(conn, index, term, self.longest);
                let mut all = self.write();
                let late = all.lists.remove(&key);
                let Some(mut numbers) = read? else {
                    all.lists.insert(key, List::TooLong);
                    continue;
                };
                if let Some(List::Reading(late)) = late {
                    for (number, there) in late {
                        change(&mut numbers, number, there);
                    }
                }
                all.numbers += numbers.len();
                let now = self.now.fetch_add(1, Ordering::Relaxed);
                all.lists.insert(key, List::Kept(numbers, AtomicU64::new(now)));
                all.fit();
            }
        }
        Ok(())
    }

    fn begins(&self, key: &str) -> bool {
        let mut all = self.write();
        if all.lists.len() > KNOWN {
            all.lists.retain(|_, list| matches!(list, List::Reading(_) | List::Kept(..)));
        }
        let list = all.lists.entry(key.to_owned()).or_insert(List::Wanted(0));
        match list {
            List::Wanted(times) if *times + 1 < self.wanted => *times += 1,
            List::Wanted(_) => {
                *list = List::Reading(Vec::new());
                return true;
            }
            _ => {}
        }
        false
    }

    /// Takes in what is committed, before anyone hears that it is.
    pub fn follow(&self, changes: Vec<Change<'_>>) {
        if changes.is_empty() {
            return;
        }
        let mut all = self.write();
        let All { lists, numbers } = &mut *all;
        if lists.is_empty() {
            return;
        }
        let mut one = |list: &mut List, number: i64, there: bool| match list {
            List::Kept(list, _) => {
                *numbers -= list.len();
                change(list, number, there);
                *numbers += list.len();
            }
            List::Reading(late) => late.push((number, there)),
            List::Wanted(_) | List::TooLong => {}
        };
        for (index, number, entry) in changes {
            if let Some(entry) = entry {
                for term in entry.terms.split(' ') {
                    if let Some(list) = lists.get_mut(&key(index, term)) {
                        one(list, -number, true);
                    }
                }
            } else {
                let of_index = lists
                    .iter_mut()
                    .filter(|(key, _)| key.split_once(' ').is_some_and(|(of, _)| of == index));
                of_index.for_each(|(_, list)| one(list, -number, false));
            }
        }
        all.fit();
    }

    fn write(&self) -> RwLockWriteGuard<'_, All> {
        self.all.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl All {
    /// Lets go of what was not asked for longest.
    fn fit(&mut self) {
        while self.numbers > MOST {
            let kept = self.lists.iter().filter_map(|(key, list)| match list {
                List::Kept(numbers, asked) => Some((asked.load(Ordering::Relaxed), numbers.len(), key)),
                _ => None,
            });
            let Some((_, many, key)) = kept.min().map(|(at, many, key)| (at, many, key.clone())) else {
                return;
            };
            self.lists.remove(&key);
            self.numbers -= many;
        }
    }
}

fn key(index: &str, term: &str) -> String {
    format!("{index} {term}")
}

/// All that hold a term; `None` where they are too many.
fn numbers(conn: &Connection, index: &str, term: &str, longest: usize) -> Result<Option<Vec<i64>>> {
    let sql = format!("SELECT -rowid FROM {index} WHERE {index} MATCH ?1 ORDER BY rowid");
    let mut stmt = conn.prepare_cached(&sql).map_err(broken)?;
    let found = stmt.query_map([format!("\"{term}\"")], |row| row.get(0)).map_err(broken)?;
    let mut numbers = found.take(longest + 1).collect::<rusqlite::Result<Vec<i64>>>().map_err(broken)?;
    numbers.reverse();
    Ok((numbers.len() <= longest).then_some(numbers))
}

/// Puts a number in, or takes it out.
fn change(numbers: &mut Vec<i64>, number: i64, there: bool) {
    if there && numbers.last().is_none_or(|last| *last < number) {
        numbers.push(number);
        return;
    }
    match (numbers.binary_search(&number), there) {
        (Err(at), true) => numbers.insert(at, number),
        (Ok(at), false) => drop(numbers.remove(at)),
        _ => {}
    }
}

/// The highest numbers, `at` or less, that each group has in one of its lists.
fn meet(mut groups: Vec<Vec<&[i64]>>, mut at: i64, limit: usize) -> Vec<i64> {
    let mut met = Vec::new();
    'next: while met.len() < limit {
        for group in &mut groups {
            let mut here = None;
            for list in &mut *group {
                *list = up_to(list, at);
                here = here.max(list.last().copied());
            }
            match here {
                None => break 'next,
                Some(number) if number < at => {
                    at = number;
                    continue 'next;
                }
                Some(_) => {}
            }
        }
        met.push(at);
        at -= 1;
    }
    met
}

/// A list without what is above `most`, looked for from its end in leaps that double.
fn up_to(list: &[i64], most: i64) -> &[i64] {
    let mut leap = 1;
    while leap <= list.len() && list.get(list.len() - leap).is_some_and(|number| *number > most) {
        leap *= 2;
    }
    let (low, high) = (list.len().saturating_sub(leap), list.len() - leap / 2);
    let within = list.get(low..high).unwrap_or_default();
    list.get(..low + within.partition_point(|number| *number <= most)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{Entry, Waiting, sqlite_index};
    use linli_authz::{Permission, Reach, Scope, Tier};
    use linli_base::{At, Cursor, Id};
    use proptest::prelude::*;
    use uuid::Uuid;

    #[derive(Clone, Debug)]
    enum Did {
        /// An entry, its time, its words and its street.
        Put(u8, i64, Vec<u8>, u8),
        Drop(u8),
        /// How many words, from which on; in a street, or in the whole city.
        Search(u8, u8, Option<u8>),
    }

    fn did() -> impl Strategy<Value = Did> {
        prop_oneof![
            4 => (0..40_u8, 0..9_i64, prop::collection::vec(0..4_u8, 0..4), 0..3_u8)
                .prop_map(|(n, at, words, street)| Did::Put(n, at, words, street)),
            1 => (0..40_u8).prop_map(Did::Drop),
            2 => (1..3_u8, 0..4_u8, prop::option::of(0..3_u8)).prop_map(|(n, from, street)| Did::Search(n, from, street)),
        ]
    }

    fn words(all: impl Iterator<Item = u8>) -> String {
        all.map(|word| ["路灯", "电梯", "噪音", "物业"][usize::from(word % 4)]).collect::<Vec<_>>().join("，")
    }

    fn in_street(street: u8) -> Scope {
        let street = Id::new(Uuid::from_u128(street.into()));
        Scope::for_test(Permission::CaseSee, vec![Reach::Area(Tier::Street, street)])
    }

    #[test]
    fn what_slow_searches_ask_for_is_kept_and_followed() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(&sqlite_index("t")).unwrap();
        let (postings, mut waiting) = (Postings::new(Duration::ZERO, 2, 99), Waiting::default());
        let mut put = |n: u8, street: u8| {
            let (id, street) = (Uuid::from_u128(n.into()), Uuid::from_u128(street.into()));
            waiting.put("t", Entry::new(id, At(n.into()), &[("s", street)], &["物业电梯"]));
            postings.follow(waiting.settle(&conn).unwrap());
        };
        let asked = Asked::new(&in_street(1), "物业 电梯", None, 2).unwrap();
        let search = || {
            let (found, slow) = postings.search(&conn, "t", &asked).unwrap();
            if slow {
                postings.want(&conn, "t", &asked).unwrap();
            }
            (found.len(), slow)
        };
        put(1, 1);
        put(2, 2);
        assert_eq!(
            [search(), search(), search()],
            [(1, true), (1, true), (1, false)],
            "twice, and then lists"
        );
        put(3, 1);
        assert_eq!(search(), (2, false));
        let numbers = postings.all.read().unwrap().numbers;
        assert_eq!(numbers, 3 + 3 + 2, "each word's, and the street's");
        let halftyped = Asked::new(&in_street(1), "物业 a", None, 2).unwrap();
        assert!(postings.search(&conn, "t", &halftyped).unwrap().1, "lists have no beginnings of words");
    }

    #[test]
    fn what_was_not_asked_for_longest_goes() {
        let list = |asked: u64| List::Kept(vec![0; MOST / 2], AtomicU64::new(asked));
        let lists =
            HashMap::from([("a".to_owned(), list(2)), ("b".to_owned(), list(1)), ("c".to_owned(), list(3))]);
        let mut all = All { lists, numbers: MOST / 2 * 3 };
        all.fit();
        assert!(!all.lists.contains_key("b") && all.lists.len() == 2 && all.numbers <= MOST);
    }

    proptest! {
        /// Whatever was put in and dropped, page after page, lists give what FTS5 gives.
        #[test]
        fn lists_give_what_the_index_gives(all in prop::collection::vec(did(), 1..120), longest in 0..30_usize) {
            let conn = Connection::open_in_memory().unwrap();
            conn.execute_batch(&sqlite_index("t")).unwrap();
            let postings = Postings::new(Duration::ZERO, 1, longest);
            let mut waiting = Waiting::default();
            for did in all {
                match did {
                    Did::Put(n, at, some, street) => {
                        let texts = words(some.into_iter());
                        let street = Uuid::from_u128(street.into());
                        let entry = Entry::new(Uuid::from_u128(n.into()), At(at), &[("s", street)], &[&texts]);
                        waiting.put("t", entry);
                    }
                    Did::Drop(n) => waiting.drop("t", Uuid::from_u128(n.into())),
                    Did::Search(n, from, street) => {
                        postings.follow(waiting.settle(&conn).unwrap());
                        let scope = street.map_or(Scope::system("test"), |street| {
                            in_street(street)
                        });
                        let text = words(from..from + n);
                        let mut after: Option<Cursor> = None;
                        loop {
                            let asked = Asked::new(&scope, &text, after.as_ref(), 2).unwrap();
                            let (found, slow) = postings.search(&conn, "t", &asked).unwrap();
                            prop_assert_eq!(&found, &rows(&conn, &asked.sqlite("t")).unwrap());
                            if slow {
                                postings.want(&conn, "t", &asked).unwrap();
                            }
                            let Some((id, at)) = crate::search::found(found).unwrap().pop() else { break };
                            after = Some(Cursor { key: at.0, id });
                        }
                    }
                }
            }
        }
    }
}
