//! Alliances of the demo city, and what they and others do with volunteers.

/// Who runs a programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// The alliance of the nth community.
    Alliance(usize),
    /// The alliance of the first street.
    Street,
    /// The first community's office.
    Office,
    /// A unit, in the first community.
    Unit(&'static str),
}

/// A programme in words.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Who runs it.
    pub runs: Runs,
    /// Its name, and in English.
    pub title: [&'static str; 2],
    /// What is done, and in English.
    pub about: [&'static str; 2],
    /// A key of the catalogue's groups.
    pub skill: &'static str,
    /// Where to meet.
    pub spot: &'static str,
    /// When it begins, and how long it lasts, in hours.
    pub hours: (i64, i64),
    /// How many are wanted.
    pub wanted: i64,
}

/// What an alliance is for, and in English.
pub const ABOUT: [&str; 2] = [
    "党员单位和邻居里的志愿者凑在一起：谁会什么、哪时有空，先排好，再去办。",
    "Units and neighbours who help put together what they can do and when, and then do it.",
];

/// What an alliance can do: keys of the catalogue's groups.
pub const SKILLS: [&str; 4] = ["elders.company", "daily.errands", "environment.clean", "education.young"];

/// So many communities have an alliance, beside each street.
pub const COMMUNITIES: usize = 6;

/// The programmes.
pub const PLANS: [Plan; 6] = [
    Plan {
        runs: Runs::Alliance(0),
        title: ["陪老人晒太阳", "An hour in the sun with the elderly"],
        about: [
            "推轮椅、搬凳子、说说话。天不好就在活动室。",
            "Wheelchairs, stools and talk; indoors when it rains.",
        ],
        skill: "elders.company",
        spot: "社区小花园",
        hours: (9, 2),
        wanted: 6,
    },
    Plan {
        runs: Runs::Alliance(1),
        title: ["旧书换一换", "A swap of books"],
        about: [
            "收书、摆摊、登记，换剩的送图书角。",
            "Take in, lay out, write down; what is left goes to the reading corner.",
        ],
        skill: "culture.events",
        spot: "社区图书角",
        hours: (14, 2),
        wanted: 4,
    },
    Plan {
        runs: Runs::Street,
        title: ["净滩半日", "Half a day for the beach"],
        about: [
            "沿海边捡垃圾，分开装袋。手套、袋子都有。",
            "Litter along the shore, sorted into bags; gloves are there.",
        ],
        skill: "environment.clean",
        spot: "海边木栈道入口",
        hours: (8, 3),
        wanted: 12,
    },
    Plan {
        runs: Runs::Alliance(2),
        title: ["放学后一小时", "The hour after school"],
        about: ["陪孩子写作业，等家长下班来接。", "Homework until the parents come from work."],
        skill: "education.young",
        spot: "社区活动室",
        hours: (16, 2),
        wanted: 3,
    },
    Plan {
        runs: Runs::Office,
        title: ["磨刀理发日", "Knives and haircuts"],
        about: [
            "会磨刀、理发的来一手，不会的帮着排队、端水。",
            "Who can sharpens and cuts; who cannot keeps the queue.",
        ],
        skill: "daily.errands",
        spot: "居委会门前",
        hours: (9, 3),
        wanted: 5,
    },
    Plan {
        runs: Runs::Unit("市路灯管理所"),
        title: ["楼道灯一起查", "Checking the stairway lights"],
        about: [
            "跟着师傅挨个单元看灯，坏的记下来报修。",
            "From door to door with an electrician; what is broken is written down.",
        ],
        skill: "law.safety",
        spot: "社区门口",
        hours: (18, 2),
        wanted: 4,
    },
];
