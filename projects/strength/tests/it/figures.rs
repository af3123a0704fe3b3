//! What a case counts for: hand-made cases beside the figures that they make.

use crate::{
    story::REPLY,
    town::{ROOMS, Town},
};
use linli_authz::{Actor, Permission, Reach, Scope};
use linli_base::CaseId;
use linli_casework::{
    Filter, NewCase,
    figures::{About, Behind, Difference, Figure, Part, Rate, Span},
};
use linli_store::{Query, args, lint, row, statements};
use linli_strength::requests::{bring, import::Map, read};
use linli_testkit::{TestDb, db_test, prepare_all};
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

static LAMPS: AtomicUsize = AtomicUsize::new(1);

const ALWAYS: Span = Span::Months(2020 * 12, 2030 * 12);
pub const HOUR: i64 = 3_600_000;
pub const DAY: i64 = 24;

/// Hours that pass, who, which step, with what.
pub type Taken<'a> = (i64, &'a str, &'a str, &'a [(&'a str, &'a str)]);

const ACCEPT: &[(&str, &str)] = &[("kind", "help"), ("category", "road.lamp"), ("level", "normal")];
const CONTACT: &[(&str, &str)] = &[("way", "phone"), ("result", "约好明天上午修")];
const ANSWER: &[(&str, &str)] = &[("truth", "true"), ("solved", "yes"), ("reply", REPLY)];
pub const GOOD: &[(&str, &str)] = &[("contacted", "yes"), ("solved", "yes"), ("satisfied", "satisfied")];
const BEGUN: &[Taken<'_>] = &[(0, "吴", "accept", ACCEPT), (0, "吴", "dispatch", &[("lead", "路灯所")])];
pub const ANSWERED: &[Taken<'_>] = &[
    (0, "吴", "accept", ACCEPT),
    (0, "吴", "dispatch", &[("lead", "路灯所")]),
    (1, "林", "sign", &[]),
    (1, "林", "contact", CONTACT),
    (1, "林", "answer", ANSWER),
];

/// An id without a digit: nobody takes it for a phone.
fn letters(id: CaseId) -> String {
    let letter = |c: char| "0123456789".find(c).and_then(|at| "ghijklmnop".chars().nth(at)).unwrap_or(c);
    id.to_string().chars().map(letter).collect()
}

impl Town {
    fn named(&self, name: &str, id: CaseId) -> Actor {
        match name {
            "吴" => self.wu.clone(),
            "林" => self.lin.clone(),
            "周" => self.zhou.clone(),
            "郑" => self.zheng.clone(),
            "孙" => self.sun.clone(),
            "李" => self.li.clone(),
            _ => Actor::Asker(id),
        }
    }

    pub async fn lives(&self, steps: &[Taken<'_>]) -> CaseId {
        // each at a lamp of its own, all in the one grid
        let nth = LAMPS.fetch_add(1, Ordering::Relaxed);
        let new = NewCase {
            place: format!("书香路{nth}号灯杆"),
            point: None,
            area: Some(self.grid),
            ..self.lamp()
        };
        let opened = self.work.open(Actor::Stranger, "request", "say", new).await.unwrap();
        self.goes_on(opened.id, steps).await;
        opened.id
    }

    pub async fn goes_on(&self, id: CaseId, steps: &[Taken<'_>]) {
        for (hours, who, step, fields) in steps {
            self.clock.advance_ms(hours * HOUR);
            let (lamps, roads) = (self.lamps.to_string(), self.roads.to_string());
            let named = |value: &'_ str| match value {
                "路灯所" => lamps.clone(),
                "市政" => roads.clone(),
                // no two replies are alike
                REPLY => format!("{REPLY}灯头编号{}。", letters(id)),
                other => other.to_owned(),
            };
            let fields: Vec<(&str, String)> = fields.iter().map(|(name, v)| (*name, named(v))).collect();
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, v)| (*name, v.as_str())).collect();
            self.does(&self.named(who, id), id, step, &fields).await;
        }
    }

    /// All rates and counts of the city, `numerator/denominator`; what nothing counts in is not there.
    async fn figures(&self) -> BTreeMap<&'static str, (i64, i64)> {
        self.work.count_figures().await.unwrap();
        let figures = self.work.figures_of(&self.li, ALWAYS, &About::default()).await.unwrap();
        let of = |figure: Figure| (figure.name(), figures.rate(figure));
        let some =
            |(name, rate): (&'static str, Rate)| (rate.total > 0).then_some((name, (rate.value, rate.total)));
        Figure::ALL.into_iter().map(of).filter_map(some).collect()
    }

    /// What a case with these steps adds to the figures, a fortnight later: `solved 1/1`, a half as `0.5`.
    async fn adds(&self, begun: &[Taken<'_>], then: &[Taken<'_>]) -> String {
        let before = self.figures().await;
        let id = self.lives(begun).await;
        self.goes_on(id, then).await;
        self.clock.advance_ms(14 * DAY * HOUR);
        self.since(&before).await
    }

    async fn since(&self, before: &BTreeMap<&str, (i64, i64)>) -> String {
        let mut lines = Vec::new();
        let after = self.figures().await;
        for (name, (value, total)) in &after {
            let (was_value, was_total) = before.get(name).copied().unwrap_or_default();
            let (value, total) = (value - was_value, total - was_total);
            if !["said", "repeated"].contains(name) && (value, total) != (0, 0) {
                let part = if value % 1000 == 0 { "" } else { ".5" };
                lines.push(format!("{name} {}{part}/{total}", value / 1000));
            }
        }
        lines.join(", ")
    }
}

#[test]
fn the_contract_holds() {
    assert_eq!(
        lint(&[linli_casework::MIGRATIONS], linli_casework::figures::STATEMENTS),
        Vec::<String>::new()
    );
}

#[db_test(ROOMS)]
async fn every_statement_of_the_figures_is_taken(db: TestDb) {
    prepare_all(&db, linli_casework::figures::STATEMENTS).await;
}

#[db_test(ROOMS)]
async fn each_case_counts_for_what_the_glossary_says(db: TestDb) {
    let town = Town::new(db).await;
    let tales: &[(&str, &[Taken<'_>], &[Taken<'_>], &str)] = &[
        (
            "all went well",
            ANSWERED,
            &[(1, "周", "pass", &[]), (1, "郑", "call_back", GOOD)],
            "at_once 1/1, closed 1/1, excluded 0/1, in_time 1/1, redone 0/1, responded 1/1, returned 0/1, \
             satisfied 1/1, signed 1/1, solved 1/1, supervised 0/1, unreached 0/1",
        ),
        (
            "signed, contacted and answered too late",
            BEGUN,
            &[
                (4, "林", "sign", &[]),
                (30, "林", "contact", CONTACT),
                (14 * DAY, "林", "answer", ANSWER),
                (1, "周", "pass", &[]),
                (1, "郑", "call_back", GOOD),
            ],
            "at_once 0/1, closed 1/1, excluded 0/1, in_time 0/1, redone 0/1, responded 0/1, returned 0/1, \
             satisfied 1/1, signed 0/1, solved 1/1, supervised 0/1, unreached 0/1",
        ),
        (
            "partly solved counts one half; who does not say how satisfied is not satisfied by default",
            ANSWERED,
            &[(1, "周", "pass", &[]), (1, "郑", "call_back", &[("contacted", "yes"), ("solved", "partly")])],
            "at_once 1/1, closed 1/1, excluded 0/1, in_time 1/1, redone 0/1, responded 1/1, returned 0/1, \
             signed 1/1, solved 0.5/1, supervised 0/1, unreached 0/1",
        ),
        (
            "the asker says that nobody called",
            ANSWERED,
            &[
                (1, "周", "pass", &[]),
                (
                    1,
                    "郑",
                    "call_back",
                    &[("contacted", "no"), ("solved", "yes"), ("satisfied", "unsatisfied")],
                ),
            ],
            "at_once 1/1, closed 1/1, excluded 0/1, in_time 1/1, redone 0/1, responded 0/1, returned 0/1, \
             satisfied 0/1, signed 1/1, solved 1/1, supervised 0/1, unreached 0/1",
        ),
        (
            "the auditor confirms that it was not true",
            ANSWERED,
            &[
                (1, "周", "pass", &[("confirm", "untrue")]),
                (
                    1,
                    "郑",
                    "call_back",
                    &[("contacted", "yes"), ("solved", "no"), ("satisfied", "unsatisfied")],
                ),
            ],
            "at_once 1/1, closed 1/1, excluded 1/1, in_time 1/1, redone 0/1, responded 1/1, returned 0/1, \
             signed 1/1, supervised 0/1, unreached 0/1",
        ),
        (
            "nobody picks up",
            ANSWERED,
            &[
                (1, "周", "pass", &[]),
                (1, "郑", "try_call", &[]),
                (1, "郑", "try_call", &[]),
                (DAY, "郑", "try_call", &[]),
            ],
            "at_once 1/1, closed 1/1, excluded 0/1, in_time 1/1, redone 0/1, responded 1/1, returned 0/1, \
             signed 1/1, supervised 0/1, unreached 1/1",
        ),
        (
            "not solved, taken up again, solved: two rounds, one case",
            ANSWERED,
            &[
                (1, "周", "pass", &[]),
                (1, "赵", "rate", &[("contacted", "yes"), ("solved", "no"), ("satisfied", "unsatisfied")]),
                (1, "林", "contact", CONTACT),
                (1, "林", "answer", ANSWER),
                (1, "周", "pass", &[]),
                (1, "赵", "rate", GOOD),
            ],
            "at_once 1/1, closed 1/1, excluded 0/1, in_time 2/2, redone 1/1, responded 2/2, returned 0/1, \
             satisfied 1/2, signed 1/1, solved 1/2, supervised 0/1, unreached 0/2",
        ),
        (
            "rightly returned: neither signed for nor to be answered by the first; the second does nothing",
            BEGUN,
            &[
                (1, "孙", "return", &[("basis", "这段路的灯归市政"), ("suggest", "市政")]),
                (1, "吴", "redispatch", &[("lead", "市政")]),
            ],
            "closed 0/1, excluded 0/1, groundless 0/1, in_time 0/1, overdue 1/1, responded 0/1, returned 1/2, \
             signed 0/1, supervised 0/1",
        ),
        (
            "returned without ground",
            ANSWERED.split_at(3).0,
            &[
                (1, "孙", "return", &[("basis", "不归我们"), ("suggest", "市政")]),
                (1, "吴", "refuse_return", &[("reason", "清单里写着归你们")]),
            ],
            "closed 0/1, excluded 0/1, groundless 1/1, in_time 0/1, overdue 1/1, responded 0/1, returned 0/1, \
             signed 1/1, supervised 0/1",
        ),
        (
            "answered in time and sent back: only an answer that passed is one",
            ANSWERED,
            &[(1, "周", "send_back", &[("reason", "没写哪天修")])],
            "closed 0/1, excluded 0/1, in_time 0/1, overdue 1/1, responded 1/1, returned 0/1, signed 1/1, \
             supervised 0/1",
        ),
        (
            "solved, they said; reopened ten days later",
            ANSWERED,
            &[
                (1, "周", "pass", &[]),
                (1, "郑", "call_back", GOOD),
                (10 * DAY, "赵", "reopen", &[("reason", "又不亮了")]),
                (1, "林", "contact", CONTACT),
            ],
            "at_once 1/1, check_reopened 1/1, closed 0/1, excluded 0/1, in_time 1/2, overdue 1/1, redone 1/1, \
             responded 2/2, returned 0/1, satisfied 1/1, signed 1/1, solved 1/1, supervised 0/1, unreached 0/1",
        ),
        ("withdrawn counts for nothing", ANSWERED.split_at(4).0, &[(1, "赵", "withdraw", &[])], ""),
    ];
    for (tale, begun, then, expected) in tales {
        // each begins on a Tuesday at nine, a day without holidays around
        town.clock.set(linli_base::Day::from_ymd(2026, 7, 7).unwrap().start().plus_hours(9));
        assert_eq!(town.adds(begun, then).await, *expected, "{tale}");
    }
    town.clock.advance_ms(60 * DAY * HOUR);
    assert_eq!(town.work.recount_check().await.unwrap(), Vec::new(), "the cells are what the events say");
}

#[db_test(ROOMS)]
async fn a_case_counts_from_the_moment_it_is_due(db: TestDb) {
    let town = Town::new(db).await;
    town.lives(ANSWERED).await;
    let now = town.figures().await;
    assert_eq!(now.keys().copied().collect::<Vec<_>>(), ["repeated", "said"]);
    assert_eq!(now["said"], (1000, 1), "one, still open");
    town.clock.advance_ms(20 * DAY * HOUR);
    assert!(town.work.figures_wait().await.unwrap().is_some(), "time alone lets it wait to be counted");
    assert_eq!(town.figures().await["in_time"], (0, 1), "answered, but nobody passed it");
    assert_eq!(town.work.figures_wait().await.unwrap(), None);
}

#[db_test(ROOMS)]
async fn an_import_counts_for_nothing_and_waits_for_nobody(db: TestDb) {
    let town = Town::new(db).await;
    let csv = format!(
        "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间\n\
         9,A1,路灯不亮,2026-09-27 09:00:00,好几天了,{REPLY},2026-09-27 14:00:00\n"
    );
    let map = Map::read(include_str!("../../maps/messages_replies.toml")).unwrap();
    let (rows, _) = read(&map, &mut csv.as_bytes()).unwrap();
    bring(&town.work, rows, |_| {}).await.unwrap();
    let (lines, _) = town.work.list(&town.zhou, &Filter::default(), None, 10).await.unwrap();
    let brought = lines[0].id;
    assert_eq!(town.work.figures_wait().await.unwrap(), None);
    town.does(&Actor::Asker(brought), brought, "rate", GOOD).await;
    assert_eq!(town.figures().await, BTreeMap::new());
}

#[db_test(ROOMS)]
async fn an_excluded_case_leaves_numerator_and_denominator_and_comes_back(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.lives(ANSWERED).await;
    town.goes_on(id, &[(1, "周", "pass", &[]), (1, "郑", "call_back", GOOD)]).await;
    town.clock.advance_ms(14 * DAY * HOUR);
    let whole = town.figures().await;

    let wrong =
        town.cannot(&town.sun, id, "propose_exclusion", &[("code", "held"), ("reason", "说好明年修")]).await;
    assert!(wrong.to_string().contains("never_held"), "{wrong}");
    town.does(&town.sun, id, "propose_exclusion", &[("code", "abuse"), ("reason", "同一盏灯一天说了五回")])
        .await;
    assert_eq!(town.since(&whole).await, "proposed 1/1", "a proposal alone changes nothing");
    town.cannot(&town.sun, id, "exclude", &[]).await;
    town.cannot(&town.wu, id, "exclude", &[]).await;
    town.does(&town.zhou, id, "exclude", &[]).await;
    let left = town.figures().await;
    assert_eq!(left.keys().copied().collect::<Vec<_>>(), ["excluded", "said"]);
    assert_eq!(left["excluded"], (1000, 1));
    let codes =
        town.work.figure_details(&town.li, Figure::Excluded, ALWAYS, &About::default()).await.unwrap();
    assert_eq!(codes.keys().collect::<Vec<_>>(), ["abuse"]);

    town.does(&town.zhou, id, "restore", &[("reason", "五回说的是五盏灯")]).await;
    assert_eq!(town.figures().await, whole);
    assert_eq!(town.work.recount_check().await.unwrap(), Vec::new());
}

#[db_test(ROOMS)]
async fn a_reply_used_twice_is_counted_for_who_looks_after_the_figures(db: TestDb) {
    let town = Town::new(db).await;
    let same = "赵女士您好。书香路口过街灯的灯头和进线已经换好，9月30日晚上亮灯，请放心。";
    let answer = [("truth", "true"), ("solved", "yes"), ("reply", same), ("override", "同一路段一起修的")];
    for _ in 0..2 {
        let steps = [ANSWERED.split_at(4).0, &[(1, "林", "answer", &answer)]].concat();
        town.lives(&steps).await;
    }
    assert_eq!(town.figures().await["check_copied"], (1000, 1));
}

#[db_test(ROOMS)]
async fn what_is_said_for_the_third_time_is_supervised_and_counts_so(db: TestDb) {
    let town = Town::new(db).await;
    for _ in 0..3 {
        let opened = town.work.open(Actor::Stranger, "request", "say", town.lamp()).await.unwrap();
        town.goes_on(opened.id, ANSWERED).await;
    }
    town.clock.advance_ms(14 * DAY * HOUR);
    assert_eq!(town.figures().await["supervised"], (1000, 3));
}

#[db_test(ROOMS)]
async fn a_helper_carries_its_share_of_the_whole(db: TestDb) {
    let town = Town::new(db).await;
    let helped: &[Taken<'_>] = &[
        (0, "吴", "accept", ACCEPT),
        (0, "吴", "dispatch", &[("lead", "路灯所"), ("helpers", "市政")]),
        (1, "林", "sign", &[]),
        (1, "林", "contact", CONTACT),
        (1, "林", "answer", ANSWER),
        (1, "周", "pass", &[]),
        (1, "郑", "call_back", &[("contacted", "yes"), ("solved", "partly"), ("satisfied", "satisfied")]),
    ];
    town.lives(helped).await;
    let alone = [ANSWERED, &[(1, "周", "pass", &[]), (1, "郑", "call_back", GOOD)]].concat();
    town.lives(&alone).await;
    town.clock.advance_ms(14 * DAY * HOUR);
    town.work.count_figures().await.unwrap();
    let of = async |org| {
        let about = About { org, ..About::default() };
        town.work.figures_of(&town.li, ALWAYS, &about).await.unwrap()
    };
    // R = M = 1; S of the lamp office: (0.7 × ½ + 1) / 1.7 = 0.794, of the helper ½
    let (lamps, roads) = (of(Some(town.lamps)).await, of(Some(town.roads)).await);
    assert_eq!(lamps.overall, Some(928), "0.30 + 0.35 × 0.794 + 0.35");
    assert_eq!(roads.overall, Some(825), "0.30 + 0.35 × 0.5 + 0.35");
    assert_eq!(roads.rate(Figure::Solved).total, 0, "a helper's case is not its own");
    assert_eq!(lamps.rate(Figure::Solved), Rate { total: 2, value: 1500, whole: 1, part: 1 });
}

#[db_test(ROOMS)]
async fn the_same_matter_within_ninety_days_is_said_again(db: TestDb) {
    let town = Town::new(db).await;
    let first = town.lives(BEGUN).await;
    assert_eq!(town.figures().await["repeated"], (0, 1));
    town.clock.advance_ms(80 * DAY * HOUR);
    let second = town.lives(BEGUN).await;
    assert_eq!(town.figures().await["repeated"], (1000, 2));
    town.does(&Actor::Asker(first), first, "withdraw", &[]).await;
    assert_eq!(town.figures().await["repeated"], (0, 1), "the second stands alone now");
    town.does(&town.wu, second, "correct", &[("category", "road.surface")]).await;
    town.clock.advance_ms(HOUR);
    town.lives(BEGUN).await;
    assert_eq!(town.figures().await["repeated"], (0, 2), "another category is another matter");
    assert_eq!(town.work.recount_check().await.unwrap(), Vec::new());
}

#[db_test(ROOMS)]
async fn every_number_opens_its_cases(db: TestDb) {
    let town = Town::new(db).await;
    for solved in ["yes", "partly", "yes"] {
        let id = town.lives(ANSWERED).await;
        let called = [("contacted", "yes"), ("solved", solved), ("satisfied", "basically")];
        town.goes_on(id, &[(1, "周", "pass", &[]), (1, "郑", "call_back", &called)]).await;
    }
    town.clock.advance_ms(14 * DAY * HOUR);
    town.work.count_figures().await.unwrap();
    let figures = town.work.figures_of(&town.li, ALWAYS, &About::default()).await.unwrap();
    for figure in Figure::ALL {
        let rate = figures.rate(figure);
        for (part, count) in [
            (Part::All, rate.total),
            (Part::Yes, rate.whole),
            (Part::Partly, rate.part),
            (Part::No, rate.total - rate.whole - rate.part),
        ] {
            let asked = Behind {
                figure,
                part,
                detail: None,
                span: ALWAYS,
                about: About::default(),
                state: None,
                category: None,
                words: None,
            };
            let lines = town.work.behind(&town.li, &asked, None, 200).await.unwrap();
            let counted = town.work.count_behind(&town.li, &asked).await.unwrap();
            let name = figure.name();
            assert_eq!((i64::try_from(lines.len()).unwrap(), counted), (count, count), "{name} {part:?}");
        }
    }
    // the other street's clerk sees none of it, and the lamp office its own
    let about = About::default();
    let others = town.work.figures_of(&town.qian, ALWAYS, &about).await.unwrap();
    assert_eq!(others.rate(Figure::Solved).total, 0);
    let own = About { org: Some(town.lamps), ..about };
    assert_eq!(town.work.figures_of(&town.lin, ALWAYS, &own).await.unwrap().rate(Figure::Solved).total, 3);
    assert!(town.work.figures_of(&Actor::Stranger, ALWAYS, &about).await.is_err());
}

row! { struct Nothing { pub n: i64 } }
statements! {
    SPOIL(unscoped "a test spoils a cell") =
        "UPDATE figure_cell SET value = value + 1000 WHERE figure = 'solved' AND tier = 2 RETURNING total";
    FORGET(unscoped "a test spoils a fact") = "DELETE FROM figure_fact WHERE figure = 'signed' RETURNING seq";
}

#[db_test(ROOMS)]
async fn a_changed_cell_and_a_lost_fact_are_found_and_mended(db: TestDb) {
    let town = Town::new(db).await;
    let id = town.lives(ANSWERED).await;
    town.goes_on(id, &[(1, "周", "pass", &[]), (1, "郑", "call_back", GOOD)]).await;
    town.clock.advance_ms(14 * DAY * HOUR);
    let right = town.figures().await;
    let scope = Scope::for_test(Permission::System("test"), vec![Reach::City]);
    town.db
        .write(async move |tx| {
            tx.all::<Nothing>(&SPOIL, &scope, args![]).await?;
            tx.all::<Nothing>(&FORGET, &scope, args![]).await
        })
        .await
        .unwrap();
    let found = town.work.recount_check().await.unwrap();
    assert!(found.contains(&Difference::Case(id)), "{found:?}");
    let spoilt = |found: &&Difference| matches!(found, Difference::Cell { figure, .. } if figure == "solved");
    assert_eq!(
        found.iter().filter(spoilt).count(),
        6,
        "the community's by week, month and year, of all orgs and of the lamps"
    );
    town.work.rebuild_figures().await.unwrap();
    assert_eq!(town.figures().await, right);
    assert_eq!(town.work.recount_check().await.unwrap(), Vec::new());
}

#[db_test(ROOMS)]
async fn counting_at_once_in_several_copies_counts_once(db: TestDb) {
    let town = Town::new(db).await;
    for _ in 0..6 {
        town.lives(ANSWERED).await;
    }
    town.clock.advance_ms(14 * DAY * HOUR);
    // the second time everything is counted anew
    for round in 1..=2 {
        let mut copies = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let work = town.work.clone();
            copies.spawn(async move { work.count_figures().await.unwrap() });
        }
        // one goes on while they count
        town.lives(ANSWERED).await;
        copies.join_all().await;
        let said = 6 + round;
        assert_eq!(town.figures().await["said"], (said * 1000, said));
        assert_eq!(town.work.recount_check().await.unwrap(), Vec::new());
        town.work.rebuild_figures().await.unwrap();
    }
}

#[db_test(ROOMS)]
async fn what_is_said_while_all_is_counted_anew_is_counted_once(db: TestDb) {
    let town = Town::new(db).await;
    for _ in 0..4 {
        town.lives(ANSWERED).await;
    }
    town.clock.advance_ms(14 * DAY * HOUR);
    let right = town.figures().await;
    town.work.rebuild_figures().await.unwrap();
    // in the middle of counting nothing is wrong, only not there yet
    for _ in 0..3 {
        town.work.count_some().await.unwrap();
        assert!(town.work.figures_wait().await.unwrap().is_some());
        assert_eq!(town.work.recount_check().await.unwrap(), Vec::new());
    }
    town.lives(ANSWERED).await;
    town.work.count_some().await.unwrap();
    assert_eq!(town.work.recount_check().await.unwrap(), Vec::new());
    let after = town.figures().await;
    assert_eq!(town.work.figures_wait().await.unwrap(), None);
    assert_eq!((right["said"].1, after["said"].1), (4, 5));
    assert_eq!(after["signed"], right["signed"], "the fifth is not due");
}
