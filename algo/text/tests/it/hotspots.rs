use linli_text::{Gazetteer, Hotspots, Message};

const PLACES: [&str; 4] = ["桃源新城小区", "银杏花园", "柳林路", "石桥村"];
const MATTERS: [&str; 4] =
    ["搅拌站彻夜施工扰民", "电梯三天停运无人维修", "路灯不亮有安全隐患", "自来水发黄不能饮用"];

fn titles() -> Vec<String> {
    let lead = ["", "投诉", "反映", "请问", "再次反映"];
    PLACES
        .iter()
        .zip(MATTERS)
        .flat_map(|(place, matter)| lead.iter().map(move |lead| format!("{lead}A3区{place}{matter}")))
        .collect()
}

fn message(title: &str, day: f32) -> Message<'_> {
    Message { title, text: "", day, votes: (0, 0) }
}

#[test]
fn each_matter_is_a_problem_with_name_place_and_heat() {
    let titles = titles();
    let messages: Vec<Message> =
        titles.iter().zip(0u8..).map(|(title, n)| message(title, f32::from(n))).collect();
    let mut hotspots = Hotspots::gather(&messages);
    let problems = hotspots.problems(2);
    assert_eq!(problems.len(), 4);
    for problem in &problems {
        let of = problem.members[0] / 5;
        assert_eq!(problem.members, (of * 5..of * 5 + 5).collect::<Vec<_>>());
        assert!(problem.name.contains(MATTERS[of]));
        let place = problem.place.as_deref().unwrap();
        assert!(PLACES[of].starts_with(place), "{place}");
    }
    assert!(problems.is_sorted_by(|a, b| a.heat >= b.heat), "what is newer is hotter");
    assert_eq!(hotspots.add(&message("A3区银杏花园电梯停运无人维修", 30.0)), 5);
    assert_eq!(hotspots.add(&message("公交车司机拒载老人", 30.0)), 21);
    assert_eq!(hotspots.problems(6).len(), 1);
}

#[test]
fn a_name_without_a_kind_is_what_titles_begin_with() {
    let leaks =
        ["A3区海棠云上漏水严重", "反映A3区海棠云上外墙漏水", "A3区海棠云上漏水没人管", "海棠云上地下室漏水"];
    let titles: Vec<String> = leaks.map(str::to_owned).into_iter().chain(titles()).collect();
    let messages: Vec<Message> = titles.iter().map(|title| message(title, 0.0)).collect();
    let problems = Hotspots::gather(&messages).problems(2);
    let leak = problems.iter().find(|problem| problem.members.contains(&0)).unwrap();
    assert_eq!(leak.place.as_deref(), Some("海棠云上"));
}

#[test]
fn names_end_in_a_kind_or_are_repeated() {
    let texts = ["A3区桃源新城小区路灯坏了", "投诉桃源新城小区物业", "桃源新城小区停水"];
    let gazetteer = Gazetteer::learn(texts.into_iter());
    assert_eq!(gazetteer.places("桃源新城附近施工"), ["桃源新城"]);
    assert_eq!(gazetteer.places("a3区柳林路的树"), ["柳林路"]);
    assert!(Hotspots::gather(&[]).problems(1).is_empty());
}
