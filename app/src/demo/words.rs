//! What staff and askers say while a request is on its way.

use super::templates::Template;

/// Words for matters that are seen to on the spot, and for those that are settled at a desk.
pub(super) struct Pool {
    spot: &'static [&'static str],
    desk: &'static [&'static str],
}

impl Pool {
    pub(super) fn of(&self, template: &Template) -> &'static [&'static str] {
        let first_level = template.category.split('.').next().unwrap_or_default();
        let on_the_spot = ["road", "supply", "home", "clean", "order", "nature"].contains(&first_level);
        if on_the_spot && template.kind != "inquiry" { self.spot } else { self.desk }
    }
}

/// What the asker adds when the matter is told for the so-many-th time; to praise nothing.
pub(super) fn detail(template: &Template, telling: usize) -> &'static str {
    let details = DETAILS.of(template);
    let said = details.get(telling % details.len()).copied().unwrap_or_default();
    if template.kind == "praise" { "" } else { said }
}

pub(super) const GREETINGS: Pool = Pool {
    spot: &["您好，", "您好。", "", "您好，我们到现场看过了。"],
    desk: &["您好，", "您好。", "", "您问的这件事，"],
};

pub(super) const FAREWELLS: Pool = Pool {
    spot: &[
        "以后再有这样的情况，可以接着在这里说。",
        "给您添麻烦了。",
        "有不满意的地方，回访时请直说。",
        "网格员一周后会再去看一次。",
        "如果又出现，打12345也行。",
        "谢谢您说出来，邻居们也跟着方便了。",
        "我们把同类的地方也列了表，一处一处过。",
        "夜里和周末也有人值班，随时能找到我们。",
        "这件事从头到尾的记录，您在进度里都看得到。",
    ],
    desk: &[
        "还有不清楚的，可以接着在这里问。",
        "有不满意的地方，回访时请直说。",
        "需要人帮着办的，和网格员说一声就行。",
        "也可以打12345再问。",
        "这件事从头到尾的记录，您在进度里都看得到。",
        "邻居有同样的事，也可以照这个办。",
        "来之前打个电话，省得白跑一趟。",
    ],
};

/// How a result was checked. None of them is left out: with the last words they keep one reply apart from another.
pub(super) const CHECKS: Pool = Pool {
    spot: &[
        "网格员当天到现场核对过，照片存在这一件里。",
        "旁边几处一样的地方也顺带看了。",
        "请楼长一起看过，点了头才走的。",
        "干活的师傅留了名字，以后就找他。",
        "前后各拍了一张照片，放在答复下面。",
        "隔了半天又去看了一眼，没有变样。",
        "和您说的位置对过，没有弄错地方。",
        "社区的台账里记了这一处，每月过一遍。",
        "路过的邻居也说好了。",
        "材料和工时都记了账，可以来查。",
        "物业的人也在场，交代清楚了。",
    ],
    desk: &[
        "这是向业务科室问准了的。",
        "和窗口核对过，说法一致。",
        "网站上的说明也一起改清楚了。",
        "同样的事，上个月也是这么办的。",
        "有变动我们会再告诉您。",
        "经办的人记了您的情况，不用重说。",
        "清单已经印好，社区窗口可以拿。",
        "拿不准的地方，我们又问了一遍上级。",
        "把常问的几条也写进了社区公告栏。",
    ],
};

const DETAILS: Pool = Pool {
    spot: &[
        "",
        "社区群里也有人提过。",
        "家里有老人，进进出出不方便。",
        "邻居们都这么说。",
        "早晚接送孩子都要走这里。",
        "有好一阵子了。",
        "晚上更明显。",
        "来之前打个电话，我下楼指给你们看。",
        "问过门卫，他也没办法。",
        "我们这一片住的人多。",
        "请先来看一眼。",
        "我拍得不清楚，来人一看就知道。",
        "上回开居民会也说起过。",
    ],
    desk: &[
        "",
        "邻居也遇上过。",
        "我白天上班，傍晚好接电话。",
        "有好一阵子了。",
        "去过一趟，没说清。",
        "请帮着问问。",
        "家里人都等着。",
        "社区群里也有人提过。",
        "不知道该找谁。",
    ],
};

pub(super) const INSTRUCTIONS: Pool = Pool {
    spot: &[
        "请先到现场看，再和诉求人联系。",
        "同一位置上月有过一次，请查清原因。",
        "诉求人家里有老人，请优先安排。",
        "请带上照片回复，修前修后各一张。",
        "需要其他单位配合的，直接在这里加协办。",
    ],
    desk: &[
        "请先打电话问清楚，再答复。",
        "诉求人不会用手机，请多解释两句。",
        "请把要带的材料写全，让人一趟办完。",
    ],
};

pub(super) const TALKS: Pool = Pool {
    spot: &[
        "电话里问清了位置和情况，约好明天上午到现场。",
        "当面把情况和要用的时间都说清楚了。",
        "电话联系，说明了怎么办、大概几天办好，对方表示理解。",
        "看过现场，拍了照片，需要的材料当场报了。",
        "电话里核对了地点，记下了方便上门的时间。",
        "打通了电话，对方白天上班，改约傍晚。",
    ],
    desk: &[
        "电话里问清了情况，说好今天查了再回。",
        "电话联系，说明了怎么办、要多久，对方表示理解。",
        "当面把要走的步骤和材料都说清楚了。",
        "电话里核对了姓名和住址，材料先登记上。",
    ],
};

pub(super) const NOTES: Pool = Pool {
    spot: &[
        "材料已经备好，等天晴动手。",
        "到现场看过，要用的东西库里有，下午来。",
        "和物业约好了时间，届时请楼上留人开门。",
        "已张贴告知，这几天请绕行。",
        "第一遍做完，明天再来复查一次。",
    ],
    desk: &["材料收齐了，正在核。", "已和对方约好时间，当面核对。", "向业务科室要了数据，明天回。"],
};

pub(super) const PRAISES: Pool = Pool {
    spot: &[
        "办得快，谢谢。",
        "没想到这么快。",
        "师傅态度很好。",
        "满意，邻居们都说好。",
        "比以前强多了。",
        "好了，没再犯。",
    ],
    desk: &["说得明白，谢谢。", "办得快，谢谢。", "态度很好，讲得细。", "满意。"],
};

pub(super) const GRUMBLES: Pool = Pool {
    spot: &[
        "只弄了一半，还是老样子。",
        "好了两天又回去了。",
        "来看了一眼就走了，没动。",
        "说办了，我去看没有变化。",
        "另外一处没管。",
    ],
    desk: &["说是办了，我这边还没有变化。", "只答了一半，关键的没说。", "打过一次电话就没下文了。"],
};

pub(super) const REASONS_BACK: Pool = Pool {
    spot: &[
        "答复没有写清是哪天完成的，请补上日期和现场照片。",
        "诉求里说了两处，答复只写了一处，请补齐另一处。",
        "请说明原因，不能只写修好了；怎么防止再发生也请写上。",
    ],
    desk: &["请写清以后找谁、怎么找。", "结果写得太笼统，请写明哪天、怎么办成的。"],
};

/// What is asked for when a request is not clear, and the asker's answer to it.
pub(super) const QUESTIONS: [(&str, &str); 3] = [
    (
        "请补充具体位置，在几号楼附近、靠哪个门，有照片更好。",
        "就在{place}往里走二十米，门口有棵大树，一看就知道。",
    ),
    ("请留一个方便联系的时间，工作人员上门前打给您。", "白天都在家，来之前打个电话就行。"),
    ("请说明大概什么时候开始的、出现过几次。", "大概{when}开始的，到今天有三四回了。"),
];
