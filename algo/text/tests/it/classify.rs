use linli_text::Classifier;

use crate::common::Seed;

const WORDS: [(&str, [&str; 6]); 3] = [
    ("交通", ["公交车不来", "红绿灯坏了", "出租车拒载", "路口拥堵", "停车乱收费", "地铁太吵"]),
    ("教育", ["学校补课", "老师打人", "学区划分", "幼儿园收费", "学生中毒", "强制实习"]),
    ("环境", ["工厂排污", "油烟扰民", "河水发臭", "垃圾无人清运", "粉尘污染", "噪音太大"]),
];

/// Rows of a label and a message that names two of its matters between words that say nothing.
fn rows(seed: u64, count: usize) -> Vec<(&'static str, String)> {
    let mut seed = Seed(seed);
    (0..count)
        .map(|_| {
            let (label, words) = WORDS.get(seed.below(3)).copied().unwrap_or_default();
            (
                label,
                format!(
                    "{}，{}{}，{}请处理",
                    seed.characters(4),
                    seed.of(&words),
                    seed.characters(6),
                    seed.of(&words)
                ),
            )
        })
        .collect()
}

fn borrowed<'a>(rows: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    rows.iter().map(|(label, text)| (*label, text.as_str())).collect()
}

#[test]
fn it_learns_says_how_sure_it_is_and_why() {
    let (known, asked) = (rows(1, 300), rows(2, 200));
    let classifier = Classifier::train(&borrowed(&known));
    assert_eq!(classifier.labels(), ["交通", "教育", "环境"]);
    let said: Vec<_> = asked.iter().map(|(_, text)| classifier.predict(text).unwrap()).collect();
    let right = said.iter().zip(&asked).filter(|(said, (label, _))| said.label == *label).count();
    assert!(right >= 195, "{right} of 200");
    assert!(said.iter().all(|said| said.confidence > 1.0 / 3.0 && said.confidence <= 1.0));
    let why = classifier.reasons("三楼油烟扰民，请处理", "环境", 3);
    assert!(["油烟", "扰民"].contains(&why[0].0.as_str()), "{why:?}");
    assert!(classifier.reasons("三楼油烟扰民", "没有的", 3).is_empty());
}

#[test]
fn it_abstains_where_it_knows_nothing() {
    let known = rows(1, 300);
    let classifier = Classifier::train(&borrowed(&known));
    assert!(classifier.suggest("qwerty", 0.8).is_none());
    assert!(classifier.suggest("学校强制补课，老师打人", 0.8).is_some());
    assert!(Classifier::train(&[]).predict("路灯").is_none());
}

#[test]
fn the_same_rows_give_the_same_answers() {
    let known = rows(1, 200);
    let (one, two) = (Classifier::train(&borrowed(&known)), Classifier::train(&borrowed(&known)));
    for (_, text) in rows(3, 50) {
        assert_eq!(one.predict(&text), two.predict(&text));
    }
}

#[test]
fn it_goes_on_learning_also_new_labels() {
    let known = rows(1, 200);
    let mut classifier = Classifier::train(&borrowed(&known));
    let fresh: Vec<(&str, &str)> = vec![
        ("卫生", "医院挂号太难，医生态度差"),
        ("卫生", "社区医院没有疫苗，医生不够"),
        ("卫生", "医院乱收费，医生开大处方"),
        ("卫生", "疫苗预约不上，医院电话没人接"),
    ];
    classifier.learn(&fresh);
    assert_eq!(classifier.predict("医院的医生没有疫苗").unwrap().label, "卫生");
    let asked = rows(4, 100);
    let right =
        asked.iter().filter(|(label, text)| classifier.predict(text).unwrap().label == *label).count();
    assert!(right >= 95, "{right} of 100: what it knew is not lost");
}

#[test]
fn a_classifier_grows_from_nothing_to_more_labels_than_lie_in_one_piece() {
    let texts: Vec<(String, String)> =
        (0..20).flat_map(|n| (0..3).map(move |_| (format!("类{n}"), Seed(n + 1).characters(12)))).collect();
    let mut classifier = Classifier::train(&[]);
    for rows in texts.chunks(3) {
        classifier
            .learn(&rows.iter().map(|(label, text)| (label.as_str(), text.as_str())).collect::<Vec<_>>());
    }
    for (label, text) in &texts {
        assert_eq!(&classifier.predict(text).unwrap().label, label);
    }
}
