//! The reply gate: what is often wrong with an official reply, found in its text. A finding is a hint to the writer;
//! it may be passed over with a reason. The nine classes are those of the case rules (T12).

use std::collections::BTreeSet;

/// One thing that is wrong with a reply. Its words are `reply.<code>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// Empty, or under 20 characters.
    TooShort,
    /// Does not name the matter.
    OffMatter,
    /// Neither a result nor a date.
    NoResult,
    /// A promise without a date.
    VaguePromise,
    /// Says whose business it is not, but not whose it is.
    NoOwner,
    /// Cites a rule without its source.
    NoSource,
    /// Names a phone, an ID number or a door.
    PersonalData,
    /// Repeats another reply.
    Copied,
    /// Blames or is rude.
    Blame,
}

impl Finding {
    /// All classes, in the order in which a page lists them.
    pub const ALL: [Finding; 9] = [
        Finding::TooShort,
        Finding::OffMatter,
        Finding::NoResult,
        Finding::VaguePromise,
        Finding::NoOwner,
        Finding::NoSource,
        Finding::PersonalData,
        Finding::Copied,
        Finding::Blame,
    ];

    /// Key of its words.
    pub const fn code(self) -> &'static str {
        match self {
            Finding::TooShort => "too_short",
            Finding::OffMatter => "off_matter",
            Finding::NoResult => "no_result",
            Finding::VaguePromise => "vague_promise",
            Finding::NoOwner => "no_owner",
            Finding::NoSource => "no_source",
            Finding::PersonalData => "personal_data",
            Finding::Copied => "copied",
            Finding::Blame => "blame",
        }
    }
}

const RESULT: &[&str] = &[
    "已",
    "完成",
    "修好",
    "修复",
    "更换",
    "清理",
    "清运",
    "整改",
    "恢复",
    "解决",
    "办结",
    "查明",
    "核实",
    "不属实",
    "处理",
    "fixed",
    "done",
    "replaced",
    "repaired",
    "cleared",
    "restored",
    "found",
];
const PROMISE: &[&str] =
    &["尽快", "近期", "争取", "适时", "抓紧", "择期", "will soon", "as soon as possible", "shortly"];
const NOT_OURS: &[&str] =
    &["不属于我", "不归我", "不在我", "不是我们", "无权", "非我单位", "not our", "not responsible"];
const OWNER: &[&str] =
    &["请向", "请联系", "请拨打", "负责的是", "由", "归", "转交", "移交", "please contact", "is handled by"];
const CITES: &[&str] = &["根据", "依据", "按照", "according to", "under the"];
const RULES: &[&str] = &["规定", "政策", "文件", "法规", "条例", "办法", "regulation", "policy", "rules"];
const SOURCE: &[&str] = &["《", "号", "第", "条", "No."];
const BLAME: &[&str] = &[
    "无理取闹",
    "胡搅蛮缠",
    "刁民",
    "活该",
    "自己的问题",
    "自找",
    "少管闲事",
    "爱投诉",
    "别再",
    "your own fault",
    "stop complaining",
];

/// What is wrong with `reply` as an answer to `matter`; `copied` says that it repeats another reply.
pub fn check(reply: &str, matter: &str, copied: bool) -> BTreeSet<Finding> {
    let has = |words: &[&str]| words.iter().any(|word| reply.contains(word));
    let mut found = BTreeSet::new();
    let mut say = |finding: Finding, holds: bool| {
        if holds {
            found.insert(finding);
        }
    };
    let dated = names_a_date(reply);
    say(Finding::TooShort, reply.chars().filter(|c| !c.is_whitespace()).count() < 20);
    say(Finding::OffMatter, !matter.is_empty() && words(reply).is_disjoint(&words(matter)));
    say(Finding::NoResult, !has(RESULT) && !dated);
    say(Finding::VaguePromise, has(PROMISE) && !dated);
    say(Finding::NoOwner, has(NOT_OURS) && !has(OWNER));
    say(Finding::NoSource, has(CITES) && has(RULES) && !has(SOURCE));
    say(Finding::PersonalData, names_a_person(reply));
    say(Finding::Copied, copied);
    say(Finding::Blame, has(BLAME));
    found
}

/// Pairs of Han characters and words of three letters or more, without those that every reply has.
fn words(text: &str) -> BTreeSet<String> {
    const EVERYWHERE: &[&str] =
        &["您好", "问题", "反映", "情况", "我们", "感谢", "the", "and", "you", "for", "has", "was"];
    let chars: Vec<char> = text.to_lowercase().chars().collect();
    let han = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    let pairs =
        chars.windows(2).filter(|pair| pair.iter().all(han)).map(|pair| pair.iter().collect::<String>());
    let latin =
        chars.split(|c| !c.is_ascii_alphabetic()).filter(|w| w.len() >= 3).map(|w| w.iter().collect());
    pairs.chain(latin).filter(|word: &String| !EVERYWHERE.contains(&word.as_str())).collect()
}

/// `9月28日`, `3日内`, `2026-09-28`, `5个工作日`, `28 September`.
fn names_a_date(text: &str) -> bool {
    const UNITS: &[&str] = &[
        "月",
        "日",
        "号前",
        "天",
        "个工作日",
        "周",
        "小时",
        " days",
        " hours",
        " jan",
        " feb",
        " mar",
        " apr",
        " may",
        " jun",
        " jul",
        " aug",
        " sep",
        " oct",
        " nov",
        " dec",
    ];
    let lower = text.to_lowercase();
    let mut rest = lower.as_str();
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        rest = rest.get(at..).unwrap_or_default().trim_start_matches(|c: char| c.is_ascii_digit());
        if UNITS.iter().any(|unit| rest.trim_start_matches(' ').starts_with(unit.trim_start())) {
            return true;
        }
        let iso = rest.strip_prefix('-').is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()));
        if iso {
            return true;
        }
    }
    false
}

/// A run of 11 or more digits (phone, ID, card), or a door such as `3单元402室`.
fn names_a_person(text: &str) -> bool {
    let mut run = 0;
    for c in text.chars() {
        run = if c.is_ascii_digit() { run + 1 } else { 0 };
        if run >= 11 {
            return true;
        }
    }
    text.match_indices('室').any(|(at, _)| {
        text.get(..at).is_some_and(|before| before.chars().next_back().is_some_and(|c| c.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MATTER: &str = "书香路口过街灯不亮，放学时看不清";

    #[test]
    fn a_good_reply_passes() {
        let reply =
            "赵女士您好。书香路口过街灯的灯头和进线已经换好，9月28日晚上亮灯。以后再不亮，可以接着在这里说。";
        assert_eq!(check(reply, MATTER, false), BTreeSet::new());
    }

    #[test]
    fn each_class_is_found() {
        let found = |reply: &str| check(reply, MATTER, false);
        assert!(found("已处理").contains(&Finding::TooShort));
        assert!(
            found("垃圾桶已经清运完毕，9月28日起每天两次，感谢支持与理解。").contains(&Finding::OffMatter)
        );
        assert!(found("书香路口过街灯一事收悉，感谢您对城市建设的关心和支持。").contains(&Finding::NoResult));
        assert!(
            found("书香路口过街灯我们已经登记，将尽快安排人员前往维修。").contains(&Finding::VaguePromise)
        );
        assert!(found("书香路口过街灯的维护不属于我单位职责范围，特此答复。").contains(&Finding::NoOwner));
        assert!(found("根据有关规定，书香路口过街灯已经列入更换计划。").contains(&Finding::NoSource));
        assert!(
            found("书香路口过街灯已修好，赵女士电话13800002210已告知。").contains(&Finding::PersonalData)
        );
        assert!(found("书香路口过街灯已修好，住3单元402室的居民可以作证。").contains(&Finding::PersonalData));
        assert!(found("书香路口过街灯已经修好，请不要无理取闹，谢谢配合。").contains(&Finding::Blame));
        assert!(
            check("书香路口过街灯已经修好，9月28日亮灯，请放心。", MATTER, true).contains(&Finding::Copied)
        );
    }
}
