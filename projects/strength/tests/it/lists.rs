//! Lists and counts give what is within reach and fits, each once, however the statement asks for it.

use crate::{
    story::REPLY,
    town::{ROOMS, Town},
};
use linli_authz::{Actor, Hat, Tier};
use linli_base::{At, CaseId};
use linli_casework::{CaseView, Filter, NewCase, Sort, Window};
use linli_testkit::{START, TestDb, db_test};

impl Town {
    /// One case before it is accepted, one accepted, one sent, two at work of which one waits for more days, one that
    /// is done, and one at a place that nobody knows.
    async fn many(&self) -> Vec<CaseId> {
        let mut ids = Vec::new();
        let (lamps, roads) = (self.lamps.to_string(), self.roads.to_string());
        let accept = [("kind", "help"), ("category", "road.lamp"), ("level", "normal")];
        let ask = [("cause", "material"), ("days", "4"), ("reason", "灯杆要从厂里定")];
        for n in 0..7 {
            let lamp = self.lamp();
            let (place, point) =
                if n == 6 { ("没有人知道的地方".to_owned(), None) } else { (lamp.place, lamp.point) };
            let new = NewCase { title: format!("第{n}盏灯不亮"), place, point, ..lamp };
            let id = self.work.open(Actor::Stranger, "request", "say", new).await.unwrap().id;
            ids.push(id);
            if (1..6).contains(&n) {
                self.does(&self.wu, id, "accept", &accept).await;
            }
            if (2..6).contains(&n) {
                let help = if n == 2 {
                    vec![("lead", lamps.as_str()), ("helpers", &roads)]
                } else {
                    vec![("lead", lamps.as_str())]
                };
                self.does(&self.wu, id, "dispatch", &help).await;
            }
            if (3..6).contains(&n) {
                self.does(&self.lin, id, "sign", &[]).await;
                self.does(&self.lin, id, "contact", &[("way", "phone"), ("result", "约好明天上午修")]).await;
            }
            if n == 4 {
                self.does(&self.lin, id, "ask_extension", &ask).await;
            }
            self.clock.advance_ms(60_000);
        }
        let done = [("truth", "true"), ("solved", "yes"), ("reply", REPLY)];
        self.does(&self.lin, ids[5], "answer", &done).await;
        self.does(&self.zhou, ids[5], "pass", &[]).await;
        let called = [("contacted", "yes"), ("solved", "yes"), ("satisfied", "satisfied")];
        self.does(&self.zheng, ids[5], "call_back", &called).await;
        ids
    }

    /// What is within reach, looked at one by one.
    async fn seen(&self, who: &Actor, ids: &[CaseId]) -> Vec<CaseView> {
        let mut seen = Vec::new();
        for id in ids {
            seen.extend(self.work.view(who, *id).await.ok());
        }
        seen
    }
}

/// Somebody with another hat.
fn with(who: &Actor, change: impl FnOnce(&mut Hat)) -> Actor {
    let mut other = who.clone();
    if let Actor::Person { hat: Some(hat), .. } = &mut other {
        change(hat);
    }
    other
}

fn fits(filter: &Filter, view: &CaseView, touched: bool, now: At) -> bool {
    let row = &view.loaded.row;
    let runs = !row.due_paused;
    filter.open.is_none_or(|open| row.closed_at.is_none() == open)
        && filter.state.as_ref().is_none_or(|state| &row.state == state)
        && filter.holder.is_none_or(|holder| row.holder_id == Some(holder))
        && filter.lead.is_none_or(|lead| row.lead_id == Some(lead))
        && filter.grid.is_none_or(|grid| row.grid_id == Some(grid))
        && filter.category.as_ref().is_none_or(|category| row.category.as_ref() == Some(category))
        && filter.touched_by.is_none_or(|_| touched)
        && (filter.marks.is_empty() || filter.marks.iter().any(|mark| view.loaded.case.has(mark)))
        && filter.due.is_none_or(|due| match due {
            Window::Over => runs && row.due_at.is_some_and(|at| at < now),
            Window::Soon => {
                runs && row.due_at.is_some_and(|at| at >= now) && row.yellow_at.is_some_and(|at| at <= now)
            }
        })
}

#[db_test(ROOMS)]
async fn a_list_its_count_and_the_views_agree_with_the_cases(db: TestDb) {
    let town = Town::new(db).await;
    let ids = town.many().await;
    let soon = town.work.view(&town.li, ids[3]).await.unwrap().loaded.row;
    let (yellow, due) = (soon.yellow_at.unwrap(), soon.due_at.unwrap());
    for now in [START.plus_hours(1), At((yellow.0 + due.0) / 2), due.plus_hours(24 * 30)] {
        town.clock.set(now);
        let road = with(&town.lin, |hat| hat.org = town.roads);
        let grid = with(&town.wu, |hat| (hat.org, hat.area) = (town.roads, Some((Tier::Grid, town.grid))));
        for who in [&town.wu, &town.lin, &town.zhou, &town.zheng, &town.qian, &town.li, &road, &grid] {
            town.agree(who, &ids, now).await;
        }
    }
}

impl Town {
    async fn agree(&self, who: &Actor, ids: &[CaseId], now: At) {
        let seen = self.seen(who, ids).await;
        let open = |filter: Filter| Filter { open: Some(true), ..filter };
        let state = |name: &str| Filter { state: Some(name.into()), ..Filter::default() };
        let filters = [
            Filter::default(),
            Filter { sort: Sort::Changed, ..Filter::default() },
            open(Filter::default()),
            Filter { open: Some(false), ..Filter::default() },
            state("accepting"),
            state("signing"),
            state("working"),
            Filter { sort: Sort::Changed, ..state("closed") },
            open(Filter { due: Some(Window::Over), ..Filter::default() }),
            open(Filter { due: Some(Window::Soon), ..Filter::default() }),
            open(Filter { marks: vec!["extension_asked".into()], ..Filter::default() }),
            open(Filter { holder: Some(self.lamps), ..Filter::default() }),
            Filter { lead: Some(self.lamps), ..Filter::default() },
            Filter { grid: Some(self.grid), ..Filter::default() },
            Filter { category: Some("road.lamp".into()), ..Filter::default() },
            Filter { touched_by: who.person(), sort: Sort::Changed, ..Filter::default() },
        ];
        for filter in filters {
            let touched = |view: &CaseView| view.timeline().iter().any(|entry| entry.person == who.person());
            let mut expected: Vec<CaseId> = seen
                .iter()
                .filter(|view| fits(&filter, view, touched(view), now))
                .map(|v| v.loaded.row.id)
                .collect();
            let (whole, _) = self.work.list(who, &filter, None, 50).await.unwrap();
            let whole: Vec<CaseId> = whole.iter().map(|row| row.id).collect();
            let (mut pages, mut after) = (Vec::new(), None);
            loop {
                let (rows, next) = self.work.list(who, &filter, after.as_ref(), 2).await.unwrap();
                pages.extend(rows.iter().map(|row| row.id));
                after = next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(pages, whole, "{filter:?}: page by page");
            let mut sorted = whole.clone();
            sorted.sort_unstable();
            expected.sort_unstable();
            assert_eq!(sorted, expected, "{filter:?} of {who:?}");
            assert_eq!(
                self.work.count(who, &filter).await.unwrap(),
                i64::try_from(whole.len()).unwrap(),
                "{filter:?}"
            );
        }
        let standing = self.work.standing(who).await.unwrap();
        let many = |keep: &dyn Fn(&CaseView) -> bool| {
            i64::try_from(
                seen.iter().filter(|view| view.loaded.row.closed_at.is_none() && keep(view)).count(),
            )
            .unwrap()
        };
        let due = |due| {
            move |view: &CaseView| fits(&Filter { due: Some(due), ..Filter::default() }, view, false, now)
        };
        assert_eq!(standing.over, many(&due(Window::Over)));
        assert_eq!(standing.soon, many(&due(Window::Soon)));
        assert_eq!(standing.approve, many(&|view| view.loaded.case.has("extension_asked")));
        assert_eq!(standing.supervised, many(&|view| view.loaded.case.has("supervised")));
        assert_eq!(standing.problem, many(&|view| view.loaded.case.has("problem")));
        assert_eq!(standing.states.values().sum::<i64>(), many(&|_| true));
        for (state, count) in &standing.states {
            assert_eq!(*count, many(&|view| view.loaded.row.state == *state), "{state}");
        }
    }
}
