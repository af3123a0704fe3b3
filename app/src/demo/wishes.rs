//! What people of the demo city wish for: those of the article's months, and some of the last weeks.

use super::{
    City, Helping, Years,
    dice::Dice,
    names::SURNAMES,
    orders::{Script, door},
    phone,
    story::{By, ScriptedStep},
};
use linli_authz::{
    Role::{Clerk, Worker},
    Tier,
};
use linli_base::{AreaId, At, Day, OrgId, PersonId, mask};

/// A wish with what happens to it.
#[derive(Clone, Debug, PartialEq)]
pub struct WishStory {
    /// When it is made.
    pub at: At,
    /// Where.
    pub community: AreaId,
    /// In one line.
    pub title: &'static str,
    /// In the asker's words.
    pub words: &'static str,
    /// Where they are found.
    pub place: String,
    /// How they want to be called.
    pub name: String,
    /// Their phone.
    pub phone: String,
    /// `web`, `phone` or `visit`.
    pub source: &'static str,
    /// What happens, in order of time.
    pub steps: Vec<ScriptedStep>,
}

/// Title, words, heart, what one must be able to do, about how much, and for several together the parts.
type Wish = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const WISHES: [Wish; 32] = [
    (
        "想要一台能听吕剧的收音机",
        "眼睛看不清了，就爱听个吕剧。原来那台坏了，修的人说没有零件。",
        "warm",
        "elders.company",
        "150 元左右，带大按键",
        "买收音机\n上门教一遍",
    ),
    ("想有人教我和孙女视频", "孙女在外地上学，想学会自己点开视频。", "warm", "elders.company", "半小时", ""),
    (
        "想要一本大字的挂历",
        "老花镜也看不清小字，每年都想要本大字的。",
        "warm",
        "elders.company",
        "30 元以内",
        "",
    ),
    ("想把厨房的灯换亮一点", "晚上做饭看不清，自己不敢爬高。", "ease", "daily.errands", "一盏灯，半小时", ""),
    ("想要一副助听器电池", "电池用完了，不知道去哪里配。", "warm", "daily.errands", "40 元左右", ""),
    (
        "想找人陪着去看一回海",
        "腿脚不好，三年没去过海边了。",
        "joy",
        "elders.company",
        "一个下午，要会推轮椅",
        "推轮椅\n开车接送",
    ),
    (
        "轮椅想出单元门，缺一段坡道",
        "门口两级台阶，轮椅出不去，天天在窗边坐着。",
        "ease",
        "environment.repair",
        "木板或铁板一块",
        "量尺寸\n出材料\n装上去",
    ),
    ("想要几盆好养的花", "一个人住，阳台上想有点活气。", "delight", "environment.clean", "50 元以内", ""),
    (
        "想给孩子要一套旧课外书",
        "孩子上四年级，爱看书，家里买不起太多。",
        "delight",
        "education.young",
        "旧书就行",
        "",
    ),
    (
        "想有人辅导孩子写作文",
        "爸妈都上夜班，孩子作文没人教。",
        "delight",
        "education.young",
        "每周一小时，四周",
        "",
    ),
    (
        "想要一个二手书桌",
        "孩子趴在饭桌上写作业，腰都弯了。",
        "delight",
        "education.young",
        "旧的就行，要搬上五楼",
        "找书桌\n搬上楼",
    ),
    ("想理个发，下不了楼", "卧床半年了，头发长了没法出门理。", "warm", "daily.errands", "四十分钟", ""),
    ("想要一床轻一点的被子", "老棉被太沉，夜里翻不了身。", "warm", "hardship.relief", "120 元左右", ""),
    ("想学会用手机交水电费", "每次都要走到营业厅排队。", "warm", "elders.company", "半小时", ""),
    ("想修一修老缝纫机", "用了四十年，踏板卡住了，舍不得扔。", "ease", "daily.errands", "懂机械的人", ""),
    (
        "想要一张全家福",
        "老两口金婚，一直没有一张像样的合影。",
        "joy",
        "culture.events",
        "会照相的人，一小时",
        "照相\n洗照片装框",
    ),
    (
        "想过一个热闹的生日",
        "今年八十，孩子在国外回不来。",
        "joy",
        "community.mutual",
        "一个小蛋糕，几个人",
        "带蛋糕\n来唱首歌\n拍张照",
    ),
    ("想把旧照片扫到手机里", "一大本老照片，怕潮坏了。", "joy", "culture.events", "会用扫描的人，两小时", ""),
    ("想找个人下象棋", "老棋友搬走了，一个人摆棋没意思。", "joy", "elders.company", "每周一个下午", ""),
    ("想要一辆能买菜的小拉车", "提不动菜了，旧的轮子掉了。", "ease", "daily.errands", "60 元左右", ""),
    (
        "想在楼道装一个扶手",
        "三楼到二楼那段没有扶手，下楼害怕。",
        "safe",
        "environment.repair",
        "两米长的扶手",
        "出扶手\n来安装",
    ),
    ("想查一查家里的煤气管", "用了二十年了，心里不踏实。", "safe", "law.safety", "懂燃气的人，半小时", ""),
    ("想要一个烟雾报警器", "一个人住，怕忘了关火。", "safe", "law.safety", "50 元左右，帮着装上", ""),
    ("想问问遗嘱怎么写", "有点旧房子的事想早点说清楚。", "safe", "law.advice", "懂法律的人，一小时", ""),
    ("想给残疾的儿子找点手工活", "在家闲着难受，手还巧。", "joy", "work.home", "来料加工都行", ""),
    ("想要一件过冬的羽绒服", "旧的跑绒了，不暖和了。", "warm", "hardship.relief", "150 元以内，中号", ""),
    ("想让孩子学会游泳", "海边的孩子不会水，总不放心。", "safe", "culture.sport", "会教的人，六次课", ""),
    ("想要一双防滑的棉鞋", "冬天楼道口结冰，摔过一回。", "safe", "hardship.relief", "80 元左右，38 码", ""),
    (
        "想有人帮着清一清阳台",
        "东西堆了十几年，搬不动了。",
        "ease",
        "environment.clean",
        "两个有力气的人，半天",
        "来搬东西\n拉走处理",
    ),
    ("想量一量血压血糖", "去趟医院要倒两趟车。", "safe", "health.care", "每月一次", ""),
    (
        "想有人陪我去办一张老年卡",
        "要带的材料记不住，跑了两趟没办成。",
        "ease",
        "daily.errands",
        "一个上午",
        "",
    ),
    ("想听一听自己年轻时爱唱的歌", "歌名都记得，不会在手机上找。", "delight", "culture.events", "半小时", ""),
];

/// How it goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plot {
    /// A member claims it, and it comes true.
    Member,
    /// Several members do, each a part.
    Group,
    /// A unit does.
    Unit,
    /// Nothing is heard of whoever claimed it, it goes back, and another makes it come true.
    Back,
    /// It is done, and its asker does not say anything.
    Unsaid,
    /// Nobody claims it, and after three months it is set aside.
    Nobody,
    /// It is set aside at once.
    Refused,
}

/// Of the article's months: 350 are screened, 232 of them claimed by members.
const PLAN: [(Plot, usize); 7] = [
    (Plot::Member, 160),
    (Plot::Group, 40),
    (Plot::Unit, 80),
    (Plot::Back, 12),
    (Plot::Unsaid, 20),
    (Plot::Nobody, 38),
    (Plot::Refused, 24),
];
/// Wishes of the last weeks, and over how many days.
const RECENT: (usize, i64) = (36, 40);
/// Half of these are where the first so many of those who help are.
const SHOWN: usize = 18;
/// Askers have the phones from this number on.
const FIRST_ASKER: usize = 9_000;
/// So that what is set aside after three months is so before the article was written.
const FIRST: (i64, i64, i64) = (2017, 11, 1);
const LAST: (i64, i64, i64) = (2018, 6, 20);

/// The wishes of the last weeks, and where all years are told those of the article's months.
pub fn wishes(city: &City, helping: &[Helping], seed: u64, now: At, years: Years) -> Vec<WishStory> {
    let dice = Dice::new(seed.rotate_left(12) ^ now.day().0.unsigned_abs());
    let communities: Vec<AreaId> = match years {
        Years::All => city.tier(Tier::Community).map(|area| area.id).collect(),
        Years::Present => helping.iter().map(|one| one.community).collect(),
    };
    let teller = Teller { city, helping, dice: &dice, now };
    let mut plots: Vec<(Plot, At)> = Vec::new();
    if years == Years::All {
        let day = |(year, month, day): (i64, i64, i64)| Day::from_ymd(year, month, day).unwrap_or(Day(0));
        let (first, last) = (day(FIRST), day(LAST));
        let drawn = PLAN.iter().flat_map(|(plot, many)| std::iter::repeat_n(*plot, *many));
        plots.extend(drawn.map(|plot| (plot, first.plus(dice.between(0, last.0 - first.0)).start())));
    }
    let kinds = [Plot::Member, Plot::Group, Plot::Unit, Plot::Member, Plot::Nobody, Plot::Member];
    let (recent, days) = RECENT;
    let lately = kinds.into_iter().cycle().take(recent);
    plots.extend(lately.map(|plot| (plot, now.day().plus(-dice.between(1, days)).start())));
    let first = plots.len().saturating_sub(recent);
    let shown: Vec<AreaId> = helping.iter().map(|one| one.community).take(SHOWN).collect();
    let told = plots.into_iter().enumerate().map(|(nth, (plot, day))| {
        let at = day.plus_ms(dice.between(8 * 60, 18 * 60) * 60_000);
        match nth.checked_sub(first) {
            // of the last hours, waiting to be screened
            Some(late) if late % 6 == 0 => {
                teller.tell(nth, plot, *dice.pick(&shown), now.plus_ms(-dice.between(20, 600) * 60_000))
            }
            Some(late) if late % 2 == 0 => teller.tell(nth, plot, *dice.pick(&shown), at),
            _ => teller.tell(nth, plot, *dice.pick(&communities), at),
        }
    });
    let mut told: Vec<WishStory> = told.collect();
    told.sort_by_key(|story| story.at);
    told
}

struct Teller<'a> {
    city: &'a City,
    helping: &'a [Helping],
    dice: &'a Dice,
    now: At,
}

impl Teller<'_> {
    fn tell(&self, nth: usize, plot: Plot, community: AreaId, at: At) -> WishStory {
        let dice = self.dice;
        let together = |wish: &&Wish| (plot == Plot::Group) != wish.5.is_empty();
        let fitting: Vec<&Wish> = WISHES.iter().filter(together).collect();
        let wish = **dice.pick(&fitting);
        let place = door(self.city, dice, community);
        let call = dice.word(&["奶奶", "大爷", "阿姨", "叔叔"]);
        WishStory {
            at,
            community,
            title: wish.0,
            words: wish.1,
            name: format!("{}{call}", dice.pick(&SURNAMES).0),
            phone: phone(FIRST_ASKER + nth % 1_000),
            source: dice.word(&["visit", "phone", "web", "visit"]),
            steps: self.steps(plot, &wish, community, &mask::compound(&place), at),
            place,
        }
    }

    /// What happens; it ends where the present begins.
    fn steps(&self, plot: Plot, wish: &Wish, community: AreaId, place: &str, at: At) -> Vec<ScriptedStep> {
        let dice = self.dice;
        let days = |from: i64, to: i64| dice.between(from * 24 * 60, to * 24 * 60);
        let mut script = Script { time: at, steps: Vec::new() };
        let words = |text: &str| vec![("words", text.to_owned())];
        if plot == Plot::Refused {
            let why = vec![
                ("ground", "other_way".to_owned()),
                ("why", "这件事有专门的补贴，社区帮您申请。".to_owned()),
            ];
            script.step("set_aside", days(1, 2), By::Desk(Clerk), why);
            return script.until(self.now);
        }
        let (title, body, heart, skill, about, parts) = *wish;
        let mut copy: Vec<(&'static str, String)> = [
            ("shown_title", title),
            ("shown_body", body),
            ("shown_place", place),
            ("heart", heart),
            ("skill", skill),
            ("about", about),
        ]
        .map(|(field, text)| (field, text.to_owned()))
        .into();
        let hands = parts.lines().count();
        if hands > 0 {
            copy.extend([("hands", hands.to_string()), ("parts", parts.to_owned())]);
        }
        script.step("publish", days(1, 2), By::Desk(Clerk), copy);
        match plot {
            Plot::Nobody | Plot::Refused => {
                let why = [("ground", "not_feasible"), ("why", "等了三个月没有人会，社区再想别的办法。")];
                let why = why.map(|(field, text)| (field, text.to_owned())).into();
                script.step("set_aside", days(90, 100), By::Desk(Clerk), why);
                return script.until(self.now);
            }
            Plot::Unit => {
                let org = self.unit(community, skill);
                script.step("claim", days(1, 9), By::Org(org, Worker), vec![("share", "0".to_owned())]);
                self.done(&mut script, By::Org(org, Worker));
            }
            Plot::Group => {
                let people = self.people(community, skill, hands);
                for (part, person) in people.iter().enumerate() {
                    let share = vec![("share", (part + 1).to_string())];
                    script.step("claim", days(1, 3), By::Person(*person), share);
                }
                let last = people.last().map_or(By::Taker, |person| By::Person(*person));
                script.step("news", days(1, 4), last, words("约好这个周末一起去。"));
                self.done(&mut script, last);
            }
            Plot::Member | Plot::Back | Plot::Unsaid => {
                let people = self.people(community, skill, 2);
                let mut people = people.into_iter().map(By::Person);
                if plot == Plot::Back
                    && let Some(first) = people.next()
                {
                    script.step("claim", days(1, 9), first, Vec::new());
                    script.step("nudge", days(20, 21), By::System, Vec::new());
                    script.step("let_go", days(12, 13), By::System, Vec::new());
                }
                let taker = people.next().unwrap_or(By::Taker);
                script.step("claim", days(1, 9), taker, Vec::new());
                self.done(&mut script, taker);
            }
        }
        if plot == Plot::Unsaid {
            script.step("unthanked", days(17, 18), By::System, Vec::new());
        } else {
            let said = dice.word(&["谢谢，天天用。", "没想到真的有人来，谢谢。", "好得很。", "心里暖和。"]);
            let mut thanks = words(said);
            thanks.push(("came_true", "yes".to_owned()));
            script.step("thank", days(1, 6), By::Asker, thanks);
        }
        script.until(self.now)
    }

    fn done(&self, script: &mut Script, by: By) {
        let minutes = self.dice.between(20, 180).to_string();
        script.step("fulfil", self.dice.between(2 * 1_440, 8 * 1_440), by, vec![("minutes", minutes)]);
    }

    /// Members of the community, those who can do it first.
    fn people(&self, community: AreaId, skill: &str, many: usize) -> Vec<PersonId> {
        let mut here: Vec<&Helping> = self.helping.iter().filter(|one| one.community == community).collect();
        self.dice.shuffle(&mut here);
        here.sort_by_key(|one| !one.skills.contains(&skill));
        here.into_iter().take(many).map(|one| one.person).collect()
    }

    /// The unit of somebody who can do it.
    fn unit(&self, community: AreaId, skill: &str) -> OrgId {
        let person = self.people(community, skill, 1);
        let found = self.helping.iter().find(|one| person.contains(&one.person));
        found.map_or_else(|| linli_base::Id::new(uuid::Uuid::nil()), |one| one.unit)
    }
}
