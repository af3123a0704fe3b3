//! Who does what of the catalogue. A beginning: the article's 75 items are not told yet.

/// An item of the city's list that an org has claimed: number, org, community or the whole city, what they bring, and
/// whether it was vetted.
pub type Claimed = (i64, &'static str, Option<&'static str>, &'static str, bool);

/// What units and departments have claimed.
pub const CLAIMED: [Claimed; 20] = [
    (1, "市卫生健康局", Some("海韵社区"), "两名医生、一名护士，每月第二个周六", true),
    (1, "市卫生健康局", Some("书香社区"), "两名医生、一名护士，每月第三个周六", true),
    (4, "市卫生健康局", None, "持证培训师四人，自带模型", true),
    (5, "市文化和旅游局", None, "文化馆小剧场，每月一场", true),
    (7, "市教育和体育局", Some("海韵社区"), "社会体育指导员三人", true),
    (8, "市园林环卫中心", Some("海韵社区"), "一个班组，带工具和清运车", true),
    (8, "市园林环卫中心", Some("书香社区"), "一个班组，带工具和清运车", true),
    (9, "市园林环卫中心", Some("书香社区"), "教怎么种，苗我们出", true),
    (18, "市教育和体育局", Some("海韵社区"), "退休教师五人，下午四点到六点", true),
    (19, "市教育和体育局", Some("海韵社区"), "心理咨询师一人，要先约", false),
    (21, "市消防救援大队", None, "宣传车和模拟烟道，提前一周约", true),
    (22, "市公安局", Some("海韵社区"), "社区民警两人，每周三晚", true),
    (23, "市人力资源和社会保障局", None, "每月一场招聘会，简历当场改", true),
    (25, "市民政局", Some("海韵社区"), "材料齐的当天送窗口", true),
    (26, "市民政局", Some("书香社区"), "辅具可以借，先上门量", true),
    (28, "市供电公司", Some("海韵社区"), "共产党员服务队，两人有电工证", true),
    (28, "市自来水公司", Some("海韵社区"), "换水龙头、查漏水，周末也能上门", true),
    (28, "市物业管理办公室", Some("海韵社区"), "开锁师傅一人，备案正在办", false),
    (29, "海韵社区居民委员会", Some("海韵社区"), "社区工作者轮着来，工作日", true),
    (30, "市医疗保障局", None, "医保业务上门代办，每周二", true),
];
