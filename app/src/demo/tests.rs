use super::{
    City, OrgKind, PlaceKind, Story, Years, city,
    dice::Dice,
    phone,
    plots::Past,
    replay::{World, replay},
    site::Site,
    stories, templates,
};
use linli_authz::{Role, Tier};
use linli_base::{At, Day, Phone, Point};
use linli_calendar::Calendar;
use linli_procedure::Profile;
use linli_strength::requests::reply;
use std::collections::{BTreeMap, BTreeSet};

const SEED: u64 = crate::load::SEED;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn demo(on: &str) -> (City, Vec<Story>) {
    let now = day(on).start().plus_hours(10);
    let city = city(SEED, now.day());
    let stories = stories(&city, &Calendar::builtin(), SEED, now, Years::Present);
    (city, stories)
}

/// With the article's months.
fn whole(on: &str) -> (City, Vec<Story>) {
    let now = day(on).start().plus_hours(10);
    let city = city(SEED, now.day());
    let stories = stories(&city, &Calendar::builtin(), SEED, now, Years::All);
    (city, stories)
}

#[test]
fn the_city_has_what_the_article_counts() {
    let (city, _) = demo("2026-09-29");
    let count = |tier| city.tier(tier).count();
    assert_eq!((count(Tier::City), count(Tier::Street)), (1, 4));
    assert_eq!((count(Tier::Community), count(Tier::Grid)), (24, 114));
    assert_eq!(count(Tier::Building), city.buildings.len());

    let of_kind = |kind| city.orgs.iter().filter(move |org| org.kind == kind).count();
    assert_eq!(of_kind(OrgKind::Department) + of_kind(OrgKind::Unit), 22);
    assert_eq!(of_kind(OrgKind::Office), 1 + 4 + 24);
    assert_eq!(of_kind(OrgKind::Party), 1 + 4 + 24 + 114 + 4);

    let staff = |name: &str| {
        let org = city.org_named(name).unwrap();
        city.posts.iter().filter(|post| post.org == org.id && post.area.is_none()).count()
    };
    assert_eq!(staff("海阳市12345受理中心"), 6 + 3, "a desk of six and the three administrators");
    assert_eq!((staff("方圆街道办事处"), staff("海韵社区居民委员会"), staff("市路灯管理所")), (4, 5, 3));
    assert_eq!(city.posts.iter().filter(|post| post.roles.contains(&Role::GridWorker)).count(), 114);
    assert_eq!(staff("方圆街道党工委组织科"), 4);
    assert_eq!(city.people.len(), 9 + 4 * 4 + 24 * 5 + 114 + 22 * 3 + 4 * 4);
    assert_eq!((city.members.len(), city.premises.len()), (22, 8));
}

#[test]
fn grids_have_about_three_hundred_households_and_communities_a_few_compounds() {
    let (city, _) = demo("2026-09-29");
    for grid in city.tier(Tier::Grid) {
        let households: i64 = city.children(grid.id).map(|building| building.households).sum();
        assert!((260..=340).contains(&households), "{} {}: {households}", grid.code, grid.name);
    }
    for (building, area) in city.buildings.iter().zip(city.tier(Tier::Building)) {
        assert_eq!(building.area, area.id);
        let doors: BTreeSet<String> = building.doors().collect();
        assert_eq!(
            (doors.len(), i64::try_from(doors.len()).unwrap()),
            (building.households(), area.households)
        );
    }
    for community in city.tier(Tier::Community) {
        let grids = city.children(community.id).count();
        let compounds =
            city.places.iter().filter(|p| p.kind == PlaceKind::Compound && p.area == community.id).count();
        assert!((4..=6).contains(&grids) && (3..=5).contains(&compounds), "{}", community.name);
    }
    let middle = Point { lat: 36.75, lon: 121.19 };
    assert!(city.areas.iter().all(|area| area.point.metres_to(middle) < 12_000.0));
}

fn twice<T: Ord>(all: impl IntoIterator<Item = T>) -> bool {
    let mut seen = BTreeSet::new();
    !all.into_iter().all(|one| seen.insert(one))
}

#[test]
fn nothing_is_there_twice() {
    let (city, stories) = demo("2026-09-29");
    assert!(!twice(city.people.iter().map(|person| &person.phone)));
    assert!(!twice(city.people.iter().map(|person| &person.name)));
    assert!(!twice(city.orgs.iter().map(|org| (org.kind.name(), &org.name))));
    assert!(!twice(city.orgs.iter().filter(|o| o.kind == OrgKind::Office).map(|org| org.leads)));
    assert!(!twice(city.areas.iter().map(|area| &area.code)));
    assert!(!twice(city.areas.iter().map(|area| (area.parent, &area.name))));
    assert!(!twice(city.places.iter().map(|place| &place.name)));
    assert!(!twice(city.buildings.iter().map(|building| (building.compound, building.number))));
    assert!(!twice(stories.iter().map(|story| &story.body)));
    let askers = stories.iter().filter_map(|story| story.asker.phone.as_ref());
    assert!(!twice(askers.clone().chain(city.people.iter().map(|person| &person.phone))));
    for phone in askers.chain(city.people.iter().map(|person| &person.phone)) {
        assert!(phone.starts_with("1990000") && Phone::parse("phone", phone).is_ok(), "{phone}");
    }
    assert_eq!(phone(1), "19900000001");
}

#[test]
fn the_same_seed_and_day_make_the_same_demo() {
    let (one, other) = (demo("2026-09-29"), demo("2026-09-29"));
    assert!(one == other);
    let evening = day("2026-09-29").start().plus_hours(17);
    let later = stories(&one.0, &Calendar::builtin(), SEED, evening, Years::Present);
    let words =
        |stories: &[Story]| stories.iter().map(|s| (s.body.clone(), s.steps.clone())).collect::<Vec<_>>();
    assert!(words(&one.1) == words(&later), "the hour only moves the requests that wait to be accepted");
    assert!(demo("2026-09-30").1 != one.1);
    assert!(city(SEED + 1, day("2026-09-29")) != one.0);
}

#[test]
fn three_hundred_are_over_and_sixty_wait_in_every_state() {
    for on in ["2026-02-25", "2026-09-29", "2026-10-08", "2026-11-22"] {
        let (_, stories) = demo(on);
        let today = day(on).start();
        let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
        for story in &stories {
            *ends.entry(story.ends).or_default() += 1;
        }
        let over = ["closed", "archived", "refused", "withdrawn"];
        let open: Vec<&Story> = stories.iter().filter(|story| !over.contains(&story.ends)).collect();
        assert_eq!((stories.len(), open.len()), (360, 60), "{on}: {ends:?}");
        for state in [
            "accepting",
            "dispatching",
            "signing",
            "working",
            "auditing",
            "calling",
            "supplementing",
            "returned",
        ] {
            assert!(ends.get(state).is_some_and(|count| *count >= 3), "{on}: {state} in {ends:?}");
        }
        assert!(ends["archived"] > 200 && ends["closed"] > 8 && ends["refused"] > 5 && ends["withdrawn"] > 5);
        for story in &stories {
            let fresh = story.steps.is_empty() && story.ends == "accepting";
            assert!(fresh || story.at < today, "{on}: {}", story.title);
            assert!(story.at >= today.plus_ms(-400 * 86_400_000));
            let times: Vec<At> =
                [story.at].into_iter().chain(story.steps.iter().map(|step| step.at)).collect();
            assert!(times.is_sorted() && (fresh || *times.last().unwrap() < today), "{on}: {}", story.title);
        }
        let pictured = stories.iter().filter(|story| !story.pictures.is_empty()).count();
        assert!((60..=100).contains(&pictured), "{on}: {pictured} with pictures");
    }
}

#[test]
fn each_script_runs_through_the_real_table() {
    let calendar = Calendar::builtin();
    let profile = Profile::read(include_str!("../../../projects/strength/profiles/shandong.toml")).unwrap();
    for on in ["2026-01-03", "2026-02-25", "2026-05-09", "2026-09-29", "2026-10-09", "2026-11-22"] {
        let (city, stories) = demo(on);
        let world = World { city: &city, calendar: &calendar, profile: &profile };
        let (mut yellow, mut late) = (0, 0);
        for story in &stories {
            let case = replay(&world, story).unwrap_or_else(|why| panic!("{on}: {}: {why}", story.title));
            assert_eq!(case.state, story.ends, "{on}: {}", story.title);
            if let Some(finish) = case.clocks.get("finish").filter(|clock| clock.is_running()) {
                let now = day(on).start().plus_hours(10);
                let due = finish.due(&calendar, &profile.working_time, now).at;
                late += usize::from(due <= now);
                yellow += usize::from(
                    now < due && calendar.working_days_between(now.day(), due.plus_ms(-1).day()) <= 1,
                );
            }
        }
        assert!(late >= 3 && yellow >= 3, "{on}: {late} late, {yellow} soon");
    }
}

/// A text's three-character pieces.
fn pieces(text: &str) -> BTreeSet<[char; 3]> {
    let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    chars.windows(3).map(|w| <[char; 3]>::try_from(w).unwrap()).collect()
}

/// The Jaccard index of two texts' pieces: above 0.9 a reply counts as a copy.
fn likeness(one: &BTreeSet<[char; 3]>, other: &BTreeSet<[char; 3]>) -> f64 {
    let count = |n: usize| f64::from(u32::try_from(n).unwrap());
    count(one.intersection(other).count()) / count(one.union(other).count())
}

/// 2,137 requests in the article's months, each through the real table; 85 % of what was closed was answered at once.
#[test]
fn the_articles_months_run_through_the_real_table() {
    let calendar = Calendar::builtin();
    let profile = Profile::read(include_str!("../../../projects/strength/profiles/shandong.toml")).unwrap();
    let (city, stories) = whole("2026-11-22");
    let world = World { city: &city, calendar: &calendar, profile: &profile };
    let published = day("2018-10-25").end();
    let first: Vec<&Story> = stories.iter().filter(|story| story.at < published).collect();
    assert_eq!((first.len(), stories.len()), (2_137, 2_137 + 360));
    assert!(first.iter().all(|story| story.at >= day("2017-06-01").start()));
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    for story in &first {
        let case = replay(&world, story).unwrap_or_else(|why| panic!("{}: {why}", story.title));
        assert_eq!(case.state, story.ends, "{}", story.title);
        *ends.entry(case.state).or_default() += 1;
    }
    assert_eq!(
        ends,
        BTreeMap::from([("archived".into(), 2_081), ("refused".into(), 30), ("withdrawn".into(), 26)])
    );
    assert!(!twice(stories.iter().map(|story| &story.body)));
    assert!(!twice(stories.iter().filter_map(|story| story.asker.phone.as_ref())));
}

#[test]
fn each_reply_passes_the_gate_and_repeats_no_other() {
    let (_, stories) = whole("2026-09-29");
    let mut replies: Vec<(usize, String, String)> = Vec::new();
    for story in &stories {
        for step in story.steps.iter().filter(|step| step.step == "answer") {
            let text = &step.input.iter().find(|(field, _)| *field == "reply").unwrap().1;
            let found = reply::check(text, &format!("{}{}", story.title, story.body), false);
            assert!(found.is_empty(), "{}: {text}: {found:?}", story.title);
            assert!(!text.contains('{'), "{text}");
            let start: String =
                story.steps[0].input.iter().map(|(_, value)| value.as_str()).take(2).collect();
            replies.push((story.number, start, text.clone()));
        }
        assert!(!story.body.contains('{') && !story.title.contains('{'), "{}", story.title);
    }
    let pieces: Vec<_> = replies.iter().map(|(of, start, text)| (of, start, pieces(text), text)).collect();
    for (at, (of, start, one, text)) in pieces.iter().enumerate() {
        // a second answer to the same request may repeat the first
        let others = pieces.iter().skip(at + 1).filter(|(other, same, ..)| same == start && other != of);
        for (_, _, other, copy) in others {
            assert!(likeness(one, other) < 0.88, "{text}\n{copy}");
        }
    }
}

#[test]
fn each_reply_passes_the_gate_wherever_it_plays() {
    let (city, _) = demo("2026-09-29");
    let dice = Dice::new(SEED);
    for matter in templates::all().flat_map(templates::Template::matters) {
        let site = Site::draw(&city, &dice, matter.template.spot).unwrap();
        let said = site.fill(&format!("{}{}", matter.title, matter.body));
        let text = site.fill(matter.reply).replace("{done}", "9月29日").replace("{next}", "10月12日");
        assert!(!said.contains('{') && !text.contains('{'), "{said}: {text}");
        if matter.template.kind != "praise" {
            assert!(reply::check(&text, &said, false).is_empty(), "{said}: {text}");
        }
    }
}

#[test]
fn templates_are_many_and_their_categories_exist() {
    let tree: toml::Table = include_str!("../../../core/casework/categories.toml").parse().unwrap();
    let mut keys = BTreeSet::new();
    let mut rows = BTreeSet::new();
    for group in tree["group"].as_array().unwrap() {
        for category in group["category"].as_array().unwrap() {
            let (group, key) = (group["key"].as_str().unwrap(), category["key"].as_str().unwrap());
            assert!(key.starts_with(&format!("{group}.")) && keys.insert(key.to_owned()), "{key}");
            for row in category["rows"].as_array().unwrap() {
                assert!(rows.insert(row.as_integer().unwrap()), "row {row} twice");
            }
        }
    }
    assert_eq!((rows.first(), rows.last(), rows.len()), (Some(&1), Some(&517), 517));
    let all: Vec<_> = templates::all().collect();
    let used: BTreeSet<&str> = all.iter().map(|template| template.category).collect();
    assert!(all.len() >= 60 && used.len() >= 25, "{} templates of {} categories", all.len(), used.len());
    let refused = templates::REFUSED.iter().map(|refused| refused.matter.category);
    for category in used.into_iter().chain(refused) {
        assert!(keys.contains(category), "{category}");
    }
    assert!(Past::SHARES.iter().map(|(_, count)| count).sum::<usize>() <= 290);
}

#[test]
fn the_shown_accounts_cover_every_role() {
    let (city, _) = demo("2026-09-29");
    let accounts = city.accounts();
    let roles: BTreeSet<Role> = accounts.iter().flat_map(|account| account.post.roles.clone()).collect();
    assert_eq!(roles.len(), Role::ALL.len());
    assert!(accounts.len() <= 25, "{}", accounts.len());
}
